//! Frames in and out, and ARP's own packets.

use std::net::Ipv4Addr;

use smoltcp::wire::{
    ArpOperation, ArpPacket, ArpRepr, EthernetAddress, EthernetFrame, EthernetProtocol, EthernetRepr,
};

use super::{
    Output, Stack,
    neighbour::{Resolution, Todo, Waiting, colons},
    note, text,
};
use crate::trace::{Message, Text, Time};

impl Stack {
    /// Why a frame that comes in by an interface would be thrown away unread, if it would: by its bytes and the addresses
    /// here alone, so that it can be asked when the frame is sent.
    pub fn refuses(&self, interface: usize, bytes: &[u8]) -> Option<Text> {
        let Some(card) = self.interfaces.get(interface).filter(|card| card.up) else {
            return Some(text::DOWN.text());
        };
        let Ok(frame) = EthernetFrame::new_checked(bytes) else { return Some(text::NOT_ETHERNET.text()) };
        let to = frame.dst_addr();
        if to != card.ethernet() && !to.is_broadcast() && !to.is_multicast() {
            return Some(text::WRONG_MAC.with(&[("mac", &colons(to.0))]));
        }
        match frame.ethertype() {
            EthernetProtocol::Arp => {
                let arp = ArpPacket::new_checked(frame.payload()).and_then(|packet| ArpRepr::parse(&packet));
                arp.is_err().then(|| text::BAD_ARP.text())
            }
            EthernetProtocol::Ipv4 => self.refuses_ipv4(interface, to == card.ethernet(), frame.payload()),
            other => {
                Some(text::UNKNOWN_ETHERTYPE.with(&[("ethertype", &format!("{:#06x}", u16::from(other)))]))
            }
        }
    }

    /// A frame has come in by an interface; what [`refuses`](Self::refuses) would not let pass is thrown away.
    pub fn on_frame(&mut self, now: Time, interface: usize, bytes: &[u8], out: &mut Vec<Output>) {
        if self.refuses(interface, bytes).is_some() {
            return;
        }
        let Ok(frame) = EthernetFrame::new_checked(bytes) else { return };
        let for_us = self.interfaces.get(interface).is_some_and(|card| frame.dst_addr() == card.ethernet());
        match frame.ethertype() {
            EthernetProtocol::Arp => {
                let parsed =
                    ArpPacket::new_checked(frame.payload()).and_then(|packet| ArpRepr::parse(&packet));
                if let Ok(arp) = parsed {
                    self.on_arp(now, interface, for_us, &arp, out);
                }
            }
            _ => self.on_ipv4(now, interface, frame.payload(), out),
        }
    }

    /// Packet reception as RFC 826 has it: update, then add if we are the target, then answer a request.
    fn on_arp(&mut self, now: Time, interface: usize, for_us: bool, arp: &ArpRepr, out: &mut Vec<Output>) {
        let ArpRepr::EthernetIpv4 {
            operation,
            source_hardware_addr: mac,
            source_protocol_addr: address,
            target_protocol_addr: target,
            ..
        } = *arp
        else {
            return;
        };
        let Some(card) = self.interfaces.get(interface) else { return };
        let (is_target, own) = (card.has(target), card.has(address));
        let request = operation == ArpOperation::Request;
        // A probe (RFC 5227 §1.1) comes from nobody yet: there is nothing to learn.
        if mac.is_unicast() && !address.is_unspecified() && !own {
            let solicited = !request && for_us;
            let freed = self.neighbours.learn(
                now,
                (interface, address),
                mac.0,
                (request && is_target, solicited),
                out,
            );
            for Waiting { packet, note, .. } in freed {
                self.frame_to(interface, mac.0, EthernetProtocol::Ipv4, &packet, note, out);
            }
        }
        if is_target && request {
            let reply = (ArpOperation::Reply, mac, address, target);
            self.send_arp(interface, mac, reply, text::ARP_REPLY.text(), out);
        }
    }

    /// Asks who has an address, by an interface's own address.
    pub(super) fn ask(
        &self,
        interface: usize,
        address: Ipv4Addr,
        mac: Option<[u8; 6]>,
        why: &Message,
        out: &mut Vec<Output>,
    ) {
        let Some(own) = self.interfaces.get(interface).and_then(|card| card.source_for(address)) else {
            return;
        };
        let to = mac.map_or(EthernetAddress::BROADCAST, EthernetAddress);
        let request = (ArpOperation::Request, EthernetAddress([0; 6]), address, own);
        self.send_arp(interface, to, request, why.with(&[("address", &address)]), out);
    }

    /// Tells everybody on the network which address is ours (a gratuitous ARP: RFC 5227 §3).
    pub fn announce(&self, interface: usize, address: Ipv4Addr, out: &mut Vec<Output>) {
        let request = (ArpOperation::Request, EthernetAddress([0; 6]), address, address);
        let why = text::ARP_ANNOUNCED.with(&[("address", &address)]);
        self.send_arp(interface, EthernetAddress::BROADCAST, request, why, out);
    }

