//! One router's RIP: its interfaces, its timers, its table.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Display,
    net::{Ipv4Addr, SocketAddrV4},
};

use ipnet::Ipv4Net;

use super::{
    config::{Config, ConfigError, Horizon, Interface},
    event::Event,
    packet::{Command, Entry, GROUP, INFINITY, Message, PORT},
    table::{Origin, Route, RouteChange, Table, installed},
    text,
};
use crate::{
    mix::mix,
    trace::{Text, Time},
};

/// A datagram to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transmit {
    /// The interface it goes out of.
    pub interface: u32,
    /// That interface's address, port 520.
    pub from: SocketAddrV4,
    /// 224.0.0.9, port 520, or who asked.
    pub to: SocketAddrV4,
    /// The time to live: 1 for the group, which no router may forward to.
    pub ttl: u8,
    /// The UDP payload.
    pub bytes: Vec<u8>,
    /// Why it is sent.
    pub note: Text,
}

/// One router's RIP.
///
/// Interfaces, datagrams and the time go in; datagrams, changes of the machine's routing table, the next deadline and
/// events come out. After each call take what there is from [`poll_transmit`](Self::poll_transmit),
/// [`poll_route_change`](Self::poll_route_change) and [`poll_event`](Self::poll_event), then wait until
/// [`poll_timeout`](Self::poll_timeout). The example of [the module](super) lets two of them talk.
#[derive(Debug, Clone)]
pub struct Speaker {
    pub(super) config: Config,
    key: u64,
    drawn: u64,
    pub(super) interfaces: BTreeMap<u32, Interface>,
    pub(super) table: Table,
    pub(super) next_update: Option<Time>,
    /// No triggered update before this instant. RFC 2453 §3.10.1.
    pub(super) hold_until: Time,
    /// Whether a triggered update waits for it.
    pub(super) pending: bool,
    pub(super) out: VecDeque<Transmit>,
    changes: VecDeque<RouteChange>,
    pub(super) events: VecDeque<Event>,
}

