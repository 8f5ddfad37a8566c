//! What a machine wants done with sockets.

use std::net::SocketAddr;

use super::stream::StreamId;
use crate::trace::Text;

/// Something for whoever has the sockets to do, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transmit {
    /// Send a datagram.
    Datagram {
        /// From this port; one that is not open yet is to be opened.
        port: u16,
        /// To there.
        to: SocketAddr,
        /// The UDP payload.
        bytes: Vec<u8>,
        /// Why.
        note: Text,
    },
    /// Nothing more is expected at this port: it can be closed.
    ClosePort {
        /// The port.
        port: u16,
    },
    /// Open a TCP connection.
    Connect {
        /// What it will be called.
        stream: StreamId,
        /// To there.
        to: SocketAddr,
    },
    /// Send bytes on a connection.
    Stream {
        /// Which.
        stream: StreamId,
        /// The length and the message.
        bytes: Vec<u8>,
        /// Why.
        note: Text,
    },
    /// Close a connection.
    Close {
        /// Which.
        stream: StreamId,
    },
}

/// Who asked, and so where the answer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    /// By UDP.
    Datagram { port: u16, from: SocketAddr },
    /// By TCP.
    Stream { stream: StreamId, from: SocketAddr },
}

impl Asker {
    pub(super) const fn address(&self) -> SocketAddr {
        match self {
            Self::Datagram { from, .. } | Self::Stream { from, .. } => *from,
        }
    }

    /// The answer on its way.
    pub(super) fn transmit(&self, bytes: Vec<u8>, note: Text) -> Transmit {
        match *self {
            Self::Datagram { port, from } => Transmit::Datagram { port, to: from, bytes, note },
            Self::Stream { stream, .. } => {
                Transmit::Stream { stream, bytes: super::stream::frame(&bytes), note }
            }
        }
    }
}
