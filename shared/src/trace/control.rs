//! A line about a message by which hosts and routers tell each other how the network is: ARP and ICMP.
//!
//! Not for: what carries somebody's data.

use smoltcp::wire::{
    ArpOperation, ArpPacket, ArpRepr, Icmpv4Message, Icmpv4Packet, Icmpv6Message, Icmpv6Packet,
};

use super::Summary;

pub(super) fn arp(payload: &[u8]) -> Option<Summary> {
    let ArpRepr::EthernetIpv4 {
        operation,
        source_hardware_addr,
        source_protocol_addr,
        target_protocol_addr,
        ..
    } = ArpRepr::parse(&ArpPacket::new_checked(payload).ok()?).ok()?
    else {
        return None;
    };
    let info = match operation {
        ArpOperation::Request => format!("who has {target_protocol_addr}? tell {source_protocol_addr}"),
        ArpOperation::Reply => {
            let mac = source_hardware_addr.as_bytes().iter().map(|byte| format!("{byte:02x}"));
            format!("{source_protocol_addr} is at {}", mac.collect::<Vec<_>>().join(":"))
        }
        ArpOperation::Unknown(code) => format!("operation {code}"),
    };
    Some(Summary { protocol: "arp", info, tcp: None })
}

pub(super) fn icmp(payload: &[u8]) -> Option<Summary> {
    let packet = Icmpv4Packet::new_checked(payload).ok()?;
    let info = match packet.msg_type() {
        Icmpv4Message::EchoRequest => {
            format!("echo request id={} seq={}", packet.echo_ident(), packet.echo_seq_no())
        }
        Icmpv4Message::EchoReply => {
            format!("echo reply id={} seq={}", packet.echo_ident(), packet.echo_seq_no())
        }
        other => format!("{other}, code {}", packet.msg_code()),
    };
    Some(Summary { protocol: "icmp", info, tcp: None })
}

pub(super) fn icmpv6(payload: &[u8]) -> Option<Summary> {
    let packet = Icmpv6Packet::new_checked(payload).ok()?;
    let info = match packet.msg_type() {
        Icmpv6Message::EchoRequest => {
            format!("echo request id={} seq={}", packet.echo_ident(), packet.echo_seq_no())
        }
        Icmpv6Message::EchoReply => {
            format!("echo reply id={} seq={}", packet.echo_ident(), packet.echo_seq_no())
        }
        Icmpv6Message::NeighborSolicit => format!("who has {}?", packet.target_addr()),
        Icmpv6Message::NeighborAdvert => format!("{} is here", packet.target_addr()),
        error @ (Icmpv6Message::DstUnreachable
        | Icmpv6Message::PktTooBig
        | Icmpv6Message::TimeExceeded
        | Icmpv6Message::ParamProblem) => format!("{error}, code {}", packet.msg_code()),
        Icmpv6Message::Unknown(number) => format!("type {number}"),
        named => named.to_string(),
    };
    Some(Summary { protocol: "icmpv6", info, tcp: None })
}
