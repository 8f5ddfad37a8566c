//! What RFC 2453 orders, rule by rule.

use std::net::{Ipv4Addr, SocketAddrV4};

use firsthop_protocol::{
    rip::{
        Command, Config, ConfigError, Entry, Event, GROUP, Horizon, Interface, Message, Origin, PORT, Route,
        RouteChange, Speaker, Transmit,
    },
    trace::{EventKind, Time},
};
use ipnet::Ipv4Net;

use crate::network::{Link, Network, prefix};

const NEIGHBOUR: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 2), PORT);
const OTHER: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 3), PORT);

fn net(text: &str) -> Ipv4Net {
    text.parse().unwrap()
}

fn secs(secs: u64) -> Time {
    Time::from_secs(secs)
}

/// A router on 10.0.0.0/24 (interface 1) and 10.0.1.0/24 (interface 2), after its first update.
fn router(config: Config) -> Speaker {
    let mut router = Speaker::new(config, 7);
    router.interface_up(Time::ZERO, Interface::new(1, net("10.0.0.1/24"))).unwrap();
    router.interface_up(Time::ZERO, Interface::new(2, net("10.0.1.1/24"))).unwrap();
    let first = router.poll_timeout().unwrap();
    assert!(first >= secs(1) && first <= secs(5));
    router.on_timeout(first);
    drain(&mut router);
    router
}

fn drain(router: &mut Speaker) -> Vec<(Transmit, Message)> {
    std::iter::from_fn(|| router.poll_transmit())
        .map(|sent| (sent.clone(), Message::parse(&sent.bytes).unwrap()))
        .collect()
}

fn reasons(router: &mut Speaker) -> Vec<String> {
    std::iter::from_fn(|| router.poll_event())
        .map(|event| match event {
            Event::Route { why, .. } | Event::Ignored { why, .. } | Event::Timer { why, .. } => why.id,
        })
        .collect()
}

fn announce(router: &mut Speaker, now: Time, from: SocketAddrV4, entries: &[Entry]) {
    let bytes = Message::new(Command::Response, entries.to_vec()).to_bytes();
    router.on_datagram(now, 1, from, &bytes);
}

fn entry(prefix: &str, metric: u32) -> Entry {
    Entry::new(net(prefix), metric)
}

#[test]
fn an_interface_that_comes_up_asks_its_neighbours_for_everything() {
    let mut router = Speaker::new(Config::default(), 7);
    router.interface_up(Time::ZERO, Interface::new(1, net("10.0.0.1/24"))).unwrap();
    let sent = drain(&mut router);
    let (transmit, message) = &sent[0];
    assert_eq!((transmit.to, transmit.ttl), (SocketAddrV4::new(GROUP, 520), 1));
    assert_eq!(transmit.from, "10.0.0.1:520".parse().unwrap());
    assert_eq!(message, &Message::new(Command::Request, vec![Entry::WHOLE_TABLE]));
    let again = router.interface_up(Time::ZERO, Interface::new(1, net("10.0.2.1/24")));
    assert_eq!(again, Err(ConfigError::Taken { index: 1 }));
    let dear = Interface { cost: 16, ..Interface::new(3, net("10.0.3.1/24")) };
    assert_eq!(router.interface_up(Time::ZERO, dear), Err(ConfigError::Metric { found: 16 }));
    assert_eq!(router.interface_down(Time::ZERO, 9), Err(ConfigError::Unknown { index: 9 }));
}

#[test]
fn regular_updates_come_every_30_seconds_5_earlier_or_later() {
    let mut router = router(Config::default());
    let mut last = router.next_update().unwrap();
    let mut gaps = Vec::new();
    for _ in 0..40 {
        router.on_timeout(last);
        let sent = drain(&mut router);
        assert_eq!(sent.len(), 2, "one message an interface");
        let next = router.next_update().unwrap();
        gaps.push(next.since(last));
        last = next;
    }
    assert!(gaps.iter().all(|gap| (25_000_000..=35_000_000).contains(gap)));
    assert!(gaps.iter().any(|gap| *gap < 28_000_000) && gaps.iter().any(|gap| *gap > 32_000_000));
}

