//! What a trace is made from, so that it can be made again.

use serde::{Deserialize, Serialize};

use super::{Action, Scenario, ScenarioError, Simulation};
use crate::trace::Time;

/// Everything that decides a trace. Sharing a trace is sending this.
///
/// ```
/// use firsthop_protocol::sim::{Recipe, Scenario, Simulation};
/// use firsthop_protocol::trace::Time;
///
/// let mut first = Simulation::new(Scenario::builtin("handshake")?, 7)?;
/// first.run_until(Time::from_millis(20));
/// first.apply(serde_json::from_str(r#"{"do": "cut", "link": "cable"}"#)?)?;
/// first.run();
/// let recipe: Recipe = serde_json::from_str(&serde_json::to_string(&first.recipe())?)?;
/// let mut again = recipe.start()?;
/// again.run();
/// assert_eq!(first.trace(), again.trace());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The network and its script.
    pub scenario: Scenario,
    /// The seed of all chance.
    pub seed: u64,
    /// What the learner did, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<Done>,
}

/// Something the learner did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// After so many steps of the simulation.
    pub step: u64,
    /// At this instant.
    pub time: Time,
    /// What.
    pub action: Action,
}

impl Recipe {
    /// A simulation at its beginning, in which all this will happen again.
    ///
    /// # Errors
    /// The scenario or an action does not go together.
    pub fn start(self) -> Result<Simulation, ScenarioError> {
        Simulation::from_recipe(self)
    }

    /// The recipe without what was done after `time`: to go on differently from there, start it, run it until then,
    /// and do something else.
    #[must_use]
    pub fn until(mut self, time: Time) -> Self {
        self.done.retain(|done| done.time <= time);
        self
    }
}
