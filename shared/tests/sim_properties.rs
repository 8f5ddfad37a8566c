//! Random cables and random scripts: no panic, frames and bytes conserved, time never goes back, the recipe decides all.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use std::collections::BTreeMap;

use firsthop_protocol::{
    sim::{Recipe, Scenario, ScenarioError, Simulation},
    trace::{EventKind, Fate, Impairment, Time, Trace},
};
use proptest::prelude::*;

/// A cable with all its vices, as it stands in a scenario.
fn cable() -> impl Strategy<Value = String> {
    let ppm = || prop_oneof![3 => Just(0_u32), 2 => 0..300_000_u32];
    (0..30_u32, prop_oneof![Just(0_u32), 100..20_000_u32], 0..20_u32, ppm(), ppm(), ppm(), ppm()).prop_map(
        |(delay, kbps, queue, loss, duplicate, reorder, corrupt)| {
            format!(
                "[[link]]\nends = [\"a\", \"b\"]\ndelay_ms = {delay}\nbandwidth_kbps = {kbps}\nqueue = {queue}\n\
                 loss_ppm = {loss}\nduplicate_ppm = {duplicate}\nreorder_ppm = {reorder}\ncorrupt_ppm = {corrupt}\n"
            )
        },
    )
}

fn rule() -> impl Strategy<Value = String> {
    let from = prop_oneof![Just("a"), Just("b")];
    let filter = prop_oneof![
        Just("syn"),
        Just("data"),
        Just("fin"),
        Just("again"),
        Just("arp"),
        Just("not tcp"),
        Just("")
    ];
    let which = prop_oneof![Just("nth = 1"), Just("nth = 3"), Just("first = 2"), Just("")];
    let what = prop_oneof![
        Just("action = \"drop\""),
        Just("action = \"duplicate\""),
        Just("action = \"corrupt\""),
        Just("action = \"delay\"\ndelay_ms = 40")
    ];
    (from, filter, which, what).prop_map(|(from, filter, which, what)| {
        // A rule that drops all there is makes for a dull run.
        let which = if which.is_empty() && what.contains("drop") { "first = 3" } else { which };
        format!("[[link.rule]]\nfrom = \"{from}\"\nmatch = \"{filter}\"\n{which}\n{what}\n")
    })
}

/// Something that is done at a random moment, sensible or not.
fn action() -> impl Strategy<Value = String> {
    let host = prop_oneof![Just("a"), Just("b")];
    let what = prop_oneof![
        5 => (1..20_000_u32).prop_map(|bytes| format!("do = \"send\"\nbytes = {bytes}")),
        1 => Just("do = \"recv\"".to_owned()),
        1 => Just("do = \"recv\"\nbytes = 100".to_owned()),
        2 => Just("do = \"close\"".to_owned()),
        2 => Just("do = \"shutdown\"".to_owned()),
        1 => Just("do = \"abort\"".to_owned()),
        1 => Just("do = \"ping\"\nto = \"10.0.0.2\"".to_owned()),
        1 => Just("do = \"ping\"\nto = \"10.0.0.9\"".to_owned()),
        1 => Just("do = \"udp-send\"\nto = \"b:7\"\nbytes = 100\nsocket = \"u\"".to_owned()),
        1 => Just("do = \"udp-bind\"\nport = 7\napp = \"echo\"\nsocket = \"u\"".to_owned()),
        2 => Just("do = \"connect\"\nto = \"b:80\"".to_owned()),
        1 => Just("do = \"connect\"\nto = \"a:4000\"\nport = 4000\napp = \"echo\"".to_owned()),
        1 => Just("do = \"listen\"\nport = 80\nreuse_address = true\nsocket = \"again\"".to_owned()),
    ];
    prop_oneof![
        8 => (host, 0..3000_u32, what).prop_map(|(host, at, what)| {
            format!("[[action]]\nhost = \"{host}\"\nat_ms = {at}\n{what}\n")
        }),
        1 => (0..3000_u32, prop_oneof![Just("cut"), Just("restore")]).prop_map(|(at, what)| {
            format!("[[action]]\nlink = \"cable\"\nat_ms = {at}\ndo = \"{what}\"\n")
        }),
    ]
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let settings = prop_oneof![
        Just("msl_ms = 500"),
        Just("msl_ms = 500, preset = \"textbook\""),
        Just("msl_ms = 500, mss = 200, window = 1500"),
        Just("msl_ms = 500, nagle = false, sack = false, keep_alive_ms = 700, keep_alive_interval_ms = 200"),
    ];
    let app = prop_oneof![Just("echo"), Just("sink"), Just("script")];
    let recv = prop_oneof![3 => Just("auto"), 1 => Just("manual")];
    let parts = (
        cable(),
        prop::collection::vec(rule(), 0..3),
        prop::collection::vec(action(), 0..12),
        [settings.clone(), settings],
        app,
        recv,
        any::<bool>(),
    );
    parts.prop_map(|(cable, rules, actions, [first, second], app, recv, detail)| {
        let detail = if detail { "full" } else { "frames" };
        let text = format!(
            "limit_ms = 120000\nlimit_steps = 5000\ndetail = \"{detail}\"\n\
             [[host]]\nname = \"a\"\naddress = \"10.0.0.1/24\"\ntcp = {{ {first} }}\n\
             [[host]]\nname = \"b\"\naddress = \"10.0.0.2/24\"\ntcp = {{ {second} }}\n{cable}{rules}\
             [[action]]\nhost = \"b\"\ndo = \"listen\"\nport = 80\napp = \"{app}\"\nrecv = \"{recv}\"\n\
             [[action]]\nhost = \"a\"\nat_ms = 1\ndo = \"connect\"\nto = \"b:80\"\nport = 3000\n\
             [[action]]\nhost = \"a\"\non = \"established\"\nafter_ms = 5\ndo = \"send\"\nbytes = 3000\n{actions}",
            rules = rules.concat(),
            actions = actions.concat()
        );
        Scenario::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
    })
}

