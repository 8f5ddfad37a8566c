//! Signed answers: a model of DNSSEC small enough to be seen through.
//!
//! What is as in RFC 4033 to 4035: a zone signs each set of its records, the signature travels as an RRSIG record to
//! whoever sets DO, and a resolver that has a trust anchor for the zone believes nothing of it without one.
//!
//! What is simpler, and would not do outside a lesson:
//! * The signature is a keyed hash (SipHash-2-4, 128 bits), so the anchor is the zone's secret itself and whoever
//!   checks could also sign. DNSSEC signs with a private key and publishes the public one as DNSKEY.
//! * There is no chain of DS records from the root: each signed zone has its own anchor in the resolver.
//! * That something is not there is signed when it is asked for, over question and response code, in the signature of
//!   the SOA record. DNSSEC signs the gaps beforehand as NSEC or NSEC3 records (RFC 4035 §3.1.3).
//! * The NS records of a delegation are signed by the parent. DNSSEC signs a DS record there, or that there is none.
//! * Signatures do not expire, so old answers can be replayed.
//!
//! The algorithm number is 253, which is set apart for such (RFC 4034 §A.1.1): the signature begins with a name.

use std::{fmt, hash::Hasher};

use siphasher::sip128::{Hasher128, SipHasher24};

use super::{
    codec,
    kind::{Kind, Rcode},
    message::Question,
    name::Name,
    record::{Data, Record, Signature},
};

/// Private algorithm, named in the signature. RFC 4034 §A.1.1.
pub const ALGORITHM: u8 = 253;
/// Which private algorithm: a name as it is on the wire.
const ALGORITHM_NAME: &[u8] = b"\x07siphash\x08firsthop\x07invalid\x00";

/// A zone's secret, made from a passphrase.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 16]);

impl Key {
    /// The key of a passphrase.
    pub fn new(passphrase: &str) -> Self {
        let mut hasher = SipHasher24::new_with_keys(0, 0);
        hasher.write(passphrase.as_bytes());
        Self(hasher.finish128().as_bytes())
    }

    /// What tells it from others without giving it away: a number, as DNSKEY's key tag. RFC 4034 §B.
    pub fn tag(&self) -> u16 {
        let mut hasher = SipHasher24::new_with_key(&self.0);
        hasher.write(b"key tag");
        hasher.finish() as u16
    }

    fn hash(&self, parts: &[&[u8]]) -> Vec<u8> {
        let mut hasher = SipHasher24::new_with_key(&self.0);
        for part in parts {
            hasher.write_u64(part.len() as u64);
            hasher.write(part);
        }
        [ALGORITHM_NAME, &hasher.finish128().as_bytes()].concat()
    }
}

impl fmt::Debug for Key {
    /// The secret stays one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key(tag {})", self.tag())
    }
}

/// The signature record of a set: records of one owner and one type. `denies` is the question that the set, a SOA
/// record, answers in the negative, and with which code.
pub fn sign(key: &Key, zone: &Name, set: &[Record], denies: Option<(&Question, Rcode)>) -> Option<Record> {
    let first = set.first()?;
    let ttl = first.ttl;
    let mut signature = Signature {
        covered: first.kind(),
        algorithm: ALGORITHM,
        labels: first.name.labels().len() as u8,
        original_ttl: ttl,
        expiration: i32::MAX.cast_unsigned(),
        inception: 0,
        key_tag: key.tag(),
        signer: zone.clone(),
        bytes: Vec::new(),
    };
    signature.bytes = hash(key, &signature, set, denies)?;
    Some(Record::new(first.name.clone(), ttl, Data::Rrsig(signature)))
}

