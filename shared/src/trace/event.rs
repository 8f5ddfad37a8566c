//! What can happen: frames, calls, state changes, table changes, notes.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Text;
use crate::wire::LinkType;

/// Microseconds since the trace began: virtual in a simulation, kernel time in a capture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub u64);

impl Time {
    /// The instant at which every trace begins.
    pub const ZERO: Self = Self(0);

    /// Microseconds since the trace began.
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// An instant so many milliseconds into the trace.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1000))
    }

    /// An instant so many seconds into the trace.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// This instant and so many microseconds more; stays at the end of time rather than wrapping.
    #[must_use]
    pub const fn plus(self, micros: u64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to this instant, zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Time {
    /// Seconds with six decimals, as Wireshark shows them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When; events of a trace never go back in time.
    pub time: Time,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum EventKind {
    /// A frame was put on a link.
    Frame(Frame),
    /// A program made a system call and it returned.
    Call(Call),
    /// A protocol machine changed its state.
    State(StateChange),
    /// A row of a table appeared, changed or went.
    Table(TableChange),
    /// A remark for the reader.
    Note {
        /// The machine it is about, if it is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node: Option<String>,
        /// The remark.
        text: Text,
    },
}

/// A frame on a link. `Event::time` is the instant its first bit left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The link it was on: a cable of a simulation, an interface of a capture.
    pub link: String,
    /// The machine or endpoint that sent it.
    pub from: String,
    /// The machine or endpoint at the other end of this link; for a shared medium, the one addressed.
    pub to: String,
    /// What the first byte is.
    pub link_type: LinkType,
    /// All bytes, as sent (before any corruption on the way).
    #[serde(with = "hex")]
    pub bytes: Vec<u8>,
    /// How many bytes were on the link, when a capture kept fewer than those in `bytes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<u32>,
    /// What became of it.
    pub fate: Fate,
    /// What the link did to it besides, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impairment: Option<Impairment>,
    /// Why it was sent, when the sender says so ("retransmission: timer expired").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

impl Frame {
    /// How many bytes were on the link; never fewer than there are.
    pub fn original_len(&self) -> usize {
        self.original.map_or(0, |original| original as usize).max(self.bytes.len())
    }

    /// Whether the capture left out the frame's end.
    pub fn is_cut(&self) -> bool {
        self.original_len() > self.bytes.len()
    }
}

/// What became of a frame. Every frame ends in exactly one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Fate {
    /// Its last bit reached the other end at `at`.
    Delivered {
        /// When.
        at: Time,
    },
    /// The link lost it.
    Lost {
        /// Why: chance, or because the scenario asked for this one.
        why: Text,
        /// The instant at which it vanished, for drawing.
        at: Time,
    },
    /// A machine or queue dropped it on purpose (queue full, TTL, checksum).
    Dropped {
        /// Why.
        why: Text,
        /// When.
        at: Time,
    },
}

/// What a link did to a frame that it nevertheless carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Impairment {
    /// This is the second copy of a frame that the link doubled.
    Duplicate,
    /// It was held back so that later frames might overtake it.
    Reordered,
    /// It was held back, because the scenario asked for it.
    Delayed {
        /// For how long, beyond the link's own delay.
        micros: u64,
    },
    /// One bit was flipped on the way.
    Corrupted {
        /// Which bit, counted from the frame's first.
        bit: u32,
    },
}

/// A system call and its result. `Event::time` is the instant it returned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The machine or process that called.
    pub node: String,
    /// The call's name: `sendto`.
    pub name: String,
    /// Its arguments by name, as `strace` would print their values.
    pub args: Vec<(String, String)>,
    /// What it returned.
    pub result: Result<String, CallError>,
    /// How long it took, in microseconds.
    pub micros: u64,
    /// The line of a Rust program that makes this call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rust: Option<String>,
    /// The line of a Python program that makes the same call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub python: Option<String>,
}

/// The kernel's refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallError {
    /// The symbol: `EADDRINUSE`.
    pub errno: String,
    /// Its number on this system.
    pub code: i32,
    /// The system's own words: `Address already in use`.
    pub message: String,
}

/// A protocol machine went from one state to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateChange {
    /// The machine it belongs to.
    pub node: String,
    /// The protocol: `tcp`, `tftp`.
    pub protocol: String,
    /// Which connection or transfer, when the machine has several: `10.0.0.1:49152-10.0.0.2:80`.
    pub socket: String,
    /// The state it left, by the RFC's name: `SYN-SENT`.
    pub from: String,
    /// The state it is in now.
    pub to: String,
    /// What made it change.
    pub why: Text,
    /// The section that orders it: `RFC 9293 §3.10.7.3`.
    pub rfc: String,
}

/// One value of a table's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The column, by the field's own name: `SND.UNA`, `age`.
    pub name: String,
    /// The value as text.
    pub value: String,
}

/// A row of a table appeared (`row` is there), changed (`row` is there) or went (`row` is `None`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableChange {
    /// The machine whose table it is.
    pub node: String,
    /// Which table: `tcb`, `sockets`, `arp`, `mac`, `routes`, `nat`, `dns-cache`.
    pub table: String,
    /// Which row, unique in the table.
    pub key: String,
    /// The whole row as it is now, or `None` when it went.
    pub row: Option<Vec<Cell>>,
    /// The cause, when it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Text>,
}

/// An append-only list of events in the order they happened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Trace {
    events: Vec<Event>,
}

impl Trace {
    /// A trace in which nothing has happened yet.
    pub const fn new() -> Self {
        Self { events: Vec::new() }
    }

    /// Appends an event. One that claims an earlier time than the last gets the last one's time,
    /// so that a prefix of the trace is always a moment of it.
    pub fn push(&mut self, time: Time, kind: EventKind) {
        let time = self.events.last().map_or(time, |last| time.max(last.time));
        self.events.push(Event { time, kind });
    }

    /// All events.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The events up to and including the instant `time`.
    pub fn until(&self, time: Time) -> &[Event] {
        let end = self.events.partition_point(|event| event.time <= time);
        self.events.get(..end).unwrap_or_default()
    }

    /// The frames, in order, each with the time it was sent.
    pub fn frames(&self) -> impl Iterator<Item = (Time, &Frame)> {
        self.events.iter().filter_map(|event| match &event.kind {
            EventKind::Frame(frame) => Some((event.time, frame)),
            _ => None,
        })
    }
}

impl Extend<Event> for Trace {
    fn extend<I: IntoIterator<Item = Event>>(&mut self, events: I) {
        for Event { time, kind } in events {
            self.push(time, kind);
        }
    }
}

/// Bytes as a lower-case hex string in JSON: half the size of a list of numbers, and readable.
mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let text: String = bytes
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|nibble| DIGITS.get(usize::from(nibble)).copied().map(char::from))
            .collect();
        serializer.serialize_str(&text)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.len() % 2 != 0 {
            return Err(D::Error::custom("hex bytes: an odd number of digits"));
        }
        text.as_bytes()
            .chunks(2)
            .map(|pair| {
                std::str::from_utf8(pair)
                    .ok()
                    .and_then(|digits| u8::from_str_radix(digits, 16).ok())
                    .ok_or_else(|| D::Error::custom("hex bytes: not a hex digit"))
            })
            .collect()
    }
}
