//! The kernel's translator and ours, side by side.
//!
//! ```text
//! client (a raw socket) - lan [10.0.0.1] router [203.0.113.1] wan - server (a raw socket)
//! ```

use std::{
    collections::VecDeque,
    net::{Ipv4Addr, SocketAddrV4},
    thread,
    time::{Duration, Instant},
};

use firsthop_protocol::{
    nat::{Config, Direction, Forward, Nat, Verdict},
    trace::Time,
};
use smoltcp::{
    phy::{Device, Medium, RawSocket, RxToken, TxToken},
    time::Instant as SmolInstant,
    wire::{
        EthernetAddress, EthernetFrame, EthernetProtocol, Icmpv4Packet, IpProtocol, Ipv4Packet, TcpPacket,
        UdpPacket,
    },
};

use crate::{
    netns::{self, Namespace},
    packets::{endpoints, udp},
};

pub const OUTSIDE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);
/// The flow by which we see that all before it has gone through.
const MARKER: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 250), 40_000);
const MARKER_SERVER: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(198, 51, 100, 250), 9);
/// After this the kernel has lost it.
const PATIENCE: Duration = Duration::from_secs(10);

/// One end of the kernel's router: a raw socket on a cable to it.
pub struct End {
    socket: RawSocket,
    own: EthernetAddress,
    router: EthernetAddress,
    heard: VecDeque<Vec<u8>>,
}

impl End {
    fn send(&mut self, packet: &[u8]) {
        let token = self.socket.transmit(SmolInstant::ZERO).unwrap();
        token.consume(14 + packet.len(), |bytes| {
            let mut frame = EthernetFrame::new_unchecked(bytes);
            frame.set_src_addr(self.own);
            frame.set_dst_addr(self.router);
            frame.set_ethertype(EthernetProtocol::Ipv4);
            frame.payload_mut().copy_from_slice(packet);
        });
    }

    /// The IPv4 packets that have come, without what Ethernet pads.
    fn listen(&mut self) {
        while let Some((token, _)) = self.socket.receive(SmolInstant::ZERO) {
            let packet = token.consume(|bytes| {
                let frame = EthernetFrame::new_checked(bytes).ok()?;
                let ours = frame.dst_addr() == self.own && frame.ethertype() == EthernetProtocol::Ipv4;
                let length = usize::from(Ipv4Packet::new_checked(frame.payload()).ok()?.total_len());
                ours.then(|| frame.payload()[..length].to_vec())
            });
            self.heard.extend(packet);
        }
    }

    /// All that came before the marker.
    fn until(&mut self, marker: &[u8]) -> Vec<Vec<u8>> {
        let begun = Instant::now();
        let mut before = Vec::new();
        loop {
            self.listen();
            while let Some(packet) = self.heard.pop_front() {
                if packet.ends_with(marker) {
                    return before;
                }
                before.push(packet);
            }
            assert!(begun.elapsed() < PATIENCE, "the marker did not come through the kernel");
            thread::sleep(Duration::from_micros(200));
        }
    }
}

/// The kernel as a router.
pub struct Kernel {
    client: End,
    server: End,
    marks: u64,
    pub router: Namespace,
    _others: [Namespace; 2],
}

