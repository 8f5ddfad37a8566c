//! How many messages a browser may send: a token bucket.

use std::time::Instant;

/// So many messages a second, with bursts of twice that.
#[derive(Debug)]
pub(super) struct Pace {
    per_second: f64,
    left: f64,
    at: Instant,
}

impl Pace {
    /// A full bucket.
    pub(super) fn new(per_second: u32, now: Instant) -> Self {
        let per_second = f64::from(per_second);
        Self { per_second, left: 2.0 * per_second, at: now }
    }

    /// Whether a message may be taken now.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.left = (self.left + passed * self.per_second).min(2.0 * self.per_second);
        let may = self.left >= 1.0;
        if may {
            self.left -= 1.0;
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_and_then_the_rate() {
        let start = Instant::now();
        let mut pace = Pace::new(2, start);
        assert_eq!((0..6).filter(|_| pace.take(start)).count(), 4);
        let later = start + Duration::from_secs(1);
        assert_eq!((0..6).filter(|_| pace.take(later)).count(), 2);
    }
}
