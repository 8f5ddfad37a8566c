//! Puts calls, frames and states of a run into one order, that of the kernel's clock, and hands them out.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
    net::SocketAddrV4,
    thread,
    time::{Duration, Instant},
};

use firsthop_protocol::{
    trace::{Event, EventKind, Fate, Frame, Text, Time},
    wire::LinkType,
};
use smoltcp::wire::{EthernetFrame, IpProtocol, Ipv4Packet, TcpPacket, UdpPacket};

use super::{
    Cancel, Run,
    run::{Stamped, other},
};
use crate::capture::{Captured, Transport, checksum};

/// How long an event is held back, in microseconds, so that an earlier frame can go before it: the kernel stamps a frame
/// a little before a capture can read it.
const HOLD: u64 = 3_000;
/// How often what is ready is handed out.
const BATCH: Duration = Duration::from_millis(10);
/// How often the kernel's tables are looked at, besides the looks after each call.
const LOOK: Duration = Duration::from_millis(3);
/// How long after the script's end frames may still come.
const LAST_FRAMES: Duration = Duration::from_millis(12);

pub(super) struct Collector<'run, Sink> {
    epoch: u64,
    run: &'run Run,
    sink: Sink,
    held: BinaryHeap<Reverse<Held>>,
    number: u64,
    latest: Time,
    completed_checksums: bool,
    unstamped: bool,
    /// What the capture had lost when the first frame came, and when the latest did.
    lost: Option<(u32, u32)>,
}

/// An event on its way, ordered by its time and, at the same microsecond, by its arrival.
struct Held {
    key: (u64, u64),
    kind: EventKind,
}

impl<'run, Sink: FnMut(Vec<Event>) -> bool> Collector<'run, Sink> {
    pub(super) fn new(epoch: u64, run: &'run Run, sink: Sink) -> Self {
        Self {
            epoch,
            run,
            sink,
            held: BinaryHeap::new(),
            number: 0,
            latest: Time::ZERO,
            completed_checksums: false,
            unstamped: false,
            lost: None,
        }
    }

    /// Collects until `script_over` and a little longer.
    pub(super) fn collect(mut self, script_over: &Cancel) {
        let mut handed = Instant::now();
        let mut end = None;
        loop {
            // Frames and calls wait in their queues; only the tables need to be looked at this often.
            thread::sleep(LOOK);
            self.run.sample();
            if handed.elapsed() >= BATCH {
                self.hand_out(false);
                handed = Instant::now();
            }
            if end.is_none() && script_over.stopped().is_some() {
                end = Some(Instant::now() + LAST_FRAMES);
            }
            if end.is_some_and(|end| Instant::now() >= end) {
                break;
            }
        }
        self.run.sample();
        self.frames();
        self.say_lost();
        self.hand_out(true);
    }

    fn frames(&mut self) {
        let frames = self.run.capture.as_ref().and_then(|capture| capture.take().ok()).unwrap_or_default();
        for captured in frames {
            self.frame(captured);
        }
    }

    /// A trace that is not whole must not look as if it were.
    fn say_lost(&self) {
        let count = self.lost.map_or(0, |(first, latest)| latest.wrapping_sub(first));
        if count > 0 {
            let text = Text::new(
                "capture.lost",
                format!("the kernel had no room for {count} frames: they are missing here"),
            );
            self.run.note(None, text.arg("count", count));
        }
    }

    fn frame(&mut self, Captured { micros, stamped, lost, mut bytes }: Captured) {
        self.lost = Some((self.lost.map_or(lost, |(first, _)| first), lost));
        let Some((from, to)) = self.ends(&bytes, micros) else { return };
        if checksum::complete(&mut bytes) && !std::mem::replace(&mut self.completed_checksums, true) {
            let text = Text::new(
                "capture.checksum-completed",
                "the kernel leaves the TCP and UDP checksum to the network card, and the loopback interface has none; \
                 it is completed here, as the card would",
            );
            self.hold(micros, EventKind::Note { node: None, text });
        }
        if !stamped && !std::mem::replace(&mut self.unstamped, true) {
            let text = Text::new(
                "capture.no-stamp",
                "the kernel did not stamp a frame with its time; it has the time at which it was read",
            );
            self.hold(micros, EventKind::Note { node: None, text });
        }
        let at = Time(micros.saturating_sub(self.epoch));
        let fell = flags_and_data(&bytes).is_some_and(|(flags, data)| self.run.fell(to, micros, flags, data));
        let frame = Frame {
            link: "lo".to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            link_type: LinkType::Ethernet,
            bytes,
            original: None,
            // The arriving copy is captured, so it did arrive; the loopback interface takes no time.
            fate: if fell { Fate::Dropped { why: fallen(), at } } else { Fate::Delivered { at } },
            impairment: None,
            note: None,
        };
        self.hold(micros, EventKind::Frame(frame));
    }

    /// Who sent a frame and to whom, by its ports; `None` when it is none of this lab's.
    fn ends(&self, bytes: &[u8], micros: u64) -> Option<(&'static str, &'static str)> {
        let ethernet = EthernetFrame::new_checked(bytes).ok()?;
        let ip = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
        let protocol = if ip.next_header() == IpProtocol::Tcp { Transport::Tcp } else { Transport::Udp };
        // TCP and UDP have their ports in the same place.
        let ports = UdpPacket::new_unchecked(ip.payload().get(..8)?);
        let from = SocketAddrV4::new(ip.src_addr(), ports.src_port());
        let to = SocketAddrV4::new(ip.dst_addr(), ports.dst_port());
        let from = self.run.sender(protocol, from, to, micros)?;
        Some((from, other(from)))
    }

    fn hold(&mut self, micros: u64, kind: EventKind) {
        self.number += 1;
        self.held.push(Reverse(Held { key: (micros, self.number), kind }));
    }

    /// Hands out what happened until a little while ago, or all of it. However late this thread comes to run, the order
    /// is right: the instant is taken before the frames are, so whatever comes later happened later.
    fn hand_out(&mut self, all: bool) {
        let (instant, recorded) = self.run.collect();
        for Stamped { micros, kind } in recorded {
            self.hold(micros, kind);
        }
        self.frames();
        let until = if all { u64::MAX } else { instant.saturating_sub(HOLD) };
        let mut batch = Vec::new();
        while self.held.peek().is_some_and(|Reverse(held)| held.key.0 <= until) {
            let Some(Reverse(Held { key: (micros, _), kind })) = self.held.pop() else { break };
            self.latest = Time(micros.saturating_sub(self.epoch)).max(self.latest);
            batch.push(Event { time: self.latest, kind });
        }
        if !batch.is_empty() && !(self.sink)(batch) {
            self.run.cancel.say(super::Stop::Cancelled);
        }
    }
}

fn fallen() -> Text {
    Text::new(
        "lab.fell",
        "lost: the socket that it was for let it fall on arrival, as the lab had told it to",
    )
}

/// The flags of a TCP segment, its header's 14th octet, and the length of its data.
fn flags_and_data(frame: &[u8]) -> Option<(u8, usize)> {
    let ethernet = EthernetFrame::new_checked(frame).ok()?;
    let ip = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
    if ip.next_header() != IpProtocol::Tcp {
        return None;
    }
    let flags = *ip.payload().get(13)?;
    Some((flags, TcpPacket::new_checked(ip.payload()).ok()?.payload().len()))
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Held {}

impl PartialOrd for Held {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Held {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}
