//! A full-duplex cable in motion: what waits to be sent, and what becomes of each frame.

use std::collections::VecDeque;

use super::{
    rng::Rng,
    scenario::{LinkSpec, Port, Rule, RuleAction, machine_of},
    text,
};
use crate::{
    trace::{EventKind, Fate, Frame, Impairment, Text, Time, filter::Filter},
    wire::LinkType,
};

/// A cable.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) spec: LinkSpec,
    /// The device and port at each end.
    pub(super) ends: [Port; 2],
    up: bool,
    /// What goes from the first end to the second, and from the second to the first.
    lanes: [Lane; 2],
}

/// One direction.
#[derive(Debug)]
struct Lane {
    waiting: VecDeque<Waiting>,
    /// A frame is being sent.
    busy: bool,
    rules: Vec<Counted>,
    loss: Rng,
    duplicate: Rng,
    reorder: Rng,
    corrupt: Rng,
}

/// A frame that is to be sent.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub(super) bytes: Vec<u8>,
    pub(super) note: Option<Text>,
    /// The second copy of a frame that the link doubles.
    copy: bool,
}

impl Waiting {
    pub(super) const fn new(bytes: Vec<u8>, note: Option<Text>) -> Self {
        Self { bytes, note, copy: false }
    }
}

/// A rule and how many frames have matched it.
#[derive(Debug)]
struct Counted {
    rule: Rule,
    filter: Filter,
    matched: u32,
}

/// What a frame that begins to leave will meet.
#[derive(Debug)]
pub(super) struct Departure {
    /// The frame as the trace shows it; its fate is for the receiver to spoil.
    pub(super) frame: Frame,
    /// The bytes that arrive and when; none if the link loses it.
    pub(super) arrival: Option<(Time, Vec<u8>)>,
    /// When the next frame can leave.
    pub(super) free: Time,
}

/// What came of offering a frame to the link.
pub(super) enum Offer {
    /// The link was idle: the frame leaves now.
    Leaves(Waiting),
    /// It waits.
    Waits,
    /// There was no room.
    Dropped(Box<Frame>),
}

impl Link {
    pub(super) fn new(spec: LinkSpec, ends: [Port; 2], seed: u64) -> Self {
        let lane = |side: usize| {
            let from = spec.ends.get(side).map_or("", |end| machine_of(end));
            let stream = |what: &str| Rng::stream(seed, &format!("link/{}/{from}/{what}", spec.name));
            Lane {
                waiting: VecDeque::new(),
                busy: false,
                rules: spec.rules.iter().filter(|rule| rule.from == from).filter_map(Counted::new).collect(),
                loss: stream("loss"),
                duplicate: stream("duplicate"),
                reorder: stream("reorder"),
                corrupt: stream("corrupt"),
            }
        };
        Self { lanes: [lane(0), lane(1)], spec, ends, up: true }
    }

    pub(super) const fn is_up(&self) -> bool {
        self.up
    }

    pub(super) fn set_up(&mut self, up: bool) {
        self.up = up;
    }

    pub(super) fn add_rule(&mut self, rule: &Rule) {
        for (lane, from) in self.lanes.iter_mut().zip(&self.spec.ends) {
            if rule.from == machine_of(from) {
                lane.rules.extend(Counted::new(rule));
            }
        }
    }

    /// The device and port that frames from `side` go to.
    pub(super) fn far_end(&self, side: usize) -> Port {
        let [first, second] = self.ends;
        if side == 0 { second } else { first }
    }

    /// The machine at `side`.
    pub(super) fn near_end(&self, side: usize) -> Option<&str> {
        self.spec.ends.get(side).map(|end| machine_of(end))
    }

