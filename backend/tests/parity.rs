//! The simulator against the Linux kernel, frame by frame: the same network of namespaces and of simulated machines, the
//! same actions with the ordinary tools, the same packets in the same order on every cable.
//!
//! What may differ is in one table, [`compare`].
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

#[path = "parity/compare.rs"]
mod compare;
#[path = "parity/world.rs"]
mod world;

use std::{
    thread,
    time::{Duration, Instant},
};

use firsthop_protocol::{
    sim::{Action, Scenario, Simulation, Verb},
    trace::{Frame, Time},
};
use world::World;

/// What is done, on both sides unless it says otherwise.
enum Do {
    /// A line typed at a machine's terminal, to its end.
    Type(&'static str, &'static str),
    /// A line of shell on the kernel's side; what it does is among the scenario's actions on the simulator's.
    Kernel(&'static str, &'static str),
    /// Nothing, for so many milliseconds.
    Wait(u64),
}

use Do::{Kernel, Type, Wait};

/// Types a line at the terminal of a simulated machine and waits until it is done.
fn type_in(simulation: &mut Simulation, host: &str, line: &str) {
    let verb = Verb::Command { line: line.to_owned() };
    let action = Action { host: Some(host.to_owned()), socket: None, link: None, verb };
    simulation.apply(action).unwrap();
    while simulation.host(host).is_some_and(|host| host.terminal().is_busy()) {
        assert!(simulation.step(), "{line} does not end");
    }
}

/// Does the same on both sides and compares what was on each cable.
fn same(test: &str, scenario: &str, steps: &[Do]) {
    if !world::able(test) {
        return;
    }
    let scenario = Scenario::parse(scenario).unwrap_or_else(|error| panic!("{test}: {error}"));
    let mut world = World::build(&scenario);
    let mut simulation = Simulation::new(scenario, 1).unwrap();
    let begun = Instant::now();
    let mut said = String::new();
    for step in steps {
        match step {
            Type(machine, line) => {
                said.push_str(&world.run(machine, line));
                type_in(&mut simulation, machine, line);
            }
            Kernel(machine, line) => said.push_str(&world.run(machine, line)),
            Wait(millis) => thread::sleep(Duration::from_millis(*millis)),
        }
        // Both have as long, so that timers run out between the same steps.
        simulation.run_until(Time(u64::try_from(begun.elapsed().as_micros()).unwrap()));
    }
    thread::sleep(Duration::from_millis(200));
    let real = world.frames();
    let on = |link: &str| -> Vec<&Frame> {
        simulation.trace().frames().map(|(_, frame)| frame).filter(|frame| frame.link == link).collect()
    };
    let frames: Vec<_> = real.iter().map(|(link, _)| (link.as_str(), on(link))).collect();
    let bytes = |frames: &[&Frame]| -> Vec<Vec<u8>> { frames.iter().map(|it| it.bytes.clone()).collect() };
    let simulated = compare::told(frames.iter().map(|(link, frames)| (*link, bytes(frames))));
    let real = compare::told(real.iter().map(|(link, frames)| (link.as_str(), frames.clone())));
    for ((link, simulated), (_, real)) in simulated.iter().zip(&real) {
        let same = simulated == real;
        if !same || std::env::var_os("SHOW").is_some() {
            eprintln!("{test}: on {link}: the kernel sent {}, the simulator {}", real.len(), simulated.len());
            for number in 0..real.len().max(simulated.len()) {
                let (theirs, ours) = (real.get(number), simulated.get(number));
                let mark = if theirs == ours { ' ' } else { '!' };
                eprintln!("{mark} {number:3} kernel    {}", theirs.map_or("nothing", String::as_str));
                if theirs != ours {
                    eprintln!("      simulator {}", ours.map_or("nothing", String::as_str));
                }
            }
        }
        assert!(same, "{test}: on {link} the frames differ; the tools said:\n{said}");
    }
    assert!(
        real.iter().any(|(_, frames)| !frames.is_empty()),
        "nothing was sent, so nothing was compared:\n{said}"
    );
}

const PAIR: &str = r#"
    [[host]]
    name = "A"
    address = "10.0.0.1/24"
    tcp = { preset = "modern" }
    [[host]]
    name = "B"
    address = "10.0.0.2/24"
    tcp = { preset = "modern" }
    [[link]]
    ends = ["A", "B"]
    delay_us = 50
"#;

fn pair(actions: &str) -> String {
    format!("{PAIR}{actions}")
}

#[test]
fn ping_asks_for_the_mac_address_first() {
    same("ping", PAIR, &[Type("A", "ping -c 2 -i 0.3 10.0.0.2"), Type("B", "ping -c 1 10.0.0.1")]);
}

#[test]
fn a_machine_that_is_not_there_is_asked_for_three_times() {
    same("nobody", PAIR, &[Type("A", "ping -c 1 -W 4 10.0.0.9"), Wait(300)]);
}

#[test]
fn a_static_entry_needs_no_question() {
    let add = "ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev eth0";
    same("static", PAIR, &[Type("A", add), Type("A", "ping -c 1 10.0.0.2")]);
}

#[test]
fn a_neighbour_is_asked_again_before_it_is_forgotten() {
    same("again", PAIR, &[Type("A", "ping -c 1 10.0.0.2"), Wait(7000)]);
}

#[test]
fn a_large_packet_is_cut_into_pieces_and_answered_in_pieces() {
    same("pieces", PAIR, &[Type("A", "ping -c 1 -s 4000 10.0.0.2")]);
}

