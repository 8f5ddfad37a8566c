//! The simulator's only chance: a seeded generator, integers only, so that it says the same on every machine.

use rand_core::RngCore;
use rand_pcg::Pcg32;

use crate::mix::mix;

/// A stream of chance. Streams of different names are independent of each other, so that making one link lose frames
/// changes nothing about what another one does.
#[derive(Debug, Clone)]
pub(super) struct Rng(Pcg32);

/// One in a million.
pub(super) const MILLION: u32 = 1_000_000;

impl Rng {
    /// The stream `name` of a simulation with this seed.
    pub(super) fn stream(seed: u64, name: &str) -> Self {
        // FNV-1a: a different name, a different stream.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(Pcg32::new(mix(seed ^ hash), hash))
    }

    /// True in `ppm` of a million cases. Draws even when the answer is certain, so that every frame takes one number
    /// of the stream.
    pub(super) fn chance(&mut self, ppm: u32) -> bool {
        self.below(MILLION) < ppm
    }

    /// A number below `limit`; 0 if `limit` is.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(limit)) >> 32) as u32
    }

    /// Any number.
    pub(super) fn number(&mut self) -> u64 {
        self.0.next_u64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certainties_are_certain_and_rates_are_about_right() {
        let mut rng = Rng::stream(1, "loss");
        assert!((0..1000).all(|_| rng.chance(MILLION)));
        assert!((0..1000).all(|_| !rng.chance(0)));
        let hits = (0..100_000).filter(|_| rng.chance(200_000)).count();
        assert!((19_000..21_000).contains(&hits), "{hits} of 100000 at 20 %");
        assert!((0..1000).all(|_| rng.below(7) < 7));
        assert_eq!(rng.below(0), 0);
    }

    #[test]
    fn streams_and_seeds_differ_and_repeat() {
        let draw = |seed, name| {
            let mut rng = Rng::stream(seed, name);
            (0..8).map(|_| rng.number()).collect::<Vec<_>>()
        };
        assert_eq!(draw(1, "a"), draw(1, "a"));
        assert_ne!(draw(1, "a"), draw(1, "b"));
        assert_ne!(draw(1, "a"), draw(2, "a"));
    }
}
