//! Which address whom, for how long, and when the server says nothing. RFC 2131 §4.3.

use std::net::{Ipv4Addr, SocketAddrV4};

use firsthop_protocol::{
    dhcp::{
        Client, ClientId, ConfigError, Event, Kind, LeaseState, Link, Message, Server, Subnet, Transmit,
        client, code, server::Config,
    },
    trace::Time,
};

use crate::lan::{Lan, SECOND, address, client, mac, server, subnet};

fn message(kind: Kind, last: u8) -> Message {
    Message::new(kind, 0x1000 + u32::from(last), mac(last))
}

fn ask_at(server: &mut Server, now: Time, message: &Message) -> Option<(Transmit, Message)> {
    let from = SocketAddrV4::new(message.ciaddr, 68);
    let to = if message.ciaddr.is_unspecified() { Ipv4Addr::BROADCAST } else { address("10.0.0.1") };
    server.on_datagram(now, 1, from, to, &message.to_bytes());
    let sent = server.poll_transmit()?;
    assert!(server.poll_transmit().is_none());
    let answer = Message::parse(&sent.bytes).unwrap();
    assert_eq!((answer.xid, answer.chaddr), (message.xid, message.chaddr));
    Some((sent, answer))
}

fn ask(server: &mut Server, message: &Message) -> Option<(Transmit, Message)> {
    ask_at(server, Time::ZERO, message)
}

fn discover(last: u8) -> Message {
    message(Kind::Discover, last)
}

/// DHCPREQUEST in SELECTING.
fn select(last: u8, wanted: &str, server: &str) -> Message {
    let mut request = message(Kind::Request, last);
    request.options.set_address(code::SERVER_ID, address(server));
    request.options.set_address(code::REQUESTED_ADDRESS, address(wanted));
    request
}

/// DHCPREQUEST in INIT-REBOOT.
fn reboot(last: u8, wanted: &str) -> Message {
    let mut request = select(last, wanted, "10.0.0.1");
    request.options.remove(code::SERVER_ID);
    request
}

fn of(count: u8) -> Server {
    server(1, Config::new(vec![subnet(count)]))
}

fn last_word(server: &mut Server) -> String {
    let mut last = String::new();
    while let Some(event) = server.poll_event() {
        last = match event {
            Event::Lease { why, .. } | Event::Ignored { why, .. } => why.id,
            other => panic!("{other:?}"),
        };
    }
    last
}

fn give(server: &mut Server, last: u8) -> Ipv4Addr {
    let (_, offer) = ask(server, &discover(last)).unwrap();
    let wanted = offer.yiaddr;
    let (_, ack) = ask(server, &select(last, &wanted.to_string(), "10.0.0.1")).unwrap();
    assert_eq!((ack.kind, ack.yiaddr), (Kind::Ack, wanted));
    wanted
}

#[test]
fn answers_go_where_the_client_can_hear_them() {
    let mut server = of(10);
    let (sent, _) = ask(&mut server, &discover(1)).unwrap();
    assert_eq!((sent.link, sent.to.to_string()), (Link::Direct(mac(1)), "10.0.0.100:68".into()));
    assert_eq!((sent.from.to_string(), sent.interface), ("10.0.0.1:67".into(), Some(1)));
    let shouting = Message { broadcast: true, ..discover(1) };
    let (sent, offer) = ask(&mut server, &shouting).unwrap();
    assert_eq!((sent.link, sent.to.to_string()), (Link::Broadcast, "255.255.255.255:68".into()));
    assert!(offer.broadcast);
    give(&mut server, 1);
    let renewing = Message { ciaddr: address("10.0.0.100"), ..message(Kind::Request, 1) };
    let (sent, _) = ask(&mut server, &renewing).unwrap();
    assert_eq!((sent.link, sent.to.to_string()), (Link::Routed, "10.0.0.100:68".into()));
    let relayed = Message { giaddr: address("10.0.0.254"), hops: 1, ..discover(2) };
    let (sent, offer) = ask(&mut server, &relayed).unwrap();
    assert_eq!((sent.link, sent.to.to_string()), (Link::Routed, "10.0.0.254:67".into()));
    assert_eq!(offer.giaddr, address("10.0.0.254"));
    let wrong = Message { giaddr: address("10.0.0.254"), ..reboot(3, "172.16.0.1") };
    let (sent, nak) = ask(&mut server, &wrong).unwrap();
    assert_eq!((nak.kind, nak.broadcast, sent.to.to_string()), (Kind::Nak, true, "10.0.0.254:67".into()));
}

