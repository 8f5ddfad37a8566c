//! Zones: what a server has authority over, and the text that an operator writes.

use std::{
    collections::BTreeMap,
    ops::Bound::{Excluded, Unbounded},
};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    kind::{Kind, KindError},
    line,
    name::{Name, NameError},
    record::{Data, Record, Soa},
    sign::Key,
};

/// A zone as an operator writes it.
///
/// ```
/// use firsthop_protocol::dns::{Zone, ZoneFile};
/// let zone = ZoneFile {
///     name: "example.com".parse()?,
///     ttl: 3600,
///     records: ["@ NS ns", "ns A 192.0.2.53", "www 300 A 192.0.2.80"].map(str::to_owned).to_vec(),
///     key: None,
/// };
/// assert_eq!(Zone::new(&zone)?.records().count(), 4, "and a SOA record");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneFile {
    /// The zone's origin.
    pub name: Name,
    /// The TTL, in seconds, of records that have none of their own. RFC 2308 §4.
    #[serde(default = "default_ttl")]
    pub ttl: u32,
    /// Its records, a line each, as in RFC 1035 §5.1: `www 300 A 192.0.2.80`. `@` is the origin, names without a dot
    /// at their end are below it, `NAME [TTL] [IN] TYPE DATA`. Without a SOA record it gets one.
    pub records: Vec<String>,
    /// The passphrase with which the zone signs, in the model of [`sign`](super::sign).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

const fn default_ttl() -> u32 {
    3600
}

/// Why a zone is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ZoneError {
    /// A line is no record.
    #[error("zone {zone}, record {line:?}: {why}")]
    Line {
        /// The zone.
        zone: Name,
        /// The line.
        line: String,
        /// What is wrong with it.
        why: LineError,
    },
    /// An alias must be alone. RFC 1034 §3.6.2.
    #[error("zone {zone}: {name} has a CNAME record and others; an alias has no other record")]
    Alias {
        /// The zone.
        zone: Name,
        /// The name.
        name: Name,
    },
    /// A zone has one SOA record, at its origin. RFC 1035 §5.2.
    #[error("zone {zone}: one SOA record, at @, is right; here is another at {name}")]
    Soa {
        /// The zone.
        zone: Name,
        /// Where it is.
        name: Name,
    },
    /// Two zones of one name.
    #[error("zone {zone} is there twice")]
    Twice {
        /// The zone.
        zone: Name,
    },
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LineError {
    /// Something is missing.
    #[error("it ends before its {part}; right is NAME [TTL] TYPE DATA, as in \"www 300 A 192.0.2.80\"")]
    Missing {
        /// What is missing.
        part: &'static str,
    },
    /// Something is too much.
    #[error("{word:?} is too much at its end")]
    Rest {
        /// The first word too much.
        word: String,
    },
    /// A quotation mark opens and does not close.
    #[error("a quotation mark does not close")]
    Quote,
    /// No name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// No type.
    #[error(transparent)]
    Kind(#[from] KindError),
    /// A type that zones have here no notation for.
    #[error("{kind} records cannot be written here; A, AAAA, CNAME, NS, MX, TXT, PTR and SOA can")]
    NoNotation {
        /// The type.
        kind: Kind,
    },
    /// Not what the type needs.
    #[error("{word:?} is no {wanted}")]
    Value {
        /// What stands there.
        word: String,
        /// What should.
        wanted: &'static str,
    },
    /// A name that is not the zone's.
    #[error("{name} is not in zone {zone}")]
    Outside {
        /// The name.
        name: Name,
        /// The zone.
        zone: Name,
    },
}

/// Records of one owner and one type: they have one TTL. RFC 2181 §5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Set {
    pub(super) ttl: u32,
    pub(super) data: Vec<Data>,
}

impl Set {
    /// The set as records of `owner`, which is as the asker wrote it.
    pub(super) fn records(&self, owner: &Name) -> Vec<Record> {
        self.data.iter().map(|data| Record::new(owner.clone(), self.ttl, data.clone())).collect()
    }
}

/// What one name has.
pub(super) type Node = BTreeMap<Kind, Set>;