#[test]
fn a_route_times_out_after_180_seconds_and_is_forgotten_120_later() {
    let mut router = router(Config::default());
    announce(&mut router, secs(10), NEIGHBOUR, &[entry("10.9.0.0/16", 4)]);
    let route = *router.route(net("10.9.0.0/16")).unwrap();
    assert_eq!((route.metric, route.timeout), (5, Some(secs(190))));
    let set =
        RouteChange::Set { prefix: net("10.9.0.0/16"), next_hop: *NEIGHBOUR.ip(), interface: 1, metric: 5 };
    assert_eq!(router.poll_route_change(), Some(set));
    // The same again begins the timeout anew.
    announce(&mut router, secs(20), NEIGHBOUR, &[entry("10.9.0.0/16", 4)]);
    assert_eq!(router.route(net("10.9.0.0/16")).unwrap().timeout, Some(secs(200)));
    assert_eq!(router.poll_route_change(), None);
    while router.poll_timeout().unwrap() < secs(200) {
        router.on_timeout(router.poll_timeout().unwrap());
    }
    drain(&mut router);
    reasons(&mut router);
    router.on_timeout(secs(200));
    let route = *router.route(net("10.9.0.0/16")).unwrap();
    assert_eq!((route.metric, route.timeout, route.garbage), (16, None, Some(secs(320))));
    assert_eq!(router.poll_route_change(), Some(RouteChange::Remove { prefix: net("10.9.0.0/16") }));
    assert_eq!(reasons(&mut router)[0], "rip.route.timed-out");
    // The others are told at once: metric 16.
    let told = drain(&mut router).into_iter().find(|(sent, _)| sent.interface == 2).unwrap();
    assert_eq!(told.1.entries, [entry("10.9.0.0/16", 16)]);
    while router.poll_timeout().unwrap() < secs(320) {
        router.on_timeout(router.poll_timeout().unwrap());
    }
    assert!(router.route(net("10.9.0.0/16")).is_some());
    router.on_timeout(secs(320));
    assert!(router.route(net("10.9.0.0/16")).is_none());
    assert!(reasons(&mut router).contains(&"rip.route.forgotten".to_owned()));
}

#[test]
fn a_deletion_is_not_begun_anew_and_a_new_route_ends_it() {
    let mut router = router(Config::default());
    announce(&mut router, secs(10), NEIGHBOUR, &[entry("10.9.0.0/16", 4)]);
    announce(&mut router, secs(11), NEIGHBOUR, &[entry("10.9.0.0/16", 16)]);
    assert_eq!(router.route(net("10.9.0.0/16")).unwrap().garbage, Some(secs(131)));
    announce(&mut router, secs(20), NEIGHBOUR, &[entry("10.9.0.0/16", 16)]);
    assert_eq!(router.route(net("10.9.0.0/16")).unwrap().garbage, Some(secs(131)));
    announce(&mut router, secs(30), OTHER, &[entry("10.9.0.0/16", 9)]);
    let route = router.route(net("10.9.0.0/16")).unwrap();
    assert_eq!((route.metric, route.garbage, route.timeout), (10, None, Some(secs(210))));
    // What cannot be reached and was not known is nothing to remember.
    announce(&mut router, secs(31), OTHER, &[entry("10.8.0.0/16", 16), entry("10.7.0.0/16", 15)]);
    assert!(router.route(net("10.8.0.0/16")).is_none() && router.route(net("10.7.0.0/16")).is_none());
}

