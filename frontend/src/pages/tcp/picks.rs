//! Segments that the learner has chosen on the ladder to be lost, each by its sender and its number among all that this
//! sender sends: `c3 s1` in the address, the client's third and the server's first.
//!
//! What was sent before is not changed by the loss, so that the number of a segment stays as it was when it was chosen.

use std::{collections::BTreeSet, fmt};

use firsthop_protocol::{
    sim::{Rule, RuleAction},
    trace::{EventKind, Trace},
};
use serde::{Deserialize, Serialize};

use super::NODES;

/// More than these teach nothing more.
const MOST: usize = 16;

/// Which segments; the number of the sender in [`NODES`], and the segment's from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Picks(BTreeSet<(usize, u32)>);

impl Picks {
    /// Which segment an event of a trace is.
    pub(super) fn of(trace: &Trace, event: usize) -> Option<(usize, u32)> {
        let sender = |index: usize| match &trace.events().get(index)?.kind {
            EventKind::Frame(frame) => NODES.iter().position(|node| *node == frame.from),
            _ => None,
        };
        let node = sender(event)?;
        let before = (0..event).filter(|index| sender(*index) == Some(node)).count();
        Some((node, u32::try_from(before).ok()?.checked_add(1)?))
    }

    /// Whether a segment is chosen.
    pub(super) fn has(&self, pick: (usize, u32)) -> bool {
        self.0.contains(&pick)
    }

    /// Chooses a segment, or no longer.
    pub(super) fn toggle(&mut self, pick: (usize, u32)) {
        if !self.0.remove(&pick) && self.0.len() < MOST {
            self.0.insert(pick);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, the sender by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, u32)> {
        self.0.iter().filter_map(|(node, nth)| Some((*NODES.get(*node)?, *nth)))
    }

    /// What the link is told.
    pub(super) fn rules(&self) -> impl Iterator<Item = Rule> {
        self.iter().map(|(from, nth)| Rule {
            from: from.to_owned(),
            filter: "tcp".to_owned(),
            nth: Some(nth),
            first: None,
            action: RuleAction::Drop,
            delay_ms: 0,
        })
    }
}

impl fmt::Display for Picks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (node, nth)) in self.iter().enumerate() {
            let gap = if index > 0 { " " } else { "" };
            write!(f, "{gap}{}{nth}", node.chars().next().unwrap_or_default())?;
        }
        Ok(())
    }
}

impl From<Picks> for String {
    fn from(picks: Picks) -> Self {
        picks.to_string()
    }
}

impl TryFrom<String> for Picks {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let pick = |word: &str| {
            let node = NODES.iter().position(|node| word.get(..1) == node.get(..1))?;
            Some((node, word.get(1..)?.parse().ok().filter(|nth| *nth > 0)?))
        };
        let wrong = |word| format!("`{word}` is no segment: `c3`, the client's third, would be right");
        let picks = text.split_whitespace().take(MOST).map(|word| pick(word).ok_or_else(|| wrong(word)));
        picks.collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::trace::Fate;

    use super::*;
    use crate::{
        pages::tcp::{simulate, state::TcpState},
        query::Query,
    };

    #[test]
    fn the_segment_that_was_chosen_is_lost_and_no_other() {
        let whole = simulate(&TcpState::default());
        let frames: Vec<usize> =
            (0..whole.events().len()).filter(|event| Picks::of(&whole, *event).is_some()).collect();
        for (number, event) in frames.iter().enumerate() {
            let mut state = TcpState::default();
            state.dropped.toggle(Picks::of(&whole, *event).unwrap());
            let trace = simulate(&state);
            let lost: Vec<usize> = trace
                .frames()
                .enumerate()
                .filter(|(_, (_, frame))| matches!(frame.fate, Fate::Lost { .. }))
                .map(|(number, _)| number)
                .collect();
            assert_eq!(lost, [number]);
            // The same once more, by the segments of the new course of events: it arrives.
            state.dropped.toggle(Picks::of(&trace, *event).unwrap());
            assert_eq!(state, TcpState::default());
        }
    }

    #[test]
    fn they_stand_in_the_address() {
        let state: TcpState = Query::parse("?dropped=s2+c3&up=5").state();
        assert_eq!(state.dropped.to_string(), "c3 s2");
        assert_eq!(state.up, 5);
        for wrong in ["x1", "c0", "c", "c-1", "客1"] {
            let state: TcpState = Query::parse(&format!("?dropped={wrong}&up=5")).state();
            assert!(state.dropped.is_empty() && state.up == 5, "{wrong}");
        }
    }
}
