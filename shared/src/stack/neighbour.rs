//! The ARP cache (RFC 826, RFC 1122 §2.3.2): who has which MAC address, and how sure that is.
//!
//! The states are those of RFC 4861 §7.3.2, which Linux uses for ARP as well: an entry that was confirmed a while ago is
//! not forgotten but asked about once more, and only when it is used. What Linux leaves to RFC 826 stays as it is there:
//! whoever asks us is remembered, and an entry that is there believes any later packet about it. That is what makes ARP
//! spoofing work.

use std::{collections::BTreeMap, net::Ipv4Addr};

use super::{Output, text};
use crate::trace::{Cell, Message, Text, Time};

/// How long things take, in microseconds, and how often they are tried. The defaults are Linux's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// An entry is sure for so long after it was confirmed (`base_reachable_time`; the kernel varies it by half).
    pub reachable: u64,
    /// So long a used entry waits for a confirmation from above before it is asked about (`delay_first_probe_time`).
    pub delay: u64,
    /// Between two requests (`retrans_time`).
    pub retransmit: u64,
    /// Requests to everybody (`mcast_solicit`).
    pub broadcast_tries: u32,
    /// Requests to the neighbour alone, when an entry has grown old (`ucast_solicit`).
    pub unicast_tries: u32,
    /// After a change an entry believes nobody else for so long (`locktime`).
    pub lock: u64,
    /// Packets that wait for an answer, each neighbour (`unres_qlen`).
    pub waiting: usize,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            reachable: 30_000_000,
            delay: 5_000_000,
            retransmit: 1_000_000,
            broadcast_tries: 3,
            unicast_tries: 3,
            lock: 1_000_000,
            waiting: 100,
        }
    }
}

/// How sure an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Asked for, no answer yet.
    Incomplete,
    /// Confirmed a short while ago.
    Reachable,
    /// Confirmed long ago, or only overheard: good for use, and then asked about.
    Stale,
    /// Used since it was stale; a confirmation is waited for.
    Delay,
    /// Being asked about.
    Probe,
    /// No answer.
    Failed,
    /// Set by hand.
    Permanent,
}

impl State {
    /// As `ip neigh` writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Incomplete => "INCOMPLETE",
            Self::Reachable => "REACHABLE",
            Self::Stale => "STALE",
            Self::Delay => "DELAY",
            Self::Probe => "PROBE",
            Self::Failed => "FAILED",
            Self::Permanent => "PERMANENT",
        }
    }
}

/// What is known of a neighbour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// How sure it is.
    pub state: State,
    /// Its MAC address, if any was ever learned.
    pub mac: Option<[u8; 6]>,
    /// When it was last confirmed.
    pub confirmed: Time,
    /// When it was last used.
    pub used: Time,
    /// When its MAC address was last changed.
    pub updated: Time,
    /// Requests since it was last confirmed.
    pub tries: u32,
    /// When something is done about it next.
    pub timer: Option<Time>,
    /// What waits for it.
    pub(super) waiting: Vec<Waiting>,
}

/// A packet that waits for a MAC address, from its IPv4 header on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) packet: Vec<u8>,
    pub(super) note: Option<Text>,
    /// Whether it is another's, and a failure is to be told to its sender.
    pub(super) forwarded: bool,
}

/// What is to be done about a neighbour.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Todo {
    /// Ask everybody, or, with a MAC address, the neighbour alone.
    Ask { interface: usize, address: Ipv4Addr, mac: Option<[u8; 6]>, again: bool },
    /// Tell those who wait that there is nobody.
    Failed { interface: usize, address: Ipv4Addr, waiting: Vec<Waiting> },
}

/// Whether a packet can go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resolution {
    /// To this MAC address.
    Send([u8; 6]),
    /// Later; whether the neighbour has to be asked now.
    Wait { ask: bool },
    /// Never: too many wait already.
    Full(usize),
}

/// The cache of a machine: the entries of all its interfaces.
#[derive(Debug)]
pub struct Neighbours {
    timing: Timing,
    entries: BTreeMap<(usize, Ipv4Addr), Entry>,
}

impl Neighbours {
    pub(super) const fn new(timing: Timing) -> Self {
        Self { timing, entries: BTreeMap::new() }
    }

    /// All entries: the interface's number, the address, what is known.
    pub fn iter(&self) -> impl Iterator<Item = (usize, Ipv4Addr, &Entry)> {
        self.entries.iter().map(|((interface, address), entry)| (*interface, *address, entry))
    }

    /// What is known of a neighbour.
    pub fn get(&self, interface: usize, address: Ipv4Addr) -> Option<&Entry> {
        self.entries.get(&(interface, address))
    }

