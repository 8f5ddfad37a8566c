//! What becomes of a packet, and what the translator tells of its table.

use std::{fmt, net::Ipv4Addr};

use super::table::{Mapping, Session};
use crate::{
    trace::{EventKind, TableChange, Text},
    wire,
};

/// Where a changed field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the packet itself.
    Packet,
    /// In the packet that an ICMP error quotes.
    Quoted,
}

/// The value of a changed field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// An address.
    Address(Ipv4Addr),
    /// A port or an identifier.
    Number(u16),
    /// A checksum.
    Checksum(u16),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Checksum(sum) => write!(f, "{sum:#06x}"),
        }
    }
}

/// A field that was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// In the packet or in the one that it quotes.
    pub place: Place,
    /// The header.
    pub protocol: wire::Protocol,
    /// The field, as the dissector names it: `src`, `srcport`, `ident`, `checksum`.
    pub field: &'static str,
    /// Its value as the packet came.
    pub before: Value,
    /// Its value as the packet goes on.
    pub after: Value,
}

/// What becomes of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Its bytes have changed; it goes on to its (perhaps new) destination.
    Translated {
        /// What changed, in the order of the bytes' headers.
        changes: Vec<Change>,
    },
    /// It goes no further.
    Dropped {
        /// Why.
        why: Text,
        /// The section that orders or allows it.
        rfc: &'static str,
    },
    /// Its bytes are as they were, and the router does with it as if there were no translator.
    NotOurs {
        /// Why.
        why: Text,
        /// The section that says so.
        rfc: &'static str,
    },
}

impl Verdict {
    /// Whether it was translated.
    pub const fn is_translated(&self) -> bool {
        matches!(self, Self::Translated { .. })
    }
}

/// A change of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A mapping appeared or went.
    Mapping {
        /// The mapping.
        mapping: Mapping,
        /// Whether it is gone.
        gone: bool,
        /// The cause.
        why: Text,
        /// The section that orders it.
        rfc: &'static str,
    },
    /// A session appeared, changed its state or went.
    Session {
        /// The session.
        session: Session,
        /// Whether it is gone.
        gone: bool,
        /// The cause.
        why: Text,
        /// The section that orders it.
        rfc: &'static str,
    },
}

impl Event {
    /// The event as a trace shows it: `node` is the router.
    pub fn to_trace(&self, node: &str) -> EventKind {
        let (table, key, row, why) = match self {
            Self::Mapping { mapping, gone, why, .. } => {
                ("nat-mappings", mapping.key(), (!gone).then(|| mapping.cells()), why)
            }
            Self::Session { session, gone, why, .. } => {
                ("nat", session.key(), (!gone).then(|| session.cells()), why)
            }
        };
        EventKind::Table(TableChange {
            node: node.to_owned(),
            table: table.to_owned(),
            key,
            row,
            why: Some(why.clone()),
        })
    }
}
