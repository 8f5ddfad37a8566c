//! The retransmission timeout (RFC 6298).

use super::Config;

/// Clock granularity G, in microseconds: the timestamp clock ticks in milliseconds.
pub(super) const GRANULARITY: u64 = 1_000;

/// SRTT, RTTVAR and RTO, in microseconds.
#[derive(Debug, Clone)]
pub(super) struct Rtt {
    srtt: Option<u64>,
    rttvar: u64,
    rto: u64,
    min: u64,
    max: u64,
}

impl Rtt {
    pub(super) fn new(config: &Config) -> Self {
        let max = config.max_rto.max(config.min_rto).max(1);
        Self { srtt: None, rttvar: 0, rto: config.initial_rto.clamp(1, max), min: config.min_rto.max(1), max }
    }

    /// A measurement R of the round-trip time. `per_flight` is how many measurements a round trip gives
    /// (RFC 7323 appendix G): 1 without timestamps.
    ///
    /// RFC 6298 §2.2, §2.3: the deviation is updated before the mean, since it needs the old one.
    pub(super) fn measure(&mut self, r: u64, per_flight: u64) {
        // Bounds that no real path reaches keep the products below from overflowing.
        let (n, r) = (per_flight.clamp(1, 1 << 16), r.min(1 << 40));
        match self.srtt {
            None => {
                self.srtt = Some(r);
                self.rttvar = r / 2;
            }
            Some(srtt) => {
                // RTTVAR = (1 - beta) * RTTVAR + beta * |SRTT - R'|, beta = 1/4
                self.rttvar = ((4 * n - 1) * self.rttvar + srtt.abs_diff(r)) / (4 * n);
                // SRTT = (1 - alpha) * SRTT + alpha * R', alpha = 1/8
                self.srtt = Some(((8 * n - 1) * srtt + r) / (8 * n));
            }
        }
        let srtt = self.srtt.unwrap_or(r);
        // RTO = SRTT + max(G, K * RTTVAR), K = 4; then §2.4 and §2.5.
        self.rto = srtt.saturating_add(GRANULARITY.max(4 * self.rttvar)).max(self.min).min(self.max);
    }

    /// RFC 6298 §5.5: back the timer off.
    pub(super) fn back_off(&mut self) {
        self.rto = self.rto.saturating_mul(2).min(self.max);
    }

    /// RFC 6298 §5.7: after a SYN was lost, 3 seconds when text begins to flow.
    pub(super) fn after_lost_syn(&mut self) {
        if self.rto < 3_000_000 || self.srtt.is_none() {
            self.rto = 3_000_000.min(self.max);
        }
    }

    pub(super) const fn srtt(&self) -> Option<u64> {
        self.srtt
    }

    pub(super) const fn rttvar(&self) -> Option<u64> {
        if self.srtt.is_some() { Some(self.rttvar) } else { None }
    }

    pub(super) const fn rto(&self) -> u64 {
        self.rto
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked by hand from RFC 6298 §2, in microseconds.
    #[test]
    fn the_formulas_by_hand() {
        let mut rtt = Rtt::new(&Config { min_rto: 1, ..Config::default() });
        assert_eq!(rtt.rto(), 1_000_000);
        rtt.measure(100_000, 1);
        assert_eq!((rtt.srtt(), rtt.rttvar(), rtt.rto()), (Some(100_000), Some(50_000), 300_000));
        // RTTVAR = 3/4 * 50 + 1/4 * 20 = 42.5; SRTT = 7/8 * 100 + 1/8 * 120 = 102.5; RTO = 102.5 + 170 = 272.5 ms
        rtt.measure(120_000, 1);
        assert_eq!((rtt.srtt(), rtt.rttvar(), rtt.rto()), (Some(102_500), Some(42_500), 272_500));
        // RTTVAR = 3/4 * 42.5 + 1/4 * 197.5 = 81.25; SRTT = 7/8 * 102.5 + 1/8 * 300 = 127.1875 ms
        rtt.measure(300_000, 1);
        assert_eq!((rtt.srtt(), rtt.rttvar(), rtt.rto()), (Some(127_187), Some(81_250), 452_187));
        rtt.back_off();
        assert_eq!(rtt.rto(), 904_374);
    }

    #[test]
    fn the_bounds() {
        let mut rtt = Rtt::new(&Config::default());
        rtt.measure(10_000, 1);
        assert_eq!(rtt.rto(), 1_000_000, "§2.4: never under a second");
        for _ in 0..10 {
            rtt.back_off();
        }
        assert_eq!(rtt.rto(), 60_000_000, "§2.5: an upper bound of 60 s");
        // The variance decays to zero with a steady path; then G is what is added.
        let mut steady = Rtt::new(&Config { min_rto: 1, ..Config::default() });
        for _ in 0..100 {
            steady.measure(5_000, 1);
        }
        assert_eq!((steady.srtt(), steady.rto()), (Some(5_000), 6_000));
    }
}
