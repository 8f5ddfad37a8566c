//! Our recursive resolver on real sockets: a root in NSD, a top-level domain in BIND, zones in ours; `dig` asks.

use std::{net::IpAddr, time::Duration};

use firsthop_protocol::dns::{
    Anchor, Authority, AuthorityConfig, Kind, Message, Question, Rcode, Record, Recursor, RecursorConfig,
    RootHint, ZoneFile,
};

use crate::{
    dig::dig_says,
    programs::{ask, dnsmasq, free_port, named, nsd, there},
    pump::{Running, bind},
    zones::{example, zone},
};

fn at(last: u8) -> IpAddr {
    if last == COM {
        // BIND listens only at addresses that an interface has been given.
        return IpAddr::from([127, 0, 0, 1]);
    }
    // 127.x.y.z are all this machine: of two processes that run these tests each has addresses of its own.
    let [high, low] = (std::process::id() as u16).to_be_bytes();
    IpAddr::from([127, high.max(1), low, last])
}

const ROOT: u8 = 11;
const COM: u8 = 12;
const EXAMPLE: u8 = 13;
const OTHER: u8 = 14;

fn zones() -> [ZoneFile; 4] {
    let (root, com, own, other) = (at(ROOT), at(COM), at(EXAMPLE), at(OTHER));
    let lines = |lines: &[String]| lines.to_vec();
    let file = |name: &str, records: Vec<String>| ZoneFile { records, ..zone(name, &[]) };
    let mut own_zone = example();
    own_zone.key = Some("secret".into());
    // The delegations of the example lead to addresses that are nowhere, as do its servers.
    own_zone.records.retain(|record| {
        !["ns1 ", "ns2 ", "sub ", "far ", "ns.sub"].iter().any(|start| record.starts_with(start))
    });
    own_zone.records.extend(lines(&[format!("ns1 A {own}"), format!("ns2 A {own}")]));
    own_zone.records.extend(lines(&["far NS ns.other.net.".to_owned()]));
    [
        file(
            ".",
            lines(&[
                "@ NS a.root.".to_owned(),
                format!("a.root. A {root}"),
                "com. NS a.gtld.com.".to_owned(),
                format!("a.gtld.com. A {com}"),
                "net. NS a.gtld.com.".to_owned(),
            ]),
        ),
        file(
            "com",
            lines(&[
                "@ NS a.gtld".to_owned(),
                format!("a.gtld A {com}"),
                "example NS ns1.example".to_owned(),
                format!("ns1.example A {own}"),
            ]),
        ),
        own_zone,
        file(
            "net",
            lines(&[
                "@ NS a.gtld.com.".to_owned(),
                "other NS ns.other".to_owned(),
                format!("ns.other A {other}"),
                "example TXT \"a name of the net\"".to_owned(),
            ]),
        ),
    ]
}

fn far_zones() -> [ZoneFile; 2] {
    let other = at(OTHER);
    let lines = vec!["@ NS ns".to_owned(), format!("ns A {other}")];
    [
        ZoneFile { records: lines, ..zone("other.net", &[]) },
        zone("far.example.com", &["@ NS ns.other.net.", "www A 192.0.2.200", "*.w TXT \"far away\""]),
    ]
}

