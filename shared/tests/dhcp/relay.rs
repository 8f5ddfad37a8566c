//! What a relay changes, and that it changes nothing else. RFC 1542 §4.1, RFC 3046.

use std::net::SocketAddrV4;

use firsthop_protocol::{
    dhcp::{Event, Kind, Link, Message, Relay, code, relay::Config, server},
    trace::Time,
};

use crate::lan::{address, mac, subnet};

fn relay(config: Config) -> Relay {
    let mut relay = Relay::new(config);
    relay.interface_up(1, "10.0.0.254/24".parse().unwrap());
    relay.interface_up(2, "10.9.0.1/24".parse().unwrap());
    relay
}

fn two() -> Config {
    Config::new(vec![address("10.9.0.5"), address("10.9.0.6")])
}

fn nobody() -> SocketAddrV4 {
    "0.0.0.0:68".parse().unwrap()
}

fn refused(relay: &mut Relay, interface: u32, message: &Message) -> String {
    relay.on_datagram(interface, nobody(), &message.to_bytes());
    assert!(relay.poll_transmit().is_none());
    match relay.poll_event() {
        Some(Event::Ignored { why, .. }) => why.id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn requests_go_to_every_server_with_giaddr_and_nothing_else_changes() {
    let mut relay = relay(two());
    let mut bytes = Message::new(Kind::Discover, 7, mac(1)).to_bytes();
    // What this crate does not look at: sname, file, an option.
    bytes[44..50].copy_from_slice(b"server");
    bytes[108..112].copy_from_slice(b"boot");
    bytes[243..248].copy_from_slice(&[224, 2, 1, 2, 255]);
    relay.on_datagram(1, nobody(), &bytes);
    for server in ["10.9.0.5:67", "10.9.0.6:67"] {
        let sent = relay.poll_transmit().unwrap();
        assert_eq!((sent.from.to_string(), sent.to.to_string()), ("10.0.0.254:67".into(), server.into()));
        assert_eq!((sent.link, sent.interface), (Link::Routed, None));
        let mut expected = bytes.clone();
        expected[3] = 1;
        expected[24..28].copy_from_slice(&[10, 0, 0, 254]);
        assert_eq!(sent.bytes, expected);
    }
    assert!(relay.poll_transmit().is_none());
    // A second relay counts and leaves giaddr.
    let mut next = Relay::new(two());
    next.interface_up(1, "10.9.0.9/24".parse().unwrap());
    let relayed =
        Message { giaddr: address("10.0.0.254"), hops: 1, ..Message::new(Kind::Discover, 7, mac(1)) };
    next.on_datagram(1, "10.0.0.254:67".parse().unwrap(), &relayed.to_bytes());
    let sent = Message::parse(&next.poll_transmit().unwrap().bytes).unwrap();
    assert_eq!((sent.hops, sent.giaddr), (2, address("10.0.0.254")));
}

#[test]
fn option_82_goes_to_the_server_and_not_to_the_client() {
    let mut relay = relay(Config { agent_information: true, ..Config::new(vec![address("10.9.0.5")]) });
    let mut request = Message::new(Kind::Discover, 7, mac(1));
    request.options.set(code::HOST_NAME, *b"host");
    relay.on_datagram(1, nobody(), &request.to_bytes());
    let sent = relay.poll_transmit().unwrap();
    let relayed = Message::parse(&sent.bytes).unwrap();
    assert_eq!(relayed.options.get(code::RELAY_AGENT), Some(&[1, 1, b'1'][..]));
    assert_eq!(relayed.options.get(code::HOST_NAME), Some(&b"host"[..]));

    let mut server = server::Server::new(server::Config::new(vec![subnet(5)])).unwrap();
    server.interface_up(1, "10.9.0.5/24".parse().unwrap()).unwrap();
    server.on_datagram(Time::ZERO, 1, sent.from, *sent.to.ip(), &sent.bytes);
    let answer = server.poll_transmit().unwrap();
    assert_eq!((answer.to.to_string(), answer.link), ("10.0.0.254:67".into(), Link::Routed));
    let offer = Message::parse(&answer.bytes).unwrap();
    assert_eq!(offer.options.get(code::RELAY_AGENT), Some(&[1, 1, b'1'][..]));
    relay.on_datagram(2, answer.from, &answer.bytes);
    let sent = relay.poll_transmit().unwrap();
    assert_eq!((sent.interface, sent.link), (Some(1), Link::Direct(mac(1))));
    assert_eq!(
        (sent.from.to_string(), sent.to.to_string()),
        ("10.0.0.254:67".into(), "10.0.0.100:68".into())
    );
    let mut expected = offer;
    expected.options.remove(code::RELAY_AGENT);
    assert_eq!(Message::parse(&sent.bytes).unwrap(), expected);
    assert_eq!(sent.bytes.len(), answer.bytes.len());
}

#[test]
fn what_must_be_broadcast_is() {
    let mut relay = relay(two());
    let reply = |broadcast| Message {
        giaddr: address("10.0.0.254"),
        broadcast,
        yiaddr: address("10.0.0.100"),
        ..Message::new(Kind::Ack, 7, mac(1))
    };
    let mut sent = |message: &Message| {
        relay.on_datagram(2, "10.9.0.5:67".parse().unwrap(), &message.to_bytes());
        let sent = relay.poll_transmit().unwrap();
        (sent.link, sent.to.to_string())
    };
    assert_eq!(sent(&reply(true)), (Link::Broadcast, "255.255.255.255:68".into()));
    assert_eq!(sent(&reply(false)), (Link::Direct(mac(1)), "10.0.0.100:68".into()));
}

#[test]
fn what_a_relay_must_not_pass_on_it_does_not() {
    let mut relay = relay(Config { least_secs: 3, ..two() });
    let discover = Message { secs: 5, ..Message::new(Kind::Discover, 7, mac(1)) };
    assert_eq!(refused(&mut relay, 1, &Message { hops: 4, ..discover.clone() }), "dhcp.ignored.hops");
    assert_eq!(refused(&mut relay, 1, &Message { secs: 2, ..discover.clone() }), "dhcp.ignored.secs");
    assert_eq!(refused(&mut relay, 3, &discover), "dhcp.ignored.interface");
    let spoofed = Message { giaddr: address("10.9.0.1"), ..discover.clone() };
    assert_eq!(refused(&mut relay, 1, &spoofed), "dhcp.ignored.spoofed");
    let mut spoofed = discover.clone();
    spoofed.options.set(code::RELAY_AGENT, [1, 1, 9]);
    assert_eq!(refused(&mut relay, 1, &spoofed), "dhcp.ignored.spoofed");
    let other = Message { kind: Kind::Offer, giaddr: address("10.0.0.9"), ..discover };
    assert_eq!(refused(&mut relay, 2, &other), "dhcp.ignored.giaddr");
}
