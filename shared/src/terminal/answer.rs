//! What a command says and does.

use std::fmt::Display;

use thiserror::Error;

use super::{machine::Change, program::Program};
use crate::trace::Text;

/// What comes of a command.
#[derive(Debug, Default)]
pub struct Answer {
    /// What it prints.
    pub lines: Vec<Line>,
    /// What it returns to the shell: 0 if all went well.
    pub status: u8,
    /// What it changes, in order.
    pub changes: Vec<Change>,
    /// What goes on running.
    pub program: Option<Program>,
    /// Whether the screen is to be cleared.
    pub clear: bool,
}

/// A line on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// As a Linux tool prints it: English everywhere.
    Tool(String),
    /// Our own words, which a view translates.
    Ours(Text),
    /// A command and what it is good for.
    Command {
        /// Its name, with spaces so that what is behind it stands in a column.
        name: String,
        /// Our own words.
        purpose: Text,
    },
}

impl Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tool(line) => f.write_str(line),
            Self::Ours(text) => text.fmt(f),
            Self::Command { name, purpose } => write!(f, "{name}  {purpose}"),
        }
    }
}

impl Answer {
    /// Prints lines.
    pub(super) fn lines(lines: impl IntoIterator<Item = String>) -> Self {
        Self { lines: lines.into_iter().map(Line::Tool).collect(), ..Self::default() }
    }

    /// Prints one line.
    pub(super) fn line(line: impl Display) -> Self {
        Self::lines([line.to_string()])
    }

    /// Says nothing and changes something.
    pub(super) fn change(change: Change) -> Self {
        Self { changes: vec![change], ..Self::default() }
    }

    /// Runs on.
    pub(super) fn program(program: Program) -> Self {
        Self { program: Some(program), ..Self::default() }
    }

    /// Returns this to the shell.
    pub(super) fn with_status(self, status: u8) -> Self {
        Self { status, ..self }
    }
}

/// Why a command does not do what was asked, in the words of the Linux tool.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{said}")]
pub struct Refusal {
    /// What the tool prints: one line or more.
    pub said: String,
    /// What it returns.
    pub status: u8,
}

impl Refusal {
    pub(super) fn new(status: u8, said: impl Into<String>) -> Self {
        Self { said: said.into(), status }
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::lines(refusal.said.lines().map(str::to_owned)).with_status(refusal.status)
    }
}

/// What a command gives.
pub(super) type Said = Result<Answer, Refusal>;
