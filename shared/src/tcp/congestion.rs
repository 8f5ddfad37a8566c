//! Congestion control: RFC 5681 (slow start, congestion avoidance, fast retransmit and recovery) with the partial
//! acknowledgments of RFC 6582 (NewReno). Not for: deciding when to retransmit; it only counts.

use super::{Config, InitialWindow, Seq};

/// In which of its phases the algorithm is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// cwnd < ssthresh: one SMSS more for each ACK (RFC 5681 §3.1).
    SlowStart,
    /// cwnd >= ssthresh: about one SMSS more each round trip (RFC 5681 §3.1).
    CongestionAvoidance,
    /// After the third duplicate ACK, until what was outstanding then is acknowledged (RFC 5681 §3.2, RFC 6582).
    FastRecovery,
}

impl Phase {
    /// The RFC's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SlowStart => "slow start",
            Self::CongestionAvoidance => "congestion avoidance",
            Self::FastRecovery => "fast recovery",
        }
    }
}

/// What an ACK of new data meant during recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NewAck {
    /// Outside recovery: the window grew.
    Grew,
    /// It acknowledges a part of what was outstanding: the next segment is lost too (RFC 6582 §3.2, step 3).
    Partial,
    /// It ends the recovery.
    Full,
}

#[derive(Debug, Clone)]
pub(super) struct Congestion {
    pub(super) cwnd: u32,
    pub(super) ssthresh: u32,
    pub(super) dup_acks: u32,
    smss: u32,
    initial: InitialWindow,
    /// RFC 6582 "recover": SND.NXT when the last recovery or timeout began.
    recover: Seq,
    recovering: bool,
    partial_seen: bool,
}

impl Congestion {
    /// RFC 5681 §3.1: ssthresh begins arbitrarily high. "recover" begins at ISS (RFC 6582 §3.2, step 1).
    pub(super) fn new(config: &Config, iss: Seq) -> Self {
        let mut new = Self {
            cwnd: 0,
            ssthresh: u32::MAX >> 1,
            dup_acks: 0,
            smss: u32::from(config.own_mss()),
            initial: config.initial_window,
            recover: iss,
            recovering: false,
            partial_seen: false,
        };
        new.cwnd = new.initial_window();
        new
    }

    /// IW (RFC 6928 §2; RFC 5681 §3.1).
    pub(super) fn initial_window(&self) -> u32 {
        match self.initial {
            InitialWindow::Rfc6928 => (10 * self.smss).min((2 * self.smss).max(14_600)),
            InitialWindow::Rfc5681 => match self.smss {
                2191.. => 2 * self.smss,
                1096..=2190 => 3 * self.smss,
                _ => 4 * self.smss,
            },
            InitialWindow::Segments(count) => self.smss.saturating_mul(count.max(1)),
        }
    }

    /// The handshake is done and SMSS known. A lost SYN leaves one segment (RFC 5681 §3.1).
    pub(super) fn start(&mut self, smss: u32, syn_lost: bool) {
        self.smss = smss;
        self.cwnd = if syn_lost { smss } else { self.initial_window() };
    }

    pub(super) const fn smss(&self) -> u32 {
        self.smss
    }

    pub(super) const fn phase(&self) -> Phase {
        if self.recovering {
            Phase::FastRecovery
        } else if self.cwnd < self.ssthresh {
            Phase::SlowStart
        } else {
            Phase::CongestionAvoidance
        }
    }

    /// An ACK moved SND.UNA to `una` by `acked` octets; `flight` is outstanding after it.
    pub(super) fn on_new_ack(&mut self, una: Seq, acked: u32, flight: u32) -> NewAck {
        self.dup_acks = 0;
        if !self.recovering {
            let more = if self.cwnd < self.ssthresh {
                acked.min(self.smss)
            } else {
                (u64::from(self.smss) * u64::from(self.smss) / u64::from(self.cwnd.max(1))).max(1) as u32
            };
            self.cwnd = self.cwnd.saturating_add(more).min(u32::MAX >> 1);
            return NewAck::Grew;
        }
        if una.ge(self.recover) {
            // RFC 6582 §3.2, step 3, full acknowledgments, option 1.
            self.recovering = false;
            self.cwnd = self.ssthresh.min(flight.max(self.smss) + self.smss);
            return NewAck::Full;
        }
        // Partial: deflate by what was acknowledged, add one SMSS back.
        self.cwnd = self.cwnd.saturating_sub(acked).max(self.smss);
        if acked >= self.smss {
            self.cwnd = self.cwnd.saturating_add(self.smss);
        }
        self.partial_seen = true;
        NewAck::Partial
    }

    /// Whether an ACK up to `una` is partial and not the first such: RFC 6582 §3.2, step 3, starts the retransmission timer
    /// anew at the first only.
    pub(super) fn is_later_partial(&self, una: Seq) -> bool {
        self.recovering && self.partial_seen && una.lt(self.recover)
    }

    /// A duplicate ACK; `true` when it is the third and starts fast retransmit. `una` is SND.UNA.
    pub(super) fn on_duplicate(&mut self, una: Seq, nxt: Seq, flight: u32) -> bool {
        self.dup_acks += 1;
        // RFC 6582 §3.2, step 2: only if the ACK covers more than "recover"; else it is an echo of a recovery past.
        if self.recovering || self.dup_acks != 3 || (una - 1).lt(self.recover) {
            return false;
        }
        // RFC 5681 §3.2, step 2: what limited transmit has sent beyond cwnd does not count.
        self.halve(flight.min(self.cwnd));
        self.recover = nxt;
        self.recovering = true;
        self.partial_seen = false;
        self.cwnd = self.ssthresh.saturating_add(3 * self.smss);
        true
    }

