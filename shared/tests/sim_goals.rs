//! The goals of the library's scenarios: all are reached, and each fails when that is broken which it is about.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use std::collections::BTreeSet;

use firsthop_protocol::{
    goal::{Checker, Part, Standing, judge},
    sim::{Recipe, Scenario, Simulation, library},
    trace::Time,
};

fn text(name: &str) -> &'static str {
    library::ALL.iter().find(|(known, _)| *known == name).unwrap().1
}

/// What became of each goal, by its title.
fn outcome(scenario: &str, seed: u64) -> Vec<(String, Part)> {
    let scenario = Scenario::parse(scenario).unwrap_or_else(|error| panic!("{error}\n{scenario}"));
    let titles: Vec<String> = scenario.goals.iter().map(|goal| goal.title.clone()).collect();
    let goals = scenario.parsed_goals();
    assert_eq!(goals.len(), titles.len());
    let mut simulation = Simulation::new(scenario, seed).unwrap();
    simulation.run();
    titles.into_iter().zip(judge(&goals, simulation.trace().events(), simulation.now(), true)).collect()
}

fn is_reached(part: &Part) -> bool {
    matches!(part.standing, Standing::Reached(_))
}

#[test]
fn every_scenario_has_goals_and_reaches_them() {
    for (name, text) in library::ALL {
        for seed in [1, 7] {
            let goals = outcome(text, seed);
            assert!(!goals.is_empty(), "{name} has no goal");
            for (title, part) in goals {
                assert!(is_reached(&part), "{name}, seed {seed}: {title}\n{part:#?}");
            }
        }
    }
}

/// The first cable is cut before anything is sent.
fn cut(scenario: &str) -> String {
    let link = &Scenario::parse(scenario).unwrap().links[0].name;
    scenario.replacen("[[goal]]", &format!("[[action]]\nlink = \"{link}\"\ndo = \"cut\"\n\n[[goal]]"), 1)
}

/// What breaks a scenario: what is replaced, and by what.
const BREAKERS: [(&str, &[(&str, &str)]); 26] = [
    ("handshake", &[]),
    ("server-closes-first", &[]),
    ("half-close", &[]),
    (
        "simultaneous-open",
        &[(
            "at_ms = 10\ndo = \"connect\"\nto = \"client:5000\"\nport = 6000",
            "do = \"listen\"\nport = 6000",
        )],
    ),
    ("simultaneous-close", &[("host = \"server\"\nat_ms = 100", "host = \"server\"\nat_ms = 200")]),
    ("closed-port", &[]),
    ("abort", &[("do = \"abort\"", "do = \"close\"")]),
    ("lost-syn", &[("action = \"drop\"", "action = \"delay\"\ndelay_ms = 1")]),
    ("lost-syn-ack", &[]),
    ("hub", &[]),
    ("switch", &[("ports = 4", "ports = 4\ntable = 1")]),
    ("routers", &[]),
    (
        "longest-prefix",
        &[("to = \"10.2.3.0/24\"\nvia = \"192.0.2.10\"", "to = \"10.2.3.0/24\"\nvia = \"192.0.2.6\"")],
    ),
    ("rip", &[("[router.rip]", "")]),
    (
        "nat",
        &[
            ("outside = \"eth1\"", "outside = \"eth0\""),
            ("to = \"192.168.0.10:80\"", "to = \"192.168.0.11:80\""),
            ("port = 8080", "port = 22"),
        ],
    ),
    ("lost-data", &[]),
    ("lost-fin", &[]),
    ("lost-last-ack", &[]),
    ("zero-window", &[("recv = \"manual\"", "recv = \"auto\"")]),
    ("bulk-with-loss", &[]),
    (
        "arp",
        &[("name = \"server\"\naddress = \"10.0.0.2/24\"", "name = \"server\"\naddress = \"10.0.0.3/24\"")],
    ),
    ("udp-refused", &[]),
    ("udp-limits", &[]),
    ("broadcast", &[]),
    ("multicast", &[]),
    ("udp-echo", &[("action = \"drop\"", "action = \"delay\"\ndelay_ms = 1")]),
];

#[test]
fn each_goal_fails_when_what_it_is_about_is_broken() {
    assert_eq!(BREAKERS.len(), library::ALL.len());
    for (name, breakers) in BREAKERS {
        let whole = text(name);
        let mut unbroken: BTreeSet<String> = outcome(whole, 1).into_iter().map(|(title, _)| title).collect();
        let replaced = breakers.iter().map(|(from, to)| whole.replacen(from, to, 1));
        for broken in replaced.chain([cut(whole)]) {
            assert_ne!(broken, whole, "{name}: nothing is broken");
            for (title, part) in outcome(&broken, 1) {
                if !is_reached(&part) {
                    assert!(
                        matches!(part.standing, Standing::Failed(_)),
                        "{name}: {title} is open at the end"
                    );
                    unbroken.remove(&title);
                }
            }
        }
        assert!(unbroken.is_empty(), "{name}: nothing breaks {unbroken:?}");
    }
}

/// Live, step by step, is the same as of the prefix that one goes back to.
#[test]
fn going_back_is_judging_a_prefix() {
    for (name, text) in library::ALL {
        let scenario = Scenario::parse(text).unwrap();
        let goals = scenario.parsed_goals();
        let mut simulation = Simulation::new(scenario, 1).unwrap();
        let mut live = Checker::new(&goals);
        let mut moments = Vec::new();
        while simulation.step() {
            let events = simulation.trace().events();
            events[live.events()..].iter().for_each(|event| live.feed(event));
            live.tick(simulation.now());
            // A prefix of the trace is a moment when all of it has happened.
            let whole = simulation.next().is_none_or(|next| next > simulation.now());
            if whole && moments.len() < 40 {
                moments.push((simulation.now(), live.report(false)));
            }
        }
        assert!(!moments.is_empty());
        for (now, said) in moments {
            let prefix = simulation.trace().until(now);
            assert_eq!(judge(&goals, prefix, now, false), said, "{name} at {now}");
        }
    }
}

#[test]
fn a_goal_about_what_is_not_there_is_refused_with_its_line() {
    let scenario = |must: &str| {
        format!(
            "[[host]]\nname = \"a\"\naddress = \"10.0.0.1/24\"\n\n[[goal]]\ntitle = \"it\"\nmust = '{must}'\n"
        )
    };
    for (must, said) in [
        ("frame of b", "line 7: goal 1, must: at character 10: there is no machine `b`; there are: a"),
        ("frame on x", "line 7: goal 1, must: at character 10: there is no link `x`; there are: none"),
        ("fame of a", "line 7: goal 1, must: at character 1: no condition begins with `fame`"),
    ] {
        let error = Scenario::parse(&scenario(must)).unwrap_err().to_string();
        assert!(error.starts_with(said), "{error}");
    }
    let parsed = Scenario::parse(&scenario("frame of a")).unwrap();
    assert_eq!((parsed.goals[0].points, parsed.goals[0].hint.as_str()), (1, ""));
    // A recipe carries its goals along.
    let recipe = Recipe { scenario: parsed, seed: 1, done: Vec::new() };
    let again: Recipe = serde_json::from_str(&serde_json::to_string(&recipe).unwrap()).unwrap();
    assert_eq!(recipe, again);
}

#[test]
fn nothing_is_decided_before_anything_happens() {
    for (_, text) in library::ALL {
        let goals = Scenario::parse(text).unwrap().parsed_goals();
        for part in judge(&goals, &[], Time::ZERO, false) {
            assert_eq!(part.standing, Standing::Open, "{}", part.text);
        }
    }
}
