//! Which ports are a lab's, whose they are in it, and until when.
//!
//! A port that is closed may be another program's a moment later, even another lab's: what its frames say then is none
//! of this lab's learner's business.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddrV4,
};

use super::run::other;
use crate::capture::Transport;

/// The ports of a lab.
#[derive(Debug, Default)]
pub(super) struct Ports {
    ports: BTreeMap<(Transport, u16), Port>,
    /// The TCP connections of the lab, which are its own for as long as there are frames of them.
    connections: BTreeSet<(SocketAddrV4, SocketAddrV4)>,
}

#[derive(Debug)]
struct Port {
    node: &'static str,
    /// When it was closed, in microseconds since 1970.
    closed: Option<u64>,
}

impl Ports {
    /// From now on this port is the lab's, and `node`'s.
    pub(super) fn open(&mut self, protocol: Transport, port: u16, node: &'static str) {
        self.ports.insert((protocol, port), Port { node, closed: None });
    }

    /// This port was closed, by `now` at the latest.
    pub(super) fn close(&mut self, protocol: Transport, port: u16, now: u64) {
        if let Some(port) = self.ports.get_mut(&(protocol, port)) {
            port.closed.get_or_insert(now);
        }
    }

    /// Every port was closed, by `now` at the latest.
    pub(super) fn close_all(&mut self, now: u64) {
        for port in self.ports.values_mut() {
            port.closed.get_or_insert(now);
        }
    }

    /// This TCP connection is the lab's.
    pub(super) fn connect(&mut self, local: SocketAddrV4, remote: SocketAddrV4) {
        self.connections.insert((local, remote));
        self.connections.insert((remote, local));
    }

    /// All of them, closed ones too.
    pub(super) fn list(&self) -> Vec<(Transport, u16)> {
        self.ports.keys().copied().collect()
    }

    /// Whose a socket of the lab is, from its own port and the other end's; `None` when it is none of this lab's.
    pub(super) fn whose(&self, protocol: Transport, local: u16, remote: u16) -> Option<&'static str> {
        let node = |port| self.ports.get(&(protocol, port)).map(|port| port.node);
        node(local).or_else(|| node(remote).map(other))
    }

    /// As [`Ports::whose`], of a row in the kernel's table as it is now. What is left of a TCP connection outlives its
    /// port; of a UDP port that is closed nothing is left.
    pub(super) fn whose_row(&self, protocol: Transport, local: u16, remote: u16) -> Option<&'static str> {
        let gone = |port| self.ports.get(&(protocol, port)).is_some_and(|port: &Port| port.closed.is_some());
        if protocol == Transport::Udp && (gone(local) || gone(remote)) {
            return None;
        }
        self.whose(protocol, local, remote)
    }

    /// Whether a frame that was seen at `micros` is the lab's.
    pub(super) fn is_own(
        &self,
        protocol: Transport,
        from: SocketAddrV4,
        to: SocketAddrV4,
        micros: u64,
    ) -> bool {
        let was_open = |port| {
            let port: Option<&Port> = self.ports.get(&(protocol, port));
            port.is_some_and(|port| port.closed.is_none_or(|closed| micros <= closed))
        };
        was_open(from.port())
            || was_open(to.port())
            || (protocol == Transport::Tcp && self.connections.contains(&(from, to)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_to_a_port_after_it_was_closed_is_anothers_unless_the_connection_is_ours() {
        let address = |port| SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, port);
        let (server, ours, theirs) = (address(80), address(1000), address(2000));
        for protocol in [Transport::Tcp, Transport::Udp] {
            let mut ports = Ports::default();
            ports.open(protocol, 80, "server");
            assert!(ports.is_own(protocol, ours, server, 10));
            if protocol == Transport::Tcp {
                ports.connect(ours, server);
            }
            ports.close(protocol, 80, 10);
            // Closed once is closed for good.
            ports.close_all(20);
            assert!(ports.is_own(protocol, ours, server, 10));
            for (from, to) in [(theirs, server), (server, theirs)] {
                assert!(!ports.is_own(protocol, from, to, 11), "{protocol:?}");
            }
            for (from, to) in [(ours, server), (server, ours)] {
                assert_eq!(ports.is_own(protocol, from, to, 11), protocol == Transport::Tcp);
            }
            assert_eq!(ports.whose(protocol, 80, 1000), Some("server"));
            assert_eq!(ports.whose(protocol, 1000, 80), Some("client"));
            assert_eq!(ports.whose_row(protocol, 1000, 80).is_some(), protocol == Transport::Tcp);
            ports.open(protocol, 80, "server");
            assert!(ports.is_own(protocol, theirs, server, 12), "it is ours once more");
        }
    }
}
