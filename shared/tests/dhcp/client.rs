//! The states of RFC 2131's figure 5, timers, and what servers' answers change.

use firsthop_protocol::{
    dhcp::{
        Action, Client, Event, Kind, LeaseState, Message, State, client,
        code::{self, PARAMETERS},
        server::Config,
    },
    trace::Time,
};

use crate::lan::{Lan, SECOND, address, client, mac, server, subnet};

fn lan() -> Lan {
    let mut lan = Lan::new(vec![client(1)], vec![server(1, Config::new(vec![subnet(10)]))]);
    lan.clients[0].start(Time::ZERO);
    lan
}

fn states(lan: &Lan) -> Vec<String> {
    let states = lan.events.iter().filter_map(|event| match event {
        Event::State { from, to, .. } => Some(format!("{from} {to}")),
        _ => None,
    });
    states.collect()
}

#[test]
fn four_messages_give_an_address_that_is_checked_before_it_is_used() {
    let mut lan = lan();
    lan.run(0);
    assert_eq!(lan.kinds(), [Kind::Discover, Kind::Offer, Kind::Request, Kind::Ack]);
    assert_eq!(lan.actions, [Action::Check { address: address("10.0.0.100") }]);
    assert_eq!(lan.clients[0].state(), State::Requesting, "not before ARP was silent");
    lan.run(1);
    assert_eq!(states(&lan), ["INIT SELECTING", "SELECTING REQUESTING", "REQUESTING BOUND"]);
    let Some(Action::Configure(given)) = lan.actions.last() else { panic!("{:?}", lan.actions) };
    assert_eq!(given.address.to_string(), "10.0.0.100/24");
    assert_eq!(given.routers, [address("10.0.0.254")]);
    assert_eq!(given.dns, [address("10.0.0.53"), address("10.0.0.54")]);
    assert_eq!(given.domain.as_deref(), Some("example.net"));
    assert_eq!(given.server, address("10.0.0.1"));
    let times = [given.t1, given.t2, given.until].map(|time| time.unwrap().micros() / SECOND);
    assert_eq!(times, [1800, 3150, 3600], "from when the request was sent");

    let (_, from, discover, to) = lan.last(Kind::Discover);
    assert_eq!((from.to_string(), to.to_string()), ("0.0.0.0:68".into(), "255.255.255.255:67".into()));
    assert!(discover.options.get(PARAMETERS).is_some() && discover.options.server_id().is_none());
    let (.., request, to) = lan.last(Kind::Request);
    assert_eq!(to.to_string(), "255.255.255.255:67");
    assert_eq!((request.xid, request.secs), (discover.xid, discover.secs), "RFC 2131 §4.4.1");
    assert_eq!(request.options.server_id(), Some(address("10.0.0.1")));
    assert_eq!(request.options.requested_address(), Some(address("10.0.0.100")));
    assert_eq!(request.ciaddr, address("0.0.0.0"));
}

/// RFC 2131 §4.1: 4, 8, 16, 32, 64 s, then 64 s again, each a second more or less.
#[test]
fn unanswered_discovers_come_ever_more_seldom() {
    let mut lan = lan();
    lan.cut = true;
    lan.run(370);
    let times = lan.times(Kind::Discover);
    let between: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(between.len(), 8, "{between:?}");
    for (between, middle) in between.iter().zip([4.0, 8.0, 16.0, 32.0, 64.0, 64.0, 64.0, 64.0]) {
        assert!((between - middle).abs() <= 1.0, "{between} is not about {middle}");
    }
    let exact = |between: &f64| (between - between.round()).abs() < 1e-6;
    assert!(!between.iter().all(exact), "chance has its part: {between:?}");
    let secs: Vec<u16> = lan.sent.iter().map(|(_, _, message, _)| message.secs).collect();
    assert_eq!(secs, times.iter().map(|time| *time as u16).collect::<Vec<_>>());
    // Another key, other times.
    let mut other = self::lan();
    other.clients[0] = Client::new(client::Config::prompt(mac(1)), 99);
    other.clients[0].start(Time::ZERO);
    other.cut = true;
    other.run(370);
    assert_ne!(other.times(Kind::Discover), times);
}

#[test]
fn the_first_discover_waits_for_one_to_ten_seconds() {
    let waits = (0..50).map(|key| {
        let mut client = Client::new(client::Config::new(mac(1)), key);
        client.start(Time::ZERO);
        client.poll_timeout().unwrap().micros()
    });
    let waits: Vec<u64> = waits.collect();
    assert!(waits.iter().all(|wait| (SECOND..=10 * SECOND).contains(wait)), "{waits:?}");
    assert!(waits.iter().min() < Some(&(2 * SECOND)) && waits.iter().max() > Some(&(9 * SECOND)));
}

