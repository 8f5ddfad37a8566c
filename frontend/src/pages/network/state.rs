//! What is chosen, in the address of the page.

use firsthop_protocol::{
    sim::{Scenario, ScenarioError, Simulation, library},
    trace::Trace,
};
use serde::{Deserialize, Serialize};

/// Which scenario is run, and which device is looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct NetworkState {
    /// Its name in the library.
    pub(super) scenario: String,
    /// What its chances are drawn from.
    pub(super) seed: u64,
    /// The device whose tables are open; empty for none.
    pub(super) device: String,
}

/// What is shown first.
const FIRST: &str = "arp";

impl Default for NetworkState {
    fn default() -> Self {
        Self { scenario: FIRST.to_owned(), seed: 1, device: String::new() }
    }
}

/// The scenario of the library, and what happens in it.
pub(super) fn run(name: &str, seed: u64) -> Result<(Scenario, Trace), ScenarioError> {
    let scenario = Scenario::builtin(name)?;
    let mut simulation = Simulation::new(scenario.clone(), seed)?;
    simulation.run();
    Ok((scenario, simulation.into_trace()))
}

/// The names of the library.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    library::ALL.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Query;

    #[test]
    fn a_link_says_scenario_and_seed() {
        let state: NetworkState = Query::parse("?scenario=udp-echo&seed=7&at=1000&lang=zh").state();
        assert_eq!((state.scenario.as_str(), state.seed), ("udp-echo", 7));
        let mut query = Query::parse("?lang=zh");
        query.replace(&NetworkState::default(), &state);
        assert_eq!(query.to_string(), "lang=zh&scenario=udp-echo&seed=7");
    }

    #[test]
    fn everything_in_the_library_can_be_shown() {
        for name in names() {
            let (scenario, trace) = run(name, 1).unwrap();
            assert!(!scenario.title.is_empty() && trace.frames().count() > 0, "{name}");
        }
        assert!(names().any(|name| name == FIRST));
        assert!(run("no-such-thing", 1).is_err());
    }
}