    /// A machine puts a frame on the link.
    pub(super) fn offer(
        &mut self,
        now: Time,
        side: usize,
        bytes: Vec<u8>,
        note: Option<Text>,
    ) -> Option<Offer> {
        let queue = self.spec.queue;
        let lane = self.lanes.get_mut(side)?;
        if !lane.busy {
            return Some(Offer::Leaves(Waiting { bytes, note, copy: false }));
        }
        if lane.waiting.iter().filter(|waiting| !waiting.copy).count() < queue as usize {
            lane.waiting.push_back(Waiting { bytes, note, copy: false });
            return Some(Offer::Waits);
        }
        let why = text::QUEUE_FULL.with(&[("queue", &queue)]);
        Some(Offer::Dropped(Box::new(self.frame(side, bytes, note, Fate::Dropped { why, at: now }))))
    }

    /// The link can send again: the next frame that waits.
    pub(super) fn next(&mut self, side: usize) -> Option<Waiting> {
        let lane = self.lanes.get_mut(side)?;
        lane.busy = false;
        lane.waiting.pop_front()
    }

    /// A frame begins to leave.
    pub(super) fn depart(&mut self, now: Time, side: usize, waiting: Waiting) -> Option<Departure> {
        let Waiting { bytes, note, copy } = waiting;
        let free = now.plus(self.spec.serialisation(bytes.len()));
        let (delay, up) = (self.spec.delay(), self.up);
        let mut frame = self.frame(side, bytes, note, Fate::Delivered { at: free.plus(delay) });
        let spec = &self.spec;
        let lane = self.lanes.get_mut(side)?;
        lane.busy = free > now;

        // Every frame draws the same numbers, whatever becomes of it. A copy has had its share of fate.
        let mut drop = !copy && lane.loss.chance(spec.loss_ppm);
        let mut double = !copy && lane.duplicate.chance(spec.duplicate_ppm);
        let mut held =
            if !copy && lane.reorder.chance(spec.reorder_ppm) { spec.reorder_ms * 1000 } else { 0 };
        let mut damage = !copy && lane.corrupt.chance(spec.corrupt_ppm);
        let which = lane.corrupt.number() as u32;
        if held > 0 {
            frame.impairment = Some(Impairment::Reordered);
        }
        let mut why = text::LOST_CHANCE.text();
        if !copy && let Some(rule) = first_hit(&mut lane.rules, &frame) {
            match rule.action {
                RuleAction::Drop => {
                    drop = true;
                    why = lost(&rule);
                }
                RuleAction::Duplicate => double = true,
                RuleAction::Corrupt => damage = true,
                RuleAction::Delay => {
                    held = rule.delay_ms * 1000;
                    frame.impairment = Some(Impairment::Delayed { micros: held });
                }
            }
        }
        if copy {
            frame.impairment = Some(Impairment::Duplicate);
        }
        if !up {
            drop = true;
            why = text::LOST_CUT.text();
        }
        if drop {
            frame.impairment = None;
            // Half way, for drawing; a cut cable takes nothing.
            let at = if up { free.plus(delay / 2) } else { now };
            frame.fate = Fate::Lost { why, at };
            return Some(Departure { frame, arrival: None, free });
        }
        if double {
            let (bytes, note) = (frame.bytes.clone(), frame.note.clone());
            lane.waiting.push_front(Waiting { bytes, note, copy: true });
        }
        let mut bytes = frame.bytes.clone();
        let at = free.plus(delay).plus(held);
        frame.fate = Fate::Delivered { at };
        if damage && let Some(bit) = flip(&mut bytes, which) {
            frame.impairment = Some(Impairment::Corrupted { bit });
            if !is_ipv4(&frame.bytes) {
                frame.fate = Fate::Dropped { why: text::FCS.text(), at };
                return Some(Departure { frame, arrival: None, free });
            }
        }
        Some(Departure { frame, arrival: Some((at, bytes)), free })
    }

    /// A frame that goes, or was to go, from one side to the other.
    pub(super) fn frame(&self, side: usize, bytes: Vec<u8>, note: Option<Text>, fate: Fate) -> Frame {
        let [first, second] = self.spec.ends.each_ref().map(|end| machine_of(end).to_owned());
        let (from, to) = if side == 0 { (first, second) } else { (second, first) };
        let link = self.spec.name.clone();
        Frame {
            link,
            from,
            to,
            link_type: LinkType::Ethernet,
            bytes,
            original: None,
            fate,
            impairment: None,
            note,
        }
    }
}

