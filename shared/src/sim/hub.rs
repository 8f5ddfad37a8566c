//! Hubs and their cables: one medium, on which only one machine can speak at a time (CSMA/CD, IEEE 802.3 §4).
//!
//! Whoever wants to send listens first; two that begin within the time in which they cannot hear each other collide, stop,
//! and try again after a random number of slots, from a range that doubles each time. This decides who sends when; the
//! cables carry. Not for: what becomes of frames on a cable.

use std::collections::VecDeque;

use super::{link::Waiting, rng::Rng};
use crate::trace::Time;

/// IEEE 802.3 table 4-2: the range of waiting grows ten times, and the sixteenth collision is the last.
const BACKOFF_LIMIT: u32 = 10;
const ATTEMPT_LIMIT: u32 = 16;

/// Hubs that are cabled to each other, and every machine at them.
#[derive(Debug)]
pub(super) struct Domain {
    /// The hub, or the first of them.
    pub(super) name: String,
    /// Microseconds in which machines at its ends may begin without hearing each other.
    window: u64,
    /// Microseconds of 512 bits: a slot (§4.2.3.2.5).
    pub(super) slot: u64,
    /// Microseconds of 96 bits: what is left between two frames, and how long a collision is made heard.
    gap: u64,
    stations: Vec<Station>,
    rng: Rng,
    /// When it is to be decided who sends next.
    planned: Option<Time>,
    /// Until when somebody is to be heard.
    busy: Time,
    pub(super) collisions: u64,
}

/// A machine at the medium.
#[derive(Debug)]
struct Station {
    link: usize,
    side: usize,
    waiting: VecDeque<Waiting>,
    /// Collisions of the frame that waits first.
    attempts: u32,
    /// It has drawn to wait until then.
    not_before: Time,
}

/// What came of wanting to send.
pub(super) enum Wish {
    /// The queue is full.
    Full(Waiting),
    /// It has to wait, because somebody else is heard.
    Waits,
    /// The medium is free. Who sends is to be decided at that instant, unless it was planned before.
    Decide(Option<Time>),
}

/// Who sends.
pub(super) enum Decision {
    /// Nobody now; ask again at that instant.
    Nobody(Option<Time>),
    /// One machine, from this side of this link.
    One { link: usize, side: usize, waiting: Waiting },
    /// Several: none is understood.
    Collision(Vec<Collided>),
}

/// A frame that met another.
pub(super) struct Collided {
    pub(super) link: usize,
    pub(super) side: usize,
    pub(super) waiting: Waiting,
    /// Which attempt it was.
    pub(super) attempt: u32,
    /// How many slots the machine waits; none if it gives up.
    pub(super) slots: Option<u32>,
}

impl Domain {
    /// `stations` are the link and side of each machine; `delay` is the longest way across, in microseconds.
    pub(super) fn new(
        name: &str,
        kbps: u64,
        delay: u64,
        stations: impl IntoIterator<Item = (usize, usize)>,
        seed: u64,
    ) -> Self {
        let bits = |count: u64| (count * 1000).div_ceil(kbps.max(1));
        let station = |(link, side)| Station {
            link,
            side,
            waiting: VecDeque::new(),
            attempts: 0,
            not_before: Time::ZERO,
        };
        Self {
            name: name.to_owned(),
            window: delay.max(1),
            slot: bits(512),
            gap: bits(96),
            stations: stations.into_iter().map(station).collect(),
            rng: Rng::stream(seed, &format!("hub/{name}/backoff")),
            planned: None,
            busy: Time::ZERO,
            collisions: 0,
        }
    }

    /// A machine wants to send, and has room for so many frames that wait.
    pub(super) fn wish(
        &mut self,
        now: Time,
        (link, side): (usize, usize),
        waiting: Waiting,
        room: usize,
    ) -> Wish {
        let Some(station) = self.stations.iter_mut().find(|it| (it.link, it.side) == (link, side)) else {
            return Wish::Full(waiting);
        };
        if station.waiting.len() > room {
            return Wish::Full(waiting);
        }
        station.waiting.push_back(waiting);
        if self.busy > now {
            return Wish::Waits;
        }
        Wish::Decide(self.plan(now.plus(self.window)))
    }

    /// Plans a decision, unless one comes before.
    fn plan(&mut self, at: Time) -> Option<Time> {
        if self.planned.is_some_and(|planned| planned <= at) {
            return None;
        }
        self.planned = Some(at);
        Some(at)
    }

    /// The instant has come, if it is still the planned one.
    pub(super) fn decide(&mut self, now: Time) -> Option<Decision> {
        if self.planned != Some(now) {
            return None;
        }
        self.planned = None;
        let wants = |it: &&mut Station| !it.waiting.is_empty() && it.not_before <= now;
        let mut wanting: Vec<&mut Station> = self.stations.iter_mut().filter(wants).collect();
        Some(match wanting.as_mut_slice() {
            [] => {
                let wait = self.stations.iter().filter(|it| !it.waiting.is_empty()).map(|it| it.not_before);
                let next = wait.min();
                Decision::Nobody(next.and_then(|at| self.plan(at)))
            }
            [one] => {
                one.attempts = 0;
                let (link, side) = (one.link, one.side);
                match one.waiting.pop_front() {
                    Some(waiting) => Decision::One { link, side, waiting },
                    None => Decision::Nobody(None),
                }
            }
            several => {
                self.collisions += 1;
                let heard = now.plus(self.gap * 2);
                let collided =
                    several.iter_mut().filter_map(|it| it.collide(heard, self.slot, &mut self.rng));
                Decision::Collision(collided.collect())
            }
        })
    }

    /// Somebody is heard until then; when the next decision is due.
    pub(super) fn occupy(&mut self, until: Time) -> Option<Time> {
        self.busy = until.plus(self.gap);
        self.plan(self.busy)
    }

    /// How long a collision is heard: jam and silence.
    pub(super) const fn jam(&self) -> u64 {
        self.gap
    }

    /// The longest way across.
    pub(super) const fn across(&self) -> u64 {
        self.window
    }
}

impl Station {
    /// Its frame met another, until `heard`.
    fn collide(&mut self, heard: Time, slot: u64, rng: &mut Rng) -> Option<Collided> {
        self.attempts += 1;
        let (link, side, attempt) = (self.link, self.side, self.attempts);
        if attempt >= ATTEMPT_LIMIT {
            self.attempts = 0;
            return Some(Collided { link, side, waiting: self.waiting.pop_front()?, attempt, slots: None });
        }
        let slots = rng.below(1 << attempt.min(BACKOFF_LIMIT));
        self.not_before = heard.plus(slot * u64::from(slots));
        Some(Collided { link, side, waiting: self.waiting.front()?.clone(), attempt, slots: Some(slots) })
    }
}
