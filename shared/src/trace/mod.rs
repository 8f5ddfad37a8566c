//! The event log that every producer writes and every view reads.
//!
//! A [`Trace`] is append-only. Rewinding is showing a prefix of it; sharing is sending the recipe it was made from.
//! Not for: deciding anything. A producer never knows a view, a view never knows which producer it shows.
//!
//! * [`event`]: what can happen.
//! * [`text`]: a message that a view translates.
//! * [`filter`]: choosing events: `tcp and port 80 and not lost`.
//! * [`Journeys`]: the same packet on each link that it crosses.
//! * [`Summaries`]: a line about each frame.
//! * [`Printer`]: a trace as lines of text.
//! * [`quoted()`]: a call's buffer as text.
//! * [`addresses()`]: between whom a captured packet goes.
//! * [`pcapng`]: a trace as a file for Wireshark.
//! * [`capture`]: packets out of pcap and pcapng files.

pub mod capture;
mod carried;
mod control;
mod event;
pub mod filter;
mod journey;
mod message;
mod network;
pub mod pcapng;
mod print;
mod quoted;
mod summary;
mod text;

pub use event::{
    Call, CallError, Cell, Event, EventKind, Fate, Frame, Impairment, StateChange, TableChange, Time, Trace,
};
pub use journey::Journeys;
pub use message::{Cited, Message};
pub(crate) use message::{cited, messages};
pub use network::addresses;
pub use print::Printer;
pub use quoted::quoted;
pub use summary::{Summaries, Summary, TcpSummary};
pub use text::Text;