#[test]
fn the_relay_says_which_network_the_client_is_on() {
    let far = Subnet {
        routers: vec![address("10.7.0.1")],
        ..Subnet::new("10.7.0.0/16".parse().unwrap(), address("10.7.1.0"), address("10.7.1.9"))
    };
    let mut server = server(1, Config::new(vec![subnet(10), far]));
    let mut relayed = Message { giaddr: address("10.7.0.1"), ..discover(1) };
    relayed.options.set(code::RELAY_AGENT, [1, 1, b'2']);
    relayed.options.set(code::CLIENT_ID, *b"\0name");
    let (_, offer) = ask(&mut server, &relayed).unwrap();
    assert_eq!(offer.yiaddr, address("10.7.1.0"));
    assert_eq!(offer.options.address(code::SUBNET_MASK), Some(address("255.255.0.0")));
    assert_eq!(offer.options.addresses(code::ROUTER), [address("10.7.0.1")]);
    assert_eq!(offer.options.get(code::CLIENT_ID), Some(&b"\0name"[..]), "RFC 6842");
    assert_eq!(offer.options.iter().last(), Some((code::RELAY_AGENT, &[1, 1, b'2'][..])), "RFC 3046, last");
    // It renews without a relay, through routers, and still is of that network.
    let mut request = Message { giaddr: address("10.7.0.1"), ..select(1, "10.7.1.0", "10.0.0.1") };
    request.options.set(code::CLIENT_ID, *b"\0name");
    assert_eq!(ask(&mut server, &request).unwrap().1.kind, Kind::Ack);
    let mut renewing = Message { ciaddr: address("10.7.1.0"), ..message(Kind::Request, 1) };
    renewing.options.set(code::CLIENT_ID, *b"\0name");
    let (sent, ack) = ask(&mut server, &renewing).unwrap();
    assert_eq!((ack.kind, sent.to.to_string(), sent.link), (Kind::Ack, "10.7.1.0:68".into(), Link::Routed));
    // A network that nobody configured.
    let lost = Message { giaddr: address("172.16.0.1"), ..discover(2) };
    assert!(ask(&mut server, &lost).is_none());
    assert_eq!(last_word(&mut server), "dhcp.ignored.no-subnet");
}

#[test]
fn an_old_client_gets_its_address_again_and_others_get_other_ones() {
    let mut server = of(3);
    assert_eq!(give(&mut server, 1), address("10.0.0.100"));
    assert_eq!(give(&mut server, 2), address("10.0.0.101"));
    let mut release = Message { ciaddr: address("10.0.0.100"), ..message(Kind::Release, 1) };
    release.options.set_address(code::SERVER_ID, address("10.0.0.1"));
    assert!(ask(&mut server, &release).is_none());
    assert_eq!(server.lease(address("10.0.0.100")).unwrap().state, LeaseState::Released);
    assert_eq!(give(&mut server, 3), address("10.0.0.102"), "one that nobody ever had, first");
    assert_eq!(give(&mut server, 1), address("10.0.0.100"), "its own again");
    // A wish is heard if the address is free.
    let mut server = of(3);
    let mut wish = discover(1);
    wish.options.set_address(code::REQUESTED_ADDRESS, address("10.0.0.102"));
    assert_eq!(ask(&mut server, &wish).unwrap().1.yiaddr, address("10.0.0.102"));
    wish.chaddr = mac(2);
    assert_eq!(ask(&mut server, &wish).unwrap().1.yiaddr, address("10.0.0.100"), "taken");
    wish.chaddr = mac(3);
    wish.options.set_address(code::REQUESTED_ADDRESS, address("10.0.0.7"));
    assert_eq!(ask(&mut server, &wish).unwrap().1.yiaddr, address("10.0.0.101"), "not in the pool");
}

#[test]
fn a_full_pool_offers_nothing_until_a_lease_is_over() {
    let mut lan = Lan::new(vec![client(1), client(2), client(3)], vec![of(2)]);
    for client in &mut lan.clients {
        client.start(Time::ZERO);
    }
    lan.run(60);
    let got =
        |lan: &Lan| -> Vec<bool> { lan.clients.iter().map(|client| client.state().has_address()).collect() };
    assert_eq!(got(&lan), [true, true, false]);
    assert!(lan.said().contains(&"dhcp.ignored.no-address"));
    // The second client vanishes; an hour later its lease is over and the third gets the address.
    lan.clients[1].stop();
    lan.run(3600 + 66);
    assert_eq!(got(&lan), [true, false, true]);
    assert_eq!(lan.clients[2].lease().unwrap().address.addr(), address("10.0.0.101"));
    assert_eq!(lan.servers[0].leases().count(), 2);
}

