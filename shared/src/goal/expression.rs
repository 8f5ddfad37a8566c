//! What a goal says, once it is understood.

use std::{fmt, ops::Range, str::FromStr};

use ipnet::IpNet;

use super::{GoalError, Problem, parse};
use crate::trace::filter::Filter;

/// A parsed goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    pub(super) text: String,
    pub(super) must: Node,
    pub(super) names: Vec<Name>,
}

/// How deeply parentheses, `not` and words of time may be nested.
pub const MAX_DEPTH: usize = 50;

/// How many characters a goal may have.
pub const MAX_CHARS: usize = 4000;

/// A machine or link that a goal speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub at: Range<usize>,
    pub name: String,
    pub link: bool,
}

/// A part of a goal and the characters of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub at: Range<usize>,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    /// Outside this there are goals, whose truth is about the whole of a trace; inside, conditions, whose truth is
    /// about an instant.
    Timed {
        mode: Mode,
        /// One after the other; several with [`Mode::Eventually`] only.
        stages: Vec<Stage>,
    },
    Leaf(Leaf),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// At some instant.
    Eventually,
    /// At every instant from the end of the first on.
    Always,
    /// After every event; nothing has happened before the first, so it is true there.
    Stays,
    Never,
    AtEnd,
}

/// What must become true after what stands before it, and in how many microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stage {
    pub within: Option<u64>,
    pub condition: Node,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    pub quantity: Quantity,
    pub subject: Subject,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantity {
    AtLeast(u64),
    AtMost(u64),
    Exactly(u64),
}

impl Quantity {
    pub(super) const fn fits(self, count: u64) -> bool {
        match self {
            Self::AtLeast(least) => count >= least,
            Self::AtMost(most) => count <= most,
            Self::Exactly(exactly) => count == exactly,
        }
    }
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    Frames(Frames),
    Events(Filter),
    Calls(Calls),
    Received { text: String, node: Option<String> },
    Rows(Rows),
    States(States),
}

impl Subject {
    /// Whether what was counted once stays counted.
    pub(super) const fn only_grows(&self) -> bool {
        !matches!(self, Self::Rows(_) | Self::States(_))
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Frames {
    pub filter: Option<Filter>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub on: Option<String>,
    pub of: Option<String>,
    pub for_: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Calls {
    pub name: Option<String>,
    pub node: Option<String>,
    pub outcome: Option<Outcome>,
    pub tests: Vec<Test>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Succeeds,
    Fails,
    FailsWith(String),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rows {
    pub table: String,
    pub node: Option<String>,
    pub tests: Vec<Test>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct States {
    pub protocol: &'static str,
    pub node: Option<String>,
    /// What is to occur in the connection's name.
    pub socket: Option<String>,
    pub state: String,
}

/// A cell or an argument, compared with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Test {
    pub column: String,
    pub relation: Relation,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Relation {
    Is(Value),
    IsNot(Value),
    Order(Order, Number),
    Contains(String),
    In(IpNet),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    /// Of a machine's interface, or of any if it names none.
    Mac(Card),
    Address(Card),
}

/// `R1`, or `R1:eth0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Card {
    pub node: String,
    pub interface: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// In millionths, so that `1.5` is compared exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Number(i128);

impl Number {
    /// The number at the beginning of a text: 300 of `300 s`.
    pub(super) fn leading(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let whole: String = digits.chars().take_while(char::is_ascii_digit).collect();
        if whole.is_empty() || whole.len() > 20 {
            return None;
        }
        let rest = digits.get(whole.len()..).unwrap_or_default();
        let decimals = rest.strip_prefix('.').unwrap_or_default().chars().take_while(char::is_ascii_digit);
        let millionths: String = decimals.chain(std::iter::repeat('0')).take(6).collect();
        let value = whole.parse::<i128>().ok()? * 1_000_000 + millionths.parse::<i128>().ok()?;
        Some(Self(if negative { -value } else { value }))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, size) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        write!(f, "{sign}{}", size / 1_000_000)?;
        match size % 1_000_000 {
            0 => Ok(()),
            millionths => f.write_str(format!(".{millionths:06}").trim_end_matches('0')),
        }
    }
}

impl FromStr for Goal {
    type Err = GoalError;

    fn from_str(text: &str) -> Result<Self, GoalError> {
        parse::parse(text)
    }
}

impl Goal {
    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether every machine and link that it names is there.
    ///
    /// # Errors
    /// The first that is not, and which there are.
    pub fn check_names(&self, machines: &[&str], links: &[&str]) -> Result<(), GoalError> {
        for Name { at, name, link } in &self.names {
            let known = if *link { links } else { machines };
            if !known.contains(&name.as_str()) {
                let list = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                let problem = if *link { Problem::UnknownLink } else { Problem::UnknownMachine };
                return Err(GoalError { at: at.clone(), problem: problem(name.clone(), list) });
            }
        }
        Ok(())
    }
}
