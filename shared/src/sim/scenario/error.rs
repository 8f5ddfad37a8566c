//! What can be wrong with a scenario.

use std::fmt;

use thiserror::Error;

#[cfg(feature = "scenario-files")]
use super::place;
use crate::{goal::GoalError, nat, trace::filter::FilterError};

/// Why a scenario cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScenarioError {
    /// The text is not TOML, or has a field that is unknown, missing or of the wrong kind.
    #[error("{}{message}", line_prefix(*line))]
    Syntax {
        /// The line, counted from 1, where it is known.
        line: Option<usize>,
        /// What is wrong and what would be right.
        message: String,
    },
    /// What it says does not go together.
    #[error("{place}{problem}")]
    Wrong {
        /// Where.
        place: Place,
        /// What.
        problem: Problem,
    },
    /// Something is to be done after the end.
    #[error(
        "the simulation has reached a limit of its scenario: nothing more can be done; go back in time first"
    )]
    Over,
    /// There is no such scenario in the library.
    #[error("there is no scenario `{name}` in the library; there are: {known}")]
    NotInLibrary {
        /// The name.
        name: String,
        /// The names that there are.
        known: String,
    },
}

/// Where in a scenario something is: `line 12: action 3, to: `.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Keys and numbers (counted from 0) from the file's top down.
    pub path: Vec<Step>,
    /// The line, counted from 1, where the scenario came from a file.
    pub line: Option<usize>,
}

/// A step on the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Of a table.
    Key(&'static str),
    /// Of a list.
    Number(usize),
}

impl Place {
    pub(super) fn key(&self, key: &'static str) -> Self {
        self.step(Step::Key(key))
    }

    pub(super) fn number(&self, number: usize) -> Self {
        self.step(Step::Number(number))
    }

    fn step(&self, step: Step) -> Self {
        let mut path = self.path.clone();
        path.push(step);
        Self { path, line: self.line }
    }

    pub(super) const fn says(self, problem: Problem) -> ScenarioError {
        ScenarioError::Wrong { place: self, problem }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&line_prefix(self.line))?;
        let mut steps = self.path.iter().peekable();
        while let Some(step) = steps.next() {
            match step {
                Step::Key(key) => f.write_str(key)?,
                Step::Number(number) => write!(f, " {}", number + 1)?,
            }
            match steps.peek() {
                Some(Step::Key(_)) => f.write_str(", ")?,
                Some(Step::Number(_)) => {}
                None => f.write_str(": ")?,
            }
        }
        Ok(())
    }
}

