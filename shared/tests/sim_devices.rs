//! What frames pass on their way: switches, hubs, clouds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]
#![cfg(feature = "scenario-files")]

use std::fmt::Write;

use firsthop_protocol::{
    sim::{Scenario, Simulation},
    trace::{EventKind, Fate, Frame, TableChange, Time},
};

/// Machines A, B, C … at a device, each over a cable of its own, with these actions besides.
fn around(device: &str, machines: u8, actions: &str) -> Scenario {
    let mut text = device.to_owned();
    for number in 1..=machines {
        let name = char::from(b'A' + number - 1);
        write!(
            text,
            "\n[[host]]\nname = \"{name}\"\naddress = \"10.0.0.{number}/24\"\n\
             [[link]]\nname = \"{name}\"\nends = [\"{name}\", \"X\"]\n"
        )
        .unwrap();
    }
    text.push_str(actions);
    Scenario::parse(&text).unwrap()
}

fn ping(from: &str, at: u64, to: &str) -> String {
    format!("\n[[action]]\nhost = \"{from}\"\nat_ms = {at}\ndo = \"ping\"\nto = \"{to}\"\n")
}

fn run(scenario: Scenario, seed: u64) -> Simulation {
    let mut simulation = Simulation::new(scenario, seed).unwrap();
    simulation.run();
    simulation
}

fn frames<'s>(
    simulation: &'s Simulation,
    from: &'s str,
    to: &'s str,
) -> impl Iterator<Item = (Time, &'s Frame)> {
    simulation.trace().frames().filter(move |(_, frame)| frame.from == from && frame.to == to)
}

/// What is on the table of a machine that changes, in order: key, row as text, why.
fn table<'s>(
    simulation: &'s Simulation,
    node: &'s str,
) -> impl Iterator<Item = (String, Option<String>, &'s str)> {
    simulation.trace().events().iter().filter_map(move |event| match &event.kind {
        EventKind::Table(TableChange { node: of, key, row, why, .. }) if of == node => {
            let row = row.as_ref().map(|row| row.last().map(|cell| cell.value.clone()).unwrap_or_default());
            Some((key.clone(), row, why.as_ref().map_or("", |why| &why.id)))
        }
        _ => None,
    })
}

const SWITCH: &str = "limit_ms = 1000\n[[switch]]\nname = \"X\"\n";
const HUB: &str = "limit_ms = 1000\n[[hub]]\nname = \"X\"\n";

#[test]
fn a_switch_floods_what_it_does_not_know_and_nothing_else() {
    let simulation = run(around(SWITCH, 3, &(ping("A", 1, "B") + &ping("B", 500, "A"))), 1);
    // C gets the broadcast that asks for B, and not one frame of what follows.
    let to_c: Vec<&str> =
        frames(&simulation, "X", "C").map(|(_, frame)| frame.note.as_ref().unwrap().id.as_str()).collect();
    assert_eq!(to_c, ["sim.switch.broadcast"]);
    assert_eq!(frames(&simulation, "X", "B").count(), 3, "the question, and an echo request and reply");
    let known: Vec<_> =
        simulation.switch("X").unwrap().table().map(|(mac, entry)| (mac[5], entry.port)).collect();
    assert_eq!(known, [(1, 0), (2, 1)]);
    let learned: Vec<_> = table(&simulation, "X").map(|(_, port, why)| (port.unwrap(), why)).collect();
    assert_eq!(learned, [("1".into(), "sim.switch.learned"), ("2".into(), "sim.switch.learned")]);
}

#[test]
fn a_switch_forgets_who_is_silent_and_floods_again() {
    let device = "limit_ms = 60000\n[[switch]]\nname = \"X\"\nageing_s = 10\n";
    let text = around(device, 3, &(ping("A", 0, "B") + &ping("A", 9_000, "B") + &ping("C", 30_000, "A")));
    let simulation = run(text, 1);
    let gone: Vec<_> = table(&simulation, "X").filter(|(_, row, _)| row.is_none()).collect();
    let macs: Vec<&str> = gone.iter().map(|(mac, ..)| mac.as_str()).collect();
    assert_eq!(macs, ["02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:01", "02:00:00:00:00:03"]);
    assert!(gone.iter().all(|(.., why)| *why == "sim.switch.aged"));
    let when: Vec<u64> = simulation
        .trace()
        .events()
        .iter()
        .filter(|event| matches!(&event.kind, EventKind::Table(change) if change.node == "X" && change.row.is_none()))
        .map(|event| event.time.micros() / 1_000_000)
        .collect();
    // Ten seconds after the last frame, which renewed it. Five seconds after C's ping A makes sure that C is still there.
    assert_eq!(when, [19, 19, 45, 45]);
}

