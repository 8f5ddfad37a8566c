//! Any bytes from anybody: no panic, a bounded table, nothing out of proportion.

use std::net::{Ipv4Addr, SocketAddrV4};

use firsthop_protocol::{
    rip::{Command, Config, Entry, Horizon, INFINITY, Interface, Message, Speaker},
    trace::Time,
};
use proptest::{collection::vec, prelude::*, sample::select};

fn entry() -> impl Strategy<Value = Entry> {
    let address = prop_oneof![any::<u32>(), Just(0), (0u32..4).prop_map(|net| 0x0a00_0000 | net << 8)];
    let mask =
        prop_oneof![any::<u32>(), (0u32..=32).prop_map(|bits| u32::MAX.checked_shl(32 - bits).unwrap_or(0))];
    let metric = prop_oneof![any::<u32>(), 0u32..18];
    let family = select(vec![2u16, 2, 2, 0, 0xffff, 7]);
    (family, any::<u16>(), address, mask, 0u32..0x0a00_0010, metric).prop_map(
        |(family, tag, address, mask, next_hop, metric)| Entry {
            family,
            tag,
            address: Ipv4Addr::from_bits(address),
            mask: Ipv4Addr::from_bits(mask),
            next_hop: Ipv4Addr::from_bits(next_hop),
            metric,
        },
    )
}

fn datagram() -> impl Strategy<Value = Vec<u8>> {
    let message = (any::<bool>(), 1u8..4, vec(entry(), 0..26)).prop_map(|(request, version, entries)| {
        let command = if request { Command::Request } else { Command::Response };
        Message { command, version, entries }.to_bytes()
    });
    prop_oneof![vec(any::<u8>(), 0..600), message]
}

proptest! {
    #[test]
    fn hostile_bytes_never_panic_and_never_break_the_table(
        datagrams in vec((datagram(), 0u8..20, select(vec![520u16, 1000]), 0u32..3, 0u64..200), 1..60),
        horizon in select(vec![Horizon::None, Horizon::Split, Horizon::Poisoned]),
    ) {
        let mut router = Speaker::new(Config { horizon, max_routes: 40, ..Config::default() }, 1);
        router.interface_up(Time::ZERO, Interface::new(1, "10.0.0.1/24".parse().unwrap())).unwrap();
        router.interface_up(Time::ZERO, Interface::new(2, "10.0.1.1/24".parse().unwrap())).unwrap();
        let mut now = Time::ZERO;
        for (bytes, host, port, interface, seconds) in datagrams {
            now = now.plus(seconds * 1_000_000);
            router.on_timeout(now);
            let from = SocketAddrV4::new(Ipv4Addr::new(10, 0, u8::from(interface == 2), host), port);
            router.on_datagram(now, interface, from, &bytes);
            prop_assert!(router.routes().count() <= 40);
            for route in router.routes() {
                prop_assert!((1..=INFINITY).contains(&route.metric));
                prop_assert_eq!(route.prefix.trunc(), route.prefix);
                prop_assert_eq!(route.garbage.is_some(), route.metric == INFINITY);
            }
            prop_assert_eq!(router.route("10.0.0.0/24".parse().unwrap()).map(|route| route.metric), Some(1));
            let mut messages = 0;
            while let Some(message) = router.poll_transmit() {
                messages += 1;
                prop_assert!(message.bytes.len() <= 504);
                prop_assert!(Message::parse(&message.bytes).is_ok());
            }
            prop_assert!(messages <= 12, "{} messages for one", messages);
            prop_assert!(router.poll_timeout().is_none_or(|timer| timer > now));
            while router.poll_event().is_some() {}
            while router.poll_route_change().is_some() {}
        }
    }

    #[test]
    fn a_message_is_read_as_it_was_written(version in 1u8.., entries in vec(entry(), 0..=25)) {
        let message = Message { command: Command::Response, version, entries };
        prop_assert_eq!(Message::parse(&message.to_bytes()), Ok(message));
    }
}
