//! A link that loses, doubles, delays out of order and damages, as its seed says.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::collections::BTreeMap;

use firsthop_protocol::trace::Time;
use rand_core::{RngCore, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// The only source of chance.
pub struct Chance(Pcg64Mcg);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(seed))
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0.next_u64() % end.max(1)
    }

    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// How bad the link is, in percent.
#[derive(Debug, Clone, Copy)]
pub struct Badness {
    pub loss: u64,
    pub duplicate: u64,
    pub reorder: u64,
    pub corrupt: u64,
}

#[derive(Default)]
pub struct Link {
    flying: BTreeMap<(Time, u64), (usize, Vec<u8>)>,
    count: u64,
    pub lost: u64,
    pub doubled: u64,
    pub reordered: u64,
    pub damaged: u64,
}

impl Link {
    /// Puts a packet for end `to` on the link.
    pub fn send(&mut self, now: Time, to: usize, packet: &[u8], badness: Badness, chance: &mut Chance) {
        let copies = if chance.percent(badness.duplicate) { 2 } else { 1 };
        self.doubled += copies - 1;
        for _ in 0..copies {
            if chance.percent(badness.loss) {
                self.lost += 1;
                continue;
            }
            let mut packet = packet.to_vec();
            if chance.percent(badness.corrupt) {
                self.damaged += 1;
                let bit = chance.below(packet.len() as u64 * 8) as usize;
                packet[bit / 8] ^= 1 << (bit % 8);
            }
            let mut delay = 5_000;
            if chance.percent(badness.reorder) {
                self.reordered += 1;
                delay += chance.below(60_000);
            }
            self.count += 1;
            self.flying.insert((now.plus(delay), self.count), (to, packet));
        }
    }

    pub fn next(&self) -> Option<Time> {
        self.flying.first_key_value().map(|((at, _), _)| *at)
    }

    /// A packet that is there by now: for which end, its number in the order of sending, its bytes.
    pub fn arrived(&mut self, now: Time) -> Option<(usize, u64, Vec<u8>)> {
        let entry = self.flying.first_entry()?;
        let (at, number) = *entry.key();
        (at <= now).then(|| {
            let (to, packet) = entry.remove();
            (to, number, packet)
        })
    }
}
