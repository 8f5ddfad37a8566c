//! What is chosen, in the address of the page.

use firsthop_protocol::{
    sim::{Scenario, ScenarioError, Simulation, library},
    trace::Trace,
};
use serde::{Deserialize, Serialize};

use crate::{
    editor::from_link,
    i18n::{Explain, Language},
};

/// Which scenario is run, and which device is looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct NetworkState {
    /// Its name in the library.
    pub(super) scenario: String,
    /// What its chances are drawn from.
    pub(super) seed: u64,
    /// The network that was drawn, in the letters of a link; empty for the one of the library.
    pub(super) draft: String,
    /// It is being drawn.
    pub(super) edit: bool,
    /// The device whose tables are open; empty for none.
    pub(super) device: String,
}

/// What is shown first.
const FIRST: &str = "arp";

impl Default for NetworkState {
    fn default() -> Self {
        Self { scenario: FIRST.to_owned(), seed: 1, draft: String::new(), edit: false, device: String::new() }
    }
}

/// Why nothing is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrong {
    /// The scenario is not there, or has something wrong.
    Scenario(ScenarioError),
    /// The link has lost something on its way.
    Link,
}

impl From<ScenarioError> for Wrong {
    fn from(error: ScenarioError) -> Self {
        Self::Scenario(error)
    }
}

impl Wrong {
    /// In words.
    pub(super) fn say(&self, language: Language) -> String {
        match self {
            Self::Scenario(error) => error.explain(language),
            Self::Link => language.catalogue().network.broken_link.to_owned(),
        }
    }
}

impl NetworkState {
    /// The text of the network: what was drawn, or the library's.
    pub(super) fn source(&self) -> String {
        if !self.draft.is_empty() {
            return from_link(&self.draft).unwrap_or_default();
        }
        let found = library::ALL.iter().find(|(name, _)| *name == self.scenario);
        found.map_or_else(String::new, |(_, source)| (*source).to_owned())
    }
}

/// The scenario that was drawn or is in the library, and what happens in it.
pub(super) fn run(name: &str, draft: &str, seed: u64) -> Result<(Scenario, Trace), Wrong> {
    let scenario = if draft.is_empty() {
        Scenario::builtin(name)?
    } else {
        Scenario::parse(&from_link(draft).ok_or(Wrong::Link)?)?
    };
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
    use crate::{editor::to_link, query::Query};

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
            let (scenario, trace) = run(name, "", 1).unwrap();
            assert!(!scenario.title.is_empty() && trace.frames().count() > 0, "{name}");
        }
        assert!(names().any(|name| name == FIRST));
        assert!(run("no-such-thing", "", 1).is_err());
        assert_eq!(run("arp", "!", 1), Err(Wrong::Link));
        let drawn =
            NetworkState { draft: to_link(&NetworkState::default().source()), ..NetworkState::default() };
        assert_eq!(run("no-such-thing", &drawn.draft, 1).unwrap(), run(FIRST, "", 1).unwrap());
    }
}
