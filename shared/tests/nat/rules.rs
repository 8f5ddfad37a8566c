//! What the translator does, rule by rule.

use std::net::{Ipv4Addr, SocketAddrV4};

use firsthop_protocol::{
    nat::{
        Config, ConfigError, Direction, Event, Filtering, Forward, Nat, Place, Protocol, Refusal, State,
        TcpState, Timeouts, Verdict,
    },
    trace::{EventKind, Time},
};

use crate::packets::{assembled, echo, endpoints, fragments, is_sound, quoted, tcp, udp, unreachable};

const OUTSIDE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);
const T0: Time = Time::ZERO;

fn at(text: &str) -> SocketAddrV4 {
    text.parse().unwrap()
}

fn ip(text: &str) -> Ipv4Addr {
    text.parse().unwrap()
}

fn nat() -> Nat {
    Nat::new(Config::new(OUTSIDE), 1)
}

fn with(change: impl FnOnce(&mut Config)) -> Nat {
    let mut config = Config::new(OUTSIDE);
    change(&mut config);
    Nat::new(config, 1)
}

/// Sends a packet through, which must be translated and sound.
fn pass(nat: &mut Nat, now: Time, direction: Direction, packet: &[u8]) -> Vec<u8> {
    let mut packet = packet.to_vec();
    let verdict = nat.translate(now, direction, &mut packet);
    assert!(verdict.is_translated(), "{verdict:?}");
    assert!(is_sound(&packet));
    packet
}

/// Why a packet is not translated; it must not have been touched.
fn refused(nat: &mut Nat, now: Time, direction: Direction, packet: &[u8]) -> String {
    let mut bytes = packet.to_vec();
    let verdict = nat.translate(now, direction, &mut bytes);
    assert_eq!(bytes, packet);
    match verdict {
        Verdict::Dropped { why, .. } | Verdict::NotOurs { why, .. } => why.id,
        Verdict::Translated { .. } => panic!("translated"),
    }
}

fn state(nat: &Nat) -> State {
    nat.sessions().next().unwrap().state
}

#[test]
fn udp_goes_out_and_its_answer_comes_back() {
    let mut nat = nat();
    let (host, server) = (at("10.0.0.2:5000"), at("198.51.100.9:53"));
    let out = pass(&mut nat, T0, Direction::Out, &udp(host, server, b"question"));
    assert_eq!(endpoints(&out), (at("203.0.113.1:5000"), server));
    assert_eq!(state(&nat), State::Unreplied);
    let back = pass(&mut nat, T0, Direction::In, &udp(server, at("203.0.113.1:5000"), b"answer"));
    assert_eq!(endpoints(&back), (server, host));
    assert_eq!(state(&nat), State::Replied);
    let session = nat.sessions().next().unwrap();
    assert_eq!((session.packets_out, session.packets_in), (1, 1));
    assert_eq!(session.expires, Time::from_secs(120));
}

#[test]
fn what_changed_is_told_with_its_values() {
    let mut nat = nat();
    nat.reserve(Protocol::Udp, 5000);
    let mut packet = udp(at("10.0.0.2:5000"), at("198.51.100.9:53"), b"question");
    let Verdict::Translated { changes } = nat.translate(T0, Direction::Out, &mut packet) else { panic!() };
    let fields: Vec<_> = changes.iter().map(|change| change.field).collect();
    assert_eq!(fields, ["src", "checksum", "srcport", "checksum"]);
    assert!(changes.iter().all(|change| change.place == Place::Packet && change.before != change.after));
    assert_eq!(changes[2].before.to_string(), "5000");
    assert_eq!(changes[2].after.to_string(), endpoints(&packet).0.port().to_string());
}

#[test]
fn a_mapping_is_the_same_whatever_the_destination() {
    let mut nat = nat();
    let host = at("10.0.0.2:5000");
    let ports: Vec<u16> = ["198.51.100.9:53", "198.51.100.9:54", "198.51.100.10:53"]
        .iter()
        .map(|server| endpoints(&pass(&mut nat, T0, Direction::Out, &udp(host, at(server), b""))).0.port())
        .collect();
    assert_eq!(ports, [5000; 3]);
    assert_eq!((nat.mappings().count(), nat.sessions().count()), (1, 3));
    // Another host with the same port gets another one, of its range and parity.
    for (own, range) in [(5000, 1024..=65535), (700, 600..=1023), (123, 1..=511)] {
        for host in [2, 3, 4] {
            let host = SocketAddrV4::new(Ipv4Addr::new(10, 0, 1, host), own);
            pass(&mut nat, T0, Direction::Out, &udp(host, at("198.51.100.9:53"), b""));
        }
        let mine =
            |port: &u16| nat.mappings().any(|map| map.inside.port() == own && map.outside.port() == *port);
        let ports: Vec<u16> = (0..=u16::MAX).filter(mine).collect();
        assert!(ports.len() >= 3 && ports.contains(&own), "{ports:?}");
        assert!(ports.iter().all(|port| range.contains(port) && port % 2 == own % 2), "{ports:?}");
    }
}

