//! What a transfer tells whoever watches it.

use std::fmt;

use thiserror::Error;

use super::{
    options::Negotiated,
    packet::ErrorCode,
    text::{self, Message},
};
use crate::trace::{self, StateChange, Text};

/// Where a transfer is. The RFC has no names for these, so they are plain words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not begun.
    Start,
    /// Client: the request is out, no answer yet.
    RequestSent,
    /// Server, reading: the OACK is out, ACK 0 is due.
    OptionsOffered,
    /// DATA goes out, ACKs come in.
    Sending,
    /// DATA comes in, ACKs go out.
    Receiving,
    /// The file is whole; the last ACK is kept ready in case it was lost.
    Dallying,
    /// Over, and well.
    Done,
    /// Over, with an error.
    Failed,
}

impl State {
    /// The name as a trace shows it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "START",
            Self::RequestSent => "REQUEST-SENT",
            Self::OptionsOffered => "OPTIONS-OFFERED",
            Self::Sending => "SENDING",
            Self::Receiving => "RECEIVING",
            Self::Dallying => "DALLYING",
            Self::Done => "DONE",
            Self::Failed => "FAILED",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a transfer did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Failure {
    /// The other side fell silent.
    #[error("no answer after {retries} retransmissions")]
    TimedOut {
        /// How often the last packet was sent again.
        retries: u32,
    },
    /// The other side ended it.
    #[error("the other side ended it with ERROR {code}: {message}")]
    Peer {
        /// Its code.
        code: ErrorCode,
        /// Its message.
        message: String,
    },
    /// This side ended it.
    #[error("ended with ERROR {code}: {message}")]
    Ended {
        /// The code sent.
        code: ErrorCode,
        /// The message sent.
        message: String,
    },
}

impl Failure {
    pub(super) fn text(&self) -> (Text, &'static str) {
        let with = |message: Message, args: &[(&str, &dyn fmt::Display)]| (message.text(args), message.rfc);
        match self {
            Self::TimedOut { retries } => with(text::GAVE_UP, &[("retries", retries)]),
            Self::Peer { code, message } => {
                with(text::PEER_ERROR, &[("code", &code.0), ("message", message)])
            }
            Self::Ended { code, message } => {
                with(text::ERROR_SENT, &[("code", &code.0), ("message", message)])
            }
        }
    }
}

/// Something that happened in a transfer. What is told for each packet is told by the packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The transfer went from one state to another.
    State {
        /// The one it left.
        from: State,
        /// The one it is in.
        to: State,
        /// What made it change.
        why: Text,
        /// The section that orders it.
        rfc: &'static str,
    },
    /// The options in force from now on.
    Negotiated(Negotiated),
    /// A packet goes out again.
    Retransmit {
        /// Which and why.
        why: Text,
        /// The section that orders it.
        rfc: &'static str,
    },
    /// A packet came and changed nothing.
    Ignored {
        /// Which and why.
        why: Text,
        /// The section that orders it.
        rfc: &'static str,
    },
    /// The file is whole at its receiver (and its sender knows).
    Complete {
        /// Bytes of it, as they went over the wire.
        bytes: u64,
    },
    /// The transfer is over without that.
    Failed(Failure),
}

impl Event {
    /// The event as a trace shows it, if it shows it: `node` is the machine, `socket` the transfer.
    pub fn to_trace(&self, node: &str, socket: &str) -> Option<trace::EventKind> {
        match self {
            Self::State { from, to, why, rfc } => Some(trace::EventKind::State(StateChange {
                node: node.to_owned(),
                protocol: "tftp".to_owned(),
                socket: socket.to_owned(),
                from: from.to_string(),
                to: to.to_string(),
                why: why.clone(),
                rfc: (*rfc).to_owned(),
            })),
            Self::Retransmit { why, .. } | Self::Ignored { why, .. } => {
                Some(trace::EventKind::Note { node: Some(node.to_owned()), text: why.clone() })
            }
            // A state change says the same.
            Self::Negotiated(_) | Self::Complete { .. } | Self::Failed(_) => None,
        }
    }
}