#[test]
fn a_request_without_an_answer_is_given_up_after_a_minute() {
    let mut lan = lan();
    lan.clients[0].on_timeout(Time::ZERO);
    // The server offers and then goes.
    while let Some(sent) = lan.clients[0].poll_transmit() {
        lan.servers[0].on_datagram(lan.now, 1, sent.from, *sent.to.ip(), &sent.bytes);
    }
    let offer = lan.servers[0].poll_transmit().unwrap();
    lan.clients[0].on_datagram(lan.now, offer.from, &offer.bytes);
    lan.cut = true;
    lan.run(57);
    assert_eq!(lan.times(Kind::Request).len(), 4);
    assert_eq!(lan.clients[0].state(), State::Requesting);
    lan.run(10);
    assert_eq!(lan.clients[0].state(), State::Selecting);
    assert!(lan.said().contains(&"dhcp.state.no-answer"));
}

#[test]
fn at_t1_the_server_is_asked_at_t2_all_are_and_at_the_end_the_address_goes() {
    let mut lan = lan();
    lan.run(1799);
    lan.sent.clear();
    lan.run(2);
    assert_eq!(lan.kinds(), [Kind::Request, Kind::Ack]);
    let (at, from, request, to) = lan.last(Kind::Request);
    assert_eq!(*at, Time::from_secs(1800));
    assert_eq!((from.to_string(), to.to_string()), ("10.0.0.100:68".into(), "10.0.0.1:67".into()));
    assert_eq!(request.ciaddr, address("10.0.0.100"));
    assert!(request.options.requested_address().is_none() && request.options.server_id().is_none());
    assert_eq!(lan.clients[0].state(), State::Bound);
    let lease = lan.clients[0].lease().unwrap().clone();
    assert_eq!(lease.until, Some(Time::from_secs(5400)));

    // The next T1 is at 3600 s; the server does not answer any more.
    lan.cut = true;
    lan.sent.clear();
    lan.events.clear();
    lan.run_until(Time::from_secs(5399));
    let requests: Vec<_> =
        lan.sent.iter().map(|(at, _, _, to)| (at.micros() / SECOND, to.to_string())).collect();
    let unicast: Vec<u64> =
        requests.iter().filter(|(_, to)| to == "10.0.0.1:67").map(|(at, _)| *at).collect();
    let broadcast: Vec<u64> =
        requests.iter().filter(|(_, to)| to == "255.255.255.255:67").map(|(at, _)| *at).collect();
    assert_eq!(
        unicast,
        [3600, 4275, 4612, 4781, 4865, 4925],
        "half of what is left until 4950 s, 60 s at least"
    );
    assert_eq!(broadcast, [4950, 5175, 5287, 5347]);
    assert_eq!(lan.clients[0].state(), State::Rebinding);
    lan.actions.clear();
    lan.run(1);
    assert_eq!(lan.actions, [Action::Deconfigure { address: address("10.0.0.100") }]);
    assert_eq!(states(&lan), ["BOUND RENEWING", "RENEWING REBINDING", "REBINDING INIT", "INIT SELECTING"]);
    assert_eq!(lan.servers[0].leases().next().unwrap().state, LeaseState::Expired);
}

#[test]
fn any_server_that_knows_the_lease_can_extend_it_in_rebinding() {
    let mut lan = lan();
    lan.run(2);
    lan.cut = true;
    lan.run_until(Time::from_secs(3149));
    lan.cut = false;
    lan.run(2);
    assert_eq!(lan.clients[0].state(), State::Bound);
    assert!(states(&lan).contains(&"REBINDING BOUND".to_owned()));
}

#[test]
fn an_address_in_use_is_declined_and_another_one_got_ten_seconds_later() {
    let mut lan = lan();
    lan.taken = vec![address("10.0.0.100")];
    lan.run(9);
    let (at, from, decline, to) = lan.last(Kind::Decline);
    assert_eq!(*at, Time::ZERO);
    assert_eq!((from.to_string(), to.to_string()), ("0.0.0.0:68".into(), "255.255.255.255:67".into()));
    assert_eq!(decline.options.requested_address(), Some(address("10.0.0.100")));
    assert_eq!(decline.options.server_id(), Some(address("10.0.0.1")));
    assert_eq!(lan.servers[0].lease(address("10.0.0.100")).unwrap().state, LeaseState::Declined);
    assert_eq!(lan.clients[0].state(), State::Init);
    assert!(!lan.actions.iter().any(|action| matches!(action, Action::Configure(_))));
    lan.run(3);
    assert_eq!(lan.times(Kind::Discover), [0.0, 10.0]);
    assert_eq!(lan.clients[0].lease().unwrap().address.addr(), address("10.0.0.101"));
    lan.run(600);
    assert!(lan.servers[0].lease(address("10.0.0.100")).is_none(), "it may be given again");
}

