//! A packet's endpoints, read and rewritten, with the checksums that cover them. RFC 3022 §4.1.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddrV4},
};

use smoltcp::wire::{Icmpv4Packet, IpProtocol, Ipv4Packet, TcpPacket, UdpPacket, checksum};

use super::{
    table::Protocol,
    tcp::Flags,
    verdict::{Change, Place, Value},
};
use crate::wire;

const IPV4_HEADER: usize = 20;
const TCP_HEADER: usize = 20;
/// Of UDP and ICMP.
const SHORT_HEADER: usize = 8;

/// What a packet is to the translator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Udp,
    Tcp(Flags),
    /// An ICMP message with an identifier.
    IcmpRequest,
    IcmpReply,
    /// An ICMP error; it quotes a packet.
    IcmpError,
}

impl Content {
    pub(super) const fn protocol(self) -> Protocol {
        match self {
            Self::Udp => Protocol::Udp,
            Self::Tcp(_) => Protocol::Tcp,
            Self::IcmpRequest | Self::IcmpReply | Self::IcmpError => Protocol::Icmp,
        }
    }
}

/// A packet as it is before translation. For ICMP queries both ports are the identifier, for errors 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct View {
    pub(super) source: SocketAddrV4,
    pub(super) destination: SocketAddrV4,
    pub(super) content: Content,
}

/// Which datagram a fragment is of. RFC 791 §3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Datagram {
    pub(super) source: Ipv4Addr,
    pub(super) destination: Ipv4Addr,
    pub(super) protocol: u8,
    pub(super) id: u16,
}

/// A packet that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parsed {
    Whole(View),
    /// The first fragment of a datagram.
    First(View, Datagram),
    /// A later one, which has no ports.
    Later(Datagram),
}

/// Why a packet cannot be translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    Malformed(&'static str),
    IpChecksum,
    Protocol(u8),
    IcmpType(u8),
    Redirect,
}

/// Reads a packet. `bytes` may be longer than the packet.
pub(super) fn parse(bytes: &[u8]) -> Result<Parsed, Unreadable> {
    let ip = Ipv4Packet::new_checked(bytes).map_err(|_| Unreadable::Malformed("the IPv4 packet"))?;
    if ip.version() != 4 {
        return Err(Unreadable::Malformed("the IPv4 packet"));
    }
    if !ip.verify_checksum() {
        return Err(Unreadable::IpChecksum);
    }
    let (source, destination) = (ip.src_addr(), ip.dst_addr());
    let protocol = u8::from(ip.next_header());
    let datagram = Datagram { source, destination, protocol, id: ip.ident() };
    if ip.frag_offset() != 0 {
        return Ok(Parsed::Later(datagram));
    }
    let whole = !ip.more_frags();
    let (content, from, to) = transport(ip.next_header(), ip.payload(), whole)?;
    let view = View {
        source: SocketAddrV4::new(source, from),
        destination: SocketAddrV4::new(destination, to),
        content,
    };
    Ok(if whole { Parsed::Whole(view) } else { Parsed::First(view, datagram) })
}

/// The kind and ports of a transport's packet; `whole` if it is all there.
fn transport(protocol: IpProtocol, bytes: &[u8], whole: bool) -> Result<(Content, u16, u16), Unreadable> {
    match protocol {
        IpProtocol::Udp => {
            let udp = UdpPacket::new_unchecked(bytes);
            if bytes.len() < SHORT_HEADER || whole && udp.check_len().is_err() {
                return Err(Unreadable::Malformed("the UDP datagram"));
            }
            Ok((Content::Udp, udp.src_port(), udp.dst_port()))
        }
        IpProtocol::Tcp => {
            let tcp = TcpPacket::new_unchecked(bytes);
            if bytes.len() < TCP_HEADER || whole && tcp.check_len().is_err() {
                return Err(Unreadable::Malformed("the TCP segment"));
            }
            let flags = Flags { syn: tcp.syn(), ack: tcp.ack(), fin: tcp.fin(), rst: tcp.rst() };
            Ok((Content::Tcp(flags), tcp.src_port(), tcp.dst_port()))
        }
        IpProtocol::Icmp => {
            if bytes.len() < SHORT_HEADER {
                return Err(Unreadable::Malformed("the ICMP message"));
            }
            let icmp = Icmpv4Packet::new_unchecked(bytes);
            let ident = icmp.echo_ident();
            match u8::from(icmp.msg_type()) {
                // Echo, timestamp, information, address mask.
                8 | 13 | 15 | 17 => Ok((Content::IcmpRequest, ident, ident)),
                0 | 14 | 16 | 18 => Ok((Content::IcmpReply, ident, ident)),
                3 | 4 | 11 | 12 => Ok((Content::IcmpError, 0, 0)),
                5 => Err(Unreadable::Redirect),
                other => Err(Unreadable::IcmpType(other)),
            }
        }
        other => Err(Unreadable::Protocol(other.into())),
    }
}

