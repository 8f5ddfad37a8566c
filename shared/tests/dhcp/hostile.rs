//! Any bytes from anybody: no panic, a bounded table, no answer longer than every client can take.

use std::net::{Ipv4Addr, SocketAddrV4};

use firsthop_protocol::{
    dhcp::{Kind, LeaseState, Message, Options, Relay, Server, code, relay, server},
    trace::Time,
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::lan::{client, mac, server, subnet};

fn kind() -> impl Strategy<Value = Kind> {
    use Kind::{Ack, Decline, Discover, Inform, Nak, Offer, Release, Request};
    select(vec![Discover, Discover, Request, Request, Request, Decline, Release, Inform, Offer, Ack, Nak])
}

/// Often one of the pool, the server or nobody.
fn address() -> impl Strategy<Value = Ipv4Addr> {
    prop_oneof![
        any::<u32>().prop_map(Ipv4Addr::from_bits),
        (98u8..108).prop_map(|host| Ipv4Addr::new(10, 0, 0, host)),
        select(vec![Ipv4Addr::UNSPECIFIED, Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::BROADCAST]),
    ]
}

fn options() -> impl Strategy<Value = Options> {
    let addressed = (select(vec![code::REQUESTED_ADDRESS, code::SERVER_ID, code::SUBNET_MASK]), address())
        .prop_map(|(code, address)| (code, address.octets().to_vec()));
    let timed = (select(vec![51u8, 58, 59]), prop_oneof![any::<u32>(), 0u32..100])
        .prop_map(|(code, seconds)| (code, seconds.to_be_bytes().to_vec()));
    let any = (1u8..255, vec(any::<u8>(), 0..300));
    vec(prop_oneof![3 => addressed, 1 => timed, 1 => any], 0..6).prop_map(|list| {
        let mut options = Options::new();
        // 52 and 53 are read as what they mean, not as options.
        for (code, value) in list.into_iter().filter(|(code, _)| !matches!(code, 52 | 53)) {
            options.set(code, value);
        }
        options
    })
}

fn message() -> impl Strategy<Value = Message> {
    let addresses = (address(), address(), address(), address());
    let giaddr = prop_oneof![3 => Just(None), 1 => address().prop_map(Some)];
    (kind(), any::<u8>(), 0u32..4, any::<u16>(), any::<bool>(), addresses, 0u8..4, giaddr, options())
        .prop_map(|(kind, hops, xid, secs, broadcast, (ciaddr, yiaddr, siaddr, _), last, giaddr, options)| {
            Message {
                kind,
                hops,
                xid,
                secs,
                broadcast,
                ciaddr: if hops % 2 == 0 { Ipv4Addr::UNSPECIFIED } else { ciaddr },
                yiaddr,
                siaddr,
                giaddr: giaddr.unwrap_or(Ipv4Addr::UNSPECIFIED),
                chaddr: mac(last),
                options,
            }
        })
}

fn datagram() -> impl Strategy<Value = Vec<u8>> {
    let broken = (message(), any::<prop::sample::Index>(), any::<u8>(), any::<bool>()).prop_map(
        |(message, at, value, cut)| {
            let mut bytes = message.to_bytes();
            let at = at.index(bytes.len());
            bytes[at] = value;
            if cut {
                bytes.truncate(at);
            }
            bytes
        },
    );
    prop_oneof![1 => vec(any::<u8>(), 0..400), 4 => message().prop_map(|it| it.to_bytes()), 2 => broken]
}

/// How many answers a server sends, each of them sound.
fn drained(server: &mut Server) -> Result<usize, TestCaseError> {
    let mut answers = 0;
    while let Some(sent) = server.poll_transmit() {
        answers += 1;
        prop_assert!(sent.bytes.len() <= 548);
        let answer = Message::parse(&sent.bytes).unwrap();
        prop_assert!(answer.kind.is_reply());
        if answer.kind != Kind::Nak && !answer.yiaddr.is_unspecified() {
            prop_assert_eq!(server.lease(answer.yiaddr).unwrap().mac, answer.chaddr);
        }
    }
    Ok(answers)
}

proptest! {
    #[test]
    fn a_message_is_read_as_it_was_written(message in message()) {
        prop_assert_eq!(Message::parse(&message.to_bytes()), Ok(message));
    }

    #[test]
    fn a_server_stays_sound(
        datagrams in vec((datagram(), address(), any::<bool>(), 0u64..100), 1..60),
        probe in any::<bool>(),
        authoritative in any::<bool>(),
    ) {
        let probe = probe.then_some(1_000_000);
        let config = server::Config { probe, authoritative, max_leases: 5, ..server::Config::new(vec![subnet(8)]) };
        let mut server = server(1, config);
        let mut now = Time::ZERO;
        for (bytes, from, broadcast, seconds) in datagrams {
            now = now.plus(seconds * 1_000_000);
            server.on_timeout(now);
            prop_assert!(server.poll_timeout().is_none_or(|timer| timer > now));
            // Offers whose addresses were tried.
            prop_assert!(drained(&mut server)? <= 5);
            let to = if broadcast { Ipv4Addr::BROADCAST } else { Ipv4Addr::new(10, 0, 0, 1) };
            server.on_datagram(now, 1, SocketAddrV4::new(from, 68), to, &bytes);
            prop_assert!(server.leases().count() <= 5);
            let pool = Ipv4Addr::new(10, 0, 0, 100)..=Ipv4Addr::new(10, 0, 0, 107);
            for lease in server.leases() {
                prop_assert!(pool.contains(&lease.address));
                let ends = !lease.state.is_free();
                prop_assert!(ends == lease.until.is_some(), "{:?}", lease);
            }
            // Nobody has two addresses at once.
            let mut bound: Vec<_> =
                server.leases().filter(|lease| lease.state == LeaseState::Bound).map(|lease| &lease.client).collect();
            let all = bound.len();
            bound.sort();
            bound.dedup();
            prop_assert_eq!(bound.len(), all);
            prop_assert!(drained(&mut server)? <= 1);
            while server.poll_event().is_some() {}
            while server.poll_probe().is_some() {}
        }
    }

    #[test]
    fn a_client_stays_sound(answers in vec((datagram(), any::<bool>(), 0u64..2000), 1..60)) {
        let mut client = client(1);
        let mut now = Time::ZERO;
        client.start(now);
        let mut xid = 0;
        for (mut bytes, patch, seconds) in answers {
            client.on_timeout(now);
            prop_assert!(client.poll_timeout().is_some_and(|timer| timer > now));
            while let Some(sent) = client.poll_transmit() {
                xid = Message::parse(&sent.bytes).unwrap().xid;
            }
            if patch && bytes.len() > 34 {
                bytes[4..8].copy_from_slice(&xid.to_be_bytes());
                bytes[28..34].copy_from_slice(&mac(1));
            }
            client.on_datagram(now, "10.0.0.1:67".parse().unwrap(), &bytes);
            prop_assert_eq!(client.lease().is_some(), client.state().has_address());
            while client.poll_event().is_some() {}
            while client.poll_action().is_some() {}
            now = now.plus(seconds * 1_000_000);
        }
    }

    #[test]
    fn a_relay_passes_on_whole_messages_only(datagrams in vec((datagram(), 1u32..4), 1..40), information in any::<bool>()) {
        let servers = vec![Ipv4Addr::new(10, 9, 0, 5)];
        let mut relay = Relay::new(relay::Config { agent_information: information, ..relay::Config::new(servers) });
        relay.interface_up(1, "10.0.0.1/24".parse().unwrap());
        relay.interface_up(2, "10.0.0.100/24".parse().unwrap());
        for (bytes, interface) in datagrams {
            relay.on_datagram(interface, "0.0.0.0:68".parse().unwrap(), &bytes);
            let mut count = 0;
            while let Some(sent) = relay.poll_transmit() {
                count += 1;
                let (before, after) = (Message::parse(&bytes).unwrap(), Message::parse(&sent.bytes).unwrap());
                let mut options = after.options.clone();
                options.remove(code::RELAY_AGENT);
                let mut expected = before.options.clone();
                expected.remove(code::RELAY_AGENT);
                prop_assert_eq!(options, expected);
                prop_assert_eq!((before.kind, before.xid, before.chaddr), (after.kind, after.xid, after.chaddr));
            }
            prop_assert!(count <= 1);
            while relay.poll_event().is_some() {}
        }
    }
}
