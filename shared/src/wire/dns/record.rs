//! Resource records, RFC 1035 §4.1.3, and what their types hold.

use super::{name_field, names};
use crate::wire::{Draft, Kind, Meaning, Problem, Spec};

const RFC: &str = "RFC 1035 §4.1.3";

static NAME: Spec = Spec::new("name", "NAME", 0, Kind::Text, RFC);
static TYPE: Spec = Spec::new("type", "TYPE", 16, Kind::Names(names::kind), RFC);
static CLASS: Spec = Spec::new("class", "CLASS", 16, Kind::HexNames(names::class), RFC);
static MDNS_FLUSH: Spec = Spec::new("cache_flush", "cache-flush bit", 1, Kind::Flag, "RFC 6762 §10.2");
static MDNS_CLASS: Spec = Spec::new("class", "CLASS", 15, Kind::HexNames(names::class), "RFC 6762 §18.13");
static TTL: Spec = Spec::new("ttl", "TTL", 32, Kind::Number, RFC);
static LENGTH: Spec = Spec::new("len", "RDLENGTH", 16, Kind::Number, RFC);
static DATA: Spec = Spec::new("data", "RDATA", 0, Kind::Bytes, RFC);

static A: Spec = Spec::new("a", "ADDRESS", 32, Kind::Ipv4, "RFC 1035 §3.4.1");
static AAAA: Spec = Spec::new("aaaa", "AAAA data", 128, Kind::Ipv6, "RFC 3596 §2.2");
static NS: Spec = Spec::new("ns", "NSDNAME", 0, Kind::Text, "RFC 1035 §3.3.11");
static CNAME: Spec = Spec::new("cname", "CNAME", 0, Kind::Text, "RFC 1035 §3.3.1");
static DNAME: Spec = Spec::new("dname", "DNAME", 0, Kind::Text, "RFC 6672 §2.1");
static PTR: Spec = Spec::new("domain_name", "PTRDNAME", 0, Kind::Text, "RFC 1035 §3.3.12");
static MNAME: Spec = Spec::new("mname", "MNAME", 0, Kind::Text, "RFC 1035 §3.3.13");
static RNAME: Spec = Spec::new("rname", "RNAME", 0, Kind::Text, "RFC 1035 §3.3.13");
static SOA: [Spec; 5] = [
    Spec::new("serial_number", "SERIAL", 32, Kind::Number, "RFC 1035 §3.3.13"),
    Spec::new("refresh_interval", "REFRESH", 32, Kind::Number, "RFC 1035 §3.3.13"),
    Spec::new("retry_interval", "RETRY", 32, Kind::Number, "RFC 1035 §3.3.13"),
    Spec::new("expire_limit", "EXPIRE", 32, Kind::Number, "RFC 1035 §3.3.13"),
    Spec::new("minimum_ttl", "MINIMUM", 32, Kind::Number, "RFC 1035 §3.3.13"),
];
static PREFERENCE: Spec = Spec::new("preference", "PREFERENCE", 16, Kind::Number, "RFC 1035 §3.3.9");
static EXCHANGE: Spec = Spec::new("mail_exchange", "EXCHANGE", 0, Kind::Text, "RFC 1035 §3.3.9");
static TXT_LENGTH: Spec = Spec::new("length", "length", 8, Kind::Number, "RFC 1035 §3.3");
static TXT: Spec = Spec::new("txt", "TXT-DATA", 0, Kind::Text, "RFC 1035 §3.3.14");
static SPF: Spec = Spec::new("spf", "SPF", 0, Kind::Text, "RFC 4408 §3.1.1");
static SRV: [Spec; 3] = [
    Spec::new("priority", "Priority", 16, Kind::Number, "RFC 2782"),
    Spec::new("weight", "Weight", 16, Kind::Number, "RFC 2782"),
    Spec::new("port", "Port", 16, Kind::Number, "RFC 2782"),
];
static TARGET: Spec = Spec::new("target", "Target", 0, Kind::Text, "RFC 2782");
static CAA: [Spec; 4] = [
    Spec::group("flags", "Flags", 8, Kind::Hex, "RFC 8659 §4.1"),
    Spec::new("issuer_critical", "Issuer Critical Flag", 1, Kind::Flag, "RFC 8659 §4.1"),
    Spec::new("reserved", "reserved", 7, Kind::Reserved, "RFC 8659 §4.1"),
    Spec::new("tag_length", "Tag Length", 8, Kind::Number, "RFC 8659 §4.1"),
];
static CAA_TAG: Spec = Spec::new("tag", "Tag", 0, Kind::Text, "RFC 8659 §4.1");
static CAA_VALUE: Spec = Spec::new("value", "Value", 0, Kind::Text, "RFC 8659 §4.1");

