//! RIP messages: version 1, RFC 1058; version 2, RFC 2453; keyed MD5 authentication, RFC 2082.

use super::{Context, Draft, Header, Kind, Meaning, Problem, Protocol, Reader, Spec};

/// The message's header; up to 25 entries of 20 bytes follow.
pub static HEADER: Header =
    Header { protocol: Protocol::Rip, title: "RIP header", rfc: "RFC 2453 §3.6", fields: &FIXED };

/// One entry of a version 2 message.
pub static ENTRY: Header =
    Header { protocol: Protocol::Rip, title: "RIP version 2 entry", rfc: "RFC 2453 §4", fields: &ROUTE };

static FIXED: [Spec; 3] = [
    Spec::new("command", "Command", 8, Kind::Names(command), "RFC 2453 §3.6"),
    Spec::new("version", "Version", 8, Kind::Names(version), "RFC 2453 §3.6"),
    Spec::new("routing_domain", "must be zero", 16, Kind::Reserved, "RFC 2453 §3.6"),
];

static ROUTE: [Spec; 6] = [
    Spec::new("family", "Address Family Identifier", 16, Kind::Names(family), "RFC 2453 §4"),
    Spec::new("route_tag", "Route Tag", 16, Kind::Number, "RFC 2453 §4.2"),
    Spec::new("ip", "IP Address", 32, Kind::Ipv4, "RFC 2453 §4"),
    Spec::new("netmask", "Subnet Mask", 32, Kind::Ipv4, "RFC 2453 §4.3"),
    Spec::new("next_hop", "Next Hop", 32, Kind::Ipv4, "RFC 2453 §4.4"),
    Spec::new("metric", "Metric", 32, Kind::Number, "RFC 2453 §4"),
];

static ROUTE_V1: [Spec; 5] = [
    Spec::new("family", "Address Family Identifier", 16, Kind::Names(family), "RFC 1058 §3.1"),
    Spec::new("zero_padding", "must be zero", 16, Kind::Reserved, "RFC 1058 §3.1"),
    Spec::new("ip", "IP Address", 32, Kind::Ipv4, "RFC 1058 §3.1"),
    Spec::new("zero_padding", "must be zero", 64, Kind::Reserved, "RFC 1058 §3.1"),
    Spec::new("metric", "Metric", 32, Kind::Number, "RFC 1058 §3.1"),
];

static AUTHENTICATION: [Spec; 2] = [
    Spec::new("family", "Address Family Identifier", 16, Kind::Names(family), "RFC 2453 §4.1"),
    Spec::new("type", "Authentication Type", 16, Kind::Names(authentication), "RFC 2453 §4.1"),
];

static PASSWORD: Spec = Spec::new("passwd", "Authentication", 128, Kind::Text, "RFC 2453 §4.1");

static KEYED: [Spec; 5] = [
    Spec::new("digest_offset", "RIP-2 Packet Length", 16, Kind::Number, "RFC 2082 §3.2"),
    Spec::new("key_id", "Key ID", 8, Kind::Number, "RFC 2082 §3.2"),
    Spec::new("auth_data_len", "Auth Data Len", 8, Kind::Number, "RFC 2082 §3.2"),
    Spec::new("seq_num", "Sequence Number", 32, Kind::Number, "RFC 2082 §3.2"),
    Spec::new("zero_padding", "must be zero", 64, Kind::Reserved, "RFC 2082 §3.2"),
];

static TRAILER: Spec =
    Spec::new("authentication_data", "Authentication Data", 0, Kind::Bytes, "RFC 2082 §3.2");

/// An entry's length in bytes.
const ENTRY_LENGTH: usize = 20;
/// A message has no more entries than this, RFC 2453 §3.6.
const MAX_ENTRIES: usize = 25;

/// Reads a RIP message.
pub fn dissect<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    if !context.may_nest(&reader) {
        return;
    }
    let mut draft = Draft::new(Protocol::Rip, reader);
    message(&mut draft);
    let rest = context.finish(draft);
    context.data(rest);
}