/// What does not go together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// No machine at all.
    #[error("a scenario needs at least one [[host]]")]
    NoHosts,
    /// A name that is empty, too long, or has characters that would be mistaken.
    #[error("`{0}` cannot be a name: 1 to 32 letters, digits, `-`, `_` or `.` would be right")]
    BadName(String),
    /// Two things have one name.
    #[error("there is a second `{0}`; each needs a name of its own")]
    DuplicateName(String),
    /// No machine has that name.
    #[error("there is no host `{name}`; there are: {known}")]
    UnknownHost {
        /// The name.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// No link has that name.
    #[error("there is no link `{name}`; there are: {known}")]
    UnknownLink {
        /// The name.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// Not an address that an interface can have.
    #[error(
        "{0} cannot be a machine's address: one that is no network, broadcast, multicast, loopback or reserved address would be right, such as 10.0.0.1/24"
    )]
    BadAddress(ipnet::Ipv4Net),
    /// Two machines have one address.
    #[error("{0} already belongs to another machine")]
    DuplicateAddress(String),
    /// Not a MAC address for an interface.
    #[error(
        "`{0}` is no MAC address of an interface: six bytes with an even first one, such as 02:00:00:00:00:01, would be right"
    )]
    BadMac(String),
    /// A machine's one interface in short, and several at length.
    #[error("`{0}` says in short what the list of interfaces or addresses says at length: leave one out")]
    ShortAndLong(&'static str),
    /// No interface of the machine has that name.
    #[error("this machine has no interface `{0}`")]
    UnknownInterface(String),
    /// A route that leads nowhere.
    #[error("a route needs `via = \"…\"`, the next router, or `interface = \"…\"`, if its network is there")]
    RouteNeedsVia,
    /// A router that cannot be spoken to.
    #[error(
        "{0} cannot be this machine's next router: the address of another machine on one of its networks would be right"
    )]
    FarRouter(std::net::Ipv4Addr),
    /// Not an address of the machine.
    #[error("{0} is none of this machine's addresses")]
    NotOwnAddress(std::net::Ipv4Addr),
    /// Not a group.
    #[error("{0} is no multicast group: 224.0.0.0 to 239.255.255.255 would be right")]
    BadGroup(std::net::Ipv4Addr),
    /// An interface that leads outside without an address to be shared.
    #[error("`{0}` has no address that the machines inside could share")]
    NatNeedsAddress(String),
    /// A port that cannot be forwarded.
    #[error("{0}")]
    Forward(nat::ConfigError),
    /// Something that only a router does.
    #[error("only a router does `{0}`: [[router]] would be right")]
    OnlyRouters(&'static str),
    /// A cable from a machine to itself.
    #[error("both ends are at `{0}`; a link joins two machines")]
    SelfLink(String),
    /// No machine of any kind has that name.
    #[error("there is no machine `{name}`; there are: {known}")]
    UnknownMachine {
        /// The name.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// The machine has no such port.
    #[error("`{machine}` has no port `{port}`; there are: {known}")]
    UnknownPort {
        /// The machine.
        machine: String,
        /// The port.
        port: String,
        /// The ports that there are.
        known: String,
    },
    /// Two cables in one port.
    #[error("port `{port}` of `{machine}` already has a link")]
    PortTaken {
        /// The machine.
        machine: String,
        /// The port.
        port: String,
    },
    /// More cables than ports.
    #[error("`{machine}` has no free port for another link: it has {ports} in all")]
    NoFreePort {
        /// The machine.
        machine: String,
        /// How many it has.
        ports: usize,
    },
    /// A number outside its range.
    #[error("{value} is out of range: {least} to {most} would be right")]
    Range {
        /// The number.
        value: u64,
        /// The least.
        least: u64,
        /// The greatest.
        most: u64,
    },
    /// A rule about frames of a machine that is not at this link.
    #[error("`{0}` is at neither end of this link")]
    NotAtLink(String),
    /// A filter that cannot be understood.
    #[error("{0}")]
    Filter(FilterError),
    /// Two ways of counting at once.
    #[error("`nth` and `first` exclude each other: leave one out")]
    NthAndFirst,
    /// A delay of nothing, or a delay for something else.
    #[error("`delay_ms` goes with `action = \"delay\"`, and there it must be at least 1")]
    RuleDelay,
    /// An action that needs a machine.
    #[error("`{0}` is done by a machine: `host = \"…\"` is missing")]
    HostNeeded(&'static str),
    /// An action that needs a link.
    #[error("`{0}` is done to a link: `link = \"…\"` is missing")]
    LinkNeeded(&'static str),
    /// A field that says nothing here.
    #[error("`{field}` means nothing to `{verb}`: leave it out")]
    Meaningless {
        /// The field.
        field: &'static str,
        /// The action.
        verb: &'static str,
    },
    /// A condition is about a machine's socket.
    #[error("`on` is about a socket of a machine: `host = \"…\"` is missing")]
    ConditionNeedsHost,
    /// Two times at once.
    #[error("`at_ms` and `on` exclude each other: leave one out (`after_ms` waits after `on`)")]
    AtAndOn,
    /// A delay after nothing.
    #[error("`after_ms` waits after `on`, which is missing: `at_ms` would be right")]
    AfterWithoutOn,
    /// Not a place to connect or send to.
    #[error("`{0}` is no machine and port: `server:80` or `10.0.0.2:80` would be right")]
    BadTo(String),
    /// Not a machine to send to.
    #[error("`{0}` is no machine: a host's name or an IPv4 address would be right")]
    BadMachine(String),
    /// More than the memory should hold.
    #[error("with this, {sum} bytes are sent in all: at most {most} would be right")]
    TooMuch {
        /// So far.
        sum: u64,
        /// The most.
        most: u64,
    },
    /// A goal that cannot be understood, or is about what is not there.
    #[error("{0}")]
    Goal(Box<GoalError>),
    /// Nothing to send, or two things.
    #[error("either `bytes` or `text` must say what is sent")]
    BytesOrText,
}

/// `line 12: `, or nothing.
fn line_prefix(line: Option<usize>) -> String {
    line.map(|line| format!("line {line}: ")).unwrap_or_default()
}

#[cfg(feature = "scenario-files")]
impl ScenarioError {
    pub(super) fn syntax(text: &str, error: &toml::de::Error) -> Self {
        let line = error.span().map(|span| place::line_of(text, span.start));
        Self::Syntax { line, message: error.message().trim_end().replace('\n', "; ") }
    }

    /// Adds the line.
    pub(super) fn locate(mut self, text: &str) -> Self {
        if let Self::Wrong { place, .. } = &mut self {
            place.line = place::find(text, &place.path);
        }
        self
    }
}