impl LinkSpec {
    /// How long a frame of so many bytes takes to leave, in microseconds, rounded up.
    fn serialisation(&self, bytes: usize) -> u64 {
        let bits = (bytes as u64).saturating_mul(8);
        // kilobits a second are bits a millisecond
        bits.saturating_mul(1000).div_ceil(self.bandwidth_kbps.max(1)) * u64::from(self.bandwidth_kbps > 0)
    }
}

impl Counted {
    /// The filter has been checked with the scenario; one that cannot be read matches nothing.
    fn new(rule: &Rule) -> Option<Self> {
        Some(Self { filter: rule.filter.parse().ok()?, rule: rule.clone(), matched: 0 })
    }

    fn hits(&mut self, frame: &EventKind) -> bool {
        if !self.filter.matches_kind(frame) {
            return false;
        }
        self.matched = self.matched.saturating_add(1);
        match (self.rule.nth, self.rule.first) {
            (Some(nth), _) => self.matched == nth,
            (None, Some(first)) => self.matched <= first,
            (None, None) => true,
        }
    }
}

/// The first rule that hits; all count.
fn first_hit(rules: &mut [Counted], frame: &Frame) -> Option<Rule> {
    if rules.is_empty() {
        return None;
    }
    let frame = EventKind::Frame(frame.clone());
    let hits: Vec<bool> = rules.iter_mut().map(|rule| rule.hits(&frame)).collect();
    rules.iter().zip(hits).find(|(_, hit)| *hit).map(|(counted, _)| counted.rule.clone())
}

/// The Ethernet header, which is never damaged.
const HEADER: usize = 14;

/// Flips one bit behind the Ethernet header and says which, counted from the frame's first.
fn flip(bytes: &mut [u8], which: u32) -> Option<u32> {
    let bits = bytes.len().checked_sub(HEADER)? as u64 * 8;
    let bit = ((u64::from(which) * bits) >> 32) as u32 + HEADER as u32 * 8;
    let byte = bytes.get_mut(bit as usize / 8)?;
    *byte ^= 0x80 >> (bit % 8);
    Some(bit)
}

fn is_ipv4(bytes: &[u8]) -> bool {
    bytes.get(12..HEADER) == Some(&[0x08, 0x00])
}

