use proptest::prelude::*;

use super::*;
use crate::{
    trace::{Call, CallError, Cell, Frame, StateChange, TableChange, Text, Time, Trace},
    wire::LinkType,
};

/// TFTP "ACK of block 1" over UDP and IPv4, from 10.0.0.1:1069 to 10.0.0.2:69.
const ACK: [u8; 32] = [
    0x45, 0, 0, 32, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0x04, 0x2d, 0, 69, 0, 12, 0, 0, 0, 4,
    0, 1,
];

fn frame(link: &str, link_type: LinkType, bytes: Vec<u8>, fate: Fate) -> EventKind {
    EventKind::Frame(Frame {
        link: link.into(),
        from: "client".into(),
        to: "server".into(),
        link_type,
        bytes,
        original: None,
        fate,
        impairment: None,
        note: Some(Text::new("tftp.ack", "acknowledges block 1")),
    })
}

fn trace() -> Trace {
    let mut trace = Trace::new();
    let mut push = |kind| trace.push(Time::ZERO, kind);
    let ethernet = [&[2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0][..], &ACK].concat();
    // 0
    push(frame("cable", LinkType::RawIp, ACK.into(), Fate::Delivered { at: Time::ZERO }));
    let lost = Fate::Lost { why: Text::new("link.lost", "by chance"), at: Time::ZERO };
    // 1
    push(frame("radio link", LinkType::Ethernet, ethernet, lost));
    // 2
    push(EventKind::Call(Call {
        node: "server".into(),
        name: "bind".into(),
        args: vec![("addr".into(), "0.0.0.0:69".into())],
        result: Err(CallError {
            errno: "EADDRINUSE".into(),
            code: 98,
            message: "Address already in use".into(),
        }),
        micros: 3,
        rust: None,
        python: None,
    }));
    // 3
    push(EventKind::State(StateChange {
        node: "client".into(),
        protocol: "tcp".into(),
        socket: "10.0.0.1:1-10.0.0.2:80".into(),
        from: "SYN-SENT".into(),
        to: "ESTABLISHED".into(),
        why: Text::new("tcp.synack", "SYN,ACK arrived"),
        rfc: "RFC 9293 §3.10.7.3".into(),
    }));
    // 4
    push(EventKind::Table(TableChange {
        node: "server".into(),
        table: "arp".into(),
        key: "10.0.0.1".into(),
        row: Some(vec![Cell { name: "mac".into(), value: "02:00:00:00:00:01".into() }]),
        why: None,
    }));
    // 5
    push(EventKind::Note { node: None, text: Text::new("note", "Ünd so weiter") });
    trace
}

fn chosen(filter: &str) -> Vec<usize> {
    let filter: Filter = filter.parse().unwrap_or_else(|error| panic!("{filter}: {error}"));
    filter.apply(trace().events()).map(|(index, _)| index).collect()
}

