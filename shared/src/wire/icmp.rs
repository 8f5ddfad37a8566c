//! ICMP, RFC 792.

use super::{
    Context, Draft, Header, Kind, Meaning, Protocol, Reader, Spec,
    checksum::{Sum, judge},
    registry,
};

const RFC: &str = "RFC 792";

static FIELDS: [Spec; 3] = [
    Spec::new("type", "Type", 8, Kind::Names(kind), RFC),
    Spec::new("code", "Code", 8, Kind::Number, RFC),
    Spec::new("checksum", "Checksum", 16, Kind::Checksum, RFC),
];

static IDENT: Spec = Spec::new("ident", "Identifier", 16, Kind::Hex, RFC);
static SEQ: Spec = Spec::new("seq", "Sequence Number", 16, Kind::Number, RFC);
static UNUSED: Spec = Spec::new("unused", "unused", 32, Kind::Reserved, RFC);
static UNUSED_16: Spec = Spec::new("unused", "unused", 16, Kind::Reserved, RFC);
static UNUSED_8: Spec = Spec::new("unused", "unused", 8, Kind::Reserved, RFC);
static LENGTH: Spec = Spec::new("length", "Length", 8, Kind::Scaled { by: 4, unit: "bytes" }, "RFC 4884 §4");
static MTU: Spec = Spec::new("mtu", "Next-Hop MTU", 16, Kind::Number, "RFC 1191 §4");
static GATEWAY: Spec = Spec::new("redir_gw", "Gateway Internet Address", 32, Kind::Ipv4, RFC);
static POINTER: Spec = Spec::new("pointer", "Pointer", 8, Kind::Number, RFC);
static ORIGINATE: Spec = Spec::new("originate_timestamp", "Originate Timestamp", 32, Kind::Number, RFC);
static RECEIVE: Spec = Spec::new("receive_timestamp", "Receive Timestamp", 32, Kind::Number, RFC);
static TRANSMIT: Spec = Spec::new("transmit_timestamp", "Transmit Timestamp", 32, Kind::Number, RFC);
static MASK: Spec = Spec::new("address_mask", "Address Mask", 32, Kind::Ipv4, "RFC 950 App. I");
static ROUTERS: Spec = Spec::new("num_addrs", "Num Addrs", 8, Kind::Number, "RFC 1256 §3");
static ENTRY_SIZE: Spec = Spec::new("addr_entry_size", "Addr Entry Size", 8, Kind::Number, "RFC 1256 §3");
static LIFETIME: Spec = Spec::new("lifetime", "Lifetime", 16, Kind::Number, "RFC 1256 §3");
static ROUTER: Spec = Spec::new("router_address", "Router Address", 32, Kind::Ipv4, "RFC 1256 §3");
static PREFERENCE: Spec = Spec::new("pref_level", "Preference Level", 32, Kind::Number, "RFC 1256 §3");

/// The part that all ICMP messages share.
pub static HEADER: Header =
    Header { protocol: Protocol::Icmp, title: "ICMP header", rfc: RFC, fields: &FIELDS };

/// Reads an ICMP message.
pub fn dissect<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    if !context.may_nest(&reader) {
        return;
    }
    let mut draft = Draft::new(Protocol::Icmp, reader);
    let Some([kind, code, found]) = draft.header(&FIELDS) else {
        context.finish(draft);
        return;
    };
    if let Some(words) = code_name(kind, code) {
        draft.named("code").into_iter().for_each(|field| field.meaning = Meaning::Name(words));
    }
    let outcome = if context.cut || context.fragment || !reader.is_whole() {
        Ok("not checked: not all bytes are there")
    } else {
        judge(found as u16, Sum::default().bytes(reader.rest()), None).map(|()| "correct")
    };
    if let Some(field) = draft.named("checksum") {
        match outcome {
            Ok(words) => field.meaning = Meaning::Checksum(words),
            Err(problem) => field.problem = Some(Box::new(problem)),
        }
    }
    let read = body(&mut draft, kind, code);
    let rest = context.finish(draft);
    if read.is_none() {
        return;
    }
    if matches!(kind, 3 | 4 | 5 | 11 | 12) {
        quote(context, rest);
    } else {
        context.data(rest);
    }
}

