//! Frames to look at: one or more for each protocol, with right lengths and checksums.

use super::{LinkType, Protocol, edit};

/// A frame with the name by which a page offers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its name, unique: `tcp-syn`. The page translates it.
    pub name: &'static str,
    /// What it is an example of.
    pub protocol: Protocol,
    /// What its first byte is.
    pub link: LinkType,
    /// Its bytes.
    pub frame: Vec<u8>,
}

/// All samples. Addresses are those for documentation (RFC 5737, RFC 3849) and private ones.
pub fn all() -> Vec<Sample> {
    let mut samples = vec![
        sample("tcp-syn", Protocol::Tcp, ipv4(6, &tcp(SYN, 0x02, &[], b""))),
        sample("tcp-syn-ack", Protocol::Tcp, ipv4_back(6, &tcp_back(0x12, b""))),
        sample(
            "tcp-data",
            Protocol::Tcp,
            ipv4(6, &tcp(STAMP, 0x18, &[0x49, 0x96, 2, 0xd3], b"hello, server\n")),
        ),
        sample("tcp-sack", Protocol::Tcp, ipv4(6, &tcp(SACK, 0x10, &[0x49, 0x96, 2, 0xd3], b""))),
        sample("udp", Protocol::Udp, ipv4(17, &udp(50_000, 7, "你好".as_bytes()))),
        sample("udp-ipv6", Protocol::Ipv6, ipv6(17, &udp(50_000, 7, b"hello"))),
        sample("icmp-echo", Protocol::Icmp, ipv4(1, &[&[8, 0, 0, 1, 0x12, 0x34, 0, 1][..], PING].concat())),
        sample(
            "icmp-echo-reply",
            Protocol::Icmp,
            ipv4_back(1, &[&[0, 0, 0, 1, 0x12, 0x34, 0, 1][..], PING].concat()),
        ),
        sample("icmp-unreachable", Protocol::Icmp, ipv4_back(1, &unreachable())),
        sample(
            "icmp-time-exceeded",
            Protocol::Icmp,
            ipv4_back(1, &[&[11, 0, 0, 1, 0, 0, 0, 0][..], &quotation()].concat()),
        ),
        sample(
            "icmpv6-echo",
            Protocol::Icmpv6,
            ipv6(58, &[&[128, 0, 0, 1, 0x12, 0x34, 0, 1][..], PING].concat()),
        ),
        sample("icmpv6-neighbor-solicitation", Protocol::Icmpv6, solicitation()),
        sample("arp-request", Protocol::Arp, ethernet(&BROADCAST, 0x0806, &padded(&arp(1, &[0; 6])))),
        sample("arp-reply", Protocol::Arp, ethernet(&LEFT, 0x0806, &padded(&arp(2, &LEFT)))),
        sample(
            "vlan",
            Protocol::Vlan,
            ethernet(
                &RIGHT,
                0x8100,
                &[&[0x60, 42, 8, 0][..], &ip_packet(17, &udp(50_000, 7, b"tagged"))].concat(),
            ),
        ),
        sample("ipv4-options", Protocol::Ipv4, ipv4_options()),
        sample("ipv4-fragment", Protocol::Ipv4, fragment()),
        sample("ipv6-extensions", Protocol::Ipv6, ipv6(0, &extensions())),
        sample("dns-query", Protocol::Dns, ipv4(17, &udp(50_001, 53, DNS_QUERY))),
        sample("dns-response", Protocol::Dns, ipv4_back(17, &udp(53, 50_001, &dns_response()))),
        sample("dhcp-discover", Protocol::Dhcp, dhcp()),
        sample(
            "tftp-rrq",
            Protocol::Tftp,
            ipv4(17, &udp(50_002, 69, b"\x00\x01hello.txt\0octet\0blksize\x001428\0")),
        ),
        sample(
            "tftp-data",
            Protocol::Tftp,
            ipv4_back(17, &udp(50_100, 50_002, &[&[0, 3, 0, 1][..], &[b'a'; 512]].concat())),
        ),
        sample("rip-response", Protocol::Rip, rip()),
        sample("http-request", Protocol::Http, ipv4(6, &tcp_to(80, HTTP_REQUEST))),
        sample("http-response", Protocol::Http, ipv4_back(6, &tcp_from(80, HTTP_RESPONSE))),
    ];
    for sample in &mut samples {
        edit::fix_checksums(sample.link, &mut sample.frame);
    }
    samples
}

