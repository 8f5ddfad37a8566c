//! One machine on a network, from the Ethernet frame to the packet for a socket: ARP, IPv4, fragments, ICMP, routes.
//!
//! A host and a router are the same machine; a router has [`Config::forwarding`] on, as on Linux. Frames and the time go
//! in; frames, packets for this machine and changes of tables come out ([`Output`]), and every table can be read at any
//! time. Not for: sockets and the programs behind them, nor for cables.
//!
//! ```
//! use firsthop_protocol::{stack::{Config, Interface, Outgoing, Output, Protocol, Stack}, trace::Time};
//!
//! let mut stack = Stack::new(Config::default());
//! stack.add_interface(Interface::new("eth0", [2, 0, 0, 0, 0, 1], ["10.0.0.1/24".parse()?]));
//! let mut out = Vec::new();
//! let packet = Outgoing::new("10.0.0.2".parse()?, Protocol::Udp, b"\x00\x07\x00\x07\x00\x08\x00\x00");
//! stack.send(Time::ZERO, &packet, &mut out)?;
//! // Nobody knows the neighbour yet: an ARP request goes first, to everybody.
//! assert!(matches!(&out[..], [Output::Table { .. }, Output::Frame { bytes, .. }] if bytes[..6] == [0xff; 6]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! * [`Stack`]: the machine. · [`Interface`]: where it is on a network. · [`Output`]: what it does.
//! * [`neighbour`]: ARP. · [`route`]: which way. · `input`, `forward`, `output`: IPv4. · `fragment`: in pieces and whole again.
//! * `igmp`: groups. · `icmp`: echo, errors and how often they may be sent. · [`text`]: every sentence that is said here.

mod ethernet;
mod forward;
mod fragment;
mod icmp;
mod igmp;
mod input;
mod interface;
pub mod neighbour;
mod output;
mod pmtu;
pub mod route;
pub mod text;

use std::net::Ipv4Addr;

pub use fragment::Incomplete;
pub use icmp::{ErrorKind, IcmpError};
pub use interface::Interface;
pub use output::{Fragments, Outgoing, SendError};
use route::{Route, Routes};
pub use smoltcp::wire::IpProtocol as Protocol;

use self::{fragment::Reassembly, icmp::Limits, igmp::Groups, neighbour::Neighbours, pmtu::PathMtus};
use crate::trace::{Cell, Text, Time};

/// How a machine works. The defaults are Linux's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Whether packets for others are sent on (`net.ipv4.ip_forward`).
    pub forwarding: bool,
    /// The time to live of what this machine sends (`net.ipv4.ip_default_ttl`).
    pub ttl: u8,
    /// Whether an echo request to a broadcast address is answered (`net.ipv4.icmp_echo_ignore_broadcasts`, inverted).
    pub answer_broadcast_echo: bool,
    /// Whether a router says that there is a shorter way (`net.ipv4.conf.all.send_redirects`).
    pub send_redirects: bool,
    /// Whether this machine believes it (`net.ipv4.conf.all.accept_redirects`).
    pub accept_redirects: bool,
    /// How ARP works.
    pub neighbours: neighbour::Timing,
    /// Microseconds that the pieces of a packet are kept (`net.ipv4.ipfrag_time`).
    pub reassembly_timeout: u64,
    /// Microseconds between two ICMP errors to the same address once a burst of six is used up
    /// (`net.ipv4.icmp_ratelimit`); 0 for no limit.
    pub icmp_interval: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            forwarding: false,
            ttl: 64,
            answer_broadcast_echo: false,
            send_redirects: true,
            accept_redirects: true,
            neighbours: neighbour::Timing::default(),
            reassembly_timeout: 30_000_000,
            icmp_interval: 1_000_000,
        }
    }
}

