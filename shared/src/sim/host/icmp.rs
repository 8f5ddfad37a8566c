//! ICMP as far as a host needs it: echo, and "port unreachable".

use std::{collections::BTreeMap, net::Ipv4Addr};

use smoltcp::wire::{Icmpv4DstUnreachable, Icmpv4Packet, Icmpv4Repr, IpProtocol, Ipv4Packet, Ipv4Repr};

use super::{
    Host,
    frames::{Message, checksums},
    text,
};
use crate::{
    sim::device::Outbox,
    trace::{Text, Time},
};

/// The identifier in our echo requests; on Linux it would be the process's.
const IDENT: u16 = 1;

/// How many bytes `ping` sends by default.
const DATA: u8 = 56;

#[derive(Debug, Default)]
pub(super) struct Icmp {
    seq: u16,
    /// Echo requests without a reply so far: when they were sent.
    asked: BTreeMap<u16, Time>,
}

impl Host {
    pub(super) fn ping(&mut self, now: Time, to: Ipv4Addr, out: &mut Outbox) {
        self.icmp.seq = self.icmp.seq.wrapping_add(1);
        let seq_no = self.icmp.seq;
        self.icmp.asked.insert(seq_no, now);
        let data: Vec<u8> = (0..DATA).collect();
        let message = Icmpv4Repr::EchoRequest { ident: IDENT, seq_no, data: &data };
        self.send_icmp(now, to, &message, text::ICMP_REQUEST.text(), out);
    }

    pub(super) fn icmp_input(&mut self, now: Time, from: Ipv4Addr, message: &Message, out: &mut Outbox) {
        match message {
            Message::EchoRequest { ident, seq, data } => {
                let reply = Icmpv4Repr::EchoReply { ident: *ident, seq_no: *seq, data };
                self.send_icmp(now, from, &reply, text::ICMP_REPLY.text(), out);
            }
            Message::EchoReply { ident, seq } if *ident == IDENT => {
                if let Some(sent) = self.icmp.asked.remove(seq) {
                    let args: [(&str, &dyn std::fmt::Display); 2] =
                        [("address", &from), ("micros", &now.since(sent))];
                    out.note(&self.name, text::ICMP_REPLY_ARRIVED.with(&args));
                }
            }
            Message::EchoReply { .. } => {}
            Message::PortUnreachable => {
                out.note(&self.name, text::PORT_UNREACHABLE_ARRIVED.with(&[("address", &from)]));
            }
        }
    }

    /// Answers a datagram for a port that nobody has bound, with its IP header and first eight bytes (RFC 792).
    pub(super) fn port_unreachable(&mut self, now: Time, frame: &[u8], port: u16, out: &mut Outbox) {
        let Some(Ok(packet)) = frame.get(14..).map(Ipv4Packet::new_checked) else { return };
        if packet.dst_addr() != self.address.addr() {
            return;
        }
        let header = Ipv4Repr {
            src_addr: packet.src_addr(),
            dst_addr: packet.dst_addr(),
            next_header: packet.next_header(),
            payload_len: packet.payload().len(),
            hop_limit: packet.hop_limit(),
        };
        let data = packet.payload().get(..8).unwrap_or_default();
        let message =
            Icmpv4Repr::DstUnreachable { reason: Icmpv4DstUnreachable::PortUnreachable, header, data };
        let note = text::PORT_UNREACHABLE.with(&[("port", &port)]);
        self.send_icmp(now, packet.src_addr(), &message, note, out);
    }

    fn send_icmp(&mut self, now: Time, to: Ipv4Addr, message: &Icmpv4Repr<'_>, note: Text, out: &mut Outbox) {
        let mut bytes = vec![0; message.buffer_len()];
        message.emit(&mut Icmpv4Packet::new_unchecked(&mut bytes), &checksums());
        self.send_ip(now, to, IpProtocol::Icmp, &bytes, Some(note), out);
    }
}