const LEFT: [u8; 6] = [0x02, 0, 0, 0, 0, 0x0a];
const RIGHT: [u8; 6] = [0x02, 0, 0, 0, 0, 0x14];
const BROADCAST: [u8; 6] = [0xff; 6];
const LEFT_IP: [u8; 4] = [192, 168, 1, 10];
const RIGHT_IP: [u8; 4] = [192, 168, 1, 20];
/// Checksums are 1 at first, which makes [`edit::fix_checksums`] put them right; 0 would mean "none" to UDP.
const UNDONE: [u8; 2] = [0, 1];
const PING: &[u8] = b"abcdefghijklmnopqrstuvwabcdefghi";
const SYN: &[u8] = &[2, 4, 5, 0xb4, 4, 2, 8, 10, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 0, 1, 3, 3, 7];
const STAMP: &[u8] = &[1, 1, 8, 10, 0x12, 0x34, 0x56, 0x90, 0x87, 0x65, 0x43, 0x21];
const SACK: &[u8] = &[1, 1, 5, 10, 0x49, 0x96, 0x08, 0x87, 0x49, 0x96, 0x0e, 0x3b];
const DNS_QUERY: &[u8] = b"\xbe\xef\x01\0\0\x01\0\0\0\0\0\0\x03www\x07example\x03com\0\0\x01\0\x01";
const HTTP_REQUEST: &[u8] = b"GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nAccept: text/html\r\n\r\n";
const HTTP_RESPONSE: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nhello, web\r\n\n";

fn sample(name: &'static str, protocol: Protocol, frame: Vec<u8>) -> Sample {
    Sample { name, protocol, link: LinkType::Ethernet, frame }
}

fn ethernet(to: &[u8; 6], kind: u16, payload: &[u8]) -> Vec<u8> {
    let from = if *to == LEFT { &RIGHT } else { &LEFT };
    [&to[..], from, &kind.to_be_bytes(), payload].concat()
}

/// At least 46 bytes, as an Ethernet frame carries.
fn padded(payload: &[u8]) -> Vec<u8> {
    let mut bytes = payload.to_vec();
    bytes.resize(bytes.len().max(46), 0);
    bytes
}

fn ip_header(options: &[u8], fragment: u16, protocol: u8, between: [[u8; 4]; 2], payload: &[u8]) -> Vec<u8> {
    let length = (20 + options.len() + payload.len()) as u16;
    let [from, to] = between;
    [
        &[0x45 + (options.len() / 4) as u8, 0][..],
        &length.to_be_bytes(),
        &[0x1c, 0x46],
        &fragment.to_be_bytes(),
        &[64, protocol],
        &UNDONE,
        &from,
        &to,
        options,
        payload,
    ]
    .concat()
}

fn ip_packet(protocol: u8, payload: &[u8]) -> Vec<u8> {
    ip_header(&[], 0x4000, protocol, [LEFT_IP, RIGHT_IP], payload)
}

fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    ethernet(&RIGHT, 0x0800, &ip_packet(protocol, payload))
}

fn ipv4_back(protocol: u8, payload: &[u8]) -> Vec<u8> {
    ethernet(&LEFT, 0x0800, &ip_header(&[], 0x4000, protocol, [RIGHT_IP, LEFT_IP], payload))
}

fn ipv6_packet(next: u8, hop_limit: u8, to: &[u8; 16], payload: &[u8]) -> Vec<u8> {
    let length = payload.len() as u16;
    let from = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10];
    [&[0x60, 0, 0x12, 0x34][..], &length.to_be_bytes(), &[next, hop_limit], &from, to, payload].concat()
}

fn ipv6(next: u8, payload: &[u8]) -> Vec<u8> {
    let to = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20];
    ethernet(&RIGHT, 0x86dd, &ipv6_packet(next, 64, &to, payload))
}

/// To the solicited-node group of 2001:db8::20, RFC 4861 §7.2.2.
fn solicitation() -> Vec<u8> {
    let target = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20];
    let message = [&[135, 0, 0, 1, 0, 0, 0, 0][..], &target, &[1, 1], &LEFT].concat();
    let group = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 0x20];
    ethernet(&[0x33, 0x33, 0xff, 0, 0, 0x20], 0x86dd, &ipv6_packet(58, 255, &group, &message))
}

/// Hop-by-hop options with a router alert, destination options with padding, then UDP.
fn extensions() -> Vec<u8> {
    [&[60, 0, 5, 2, 0, 0, 1, 0, 17, 0, 1, 4, 0, 0, 0, 0][..], &udp(50_000, 7, b"extended")].concat()
}

fn udp(from: u16, to: u16, payload: &[u8]) -> Vec<u8> {
    let length = (8 + payload.len()) as u16;
    [&from.to_be_bytes()[..], &to.to_be_bytes(), &length.to_be_bytes(), &UNDONE, payload].concat()
}

fn segment(ports: [u16; 2], numbers: [u32; 2], flags: u8, options: &[u8], payload: &[u8]) -> Vec<u8> {
    let [from, to] = ports;
    let [seq, ack] = numbers;
    let words = (5 + options.len() / 4) as u8;
    [
        &from.to_be_bytes()[..],
        &to.to_be_bytes(),
        &seq.to_be_bytes(),
        &ack.to_be_bytes(),
        &[words << 4, flags, 0xfa, 0xf0],
        &UNDONE,
        &[0, 0],
        options,
        payload,
    ]
    .concat()
}

const CLIENT_ISN: u32 = 305_419_896;
const SERVER_ISN: u32 = 1_234_567_890;

