//! A router's RIP: between the speaker and the machine's stack.

use std::net::SocketAddrV4;

use smoltcp::{
    phy::ChecksumCapabilities,
    wire::{IpAddress, IpProtocol, UdpPacket, UdpRepr},
};

use super::{Host, text};
use crate::{
    rip::{GROUP, Interface, PORT, RouteChange, Speaker, Transmit},
    sim::{device::Outbox, scenario::RipSpec},
    stack::{
        Outgoing, Stack,
        route::{Origin, Route},
    },
    trace::Time,
};

/// A speaker, and the interfaces on which it only listens.
#[derive(Debug)]
pub(super) struct Routing {
    pub(super) speaker: Speaker,
    passive: Vec<usize>,
}

impl Routing {
    pub(super) fn new(spec: &RipSpec, stack: &Stack, key: u64) -> Self {
        let passive = |name: &String| stack.interfaces().iter().position(|card| card.name == *name);
        Self {
            speaker: Speaker::new(spec.config(), key),
            passive: spec.passive.iter().filter_map(passive).collect(),
        }
    }
}

impl Host {
    /// RIP begins, or begins again, on an interface.
    pub(super) fn rip_up(&mut self, now: Time, port: usize, out: &mut Outbox) {
        let address = self.stack.interfaces().get(port).and_then(|card| card.addresses.first().copied());
        let (Some(rip), Some(address), Ok(index)) = (&mut self.rip, address, u32::try_from(port)) else {
            return;
        };
        let passive = rip.passive.contains(&port);
        if rip.speaker.interface_up(now, Interface { passive, ..Interface::new(index, address) }).is_err() {
            return;
        }
        self.with_stack(now, out, |stack, outputs| stack.join(now, port, GROUP, outputs));
        self.rip_settle(now, out);
    }

    /// The cable at an interface is gone.
    pub(super) fn rip_down(&mut self, now: Time, port: usize, out: &mut Outbox) {
        if let (Some(rip), Ok(index)) = (&mut self.rip, u32::try_from(port))
            && rip.speaker.interface_down(now, index).is_ok()
        {
            self.rip_settle(now, out);
        }
    }

    pub(super) fn rip_timer(&mut self, now: Time, out: &mut Outbox) {
        if let Some(rip) = &mut self.rip
            && rip.speaker.poll_timeout().is_some_and(|at| at <= now)
        {
            rip.speaker.on_timeout(now);
            self.rip_settle(now, out);
        }
    }

    /// A datagram for port 520 came in by an interface; false if nobody here speaks RIP.
    pub(super) fn rip_input(
        &mut self,
        now: Time,
        interface: Option<usize>,
        from: SocketAddrV4,
        payload: &[u8],
        out: &mut Outbox,
    ) -> bool {
        let (Some(rip), Some(Ok(index))) = (&mut self.rip, interface.map(u32::try_from)) else {
            return false;
        };
        rip.speaker.on_datagram(now, index, from, payload);
        self.rip_settle(now, out);
        true
    }

    /// Does what the speaker wants done.
    fn rip_settle(&mut self, now: Time, out: &mut Outbox) {
        let Some(rip) = &mut self.rip else { return };
        let speaker = &mut rip.speaker;
        let mut changes = Vec::new();
        let mut messages = Vec::new();
        while let Some(event) = speaker.poll_event() {
            out.log(event.to_trace(&self.name));
        }
        while let Some(change) = speaker.poll_route_change() {
            changes.push(change);
        }
        while let Some(message) = speaker.poll_transmit() {
            messages.push(message);
        }
        for change in changes {
            self.with_stack(now, out, |stack, outputs| {
                let (RouteChange::Set { prefix, .. } | RouteChange::Remove { prefix }) = change;
                let old = |route: &Route| route.origin == Origin::Rip && route.destination == prefix;
                stack.remove_routes(old, &text::RIP_REMOVED.text(), outputs);
                if let RouteChange::Set { prefix, next_hop, interface, metric } = change {
                    let route = Route::via(prefix, next_hop, interface as usize);
                    let route = Route { metric: METRIC + metric, origin: Origin::Rip, ..route };
                    stack.add_route(route, &text::RIP_SET.with(&[("metric", &metric)]), outputs);
                }
            });
        }
        for message in messages {
            self.rip_send(now, message, out);
        }
    }

    fn rip_send(&mut self, now: Time, message: Transmit, out: &mut Outbox) {
        let Transmit { interface, from, to, ttl, bytes, note } = message;
        let mut datagram = vec![0; UDP_HEADER + bytes.len()];
        UdpRepr { src_port: from.port(), dst_port: to.port() }.emit(
            &mut UdpPacket::new_unchecked(&mut datagram),
            &IpAddress::from(*from.ip()),
            &IpAddress::from(*to.ip()),
            bytes.len(),
            |payload| payload.copy_from_slice(&bytes),
            &ChecksumCapabilities::default(),
        );
        let packet = Outgoing {
            src: Some(*from.ip()),
            interface: Some(interface as usize),
            ttl: Some(ttl),
            // RFC 791: internetwork control, as routing daemons mark what they say.
            tos: 0xc0,
            note: Some(note),
            ..Outgoing::new(*to.ip(), IpProtocol::Udp, &datagram)
        };
        // What cannot be sent is lost, as on a cable.
        self.send(now, packet, out).ok();
    }
}

const UDP_HEADER: usize = 8;
/// Learned routes count less than those of the machine's own networks and those set by hand; FRR gives all of its own 20.
const METRIC: u32 = 20;

/// The port on which RIP is spoken.
pub(super) const RIP_PORT: u16 = PORT;
