//! What one can set of a server.

use std::{collections::BTreeMap, net::Ipv4Addr};

use ipnet::Ipv4Net;
use thiserror::Error;

/// A network whose clients get addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    /// The network: `192.168.1.0/24`.
    pub network: Ipv4Net,
    /// The first and the last address that anybody may get.
    pub pool: (Ipv4Addr, Ipv4Addr),
    /// Routers, the best first: option 3.
    pub routers: Vec<Ipv4Addr>,
    /// DNS servers: option 6.
    pub dns: Vec<Ipv4Addr>,
    /// The domain in which names are looked up: option 15.
    pub domain: Option<String>,
    /// Addresses kept for MAC addresses, inside the pool or not.
    pub reservations: BTreeMap<[u8; 6], Ipv4Addr>,
}

impl Subnet {
    /// A network with a pool and nothing else to tell.
    pub const fn new(network: Ipv4Net, first: Ipv4Addr, last: Ipv4Addr) -> Self {
        Self {
            network,
            pool: (first, last),
            routers: Vec::new(),
            dns: Vec::new(),
            domain: None,
            reservations: BTreeMap::new(),
        }
    }

    /// Whether a client may have it: of this network, and neither its own address nor its broadcast's.
    pub(super) fn has(&self, address: Ipv4Addr) -> bool {
        let host = self.network.prefix_len() >= 31
            || (address != self.network.network() && address != self.network.broadcast());
        self.network.contains(&address) && host
    }

    fn check(&self) -> Result<(), ConfigError> {
        let network = self.network;
        let (first, last) = self.pool;
        if first > last {
            return Err(ConfigError::Backwards { first, last });
        }
        let mut addresses = [first, last].into_iter().chain(self.reservations.values().copied());
        if let Some(address) = addresses.find(|address| !self.has(*address)) {
            return Err(ConfigError::Outside { address, network });
        }
        let mut taken: Vec<_> = self.reservations.values().collect();
        taken.sort();
        if let Some(address) = taken.windows(2).find_map(|pair| match pair {
            [a, b] if a == b => Some(**a),
            _ => None,
        }) {
            return Err(ConfigError::Twice { address });
        }
        let many = self.routers.len().max(self.dns.len());
        if many > 8 {
            return Err(ConfigError::TooMany { found: many });
        }
        match &self.domain {
            Some(domain) if domain.is_empty() || domain.len() > 253 => {
                Err(ConfigError::Domain { found: domain.len() })
            }
            _ => Ok(()),
        }
    }
}

/// Settings of a server. Times are in microseconds but for lease times, which are in seconds as in messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The networks.
    pub subnets: Vec<Subnet>,
    /// How long an address is given for, in seconds, if the client does not say: one hour.
    pub lease: u32,
    /// The longest that a client gets, in seconds: one day.
    pub max_lease: u32,
    /// How long an offered address is kept for the client: 60 s. RFC 2131 §4.3.1 leaves it open.
    pub offer_hold: u64,
    /// How long an address that a client declined is given to nobody: 10 minutes.
    pub decline_hold: u64,
    /// How long the address is probed before it is offered; none offers at once. RFC 2131 §2.2, §4.3.1.
    pub probe: Option<u64>,
    /// Whether this server alone knows the network, so that it refuses clients that it does not know.
    /// Otherwise it says nothing to them, so that servers can live side by side. RFC 2131 §4.3.2.
    pub authoritative: bool,
    /// How many leases are kept at most.
    pub max_leases: usize,
}

impl Config {
    /// Settings for these networks.
    pub const fn new(subnets: Vec<Subnet>) -> Self {
        Self {
            subnets,
            lease: 3600,
            max_lease: 86_400,
            offer_hold: 60_000_000,
            decline_hold: 600_000_000,
            probe: None,
            authoritative: false,
            max_leases: 10_000,
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.lease == 0 || self.max_lease == 0 {
            return Err(ConfigError::NoTime);
        }
        self.subnets.iter().try_for_each(Subnet::check)?;
        for (index, one) in self.subnets.iter().enumerate() {
            for other in self.subnets.iter().skip(index + 1) {
                if one.network.contains(&other.network) || other.network.contains(&one.network) {
                    return Err(ConfigError::Overlap { one: one.network, other: other.network });
                }
            }
        }
        Ok(())
    }
}

/// Why a setting is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// A pool that ends before it begins.
    #[error("the pool's first address {first} comes after its last {last}")]
    Backwards {
        /// The first.
        first: Ipv4Addr,
        /// The last.
        last: Ipv4Addr,
    },
    /// An address that no host of the network can have.
    #[error("{address} is not an address for a host of {network}")]
    Outside {
        /// The address.
        address: Ipv4Addr,
        /// The network.
        network: Ipv4Net,
    },
    /// One address for two clients.
    #[error("{address} is reserved twice")]
    Twice {
        /// The address.
        address: Ipv4Addr,
    },
    /// Two networks that share addresses.
    #[error("the networks {one} and {other} overlap")]
    Overlap {
        /// One.
        one: Ipv4Net,
        /// The other.
        other: Ipv4Net,
    },
    /// More than fits in every message.
    #[error("{found} routers or DNS servers are too many: at most 8")]
    TooMany {
        /// How many.
        found: usize,
    },
    /// A name that DNS cannot have.
    #[error("a domain name has 1 to 253 octets, not {found}")]
    Domain {
        /// Its length.
        found: usize,
    },
    /// A lease of no time.
    #[error("a lease time of 0 s is no lease")]
    NoTime,
    /// Two interfaces of one number.
    #[error("interface {index} is up already")]
    Taken {
        /// The number.
        index: u32,
    },
}