fn tcp(options: &[u8], flags: u8, ack: &[u8], payload: &[u8]) -> Vec<u8> {
    let ack = <[u8; 4]>::try_from(ack).map_or(0, u32::from_be_bytes);
    let seq = if flags & 2 == 2 { CLIENT_ISN } else { CLIENT_ISN + 1 };
    segment([50_003, 7], [seq, ack], flags, options, payload)
}

fn tcp_back(flags: u8, payload: &[u8]) -> Vec<u8> {
    segment([7, 50_003], [SERVER_ISN, CLIENT_ISN + 1], flags, SYN, payload)
}

fn tcp_to(port: u16, payload: &[u8]) -> Vec<u8> {
    segment([50_004, port], [CLIENT_ISN + 1, SERVER_ISN + 1], 0x18, &[], payload)
}

fn tcp_from(port: u16, payload: &[u8]) -> Vec<u8> {
    let ack = CLIENT_ISN + 1 + HTTP_REQUEST.len() as u32;
    segment([port, 50_004], [SERVER_ISN + 1, ack], 0x18, &[], payload)
}

fn arp(operation: u8, target: &[u8; 6]) -> Vec<u8> {
    let (from, from_ip, to_ip) =
        if operation == 1 { (LEFT, LEFT_IP, RIGHT_IP) } else { (RIGHT, RIGHT_IP, LEFT_IP) };
    [&[0, 1, 8, 0, 6, 4, 0, operation][..], &from, &from_ip, target, &to_ip].concat()
}

/// The datagram that an error quotes: its header and its first eight bytes, RFC 792.
fn quotation() -> Vec<u8> {
    let mut quoted = ip_packet(17, &udp(50_000, 33_434, b""));
    quoted.truncate(28);
    quoted
}

fn unreachable() -> Vec<u8> {
    [&[3, 3, 0, 1, 0, 0, 0, 0][..], &quotation()].concat()
}

/// Record Route with one of three slots used, and a No Operation to fill the last word.
fn ipv4_options() -> Vec<u8> {
    let options = [&[7, 15, 8][..], &[192, 168, 1, 1], &[0; 8], &[0]].concat();
    let ping = [&[8, 0, 0, 1, 0, 7, 0, 1][..], PING].concat();
    ethernet(&RIGHT, 0x0800, &ip_header(&options, 0, 1, [LEFT_IP, RIGHT_IP], &ping))
}

/// The second fragment of a datagram, 1,480 bytes in.
fn fragment() -> Vec<u8> {
    ethernet(&RIGHT, 0x0800, &ip_header(&[], 1480 / 8, 17, [LEFT_IP, RIGHT_IP], PING))
}

fn dns_response() -> Vec<u8> {
    let mut message = DNS_QUERY.to_vec();
    message.splice(2..8, [0x81, 0x80, 0, 1, 0, 1]);
    message.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0x0e, 0x10, 0, 4, 192, 0, 2, 80]);
    message
}

/// A client that has no address yet asks everyone, RFC 2131 §4.4.1.
fn dhcp() -> Vec<u8> {
    let mut message = vec![1, 1, 6, 0, 0x39, 0x03, 0xf3, 0x26, 0, 0, 0x80, 0];
    message.resize(28, 0);
    message.extend(LEFT);
    message.resize(236, 0);
    message.extend([0x63, 0x82, 0x53, 0x63, 53, 1, 1, 61, 7, 1]);
    message.extend(LEFT);
    message.extend(b"\x0c\x06laptop\x37\x04\x01\x03\x06\x0f\xff");
    let packet = ip_header(&[], 0, 17, [[0; 4], [255; 4]], &udp(68, 67, &message));
    ethernet(&BROADCAST, 0x0800, &packet)
}

/// Two routes of a router that speaks RIP version 2, to the group of all such routers.
fn rip() -> Vec<u8> {
    let route = |network: [u8; 4], metric: u8| {
        [&[0, 2, 0, 0][..], &network, &[255, 255, 255, 0], &[0; 4], &[0, 0, 0, metric]].concat()
    };
    let message = [vec![2, 2, 0, 0], route([10, 1, 1, 0], 1), route([10, 2, 2, 0], 3)].concat();
    let packet = ip_header(&[], 0, 17, [LEFT_IP, [224, 0, 0, 9]], &udp(520, 520, &message));
    ethernet(&[1, 0, 0x5e, 0, 0, 9], 0x0800, &packet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{dissect, headers};

    #[test]
    fn every_sample_is_sound_and_shows_its_protocol() {
        for sample in all() {
            let dissection = dissect(sample.link, &sample.frame);
            assert_eq!(dissection.problem, None, "{}", sample.name);
            let problems: Vec<_> = dissection.problems().cloned().collect();
            assert_eq!(problems, [], "{}", sample.name);
            assert!(dissection.layer(sample.protocol).is_some(), "{}: {dissection:?}", sample.name);
        }
    }

    #[test]
    fn every_table_of_a_header_adds_up_to_whole_bytes() {
        for header in headers() {
            assert_eq!(header.bits() % 8, 0, "{}", header.title);
        }
    }
}
