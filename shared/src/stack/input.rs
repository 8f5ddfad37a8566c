//! IPv4 packets in: which are taken, and for whom they are (RFC 1122 §3.2, RFC 1812 §5.2).

use smoltcp::wire::{Icmpv4Packet, IpProtocol, Ipv4Address, Ipv4Packet};

use super::{Output, Payload, Received, Stack, interface::Interface, note, text};
use crate::trace::{Text, Time};

impl Stack {
    /// Why a packet would be thrown away whatever this machine has learned so far.
    pub(super) fn refuses_ipv4(&self, interface: usize, unicast: bool, bytes: &[u8]) -> Option<Text> {
        let Ok(packet) = Ipv4Packet::new_checked(bytes) else { return Some(text::BAD_IPV4.text()) };
        if packet.version() != 4 || packet.header_len() < 20 {
            return Some(text::BAD_IPV4.text());
        }
        if !packet.verify_checksum() {
            return Some(text::IPV4_CHECKSUM.text());
        }
        let (from, to) = (packet.src_addr(), packet.dst_addr());
        let card = self.interfaces.get(interface)?;
        // RFC 1122 §3.2.1.3: an address that means many never sends, and 127/8 never leaves a machine.
        if from.is_multicast() || card.is_broadcast(from) || from.is_loopback() || to.is_loopback() {
            return Some(text::MARTIAN.with(&[("address", if to.is_loopback() { &to } else { &from })]));
        }
        let ours = self.is_local(to) || card.is_broadcast(to) || (to.is_multicast() && card.listens_to(to));
        // RFC 1122 §3.3.6: a packet for one machine in a frame for everybody is thrown away, and so is not forwarded.
        let passes_on = self.config.forwarding && unicast && !to.is_multicast();
        if !ours && !passes_on {
            return Some(text::WRONG_ADDRESS.with(&[("address", &to)]));
        }
        let whole = !packet.more_frags() && packet.frag_offset() == 0;
        if ours && whole && packet.next_header() == IpProtocol::Icmp {
            return refuses_icmp(packet.payload());
        }
        None
    }

    /// A packet that has come in by an interface.
    pub(super) fn on_ipv4(&mut self, now: Time, interface: usize, bytes: &[u8], out: &mut Vec<Output>) {
        let Ok(packet) = Ipv4Packet::new_checked(bytes) else { return };
        let to = packet.dst_addr();
        let Some(card) = self.interfaces.get(interface) else { return };
        let group = card.is_broadcast(to) || to.is_multicast();
        // What follows the packet only fills up the frame.
        let Some(bytes) = bytes.get(..packet.total_len().into()) else { return };
        if group || self.is_local(to) {
            self.take(now, (Some(interface), false), bytes.to_vec(), out);
        } else {
            self.forward(now, interface, bytes.to_vec(), out);
        }
    }

    /// A packet for this machine.
    pub(super) fn take(
        &mut self,
        now: Time,
        (interface, pieces): (Option<usize>, bool),
        bytes: Vec<u8>,
        out: &mut Vec<Output>,
    ) {
        let Ok(packet) = Ipv4Packet::new_checked(bytes.as_slice()) else { return };
        if packet.more_frags() || packet.frag_offset() > 0 {
            if let Some(whole) = self.reassembly.add(now, &packet, out) {
                self.take(now, (interface, true), whole, out);
            }
            return;
        }
        let (src, dst, ttl) = (packet.src_addr(), packet.dst_addr(), packet.hop_limit());
        if packet.next_header() == IpProtocol::Igmp {
            if let Some(interface) = interface {
                self.on_igmp(now, interface, packet.payload(), out);
            }
            return;
        }
        let payload = if packet.next_header() == IpProtocol::Icmp {
            if pieces && let Some(why) = refuses_icmp(packet.payload()) {
                return out.push(note(why));
            }
            let Ok(message) = Icmpv4Packet::new_checked(packet.payload()) else { return };
            match self.on_icmp(now, interface, &packet, &message, out) {
                Some(payload) => payload,
                None => return,
            }
        } else {
            Payload::Transport { protocol: packet.next_header() }
        };
        out.push(Output::Received(Received { interface, src, dst, ttl, pieces, payload, packet: bytes }));
    }

    /// Whether an address means many machines: a broadcast of one of our networks, or a group.
    pub fn is_many(&self, address: Ipv4Address) -> bool {
        address.is_multicast() || self.interfaces.iter().any(|card: &Interface| card.is_broadcast(address))
    }
}

fn refuses_icmp(bytes: &[u8]) -> Option<Text> {
    match Icmpv4Packet::new_checked(bytes) {
        Ok(message) if message.verify_checksum() => None,
        Ok(_) => Some(text::ICMP_CHECKSUM.text()),
        Err(_) => Some(text::BAD_ICMP.text()),
    }
}
