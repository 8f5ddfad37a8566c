//! A machine of ours on a real cable: frames by a raw socket, ARP as far as DHCP needs it. The kernel of its namespace
//! has no address, so nobody else answers.

use std::{
    collections::HashMap,
    fs,
    net::{Ipv4Addr, SocketAddrV4},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use firsthop_protocol::{
    dhcp::{Kind, Link, Message, Transmit},
    trace::{EventKind, Fate, Frame, Time, Trace, pcapng},
    wire::LinkType,
};
use smoltcp::{
    phy::{ChecksumCapabilities, Device, Medium, RawSocket, RxToken as _, TxToken as _},
    time::Instant as SmoltcpInstant,
    wire::{
        ArpOperation, ArpPacket, ArpRepr, EthernetAddress, EthernetFrame, EthernetProtocol, EthernetRepr,
        IpProtocol, Ipv4Packet, Ipv4Repr, UdpPacket, UdpRepr,
    },
};
use tempfile::TempDir;

use crate::netns::Namespace;

/// After this the programs will not agree any more.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What came by the cable.
pub enum Heard {
    /// A datagram, and the address it was sent to.
    Datagram { from: SocketAddrV4, to: Ipv4Addr, bytes: Vec<u8> },
    /// Somebody says that this is its address.
    Claim { address: Ipv4Addr, mac: [u8; 6] },
}

pub struct Station {
    socket: RawSocket,
    pub mac: [u8; 6],
    pub addresses: Vec<Ipv4Addr>,
    neighbours: HashMap<Ipv4Addr, EthernetAddress>,
    /// Packets whose receiver is still asked for.
    waiting: Vec<(Ipv4Addr, Vec<u8>)>,
    port: u16,
    pub trace: Trace,
    begun: Instant,
}

impl Station {
    /// On an interface of a namespace, taking datagrams for one port.
    pub fn new(namespace: &Namespace, interface: &str, mac: [u8; 6], port: u16) -> Self {
        // All that is for another MAC address than the interface's is heard too.
        namespace.run("ip", &["link", "set", interface, "promisc", "on"]);
        let socket = namespace.open(|| RawSocket::new(interface, Medium::Ethernet).unwrap());
        Self {
            socket,
            mac,
            addresses: Vec::new(),
            neighbours: HashMap::new(),
            waiting: Vec::new(),
            port,
            trace: Trace::new(),
            begun: Instant::now(),
        }
    }

    fn record(&mut self, bytes: &[u8]) {
        let now = Time(u64::try_from(self.begun.elapsed().as_micros()).unwrap());
        let frame = Frame {
            link: "eth0".into(),
            from: "ours".into(),
            to: "*".into(),
            link_type: LinkType::Ethernet,
            bytes: bytes.to_vec(),
            original: None,
            fate: Fate::Delivered { at: now },
            impairment: None,
            note: None,
        };
        self.trace.push(now, EventKind::Frame(frame));
    }

    fn frame(&mut self, to: EthernetAddress, ethertype: EthernetProtocol, payload: &[u8]) {
        let header = EthernetRepr { src_addr: EthernetAddress(self.mac), dst_addr: to, ethertype };
        let mut bytes = vec![0; 14];
        header.emit(&mut EthernetFrame::new_unchecked(&mut bytes[..]));
        bytes.extend(payload);
        bytes.resize(bytes.len().max(60), 0);
        self.record(&bytes);
        let token = self.socket.transmit(SmoltcpInstant::now()).unwrap();
        token.consume(bytes.len(), |buffer| buffer.copy_from_slice(&bytes));
    }

    fn arp(&mut self, operation: ArpOperation, own: Ipv4Addr, to: EthernetAddress, target: Ipv4Addr) {
        let repr = ArpRepr::EthernetIpv4 {
            operation,
            source_hardware_addr: EthernetAddress(self.mac),
            source_protocol_addr: own,
            target_hardware_addr: if to.is_broadcast() { EthernetAddress([0; 6]) } else { to },
            target_protocol_addr: target,
        };
        let mut bytes = vec![0; repr.buffer_len()];
        repr.emit(&mut ArpPacket::new_unchecked(&mut bytes[..]));
        self.frame(to, EthernetProtocol::Arp, &bytes);
    }

    /// Asks whether anybody has an address. RFC 5227 §1.1.
    pub fn probe(&mut self, address: Ipv4Addr) {
        self.arp(ArpOperation::Request, Ipv4Addr::UNSPECIFIED, EthernetAddress::BROADCAST, address);
    }

    pub fn send(&mut self, sent: &Transmit) {
        let udp = UdpRepr { src_port: sent.from.port(), dst_port: sent.to.port() };
        let ip = Ipv4Repr {
            src_addr: *sent.from.ip(),
            dst_addr: *sent.to.ip(),
            next_header: IpProtocol::Udp,
            payload_len: 8 + sent.bytes.len(),
            hop_limit: 64,
        };
        let mut bytes = vec![0; 28 + sent.bytes.len()];
        ip.emit(&mut Ipv4Packet::new_unchecked(&mut bytes[..]), &ChecksumCapabilities::default());
        udp.emit(
            &mut UdpPacket::new_unchecked(&mut bytes[20..]),
            &ip.src_addr.into(),
            &ip.dst_addr.into(),
            sent.bytes.len(),
            |payload| payload.copy_from_slice(&sent.bytes),
            &ChecksumCapabilities::default(),
        );
        let known = match sent.link {
            Link::Broadcast => Some(EthernetAddress::BROADCAST),
            Link::Direct(mac) => Some(EthernetAddress(mac)),
            Link::Routed => self.neighbours.get(sent.to.ip()).copied(),
        };
        match known {
            Some(to) => self.frame(to, EthernetProtocol::Ipv4, &bytes),
            None => {
                self.waiting.push((*sent.to.ip(), bytes));
                self.arp(ArpOperation::Request, *sent.from.ip(), EthernetAddress::BROADCAST, *sent.to.ip());
            }
        }
    }

    /// What has come since, if anything.
    pub fn hear(&mut self) -> Option<Heard> {
        loop {
            let bytes = {
                let (token, _) = self.socket.receive(SmoltcpInstant::now())?;
                token.consume(<[u8]>::to_vec)
            };
            let frame = EthernetFrame::new_checked(&bytes[..]).ok()?;
            let (from, ethertype) = (frame.src_addr(), frame.ethertype());
            if from.0 == self.mac {
                continue;
            }
            self.record(&bytes);
            let heard = match ethertype {
                EthernetProtocol::Arp => self.on_arp(frame.payload()),
                EthernetProtocol::Ipv4 => self.on_ipv4(from, frame.payload()),
                _ => None,
            };
            if heard.is_some() {
                return heard;
            }
        }
    }

    fn on_arp(&mut self, payload: &[u8]) -> Option<Heard> {
        let packet = ArpPacket::new_checked(payload).ok()?;
        let ArpRepr::EthernetIpv4 {
            operation,
            source_hardware_addr: mac,
            source_protocol_addr: address,
            target_protocol_addr: target,
            ..
        } = ArpRepr::parse(&packet).ok()?
        else {
            return None;
        };
        if operation == ArpOperation::Request && self.addresses.contains(&target) {
            self.arp(ArpOperation::Reply, target, mac, address);
        }
        if address.is_unspecified() {
            return None;
        }
        self.neighbours.insert(address, mac);
        let (ready, waiting) =
            std::mem::take(&mut self.waiting).into_iter().partition(|(to, _)| *to == address);
        self.waiting = waiting;
        let ready: Vec<(Ipv4Addr, Vec<u8>)> = ready;
        for (_, bytes) in ready {
            self.frame(mac, EthernetProtocol::Ipv4, &bytes);
        }
        Some(Heard::Claim { address, mac: mac.0 })
    }

    fn on_ipv4(&mut self, mac: EthernetAddress, payload: &[u8]) -> Option<Heard> {
        let packet = Ipv4Packet::new_checked(payload).ok()?;
        let (from, to) = (packet.src_addr(), packet.dst_addr());
        if packet.next_header() != IpProtocol::Udp {
            return None;
        }
        let udp = UdpPacket::new_checked(packet.payload()).ok()?;
        if udp.dst_port() != self.port {
            return None;
        }
        if !from.is_unspecified() {
            self.neighbours.insert(from, mac);
        }
        let from = SocketAddrV4::new(from, udp.src_port());
        Some(Heard::Datagram { from, to, bytes: udp.payload().to_vec() })
    }

    /// The DHCP messages on the cable, in order.
    pub fn messages(&self) -> Vec<Message> {
        let payload = |(_, frame): (Time, &Frame)| {
            let frame = EthernetFrame::new_checked(&frame.bytes[..]).ok()?;
            let packet = Ipv4Packet::new_checked(frame.payload()).ok()?;
            let udp = UdpPacket::new_checked(packet.payload()).ok()?;
            Message::parse(udp.payload()).ok()
        };
        self.trace.frames().filter_map(payload).collect()
    }

    pub fn kinds(&self) -> Vec<Kind> {
        self.messages().iter().map(|message| message.kind).collect()
    }

    /// Nothing on the cable is malformed to tshark, and it reads what we read.
    pub fn ask_tshark(&self) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dhcp.pcapng");
        fs::write(&file, pcapng::write(&self.trace, &pcapng::Options::default())).unwrap();
        let tshark = |arguments: &[&str]| {
            let output = Command::new("tshark").arg("-r").arg(&file).args(arguments).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let wrong = "_ws.malformed || _ws.expert.severity >= 6291456 || ip.checksum.status == 0 || udp.checksum.status == 0";
        let checks = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-Y", wrong];
        assert_eq!(tshark(&checks), "");
        let fields = [
            "option.dhcp",
            "id",
            "hops",
            "secs",
            "flags.bc",
            "ip.client",
            "ip.your",
            "ip.relay",
            "hw.mac_addr",
            "option.ip_address_lease_time",
            "option.dhcp_server_id",
            "option.requested_ip_address",
            "option.subnet_mask",
            "option.renewal_time_value",
            "option.rebinding_time_value",
            "option.domain_name",
        ];
        // An ICMP error quotes a message; a client identifier has a MAC address too.
        let mut arguments =
            vec!["-Y", "dhcp && !icmp", "-T", "fields", "-E", "separator=|", "-E", "occurrence=f"];
        let fields: Vec<String> = fields.iter().map(|field| format!("dhcp.{field}")).collect();
        for field in &fields {
            arguments.extend(["-e", field]);
        }
        let said = tshark(&arguments);
        let ours: Vec<String> = self.messages().iter().map(line).collect();
        assert!(!ours.is_empty());
        // Later versions of tshark have words for the flag.
        let said = said.replace("|True|", "|1|").replace("|False|", "|0|");
        assert_eq!(said.lines().collect::<Vec<_>>(), ours);
    }
}

/// A message as tshark prints these fields.
fn line(message: &Message) -> String {
    let show = |value: Option<String>| value.unwrap_or_default();
    let options = &message.options;
    let seconds = |code| show(options.seconds(code).map(|seconds| seconds.to_string()));
    let address = |code| show(options.address(code).map(|address| address.to_string()));
    let kinds = [
        Kind::Discover,
        Kind::Offer,
        Kind::Request,
        Kind::Decline,
        Kind::Ack,
        Kind::Nak,
        Kind::Release,
        Kind::Inform,
    ];
    let kind = 1 + kinds.iter().position(|kind| *kind == message.kind).unwrap();
    let mac = message.chaddr.map(|octet| format!("{octet:02x}")).join(":");
    [
        kind.to_string(),
        format!("0x{:08x}", message.xid),
        message.hops.to_string(),
        message.secs.to_string(),
        u8::from(message.broadcast).to_string(),
        message.ciaddr.to_string(),
        message.yiaddr.to_string(),
        message.giaddr.to_string(),
        mac,
        seconds(51),
        address(54),
        address(50),
        address(1),
        seconds(58),
        seconds(59),
        show(options.text(15)),
    ]
    .join("|")
}

/// A program in a namespace, which goes when this goes.
pub struct Program {
    pub child: Child,
    pub folder: TempDir,
}

impl Program {
    /// Starts it; `{}` in an argument is the folder.
    pub fn new(namespace: &Namespace, folder: TempDir, program: &str, arguments: &[&str]) -> Self {
        let path = folder.path().display().to_string();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let child = Command::new("ip")
            .args(["netns", "exec", &namespace.name, program])
            .args(arguments.iter().map(|argument| argument.replace("{}", &path)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { child, folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What is in one of its files, empty as long as there is none.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Has a kernel fill checksums in, which it would leave to the card.
pub fn whole_checksums(namespace: &Namespace) {
    namespace.run("ethtool", &["-K", "eth0", "tx-checksumming", "off"]);
}

/// Does something again and again until something holds.
pub fn until(what: &str, mut step: impl FnMut(), mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what} did not come true");
        step();
        thread::sleep(Duration::from_millis(5));
    }
}
