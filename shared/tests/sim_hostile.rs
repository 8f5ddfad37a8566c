//! Text that is no scenario, or nearly one: refused with one line that says where, or run to its end.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use firsthop_protocol::sim::{Scenario, ScenarioError, Simulation, Verb, library};
use proptest::{prelude::*, sample::Index, strategy::ValueTree};

/// What stands in a place where it does not belong, or where it just might.
const VALUES: [&str; 16] = [
    "0",
    "-1",
    "1",
    "70000",
    "18446744073709551616",
    "1e300",
    "nan",
    "true",
    "\"\"",
    "\"client\"",
    "\"server:0\"",
    "\"255.255.255.255/32\"",
    "\"tcp and (\"",
    "[]",
    "{}",
    "[[[[[[[[1]]]]]]]]",
];

#[derive(Debug, Clone)]
enum Change {
    Drop(Index),
    Repeat(Index),
    Move(Index, Index),
    Value(Index, Index),
    Cut(Index),
    Insert(Index, String),
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    prop_oneof![
        1 => index().prop_map(Change::Drop),
        1 => index().prop_map(Change::Repeat),
        1 => (index(), index()).prop_map(|(from, to)| Change::Move(from, to)),
        4 => (index(), index()).prop_map(|(line, value)| Change::Value(line, value)),
        1 => index().prop_map(Change::Cut),
        1 => (index(), ".{0,20}").prop_map(|(line, text)| Change::Insert(line, text)),
    ]
}

/// A scenario of the library after some accidents.
fn nearly() -> impl Strategy<Value = String> {
    (any::<Index>(), prop::collection::vec(change(), 1..4)).prop_map(|(which, changes)| {
        let mut lines: Vec<String> =
            library::ALL[which.index(library::ALL.len())].1.lines().map(str::to_owned).collect();
        for change in changes {
            let count = lines.len();
            if count == 0 {
                break;
            }
            match change {
                Change::Drop(line) => drop(lines.remove(line.index(count))),
                Change::Repeat(line) => lines.insert(line.index(count), lines[line.index(count)].clone()),
                Change::Move(from, to) => lines.swap(from.index(count), to.index(count)),
                Change::Value(line, value) => {
                    let line = &mut lines[line.index(count)];
                    if let Some((key, _)) = line.split_once('=') {
                        *line = format!("{key}= {}", VALUES[value.index(VALUES.len())]);
                    }
                }
                Change::Cut(line) => {
                    let line = &mut lines[line.index(count)];
                    let half = line.chars().count() / 2;
                    *line = line.chars().take(half).collect();
                }
                Change::Insert(line, text) => lines.insert(line.index(count), text),
            }
        }
        lines.join("\n")
    })
}

/// Whether the text is a scenario; if not, whether the error is fit to be read.
fn judged(text: &str) -> Result<bool, TestCaseError> {
    let error = match Scenario::parse(text) {
        Ok(mut scenario) => {
            scenario.limit_steps = scenario.limit_steps.min(2000);
            for scripted in &mut scenario.actions {
                if let Verb::Send { bytes: Some(bytes), .. } = &mut scripted.action.verb {
                    *bytes = (*bytes).min(100_000);
                }
            }
            let mut simulation = Simulation::new(scenario, 1).unwrap();
            simulation.run();
            prop_assert!(simulation.steps() <= 2000);
            return Ok(true);
        }
        Err(error) => error,
    };
    let said = error.to_string();
    prop_assert!(!said.is_empty() && !said.contains('\n'), "{:?}", said);
    let (ScenarioError::Syntax { line, .. }
    | ScenarioError::Wrong { place: firsthop_protocol::sim::Place { line, .. }, .. }) = error
    else {
        return Err(TestCaseError::fail(said));
    };
    if let Some(line) = line {
        prop_assert!((1..=text.lines().count() + 1).contains(&line), "{} of\n{}", said, text);
    }
    Ok(false)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in ".{0,300}") {
        judged(&text)?;
    }

    #[test]
    fn a_scenario_after_some_accidents(text in nearly()) {
        judged(&text)?;
    }
}

#[test]
fn accidents_of_both_kinds_happen() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut fine, mut refused) = (0, 0);
    for _ in 0..600 {
        let text = nearly().new_tree(&mut runner).unwrap().current();
        *(if judged(&text).unwrap() { &mut fine } else { &mut refused }) += 1;
    }
    assert!(fine > 20 && refused > 20, "{fine} run, {refused} are refused");
}

#[test]
fn what_would_fill_the_memory_is_refused() {
    let mut text = library::ALL[0].1.to_owned();
    for _ in 0..4 {
        text += "\n[[action]]\nhost = \"client\"\ndo = \"send\"\nbytes = 67108864\n";
    }
    let error = Scenario::parse(&text).unwrap_err().to_string();
    assert!(error.contains("are sent in all: at most 268435456 would be right"), "{error}");
    let line = text.lines().count();
    assert!(error.starts_with(&format!("line {line}")), "{error}");
}
