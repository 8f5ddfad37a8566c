//! The recursive resolver in a small internet.

use std::net::SocketAddr;

use firsthop_protocol::{
    dns::{
        Anchor, Data, Edns, Event, Ids, Kind, Known, Message, Ports, Rcode, Record, RecursorConfig, ZoneFile,
    },
    trace::Time,
};

use crate::{
    world::{World, addr, config, internet},
    zones::zone,
};

fn said(world: &World, id: &str) -> usize {
    let texts = world.events.iter().map(|event| match event {
        Event::Row { why, .. } | Event::Note { why, .. } => why,
    });
    texts.filter(|why| why.id == id).count()
}

fn last(address: &str) -> u8 {
    address.rsplit('.').next().unwrap().parse().unwrap()
}

fn path(world: &World) -> Vec<u8> {
    world.asked.iter().map(|(server, ..)| last(&server.to_string())).collect()
}

#[test]
fn a_name_is_found_from_the_root_downward_and_then_remembered() {
    let mut world = World::usual();
    let answer = world.resolve("www.example.com", Kind::A);
    assert_eq!(World::data(&answer), ["A 192.0.2.80"]);
    assert!(answer.recursion_available && !answer.authoritative && !answer.authentic);
    assert_eq!(path(&world), [1, 2, 10], "root, com, example.com");
    assert_eq!(world.now, Time::from_millis(60), "three round trips");
    assert!(world.asked.iter().all(|(_, _, query)| !query.recursion_desired));

    // The TTL of 300 s counts down.
    world.run_until(Time::from_secs(100));
    let again = world.resolve("WWW.example.com", Kind::A);
    assert_eq!((again.answers[0].ttl, again.answers[0].name.to_string()), (200, "WWW.example.com".into()));
    assert_eq!((path(&world).len(), world.resolver.counts().from_cache), (3, 1));

    // A neighbour needs only the last server.
    world.resolve("web.example.com", Kind::A);
    assert_eq!(path(&world)[3..], [10]);

    // When it has come to its end it is asked again, but not from the root: the delegation lasts an hour.
    world.run_until(Time::from_secs(301));
    assert!(said(&world, "dns.cache.expired") > 0);
    assert_eq!(world.resolve("www.example.com", Kind::A).answers[0].ttl, 300);
    assert_eq!(path(&world)[4..], [10]);
}

#[test]
fn aliases_are_followed_into_other_zones() {
    let mut world = World::usual();
    let answer = world.resolve("shop.example.com", Kind::A);
    assert_eq!(World::data(&answer), ["CNAME www.bank.com", "A 192.0.2.7"]);
    assert_eq!(path(&world), [1, 2, 10, 2, 11]);
    let inside = world.resolve("web.example.com", Kind::A);
    assert_eq!(World::data(&inside), ["CNAME www.example.com", "A 192.0.2.80"]);
    assert_eq!(path(&world).len(), 6, "one answer had both");
    let gone = world.resolve("gone.example.com", Kind::A);
    assert_eq!((gone.rcode, World::data(&gone)), (Rcode::NX_DOMAIN, vec!["CNAME nothing.bank.com".into()]));
    let circle = world.resolve("loop.example.com", Kind::A);
    assert_eq!((circle.rcode, circle.answers.len()), (Rcode::SERV_FAIL, 0));
}

#[test]
fn a_server_without_glue_is_looked_up_first() {
    let mut world = World::usual();
    let answer = world.resolve("many.far.com", Kind::A);
    assert!(answer.truncated, "80 addresses are too much for a client without EDNS");
    assert_eq!(
        path(&world),
        [1, 2, 1, 3, 12, 12],
        "root, com; for ns.far.net root, net, far.net; then far.com"
    );
    assert_eq!((said(&world, "dns.resolve.need-address"), said(&world, "dns.ask.to-tcp")), (1, 1));
    let mut query = world.query("many.far.com", Kind::A);
    query.edns = Some(Edns { udp_size: 4096, version: 0, signatures: false });
    world.resolve_query(&query);
    assert_eq!(world.resolver.counts().from_cache, 1);
}

#[test]
fn what_is_not_there_is_remembered_too() {
    let mut world = World::usual();
    let missing = world.resolve("missing.example.com", Kind::A);
    assert_eq!((missing.rcode, missing.authority[0].ttl), (Rcode::NX_DOMAIN, 60));
    let empty = world.resolve("www.example.com", Kind::MX);
    assert_eq!(
        (empty.rcode, empty.answers.len(), empty.authority[0].kind()),
        (Rcode::NO_ERROR, 0, Kind::SOA)
    );
    let sent = path(&world).len();
    world.run_until(Time::from_secs(30));
    // NXDOMAIN is about every type, NODATA about one.
    let again = world.resolve("missing.example.com", Kind::TXT);
    assert_eq!((again.rcode, again.authority[0].ttl), (Rcode::NX_DOMAIN, 30));
    world.resolve("www.example.com", Kind::MX);
    assert_eq!(path(&world).len(), sent);
    world.resolve("www.example.com", Kind::TXT);
    assert_eq!(path(&world).len(), sent + 1);
    world.run_until(Time::from_secs(61));
    world.resolve("missing.example.com", Kind::A);
    assert_eq!(path(&world).len(), sent + 2);
}