#[test]
fn every_term_chooses_what_it_says() {
    let cases: [(&str, &[usize]); 40] = [
        ("", &[0, 1, 2, 3, 4, 5]),
        ("frame", &[0, 1]),
        ("call", &[2]),
        ("state", &[3]),
        ("table", &[4]),
        ("note", &[5]),
        ("delivered", &[0]),
        ("lost", &[1]),
        ("dropped", &[]),
        ("corrupted", &[]),
        ("ethernet", &[1]),
        ("ip", &[0, 1]),
        ("UDP", &[0, 1]),
        ("tftp", &[0, 1]),
        ("tcp", &[3]),
        ("dns", &[]),
        ("host 10.0.0.2", &[0, 1]),
        ("host 10.0.0.3", &[]),
        ("host 10.0.0.0/30", &[0, 1]),
        ("host fd00::/8", &[]),
        ("host 02:00:00:00:00:01", &[1]),
        ("host 2-0-0-0-0-3", &[]),
        ("port 69", &[0, 1]),
        ("port 1069", &[0, 1]),
        ("port 70", &[]),
        ("node client", &[0, 1, 3]),
        ("node server", &[0, 1, 2, 4]),
        ("link cable", &[0]),
        ("link 'radio link'", &[1]),
        ("\"in use\"", &[2]),
        ("\"ünd SO\"", &[5]),
        ("“10.0.0.1”", &[3, 4]),
        ("“acknowledges”", &[0, 1]),
        ("lost or call or note", &[1, 2, 5]),
        ("udp and lost", &[1]),
        ("udp lost", &[1]),
        ("udp && not lost || table", &[0, 4]),
        ("udp and (not lost or table)", &[0]),
        ("!frame and !(call | state)", &[4, 5]),
        ("not not lost", &[1]),
    ];
    for (filter, expected) in cases {
        assert_eq!(chosen(filter), expected, "{filter}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let bad_address = |text: &str| Problem::BadAddress(text.into());
    let cases = [
        ("tcp and prot 80", 8..12, Problem::UnknownWord("prot".into())),
        ("端口 80", 0..2, Problem::UnknownWord("端口".into())),
        ("port", 0..4, Problem::ValueMissing("port", "port 80")),
        ("port (80)", 0..4, Problem::ValueMissing("port", "port 80")),
        ("port 65536", 5..10, Problem::BadPort("65536".into())),
        ("host 10.0.0", 5..11, bad_address("10.0.0")),
        ("host +1:0:0:0:0:0", 5..17, bad_address("+1:0:0:0:0:0")),
        ("host 1:2:3:4:5:6:7", 5..18, bad_address("1:2:3:4:5:6:7")),
        ("tcp and", 7..7, Problem::TermMissing),
        ("or tcp", 0..2, Problem::TermMissing),
        ("()", 1..2, Problem::TermMissing),
        ("(tcp", 0..1, Problem::Unclosed),
        ("tcp)", 3..4, Problem::Unopened),
        ("tcp \"foo", 4..5, Problem::UnclosedQuote),
    ];
    for (filter, at, problem) in cases {
        assert_eq!(filter.parse::<Filter>(), Err(FilterError { at, problem }), "{filter}");
    }
    let deep = "(".repeat(100_000);
    assert_eq!(deep.parse::<Filter>().unwrap_err().problem, Problem::TooDeep);
    let deep = "!".repeat(MAX_DEPTH) + "tcp";
    assert!(deep.parse::<Filter>().is_ok());
}

#[test]
fn every_protocol_of_the_dissector_can_be_named() {
    use crate::wire::Protocol::{
        self, Arp, Dhcp, Dns, Ethernet, Http, Icmp, Icmpv6, Ipv4, Ipv6, Rip, Tcp, Tftp, Udp, Vlan,
    };
    let names = [Ethernet, Vlan, Arp, Ipv4, Ipv6, Icmp, Icmpv6, Udp, Tcp, Dns, Dhcp, Tftp, Rip, Http]
        .map(Protocol::name);
    assert_eq!(names, PROTOCOLS);
}

proptest! {
    /// Any text is a filter or an error inside it.
    #[test]
    fn any_text_is_survived(text in "\\PC{0,40}", words in prop::collection::vec(
        prop::sample::select(vec!["tcp", "not", "!", "(", ")", "and", "or", "port", "80", "host", "::1", "'", "“", "x"]), 0..12)
    ) {
        for text in [text, words.join(" "), words.concat()] {
            match text.parse::<Filter>() {
                Ok(filter) => prop_assert!(filter.apply(trace().events()).count() <= 6),
                Err(error) => prop_assert!(error.at.start <= error.at.end && error.at.end <= text.chars().count()),
            }
        }
    }
}

#[test]
fn looks_at_control_bits_data_and_the_senders_word() {
    let segment = |bits: u8, text: &[u8], note: &str| {
        let mut bytes =
            vec![0x45, 0, 0, 40 + text.len() as u8, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        bytes.extend([0xc0, 0, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, bits, 1, 0, 0, 0, 0, 0]);
        bytes.extend(text);
        let mut kind = frame("cable", LinkType::RawIp, bytes, Fate::Delivered { at: Time::ZERO });
        if let EventKind::Frame(frame) = &mut kind {
            frame.note = Some(Text::new(note, "why"));
        }
        kind
    };
    let chosen = |filter: &str| -> Vec<bool> {
        let filter: Filter = filter.parse().unwrap();
        [
            segment(0x02, b"", "tcp.send.syn"),
            segment(0x12, b"", "tcp.send.syn-ack"),
            segment(0x18, b"Hello", "tcp.again.timer"),
        ]
        .iter()
        .map(|kind| filter.matches_kind(kind))
        .collect()
    };
    assert_eq!(chosen("syn"), [true, true, false]);
    assert_eq!(chosen("syn and not ack"), [true, false, false]);
    assert_eq!(chosen("psh"), [false, false, true]);
    assert_eq!(chosen("data"), [false, false, true]);
    assert_eq!(chosen("again"), [false, false, true]);
    assert_eq!(chosen("contains ello"), [false, false, true]);
    assert_eq!(chosen("contains ELLO"), [false, false, false]);
    assert_eq!(chosen("delayed"), [false, false, false]);
}