impl Speaker {
    /// A speaker without interfaces. `key` decides by how much each update is early or late; give each router another.
    pub fn new(config: Config, key: u64) -> Self {
        Self {
            config,
            key,
            drawn: 0,
            interfaces: BTreeMap::new(),
            table: Table::default(),
            next_update: None,
            hold_until: Time::ZERO,
            pending: false,
            out: VecDeque::new(),
            changes: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// The settings.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Tells neighbours more or less of the routes that go through them, from the next update on.
    pub const fn set_horizon(&mut self, horizon: Horizon) {
        self.config.horizon = horizon;
    }

    /// The interfaces that are up.
    pub fn interfaces(&self) -> impl Iterator<Item = &Interface> {
        self.interfaces.values()
    }

    /// The table as it is now, those routes too that have ended and are not forgotten yet.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        self.table.0.values()
    }

    /// The route to exactly this destination.
    pub fn route(&self, prefix: Ipv4Net) -> Option<&Route> {
        self.table.0.get(&prefix)
    }

    /// When the next regular update goes out.
    pub const fn next_update(&self) -> Option<Time> {
        self.next_update
    }

    /// When the triggered update that waits goes out, if one waits.
    pub const fn waiting_update(&self) -> Option<Time> {
        if self.pending { Some(self.hold_until) } else { None }
    }

    /// An interface comes up: its network is announced, its neighbours are asked for their tables.
    pub fn interface_up(&mut self, now: Time, interface: Interface) -> Result<(), ConfigError> {
        valid_metric(interface.cost)?;
        if self.interfaces.contains_key(&interface.index) {
            return Err(ConfigError::Taken { index: interface.index });
        }
        self.interfaces.insert(interface.index, interface);
        if self.next_update.is_none() {
            // Nothing is said before the first update, so that interfaces that come up together are announced together.
            self.hold_until = now.plus(self.random(self.config.hold_min, self.config.hold_max));
            self.next_update = Some(self.hold_until);
        }
        self.connect(interface);
        if !interface.passive {
            let message = Message::new(Command::Request, vec![Entry::WHOLE_TABLE]);
            self.send(&interface, SocketAddrV4::new(GROUP, PORT), &message, text::ASK.text(&[]));
        }
        self.trigger(now);
        Ok(())
    }

    /// An interface goes down: its network and what was learned by it cannot be reached any more.
    pub fn interface_down(&mut self, now: Time, index: u32) -> Result<(), ConfigError> {
        if self.interfaces.remove(&index).is_none() {
            return Err(ConfigError::Unknown { index });
        }
        // What the operator said stays said.
        let gone = self.table.matching(|route| {
            route.interface == Some(index) && route.is_reachable() && route.origin != Origin::Static
        });
        for prefix in gone {
            let other = self.interfaces.values().find(|other| other.address.trunc() == prefix).copied();
            match other {
                Some(other) => self.connect(other),
                None => self.end(now, prefix, text::INTERFACE_DOWN.text(&[]), text::INTERFACE_DOWN.rfc),
            }
        }
        if self.interfaces.is_empty() {
            self.next_update = None;
            self.pending = false;
        } else {
            self.trigger(now);
        }
        Ok(())
    }

    /// Announces a destination on the operator's word: a default route, or one of another protocol, marked by `tag`.
    /// `next_hop` is told to neighbours on the same network as it. RFC 2453 §4.2, §4.4.
    pub fn originate(
        &mut self,
        now: Time,
        prefix: Ipv4Net,
        metric: u32,
        tag: u16,
        next_hop: Option<Ipv4Addr>,
    ) -> Result<(), ConfigError> {
        valid_metric(metric)?;
        let prefix = prefix.trunc();
        if let Some(interface) = self.interfaces.values().find(|other| other.address.trunc() == prefix) {
            return Err(ConfigError::Connected { prefix, index: interface.index });
        }
        let through = next_hop.and_then(|hop| self.interfaces.values().find(|other| other.reaches(hop)));
        let interface = through.map(|interface| interface.index);
        let route = Route { metric, tag, next_hop, interface, ..own(prefix, Origin::Static) };
        self.store(route, text::ORIGINATED.text(&[]), text::ORIGINATED.rfc);
        self.trigger(now);
        Ok(())
    }

    /// Takes back what [`originate`](Self::originate) announced; nothing happens if it did not.
    pub fn withdraw(&mut self, now: Time, prefix: Ipv4Net) {
        let prefix = prefix.trunc();
        if self.route(prefix).is_some_and(|route| route.origin == Origin::Static && route.is_reachable()) {
            self.end(now, prefix, text::WITHDRAWN.text(&[]), text::WITHDRAWN.rfc);
            self.trigger(now);
        }
    }

    /// The next datagram to be sent, if there is one. Ask again until there is none.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.out.pop_front()
    }

    /// What is to be changed in the machine's routing table, in order.
    pub fn poll_route_change(&mut self) -> Option<RouteChange> {
        self.changes.pop_front()
    }

    /// The next event, if there is one.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When [`on_timeout`](Self::on_timeout) is to be called next.
    pub fn poll_timeout(&self) -> Option<Time> {
        [self.next_update, self.waiting_update(), self.table.deadline()].into_iter().flatten().min()
    }

    /// Does whatever is due at `now`. RFC 2453 §3.8.
    pub fn on_timeout(&mut self, now: Time) {
        let due = |timer: Option<Time>| timer.is_some_and(|timer| timer <= now);
        for prefix in self.table.matching(|route| due(route.garbage)) {
            self.table.0.remove(&prefix);
            let why = text::FORGOTTEN.text(&[("seconds", &(self.config.garbage / 1_000_000))]);
            self.events.push_back(Event::Route { prefix, route: None, why, rfc: text::FORGOTTEN.rfc });
        }
        let ended = self.table.matching(|route| due(route.timeout));
        for prefix in &ended {
            let why = text::TIMED_OUT.text(&[("seconds", &(self.config.timeout / 1_000_000))]);
            self.end(now, *prefix, why, text::TIMED_OUT.rfc);
        }
        if due(self.next_update) {
            self.update(now);
        } else if !ended.is_empty() {
            self.trigger(now);
        }
        self.flush(now);
    }

    /// The regular update. RFC 2453 §3.8.
    fn update(&mut self, now: Time) {
        let why = text::REGULAR.text(&[("seconds", &(self.config.update / 1_000_000))]);
        self.announce(false, &why);
        self.pending = false;
        let Config { update, jitter, .. } = self.config;
        let earliest = update.saturating_sub(jitter).max(1);
        self.next_update = Some(now.plus(self.random(earliest, update.saturating_add(jitter))));
    }

