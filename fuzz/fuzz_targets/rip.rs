//! RIP: any bytes as a message, and as what a router hears from its neighbours while time goes on.
#![no_main]

use std::net::{Ipv4Addr, SocketAddrV4};

use firsthop_protocol::{
    rip::{Config, Horizon, INFINITY, Interface, Message, Speaker},
    trace::Time,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = Message::parse(bytes) {
        assert_eq!(Message::parse(&message.to_bytes()), Ok(message));
    }
    let horizon = match bytes.first().map(|byte| byte % 3) {
        Some(0) => Horizon::None,
        Some(1) => Horizon::Split,
        _ => Horizon::Poisoned,
    };
    let mut router = Speaker::new(Config { horizon, max_routes: 50, ..Config::default() }, 1);
    for (index, address) in [(1, "10.0.0.1/24"), (2, "10.0.1.1/24")] {
        let address = address.parse().expect("an address with its prefix");
        router.interface_up(Time::ZERO, Interface::new(index, address)).expect("an interface like others");
    }
    // The first two bytes of each piece say by which interface, from whom, how late, and how long it is.
    let (mut now, mut rest) = (Time::ZERO, bytes);
    while let Some(([how, length], tail)) = rest.split_first_chunk() {
        let (datagram, after) = tail.split_at(usize::from(*length).min(tail.len()));
        rest = after;
        now = now.plus(u64::from(how >> 3) * 7_000_000);
        router.on_timeout(now);
        let port = if how & 4 == 0 { 520 } else { 1024 };
        let from = SocketAddrV4::new(Ipv4Addr::new(10, 0, how & 1, 2 + (how >> 1 & 1)), port);
        router.on_datagram(now, u32::from(how & 1) + 1, from, datagram);
        assert!(router.routes().count() <= 50);
        assert!(router.routes().all(|route| (1..=INFINITY).contains(&route.metric)));
        while let Some(sent) = router.poll_transmit() {
            assert!(Message::parse(&sent.bytes).is_ok());
        }
        assert!(router.poll_timeout().is_none_or(|timer| timer > now));
        while router.poll_event().is_some() {}
        while router.poll_route_change().is_some() {}
    }
});
