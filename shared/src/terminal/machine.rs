//! What a command can see of its machine, and what it can change.

use std::{
    fmt::Debug,
    net::{Ipv4Addr, SocketAddrV4},
};

use ipnet::Ipv4Net;

use crate::{
    stack::{Interface, Output, Stack, neighbour, route::Route},
    tcp,
    trace::{Text, Time},
};

/// What an interface has carried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Frames received.
    pub rx_packets: u64,
    /// Their bytes.
    pub rx_bytes: u64,
    /// Frames sent.
    pub tx_packets: u64,
    /// Their bytes.
    pub tx_bytes: u64,
}

/// A line of the ARP cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// Whose.
    pub address: Ipv4Addr,
    /// The interface's number.
    pub interface: usize,
    /// How sure it is.
    pub state: neighbour::State,
    /// The MAC address, where it is known.
    pub mac: Option<[u8; 6]>,
}

impl Neighbour {
    /// The ARP cache of a stack.
    pub fn all(stack: &Stack) -> Vec<Self> {
        let entry = |(interface, address, entry): (usize, Ipv4Addr, &neighbour::Entry)| Self {
            address,
            interface,
            state: entry.state,
            mac: entry.mac,
        };
        stack.neighbours().iter().map(entry).collect()
    }

    /// Its MAC address, if it may be used.
    pub fn usable(&self) -> Option<[u8; 6]> {
        let valid = !matches!(self.state, neighbour::State::Incomplete | neighbour::State::Failed);
        self.mac.filter(|_| valid)
    }
}

/// A socket of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket {
    /// The state of a TCP socket; none for UDP.
    pub tcp: Option<tcp::State>,
    /// Bytes that its program has not read; of a listening socket the connections that were not accepted.
    pub recv_q: u32,
    /// Bytes that were not acknowledged; of a listening socket how many connections may wait.
    pub send_q: u32,
    /// Its own end; 0.0.0.0 for any address.
    pub local: SocketAddrV4,
    /// The other end, if there is one.
    pub remote: Option<SocketAddrV4>,
}

/// A machine, as its commands see it. The loopback interface is not among the interfaces: every machine has one.
pub trait Machine {
    /// Its name.
    fn hostname(&self) -> &str;
    /// What time it is.
    fn now(&self) -> Time;
    /// Its network cards, by number.
    fn interfaces(&self) -> &[Interface];
    /// What a card has carried.
    fn counters(&self, interface: usize) -> Counters;
    /// Its routing table.
    fn routes(&self) -> Vec<Route>;
    /// Its ARP cache.
    fn neighbours(&self) -> Vec<Neighbour>;
    /// Its sockets.
    fn sockets(&self) -> Vec<Socket>;
    /// The address of a name, as far as the machine knows it by itself (`/etc/hosts`).
    fn address_of(&self, name: &str) -> Option<Ipv4Addr>;
    /// The name of an address, likewise.
    fn name_of(&self, address: Ipv4Addr) -> Option<String>;
    /// All names that it knows.
    fn names(&self) -> Vec<String>;
}

/// What a command changes. Everything was checked; doing it cannot fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An interface's addresses, MTU or state.
    Interface {
        /// Its number.
        number: usize,
        /// How it is to be.
        to: Interface,
    },
    /// A new route.
    AddRoute(Route),
    /// Routes that go.
    RemoveRoutes(Vec<Route>),
    /// An ARP entry set by hand.
    SetNeighbour {
        /// The interface's number.
        interface: usize,
        /// Whose.
        address: Ipv4Addr,
        /// The MAC address.
        mac: [u8; 6],
    },
    /// ARP entries that go: the interface's number and the address.
    DeleteNeighbours(Vec<(usize, Ipv4Addr)>),
}

impl Change {
    /// Does it to a stack; `why` stands beside what it changes.
    pub fn apply(self, now: Time, stack: &mut Stack, why: &Text, out: &mut Vec<Output>) {
        match self {
            Self::Interface { number, to } => stack.set_interface(number, to, out),
            Self::AddRoute(route) => {
                stack.add_route(route, why, out);
            }
            Self::RemoveRoutes(routes) => {
                stack.remove_routes(|route| routes.contains(route), why, out);
            }
            Self::SetNeighbour { interface, address, mac } => {
                stack.neighbours_mut().set_permanent(now, (interface, address), mac, out);
            }
            Self::DeleteNeighbours(all) => {
                for (interface, address) in all {
                    stack.neighbours_mut().delete(interface, address, out);
                }
            }
        }
    }
}

/// The interface that has a name, and its number.
pub(super) fn card<'m>(machine: &'m dyn Machine, name: &str) -> Option<(usize, &'m Interface)> {
    machine.interfaces().iter().enumerate().find(|(_, card)| card.name == name)
}

/// The name of an interface.
pub(super) fn card_name(machine: &dyn Machine, number: usize) -> &str {
    machine.interfaces().get(number).map_or("?", |card| card.name.as_str())
}

/// The interface on whose network an address is.
pub(super) fn near(machine: &dyn Machine, address: Ipv4Addr) -> Option<usize> {
    let is_near = |card: &Interface| card.up && card.addresses.iter().any(|own| own.contains(&address));
    machine.interfaces().iter().position(is_near)
}

/// The addresses as the kernel keeps them: those that are the first of their network, then the others.
pub(super) fn ordered(card: &Interface) -> Vec<(Ipv4Net, bool)> {
    let secondary = |number: usize, own: &Ipv4Net| {
        card.addresses.iter().take(number).any(|before| before.trunc() == own.trunc())
    };
    let mut all: Vec<_> =
        card.addresses.iter().enumerate().map(|(number, own)| (*own, secondary(number, own))).collect();
    all.sort_by_key(|(_, secondary)| *secondary);
    all
}
