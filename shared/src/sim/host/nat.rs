//! A router's address translation: on frames that come in from outside before they are routed, on frames that go out there
//! after it.

use smoltcp::wire::{EthernetFrame, EthernetProtocol};

use super::text;
use crate::{
    nat::{Change, Config, Direction, Forward, Nat, Verdict},
    sim::{device::Outbox, scenario::NatSpec},
    stack::Interface,
    trace::{EventKind, Time},
};

/// A translator at an interface.
#[derive(Debug)]
pub(super) struct Translation {
    interface: usize,
    nat: Nat,
}

impl Translation {
    /// None where the specification does not go together.
    pub(super) fn new(spec: &NatSpec, interfaces: &[Interface], key: u64) -> Option<Self> {
        let interface = interfaces.iter().position(|card| card.name == spec.outside)?;
        let outside = interfaces.get(interface)?.addresses.first()?.addr();
        let mut nat = Nat::new(Config::new(outside), key);
        for one in &spec.forwards {
            nat.forward(Forward { protocol: one.protocol.into(), port: one.port, to: one.to }).ok()?;
        }
        Some(Self { interface, nat })
    }

    /// Its tables.
    pub(super) const fn nat(&self) -> &Nat {
        &self.nat
    }

    /// Translates a frame at an interface, in place; false if it goes no further.
    pub(super) fn frame(
        &mut self,
        now: Time,
        node: &str,
        (interface, direction): (usize, Direction),
        bytes: &mut [u8],
        out: &mut Outbox,
    ) -> bool {
        if interface != self.interface || !is_ipv4(bytes) {
            return true;
        }
        let Some(packet) = bytes.get_mut(EthernetFrame::<&[u8]>::header_len()..) else { return true };
        let verdict = self.nat.translate(now, direction, packet);
        self.tell(node, out);
        match verdict {
            Verdict::Translated { changes } => {
                // Checksums follow from the rest.
                let changes: Vec<String> =
                    changes.iter().filter(|change| change.field != "checksum").map(shown).collect();
                out.note(node, text::NAT_CHANGED.with(&[("changes", &changes.join(", "))]));
                true
            }
            Verdict::NotOurs { .. } => true,
            Verdict::Dropped { why, .. } => {
                out.note(node, why);
                false
            }
        }
    }

    pub(super) fn on_timer(&mut self, now: Time, node: &str, out: &mut Outbox) {
        if self.nat.poll_timeout().is_some_and(|at| at <= now) {
            self.nat.on_timeout(now);
            self.tell(node, out);
        }
    }

    pub(super) const fn next_timer(&self) -> Option<Time> {
        self.nat.poll_timeout()
    }

    /// What of the tables has changed.
    pub(super) fn tell(&mut self, node: &str, out: &mut Outbox) {
        while let Some(event) = self.nat.poll_event() {
            let kind: EventKind = event.to_trace(node);
            out.log(kind);
        }
    }
}

fn shown(change: &Change) -> String {
    format!("{} {} → {}", change.field, change.before, change.after)
}

fn is_ipv4(bytes: &[u8]) -> bool {
    EthernetFrame::new_checked(bytes).is_ok_and(|frame| frame.ethertype() == EthernetProtocol::Ipv4)
}