impl Kernel {
    fn new(label: &str, rules: &str) -> Self {
        let [client, router, server] =
            ["client", "router", "server"].map(|role| Namespace::new(&format!("{label}-{role}")));
        router.cable("lan", &client, "eth0");
        router.cable("wan", &server, "eth0");
        let mac = |namespace: &Namespace, interface: &str| -> String {
            let path = format!("/sys/class/net/{interface}/address");
            namespace.run("cat", &[&path]).trim().to_owned()
        };
        let address = |text: &str| -> EthernetAddress { text.parse().unwrap() };
        router.run("ip", &["addr", "add", "10.0.0.1/24", "dev", "lan"]);
        router.run("ip", &["addr", "add", "203.0.113.1/24", "dev", "wan"]);
        router.run("ip", &["route", "add", "default", "via", "203.0.113.254"]);
        let (client_mac, server_mac) = (mac(&client, "eth0"), mac(&server, "eth0"));
        let neighbour = |address: &str, mac: &str, interface: &str| {
            router.run("ip", &["neigh", "add", address, "lladdr", mac, "dev", interface, "nud", "permanent"]);
        };
        neighbour("203.0.113.254", &server_mac, "wan");
        for host in [2, 3, 4, 5, 250, 254] {
            neighbour(&format!("10.0.0.{host}"), &client_mac, "lan");
        }
        router.run(
            "sysctl",
            &[
                "-qw",
                "net.ipv4.ip_forward=1",
                "net.ipv4.conf.all.rp_filter=0",
                "net.ipv4.conf.lan.rp_filter=0",
                "net.ipv4.conf.wan.rp_filter=0",
                "net.ipv4.conf.all.send_redirects=0",
                "net.ipv4.conf.lan.send_redirects=0",
            ],
        );
        router.run(
            "nft",
            &[&format!(
                "table ip nat {{
                chain after {{ type nat hook postrouting priority srcnat; oifname \"wan\" masquerade; }}
                chain before {{ type nat hook prerouting priority dstnat; {rules} }}
            }}"
            )],
        );
        let end = |namespace: &Namespace, own: &str, router: String| End {
            socket: namespace.open(|| RawSocket::new("eth0", Medium::Ethernet).unwrap()),
            own: address(own),
            router: address(&router),
            heard: VecDeque::new(),
        };
        let mut kernel = Self {
            client: end(&client, &client_mac, mac(&router, "lan")),
            server: end(&server, &server_mac, mac(&router, "wan")),
            marks: 0,
            router,
            _others: [client, server],
        };
        // The marker's own flow: from now on it goes both ways.
        assert!(kernel.translate(Direction::Out, &[]).is_empty());
        kernel
    }

    /// What comes out at the other end of a packet.
    pub fn translate(&mut self, direction: Direction, packets: &[Vec<u8>]) -> Vec<Vec<u8>> {
        self.marks += 1;
        let mark = [&b"marker"[..], &self.marks.to_be_bytes()].concat();
        let (from, to, marker) = match direction {
            Direction::Out => (&mut self.client, &mut self.server, udp(MARKER, MARKER_SERVER, &mark)),
            Direction::In => {
                let seen = SocketAddrV4::new(OUTSIDE, MARKER.port());
                (&mut self.server, &mut self.client, udp(MARKER_SERVER, seen, &mark))
            }
        };
        packets.iter().for_each(|packet| from.send(packet));
        from.send(&marker);
        let came = to.until(&mark);
        // What the router itself answered.
        from.listen();
        from.heard.clear();
        came
    }
}

/// What the kernel's connection tracking says of a connection from this port inside: `SYN_SENT`.
pub fn tracked(router: &Namespace, port: u16) -> Option<String> {
    let said = router.run("cat", &["/proc/net/nf_conntrack"]);
    let line =
        said.lines().find(|line| line.contains(" tcp ") && line.contains(&format!("sport={port} ")))?;
    line.split_whitespace().nth(5).map(str::to_owned)
}

/// Ours and the kernel's, side by side.
pub struct Pair {
    pub ours: Nat,
    pub kernel: Kernel,
}

/// A packet as each of the two sent it on.
#[derive(Debug, Clone)]
pub struct Seen {
    pub ours: Vec<u8>,
    pub kernel: Vec<u8>,
}

impl Seen {
    /// The outside endpoint that each of them chose.
    pub fn outside(&self) -> [SocketAddrV4; 2] {
        [endpoints(&self.ours).0, endpoints(&self.kernel).0]
    }
}

