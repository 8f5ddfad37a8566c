//! What our three machines send, read by tshark.

use std::{fs, net::SocketAddr, process::Command};

use firsthop_protocol::{
    dns::{
        Authority, AuthorityConfig, Edns, Kind, Message, Question, Stub, StubConfig, Transmit, ZoneFile,
        frame,
    },
    trace::{EventKind, Fate, Frame, Time, Trace, pcapng},
    wire::LinkType,
};
use smoltcp::{
    phy::ChecksumCapabilities,
    wire::{
        IpProtocol, Ipv4Packet, Ipv4Repr, TcpControl, TcpPacket, TcpRepr, TcpSeqNumber, UdpPacket, UdpRepr,
    },
};

use crate::{
    world::World,
    zones::{QUESTIONS, example},
};

const SERVER: [u8; 4] = [192, 0, 2, 53];
const CLIENT: [u8; 4] = [192, 0, 2, 9];

/// An IPv4 packet from the server, or to it.
fn packet(
    from_server: bool,
    protocol: IpProtocol,
    length: usize,
    fill: impl FnOnce(&Ipv4Repr, &mut [u8]),
) -> Vec<u8> {
    let (src, dst) = if from_server { (SERVER, CLIENT) } else { (CLIENT, SERVER) };
    let ip = Ipv4Repr {
        src_addr: src.into(),
        dst_addr: dst.into(),
        next_header: protocol,
        payload_len: length,
        hop_limit: 64,
    };
    let mut bytes = vec![0; 20 + length];
    ip.emit(&mut Ipv4Packet::new_unchecked(&mut bytes[..]), &ChecksumCapabilities::default());
    fill(&ip, &mut bytes[20..]);
    bytes
}

fn udp(from_server: bool, port: u16, message: &[u8]) -> Vec<u8> {
    let (src_port, dst_port) = if from_server { (53, port) } else { (port, 53) };
    packet(from_server, IpProtocol::Udp, 8 + message.len(), |ip, bytes| {
        UdpRepr { src_port, dst_port }.emit(
            &mut UdpPacket::new_unchecked(bytes),
            &ip.src_addr.into(),
            &ip.dst_addr.into(),
            message.len(),
            |payload| payload.copy_from_slice(message),
            &ChecksumCapabilities::default(),
        );
    })
}

/// One segment with a message and its length: as large as it needs to be.
fn tcp(from_server: bool, port: u16, framed: &[u8]) -> Vec<u8> {
    let (src_port, dst_port) = if from_server { (53, port) } else { (port, 53) };
    let segment = TcpRepr {
        src_port,
        dst_port,
        control: TcpControl::Psh,
        seq_number: TcpSeqNumber(1),
        ack_number: Some(TcpSeqNumber(1)),
        window_len: 65_535,
        window_scale: None,
        max_seg_size: None,
        sack_permitted: false,
        sack_ranges: [None; 3],
        timestamp: None,
        payload: framed,
    };
    packet(from_server, IpProtocol::Tcp, segment.buffer_len(), |ip, bytes| {
        let (src, dst) = (ip.src_addr.into(), ip.dst_addr.into());
        segment.emit(&mut TcpPacket::new_unchecked(bytes), &src, &dst, &ChecksumCapabilities::default());
    })
}