/// The datagram that an error is about, as far as it is quoted: one level deep.
pub fn quote<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    if context.quoted || reader.left() == 0 {
        context.data(reader);
        return;
    }
    context.quoted = true;
    registry::ip(context, reader);
    context.quoted = false;
}

fn body(draft: &mut Draft<'_>, kind: u64, code: u64) -> Option<()> {
    match kind {
        0 | 8 | 13 | 14 | 15 | 16 | 17 | 18 => {
            draft.field(&IDENT)?;
            draft.field(&SEQ)?;
            match kind {
                13 | 14 => {
                    for spec in [&ORIGINATE, &RECEIVE, &TRANSMIT] {
                        let time = draft.field(spec)?;
                        if time < 86_400_000 {
                            let words = format!(
                                "{time}: {:02}:{:02}:{:02}.{:03} UTC",
                                time / 3_600_000,
                                time / 60_000 % 60,
                                time / 1000 % 60,
                                time % 1000
                            );
                            draft.means(Meaning::said(words));
                        }
                    }
                }
                17 | 18 => drop(draft.field(&MASK)?),
                _ => {}
            }
        }
        3 | 11 => {
            draft.field(&UNUSED_8)?;
            draft.field(&LENGTH)?;
            draft.field(if kind == 3 && code == 4 { &MTU } else { &UNUSED_16 })?;
        }
        5 => drop(draft.field(&GATEWAY)?),
        12 => {
            draft.field(&POINTER)?;
            draft.field(&LENGTH)?;
            draft.field(&UNUSED_16)?;
        }
        9 => {
            let count = draft.field(&ROUTERS)?;
            draft.field(&ENTRY_SIZE)?;
            draft.field(&LIFETIME)?;
            for _ in 0..count {
                draft.field(&ROUTER)?;
                draft.field(&PREFERENCE)?;
            }
        }
        4 | 10 => drop(draft.field(&UNUSED)?),
        _ => {}
    }
    Some(())
}

const fn kind(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "Echo Reply",
        3 => "Destination Unreachable",
        4 => "Source Quench (deprecated)",
        5 => "Redirect",
        8 => "Echo",
        9 => "Router Advertisement",
        10 => "Router Solicitation",
        11 => "Time Exceeded",
        12 => "Parameter Problem",
        13 => "Timestamp",
        14 => "Timestamp Reply",
        15 => "Information Request (deprecated)",
        16 => "Information Reply (deprecated)",
        17 => "Address Mask Request (deprecated)",
        18 => "Address Mask Reply (deprecated)",
        30 => "Traceroute (deprecated)",
        42 => "Extended Echo Request",
        43 => "Extended Echo Reply",
        _ => return None,
    })
}

const fn code_name(kind: u64, code: u64) -> Option<&'static str> {
    Some(match (kind, code) {
        (3, 0) => "net unreachable",
        (3, 1) => "host unreachable",
        (3, 2) => "protocol unreachable",
        (3, 3) => "port unreachable",
        (3, 4) => "fragmentation needed and DF set",
        (3, 5) => "source route failed",
        (3, 6) => "destination network unknown",
        (3, 7) => "destination host unknown",
        (3, 8) => "source host isolated",
        (3, 9) => "network administratively prohibited",
        (3, 10) => "host administratively prohibited",
        (3, 11) => "network unreachable for this type of service",
        (3, 12) => "host unreachable for this type of service",
        (3, 13) => "communication administratively prohibited",
        (3, 14) => "host precedence violation",
        (3, 15) => "precedence cutoff in effect",
        (5, 0) => "for the network",
        (5, 1) => "for the host",
        (5, 2) => "for the type of service and network",
        (5, 3) => "for the type of service and host",
        (11, 0) => "time to live exceeded in transit",
        (11, 1) => "fragment reassembly time exceeded",
        (12, 0) => "pointer indicates the error",
        (12, 1) => "missing a required option",
        (12, 2) => "bad length",
        _ => return None,
    })
}