    fn send_arp(
        &self,
        interface: usize,
        to: EthernetAddress,
        (operation, target_mac, target, source): (ArpOperation, EthernetAddress, Ipv4Addr, Ipv4Addr),
        why: Text,
        out: &mut Vec<Output>,
    ) {
        let Some(card) = self.interfaces.get(interface) else { return };
        let packet = ArpRepr::EthernetIpv4 {
            operation,
            source_hardware_addr: card.ethernet(),
            source_protocol_addr: source,
            target_hardware_addr: target_mac,
            target_protocol_addr: target,
        };
        let mut bytes = vec![0; packet.buffer_len()];
        packet.emit(&mut ArpPacket::new_unchecked(&mut bytes));
        self.frame_to(interface, to.0, EthernetProtocol::Arp, &bytes, Some(why), out);
    }

    /// Hands an IPv4 packet to a neighbour: now, or when its MAC address is known.
    pub(super) fn hand_to_neighbour(
        &mut self,
        now: Time,
        (interface, address): (usize, Ipv4Addr),
        waiting: Waiting,
        out: &mut Vec<Output>,
    ) {
        let Some(card) = self.interfaces.get(interface) else { return };
        let group = if card.is_broadcast(address) {
            Some([0xff; 6])
        } else {
            address.is_multicast().then(|| multicast_mac(address))
        };
        if let Some(mac) = group {
            let Waiting { packet, note, .. } = waiting;
            return self.frame_to(interface, mac, EthernetProtocol::Ipv4, &packet, note, out);
        }
        let mut waiting = Some(waiting);
        let nothing = || Waiting { packet: Vec::new(), note: None, forwarded: false };
        let keep = || waiting.take().unwrap_or_else(nothing);
        match self.neighbours.resolve(now, (interface, address), keep, out) {
            Resolution::Send(mac) => {
                let Some(Waiting { packet, note, .. }) = waiting else { return };
                self.frame_to(interface, mac, EthernetProtocol::Ipv4, &packet, note, out);
            }
            Resolution::Wait { ask: true } => self.ask(interface, address, None, &text::ARP_REQUEST, out),
            Resolution::Wait { ask: false } => {}
            Resolution::Full(packets) => {
                out.push(note(text::ARP_FULL.with(&[("packets", &packets), ("address", &address)])));
            }
        }
    }

    pub(super) fn neighbour_timers(&mut self, now: Time, out: &mut Vec<Output>) {
        for todo in self.neighbours.on_timer(now, out) {
            match todo {
                Todo::Ask { interface, address, mac, again } => {
                    let why = match (mac, again) {
                        (Some(_), _) => &text::ARP_REQUEST_UNICAST,
                        (None, true) => &text::ARP_REQUEST_AGAIN,
                        (None, false) => &text::ARP_REQUEST,
                    };
                    self.ask(interface, address, mac, why, out);
                }
                Todo::Failed { address, waiting, .. } => {
                    let args: [(&str, &dyn std::fmt::Display); 2] =
                        [("address", &address), ("packets", &waiting.len())];
                    out.push(note(text::ARP_NOBODY.with(&args)));
                    for Waiting { packet, forwarded, .. } in &waiting {
                        if *forwarded {
                            self.host_unreachable(now, packet, out);
                        } else {
                            self.report_host_unreachable(packet, out);
                        }
                    }
                }
            }
        }
    }

    /// Puts a packet into a frame, and the frame on the network.
    pub(super) fn frame_to(
        &self,
        interface: usize,
        to: [u8; 6],
        ethertype: EthernetProtocol,
        payload: &[u8],
        note: Option<Text>,
        out: &mut Vec<Output>,
    ) {
        let Some(card) = self.interfaces.get(interface).filter(|card| card.up) else { return };
        let header = EthernetRepr { src_addr: card.ethernet(), dst_addr: EthernetAddress(to), ethertype };
        let header_len = EthernetFrame::<&[u8]>::header_len();
        let mut bytes = Vec::with_capacity(header_len + payload.len());
        bytes.resize(header_len, 0);
        header.emit(&mut EthernetFrame::new_unchecked(&mut bytes));
        bytes.extend_from_slice(payload);
        out.push(Output::Frame { interface, bytes, note });
    }
}

/// The MAC address of a multicast group: 01:00:5e and the group's low 23 bits (RFC 1112 §6.4).
pub(super) const fn multicast_mac(group: Ipv4Addr) -> [u8; 6] {
    let [_, second, third, fourth] = group.octets();
    [0x01, 0x00, 0x5e, second & 0x7f, third, fourth]
}
