//! Which protocol follows which: the one place where numbers and ports become dissectors.

use super::{
    Context, Draft, Protocol, Reader, arp, dhcp, dns, ethernet, http, icmp, icmpv6, ipv4, ipv6,
    ipv6_extensions, rip, tcp, tftp, udp,
};

/// Reads a layer from a reader's place on.
type Dissect = for<'f> fn(&mut Context<'f>, Reader<'f>);

/// Protocols above UDP and TCP by the port of either side. The first match is taken.
static PORTS: &[(Protocol, u16, Protocol)] = &[
    (Protocol::Udp, 53, Protocol::Dns),
    (Protocol::Tcp, 53, Protocol::Dns),
    (Protocol::Udp, 5353, Protocol::Dns),
    (Protocol::Udp, 67, Protocol::Dhcp),
    (Protocol::Udp, 68, Protocol::Dhcp),
    (Protocol::Udp, 69, Protocol::Tftp),
    (Protocol::Udp, 520, Protocol::Rip),
    (Protocol::Tcp, 80, Protocol::Http),
    (Protocol::Tcp, 8080, Protocol::Http),
    (Protocol::Tcp, 8000, Protocol::Http),
];

/// The functions that read application protocols. One that is missing here is shown as data.
static APPLICATIONS: &[(Protocol, Dissect)] = &[
    (Protocol::Dhcp, dhcp::dissect),
    (Protocol::Dns, dns::dissect),
    (Protocol::Http, http::dissect),
    (Protocol::Rip, rip::dissect),
    (Protocol::Tftp, tftp::dissect),
];

/// The function that reads an application protocol.
fn application_dissector(protocol: Protocol) -> Option<Dissect> {
    APPLICATIONS.iter().find(|(name, _)| *name == protocol).map(|(_, dissect)| *dissect)
}

/// What follows an EtherType.
pub fn ether_type<'f>(context: &mut Context<'f>, number: u64, reader: Reader<'f>) {
    if !context.may_nest(&reader) {
        return;
    }
    match number {
        0x0800 => ipv4::dissect(context, reader),
        0x0806 | 0x8035 => arp::dissect(context, reader),
        0x86dd => ipv6::dissect(context, reader),
        number if ethernet::is_tag(number) => ethernet::tag(context, reader),
        _ => context.data(reader),
    }
}

/// A packet that says itself which IP it is.
pub fn ip<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    match reader.peek(4) {
        Some(4) => ipv4::dissect(context, reader),
        Some(6) => ipv6::dissect(context, reader),
        _ => context.data(reader),
    }
}

/// What follows an IP header.
pub fn ip_protocol<'f>(context: &mut Context<'f>, number: u64, reader: Reader<'f>) {
    if !context.may_nest(&reader) {
        return;
    }
    let left = reader.left();
    match number {
        1 => icmp::dissect(context, reader),
        4 => ipv4::dissect(context, reader),
        6 => tcp::dissect(context, reader),
        17 => udp::dissect(context, reader),
        41 => ipv6::dissect(context, reader),
        50 => context.data_because(reader, "encrypted (ESP, RFC 4303)"),
        51 if left > 0 => {
            let mut draft = Draft::new(Protocol::Data, reader);
            let next = ipv6_extensions::authentication(&mut draft);
            let body = context.finish(draft);
            if let Some(next) = next {
                ip_protocol(context, next, body);
            }
        }
        58 => icmpv6::dissect(context, reader),
        _ => context.data(reader),
    }
}

/// What UDP or TCP carries: by the ports the caller named, by the registry, or by what it looks like.
pub fn application<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    if reader.left() == 0 || !context.may_nest(&reader) {
        return;
    }
    let (from, to) = context.ports;
    let is = |port: u16| port == from || port == to;
    let named = context.options.decode_as.iter().find(|(port, _)| is(*port)).map(|(_, protocol)| *protocol);
    let listed = || {
        let transport = context.transport;
        PORTS.iter().find(|(over, port, _)| *over == transport && is(*port)).map(|(_, _, protocol)| *protocol)
    };
    let learned =
        || context.options.learned.iter().find(|(port, _)| is(*port)).map(|(_, protocol)| *protocol);
    // In a later fragment or a quotation cut short the application's bytes are still worth showing.
    let protocol = named.or_else(listed).or_else(learned).or_else(|| guess(context.transport, reader.rest()));
    match protocol.and_then(application_dissector) {
        Some(dissect) => dissect(context, reader),
        None => context.data(reader),
    }
}

/// What bytes on a port that says nothing look like: HTTP by its first line, TFTP by its opcode.
fn guess(transport: Protocol, bytes: &[u8]) -> Option<Protocol> {
    const METHODS: [&[u8]; 10] = [
        b"GET ",
        b"HEAD ",
        b"POST ",
        b"PUT ",
        b"DELETE ",
        b"CONNECT ",
        b"OPTIONS ",
        b"TRACE ",
        b"PATCH ",
        b"HTTP/1.",
    ];
    match transport {
        Protocol::Tcp => METHODS.iter().any(|start| bytes.starts_with(start)).then_some(Protocol::Http),
        Protocol::Udp => looks_like_tftp(bytes).then_some(Protocol::Tftp),
        _ => None,
    }
}

/// A transfer goes on between two ephemeral ports (RFC 1350 §4), so only the form can tell: an ACK is 4 bytes, an ERROR
/// or OACK ends with a zero byte, a full DATA block has one of the usual sizes. Anything else would be a guess too far.
fn looks_like_tftp(bytes: &[u8]) -> bool {
    match *bytes {
        [0, 4, _, _] => true,
        [0, 3, _, _, ref block @ ..] => block.len() == 512 || block.len() == 1024 || block.len() == 1428,
        [0, 5, 0, code, .., 0] => code <= 8,
        [0, 6, first, .., 0] => first.is_ascii_lowercase(),
        _ => false,
    }
}
