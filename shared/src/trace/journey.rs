//! The same packet on each link that it crosses: which frame of a trace carries on what an earlier one brought.
//!
//! A frame carries on another if the device that received the other sent it afterwards, and if it has in it what no device
//! changes on the way: identification and protocol of IPv4 (RFC 791 §3.1) and the bytes that it carries, or, for anything else,
//! all of its bytes. MAC addresses, TTL and checksums may differ; so may one end's address and port, as NAT changes
//! them (RFC 3022 §2.2); and a fragment carries on the packet that it is cut from.
//!
//! Not for: finding out which device did it and why. Two packets that are alike in all of this are taken one for the other.

use std::{collections::BTreeMap, net::Ipv4Addr};

use smoltcp::wire::{EthernetProtocol, IpProtocol, Ipv4Packet};

use super::{EventKind, Fate, Frame, Time, Trace, network};

/// Which frame carries on which, in a whole trace.
///
/// ```
/// use firsthop_protocol::{sim::{Scenario, Simulation}, trace::Journeys};
///
/// let mut simulation = Simulation::new(Scenario::builtin("arp")?, 1)?;
/// simulation.run();
/// // On a single cable every journey is one frame long.
/// let journeys = Journeys::new(simulation.trace());
/// assert_eq!(journeys.of(0), [0]);
/// # Ok::<(), firsthop_protocol::sim::ScenarioError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journeys {
    before: BTreeMap<usize, usize>,
    after: BTreeMap<usize, Vec<usize>>,
}

/// A frame that reached a device, and might be carried on.
struct Arrival<'t> {
    event: usize,
    at: Time,
    packet: Packet<'t>,
    /// The links on which it was carried on already, each with the first byte of it that was.
    taken: Vec<(&'t str, u32)>,
}

impl Journeys {
    /// Goes through a trace.
    pub fn new(trace: &Trace) -> Self {
        let mut journeys = Self::default();
        // By the receiver and what every packet of a journey has in common.
        let mut arrived: BTreeMap<(&str, Key), Vec<Arrival<'_>>> = BTreeMap::new();
        for (event, happened) in trace.events().iter().enumerate() {
            let EventKind::Frame(frame) = &happened.kind else { continue };
            let packet = Packet::of(frame);
            let key = packet.key();
            let start = packet.start();
            let waiting = arrived.get_mut(&(frame.from.as_str(), key)).into_iter().flatten().rev();
            let fits = |arrival: &&mut Arrival<'_>| {
                arrival.at <= happened.time && !arrival.taken.contains(&(frame.link.as_str(), start))
            };
            // One with the same addresses before one that NAT would have changed.
            let mut best: Option<(&mut Arrival<'_>, bool)> = None;
            for arrival in waiting.filter(fits) {
                let Some(same_ends) = packet.carries_on(&arrival.packet) else { continue };
                if best.as_ref().is_none_or(|(_, same)| same_ends && !same) {
                    best = Some((arrival, same_ends));
                }
                if same_ends {
                    break;
                }
            }
            if let Some((arrival, _)) = best {
                arrival.taken.push((&frame.link, start));
                journeys.before.insert(event, arrival.event);
                journeys.after.entry(arrival.event).or_default().push(event);
            }
            if let Fate::Delivered { at } = frame.fate {
                let arrival = Arrival { event, at, packet, taken: Vec::new() };
                arrived.entry((&frame.to, key)).or_default().push(arrival);
            }
        }
        journeys
    }

    /// The whole journey of a frame, by the events of its frames in their order: how it came to be here, itself, and where
    /// it went on to; several ways at once where it was copied or cut into fragments.
    pub fn of(&self, event: usize) -> Vec<usize> {
        let mut way = vec![event];
        let mut first = event;
        while let Some(before) = self.before(first) {
            way.push(before);
            first = before;
        }
        let mut open = vec![event];
        while let Some(next) = open.pop() {
            let after = self.after.get(&next).map(Vec::as_slice).unwrap_or_default();
            way.extend(after);
            open.extend(after);
        }
        way.sort_unstable();
        way
    }

    /// The frame that a frame carries on.
    pub fn before(&self, event: usize) -> Option<usize> {
        self.before.get(&event).copied()
    }
}

/// What is looked up first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Ipv4 { protocol: u8, ident: u16 },
    Other { length: usize },
}

/// A frame as far as a journey is concerned.
enum Packet<'b> {
    Ipv4(Ipv4<'b>),
    /// Anything else: all of its bytes.
    Other(&'b [u8]),
}

/// An address, and a port where there is one.
type Side = (Ipv4Addr, Option<u16>);

struct Ipv4<'b> {
    protocol: IpProtocol,
    ident: u16,
    ttl: u8,
    ends: [Ipv4Addr; 2],
    /// Where in the packet that was first sent these bytes are.
    start: u32,
    payload: &'b [u8],
}

