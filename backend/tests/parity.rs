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
    sim::{Scenario, Simulation},
    trace::{Frame, Time},
};
use world::World;

/// What is done on the kernel's side.
enum Do {
    /// A line of shell on a machine, to its end.
    Run(&'static str, String),
}

use Do::Run;

/// Does the same on both sides and compares what was on each cable.
fn same(test: &str, scenario: &str, steps: &[Do]) {
    if !world::able(test) {
        return;
    }
    let scenario = Scenario::parse(scenario).unwrap_or_else(|error| panic!("{test}: {error}"));
    let mut world = World::build(&scenario);
    let begun = Instant::now();
    let mut said = String::new();
    for step in steps {
        match step {
            Run(machine, line) => said.push_str(&world.run(machine, line)),
        }
    }
    thread::sleep(Duration::from_millis(200));
    let real = world.frames();
    // Both have as long: what a kernel would do five seconds later, such as asking a neighbour again, is not seen here.
    let lasted = Time(u64::try_from(begun.elapsed().as_micros()).unwrap());
    let mut simulation = Simulation::new(scenario, 1).unwrap();
    simulation.run_until(lasted);
    let on = |link: &str| -> Vec<&Frame> {
        simulation.trace().frames().map(|(_, frame)| frame).filter(|frame| frame.link == link).collect()
    };
    let simulated = real.iter().map(|(link, _)| (link.as_str(), on(link)));
    let simulated = compare::told(
        simulated.map(|(link, frames)| (link, frames.iter().map(|f| f.bytes.as_slice()).collect())),
    );
    let real = compare::told(
        real.iter().map(|(link, frames)| (link.as_str(), frames.iter().map(Vec::as_slice).collect())),
    );
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
        assert!(!real.is_empty(), "{test}: nothing was sent on {link}, so nothing was compared:\n{said}");
    }
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
    let scenario = pair("[[action]]\nhost = \"A\"\ndo = \"ping\"\nto = \"B\"");
    same("ping", &scenario, &[Run("A", "ping -c 1 10.0.0.2".to_owned())]);
}

#[test]
fn a_datagram_to_a_closed_port_is_refused() {
    let scenario = pair("[[action]]\nhost = \"A\"\ndo = \"udp-send\"\nto = \"B:9\"\ntext = \"hello\"");
    let send = "python3 -c 'import socket; socket.socket(2, 2).sendto(b\"hello\", (\"10.0.0.2\", 9))'";
    same("closed port", &scenario, &[Run("A", send.to_owned())]);
}

#[test]
fn a_syn_to_a_closed_port_is_reset() {
    let scenario = pair("[[action]]\nhost = \"A\"\ndo = \"connect\"\nto = \"B:81\"");
    let connect = "python3 -c 'import socket; socket.socket().connect((\"10.0.0.2\", 81))'";
    same("reset", &scenario, &[Run("A", connect.to_owned())]);
}
