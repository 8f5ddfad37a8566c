//! The routing database: one route for each destination. RFC 2453 §3.5.

use std::{collections::BTreeMap, fmt, net::Ipv4Addr};

use ipnet::Ipv4Net;

use super::packet::INFINITY;
use crate::trace::{Cell, Time};

/// Where a route comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The network of an interface.
    Connected,
    /// The operator's word.
    Static,
    /// A neighbour's announcement.
    Learned {
        /// The neighbour.
        from: Ipv4Addr,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connected => "connected",
            Self::Static => "static",
            Self::Learned { .. } => "rip",
        })
    }
}

/// A route of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The destination.
    pub prefix: Ipv4Net,
    /// 1 to 16.
    pub metric: u32,
    /// Marks routes that came from elsewhere. RFC 2453 §4.2.
    pub tag: u16,
    /// Where it comes from.
    pub origin: Origin,
    /// The interface it goes out of, if it is known.
    pub interface: Option<u32>,
    /// The next router; none for a network of one's own.
    pub next_hop: Option<Ipv4Addr>,
    /// When it ends unless it is announced again.
    pub timeout: Option<Time>,
    /// When it is forgotten; only a route that has ended has this.
    pub garbage: Option<Time>,
    /// The route change flag: the next triggered update tells of it. RFC 2453 §3.5.
    pub changed: bool,
}

impl Route {
    /// Whether packets can be sent by it.
    pub const fn is_reachable(&self) -> bool {
        self.metric < INFINITY
    }

    /// The route as a row of a table.
    pub fn cells(&self) -> Vec<Cell> {
        let cell = |name: &str, value: String| Cell { name: name.to_owned(), value };
        let show = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        let from = match self.origin {
            Origin::Learned { from } => Some(from.to_string()),
            Origin::Connected | Origin::Static => None,
        };
        vec![
            cell("prefix", self.prefix.to_string()),
            cell("metric", self.metric.to_string()),
            cell("next hop", show(self.next_hop.map(|address| address.to_string()))),
            cell("interface", show(self.interface.map(|index| index.to_string()))),
            cell("origin", self.origin.to_string()),
            cell("from", show(from)),
            cell("tag", self.tag.to_string()),
            cell("timeout", show(self.timeout.map(|time| time.to_string()))),
            cell("garbage collection", show(self.garbage.map(|time| time.to_string()))),
        ]
    }
}

/// What a change of the database means for the machine's routing table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteChange {
    /// Packets to `prefix` go to `next_hop` from now on.
    Set {
        /// The destination.
        prefix: Ipv4Net,
        /// The next router.
        next_hop: Ipv4Addr,
        /// The interface it is on.
        interface: u32,
        /// The metric.
        metric: u32,
    },
    /// No neighbour knows a way to `prefix` any more.
    Remove {
        /// The destination.
        prefix: Ipv4Net,
    },
}

/// The routes by destination.
#[derive(Debug, Default, Clone)]
pub(super) struct Table(pub(super) BTreeMap<Ipv4Net, Route>);

impl Table {
    /// The next instant at which a route's timer runs out.
    pub(super) fn deadline(&self) -> Option<Time> {
        self.0.values().flat_map(|route| [route.timeout, route.garbage]).flatten().min()
    }

    /// The destinations of which something holds.
    pub(super) fn matching(&self, holds: impl Fn(&Route) -> bool) -> Vec<Ipv4Net> {
        self.0.values().filter(|route| holds(route)).map(|route| route.prefix).collect()
    }
}

/// What the machine's own routing table holds of a route: only what neighbours taught and what can be reached.
pub(super) fn installed(route: Option<&Route>) -> Option<(Ipv4Addr, u32, u32)> {
    let route = route.filter(|route| route.is_reachable())?;
    let Origin::Learned { .. } = route.origin else { return None };
    Some((route.next_hop?, route.interface?, route.metric))
}
