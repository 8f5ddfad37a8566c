//! Packets for others (RFC 1812 §5.3): one hop less, the longest prefix, and a word to the sender when it does not go on.

use smoltcp::wire::{Icmpv4DstUnreachable, Icmpv4TimeExceeded, Ipv4Packet};

use super::{Output, Stack, fragment, neighbour::Waiting, note, text};
use crate::trace::Time;

impl Stack {
    pub(super) fn forward(&mut self, now: Time, from: usize, mut bytes: Vec<u8>, out: &mut Vec<Output>) {
        let Ok(packet) = Ipv4Packet::new_checked(bytes.as_slice()) else { return };
        let (source, to, ttl) = (packet.src_addr(), packet.dst_addr(), packet.hop_limit());
        let (len, dont_fragment) = (packet.total_len(), packet.dont_frag());
        let Some(route) = self.routes.lookup(to).cloned() else {
            out.push(note(text::NO_ROUTE.with(&[("address", &to)])));
            let reason = Icmpv4DstUnreachable::NetUnreachable;
            return self.unreachable(
                now,
                reason,
                &bytes,
                text::NET_UNREACHABLE.with(&[("address", &to)]),
                out,
            );
        };
        // As Linux has it, a way is looked for before the hops are counted.
        if ttl <= 1 {
            out.push(note(text::TTL.with(&[("address", &to)])));
            let expired = Icmpv4TimeExceeded::TtlExpired;
            return self.time_exceeded(now, expired, &bytes, &text::TIME_EXCEEDED, out);
        }
        let next = route.next_hop(to);
        let Some((mtu, near)) = self
            .interfaces
            .get(route.interface)
            .map(|card| (card.mtu, card.addresses.iter().any(|own| own.contains(&source))))
        else {
            return;
        };
        // The sender is quoted its packet as it came, with all its hops.
        if len > mtu && dont_fragment {
            out.push(note(text::TOO_LARGE.with(&[("bytes", &len), ("mtu", &mtu)])));
            return self.fragmentation_needed(now, mtu, &bytes, out);
        }
        // RFC 1812 §5.2.7.2: the sender is on the same network as the next router and could speak to it itself.
        if self.config.send_redirects && route.interface == from && near && !self.is_local(source) {
            self.redirect(now, next, &bytes, out);
        }
        let mut packet = Ipv4Packet::new_unchecked(bytes.as_mut_slice());
        packet.set_hop_limit(ttl - 1);
        packet.fill_checksum();
        let why = Some(text::FORWARDED.with(&[("route", &route), ("ttl", &(ttl - 1))]));
        if len <= mtu {
            let waiting = Waiting { packet: bytes, note: why, forwarded: true };
            return self.hand_to_neighbour(now, (route.interface, next), waiting, out);
        }
        for packet in fragment::split(&bytes, mtu) {
            let waiting =
                Waiting { packet, note: Some(text::FRAGMENT.with(&[("mtu", &mtu)])), forwarded: true };
            self.hand_to_neighbour(now, (route.interface, next), waiting, out);
        }
    }

    /// Tells the sender of a packet that could be forwarded, but has no neighbour to go to.
    pub(super) fn host_unreachable(&mut self, now: Time, packet: &[u8], out: &mut Vec<Output>) {
        let Ok(parsed) = Ipv4Packet::new_checked(packet) else { return };
        let why = text::HOST_UNREACHABLE.with(&[("address", &parsed.dst_addr())]);
        self.unreachable(now, Icmpv4DstUnreachable::HostUnreachable, packet, why, out);
    }
}
