//! The lines that were entered.

use serde::{Deserialize, Serialize};

/// So many lines are kept, as Debian's shell does.
const MOST: usize = 1000;

/// The lines that were entered, oldest first. A line that begins with a space, or is the same as the one before, is not kept
/// (`HISTCONTROL=ignoreboth`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct History(Vec<String>);

impl History {
    /// Keeps a line.
    pub fn add(&mut self, line: &str) {
        let blank = line.trim().is_empty();
        if blank || line.starts_with(' ') || self.0.last().is_some_and(|last| last == line) {
            return;
        }
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push(line.to_owned());
    }

    /// All lines, oldest first.
    pub fn lines(&self) -> &[String] {
        &self.0
    }

    /// The newest line older than `before` in which `part` stands.
    pub(super) fn search(&self, part: &str, before: usize) -> Option<usize> {
        self.0.iter().take(before).rposition(|line| line.contains(part))
    }
}

impl From<Vec<String>> for History {
    fn from(lines: Vec<String>) -> Self {
        let mut history = Self::default();
        lines.iter().for_each(|line| history.add(line));
        history
    }
}

impl From<History> for Vec<String> {
    fn from(history: History) -> Self {
        history.0
    }
}
