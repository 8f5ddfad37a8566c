//! Fifth, check the ACK field (RFC 9293 §3.10.7.4), with what RFC 5681, 6298 and 7323 hang onto it.

use super::checks::Done;
use crate::tcp::{Endpoint, EventKind, Segment, Seq, State, TimerKind, congestion::NewAck, text};

/// Go on with the sixth check.
pub(super) struct GoOn;

impl Endpoint {
    /// `seq` is SEG.SEQ before trimming: it tells which of two windows is the newer.
    pub(super) fn check_ack(&mut self, seq: Seq, segment: &Segment) -> Option<GoOn> {
        if !segment.flags.ack {
            self.decided(true, &text::CHECK_NO_ACK, &[]);
            return None;
        }
        if self.state == State::SynReceived {
            self.ack_in_syn_received(segment)?;
        }
        if self.ack_field(seq, segment).is_some() {
            return None;
        }
        self.after_ack();
        (self.state != State::Closed).then_some(GoOn)
    }

    fn ack_in_syn_received(&mut self, segment: &Segment) -> Option<GoOn> {
        let ack = segment.ack;
        if !(self.snd_una.lt(ack) && ack.le(self.snd_nxt)) {
            let (found, expected) = (ack - self.iss, self.snd_nxt - self.iss);
            self.decided(true, &text::CHECK_ACK_SYN_RECEIVED, &[("ack", &found), ("expected", &expected)]);
            self.answer_rst(segment, &text::SEND_RST_SYN_RECEIVED);
            return None;
        }
        self.syn_due = None;
        self.change(State::Established, &text::GOT_ACK_OF_SYN, &[]);
        self.snd_wnd = u32::from(segment.window) << self.snd_wscale;
        self.max_snd_wnd = self.max_snd_wnd.max(self.snd_wnd);
        self.snd_wl1 = segment.seq;
        self.snd_wl2 = ack;
        self.acknowledged(segment);
        self.established();
        Some(GoOn)
    }

    /// The rules of ESTABLISHED, which all later states share.
    fn ack_field(&mut self, seq: Seq, segment: &Segment) -> Option<Done> {
        let ack = segment.ack;
        if ack.gt(self.snd_nxt) {
            let (found, snd_nxt) = (ack - self.iss, self.snd_nxt - self.iss);
            self.decided(true, &text::CHECK_ACK_UNSENT, &[("ack", &found), ("snd_nxt", &snd_nxt)]);
            self.owe_ack(&text::SEND_ACK_UNSENT, &[]);
            return Some(Done);
        }
        if ack.lt(self.snd_una - self.max_snd_wnd) {
            // RFC 5961 §5: data injected blindly.
            self.decided(true, &text::CHECK_ACK_BLIND, &[("ack", &(ack - self.iss))]);
            self.owe_ack(&text::SEND_ACK_UNSENT, &[]);
            return Some(Done);
        }
        self.probes = 0;
        if self.sack {
            self.sendbuf.sack(&segment.options.sack, self.snd_una.max(ack), self.snd_nxt);
        }
        let window = u32::from(segment.window) << self.snd_wscale;
        if ack.gt(self.snd_una) {
            let octets = ack - self.snd_una;
            self.decided(false, &text::CHECK_ACK_NEW, &[("ack", &(ack - self.iss)), ("octets", &octets)]);
            let syn = self.syn_acked;
            // RFC 5681 §3.1 counts bytes: a FIN is none.
            let fin = u32::from(self.fin_sent && ack.gt(self.sendbuf.end()));
            self.acknowledged(segment);
            if syn {
                self.grow(octets - fin);
            } else {
                // Closed before the handshake was done (RFC 9293 §3.10.4, SYN-RECEIVED): it is done now.
                self.established();
            }
        } else if ack == self.snd_una {
            // RFC 5681 §2, the definition of a duplicate.
            let duplicate =
                self.flight() > 0 && segment.is_empty() && window == self.snd_wnd && !self.probing;
            if duplicate {
                self.duplicate(segment);
            }
        } else {
            self.decided(false, &text::CHECK_ACK_OLD, &[("ack", &(ack - self.iss))]);
        }
        // SND.UNA =< SEG.ACK holds here unless the ACK is old.
        let newer = self.snd_wl1.lt(seq) || (self.snd_wl1 == seq && self.snd_wl2.le(ack));
        if ack.ge(self.snd_una) && newer {
            self.take_window(window);
            self.snd_wl1 = seq;
            self.snd_wl2 = ack;
        }
        None
    }

    /// SND.UNA moves: the buffer, the timer (RFC 6298 §5.2, §5.3) and the measurement.
    pub(super) fn acknowledged(&mut self, segment: &Segment) {
        let una = segment.ack;
        self.syn_acked = true;
        self.snd_una = una;
        self.sendbuf.acknowledge(una);
        self.measure(segment);
        self.retries = 0;
        self.soft_error = None;
        if self.go_back.is_some_and(|_| una == self.snd_nxt) {
            self.go_back = None;
        }
        if self.flight() == 0 {
            self.stop_timer(TimerKind::Retransmission);
        } else if !self.probing && !self.cc.is_later_partial(una) {
            self.set_timer(TimerKind::Retransmission, self.rtt.rto());
        }
    }

