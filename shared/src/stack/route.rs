//! Which way a packet goes: the longest prefix that fits, then the lowest metric.

use std::{fmt, net::Ipv4Addr};

use ipnet::Ipv4Net;

use super::interface::Interface;
use crate::trace::Cell;

/// Who put a route into the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The kernel, for a network that an interface is on.
    Connected,
    /// Somebody by hand.
    Static,
    /// A lease (RFC 2132 §3.5).
    Dhcp,
    /// A neighbouring router (RFC 2453).
    Rip,
    /// A router that knew a shorter way (RFC 1122 §3.2.2.2).
    Redirect,
}

impl Origin {
    /// As `ip route` names it after `proto`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connected => "kernel",
            Self::Static => "static",
            Self::Dhcp => "dhcp",
            Self::Rip => "rip",
            Self::Redirect => "redirect",
        }
    }
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Where it leads; `0.0.0.0/0` is the default route.
    pub destination: Ipv4Net,
    /// The next router; none where the destination is on the interface's own network.
    pub via: Option<Ipv4Addr>,
    /// The interface's number.
    pub interface: usize,
    /// The lower, the better.
    pub metric: u32,
    /// The address that is sent from, if the route says.
    pub source: Option<Ipv4Addr>,
    /// Who put it there.
    pub origin: Origin,
}

impl Route {
    /// The route to the network that an interface's address is on.
    pub fn connected(address: Ipv4Net, interface: usize) -> Self {
        Self {
            destination: address.trunc(),
            via: None,
            interface,
            metric: 0,
            source: Some(address.addr()),
            origin: Origin::Connected,
        }
    }

    /// A route by way of a router.
    pub fn via(destination: Ipv4Net, via: Ipv4Addr, interface: usize) -> Self {
        let destination = destination.trunc();
        Self { destination, via: Some(via), interface, metric: 0, source: None, origin: Origin::Static }
    }

    /// The machine on the interface's network that gets a packet for `address`.
    pub fn next_hop(&self, address: Ipv4Addr) -> Ipv4Addr {
        self.via.unwrap_or(address)
    }

    /// What tells it from all other routes of a machine.
    pub fn key(&self, interfaces: &[Interface]) -> String {
        format!("{self} dev {} metric {}", name(interfaces, self.interface), self.metric)
    }

    /// The cells of a row, as `ip route` and `route -n` have them.
    pub fn cells(&self, interfaces: &[Interface]) -> Vec<Cell> {
        let cell = |name: &str, value: String| Cell { name: name.to_owned(), value };
        vec![
            cell("Destination", self.destination.to_string()),
            cell("Gateway", self.via.map_or_else(|| "0.0.0.0".to_owned(), |via| via.to_string())),
            cell("Interface", name(interfaces, self.interface).to_owned()),
            cell("Metric", self.metric.to_string()),
            cell("Proto", self.origin.name().to_owned()),
        ]
    }
}

fn name(interfaces: &[Interface], number: usize) -> &str {
    interfaces.get(number).map_or("?", |interface| interface.name.as_str())
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.destination.prefix_len() == 0 {
            write!(f, "default")?;
        } else {
            write!(f, "{}", self.destination)?;
        }
        self.via.map_or(Ok(()), |via| write!(f, " via {via}"))
    }
}

/// The table, in the order of lookup: longest prefix, lowest metric, first come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Routes(Vec<Route>);

impl Routes {
    /// Adds a route; one of the same destination, metric and way is not added twice. Says whether it is new.
    pub fn add(&mut self, route: Route) -> bool {
        let same = |known: &Route| {
            (known.destination, known.metric, known.via, known.interface)
                == (route.destination, route.metric, route.via, route.interface)
        };
        if self.0.iter().any(same) {
            return false;
        }
        let order = |route: &Route| (std::cmp::Reverse(route.destination.prefix_len()), route.metric);
        let place = self.0.partition_point(|known| order(known) <= order(&route));
        self.0.insert(place, route);
        true
    }

    /// Takes routes out, and gives them.
    pub fn remove(&mut self, mut which: impl FnMut(&Route) -> bool) -> Vec<Route> {
        self.0.extract_if(.., |route| which(route)).collect()
    }

    /// The way to an address.
    pub fn lookup(&self, address: Ipv4Addr) -> Option<&Route> {
        self.0.iter().find(|route| route.destination.contains(&address))
    }

    /// All routes, in the order of lookup.
    pub fn iter(&self) -> impl Iterator<Item = &Route> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(destination: &str, interface: usize, metric: u32) -> Route {
        let via = Ipv4Addr::new(10, 0, 0, 254);
        Route { metric, ..Route::via(destination.parse().unwrap(), via, interface) }
    }

    #[test]
    fn the_longest_prefix_wins_then_the_lowest_metric_then_the_first() {
        let mut routes = Routes::default();
        let all = [
            route("0.0.0.0/0", 0, 5),
            route("10.1.0.0/16", 1, 0),
            route("10.1.2.0/24", 2, 9),
            route("10.1.2.0/24", 3, 4),
            route("10.1.2.0/24", 4, 4),
            route("10.1.2.3/32", 5, 100),
        ];
        for route in all.iter().rev().chain(&all) {
            routes.add(route.clone());
        }
        let way = |address: &str| routes.lookup(address.parse().unwrap()).map(|route| route.interface);
        assert_eq!(way("10.1.2.3"), Some(5));
        assert_eq!(way("10.1.2.4"), Some(4), "the first of two that are equally good");
        assert_eq!(way("10.1.3.1"), Some(1));
        assert_eq!(way("192.0.2.1"), Some(0));
        assert_eq!(routes.iter().count(), all.len(), "none is there twice");
        routes.remove(|route| route.destination.prefix_len() == 0);
        assert_eq!(routes.lookup(Ipv4Addr::new(192, 0, 2, 1)), None);
    }
}