/// The packet that an ICMP error quotes: at least its header and 8 octets. RFC 5508 §4.1.
pub(super) fn quoted(bytes: &[u8]) -> Option<View> {
    let (_, icmp) = split(bytes)?;
    let (_, quote) = icmp.split_at_checked(SHORT_HEADER)?;
    let (header, rest) = split(quote)?;
    let ip = Ipv4Packet::new_unchecked(header);
    if ip.version() != 4 || !ip.verify_checksum() || ip.frag_offset() != 0 {
        return None;
    }
    let (content, from, to) = match (ip.next_header(), rest.first_chunk::<SHORT_HEADER>()?) {
        (IpProtocol::Tcp, [s0, s1, d0, d1, ..]) => {
            let ports = (u16::from_be_bytes([*s0, *s1]), u16::from_be_bytes([*d0, *d1]));
            (Content::Tcp(Flags::default()), ports.0, ports.1)
        }
        (protocol, head) => transport(protocol, head, false).ok()?,
    };
    if content == Content::IcmpError {
        return None;
    }
    Some(View {
        source: SocketAddrV4::new(ip.src_addr(), from),
        destination: SocketAddrV4::new(ip.dst_addr(), to),
        content,
    })
}

/// Whether the checksum of an ICMP message is right.
pub(super) fn icmp_is_sound(bytes: &[u8]) -> bool {
    split(bytes).is_some_and(|(_, icmp)| Icmpv4Packet::new_unchecked(icmp).verify_checksum())
}

/// A packet's header and the rest of it; the rest may be cut short, as quoted ones are.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    if bytes.len() < IPV4_HEADER {
        return None;
    }
    let ip = Ipv4Packet::new_unchecked(bytes);
    let length = usize::from(ip.header_len());
    let end = usize::from(ip.total_len()).min(bytes.len());
    if length < IPV4_HEADER {
        return None;
    }
    bytes.get(..end)?.split_at_checked(length)
}

fn split_mut(bytes: &mut [u8]) -> Option<(&mut [u8], &mut [u8])> {
    let (header, rest) = split(bytes)?;
    let (header, end) = (header.len(), header.len() + rest.len());
    bytes.get_mut(..end)?.split_at_mut_checked(header)
}

/// New endpoints for a packet. Ports of a fragment without any are left alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Rewrite {
    pub(super) source: Option<SocketAddrV4>,
    pub(super) destination: Option<SocketAddrV4>,
}

/// Rewrites a packet's addresses and, if `ports` says of which protocol, its ports; every checksum follows.
pub(super) fn rewrite(bytes: &mut [u8], to: Rewrite, ports: bool, changes: &mut Changes<'_>) {
    let Some((header, rest)) = split_mut(bytes) else { return };
    let mut ip = Ipv4Packet::new_unchecked(header);
    let before = [ip.src_addr(), ip.dst_addr()];
    let after = [
        to.source.map_or(ip.src_addr(), |source| *source.ip()),
        to.destination.map_or(ip.dst_addr(), |destination| *destination.ip()),
    ];
    let [source, destination] = after;
    changes.address(wire::Protocol::Ipv4, "src", before.first().copied(), source);
    changes.address(wire::Protocol::Ipv4, "dst", before.last().copied(), destination);
    ip.set_src_addr(source);
    ip.set_dst_addr(destination);
    let (before, after) = (before.map(|ip| ip.octets()), after.map(|ip| ip.octets()));
    let (before, after) = (checksum::data(before.as_flattened()), checksum::data(after.as_flattened()));
    let sum = adjusted(ip.checksum(), before, after);
    changes.checksum(wire::Protocol::Ipv4, ip.checksum(), sum);
    ip.set_checksum(sum);
    if !ports {
        return;
    }
    let ports = (to.source.map(|source| source.port()), to.destination.map(|destination| destination.port()));
    match ip.next_header() {
        IpProtocol::Udp if rest.len() >= SHORT_HEADER => udp(rest, ports, (before, after), changes),
        IpProtocol::Tcp if rest.len() >= SHORT_HEADER => tcp(rest, ports, (before, after), changes),
        IpProtocol::Icmp if rest.len() >= SHORT_HEADER => icmp(rest, ports, changes),
        _ => {}
    }
}

type Ports = (Option<u16>, Option<u16>);

