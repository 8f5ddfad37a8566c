//! The DNS: any bytes as a message, as a question to a server, and as an answer to a resolver.
#![no_main]

use std::net::SocketAddr;

use firsthop_protocol::{
    dns::{
        Anchor, Authority, AuthorityConfig, Kind, Message, Question, Recursor, RecursorConfig, RootHint,
        StreamId, Stub, StubConfig, Transmit, ZoneFile,
    },
    trace::Time,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = Message::parse(bytes) {
        let written = message.to_bytes().expect("what was read can be written");
        assert_eq!(Message::parse(&written), Ok(message));
    }

    let records = ["www CNAME a", "a A 192.0.2.1", "*.w TXT t", "sub NS ns.sub", "ns.sub A 192.0.2.2"];
    let zone = ZoneFile {
        name: "b".parse().expect("a name"),
        ttl: 60,
        records: records.map(str::to_owned).to_vec(),
        key: Some("secret".to_owned()),
    };
    let mut server = Authority::new(AuthorityConfig::default(), &[zone]).expect("a zone");
    let (client, now) = (SocketAddr::from(([192, 0, 2, 9], 1025)), Time::ZERO);
    server.on_datagram(now, 53, client, bytes);
    server.on_accept(now, StreamId::In(1), client);
    server.on_stream(now, StreamId::In(1), bytes);
    while let Some(sent) = server.poll_transmit() {
        match sent {
            Transmit::Datagram { bytes, .. } => {
                assert!(bytes.len() <= 1232 && Message::parse(&bytes).is_ok())
            }
            Transmit::Stream { bytes, .. } => assert!(Message::parse(&bytes[2..]).is_ok()),
            _ => {}
        }
    }

    let server = SocketAddr::from(([192, 0, 2, 53], 53));
    let mut stub = Stub::new(StubConfig::new(vec![server]), 1);
    stub.lookup(now, "www.b".parse().expect("a name"), Kind::A);
    if let Some(Transmit::Datagram { port, bytes: question, .. }) = stub.poll_transmit() {
        // An answer without the right ID and question goes no further.
        let mut answer = bytes.to_vec();
        if let (Some(id), Some(asked)) = (answer.get_mut(..2), question.get(..2)) {
            id.copy_from_slice(asked);
        }
        stub.on_datagram(now, port, server, &answer);
        assert!(stub.poll_finished().is_some() || stub.poll_timeout().is_some());
    }
    resolve(bytes);
});

/// A resolver whose questions are answered by pieces of the input, with the right ID and question or not.
fn resolve(bytes: &[u8]) {
    let (how, mut rest) = bytes.split_first().unwrap_or((&0, &[]));
    let root = RootHint { name: "a.root".parse().expect("a name"), address: [198, 51, 100, 1].into() };
    let anchor = Anchor { zone: "b".parse().expect("a name"), key: "secret".to_owned() };
    let mut resolver = Recursor::new(
        RecursorConfig {
            bailiwick: how & 1 == 0,
            anchors: if how & 2 == 0 { Vec::new() } else { vec![anchor] },
            ipv6: how & 4 == 0,
            max_entries: 20,
            ..RecursorConfig::new(vec![root])
        },
        1,
    );
    let client = SocketAddr::from(([192, 0, 2, 9], 1025));
    let question = Question { name: "www.b".parse().expect("a name"), kind: Kind(u16::from(how >> 3)) };
    let query = Message::query(7, question, true).to_bytes().expect("a question");
    let mut now = Time::ZERO;
    resolver.on_datagram(now, 53, client, &query);
    let (mut sent, mut answered) = (0, 0);
    loop {
        let mut answers = Vec::new();
        while let Some(transmit) = resolver.poll_transmit() {
            match transmit {
                Transmit::Datagram { port: 53, bytes, .. } => {
                    assert!(Message::parse(&bytes).is_ok_and(|message| message.id == 7 && message.response));
                    answered += 1;
                }
                Transmit::Datagram { port, to, bytes: asked, .. } => {
                    sent += 1;
                    let Some(([length, change], tail)) = rest.split_first_chunk() else { continue };
                    let (piece, after) = tail.split_at(usize::from(*length).min(tail.len()));
                    rest = after;
                    let mut answer = piece.to_vec();
                    // Behind the header comes the question that was asked, then what the fuzzer likes.
                    if change & 1 == 0 && answer.len() >= 12 {
                        let question = asked.get(12..asked.len() - 11).unwrap_or_default().to_vec();
                        answer.splice(12..12, question);
                        answer[..2].copy_from_slice(&asked[..2]);
                        answer[2] |= 0x80;
                        answer[4..6].copy_from_slice(&[0, 1]);
                    }
                    answers.push((port, to, answer));
                }
                Transmit::Connect { stream, .. } => {
                    resolver.on_connected(now, stream);
                    resolver.on_stream(now, stream, rest);
                }
                Transmit::Stream { .. } | Transmit::Close { .. } | Transmit::ClosePort { .. } => {}
            }
        }
        while resolver.poll_event().is_some() {}
        let came = !answers.is_empty();
        for (port, from, answer) in answers {
            resolver.on_datagram(now, port, from, &answer);
        }
        assert!(resolver.cache().count() <= 20);
        match resolver.poll_timeout() {
            _ if came => {}
            Some(timer) if answered == 0 => {
                now = now.max(timer);
                resolver.on_timeout(now);
            }
            _ if answered == 0 => panic!("nothing to wait for and no answer"),
            _ => break,
        }
    }
    // By UDP and TCP.
    assert!(answered == 1 && sent <= 2 * resolver.config().max_work);
}
