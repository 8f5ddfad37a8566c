//! Any bytes at all.

use std::net::SocketAddr;

use firsthop_protocol::{
    dns::{
        Authority, AuthorityConfig, Data, Edns, Kind, Message, Name, Question, Rcode, Record, Recursor, Soa,
        Stub, StubConfig, Transmit,
    },
    trace::Time,
};
use proptest::prelude::*;

use crate::{world::config, zones::example};

pub fn name() -> impl Strategy<Value = Name> {
    let label = "[a-zA-Z0-9_-]{1,12}|\\\\[.\\\\]x|\\\\000\\\\255";
    prop::collection::vec(label, 0..5)
        .prop_map(|labels| if labels.is_empty() { ".".into() } else { labels.join(".") })
        .prop_map(|text: String| text.parse().unwrap())
}

fn data() -> impl Strategy<Value = Data> {
    prop_oneof![
        any::<[u8; 4]>().prop_map(|bytes| Data::A(bytes.into())),
        any::<[u8; 16]>().prop_map(|bytes| Data::Aaaa(bytes.into())),
        name().prop_map(Data::Cname),
        name().prop_map(Data::Ns),
        name().prop_map(Data::Ptr),
        (any::<u16>(), name()).prop_map(|(preference, exchange)| Data::Mx { preference, exchange }),
        prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..4).prop_map(Data::Txt),
        (name(), name(), any::<[u32; 5]>()).prop_map(|(mname, rname, numbers)| {
            let [serial, refresh, retry, expire, minimum] = numbers;
            Data::Soa(Soa { mname, rname, serial, refresh, retry, expire, minimum })
        }),
        // HTTPS has a form of its own, which random bytes have not: types above 1000 have none here.
        (1000u16..60_000, prop::collection::vec(any::<u8>(), 0..40))
            .prop_map(|(kind, bytes)| Data::Other { kind: Kind(kind), bytes }),
    ]
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    let record =
        (name(), 0..=i32::MAX as u32, data()).prop_map(|(name, ttl, data)| Record::new(name, ttl, data));
    prop::collection::vec(record, 0..4)
}

pub fn message() -> impl Strategy<Value = Message> {
    let question = (name(), 1u16..65_280).prop_filter("OPT is asked by nobody", |(_, kind)| *kind != 41);
    let edns = (any::<u16>(), any::<u8>(), any::<bool>()).prop_map(|(udp_size, version, signatures)| Edns {
        udp_size,
        version,
        signatures,
    });
    (
        (any::<u16>(), any::<[bool; 7]>(), 0u8..16, 0u16..16, any::<u8>()),
        prop::option::of(question),
        (records(), records(), records()),
        prop::option::of(edns),
    )
        .prop_map(|((id, flags, opcode, rcode, upper), question, sections, edns)| {
            let (answers, authority, additional) = sections;
            let upper = if edns.is_some() { u16::from(upper) << 4 } else { 0 };
            Message {
                id,
                response: flags[0],
                opcode,
                authoritative: flags[1],
                truncated: flags[2],
                recursion_desired: flags[3],
                recursion_available: flags[4],
                authentic: flags[5],
                checking_disabled: flags[6],
                rcode: Rcode(rcode | upper),
                question: question.map(|(name, kind)| Question { name, kind: Kind(kind) }),
                answers,
                authority,
                additional,
                edns,
            }
        })
}

/// A message with some of its bytes changed, or cut: closer to the parser's depths than random bytes.
pub fn broken() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
    (message(), changes, any::<prop::sample::Index>()).prop_map(|(message, changes, end)| {
        let mut bytes = message.to_bytes().unwrap();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(1 + end.index(bytes.len() * 2));
        bytes
    })
}