    /// Something has changed: an update is due, at once or when the hold-down is over. RFC 2453 §3.10.1.
    pub(super) fn trigger(&mut self, now: Time) {
        if !self.config.triggered || self.pending {
            return;
        }
        if now < self.hold_until && self.next_update.is_some_and(|update| update <= self.hold_until) {
            return self.timer(text::TRIGGER_DROPPED, &[]);
        }
        self.pending = true;
        if now < self.hold_until {
            let millis = self.hold_until.since(now).div_ceil(1000);
            return self.timer(text::TRIGGER_WAITS, &[("millis", &millis)]);
        }
        self.flush(now);
    }

    /// Sends the triggered update that waits, if its time has come.
    fn flush(&mut self, now: Time) {
        if !self.pending || now < self.hold_until {
            return;
        }
        self.pending = false;
        if self.announce(true, &text::TRIGGERED.text(&[])) {
            self.hold_until = now.plus(self.random(self.config.hold_min, self.config.hold_max));
        }
    }

    fn timer(&mut self, message: text::Message, args: &[(&str, &dyn Display)]) {
        self.events.push_back(Event::Timer { why: message.text(args), rfc: message.rfc });
    }

    /// An interface's own network, unless another one's is the same and cheaper.
    fn connect(&mut self, interface: Interface) {
        let prefix = interface.address.trunc();
        let cheaper = |route: &Route| route.origin == Origin::Connected && route.metric <= interface.cost;
        if self.route(prefix).is_some_and(|route| cheaper(route) && route.interface != Some(interface.index))
        {
            // It may be the one of an interface that is not up any more.
            let up = self.route(prefix).and_then(|route| route.interface);
            if up.is_some_and(|index| self.interfaces.contains_key(&index)) {
                return;
            }
        }
        let route = Route {
            metric: interface.cost,
            interface: Some(interface.index),
            ..own(prefix, Origin::Connected)
        };
        self.store(route, text::CONNECTED.text(&[("metric", &interface.cost)]), text::CONNECTED.rfc);
    }

    /// A route ends: metric 16, and the neighbours are told until it is forgotten. RFC 2453 §3.8.
    pub(super) fn end(&mut self, now: Time, prefix: Ipv4Net, why: Text, rfc: &'static str) {
        let Some(route) = self.route(prefix) else { return };
        let garbage = Some(now.plus(self.config.garbage));
        let route = Route { metric: INFINITY, timeout: None, garbage, changed: true, ..*route };
        self.store(route, why, rfc);
    }

    /// Puts a route in the table, tells of it, and tells the machine if packets go another way now.
    pub(super) fn store(&mut self, route: Route, why: Text, rfc: &'static str) {
        let prefix = route.prefix;
        let before = installed(self.table.0.get(&prefix));
        let after = installed(Some(&route));
        self.table.0.insert(prefix, route);
        match after {
            Some((next_hop, interface, metric)) if after != before => {
                self.changes.push_back(RouteChange::Set { prefix, next_hop, interface, metric });
            }
            None if before.is_some() => self.changes.push_back(RouteChange::Remove { prefix }),
            _ => {}
        }
        self.events.push_back(Event::Route { prefix, route: Some(route), why, rfc });
    }

    /// A number from `from` to `to`, both included: the next one that the key gives.
    fn random(&mut self, from: u64, to: u64) -> u64 {
        self.drawn = self.drawn.wrapping_add(1);
        let mixed = mix(mix(self.key).wrapping_add(self.drawn));
        match to.checked_sub(from).and_then(|span| span.checked_add(1)) {
            Some(span) => from + mixed % span,
            None => from,
        }
    }
}

/// A route of one's own, whose timers never run.
fn own(prefix: Ipv4Net, origin: Origin) -> Route {
    Route {
        prefix,
        metric: 1,
        tag: 0,
        origin,
        interface: None,
        next_hop: None,
        timeout: None,
        garbage: None,
        changed: true,
    }
}

fn valid_metric(found: u32) -> Result<(), ConfigError> {
    if (1..INFINITY).contains(&found) { Ok(()) } else { Err(ConfigError::Metric { found }) }
}
