//! Packets, built and checked by smoltcp.

use std::net::{Ipv4Addr, SocketAddrV4};

use smoltcp::{
    phy::ChecksumCapabilities,
    wire::{
        Icmpv4DstUnreachable, Icmpv4Packet, Icmpv4Repr, IpProtocol, Ipv4Packet, Ipv4Repr, TcpControl,
        TcpPacket, TcpRepr, TcpSeqNumber, UdpPacket, UdpRepr,
    },
};

const WHOLE: fn() -> ChecksumCapabilities = ChecksumCapabilities::default;

fn ipv4(from: Ipv4Addr, to: Ipv4Addr, protocol: IpProtocol, payload: &[u8]) -> Vec<u8> {
    let repr = Ipv4Repr {
        src_addr: from,
        dst_addr: to,
        next_header: protocol,
        payload_len: payload.len(),
        hop_limit: 64,
    };
    let mut bytes = vec![0; 20];
    bytes.extend(payload);
    repr.emit(&mut Ipv4Packet::new_unchecked(&mut bytes[..]), &WHOLE());
    bytes
}

pub fn udp(from: SocketAddrV4, to: SocketAddrV4, data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 8 + data.len()];
    UdpRepr { src_port: from.port(), dst_port: to.port() }.emit(
        &mut UdpPacket::new_unchecked(&mut bytes[..]),
        &(*from.ip()).into(),
        &(*to.ip()).into(),
        data.len(),
        |payload| payload.copy_from_slice(data),
        &WHOLE(),
    );
    ipv4(*from.ip(), *to.ip(), IpProtocol::Udp, &bytes)
}

/// `flags`: letters of `SAFR`; `seq` and `ack` as they are.
pub fn tcp(from: SocketAddrV4, to: SocketAddrV4, flags: &str, seq: u32, ack: u32, data: &[u8]) -> Vec<u8> {
    let repr = TcpRepr {
        src_port: from.port(),
        dst_port: to.port(),
        control: TcpControl::None,
        seq_number: TcpSeqNumber(i32::from_ne_bytes(seq.to_ne_bytes())),
        ack_number: Some(TcpSeqNumber(i32::from_ne_bytes(ack.to_ne_bytes()))),
        window_len: 64_000,
        window_scale: None,
        max_seg_size: None,
        sack_permitted: false,
        sack_ranges: [None; 3],
        timestamp: None,
        payload: data,
    };
    let mut bytes = vec![0; repr.buffer_len()];
    let (source, destination) = ((*from.ip()).into(), (*to.ip()).into());
    let mut packet = TcpPacket::new_unchecked(&mut bytes[..]);
    repr.emit(&mut packet, &source, &destination, &WHOLE());
    packet.set_syn(flags.contains('S'));
    packet.set_ack(flags.contains('A'));
    packet.set_fin(flags.contains('F'));
    packet.set_rst(flags.contains('R'));
    if !flags.contains('A') {
        packet.set_ack_number(TcpSeqNumber(0));
    }
    packet.fill_checksum(&source, &destination);
    ipv4(*from.ip(), *to.ip(), IpProtocol::Tcp, &bytes)
}

fn icmp(from: Ipv4Addr, to: Ipv4Addr, repr: &Icmpv4Repr<'_>) -> Vec<u8> {
    let mut bytes = vec![0; repr.buffer_len()];
    repr.emit(&mut Icmpv4Packet::new_unchecked(&mut bytes[..]), &WHOLE());
    ipv4(from, to, IpProtocol::Icmp, &bytes)
}

pub fn echo(from: Ipv4Addr, to: Ipv4Addr, ident: u16, seq_no: u16, request: bool) -> Vec<u8> {
    let data = b"the quick brown fox";
    let repr = if request {
        Icmpv4Repr::EchoRequest { ident, seq_no, data }
    } else {
        Icmpv4Repr::EchoReply { ident, seq_no, data }
    };
    icmp(from, to, &repr)
}

