//! What a user call can be refused with, in the words of RFC 9293 §3.10.

use thiserror::Error;

use crate::trace::Text;

/// Why a call was refused or a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum Error {
    /// The call needs a connection and there is none (RFC 9293 §3.10.2).
    #[error("connection does not exist")]
    DoesNotExist,
    /// The connection is being closed: no more can be sent (RFC 9293 §3.10.2).
    #[error("connection closing")]
    Closing,
    /// The peer reset the connection (RFC 9293 §3.10.7.4, second).
    #[error("connection reset")]
    Reset,
    /// The peer refused the connection (RFC 9293 §3.10.7.4, second). For an RST in SYN-SENT the RFC says "connection
    /// reset" (§3.10.7.3); this is the word, as in ECONNREFUSED, that every system uses.
    #[error("connection refused")]
    Refused,
    /// Retransmissions or probes stayed without an answer for too long (RFC 9293 §3.10.8).
    #[error("connection aborted due to user timeout")]
    UserTimeout,
    /// No router knew a way to the peer's network (RFC 1122 §4.2.3.9).
    #[error("network unreachable")]
    NetUnreachable,
    /// The peer's network was reached, or ours, but the peer does not answer there (RFC 1122 §4.2.3.9).
    #[error("host unreachable")]
    HostUnreachable,
    /// The peer does not speak TCP (RFC 1122 §4.2.3.9).
    #[error("protocol unreachable")]
    ProtocolUnreachable,
    /// We ended the connection ourselves with ABORT (RFC 9293 §3.10.5).
    #[error("connection aborted")]
    Aborted,
    /// Nothing has arrived yet; the RFC would queue the RECEIVE, a sans-IO endpoint lets the caller ask again.
    #[error("no data has arrived yet: ask again after the next segment")]
    WouldBlock,
}

impl Error {
    /// The identifier of this error's translation.
    pub const fn id(self) -> &'static str {
        match self {
            Self::DoesNotExist => "tcp.error.does-not-exist",
            Self::Closing => "tcp.error.closing",
            Self::Reset => "tcp.error.reset",
            Self::Refused => "tcp.error.refused",
            Self::UserTimeout => "tcp.error.user-timeout",
            Self::NetUnreachable => "tcp.error.net-unreachable",
            Self::HostUnreachable => "tcp.error.host-unreachable",
            Self::ProtocolUnreachable => "tcp.error.protocol-unreachable",
            Self::Aborted => "tcp.error.aborted",
            Self::WouldBlock => "tcp.error.would-block",
        }
    }

    /// For the reader.
    pub fn text(self) -> Text {
        Text::new(self.id(), self.to_string())
    }

    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::DoesNotExist,
        Self::Closing,
        Self::Reset,
        Self::Refused,
        Self::UserTimeout,
        Self::NetUnreachable,
        Self::HostUnreachable,
        Self::ProtocolUnreachable,
        Self::Aborted,
        Self::WouldBlock,
    ];
}