#[test]
fn releasing_gives_the_address_back() {
    let mut lan = lan();
    lan.run(5);
    lan.clients[0].release(lan.now);
    lan.run(100);
    let (_, from, release, to) = lan.last(Kind::Release);
    assert_eq!((from.to_string(), to.to_string()), ("10.0.0.100:68".into(), "10.0.0.1:67".into()));
    assert_eq!(release.ciaddr, address("10.0.0.100"));
    assert_eq!(release.options.server_id(), Some(address("10.0.0.1")));
    assert_eq!(lan.actions.last(), Some(&Action::Deconfigure { address: address("10.0.0.100") }));
    assert_eq!(lan.servers[0].leases().next().unwrap().state, LeaseState::Released);
    assert_eq!((lan.clients[0].state(), lan.clients[0].poll_timeout()), (State::Init, None));
}

#[test]
fn a_client_that_reboots_asks_for_its_old_address_only() {
    let mut lan = lan();
    lan.run(5);
    let had = lan.clients[0].stop().unwrap();
    lan.sent.clear();
    lan.events.clear();
    lan.clients[0].reboot(lan.now, had);
    lan.run(2);
    assert_eq!(lan.kinds(), [Kind::Request, Kind::Ack]);
    let (.., request, _) = lan.last(Kind::Request);
    assert_eq!(request.options.requested_address(), Some(address("10.0.0.100")));
    assert_eq!((request.ciaddr, request.options.server_id()), (address("0.0.0.0"), None));
    assert_eq!(states(&lan), ["BOUND INIT", "INIT INIT-REBOOT", "INIT-REBOOT REBOOTING", "REBOOTING BOUND"]);
}

#[test]
fn a_rebooted_client_that_nobody_answers_uses_a_lease_that_is_not_over() {
    let mut lan = lan();
    lan.run(5);
    let had = lan.clients[0].stop().unwrap();
    lan.cut = true;
    lan.clients[0].reboot(lan.now, had.clone());
    lan.run(70);
    assert_eq!(lan.clients[0].state(), State::Bound);
    assert_eq!(lan.clients[0].lease(), Some(&had));
    assert!(lan.said().contains(&"dhcp.state.still-good"));
    // One that is over is no use.
    let mut late = Lan::new(vec![client(2)], vec![]);
    late.now = Time::from_secs(10_000);
    late.clients[0].reboot(late.now, had);
    late.run(70);
    assert_eq!(late.clients[0].state(), State::Selecting);
}

#[test]
fn on_another_network_the_old_address_is_refused() {
    let mut lan = lan();
    lan.run(5);
    let had = lan.clients[0].stop().unwrap();
    let other = firsthop_protocol::dhcp::Subnet::new(
        "192.168.7.0/24".parse().unwrap(),
        address("192.168.7.10"),
        address("192.168.7.20"),
    );
    let mut away = firsthop_protocol::dhcp::Server::new(Config::new(vec![other])).unwrap();
    away.interface_up(1, "192.168.7.1/24".parse().unwrap()).unwrap();
    lan.servers = vec![away];
    lan.sent.clear();
    lan.clients[0].reboot(lan.now, had);
    lan.run(5);
    assert_eq!(
        lan.kinds(),
        [Kind::Request, Kind::Nak, Kind::Discover, Kind::Offer, Kind::Request, Kind::Ack]
    );
    let (.., nak, to) = lan.last(Kind::Nak);
    assert_eq!(to.to_string(), "255.255.255.255:68");
    assert_eq!((nak.yiaddr, nak.ciaddr), (address("0.0.0.0"), address("0.0.0.0")));
    let why = nak.options.text(code::MESSAGE).unwrap();
    assert_eq!(why, "10.0.0.100 is no address of the network 192.168.7.0/24, where the client is");
    assert_eq!(lan.clients[0].lease().unwrap().address.to_string(), "192.168.7.10/24");
}

