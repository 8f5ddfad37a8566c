//! Neighbor Discovery messages and their options, RFC 4861 §4.

use super::{Draft, Kind, Problem, Spec};

macro_rules! specs {
    ($($id:ident = $name:literal, $label:literal, $bits:literal, $kind:expr, $rfc:literal;)*) => {
        $(static $id: Spec = Spec::new($name, $label, $bits, $kind, $rfc);)*
    };
}

specs! {
    RESERVED = "reserved", "Reserved", 32, Kind::Reserved, "RFC 4861 §4.1";
    HOP_LIMIT = "cur_hop_limit", "Cur Hop Limit", 8, Kind::Number, "RFC 4861 §4.2";
    MANAGED = "m", "Managed address configuration", 1, Kind::Flag, "RFC 4861 §4.2";
    OTHER = "o", "Other configuration", 1, Kind::Flag, "RFC 4861 §4.2";
    HOME = "h", "Home Agent", 1, Kind::Flag, "RFC 6275 §7.1";
    PREFERENCE = "prf", "Default Router Preference", 2, Kind::Number, "RFC 4191 §2.2";
    PROXY = "p", "Proxy", 1, Kind::Flag, "RFC 4389 §4.1.3.3";
    RA_RESERVED = "rsv", "Reserved", 2, Kind::Reserved, "RFC 4861 §4.2";
    LIFETIME = "router_lifetime", "Router Lifetime", 16, Kind::Scaled { by: 1, unit: "seconds" }, "RFC 4861 §4.2";
    REACHABLE = "reachable_time", "Reachable Time", 32, Kind::Scaled { by: 1, unit: "ms" }, "RFC 4861 §4.2";
    RETRANS = "retrans_timer", "Retrans Timer", 32, Kind::Scaled { by: 1, unit: "ms" }, "RFC 4861 §4.2";
    TARGET = "target_address", "Target Address", 128, Kind::Ipv6, "RFC 4861 §4.3";
    ROUTER = "r", "Router flag", 1, Kind::Flag, "RFC 4861 §4.4";
    SOLICITED = "s", "Solicited flag", 1, Kind::Flag, "RFC 4861 §4.4";
    OVERRIDE = "o", "Override flag", 1, Kind::Flag, "RFC 4861 §4.4";
    NA_RESERVED = "rsv", "Reserved", 29, Kind::Reserved, "RFC 4861 §4.4";
    DESTINATION = "destination_address", "Destination Address", 128, Kind::Ipv6, "RFC 4861 §4.5";
    OPTION_TYPE = "type", "Type", 8, Kind::Names(option), "RFC 4861 §4.6";
    OPTION_LENGTH = "length", "Length", 8, Kind::Scaled { by: 8, unit: "bytes" }, "RFC 4861 §4.6";
    LINK_ADDRESS = "linkaddr", "Link-Layer Address", 48, Kind::Mac, "RFC 4861 §4.6.1";
    PREFIX_LENGTH = "length", "Prefix Length", 8, Kind::Number, "RFC 4861 §4.6.2";
    ON_LINK = "l", "on-link flag", 1, Kind::Flag, "RFC 4861 §4.6.2";
    AUTONOMOUS = "a", "autonomous address-configuration flag", 1, Kind::Flag, "RFC 4861 §4.6.2";
    PREFIX_RESERVED = "reserved", "Reserved1", 6, Kind::Reserved, "RFC 4861 §4.6.2";
    VALID = "valid_lifetime", "Valid Lifetime", 32, Kind::Scaled { by: 1, unit: "seconds" }, "RFC 4861 §4.6.2";
    PREFERRED = "preferred_lifetime", "Preferred Lifetime", 32, Kind::Scaled { by: 1, unit: "seconds" }, "RFC 4861 §4.6.2";
    PREFIX_RESERVED_2 = "reserved", "Reserved2", 32, Kind::Reserved, "RFC 4861 §4.6.2";
    PREFIX = "prefix", "Prefix", 128, Kind::Ipv6, "RFC 4861 §4.6.2";
    OPTION_RESERVED = "reserved", "Reserved", 16, Kind::Reserved, "RFC 4861 §4.6.4";
    MTU = "mtu", "MTU", 32, Kind::Number, "RFC 4861 §4.6.4";
    DNS_LIFETIME = "lifetime", "Lifetime", 32, Kind::Scaled { by: 1, unit: "seconds" }, "RFC 8106 §5.1";
    DNS_SERVER = "rdnss", "Address of an IPv6 Recursive DNS Server", 128, Kind::Ipv6, "RFC 8106 §5.1";
    OPTION_DATA = "data", "Data", 0, Kind::Bytes, "RFC 4861 §4.6";
}

