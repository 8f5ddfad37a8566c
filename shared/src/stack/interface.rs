//! Where a machine is on a network.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use smoltcp::wire::EthernetAddress;

use super::neighbour::colons;
use crate::trace::Cell;

/// The most that an Ethernet frame carries.
pub(super) const ETHERNET_MTU: u16 = 1500;

/// A network card and its addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Its name: `eth0`.
    pub name: String,
    /// Its MAC address.
    pub mac: [u8; 6],
    /// Its addresses, each with the prefix of its network; the first is the one that is sent from.
    pub addresses: Vec<Ipv4Net>,
    /// The largest packet that its network carries: bytes.
    pub mtu: u16,
    /// Whether it is in use.
    pub up: bool,
    /// Multicast groups that somebody here listens to.
    pub groups: Vec<Ipv4Addr>,
}

impl Interface {
    /// An Ethernet interface in use.
    pub fn new(name: impl Into<String>, mac: [u8; 6], addresses: impl IntoIterator<Item = Ipv4Net>) -> Self {
        Self {
            name: name.into(),
            mac,
            addresses: addresses.into_iter().collect(),
            mtu: ETHERNET_MTU,
            up: true,
            groups: Vec::new(),
        }
    }

    /// Whether an address is its own.
    pub fn has(&self, address: Ipv4Addr) -> bool {
        self.addresses.iter().any(|own| own.addr() == address)
    }

    /// Whether an address means everybody on its network: 255.255.255.255, or all host bits one (RFC 1122 §3.2.1.3). A /31
    /// and a /32 have no such address (RFC 3021).
    pub fn is_broadcast(&self, address: Ipv4Addr) -> bool {
        address == Ipv4Addr::BROADCAST
            || self.addresses.iter().any(|own| own.prefix_len() < 31 && own.broadcast() == address)
    }

    /// Whether it listens to a multicast group; everybody listens to 224.0.0.1 (RFC 1112 §4).
    pub fn listens_to(&self, group: Ipv4Addr) -> bool {
        group == Ipv4Addr::new(224, 0, 0, 1) || self.groups.contains(&group)
    }

    /// The address from which a neighbour is spoken to: one of its network, or the first.
    pub fn source_for(&self, neighbour: Ipv4Addr) -> Option<Ipv4Addr> {
        let near = self.addresses.iter().find(|own| own.contains(&neighbour));
        near.or_else(|| self.addresses.first()).map(Ipv4Net::addr)
    }

    /// The cells of a row, as `ip address` has them.
    pub fn cells(&self) -> Vec<Cell> {
        let cell = |name: &str, value: String| Cell { name: name.to_owned(), value };
        let addresses: Vec<String> = self.addresses.iter().map(ToString::to_string).collect();
        vec![
            cell("Interface", self.name.clone()),
            cell("HWaddress", colons(self.mac)),
            cell("Address", if addresses.is_empty() { "-".to_owned() } else { addresses.join(", ") }),
            cell("MTU", self.mtu.to_string()),
            cell("State", if self.up { "UP" } else { "DOWN" }.to_owned()),
        ]
    }

    pub(super) const fn ethernet(&self) -> EthernetAddress {
        EthernetAddress(self.mac)
    }
}
