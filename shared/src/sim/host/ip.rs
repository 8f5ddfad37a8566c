//! Packets out: an IPv4 header, a neighbour, an Ethernet header.

use std::net::Ipv4Addr;

use smoltcp::wire::{
    EthernetAddress, EthernetFrame, EthernetProtocol, EthernetRepr, IpProtocol, Ipv4Packet, Ipv4Repr,
};

use super::{Host, frames::checksums, text};
use crate::{
    sim::device::Outbox,
    trace::{Text, Time},
};

/// The initial time to live, as Linux sets it (RFC 1122 §3.2.1.7 asks for a number big enough).
const TTL: u8 = 64;

/// The most an Ethernet frame carries.
pub(super) const MTU: usize = 1500;

/// An IPv4 header without options.
pub(super) const HEADER: usize = 20;

impl Host {
    /// Sends a payload to an address of our network.
    pub(super) fn send_ip(
        &mut self,
        now: Time,
        to: Ipv4Addr,
        protocol: IpProtocol,
        payload: &[u8],
        note: Option<Text>,
        out: &mut Outbox,
    ) {
        if !self.address.contains(&to) {
            let text = text::NO_ROUTE.with(&[("address", &to), ("network", &self.address.trunc())]);
            return out.note(&self.name, text);
        }
        let header = Ipv4Repr {
            src_addr: self.address.addr(),
            dst_addr: to,
            next_header: protocol,
            payload_len: payload.len(),
            hop_limit: TTL,
        };
        let mut bytes = vec![0; HEADER];
        bytes.extend_from_slice(payload);
        let mut packet = Ipv4Packet::new_unchecked(&mut bytes);
        header.emit(&mut packet, &checksums());
        packet.set_ident(self.ident);
        packet.fill_checksum();
        self.ident = self.ident.wrapping_add(1);
        self.arp_send(now, to, bytes, note, out);
    }

    /// Puts a packet into an Ethernet frame and the frame on the link.
    pub(super) fn send_ethernet(
        &self,
        to: EthernetAddress,
        ethertype: EthernetProtocol,
        payload: &[u8],
        note: Option<Text>,
        out: &mut Outbox,
    ) {
        let header = EthernetRepr { src_addr: self.mac, dst_addr: to, ethertype };
        let mut bytes = vec![0; EthernetFrame::<&[u8]>::header_len()];
        header.emit(&mut EthernetFrame::new_unchecked(&mut bytes));
        bytes.extend_from_slice(payload);
        out.frame(0, bytes, note);
    }
}