    /// Sets an entry by hand (`arp -s`, `ip neigh replace … nud permanent`).
    pub fn set_permanent(&mut self, now: Time, key: (usize, Ipv4Addr), mac: [u8; 6], out: &mut Vec<Output>) {
        let mut entry = self.entries.remove(&key).unwrap_or_else(|| Entry::new(now));
        entry.mac = Some(mac);
        entry.waiting.clear();
        self.entries.insert(key, entry);
        self.change(key, State::Permanent, None, &text::ARP_STATIC, out);
    }

    /// Forgets an entry (`arp -d`); says whether there was one.
    pub fn delete(&mut self, interface: usize, address: Ipv4Addr, out: &mut Vec<Output>) -> bool {
        let known = self.entries.remove(&(interface, address)).is_some();
        if known {
            out.push(gone(address, text::ARP_DELETED.text()));
        }
        known
    }

    /// Forgets everything that was learned on an interface (`ip neigh flush dev`).
    pub fn flush(&mut self, interface: usize, out: &mut Vec<Output>) {
        let learned =
            |key: &(usize, Ipv4Addr), entry: &Entry| key.0 == interface && entry.state != State::Permanent;
        let keys: Vec<_> =
            self.entries.iter().filter(|(key, entry)| learned(key, entry)).map(|(key, _)| *key).collect();
        for (interface, address) in keys {
            self.delete(interface, address, out);
        }
    }

    /// Something from above says that the neighbour answers: an ACK of ours came back, say (RFC 4861 §7.3.1).
    pub fn confirm(&mut self, now: Time, interface: usize, address: Ipv4Addr, out: &mut Vec<Output>) {
        let key = (interface, address);
        let Some(entry) = self.entries.get_mut(&key) else { return };
        entry.confirmed = now;
        if matches!(entry.state, State::Delay | State::Probe | State::Stale) {
            let timer = now.plus(self.timing.reachable);
            self.change(key, State::Reachable, Some(timer), &text::ARP_CONFIRMED, out);
        }
    }

    /// Where a packet for a neighbour goes; `waiting` is kept if it has to wait.
    pub(super) fn resolve(
        &mut self,
        now: Time,
        key: (usize, Ipv4Addr),
        waiting: impl FnOnce() -> Waiting,
        out: &mut Vec<Output>,
    ) -> Resolution {
        let entry = self.entries.entry(key).or_insert_with(|| Entry::new(now));
        entry.used = now;
        match (entry.state, entry.mac) {
            (State::Stale, Some(mac)) => {
                let timer = now.plus(self.timing.delay);
                self.change(key, State::Delay, Some(timer), &text::ARP_USED, out);
                Resolution::Send(mac)
            }
            (State::Reachable | State::Delay | State::Probe | State::Permanent, Some(mac)) => {
                Resolution::Send(mac)
            }
            (State::Incomplete, _) => {
                let count = entry.waiting.len();
                if count >= self.timing.waiting {
                    return Resolution::Full(count);
                }
                entry.waiting.push(waiting());
                Resolution::Wait { ask: false }
            }
            _ => {
                entry.waiting.push(waiting());
                entry.tries = 1;
                let timer = now.plus(self.timing.retransmit);
                self.change(key, State::Incomplete, Some(timer), &text::ARP_ASKED, out);
                Resolution::Wait { ask: true }
            }
        }
    }

    /// An ARP packet says that `mac` has an address: adds it if `create`, and gives what waited for it. `solicited` is an
    /// answer to us alone, which proves that the neighbour is there.
    pub(super) fn learn(
        &mut self,
        now: Time,
        key: (usize, Ipv4Addr),
        mac: [u8; 6],
        (create, solicited): (bool, bool),
        out: &mut Vec<Output>,
    ) -> Vec<Waiting> {
        if !create && !self.entries.contains_key(&key) {
            return Vec::new();
        }
        let lock = self.timing.lock;
        let entry = self.entries.entry(key).or_insert_with(|| Entry::new(now));
        let is_new = entry.mac.is_none();
        let changes = entry.mac != Some(mac);
        // An answer within the lock time after another is the slower of two: the first one stays.
        let locked = !is_new && now.since(entry.updated) < lock;
        if entry.state == State::Permanent || (changes && locked) {
            return Vec::new();
        }
        if changes {
            entry.mac = Some(mac);
            entry.updated = now;
        }
        let before = entry.state;
        let waiting = std::mem::take(&mut entry.waiting);
        if solicited {
            entry.confirmed = now;
            entry.tries = 0;
            let timer = now.plus(self.timing.reachable);
            let why = if changes && !is_new { &text::ARP_CHANGED } else { &text::ARP_LEARNED_REPLY };
            if let Some(entry) = self.entries.get_mut(&key) {
                entry.timer = Some(timer);
            }
            if changes || before != State::Reachable {
                self.change(key, State::Reachable, Some(timer), why, out);
            }
        } else if changes || matches!(before, State::Incomplete | State::Failed) {
            let why = if is_new { &text::ARP_LEARNED_REQUEST } else { &text::ARP_CHANGED };
            if waiting.is_empty() {
                self.change(key, State::Stale, None, why, out);
            } else {
                // What has waited is sent at once, and that is a use.
                self.change(key, State::Delay, Some(now.plus(self.timing.delay)), why, out);
            }
        }
        waiting
    }

