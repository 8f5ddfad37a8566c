//! The DNS: any bytes as a message, as a question to a server, and as an answer to a resolver.
#![no_main]

use std::net::SocketAddr;

use firsthop_protocol::{
    dns::{Authority, AuthorityConfig, Kind, Message, StreamId, Stub, StubConfig, Transmit, ZoneFile},
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
            Transmit::Datagram { bytes, .. } => assert!(bytes.len() <= 1232 && Message::parse(&bytes).is_ok()),
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
});
