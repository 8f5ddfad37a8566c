//! UDP, RFC 768.

use super::{
    Context, Draft, Header, Kind, Meaning, Problem, Protocol, Reader, Spec, checksum::Pseudo, names, registry,
};

const RFC: &str = "RFC 768";

static FIELDS: [Spec; 4] = [
    Spec::new("srcport", "Source Port", 16, Kind::Names(names::port), RFC),
    Spec::new("dstport", "Destination Port", 16, Kind::Names(names::port), RFC),
    Spec::new("length", "Length", 16, Kind::Number, RFC),
    Spec::new("checksum", "Checksum", 16, Kind::Checksum, RFC),
];

/// The UDP header.
pub static HEADER: Header =
    Header { protocol: Protocol::Udp, title: "UDP header", rfc: RFC, fields: &FIELDS };

/// Reads a UDP datagram.
pub fn dissect<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    if !context.may_nest(&reader) {
        return;
    }
    let mut draft = Draft::new(Protocol::Udp, reader);
    let Some([from, to, said, found]) = draft.header(&FIELDS) else {
        context.finish(draft);
        return;
    };
    let there = reader.promised();
    let mut length = said as usize;
    // RFC 2675 §4: 0 means that the packet is a jumbogram.
    if length == 0 && there > 0xffff {
        length = there;
    }
    if length < 8 || (length > there && !context.fragment && !context.quoted) {
        draft.wrong_at("length", Problem::Length { said: said as u32, had: there as u32 });
        length = length.max(8);
    }
    let datagram = reader.limited(length);
    check(context, &mut draft, datagram, found as u16, length > there);
    draft.reader = draft.reader.limited(length - 8);
    context.transport = Protocol::Udp;
    context.ports = (from as u16, to as u16);
    let body = context.finish(draft);
    registry::application(context, body);
}

/// Judges the checksum, or says why it cannot be judged. RFC 768, RFC 8200 §8.1.
fn check(context: &Context<'_>, draft: &mut Draft<'_>, datagram: Reader<'_>, found: u16, too_long: bool) {
    if found == 0 {
        if matches!(context.pseudo, Some(Pseudo::V6(..))) {
            draft.wrong(Problem::Value { found: 0, expected: "a checksum, which UDP over IPv6 must have" });
        } else {
            draft.means(Meaning::Checksum("none: the sender computed no checksum"));
        }
        return;
    }
    super::checksum::check(context, draft, 17, datagram, found, too_long);
}