#[test]
fn a_full_table_makes_a_switch_a_hub() {
    let device = "limit_ms = 1000\n[[switch]]\nname = \"X\"\ntable = 1\n";
    let simulation = run(around(device, 3, &(ping("A", 1, "B") + &ping("A", 100, "B"))), 1);
    let flooded = frames(&simulation, "X", "C")
        .filter(|(_, frame)| frame.note.as_ref().is_some_and(|note| note.id == "sim.switch.unknown"))
        .count();
    assert_eq!(flooded, 2, "both echo requests for B, who found no place in the table");
    let refused =
        simulation.trace().events().iter().filter(
            |event| matches!(&event.kind, EventKind::Note { text, .. } if text.id == "sim.switch.full"),
        );
    assert_eq!(refused.count(), 3, "the ARP reply and two echo replies of B");
}

#[test]
fn a_port_without_its_link_is_forgotten_and_a_machine_may_move() {
    let cut = "\n[[action]]\nat_ms = 100\nlink = \"B\"\ndo = \"cut\"\n";
    let simulation = run(around(SWITCH, 2, &(ping("A", 1, "B") + cut)), 1);
    let last = table(&simulation, "X").last().unwrap();
    assert_eq!(last, ("02:00:00:00:00:02".into(), None, "sim.switch.port-down"));
}

#[test]
fn a_frame_from_a_port_that_has_just_lost_its_link_teaches_nothing() {
    let text = r#"
        limit_ms = 1000
        [[host]]
        name = "A"
        address = "10.0.0.1/24"
        [[host]]
        name = "B"
        address = "10.0.0.2/24"
        [[switch]]
        name = "X"
        [[link]]
        name = "A"
        ends = ["A", "X"]
        delay_ms = 20
        [[link]]
        name = "B"
        ends = ["B", "X"]
        [[action]]
        host = "A"
        at_ms = 10
        do = "ping"
        to = "B"
        [[action]]
        at_ms = 15
        link = "A"
        do = "cut"
    "#;
    let simulation = run(Scenario::parse(text).unwrap(), 1);
    assert!(frames(&simulation, "X", "B").count() > 0, "what was on its way arrives");
    let known: Vec<_> = simulation.switch("X").unwrap().table().map(|(mac, _)| mac[5]).collect();
    assert_eq!(known, [2]);
}

#[test]
fn behind_a_cut_cable_nobody_disturbs_a_hub() {
    let cut = "\n[[action]]\nat_ms = 1\nlink = \"B\"\ndo = \"cut\"\n";
    let simulation = run(around(HUB, 3, &(cut.to_owned() + &ping("A", 10, "C") + &ping("B", 10, "C"))), 1);
    let collisions = simulation
        .trace()
        .frames()
        .filter(|(_, frame)| matches!(&frame.fate, Fate::Lost { why, .. } if why.id == "sim.hub.collision"));
    assert_eq!(collisions.count(), 0);
    assert!(
        frames(&simulation, "B", "X")
            .all(|(_, it)| matches!(&it.fate, Fate::Lost { why, .. } if why.id == "sim.lost.cut"))
    );
}

#[test]
fn a_hub_says_everything_to_everybody_at_once() {
    let simulation = run(around(HUB, 3, &(ping("A", 1, "B") + &ping("A", 500, "B"))), 1);
    let said = frames(&simulation, "A", "X").count() + frames(&simulation, "B", "X").count();
    assert_eq!(said, 6);
    assert_eq!(frames(&simulation, "X", "C").count(), said, "C gets all of it");
    let taken =
        frames(&simulation, "X", "C").filter(|(_, frame)| matches!(frame.fate, Fate::Delivered { .. }));
    assert_eq!(taken.count(), 1, "and takes the broadcast alone");
    // It repeats bits, it does not wait for a frame's end: both arrive at once, over cables without delay.
    let at = |from, to| match frames(&simulation, from, to).next().unwrap().1.fate {
        Fate::Delivered { at } => at,
        _ => panic!("lost"),
    };
    assert_eq!(at("A", "X"), at("X", "B"));
}

/// All machines at a hub send something to A at the same instant.
fn rush(device: &str, machines: u8) -> Simulation {
    let actions = (1..machines).map(|number| ping(&char::from(b'A' + number).to_string(), 1, "A"));
    run(around(device, machines, &actions.collect::<String>()), 7)
}