    /// Each further duplicate in recovery says that a segment has left the network (RFC 5681 §3.2, step 4).
    pub(super) fn inflate(&mut self) {
        self.cwnd = self.cwnd.saturating_add(self.smss).min(u32::MAX >> 1);
    }

    /// The retransmission timer expired (RFC 5681 §3.1, equation 4). `again` when this segment already timed out:
    /// ssthresh is then held constant.
    pub(super) fn on_timeout(&mut self, nxt: Seq, flight: u32, again: bool) {
        if !again {
            self.halve(flight);
        }
        self.cwnd = self.smss;
        self.recover = nxt;
        self.recovering = false;
        self.dup_acks = 0;
    }

    /// Segments are smaller from now on; the window stays as it is.
    pub(super) const fn limit(&mut self, smss: u32) {
        self.smss = smss;
    }

    /// Nothing was sent for longer than an RTO (RFC 5681 §4.1).
    pub(super) fn on_idle(&mut self) {
        self.cwnd = self.cwnd.min(self.initial_window());
    }

    fn halve(&mut self, flight: u32) {
        self.ssthresh = (flight / 2).max(2 * self.smss);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn congestion() -> Congestion {
        let config = Config { mss: 1000, initial_window: InitialWindow::Rfc5681, ..Config::default() };
        Congestion::new(&config, Seq(0))
    }

    #[test]
    fn initial_windows() {
        let iw = |mss, initial_window| {
            Congestion::new(&Config { mss, initial_window, ..Config::default() }, Seq(0)).cwnd
        };
        assert_eq!(iw(1460, InitialWindow::Rfc6928), 14_600);
        assert_eq!(iw(9000, InitialWindow::Rfc6928), 18_000);
        assert_eq!(iw(536, InitialWindow::Rfc6928), 5_360);
        assert_eq!(iw(536, InitialWindow::Rfc5681), 4 * 536);
        assert_eq!(iw(1460, InitialWindow::Rfc5681), 3 * 1460);
        assert_eq!(iw(9000, InitialWindow::Rfc5681), 2 * 9000);
        assert_eq!(iw(1000, InitialWindow::Segments(0)), 1000);
    }

    #[test]
    fn slow_start_then_avoidance() {
        let mut cc = congestion();
        assert_eq!(cc.cwnd, 4000);
        cc.on_new_ack(Seq(1000), 1000, 3000);
        cc.on_new_ack(Seq(3000), 2000, 1000);
        assert_eq!(cc.cwnd, 6000, "at most SMSS for an ACK, however much it covers");
        cc.ssthresh = 6000;
        assert_eq!(cc.phase(), Phase::CongestionAvoidance);
        cc.on_new_ack(Seq(4000), 1000, 0);
        assert_eq!(cc.cwnd, 6166, "SMSS * SMSS / cwnd = 1000000 / 6000");
    }

    #[test]
    fn fast_retransmit_and_recovery() {
        let mut cc = congestion();
        cc.cwnd = 10_000;
        assert!(!cc.on_duplicate(Seq(1000), Seq(11_000), 10_000));
        assert!(!cc.on_duplicate(Seq(1000), Seq(11_000), 10_000));
        assert_eq!(cc.cwnd, 10_000);
        assert!(cc.on_duplicate(Seq(1000), Seq(11_000), 10_000));
        assert_eq!((cc.ssthresh, cc.cwnd, cc.phase()), (5_000, 8_000, Phase::FastRecovery));
        assert!(!cc.on_duplicate(Seq(1000), Seq(11_000), 10_000));
        cc.inflate();
        assert_eq!(cc.cwnd, 9_000);
        assert_eq!(cc.on_new_ack(Seq(3000), 2000, 8_000), NewAck::Partial);
        assert_eq!(cc.cwnd, 8_000, "less 2000 acknowledged, plus one SMSS");
        assert_eq!(cc.on_new_ack(Seq(4000), 1000, 7_000), NewAck::Partial);
        assert_eq!(cc.on_new_ack(Seq(11_000), 7000, 0), NewAck::Full);
        assert_eq!(
            (cc.cwnd, cc.phase()),
            (2_000, Phase::SlowStart),
            "min(ssthresh, max(FlightSize, SMSS) + SMSS)"
        );
    }

    #[test]
    fn limited_transmit_does_not_raise_ssthresh() {
        let mut cc = congestion();
        cc.cwnd = 10_000;
        for flight in [10_000, 11_000, 12_000] {
            cc.on_duplicate(Seq(1000), Seq(1000 + flight), flight);
        }
        assert_eq!((cc.ssthresh, cc.cwnd), (5_000, 8_000));
    }

    #[test]
    fn a_timeout_leaves_one_segment_and_holds_ssthresh_when_it_repeats() {
        let mut cc = congestion();
        cc.on_timeout(Seq(9000), 8_000, false);
        assert_eq!((cc.ssthresh, cc.cwnd), (4_000, 1_000));
        cc.on_timeout(Seq(9000), 1_000, true);
        assert_eq!((cc.ssthresh, cc.cwnd), (4_000, 1_000));
        for _ in 0..5 {
            assert!(
                !cc.on_duplicate(Seq(5000), Seq(9000), 4000),
                "RFC 6582: not for what was sent before the timeout"
            );
        }
    }
}
