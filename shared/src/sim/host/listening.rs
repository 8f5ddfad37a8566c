//! A listening socket and the program that accepts from it.

use std::net::SocketAddr;

use super::{Connection, calls::Line};
use crate::{
    sim::{
        device::Outbox,
        scenario::{App, Receive},
    },
    tcp::{Endpoint, Listener, State},
    trace::Time,
};

/// A listening socket.
#[derive(Debug)]
pub(super) struct Listening {
    pub(super) name: String,
    pub(super) fd: u32,
    pub(super) listener: Listener,
    pub(super) program: (App, Receive),
    /// How many connections it has accepted.
    pub(super) accepted: u32,
    /// Since when `accept` has waited.
    pub(super) waiting: Time,
    /// The states its connections have been in before they were accepted.
    pub(super) states: Vec<State>,
}

impl Listening {
    /// `accept` returns.
    pub(super) fn accepted(
        &mut self,
        now: Time,
        node: &str,
        fd: u32,
        endpoint: Endpoint,
        out: &mut Outbox,
    ) -> Connection {
        self.accepted += 1;
        let own = &self.name;
        let name = if self.accepted == 1 { own.clone() } else { format!("{own}.{}", self.accepted) };
        let peer = endpoint.remote();
        Line::new(
            node,
            "accept4",
            format!("let ({name}, peer) = {own}.accept()?;"),
            format!("{name}, peer = {own}.accept()"),
        )
        .arg("fd", self.fd)
        .arg("addr", peer)
        .arg("flags", "SOCK_CLOEXEC")
        .returned(fd)
        .took(now.since(std::mem::replace(&mut self.waiting, now)))
        .log(out);
        let mut connection = Connection::new(name, fd, endpoint, self.program, now);
        connection.states = vec![State::SynReceived, State::Established];
        connection
    }

    /// Whether what is sent to `to` is for it.
    pub(super) fn hears(&self, to: SocketAddr) -> bool {
        let local = self.local();
        local.port() == to.port() && (local.ip().is_unspecified() || local.ip() == to.ip())
    }

    pub(super) const fn local(&self) -> SocketAddr {
        self.listener.local()
    }
}