#[test]
fn the_way_in_use_is_followed_for_better_and_worse_others_only_for_better() {
    let mut router = router(Config::default());
    let metric = |router: &Speaker| router.route(net("10.9.0.0/16")).unwrap().metric;
    let from = |router: &Speaker| router.route(net("10.9.0.0/16")).unwrap().origin;
    announce(&mut router, secs(10), NEIGHBOUR, &[entry("10.9.0.0/16", 4)]);
    announce(&mut router, secs(11), OTHER, &[entry("10.9.0.0/16", 5)]);
    assert_eq!((metric(&router), from(&router)), (5, Origin::Learned { from: *NEIGHBOUR.ip() }));
    announce(&mut router, secs(12), OTHER, &[entry("10.9.0.0/16", 4)]);
    assert_eq!(from(&router), Origin::Learned { from: *NEIGHBOUR.ip() }, "as good is not better");
    announce(&mut router, secs(13), NEIGHBOUR, &[entry("10.9.0.0/16", 7)]);
    assert_eq!(metric(&router), 8);
    announce(&mut router, secs(14), OTHER, &[entry("10.9.0.0/16", 4)]);
    assert_eq!((metric(&router), from(&router)), (5, Origin::Learned { from: *OTHER.ip() }));
    // Half the timeout in silence: another neighbour as good is taken.
    announce(&mut router, secs(103), NEIGHBOUR, &[entry("10.9.0.0/16", 4)]);
    assert_eq!(from(&router), Origin::Learned { from: *OTHER.ip() });
    announce(&mut router, secs(104), NEIGHBOUR, &[entry("10.9.0.0/16", 4)]);
    assert_eq!(from(&router), Origin::Learned { from: *NEIGHBOUR.ip() });
    assert!(reasons(&mut router).contains(&"rip.route.as-good".to_owned()));
}

#[test]
fn who_may_say_what() {
    let mut router = router(Config::default());
    reasons(&mut router);
    let good = Message::new(Command::Response, vec![entry("10.9.0.0/16", 4)]);
    let with = |change: fn(&mut Message)| {
        let mut message = good.clone();
        change(&mut message);
        message.to_bytes()
    };
    let cases: Vec<(&str, &str, Vec<u8>)> = vec![
        ("10.0.0.2:521", "rip.ignored.not-port", good.to_bytes()),
        ("10.0.1.2:520", "rip.ignored.not-neighbour", good.to_bytes()),
        ("192.0.2.1:520", "rip.ignored.not-neighbour", good.to_bytes()),
        ("10.0.0.1:520", "rip.ignored.own", good.to_bytes()),
        ("10.0.1.1:520", "rip.ignored.own", good.to_bytes()),
        ("10.0.0.2:520", "rip.ignored.malformed", vec![2, 2, 0]),
        ("10.0.0.2:520", "rip.ignored.malformed", with(|message| message.version = 0)),
        ("10.0.0.2:520", "rip.ignored.version-1", with(|message| message.version = 1)),
        ("10.0.0.2:520", "rip.ignored.authenticated", with(|message| message.entries[0].family = 0xffff)),
        ("10.0.0.2:520", "rip.ignored.entry", with(|message| message.entries[0].metric = 17)),
        ("10.0.0.2:520", "rip.ignored.entry", with(|message| message.entries[0].metric = 0)),
        ("10.0.0.2:520", "rip.ignored.entry", with(|message| message.entries[0].address = GROUP)),
        ("10.0.0.2:520", "rip.ignored.no-entries", Message::new(Command::Request, vec![]).to_bytes()),
    ];
    for (from, reason, bytes) in cases {
        router.on_datagram(secs(10), 1, from.parse().unwrap(), &bytes);
        assert_eq!(reasons(&mut router), [reason], "{from}");
        assert_eq!(router.routes().count(), 2);
    }
    // RFC 2453 §5: a later version is read as version 2.
    router.on_datagram(secs(10), 1, NEIGHBOUR, &with(|message| message.version = 3));
    assert_eq!(reasons(&mut router)[0], "rip.route.learned");
    // One bad entry does not spoil the others.
    announce(&mut router, secs(10), NEIGHBOUR, &[entry("10.8.0.0/16", 17), entry("10.7.0.0/16", 1)]);
    assert!(router.route(net("10.7.0.0/16")).is_some() && router.route(net("10.8.0.0/16")).is_none());
}