#[test]
fn names_are_found_through_the_servers_of_others() {
    if !(there("nsd") && there("named")) {
        return;
    }
    let addresses = [ROOT, COM, EXAMPLE, OTHER].map(at);
    let port = free_port(&addresses);
    let [root, com, own, net] = zones();
    let _root = nsd(at(ROOT), port, &[root]);
    let _com = named(at(COM), port, "recursion no;", &[com, net], "");
    let (udp, tcp) = bind(at(EXAMPLE), port).unwrap();
    let _own = Running::serve_on(Authority::new(AuthorityConfig::default(), &[own]).unwrap(), udp, tcp);
    let _other = nsd(at(OTHER), port, &far_zones());

    let hint = RootHint { name: "a.root".parse().unwrap(), address: at(ROOT) };
    let (udp, tcp) = bind(at(1), 0).unwrap();
    let config = RecursorConfig {
        port: udp.local_addr().unwrap().port(),
        upstream_port: port,
        anchors: vec![Anchor { zone: "example.com".parse().unwrap(), key: "secret".into() }],
        ..RecursorConfig::new(vec![hint])
    };
    let resolver = Running::serve_on(Recursor::new(config, 7), udp, tcp);
    let says = |arguments: &[&str], expected: &[&str]| dig_says(resolver.address, arguments, expected);
    let ra = "flags: qr rd ra;";
    says(&["www.example.com"], &["status: NOERROR", "300 IN CNAME web.example.com.", "3600 IN A 192.0.2.80"]);
    says(&["www.example.com", "+dnssec"], &["flags: qr rd ra ad;"]);
    says(
        &["example.com", "MX", "+noedns", "+noadflag"],
        &[ra, "10 mail.example.com.", "20 mail.example.net."],
    );
    says(&["missing.example.com"], &["status: NXDOMAIN", "AUTHORITY: 1", "IN SOA ns1.example.com."]);
    says(&["web.example.com", "MX"], &["status: NOERROR", "ANSWER: 0, AUTHORITY: 1"]);
    says(&["any.wild.example.com", "TXT"], &["\"wild\""]);
    says(&["missing.net"], &["status: NXDOMAIN", "IN SOA"]);
    says(&["example.net", "TXT", "+noadflag"], &[ra, "\"a name of the net\""]);
    // A zone that another signed one refers to, at a server whose name is found in a third.
    says(&["www.far.example.com", "+noadflag"], &[ra, "192.0.2.200"]);
    says(&["x.y.w.far.example.com", "TXT"], &["\"far away\""]);
    // Servers that are not there.
    says(&["out.example.com"], &["status: NXDOMAIN", "CNAME www.example.net."]);
    // Too long for a datagram both on the way to us and on to the client.
    says(&["long.example.com", "TXT", "+ignore", "+noadflag"], &["flags: qr tc rd ra;", "ANSWER: 0"]);
    says(&["long.example.com", "TXT"], &["ANSWER: 12"]);
    says(&["many.example.com", "+tcp"], &["ANSWER: 60"]);
    says(&["many.example.com", "+bufsize=512", "+ignore"], &["tc", "ANSWER: 0"]);
    says(&["www.example.com", "+norecurse", "+noadflag"], &["flags: qr ra;", "192.0.2.80"]);
    says(&["new.example.com", "+norecurse"], &["status: REFUSED"]);
    let counts = resolver.with(|resolver, _| resolver.counts());
    assert_eq!((counts.bogus, counts.mismatched, counts.timeouts), (0, 0, 0), "{counts:?}");
    assert!(counts.from_cache > 3 && counts.out_of_bailiwick == 0, "{counts:?}");
}

/// Behind `dnsmasq`, which forwards: what comes out at the other end is what we found.
#[test]
fn dnsmasq_takes_our_answers() {
    if !there("dnsmasq") {
        return;
    }
    let own = Running::serve(Authority::new(AuthorityConfig::default(), &[example()]).unwrap());
    let here = IpAddr::from([127, 0, 0, 1]);
    let upstream = format!("--server={}#{}", own.address.ip(), own.address.port());
    let forwarder = dnsmasq(here, free_port(&[here]), &[&upstream]);
    let answer = |name: &str, kind| {
        let query = Message::query(9, Question { name: name.parse().unwrap(), kind }, true);
        ask(forwarder.address, &query, Duration::from_secs(10)).unwrap()
    };
    let www = answer("www.example.com", Kind::A);
    let kinds: Vec<_> = www.answers.iter().map(Record::kind).collect();
    assert_eq!((www.rcode, kinds), (Rcode::NO_ERROR, vec![Kind::CNAME, Kind::A, Kind::A]));
    assert_eq!(answer("missing.example.com", Kind::A).rcode, Rcode::NX_DOMAIN);
    assert_eq!(answer("text.example.com", Kind::TXT).answers.len(), 1);
    assert_eq!(answer("example.com", Kind::MX).answers.len(), 2);
}