#[test]
fn filters_let_in_whom_they_should() {
    let host = at("10.0.0.2:5000");
    let lets_in = |filtering, from: &str| {
        let mut nat = with(|config| config.filtering = filtering);
        pass(&mut nat, T0, Direction::Out, &udp(host, at("198.51.100.9:53"), b""));
        let mut packet = udp(at(from), at("203.0.113.1:5000"), b"");
        let verdict = nat.translate(T0, Direction::In, &mut packet);
        match verdict {
            Verdict::Translated { .. } => assert_eq!(endpoints(&packet).1, host),
            Verdict::NotOurs { why, .. } => {
                assert_eq!(why.id, "nat.refused.filtered");
                return false;
            }
            Verdict::Dropped { .. } => panic!(),
        }
        true
    };
    let (same, port, other) = ("198.51.100.9:53", "198.51.100.9:99", "198.51.100.77:53");
    for (filtering, expected) in [
        (Filtering::EndpointIndependent, [true, true, true]),
        (Filtering::AddressDependent, [true, true, false]),
        (Filtering::AddressAndPortDependent, [true, false, false]),
    ] {
        assert_eq!([same, port, other].map(|from| lets_in(filtering, from)), expected, "{filtering:?}");
    }
}

#[test]
fn the_unsolicited_is_the_routers_own_or_dropped() {
    let packet = udp(at("198.51.100.9:53"), at("203.0.113.1:5000"), b"");
    let mut open = nat();
    assert!(matches!(open.translate(T0, Direction::In, &mut packet.clone()), Verdict::NotOurs { .. }));
    let mut closed = with(|config| config.refusal = Refusal::Drop);
    let Verdict::Dropped { why, rfc } = closed.translate(T0, Direction::In, &mut packet.clone()) else {
        panic!()
    };
    assert_eq!((why.id.as_str(), rfc), ("nat.refused.unsolicited", "RFC 4787 §5"));
    assert_eq!(why.english, "nothing inside is mapped to 203.0.113.1:5000");
    let syn = tcp(at("198.51.100.9:53"), at("203.0.113.1:5000"), "S", 1, 0, b"");
    assert_eq!(refused(&mut open, T0, Direction::In, &syn), "nat.refused.unsolicited");
    let ping = echo(ip("198.51.100.9"), OUTSIDE, 7, 1, true);
    assert_eq!(refused(&mut open, T0, Direction::In, &ping), "nat.not-ours.request");
    let transit = udp(at("198.51.100.9:53"), at("10.0.0.2:5000"), b"");
    assert_eq!(refused(&mut open, T0, Direction::In, &transit), "nat.not-ours.not-outside");
    let own = udp(at("203.0.113.1:5000"), at("198.51.100.9:53"), b"");
    assert_eq!(refused(&mut open, T0, Direction::Out, &own), "nat.not-ours.own");
    let mut one = with(|config| config.inside = vec!["10.0.0.0/24".parse().unwrap()]);
    let elsewhere = udp(at("10.9.0.2:5000"), at("198.51.100.9:53"), b"");
    assert_eq!(refused(&mut one, T0, Direction::Out, &elsewhere), "nat.not-ours.not-inside");
}