#[test]
fn an_offer_that_nobody_takes_lapses() {
    let mut server = of(1);
    ask(&mut server, &discover(1)).unwrap();
    assert!(ask(&mut server, &discover(2)).is_none());
    assert_eq!(server.poll_timeout(), Some(Time::from_secs(60)));
    server.on_timeout(Time::from_secs(60));
    assert_eq!(server.leases().count(), 0);
    assert_eq!(ask(&mut server, &discover(2)).unwrap().1.yiaddr, address("10.0.0.100"));
}

#[test]
fn what_is_reserved_is_for_one_client_alone() {
    let mut config = Config::new(vec![subnet(3)]);
    config.subnets[0].reservations = [(mac(9), address("10.0.0.100")), (mac(8), address("10.0.0.33"))].into();
    let mut server = server(1, config);
    assert_eq!(give(&mut server, 1), address("10.0.0.101"));
    assert_eq!(give(&mut server, 9), address("10.0.0.100"));
    assert_eq!(give(&mut server, 8), address("10.0.0.33"), "outside the pool");
    // Neither its own address nor a router's is given to anybody.
    let own = Subnet { routers: vec![address("10.0.0.2")], ..subnet(1) };
    let own = Subnet { pool: (address("10.0.0.1"), address("10.0.0.3")), ..own };
    let mut server = crate::lan::server(1, Config::new(vec![own]));
    assert_eq!(give(&mut server, 1), address("10.0.0.3"));
    assert!(ask(&mut server, &discover(2)).is_none());
}

#[test]
fn of_a_client_that_it_does_not_know_a_server_says_nothing_unless_it_is_alone() {
    let mut server = of(3);
    assert!(ask(&mut server, &reboot(1, "10.0.0.102")).is_none());
    assert_eq!(last_word(&mut server), "dhcp.ignored.unknown-client");
    let mut alone = crate::lan::server(1, Config { authoritative: true, ..Config::new(vec![subnet(3)]) });
    assert_eq!(ask(&mut alone, &reboot(1, "10.0.0.102")).unwrap().1.kind, Kind::Nak);
    // One that it knows by another address is refused, and so is whoever claims another's.
    give(&mut server, 1);
    assert_eq!(ask(&mut server, &reboot(1, "10.0.0.102")).unwrap().1.kind, Kind::Nak);
    assert_eq!(ask(&mut server, &reboot(2, "10.0.0.100")).unwrap().1.kind, Kind::Nak);
    assert_eq!(ask(&mut server, &reboot(1, "10.0.0.100")).unwrap().1.kind, Kind::Ack);
    let thief = Message { ciaddr: address("10.0.0.100"), ..message(Kind::Request, 2) };
    assert_eq!(ask(&mut server, &thief).unwrap().1.kind, Kind::Nak);
    assert_eq!(ask(&mut server, &select(2, "10.0.0.101", "10.0.0.1")).unwrap().1.kind, Kind::Nak, "no offer");
}

#[test]
fn only_who_has_an_address_can_give_it_back_or_decline_it() {
    let mut server = of(3);
    give(&mut server, 1);
    last_word(&mut server);
    let mut release = Message { ciaddr: address("10.0.0.100"), ..message(Kind::Release, 2) };
    release.options.set_address(code::SERVER_ID, address("10.0.0.1"));
    ask(&mut server, &release);
    assert_eq!(last_word(&mut server), "dhcp.ignored.no-such-lease");
    let mut decline = select(1, "10.0.0.100", "10.0.0.9");
    decline.kind = Kind::Decline;
    ask(&mut server, &decline);
    assert_eq!(last_word(&mut server), "dhcp.ignored.other-server");
    assert_eq!(server.lease(address("10.0.0.100")).unwrap().state, LeaseState::Bound);
    decline.options.set_address(code::SERVER_ID, address("10.0.0.1"));
    ask(&mut server, &decline);
    assert_eq!(last_word(&mut server), "dhcp.lease.in-use");
    assert_eq!(give(&mut server, 1), address("10.0.0.101"));
}

