//! Frames as lists of fields, without what may lawfully differ between two systems that do the same.

use std::{collections::BTreeMap, fmt::Write};

use firsthop_protocol::wire::{Dissection, Field, Layer, LinkType, Protocol, dissect};

/// What is done with a field that may differ.
#[derive(Clone, Copy)]
enum Treatment {
    /// It is not compared.
    Free,
    /// It must be correct, whatever it is.
    Correct,
    /// It has a name of its own by the order of appearance, the same wherever it appears again.
    Named,
    /// Only how long it is.
    Length,
}

use Treatment::{Correct, Free, Length, Named};

/// Every exception, and why two systems may lawfully differ in it. What is not here must be equal, bit by bit.
const LAWFUL: &[(Protocol, &str, Treatment, &str)] = &[
    (Protocol::Ipv4, "id", Free, "any number that does not come again too soon (RFC 6864 §4)"),
    (Protocol::Ipv4, "checksum", Correct, "covers the identification"),
    (Protocol::Icmp, "ident", Named, "which of several pings: chosen by the sender (RFC 792)"),
    (Protocol::Icmp, "checksum", Correct, "covers the identifier and the data"),
    (Protocol::Icmp, "unused", Free, "Linux tells the quoted length there (RFC 4884 §4.1)"),
    (Protocol::Udp, "checksum", Correct, "covers the port of the sender"),
    (Protocol::Tcp, "checksum", Correct, "covers the initial sequence number"),
    (
        Protocol::Tcp,
        "window_size_value",
        Free,
        "how much a system lends a connection is its own affair (RFC 9293 §3.8.6)",
    ),
    (Protocol::Tcp, "shift", Free, "follows from the largest window"),
    (Protocol::Tcp, "tsval", Free, "a clock that begins anywhere (RFC 7323 §5.4)"),
    (Protocol::Tcp, "tsecr", Free, "the other side's clock"),
    (
        Protocol::Data,
        "data",
        Length,
        "what an echo carries is the sender's choice; Linux puts the time there",
    ),
    (Protocol::Dns, "id", Named, "chosen at random (RFC 5452 §4.3)"),
];

/// Dynamic ports begin here on Linux; ours are IANA's, from 49152 on. Each is named by its appearance.
const DYNAMIC: u64 = 32_768;

/// What was named so far, and each direction's first sequence number.
#[derive(Default)]
struct Names {
    named: BTreeMap<(Protocol, &'static str, String), Vec<u64>>,
    sequence: BTreeMap<(String, u64, u64), u64>,
}

impl Names {
    /// `among` says between whom it means something.
    fn name(&mut self, protocol: Protocol, what: &'static str, among: String, value: u64) -> String {
        let known = self.named.entry((protocol, what, among)).or_default();
        let index = known.iter().position(|seen| *seen == value).unwrap_or_else(|| {
            known.push(value);
            known.len() - 1
        });
        format!("#{}", index + 1)
    }
}

/// The frames of every cable, each as a text with a line a layer.
pub fn told<'f>(links: impl IntoIterator<Item = (&'f str, Vec<Vec<u8>>)>) -> Vec<(String, Vec<String>)> {
    let mut names = Names::default();
    let mut told = Vec::new();
    for (link, frames) in links {
        let frames = frames.iter().map(|frame| tell(&mut names, frame)).collect();
        told.push((link.to_owned(), frames));
        names.sequence.clear();
    }
    told
}

fn tell(names: &mut Names, frame: &[u8]) -> String {
    let dissection = dissect(LinkType::Ethernet, frame);
    let mut text = String::new();
    let mut quoted = false;
    for layer in &dissection.layers {
        write!(text, "{}", layer.protocol.name()).unwrap();
        for field in &layer.fields {
            if let Some(said) = value(names, &dissection, layer, field, quoted) {
                write!(text, " {}={said}", field.name()).unwrap();
            }
        }
        text.push_str("; ");
        quoted |= layer.protocol == Protocol::Icmp;
    }
    if let Some(problem) = &dissection.problem
        && !quoted
    {
        write!(text, "{problem}").unwrap();
    }
    text
}

fn value(
    names: &mut Names,
    dissection: &Dissection,
    layer: &Layer,
    field: &Field,
    quoted: bool,
) -> Option<String> {
    let (protocol, name) = (layer.protocol, field.name());
    let number = layer.number(name);
    if let Some((.., treatment, _)) = LAWFUL.iter().find(|(of, what, ..)| (*of, *what) == (protocol, name)) {
        return match treatment {
            Free => None,
            // Of what an error quotes the end is missing, and with it what the sum covers.
            Correct if quoted => None,
            Correct => Some(field.problem.as_ref().map_or("correct".to_owned(), ToString::to_string)),
            Named => Some(names.name(protocol, field.name(), between(dissection), number?)),
            Length => Some(format!("{} bytes", field.bits / 8)),
        };
    }
    match (protocol, name, number) {
        (Protocol::Udp | Protocol::Tcp, "srcport" | "dstport", Some(port)) if port >= DYNAMIC => {
            Some(names.name(protocol, "port", String::new(), port))
        }
        (Protocol::Tcp, "seq_raw" | "ack_raw", Some(sequence)) if !quoted => {
            relative(names, dissection, layer, name, sequence)
        }
        (Protocol::Tcp, "seq_raw" | "ack_raw", _) => None,
        // The port again, as many fields give it.
        (Protocol::Udp | Protocol::Tcp, "port", _) => None,
        _ => Some(field.text().to_string()),
    }
}

/// Who asked whom: an answer belongs to its question.
fn between(dissection: &Dissection) -> String {
    let ip = dissection.layer(Protocol::Ipv4);
    let end = |name: &str| {
        ip.and_then(|ip| ip.field(name)).map(|field| field.value.to_string()).unwrap_or_default()
    };
    let icmp = dissection.layer(Protocol::Icmp).and_then(|layer| layer.number("type"));
    let dns = dissection.layer(Protocol::Dns).and_then(|layer| layer.number("response"));
    let answer = icmp == Some(0) || dns == Some(1);
    if answer { end("dst") + " " + &end("src") } else { end("src") + " " + &end("dst") }
}

/// A sequence or acknowledgment number, counted from its direction's first.
fn relative(
    names: &mut Names,
    dissection: &Dissection,
    tcp: &Layer,
    name: &str,
    sequence: u64,
) -> Option<String> {
    let ip = dissection.layer(Protocol::Ipv4)?;
    let (from, to) = (ip.field("src")?.value.to_string(), ip.field("dst")?.value.to_string());
    let (source, destination) = (tcp.number("srcport")?, tcp.number("dstport")?);
    let since = |first: u64| (sequence.wrapping_sub(first) & 0xffff_ffff).to_string();
    if name == "seq_raw" {
        let first = names.sequence.entry((from, source, destination)).or_insert(sequence);
        return Some(since(*first));
    }
    if sequence == 0 {
        return Some("0 as it is".to_owned());
    }
    Some(
        names
            .sequence
            .get(&(to, destination, source))
            .map_or("of a stranger".to_owned(), |first| since(*first)),
    )
}