/// A zone whose records have been read and fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: Name,
    pub(super) nodes: BTreeMap<Name, Node>,
    pub(super) soa: Soa,
    soa_ttl: u32,
    pub(super) key: Option<Key>,
}

impl Zone {
    /// Reads a zone.
    pub fn new(file: &ZoneFile) -> Result<Self, ZoneError> {
        let zone = &file.name;
        let mut records = Vec::new();
        for line in &file.records {
            let record = line::read(line, zone, file.ttl);
            records.push(record.map_err(|why| ZoneError::Line {
                zone: zone.clone(),
                line: line.clone(),
                why,
            })?);
        }
        Self::from_records(zone.clone(), file.ttl, records, file.key.as_deref().map(Key::new))
    }

    fn from_records(
        zone: Name,
        ttl: u32,
        mut records: Vec<Record>,
        key: Option<Key>,
    ) -> Result<Self, ZoneError> {
        let is_soa = |record: &&Record| record.kind() == Kind::SOA;
        let mut starts = records.iter().filter(is_soa);
        let start = starts.next().cloned();
        if let Some(wrong) = starts.next().or(start.as_ref().filter(|start| start.name != zone)) {
            return Err(ZoneError::Soa { zone, name: wrong.name.clone() });
        }
        let start = start.unwrap_or_else(|| {
            let made = Record::new(zone.clone(), ttl, Data::Soa(default_soa(&zone, &records)));
            records.push(made.clone());
            made
        });
        let Data::Soa(soa) = start.data else {
            return Err(ZoneError::Soa { name: zone.clone(), zone });
        };
        let mut nodes: BTreeMap<Name, Node> = BTreeMap::new();
        for Record { name, ttl, data } in records {
            let sets = nodes.entry(name).or_default();
            let set = sets.entry(data.kind()).or_insert_with(|| Set { ttl, data: Vec::new() });
            set.ttl = set.ttl.min(ttl);
            if !set.data.contains(&data) {
                set.data.push(data);
            }
        }
        let crowded = |node: &Node| {
            node.get(&Kind::CNAME).is_some_and(|aliases| aliases.data.len() > 1 || node.len() > 1)
        };
        if let Some((name, _)) = nodes.iter().find(|(_, node)| crowded(node)) {
            return Err(ZoneError::Alias { name: name.clone(), zone });
        }
        Ok(Self { name: zone, nodes, soa, soa_ttl: start.ttl, key })
    }

    /// The origin.
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// The SOA record's data.
    pub const fn soa(&self) -> &Soa {
        &self.soa
    }

    /// Whether it signs its answers.
    pub const fn is_signed(&self) -> bool {
        self.key.is_some()
    }

    /// All records, in the order of their names.
    pub fn records(&self) -> impl Iterator<Item = Record> {
        self.nodes.iter().flat_map(|(name, node)| node.values().flat_map(|set| set.records(name)))
    }

    /// What a name has, if it has anything.
    pub(super) fn node(&self, name: &Name) -> Option<&Node> {
        self.nodes.get(name)
    }

    /// Whether a name exists: it, or something below it, has records. RFC 4592 §2.2.2.
    pub(super) fn exists(&self, name: &Name) -> bool {
        let below = || self.nodes.range((Excluded(name), Unbounded)).next();
        self.nodes.contains_key(name) || below().is_some_and(|(next, _)| next.is_within(name))
    }

    /// The SOA record as a negative answer has it. RFC 2308 §3.
    pub(super) fn negative_soa(&self) -> Record {
        let ttl = self.soa_ttl.min(self.soa.minimum);
        Record::new(self.name.clone(), ttl, Data::Soa(self.soa.clone()))
    }
}

fn default_soa(zone: &Name, records: &[Record]) -> Soa {
    let server = records.iter().find_map(|record| match &record.data {
        Data::Ns(host) if record.name == *zone => Some(host.clone()),
        _ => None,
    });
    Soa {
        mname: server.unwrap_or_else(|| zone.clone()),
        rname: Name::relative("hostmaster", zone).unwrap_or_else(|_| zone.clone()),
        serial: 1,
        refresh: 7200,
        retry: 900,
        expire: 1_209_600,
        minimum: 300,
    }
}