    pub(super) fn next_timer(&self) -> Option<Time> {
        self.entries.values().filter_map(|entry| entry.timer).min()
    }

    /// What the time has brought.
    pub(super) fn on_timer(&mut self, now: Time, out: &mut Vec<Output>) -> Vec<Todo> {
        let due: Vec<_> = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.timer.is_some_and(|timer| timer <= now))
            .map(|(key, _)| *key)
            .collect();
        due.into_iter().filter_map(|key| self.expire(now, key, out)).collect()
    }

    fn expire(&mut self, now: Time, key: (usize, Ipv4Addr), out: &mut Vec<Output>) -> Option<Todo> {
        let timing = self.timing;
        let again = Some(now.plus(timing.retransmit));
        let (interface, address) = key;
        let entry = self.entries.get_mut(&key)?;
        match entry.state {
            State::Reachable if now < entry.confirmed.plus(timing.reachable) => {
                entry.timer = Some(entry.confirmed.plus(timing.reachable));
            }
            State::Reachable if now <= entry.used.plus(timing.delay) => {
                let timer = now.plus(timing.delay);
                self.change(key, State::Delay, Some(timer), &text::ARP_USED, out);
            }
            State::Reachable => self.change(key, State::Stale, None, &text::ARP_OLD, out),
            State::Delay if now <= entry.confirmed.plus(timing.delay) => {
                let timer = entry.confirmed.plus(timing.reachable);
                self.change(key, State::Reachable, Some(timer), &text::ARP_CONFIRMED, out);
            }
            State::Delay => {
                entry.tries = 1;
                let mac = entry.mac;
                self.change(key, State::Probe, again, &text::ARP_PROBED, out);
                return Some(Todo::Ask { interface, address, mac, again: false });
            }
            State::Probe if entry.tries < timing.unicast_tries => {
                entry.tries += 1;
                entry.timer = again;
                return Some(Todo::Ask { interface, address, mac: entry.mac, again: true });
            }
            State::Incomplete if entry.tries < timing.broadcast_tries => {
                entry.tries += 1;
                entry.timer = again;
                return Some(Todo::Ask { interface, address, mac: None, again: true });
            }
            State::Probe | State::Incomplete => {
                let waiting = std::mem::take(&mut entry.waiting);
                entry.mac = None;
                self.change(key, State::Failed, None, &text::ARP_FAILED, out);
                return Some(Todo::Failed { interface, address, waiting });
            }
            State::Stale | State::Failed | State::Permanent => entry.timer = None,
        }
        None
    }

    fn change(
        &mut self,
        key: (usize, Ipv4Addr),
        state: State,
        timer: Option<Time>,
        why: &Message,
        out: &mut Vec<Output>,
    ) {
        let Some(entry) = self.entries.get_mut(&key) else { return };
        entry.state = state;
        entry.timer = timer;
        let row = Some(entry.cells(key.1));
        out.push(Output::Table { table: "arp", key: key.1.to_string(), row, why: why.text() });
    }
}

fn gone(address: Ipv4Addr, why: Text) -> Output {
    Output::Table { table: "arp", key: address.to_string(), row: None, why }
}

impl Entry {
    const fn new(now: Time) -> Self {
        Self {
            state: State::Failed,
            mac: None,
            confirmed: Time::ZERO,
            used: now,
            updated: Time::ZERO,
            tries: 0,
            timer: None,
            waiting: Vec::new(),
        }
    }

    /// The cells of a row.
    pub fn cells(&self, address: Ipv4Addr) -> Vec<Cell> {
        let cell = |name: &str, value: String| Cell { name: name.to_owned(), value };
        vec![
            cell("Address", address.to_string()),
            cell("HWaddress", self.mac.map_or_else(|| "-".to_owned(), colons)),
            cell("State", self.state.name().to_owned()),
        ]
    }
}

/// A MAC address as Linux writes it.
pub fn colons(mac: [u8; 6]) -> String {
    mac.map(|byte| format!("{byte:02x}")).join(":")
}
