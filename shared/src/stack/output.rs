//! IPv4 packets out (RFC 1122 §3.3): the way, the address to send from, the header, and pieces where it is too large.

use std::net::Ipv4Addr;

use smoltcp::{
    phy::ChecksumCapabilities,
    wire::{IpProtocol, Ipv4Packet, Ipv4Repr},
};
use thiserror::Error;

use super::{Output, Stack, fragment, neighbour::Waiting, note, text};
use crate::trace::{Text, Time};

/// An IPv4 header without options.
const HEADER: usize = 20;
/// A packet's length has 16 bits.
const LARGEST: usize = 65_535;

/// Whether a packet may be cut (`IP_MTU_DISCOVER`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fragments {
    /// Here, where it is too large; what fits must not be cut on its way (`IP_PMTUDISC_WANT`, Linux's default).
    #[default]
    Here,
    /// Nowhere: what is too large is an error (`IP_PMTUDISC_DO`).
    Never,
    /// Here and on its way (`IP_PMTUDISC_DONT`).
    Allowed,
}

/// What is to be sent.
#[derive(Debug, Clone)]
pub struct Outgoing<'p> {
    /// From which address; otherwise the one that the route or the interface has.
    pub src: Option<Ipv4Addr>,
    /// To whom.
    pub dst: Ipv4Addr,
    /// By which interface; otherwise by the one that the route has (`SO_BINDTODEVICE`, `IP_MULTICAST_IF`).
    pub interface: Option<usize>,
    /// What it carries.
    pub protocol: IpProtocol,
    /// The segment, datagram or message, its checksum filled in.
    pub payload: &'p [u8],
    /// Hops; otherwise what the machine always sends, and 1 for a group (RFC 1112 §6.1).
    pub ttl: Option<u8>,
    /// The type of service: DSCP and ECN (RFC 2474, RFC 3168).
    pub tos: u8,
    /// Whether it may be cut.
    pub fragments: Fragments,
    /// Why it is sent.
    pub note: Option<Text>,
}

impl<'p> Outgoing<'p> {
    /// With everything else as usual.
    pub const fn new(dst: Ipv4Addr, protocol: IpProtocol, payload: &'p [u8]) -> Self {
        Self {
            src: None,
            dst,
            interface: None,
            protocol,
            payload,
            ttl: None,
            tos: 0,
            fragments: Fragments::Here,
            note: None,
        }
    }
}

/// Why a packet is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SendError {
    /// No route leads there (`ENETUNREACH`).
    #[error("no route leads to {0}: a route to its network, or a default route, is needed")]
    NoRoute(Ipv4Addr),
    /// It must not be cut and is too large (`EMSGSIZE`).
    #[error(
        "{bytes} bytes are too many for a packet that must not be cut: {mtu} is the most that gets there"
    )]
    TooLarge {
        /// The packet with its header.
        bytes: usize,
        /// What would pass.
        mtu: u16,
    },
    /// The interface has no address to send from (`EADDRNOTAVAIL`).
    #[error("the interface to {0} has no address to send from")]
    NoSource(Ipv4Addr),
}

impl Stack {
    /// The interface, the next machine and the source address for a destination.
    ///
    /// # Errors
    /// No route leads there, or the interface has no address.
    pub fn way(
        &self,
        to: Ipv4Addr,
        interface: Option<usize>,
    ) -> Result<(usize, Ipv4Addr, Ipv4Addr), SendError> {
        let route = self.routes.lookup(to);
        let number =
            interface.or_else(|| route.map(|route| route.interface)).ok_or(SendError::NoRoute(to))?;
        let route = route.filter(|route| route.interface == number);
        let card = self.interfaces.get(number).filter(|card| card.up).ok_or(SendError::NoRoute(to))?;
        // Whoever means many needs no router to find them.
        let direct = to.is_multicast() || card.is_broadcast(to);
        let next = if direct { to } else { route.map_or(to, |route| route.next_hop(to)) };
        let source = route.and_then(|route| route.source).or_else(|| card.source_for(next));
        Ok((number, next, source.ok_or(SendError::NoSource(to))?))
    }

