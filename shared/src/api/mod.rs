//! What browser and server say to each other over the WebSocket: JSON in text frames.
//!
//! The browser starts runs and stops them; the server streams each run's trace while it happens. Several runs may
//! be under way on one connection; `run` is a number the browser chose. A run ends when its learner leaves.

mod exchange;

pub use exchange::{Ending, Exchange, LAST_WORD, Loss, Opening};
use serde::{Deserialize, Serialize};

use crate::trace::{Event, Text};

/// The version of this protocol; the server says it first and the browser reloads when it does not know it.
pub const VERSION: u32 = 2;

/// From the browser to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ClientMessage {
    /// Start a lab.
    Start {
        /// The browser's number for this run, not in use by another run of this connection.
        run: u32,
        /// Which lab, with its parameters.
        lab: Lab,
    },
    /// Stop a run before its end.
    Stop {
        /// Which.
        run: u32,
    },
}

/// From the server to the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ServerMessage {
    /// The first message on a connection.
    Hello {
        /// [`VERSION`] of the server.
        version: u32,
        /// Why frames cannot be captured here, if they cannot.
        capture: Result<(), Text>,
    },
    /// The run waits for its turn. Said when the wait begins, and when it has changed.
    Queued {
        /// Which.
        run: u32,
        /// How many runs have their turn before.
        ahead: usize,
    },
    /// The run has begun.
    Started {
        /// Which.
        run: u32,
    },
    /// Some events of a run's trace, in order.
    Events {
        /// Which run.
        run: u32,
        /// The events that happened since the last message.
        events: Vec<Event>,
    },
    /// The run is over: `Ok` when the lab went to its end (even if a call in it failed, which is in the trace).
    Ended {
        /// Which.
        run: u32,
        /// Why it could not go on, if it could not.
        outcome: Result<(), Text>,
    },
    /// A message that the server could not act on.
    Refused {
        /// The run it was about, if it named one.
        run: Option<u32>,
        /// What was wrong with it, and what would be right.
        why: Text,
    },
}

/// A lab and its parameters. The server refuses what is over its limits and names the limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case")]
pub enum Lab {
    /// UDP echo with numbered replies.
    UdpEcho {
        /// The texts to send, a datagram each.
        messages: Vec<String>,
        /// How text becomes bytes.
        encoding: Encoding,
    },
    /// A TFTP transfer of a file of `size` bytes, against this server's own TFTP service.
    Tftp {
        /// Download or upload.
        direction: Direction,
        /// Bytes in the file.
        size: u32,
        /// `blksize`, RFC 2348.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        blksize: Option<u16>,
        /// `windowsize`, RFC 7440.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        windowsize: Option<u16>,
        /// Ask for `tsize`, RFC 2349.
        #[serde(default)]
        tsize: bool,
    },
    /// A TCP connection: open, send, answer, close.
    Tcp(Exchange),
    /// An HTTP request to this server's own static file service.
    Http {
        /// The bytes of the request, exactly as the learner typed them (UTF-8).
        request: String,
    },
}

/// How text becomes bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, RFC 3629.
    #[default]
    Utf8,
    /// GB/T 2312-1980 as EUC-CN: ASCII and two bytes a character. What only GBK and GB 18030 have is refused.
    Gb2312,
}

/// Which way a file goes, seen from the client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From server to client (RRQ).
    #[default]
    Download,
    /// From client to server (WRQ).
    Upload,
}