/// Port unreachable about a packet, of which all is quoted, or only so much.
pub fn unreachable(from: Ipv4Addr, to: Ipv4Addr, about: &[u8], quoted: usize) -> Vec<u8> {
    let quoted = &about[..about.len().min(quoted)];
    let mut message = vec![3, u8::from(Icmpv4DstUnreachable::PortUnreachable), 0, 0, 0, 0, 0, 0];
    message.extend(quoted);
    Icmpv4Packet::new_unchecked(&mut message[..]).fill_checksum();
    ipv4(from, to, IpProtocol::Icmp, &message)
}

/// A datagram in two fragments.
pub fn fragments(packet: &[u8], id: u16, first: usize) -> [Vec<u8>; 2] {
    let (header, payload) = packet.split_at(20);
    let piece = |offset: usize, payload: &[u8], more| {
        let mut bytes = [header, payload].concat();
        let length = u16::try_from(bytes.len()).unwrap();
        let mut ip = Ipv4Packet::new_unchecked(&mut bytes[..]);
        ip.set_total_len(length);
        ip.set_ident(id);
        ip.clear_flags();
        ip.set_more_frags(more);
        ip.set_frag_offset(u16::try_from(offset).unwrap());
        ip.fill_checksum();
        bytes
    };
    [piece(0, &payload[..first], true), piece(first, &payload[first..], false)]
}

/// The fragments' datagram.
pub fn assembled(pieces: &[Vec<u8>; 2]) -> Vec<u8> {
    let mut bytes = [&pieces[0][..], &pieces[1][20..]].concat();
    let length = u16::try_from(bytes.len()).unwrap();
    let mut ip = Ipv4Packet::new_unchecked(&mut bytes[..]);
    ip.set_total_len(length);
    ip.clear_flags();
    ip.set_frag_offset(0);
    ip.fill_checksum();
    bytes
}

/// Both endpoints; of ICMP the ports are the identifier.
pub fn endpoints(packet: &[u8]) -> (SocketAddrV4, SocketAddrV4) {
    let ip = Ipv4Packet::new_unchecked(packet);
    let rest = &packet[usize::from(ip.header_len())..];
    let word = |at: usize| u16::from_be_bytes([rest[at], rest[at + 1]]);
    let ports = if ip.next_header() == IpProtocol::Icmp { (word(4), word(4)) } else { (word(0), word(2)) };
    (SocketAddrV4::new(ip.src_addr(), ports.0), SocketAddrV4::new(ip.dst_addr(), ports.1))
}

/// Whether each checksum of a packet is right, as smoltcp counts, and those of what it quotes if all of it is quoted.
pub fn is_sound(packet: &[u8]) -> bool {
    let Ok(ip) = Ipv4Packet::new_checked(packet) else { return false };
    let (source, destination) = (ip.src_addr().into(), ip.dst_addr().into());
    ip.verify_checksum()
        && match ip.next_header() {
            IpProtocol::Udp => UdpPacket::new_checked(ip.payload())
                .is_ok_and(|udp| udp.verify_checksum(&source, &destination)),
            IpProtocol::Tcp => TcpPacket::new_checked(ip.payload())
                .is_ok_and(|tcp| tcp.verify_checksum(&source, &destination)),
            IpProtocol::Icmp => {
                let icmp = Icmpv4Packet::new_unchecked(ip.payload());
                let quotes = matches!(u8::from(icmp.msg_type()), 3 | 4 | 11 | 12);
                icmp.verify_checksum() && (!quotes || quote_is_sound(icmp.data()))
            }
            _ => true,
        }
}

fn quote_is_sound(quote: &[u8]) -> bool {
    let ip = Ipv4Packet::new_unchecked(quote);
    ip.verify_checksum() && (usize::from(ip.total_len()) > quote.len() || is_sound(quote))
}

/// The packet that an ICMP error quotes.
pub fn quoted(packet: &[u8]) -> &[u8] {
    &packet[28..]
}
