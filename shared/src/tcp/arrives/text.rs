//! Sixth to eighth check (RFC 9293 §3.10.7.4): URG, the segment text, FIN; and when to acknowledge.

use crate::tcp::{Endpoint, Segment, State, TimerKind, text};

impl Endpoint {
    /// Sixth, check the URG bit.
    pub(super) fn check_urg(&mut self, segment: &Segment) {
        if segment.flags.urg && self.state.takes_text() {
            self.rcv_up = self.rcv_up.max(segment.seq + u32::from(segment.urgent));
        }
    }

    /// Seventh, process the segment text.
    pub(super) fn take_text(&mut self, segment: &Segment) {
        if !self.state.takes_text() || (segment.payload.is_empty() && !segment.flags.fin) {
            return;
        }
        let gap = segment.seq.since(self.rcv_nxt);
        if segment.flags.fin {
            self.rcvbuf.note_fin(segment.end() - 1);
        }
        let had_gap = self.rcvbuf.out_of_order() > 0;
        let before = self.rcv_nxt;
        self.rcv_nxt = self.rcvbuf.insert(self.rcv_nxt, segment.seq, &segment.payload);
        self.rcv_edge = self.rcv_edge.max(self.rcv_nxt);
        let octets = segment.payload.len();
        if gap > 0 {
            self.decided(false, &text::CHECK_TEXT_GAP, &[("octets", &octets), ("missing", &gap)]);
            let expected = self.rcv_nxt - self.irs;
            return self.owe_ack(&text::SEND_ACK_GAP, &[("expected", &expected)]);
        }
        if octets == 0 {
            return;
        }
        self.decided(false, &text::CHECK_TEXT, &[("octets", &octets)]);
        self.unacknowledged += self.rcv_nxt - before;
        if had_gap {
            self.owe_ack(&text::SEND_ACK_FILLED, &[]);
        } else {
            self.schedule_ack();
        }
    }

    /// RFC 9293 §3.8.6.3, RFC 5681 §4.2: wait, but not past the second full-sized segment.
    fn schedule_ack(&mut self) {
        let full = self.segment_room() - if self.timestamps { 12 } else { 0 };
        match self.config.delayed_ack {
            None => self.owe_ack(&text::SEND_ACK, &[]),
            Some(_) if self.unacknowledged >= 2 * full => self.owe_ack(&text::SEND_ACK_SECOND, &[]),
            Some(wait) => {
                if self.ack_due.is_none() && self.timers.get(TimerKind::DelayedAck).is_none() {
                    self.set_timer(TimerKind::DelayedAck, wait.clamp(1, 500_000));
                }
            }
        }
    }

    /// Eighth, check the FIN bit: it counts once everything before it is here.
    pub(super) fn check_fin(&mut self) {
        if !self.state.takes_text() || self.rcvbuf.fin() != Some(self.rcv_nxt) {
            return;
        }
        self.decided(false, &text::CHECK_FIN, &[]);
        self.rcv_nxt = self.rcv_nxt + 1;
        self.rcv_edge = self.rcv_edge.max(self.rcv_nxt);
        self.owe_ack(&text::SEND_ACK_FIN, &[]);
        match self.state {
            State::Established => self.change(State::CloseWait, &text::GOT_FIN, &[]),
            State::FinWait1 => self.change(State::Closing, &text::GOT_FIN_CROSSED, &[]),
            State::FinWait2 => {
                self.change(State::TimeWait, &text::GOT_FIN, &[]);
                self.start_time_wait();
            }
            _ => {}
        }
    }
}
