//! Input processing: what arrives, who may say it, and what is believed. RFC 2453 §3.9.

use std::{fmt::Display, net::SocketAddrV4};

use ipnet::Ipv4Net;

use super::{
    config::Interface,
    event::Event,
    packet::{Command, Entry, INFINITY, Message, PORT},
    speaker::Speaker,
    table::{Origin, Route},
    text,
};
use crate::trace::Time;

impl Speaker {
    /// A datagram for port 520 arrived by an interface. `bytes` is the UDP payload.
    pub fn on_datagram(&mut self, now: Time, interface: u32, from: SocketAddrV4, bytes: &[u8]) {
        let Some(interface) = self.interfaces.get(&interface).copied() else { return };
        let ignored = if self.interfaces.values().any(|own| own.address.addr() == *from.ip()) {
            Some(text::OWN)
        } else {
            match Message::parse(bytes) {
                Err(error) => return self.ignore(&interface, from, text::MALFORMED, &[("error", &error)]),
                Ok(Message { version: 1, .. }) => Some(text::VERSION_1),
                Ok(message) if message.is_authenticated() => Some(text::AUTHENTICATED),
                Ok(message) => match message.command {
                    Command::Request => return self.on_request(&interface, from, message),
                    Command::Response => return self.on_response(now, &interface, from, &message),
                },
            }
        };
        if let Some(message) = ignored {
            self.ignore(&interface, from, message, &[]);
        }
    }

    /// RFC 2453 §3.9.1.
    fn on_request(&mut self, interface: &Interface, from: SocketAddrV4, mut message: Message) {
        // A router that only listens answers nobody but a program that looks for faults, and that has another port.
        if interface.passive && from.port() == PORT {
            return self.ignore(interface, from, text::SILENT, &[]);
        }
        if message.entries.is_empty() {
            return self.ignore(interface, from, text::NO_ENTRIES, &[]);
        }
        if message.asks_for_everything() {
            let note = text::ANSWER_ALL.text(&[("neighbour", from.ip())]);
            return self.answer_everything(interface, from, &note);
        }
        for entry in &mut message.entries {
            let route = entry.prefix().ok().and_then(|prefix| self.route(prefix));
            entry.metric = route.map_or(INFINITY, |route| route.metric);
        }
        let note = text::ANSWER_SOME.text(&[("neighbour", from.ip())]);
        self.send(interface, from, &Message::new(Command::Response, message.entries), note);
    }

    /// RFC 2453 §3.9.2.
    fn on_response(&mut self, now: Time, interface: &Interface, from: SocketAddrV4, message: &Message) {
        if from.port() != PORT {
            return self.ignore(interface, from, text::NOT_PORT, &[("port", &from.port())]);
        }
        if !interface.reaches(*from.ip()) {
            let network = interface.address.trunc();
            let args: &[(&str, &dyn Display)] = &[("neighbour", from.ip()), ("network", &network)];
            return self.ignore(interface, from, text::NOT_NEIGHBOUR, args);
        }
        let mut changed = false;
        for entry in &message.entries {
            match entry.check() {
                Ok(prefix) => changed |= self.on_entry(now, interface, from, prefix, entry),
                Err(error) => self.ignore(interface, from, text::ENTRY, &[("error", &error)]),
            }
        }
        if changed {
            self.trigger(now);
        }
    }

    /// One entry of a neighbour's Response; whether the table tells something else now.
    fn on_entry(
        &mut self,
        now: Time,
        interface: &Interface,
        from: SocketAddrV4,
        prefix: Ipv4Net,
        entry: &Entry,
    ) -> bool {
        let metric = entry.metric.saturating_add(interface.cost).min(INFINITY);
        let old = self.route(prefix).copied();
        let new = Route {
            prefix,
            metric,
            tag: entry.tag,
            origin: Origin::Learned { from: *from.ip() },
            interface: Some(interface.index),
            // RFC 2453 §4.4: a next hop that is not on this network is taken for the sender.
            next_hop: Some(if interface.reaches(entry.next_hop) { entry.next_hop } else { *from.ip() }),
            timeout: Some(now.plus(self.config.timeout)),
            garbage: None,
            changed: true,
        };
        let Some(old) = old else {
            if metric >= INFINITY {
                return false;
            }
            let limit = self.config.max_routes;
            if self.table.0.len() >= limit {
                let args: &[(&str, &dyn Display)] = &[("prefix", &prefix), ("limit", &limit)];
                self.ignore(interface, from, text::TABLE_FULL, args);
                return false;
            }
            let args: &[(&str, &dyn Display)] =
                &[("neighbour", from.ip()), ("announced", &entry.metric), ("cost", &interface.cost)];
            self.store(new, text::LEARNED.text(args), text::LEARNED.rfc);
            return true;
        };
        // What is one's own is known better than by hearsay.
        if old.is_reachable() && !matches!(old.origin, Origin::Learned { .. }) {
            return false;
        }
        let same = old.origin == new.origin && old.interface == new.interface;
        let args: &[(&str, &dyn Display)] = &[
            ("neighbour", from.ip()),
            ("announced", &entry.metric),
            ("before", &old.metric),
            ("metric", &metric),
        ];
        if same && metric >= INFINITY {
            // RFC 2453 §3.9.2: a deletion that is under way is not begun anew.
            if old.is_reachable() {
                let seconds = self.config.garbage / 1_000_000;
                let why = text::LOST.text(&[("neighbour", from.ip()), ("seconds", &seconds)]);
                self.end(now, prefix, why, text::LOST.rfc);
                return true;
            }
            return false;
        }
        let message = if metric < old.metric {
            text::BETTER
        } else if same && metric != old.metric {
            text::FOLLOWED
        } else if same && (old.tag, old.next_hop) != (new.tag, new.next_hop) {
            text::RETAGGED
        } else if same {
            let new = Route { changed: old.changed, ..new };
            self.store(new, text::REFRESHED.text(&[("neighbour", from.ip())]), text::REFRESHED.rfc);
            return false;
        } else if metric == old.metric && self.is_half_silent(now, &old) {
            text::AS_GOOD
        } else {
            return false;
        };
        self.store(new, message.text(args), message.rfc);
        true
    }

    /// Whether half of a route's timeout has passed: a route as good is then taken instead. RFC 2453 §3.9.2.
    fn is_half_silent(&self, now: Time, route: &Route) -> bool {
        route.timeout.is_some_and(|timeout| timeout.since(now) <= self.config.timeout / 2)
    }

    fn ignore(
        &mut self,
        interface: &Interface,
        from: SocketAddrV4,
        message: text::Message,
        args: &[(&str, &dyn Display)],
    ) {
        let (why, rfc) = (message.text(args), message.rfc);
        self.events.push_back(Event::Ignored { interface: interface.index, from, why, rfc });
    }
}