static OPT: [Spec; 6] = [
    Spec::new("udp_payload_size", "requestor's UDP payload size", 16, Kind::Number, "RFC 6891 §6.1.2"),
    Spec::new("ext_rcode", "EXTENDED-RCODE", 8, Kind::Hex, "RFC 6891 §6.1.3"),
    Spec::new("edns0_version", "VERSION", 8, Kind::Number, "RFC 6891 §6.1.3"),
    Spec::group("z", "flags", 16, Kind::Hex, "RFC 6891 §6.1.4"),
    Spec::new("do", "DO", 1, Kind::Flag, "RFC 6891 §6.1.4"),
    Spec::new("reserved", "Z", 15, Kind::Reserved, "RFC 6891 §6.1.4"),
];
static OPTION: [Spec; 2] = [
    Spec::new("code", "OPTION-CODE", 16, Kind::Names(names::option), "RFC 6891 §6.1.2"),
    Spec::new("len", "OPTION-LENGTH", 16, Kind::Number, "RFC 6891 §6.1.2"),
];
static OPTION_DATA: Spec = Spec::group("data", "OPTION-DATA", 0, Kind::Bytes, "RFC 6891 §6.1.2");
static SUBNET: [Spec; 3] = [
    Spec::new("family", "FAMILY", 16, Kind::Names(names::family), "RFC 7871 §6"),
    Spec::new("netmask", "SOURCE PREFIX-LENGTH", 8, Kind::Number, "RFC 7871 §6"),
    Spec::new("scope", "SCOPE PREFIX-LENGTH", 8, Kind::Number, "RFC 7871 §6"),
];
static SUBNET_4: Spec = Spec::new("addr4", "ADDRESS", 0, Kind::Bytes, "RFC 7871 §6");
static SUBNET_6: Spec = Spec::new("addr6", "ADDRESS", 0, Kind::Bytes, "RFC 7871 §6");
static SUBNET_OTHER: Spec = Spec::new("addr", "ADDRESS", 0, Kind::Bytes, "RFC 7871 §6");
static COOKIE_CLIENT: Spec = Spec::new("client", "Client Cookie", 64, Kind::Bytes, "RFC 7873 §4");
static COOKIE_SERVER: Spec = Spec::new("server", "Server Cookie", 0, Kind::Bytes, "RFC 7873 §4");
static KEEPALIVE: Spec =
    Spec::new("timeout", "TIMEOUT", 16, Kind::Scaled { by: 100, unit: "ms" }, "RFC 7828 §3.1");
static PADDING: Spec = Spec::new("padding", "PADDING", 0, Kind::Bytes, "RFC 7830 §3");
static ERROR_CODE: Spec = Spec::new("info_code", "INFO-CODE", 16, Kind::Number, "RFC 8914 §2");
static ERROR_TEXT: Spec = Spec::new("extra_text", "EXTRA-TEXT", 0, Kind::Text, "RFC 8914 §2");

/// Reads a record.
pub fn read(draft: &mut Draft<'_>, base: usize, multicast: bool) -> Option<()> {
    if draft.broken.is_some() {
        return None;
    }
    let owner = name_field(draft, &NAME, base)?;
    let kind = draft.field(&TYPE)?;
    if kind == 41 {
        if owner != "." {
            draft.wrong(Problem::Malformed("an OPT record belongs to the root domain"));
        }
        draft.header(&OPT)?;
    } else {
        if multicast {
            draft.field(&MDNS_FLUSH)?;
            draft.field(&MDNS_CLASS)?;
        } else {
            draft.field(&CLASS)?;
        }
        let ttl = draft.field(&TTL)?;
        // RFC 2181 §8: the top bit is zero.
        if ttl > 0x7fff_ffff {
            draft.wrong(Problem::Value { found: ttl, expected: "at most 2147483647" });
        } else {
            draft.means(Meaning::said(duration(ttl)));
        }
    }
    let length = draft.field(&LENGTH)? as usize;
    let there = draft.reader.promised();
    if length > there {
        draft.wrong(Problem::Length { said: length as u32, had: there as u32 });
    }
    let length_field = draft.layer.fields.len().checked_sub(1);
    let outer = draft.reader;
    draft.reader = outer.limited(length);
    data(draft, kind, base);
    let left = draft.reader.left();
    if draft.broken.is_none() && left > 0 {
        draft.bytes(&DATA, left);
        draft.wrong(Problem::Length { said: length as u32, had: (length - left) as u32 });
    }
    // Data that are no good do not keep the next record from being read: its place is known.
    if length <= outer.left() {
        if let Some(broken) =
            draft.broken.take_if(|broken| !matches!(broken.problem, Problem::TooMany { .. }))
            && let Some(field) = length_field.and_then(|index| draft.layer.fields.get_mut(index))
        {
            field.problem.get_or_insert(Box::new(broken.problem));
        }
        draft.reader = outer.at(outer.offset() + length);
        return Some(());
    }
    draft.break_off(Problem::Truncated { needed: length as u32, had: outer.left() as u32 });
    None
}

