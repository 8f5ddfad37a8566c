//! DNS messages: RFC 1035; EDNS(0), RFC 6891; multicast DNS, RFC 6762.
//!
//! Not for: messages of which a TCP segment holds only a later part; those are shown as data.

mod name;
mod names;
mod record;
#[cfg(test)]
mod tests;

pub use name::field as name_field;

use super::{Context, Draft, Header, Kind, Problem, Protocol, Reader, Spec};

/// The header of a message.
pub static HEADER: Header =
    Header { protocol: Protocol::Dns, title: "DNS header", rfc: "RFC 1035 §4.1.1", fields: &FIXED };

const RFC: &str = "RFC 1035 §4.1.1";

static FIXED: [Spec; 16] = [
    Spec::new("id", "ID", 16, Kind::Hex, RFC),
    Spec::group("flags", "Flags", 16, Kind::Hex, RFC),
    Spec::new("response", "QR", 1, Kind::Names(query_or_response), RFC),
    Spec::new("opcode", "OPCODE", 4, Kind::Names(names::opcode), RFC),
    Spec::new("authoritative", "AA", 1, Kind::Flag, RFC),
    Spec::new("truncated", "TC", 1, Kind::Flag, RFC),
    Spec::new("recdesired", "RD", 1, Kind::Flag, RFC),
    Spec::new("recavail", "RA", 1, Kind::Flag, RFC),
    Spec::new("z", "Z", 1, Kind::Reserved, RFC),
    Spec::new("authenticated", "AD", 1, Kind::Flag, "RFC 4035 §3.2.3"),
    Spec::new("checkdisable", "CD", 1, Kind::Flag, "RFC 4035 §3.2.2"),
    Spec::new("rcode", "RCODE", 4, Kind::Names(names::rcode), RFC),
    Spec::new("queries", "QDCOUNT", 16, Kind::Number, RFC),
    Spec::new("answers", "ANCOUNT", 16, Kind::Number, RFC),
    Spec::new("auth_rr", "NSCOUNT", 16, Kind::Number, RFC),
    Spec::new("add_rr", "ARCOUNT", 16, Kind::Number, RFC),
];

/// What an update calls the counts, RFC 2136 §2.2.
static UPDATE_COUNTS: [Spec; 3] = [
    Spec::new("zones", "ZOCOUNT", 16, Kind::Number, "RFC 2136 §2.2"),
    Spec::new("prerequisites", "PRCOUNT", 16, Kind::Number, "RFC 2136 §2.2"),
    Spec::new("updates", "UPCOUNT", 16, Kind::Number, "RFC 2136 §2.2"),
];
const UPDATE: u64 = 5;

static LENGTH: Spec = Spec::new("length", "Length", 16, Kind::Number, "RFC 1035 §4.2.2");
static QNAME: Spec = Spec::new("name", "QNAME", 0, Kind::Text, "RFC 1035 §4.1.2");
static QTYPE: Spec = Spec::new("type", "QTYPE", 16, Kind::Names(names::kind), "RFC 1035 §4.1.2");
static QCLASS: Spec = Spec::new("class", "QCLASS", 16, Kind::HexNames(names::class), "RFC 1035 §4.1.2");
static MDNS_QU: Spec = Spec::new("qu", "unicast-response bit", 1, Kind::Flag, "RFC 6762 §5.4");
static MDNS_QCLASS: Spec = Spec::new("class", "QCLASS", 15, Kind::HexNames(names::class), "RFC 6762 §18.12");

const HEADER_LENGTH: usize = 12;
const MULTICAST_PORT: u16 = 5353;

/// Reads a DNS message, or several in a TCP segment.
pub fn dissect<'f>(context: &mut Context<'f>, mut reader: Reader<'f>) {
    if context.transport != Protocol::Tcp {
        let rest = one(context, reader, false);
        context.data(rest);
        return;
    }
    // RFC 1035 §4.2.2: over TCP, each message follows its length.
    while begins_message(reader) && context.may_nest(&reader) {
        reader = one(context, reader, true);
    }
    context.data(reader);
}

/// Whether a length and a header that go together stand here; the middle of a message hardly ever looks so.
fn begins_message(mut reader: Reader<'_>) -> bool {
    let Some(length) = reader.bits(16) else { return false };
    let Some(flags) = reader.at(reader.offset() + 2).peek(16) else { return false };
    let opcode = flags >> 11 & 15;
    length as usize >= HEADER_LENGTH && names::opcode(opcode).is_some() && flags & 0x40 == 0
}

fn one<'f>(context: &mut Context<'f>, reader: Reader<'f>, length_first: bool) -> Reader<'f> {
    if !context.may_nest(&reader) {
        return reader.limited(0);
    }
    let multicast = context.ports.0 == MULTICAST_PORT || context.ports.1 == MULTICAST_PORT;
    let mut draft = Draft::new(Protocol::Dns, reader);
    let mut after = None;
    if length_first && let Some(length) = draft.field(&LENGTH) {
        let there = draft.reader.promised();
        if length as usize > there {
            draft.wrong(Problem::Length { said: length as u32, had: there as u32 });
        }
        draft.reader = draft.reader.limited(length as usize);
        after = Some(reader.at(draft.reader.end()));
    }
    message(&mut draft, multicast);
    let rest = context.finish(draft);
    let Some(after) = after else { return rest };
    context.data(rest);
    after
}

fn message(draft: &mut Draft<'_>, multicast: bool) -> Option<()> {
    let base = draft.reader.offset();
    let numbers = draft.header(&FIXED)?;
    let [.., queries, answers, authorities, additional] = numbers;
    if draft.layer.number("z") == Some(1) {
        draft.wrong_at("z", Problem::Value { found: 1, expected: "0" });
    }
    if draft.layer.number("opcode") == Some(UPDATE) {
        for (was, spec) in ["queries", "answers", "auth_rr"].into_iter().zip(&UPDATE_COUNTS) {
            if let Some(field) = draft.named(was) {
                field.spec = spec;
            }
        }
    }
    for _ in 0..queries {
        question(draft, base, multicast)?;
    }
    for _ in 0..answers + authorities + additional {
        record::read(draft, base, multicast)?;
    }
    Some(())
}

fn question(draft: &mut Draft<'_>, base: usize, multicast: bool) -> Option<()> {
    if draft.broken.is_some() {
        return None;
    }
    name_field(draft, &QNAME, base)?;
    draft.field(&QTYPE)?;
    if multicast {
        draft.field(&MDNS_QU)?;
        draft.field(&MDNS_QCLASS)?;
    } else {
        draft.field(&QCLASS)?;
    }
    Some(())
}

fn query_or_response(number: u64) -> Option<&'static str> {
    Some(if number == 0 { "query" } else { "response" })
}