#[test]
fn a_ttl_of_zero_is_for_one_use() {
    let mut world = World::usual();
    assert_eq!(World::data(&world.resolve("short.example.com", Kind::A)), ["A 192.0.2.1"]);
    world.resolve("short.example.com", Kind::A);
    assert_eq!(path(&world), [1, 2, 10, 10]);
    assert!(world.resolver.cache().all(|entry| entry.name.to_string() != "short.example.com"));
}

#[test]
fn silence_is_asked_again_and_given_up() {
    let mut world = World::usual();
    assert_eq!(world.resolve("www.lost", Kind::A).rcode, Rcode::SERV_FAIL);
    assert_eq!(path(&world), [1, 99, 99, 99]);
    let to_lost: Vec<_> =
        world.asked.iter().filter(|(server, ..)| *server == addr("198.51.100.99")).collect();
    // RFC 5452 §9.2: never the same ID and port again.
    assert!(to_lost.windows(2).all(|pair| (pair[0].1, pair[0].2.id) != (pair[1].1, pair[1].2.id)));
    // For some seconds nobody is asked again.
    let sent = path(&world).len();
    assert_eq!(world.resolve("www.lost", Kind::A).rcode, Rcode::SERV_FAIL);
    assert_eq!(path(&world).len(), sent);
    let later = world.now.plus(5_000_000);
    world.run_until(later);
    world.resolve("www.lost", Kind::A);
    assert!(path(&world).len() > sent);
}

#[test]
fn the_faster_of_two_servers_is_found_and_a_dead_one_survived() {
    let mut zones = internet();
    let two = ["@ NS a", "a A 198.51.100.2", "two NS ns1.two", "two NS ns2.two"];
    zones[1].1.records.extend(two[2..].iter().map(|line| (*line).to_owned()));
    zones[1].1.records.extend(["ns1.two A 198.51.100.21".to_owned(), "ns2.two A 198.51.100.22".to_owned()]);
    let records: Vec<_> = (0..40).map(|index| format!("h{index} 0 A 192.0.2.{index}")).collect();
    for server in ["198.51.100.21", "198.51.100.22"] {
        zones.push((server, ZoneFile { records: records.clone(), ..zone("two.com", &[]) }));
    }
    let mut world = World::new(config(), &zones);
    world.silent.insert(addr("198.51.100.21"));
    for index in 0..40 {
        assert_eq!(world.resolve(&format!("h{index}.two.com"), Kind::A).rcode, Rcode::NO_ERROR);
    }
    let to_dead = path(&world).iter().filter(|last| **last == 21).count();
    assert!((1..5).contains(&to_dead), "asked {to_dead} times in 40 although it is dead");
}

#[test]
fn circles_and_lame_servers_end() {
    let mut world = World::usual();
    assert_eq!(world.resolve("www.circle", Kind::A).rcode, Rcode::SERV_FAIL);
    assert!(said(&world, "dns.resolve.circle") > 0);
    assert!(path(&world).len() < 10, "{:?}", path(&world));
    assert_eq!(world.resolve("www.lame.com", Kind::A).rcode, Rcode::SERV_FAIL);
    assert!(said(&world, "dns.ask.no-help") > 0, "it says REFUSED");
}

/// A referral to ever more servers without glue, each in a zone of the same kind.
#[test]
fn work_is_limited() {
    let mut records = vec!["@ NS a.root.".to_owned(), "a.root. A 198.51.100.1".to_owned()];
    for index in 0..200 {
        for other in 1..4 {
            records.push(format!("z{index}. NS ns.z{}.", (index * 3 + other) % 200));
        }
    }
    let root = ZoneFile { records, ..zone(".", &[]) };
    let mut world = World::new(config(), &[("198.51.100.1", root)]);
    assert_eq!(world.resolve("www.z0", Kind::A).rcode, Rcode::SERV_FAIL);
    let most = world.resolver.config().max_work as usize;
    assert!((2..=most).contains(&path(&world).len()), "{} questions", path(&world).len());
}

