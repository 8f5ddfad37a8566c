//! Between the machine's stack and its sockets: what comes up, what goes down, and what it all tells.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};

use smoltcp::wire::{
    EthernetFrame, EthernetProtocol, Icmpv4DstUnreachable, Icmpv4TimeExceeded, IpAddress, IpProtocol,
    Ipv4Packet, UdpPacket,
};

use super::{Detail, Host, rip::RIP_PORT, text};
use crate::{
    nat::Direction,
    sim::device::Outbox,
    stack::{ErrorKind, IcmpError, Outgoing, Output, Payload, Received, SendError, Stack},
    tcp::{Segment, SegmentError, Seq},
    trace::{EventKind, TableChange, Text, Time},
};

/// How long a packet takes that a machine sends to itself: microseconds.
const LOOPBACK: u64 = 10;

impl Host {
    /// Why a frame that the stack would take is of no use to a socket. Another's packet is only looked at as far as IPv4.
    pub(super) fn refuses_transport(&self, bytes: &[u8]) -> Option<Text> {
        let frame = EthernetFrame::new_checked(bytes).ok()?;
        if frame.ethertype() != EthernetProtocol::Ipv4 {
            return None;
        }
        let packet = Ipv4Packet::new_checked(frame.payload()).ok()?;
        let (from, to) = (packet.src_addr(), packet.dst_addr());
        let piece = packet.more_frags() || packet.frag_offset() > 0;
        let passes = self.stack.forwards() && !self.stack.is_local(to) && !self.stack.is_many(to);
        if piece || passes {
            return None;
        }
        damaged(from, to, packet.next_header(), packet.payload())
    }

    /// Calls the stack and sees to what it does. What the machine sends to itself arrives a moment later.
    pub(super) fn with_stack<T>(
        &mut self,
        now: Time,
        out: &mut Outbox,
        call: impl FnOnce(&mut Stack, &mut Vec<Output>) -> T,
    ) -> T {
        let mut outputs = std::mem::take(&mut self.scratch);
        let result = call(&mut self.stack, &mut outputs);
        for output in outputs.drain(..) {
            match output {
                Output::Received(received) => self.loopback.push_back((now.plus(LOOPBACK), received)),
                other => self.tell(now, other, out),
            }
        }
        self.scratch = outputs;
        result
    }

    /// Calls the stack with something from outside: what it receives is for the sockets now.
    pub(super) fn take_in(
        &mut self,
        now: Time,
        out: &mut Outbox,
        call: impl FnOnce(&mut Stack, &mut Vec<Output>),
    ) {
        let mut outputs = std::mem::take(&mut self.scratch);
        call(&mut self.stack, &mut outputs);
        for output in outputs.drain(..) {
            match output {
                Output::Received(received) => self.receive(now, &received, out),
                other => self.tell(now, other, out),
            }
        }
        self.scratch = outputs;
    }

    fn tell(&mut self, now: Time, output: Output, out: &mut Outbox) {
        match output {
            Output::Frame { interface, mut bytes, note } => {
                let goes = self.nat.as_mut().is_none_or(|nat| {
                    nat.frame(now, &self.name, (interface, Direction::Out), &mut bytes, out)
                });
                if goes {
                    if let Some(counters) = self.terminal.counters_mut(interface) {
                        counters.tx_packets += 1;
                        counters.tx_bytes += bytes.len() as u64;
                    }
                    out.frame(interface, bytes, note);
                }
            }
            Output::Table { table, key, row, why } => {
                // Each piece of a big datagram changes a row.
                if self.detail == Detail::Full || table != "fragments" {
                    let (node, table) = (self.name.clone(), table.to_owned());
                    out.log(EventKind::Table(TableChange { node, table, key, row, why: Some(why) }));
                }
            }
            Output::Note(text) => out.note(&self.name, text),
            Output::Received(_) => {}
        }
    }

    pub(super) fn send(
        &mut self,
        now: Time,
        packet: Outgoing<'_>,
        out: &mut Outbox,
    ) -> Result<(), SendError> {
        self.with_stack(now, out, |stack, outputs| stack.transmit(now, packet, outputs))
    }

    /// What the machine has sent to itself.
    pub(super) fn on_loopback(&mut self, now: Time, out: &mut Outbox) {
        while let Some((_, received)) = self.loopback.pop_front_if(|(at, _)| *at <= now) {
            self.receive(now, &received, out);
        }
    }

