//! What a trace has said of machines' interfaces so far.

use std::{collections::BTreeMap, net::IpAddr};

use ipnet::IpNet;

use super::expression::Card;
use crate::{
    trace::{EventKind, Frame, TableChange, addresses},
    wire::LinkType,
};

#[derive(Debug, Clone, Default)]
pub(super) struct World {
    machines: BTreeMap<String, BTreeMap<String, Interface>>,
    /// How often any of it has changed.
    version: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Interface {
    /// As it is written in the table.
    mac: String,
    addresses: Vec<IpNet>,
}

impl World {
    pub(super) fn feed(&mut self, event: &EventKind) {
        let EventKind::Table(TableChange { node, table, key, row, .. }) = event else { return };
        if table != "interfaces" {
            return;
        }
        self.version += 1;
        let machine = self.machines.entry(node.clone()).or_default();
        let Some(row) = row else { return drop(machine.remove(key)) };
        let mut interface = Interface::default();
        for cell in row {
            match cell.name.as_str() {
                "HWaddress" => interface.mac.clone_from(&cell.value),
                "Address" => interface.addresses.extend(cell.value.split(", ").filter_map(network)),
                _ => {}
            }
        }
        machine.insert(key.clone(), interface);
    }

    pub(super) const fn version(&self) -> u64 {
        self.version
    }

    fn interfaces(&self, card: &Card) -> impl Iterator<Item = &Interface> {
        let wanted = card.interface.clone();
        let machine = self.machines.get(&card.node).into_iter().flatten();
        machine
            .filter(move |(name, _)| wanted.as_ref().is_none_or(|wanted| wanted == *name))
            .map(|(_, it)| it)
    }

    pub(super) fn macs(&self, card: &Card) -> impl Iterator<Item = &str> {
        self.interfaces(card).map(|interface| interface.mac.as_str())
    }

    pub(super) fn addresses(&self, card: &Card) -> impl Iterator<Item = IpAddr> {
        self.interfaces(card).flat_map(|interface| interface.addresses.iter().map(IpNet::addr))
    }

    /// Whether a frame's source address (or destination address, at `end` 1) belongs to a machine.
    pub(super) fn is_end(&self, node: &str, frame: &Frame, end: usize) -> bool {
        let card = Card { node: node.to_owned(), interface: None };
        if frame.link_type == LinkType::Ethernet {
            // The destination comes first.
            let mac = frame.bytes.get(6 * (1 - end.min(1))..).and_then(|rest| rest.first_chunk::<6>());
            let written = |mac: &[u8; 6]| mac.map(|byte| format!("{byte:02x}")).join(":");
            if mac.is_some_and(|mac| self.macs(&card).any(|own| own.eq_ignore_ascii_case(&written(mac)))) {
                return true;
            }
        }
        let Some((from, to)) = addresses(frame.link_type, &frame.bytes) else { return false };
        let address = if end == 0 { from } else { to };
        address.parse().is_ok_and(|address: IpAddr| self.addresses(&card).any(|own| own == address))
    }
}

/// `10.0.0.1/24`, or `10.0.0.1`.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// The address in `10.0.0.1`, `10.0.0.1/24` or `10.0.0.1:80`.
pub(super) fn address_in(text: &str) -> Option<IpAddr> {
    let socket = || text.parse::<std::net::SocketAddr>().map(|it| it.ip()).ok();
    network(text).map(|it| it.addr()).or_else(socket)
}
