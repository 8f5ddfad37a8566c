//! The extension headers of IPv6, RFC 8200 §4. They are fields of the `ipv6` layer, in the order of the bytes.

use std::net::Ipv6Addr;

use super::{Draft, Kind, Problem, Reader, Spec, Value, names};

/// No packet shows more extension headers than this; RFC 8200 §4.1 lets each occur once, one of them twice.
const MAX_HEADERS: u32 = 16;

/// What the chain of headers came to.
#[derive(Debug, Default)]
pub struct Chain {
    /// The number of what follows.
    pub next: u64,
    /// There was a fragment header that announces more than this packet.
    pub fragment: bool,
    /// It was not the first fragment.
    pub later_fragment: bool,
    /// The final destination, when a routing header has still segments left.
    pub destination: Option<Ipv6Addr>,
}

macro_rules! specs {
    ($($id:ident = $name:literal, $label:literal, $bits:literal, $kind:expr, $rfc:literal;)*) => {
        $(static $id: Spec = Spec::new($name, $label, $bits, $kind, $rfc);)*
    };
}

specs! {
    HOP_NEXT = "nxt", "Next Header", 8, Kind::Names(names::ip_protocol), "RFC 8200 §4.3";
    HOP_LENGTH = "len", "Hdr Ext Len", 8, Kind::Number, "RFC 8200 §4.3";
    DST_NEXT = "nxt", "Next Header", 8, Kind::Names(names::ip_protocol), "RFC 8200 §4.6";
    DST_LENGTH = "len", "Hdr Ext Len", 8, Kind::Number, "RFC 8200 §4.6";
    ROUTE_NEXT = "nxt", "Next Header", 8, Kind::Names(names::ip_protocol), "RFC 8200 §4.4";
    ROUTE_LENGTH = "len", "Hdr Ext Len", 8, Kind::Number, "RFC 8200 §4.4";
    ROUTE_TYPE = "type", "Routing Type", 8, Kind::Names(routing), "RFC 8200 §4.4";
    SEGMENTS_LEFT = "segleft", "Segments Left", 8, Kind::Number, "RFC 8200 §4.4";
    ROUTE_RESERVED = "reserved", "Reserved", 32, Kind::Hex, "RFC 8200 §4.4";
    ROUTE_ADDRESS = "addr", "Address", 128, Kind::Ipv6, "RFC 8200 §4.4";
    SEGMENT_LAST = "last_segment", "Last Entry", 8, Kind::Number, "RFC 8754 §2";
    SEGMENT_FLAGS = "flags", "Flags", 8, Kind::Hex, "RFC 8754 §2";
    SEGMENT_TAG = "tag", "Tag", 16, Kind::Hex, "RFC 8754 §2";
    ROUTE_DATA = "data", "Type-specific Data", 0, Kind::Bytes, "RFC 8200 §4.4";
    FRAGMENT_NEXT = "nxt", "Next Header", 8, Kind::Names(names::ip_protocol), "RFC 8200 §4.5";
    FRAGMENT_RESERVED = "reserved_octet", "Reserved", 8, Kind::Reserved, "RFC 8200 §4.5";
    FRAGMENT_OFFSET = "offset", "Fragment Offset", 13, Kind::Scaled { by: 8, unit: "bytes" }, "RFC 8200 §4.5";
    FRAGMENT_BITS = "reserved_bits", "Res", 2, Kind::Reserved, "RFC 8200 §4.5";
    FRAGMENT_MORE = "more", "M flag", 1, Kind::Flag, "RFC 8200 §4.5";
    FRAGMENT_ID = "ident", "Identification", 32, Kind::Hex, "RFC 8200 §4.5";
    AH_NEXT = "next_header", "Next Header", 8, Kind::Names(names::ip_protocol), "RFC 4302 §2.1";
    AH_LENGTH = "length", "Payload Len", 8, Kind::Number, "RFC 4302 §2.2";
    AH_RESERVED = "reserved", "RESERVED", 16, Kind::Reserved, "RFC 4302 §2.3";
    AH_SPI = "spi", "Security Parameters Index", 32, Kind::Hex, "RFC 4302 §2.4";
    AH_SEQUENCE = "sequence", "Sequence Number", 32, Kind::Number, "RFC 4302 §2.5";
    AH_ICV = "icv", "Integrity Check Value", 0, Kind::Bytes, "RFC 4302 §2.6";
    OPTION_TYPE = "type", "Option Type", 8, Kind::Names(option), "RFC 8200 §4.2";
    OPTION_LENGTH = "length", "Opt Data Len", 8, Kind::Number, "RFC 8200 §4.2";
    OPTION_DATA = "unknown", "Option Data", 0, Kind::Bytes, "RFC 8200 §4.2";
    PADDING = "padn", "PadN", 0, Kind::Bytes, "RFC 8200 §4.2";
    ALERT = "router_alert", "Router Alert", 16, Kind::Names(alert), "RFC 2711 §2.1";
    JUMBO = "jumbo", "Jumbo Payload Length", 32, Kind::Number, "RFC 2675 §2";
}

