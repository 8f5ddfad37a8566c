//! The TCP connections that clients have opened: their bytes, and for how long they may be silent. RFC 7766 §6.2.3.

use std::{collections::BTreeMap, net::SocketAddr};

use super::stream::{Framer, StreamId};
use crate::trace::Time;

#[derive(Debug, Clone)]
struct Connection {
    from: SocketAddr,
    framer: Framer,
    expires: Time,
}

/// The connections of a server.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    idle: u64,
    max: usize,
    open: BTreeMap<StreamId, Connection>,
}

impl Connections {
    pub(super) const fn new(idle: u64, max: usize) -> Self {
        Self { idle, max, open: BTreeMap::new() }
    }

    /// Whether there is room for another.
    pub(super) fn open(&mut self, now: Time, stream: StreamId, from: SocketAddr) -> bool {
        if self.open.len() >= self.max {
            return false;
        }
        let expires = now.plus(self.idle);
        self.open.insert(stream, Connection { from, framer: Framer::default(), expires });
        true
    }

    /// Who is at the other end, and the messages that are whole now; none if it is not open.
    pub(super) fn on_bytes(
        &mut self,
        now: Time,
        stream: StreamId,
        bytes: &[u8],
    ) -> Option<(SocketAddr, Vec<Vec<u8>>)> {
        let connection = self.open.get_mut(&stream)?;
        connection.framer.push(bytes);
        let messages = connection.framer.take_messages();
        // Only whole messages count, so that nobody keeps a place with a byte now and then.
        if !messages.is_empty() {
            connection.expires = now.plus(self.idle);
        }
        Some((connection.from, messages))
    }

    /// Forgets a connection; whether it was open.
    pub(super) fn remove(&mut self, stream: StreamId) -> bool {
        self.open.remove(&stream).is_some()
    }

    pub(super) fn deadline(&self) -> Option<Time> {
        self.open.values().map(|connection| connection.expires).min()
    }

    /// Those that have been silent for too long: they are forgotten here and to be closed.
    pub(super) fn expire(&mut self, now: Time) -> Vec<StreamId> {
        let silent = |(_, connection): &(&StreamId, &Connection)| connection.expires <= now;
        let expired: Vec<_> = self.open.iter().filter(silent).map(|(stream, _)| *stream).collect();
        for stream in &expired {
            self.open.remove(stream);
        }
        expired
    }
}
