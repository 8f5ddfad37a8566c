//! Resource records: owner, time to live, data. RFC 1035 §3.2.1, §3.3.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

use super::{kind::Kind, name::Name};

/// The start of a zone of authority. RFC 1035 §3.3.13. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Soa {
    /// The first name server.
    pub mname: Name,
    /// The mailbox of who is responsible, its `@` a dot.
    pub rname: Name,
    /// The zone's version.
    pub serial: u32,
    /// How often secondaries look for a newer version.
    pub refresh: u32,
    /// How soon they try again.
    pub retry: u32,
    /// When they give the zone up.
    pub expire: u32,
    /// How long it is remembered that something is not there. RFC 2308 §4.
    pub minimum: u32,
}

/// A signature over records. RFC 4034 §3.1; what signs here is told in [`sign`](super::sign).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature {
    /// The type of the records signed.
    pub covered: Kind,
    /// 253: an algorithm of one's own.
    pub algorithm: u8,
    /// How many labels the owner had before a wildcard was filled in.
    pub labels: u8,
    /// The time to live in the zone.
    pub original_ttl: u32,
    /// Not valid after this, in seconds since 1970.
    pub expiration: u32,
    /// Not valid before this.
    pub inception: u32,
    /// Which of the zone's keys.
    pub key_tag: u16,
    /// The zone that signed.
    pub signer: Name,
    /// The signature's bytes.
    pub bytes: Vec<u8>,
}

/// The data of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Data {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// The canonical name.
    Cname(Name),
    /// A name server.
    Ns(Name),
    /// A mail exchange.
    Mx {
        /// The lower one is tried first.
        preference: u16,
        /// The host that takes mail.
        exchange: Name,
    },
    /// Strings of at most 255 bytes.
    Txt(Vec<Vec<u8>>),
    /// The name of an address.
    Ptr(Name),
    /// The start of a zone.
    Soa(Soa),
    /// A signature.
    Rrsig(Signature),
    /// What is carried without being understood. RFC 3597.
    Other {
        /// Its type.
        kind: Kind,
        /// Its bytes, names in them written out.
        bytes: Vec<u8>,
    },
}

impl Data {
    /// Its type.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::A(_) => Kind::A,
            Self::Aaaa(_) => Kind::AAAA,
            Self::Cname(_) => Kind::CNAME,
            Self::Ns(_) => Kind::NS,
            Self::Mx { .. } => Kind::MX,
            Self::Txt(_) => Kind::TXT,
            Self::Ptr(_) => Kind::PTR,
            Self::Soa(_) => Kind::SOA,
            Self::Rrsig(_) => Kind::RRSIG,
            Self::Other { kind, .. } => *kind,
        }
    }

    /// The host that one goes on to ask for: of NS and MX.
    pub const fn host(&self) -> Option<&Name> {
        match self {
            Self::Ns(host) | Self::Mx { exchange: host, .. } => Some(host),
            _ => None,
        }
    }
}

impl fmt::Display for Data {
    /// As in a zone file; `{:#}` with whole names' dots.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A(address) => write!(f, "{address}"),
            Self::Aaaa(address) => write!(f, "{address}"),
            Self::Cname(name) | Self::Ns(name) | Self::Ptr(name) => name.fmt(f),
            Self::Mx { preference, exchange } => {
                write!(f, "{preference} ")?;
                exchange.fmt(f)
            }
            Self::Txt(strings) => {
                for (index, string) in strings.iter().enumerate() {
                    f.write_str(if index > 0 { " \"" } else { "\"" })?;
                    for byte in string {
                        match byte {
                            b'"' | b'\\' => write!(f, "\\{}", char::from(*byte))?,
                            b' '..=b'~' => write!(f, "{}", char::from(*byte))?,
                            _ => write!(f, "\\{byte:03}")?,
                        }
                    }
                    f.write_str("\"")?;
                }
                Ok(())
            }
            Self::Soa(Soa { mname, rname, serial, refresh, retry, expire, minimum }) => {
                mname.fmt(f)?;
                f.write_str(" ")?;
                rname.fmt(f)?;
                write!(f, " {serial} {refresh} {retry} {expire} {minimum}")
            }
            Self::Rrsig(signature) => {
                let Signature { covered, algorithm, labels, original_ttl, key_tag, signer, .. } = signature;
                write!(f, "{covered} {algorithm} {labels} {original_ttl} {key_tag} ")?;
                signer.fmt(f)
            }
            Self::Other { bytes, .. } => {
                write!(f, "\\# {}", bytes.len())?;
                if !bytes.is_empty() {
                    f.write_str(" ")?;
                }
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
            }
        }
    }
}

/// A record of class IN, the only one spoken here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whose it is.
    pub name: Name,
    /// How many seconds it may be kept.
    pub ttl: u32,
    /// What it says.
    pub data: Data,
}

impl Record {
    /// A record.
    pub const fn new(name: Name, ttl: u32, data: Data) -> Self {
        Self { name, ttl, data }
    }

    /// Its type.
    pub const fn kind(&self) -> Kind {
        self.data.kind()
    }
}

impl fmt::Display for Record {
    /// As in a zone file; `{:#}` with whole names' dots.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)?;
        write!(f, " {} IN {} ", self.ttl, self.kind())?;
        self.data.fmt(f)
    }
}