#[test]
fn who_asks_for_less_is_told_less() {
    let mut server = of(3);
    let (_, all) = ask(&mut server, &discover(1)).unwrap();
    let codes = |message: &Message| message.options.iter().map(|(code, _)| code).collect::<Vec<_>>();
    assert_eq!(codes(&all), [54, 51, 58, 59, 1, 3, 6, 15]);
    let seconds = [51, 58, 59].map(|code| all.options.seconds(code).unwrap());
    assert_eq!(seconds, [3600, 1800, 3150]);
    let mut few = discover(1);
    few.options.set(code::PARAMETERS, [code::DNS, 99]);
    few.options.set_seconds(code::LEASE_TIME, 120);
    let (_, few) = ask(&mut server, &few).unwrap();
    assert_eq!(codes(&few), [54, 51, 58, 59, 6]);
    assert_eq!(few.options.lease_time(), Some(120));
    let mut long = discover(1);
    long.options.set_seconds(code::LEASE_TIME, u32::MAX);
    assert_eq!(ask(&mut server, &long).unwrap().1.options.lease_time(), Some(86_400), "no more than a day");
    // DHCPINFORM: no address and no times.
    let inform = Message { ciaddr: address("10.0.0.7"), ..message(Kind::Inform, 5) };
    let (sent, ack) = ask(&mut server, &inform).unwrap();
    assert_eq!(
        (ack.kind, ack.yiaddr, sent.to.to_string()),
        (Kind::Ack, address("0.0.0.0"), "10.0.0.7:68".into())
    );
    assert_eq!(codes(&ack), [54, 1, 3, 6, 15]);
}

#[test]
fn a_client_identifier_names_the_client_whatever_its_card() {
    let mut server = of(3);
    let named = |last: u8| {
        let mut message = discover(last);
        message.options.set(code::CLIENT_ID, *b"\0laptop");
        message
    };
    let (_, offer) = ask(&mut server, &named(1)).unwrap();
    let (_, again) = ask(&mut server, &named(2)).unwrap();
    assert_eq!(offer.yiaddr, again.yiaddr);
    assert_eq!(server.leases().next().unwrap().client, ClientId(b"\0laptop".to_vec()));
    let mut typed = discover(3);
    typed.options.set(code::CLIENT_ID, [&[1][..], &mac(3)].concat());
    assert_eq!(typed.client(), discover(3).client(), "type 1 is the MAC address");
}

#[test]
fn an_address_is_tried_before_it_is_offered() {
    let config = Config { probe: Some(SECOND), ..Config::new(vec![subnet(3)]) };
    let mut lan = Lan::new(vec![client(1)], vec![server(1, config)]);
    lan.taken = vec![address("10.0.0.100")];
    // It would notice by itself; here the server is to.
    let trusting = client::Config { check: None, ..client::Config::prompt(mac(1)) };
    lan.clients[0] = Client::new(trusting, 1);
    lan.clients[0].start(Time::ZERO);
    lan.run(0);
    let states = |lan: &Lan| lan.servers[0].leases().map(|lease| lease.state).collect::<Vec<_>>();
    assert_eq!(states(&lan), [LeaseState::Declined, LeaseState::Probing]);
    assert_eq!(lan.kinds(), [Kind::Discover]);
    lan.run(1);
    assert_eq!(lan.times(Kind::Offer), [1.0]);
    assert_eq!(lan.clients[0].lease().unwrap().address.addr(), address("10.0.0.101"));
    assert_eq!(states(&lan), [LeaseState::Declined, LeaseState::Bound]);
}

#[test]
fn the_table_has_an_end() {
    let mut server = server(1, Config { max_leases: 2, ..Config::new(vec![subnet(100)]) });
    assert!(ask(&mut server, &discover(1)).is_some());
    assert!(ask(&mut server, &discover(2)).is_some());
    assert!(ask(&mut server, &discover(3)).is_none());
    assert_eq!(server.leases().count(), 2);
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let refused = |change: &dyn Fn(&mut Subnet)| {
        let mut one = subnet(10);
        change(&mut one);
        Server::new(Config::new(vec![one])).unwrap_err()
    };
    let network = "10.0.0.0/24".parse().unwrap();
    let (a, b) = (address("10.0.0.9"), address("10.0.0.8"));
    assert_eq!(refused(&|it| it.pool = (a, b)), ConfigError::Backwards { first: a, last: b });
    let broadcast = address("10.0.0.255");
    assert_eq!(refused(&|it| it.pool.1 = broadcast), ConfigError::Outside { address: broadcast, network });
    assert_eq!(
        refused(&|it| it.reservations = [(mac(1), a), (mac(2), a)].into()),
        ConfigError::Twice { address: a }
    );
    assert_eq!(refused(&|it| it.dns = vec![a; 9]), ConfigError::TooMany { found: 9 });
    assert_eq!(refused(&|it| it.domain = Some(String::new())), ConfigError::Domain { found: 0 });
    let overlap = Server::new(Config::new(vec![subnet(1), subnet(2)])).unwrap_err();
    assert_eq!(overlap, ConfigError::Overlap { one: network, other: network });
    let never = Server::new(Config { lease: 0, ..Config::new(vec![]) }).unwrap_err();
    assert_eq!(never, ConfigError::NoTime);
}
