//! What a speaker tells whoever watches it.

use std::net::SocketAddrV4;

use ipnet::Ipv4Net;

use super::table::Route;
use crate::trace::{EventKind, TableChange, Text};

/// Something that happened in a speaker. What is told of a message that goes out is told by the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A route appeared, changed or went.
    Route {
        /// Its destination.
        prefix: Ipv4Net,
        /// As it is now, or none when it went.
        route: Option<Route>,
        /// The cause.
        why: Text,
        /// The section that orders it.
        rfc: &'static str,
    },
    /// A message, or an entry of it, changed nothing.
    Ignored {
        /// The interface it came by.
        interface: u32,
        /// Who sent it.
        from: SocketAddrV4,
        /// Why.
        why: Text,
        /// The section that orders it.
        rfc: &'static str,
    },
    /// A timer of the whole speaker was set or stopped.
    Timer {
        /// Which and why.
        why: Text,
        /// The section that orders it.
        rfc: &'static str,
    },
}

impl Event {
    /// The event as a trace shows it: `node` is the router.
    pub fn to_trace(&self, node: &str) -> EventKind {
        match self {
            Self::Route { prefix, route, why, .. } => EventKind::Table(TableChange {
                node: node.to_owned(),
                table: "rip".to_owned(),
                key: prefix.to_string(),
                row: route.as_ref().map(Route::cells),
                why: Some(why.clone()),
            }),
            Self::Ignored { why, .. } | Self::Timer { why, .. } => {
                EventKind::Note { node: Some(node.to_owned()), text: why.clone() }
            }
        }
    }
}