#[test]
fn what_is_ones_own_is_not_learned_from_others() {
    let mut router = router(Config::default());
    announce(&mut router, secs(10), NEIGHBOUR, &[entry("10.0.1.0/24", 1)]);
    assert_eq!(router.route(net("10.0.1.0/24")).unwrap().origin, Origin::Connected);
    router.interface_down(secs(11), 2).unwrap();
    assert_eq!(router.route(net("10.0.1.0/24")).unwrap().metric, 16);
    announce(&mut router, secs(12), NEIGHBOUR, &[entry("10.0.1.0/24", 1)]);
    assert_eq!(router.route(net("10.0.1.0/24")).unwrap().metric, 2);
    router.interface_up(secs(13), Interface::new(2, net("10.0.1.1/24"))).unwrap();
    assert_eq!(router.route(net("10.0.1.0/24")).unwrap().origin, Origin::Connected);
    let changes: Vec<_> = std::iter::from_fn(|| router.poll_route_change()).collect();
    assert!(matches!(changes[..], [RouteChange::Set { .. }, RouteChange::Remove { .. }]), "{changes:?}");
}

#[test]
fn requests_are_answered() {
    let mut router = router(Config::default());
    announce(&mut router, secs(10), NEIGHBOUR, &[entry("10.9.0.0/16", 4)]);
    drain(&mut router);
    let ask = |router: &mut Speaker, from: &str, entries: Vec<Entry>| {
        let bytes = Message::new(Command::Request, entries).to_bytes();
        router.on_datagram(secs(11), 1, from.parse().unwrap(), &bytes);
        drain(router)
    };
    // The whole table, with split horizon, to who asked.
    let sent = ask(&mut router, "10.0.0.3:520", vec![Entry::WHOLE_TABLE]);
    assert_eq!(sent[0].0.to, OTHER);
    assert_eq!(sent[0].1.entries, [entry("10.0.1.0/24", 1)]);
    // Particular destinations: without it, and with infinity for what is not known.
    let asked = vec![entry("10.9.0.0/16", 0), entry("10.0.1.0/24", 7), entry("10.77.0.0/16", 1)];
    let sent = ask(&mut router, "10.0.0.9:40000", asked);
    assert_eq!(sent[0].0.to, "10.0.0.9:40000".parse().unwrap());
    let answer = [entry("10.9.0.0/16", 5), entry("10.0.1.0/24", 1), entry("10.77.0.0/16", 16)];
    assert_eq!(sent[0].1, Message::new(Command::Response, answer.to_vec()));
    // An interface that only listens answers nobody but who looks for faults.
    let mut silent = Speaker::new(Config::default(), 1);
    let quiet = Interface { passive: true, ..Interface::new(1, net("10.0.0.1/24")) };
    silent.interface_up(Time::ZERO, quiet).unwrap();
    assert!(ask(&mut silent, "10.0.0.3:520", vec![Entry::WHOLE_TABLE]).is_empty());
    assert_eq!(ask(&mut silent, "10.0.0.3:4000", vec![entry("10.0.0.0/24", 1)]).len(), 1);
    silent.on_timeout(silent.poll_timeout().unwrap());
    assert!(drain(&mut silent).is_empty());
}

#[test]
fn horizons() {
    let told = |horizon| {
        let mut router = router(Config { horizon, ..Config::default() });
        announce(&mut router, secs(10), NEIGHBOUR, &[entry("10.9.0.0/16", 4)]);
        drain(&mut router);
        router.on_timeout(router.next_update().unwrap());
        let sent = drain(&mut router);
        let of = |interface| {
            let (_, message) = sent.iter().find(|(sent, _)| sent.interface == interface).unwrap();
            message.entries.iter().map(|entry| (entry.address.to_string(), entry.metric)).collect::<Vec<_>>()
        };
        (of(1), of(2))
    };
    let row = |address: &str, metric| (address.to_owned(), metric);
    let all = vec![row("10.0.0.0", 1), row("10.0.1.0", 1), row("10.9.0.0", 5)];
    assert_eq!(told(Horizon::None), (all.clone(), all));
    let split = (vec![row("10.0.1.0", 1)], vec![row("10.0.0.0", 1), row("10.9.0.0", 5)]);
    assert_eq!(told(Horizon::Split), split);
    let poisoned = (
        vec![row("10.0.0.0", 16), row("10.0.1.0", 1), row("10.9.0.0", 16)],
        vec![row("10.0.0.0", 1), row("10.0.1.0", 16), row("10.9.0.0", 5)],
    );
    assert_eq!(told(Horizon::Poisoned), poisoned);
}

