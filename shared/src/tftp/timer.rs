//! When to send again: a fixed time, or one that follows the measured round trip.

use crate::trace::Time;

/// How the time until a retransmission is found. All in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeout {
    /// Always the same, as in RFC 1350's day and as the option `timeout` orders (RFC 2349).
    Fixed(u64),
    /// RFC 6298's estimate from measured round trips, doubled at each retransmission.
    Adaptive {
        /// Until a round trip has been measured.
        initial: u64,
        /// Never less.
        min: u64,
        /// Never more.
        max: u64,
    },
}

/// The retransmission timer of one transfer.
#[derive(Debug)]
pub(super) struct Timer {
    timeout: Timeout,
    srtt: Option<u64>,
    rttvar: u64,
    /// Retransmissions since the last progress.
    pub(super) retries: u32,
    pub(super) deadline: Option<Time>,
}

impl Timer {
    pub(super) fn new(timeout: Timeout) -> Self {
        Self { timeout, srtt: None, rttvar: 0, retries: 0, deadline: None }
    }

    pub(super) fn set_timeout(&mut self, timeout: Timeout) {
        self.timeout = timeout;
    }

    /// Microseconds from a packet's sending to its retransmission.
    pub(super) fn rto(&self) -> u64 {
        match self.timeout {
            Timeout::Fixed(micros) => micros,
            Timeout::Adaptive { initial, min, max } => {
                let rto = self.srtt.map_or(initial, |srtt| srtt + (4 * self.rttvar).max(1));
                rto.max(min).saturating_mul(1 << self.retries.min(16)).min(max)
            }
        }
    }

    pub(super) fn start(&mut self, now: Time) {
        self.deadline = Some(now.plus(self.rto()));
    }

    pub(super) fn stop(&mut self) {
        self.deadline = None;
    }

    pub(super) fn expired(&self, now: Time) -> bool {
        self.deadline.is_some_and(|deadline| now >= deadline)
    }

    /// The transfer went on: the count of retransmissions begins anew.
    pub(super) fn progress(&mut self) {
        self.retries = 0;
    }

    /// RFC 6298 §2.2, §2.3.
    pub(super) fn measured(&mut self, rtt: u64) {
        match self.srtt {
            None => {
                self.srtt = Some(rtt);
                self.rttvar = rtt / 2;
            }
            Some(srtt) => {
                self.rttvar = (3 * self.rttvar + srtt.abs_diff(rtt)) / 4;
                self.srtt = Some((7 * srtt + rtt) / 8);
            }
        }
    }
}