fn poison(message: &mut Message) {
    let owner = |record: &Record| record.name.to_string();
    if message.answers.iter().any(|record| owner(record) == "www.example.com") {
        let forged = Data::A([203, 0, 113, 66].into());
        message.additional.push(Record::new("www.bank.com".parse().unwrap(), 3600, forged.clone()));
        message.authority.push(Record::new(
            "bank.com".parse().unwrap(),
            3600,
            Data::Ns("ns.evil.net".parse().unwrap()),
        ));
        message.additional.push(Record::new("ns.evil.net".parse().unwrap(), 3600, forged));
    }
}

#[test]
fn a_server_is_believed_about_its_own_zone_only() {
    for (bailiwick, found) in [(true, "A 192.0.2.7"), (false, "A 203.0.113.66")] {
        let mut world = World::new(RecursorConfig { bailiwick, ..config() }, &internet());
        world.tamper = Some(poison);
        world.resolve("www.example.com", Kind::A);
        assert_eq!(world.resolver.counts().out_of_bailiwick, if bailiwick { 3 } else { 0 });
        assert_eq!(World::data(&world.resolve("www.bank.com", Kind::A)), [found]);
    }
}

#[test]
fn of_a_signed_zone_nothing_is_believed_by_the_way() {
    let (_, mut zones) = signed();
    for (_, zone) in zones.iter_mut().filter(|(_, zone)| zone.name.to_string() == "bank.com") {
        zone.key = Some("money".into());
    }
    let anchors = vec![Anchor { zone: "bank.com".parse().unwrap(), key: "money".into() }];
    let mut world = World::new(RecursorConfig { bailiwick: false, anchors, ..config() }, &zones);
    world.tamper = Some(poison);
    world.resolve("www.example.com", Kind::A);
    assert_eq!(World::data(&world.resolve("www.bank.com", Kind::A)), ["A 192.0.2.7"]);
}

#[test]
fn glue_is_no_answer_and_does_not_replace_one() {
    let mut world = World::usual();
    world.resolve("www.example.com", Kind::A);
    let glue = world.resolver.cache().find(|entry| entry.name.to_string() == "ns1.example.com").unwrap();
    assert_eq!(glue.rank.to_string(), "additional");
    let sent = path(&world).len();
    world.resolve("ns1.example.com", Kind::A);
    assert_eq!(path(&world).len(), sent + 1, "the zone's own server is asked");
    let own = world.resolver.cache().find(|entry| entry.name.to_string() == "ns1.example.com").unwrap();
    assert_eq!(own.rank.to_string(), "authoritative answer");
}

/// An attacker who cannot see the questions floods the resolver with forged answers that bring a name server of his own
/// for the whole zone. How many of his tries poison it?
fn poisoned(ports: Ports, ids: Ids, anchors: Vec<Anchor>, zones: &[(&str, ZoneFile)]) -> (u32, u64) {
    let mut world = World::new(RecursorConfig { ports, ids, anchors, ..config() }, zones);
    world.resolve("www.example.com", Kind::A);
    let (mut won, server) = (0, SocketAddr::new(addr("198.51.100.10"), 53));
    for round in 0..50u16 {
        let name = format!("r{round}.example.com");
        let query = world.query(&name, Kind::A);
        world.ask(&query);
        let question = query.question.clone().unwrap();
        let mut forged = Message::query(0, question.clone(), false);
        forged.response = true;
        forged.authoritative = true;
        let record = |name: &str, data| Record::new(name.parse().unwrap(), 86_400, data);
        forged.answers = vec![record(&name, Data::A([203, 0, 113, 66].into()))];
        forged.authority = vec![record("example.com", Data::Ns("ns.evil.example.com".parse().unwrap()))];
        forged.additional = vec![record("ns.evil.example.com", Data::A([203, 0, 113, 66].into()))];
        // 100 packets arrive before the server's own answer does.
        for guess in 0..100 {
            forged.id = guess;
            world.forge(5353, server, &forged);
        }
        let end = world.now.plus(1_000_000);
        world.run_until(end);
        let evil = Data::Ns("ns.evil.example.com".parse().unwrap());
        let taken = world.resolver.cache().any(|entry| entry.known == Known::Records(vec![evil.clone()]));
        if taken {
            won += 1;
            world.resolver.flush();
            let end = world.now.plus(1);
            world.run_until(end);
            world.resolve("www.example.com", Kind::A);
        }
    }
    (won, world.resolver.counts().mismatched)
}

#[test]
fn a_forger_must_guess_what_is_random() {
    let zones = internet();
    let (fixed, _) = poisoned(Ports::Fixed(5353), Ids::Sequential, Vec::new(), &zones);
    assert!(fixed > 15, "{fixed} of 50 with a fixed port and IDs one after the other");
    let (random_ids, mismatched) = poisoned(Ports::Fixed(5353), Ids::Random, Vec::new(), &zones);
    assert!(random_ids <= 1 && mismatched > 4900, "{random_ids} of 50, 100 tries each of 65536");
    let (random, mismatched) = poisoned(Ports::Random, Ids::Random, Vec::new(), &zones);
    assert!(random == 0 && mismatched >= 5000, "{random} of 50, {mismatched} in vain");
}