#[test]
fn triggered_updates_hold_each_other_down() {
    let mut router = router(Config::default());
    // A time far from the regular updates.
    router.on_timeout(router.next_update().unwrap());
    let now = router.next_update().unwrap();
    router.on_timeout(now);
    drain(&mut router);
    announce(&mut router, now.plus(1), NEIGHBOUR, &[entry("10.9.0.0/16", 4)]);
    let sent = drain(&mut router);
    assert_eq!(sent.len(), 1, "at once, and only where it is news");
    assert_eq!(sent[0].1.entries, [entry("10.9.0.0/16", 5)]);
    // More news wait from 1 to 5 s and then go in one message.
    announce(&mut router, now.plus(2), NEIGHBOUR, &[entry("10.8.0.0/16", 4)]);
    announce(&mut router, now.plus(3), NEIGHBOUR, &[entry("10.7.0.0/16", 4)]);
    assert!(drain(&mut router).is_empty());
    let waits = router.waiting_update().unwrap();
    assert!(waits.since(now) >= 1_000_000 && waits.since(now) <= 5_000_001);
    assert_eq!(router.poll_timeout(), Some(waits));
    router.on_timeout(waits);
    let sent = drain(&mut router);
    assert_eq!(sent[0].1.entries, [entry("10.7.0.0/16", 5), entry("10.8.0.0/16", 5)]);
    // None is sent when the regular one is due before it could go.
    let late = Time(router.next_update().unwrap().0 - 1000);
    announce(&mut router, late, NEIGHBOUR, &[entry("10.6.0.0/16", 4)]);
    drain(&mut router);
    announce(&mut router, late.plus(1), NEIGHBOUR, &[entry("10.5.0.0/16", 4)]);
    assert_eq!(router.waiting_update(), None);
    assert!(reasons(&mut router).contains(&"rip.timer.trigger-dropped".to_owned()));
}

#[test]
fn a_long_table_goes_in_messages_of_25() {
    let mut router = router(Config::default());
    for block in 0..3u8 {
        let entries: Vec<_> =
            (0..20).map(|number| entry(&format!("10.{}.{number}.0/24", 10 + block), 1)).collect();
        announce(&mut router, secs(10), NEIGHBOUR, &entries);
    }
    drain(&mut router);
    router.on_timeout(router.next_update().unwrap());
    let sizes: Vec<_> = drain(&mut router)
        .iter()
        .filter(|(sent, _)| sent.interface == 2)
        .map(|(_, message)| message.entries.len())
        .collect();
    assert_eq!(sizes, [25, 25, 11]);
}