impl<'b> Packet<'b> {
    fn of(frame: &'b Frame) -> Self {
        Self::ipv4(frame).map_or(Self::Other(&frame.bytes), Self::Ipv4)
    }

    fn ipv4(frame: &'b Frame) -> Option<Ipv4<'b>> {
        let (EthernetProtocol::Ipv4, bytes) = network::layer(frame.link_type, &frame.bytes)? else {
            return None;
        };
        let packet = Ipv4Packet::new_checked(bytes).ok()?;
        Some(Ipv4 {
            protocol: packet.next_header(),
            ident: packet.ident(),
            ttl: packet.hop_limit(),
            ends: [packet.src_addr(), packet.dst_addr()],
            start: packet.frag_offset().into(),
            payload: bytes.get(usize::from(packet.header_len())..usize::from(packet.total_len()))?,
        })
    }

    fn key(&self) -> Key {
        match self {
            Self::Ipv4(packet) => Key::Ipv4 { protocol: packet.protocol.into(), ident: packet.ident },
            Self::Other(bytes) => Key::Other { length: bytes.len() },
        }
    }

    const fn start(&self) -> u32 {
        match self {
            Self::Ipv4(packet) => packet.start,
            Self::Other(_) => 0,
        }
    }

    /// Whether this may be what `earlier` became, and if so, whether both are between the same ends.
    fn carries_on(&self, earlier: &Self) -> Option<bool> {
        match (self, earlier) {
            (Self::Ipv4(now), Self::Ipv4(then)) => now.carries_on(then),
            (Self::Other(now), Self::Other(then)) => (now == then).then_some(true),
            _ => None,
        }
    }
}

impl Ipv4<'_> {
    fn end(&self) -> u32 {
        self.start.saturating_add(u32::try_from(self.payload.len()).unwrap_or(u32::MAX))
    }

    fn carries_on(&self, earlier: &Self) -> Option<bool> {
        let within = |inner: &Self, outer: &Self| outer.start <= inner.start && inner.end() <= outer.end();
        if self.ttl > earlier.ttl || !(within(self, earlier) || within(earlier, self)) {
            return None;
        }
        let (from, to) = (self.start.max(earlier.start), self.end().min(earlier.end()));
        if (from..to).any(|at| !self.may_change(at) && self.byte(at) != earlier.byte(at)) {
            return None;
        }
        let [ours, theirs] = [self.sides(), earlier.sides()];
        // A later fragment does not say its ports.
        let differ = |((address, port), (was, was_port)): (&Side, &Side)| {
            address != was || port.zip(*was_port).is_some_and(|(port, was)| port != was)
        };
        let changed = ours.iter().zip(&theirs).filter(|sides| differ(*sides)).count();
        // Who translates also forwards.
        (changed == 0 || changed == 1 && self.ttl < earlier.ttl).then_some(changed == 0)
    }

    /// A byte of the packet that was first sent.
    fn byte(&self, at: u32) -> Option<u8> {
        self.payload.get(at.checked_sub(self.start)? as usize).copied()
    }

    /// Address and port of the sender and of the receiver; no port in a later fragment.
    fn sides(&self) -> [Side; 2] {
        let ported = matches!(self.protocol, IpProtocol::Tcp | IpProtocol::Udp);
        let port = |at| {
            let pair = [self.byte(at)?, self.byte(at + 1)?];
            ported.then(|| u16::from_be_bytes(pair))
        };
        let [from, to] = self.ends;
        [(from, port(0)), (to, port(2))]
    }

    /// Whether address translation may change a byte: ports, a query's identifier, checksums, and in an ICMP error what
    /// it quotes (RFC 3022 §4.1, §4.3).
    fn may_change(&self, at: u32) -> bool {
        match self.protocol {
            IpProtocol::Tcp => matches!(at, 0..4 | 16..18),
            IpProtocol::Udp => matches!(at, 0..4 | 6..8),
            IpProtocol::Icmp => {
                let error = matches!(self.byte(0), Some(3 | 4 | 5 | 11 | 12));
                // Of the packet that is quoted, identification and protocol stay.
                let quoted = at >= 8 && !matches!(at - 8, 4..6 | 9);
                if error { matches!(at, 2..4) || quoted } else { matches!(at, 2..6) }
            }
            _ => false,
        }
    }
}

#[cfg(test)]
#[path = "journey_tests.rs"]
mod tests;