proptest! {
    #[test]
    fn a_message_written_is_read_as_it_was(message in message()) {
        let bytes = message.to_bytes().unwrap();
        prop_assert_eq!(Message::parse(&bytes).unwrap(), message);
    }

    #[test]
    fn what_was_read_can_be_written_and_read_again(bytes in broken()) {
        if let Ok(message) = Message::parse(&bytes) {
            let written = message.to_bytes().unwrap();
            prop_assert_eq!(Message::parse(&written).unwrap(), message);
        }
    }

    #[test]
    fn the_server_answers_or_is_silent(bytes in prop_oneof![broken(), prop::collection::vec(any::<u8>(), 0..100)]) {
        let mut server = Authority::new(AuthorityConfig::default(), &[example()]).unwrap();
        server.on_datagram(Time::ZERO, 53, SocketAddr::from(([10, 0, 0, 1], 1025)), &bytes);
        while let Some(transmit) = server.poll_transmit() {
            let Transmit::Datagram { bytes: answer, .. } = transmit else { panic!("no datagram") };
            let answer = Message::parse(&answer).unwrap();
            prop_assert!(answer.response && answer.id.to_be_bytes() == bytes[..2]);
        }
    }

    #[test]
    fn the_stub_bears_any_answer(bytes in broken()) {
        let server = SocketAddr::from(([10, 0, 0, 1], 53));
        let mut stub = Stub::new(StubConfig::new(vec![server]), 1);
        stub.lookup(Time::ZERO, "www.example.com".parse().unwrap(), Kind::A);
        let Some(Transmit::Datagram { port, bytes: query, .. }) = stub.poll_transmit() else { panic!() };
        let mut bytes = bytes;
        // With the right ID it comes further.
        if let Some(id) = bytes.get_mut(..2) {
            id.copy_from_slice(&query[..2]);
        }
        stub.on_datagram(Time::ZERO, port, server, &bytes);
        prop_assert!(stub.poll_finished().is_some() || stub.poll_timeout().is_some());
    }
}

proptest! {
    #[test]
    fn the_recursive_resolver_bears_any_answers(pieces in prop::collection::vec(broken(), 0..12)) {
        let mut resolver = Recursor::new(config(), 1);
        let (client, mut now) = (SocketAddr::from(([10, 0, 0, 1], 1025)), Time::ZERO);
        let question = Question { name: "www.example.com".parse().unwrap(), kind: Kind::A };
        let query = Message::query(7, question, true).to_bytes().unwrap();
        resolver.on_datagram(now, 53, client, &query);
        let (mut pieces, mut sent) = (pieces.into_iter(), 0);
        let reply = loop {
            match resolver.poll_transmit() {
                Some(Transmit::Datagram { port: 53, to, bytes, .. }) if to == client => break bytes,
                Some(Transmit::Datagram { port, to, bytes, .. }) => {
                    sent += 1;
                    // With the right ID it comes further.
                    let mut piece = pieces.next().unwrap_or_default();
                    if let Some(id) = piece.get_mut(..2) {
                        id.copy_from_slice(&bytes[..2]);
                    }
                    resolver.on_datagram(now, port, to, &piece);
                }
                Some(Transmit::Connect { stream, .. }) => resolver.on_closed(now, stream),
                Some(_) => {}
                None => {
                    now = now.max(resolver.poll_timeout().expect("an answer, or something to wait for"));
                    resolver.on_timeout(now);
                }
            }
        };
        prop_assert_eq!(Message::parse(&reply).unwrap().id, 7);
        prop_assert!(sent <= resolver.config().max_work);
        prop_assert!(now <= Time::from_secs(11));
    }
}

#[test]
fn loops_of_pointers_and_false_counts_are_refused() {
    let header = [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    let with = |rest: &[u8]| Message::parse(&[&header[..], rest].concat());
    assert!(with(&[0xc0, 12, 0, 1, 0, 1]).is_err(), "a pointer to itself");
    assert!(with(&[1, b'a', 0xc0, 12, 0, 1, 0, 1]).is_err(), "a pointer back to the label before it");
    assert!(with(&[0xc0, 14, 0, 0, 1, 0, 1]).is_err(), "a pointer forward");
    assert!(with(&[0x40, 0, 0, 1, 0, 1]).is_err(), "a label of a kind that there is not");
    assert!(with(&[0, 0, 1, 0, 1]).is_ok());
    let mut many = header;
    many[6] = 0xff;
    assert!(Message::parse(&many).unwrap_err().to_string().contains("counts"));
}
