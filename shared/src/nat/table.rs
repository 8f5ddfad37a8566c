//! The table: mappings (an inside endpoint and its outside port) and the sessions that go by them.

use std::{
    collections::BTreeMap,
    fmt,
    net::{Ipv4Addr, SocketAddrV4},
};

use super::{
    config::{Filtering, Timeouts},
    tcp::{Connection, TcpState},
};
use crate::trace::{Cell, Time};

/// What can be translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// By ports.
    Udp,
    /// By ports.
    Tcp,
    /// Queries, by identifier: it stands where a port would.
    Icmp,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Icmp => "icmp",
        })
    }
}

/// Which way a packet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the inside: it will leave by the outside interface, or it is for the outside address.
    Out,
    /// It came by the outside interface.
    In,
}

/// Where a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// UDP or ICMP: packets one way only.
    Unreplied,
    /// UDP or ICMP: packets both ways.
    Replied,
    /// TCP.
    Tcp(TcpState),
}

impl State {
    /// How long a session in this state is kept when nothing goes by.
    pub(super) const fn timeout(self, protocol: Protocol, timeouts: &Timeouts) -> u64 {
        match (self, protocol) {
            (Self::Tcp(TcpState::SynSent | TcpState::SynSent2), _) => timeouts.syn_sent,
            (Self::Tcp(TcpState::SynReceived), _) => timeouts.syn_received,
            (Self::Tcp(TcpState::Established), _) => timeouts.established,
            (Self::Tcp(TcpState::FinWait), _) => timeouts.fin_wait,
            (Self::Tcp(TcpState::CloseWait), _) => timeouts.close_wait,
            (Self::Tcp(TcpState::LastAck), _) => timeouts.last_ack,
            (Self::Tcp(TcpState::TimeWait), _) => timeouts.time_wait,
            (Self::Tcp(TcpState::Close), _) => timeouts.close,
            (_, Protocol::Icmp) => timeouts.icmp,
            (Self::Unreplied, _) => timeouts.udp,
            (Self::Replied, _) => timeouts.udp_replied,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreplied => "UNREPLIED",
            Self::Replied => "REPLIED",
            Self::Tcp(state) => state.name(),
        })
    }
}

/// An inside endpoint and what it looks like from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mapping {
    /// UDP, TCP or ICMP.
    pub protocol: Protocol,
    /// The host inside and its port or identifier.
    pub inside: SocketAddrV4,
    /// The outside address and the port or identifier there.
    pub outside: SocketAddrV4,
    /// Whether the operator forwards it; then it stays without sessions.
    pub forwarded: bool,
    /// How many sessions go by it.
    pub sessions: usize,
}

impl Mapping {
    /// What names the mapping in a table.
    pub fn key(&self) -> String {
        format!("{} {}", self.protocol, self.outside)
    }

    /// The mapping as a row of a table.
    pub fn cells(&self) -> Vec<Cell> {
        vec![
            cell("protocol", &self.protocol),
            cell("inside", &self.inside),
            cell("outside", &self.outside),
            cell("forwarded", &if self.forwarded { "yes" } else { "no" }),
        ]
    }
}

/// What goes by between an inside endpoint and a remote one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// UDP, TCP or ICMP.
    pub protocol: Protocol,
    /// The host inside and its port or identifier.
    pub inside: SocketAddrV4,
    /// The outside address and the port or identifier there.
    pub outside: SocketAddrV4,
    /// The remote endpoint; of ICMP the address alone, its port is 0.
    pub remote: SocketAddrV4,
    /// Which way the first packet went.
    pub begun: Direction,
    /// Where it is.
    pub state: State,
    /// Packets that went out.
    pub packets_out: u64,
    /// Packets that came in.
    pub packets_in: u64,
    /// When it ends unless something goes by.
    pub expires: Time,
    pub(super) connection: Option<Connection>,
}

impl Session {
    /// What names the session in a table.
    pub fn key(&self) -> String {
        format!("{} {} {}", self.protocol, self.outside, self.remote)
    }

    /// The session as a row of a table, but for what changes with each packet.
    pub fn cells(&self) -> Vec<Cell> {
        vec![
            cell("protocol", &self.protocol),
            cell("inside", &self.inside),
            cell("outside", &self.outside),
            cell("remote", &self.remote),
            cell("begun", &if self.begun == Direction::Out { "from inside" } else { "from outside" }),
            cell("state", &self.state),
        ]
    }
}

fn cell(name: &str, value: &dyn fmt::Display) -> Cell {
    Cell { name: name.to_owned(), value: value.to_string() }
}

/// A session by what is seen of it from outside: protocol, outside port, remote endpoint.
pub(super) type Key = (Protocol, u16, SocketAddrV4);

/// All mappings and sessions.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub(super) mappings: BTreeMap<(Protocol, u16), Mapping>,
    /// The outside port that an inside endpoint uses for whatever it begins.
    pub(super) ports: BTreeMap<(Protocol, SocketAddrV4), u16>,
    pub(super) sessions: BTreeMap<Key, Session>,
}

impl Table {
    /// The session between an inside endpoint and a remote one.
    pub(super) fn session_of(
        &self,
        protocol: Protocol,
        inside: SocketAddrV4,
        remote: SocketAddrV4,
    ) -> Option<Key> {
        let own = self.ports.get(&(protocol, inside)).copied();
        let is_session = |port: &u16| {
            let session = self.sessions.get(&(protocol, *port, remote));
            session.is_some_and(|session| session.inside == inside)
        };
        if let Some(port) = own.filter(is_session) {
            return Some((protocol, port, remote));
        }
        // Several ports may be forwarded to one endpoint.
        let forwards = self
            .mappings
            .values()
            .filter(|mapping| mapping.forwarded && mapping.protocol == protocol && mapping.inside == inside);
        let port = forwards.map(|mapping| mapping.outside.port()).find(is_session)?;
        Some((protocol, port, remote))
    }

    /// Whether a mapping lets a remote endpoint in with which it has no session yet.
    pub(super) fn lets_in(&self, mapping: &Mapping, remote: Ipv4Addr, filtering: Filtering) -> bool {
        if mapping.forwarded {
            return true;
        }
        match filtering {
            Filtering::EndpointIndependent => true,
            Filtering::AddressAndPortDependent => false,
            Filtering::AddressDependent => {
                let (protocol, port) = (mapping.protocol, mapping.outside.port());
                let any = |number| (protocol, port, SocketAddrV4::new(remote, number));
                self.sessions.range(any(0)..=any(u16::MAX)).next().is_some()
            }
        }
    }
}