/// The fixed part of a message, after type, code and checksum.
pub fn message(draft: &mut Draft<'_>, kind: u64) -> Option<()> {
    let specs: &[&'static Spec] = match kind {
        133 => &[&RESERVED],
        134 => &[
            &HOP_LIMIT,
            &MANAGED,
            &OTHER,
            &HOME,
            &PREFERENCE,
            &PROXY,
            &RA_RESERVED,
            &LIFETIME,
            &REACHABLE,
            &RETRANS,
        ],
        135 => &[&RESERVED, &TARGET],
        136 => &[&ROUTER, &SOLICITED, &OVERRIDE, &NA_RESERVED, &TARGET],
        _ => &[&RESERVED, &TARGET, &DESTINATION],
    };
    specs.iter().try_for_each(|spec| draft.field(spec).map(drop))
}

/// Options up to the reader's end.
pub fn options(draft: &mut Draft<'_>) {
    while draft.reader.left() > 0 && draft.broken.is_none() {
        if option_at(draft).is_none() {
            return;
        }
    }
}

fn option_at(draft: &mut Draft<'_>) -> Option<()> {
    let kind = draft.field(&OPTION_TYPE)?;
    let words = draft.field(&OPTION_LENGTH)? as usize;
    let left = draft.reader.promised();
    if words == 0 || words * 8 - 2 > left {
        draft.wrong(Problem::Length { said: words as u32 * 8, had: left as u32 + 2 });
        // RFC 4861 §4.6: a node must discard the packet; and going on would never end.
        draft.break_off(Problem::Malformed(
            "a Neighbor Discovery option has at least 8 bytes and ends in the message",
        ));
        return None;
    }
    if words * 8 - 2 > draft.reader.left() {
        draft.break_off(Problem::Truncated { needed: words as u32 * 8 - 2, had: draft.reader.left() as u32 });
        return None;
    }
    let all = draft.reader;
    draft.reader = all.limited(words * 8 - 2);
    let specs: &[&'static Spec] = match (kind, words) {
        (1 | 2, 1) => &[&LINK_ADDRESS],
        (3, 4) => &[
            &PREFIX_LENGTH,
            &ON_LINK,
            &AUTONOMOUS,
            &PREFIX_RESERVED,
            &VALID,
            &PREFERRED,
            &PREFIX_RESERVED_2,
            &PREFIX,
        ],
        (5, 1) => &[&OPTION_RESERVED, &MTU],
        (25, _) => &[&OPTION_RESERVED, &DNS_LIFETIME],
        _ => &[],
    };
    for spec in specs {
        draft.field(spec)?;
    }
    while kind == 25 && draft.reader.left() >= 16 {
        draft.field(&DNS_SERVER)?;
    }
    if draft.reader.left() > 0 {
        draft.field_of(&OPTION_DATA, draft.reader.left() * 8)?;
    }
    draft.reader = all.at(all.offset() + words * 8 - 2);
    Some(())
}

const fn option(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "Source Link-Layer Address",
        2 => "Target Link-Layer Address",
        3 => "Prefix Information",
        4 => "Redirected Header",
        5 => "MTU",
        14 => "Nonce",
        24 => "Route Information",
        25 => "Recursive DNS Server",
        31 => "DNS Search List",
        _ => return None,
    })
}