fn message(draft: &mut Draft<'_>) -> Option<()> {
    let [command, version, zero] = draft.header(&FIXED)?;
    if zero != 0 {
        draft.wrong(Problem::Value { found: zero, expected: "0" });
    }
    if !matches!(command, 1 | 2) {
        draft.wrong_at("command", Problem::Value { found: command, expected: "1 (request) or 2 (response)" });
    }
    if !matches!(version, 1 | 2) {
        draft.wrong_at("version", Problem::Value { found: version, expected: "1 or 2" });
        return None;
    }
    let mut entries = 0;
    let mut digest = false;
    while draft.reader.left() > 0 && draft.broken.is_none() {
        let family = draft.reader.peek(16);
        if version == 2 && family == Some(0xffff) {
            digest |= authentication_entry(draft, digest)?;
        } else if version == 2 {
            route(draft)?;
        } else {
            route_v1(draft)?;
        }
        entries += 1;
        if entries == MAX_ENTRIES + 1 && !digest {
            draft.wrong(Problem::TooMany { what: "entries", limit: MAX_ENTRIES as u32 });
        }
    }
    Some(())
}

fn route(draft: &mut Draft<'_>) -> Option<()> {
    let [family, _, _, mask, _, metric] = draft.header(&ROUTE)?;
    check_metric(draft, metric);
    let problem = match family {
        // Family 0 with metric 16 asks for the whole table, RFC 2453 §3.9.1.
        0 if metric == 16 => return Some(()),
        2 if (mask as u32).leading_ones() + (mask as u32).trailing_zeros() >= 32 => return Some(()),
        2 => (3, Problem::Malformed("a mask is ones followed by zeros")),
        found => (6, Problem::Value { found, expected: "2 (IP), or 0 in a request for the whole table" }),
    };
    let (from_end, problem) = problem;
    wrong_from_end(draft, from_end, problem);
    Some(())
}

fn route_v1(draft: &mut Draft<'_>) -> Option<()> {
    let [family, zero, _, zeros, metric] = draft.header(&ROUTE_V1)?;
    check_metric(draft, metric);
    for (from_end, found) in [(4, zero), (2, zeros)] {
        if found != 0 {
            wrong_from_end(draft, from_end, Problem::Value { found, expected: "0" });
        }
    }
    if family != 2 && !(family == 0 && metric == 16) {
        let expected = "2 (IP), or 0 in a request for the whole table";
        wrong_from_end(draft, 5, Problem::Value { found: family, expected });
    }
    Some(())
}

/// An entry that authenticates; true if it announces a digest after the last entry.
fn authentication_entry(draft: &mut Draft<'_>, announced: bool) -> Option<bool> {
    let [_, kind] = draft.header(&AUTHENTICATION)?;
    match kind {
        2 => super::strings::padded(draft, &PASSWORD, 16).map(|_| false),
        3 => {
            let [.., zero] = draft.header(&KEYED)?;
            if zero != 0 {
                draft.wrong(Problem::Value { found: zero, expected: "0" });
            }
            Some(true)
        }
        1 if announced => {
            draft.means(Meaning::said("Authentication Data (1)"));
            let length = draft.reader.left();
            draft.bytes(&TRAILER, length).map(|_| true)
        }
        found => {
            draft
                .wrong(Problem::Value { found, expected: "2 (simple password) or 3 (keyed message digest)" });
            draft.bytes(&TRAILER, ENTRY_LENGTH - 4).map(|_| false)
        }
    }
}

fn check_metric(draft: &mut Draft<'_>, found: u64) {
    match found {
        16 => draft.means(Meaning::said("16, unreachable")),
        1..=15 => {}
        _ => draft.wrong(Problem::Value { found, expected: "1 to 15, or 16 for unreachable" }),
    }
}

/// Says what is wrong with the field read so many fields ago; 1 is the last.
fn wrong_from_end(draft: &mut Draft<'_>, from_end: usize, problem: Problem) {
    if let Some(field) = draft.layer.fields.iter_mut().rev().nth(from_end - 1) {
        field.problem = Some(Box::new(problem));
    }
}

fn command(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "Request",
        2 => "Response",
        3 => "Traceon, obsolete",
        4 => "Traceoff, obsolete",
        5 => "Reserved for Sun Microsystems",
        _ => return None,
    })
}

fn version(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "RIPv1",
        2 => "RIPv2",
        _ => return None,
    })
}

fn family(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "Unspecified",
        2 => "IP",
        0xffff => "Authentication",
        _ => return None,
    })
}

fn authentication(number: u64) -> Option<&'static str> {
    Some(match number {
        2 => "Simple Password",
        3 => "Keyed Message Digest",
        _ => return None,
    })
}
