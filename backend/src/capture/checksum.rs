//! What is left to the network card, done in its place.
//!
//! Linux leaves the TCP and UDP checksum to the card where it can, and on the loopback interface, which has none, it is
//! never finished: the field holds the sum of the pseudo-header alone. A capture of `lo` therefore shows checksums that
//! no receiver would take, though nothing is wrong. [`complete`] finishes exactly those, as a card would have.

use smoltcp::wire::{
    EthernetFrame, EthernetProtocol, IpAddress, IpProtocol, Ipv4Packet, TcpPacket, UdpPacket,
};

/// Finishes the checksum of an IPv4 frame if it was left to the card; says whether it did. A checksum that is anything
/// but the pseudo-header's sum stays as it is, right or wrong.
pub fn complete(frame: &mut [u8]) -> bool {
    let Ok(mut ethernet) = EthernetFrame::new_checked(frame) else { return false };
    if ethernet.ethertype() != EthernetProtocol::Ipv4 {
        return false;
    }
    let Ok(mut ip) = Ipv4Packet::new_checked(ethernet.payload_mut()) else { return false };
    if ip.more_frags() || ip.frag_offset() != 0 {
        return false;
    }
    let (source, destination, protocol) = (ip.src_addr(), ip.dst_addr(), ip.next_header());
    let (from, to) = (IpAddress::from(source), IpAddress::from(destination));
    let payload = ip.payload_mut();
    let Ok(length) = u16::try_from(payload.len()) else { return false };
    let unfinished = pseudo_header(source.octets(), destination.octets(), protocol.into(), length);
    match protocol {
        IpProtocol::Tcp => match TcpPacket::new_checked(payload) {
            Ok(mut tcp) if tcp.checksum() == unfinished && !tcp.verify_checksum(&from, &to) => {
                tcp.fill_checksum(&from, &to);
                true
            }
            _ => false,
        },
        IpProtocol::Udp => match UdpPacket::new_checked(payload) {
            Ok(mut udp) if udp.checksum() == unfinished && !udp.verify_checksum(&from, &to) => {
                udp.fill_checksum(&from, &to);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

/// The ones' complement sum of the pseudo-header, RFC 9293 §3.1 and RFC 768.
fn pseudo_header(source: [u8; 4], destination: [u8; 4], protocol: u8, length: u16) -> u16 {
    let words = [source, destination]
        .into_iter()
        .flat_map(|[a, b, c, d]| [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])]);
    let mut sum: u32 = words.map(u32::from).sum::<u32>() + u32::from(protocol) + u32::from(length);
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    u16::try_from(sum).unwrap_or_default()
}
