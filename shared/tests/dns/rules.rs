//! Each rule on its own, in virtual time.

use std::net::SocketAddr;

use firsthop_protocol::{
    dns::{
        Authority, AuthorityConfig, Data, Edns, Kind, LookupError, Message, Question, Rcode, Record,
        StreamId, Stub, StubConfig, Transmit, ZoneError, ZoneFile, frame,
    },
    trace::Time,
};

use crate::zones::{example, zone};

fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn question(name: &str, kind: Kind) -> Question {
    Question { name: name.parse().unwrap(), kind }
}

fn ask(server: &mut Authority, query: &Message) -> Message {
    server.on_datagram(Time::ZERO, 53, at("192.0.2.1:1025"), &query.to_bytes().unwrap());
    match server.poll_transmit() {
        Some(Transmit::Datagram { bytes, port: 53, .. }) => Message::parse(&bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}

/// The datagram that goes out: from which port, to whom, what.
fn sent(stub: &mut Stub) -> (u16, SocketAddr, Message) {
    match stub.poll_transmit() {
        Some(Transmit::Datagram { port, to, bytes, .. }) => (port, to, Message::parse(&bytes).unwrap()),
        other => panic!("{other:?}"),
    }
}

fn answer(query: &Message, rcode: Rcode, records: &[(&str, Data)]) -> Message {
    let record = |(name, data): &(&str, Data)| Record::new(name.parse().unwrap(), 60, data.clone());
    Message { answers: records.iter().map(record).collect(), ..query.reply(rcode) }
}

#[test]
fn a_zone_file_is_one_readable_table() {
    let text = r#"
        name = "example.com"
        ttl = 60
        records = ["www A 192.0.2.80", "@ NS ns"]
        key = "secret"
    "#;
    let file: ZoneFile = toml::from_str(text).unwrap();
    assert_eq!((file.ttl, file.records.len(), file.key.as_deref()), (60, 2, Some("secret")));
    assert_eq!(toml::from_str::<ZoneFile>(&toml::to_string(&file).unwrap()).unwrap(), file);
    assert!(toml::from_str::<ZoneFile>("name = \"a..b\"\nrecords = []").is_err());
    assert!(toml::from_str::<ZoneFile>("name = \"a\"\nrecords = []\nrecord = 1").is_err());
}

#[test]
fn what_does_not_fit_together_is_no_zone() {
    let refused = |records: &[&str]| {
        let files = [zone("example.com", records)];
        Authority::new(AuthorityConfig::default(), &files).unwrap_err()
    };
    let name = |text: &str| text.parse().unwrap();
    let zone_name = name("example.com");
    let alias = ZoneError::Alias { zone: zone_name, name: name("a.example.com") };
    assert_eq!(refused(&["a CNAME b", "a A 192.0.2.1"]), alias);
    assert_eq!(refused(&["a CNAME b", "a CNAME c"]), alias);
    assert!(matches!(refused(&["a SOA a b 1 2 3 4 5"]), ZoneError::Soa { .. }));
    assert!(matches!(refused(&["@ SOA a b 1 2 3 4 5", "@ SOA a b 2 2 3 4 5"]), ZoneError::Soa { .. }));
    let error = refused(&["www A 192.0.2.300"]).to_string();
    assert_eq!(error, "zone example.com, record \"www A 192.0.2.300\": \"192.0.2.300\" is no IPv4 address");
    let twice = Authority::new(AuthorityConfig::default(), &[zone("a", &[]), zone("A", &[])]);
    assert!(matches!(twice.unwrap_err(), ZoneError::Twice { .. }));
}

#[test]
fn the_lowest_zone_answers_and_its_parent_for_ds() {
    let files = [zone("com", &["example NS ns.example", "ns.example A 192.0.2.1"]), example()];
    let mut server = Authority::new(AuthorityConfig::default(), &files).unwrap();
    let mut soa_of = |kind| {
        let reply = ask(&mut server, &Message::query(1, question("example.com", kind), false));
        (reply.authoritative, reply.authority[0].name.to_string())
    };
    assert_eq!(soa_of(Kind::TXT), (true, "example.com".into()));
    assert_eq!(soa_of(Kind::DS), (true, "com".into()));
}

#[test]
fn signatures_come_to_who_asks_for_them() {
    let file = ZoneFile { key: Some("secret".into()), ..example() };
    let mut server = Authority::new(AuthorityConfig::default(), &[file]).unwrap();
    let mut query = Message::query(1, question("web.example.com", Kind::A), false);
    let kinds = |message: &Message| message.answers.iter().map(Record::kind).collect::<Vec<_>>();
    assert_eq!(kinds(&ask(&mut server, &query)), [Kind::A, Kind::A]);
    query.edns = Some(Edns { udp_size: 1232, version: 0, signatures: true });
    let reply = ask(&mut server, &query);
    assert_eq!(kinds(&reply), [Kind::A, Kind::A, Kind::RRSIG]);
    assert_eq!(reply.edns.map(|edns| edns.signatures), Some(true));
}

#[test]
fn a_silent_connection_is_closed() {
    let mut server = Authority::new(AuthorityConfig::default(), &[example()]).unwrap();
    let stream = StreamId::In(1);
    server.on_accept(Time::ZERO, stream, at("192.0.2.1:1025"));
    let query = Message::query(1, question("web.example.com", Kind::A), false).to_bytes().unwrap();
    let bytes = [frame(&query), frame(&query)].concat();
    let (first, rest) = bytes.split_at(7);
    server.on_stream(Time::from_secs(1), stream, first);
    assert_eq!((server.poll_transmit(), server.poll_timeout()), (None, Some(Time::from_secs(10))));
    server.on_stream(Time::from_secs(2), stream, rest);
    let answers = std::iter::from_fn(|| server.poll_transmit()).count();
    assert_eq!((answers, server.poll_timeout()), (2, Some(Time::from_secs(12))));
    server.on_timeout(Time::from_secs(12));
    assert_eq!(server.poll_transmit(), Some(Transmit::Close { stream }));
    assert_eq!(server.poll_timeout(), None);
}

#[test]
fn the_stub_goes_through_its_servers_as_glibc_does() {
    let servers = vec![at("10.0.0.1:53"), at("10.0.0.2:53"), at("10.0.0.3:53")];
    let mut stub = Stub::new(StubConfig::new(servers.clone()), 1);
    stub.lookup(Time::ZERO, "www.example.com".parse().unwrap(), Kind::A);
    let mut now = Time::ZERO;
    let mut asked = Vec::new();
    while let Some(deadline) = stub.poll_timeout() {
        let (port, to, message) = sent(&mut stub);
        asked.push((to, deadline.since(now) / 1_000_000, port, message.id));
        now = deadline;
        stub.on_timeout(now);
    }
    let schedule: Vec<_> = asked.iter().map(|(to, wait, ..)| (*to, *wait)).collect();
    let round = [(servers[0], 5), (servers[1], 3), (servers[2], 6)];
    assert_eq!(schedule, [round, round].concat());
    assert_eq!((asked[0].2, asked[0].3), (asked[3].2, asked[3].3), "the same question from the same socket");
    let finished = stub.poll_finished().unwrap();
    assert_eq!((finished.result, finished.message), (Err(LookupError::Timeout), None));
    assert_eq!(stub.asked().count(), 0);
}

#[test]
fn the_stub_believes_only_what_it_asked_for() {
    let server = at("10.0.0.1:53");
    let mut stub = Stub::new(StubConfig::new(vec![server]), 1);
    stub.lookup(Time::ZERO, "www.example.com".parse().unwrap(), Kind::A);
    let (port, to, query) = sent(&mut stub);
    let a = Data::A([192, 0, 2, 80].into());
    let right = answer(&query, Rcode::NO_ERROR, &[("www.example.com", a.clone())]);
    let forged = [
        (port, at("10.0.0.9:53"), right.clone(), "dns.ignored.source"),
        (port, at("10.0.0.1:54"), right.clone(), "dns.ignored.source"),
        (port ^ 1, to, right.clone(), "dns.ignored.unasked"),
        (port, to, Message { id: query.id ^ 1, ..right.clone() }, "dns.ignored.id"),
        (port, to, Message { response: false, ..right.clone() }, "dns.ignored.not-an-answer"),
        (
            port,
            to,
            Message { question: Some(question("ww.example.com", Kind::A)), ..right.clone() },
            "dns.ignored.question",
        ),
        (port, to, Message { question: None, ..right.clone() }, "dns.ignored.question"),
    ];
    stub.poll_event().unwrap();
    for (port, from, message, why) in forged {
        stub.on_datagram(Time::ZERO, port, from, &message.to_bytes().unwrap());
        assert_eq!(stub.poll_finished(), None);
        let trace = serde_json::to_value(stub.poll_event().unwrap().to_trace("h")).unwrap();
        assert_eq!(trace["text"]["id"], why);
    }
    stub.on_datagram(Time::ZERO, port, to, &right.to_bytes().unwrap());
    let answer = stub.poll_finished().unwrap().result.unwrap();
    assert_eq!((answer.records[0].data.clone(), answer.records.len()), (a, 1));
    assert_eq!(stub.poll_transmit(), Some(Transmit::ClosePort { port }));
}

#[test]
fn the_stub_tells_what_is_wrong_apart() {
    let results = |rcode, records: &[(&str, Data)]| {
        let mut stub = Stub::new(StubConfig::new(vec![at("10.0.0.1:53"), at("10.0.0.2:53")]), 1);
        stub.lookup(Time::ZERO, "www.example.com".parse().unwrap(), Kind::A);
        let mut asked = 0;
        loop {
            let (port, to, query) = sent(&mut stub);
            asked += 1;
            stub.on_datagram(Time::ZERO, port, to, &answer(&query, rcode, records).to_bytes().unwrap());
            if let Some(finished) = stub.poll_finished() {
                return (asked, finished.result.map(|answer| answer.records.len()));
            }
        }
    };
    let name = |text: &str| text.parse().unwrap();
    let alias = [("www.example.com", Data::Cname(name("web.example.com")))];
    assert_eq!(
        results(Rcode::NX_DOMAIN, &[]),
        (1, Err(LookupError::NxDomain { name: name("www.example.com") }))
    );
    let no_data = LookupError::NoData { name: name("web.example.com"), kind: Kind::A };
    assert_eq!(results(Rcode::NO_ERROR, &alias), (1, Err(no_data)));
    assert_eq!(
        results(Rcode::SERV_FAIL, &[]),
        (4, Err(LookupError::Failed { rcode: Rcode::SERV_FAIL })),
        "each server twice"
    );
    let mut nobody = Stub::new(StubConfig::new(Vec::new()), 1);
    nobody.lookup(Time::ZERO, name("a"), Kind::A);
    assert_eq!(nobody.poll_finished().unwrap().result, Err(LookupError::NoServer));
}

#[test]
fn a_truncated_answer_is_fetched_by_tcp() {
    let server = at("10.0.0.1:53");
    let mut stub = Stub::new(StubConfig::new(vec![server]), 1);
    stub.lookup(Time::ZERO, "www.example.com".parse().unwrap(), Kind::A);
    let (port, to, query) = sent(&mut stub);
    let short = Message { truncated: true, ..query.reply(Rcode::NO_ERROR) };
    stub.on_datagram(Time::ZERO, port, to, &short.to_bytes().unwrap());
    let Some(Transmit::Connect { stream, to }) = stub.poll_transmit() else { panic!() };
    assert_eq!(to, server);
    stub.on_connected(Time::ZERO, stream);
    let Some(Transmit::Stream { bytes, .. }) = stub.poll_transmit() else { panic!() };
    assert_eq!(Message::parse(&bytes[2..]).unwrap().question, query.question);
    let a = Data::A([192, 0, 2, 80].into());
    let whole = frame(&answer(&query, Rcode::NO_ERROR, &[("www.example.com", a)]).to_bytes().unwrap());
    for byte in whole {
        assert_eq!(stub.poll_finished(), None);
        stub.on_stream(Time::ZERO, stream, &[byte]);
    }
    assert_eq!(stub.poll_finished().unwrap().result.unwrap().records.len(), 1);
    assert_eq!(stub.poll_transmit(), Some(Transmit::Close { stream }));
    assert_eq!(stub.poll_transmit(), Some(Transmit::ClosePort { port }));
}