/// Reads extension headers until something else follows.
pub fn read(draft: &mut Draft<'_>, first: u64) -> Chain {
    let mut chain = Chain { next: first, ..Chain::default() };
    let mut seen = 0;
    while matches!(chain.next, 0 | 43 | 44 | 51 | 60) && !chain.later_fragment && draft.broken.is_none() {
        seen += 1;
        if seen > MAX_HEADERS {
            draft.break_off(Problem::TooMany { what: "extension headers", limit: MAX_HEADERS });
            break;
        }
        let read = match chain.next {
            0 => options(draft, &HOP_NEXT, &HOP_LENGTH),
            60 => options(draft, &DST_NEXT, &DST_LENGTH),
            43 => route(draft, &mut chain),
            44 => fragment(draft, &mut chain),
            _ => authentication(draft),
        };
        let Some(next) = read else { break };
        chain.next = next;
    }
    chain
}

/// The length in a jumbo payload option that begins the hop-by-hop header here, RFC 2675 §2.
pub fn jumbo_length(mut reader: Reader<'_>) -> Option<usize> {
    reader.bits(16)?;
    (reader.bits(16)? == 0xc204).then_some(())?;
    usize::try_from(reader.bits(32)?).ok()
}

/// Gives the number of what follows and a reader limited to this header; the draft's own reader stays at its start.
fn begin(draft: &mut Draft<'_>, next: &'static Spec, length: &'static Spec) -> Option<(u64, usize)> {
    let start = draft.reader.offset();
    let number = draft.field(next)?;
    let bytes = (draft.field(length)? as usize + 1) * 8;
    let there = draft.reader.promised() + 2;
    if bytes > there {
        draft.wrong(Problem::Length { said: bytes as u32, had: there as u32 });
        draft.break_off(Problem::Truncated { needed: bytes as u32, had: there as u32 });
        return None;
    }
    Some((number, start + bytes))
}

/// Hop-by-hop or destination options.
fn options(draft: &mut Draft<'_>, next: &'static Spec, length: &'static Spec) -> Option<u64> {
    let (number, end) = begin(draft, next, length)?;
    let all = draft.reader;
    draft.reader = all.limited(end.saturating_sub(all.offset()));
    while draft.reader.left() > 0 {
        let kind = draft.field(&OPTION_TYPE)?;
        if kind == 0 {
            continue;
        }
        let length = draft.field(&OPTION_LENGTH)? as usize;
        if length > draft.reader.promised() {
            let had = draft.reader.promised() as u32;
            draft.wrong(Problem::Length { said: length as u32, had });
            draft.break_off(Problem::Malformed("an IPv6 option must end in its header"));
            return None;
        }
        match (kind, length) {
            (1, 0) => {}
            (1, _) => drop(draft.field_of(&PADDING, length * 8)?),
            (5, 2) => drop(draft.field(&ALERT)?),
            (0xc2, 4) => drop(draft.field(&JUMBO)?),
            (_, 0) => {}
            _ => drop(draft.field_of(&OPTION_DATA, length * 8)?),
        }
    }
    if draft.reader.offset() < end {
        draft.break_off(Problem::Truncated { needed: end as u32, had: draft.reader.offset() as u32 });
        return None;
    }
    draft.reader = all.at(end);
    Some(number)
}

