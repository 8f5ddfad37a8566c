//! What one can set.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use thiserror::Error;

use super::packet::INFINITY;

/// Whether a neighbour is told of the routes that go through it. RFC 2453 §3.4.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Horizon {
    /// It is told everything: two routers may then count to infinity together.
    None,
    /// Simple split horizon: routes are not announced where they came from.
    #[default]
    Split,
    /// Split horizon with poisoned reverse: they are announced there with metric 16.
    Poisoned,
}

/// Timers, in microseconds, and limits of a speaker. The default is the RFC's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// What neighbours are told of the routes that go through them.
    pub horizon: Horizon,
    /// Between regular updates: 30 s. RFC 2453 §3.8.
    pub update: u64,
    /// A regular update comes earlier or later by at most this: 5 s. RFC 2453 §3.8.
    pub jitter: u64,
    /// From the last announcement of a route to its end: 180 s. RFC 2453 §3.8.
    pub timeout: u64,
    /// From a route's end until it is forgotten: 120 s. RFC 2453 §3.8.
    pub garbage: u64,
    /// Whether changes are told at once. RFC 2453 §3.10.1; off, one sees why it should be on.
    pub triggered: bool,
    /// The least time from a triggered update to the next: 1 s. RFC 2453 §3.10.1.
    pub hold_min: u64,
    /// The greatest: 5 s.
    pub hold_max: u64,
    /// How many routes the table may have, so that no neighbour can fill the memory.
    pub max_routes: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            horizon: Horizon::default(),
            update: 30_000_000,
            jitter: 5_000_000,
            timeout: 180_000_000,
            garbage: 120_000_000,
            triggered: true,
            hold_min: 1_000_000,
            hold_max: 5_000_000,
            max_routes: 10_000,
        }
    }
}

/// An interface on which RIP is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interface {
    /// Its number, unique in this router.
    pub index: u32,
    /// Its own address with the prefix of its network: `10.0.0.1/24`.
    pub address: Ipv4Net,
    /// What a packet pays here: 1 to 15, usually 1. RFC 2453 §3.6.
    pub cost: u32,
    /// Whether it only listens: its neighbours are told nothing.
    pub passive: bool,
}

impl Interface {
    /// An interface of cost 1 that speaks.
    pub const fn new(index: u32, address: Ipv4Net) -> Self {
        Self { index, address, cost: 1, passive: false }
    }

    /// Whether an address is on the interface's network and not its own.
    pub(super) fn reaches(&self, address: Ipv4Addr) -> bool {
        self.address.contains(&address) && self.address.addr() != address
    }
}

/// Why a setting is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// A metric that no route may have.
    #[error("the metric {found} is not between 1 and {}", INFINITY - 1)]
    Metric {
        /// What was asked for.
        found: u32,
    },
    /// Two interfaces of one number.
    #[error("interface {index} is up already")]
    Taken {
        /// The number.
        index: u32,
    },
    /// No interface of this number is up.
    #[error("no interface {index} is up")]
    Unknown {
        /// The number.
        index: u32,
    },
    /// What is announced on the operator's word must not be an interface's network.
    #[error("{prefix} is the network of interface {index} and announced anyway")]
    Connected {
        /// The destination.
        prefix: Ipv4Net,
        /// The interface.
        index: u32,
    },
}