/// What a machine does when it is called, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Puts a frame on the network of an interface.
    Frame {
        /// The interface's number.
        interface: usize,
        /// From the destination MAC address to the last byte before the frame check sequence.
        bytes: Vec<u8>,
        /// Why.
        note: Option<Text>,
    },
    /// Has got a packet for itself.
    Received(Received),
    /// A row of one of its tables is new, different or, without a row, gone.
    Table {
        /// Which table: `arp`, `routes`, `interfaces`, `fragments`, `pmtu`, `groups`.
        table: &'static str,
        /// Which row of it.
        key: String,
        /// The row.
        row: Option<Vec<Cell>>,
        /// Why it changed.
        why: Text,
    },
    /// Says something: what was thrown away, and why.
    Note(Text),
}

/// A packet that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The interface that it came in by; `None` from this machine itself.
    pub interface: Option<usize>,
    /// From whom.
    pub src: Ipv4Addr,
    /// The address that it was sent to: ours, a broadcast or a multicast address.
    pub dst: Ipv4Addr,
    /// The hops that it had left.
    pub ttl: u8,
    /// Whether it came in pieces: then nobody has looked at more than the headers of each.
    pub pieces: bool,
    /// What it carries.
    pub payload: Payload,
    /// The packet from its IPv4 header on, for [`Stack::port_unreachable`].
    pub packet: Vec<u8>,
}

impl Received {
    /// What follows the IPv4 header: a segment, datagram or message from its own header on.
    pub fn data(&self) -> &[u8] {
        let header = self.packet.first().map_or(0, |first| usize::from(first & 0x0f) * 4);
        self.packet.get(header..).unwrap_or_default()
    }
}

/// What a packet carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// A segment, datagram or message of a protocol that is not handled here: [`Received::data`]. Its checksum was not
    /// looked at.
    Transport {
        /// Which.
        protocol: Protocol,
    },
    /// The answer to an echo request.
    EchoReply {
        /// As in the request.
        ident: u16,
        /// As in the request.
        seq: u16,
        /// As in the request.
        data: Vec<u8>,
    },
    /// Somebody could not deliver a packet of ours.
    Error(IcmpError),
}

/// A machine.
#[derive(Debug)]
pub struct Stack {
    config: Config,
    interfaces: Vec<Interface>,
    neighbours: Neighbours,
    routes: Routes,
    reassembly: Reassembly,
    path_mtus: PathMtus,
    limits: Limits,
    groups: Groups,
    /// The next identification.
    ident: u16,
}

impl Stack {
    /// A machine without an interface.
    pub fn new(config: Config) -> Self {
        Self {
            neighbours: Neighbours::new(config.neighbours),
            reassembly: Reassembly::new(config.reassembly_timeout),
            limits: Limits::new(config.icmp_interval),
            config,
            interfaces: Vec::new(),
            routes: Routes::default(),
            path_mtus: PathMtus::default(),
            groups: Groups::default(),
            ident: 1,
        }
    }

    /// Adds an interface, and a route to each network that it is on; says its number.
    pub fn add_interface(&mut self, interface: Interface) -> usize {
        let number = self.interfaces.len();
        self.interfaces.push(interface);
        self.connect_routes(number);
        number
    }

    /// Its interfaces, by number.
    pub fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// Gives an interface other addresses, or takes it down or up; what was learned there is forgotten when it goes down.
    pub fn set_interface(&mut self, number: usize, interface: Interface, out: &mut Vec<Output>) {
        let Some(known) = self.interfaces.get_mut(number) else { return };
        let went_down = known.up && !interface.up;
        let (key, row, why) = (interface.name.clone(), Some(interface.cells()), text::INTERFACE_SET.text());
        *known = interface;
        out.push(Output::Table { table: "interfaces", key, row, why });
        if went_down {
            self.neighbours.flush(number, out);
        }
        // Without its network no router there can be spoken to, either.
        let usable = |route: &Route, card: &Interface| {
            let next = route.via.unwrap_or_else(|| route.destination.addr());
            card.up && card.addresses.iter().any(|own| own.contains(&next))
        };
        let card = self.interfaces.get(number).cloned();
        let gone = |route: &Route| {
            route.interface == number
                && (route.origin == route::Origin::Connected
                    || !card.as_ref().is_some_and(|card| usable(route, card)))
        };
        self.remove_routes(gone, &text::ROUTE_LOST.text(), out);
        self.connect_routes(number);
        let connected =
            |route: &&Route| route.interface == number && route.origin == route::Origin::Connected;
        for route in self.routes.iter().filter(connected) {
            out.push(self.route_row(route, true, text::ROUTE_CONNECTED.text()));
        }
    }

