//! What holds of any packets: there and back is where one was, checksums stay right, nothing panics.

use std::net::{Ipv4Addr, SocketAddrV4};

use firsthop_protocol::{
    nat::{Config, Direction, Filtering, Forward, Nat, Protocol, Refusal},
    trace::Time,
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::packets::{assembled, echo, endpoints, fragments, is_sound, quoted, tcp, udp, unreachable};

const OUTSIDE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);

#[derive(Debug, Clone, Copy)]
enum Kind {
    Udp,
    Tcp,
    Echo,
}

fn inside() -> impl Strategy<Value = SocketAddrV4> {
    // Few hosts and ports, so that they meet.
    (1u8..5, prop_oneof![0u16..3, 500u16..503, 5000u16..5003, any::<u16>()])
        .prop_map(|(host, port)| SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, host), port))
}

fn remote() -> impl Strategy<Value = SocketAddrV4> {
    (1u8..4, 52u16..55).prop_map(|(host, port)| SocketAddrV4::new(Ipv4Addr::new(198, 51, 100, host), port))
}

fn there(kind: Kind, host: SocketAddrV4, server: SocketAddrV4, data: &[u8]) -> Vec<u8> {
    match kind {
        Kind::Udp => udp(host, server, data),
        Kind::Tcp => tcp(host, server, "S", 1, 0, data),
        Kind::Echo => echo(*host.ip(), *server.ip(), host.port(), 1, true),
    }
}

/// The other side's answer to a packet as it saw it.
fn back(kind: Kind, seen: &[u8], data: &[u8]) -> Vec<u8> {
    let (from, to) = endpoints(seen);
    match kind {
        Kind::Udp => udp(to, from, data),
        Kind::Tcp => tcp(to, from, "SA", 7, 2, data),
        Kind::Echo => echo(*to.ip(), *from.ip(), from.port(), 1, false),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn there_and_back_is_where_one_was(
        packets in vec((select(vec![Kind::Udp, Kind::Tcp, Kind::Echo]), inside(), remote(), vec(any::<u8>(), 0..40)), 1..40),
        quote in 28usize..80,
        key in any::<u64>(),
    ) {
        let mut nat = Nat::new(Config::new(OUTSIDE), key);
        for (kind, host, server, data) in packets {
            let sent = there(kind, host, server, &data);
            let mut out = sent.clone();
            prop_assert!(nat.translate(Time::ZERO, Direction::Out, &mut out).is_translated());
            prop_assert!(is_sound(&out));
            let (from, to) = endpoints(&out);
            prop_assert_eq!(*from.ip(), OUTSIDE);
            prop_assert_eq!(to.ip(), server.ip());
            // Nobody else has this port.
            let others = nat.sessions().filter(|session| session.outside == from && session.inside != host);
            prop_assert_eq!(others.filter(|session| session.protocol == match kind {
                Kind::Udp => Protocol::Udp,
                Kind::Tcp => Protocol::Tcp,
                Kind::Echo => Protocol::Icmp,
            }).count(), 0);
            let mut answer = back(kind, &out, &data);
            prop_assert!(nat.translate(Time::ZERO, Direction::In, &mut answer).is_translated());
            prop_assert!(is_sound(&answer));
            // Byte for byte what would have come without a translator.
            prop_assert_eq!(&answer, &back(kind, &sent, &data));
            // And an error about it quotes what was sent.
            let mut error = unreachable(*server.ip(), OUTSIDE, &out, quote);
            prop_assert!(nat.translate(Time::ZERO, Direction::In, &mut error).is_translated());
            prop_assert!(is_sound(&error));
            let length = quote.min(sent.len());
            let ends = if matches!(kind, Kind::Tcp) && length < 40 { 24 } else { length };
            prop_assert_eq!(&quoted(&error)[..ends], &sent[..ends]);
        }
    }

    #[test]
    fn fragments_are_the_datagram_translated(
        host in inside(), server in remote(), data in vec(any::<u8>(), 40..400), cut in 1usize..5, taken in any::<bool>(),
    ) {
        let mut nat = Nat::new(Config::new(OUTSIDE), 1);
        if taken {
            nat.reserve(Protocol::Udp, host.port());
        }
        let packet = udp(host, server, &data);
        let mut pieces = fragments(&packet, 5, cut * 8);
        for piece in &mut pieces {
            prop_assert!(nat.translate(Time::ZERO, Direction::Out, piece).is_translated());
        }
        let mut whole = assembled(&fragments(&packet, 5, cut * 8));
        prop_assert!(nat.translate(Time::ZERO, Direction::Out, &mut whole).is_translated());
        prop_assert_eq!(assembled(&pieces), whole);
    }

    #[test]
    fn hostile_bytes_never_panic_and_keep_the_table_whole(
        packets in vec((any::<bool>(), 0u64..40, prop_oneof![
            vec(any::<u8>(), 0..100),
            (select(vec![Kind::Udp, Kind::Tcp, Kind::Echo]), inside(), remote(), vec((0usize..60, any::<u8>()), 0..4))
                .prop_map(|(kind, host, server, damage)| {
                    let mut packet = there(kind, host, server, b"0123456789");
                    for (place, value) in damage {
                        if let Some(byte) = packet.get_mut(place) {
                            *byte = value;
                        }
                    }
                    if packet[0] >> 4 == 4 && packet[0] & 15 == 5 {
                        smoltcp::wire::Ipv4Packet::new_unchecked(&mut packet[..]).fill_checksum();
                    }
                    packet
                }),
            (inside(), remote(), vec(any::<u8>(), 0..60)).prop_map(|(host, server, quote)| {
                unreachable(*server.ip(), OUTSIDE, &[udp(host, server, b"x"), quote].concat(), 100)
            }),
        ]), 1..60),
        hairpin in any::<bool>(),
        filtering in select(vec![
            Filtering::EndpointIndependent, Filtering::AddressDependent, Filtering::AddressAndPortDependent,
        ]),
    ) {
        let mut nat = Nat::new(Config {
            hairpin, filtering, refusal: Refusal::Drop, max_sessions: 20, max_fragmented: 5, ..Config::new(OUTSIDE)
        }, 1);
        let to = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), 80);
        nat.forward(Forward { protocol: Protocol::Tcp, port: 53, to }).unwrap();
        let mut now = Time::ZERO;
        for (out, seconds, packet) in packets {
            now = now.plus(seconds * 1_000_000);
            let direction = if out { Direction::Out } else { Direction::In };
            let mut bytes = packet.clone();
            let verdict = nat.translate(now, direction, &mut bytes);
            prop_assert_eq!(bytes.len(), packet.len());
            if verdict.is_translated() {
                prop_assert!(smoltcp::wire::Ipv4Packet::new_unchecked(&bytes[..]).verify_checksum());
                prop_assert!(!is_sound(&packet) || is_sound(&bytes));
            } else {
                prop_assert_eq!(&bytes, &packet);
            }
            prop_assert!(nat.sessions().count() <= 20);
            for session in nat.sessions() {
                prop_assert!(session.expires > now);
            }
            for mapping in nat.mappings() {
                let sessions = nat.sessions().filter(|session| {
                    (session.protocol, session.outside) == (mapping.protocol, mapping.outside)
                });
                prop_assert_eq!(sessions.count(), mapping.sessions);
                prop_assert!(mapping.forwarded || mapping.sessions > 0);
            }
            prop_assert!(nat.poll_timeout().is_none_or(|timer| timer > now));
            while nat.poll_event().is_some() {}
        }
    }
}
