//! How far a goal is, part by part.

use std::{cmp::Ordering, ops::Range};

use serde::Serialize;

use crate::trace::{Text, Time};

/// A goal, or a part of one, as it stands at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Which characters of the goal this is about.
    pub at: Range<usize>,
    /// Those characters.
    pub text: String,
    /// How far it is.
    pub standing: Standing,
    /// Why.
    pub why: Text,
    /// What it is made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// How far a goal or a part of one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Standing {
    /// Neither reached nor failed yet.
    Open,
    /// Reached; whatever happens now, it stays so.
    Reached(Moment),
    /// Failed; nothing can mend it.
    Failed(Moment),
    /// A condition inside a word of time, which is so now or is not. Of a part that was decided: as it was then.
    Now {
        /// Whether it is so.
        holds: bool,
    },
}

/// When something was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// The instant.
    pub time: Time,
    /// The event that decided it, counted from 0; none where time alone did, or the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<usize>,
}

impl Ord for Moment {
    /// What time or the end decides comes after all events of that instant.
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |moment: &Self| (moment.time, moment.event.is_none(), moment.event);
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