    /// The address that a packet for a destination is sent from.
    ///
    /// # Errors
    /// No route leads there, or the interface has no address.
    pub fn source_for(&self, to: Ipv4Addr) -> Result<Ipv4Addr, SendError> {
        if self.is_local(to) { Ok(to) } else { self.way(to, None).map(|(_, _, source)| source) }
    }

    /// Sends a packet; one for this machine itself is received at once.
    ///
    /// # Errors
    /// It cannot be sent: nothing was.
    pub fn send(&mut self, now: Time, packet: &Outgoing<'_>, out: &mut Vec<Output>) -> Result<(), SendError> {
        self.transmit(now, packet.clone(), out)
    }

    /// [`Self::send`] for what is sent once, so that its note need not be copied.
    ///
    /// # Errors
    /// As `send`.
    pub fn transmit(
        &mut self,
        now: Time,
        packet: Outgoing<'_>,
        out: &mut Vec<Output>,
    ) -> Result<(), SendError> {
        let Outgoing { src, dst, interface, payload, .. } = packet;
        let len = HEADER + payload.len();
        if len > LARGEST {
            return Err(SendError::TooLarge { bytes: len, mtu: u16::MAX });
        }
        if self.is_local(dst) {
            let bytes = self.header(&packet, src.unwrap_or(dst), false);
            self.take(now, (None, false), bytes, out);
            return Ok(());
        }
        let (number, next, source) = self.way(dst, interface)?;
        let own = self.interfaces.get(number).map_or(0, |card| card.mtu);
        let mtu = self.path_mtus.get(now, dst).map_or(own, |path| path.min(own));
        let fits = len <= usize::from(mtu);
        if !fits && packet.fragments == Fragments::Never {
            return Err(SendError::TooLarge { bytes: len, mtu });
        }
        let whole =
            self.header(&packet, src.unwrap_or(source), fits && packet.fragments != Fragments::Allowed);
        let many = dst.is_multicast() || self.is_many(dst);
        let listening = self.interfaces.get(number).is_some_and(|card| card.listens_to(dst));
        if many && (listening || !dst.is_multicast()) {
            // Whoever listens here hears it, too (IP_MULTICAST_LOOP; what is for everybody always comes back).
            self.take(now, (Some(number), false), whole.clone(), out);
        }
        let next = (number, next);
        if fits {
            let waiting = Waiting { packet: whole, note: packet.note, forwarded: false };
            self.hand_to_neighbour(now, next, waiting, out);
            return Ok(());
        }
        for bytes in fragment::split(&whole, mtu) {
            let waiting = Waiting { packet: bytes, note: packet.note.clone(), forwarded: false };
            self.hand_to_neighbour(now, next, waiting, out);
        }
        Ok(())
    }

    /// Sends what nobody waits for; a failure is a remark.
    pub(super) fn send_or_say(&mut self, now: Time, packet: Outgoing<'_>, out: &mut Vec<Output>) {
        let dst = packet.dst;
        if self.transmit(now, packet, out).is_err() {
            out.push(note(text::NO_ROUTE.with(&[("address", &dst)])));
        }
    }

    /// The packet with its header.
    fn header(&mut self, packet: &Outgoing<'_>, source: Ipv4Addr, dont_fragment: bool) -> Vec<u8> {
        let usual = if packet.dst.is_multicast() { 1 } else { self.config.ttl };
        let header = Ipv4Repr {
            src_addr: source,
            dst_addr: packet.dst,
            next_header: packet.protocol,
            payload_len: packet.payload.len(),
            hop_limit: packet.ttl.unwrap_or(usual),
        };
        let mut bytes = Vec::with_capacity(HEADER + packet.payload.len());
        bytes.resize(HEADER, 0);
        bytes.extend_from_slice(packet.payload);
        let mut emitted = Ipv4Packet::new_unchecked(bytes.as_mut_slice());
        header.emit(&mut emitted, &ChecksumCapabilities::ignored());
        emitted.set_dscp(packet.tos >> 2);
        emitted.set_ecn(packet.tos & 3);
        emitted.set_ident(self.ident);
        emitted.set_dont_frag(dont_fragment);
        emitted.fill_checksum();
        self.ident = self.ident.wrapping_add(1);
        bytes
    }
}
