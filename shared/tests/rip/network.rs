//! Routers on links, in virtual time.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    net::{Ipv4Addr, SocketAddrV4},
};

use firsthop_protocol::{
    rip::{Config, Event, GROUP, Interface, RouteChange, Speaker},
    trace::Time,
};
use ipnet::Ipv4Net;

/// From sending to arriving.
const DELAY: u64 = 1000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Each router on it with the cost of its interface; the interface's index is the link's number.
    pub members: Vec<(usize, u32)>,
    pub carries: bool,
}

/// When, in which order, to which router, by which link, from whom, what.
type Arrival = (Time, u64, usize, u32, SocketAddrV4, Vec<u8>);

/// Routers, links, and what is on its way.
pub struct Network {
    pub now: Time,
    pub routers: Vec<Speaker>,
    pub links: Vec<Link>,
    /// What each router's machine would forward by.
    pub installed: Vec<BTreeMap<Ipv4Net, (Ipv4Addr, u32)>>,
    pub events: Vec<(Time, usize, Event)>,
    sent: u64,
    flying: BinaryHeap<Reverse<Arrival>>,
}

pub fn prefix(link: usize) -> Ipv4Net {
    format!("10.{link}.0.0/24").parse().unwrap()
}

pub fn address(router: usize, link: usize) -> Ipv4Addr {
    Ipv4Addr::new(10, u8::try_from(link).unwrap(), 0, u8::try_from(router + 1).unwrap())
}

impl Network {
    pub fn new(config: Config, routers: usize, links: &[Link]) -> Self {
        let mut network = Self {
            now: Time::ZERO,
            routers: (0..routers).map(|router| Speaker::new(config, router as u64)).collect(),
            links: links.to_vec(),
            installed: vec![BTreeMap::new(); routers],
            events: Vec::new(),
            sent: 0,
            flying: BinaryHeap::new(),
        };
        for (number, link) in links.iter().enumerate() {
            for (router, cost) in &link.members {
                network.interface_up(*router, number, *cost);
            }
        }
        network
    }

    pub fn interface_up(&mut self, router: usize, link: usize, cost: u32) {
        let index = u32::try_from(link).unwrap();
        let address = Ipv4Net::new(address(router, link), 24).unwrap();
        let interface = Interface { cost, ..Interface::new(index, address) };
        self.routers[router].interface_up(self.now, interface).unwrap();
        self.collect(router);
    }

    /// The link is cut and both ends notice.
    pub fn unplug(&mut self, link: usize) {
        self.links[link].carries = false;
        for (router, _) in self.links[link].members.clone() {
            self.routers[router].interface_down(self.now, u32::try_from(link).unwrap()).unwrap();
            self.collect(router);
        }
    }

    fn collect(&mut self, router: usize) {
        while let Some(event) = self.routers[router].poll_event() {
            self.events.push((self.now, router, event));
        }
        while let Some(change) = self.routers[router].poll_route_change() {
            let table = &mut self.installed[router];
            match change {
                RouteChange::Set { prefix, next_hop, interface, .. } => {
                    table.insert(prefix, (next_hop, interface));
                }
                RouteChange::Remove { prefix } => {
                    assert!(table.remove(&prefix).is_some(), "{prefix} was not installed");
                }
            }
        }
        while let Some(message) = self.routers[router].poll_transmit() {
            let link = &self.links[message.interface as usize];
            if !link.carries {
                continue;
            }
            for (other, _) in &link.members {
                let own = address(*other, message.interface as usize);
                // A multicast is heard by all others, what is for one by that one.
                if *other != router && (*message.to.ip() == GROUP || *message.to.ip() == own) {
                    self.sent += 1;
                    self.flying.push(Reverse((
                        self.now.plus(DELAY),
                        self.sent,
                        *other,
                        message.interface,
                        message.from,
                        message.bytes.clone(),
                    )));
                }
            }
        }
    }

    pub fn run(&mut self, micros: u64) {
        let end = self.now.plus(micros);
        loop {
            let timer = self.routers.iter().filter_map(Speaker::poll_timeout).min();
            let arrival = self.flying.peek().map(|Reverse(arrival)| arrival.0);
            let Some(next) = timer.into_iter().chain(arrival).min().filter(|next| *next <= end) else {
                break;
            };
            assert!(next >= self.now, "a timer of the past would never let the time go on");
            self.now = next;
            for router in 0..self.routers.len() {
                if self.routers[router].poll_timeout().is_some_and(|timer| timer <= self.now) {
                    self.routers[router].on_timeout(self.now);
                    self.collect(router);
                }
            }
            while self.flying.peek().is_some_and(|Reverse(arrival)| arrival.0 <= self.now) {
                let Reverse((_, _, router, link, from, bytes)) = self.flying.pop().unwrap();
                if self.links[link as usize].carries {
                    self.routers[router].on_datagram(self.now, link, from, &bytes);
                    self.collect(router);
                }
            }
        }
        self.now = end;
    }
}
