//! The translator: any bytes as packets from inside and outside, among some that make sessions.
#![no_main]

use std::net::{Ipv4Addr, SocketAddrV4};

use firsthop_protocol::{
    nat::{Config, Direction, Filtering, Forward, Nat, Protocol, Verdict},
    trace::Time,
};
use libfuzzer_sys::fuzz_target;

const OUTSIDE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);

fuzz_target!(|bytes: &[u8]| {
    let first = bytes.first().copied().unwrap_or_default();
    let filtering = match first % 3 {
        0 => Filtering::EndpointIndependent,
        1 => Filtering::AddressDependent,
        _ => Filtering::AddressAndPortDependent,
    };
    let config = Config {
        filtering,
        hairpin: first & 4 != 0,
        loose: first & 8 != 0,
        max_sessions: 20,
        max_fragmented: 5,
        ..Config::new(OUTSIDE)
    };
    let mut nat = Nat::new(config, 1);
    let to = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), 80);
    nat.forward(Forward { protocol: Protocol::Tcp, port: 80, to }).expect("nothing has the port");
    // The first two bytes of each piece say which way it goes, how late, and how long it is.
    let (mut now, mut rest) = (Time::ZERO, bytes);
    while let Some(([how, length], tail)) = rest.split_first_chunk() {
        let (packet, after) = tail.split_at(usize::from(*length).min(tail.len()));
        rest = after;
        now = now.plus(u64::from(how >> 2) * 1_000_000);
        let direction = if how & 1 == 0 { Direction::Out } else { Direction::In };
        let mut packet = packet.to_vec();
        // Most of what a fuzzer makes up is for nobody: give it an address that leads somewhere.
        if how & 2 != 0 && direction == Direction::In {
            if let Some(destination) = packet.get_mut(16..20) {
                destination.copy_from_slice(&OUTSIDE.octets());
            }
        }
        let before = packet.clone();
        let verdict = nat.translate(now, direction, &mut packet);
        assert!(matches!(verdict, Verdict::Translated { .. }) || packet == before);
        assert!(nat.sessions().count() <= 20);
        assert!(nat.sessions().all(|session| session.expires > now));
        assert!(nat.mappings().all(|mapping| mapping.forwarded || mapping.sessions > 0));
        while nat.poll_event().is_some() {}
    }
});