#[test]
fn a_datagram_to_a_closed_port_is_refused() {
    let scenario = pair("[[action]]\nhost = \"A\"\ndo = \"udp-send\"\nto = \"B:9\"\ntext = \"hello\"");
    let send = "python3 -c 'import socket; socket.socket(2, 2).sendto(b\"hello\", (\"10.0.0.2\", 9))'";
    same("closed port", &scenario, &[Kernel("A", send)]);
}

#[test]
fn a_syn_to_a_closed_port_is_reset() {
    let scenario = pair("[[action]]\nhost = \"A\"\ndo = \"connect\"\nto = \"B:81\"");
    let connect = "python3 -c 'import socket; socket.socket().connect((\"10.0.0.2\", 81))'";
    same("reset", &scenario, &[Kernel("A", connect)]);
}

/// Three machines at a switch.
const LAN: &str = r#"
    [[host]]
    name = "A"
    address = "10.0.0.1/24"
    [[host]]
    name = "B"
    address = "10.0.0.2/24"
    [[host]]
    name = "C"
    address = "10.0.0.3/24"
    [[switch]]
    name = "S"
    [[link]]
    name = "A"
    ends = ["A", "S:1"]
    [[link]]
    name = "B"
    ends = ["B", "S:2"]
    [[link]]
    name = "C"
    ends = ["C", "S:3"]
"#;

#[test]
fn a_switch_does_what_a_bridge_does() {
    same("bridge", LAN, &[Type("A", "ping -c 1 10.0.0.2"), Type("C", "ping -c 1 10.0.0.1")]);
}

/// Two networks and two routers between them, the second of which knows a way to nowhere.
const ROUTED: &str = r#"
    [[host]]
    name = "A"
    address = "10.1.0.10/24"
    gateway = "10.1.0.1"
    [[host]]
    name = "B"
    address = "10.2.0.10/24"
    gateway = "10.2.0.1"
    [[router]]
    name = "R1"
    [[router.interface]]
    address = "10.1.0.1/24"
    [[router.interface]]
    address = "192.0.2.1/30"
    [[router.route]]
    to = "10.2.0.0/16"
    via = "192.0.2.2"
    [[router]]
    name = "R2"
    [[router.interface]]
    address = "192.0.2.2/30"
    [[router.interface]]
    address = "10.2.0.1/24"
    [[router.route]]
    to = "10.1.0.0/24"
    via = "192.0.2.1"
    [[link]]
    name = "A"
    ends = ["A", "R1:eth0"]
    [[link]]
    name = "between"
    ends = ["R1:eth1", "R2:eth0"]
    [[link]]
    name = "B"
    ends = ["B", "R2:eth1"]
"#;

#[test]
fn ping_goes_across_two_routers() {
    same("routers", ROUTED, &[Type("A", "ping -c 2 -i 0.3 10.2.0.10")]);
}

#[test]
fn a_packet_whose_hops_are_used_up_is_told_of() {
    same(
        "expired",
        ROUTED,
        &[Type("A", "ping -c 1 -W 1 -t 1 10.2.0.10"), Type("A", "ping -c 1 -W 1 -t 2 10.2.0.10")],
    );
}

#[test]
fn traceroute_finds_every_hop() {
    same("traceroute", ROUTED, &[Type("A", "traceroute -n -q 1 -N 1 10.2.0.10")]);
}

#[test]
fn what_no_route_leads_to_is_told_of() {
    same("no route", ROUTED, &[Type("A", "ping -c 1 -W 1 10.2.9.9")]);
    // Where its hops are used up as well, the missing way is what is told.
    same("no route, no hops", ROUTED, &[Type("A", "ping -c 1 -W 1 -t 2 10.2.9.9")]);
}

#[test]
fn a_smaller_network_on_the_way_cuts_or_tells() {
    let narrow =
        ROUTED.replacen("address = \"192.0.2.1/30\"", "address = \"192.0.2.1/30\"\n    mtu = 1000", 1);
    let narrow =
        narrow.replacen("address = \"192.0.2.2/30\"", "address = \"192.0.2.2/30\"\n    mtu = 1000", 1);
    let cut = Type("A", "ping -c 1 -W 1 -s 1400 -M dont 10.2.0.10");
    same("narrow, cut", &narrow, &[cut]);
    let told = Type("A", "ping -c 1 -W 1 -s 1400 -M do 10.2.0.10");
    same("narrow, told", &narrow, &[told]);
}

#[test]
fn the_longest_of_overlapping_prefixes_wins() {
    // Two ways to 10.2.0.10: the longer prefix leads back to A, who does not forward.
    let two = ROUTED.replacen(
        "to = \"10.2.0.0/16\"",
        "to = \"10.2.0.0/24\"\n    via = \"10.1.0.10\"\n    [[router.route]]\n    to = \"10.2.0.0/16\"",
        1,
    );
    same("prefix", &two, &[Type("R1", "ping -c 1 -W 1 10.2.0.10"), Type("R1", "ping -c 1 -W 1 10.2.3.1")]);
}

#[test]
fn nat_lets_out_and_back_and_nobody_in() {
    let nat = ROUTED.replacen(
        "to = \"10.2.0.0/16\"\n    via = \"192.0.2.2\"",
        "to = \"default\"\n    via = \"192.0.2.2\"\n    [router.nat]\n    outside = \"eth1\"",
        1,
    );
    let nat =
        nat.replacen("    [[router.route]]\n    to = \"10.1.0.0/24\"\n    via = \"192.0.2.1\"\n", "", 1);
    assert!(nat.contains("outside") && !nat.contains("10.1.0.0/24"));
    same("nat", &nat, &[Type("A", "ping -c 1 10.2.0.10"), Type("B", "ping -c 1 -W 1 10.1.0.10")]);
}
