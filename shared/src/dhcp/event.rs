//! What the machines tell whoever watches them.

use std::net::{Ipv4Addr, SocketAddrV4};

use super::{client::State, server::Lease};
use crate::trace::{EventKind, StateChange, TableChange, Text};

/// Something that happened. What is told of a message that goes out is told by the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A client went from one state of RFC 2131's figure 5 to another.
    State {
        /// The state it left.
        from: State,
        /// The state it is in.
        to: State,
        /// The cause.
        why: Text,
        /// The section that orders it.
        rfc: &'static str,
    },
    /// A row of a server's lease table appeared, changed or went.
    Lease {
        /// The address.
        address: Ipv4Addr,
        /// As it is now, or none when it went.
        lease: Option<Lease>,
        /// The cause.
        why: Text,
        /// The section that orders it.
        rfc: &'static str,
    },
    /// A message changed nothing.
    Ignored {
        /// Who sent it.
        from: SocketAddrV4,
        /// Why.
        why: Text,
        /// The section that orders it.
        rfc: &'static str,
    },
    /// Something worth a remark: an offer kept for comparison, a timer set.
    Note {
        /// What and why.
        why: Text,
        /// The section that orders it.
        rfc: &'static str,
    },
}

impl Event {
    /// The event as a trace shows it: `node` is the machine.
    pub fn to_trace(&self, node: &str) -> EventKind {
        let owned = node.to_owned();
        match self {
            Self::State { from, to, why, rfc } => EventKind::State(StateChange {
                node: owned,
                protocol: "dhcp".to_owned(),
                socket: "client".to_owned(),
                from: from.to_string(),
                to: to.to_string(),
                why: why.clone(),
                rfc: (*rfc).to_owned(),
            }),
            Self::Lease { address, lease, why, .. } => EventKind::Table(TableChange {
                node: owned,
                table: "leases".to_owned(),
                key: address.to_string(),
                row: lease.as_ref().map(Lease::cells),
                why: Some(why.clone()),
            }),
            Self::Ignored { why, .. } | Self::Note { why, .. } => {
                EventKind::Note { node: Some(owned), text: why.clone() }
            }
        }
    }
}
