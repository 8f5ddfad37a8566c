//! Timeouts (RFC 9293 §3.10.8, RFC 6298 §5).

use super::{Endpoint, EventKind, State, TimerChange, TimerKind, text};

impl Endpoint {
    pub(super) fn expired(&mut self, timer: TimerKind) {
        let kind = EventKind::Timer { timer, change: TimerChange::Expired };
        self.report(kind, timer.expired_message(), &[]);
        match timer {
            TimerKind::Retransmission => self.retransmission_expired(),
            TimerKind::Persist => self.persist_expired(),
            TimerKind::DelayedAck => {
                if self.ack_due.is_none() && self.unacknowledged > 0 {
                    self.owe_ack(&text::SEND_ACK_DELAYED, &[]);
                }
            }
            TimerKind::KeepAlive => self.keep_alive_expired(),
            TimerKind::TimeWait => self.end(&text::TIME_WAIT_OVER, &[], None),
        }
    }

    fn retransmission_expired(&mut self) {
        let opening = matches!(self.state, State::SynSent | State::SynReceived);
        if self.flight() == 0 {
            return;
        }
        let limit = if opening { self.config.syn_retries } else { self.config.r2 };
        if self.retries >= limit {
            return self.give_up(&text::USER_TIMEOUT, self.retries);
        }
        let again = self.retries > 0;
        self.retries += 1;
        if self.retries == self.config.r1 {
            let count = self.retries;
            self.report(EventKind::Suspicious, &text::R1_REACHED, &[("count", &count)]);
        }
        self.rtt.back_off();
        let millis = self.rtt.rto() / 1000;
        let kind = EventKind::Timer {
            timer: TimerKind::Retransmission,
            change: TimerChange::Set { micros: self.rtt.rto() },
        };
        self.report(kind, &text::RTO_BACKED_OFF, &[("millis", &millis)]);
        self.timed = None;
        if opening {
            self.syn_lost = true;
            self.syn_due = Some(text::AGAIN_SYN);
            return;
        }
        if self.snd_wnd == 0 && self.syn_acked {
            // The peer took its window back: from here on this is a matter of probes (RFC 9293 §3.8.6.1).
            self.probing = true;
            self.probes = 0;
            self.persist_backoff = 0;
            self.probe_due = true;
            self.set_timer(TimerKind::Persist, self.rtt.rto());
            return;
        }
        let flight = self.flight();
        self.cc.on_timeout(self.snd_nxt, flight, again);
        self.report_congestion(&text::CONGESTION_TIMEOUT);
        self.sendbuf.forget_sacks();
        self.resend = None;
        self.resent_to = self.snd_una;
        self.go_back = Some((self.snd_una, text::AGAIN_TIMER));
    }

    /// A closed window is probed with back-off for as long as the peer answers (RFC 9293 §3.8.6.1).
    fn persist_expired(&mut self) {
        if !self.probing {
            self.override_due = true;
            return;
        }
        if self.flight() == 0 && self.unsent() == 0 && (self.fin_sent || !self.close_called) {
            self.probing = false;
            return;
        }
        if self.probes >= self.config.r2 {
            return self.give_up(&text::USER_TIMEOUT, self.probes);
        }
        self.probes += 1;
        self.probe_due = true;
        self.persist_backoff = (self.persist_backoff + 1).min(16);
        let wait = self.rtt.rto().saturating_mul(1 << self.persist_backoff).min(self.config.max_rto.max(1));
        self.set_timer(TimerKind::Persist, wait);
    }

    fn keep_alive_expired(&mut self) {
        let Some(keep_alive) = self.config.keep_alive else { return };
        if !self.wants_keep_alive() {
            return;
        }
        if self.keep_alives >= keep_alive.probes {
            return self.give_up(&text::KEEP_ALIVE_FAILED, self.keep_alives);
        }
        // What is outstanding has the retransmission timer to watch it.
        if self.flight() == 0 {
            self.keep_alives += 1;
            self.keep_alive_due = true;
        }
        self.set_timer(TimerKind::KeepAlive, keep_alive.interval.max(1));
    }

    fn wants_keep_alive(&self) -> bool {
        self.state.is_synchronized() && self.state != State::TimeWait
    }

    /// A segment was heard: the peer lives.
    pub(super) fn heard(&mut self) {
        self.keep_alives = 0;
        self.keep_alive_due = false;
        if let Some(keep_alive) = self.config.keep_alive
            && self.wants_keep_alive()
        {
            self.timers.set(TimerKind::KeepAlive, Some(self.now.plus(keep_alive.idle.max(1))));
        }
    }

    /// TIME-WAIT begins, or begins anew: the other timers are off (RFC 9293 §3.10.7.4).
    pub(super) fn start_time_wait(&mut self) {
        self.timers.stop_all();
        self.set_timer(TimerKind::TimeWait, self.config.msl.saturating_mul(2).max(1));
    }
}
