//! Any text as a scenario: it is refused with a line, or it runs, ends, and gives the same trace again.
#![no_main]

use firsthop_protocol::sim::{Recipe, Scenario, Simulation, Verb};
use libfuzzer_sys::fuzz_target;

/// More would only take longer.
const MOST_STEPS: u64 = 500;
const MOST_BYTES: u32 = 100_000;

fuzz_target!(|text: &str| {
    let mut scenario = match Scenario::parse(text) {
        Ok(scenario) => scenario,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    scenario.limit_steps = scenario.limit_steps.min(MOST_STEPS);
    scenario.limit_trace_mb = 8;
    for scripted in &mut scenario.actions {
        if let Verb::Send { bytes: Some(bytes), .. } | Verb::Recv { bytes: Some(bytes) } = &mut scripted.action.verb {
            *bytes = (*bytes).min(MOST_BYTES);
        }
    }
    let recipe = Recipe { scenario, seed: text.len() as u64, done: Vec::new() };
    let json = serde_json::to_string(&recipe).expect("a recipe has a JSON form");
    let again: Recipe = serde_json::from_str(&json).expect("which can be read");
    assert_eq!(again, recipe);
    let run = |recipe: Recipe| {
        let mut simulation: Simulation = recipe.start().expect("what was parsed goes together");
        simulation.run();
        assert!(simulation.steps() <= MOST_STEPS);
        simulation.into_trace()
    };
    let trace = run(recipe);
    assert!(trace.events().is_sorted_by_key(|event| event.time));
    assert_eq!(run(again), trace);
});
