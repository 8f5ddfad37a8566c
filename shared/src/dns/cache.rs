//! What a resolver remembers, for how long, and how far it is believed. RFC 1034 §5.3.3, RFC 2181 §5.4.1, RFC 2308.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    fmt::Display,
    net::IpAddr,
};

use super::{
    event::{Event, cell},
    kind::Kind,
    name::Name,
    record::{Data, Record},
    text,
};
use crate::trace::{Cell, Cited, Time};

const SECOND: u64 = 1_000_000;

/// How far something is believed: what ranks lower does not replace it. RFC 2181 §5.4.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// From the additional section: glue. It leads to servers and is no answer.
    Additional,
    /// The NS records of a referral.
    Referral,
    /// From the authority section of an authoritative answer.
    Authority,
    /// From an answer, but not the server's own data.
    Answer,
    /// From an authoritative answer.
    Authoritative,
}

impl Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Additional => "additional",
            Self::Referral => "referral",
            Self::Authority => "authority",
            Self::Answer => "answer",
            Self::Authoritative => "authoritative answer",
        })
    }
}

/// What is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// The set of records.
    Records(Vec<Data>),
    /// The name does not exist; the SOA record said so. RFC 2308 §5.
    NxDomain(Option<Record>),
    /// The name has no record of this type. RFC 2308 §5.
    NoData(Option<Record>),
    /// Nobody could answer; soon it will be tried again. RFC 9520 §3.2.
    Failed,
}

impl Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Records(data) => {
                let data: Vec<_> = data.iter().map(Data::to_string).collect();
                f.write_str(&data.join(", "))
            }
            Self::NxDomain(_) => f.write_str("NXDOMAIN"),
            Self::NoData(_) => f.write_str("NODATA"),
            Self::Failed => f.write_str("SERVFAIL"),
        }
    }
}

/// A row of the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub name: Name,
    /// Of which type; none for NXDOMAIN, which is about all.
    pub kind: Option<Kind>,
    /// What.
    pub known: Known,
    /// How far it is believed.
    pub rank: Rank,
    /// Whether its signature was found right.
    pub secure: bool,
    /// The TTL that came with it, limited, in seconds.
    pub ttl: u32,
    /// When it is forgotten.
    pub expires: Time,
    /// Which server said it; none if the resolver itself found that nobody can.
    pub from: Option<IpAddr>,
}

impl Entry {
    /// How many seconds are left: what an answer says.
    pub const fn remaining(&self, now: Time) -> u32 {
        (self.expires.since(now) / SECOND) as u32
    }

    /// The set as records with what is left of their TTL.
    pub fn records(&self, now: Time) -> Vec<Record> {
        let Known::Records(data) = &self.known else { return Vec::new() };
        let ttl = self.remaining(now);
        data.iter().map(|data| Record::new(self.name.clone(), ttl, data.clone())).collect()
    }

    fn key(&self) -> String {
        match self.kind {
            Some(kind) => format!("{} {kind}", self.name),
            None => format!("{} *", self.name),
        }
    }

    /// The entry as a row of a table.
    pub fn cells(&self) -> Vec<Cell> {
        let from = self.from.map_or_else(|| "-".to_owned(), |from| from.to_string());
        let kind = self.kind.map_or_else(|| "*".to_owned(), |kind| kind.to_string());
        vec![
            cell("name", &self.name),
            cell("type", &kind),
            cell("data", &self.known),
            cell("ttl", &self.ttl),
            cell("expires", &self.expires),
            cell("rank", &self.rank),
            cell("secure", &if self.secure { "yes" } else { "no" }),
            cell("from", &from),
        ]
    }
}

type Key = (Name, Option<Kind>);

/// The cache.
#[derive(Debug, Clone, Default)]
pub(super) struct Cache {
    entries: BTreeMap<Key, Entry>,
    by_expiry: BTreeSet<(Time, Key)>,
    max: usize,
    pub(super) events: Vec<Event>,
}

const TABLE: &str = "dns-cache";

impl Cache {
    pub(super) fn new(max: usize) -> Self {
        Self { max, ..Self::default() }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// What is known now of a name and type.
    pub(super) fn get(&self, now: Time, name: &Name, kind: Option<Kind>) -> Option<&Entry> {
        self.entries.get(&(name.clone(), kind)).filter(|entry| entry.expires > now)
    }

    /// Remembers something unless something better is known; whether it does.
    pub(super) fn insert(&mut self, now: Time, entry: Entry, message: Cited) -> bool {
        // A TTL of zero is for this one use.
        if entry.expires <= now || self.max == 0 {
            return false;
        }
        let key = (entry.name.clone(), entry.kind);
        let from = entry.from.map_or_else(String::new, |from| from.to_string());
        let args: &[(&str, &dyn Display)] = &[("from", &from), ("ttl", &entry.ttl), ("rank", &entry.rank)];
        if let Some(old) = self.get(now, &entry.name, entry.kind)
            && (old.rank, old.secure) > (entry.rank, entry.secure)
            && !matches!(old.known, Known::Failed)
        {
            if old.known != entry.known {
                let row = entry.key();
                let args: &[(&str, &dyn Display)] =
                    &[("key", &row), ("from", &from), ("rank", &entry.rank), ("known", &old.rank)];
                self.events.push(Event::note(text::KEPT, args));
            }
            return false;
        }
        if let Some(old) = self.entries.remove(&key) {
            self.by_expiry.remove(&(old.expires, key.clone()));
        } else if self.entries.len() >= self.max
            && let Some((_, oldest)) = self.by_expiry.first().cloned()
        {
            let limit = self.max;
            self.remove(&oldest, text::EVICTED, &[("limit", &limit)]);
        }
        if entry.kind.is_some() && matches!(entry.known, Known::Records(_)) {
            self.remove(&(entry.name.clone(), None), text::EXISTS_NOW, &[("name", &entry.name)]);
        }
        self.events.push(Event::row(TABLE, entry.key(), Some(entry.cells()), message, args));
        self.by_expiry.insert((entry.expires, key.clone()));
        self.entries.insert(key, entry);
        true
    }

    fn remove(&mut self, key: &Key, message: Cited, args: &[(&str, &dyn Display)]) {
        if let Some(old) = self.entries.remove(key) {
            self.by_expiry.remove(&(old.expires, key.clone()));
            self.events.push(Event::row(TABLE, old.key(), None, message, args));
        }
    }

    pub(super) fn clear(&mut self) {
        let keys: Vec<_> = self.entries.keys().cloned().collect();
        for key in keys {
            self.remove(&key, text::FLUSHED, &[]);
        }
    }

    pub(super) fn deadline(&self) -> Option<Time> {
        self.by_expiry.first().map(|(time, _)| *time)
    }

    /// Forgets what has come to its end. RFC 1035 §7.
    pub(super) fn expire(&mut self, now: Time) {
        while let Some((time, key)) = self.by_expiry.first().cloned()
            && time <= now
        {
            let ttl = self.entries.get(&key).map_or(0, |entry| entry.ttl);
            self.remove(&key, text::EXPIRED, &[("ttl", &ttl)]);
        }
    }
}

/// When something learned now with this TTL is forgotten.
pub(super) const fn expiry(now: Time, ttl: u32) -> Time {
    now.plus(ttl as u64 * SECOND)
}
