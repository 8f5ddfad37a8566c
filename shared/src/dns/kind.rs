//! The small numbers of a message: types, response codes, operations.

use std::{fmt, str::FromStr};

use thiserror::Error;

/// A record type or query type. RFC 1035 §3.2.2, §3.2.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(pub u16);

impl Kind {
    /// An IPv4 address. RFC 1035 §3.4.1.
    pub const A: Self = Self(1);
    /// A name server of a zone. RFC 1035 §3.3.11.
    pub const NS: Self = Self(2);
    /// The canonical name of an alias. RFC 1035 §3.3.1.
    pub const CNAME: Self = Self(5);
    /// The start of a zone of authority. RFC 1035 §3.3.13.
    pub const SOA: Self = Self(6);
    /// A name for an address. RFC 1035 §3.3.12.
    pub const PTR: Self = Self(12);
    /// A mail exchange. RFC 1035 §3.3.9.
    pub const MX: Self = Self(15);
    /// Text. RFC 1035 §3.3.14.
    pub const TXT: Self = Self(16);
    /// An IPv6 address. RFC 3596 §2.1.
    pub const AAAA: Self = Self(28);
    /// EDNS's pseudo-record. RFC 6891 §6.1.
    pub const OPT: Self = Self(41);
    /// The delegation of a signed zone. RFC 4034 §5.
    pub const DS: Self = Self(43);
    /// A signature. RFC 4034 §3.
    pub const RRSIG: Self = Self(46);
    /// A question for an incremental zone transfer. RFC 1995 §3.
    pub const IXFR: Self = Self(251);
    /// A question for a zone transfer. RFC 5936 §2.1.
    pub const AXFR: Self = Self(252);
    /// A question for all types. RFC 1035 §3.2.3.
    pub const ANY: Self = Self(255);

    /// Whether records can have this type: not those types that only questions have. RFC 6895 §3.1.
    pub const fn is_data(self) -> bool {
        !matches!(self.0, 0 | 41 | 128..=255)
    }
}

const KINDS: [(Kind, &str); 18] = [
    (Kind::A, "A"),
    (Kind::NS, "NS"),
    (Kind::CNAME, "CNAME"),
    (Kind::SOA, "SOA"),
    (Kind::PTR, "PTR"),
    (Kind::MX, "MX"),
    (Kind::TXT, "TXT"),
    (Kind::AAAA, "AAAA"),
    (Kind(33), "SRV"),
    (Kind::OPT, "OPT"),
    (Kind::DS, "DS"),
    (Kind::RRSIG, "RRSIG"),
    (Kind(47), "NSEC"),
    (Kind(48), "DNSKEY"),
    (Kind(65), "HTTPS"),
    (Kind::IXFR, "IXFR"),
    (Kind::AXFR, "AXFR"),
    (Kind::ANY, "ANY"),
];

impl fmt::Display for Kind {
    /// The mnemonic, or `TYPE123` (RFC 3597 §5).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match KINDS.iter().find(|(kind, _)| kind == self) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "TYPE{}", self.0),
        }
    }
}

/// A word that is no type.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{text:?} is no record type; A, AAAA, CNAME, NS, MX, TXT, PTR and SOA are, and TYPE with a number")]
pub struct KindError {
    /// The word.
    pub text: String,
}

impl FromStr for Kind {
    type Err = KindError;

    fn from_str(text: &str) -> Result<Self, KindError> {
        let upper = text.to_ascii_uppercase();
        if let Some((kind, _)) = KINDS.iter().find(|(_, name)| *name == upper) {
            return Ok(*kind);
        }
        let number = upper.strip_prefix("TYPE").and_then(|digits| digits.parse().ok());
        number.map(Self).ok_or_else(|| KindError { text: text.to_owned() })
    }
}

/// A response code; more than four bits of it need EDNS. RFC 1035 §4.1.1, RFC 6895 §2.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rcode(pub u16);

impl Rcode {
    /// No error.
    pub const NO_ERROR: Self = Self(0);
    /// The server does not understand the question.
    pub const FORM_ERR: Self = Self(1);
    /// The server could not find the answer.
    pub const SERV_FAIL: Self = Self(2);
    /// The name does not exist.
    pub const NX_DOMAIN: Self = Self(3);
    /// The server does not do this.
    pub const NOT_IMP: Self = Self(4);
    /// The server does not do this for the asker.
    pub const REFUSED: Self = Self(5);
    /// This version of EDNS is not spoken. RFC 6891 §9.
    pub const BAD_VERS: Self = Self(16);
}

impl fmt::Display for Rcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            Self::NO_ERROR => "NOERROR",
            Self::FORM_ERR => "FORMERR",
            Self::SERV_FAIL => "SERVFAIL",
            Self::NX_DOMAIN => "NXDOMAIN",
            Self::NOT_IMP => "NOTIMP",
            Self::REFUSED => "REFUSED",
            Self::BAD_VERS => "BADVERS",
            Self(number) => return write!(f, "RCODE{number}"),
        })
    }
}