fn run(scenario: &Scenario, seed: u64) -> Simulation {
    let mut simulation = Simulation::new(scenario.clone(), seed).unwrap();
    simulation.run();
    simulation
}

/// Each frame has one fate, which is not before it was sent; what was damaged is never taken.
fn frames_are_conserved(trace: &Trace) -> Result<(), TestCaseError> {
    let mut last: BTreeMap<&str, &[u8]> = BTreeMap::new();
    let mut owed: BTreeMap<(&str, &[u8]), i32> = BTreeMap::new();
    for (time, frame) in trace.frames() {
        let (Fate::Delivered { at } | Fate::Lost { at, .. } | Fate::Dropped { at, .. }) = &frame.fate;
        prop_assert!(*at >= time);
        if matches!(frame.impairment, Some(Impairment::Corrupted { .. })) {
            let dropped = matches!(frame.fate, Fate::Dropped { .. });
            prop_assert!(dropped, "a damaged frame was taken: {frame:?}");
        }
        // The second copy of a frame has the same bytes and follows at once.
        if frame.impairment == Some(Impairment::Duplicate) {
            prop_assert_eq!(last.get(frame.from.as_str()), Some(&&frame.bytes[..]));
        }
        // Frames that the queue had no room for never were on the link.
        if !matches!(&frame.fate, Fate::Dropped { why, .. } if why.id == "sim.dropped.queue") {
            last.insert(&frame.from, &frame.bytes);
        }
        *owed.entry((&frame.from, &frame.bytes)).or_default() += 1;
    }
    prop_assert!(owed.values().all(|count| *count > 0));
    Ok(())
}

/// What a program has read is the beginning of what the other has sent, and all of it if the end was seen.
fn bytes_are_conserved(simulation: &Simulation) -> Result<(), TestCaseError> {
    let all = || ["a", "b"].into_iter().flat_map(|name| simulation.host(name).unwrap().connections());
    for reader in all() {
        let ends = (reader.endpoint().local(), reader.endpoint().remote());
        let opposite: Vec<_> =
            all().filter(|it| (it.endpoint().remote(), it.endpoint().local()) == ends).collect();
        let complete = |writer: &&firsthop_protocol::sim::Connection| {
            if reader.saw_end() {
                writer.sent() == reader.received()
            } else {
                writer.sent().starts_with(reader.received())
            }
        };
        // A pair of sockets may have been used again; one of its lives must fit.
        prop_assert!(
            reader.received().is_empty() || opposite.iter().any(complete),
            "{} read {} bytes",
            reader.name(),
            reader.received().len()
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_frames_and_bytes_are_conserved(scenario in scenario(), seed: u64) {
        let simulation = run(&scenario, seed);
        frames_are_conserved(simulation.trace())?;
        bytes_are_conserved(&simulation)?;
        let mut now = Time::ZERO;
        for event in simulation.trace().events() {
            prop_assert!(event.time >= now);
            now = event.time;
        }
        // Nothing that is said lacks its values.
        for event in simulation.trace().events() {
            if let EventKind::Note { text, .. } = &event.kind {
                prop_assert!(!text.english.contains('{'), "{}", text.english);
            }
        }
    }

    #[test]
    fn the_recipe_decides_all(scenario in scenario(), seed: u64, stops in prop::collection::vec((0..3000_u64, 0..40_u64), 0..4)) {
        let mut live = Simulation::new(scenario, seed).unwrap();
        let mut millis = 0;
        for (wait, steps) in stops {
            millis += wait;
            live.run_until(Time::from_millis(millis));
            for _ in 0..steps {
                live.step();
            }
            let what = ["cut", "restore"][(steps % 2) as usize];
            for action in
                [format!(r#"{{"do": "{what}", "link": "cable"}}"#), r#"{"do": "send", "host": "a", "bytes": 10}"#.into()]
            {
                let done = live.apply(serde_json::from_str(&action).unwrap());
                prop_assert!(matches!(done, Ok(()) | Err(ScenarioError::Over)), "{:?}", done);
            }
        }
        live.run();
        // The recipe travels as JSON.
        let json = serde_json::to_string(&live.recipe()).unwrap();
        let recipe: Recipe = serde_json::from_str(&json).unwrap();
        let mut again = recipe.clone().start().unwrap();
        again.run();
        prop_assert_eq!(again.trace(), live.trace());
        prop_assert_eq!(again.recipe(), live.recipe());
        // And rewinding is running the recipe so far.
        let middle = Time::from_millis(millis / 2);
        let mut rewound = recipe.until(middle).start().unwrap();
        rewound.run_until(middle);
        prop_assert_eq!(rewound.trace().events(), live.trace().until(middle));
    }
}
