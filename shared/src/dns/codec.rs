//! Our records and those of the codec, `simple-dns`; and what that does not tell.

use simple_dns::{CLASS, CharacterString, Packet, ResourceRecord, SimpleDnsError, rdata, rdata::RData};

use super::{
    kind::Kind,
    message::HEADER,
    name::Name,
    record::{Data, Record, Signature, Soa},
};

/// A record that the codec has read, if it is of class IN.
pub(super) fn record(record: &ResourceRecord<'_>) -> Option<Record> {
    if record.rdata.type_code() != simple_dns::TYPE::OPT && record.class != CLASS::IN {
        return None;
    }
    // A TTL with its highest bit set counts as zero. RFC 2181 §8.
    let ttl = if record.ttl > i32::MAX as u32 { 0 } else { record.ttl };
    Some(Record::new(Name::from_codec(&record.name), ttl, data(record)))
}

fn data(record: &ResourceRecord<'_>) -> Data {
    let name = Name::from_codec;
    match &record.rdata {
        RData::A(a) => Data::A(a.address.into()),
        RData::AAAA(aaaa) => Data::Aaaa(aaaa.address.into()),
        RData::CNAME(cname) => Data::Cname(name(cname)),
        RData::NS(ns) => Data::Ns(name(ns)),
        RData::PTR(ptr) => Data::Ptr(name(ptr)),
        RData::MX(mx) => Data::Mx { preference: mx.preference, exchange: name(&mx.exchange) },
        RData::SOA(soa) => Data::Soa(Soa {
            mname: name(&soa.mname),
            rname: name(&soa.rname),
            serial: soa.serial,
            refresh: soa.refresh.cast_unsigned(),
            retry: soa.retry.cast_unsigned(),
            expire: soa.expire.cast_unsigned(),
            minimum: soa.minimum,
        }),
        RData::RRSIG(signature) => Data::Rrsig(Signature {
            covered: Kind(signature.type_covered),
            algorithm: signature.algorithm,
            labels: signature.labels,
            original_ttl: signature.original_ttl,
            expiration: signature.signature_expiration,
            inception: signature.signature_inception,
            key_tag: signature.key_tag,
            signer: name(&signature.signer_name),
            bytes: signature.signature.to_vec(),
        }),
        other => {
            let kind = Kind(other.type_code().into());
            let bytes = bytes_of(other).unwrap_or_default();
            match strings(kind, &bytes) {
                Some(strings) => Data::Txt(strings),
                None => Data::Other { kind, bytes },
            }
        }
    }
}

/// The strings of a TXT record, which the codec keeps to itself.
fn strings(kind: Kind, bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    if kind != Kind::TXT || bytes.is_empty() {
        return None;
    }
    let mut strings = Vec::new();
    let mut rest = bytes;
    while let Some((length, tail)) = rest.split_first() {
        let (string, after) = tail.split_at_checked(usize::from(*length))?;
        strings.push(string.to_vec());
        rest = after;
    }
    Some(strings)
}

/// Records as the codec writes them.
pub(super) fn section(records: &[Record]) -> Result<Vec<ResourceRecord<'_>>, SimpleDnsError> {
    records
        .iter()
        .map(|record| {
            let data = rdata_of(&record.data)?;
            Ok(ResourceRecord::new(record.name.to_codec(), CLASS::IN, record.ttl, data))
        })
        .collect()
}

fn rdata_of(data: &Data) -> Result<RData<'_>, SimpleDnsError> {
    Ok(match data {
        Data::A(address) => RData::A(rdata::A { address: address.to_bits() }),
        Data::Aaaa(address) => RData::AAAA(rdata::AAAA { address: address.to_bits() }),
        Data::Cname(name) => RData::CNAME(rdata::CNAME(name.to_codec())),
        Data::Ns(name) => RData::NS(rdata::NS(name.to_codec())),
        Data::Ptr(name) => RData::PTR(rdata::PTR(name.to_codec())),
        Data::Mx { preference, exchange } => {
            RData::MX(rdata::MX { preference: *preference, exchange: exchange.to_codec() })
        }
        Data::Txt(strings) => {
            let mut txt = rdata::TXT::new();
            for string in strings {
                txt.add_char_string(CharacterString::new(string)?);
            }
            RData::TXT(txt)
        }
        Data::Soa(soa) => RData::SOA(rdata::SOA {
            mname: soa.mname.to_codec(),
            rname: soa.rname.to_codec(),
            serial: soa.serial,
            refresh: soa.refresh.cast_signed(),
            retry: soa.retry.cast_signed(),
            expire: soa.expire.cast_signed(),
            minimum: soa.minimum,
        }),
        Data::Rrsig(signature) => RData::RRSIG(rdata::RRSIG {
            type_covered: signature.covered.0,
            algorithm: signature.algorithm,
            labels: signature.labels,
            original_ttl: signature.original_ttl,
            signature_expiration: signature.expiration,
            signature_inception: signature.inception,
            key_tag: signature.key_tag,
            signer_name: signature.signer.to_codec(),
            signature: signature.bytes.as_slice().into(),
        }),
        Data::Other { kind, bytes } => RData::NULL(kind.0, rdata::NULL::new(bytes)?),
    })
}

/// A record's data on the wire, names in it written out.
pub(super) fn data_bytes(data: &Data) -> Result<Vec<u8>, SimpleDnsError> {
    bytes_of(&rdata_of(data)?)
}

fn bytes_of(data: &RData<'_>) -> Result<Vec<u8>, SimpleDnsError> {
    // A message with this one record, whose owner is the root: what follows the record's fixed part is the data.
    let mut packet = Packet::new_query(0);
    let root = simple_dns::Name::new_with_labels(&[]);
    packet.answers.push(ResourceRecord::new(root, CLASS::IN, 0, data.clone()));
    let bytes = packet.build_bytes_vec()?;
    Ok(bytes.get(HEADER + 1 + FIXED..).unwrap_or_default().to_vec())
}

/// Type, class, TTL and length of a record. RFC 1035 §4.1.3.
const FIXED: usize = 10;

/// The TTL field of the OPT record, where EDNS has its version and flags.
pub(super) fn opt_ttl(bytes: &[u8]) -> Option<u32> {
    let count = |at: usize| Some(usize::from(u16_at(bytes, at)?));
    let mut at = HEADER;
    for _ in 0..count(4)? {
        at = after_name(bytes, at)? + 4;
    }
    for _ in 0..count(6)? + count(8)? + count(10)? {
        at = after_name(bytes, at)?;
        if u16_at(bytes, at)? == Kind::OPT.0 {
            return bytes.get(at + 4..)?.first_chunk().copied().map(u32::from_be_bytes);
        }
        at += FIXED + count(at + 8)?;
    }
    None
}

/// The same message with another type in its first question.
pub(super) fn with_query_type(bytes: &[u8], kind: u16) -> Option<Vec<u8>> {
    let at = after_name(bytes, HEADER)?;
    let mut changed = bytes.to_vec();
    changed.get_mut(at..at + 2)?.copy_from_slice(&kind.to_be_bytes());
    Some(changed)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}

/// Where a name ends that begins at `at`.
fn after_name(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *bytes.get(at)? {
            0 => return Some(at + 1),
            length @ 1..=63 => at += 1 + usize::from(length),
            _ => return Some(at + 2),
        }
    }
}
