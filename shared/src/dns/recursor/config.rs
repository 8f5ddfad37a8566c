//! What one can set.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::super::{
    draw::{Ids, Ports},
    name::Name,
};

/// A server of the root: where every search begins. RFC 9609.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootHint {
    /// Its name.
    pub name: Name,
    /// Its address.
    pub address: IpAddr,
}

/// A zone whose signatures are demanded, and the passphrase with which it signs: see [`sign`](super::super::sign).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// The zone.
    pub zone: Name,
    /// Its passphrase.
    pub key: String,
}

/// The settings of a recursive resolver. Times are in microseconds but for TTLs, which are in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecursorConfig {
    /// The servers of the root.
    pub roots: Vec<RootHint>,
    /// The port on which clients ask.
    pub port: u16,
    /// The port of the servers that are asked: 53 outside tests.
    pub upstream_port: u16,
    /// From which ports is asked.
    pub ports: Ports,
    /// With which IDs.
    pub ids: Ids,
    /// Whether a server is believed only about what is in the zone for which it was asked. RFC 5452 §6.
    pub bailiwick: bool,
    /// The zones that sign.
    pub anchors: Vec<Anchor>,
    /// Whether servers are asked at IPv6 addresses too.
    pub ipv6: bool,
    /// The UDP payload that EDNS announces, and the largest answer to clients.
    pub max_udp: u16,
    /// The longest TTL that is believed: a day.
    pub max_ttl: u32,
    /// The longest time that something is taken not to be there: 3 hours. RFC 2308 §5.
    pub max_negative_ttl: u32,
    /// For how long a failure is remembered: 5 s. RFC 9520 §3.2.
    pub failure_ttl: u32,
    /// How many rows the cache may have.
    pub max_entries: usize,
    /// How many questions may be under way.
    pub max_jobs: usize,
    /// How many messages may be sent for one question.
    pub max_work: u32,
    /// How deep questions for the addresses of servers may lead to more of them.
    pub max_depth: u32,
    /// How often a server is asked the same.
    pub max_tries: u32,
    /// How long an answer is waited for when nothing is known of the server: 0.8 s; doubled each time.
    pub initial_timeout: u64,
    /// How long at least.
    pub min_timeout: u64,
    /// How long at most.
    pub max_timeout: u64,
    /// How long a client's question may take: 10 s.
    pub patience: u64,
    /// How long a client's connection may be silent.
    pub idle: u64,
    /// How many such connections there may be.
    pub max_connections: usize,
}

impl RecursorConfig {
    /// The usual settings.
    pub const fn new(roots: Vec<RootHint>) -> Self {
        Self {
            roots,
            port: 53,
            upstream_port: 53,
            ports: Ports::Random,
            ids: Ids::Random,
            bailiwick: true,
            anchors: Vec::new(),
            ipv6: false,
            max_udp: 1232,
            max_ttl: 86_400,
            max_negative_ttl: 10_800,
            failure_ttl: 5,
            max_entries: 10_000,
            max_jobs: 1000,
            max_work: 64,
            max_depth: 6,
            max_tries: 3,
            initial_timeout: 800_000,
            min_timeout: 100_000,
            max_timeout: 3_000_000,
            patience: 10_000_000,
            idle: 10_000_000,
            max_connections: 100,
        }
    }
}
