//! IPv4, RFC 791.

use std::net::Ipv4Addr;

use super::{
    Context, Draft, Header, Kind, Meaning, Problem, Protocol, Reader, Spec,
    checksum::{Pseudo, Sum, judge},
    ipv4_options, names, registry,
};

const RFC: &str = "RFC 791 §3.1";

static FIELDS: [Spec; 17] = [
    Spec::new("version", "Version", 4, Kind::Number, RFC),
    Spec::new("hdr_len", "IHL", 4, Kind::Scaled { by: 4, unit: "bytes" }, RFC),
    Spec::group("dsfield", "Type of Service", 8, Kind::Hex, RFC),
    Spec::new("dscp", "DSCP", 6, Kind::Names(names::dscp), "RFC 2474 §3"),
    Spec::new("ecn", "ECN", 2, Kind::Names(names::ecn), "RFC 3168 §5"),
    Spec::new("len", "Total Length", 16, Kind::Number, RFC),
    Spec::new("id", "Identification", 16, Kind::Hex, RFC),
    Spec::group("flags", "Flags", 3, Kind::Hex, RFC),
    Spec::new("rb", "Reserved", 1, Kind::Flag, RFC),
    Spec::new("df", "Don't Fragment", 1, Kind::Flag, RFC),
    Spec::new("mf", "More Fragments", 1, Kind::Flag, RFC),
    Spec::new("frag_offset", "Fragment Offset", 13, Kind::Scaled { by: 8, unit: "bytes" }, RFC),
    Spec::new("ttl", "Time to Live", 8, Kind::Number, RFC),
    Spec::new("proto", "Protocol", 8, Kind::Names(names::ip_protocol), RFC),
    Spec::new("checksum", "Header Checksum", 16, Kind::Checksum, RFC),
    Spec::new("src", "Source Address", 32, Kind::Ipv4, RFC),
    Spec::new("dst", "Destination Address", 32, Kind::Ipv4, RFC),
];

/// The IPv4 header without options.
pub static HEADER: Header =
    Header { protocol: Protocol::Ipv4, title: "IPv4 header", rfc: "RFC 791", fields: &FIELDS };

/// Reads an IPv4 packet.
pub fn dissect<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    if !context.may_nest(&reader) {
        return;
    }
    let mut draft = Draft::new(Protocol::Ipv4, reader);
    let fields = draft.header(&FIELDS);
    let Some([version, ihl, _, _, _, total, _, _, rb, _, mf, fragment, _, protocol, found, src, dst]) =
        fields
    else {
        context.finish(draft);
        return;
    };
    if version != 4 {
        draft.wrong_at("version", Problem::Value { found: version, expected: "4" });
    }
    if rb != 0 {
        draft.wrong_at("rb", Problem::Value { found: rb, expected: "0" });
    }
    let there = reader.promised();
    let header = ihl as usize * 4;
    let mut length = total as usize;
    if header < 20 {
        draft.wrong_at("hdr_len", Problem::Length { said: header as u32, had: 20 });
        draft.break_off(Problem::Malformed("an IPv4 header has at least 20 bytes (IHL 5)"));
        context.finish(draft);
        return;
    }
    if total == 0 && there > header {
        // Segmentation offload: the network card would have set it. Linux writes 0 for packets over 64 KiB.
        length = there;
        said(&mut draft, "len", "0: left to the network card (segmentation offload)");
    } else if length < header {
        draft.wrong_at("len", Problem::Length { said: total as u32, had: header as u32 });
        length = there;
    } else if length > there && !context.quoted {
        draft.wrong_at("len", Problem::Length { said: total as u32, had: there as u32 });
    }
    context.cut = context.quoted && length > there;
    let packet = reader.limited(length);
    let inside = draft.reader.limited(length.saturating_sub(20));
    draft.reader = inside.limited(header - 20);
    let routed_to = ipv4_options::read(&mut draft);
    if let Some(bytes) = packet.rest().get(..header) {
        check(&mut draft, found as u16, bytes);
    } else {
        let needed = header as u32;
        draft.break_off(Problem::Truncated { needed, had: packet.left() as u32 });
        context.finish(draft);
        return;
    }
    context.network_end = context.network_end.or(Some(packet.end()));
    context.pseudo = Some(Pseudo::V4((src as u32).into(), routed_to.unwrap_or(Ipv4Addr::from(dst as u32))));
    let body = inside.at(inside.offset() + header - 20);
    context.finish(draft);
    context.fragment = fragment != 0 || mf != 0;
    if fragment != 0 {
        context.data_because(body, "a later fragment: its bytes follow those of the first one");
    } else {
        registry::ip_protocol(context, protocol, body);
    }
}

/// Judges the header checksum.
fn check(draft: &mut Draft<'_>, found: u16, header: &[u8]) {
    let outcome = judge(found, Sum::default().bytes(header), None);
    if let Some(field) = draft.named("checksum") {
        match outcome {
            Ok(()) => field.meaning = Meaning::Checksum("correct"),
            Err(problem) => field.problem = Some(Box::new(problem)),
        }
    }
}

fn said(draft: &mut Draft<'_>, name: &str, words: &'static str) {
    if let Some(field) = draft.named(name) {
        field.meaning = Meaning::said(words);
    }
}
