//! A switch: it learns behind which port each MAC address is, and sends a frame only there (IEEE 802.1D §7).
//!
//! Not for: spanning trees. A loop of switches repeats a broadcast for ever, as it does in a rack without one.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
};

use super::{
    device::{Device, Outbox},
    scenario::SwitchSpec,
    text,
};
use crate::trace::{Cell, EventKind, TableChange, Text, Time};

type Mac = [u8; 6];

/// A switch and what it has learned.
#[derive(Debug)]
pub struct Switch {
    name: String,
    ports: usize,
    limit: usize,
    /// Microseconds.
    ageing: u64,
    table: BTreeMap<Mac, Entry>,
    /// The ports whose cables are cut.
    down: BTreeSet<usize>,
    /// When the oldest entry may be old enough to be forgotten.
    check: Option<Time>,
}

/// Where an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Behind which port, counted from 0.
    pub port: usize,
    /// When the last frame from it came.
    pub seen: Time,
}

/// Addresses for bridges themselves, which none sends on (IEEE 802.1D table 7-10).
fn is_reserved(mac: Mac) -> bool {
    matches!(mac, [0x01, 0x80, 0xc2, 0, 0, 0..=0x0f])
}

impl Switch {
    pub(super) fn new(spec: &SwitchSpec) -> Self {
        Self {
            name: spec.name.clone(),
            ports: spec.ports.into(),
            limit: spec.table as usize,
            ageing: spec.ageing_s.saturating_mul(1_000_000),
            table: BTreeMap::new(),
            down: BTreeSet::new(),
            check: None,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The MAC addresses that it knows, and where they are.
    pub fn table(&self) -> impl Iterator<Item = (Mac, Entry)> {
        self.table.iter().map(|(mac, entry)| (*mac, *entry))
    }

    fn learn(&mut self, now: Time, port: usize, mac: Mac, out: &mut Outbox) {
        let full = self.table.len() >= self.limit;
        let why = match self.table.get_mut(&mac) {
            Some(entry) => {
                entry.seen = now;
                if entry.port == port {
                    return;
                }
                let from = std::mem::replace(&mut entry.port, port);
                text::SWITCH_MOVED.with(&[("from", &(from + 1)), ("to", &(port + 1))])
            }
            None if full => {
                let text = text::SWITCH_FULL.with(&[("mac", &colons(mac)), ("limit", &self.limit)]);
                return out.note(&self.name, text);
            }
            None => {
                self.table.insert(mac, Entry { port, seen: now });
                self.check.get_or_insert(now.plus(self.ageing));
                text::SWITCH_LEARNED.with(&[("port", &(port + 1))])
            }
        };
        self.show(mac, Some(port), why, out);
    }

    fn show(&self, mac: Mac, port: Option<usize>, why: Text, out: &mut Outbox) {
        let row = port.map(|port| vec![cell("MAC", colons(mac)), cell("Port", port + 1)]);
        let (node, table, key) = (self.name.clone(), "mac".to_owned(), colons(mac));
        out.log(EventKind::Table(TableChange { node, table, key, row, why: Some(why) }));
    }

    /// Sends a frame out of every port but the one that it came in by.
    fn flood(&self, from: usize, bytes: &[u8], why: &Text, out: &mut Outbox) {
        for port in (0..self.ports).filter(|port| *port != from && !self.down.contains(port)) {
            out.frame(port, bytes.to_vec(), Some(why.clone()));
        }
    }

    /// Forgets what fits, and says why.
    fn forget(&mut self, fits: impl Fn(&Entry) -> bool, why: &Text, out: &mut Outbox) {
        let gone: Vec<Mac> =
            self.table.iter().filter(|(_, entry)| fits(entry)).map(|(mac, _)| *mac).collect();
        for mac in gone {
            self.table.remove(&mac);
            self.show(mac, None, why.clone(), out);
        }
    }
}

impl Device for Switch {
    fn refuses(&self, _port: usize, bytes: &[u8]) -> Option<Text> {
        (bytes.len() < 14).then(|| text::SWITCH_RUNT.text())
    }

    fn on_frame(&mut self, now: Time, port: usize, bytes: &[u8], out: &mut Outbox) {
        let (Some(to), Some(from)) = (mac_at(bytes, 0), mac_at(bytes, 6)) else { return };
        // What was on its way when the cable was cut says nothing about where its sender can be reached.
        if !is_group(from) && !self.down.contains(&port) {
            self.learn(now, port, from, out);
        }
        if is_reserved(to) {
            return out.note(&self.name, text::SWITCH_RESERVED.with(&[("mac", &colons(to))]));
        }
        if is_group(to) {
            let why = if to == [0xff; 6] { text::SWITCH_BROADCAST } else { text::SWITCH_MULTICAST };
            return self.flood(port, bytes, &why.text(), out);
        }
        match self.table.get(&to).map(|entry| entry.port) {
            None => {
                let why = text::SWITCH_UNKNOWN.with(&[("mac", &colons(to))]);
                self.flood(port, bytes, &why, out);
            }
            Some(there) if there == port => {
                let text = text::SWITCH_FILTERED.with(&[("mac", &colons(to)), ("port", &(port + 1))]);
                out.note(&self.name, text);
            }
            Some(there) => {
                let why = text::SWITCH_KNOWN.with(&[("mac", &colons(to)), ("port", &(there + 1))]);
                out.frame(there, bytes.to_vec(), Some(why));
            }
        }
    }

    fn on_timer(&mut self, now: Time, out: &mut Outbox) {
        if self.check.is_none_or(|check| check > now) {
            return;
        }
        let ageing = self.ageing;
        let why = text::SWITCH_AGED.with(&[("seconds", &(ageing / 1_000_000))]);
        self.forget(|entry| entry.seen.plus(ageing) <= now, &why, out);
        self.check = self.table.values().map(|entry| entry.seen.plus(ageing)).min();
    }

    fn next_timer(&self) -> Option<Time> {
        self.check
    }

    fn on_carrier(&mut self, _now: Time, port: usize, up: bool, out: &mut Outbox) {
        if up {
            self.down.remove(&port);
        } else {
            self.down.insert(port);
            let why = text::SWITCH_PORT_DOWN.with(&[("port", &(port + 1))]);
            self.forget(|entry| entry.port == port, &why, out);
        }
    }
}

fn mac_at(bytes: &[u8], offset: usize) -> Option<Mac> {
    bytes.get(offset..)?.first_chunk().copied()
}

/// Broadcast and multicast: the lowest bit of the first byte.
const fn is_group([first, ..]: Mac) -> bool {
    first & 1 == 1
}

fn colons(mac: Mac) -> String {
    mac.map(|byte| format!("{byte:02x}")).join(":")
}

fn cell(name: &str, value: impl Display) -> Cell {
    Cell { name: name.to_owned(), value: value.to_string() }
}