/// Why a rule's frame is lost.
fn lost(rule: &Rule) -> Text {
    let (filter, from) = (rule.shown_filter(), &rule.from);
    match (rule.nth, rule.first) {
        (Some(nth), _) => text::LOST_NTH.with(&[("nth", &nth), ("filter", &filter), ("from", from)]),
        (None, Some(first)) => {
            text::LOST_FIRST.with(&[("first", &first), ("filter", &filter), ("from", from)])
        }
        (None, None) => text::LOST_EACH.with(&[("filter", &filter), ("from", from)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(spec: &str) -> Link {
        let spec: LinkSpec = toml::from_str(&format!("ends = [\"a\", \"b\"]\n{spec}")).unwrap();
        Link::new(spec, [(0, 0), (1, 0)], 1)
    }

    fn frame(number: u8) -> Vec<u8> {
        [&[2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0][..], &[number; 86]].concat()
    }

    /// Offers frames all at once and lets the link send them: (number, when it left, when it arrived).
    fn send(link: &mut Link, frames: u8) -> Vec<(u8, u64, Option<u64>)> {
        let (mut sent, mut now) = (Vec::new(), Time::ZERO);
        let mut go = |link: &mut Link, now: Time, waiting: Waiting| {
            let departure = link.depart(now, 0, waiting).unwrap();
            let number = departure.frame.bytes[20];
            sent.push((number, now.micros(), departure.arrival.map(|(at, _)| at.micros())));
            departure.free
        };
        for number in 0..frames {
            match link.offer(now, 0, frame(number), None).unwrap() {
                Offer::Leaves(waiting) => now = go(link, Time::ZERO, waiting),
                Offer::Waits => {}
                Offer::Dropped(frame) => assert!(matches!(frame.fate, Fate::Dropped { .. })),
            }
        }
        while let Some(waiting) = link.next(0) {
            now = go(link, now, waiting);
        }
        sent
    }

    #[test]
    fn bandwidth_and_delay_add_up_and_the_queue_is_bounded() {
        // 100 bytes at 800 kbit/s take a millisecond.
        let mut link = link("delay_ms = 10\nbandwidth_kbps = 800\nqueue = 2");
        assert_eq!(
            send(&mut link, 5),
            [(0, 0, Some(11_000)), (1, 1000, Some(12_000)), (2, 2000, Some(13_000))]
        );
    }

    #[test]
    fn serialisation_time_is_rounded_up() {
        let bits = |kbps| LinkSpec { bandwidth_kbps: kbps, ..link("").spec }.serialisation(100);
        assert_eq!((bits(0), bits(800), bits(799), bits(10_000_000)), (0, 1000, 1002, 1));
    }

    #[test]
    fn exactly_the_nth_match_is_dropped_and_each_sender_has_its_own_rules() {
        let mut link = link("[[rule]]\nfrom = \"a\"\nmatch = \"ipv4\"\nnth = 2\naction = \"drop\"");
        let lost: Vec<_> = send(&mut link, 4).iter().map(|(_, _, at)| at.is_none()).collect();
        assert_eq!(lost, [false, true, false, false]);
        let Some(Offer::Leaves(back)) = link.offer(Time::ZERO, 1, frame(9), None) else { panic!("busy") };
        assert!(link.depart(Time::ZERO, 1, back).unwrap().arrival.is_some());
    }

    #[test]
    fn a_doubled_frame_leaves_twice_and_its_copy_is_not_doubled_again() {
        let mut link = link("duplicate_ppm = 1000000\nbandwidth_kbps = 800");
        let numbers: Vec<_> = send(&mut link, 2).iter().map(|(number, ..)| *number).collect();
        assert_eq!(numbers, [0, 0, 1, 1]);
    }

    #[test]
    fn damage_flips_one_bit_behind_the_ethernet_header() {
        let mut link = link("corrupt_ppm = 1000000");
        for number in 0..50 {
            let Some(Offer::Leaves(waiting)) = link.offer(Time::ZERO, 0, frame(number), None) else {
                panic!("busy")
            };
            let departure = link.depart(Time::ZERO, 0, waiting).unwrap();
            let Some(Impairment::Corrupted { bit }) = departure.frame.impairment else { panic!("whole") };
            assert!(bit >= 112);
            let (_, bytes) = departure.arrival.unwrap();
            let differing: u32 = bytes.iter().zip(frame(number)).map(|(a, b)| (a ^ b).count_ones()).sum();
            assert_eq!(differing, 1);
            assert_eq!(departure.frame.bytes, frame(number));
        }
    }

    #[test]
    fn a_cut_link_loses_everything_until_it_is_restored() {
        let mut link = link("delay_ms = 1");
        link.set_up(false);
        assert_eq!(send(&mut link, 2), [(0, 0, None), (1, 0, None)]);
        link.set_up(true);
        assert_eq!(send(&mut link, 1), [(0, 0, Some(1000))]);
    }

    #[test]
    fn chance_of_one_kind_does_not_disturb_another() {
        let fates = |spec: &str| {
            let mut link = link(spec);
            (0..200_u8)
                .map(|number| {
                    let Some(Offer::Leaves(waiting)) = link.offer(Time::ZERO, 0, frame(number), None) else {
                        panic!("busy")
                    };
                    link.depart(Time::ZERO, 0, waiting).unwrap().arrival.is_none()
                })
                .collect::<Vec<_>>()
        };
        let plain = fates("loss_ppm = 200000");
        assert!(plain.contains(&true) && plain.contains(&false));
        assert_eq!(plain, fates("loss_ppm = 200000\nreorder_ppm = 300000\ncorrupt_ppm = 300000"));
    }
}
