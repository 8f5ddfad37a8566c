//! A run: a lab's script and what is recorded while it plays.

use std::{
    io,
    net::SocketAddrV4,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use firsthop_protocol::trace::{Event, EventKind, Text};

use socket2::Socket;

use super::{
    Cancel, Stop,
    collector::Collector,
    ports::Ports,
    sieve::{Sieve, Sieves},
    tables::Tables,
};
use crate::{
    capture::{self, Capture, Transport},
    clock::unix_micros,
};

/// What a lab's script records into. Shared by its threads.
#[derive(Debug)]
pub struct Run {
    pub(super) cancel: Cancel,
    /// What was recorded and not collected yet.
    pending: Mutex<Vec<Stamped>>,
    pub(super) capture: Option<Capture>,
    tables: Mutex<Tables>,
    ports: Mutex<Ports>,
    sieves: Mutex<Sieves>,
    /// Sockets that nobody closes while the run is recorded.
    open: Mutex<Vec<Socket>>,
}

/// An event with the kernel's time: microseconds since 1970.
#[derive(Debug)]
pub(super) struct Stamped {
    pub(super) micros: u64,
    pub(super) kind: EventKind,
}

/// Plays `script` while what happens is recorded and handed to `sink`.
pub(super) fn watched(
    epoch: u64,
    cancel: &Cancel,
    sink: impl FnMut(Vec<Event>) -> bool + Send,
    script: impl FnOnce(&Arc<Run>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let (capture, why_not) = match Capture::open() {
        Ok(capture) => (Some(capture), None),
        Err(error) => (None, Some(capture::why_not(&error))),
    };
    let run = Arc::new(Run {
        cancel: cancel.clone(),
        pending: Mutex::default(),
        capture,
        tables: Mutex::new(Tables::default()),
        ports: Mutex::default(),
        sieves: Mutex::default(),
        open: Mutex::default(),
    });
    if let Some(why_not) = why_not {
        run.note(None, why_not);
    }
    let script_over = Cancel::after(Duration::from_secs(1 << 20)).map_err(|_| Stop::Failed)?;
    thread::scope(|scope| {
        let collector = scope.spawn(|| Collector::new(epoch, &run, sink).collect(&script_over));
        let outcome = script(&run);
        lock(&run.ports).close_all(unix_micros());
        script_over.say(Stop::Cancelled);
        // It panics only if `sink` does.
        collector.join().map_err(|_| Stop::Failed)?;
        outcome
    })
}

impl Run {
    /// Adds an event that happened now.
    pub(super) fn record(&self, kind: EventKind) {
        let mut pending = lock(&self.pending);
        // The clock is read under the lock: whoever holds it next reads a later time, see `collect`.
        pending.push(Stamped { micros: unix_micros(), kind });
    }

    /// What was recorded since the last time, and an instant: whatever is recorded from now on happened after it.
    pub(super) fn collect(&self) -> (u64, Vec<Stamped>) {
        let mut pending = lock(&self.pending);
        (unix_micros(), std::mem::take(&mut pending))
    }

    /// Adds a remark.
    pub(super) fn note(&self, node: Option<&str>, text: Text) {
        self.record(EventKind::Note { node: node.map(str::to_owned), text });
    }

    /// From now on this port is one of the lab's, and `node`'s.
    pub(super) fn watch(&self, protocol: Transport, port: u16, node: &'static str) -> io::Result<()> {
        let ports = {
            let mut ports = lock(&self.ports);
            ports.open(protocol, port, node);
            ports.list()
        };
        self.capture.as_ref().map_or(Ok(()), |capture| capture.watch(&ports))
    }

    /// This port is closed, and anybody may have it from now on.
    pub(super) fn unwatch(&self, protocol: Transport, port: u16) {
        lock(&self.ports).close(protocol, port, unix_micros());
    }

    /// From now on this TCP socket is one of the lab's.
    pub(super) fn track_tcp(&self, local: SocketAddrV4, remote: Option<SocketAddrV4>) {
        if let Some(remote) = remote {
            lock(&self.ports).connect(local, remote);
        }
        lock(&self.tables).track_tcp(local, remote);
    }

    /// From now on the lab has UDP sockets.
    pub(super) fn track_udp(&self) {
        lock(&self.tables).track_udp();
    }

    /// Who sent a frame that was seen at `micros`; `None` when it is none of this lab's.
    pub(super) fn sender(
        &self,
        protocol: Transport,
        from: SocketAddrV4,
        to: SocketAddrV4,
        micros: u64,
    ) -> Option<&'static str> {
        let ports = lock(&self.ports);
        ports.is_own(protocol, from, to, micros).then(|| ports.whose(protocol, from.port(), to.port()))?
    }

    /// From now on this falls at `node`'s socket.
    pub(super) fn put_in(&self, node: &'static str, sieve: Sieve) {
        lock(&self.sieves).put_in(node, sieve, unix_micros());
    }

    /// From now on nothing falls there any more.
    pub(super) fn take_out(&self, node: &str) {
        lock(&self.sieves).take_out(node, unix_micros());
    }

    /// Whether a TCP segment for `node` fell, that was seen at `micros`; from its flags and the length of its data.
    pub(super) fn fell(&self, node: &str, micros: u64, flags: u8, data: usize) -> bool {
        lock(&self.sieves).took(node, micros, flags, data)
    }

    /// Keeps a socket until the run is dropped.
    pub(super) fn leave_open(&self, socket: Socket) {
        lock(&self.open).push(socket);
    }

    /// Looks at the kernel's socket tables and records what has changed.
    pub(super) fn sample(&self) {
        let mut tables = lock(&self.tables);
        // Read under the lock, so that an older look never overwrites a newer one.
        if let Ok(rows) = tables.look() {
            let owner = |protocol, local, remote| lock(&self.ports).whose_row(protocol, local, remote);
            for kind in tables.update(rows, owner) {
                self.record(kind);
            }
        }
    }

    /// Does each side in a thread of its own; when one fails, the other is ended too.
    pub(super) fn sides(
        &self,
        server: impl FnOnce() -> Result<(), Stop> + Send,
        client: impl FnOnce() -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        thread::scope(|scope| {
            let tell = |outcome: Result<(), Stop>| outcome.inspect_err(|why| self.cancel.say(*why));
            let server = scope.spawn(move || tell(server()));
            let client = tell(client());
            let server = server.join().unwrap_or(Err(Stop::Failed));
            if client.is_ok() && server.is_ok() {
                return Ok(());
            }
            // The first reason is the cause: when one side is told to end, its sockets close, and the other may fail by it.
            Err(self.cancel.stopped().unwrap_or(Stop::Failed))
        })
    }
}

/// The other side.
pub(super) fn other(node: &str) -> &'static str {
    if node == CLIENT { SERVER } else { CLIENT }
}

/// The side that connects or asks.
pub(super) const CLIENT: &str = "client";
/// The side that listens.
pub(super) const SERVER: &str = "server";

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
