//! ICMPv6, RFC 4443; the messages of Neighbor Discovery, RFC 4861.

use super::{Context, Draft, Header, Kind, Meaning, Problem, Protocol, Reader, Spec, checksum, icmp, ndp};

const RFC: &str = "RFC 4443 §2.1";

static FIELDS: [Spec; 3] = [
    Spec::new("type", "Type", 8, Kind::Names(kind), RFC),
    Spec::new("code", "Code", 8, Kind::Number, RFC),
    Spec::new("checksum", "Checksum", 16, Kind::Checksum, "RFC 4443 §2.3"),
];

/// The part that all ICMPv6 messages share.
pub static HEADER: Header =
    Header { protocol: Protocol::Icmpv6, title: "ICMPv6 header", rfc: "RFC 4443", fields: &FIELDS };

static UNUSED: Spec = Spec::new("unused", "Unused", 32, Kind::Reserved, "RFC 4443 §3.1");
static MTU: Spec = Spec::new("mtu", "MTU", 32, Kind::Number, "RFC 4443 §3.2");
static POINTER: Spec = Spec::new("pointer", "Pointer", 32, Kind::Number, "RFC 4443 §3.4");
static IDENTIFIER: Spec = Spec::new("identifier", "Identifier", 16, Kind::Hex, "RFC 4443 §4.1");
static SEQUENCE: Spec = Spec::new("sequence_number", "Sequence Number", 16, Kind::Number, "RFC 4443 §4.1");
static MLD_DELAY: Spec =
    Spec::new("maximum_response_delay", "Maximum Response Delay", 16, Kind::Number, "RFC 2710 §3.4");
static MLD_RESERVED: Spec = Spec::new("reserved", "Reserved", 16, Kind::Reserved, "RFC 2710 §3");
static MLD_ADDRESS: Spec =
    Spec::new("multicast_address", "Multicast Address", 128, Kind::Ipv6, "RFC 2710 §3.6");

/// Reads an ICMPv6 message.
pub fn dissect<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    if !context.may_nest(&reader) {
        return;
    }
    let mut draft = Draft::new(Protocol::Icmpv6, reader);
    let Some([kind, code, found]) = draft.header(&FIELDS) else {
        context.finish(draft);
        return;
    };
    if let Some(words) = code_name(kind, code) {
        draft.named("code").into_iter().for_each(|field| field.meaning = Meaning::Name(words));
    }
    checksum::check(context, &mut draft, 58, reader, found as u16, false);
    let read = body(&mut draft, kind);
    if read.is_some() && (133..=137).contains(&kind) {
        ndp::options(&mut draft);
        if code != 0 {
            draft.wrong_at("code", Problem::Value { found: code, expected: "0 (RFC 4861 §6.1, §7.1)" });
        }
    }
    let stopped = read.is_none() || draft.broken.is_some();
    let rest = context.finish(draft);
    if stopped {
        return;
    }
    if (1..=4).contains(&kind) {
        icmp::quote(context, rest);
    } else {
        context.data(rest);
    }
}

fn body(draft: &mut Draft<'_>, kind: u64) -> Option<()> {
    match kind {
        1 | 3 => drop(draft.field(&UNUSED)?),
        2 => drop(draft.field(&MTU)?),
        4 => drop(draft.field(&POINTER)?),
        128 | 129 => {
            draft.field(&IDENTIFIER)?;
            draft.field(&SEQUENCE)?;
        }
        130..=132 => {
            draft.field(&MLD_DELAY)?;
            draft.field(&MLD_RESERVED)?;
            draft.field(&MLD_ADDRESS)?;
        }
        133..=137 => ndp::message(draft, kind)?,
        _ => {}
    }
    Some(())
}

const fn kind(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "Destination Unreachable",
        2 => "Packet Too Big",
        3 => "Time Exceeded",
        4 => "Parameter Problem",
        128 => "Echo Request",
        129 => "Echo Reply",
        130 => "Multicast Listener Query",
        131 => "Multicast Listener Report",
        132 => "Multicast Listener Done",
        133 => "Router Solicitation",
        134 => "Router Advertisement",
        135 => "Neighbor Solicitation",
        136 => "Neighbor Advertisement",
        137 => "Redirect",
        143 => "Multicast Listener Report v2",
        _ => return None,
    })
}

const fn code_name(kind: u64, code: u64) -> Option<&'static str> {
    Some(match (kind, code) {
        (1, 0) => "no route to destination",
        (1, 1) => "administratively prohibited",
        (1, 2) => "beyond scope of source address",
        (1, 3) => "address unreachable",
        (1, 4) => "port unreachable",
        (1, 5) => "source address failed ingress/egress policy",
        (1, 6) => "reject route to destination",
        (3, 0) => "hop limit exceeded in transit",
        (3, 1) => "fragment reassembly time exceeded",
        (4, 0) => "erroneous header field",
        (4, 1) => "unrecognized Next Header type",
        (4, 2) => "unrecognized IPv6 option",
        _ => return None,
    })
}
