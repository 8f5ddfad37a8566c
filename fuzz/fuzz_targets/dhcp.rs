//! DHCP: any bytes as a message, and as what a server, a client and a relay hear while time goes on.
#![no_main]

use std::net::{Ipv4Addr, SocketAddrV4};

use firsthop_protocol::{
    dhcp::{Client, LeaseState, Message, Relay, Server, Subnet, client, code, relay, server},
    trace::Time,
};
use libfuzzer_sys::fuzz_target;

const MAC: [u8; 6] = [2, 0, 0, 0, 0, 1];

fn machines(how: u8) -> (Server, Client, Relay) {
    let network = "10.0.0.0/24".parse().expect("a network");
    let address = "10.0.0.1/24".parse().expect("an address with its prefix");
    let pool = Subnet::new(network, [10, 0, 0, 100].into(), [10, 0, 0, 107].into());
    let config = server::Config {
        probe: (how & 1 == 0).then_some(1_000_000),
        authoritative: how & 2 == 0,
        max_leases: 5,
        ..server::Config::new(vec![pool])
    };
    let mut server = Server::new(config).expect("settings that can be");
    server.interface_up(1, address).expect("an interface like others");
    let client = Client::new(client::Config::prompt(MAC), 1);
    let servers = vec![Ipv4Addr::new(10, 9, 0, 5)];
    let agent_information = how & 4 == 0;
    let mut relay = Relay::new(relay::Config { agent_information, ..relay::Config::new(servers) });
    relay.interface_up(1, address);
    (server, client, relay)
}

/// What each machine must keep to, whatever it heard.
fn check(now: Time, server: &mut Server, client: &mut Client, relay: &mut Relay) {
    assert!(server.leases().count() <= 5);
    for lease in server.leases() {
        assert!(lease.state.is_free() || lease.until.is_some() || lease.state == LeaseState::Bound);
    }
    while let Some(sent) = server.poll_transmit() {
        assert!(sent.bytes.len() <= 548);
        assert!(Message::parse(&sent.bytes).is_ok_and(|message| message.kind.is_reply()));
    }
    while let Some(sent) = client.poll_transmit() {
        assert!(Message::parse(&sent.bytes).is_ok_and(|message| !message.kind.is_reply()));
    }
    while let Some(sent) = relay.poll_transmit() {
        assert!(Message::parse(&sent.bytes).is_ok());
    }
    assert!(client.state().has_address() == client.lease().is_some());
    assert!(server.poll_timeout().is_none_or(|timer| timer >= now));
    while server.poll_event().is_some() {}
    while server.poll_probe().is_some() {}
    while client.poll_event().is_some() {}
    while client.poll_action().is_some() {}
    while relay.poll_event().is_some() {}
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(mut message) = Message::parse(bytes) {
        // Where options go on in other fields they are read from there and written behind the cookie.
        message.options.remove(code::OVERLOAD);
        message.options.remove(code::MESSAGE_TYPE);
        assert_eq!(Message::parse(&message.to_bytes()), Ok(message));
    }
    let Some((how, rest)) = bytes.split_first() else { return };
    let (mut server, mut client, mut relay) = machines(*how);
    let mut now = Time::ZERO;
    client.start(now);
    let mut xid = [0; 4];
    // The first two bytes of each piece say from whom, how late, and how long it is, in units of two octets.
    let mut rest = rest;
    while let Some(([how, length], tail)) = rest.split_first_chunk() {
        let (datagram, after) = tail.split_at((2 * usize::from(*length)).min(tail.len()));
        rest = after;
        now = now.plus(u64::from(how >> 2) * 20_000_000);
        server.on_timeout(now);
        client.on_timeout(now);
        assert!(client.poll_timeout().is_some_and(|timer| timer > now));
        while let Some(sent) = client.poll_transmit() {
            xid.copy_from_slice(&sent.bytes[4..8]);
            server.on_datagram(now, 1, sent.from, *sent.to.ip(), &sent.bytes);
        }
        // Without help no input would have the cookie, the client's number and its address.
        let mut datagram = datagram.to_vec();
        if how & 1 == 0 {
            let mut whole =
                Message::new(firsthop_protocol::dhcp::Kind::Ack, u32::from_be_bytes(xid), MAC).to_bytes();
            whole.truncate(240);
            if let [op, rest @ ..] = datagram.as_slice() {
                whole[0] = 1 + op % 2;
                whole[10] = *op;
                let (addresses, options) = rest.split_at(rest.len().min(16));
                whole[12..12 + addresses.len()].copy_from_slice(addresses);
                whole.extend(options);
            }
            datagram = whole;
        }
        let from = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), 67);
        let to = if how & 2 == 0 { Ipv4Addr::BROADCAST } else { *from.ip() };
        client.on_datagram(now, from, &datagram);
        server.on_datagram(now, 1, from, to, &datagram);
        relay.on_datagram(1, from, &datagram);
        check(now, &mut server, &mut client, &mut relay);
    }
});
