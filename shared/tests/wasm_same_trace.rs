//! The same recipe gives the same trace, byte for byte: twice over, and in WebAssembly as in a native program.
//!
//! Runs natively like every test, and in WebAssembly by `cargo xtask test`. Both compare with the hashes in
//! `sim/traces.txt`; `BLESS=1 cargo test --test wasm_same_trace` writes them anew.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

use std::fmt::Write;

use firsthop_protocol::{
    sim::{Scenario, Simulation, library},
    trace::{Trace, pcapng},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const EXPECTED: &str = include_str!("sim/traces.txt");

const SEEDS: [u64; 4] = [0, 1, 2, u64::MAX];

/// FNV-1a, 64 bits.
fn hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn trace(name: &str, seed: u64) -> Trace {
    let scenario = Scenario::builtin(name).expect("a scenario of the library can be read");
    let mut simulation = Simulation::new(scenario, seed).expect("and goes together");
    simulation.run();
    simulation.into_trace()
}

#[test]
fn every_scenario_of_the_library() {
    let mut found = String::new();
    for (name, _) in library::ALL {
        for seed in SEEDS {
            let trace = trace(name, seed);
            let json = serde_json::to_string(&trace).expect("a trace has a JSON form");
            let file = pcapng::write(&trace, &pcapng::Options::default());
            let (events, json, file) = (trace.events().len(), hash(json.as_bytes()), hash(&file));
            writeln!(found, "{name} seed {seed}: {events} events, JSON {json:016x}, pcapng {file:016x}")
                .expect("a string takes everything");
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("BLESS").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sim/traces.txt");
        std::fs::write(file, &found).expect("the file of hashes can be written");
        return;
    }
    for (found, expected) in found.lines().zip(EXPECTED.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), EXPECTED.lines().count());
}

#[test]
fn twice_the_same_and_another_seed_another_trace() {
    let json = |seed| serde_json::to_string(&trace("bulk-with-loss", seed)).expect("a trace has a JSON form");
    assert_eq!(json(3), json(3));
    assert_ne!(json(3), json(4));
}
