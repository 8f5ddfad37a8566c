//! The ARP cache: who has which MAC address (RFC 826, RFC 1122 §2.3.2).
//!
//! Entries stay for the length of a simulation.

use std::{collections::BTreeMap, net::Ipv4Addr};

use smoltcp::wire::{ArpOperation, ArpPacket, ArpRepr, EthernetAddress, EthernetProtocol};

use super::{Host, text};
use crate::{
    sim::{device::Outbox, text::Message},
    trace::{Cell, EventKind, TableChange, Text, Time},
};

/// Linux asks three times, a second apart.
const TRIES: u32 = 3;
const WAIT: u64 = 1_000_000;

/// Packets kept for a neighbour that has not answered yet.
const MOST_WAITING: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Arp {
    entries: BTreeMap<Ipv4Addr, Entry>,
}

#[derive(Debug)]
enum Entry {
    Known(EthernetAddress),
    Static(EthernetAddress),
    Asked { tries: u32, again: Time, waiting: Vec<(Vec<u8>, Option<Text>)> },
}

impl Arp {
    pub(super) fn next_timer(&self) -> Option<Time> {
        self.entries
            .values()
            .filter_map(|entry| match entry {
                Entry::Asked { again, .. } => Some(*again),
                Entry::Known(_) | Entry::Static(_) => None,
            })
            .min()
    }
}

impl Host {
    /// Sends an IPv4 packet to a neighbour, now or when its MAC address is known.
    pub(super) fn arp_send(
        &mut self,
        now: Time,
        to: Ipv4Addr,
        packet: Vec<u8>,
        note: Option<Text>,
        out: &mut Outbox,
    ) {
        if to == Ipv4Addr::BROADCAST || to == self.address.broadcast() {
            return self.send_ethernet(
                EthernetAddress::BROADCAST,
                EthernetProtocol::Ipv4,
                &packet,
                note,
                out,
            );
        }
        match self.arp.entries.get_mut(&to) {
            Some(Entry::Known(mac) | Entry::Static(mac)) => {
                let mac = *mac;
                self.send_ethernet(mac, EthernetProtocol::Ipv4, &packet, note, out);
            }
            Some(Entry::Asked { waiting, .. }) if waiting.len() < MOST_WAITING => {
                waiting.push((packet, note));
            }
            Some(Entry::Asked { waiting, .. }) => {
                let text = text::ARP_FULL.with(&[("packets", &waiting.len()), ("address", &to)]);
                out.note(&self.name, text);
            }
            None => {
                let asked = Entry::Asked { tries: 1, again: now.plus(WAIT), waiting: vec![(packet, note)] };
                self.arp.entries.insert(to, asked);
                out.log(self.arp_row(to, &text::ARP_ASKED));
                self.ask(to, &text::ARP_REQUEST, out);
            }
        }
    }

    fn ask(&self, address: Ipv4Addr, why: &Message, out: &mut Outbox) {
        let note = why.with(&[("address", &address)]);
        self.send_arp(ArpOperation::Request, EthernetAddress([0; 6]), address, note, out);
    }

    fn send_arp(
        &self,
        operation: ArpOperation,
        mac: EthernetAddress,
        address: Ipv4Addr,
        note: Text,
        out: &mut Outbox,
    ) {
        let packet = ArpRepr::EthernetIpv4 {
            operation,
            source_hardware_addr: self.mac,
            source_protocol_addr: self.address.addr(),
            target_hardware_addr: mac,
            target_protocol_addr: address,
        };
        let mut bytes = vec![0; packet.buffer_len()];
        packet.emit(&mut ArpPacket::new_unchecked(&mut bytes));
        let to = if operation == ArpOperation::Request { EthernetAddress::BROADCAST } else { mac };
        self.send_ethernet(to, EthernetProtocol::Arp, &bytes, Some(note), out);
    }

