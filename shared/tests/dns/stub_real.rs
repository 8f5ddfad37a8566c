//! Our stub resolver on real sockets: what it makes of dnsmasq, and of nobody.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    thread,
    time::{Duration, Instant},
};

use firsthop_protocol::dns::{
    Authority, AuthorityConfig, Event, Finished, Kind, LookupError, Rcode, Stub, StubConfig,
};

use crate::{
    programs::{dnsmasq, free_port, there},
    pump::Running,
    zones::example,
};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn lookup(stub: &Running<Stub>, name: &str, kind: Kind) -> Finished {
    let id = stub.with(|stub, now| stub.lookup(now, name.parse().unwrap(), kind));
    let begun = Instant::now();
    loop {
        if let Some(finished) = stub.with(|stub, _| stub.poll_finished()) {
            assert_eq!(finished.id, id);
            return finished;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "no end of {name}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn data(finished: &Finished) -> Vec<String> {
    let answer = finished.result.as_ref().unwrap();
    let mut data: Vec<_> = answer.records.iter().map(|record| record.data.to_string()).collect();
    data.sort();
    data
}

/// A port of 127.0.0.1 at which nobody listens.
fn nobody() -> SocketAddr {
    SocketAddr::new(HERE, free_port(&[HERE]))
}

#[test]
fn dnsmasq_is_understood() {
    if !there("dnsmasq") {
        return;
    }
    let text = "y".repeat(250);
    let long: Vec<_> = (0..5).map(|index| format!("--txt-record=long.example.com,{index}{text}")).collect();
    let mut options = vec![
        "--local=/example.com/",
        "--host-record=www.example.com,192.0.2.80,2001:db8::80",
        "--cname=alias.example.com,www.example.com",
        "--mx-host=example.com,mail.example.com,10",
        "--ptr-record=80.2.0.192.in-addr.arpa,www.example.com",
    ];
    options.extend(long.iter().map(String::as_str));
    let server = dnsmasq(HERE, free_port(&[HERE]), &options);
    // The first server is not there: the second one answers.
    let stub = Running::client(Stub::new(StubConfig::new(vec![nobody(), server.address]), 7));
    assert_eq!(data(&lookup(&stub, "www.example.com", Kind::A)), ["192.0.2.80"]);
    assert_eq!(data(&lookup(&stub, "www.example.com", Kind::AAAA)), ["2001:db8::80"]);
    let alias = lookup(&stub, "alias.example.com", Kind::A);
    assert_eq!(data(&alias), ["192.0.2.80"]);
    assert_eq!(alias.result.unwrap().name, "www.example.com".parse().unwrap());
    assert_eq!(data(&lookup(&stub, "example.com", Kind::MX)), ["10 mail.example.com"]);
    assert_eq!(data(&lookup(&stub, "80.2.0.192.in-addr.arpa", Kind::PTR)), ["www.example.com"]);
    let long = lookup(&stub, "long.example.com", Kind::TXT);
    assert_eq!(data(&long).len(), 5, "five strings of 251 bytes come by TCP");
    let missing = "missing.example.com".parse().unwrap();
    assert_eq!(
        lookup(&stub, "missing.example.com", Kind::A).result,
        Err(LookupError::NxDomain { name: missing })
    );
    let www = "www.example.com".parse().unwrap();
    assert_eq!(
        lookup(&stub, "www.example.com", Kind::MX).result,
        Err(LookupError::NoData { name: www, kind: Kind::MX })
    );
    let elsewhere = lookup(&stub, "www.example.org", Kind::A).result;
    assert_eq!(elsewhere, Err(LookupError::Failed { rcode: Rcode::REFUSED }), "it has nobody to ask");
}

#[test]
fn our_own_server_answers_by_udp_and_tcp() {
    let server = Running::serve(Authority::new(AuthorityConfig::default(), &[example()]).unwrap());
    for tcp in [false, true] {
        let config = StubConfig { tcp, ..StubConfig::new(vec![server.address]) };
        let stub = Running::client(Stub::new(config, 7));
        assert_eq!(data(&lookup(&stub, "www.example.com", Kind::A)), ["192.0.2.80", "192.0.2.81"]);
        assert_eq!(data(&lookup(&stub, "many.example.com", Kind::A)).len(), 60, "too long for a datagram");
    }
}

#[test]
fn the_kernel_says_that_nobody_listens() {
    for (tcp, said) in [(false, "dns.ask.unreachable"), (true, "dns.ask.stream-closed")] {
        let config = StubConfig { tcp, ..StubConfig::new(vec![nobody(), nobody()]) };
        let stub = Running::client(Stub::new(config, 7));
        assert_eq!(lookup(&stub, "www.example.com", Kind::A).result, Err(LookupError::Timeout));
        let events = stub.with(|stub, _| std::iter::from_fn(|| stub.poll_event()).collect::<Vec<_>>());
        let heard = events.iter().filter(|event| match event {
            Event::Note { why, .. } => why.id == said,
            Event::Row { .. } => false,
        });
        assert_eq!(heard.count(), 4, "both servers twice");
    }
}