fn signed() -> (Vec<Anchor>, Vec<(&'static str, ZoneFile)>) {
    let mut zones = internet();
    for (_, zone) in &mut zones {
        if zone.name.to_string() == "example.com" {
            zone.key = Some("secret".into());
        }
    }
    (vec![Anchor { zone: "example.com".parse().unwrap(), key: "secret".into() }], zones)
}

#[test]
fn signed_answers_are_told_from_forged_ones() {
    let (anchors, zones) = signed();
    let (won, _) = poisoned(Ports::Fixed(5353), Ids::Sequential, anchors.clone(), &zones);
    assert_eq!(won, 0, "all that could be guessed was");

    let mut world = World::new(RecursorConfig { anchors: anchors.clone(), ..config() }, &zones);
    let mut secure = |name: &str, kind| {
        let mut query = world.query(name, kind);
        query.authentic = true;
        let answer = world.resolve_query(&query);
        (answer.rcode.to_string(), answer.answers.len(), answer.authentic)
    };
    assert_eq!(secure("www.example.com", Kind::A), ("NOERROR".into(), 1, true));
    assert_eq!(secure("web.example.com", Kind::A), ("NOERROR".into(), 2, true));
    assert_eq!(secure("missing.example.com", Kind::A), ("NXDOMAIN".into(), 0, true));
    assert_eq!(secure("www.example.com", Kind::MX), ("NOERROR".into(), 0, true));
    assert_eq!(secure("www.example.com", Kind::A), ("NOERROR".into(), 1, true), "from the cache");
    assert_eq!(secure("www.bank.com", Kind::A), ("NOERROR".into(), 1, false), "a zone that does not sign");
    assert_eq!(secure("shop.example.com", Kind::A), ("NOERROR".into(), 2, false), "half of it is signed");
}

#[test]
fn a_hijacked_server_is_found_out() {
    let (anchors, zones) = signed();
    let lies: [fn(&mut Message); 4] = [
        // Another address under the old signature.
        |message| {
            for record in &mut message.answers {
                if let Data::A(address) = &mut record.data {
                    *address = [203, 0, 113, 66].into();
                }
            }
        },
        // No signature at all.
        |message| message.answers.retain(|record| record.kind() != Kind::RRSIG),
        // "It does not exist."
        |message| {
            if !message.answers.is_empty() {
                message.answers.clear();
                message.rcode = Rcode::NX_DOMAIN;
            }
        },
        // "Others know": a zone below that nobody has signed away.
        |message| {
            if !message.answers.is_empty() {
                message.answers.clear();
                message.authoritative = false;
                let ns = Data::Ns("ns.bank.com".parse().unwrap());
                message.authority = vec![Record::new("www.example.com".parse().unwrap(), 60, ns)];
            }
        },
    ];
    for lie in lies {
        for believed in [false, true] {
            let anchors = if believed { Vec::new() } else { anchors.clone() };
            let mut world = World::new(RecursorConfig { anchors, ..config() }, &zones);
            world.tamper = Some(lie);
            let answer = world.resolve("www.example.com", Kind::A);
            if believed {
                assert_eq!(world.resolver.counts().bogus, 0);
            } else {
                assert_eq!(answer.rcode, Rcode::SERV_FAIL);
                assert!(world.resolver.counts().bogus > 0);
            }
        }
    }
}

#[test]
fn who_does_not_want_recursion_gets_what_is_remembered() {
    let mut world = World::usual();
    let mut query = world.query("www.example.com", Kind::A);
    query.recursion_desired = false;
    assert_eq!(world.resolve_query(&query).rcode, Rcode::REFUSED);
    world.resolve("www.example.com", Kind::A);
    assert_eq!(World::data(&world.resolve_query(&query)), ["A 192.0.2.80"]);
}

#[test]
fn who_asks_the_same_at_the_same_time_gets_one_search() {
    let mut world = World::usual();
    for _ in 0..20 {
        let query = world.query("www.example.com", Kind::A);
        world.ask(&query);
    }
    world.run_until(Time::from_secs(1));
    assert_eq!((world.answers.len(), path(&world)), (20, vec![1, 2, 10]));
}

#[test]
fn the_cache_has_a_limit() {
    let mut world = World::new(RecursorConfig { max_entries: 6, ..config() }, &internet());
    for index in 0..20 {
        world.resolve(&format!("n{index}.example.com"), Kind::A);
        assert!(world.resolver.cache().count() <= 6);
    }
    assert!(said(&world, "dns.cache.evicted") > 0);
    assert_eq!(World::data(&world.resolve("www.example.com", Kind::A)), ["A 192.0.2.80"]);
}