#[test]
fn a_connection_is_followed_and_its_time_goes_with_its_state() {
    let mut nat = nat();
    let (host, server, outside) = (at("10.0.0.2:5000"), at("198.51.100.9:80"), at("203.0.113.1:5000"));
    let mut now = T0;
    for (out, flags, expected, kept) in [
        (true, "S", TcpState::SynSent, 120),
        (false, "SA", TcpState::SynReceived, 60),
        (true, "A", TcpState::Established, 432_000),
        (false, "A", TcpState::Established, 432_000),
        (true, "FA", TcpState::FinWait, 120),
        (false, "A", TcpState::CloseWait, 60),
        (false, "FA", TcpState::LastAck, 30),
        (true, "A", TcpState::TimeWait, 120),
    ] {
        now = now.plus(1_000_000);
        if out {
            let packet = tcp(host, server, flags, 1, 1, b"");
            assert_eq!(endpoints(&pass(&mut nat, now, Direction::Out, &packet)), (outside, server));
        } else {
            let packet = tcp(server, outside, flags, 1, 1, b"");
            assert_eq!(endpoints(&pass(&mut nat, now, Direction::In, &packet)), (server, host));
        }
        assert_eq!(state(&nat), State::Tcp(expected));
        assert_eq!(nat.sessions().next().unwrap().expires, now.plus(kept * 1_000_000));
    }
    // Over: the session goes, and the mapping with it.
    while let Some(timer) = nat.poll_timeout() {
        assert!(timer <= now.plus(120_000_000));
        nat.on_timeout(timer);
    }
    assert_eq!((nat.mappings().count(), nat.sessions().count()), (0, 0));
    assert_eq!(
        refused(&mut nat, now, Direction::In, &tcp(server, outside, "A", 1, 1, b"")),
        "nat.refused.unsolicited"
    );
}

#[test]
fn connections_begin_with_syn_where_one_is_strict() {
    let (host, server) = (at("10.0.0.2:5000"), at("198.51.100.9:80"));
    let mut strict = with(|config| config.loose = false);
    let ack = tcp(host, server, "A", 1, 1, b"");
    assert_eq!(refused(&mut strict, T0, Direction::Out, &ack), "nat.dropped.no-connection");
    assert_eq!(strict.mappings().count(), 0);
    let mut loose = nat();
    pass(&mut loose, T0, Direction::Out, &ack);
    assert_eq!(state(&loose), State::Tcp(TcpState::Established));
    let rst = tcp(at("10.0.0.3:1"), server, "R", 1, 1, b"");
    assert_eq!(refused(&mut loose, T0, Direction::Out, &rst), "nat.dropped.no-connection");
}

#[test]
fn ping_is_translated_by_its_identifier() {
    let mut nat = nat();
    let server = ip("198.51.100.9");
    let first = pass(&mut nat, T0, Direction::Out, &echo(ip("10.0.0.2"), server, 7, 1, true));
    assert_eq!(endpoints(&first).0, at("203.0.113.1:7"));
    let second = pass(&mut nat, T0, Direction::Out, &echo(ip("10.0.0.3"), server, 7, 1, true));
    let ident = endpoints(&second).0.port();
    assert_ne!(ident, 7);
    let back = pass(&mut nat, T0, Direction::In, &echo(server, OUTSIDE, ident, 1, false));
    assert_eq!(endpoints(&back).1, at("10.0.0.3:7"));
    let back = pass(&mut nat, T0, Direction::In, &echo(server, OUTSIDE, 7, 1, false));
    assert_eq!(endpoints(&back).1, at("10.0.0.2:7"));
    // Nobody asked these.
    let other = echo(ip("198.51.100.10"), OUTSIDE, 7, 1, false);
    assert_eq!(refused(&mut nat, T0, Direction::In, &other), "nat.refused.filtered");
    let reply = echo(ip("10.0.0.4"), server, 7, 1, false);
    assert_eq!(refused(&mut nat, T0, Direction::Out, &reply), "nat.dropped.no-request");
}

#[test]
fn an_error_finds_its_way_with_the_packet_that_it_quotes() {
    let mut nat = nat();
    nat.reserve(Protocol::Udp, 5000);
    nat.reserve(Protocol::Tcp, 5000);
    nat.reserve(Protocol::Icmp, 5000);
    let (host, server, router) = (at("10.0.0.2:5000"), at("198.51.100.9:53"), ip("192.0.2.1"));
    for original in [
        udp(host, server, b"question"),
        tcp(host, server, "S", 77, 0, b"more than eight octets"),
        echo(*host.ip(), *server.ip(), host.port(), 1, true),
    ] {
        let out = pass(&mut nat, T0, Direction::Out, &original);
        let session = *nat.sessions().last().unwrap();
        for quote in [28, 40, 10_000] {
            let error = unreachable(router, OUTSIDE, &out, quote);
            let back = pass(&mut nat, T0, Direction::In, &error);
            assert_eq!(endpoints(&back).0.ip(), &router, "who erred is not hidden");
            assert_eq!(endpoints(&back).1.ip(), host.ip());
            // Inside, the quoted packet is the one that was sent.
            let quote = quote.min(original.len());
            if quote >= 40 || original[9] != 6 {
                assert_eq!(quoted(&back), &original[..quote]);
            } else {
                assert_eq!(quoted(&back)[..24], original[..24]);
            }
        }
        assert_eq!(nat.sessions().last(), Some(&session), "an error changes nothing");
    }
    // What quotes nobody's packet may be about the router's own.
    let stranger = udp(at("203.0.113.1:9"), server, b"");
    let error = unreachable(router, OUTSIDE, &stranger, 28);
    assert_eq!(refused(&mut nat, T0, Direction::In, &error), "nat.not-ours.error");
    let mut broken = unreachable(router, OUTSIDE, &stranger, 28);
    broken[22] ^= 1;
    assert_eq!(refused(&mut nat, T0, Direction::In, &broken), "nat.dropped.icmp-checksum");
    let short = unreachable(router, OUTSIDE, &stranger, 27);
    assert_eq!(refused(&mut nat, T0, Direction::In, &short), "nat.dropped.quote");
}

