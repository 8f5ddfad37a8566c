//! The lease table: one row for each address that was ever given, until it is given to another.

use std::{collections::BTreeMap, fmt, net::Ipv4Addr};

use super::{
    super::message::{ClientId, mac_text},
    config::Subnet,
};
use crate::trace::{Cell, Time};

/// What has become of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseState {
    /// It is tried whether somebody answers for it; then it is offered. RFC 2131 §3.1.2.
    Probing,
    /// Offered and kept until the client decides.
    Offered,
    /// The client's.
    Bound,
    /// Given back; kept for the same client as long as there are others. RFC 2131 §4.3.4.
    Released,
    /// The time is over; kept likewise.
    Expired,
    /// Somebody uses it without being asked: given to nobody for a while. RFC 2131 §4.3.3.
    Declined,
}

impl LeaseState {
    /// Whether another client may be given the address.
    pub const fn is_free(self) -> bool {
        matches!(self, Self::Released | Self::Expired)
    }
}

impl fmt::Display for LeaseState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Probing => "probing",
            Self::Offered => "offered",
            Self::Bound => "bound",
            Self::Released => "released",
            Self::Expired => "expired",
            Self::Declined => "declined",
        })
    }
}

/// An address and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The address.
    pub address: Ipv4Addr,
    /// Whose it is, or was.
    pub client: ClientId,
    /// That client's MAC address.
    pub mac: [u8; 6],
    /// The name that the client gave itself.
    pub name: Option<String>,
    /// What has become of it.
    pub state: LeaseState,
    /// When it came to be so.
    pub since: Time,
    /// When it ends; none if it does not end by itself.
    pub until: Option<Time>,
}

impl Lease {
    /// The lease as a row of a table.
    pub fn cells(&self) -> Vec<Cell> {
        let cell = |name: &str, value: String| Cell { name: name.to_owned(), value };
        let dash = || "-".to_owned();
        vec![
            cell("address", self.address.to_string()),
            cell("lease state", self.state.to_string()),
            cell("hardware address", mac_text(self.mac)),
            cell("client id", self.client.to_string()),
            cell("host name", self.name.clone().unwrap_or_else(dash)),
            cell("lease begun", self.since.to_string()),
            cell("lease ends", self.until.map_or_else(dash, |until| until.to_string())),
        ]
    }
}

/// All leases, by address.
#[derive(Debug, Clone, Default)]
pub(super) struct Table(pub(super) BTreeMap<Ipv4Addr, Lease>);

impl Table {
    /// The row of a client on a network: what is in use before what was.
    pub(super) fn of_client(&self, subnet: &Subnet, client: &ClientId) -> Option<&Lease> {
        let (first, last) = (subnet.network.network(), subnet.network.broadcast());
        let rows = self.0.range(first..=last).map(|(_, lease)| lease);
        rows.filter(|lease| lease.client == *client && lease.state != LeaseState::Declined)
            .min_by_key(|lease| (lease.state.is_free(), std::cmp::Reverse(lease.since)))
    }

    /// Whether a client may have an address that is its by no lease: nobody's, or no longer anybody's.
    pub(super) fn is_free(&self, address: Ipv4Addr) -> bool {
        self.0.get(&address).is_none_or(|lease| lease.state.is_free())
    }

    /// The address for a new client: the lowest that nobody ever had, else the one unused for longest.
    /// RFC 2131 §4.3.1 leaves the order open; this one keeps old clients' addresses for them.
    pub(super) fn fresh(&self, subnet: &Subnet, barred: impl Fn(Ipv4Addr) -> bool) -> Option<Ipv4Addr> {
        let (first, last) = subnet.pool;
        let open = |address: &Ipv4Addr| subnet.has(*address) && !barred(*address);
        let never = (first.to_bits()..=last.to_bits())
            .map(Ipv4Addr::from_bits)
            .find(|address| open(address) && !self.0.contains_key(address));
        never.or_else(|| self.unused(subnet, &barred))
    }

    /// The address that has been unused for longest.
    pub(super) fn unused(&self, subnet: &Subnet, barred: impl Fn(Ipv4Addr) -> bool) -> Option<Ipv4Addr> {
        let (first, last) = subnet.pool;
        let rows = self.0.range(first..=last).map(|(_, lease)| lease);
        let free = rows.filter(|lease| lease.state.is_free() && !barred(lease.address));
        free.min_by_key(|lease| lease.since).map(|lease| lease.address)
    }

    /// When the next row ends.
    pub(super) fn deadline(&self) -> Option<Time> {
        self.0.values().filter_map(|lease| lease.until).min()
    }
}
