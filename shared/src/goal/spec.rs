//! A goal as it stands in a scenario.

use serde::{Deserialize, Serialize};

/// `[[goal]]` of a scenario.
///
/// ```toml
/// [[goal]]
/// title = "The client is connected"
/// must = "tcp of client is ESTABLISHED"
/// points = 2
/// hint = "Does anything listen on that port?"
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoalSpec {
    /// A line about it.
    pub title: String,
    /// What must become true, in the language of [`goal`](super).
    pub must: String,
    /// How much it is worth in an exercise: 1 by default.
    #[serde(default = "points", skip_serializing_if = "is_points")]
    pub points: u32,
    /// Help for those who are stuck.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
}

const fn points() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_points(points: &u32) -> bool {
    *points == 1
}