#[test]
fn of_two_servers_the_first_is_taken_and_the_other_withdraws() {
    let low = Config::new(vec![subnet(10)]);
    let high = Config::new(vec![firsthop_protocol::dhcp::Subnet {
        pool: (address("10.0.0.200"), address("10.0.0.209")),
        ..subnet(10)
    }]);
    let patient = client::Config { collect: SECOND, ..client::Config::prompt(mac(1)) };
    let mut lan = Lan::new(vec![Client::new(patient, 1)], vec![server(1, low), server(2, high)]);
    lan.clients[0].start(Time::ZERO);
    lan.run_until(Time::from_millis(500));
    assert_eq!(lan.kinds(), [Kind::Discover, Kind::Offer, Kind::Offer]);
    assert_eq!(lan.servers[1].lease(address("10.0.0.200")).unwrap().state, LeaseState::Offered);
    lan.run(5);
    assert_eq!(lan.clients[0].lease().unwrap().server, address("10.0.0.1"));
    assert_eq!(lan.servers[0].lease(address("10.0.0.100")).unwrap().state, LeaseState::Bound);
    assert!(lan.servers[1].lease(address("10.0.0.200")).is_none());
    assert!(lan.said().contains(&"dhcp.lease.other-chosen"));
    let chosen = lan.events.iter().find_map(|event| match event {
        Event::State { to: State::Requesting, why, .. } => Some(why.to_string()),
        _ => None,
    });
    assert_eq!(chosen.as_deref(), Some("2 offers came: that of 10.0.0.1 is chosen"));
}

#[test]
fn answers_for_others_late_ones_and_those_that_lack_something_change_nothing() {
    let mut lan = lan();
    lan.cut = true;
    lan.run(0);
    let discover = lan.last(Kind::Discover).2.clone();
    let from = "10.0.0.1:67".parse().unwrap();
    let mut offer = Message::new(Kind::Offer, discover.xid, mac(1));
    offer.yiaddr = address("10.0.0.7");
    offer.options.set_address(code::SERVER_ID, address("10.0.0.1"));
    offer.options.set_seconds(code::LEASE_TIME, 60);
    let mut refused = |change: &dyn Fn(&mut Message), id: &str| {
        let mut bad = offer.clone();
        change(&mut bad);
        let client = &mut lan.clients[0];
        client.on_datagram(lan.now, from, &bad.to_bytes());
        assert_eq!(client.state(), State::Selecting, "{id}");
        let Some(Event::Ignored { why, .. }) = client.poll_event() else { panic!("{id}") };
        assert_eq!(why.id, id);
    };
    refused(&|bad| bad.chaddr = mac(2), "dhcp.ignored.other-client");
    refused(&|bad| bad.xid ^= 1, "dhcp.ignored.other-xid");
    refused(&|bad| bad.kind = Kind::Ack, "dhcp.ignored.unexpected");
    refused(&|bad| bad.kind = Kind::Discover, "dhcp.ignored.not-for-client");
    refused(&|bad| bad.yiaddr = address("0.0.0.0"), "dhcp.ignored.incomplete");
    refused(&|bad| bad.options.set_seconds(code::LEASE_TIME, 0), "dhcp.ignored.incomplete");
    refused(&|bad| drop(bad.options.remove(code::SERVER_ID)), "dhcp.ignored.incomplete");
    // The offer itself is good; an ACK of another server than the chosen one is not.
    let client = &mut lan.clients[0];
    client.on_datagram(lan.now, from, &offer.to_bytes());
    assert_eq!(client.state(), State::Requesting);
    while client.poll_event().is_some() {}
    let mut ack = Message { kind: Kind::Ack, ..offer.clone() };
    ack.options.set_address(code::SERVER_ID, address("10.0.0.9"));
    client.on_datagram(lan.now, from, &ack.to_bytes());
    let Some(Event::Ignored { why, .. }) = client.poll_event() else { panic!() };
    assert_eq!(why.id, "dhcp.ignored.not-chosen");
}

#[test]
fn a_lease_for_ever_has_no_timers() {
    let forever = client::Config { lease: Some(u32::MAX), ..client::Config::prompt(mac(1)) };
    let config = Config { max_lease: u32::MAX, ..Config::new(vec![subnet(10)]) };
    let mut lan = Lan::new(vec![Client::new(forever, 1)], vec![server(1, config)]);
    lan.clients[0].start(Time::ZERO);
    lan.run(2);
    assert_eq!(lan.clients[0].state(), State::Bound);
    assert_eq!((lan.clients[0].poll_timeout(), lan.servers[0].poll_timeout()), (None, None));
    assert!(lan.said().contains(&"dhcp.state.acked-forever"));
}
