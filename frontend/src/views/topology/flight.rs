//! Which packets are on which cable at an instant, and how far they have come.

use firsthop_protocol::trace::{EventKind, Fate, Summaries, Time, Trace};

use super::Topology;
use crate::views::ladder::Scale;

/// A frame on a cable.
#[derive(Debug, Clone, PartialEq)]
pub struct Packet {
    /// Its number among the trace's events; the key by which it is selected.
    pub event: usize,
    /// Its number among the frames, from 1.
    pub number: usize,
    /// The device that sent it.
    pub from: usize,
    /// The device at the other end.
    pub to: usize,
    /// When it left.
    pub sent: Time,
    /// When it arrived or vanished.
    pub ended: Time,
    /// Whether it arrived.
    pub arrives: bool,
    /// How many left the same device on the same cable at the same instant before it: it follows so many steps behind.
    pub rank: u32,
    /// The protocol, for its colour and letters.
    pub protocol: &'static str,
    /// A line about it.
    pub label: String,
}

/// Where a packet is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown<'a> {
    /// Which.
    pub packet: &'a Packet,
    /// How far it has come, from 0 to 1.
    pub share: f64,
    /// It is no longer on the cable: it was lost there.
    pub lost: bool,
}

/// All packets of a trace that were on cables of a network.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Flights {
    packets: Vec<Packet>,
}

/// How far along the cable a frame vanishes that the cable loses.
const REACH: f64 = 0.6;
/// For how long, on the scale that a player moves along, the place is marked where a frame was lost.
const LINGER: f64 = 24.0;

impl Flights {
    /// Goes through a trace.
    pub fn new(trace: &Trace, topology: &Topology) -> Self {
        let mut summaries = Summaries::new();
        let mut packets: Vec<Packet> = Vec::new();
        let mut number = 0;
        for (index, event) in trace.events().iter().enumerate() {
            let EventKind::Frame(frame) = &event.kind else { continue };
            let summary = summaries.next(frame);
            number += 1;
            let (Some(from), Some(to)) = (topology.node(&frame.from), topology.node(&frame.to)) else {
                continue;
            };
            let (ended, arrives) = match &frame.fate {
                Fate::Delivered { at } => (*at, true),
                // What the machine at the far end drops has come all the way.
                Fate::Lost { at, .. } | Fate::Dropped { at, .. } => (*at, false),
            };
            let at_once = packets.iter().rev().take_while(|packet| packet.sent == event.time);
            let rank = at_once.filter(|packet| (packet.from, packet.to) == (from, to)).count();
            packets.push(Packet {
                event: index,
                number,
                from,
                to,
                sent: event.time,
                ended,
                arrives,
                rank: u32::try_from(rank).unwrap_or(u32::MAX),
                protocol: summary.protocol,
                label: summary.info,
            });
        }
        Self { packets }
    }

    /// All packets.
    pub fn packets(&self) -> &[Packet] {
        &self.packets
    }

    /// The packets that are on cables at an instant. `scale` is what the player moves along, so that they move evenly.
    /// `still`: no motion, each rests in the middle of its cable.
    pub fn at<'a>(&'a self, now: Time, scale: &'a Scale, still: bool) -> impl Iterator<Item = Shown<'a>> {
        let until = self.packets.partition_point(|packet| packet.sent <= now);
        let begun = self.packets.get(..until).unwrap_or_default();
        let here = scale.y(now);
        begun.iter().filter_map(move |packet| {
            let (sent, ended) = (scale.y(packet.sent), scale.y(packet.ended));
            let over = now > packet.ended || (now == packet.ended && packet.ended > packet.sent);
            if over && !packet.arrives {
                return (here - ended < LINGER).then_some(Shown { packet, share: REACH, lost: true });
            }
            // What has just arrived is still seen to arrive; at rest it would hide what leaves next.
            if over && (still || now > packet.ended) {
                return None;
            }
            let way = if ended > sent { (here - sent) / (ended - sent) } else { 0.5 };
            let reach = if packet.arrives { 1.0 } else { REACH };
            Some(Shown { packet, share: if still { 0.5 } else { way * reach }, lost: false })
        })
    }

    /// The protocols there are, each with the number of its packets.
    pub fn protocols(&self) -> Vec<(&'static str, usize)> {
        let mut found: Vec<(&'static str, usize)> = Vec::new();
        for packet in &self.packets {
            match found.iter_mut().find(|(protocol, _)| *protocol == packet.protocol) {
                Some((_, count)) => *count += 1,
                None => found.push((packet.protocol, 1)),
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::sim::{Scenario, Simulation};

    use super::*;
    use crate::views::ladder::Layout;

    fn flights(name: &str) -> (Flights, Scale) {
        let scenario = Scenario::builtin(name).unwrap();
        let topology = Topology::of(&scenario);
        let mut simulation = Simulation::new(scenario, 1).unwrap();
        simulation.run();
        (Flights::new(simulation.trace(), &topology), Layout::new(simulation.trace(), &[]).scale)
    }

    #[test]
    fn packets_leave_travel_and_arrive() {
        let (flights, scale) = flights("arp");
        let first = &flights.packets()[0];
        assert_eq!((first.protocol, first.number), ("arp", 1));
        let share = |at: Time| flights.at(at, &scale, false).find(|it| it.packet == first).map(|it| it.share);
        assert_eq!(share(first.sent), Some(0.0));
        let half = Time(u64::midpoint(first.sent.micros(), first.ended.micros()));
        assert!((share(half).unwrap() - 0.5).abs() < 0.01);
        assert_eq!(share(first.ended), Some(1.0));
        assert_eq!(share(first.ended.plus(1)), None);
    }

    #[test]
    fn at_rest_only_what_is_on_its_way_is_there() {
        let (flights, scale) = flights("arp");
        for at in scale.instants() {
            for shown in flights.at(at, &scale, true) {
                assert!(shown.packet.ended > at || shown.packet.ended == shown.packet.sent);
                assert_eq!(shown.share.to_bits(), 0.5_f64.to_bits());
            }
        }
    }

    #[test]
    fn what_is_lost_never_arrives() {
        let (flights, scale) = flights("lost-syn");
        let lost: Vec<_> = flights.packets().iter().filter(|packet| !packet.arrives).collect();
        assert_eq!(lost.len(), 1);
        let seen = flights.at(lost[0].ended.plus(1), &scale, false).find(|it| it.packet == lost[0]).unwrap();
        assert!(seen.lost && seen.share < 1.0);
    }

    #[test]
    fn every_packet_is_of_a_protocol_in_the_legend() {
        let (flights, _) = flights("udp-echo");
        let all: usize = flights.protocols().iter().map(|(_, count)| count).sum();
        assert_eq!(all, flights.packets().len());
    }
}
