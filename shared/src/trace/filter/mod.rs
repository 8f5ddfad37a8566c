//! Choosing events of a trace: `tcp and port 80 and not lost`.
//!
//! Not for: capture filters of the kernel, nor Wireshark's display filters; the language is smaller than either.
//!
//! # The language
//!
//! | term | matches |
//! |---|---|
//! | `frame` `call` `state` `table` `note` | events of that kind |
//! | `delivered` `lost` `dropped` | frames with that fate |
//! | `duplicate` `reordered` `delayed` `corrupted` | frames to which the link did that |
//! | `ethernet` `vlan` `arp` `ipv4` `ipv6` `icmp` `icmpv6` `udp` `tcp` `dns` `dhcp` `tftp` `rip` `http` | frames with that layer, state changes of that protocol |
//! | `ip` | `ipv4 or ipv6` |
//! | `host 10.0.0.1`, `host 10.0.0.0/8`, `host 02:00:00:00:00:01` | frames from or to that IPv4, IPv6 or MAC address, or network |
//! | `port 80` | frames from or to that UDP or TCP port |
//! | `syn` `ack` `fin` `rst` `psh` | TCP segments with that control bit |
//! | `data` | UDP datagrams and TCP segments that carry something |
//! | `again` | frames that their sender says are retransmissions |
//! | `contains TEXT` | frames in whose bytes that text occurs, letter case included |
//! | `node NAME` | what happened at, was sent by or to that machine |
//! | `link NAME` | frames on that link |
//! | `"some text"` | events in which that text occurs, in any letter case: names, arguments, states, cells, remarks |
//!
//! Terms are joined with `and` (`&&`, or nothing at all), `or` (`||`), `not` (`!`) and parentheses; `not` binds tightest,
//! then `and`. Words may be in any letter case. A NAME with blanks or that is one of the words above stands in quotes.
//! The empty filter matches everything.
//!
//! ```
//! use firsthop_protocol::trace::filter::{Filter, Problem};
//!
//! let filter: Filter = "tcp and port 80 and not lost".parse()?;
//! let error = "tcp and prot 80".parse::<Filter>().unwrap_err();
//! assert_eq!(error.at, 8..12);
//! assert_eq!(error.problem, Problem::UnknownWord("prot".into()));
//! # Ok::<(), firsthop_protocol::trace::filter::FilterError>(())
//! ```

mod facts;
mod parse;
#[cfg(test)]
mod tests;

use std::{net::IpAddr, ops::Range, str::FromStr};

use ipnet::IpNet;

use super::{Event, EventKind, Fate, Frame, Impairment};
use facts::Facts;

/// A parsed filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(Expression);

/// The parts of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Expression {
    /// All of them; none at all matches everything.
    All(Vec<Expression>),
    /// Any of them.
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Term(Term),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Kind(Kind),
    Fate(FateKind),
    Impairment(ImpairmentKind),
    Protocol(&'static str),
    Host(Host),
    Port(u16),
    Bit(Bit),
    Data,
    Again,
    Contains(String),
    Node(String),
    Link(String),
    /// In lower case.
    Text(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Frame,
    Call,
    State,
    Table,
    Note,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FateKind {
    Delivered,
    Lost,
    Dropped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ImpairmentKind {
    Duplicate,
    Reordered,
    Delayed,
    Corrupted,
}

/// A control bit of TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bit {
    Fin = 0x01,
    Syn = 0x02,
    Rst = 0x04,
    Psh = 0x08,
    Ack = 0x10,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Host {
    Network(IpNet),
    Mac([u8; 6]),
}

/// The protocols that a filter can name, as the dissector names its layers.
pub const PROTOCOLS: [&str; 14] = [
    "ethernet", "vlan", "arp", "ipv4", "ipv6", "icmp", "icmpv6", "udp", "tcp", "dns", "dhcp", "tftp", "rip",
    "http",
];

/// Why a filter could not be understood, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {}: {problem}", at.start + 1)]
pub struct FilterError {
    /// Which characters of the filter (not bytes), for underlining. At the end of the filter the range is empty.
    pub at: Range<usize>,
    /// What is wrong with them.
    pub problem: Problem,
}

/// What is wrong with a filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A word that stands for nothing.
    #[error(
        "`{0}` is no protocol, kind of event or other word of the filter language; to search for it as text, put it in quotes"
    )]
    UnknownWord(String),
    /// A word that needs something after it.
    #[error("`{0}` needs a value after it, as in `{1}`")]
    ValueMissing(&'static str, &'static str),
    /// Not an address, network or MAC address.
    #[error(
        "`{0}` is no address; an IPv4, IPv6 or MAC address, or a network like 10.0.0.0/8, would be right"
    )]
    BadAddress(String),
    /// Not a port number.
    #[error("`{0}` is no port; a number from 0 to 65535 would be right")]
    BadPort(String),
    /// `and`, `or`, `not` or an opening parenthesis with nothing to work on.
    #[error("something to look for is missing here")]
    TermMissing,
    /// An opening parenthesis that is never closed.
    #[error("this parenthesis is never closed")]
    Unclosed,
    /// A closing parenthesis that was never opened.
    #[error("this parenthesis was never opened")]
    Unopened,
    /// A quotation mark that is never closed.
    #[error("this quotation mark is never closed")]
    UnclosedQuote,
    /// More than [`MAX_DEPTH`] levels of parentheses and `not`.
    #[error("more than {MAX_DEPTH} levels of parentheses or `not`")]
    TooDeep,
}