#[test]
fn tags_and_next_hops() {
    let mut router = router(Config::default());
    let via = |hop: &str| Entry { tag: 77, next_hop: hop.parse().unwrap(), ..entry("10.9.0.0/16", 1) };
    let hop = |router: &Speaker| router.route(net("10.9.0.0/16")).unwrap().next_hop.unwrap().to_string();
    announce(&mut router, secs(10), NEIGHBOUR, &[via("10.0.0.9")]);
    assert_eq!(hop(&router), "10.0.0.9");
    let told = drain(&mut router).into_iter().find(|(sent, _)| sent.interface == 2).unwrap();
    assert_eq!((told.1.entries[0].tag, told.1.entries[0].next_hop), (77, Ipv4Addr::UNSPECIFIED));
    // Not on this network, or ourselves: taken for the sender.
    announce(&mut router, secs(11), NEIGHBOUR, &[via("10.0.7.9")]);
    assert_eq!(hop(&router), "10.0.0.2");
    announce(&mut router, secs(12), NEIGHBOUR, &[via("10.0.0.1")]);
    assert_eq!(hop(&router), "10.0.0.2");
    // The operator's own route tells its next hop to those on the same network.
    let default = net("0.0.0.0/0");
    router.originate(secs(13), default, 3, 5, Some("10.0.0.254".parse().unwrap())).unwrap();
    router.on_timeout(router.next_update().unwrap());
    let sent = drain(&mut router);
    let of = |interface| {
        let (_, message) = sent.iter().rev().find(|(sent, _)| sent.interface == interface).unwrap();
        *message.entries.iter().find(|entry| entry.prefix() == Ok(default)).unwrap()
    };
    assert_eq!((of(1).next_hop.to_string(), of(1).metric, of(1).tag), ("10.0.0.254".to_owned(), 3, 5));
    assert_eq!(of(2).next_hop, Ipv4Addr::UNSPECIFIED);
    router.withdraw(secs(60), default);
    assert_eq!(router.route(default).unwrap().metric, 16);
    let own = router.originate(secs(61), net("10.0.0.0/24"), 1, 0, None);
    assert_eq!(own, Err(ConfigError::Connected { prefix: net("10.0.0.0/24"), index: 1 }));
}

#[test]
fn the_table_has_a_limit() {
    let mut router = router(Config { max_routes: 3, ..Config::default() });
    announce(&mut router, secs(10), NEIGHBOUR, &[entry("10.9.0.0/16", 4), entry("10.8.0.0/16", 4)]);
    assert_eq!(router.routes().count(), 3);
    assert!(reasons(&mut router).contains(&"rip.ignored.table-full".to_owned()));
}

#[test]
fn a_trace_shows_the_table() {
    let mut router = router(Config::default());
    reasons(&mut router);
    announce(&mut router, secs(10), NEIGHBOUR, &[entry("10.9.0.0/16", 4)]);
    let event = router.poll_event().unwrap();
    let EventKind::Table(change) = event.to_trace("R1") else { panic!("a route is a row") };
    assert_eq!(
        (change.node.as_str(), change.table.as_str(), change.key.as_str()),
        ("R1", "rip", "10.9.0.0/16")
    );
    let row = change.row.unwrap();
    let value = |name: &str| row.iter().find(|cell| cell.name == name).unwrap().value.clone();
    assert_eq!(
        (value("metric"), value("next hop"), value("timeout")),
        ("5".into(), "10.0.0.2".into(), "190.000000".into())
    );
    assert_eq!(row, router.route(net("10.9.0.0/16")).map(Route::cells).unwrap());
    assert_eq!(change.why.unwrap().english, "10.0.0.2 announces it with metric 4; the link costs 1");
}

/// Net 0 hangs on router 0, which has router 1 behind it. The net goes, with no word about it at once.
#[test]
fn counting_to_infinity_is_what_a_horizon_prevents() {
    let metrics = |horizon| {
        let config = Config { horizon, triggered: false, ..Config::default() };
        let links = [
            Link { members: vec![(0, 1)], carries: true },
            Link { members: vec![(0, 1), (1, 1)], carries: true },
        ];
        let mut network = Network::new(config, 2, &links);
        network.run(60_000_000);
        network.events.clear();
        network.unplug(0);
        network.run(17 * 35_000_000);
        let mut seen: Vec<_> = network
            .events
            .iter()
            .filter_map(|(_, router, event)| match event {
                Event::Route { prefix: changed, route: Some(route), .. }
                    if *changed == prefix(0) && *router == 0 =>
                {
                    Some(route.metric)
                }
                _ => None,
            })
            .collect();
        seen.dedup();
        seen
    };
    let counted = metrics(Horizon::None);
    assert_eq!((counted[0], counted[1], counted.last()), (16, 3, Some(&16)), "{counted:?}");
    assert!(counted.len() >= 8, "{counted:?}");
    assert_eq!(metrics(Horizon::Split), [16]);
    assert_eq!(metrics(Horizon::Poisoned), [16]);
}