    /// Adds a route; says whether it is new.
    pub fn add_route(&mut self, route: Route, why: &Text, out: &mut Vec<Output>) -> bool {
        let row = self.route_row(&route, true, why.clone());
        let new = self.routes.add(route);
        if new {
            out.push(row);
        }
        new
    }

    /// Takes routes out; says how many they were.
    pub fn remove_routes(
        &mut self,
        which: impl FnMut(&Route) -> bool,
        why: &Text,
        out: &mut Vec<Output>,
    ) -> usize {
        let gone = self.routes.remove(which);
        out.extend(gone.iter().map(|route| self.route_row(route, false, why.clone())));
        gone.len()
    }

    fn route_row(&self, route: &Route, there: bool, why: Text) -> Output {
        let (key, row) = (route.key(&self.interfaces), there.then(|| route.cells(&self.interfaces)));
        Output::Table { table: "routes", key, row, why }
    }

    /// The rows of what was there from the beginning: interfaces and routes.
    pub fn rows(&self, why: &Text) -> Vec<Output> {
        let interface = |card: &Interface| Output::Table {
            table: "interfaces",
            key: card.name.clone(),
            row: Some(card.cells()),
            why: why.clone(),
        };
        let routes = self.routes.iter().map(|route| self.route_row(route, true, why.clone()));
        self.interfaces.iter().map(interface).chain(routes).collect()
    }

    fn connect_routes(&mut self, number: usize) {
        let Some(interface) = self.interfaces.get(number).filter(|interface| interface.up) else { return };
        for address in &interface.addresses {
            if address.prefix_len() < 32 {
                self.routes.add(Route::connected(*address, number));
            }
        }
    }

    /// Its routing table.
    pub const fn routes(&self) -> &Routes {
        &self.routes
    }

    /// Its routing table, to be changed without a word.
    pub const fn routes_mut(&mut self) -> &mut Routes {
        &mut self.routes
    }

    /// Its ARP cache.
    pub const fn neighbours(&self) -> &Neighbours {
        &self.neighbours
    }

    /// Its ARP cache, to be changed by hand.
    pub const fn neighbours_mut(&mut self) -> &mut Neighbours {
        &mut self.neighbours
    }

    /// The largest packet that gets to an address as far as is known: bytes.
    pub fn path_mtu(&self, now: Time, to: Ipv4Addr) -> Option<u16> {
        self.path_mtus.get(now, to)
    }

    /// All that is known of such: the address, the largest packet in bytes, and since when.
    pub fn path_mtus(&self) -> impl Iterator<Item = (Ipv4Addr, u16, Time)> {
        self.path_mtus.iter()
    }

    /// Whether an address is one of this machine's.
    pub fn is_local(&self, address: Ipv4Addr) -> bool {
        address.is_loopback()
            || self.interfaces.iter().filter(|interface| interface.up).any(|interface| interface.has(address))
    }

    /// Whether it sends packets for others on.
    pub const fn forwards(&self) -> bool {
        self.config.forwarding
    }

    /// When [`Self::on_timer`] wants to be called next.
    pub fn next_timer(&self) -> Option<Time> {
        let timers = [self.neighbours.next_timer(), self.reassembly.next_timer(), self.groups.next_timer()];
        timers.into_iter().flatten().min()
    }

    /// The time has come.
    pub fn on_timer(&mut self, now: Time, out: &mut Vec<Output>) {
        self.neighbour_timers(now, out);
        self.reassembly_timers(now, out);
        self.group_timers(now, out);
    }
}

fn note(text: Text) -> Output {
    Output::Note(text)
}