fn udp(bytes: &mut [u8], ports: Ports, addresses: (u16, u16), changes: &mut Changes<'_>) {
    let mut udp = UdpPacket::new_unchecked(bytes);
    let old = (udp.src_port(), udp.dst_port());
    let new = (ports.0.unwrap_or(old.0), ports.1.unwrap_or(old.1));
    udp.set_src_port(new.0);
    udp.set_dst_port(new.1);
    changes.ports(wire::Protocol::Udp, old, new);
    // RFC 768: zero says that there is none, so a sum of zero is written as its complement.
    if udp.checksum() != 0 {
        let before = checksum::combine(&[addresses.0, old.0, old.1]);
        let after = checksum::combine(&[addresses.1, new.0, new.1]);
        let sum = match adjusted(udp.checksum(), before, after) {
            0 => 0xffff,
            sum => sum,
        };
        changes.checksum(wire::Protocol::Udp, udp.checksum(), sum);
        udp.set_checksum(sum);
    }
}

fn tcp(bytes: &mut [u8], ports: Ports, addresses: (u16, u16), changes: &mut Changes<'_>) {
    let has_checksum = bytes.len() >= TCP_HEADER;
    let mut tcp = TcpPacket::new_unchecked(bytes);
    let old = (tcp.src_port(), tcp.dst_port());
    let new = (ports.0.unwrap_or(old.0), ports.1.unwrap_or(old.1));
    tcp.set_src_port(new.0);
    tcp.set_dst_port(new.1);
    changes.ports(wire::Protocol::Tcp, old, new);
    // A quoted segment may end before it.
    if has_checksum {
        let before = checksum::combine(&[addresses.0, old.0, old.1]);
        let after = checksum::combine(&[addresses.1, new.0, new.1]);
        let sum = adjusted(tcp.checksum(), before, after);
        changes.checksum(wire::Protocol::Tcp, tcp.checksum(), sum);
        tcp.set_checksum(sum);
    }
}

fn icmp(bytes: &mut [u8], ports: Ports, changes: &mut Changes<'_>) {
    let mut icmp = Icmpv4Packet::new_unchecked(bytes);
    let old = icmp.echo_ident();
    let Some(new) = ports.0.or(ports.1) else { return };
    icmp.set_echo_ident(new);
    let sum = adjusted(icmp.checksum(), old, new);
    if old != new {
        changes.add(wire::Protocol::Icmp, "ident", Value::Number(old), Value::Number(new));
    }
    changes.checksum(wire::Protocol::Icmp, icmp.checksum(), sum);
    icmp.set_checksum(sum);
}

/// Rewrites the packet that an ICMP error quotes; the error's own checksum follows.
pub(super) fn rewrite_quoted(bytes: &mut [u8], to: Rewrite, changes: &mut Vec<Change>) {
    let Some((_, icmp)) = split_mut(bytes) else { return };
    let Some((head, quote)) = icmp.split_at_mut_checked(SHORT_HEADER) else { return };
    let before = checksum::data(quote);
    rewrite(quote, to, true, &mut Changes { place: Place::Quoted, list: changes });
    let after = checksum::data(quote);
    let mut error = Icmpv4Packet::new_unchecked(head);
    let sum = adjusted(error.checksum(), before, after);
    Changes { place: Place::Packet, list: changes }.checksum(wire::Protocol::Icmp, error.checksum(), sum);
    error.set_checksum(sum);
}

/// A checksum after some of what it covers has changed; both are ones' complement sums. A wrong checksum stays wrong.
/// RFC 1624 §3.
fn adjusted(sum: u16, before: u16, after: u16) -> u16 {
    !checksum::combine(&[!sum, !before, after])
}

/// The list of what was changed.
pub(super) struct Changes<'l> {
    pub(super) place: Place,
    pub(super) list: &'l mut Vec<Change>,
}

impl Changes<'_> {
    fn add(&mut self, protocol: wire::Protocol, field: &'static str, before: Value, after: Value) {
        if before != after {
            self.list.push(Change { place: self.place, protocol, field, before, after });
        }
    }

    fn address(
        &mut self,
        protocol: wire::Protocol,
        field: &'static str,
        before: Option<Ipv4Addr>,
        after: Ipv4Addr,
    ) {
        if let Some(before) = before {
            self.add(protocol, field, Value::Address(before), Value::Address(after));
        }
    }

    fn ports(&mut self, protocol: wire::Protocol, before: (u16, u16), after: (u16, u16)) {
        self.add(protocol, "srcport", Value::Number(before.0), Value::Number(after.0));
        self.add(protocol, "dstport", Value::Number(before.1), Value::Number(after.1));
    }

    fn checksum(&mut self, protocol: wire::Protocol, before: u16, after: u16) {
        self.add(protocol, "checksum", Value::Checksum(before), Value::Checksum(after));
    }
}

impl fmt::Display for Datagram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#06x}", self.id)
    }
}