#[test]
fn those_who_speak_at_once_collide_and_all_get_through_later() {
    let simulation = rush(HUB, 6);
    let collided: Vec<_> =
        simulation.trace().frames().filter(|(_, it)| matches!(it.fate, Fate::Lost { .. })).collect();
    assert!(collided.len() >= 5, "five begin at once");
    let Fate::Lost { why, .. } = &collided[0].1.fate else { panic!() };
    assert_eq!(
        (why.id.as_str(), &*why.args["others"], &*why.args["attempt"]),
        ("sim.hub.collision", "C, D, E, F", "1")
    );
    let answers = simulation.trace().events().iter().filter(
        |event| matches!(&event.kind, EventKind::Note { text, .. } if text.id == "sim.icmp.reply-arrived"),
    );
    assert_eq!(answers.count(), 5, "each gets its answer");
    // Two are never heard at once: what was sent and not lost does not overlap.
    let mut last = Time::ZERO;
    for (begun, frame) in simulation.trace().frames().filter(|(_, it)| it.to == "X") {
        if let Fate::Delivered { at } = frame.fate {
            assert!(begun >= last, "{begun:?} begins before {last:?} has ended");
            last = at;
        }
    }
}

#[test]
fn the_same_rush_at_a_switch_has_no_collision() {
    let simulation = rush(SWITCH, 6);
    assert!(simulation.trace().frames().all(|(_, it)| !matches!(it.fate, Fate::Lost { .. })));
    // Counted: at the hub each machine sees every frame, at the switch what is its own.
    let seen =
        |simulation: &Simulation| simulation.trace().frames().filter(|(_, frame)| frame.from == "X").count();
    assert!(seen(&rush(HUB, 6)) > 2 * seen(&simulation));
}

#[test]
fn hubs_that_are_cabled_together_are_one_domain() {
    let text = r#"
        limit_ms = 1000
        [[host]]
        name = "A"
        address = "10.0.0.1/24"
        [[host]]
        name = "B"
        address = "10.0.0.2/24"
        [[hub]]
        name = "X"
        [[hub]]
        name = "Y"
        [[link]]
        name = "a"
        ends = ["A", "X"]
        [[link]]
        name = "xy"
        ends = ["X:8", "Y:8"]
        delay_us = 3
        [[link]]
        name = "b"
        ends = ["B", "Y"]
        [[action]]
        host = "A"
        do = "ping"
        to = "B"
        [[action]]
        host = "B"
        do = "ping"
        to = "A"
    "#;
    let simulation = run(Scenario::parse(text).unwrap(), 3);
    let between = frames(&simulation, "X", "Y").count() + frames(&simulation, "Y", "X").count();
    assert_eq!(between, 8, "two questions, two echo requests, and their answers");
    let lost = simulation.trace().frames().filter(|(_, it)| matches!(it.fate, Fate::Lost { .. })).count();
    assert!(lost >= 2, "both ask at once, at different hubs, and collide");
}

#[test]
fn a_cloud_takes_time_and_loses_some() {
    let device = "limit_ms = 60000\nneighbours = \"static\"\n[[cloud]]\nname = \"X\"\ndelay_ms = 20\njitter_ms = 5\nloss_ppm = 200000\n";
    let pings: String = (0..200).map(|number| ping("A", 100 * number, "B")).collect();
    let simulation = run(around(device, 2, &pings), 1);
    let times: Vec<u64> = simulation
        .trace()
        .events()
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Note { text, .. } if text.id == "sim.icmp.reply-arrived" => {
                text.args["micros"].parse().ok()
            }
            _ => None,
        })
        .collect();
    // 0.8 of 0.8 come back.
    assert!((100..160).contains(&times.len()), "{} of 200", times.len());
    assert!(times.iter().all(|micros| (40_000..=50_000).contains(micros)), "{times:?}");
}

#[test]
fn what_does_not_go_together_is_said() {
    let says = |links: &str| {
        let text = format!(
            "[[host]]\nname = \"A\"\n[[host]]\nname = \"B\"\n[[switch]]\nname = \"X\"\nports = 2\n{links}"
        );
        Scenario::parse(&text).unwrap_err().to_string()
    };
    let link = |name: &str, one: &str, other: &str| {
        format!("[[link]]\nname = \"{name}\"\nends = [\"{one}\", \"{other}\"]\n")
    };
    assert!(says(&link("l", "A", "Y")).ends_with("there is no machine `Y`; there are: A, B, X"));
    assert!(says(&link("l", "A", "X:3")).ends_with("`X` has no port `3`; there are: 1 to 2"));
    assert!(says(&link("l", "A:eth1", "X")).ends_with("`A` has no port `eth1`; there are: eth0"));
    let taken = link("l", "A", "X:1") + &link("m", "B", "X:1");
    assert!(says(&taken).ends_with("port `1` of `X` already has a link"));
    let full = link("l", "A", "X") + &link("m", "A", "B");
    assert!(says(&full).ends_with("`A` has no free port for another link: it has 1 in all"));
}
