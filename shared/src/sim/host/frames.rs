//! Which frames a machine takes, and why not the others.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use smoltcp::{
    phy::ChecksumCapabilities,
    wire::{
        ArpPacket, ArpRepr, EthernetAddress, EthernetFrame, EthernetProtocol, Icmpv4Message, Icmpv4Packet,
        IpAddress, IpProtocol, Ipv4Packet, UdpPacket,
    },
};

use super::{Host, arp::colons, text};
use crate::{
    tcp::{Segment, SegmentError},
    trace::Text,
};

/// What a frame carries.
pub(super) enum Packet<'f> {
    Arp(ArpRepr),
    Icmp { from: Ipv4Addr, message: Message },
    Udp { from: SocketAddr, to: SocketAddr, payload: &'f [u8] },
    Tcp { from: SocketAddr, to: SocketAddr, segment: Box<Segment> },
}

/// The ICMP messages that mean something to a host.
#[derive(Debug)]
pub(super) enum Message {
    EchoRequest { ident: u16, seq: u16, data: Vec<u8> },
    EchoReply { ident: u16, seq: u16 },
    PortUnreachable,
}

impl Host {
    /// Reads a frame as far as its transport layer.
    pub(super) fn read<'f>(&self, bytes: &'f [u8]) -> Result<Packet<'f>, Text> {
        let frame = EthernetFrame::new_checked(bytes).map_err(|_| text::NOT_ETHERNET.text())?;
        let to = frame.dst_addr();
        if to != self.mac && to != EthernetAddress::BROADCAST {
            return Err(text::WRONG_MAC.with(&[("mac", &colons(to))]));
        }
        match frame.ethertype() {
            EthernetProtocol::Arp => read_arp(frame.payload()).map(Packet::Arp),
            EthernetProtocol::Ipv4 => self.read_ipv4(frame.payload()),
            other => {
                Err(text::UNKNOWN_ETHERTYPE.with(&[("ethertype", &format!("{:#06x}", u16::from(other)))]))
            }
        }
    }

    fn read_ipv4<'f>(&self, bytes: &'f [u8]) -> Result<Packet<'f>, Text> {
        let packet = Ipv4Packet::new_checked(bytes).map_err(|_| text::BAD_IPV4.text())?;
        if packet.version() != 4 || packet.header_len() < 20 {
            return Err(text::BAD_IPV4.text());
        }
        if !packet.verify_checksum() {
            return Err(text::IPV4_CHECKSUM.text());
        }
        let (from, to) = (packet.src_addr(), packet.dst_addr());
        let everybody = to == Ipv4Addr::BROADCAST || to == self.address.broadcast();
        if to != self.address.addr() && !everybody {
            return Err(text::WRONG_ADDRESS.with(&[("address", &to)]));
        }
        if packet.more_frags() || packet.frag_offset() > 0 {
            return Err(text::FRAGMENT.text());
        }
        let payload = packet.payload();
        match packet.next_header() {
            IpProtocol::Icmp => read_icmp(payload).map(|message| Packet::Icmp { from, message }),
            IpProtocol::Udp => read_udp(from, to, payload),
            IpProtocol::Tcp => match Segment::parse(IpAddr::V4(from), IpAddr::V4(to), payload) {
                Ok(segment) => Ok(Packet::Tcp {
                    from: (from, segment.src_port).into(),
                    to: (to, segment.dst_port).into(),
                    segment: Box::new(segment),
                }),
                Err(SegmentError::Checksum) => Err(text::TCP_CHECKSUM.text()),
                Err(_) => Err(text::BAD_TCP.text()),
            },
            other => Err(text::UNKNOWN_PROTOCOL.with(&[("protocol", &u8::from(other))])),
        }
    }
}

fn read_arp(bytes: &[u8]) -> Result<ArpRepr, Text> {
    ArpPacket::new_checked(bytes).and_then(|packet| ArpRepr::parse(&packet)).map_err(|_| text::BAD_ARP.text())
}

fn read_udp(from: Ipv4Addr, to: Ipv4Addr, bytes: &[u8]) -> Result<Packet<'_>, Text> {
    let packet = UdpPacket::new_checked(bytes).map_err(|_| text::BAD_UDP.text())?;
    if !packet.verify_checksum(&IpAddress::from(from), &IpAddress::from(to)) {
        return Err(text::UDP_CHECKSUM.text());
    }
    Ok(Packet::Udp {
        from: (from, packet.src_port()).into(),
        to: (to, packet.dst_port()).into(),
        payload: packet.payload(),
    })
}

fn read_icmp(bytes: &[u8]) -> Result<Message, Text> {
    let packet = Icmpv4Packet::new_checked(bytes).map_err(|_| text::BAD_ICMP.text())?;
    if !packet.verify_checksum() {
        return Err(text::ICMP_CHECKSUM.text());
    }
    let (ident, seq) = (packet.echo_ident(), packet.echo_seq_no());
    match (packet.msg_type(), packet.msg_code()) {
        (Icmpv4Message::EchoRequest, 0) => {
            Ok(Message::EchoRequest { ident, seq, data: packet.data().to_vec() })
        }
        (Icmpv4Message::EchoReply, 0) => Ok(Message::EchoReply { ident, seq }),
        (Icmpv4Message::DstUnreachable, 3) => Ok(Message::PortUnreachable),
        _ => Err(text::BAD_ICMP.text()),
    }
}

/// Checksums are always computed and checked.
pub(super) fn checksums() -> ChecksumCapabilities {
    ChecksumCapabilities::default()
}