/// Whether one of the signatures among `records` is this zone's over this set.
pub fn is_signed(
    key: &Key,
    zone: &Name,
    set: &[Record],
    denies: Option<(&Question, Rcode)>,
    records: &[Record],
) -> bool {
    let Some(first) = set.first() else { return false };
    records.iter().any(|record| match &record.data {
        Data::Rrsig(signature) => {
            record.name == first.name
                && signature.covered == first.kind()
                && signature.algorithm == ALGORITHM
                && signature.signer == *zone
                && first.name.is_within(zone)
                && set.iter().all(|record| record.ttl <= signature.original_ttl)
                && hash(key, signature, set, denies).is_some_and(|bytes| bytes == signature.bytes)
        }
        _ => false,
    })
}

/// RFC 4034 §3.1.8.1: owner, type, original TTL and the data in order.
fn hash(
    key: &Key,
    signature: &Signature,
    set: &[Record],
    denies: Option<(&Question, Rcode)>,
) -> Option<Vec<u8>> {
    let first = set.first()?;
    let mut data: Vec<Vec<u8>> =
        set.iter().map(|record| codec::data_bytes(&lower(&record.data)).ok()).collect::<Option<_>>()?;
    data.sort();
    data.dedup();
    let Kind(kind) = first.kind();
    let (owner, signer) = (first.name.canonical(), signature.signer.canonical());
    let (kind, ttl) = (kind.to_be_bytes(), signature.original_ttl.to_be_bytes());
    let mut parts: Vec<&[u8]> = vec![&signer, &owner, &kind, &ttl];
    parts.extend(data.iter().map(Vec::as_slice));
    let denied = denies.map(|(Question { name, kind }, Rcode(rcode))| {
        [name.canonical(), kind.0.to_be_bytes().to_vec(), rcode.to_be_bytes().to_vec()].concat()
    });
    if let Some(denied) = &denied {
        parts.push(b"denied");
        parts.push(denied);
    }
    Some(key.hash(&parts))
}

/// The data with its names in lower case. RFC 4034 §6.2.
fn lower(data: &Data) -> Data {
    let name = Name::lower;
    match data {
        Data::Cname(host) => Data::Cname(name(host)),
        Data::Ns(host) => Data::Ns(name(host)),
        Data::Ptr(host) => Data::Ptr(name(host)),
        Data::Mx { preference, exchange } => Data::Mx { preference: *preference, exchange: name(exchange) },
        Data::Soa(soa) => {
            let mut soa = soa.clone();
            (soa.mname, soa.rname) = (name(&soa.mname), name(&soa.rname));
            Data::Soa(soa)
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_set_alone() {
        let (key, zone): (_, Name) = (Key::new("secret"), "example.com".parse().unwrap());
        let record =
            |name: &str, last| Record::new(name.parse().unwrap(), 300, Data::A([192, 0, 2, last].into()));
        let set = [record("www.example.com", 1), record("www.example.com", 2)];
        let signed = [sign(&key, &zone, &set, None).unwrap()];
        assert!(is_signed(&key, &zone, &set, None, &signed));
        let turned = [record("WWW.example.com", 2), record("www.example.com", 1)];
        assert!(is_signed(&key, &zone, &turned, None, &signed));
        assert!(!is_signed(&Key::new("Secret"), &zone, &set, None, &signed));
        assert!(!is_signed(&key, &"com".parse().unwrap(), &set, None, &signed));
        assert!(!is_signed(&key, &zone, &set[..1], None, &signed));
        assert!(!is_signed(&key, &zone, &[record("ftp.example.com", 1)], None, &signed));
        let question = Question { name: "nix.example.com".parse().unwrap(), kind: Kind::A };
        assert!(!is_signed(&key, &zone, &set, Some((&question, Rcode::NX_DOMAIN)), &signed));
        let denied = [sign(&key, &zone, &set, Some((&question, Rcode::NX_DOMAIN))).unwrap()];
        assert!(is_signed(&key, &zone, &set, Some((&question, Rcode::NX_DOMAIN)), &denied));
        assert!(!is_signed(&key, &zone, &set, Some((&question, Rcode::NO_ERROR)), &denied));
    }
}
