//! What one can set.

use std::net::{Ipv4Addr, SocketAddrV4};

use ipnet::Ipv4Net;
use thiserror::Error;

use super::table::Protocol;

/// Who may send to a mapped port. RFC 4787 §5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filtering {
    /// Anybody.
    EndpointIndependent,
    /// Any port of an address that was sent to.
    AddressDependent,
    /// Only the address and port that was sent to, as in Linux.
    #[default]
    AddressAndPortDependent,
}

/// What becomes of a packet to the outside address that is for nobody inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Refusal {
    /// The router itself gets it, and answers with RST or port unreachable, as Linux does without a firewall.
    #[default]
    Deliver,
    /// It is dropped without a word. RFC 4787 §5.
    Drop,
}

/// How long a session is kept when nothing goes by, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// UDP, no answer yet.
    pub udp: u64,
    /// UDP, answered.
    pub udp_replied: u64,
    /// An ICMP query.
    pub icmp: u64,
    /// SYN was seen.
    pub syn_sent: u64,
    /// SYN,ACK was seen.
    pub syn_received: u64,
    /// The handshake is done.
    pub established: u64,
    /// One side's FIN was seen.
    pub fin_wait: u64,
    /// And acknowledged.
    pub close_wait: u64,
    /// Both sides' FINs were seen.
    pub last_ack: u64,
    /// And acknowledged.
    pub time_wait: u64,
    /// RST was seen.
    pub close: u64,
}

const SECOND: u64 = 1_000_000;

impl Timeouts {
    /// Those of Linux's connection tracking.
    pub const LINUX: Self = Self {
        udp: 30 * SECOND,
        udp_replied: 120 * SECOND,
        icmp: 30 * SECOND,
        syn_sent: 120 * SECOND,
        syn_received: 60 * SECOND,
        established: 432_000 * SECOND,
        fin_wait: 120 * SECOND,
        close_wait: 60 * SECOND,
        last_ack: 30 * SECOND,
        time_wait: 120 * SECOND,
        close: 10 * SECOND,
    };

    /// Those that the RFCs ask for: 5 minutes for UDP (RFC 4787 §4.3), 60 s for ICMP (RFC 5508 §3.2), 2 h 4 min for
    /// connections and 4 minutes for those that open or close (RFC 5382 §5).
    pub const RFC: Self = Self {
        udp: 300 * SECOND,
        udp_replied: 300 * SECOND,
        icmp: 60 * SECOND,
        syn_sent: 240 * SECOND,
        syn_received: 240 * SECOND,
        established: 7440 * SECOND,
        fin_wait: 240 * SECOND,
        close_wait: 240 * SECOND,
        last_ack: 240 * SECOND,
        time_wait: 240 * SECOND,
        close: 240 * SECOND,
    };
}

/// A port of the outside address that leads inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forward {
    /// UDP or TCP.
    pub protocol: Protocol,
    /// The port seen from outside.
    pub port: u16,
    /// The host inside and its port.
    pub to: SocketAddrV4,
}

/// The settings of a translator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The one address that all inside hosts share.
    pub outside: Ipv4Addr,
    /// The networks whose packets are translated on their way out; none means all.
    pub inside: Vec<Ipv4Net>,
    /// Who may send to a mapped port.
    pub filtering: Filtering,
    /// What becomes of the rest.
    pub refusal: Refusal,
    /// Whether inside hosts reach each other by the outside address. RFC 4787 §6.
    pub hairpin: bool,
    /// Whether a TCP segment without SYN may begin a session, so that connections survive the router's restart, as in
    /// Linux.
    pub loose: bool,
    /// How long sessions are kept.
    pub timeouts: Timeouts,
    /// How many sessions there may be.
    pub max_sessions: usize,
    /// How many datagrams may be on their way in fragments.
    pub max_fragmented: usize,
}

impl Config {
    /// What Linux does with `masquerade`.
    pub const fn new(outside: Ipv4Addr) -> Self {
        Self {
            outside,
            inside: Vec::new(),
            filtering: Filtering::AddressAndPortDependent,
            refusal: Refusal::Deliver,
            hairpin: false,
            loose: true,
            timeouts: Timeouts::LINUX,
            max_sessions: 65_536,
            max_fragmented: 1024,
        }
    }
}

/// Why a setting is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// ICMP has no ports.
    #[error("only ports of UDP and TCP can be forwarded")]
    Protocol,
    /// Something has the port.
    #[error("port {port} is in use already")]
    Taken {
        /// The port.
        port: u16,
    },
    /// Nothing forwards this port.
    #[error("port {port} is not forwarded")]
    NotForwarded {
        /// The port.
        port: u16,
    },
    /// A forward that would lead to the router itself.
    #[error("{to} is the outside address itself; forward to a host inside")]
    ToOutside {
        /// Where it would lead.
        to: SocketAddrV4,
    },
}