#[test]
fn an_error_from_inside_hides_who_erred() {
    let mut nat = nat();
    let (host, server) = (at("10.0.0.2:5000"), at("198.51.100.9:53"));
    pass(&mut nat, T0, Direction::Out, &udp(host, server, b"question"));
    let answer = udp(server, at("203.0.113.1:5000"), b"answer");
    let came = pass(&mut nat, T0, Direction::In, &answer);
    for from in [*host.ip(), ip("10.0.0.254")] {
        let out = pass(&mut nat, T0, Direction::Out, &unreachable(from, *server.ip(), &came, 10_000));
        assert_eq!(endpoints(&out).0.ip(), &OUTSIDE);
        assert_eq!(quoted(&out), answer);
    }
    let unknown = unreachable(*host.ip(), *server.ip(), &udp(server, at("10.0.0.2:9"), b""), 28);
    assert_eq!(refused(&mut nat, T0, Direction::Out, &unknown), "nat.dropped.quote-unknown");
}

#[test]
fn forwards_lead_inside() {
    let mut nat = nat();
    let web = Forward { protocol: Protocol::Tcp, port: 8080, to: at("10.0.0.5:80") };
    nat.forward(web).unwrap();
    assert_eq!(nat.forward(web), Err(ConfigError::Taken { port: 8080 }));
    let icmp = Forward { protocol: Protocol::Icmp, ..web };
    assert_eq!(nat.forward(icmp), Err(ConfigError::Protocol));
    let client = at("198.51.100.9:40000");
    let came = pass(&mut nat, T0, Direction::In, &tcp(client, at("203.0.113.1:8080"), "S", 1, 0, b""));
    assert_eq!(endpoints(&came), (client, web.to));
    let back = pass(&mut nat, T0, Direction::Out, &tcp(web.to, client, "SA", 1, 2, b""));
    assert_eq!(endpoints(&back), (at("203.0.113.1:8080"), client));
    assert_eq!(state(&nat), State::Tcp(TcpState::SynReceived));
    pass(&mut nat, T0, Direction::In, &tcp(client, at("203.0.113.1:8080"), "A", 2, 2, b""));
    assert_eq!(state(&nat), State::Tcp(TcpState::Established));
    // Two ports to one endpoint: each answer leaves by the port that was asked.
    nat.forward(Forward { port: 9090, ..web }).unwrap();
    let other = at("198.51.100.9:40001");
    pass(&mut nat, T0, Direction::In, &tcp(other, at("203.0.113.1:9090"), "S", 1, 0, b""));
    let back = pass(&mut nat, T0, Direction::Out, &tcp(web.to, other, "SA", 1, 2, b""));
    assert_eq!(endpoints(&back).0, at("203.0.113.1:9090"));
    nat.unforward(Protocol::Tcp, 8080).unwrap();
    assert_eq!(nat.unforward(Protocol::Tcp, 8080), Err(ConfigError::NotForwarded { port: 8080 }));
    assert_eq!((nat.mappings().count(), nat.sessions().count()), (1, 1));
    let late = tcp(client, at("203.0.113.1:8080"), "A", 2, 2, b"");
    assert_eq!(refused(&mut nat, T0, Direction::In, &late), "nat.refused.unsolicited");
}

