//! What can be wrong with a goal, and where.

use std::{fmt, ops::Range};

use super::expression::{MAX_CHARS, MAX_DEPTH};
use crate::trace::filter;

/// Why a goal could not be understood, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {}: {problem}", at.start + 1)]
pub struct GoalError {
    /// Which characters of the goal (not bytes), for underlining. At the end of the goal the range is empty.
    pub at: Range<usize>,
    /// What is wrong with them.
    pub problem: Problem,
}

/// What is wrong with a goal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A word with which no condition begins.
    #[error(
        "no condition begins with `{0}`; `frame`, `call`, `event`, `received`, `row`, or a protocol like `tcp` would be right"
    )]
    UnknownWord(String),
    /// Something else should stand here.
    #[error("{expected} should stand here, as in `{example}`", example = .0.example(), expected = .0)]
    Missing(Expected),
    /// A second goal begins without a word that joins it to the first.
    #[error("`and`, `or` or `then` is missing before `{0}`")]
    NotJoined(String),
    /// Not a number of things.
    #[error("`{0}` is too big a number")]
    TooBig(String),
    /// At least none.
    #[error("`at least 0` is always so; `at least 1`, or `no`, would be right")]
    AlwaysSo,
    /// Not a state of TCP.
    #[error("TCP has no state `{0}`; one of {list} would be right", list = TCP_STATES.join(", "))]
    UnknownState(String),
    /// Not a network.
    #[error("`{0}` is no network; one like 10.0.0.0/8 would be right")]
    BadNetwork(String),
    /// A word of time in another.
    #[error("`{0}` stands inside another word of time; all in there is about one instant: leave it out")]
    TimeInTime(&'static str),
    /// A filter that cannot be understood.
    #[error("{0}")]
    Filter(filter::Problem),
    /// An opening parenthesis that is never closed.
    #[error("this parenthesis is never closed")]
    Unclosed,
    /// A closing parenthesis that was never opened.
    #[error("this parenthesis was never opened")]
    Unopened,
    /// A quotation mark that is never closed.
    #[error("this quotation mark is never closed")]
    UnclosedQuote,
    /// A bracket around a filter that is never closed.
    #[error("this bracket, with which a filter begins, is never closed")]
    UnclosedFilter,
    /// A sign that means nothing here.
    #[error("`{0}` means nothing here; in quotes it is text")]
    Stray(char),
    /// More than [`MAX_DEPTH`] levels of parentheses and `not`.
    #[error("more than {MAX_DEPTH} levels of parentheses, `not` or words of time")]
    TooDeep,
    /// More than [`MAX_CHARS`] characters.
    #[error("more than {MAX_CHARS} characters; several goals would be right")]
    TooLong,
    /// No machine has that name: the name, and those that there are.
    #[error("there is no machine `{0}`; there are: {1}")]
    UnknownMachine(String, String),
    /// No link has that name: the name, and those that there are.
    #[error("there is no link `{0}`; there are: {1}")]
    UnknownLink(String, String),
}

/// What should have stood somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The beginning of a condition.
    Condition,
    /// A machine's name.
    Machine,
    /// A link's name.
    Link,
    /// A whole number.
    Count,
    /// A number and its unit.
    Duration,
    /// A filter in brackets.
    Filter,
    /// `of` and a table's name.
    Table,
    /// `is` and a state.
    State,
    /// A text in quotes.
    Text,
    /// A column's or argument's name.
    Column,
    /// `=` or another sign that compares.
    Relation,
    /// What to compare with.
    Value,
    /// A number to compare with.
    Number,
    /// A part of a connection's name.
    Socket,
    /// The symbol of an error.
    Errno,
    /// `least`, `most` or `the end`.
    AfterAt,
}

impl Expected {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Condition,
        Self::Machine,
        Self::Link,
        Self::Count,
        Self::Duration,
        Self::Filter,
        Self::Table,
        Self::State,
        Self::Text,
        Self::Column,
        Self::Relation,
        Self::Value,
        Self::Number,
        Self::Socket,
        Self::Errno,
        Self::AfterAt,
    ];

    /// How it would be right.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Condition => "no frame [tcp] of A",
            Self::Machine => "frame [tcp] from A",
            Self::Link => "frame [tcp] on cable",
            Self::Count => "at least 3 frames [tcp]",
            Self::Duration => "within 3 s received \"hello\"",
            Self::Filter => "event [note and node A]",
            Self::Table => "row of arp of A",
            Self::State => "tcp of A is ESTABLISHED",
            Self::Text => "received \"hello\" by A",
            Self::Column | Self::Relation => "row of arp of A where State = REACHABLE",
            Self::Value => "row of arp of A where HWaddress = mac of R1",
            Self::Number => "row of routes of A where Metric < 10",
            Self::Socket => "tcp of A with 10.0.0.2:80 is ESTABLISHED",
            Self::Errno => "call connect of A fails with ECONNREFUSED",
            Self::AfterAt => "at the end tcp of A is CLOSED",
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Condition => "a condition",
            Self::Machine => "the name of a machine",
            Self::Link => "the name of a link",
            Self::Count => "a whole number",
            Self::Duration => "a time",
            Self::Filter => "a filter in brackets",
            Self::Table => "`of` and the name of a table",
            Self::State => "`is` and a state",
            Self::Text => "a text in quotes",
            Self::Column => "the name of a column or argument",
            Self::Relation => "`=`, `!=`, `<`, `<=`, `>`, `>=`, `contains` or `in`",
            Self::Value => "a value to compare with",
            Self::Number => "a number to compare with",
            Self::Socket => "a part of a connection's name",
            Self::Errno => "the symbol of an error",
            Self::AfterAt => "`least`, `most` or `the end`",
        })
    }
}

/// RFC 9293 §3.3.2
pub(super) const TCP_STATES: [&str; 11] = [
    "LISTEN",
    "SYN-SENT",
    "SYN-RECEIVED",
    "ESTABLISHED",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "CLOSE-WAIT",
    "CLOSING",
    "LAST-ACK",
    "TIME-WAIT",
    "CLOSED",
];
