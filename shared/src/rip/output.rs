//! Output processing: what each neighbour is told. RFC 2453 §3.10.

use std::net::{Ipv4Addr, SocketAddrV4};

use super::{
    config::{Horizon, Interface},
    packet::{Command, Entry, GROUP, INFINITY, MAX_ENTRIES, Message, PORT},
    speaker::{Speaker, Transmit},
    table::{Origin, Route},
};
use crate::trace::Text;

/// Far enough for an answer to whoever asked.
const TTL: u8 = 64;

impl Speaker {
    /// Tells all neighbours the table, or what has changed of it; whether there was anything to tell.
    pub(super) fn announce(&mut self, changed_only: bool, note: &Text) -> bool {
        let interfaces: Vec<_> =
            self.interfaces.values().filter(|interface| !interface.passive).copied().collect();
        let mut told = false;
        for interface in interfaces {
            let entries = self.entries(&interface, changed_only);
            told |= !entries.is_empty();
            self.respond(&interface, SocketAddrV4::new(GROUP, PORT), &entries, note);
        }
        // RFC 2453 §3.10.1: an update clears the flags, on all interfaces at once.
        for route in self.table.0.values_mut() {
            route.changed = false;
        }
        told
    }

    /// The whole table for whoever asked. RFC 2453 §3.9.1.
    pub(super) fn answer_everything(&mut self, interface: &Interface, to: SocketAddrV4, note: &Text) {
        let entries = self.entries(interface, false);
        self.respond(interface, to, &entries, note);
    }

    fn entries(&self, interface: &Interface, changed_only: bool) -> Vec<Entry> {
        let routes = self.table.0.values().filter(|route| route.changed || !changed_only);
        routes.filter_map(|route| self.entry(interface, route)).collect()
    }

    /// What one route looks like from one interface, if it is told there at all. RFC 2453 §3.10.2.
    fn entry(&self, interface: &Interface, route: &Route) -> Option<Entry> {
        let back = route.origin != Origin::Static && route.interface == Some(interface.index);
        let metric = match self.config.horizon {
            Horizon::Split if back => return None,
            Horizon::Poisoned if back => INFINITY,
            _ => route.metric,
        };
        // RFC 2453 §4.4: neighbours on the network of a route's next hop need not come through here. What a
        // neighbour itself announced is told without one.
        let next_hop = route
            .next_hop
            .filter(|hop| route.origin == Origin::Static && interface.reaches(*hop))
            .unwrap_or(Ipv4Addr::UNSPECIFIED);
        Some(Entry { tag: route.tag, next_hop, ..Entry::new(route.prefix, metric) })
    }

    fn respond(&mut self, interface: &Interface, to: SocketAddrV4, entries: &[Entry], note: &Text) {
        for entries in entries.chunks(MAX_ENTRIES) {
            let message = Message::new(Command::Response, entries.to_vec());
            self.send(interface, to, &message, note.clone());
        }
    }

    pub(super) fn send(&mut self, interface: &Interface, to: SocketAddrV4, message: &Message, note: Text) {
        self.out.push_back(Transmit {
            interface: interface.index,
            from: SocketAddrV4::new(interface.address.addr(), PORT),
            to,
            ttl: if *to.ip() == GROUP { 1 } else { TTL },
            bytes: message.to_bytes(),
            note,
        });
    }
}
