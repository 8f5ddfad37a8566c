//! Echo requests and what comes back.

use std::{collections::BTreeMap, net::Ipv4Addr};

use smoltcp::{
    phy::ChecksumCapabilities,
    wire::{Icmpv4Packet, Icmpv4Repr, IpProtocol},
};

use super::{Host, text};
use crate::{sim::device::Outbox, stack::Outgoing, trace::Time};

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
        let mut bytes = vec![0; message.buffer_len()];
        message.emit(&mut Icmpv4Packet::new_unchecked(&mut bytes), &ChecksumCapabilities::default());
        let note = Some(text::ICMP_REQUEST.text());
        let packet = Outgoing { note, ..Outgoing::new(to, IpProtocol::Icmp, &bytes) };
        if self.send(now, packet, out).is_err() {
            out.note(&self.name, text::NO_ROUTE.with(&[("address", &to)]));
        }
    }

    pub(super) fn ping_reply(
        &mut self,
        now: Time,
        from: Ipv4Addr,
        (ident, seq): (u16, u16),
        out: &mut Outbox,
    ) {
        if ident != IDENT {
            return;
        }
        if let Some(sent) = self.icmp.asked.remove(&seq) {
            let args: [(&str, &dyn std::fmt::Display); 2] =
                [("address", &from), ("micros", &now.since(sent))];
            out.note(&self.name, text::ICMP_REPLY_ARRIVED.with(&args));
        }
    }
}
