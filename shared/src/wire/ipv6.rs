//! IPv6, RFC 8200: the fixed header and the extension headers after it, all in one layer.

use std::net::Ipv6Addr;

use super::{
    Context, Draft, Header, Kind, Problem, Protocol, Reader, Spec, Value, checksum::Pseudo, ipv6_extensions,
    names, registry,
};

const RFC: &str = "RFC 8200 §3";

static FIELDS: [Spec; 10] = [
    Spec::new("version", "Version", 4, Kind::Number, RFC),
    Spec::group("tclass", "Traffic Class", 8, Kind::Hex, RFC),
    Spec::new("dscp", "DSCP", 6, Kind::Names(names::dscp), "RFC 2474 §3"),
    Spec::new("ecn", "ECN", 2, Kind::Names(names::ecn), "RFC 3168 §5"),
    Spec::new("flow", "Flow Label", 20, Kind::Hex, "RFC 6437"),
    Spec::new("plen", "Payload Length", 16, Kind::Number, RFC),
    Spec::new("nxt", "Next Header", 8, Kind::Names(names::ip_protocol), RFC),
    Spec::new("hlim", "Hop Limit", 8, Kind::Number, RFC),
    Spec::new("src", "Source Address", 128, Kind::Ipv6, RFC),
    Spec::new("dst", "Destination Address", 128, Kind::Ipv6, RFC),
];

/// The fixed IPv6 header.
pub static HEADER: Header =
    Header { protocol: Protocol::Ipv6, title: "IPv6 header", rfc: "RFC 8200", fields: &FIELDS };

/// Reads an IPv6 packet.
pub fn dissect<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    if !context.may_nest(&reader) {
        return;
    }
    let mut draft = Draft::new(Protocol::Ipv6, reader);
    let Some([version, _, _, _, _, payload, next, ..]) = draft.header(&FIELDS) else {
        context.finish(draft);
        return;
    };
    if version != 6 {
        draft.wrong_at("version", Problem::Value { found: version, expected: "6" });
    }
    let addresses = (address(&draft, "src"), address(&draft, "dst"));
    let there = draft.reader.promised();
    let mut length = payload as usize;
    if length == 0 && next == 0 {
        // RFC 2675 §3: the length is in a hop-by-hop option.
        length = ipv6_extensions::jumbo_length(draft.reader).unwrap_or(0);
    }
    if length > there && !context.quoted {
        draft.wrong_at("plen", Problem::Length { said: length as u32, had: there as u32 });
    }
    context.cut = context.quoted && length > there;
    draft.reader = draft.reader.limited(length);
    context.network_end = context.network_end.or(Some(draft.reader.end()));
    let chain = ipv6_extensions::read(&mut draft, next);
    let destination = chain.destination.or(addresses.1);
    context.pseudo = addresses.0.zip(destination).map(|(src, dst)| Pseudo::V6(src, dst));
    context.fragment = chain.fragment;
    let stopped = draft.broken.is_some();
    let body = context.finish(draft);
    if stopped {
        return;
    }
    if chain.later_fragment {
        context.data_because(body, "a later fragment: its bytes follow those of the first one");
    } else {
        registry::ip_protocol(context, chain.next, body);
    }
}

fn address(draft: &Draft<'_>, name: &str) -> Option<Ipv6Addr> {
    match draft.layer.field(name)?.value {
        Value::Ipv6(address) => Some(address),
        _ => None,
    }
}
