//! The scenarios that come along, from `shared/scenarios`.

use super::{Scenario, ScenarioError};

macro_rules! library {
    ($($name:literal,)*) => {
        /// All of them, in the order in which a lesson would take them: name and text.
        pub const ALL: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../scenarios/", $name, ".toml")))),*];
    };
}

library! {
    "handshake",
    "server-closes-first",
    "half-close",
    "simultaneous-open",
    "simultaneous-close",
    "closed-port",
    "abort",
    "lost-syn",
    "lost-syn-ack",
    "lost-data",
    "lost-fin",
    "lost-last-ack",
    "zero-window",
    "bulk-with-loss",
    "arp",
    "switch",
    "hub",
    "routers",
    "longest-prefix",
    "rip",
    "nat",
    "udp-echo",
    "udp-refused",
    "udp-limits",
    "broadcast",
    "multicast",
}

impl Scenario {
    /// A scenario of the library.
    ///
    /// # Errors
    /// There is none of that name, in an error that lists those there are.
    pub fn builtin(name: &str) -> Result<Self, ScenarioError> {
        match ALL.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => Self::parse(text),
            None => {
                let known: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
                Err(ScenarioError::NotInLibrary { name: name.to_owned(), known: known.join(", ") })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_can_be_read_and_says_what_it_is() {
        for (name, text) in ALL {
            let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!scenario.title.is_empty() && !scenario.about.is_empty(), "{name}");
        }
    }
}