    /// Packet reception as RFC 826 has it: update, then add if we are the target, then answer a request.
    pub(super) fn arp_input(&mut self, _now: Time, packet: &ArpRepr, out: &mut Outbox) {
        let ArpRepr::EthernetIpv4 {
            operation,
            source_hardware_addr: mac,
            source_protocol_addr: address,
            target_protocol_addr: target,
            ..
        } = *packet
        else {
            return;
        };
        let for_us = target == self.address.addr();
        let known = self.arp.entries.contains_key(&address);
        if mac.is_unicast() && address != self.address.addr() && (known || for_us) {
            let why = if operation == ArpOperation::Reply {
                &text::ARP_LEARNED_REPLY
            } else {
                &text::ARP_LEARNED_REQUEST
            };
            self.learn(address, mac, why, out);
        }
        if for_us && operation == ArpOperation::Request {
            self.send_arp(ArpOperation::Reply, mac, address, text::ARP_REPLY.text(), out);
        }
    }

    fn learn(&mut self, address: Ipv4Addr, mac: EthernetAddress, why: &Message, out: &mut Outbox) {
        match self.arp.entries.get(&address) {
            Some(Entry::Static(_)) => return,
            Some(Entry::Known(known)) if *known == mac => return,
            _ => {}
        }
        let before = self.arp.entries.insert(address, Entry::Known(mac));
        out.log(self.arp_row(address, why));
        if let Some(Entry::Asked { waiting, .. }) = before {
            for (packet, note) in waiting {
                self.send_ethernet(mac, EthernetProtocol::Ipv4, &packet, note, out);
            }
        }
    }

    pub(super) fn arp_set_static(&mut self, address: Ipv4Addr, mac: EthernetAddress, out: &mut Outbox) {
        self.arp.entries.insert(address, Entry::Static(mac));
        out.log(self.arp_row(address, &text::ARP_STATIC));
    }

    /// Asks again, or gives up.
    pub(super) fn arp_timer(&mut self, now: Time, out: &mut Outbox) {
        let (mut ask, mut failed) = (Vec::new(), Vec::new());
        for (address, entry) in &mut self.arp.entries {
            let Entry::Asked { tries, again, waiting } = entry else { continue };
            if *again > now {
                continue;
            }
            if *tries < TRIES {
                *tries += 1;
                *again = now.plus(WAIT);
                ask.push(*address);
            } else {
                failed.push((*address, waiting.len()));
            }
        }
        for address in ask {
            self.ask(address, &text::ARP_REQUEST_AGAIN, out);
        }
        for (address, packets) in failed {
            self.arp.entries.remove(&address);
            let why =
                text::ARP_FAILED.with(&[("address", &address), ("tries", &TRIES), ("packets", &packets)]);
            out.note(&self.name, why.clone());
            out.log(self.arp_change(address, None, Some(why)));
        }
    }

    fn arp_row(&self, address: Ipv4Addr, why: &Message) -> EventKind {
        let (mac, state) = match self.arp.entries.get(&address) {
            Some(Entry::Known(mac)) => (colons(*mac), "REACHABLE"),
            Some(Entry::Static(mac)) => (colons(*mac), "PERMANENT"),
            Some(Entry::Asked { .. }) | None => ("-".to_owned(), "INCOMPLETE"),
        };
        let cell = |name: &str, value: String| Cell { name: name.to_owned(), value };
        let row = vec![
            cell("Address", address.to_string()),
            cell("HWaddress", mac),
            cell("State", state.to_owned()),
        ];
        self.arp_change(address, Some(row), Some(why.text()))
    }

    fn arp_change(&self, address: Ipv4Addr, row: Option<Vec<Cell>>, why: Option<Text>) -> EventKind {
        EventKind::Table(TableChange {
            node: self.name.clone(),
            table: "arp".to_owned(),
            key: address.to_string(),
            row,
            why,
        })
    }
}

/// A MAC address as Linux writes it; smoltcp puts hyphens.
pub(super) fn colons(mac: EthernetAddress) -> String {
    mac.0.map(|byte| format!("{byte:02x}")).join(":")
}