#[test]
fn tshark_finds_nothing_malformed_in_what_we_send() {
    let mut packets: Vec<Vec<u8>> = Vec::new();
    // Of the authoritative server every answer, with and without EDNS and signatures, by UDP and TCP.
    let file = ZoneFile { key: Some("secret".into()), ..example() };
    let mut server = Authority::new(AuthorityConfig::default(), &[file]).unwrap();
    let mut port = 1024;
    for (name, kind) in QUESTIONS {
        for edns in [None, Some(false), Some(true)] {
            let question = Question { name: name.parse().unwrap(), kind: kind.parse().unwrap() };
            let edns = edns.map(|signatures| Edns { udp_size: 1232, version: 0, signatures });
            port += 1;
            let bytes = Message { edns, ..Message::query(port, question, true) }.to_bytes().unwrap();
            packets.push(udp(false, port, &bytes));
            server.on_datagram(Time::ZERO, 53, SocketAddr::from((CLIENT, port)), &bytes);
            let stream = firsthop_protocol::dns::StreamId::In(port.into());
            server.on_accept(Time::ZERO, stream, SocketAddr::from((CLIENT, port)));
            server.on_stream(Time::ZERO, stream, &frame(&bytes));
            while let Some(transmit) = server.poll_transmit() {
                match transmit {
                    Transmit::Datagram { bytes, .. } => packets.push(udp(true, port, &bytes)),
                    Transmit::Stream { bytes, .. } => packets.push(tcp(true, port, &bytes)),
                    other => assert!(matches!(other, Transmit::Close { .. }), "{other:?}"),
                }
            }
            server.on_closed(Time::ZERO, stream);
        }
    }
    // Of the resolvers their questions, and what a client of the recursive one gets.
    let mut world = World::usual();
    for name in ["www.example.com", "shop.example.com", "missing.example.com", "many.far.com", "www.lost"] {
        port += 1;
        packets.push(udp(true, port, &world.resolve(name, Kind::A).to_bytes().unwrap()));
    }
    for (_, port, question) in &world.asked {
        packets.push(udp(false, *port, &question.to_bytes().unwrap()));
    }
    let mut stub = Stub::new(StubConfig::new(vec![SocketAddr::from((SERVER, 53))]), 1);
    for (name, kind) in QUESTIONS {
        stub.lookup(Time::ZERO, name.parse().unwrap(), kind.parse().unwrap());
        let Some(Transmit::Datagram { port, bytes, .. }) = stub.poll_transmit() else { panic!() };
        packets.push(udp(false, port, &bytes));
    }

    let mut trace = Trace::new();
    for bytes in &packets {
        trace.push(
            Time::ZERO,
            EventKind::Frame(Frame {
                link: "l".into(),
                from: "a".into(),
                to: "b".into(),
                link_type: LinkType::RawIp,
                bytes: bytes.clone(),
                original: None,
                fate: Fate::Delivered { at: Time::ZERO },
                impairment: None,
                note: None,
            }),
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dns.pcapng");
    fs::write(&path, pcapng::write(&trace, &pcapng::Options::default())).unwrap();
    let fields =
        ["_ws.malformed", "_ws.expert.message", "_ws.expert.severity", "dns.id", "dns.count.answers"];
    let output = Command::new("tshark")
        .arg("-r")
        .arg(&path)
        .args([
            "-o",
            "ip.check_checksum:TRUE",
            "-o",
            "udp.check_checksum:TRUE",
            "-o",
            "tcp.check_checksum:TRUE",
        ])
        .args(["-o", "tcp.analyze_sequence_numbers:FALSE", "-T", "fields"])
        .args(fields.iter().flat_map(|field| ["-e", field]))
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "tshark is needed: {error}");
            eprintln!("SKIPPED: tshark is not there: {error}");
            return;
        }
    };
    let said = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), packets.len());
    assert!(packets.len() > 400, "{} packets", packets.len());
    let (warning, mut answers) = (6_291_456, 0);
    for (number, line) in lines.iter().enumerate() {
        let values: Vec<_> = line.split('\t').collect();
        let [malformed, expert, severity, id, count] = values[..] else { panic!("{line}") };
        let worst =
            severity.split(',').filter_map(|severity| severity.parse::<u32>().ok()).max().unwrap_or(0);
        assert!(malformed.is_empty() && worst < warning, "packet {number}: {malformed} {expert}");
        assert!(!id.is_empty(), "packet {number} is DNS");
        answers += count.parse::<u32>().unwrap();
    }
    assert!(answers > 500, "{answers} records were read");
}
