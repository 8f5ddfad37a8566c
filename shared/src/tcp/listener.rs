//! The queue before ACCEPT: half-open and established connections of a listening socket, bounded by a backlog.

use std::{collections::VecDeque, net::SocketAddr};

use super::{Config, Endpoint, Event, EventKind, Flags, Segment, State, Transmit, text};
use crate::trace::Time;

/// A listening socket. Every connection has an endpoint of its own, which [`accept`](Self::accept) hands over
/// when its handshake is done; until then its segments come here.
///
/// RFC 9293 has no queues; these count as Linux does without SYN cookies. Each has its own bound: `backlog` connections may
/// be half open, and `backlog` + 1 may wait to be accepted. A SYN that finds either full is dropped without an answer, and
/// so is the ACK that would complete a handshake when the second is, so that its sender tries again.
#[derive(Debug, Clone)]
pub struct Listener {
    config: Config,
    local: SocketAddr,
    backlog: usize,
    half_open: Vec<Endpoint>,
    established: VecDeque<Endpoint>,
    outbox: VecDeque<Transmit>,
    events: VecDeque<(SocketAddr, Event)>,
}

impl Listener {
    /// LISTEN on `local`, whose address may be unspecified (0.0.0.0, ::).
    pub const fn new(config: Config, local: SocketAddr, backlog: usize) -> Self {
        Self {
            config,
            local,
            backlog,
            half_open: Vec::new(),
            established: VecDeque::new(),
            outbox: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// A segment for the listening port that belongs to no accepted connection. `local` is the address it was
    /// sent to.
    pub fn on_segment(&mut self, now: Time, local: SocketAddr, remote: SocketAddr, segment: &Segment) {
        let ours = |endpoint: &Endpoint| endpoint.local() == local && endpoint.remote() == remote;
        if let Some(endpoint) = self.established.iter_mut().find(|endpoint| ours(endpoint)) {
            endpoint.on_segment(now, segment);
            return self.sort();
        }
        let Flags { syn, ack, rst, .. } = segment.flags;
        let waiting = self.established.len();
        let no_place = waiting > self.backlog;
        if let Some(endpoint) = self.half_open.iter_mut().find(|endpoint| ours(endpoint)) {
            if no_place && ack && !syn && !rst {
                return self.turn_away(remote, &text::CHECK_ACCEPT_QUEUE, ("waiting", waiting));
            }
            endpoint.on_segment(now, segment);
            return self.sort();
        }
        let opens = syn && !ack && !rst;
        if opens && no_place {
            return self.turn_away(remote, &text::CHECK_ACCEPT_QUEUE, ("waiting", waiting));
        }
        if opens && self.half_open.len() >= self.backlog.max(1) {
            return self.turn_away(remote, &text::CHECK_BACKLOG, ("backlog", self.half_open.len()));
        }
        let mut endpoint = Endpoint::listen(self.config.clone(), local, remote);
        // Its OPEN is this socket's, which is long since in LISTEN.
        while endpoint.poll_event().is_some() {}
        endpoint.on_segment(now, segment);
        self.half_open.push(endpoint);
        self.sort();
    }

    fn turn_away(&mut self, remote: SocketAddr, message: &text::Message, (name, value): (&str, usize)) {
        let why = message.text(&[(name, &value)]);
        let event = Event { kind: EventKind::Check { dropped: true }, why, rfc: message.rfc };
        self.events.push_back((remote, event));
    }

    /// The MSS option of connections from now on (RFC 9293 §3.7.1): it depends on the network that a peer is reached by.
    pub const fn set_mss(&mut self, mss: u16) {
        self.config.mss = mss;
    }

    /// The oldest connection whose handshake is done. Its segments are from now on the caller's to deliver.
    pub fn accept(&mut self) -> Option<Endpoint> {
        self.established.pop_front()
    }

    /// The next segment to send.
    pub fn poll_transmit(&mut self, now: Time) -> Option<Transmit> {
        self.outbox
            .pop_front()
            .or_else(|| self.endpoints_mut().find_map(|endpoint| endpoint.poll_transmit(now)))
    }

    /// The next report, with the peer it is about. A connection takes those not yet asked for with it.
    pub fn poll_event(&mut self) -> Option<(SocketAddr, Event)> {
        self.events.pop_front().or_else(|| {
            self.endpoints_mut().find_map(|endpoint| Some((endpoint.remote(), endpoint.poll_event()?)))
        })
    }

    /// When to call [`on_timeout`](Self::on_timeout) next.
    pub fn poll_timeout(&self) -> Option<Time> {
        self.half_open.iter().chain(&self.established).filter_map(Endpoint::poll_timeout).min()
    }

    /// The time has come.
    pub fn on_timeout(&mut self, now: Time) {
        self.endpoints_mut().for_each(|endpoint| endpoint.on_timeout(now));
        self.sort();
    }

    /// Closes the socket: connections not yet accepted are aborted; poll for their RSTs.
    pub fn close(&mut self) {
        for mut endpoint in self.half_open.drain(..).chain(self.established.drain(..)) {
            endpoint.abort();
            leave(endpoint, &mut self.outbox, &mut self.events);
        }
    }

    /// The socket it listens on.
    pub const fn local(&self) -> SocketAddr {
        self.local
    }

    /// As it was given to `listen`.
    pub const fn backlog(&self) -> usize {
        self.backlog
    }

    /// Connections in SYN-RECEIVED.
    pub fn half_open(&self) -> impl Iterator<Item = &Endpoint> {
        self.half_open.iter()
    }

    /// Connections that wait for ACCEPT.
    pub fn established(&self) -> impl Iterator<Item = &Endpoint> {
        self.established.iter()
    }

    /// Whether a segment from `remote` to `local` belongs to a connection that waits here.
    pub fn holds(&self, local: SocketAddr, remote: SocketAddr) -> bool {
        self.half_open().chain(self.established()).any(|it| it.local() == local && it.remote() == remote)
    }

    pub(super) fn endpoints_mut(&mut self) -> impl Iterator<Item = &mut Endpoint> {
        self.half_open.iter_mut().chain(self.established.iter_mut())
    }

    /// Moves each connection to where its state belongs.
    pub(super) fn sort(&mut self) {
        let mut waiting = Vec::with_capacity(self.half_open.len());
        for endpoint in std::mem::take(&mut self.half_open) {
            match endpoint.state() {
                State::SynReceived => waiting.push(endpoint),
                State::Closed | State::Listen => leave(endpoint, &mut self.outbox, &mut self.events),
                _ => self.established.push_back(endpoint),
            }
        }
        self.half_open = waiting;
        // One that was reset before ACCEPT is gone; one the peer has closed can still be read.
        for endpoint in std::mem::take(&mut self.established) {
            if endpoint.state() == State::Closed {
                leave(endpoint, &mut self.outbox, &mut self.events);
            } else {
                self.established.push_back(endpoint);
            }
        }
    }
}

/// A connection is over: what it still has to say goes out, and the reports are kept.
fn leave(
    mut endpoint: Endpoint,
    outbox: &mut VecDeque<Transmit>,
    events: &mut VecDeque<(SocketAddr, Event)>,
) {
    outbox.append(&mut endpoint.outbox);
    events.extend(endpoint.events.drain(..).map(|event| (endpoint.remote, event)));
}