/// Routing header: types 0 (deprecated by RFC 5095), 2 (mobility) and 4 (segment routing) by field, others as bytes.
fn route(draft: &mut Draft<'_>, chain: &mut Chain) -> Option<u64> {
    let (number, end) = begin(draft, &ROUTE_NEXT, &ROUTE_LENGTH)?;
    let all = draft.reader;
    draft.reader = all.limited(end.saturating_sub(all.offset()));
    let kind = draft.field(&ROUTE_TYPE)?;
    let left = draft.field(&SEGMENTS_LEFT)?;
    match kind {
        0 | 2 => drop(draft.field(&ROUTE_RESERVED)?),
        4 => {
            draft.field(&SEGMENT_LAST)?;
            draft.field(&SEGMENT_FLAGS)?;
            draft.field(&SEGMENT_TAG)?;
        }
        _ => {}
    }
    let mut addresses = Vec::new();
    while matches!(kind, 0 | 2 | 4) && draft.reader.left() >= 16 {
        draft.field(&ROUTE_ADDRESS)?;
        if let Some(Value::Ipv6(address)) = draft.layer.fields.last().map(|field| field.value.clone()) {
            addresses.push(address);
        }
    }
    if draft.reader.left() > 0 {
        draft.field_of(&ROUTE_DATA, draft.reader.left() * 8)?;
    }
    if left > 0 {
        // Segment routing lists the last segment first, RFC 8754 §2.
        let last = if kind == 4 { addresses.first() } else { addresses.last() };
        chain.destination = last.copied();
    }
    draft.reader = all.at(end);
    Some(number)
}

fn fragment(draft: &mut Draft<'_>, chain: &mut Chain) -> Option<u64> {
    let number = draft.field(&FRAGMENT_NEXT)?;
    draft.field(&FRAGMENT_RESERVED)?;
    let offset = draft.field(&FRAGMENT_OFFSET)?;
    draft.field(&FRAGMENT_BITS)?;
    let more = draft.field(&FRAGMENT_MORE)?;
    draft.field(&FRAGMENT_ID)?;
    chain.later_fragment = offset != 0;
    // Offset 0 without more is an "atomic" fragment (RFC 6946): the whole packet.
    chain.fragment = offset != 0 || more != 0;
    Some(number)
}

/// An authentication header, RFC 4302, of IPv6 or IPv4: gives the number of what it protects.
pub fn authentication(draft: &mut Draft<'_>) -> Option<u64> {
    let number = draft.field(&AH_NEXT)?;
    let words = draft.field(&AH_LENGTH)? as usize;
    if words == 0 {
        draft.wrong(Problem::Value { found: 0, expected: "1 or more: the length in 4-byte words, minus 2" });
    }
    draft.field(&AH_RESERVED)?;
    draft.field(&AH_SPI)?;
    draft.field(&AH_SEQUENCE)?;
    let icv = ((words + 2) * 4).saturating_sub(12);
    if icv > 0 {
        draft.field_of(&AH_ICV, icv * 8)?;
    }
    Some(number)
}

const fn routing(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "Source Route (deprecated, RFC 5095)",
        2 => "Type 2, mobility",
        3 => "RPL Source Route",
        4 => "Segment Routing",
        _ => return None,
    })
}

const fn option(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "Pad1",
        1 => "PadN",
        4 => "Tunnel Encapsulation Limit",
        5 => "Router Alert",
        7 => "CALIPSO",
        0x26 => "Quick-Start",
        0x30 => "Minimum Path MTU",
        0x63 => "RPL",
        0xc2 => "Jumbo Payload",
        0xc9 => "Home Address",
        _ => return None,
    })
}

const fn alert(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "Multicast Listener Discovery",
        1 => "RSVP",
        2 => "Active Networks",
        _ => return None,
    })
}