    fn measure(&mut self, segment: &Segment) {
        let timed = self.timed.filter(|(end, _)| end.le(segment.ack));
        let (sample, per_flight) = if let Some((_, sent)) = timed {
            self.timed = None;
            (self.now.since(sent), 1)
        } else if let (true, Some(stamps)) =
            (self.timestamps && self.timed.is_none(), segment.options.timestamps)
        {
            // RFC 7323 §4.1: an echo tells which copy was acknowledged, so Karn's rule does not apply.
            let millis = self.ts_now().wrapping_sub(stamps.ecr);
            if stamps.ecr == 0 || u64::from(millis) * 1000 > self.now.micros() {
                return;
            }
            (u64::from(millis) * 1000, u64::from(self.flight().div_ceil(2 * self.cc.smss().max(1))).max(1))
        } else {
            return;
        };
        self.rtt.measure(sample, per_flight);
        let (srtt, rttvar, rto) =
            (self.rtt.srtt().unwrap_or_default(), self.rtt.rttvar().unwrap_or_default(), self.rtt.rto());
        let millis = |micros: u64| micros as f64 / 1000.0;
        self.report(
            EventKind::Rtt { sample, srtt, rttvar, rto },
            &text::RTT_MEASURED,
            &[
                ("millis", &millis(sample)),
                ("srtt", &millis(srtt)),
                ("rttvar", &millis(rttvar)),
                ("rto", &millis(rto)),
            ],
        );
    }

    /// cwnd after an ACK of new data.
    fn grow(&mut self, octets: u32) {
        if octets == 0 && self.cc.phase() != crate::tcp::Phase::FastRecovery {
            return;
        }
        let grows = match self.cc.phase() {
            crate::tcp::Phase::SlowStart => &text::CONGESTION_SLOW_START,
            _ => &text::CONGESTION_AVOIDANCE,
        };
        match self.cc.on_new_ack(self.snd_una, octets, self.flight()) {
            NewAck::Grew => self.report_congestion(grows),
            NewAck::Full => self.report_congestion(&text::CONGESTION_FULL),
            NewAck::Partial => {
                self.report_congestion(&text::CONGESTION_PARTIAL);
                if self.resent_to.le(self.snd_una) {
                    self.resend = Some((self.snd_una, text::AGAIN_PARTIAL));
                }
            }
        }
    }

    fn duplicate(&mut self, segment: &Segment) {
        let flight = self.flight();
        let recovering = self.cc.phase() == crate::tcp::Phase::FastRecovery;
        let starts = self.cc.on_duplicate(self.snd_una, self.snd_nxt, flight);
        let (ack, count) = (segment.ack - self.iss, self.cc.dup_acks);
        self.report(
            EventKind::DuplicateAck { count },
            &text::CHECK_ACK_DUPLICATE,
            &[("ack", &ack), ("count", &count)],
        );
        if starts {
            self.report_congestion(&text::CONGESTION_FAST);
            self.resent_to = self.snd_una;
            self.resend = Some((self.snd_una, text::AGAIN_FAST));
        } else if recovering {
            let from = self.sendbuf.skip_sacked(self.resent_to.max(self.snd_una));
            // A hole is known to be lost only if something after it was reported.
            if self.sendbuf.hole_end(from).is_some() && self.resend.is_none() {
                self.resend = Some((from, text::AGAIN_SACK));
            } else {
                self.cc.inflate();
                self.report_congestion(&text::CONGESTION_INFLATED);
            }
        }
    }

    fn take_window(&mut self, window: u32) {
        let before = std::mem::replace(&mut self.snd_wnd, window);
        self.max_snd_wnd = self.max_snd_wnd.max(window);
        if window == 0 && before > 0 {
            self.report(EventKind::Window { snd_wnd: 0 }, &text::WINDOW_CLOSED, &[]);
        }
        if window > 0 && before == 0 {
            self.report(EventKind::Window { snd_wnd: window }, &text::WINDOW_OPENED, &[("window", &window)]);
        }
        if window > 0 && self.probing {
            self.probing = false;
            self.probe_due = false;
            self.stop_timer(TimerKind::Persist);
            if self.flight() > 0 {
                self.go_back = Some((self.snd_una, text::AGAIN_WINDOW));
            }
        }
    }

    /// What the acknowledgment of our FIN means in each state.
    fn after_ack(&mut self) {
        if !self.fin_acked() {
            return;
        }
        match self.state {
            State::FinWait1 => self.change(State::FinWait2, &text::GOT_ACK_OF_FIN, &[]),
            State::Closing => {
                self.change(State::TimeWait, &text::GOT_ACK_OF_FIN, &[]);
                self.start_time_wait();
            }
            State::LastAck => self.end(&text::GOT_ACK_OF_FIN, &[], None),
            _ => {}
        }
    }
}
