//! Programs that go on running: they are told what arrives and what time it is, and say what to send and print.

mod ping;
mod traceroute;

use std::net::Ipv4Addr;

use super::{
    answer::{Line, Said},
    machine::Machine,
};
use crate::{
    stack::{Fragments, IcmpError, SendError},
    trace::Time,
};

use ping::Ping;
use traceroute::Traceroute;

/// What a program wants to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Send {
    /// An ICMP echo request.
    Echo {
        /// To whom.
        to: Ipv4Addr,
        /// Its number.
        seq: u16,
        /// How many bytes.
        size: usize,
        /// Hops, if not as many as usual.
        ttl: Option<u8>,
        /// Whether it may be cut.
        fragments: Fragments,
    },
    /// A UDP datagram from a port that is no socket's.
    Probe {
        /// To whom.
        to: Ipv4Addr,
        /// To which port.
        port: u16,
        /// From which of the program's own ports, 0 to 511.
        from: u16,
        /// How many bytes.
        size: usize,
        /// Hops.
        ttl: u8,
    },
}

/// What happens to a program.
#[derive(Debug, Clone, Copy)]
pub enum Input<'i> {
    /// It begins.
    Start,
    /// The time that it waited for has come.
    Timer,
    /// Ctrl-C.
    Interrupt,
    /// A line was typed.
    Typed(&'i str),
    /// The answer to an echo request of its own.
    Echo {
        /// From whom.
        from: Ipv4Addr,
        /// The number of the request.
        seq: u16,
        /// The hops that the answer had left.
        ttl: u8,
        /// How many bytes it has.
        size: usize,
    },
    /// Somebody could not deliver something.
    Error(&'i IcmpError),
    /// What was to be sent last could not be sent.
    Unsent(SendError),
}

/// What a program sees and does while it is called.
pub struct Io<'m> {
    /// The machine that it runs on.
    pub machine: &'m dyn Machine,
    /// What it prints.
    pub lines: Vec<Line>,
    /// What it sends.
    pub sends: Vec<Send>,
    /// What it returned to the shell, if it has ended.
    pub exit: Option<u8>,
    /// Whether the last line goes on where it ended.
    pub partial: bool,
}

impl<'m> Io<'m> {
    /// Nothing printed, nothing sent.
    pub const fn new(machine: &'m dyn Machine) -> Self {
        Self { machine, lines: Vec::new(), sends: Vec::new(), exit: None, partial: false }
    }

    fn now(&self) -> Time {
        self.machine.now()
    }

    fn print(&mut self, line: impl Into<String>) {
        self.lines.push(Line::Tool(line.into()));
    }

    /// A machine by its name and address, or by its address alone.
    fn named(&self, address: Ipv4Addr, numeric: bool) -> String {
        let name = if numeric { None } else { self.machine.name_of(address) };
        name.map_or_else(|| address.to_string(), |name| format!("{name} ({address})"))
    }
}

/// A program that runs.
#[derive(Debug)]
pub enum Program {
    /// `ping`.
    Ping(Box<Ping>),
    /// `traceroute`.
    Traceroute(Box<Traceroute>),
}

impl Program {
    /// Something has happened to it.
    pub fn on(&mut self, input: Input<'_>, io: &mut Io<'_>) {
        match self {
            Self::Ping(program) => program.on(input, io),
            Self::Traceroute(program) => program.on(input, io),
        }
    }

    /// When it wants [`Input::Timer`].
    pub fn next_timer(&self) -> Option<Time> {
        match self {
            Self::Ping(program) => program.next_timer(),
            Self::Traceroute(program) => program.next_timer(),
        }
    }
}

pub(super) fn ping(machine: &dyn Machine, words: &[String]) -> Said {
    ping::parse(machine, words)
}

pub(super) fn traceroute(machine: &dyn Machine, words: &[String]) -> Said {
    traceroute::parse(machine, words)
}

/// The machine that a word means: an address or a name.
fn host(machine: &dyn Machine, word: &str) -> Option<Ipv4Addr> {
    word.parse().ok().or_else(|| machine.address_of(word))
}
