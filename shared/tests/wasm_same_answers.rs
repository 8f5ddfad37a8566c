//! What WebAssembly computes is what a native program computes: exercises, plans and dissections, held to one hash.
//!
//! Runs natively like every test, and in WebAssembly by `cargo xtask test`.

use firsthop_protocol::{
    addr,
    exercise::{Exercise, Kind, LEVELS},
    wire,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// FNV-1a, 64 bits.
fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn exercises() {
    let mut all = String::new();
    for kind in Kind::ALL {
        for (level, seed) in (1..=LEVELS).flat_map(|level| (0..50).map(move |seed| (level, seed))) {
            let exercise = Exercise::new(kind, level, seed);
            all.push_str(&format!("{}: {}\n", exercise.question, exercise.answer));
        }
    }
    assert_eq!(hash(&all), EXERCISES);
}

#[test]
fn dissections() {
    let all: String = wire::samples::all()
        .iter()
        .map(|sample| format!("{:?}\n", wire::dissect(sample.link, &sample.frame)))
        .collect();
    assert!(all.len() > 10_000);
    assert_eq!(hash(&all), DISSECTIONS);
}

#[test]
fn plans() {
    let Ok(network) = "10.0.0.0/16".parse() else { unreachable!() };
    let requests: Vec<u128> = (1..60).map(|index| index * 7 % 500 + 1).collect();
    let plan = addr::plan(network, &requests);
    assert_eq!(hash(&format!("{plan:?}")), PLAN);
}

const EXERCISES: u64 = 11084582342236001696;
const PLAN: u64 = 6318960132006996329;
const DISSECTIONS: u64 = 178555372334307850;
