//! The eleven states (RFC 9293 §3.3.2).

use std::fmt;

/// A state of a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// No connection at all.
    #[default]
    Closed,
    /// Waiting for a connection request from a remote TCP.
    Listen,
    /// A SYN was sent; waiting for a matching one.
    SynSent,
    /// SYNs went both ways; waiting for the acknowledgment of ours.
    SynReceived,
    /// Open: data flows both ways.
    Established,
    /// We closed; waiting for the acknowledgment of our FIN or for the peer's.
    FinWait1,
    /// Our FIN is acknowledged; the peer may go on sending.
    FinWait2,
    /// The peer closed; waiting for our own user to close.
    CloseWait,
    /// Both closed at the same time; waiting for the acknowledgment of our FIN.
    Closing,
    /// The peer closed first, then we; waiting for the acknowledgment of our FIN.
    LastAck,
    /// All is said; waiting 2 MSL for copies of the peer's FIN.
    TimeWait,
}

impl State {
    /// All eleven, in the order in which the RFC describes them.
    pub const ALL: [Self; 11] = [
        Self::Listen,
        Self::SynSent,
        Self::SynReceived,
        Self::Established,
        Self::FinWait1,
        Self::FinWait2,
        Self::CloseWait,
        Self::Closing,
        Self::LastAck,
        Self::TimeWait,
        Self::Closed,
    ];

    /// The RFC's spelling: `SYN-SENT`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "CLOSED",
            Self::Listen => "LISTEN",
            Self::SynSent => "SYN-SENT",
            Self::SynReceived => "SYN-RECEIVED",
            Self::Established => "ESTABLISHED",
            Self::FinWait1 => "FIN-WAIT-1",
            Self::FinWait2 => "FIN-WAIT-2",
            Self::CloseWait => "CLOSE-WAIT",
            Self::Closing => "CLOSING",
            Self::LastAck => "LAST-ACK",
            Self::TimeWait => "TIME-WAIT",
        }
    }

    /// Both sides have seen each other's SYN and ours is acknowledged (RFC 9293 §3.5.2, "synchronized").
    pub const fn is_synchronized(self) -> bool {
        !matches!(self, Self::Closed | Self::Listen | Self::SynSent | Self::SynReceived)
    }

    /// The states in which text of the peer is taken (RFC 9293 §3.10.7.4, seventh).
    pub const fn takes_text(self) -> bool {
        matches!(self, Self::Established | Self::FinWait1 | Self::FinWait2)
    }

    /// The peer's FIN has been processed: no more text can come.
    pub const fn saw_fin(self) -> bool {
        matches!(self, Self::CloseWait | Self::Closing | Self::LastAck | Self::TimeWait)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