impl Pair {
    /// Whether the kernel shows its table.
    pub fn is_readable(&self) -> bool {
        let shown = self.kernel.router.run("ls", &["/proc/net"]).contains("nf_conntrack");
        if !shown {
            assert!(std::env::var_os("CI").is_none(), "the kernel does not show /proc/net/nf_conntrack");
            eprintln!("SKIPPED: the kernel does not show /proc/net/nf_conntrack");
        }
        shown
    }

    pub fn ours(&mut self, direction: Direction, packet: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = packet.to_vec();
        match self.ours.translate(Time::ZERO, direction, &mut bytes) {
            Verdict::Translated { .. } => {
                // A router takes one off.
                let mut ip = Ipv4Packet::new_unchecked(&mut bytes[..]);
                ip.set_hop_limit(ip.hop_limit() - 1);
                ip.fill_checksum();
                Some(bytes)
            }
            Verdict::Dropped { .. } | Verdict::NotOurs { .. } => None,
        }
    }

    /// A packet from a host inside: both let it out, or neither.
    pub fn out(&mut self, packet: &[u8]) -> Option<Seen> {
        let ours = self.ours(Direction::Out, packet);
        let mut kernel = self.kernel.translate(Direction::Out, &[packet.to_vec()]);
        assert!(kernel.len() <= 1);
        let kernel = kernel.pop();
        assert_eq!(ours.is_some(), kernel.is_some(), "ours {ours:02x?}, the kernel's {kernel:02x?}");
        let seen = Seen { ours: ours?, kernel: kernel? };
        if is_error(&seen.ours) {
            assert_eq!(seen.ours, seen.kernel);
        } else {
            let port = endpoints(&seen.ours).0.port();
            assert_eq!(seen.ours, with_source_port(&seen.kernel, port));
        }
        Some(seen)
    }

    /// A packet from outside, to the endpoint that each of them chose: the same comes in, or nothing.
    pub fn inward(&mut self, packet: [Vec<u8>; 2]) -> Option<Vec<u8>> {
        let [ours, kernel] = packet;
        let ours = self.ours(Direction::In, &ours);
        let mut kernel = self.kernel.translate(Direction::In, &[kernel]);
        assert!(kernel.len() <= 1);
        assert_eq!(ours, kernel.pop());
        ours
    }
}

pub fn is_error(packet: &[u8]) -> bool {
    packet[9] == 1 && matches!(packet[20], 3 | 11)
}

/// The packet with another source port or identifier, all sums made anew.
pub fn with_source_port(packet: &[u8], port: u16) -> Vec<u8> {
    let mut bytes = packet.to_vec();
    let mut ip = Ipv4Packet::new_unchecked(&mut bytes[..]);
    let (source, destination) = (ip.src_addr().into(), ip.dst_addr().into());
    match ip.next_header() {
        IpProtocol::Udp => {
            let mut udp = UdpPacket::new_unchecked(ip.payload_mut());
            udp.set_src_port(port);
            if udp.checksum() != 0 {
                udp.fill_checksum(&source, &destination);
            }
        }
        IpProtocol::Tcp => {
            let mut tcp = TcpPacket::new_unchecked(ip.payload_mut());
            tcp.set_src_port(port);
            tcp.fill_checksum(&source, &destination);
        }
        _ => {
            let mut icmp = Icmpv4Packet::new_unchecked(ip.payload_mut());
            icmp.set_echo_ident(port);
            icmp.fill_checksum();
        }
    }
    ip.fill_checksum();
    bytes
}

pub fn pair(label: &str, rules: &str, forwards: &[Forward]) -> Option<Pair> {
    if !netns::possible(&["nft"]) {
        return None;
    }
    let mut ours = Nat::new(Config::new(OUTSIDE), 1);
    forwards.iter().for_each(|forward| ours.forward(*forward).unwrap());
    let kernel = Kernel::new(label, rules);
    Some(Pair { ours, kernel })
}
