//! TCP, RFC 9293.

use super::{
    Context, Draft, Header, Kind, Meaning, Problem, Protocol, Reader, Spec, checksum, names, registry,
    tcp_options,
};

const RFC: &str = "RFC 9293 §3.1";

static FIELDS: [Spec; 19] = [
    Spec::new("srcport", "Source Port", 16, Kind::Names(names::port), RFC),
    Spec::new("dstport", "Destination Port", 16, Kind::Names(names::port), RFC),
    Spec::new("seq_raw", "Sequence Number", 32, Kind::Number, RFC),
    Spec::new("ack_raw", "Acknowledgment Number", 32, Kind::Number, RFC),
    Spec::new("hdr_len", "Data Offset", 4, Kind::Scaled { by: 4, unit: "bytes" }, RFC),
    Spec::group("flags", "Control Bits", 12, Kind::Hex, RFC),
    Spec::new("res", "Reserved", 3, Kind::Reserved, RFC),
    Spec::new("ae", "AE", 1, Kind::Flag, "RFC 9768 §3.1"),
    Spec::new("cwr", "CWR", 1, Kind::Flag, "RFC 3168 §6.1"),
    Spec::new("ece", "ECE", 1, Kind::Flag, "RFC 3168 §6.1"),
    Spec::new("urg", "URG", 1, Kind::Flag, RFC),
    Spec::new("ack", "ACK", 1, Kind::Flag, RFC),
    Spec::new("push", "PSH", 1, Kind::Flag, RFC),
    Spec::new("reset", "RST", 1, Kind::Flag, RFC),
    Spec::new("syn", "SYN", 1, Kind::Flag, RFC),
    Spec::new("fin", "FIN", 1, Kind::Flag, RFC),
    Spec::new("window_size_value", "Window", 16, Kind::Number, RFC),
    Spec::new("checksum", "Checksum", 16, Kind::Checksum, RFC),
    Spec::new("urgent_pointer", "Urgent Pointer", 16, Kind::Number, RFC),
];

/// The TCP header without options.
pub static HEADER: Header =
    Header { protocol: Protocol::Tcp, title: "TCP header", rfc: "RFC 9293", fields: &FIELDS };

/// Reads a TCP segment.
pub fn dissect<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    if !context.may_nest(&reader) {
        return;
    }
    let mut draft = Draft::new(Protocol::Tcp, reader);
    let Some([from, to, _, _, words, flags, _, _, _, _, _, _, _, _, _, _, _, found, _]) =
        draft.header(&FIELDS)
    else {
        context.finish(draft);
        return;
    };
    if let Some(field) = draft.named("flags") {
        field.meaning = flag_names(flags);
    }
    checksum::check(context, &mut draft, 6, reader, found as u16, false);
    let header = words as usize * 4;
    if header < 20 {
        draft.wrong_at("hdr_len", Problem::Length { said: header as u32, had: 20 });
        draft.break_off(Problem::Malformed("a TCP header has at least 20 bytes (Data Offset 5)"));
        context.finish(draft);
        return;
    }
    if header > reader.promised() && !context.quoted {
        draft.wrong_at("hdr_len", Problem::Length { said: header as u32, had: reader.promised() as u32 });
    }
    let after = draft.reader;
    draft.reader = after.limited(header - 20);
    let whole = draft.reader.left() == header - 20;
    tcp_options::read(&mut draft);
    if !whole {
        draft.break_off(Problem::Truncated { needed: header as u32, had: reader.left() as u32 });
    }
    draft.reader = after.at(after.offset() + header - 20);
    context.transport = Protocol::Tcp;
    context.ports = (from as u16, to as u16);
    let body = context.finish(draft);
    registry::application(context, body);
}

/// The flags that are set, by name; the usual combinations without an allocation.
fn flag_names(flags: u64) -> Meaning {
    Meaning::said(match flags {
        0x002 => "SYN (0x002)",
        0x012 => "SYN, ACK (0x012)",
        0x010 => "ACK (0x010)",
        0x018 => "PSH, ACK (0x018)",
        0x011 => "FIN, ACK (0x011)",
        0x019 => "FIN, PSH, ACK (0x019)",
        0x004 => "RST (0x004)",
        0x014 => "RST, ACK (0x014)",
        _ => {
            const NAMES: [&str; 9] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"];
            let set = NAMES.iter().enumerate().filter(|(bit, _)| flags >> bit & 1 == 1);
            let names: Vec<&str> = set.map(|(_, name)| *name).collect();
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            return Meaning::said(format!("{names} (0x{flags:03x})"));
        }
    })
}