#[test]
fn hairpins() {
    let (host, web) = (at("10.0.0.2:5000"), at("10.0.0.5:80"));
    let forward = Forward { protocol: Protocol::Tcp, port: 80, to: web };
    let syn = tcp(host, at("203.0.113.1:80"), "S", 1, 0, b"");
    let mut off = nat();
    off.forward(forward).unwrap();
    assert_eq!(refused(&mut off, T0, Direction::Out, &syn), "nat.refused.hairpin");
    let mut on = with(|config| config.hairpin = true);
    assert_eq!(refused(&mut on, T0, Direction::Out, &syn), "nat.refused.unsolicited");
    on.forward(forward).unwrap();
    let turned = pass(&mut on, T0, Direction::Out, &syn);
    assert_eq!(endpoints(&turned), (at("203.0.113.1:5000"), web));
    let back = pass(&mut on, T0, Direction::Out, &tcp(web, at("203.0.113.1:5000"), "SA", 1, 2, b""));
    assert_eq!(endpoints(&back), (at("203.0.113.1:80"), host));
    // An error turns back, too, and quotes what was sent.
    let error = pass(&mut on, T0, Direction::Out, &unreachable(*web.ip(), OUTSIDE, &turned, 10_000));
    assert_eq!((endpoints(&error).0.ip(), endpoints(&error).1.ip()), (&OUTSIDE, host.ip()));
    assert_eq!(quoted(&error), syn);
}

#[test]
fn fragments_follow_their_first() {
    let mut nat = nat();
    nat.reserve(Protocol::Udp, 5000);
    let (host, server) = (at("10.0.0.2:5000"), at("198.51.100.9:53"));
    let data: Vec<u8> = (0..200).collect();
    let [first, second] = fragments(&udp(host, server, &data), 77, 96);
    assert_eq!(refused(&mut nat, T0, Direction::Out, &second), "nat.dropped.fragment-first");
    let mut pieces = [first, second];
    for piece in &mut pieces {
        assert!(nat.translate(T0, Direction::Out, piece).is_translated());
    }
    let whole = assembled(&pieces);
    assert!(is_sound(&whole));
    let outside = endpoints(&whole).0;
    assert_eq!((outside.ip(), endpoints(&whole).1), (&OUTSIDE, server));
    // And back.
    let mut pieces = fragments(&udp(server, outside, &data), 78, 48);
    for piece in &mut pieces {
        assert!(nat.translate(T0, Direction::In, piece).is_translated());
    }
    let whole = assembled(&pieces);
    assert_eq!((is_sound(&whole), endpoints(&whole)), (true, (server, host)));
    // Too late.
    let [_, second] = fragments(&udp(host, server, &data), 77, 96);
    let late = Time::from_secs(30);
    assert_eq!(refused(&mut nat, late, Direction::Out, &second), "nat.dropped.fragment-first");
    let error = unreachable(ip("10.0.0.2"), *server.ip(), &udp(server, host, &data), 10_000);
    let [first, _] = fragments(&error, 79, 96);
    assert_eq!(refused(&mut nat, late, Direction::Out, &first), "nat.dropped.fragment-error");
    let mut few = with(|config| config.max_fragmented = 0);
    let [first, _] = fragments(&udp(host, server, &data), 77, 96);
    assert_eq!(refused(&mut few, T0, Direction::Out, &first), "nat.dropped.fragment-limit");
}

#[test]
fn what_cannot_be_translated_is_dropped_with_the_reason() {
    let mut nat = nat();
    let packet = udp(at("10.0.0.2:5000"), at("198.51.100.9:53"), b"question");
    let mut damaged = packet.clone();
    damaged[8] ^= 1;
    assert_eq!(refused(&mut nat, T0, Direction::Out, &damaged), "nat.dropped.ip-checksum");
    assert_eq!(refused(&mut nat, T0, Direction::Out, &packet[..30]), "nat.dropped.malformed");
    assert_eq!(refused(&mut nat, T0, Direction::Out, &[]), "nat.dropped.malformed");
    let as_protocol = |number: u8, kind: Option<u8>| {
        let mut bytes = echo(ip("10.0.0.2"), ip("198.51.100.9"), 7, 1, true);
        bytes[9] = number;
        bytes[20] = kind.unwrap_or(8);
        smoltcp::wire::Ipv4Packet::new_unchecked(&mut bytes[..]).fill_checksum();
        bytes
    };
    assert_eq!(refused(&mut nat, T0, Direction::Out, &as_protocol(47, None)), "nat.dropped.protocol");
    assert_eq!(refused(&mut nat, T0, Direction::Out, &as_protocol(1, Some(5))), "nat.dropped.redirect");
    assert_eq!(refused(&mut nat, T0, Direction::Out, &as_protocol(1, Some(9))), "nat.dropped.icmp-type");
    // A checksum that was wrong is wrong after it, so that the receiver notices.
    let mut wrong = packet.clone();
    wrong[30] ^= 1;
    assert!(nat.translate(T0, Direction::Out, &mut wrong).is_translated() && !is_sound(&wrong));
    // One that is not there stays away.
    let mut none = packet;
    none[26..28].fill(0);
    assert!(nat.translate(T0, Direction::Out, &mut none).is_translated());
    assert_eq!(none[26..28], [0, 0]);
}