    /// A packet for a socket.
    fn receive(&mut self, now: Time, received: &Received, out: &mut Outbox) {
        let (src, dst, data) = (received.src, received.dst, received.data());
        let protocol = match &received.payload {
            Payload::Transport { protocol } => *protocol,
            Payload::EchoReply { ident, seq, data } => {
                self.ping_reply(now, src, (*ident, *seq), out);
                return self.program_echo(now, received, (*ident, *seq, data.len()), out);
            }
            Payload::Error(error) => return self.icmp_error(now, error, out),
        };
        if received.pieces
            && let Some(why) = damaged(src, dst, protocol, data)
        {
            return out.note(&self.name, why);
        }
        match protocol {
            // RFC 1122 §4.2.3.10: a connection has two ends, so that nothing for many is a segment.
            IpProtocol::Tcp if self.stack.is_local(dst) => {
                let Ok(segment) = Segment::read(data) else { return };
                let from = SocketAddr::from((src, segment.src_port));
                let to = SocketAddr::from((dst, segment.dst_port));
                self.tcp_input(now, from, to, &segment, out);
            }
            IpProtocol::Udp => {
                let Ok(datagram) = UdpPacket::new_checked(data) else { return };
                let ports = (datagram.src_port(), datagram.dst_port());
                let from = SocketAddrV4::new(src, ports.0);
                if ports.1 == RIP_PORT
                    && self.rip_input(now, received.interface, from, datagram.payload(), out)
                {
                    return;
                }
                self.udp_input(now, received, ports, datagram.payload(), out);
            }
            IpProtocol::Tcp | IpProtocol::Igmp => {}
            _ => self.with_stack(now, out, |stack, outputs| {
                stack.protocol_unreachable(now, &received.packet, outputs);
            }),
        }
    }

    /// Somebody could not deliver a packet of ours.
    fn icmp_error(&mut self, now: Time, error: &IcmpError, out: &mut Outbox) {
        // Of a neighbour that does not answer, the stack has spoken already.
        if let Some(text) =
            said(error).filter(|_| !self.stack.is_local(error.from) || error.from == error.dst)
        {
            out.note(&self.name, text);
        }
        self.program_error(now, error, out);
        let ports = |at: usize| error.quoted.get(at..at + 2).map(<[u8; 2]>::try_from);
        let (Some(Ok(own)), Some(Ok(far))) = (ports(0), ports(2)) else { return };
        let local = (error.src, u16::from_be_bytes(own));
        let remote = (error.dst, u16::from_be_bytes(far));
        if error.protocol == IpProtocol::Udp {
            self.udp_error(now, local, remote, error.kind, out);
        }
        let seq = error.quoted.get(4..8).map(<[u8; 4]>::try_from);
        if let (IpProtocol::Tcp, Some(Ok(seq))) = (error.protocol, seq) {
            let seq = Seq(u32::from_be_bytes(seq));
            self.tcp_error(now, (local.into(), remote.into()), seq, error.kind);
        }
    }
}

/// What a segment or datagram would be thrown away for.
fn damaged(from: Ipv4Addr, to: Ipv4Addr, protocol: IpProtocol, bytes: &[u8]) -> Option<Text> {
    match protocol {
        IpProtocol::Udp => {
            let Ok(datagram) = UdpPacket::new_checked(bytes) else { return Some(text::BAD_UDP.text()) };
            let fits = datagram.verify_checksum(&IpAddress::from(from), &IpAddress::from(to));
            (!fits).then(|| text::UDP_CHECKSUM.text())
        }
        IpProtocol::Tcp => match Segment::check(IpAddr::V4(from), IpAddr::V4(to), bytes) {
            Ok(()) => None,
            Err(SegmentError::Checksum) => Some(text::TCP_CHECKSUM.text()),
            Err(_) => Some(text::BAD_TCP.text()),
        },
        _ => None,
    }
}

/// An ICMP error in words; none where the stack has said it.
fn said(error: &IcmpError) -> Option<Text> {
    let message = match error.kind {
        ErrorKind::Unreachable(reason) => match reason {
            Icmpv4DstUnreachable::NetUnreachable => &text::NET_UNREACHABLE_ARRIVED,
            Icmpv4DstUnreachable::HostUnreachable => &text::HOST_UNREACHABLE_ARRIVED,
            Icmpv4DstUnreachable::ProtoUnreachable => &text::PROTOCOL_UNREACHABLE_ARRIVED,
            Icmpv4DstUnreachable::PortUnreachable => &text::PORT_UNREACHABLE_ARRIVED,
            _ => &text::UNREACHABLE_ARRIVED,
        },
        ErrorKind::TimeExceeded(Icmpv4TimeExceeded::FragExpired) => &text::REASSEMBLY_ARRIVED,
        ErrorKind::TimeExceeded(_) => &text::TIME_EXCEEDED_ARRIVED,
        ErrorKind::ParameterProblem { .. } => &text::PARAMETER_ARRIVED,
        ErrorKind::FragmentationNeeded { .. } => return None,
    };
    Some(message.with(&[("address", &error.from), ("to", &error.dst)]))
}