/// How deeply parentheses and `not` may be nested.
pub const MAX_DEPTH: usize = 50;

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        parse::parse(text).map(Self)
    }
}

impl Filter {
    /// Whether an event is chosen.
    pub fn matches(&self, event: &Event) -> bool {
        self.0.matches(&event.kind, &Facts::default())
    }

    /// Whether something that happened is chosen, whenever it did.
    pub fn matches_kind(&self, kind: &EventKind) -> bool {
        self.0.matches(kind, &Facts::default())
    }

    /// The chosen events, each with its index in `events`.
    pub fn apply<'a>(&'a self, events: &'a [Event]) -> impl Iterator<Item = (usize, &'a Event)> {
        events.iter().enumerate().filter(|(_, event)| self.matches(event))
    }
}

impl Expression {
    fn matches(&self, event: &EventKind, facts: &Facts) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(event, facts)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(event, facts)),
            Self::Not(part) => !part.matches(event, facts),
            Self::Term(term) => term.matches(event, facts),
        }
    }
}

impl Term {
    fn matches(&self, event: &EventKind, facts: &Facts) -> bool {
        let frame = match event {
            EventKind::Frame(frame) => Some(frame),
            _ => None,
        };
        match self {
            Self::Kind(kind) => *kind == Kind::of(event),
            Self::Fate(fate) => frame.is_some_and(|frame| *fate == FateKind::of(&frame.fate)),
            Self::Impairment(kind) => frame
                .and_then(|frame| frame.impairment)
                .is_some_and(|impairment| *kind == ImpairmentKind::of(impairment)),
            Self::Protocol(name) => match event {
                EventKind::Frame(frame) => facts.of(frame).protocols.contains(name),
                EventKind::State(change) => change.protocol.eq_ignore_ascii_case(name),
                _ => false,
            },
            Self::Host(host) => frame.is_some_and(|frame| host.is_in(facts.of(frame))),
            Self::Port(port) => frame.is_some_and(|frame| facts.of(frame).ports.contains(port)),
            Self::Bit(bit) => frame.is_some_and(|frame| facts.of(frame).control & *bit as u8 != 0),
            Self::Data => frame.is_some_and(|frame| facts.of(frame).payload > 0),
            Self::Again => frame.is_some_and(is_again),
            Self::Contains(text) => {
                let has = |frame: &Frame| frame.bytes.windows(text.len()).any(|part| part == text.as_bytes());
                frame.is_some_and(|frame| !text.is_empty() && has(frame))
            }
            Self::Node(name) => facts::nodes(event).any(|node| node == name),
            Self::Link(name) => frame.is_some_and(|frame| frame.link == *name),
            Self::Text(text) => facts::texts(event).any(|part| part.to_lowercase().contains(text)),
        }
    }
}

/// The sender's own word: a captured frame has none.
fn is_again(frame: &Frame) -> bool {
    frame.note.as_ref().is_some_and(|note| note.id.starts_with("tcp.again."))
}

impl Host {
    fn is_in(self, facts: &facts::FrameFacts) -> bool {
        match self {
            Self::Network(network) => {
                facts.addresses.iter().any(|address: &IpAddr| network.contains(address))
            }
            Self::Mac(mac) => facts.macs.contains(&mac),
        }
    }
}

impl Kind {
    const fn of(kind: &EventKind) -> Self {
        match kind {
            EventKind::Frame(_) => Self::Frame,
            EventKind::Call(_) => Self::Call,
            EventKind::State(_) => Self::State,
            EventKind::Table(_) => Self::Table,
            EventKind::Note { .. } => Self::Note,
        }
    }
}

impl FateKind {
    const fn of(fate: &Fate) -> Self {
        match fate {
            Fate::Delivered { .. } => Self::Delivered,
            Fate::Lost { .. } => Self::Lost,
            Fate::Dropped { .. } => Self::Dropped,
        }
    }
}

impl ImpairmentKind {
    const fn of(impairment: Impairment) -> Self {
        match impairment {
            Impairment::Duplicate => Self::Duplicate,
            Impairment::Reordered => Self::Reordered,
            Impairment::Delayed { .. } => Self::Delayed,
            Impairment::Corrupted { .. } => Self::Corrupted,
        }
    }
}