#[test]
fn tables_have_limits_and_ports_an_end() {
    let mut small = with(|config| config.max_sessions = 2);
    let from = |port| udp(SocketAddrV4::new(ip("10.0.0.2"), port), at("198.51.100.9:53"), b"");
    pass(&mut small, T0, Direction::Out, &from(1));
    pass(&mut small, T0, Direction::Out, &from(2));
    assert_eq!(refused(&mut small, T0, Direction::Out, &from(3)), "nat.dropped.table-full");
    assert_eq!(small.mappings().count(), 2);
    // When one is over there is room again.
    pass(&mut small, Time::from_secs(30), Direction::Out, &from(3));
    assert_eq!(small.sessions().count(), 1);
    let mut nat = nat();
    (1..512).for_each(|port| nat.reserve(Protocol::Udp, port));
    assert_eq!(refused(&mut nat, T0, Direction::Out, &from(3)), "nat.dropped.no-port");
    nat.release(Protocol::Udp, 101);
    assert_eq!(endpoints(&pass(&mut nat, T0, Direction::Out, &from(3))).0.port(), 101);
}

#[test]
fn timeouts_are_those_that_are_set() {
    for (timeouts, udp_replied) in [(Timeouts::LINUX, 120), (Timeouts::RFC, 300)] {
        let mut nat = with(|config| config.timeouts = timeouts);
        let (host, server) = (at("10.0.0.2:5000"), at("198.51.100.9:53"));
        pass(&mut nat, T0, Direction::Out, &udp(host, server, b""));
        let answer = udp(server, at("203.0.113.1:5000"), b"");
        pass(&mut nat, Time::from_secs(29), Direction::In, &answer);
        let last = Time::from_secs(29 + udp_replied);
        pass(&mut nat, Time(last.0 - 1), Direction::In, &answer);
        let over = Time(last.0 - 1).plus(udp_replied * 1_000_000);
        assert_eq!(refused(&mut nat, over, Direction::In, &answer), "nat.refused.unsolicited");
    }
}

#[test]
fn a_new_outside_address_ends_what_went_by_the_old() {
    let mut nat = nat();
    nat.forward(Forward { protocol: Protocol::Udp, port: 53, to: at("10.0.0.5:53") }).unwrap();
    pass(&mut nat, T0, Direction::Out, &udp(at("10.0.0.2:5000"), at("198.51.100.9:53"), b""));
    nat.set_outside(ip("203.0.113.99"));
    assert_eq!(nat.sessions().count(), 0);
    let mapping = nat.mappings().next().unwrap();
    assert_eq!((mapping.outside, mapping.forwarded), (at("203.0.113.99:53"), true));
}

#[test]
fn a_trace_shows_the_table() {
    let mut nat = nat();
    pass(&mut nat, T0, Direction::Out, &udp(at("10.0.0.2:5000"), at("198.51.100.9:53"), b""));
    let events: Vec<Event> = std::iter::from_fn(|| nat.poll_event()).collect();
    let rows: Vec<_> = events
        .iter()
        .map(|event| match event.to_trace("R") {
            EventKind::Table(change) => {
                (change.table, change.key, change.row.is_some(), change.why.unwrap().english)
            }
            _ => panic!("changes of a table are rows"),
        })
        .collect();
    assert_eq!(rows[0].0, "nat-mappings");
    assert_eq!(
        rows[0].3,
        "10.0.0.2:5000 is 203.0.113.1:5000 seen from outside: its port was free and is kept"
    );
    assert_eq!((rows[1].0.as_str(), rows[1].1.as_str()), ("nat", "udp 203.0.113.1:5000 198.51.100.9:53"));
    nat.on_timeout(Time::from_secs(30));
    let gone: Vec<_> = std::iter::from_fn(|| nat.poll_event()).map(|event| event.to_trace("R")).collect();
    assert_eq!(gone.len(), 2);
    assert!(gone.iter().all(|kind| matches!(kind, EventKind::Table(change) if change.row.is_none())));
}
