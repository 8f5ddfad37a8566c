//! What one can set of a client, and what it gets.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::super::{
    message::{ClientId, Message},
    options::code,
};
use crate::{addr::Class, trace::Time};

/// Settings of a client; times in microseconds. The default of each is the RFC's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The card's MAC address.
    pub mac: [u8; 6],
    /// Another identifier than the MAC address, or none. RFC 2132 §9.14.
    pub client_id: Option<ClientId>,
    /// The client's name, told to servers: option 12.
    pub host_name: Option<String>,
    /// Whether it can only take broadcasts before it has an address. RFC 2131 §4.1.
    pub broadcast: bool,
    /// The lease time it asks for, in seconds.
    pub lease: Option<u32>,
    /// The first DHCPDISCOVER waits for this long, from the least to the most: 1 to 10 s. RFC 2131 §4.4.1.
    pub start_delay: (u64, u64),
    /// How long more offers are waited for after the first: 1 s. None left, the first is taken. RFC 2131 §4.4.1.
    pub collect: u64,
    /// How long ARP is given to find somebody else with the address; none does without. RFC 2131 §4.4.1: 1 s.
    pub check: Option<u64>,
    /// Until a first retransmission: 4 s. RFC 2131 §4.1.
    pub backoff_first: u64,
    /// The longest, after doubling: 64 s.
    pub backoff_last: u64,
    /// Each is earlier or later by at most this: 1 s.
    pub backoff_jitter: u64,
    /// How many DHCPREQUESTs are sent before all begins anew: 4, which takes 60 s. RFC 2131 §3.1.5.
    pub requests: u32,
}

impl Config {
    /// The RFC's client on a card.
    pub const fn new(mac: [u8; 6]) -> Self {
        Self {
            mac,
            client_id: None,
            host_name: None,
            broadcast: false,
            lease: None,
            start_delay: (1_000_000, 10_000_000),
            collect: 1_000_000,
            check: Some(1_000_000),
            backoff_first: 4_000_000,
            backoff_last: 64_000_000,
            backoff_jitter: 1_000_000,
            requests: 4,
        }
    }

    /// One that begins at once and takes the first offer, as `dhclient` and `udhcpc` do.
    pub fn prompt(mac: [u8; 6]) -> Self {
        Self { start_delay: (0, 0), collect: 0, ..Self::new(mac) }
    }
}

/// What a server gave a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// The address with the network's mask.
    pub address: Ipv4Net,
    /// Routers, the best first.
    pub routers: Vec<Ipv4Addr>,
    /// DNS servers.
    pub dns: Vec<Ipv4Addr>,
    /// The domain in which names are looked up.
    pub domain: Option<String>,
    /// Who gave it.
    pub server: Ipv4Addr,
    /// When it is renewed with that server; none if the lease never ends.
    pub t1: Option<Time>,
    /// When any server is asked.
    pub t2: Option<Time>,
    /// When it is over.
    pub until: Option<Time>,
}

impl Configuration {
    /// What an acknowledgement gives; none if it lacks address, server or time. `asked` is when the DHCPREQUEST went out,
    /// from which times count. RFC 2131 §4.4.1, §4.4.5.
    pub(super) fn of(message: &Message, asked: Time) -> Option<Self> {
        let (address, options) = (message.yiaddr, &message.options);
        let server = options.server_id()?;
        let seconds = options.lease_time().filter(|seconds| *seconds > 0)?;
        if address.is_unspecified()
            || address.is_broadcast()
            || address.is_multicast()
            || address.is_loopback()
        {
            return None;
        }
        let mask = options.address(code::SUBNET_MASK);
        let net = mask
            .and_then(|mask| Ipv4Net::with_netmask(address, mask).ok())
            .or_else(|| Ipv4Net::new(address, Class::of(address).default_prefix()?).ok())?;
        let at = |micros: u64| (seconds != u32::MAX).then(|| asked.plus(micros));
        let lease = u64::from(seconds) * 1_000_000;
        let told = |code| options.seconds(code).map(|seconds| u64::from(seconds) * 1_000_000);
        // Times out of order are not believed. RFC 2131 §4.4.5: T1 < T2 < the lease's.
        let t2 = told(code::REBINDING_TIME).filter(|t2| *t2 < lease).unwrap_or(lease - lease / 8);
        let t1 = told(code::RENEWAL_TIME).filter(|t1| *t1 < t2).unwrap_or((lease / 2).min(t2));
        Some(Self {
            address: net,
            routers: options.addresses(code::ROUTER),
            dns: options.addresses(code::DNS),
            domain: options.text(code::DOMAIN_NAME),
            server,
            t1: at(t1),
            t2: at(t2),
            until: at(lease),
        })
    }
}

/// What the client's machine is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Ask with ARP whether anybody has the address, from 0.0.0.0: [`Client::on_conflict`](super::Client::on_conflict)
    /// if somebody answers. RFC 2131 §4.4.1, RFC 5227.
    Check {
        /// The address.
        address: Ipv4Addr,
    },
    /// Give the interface this address, the default route, the DNS servers; tell ARP caches of it.
    Configure(Configuration),
    /// Take the address and all that came with it from the interface.
    Deconfigure {
        /// The address.
        address: Ipv4Addr,
    },
}