/// Reads the data of a record up to the reader's end.
fn data(draft: &mut Draft<'_>, kind: u64, base: usize) -> Option<()> {
    match kind {
        1 => draft.field(&A).map(drop),
        2 => name_field(draft, &NS, base).map(drop),
        5 => name_field(draft, &CNAME, base).map(drop),
        6 => {
            name_field(draft, &MNAME, base)?;
            name_field(draft, &RNAME, base)?;
            draft.header(&SOA).map(drop)
        }
        12 => name_field(draft, &PTR, base).map(drop),
        15 => {
            draft.field(&PREFERENCE)?;
            name_field(draft, &EXCHANGE, base).map(drop)
        }
        16 | 99 => {
            let spec = if kind == 16 { &TXT } else { &SPF };
            while draft.reader.left() > 0 {
                let length = draft.field(&TXT_LENGTH)?;
                draft.bytes(spec, length as usize)?;
            }
            Some(())
        }
        28 => draft.field(&AAAA).map(drop),
        33 => {
            draft.header(&SRV)?;
            name_field(draft, &TARGET, base).map(drop)
        }
        39 => name_field(draft, &DNAME, base).map(drop),
        41 => options(draft),
        257 => {
            let [.., length] = draft.header(&CAA)?;
            if length == 0 {
                draft.wrong(Problem::Value { found: 0, expected: "1 or more" });
            }
            draft.bytes(&CAA_TAG, length as usize)?;
            let length = draft.reader.left();
            draft.bytes(&CAA_VALUE, length).map(drop)
        }
        _ => {
            let length = draft.reader.left();
            if length > 0 {
                draft.bytes(&DATA, length)?;
            }
            Some(())
        }
    }
}

fn options(draft: &mut Draft<'_>) -> Option<()> {
    while draft.reader.left() > 0 && draft.broken.is_none() {
        let [code, length] = draft.header(&OPTION)?;
        let length = length as usize;
        let outer = draft.reader;
        if length > outer.left() {
            if length > outer.promised() {
                draft.wrong(Problem::Length { said: length as u32, had: outer.promised() as u32 });
            }
            draft.break_off(Problem::Truncated { needed: length as u32, had: outer.left() as u32 });
            return None;
        }
        draft.reader = outer.limited(length);
        if length > 0 {
            draft.bytes(&OPTION_DATA, length)?;
        }
        option(draft, code, length)?;
        draft.reader = outer.at(outer.offset() + length);
    }
    Some(())
}

fn option(draft: &mut Draft<'_>, code: u64, length: usize) -> Option<()> {
    match code {
        8 => {
            let [family, source, _] = draft.header(&SUBNET)?;
            let left = draft.reader.left();
            if left == 0 {
                return Some(());
            }
            let (spec, text) = match family {
                1 => (
                    &SUBNET_4,
                    address::<4>(draft.reader.rest()).map(|a| std::net::Ipv4Addr::from(a).to_string()),
                ),
                2 => (
                    &SUBNET_6,
                    address::<16>(draft.reader.rest()).map(|a| std::net::Ipv6Addr::from(a).to_string()),
                ),
                _ => (&SUBNET_OTHER, None),
            };
            draft.bytes(spec, left)?;
            if left != source.div_ceil(8) as usize {
                draft.wrong(Problem::Length { said: source.div_ceil(8) as u32, had: left as u32 });
            } else if let Some(text) = text {
                draft.means(Meaning::said(text));
            }
        }
        10 => {
            draft.bytes(&COOKIE_CLIENT, 8)?;
            let left = draft.reader.left();
            if left > 0 {
                draft.bytes(&COOKIE_SERVER, left)?;
                if !(8..=32).contains(&left) {
                    draft.wrong(Problem::Length { said: 8, had: left as u32 });
                }
            }
        }
        11 if length > 0 => drop(draft.field(&KEEPALIVE)?),
        12 if length > 0 => drop(draft.bytes(&PADDING, length)?),
        15 => {
            draft.field(&ERROR_CODE)?;
            let left = draft.reader.left();
            if left > 0 {
                draft.bytes(&ERROR_TEXT, left)?;
            }
        }
        _ => {}
    }
    Some(())
}

/// An address of which only the first bytes are given; the rest are zero.
fn address<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    let mut address = [0; N];
    address.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(address)
}

/// Seconds in the largest units that fit.
fn duration(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let mut text = format!("{seconds} s");
    if seconds >= 60 {
        let parts = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds % 60, "s")];
        let shown: Vec<_> =
            parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}")).collect();
        text = format!("{text} ({})", shown.join(" "));
    }
    text
}
