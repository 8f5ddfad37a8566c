//! What the machine reports while it works: everything a view shows beside the segments.

use std::net::SocketAddr;

use super::{
    Error, Phase, Segment, SegmentError, Seq, State,
    text::{self, Message},
};
use crate::trace::Text;

/// One report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The same for the reader.
    pub why: Text,
    /// The section that orders it: `RFC 9293 §3.10.7.4, fifth`.
    pub rfc: &'static str,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// The state changed.
    State {
        /// From this one.
        from: State,
        /// To this one.
        to: State,
    },
    /// A check of SEGMENT ARRIVES decided something about the segment that just arrived.
    Check {
        /// Whether the segment was turned away by it.
        dropped: bool,
    },
    /// A segment goes out again; the segment itself is the next that `poll_transmit` returns.
    Retransmission {
        /// Its first octet.
        seq: Seq,
        /// Octets of sequence space.
        len: u32,
        /// Whether a timer asked for it (else duplicate or partial ACKs).
        by_timer: bool,
    },
    /// A timer was set, stopped or expired.
    Timer {
        /// Which.
        timer: TimerKind,
        /// What became of it.
        change: TimerChange,
    },
    /// A round trip was measured; all in microseconds.
    Rtt {
        /// The measurement.
        sample: u64,
        /// SRTT after it.
        srtt: u64,
        /// RTTVAR after it.
        rttvar: u64,
        /// RTO after it.
        rto: u64,
    },
    /// A duplicate ACK was counted.
    DuplicateAck {
        /// How many in a row.
        count: u32,
    },
    /// cwnd or ssthresh changed.
    Congestion {
        /// cwnd now, in octets.
        cwnd: u32,
        /// ssthresh now, in octets.
        ssthresh: u32,
        /// The phase now.
        phase: Phase,
    },
    /// The peer's window closed or opened.
    Window {
        /// SND.WND now, in octets.
        snd_wnd: u32,
    },
    /// The connection ended with an error; the user's calls return it from now on.
    Failed(Error),
    /// R1 retransmissions had no answer (RFC 9293 §3.8.3).
    Suspicious,
}

impl EventKind {
    /// Whether [`Reports::Milestones`](super::Reports::Milestones) includes it.
    pub const fn is_milestone(self) -> bool {
        match self {
            Self::State { .. }
            | Self::Check { dropped: true }
            | Self::Retransmission { .. }
            | Self::Failed(_)
            | Self::Suspicious => true,
            Self::Check { dropped: false }
            | Self::Timer { .. }
            | Self::Rtt { .. }
            | Self::DuplicateAck { .. }
            | Self::Congestion { .. }
            | Self::Window { .. } => false,
        }
    }
}

/// The timers of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimerKind {
    /// RFC 6298.
    Retransmission,
    /// Zero-window probes (RFC 9293 §3.8.6.1) and the override of silly-window avoidance (§3.8.6.2.1).
    Persist,
    /// RFC 9293 §3.8.6.3.
    DelayedAck,
    /// RFC 9293 §3.8.4.
    KeepAlive,
    /// RFC 9293 §3.4.2.
    TimeWait,
}

impl TimerKind {
    /// All, in the order of their slots.
    pub const ALL: [Self; 5] =
        [Self::Retransmission, Self::Persist, Self::DelayedAck, Self::KeepAlive, Self::TimeWait];

    /// A short name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Retransmission => "retransmission",
            Self::Persist => "persist",
            Self::DelayedAck => "delayed-ACK",
            Self::KeepAlive => "keep-alive",
            Self::TimeWait => "time-wait",
        }
    }

    pub(super) const fn set_message(self) -> &'static Message {
        match self {
            Self::Retransmission => &text::RETRANSMISSION_SET,
            Self::Persist => &text::PERSIST_SET,
            Self::DelayedAck => &text::DELAYED_ACK_SET,
            Self::KeepAlive => &text::KEEP_ALIVE_SET,
            Self::TimeWait => &text::TIME_WAIT_SET,
        }
    }

    pub(super) const fn stopped_message(self) -> &'static Message {
        match self {
            Self::Retransmission => &text::RETRANSMISSION_STOPPED,
            Self::Persist => &text::PERSIST_STOPPED,
            Self::DelayedAck => &text::DELAYED_ACK_STOPPED,
            Self::KeepAlive => &text::KEEP_ALIVE_STOPPED,
            Self::TimeWait => &text::TIME_WAIT_STOPPED,
        }
    }

    pub(super) const fn expired_message(self) -> &'static Message {
        match self {
            Self::Retransmission => &text::RETRANSMISSION_EXPIRED,
            Self::Persist => &text::PERSIST_EXPIRED,
            Self::DelayedAck => &text::DELAYED_ACK_EXPIRED,
            Self::KeepAlive => &text::KEEP_ALIVE_EXPIRED,
            Self::TimeWait => &text::TIME_WAIT_EXPIRED,
        }
    }
}

/// What became of a timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimerChange {
    /// Set, to expire after so many microseconds.
    Set {
        /// How long.
        micros: u64,
    },
    /// Stopped before it expired.
    Stopped,
    /// Expired.
    Expired,
}

/// A segment to be sent, where to, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transmit {
    /// The socket it comes from.
    pub src: SocketAddr,
    /// The socket it goes to.
    pub dst: SocketAddr,
    /// The segment.
    pub segment: Segment,
    /// Why it is sent, with the section at the end.
    pub note: Text,
    /// The section that orders it.
    pub rfc: &'static str,
}

impl Transmit {
    /// The payload of the IP packet.
    ///
    /// # Errors
    /// As [`Segment::emit`].
    pub fn emit(&self) -> Result<Vec<u8>, SegmentError> {
        self.segment.emit(self.src.ip(), self.dst.ip())
    }
}
