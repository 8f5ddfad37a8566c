//! First to fourth check (RFC 9293 §3.10.7.4): sequence number, RST, security, SYN.

use crate::tcp::{Endpoint, Error, Flags, Segment, Seq, State, reassembly::Reassembly, text};

/// Timestamps of a connection idle for longer are not compared (RFC 7323 §5.5): 24 days.
const TS_RECENT_LIFE: u64 = 24 * 24 * 3600 * 1_000_000;

/// At most one answer in so long to segments that are empty and not acceptable.
const REBUFF_INTERVAL: u64 = 500_000;

/// Done with the segment.
pub(super) struct Done;

impl Endpoint {
    /// First, check sequence number. Gives SEG.SEQ as it was sent, and the part of the segment that lies in
    /// the window.
    pub(super) fn check_sequence(&mut self, segment: &Segment) -> Option<(Seq, Segment)> {
        let crossed = self.state == State::SynReceived
            && segment.flags.syn
            && segment.flags.ack
            && !segment.flags.rst
            && segment.seq == self.irs;
        let segment = if crossed {
            self.decided(false, &text::CHECK_SYN_ACK_CROSSED, &[]);
            // Its window is not scaled; the fifth check takes it as if it were.
            let window = segment.window >> self.snd_wscale;
            let flags = Flags { syn: false, ..segment.flags };
            Segment { seq: segment.seq + 1, flags, window, ..segment.clone() }
        } else {
            segment.clone()
        };
        if !self.check_timestamp(&segment) {
            return None;
        }
        if !self.acceptable(&segment) {
            if self.rcv_wnd() == 0 && segment.seq == self.rcv_nxt && !segment.flags.syn {
                // "Special allowance should be made to accept valid ACKs, URGs, and RSTs."
                self.decided(false, &text::CHECK_TEXT_NO_ROOM, &[]);
                self.owe_ack(&text::SEND_ACK_UNACCEPTABLE, &[]);
                let flags = Flags { fin: false, psh: false, ..segment.flags };
                return Some((segment.seq, Segment { flags, payload: Vec::new(), ..segment }));
            }
            self.turn_away(&segment);
            return None;
        }
        self.note_timestamp(&segment);
        Some((segment.seq, self.trim(segment)))
    }

    /// The four cases of RFC 9293 §3.10.7.4, table 6.
    fn acceptable(&self, segment: &Segment) -> bool {
        let (len, window) = (segment.len(), self.rcv_wnd());
        let inside = |seq: Seq| self.rcv_nxt.le(seq) && seq.lt(self.rcv_nxt + window);
        match (len, window) {
            (0, 0) => segment.seq == self.rcv_nxt,
            (0, _) => inside(segment.seq),
            (_, 0) => false,
            _ => inside(segment.seq) || inside(segment.end() - 1),
        }
    }

    /// Not acceptable: an ACK in reply, unless it is an RST.
    fn turn_away(&mut self, segment: &Segment) {
        self.not_acceptable(segment.seq, segment.len());
        if segment.flags.rst {
            return;
        }
        if self.state == State::TimeWait && segment.flags.fin {
            self.decided(false, &text::CHECK_TIME_WAIT, &[]);
            self.start_time_wait();
            return self.owe_ack(&text::SEND_ACK_FIN, &[]);
        }
        if segment.flags.syn && self.state.is_synchronized() {
            return self.owe_ack(&text::SEND_CHALLENGE_SYN, &[]);
        }
        self.heard();
        if segment.is_empty() {
            // Two sides that both hold the other's ACKs for unacceptable would answer each other for ever
            // (RFC 5961 §7: such ACKs are to be throttled; Linux waits as long).
            if self.last_rebuff.is_some_and(|last| self.now.since(last) < REBUFF_INTERVAL) {
                return;
            }
            self.last_rebuff = Some(self.now);
        }
        self.owe_ack(&text::SEND_ACK_UNACCEPTABLE, &[]);
    }

    fn not_acceptable(&mut self, seq: Seq, octets: u32) {
        let (seq, rcv_nxt, rcv_wnd) = (seq - self.irs, self.rcv_nxt - self.irs, self.rcv_wnd());
        self.decided(
            true,
            &text::CHECK_SEQUENCE,
            &[("seq", &seq), ("octets", &octets), ("rcv_nxt", &rcv_nxt), ("rcv_wnd", &rcv_wnd)],
        );
    }

    /// Trims off what lies outside the window, SYN and FIN included.
    pub(super) fn trim(&self, mut segment: Segment) -> Segment {
        if segment.flags.syn {
            // The fourth check wants to see it; nothing of the segment is taken.
            return segment;
        }
        let before = self.rcv_nxt.since(segment.seq) as usize;
        if before > 0 {
            segment.payload.drain(..before.min(segment.payload.len()));
            segment.seq = self.rcv_nxt;
        }
        let room = (self.rcv_nxt + self.rcv_wnd()).since(segment.seq) as usize;
        if segment.payload.len() > room {
            segment.payload.truncate(room);
            segment.flags.fin = false;
        }
        segment
    }

    /// RFC 7323 §5.3, R1; §3.2 for segments without the option.
    fn check_timestamp(&mut self, segment: &Segment) -> bool {
        if !self.timestamps || segment.flags.rst {
            return true;
        }
        let Some(stamps) = segment.options.timestamps else {
            self.decided(true, &text::CHECK_NO_TIMESTAMP, &[]);
            return false;
        };
        let fresh = self.now.since(self.ts_recent_at) < TS_RECENT_LIFE;
        if fresh && Seq(stamps.val).lt(Seq(self.ts_recent)) && !segment.flags.syn {
            let (tsval, recent) = (stamps.val, self.ts_recent);
            self.decided(true, &text::CHECK_PAWS, &[("tsval", &tsval), ("recent", &recent)]);
            self.owe_ack(&text::SEND_ACK_PAWS, &[]);
            return false;
        }
        true
    }

    /// RFC 7323 §4.3: TS.Recent follows the segment that the next ACK answers.
    fn note_timestamp(&mut self, segment: &Segment) {
        if let (true, Some(stamps)) = (self.timestamps, segment.options.timestamps)
            && segment.seq.le(self.last_ack_sent)
            && Seq(stamps.val).ge(Seq(self.ts_recent))
        {
            self.ts_recent = stamps.val;
            self.ts_recent_at = self.now;
        }
    }

    /// Second, check the RST bit, against blind resets (RFC 5961 §3). `seq` is SEG.SEQ as it was sent: an RST counts where
    /// it stands, and text that reaches into the window does not bring it there.
    pub(super) fn check_rst(&mut self, seq: Seq, segment: &Segment) -> Option<Done> {
        if !segment.flags.rst {
            return None;
        }
        if seq.lt(self.rcv_nxt) {
            self.not_acceptable(seq, segment.len());
            return Some(Done);
        }
        if seq != self.rcv_nxt {
            let rcv_nxt = self.rcv_nxt - self.irs;
            self.decided(true, &text::CHECK_RST_CHALLENGE, &[("rcv_nxt", &rcv_nxt)]);
            self.owe_ack(&text::SEND_CHALLENGE_RST, &[]);
            return Some(Done);
        }
        self.decided(false, &text::CHECK_RST, &[]);
        match self.state {
            State::SynReceived if self.passive => self.back_to_listen(&text::GOT_RST),
            State::SynReceived => self.end(&text::GOT_RST, &[], Some(Error::Refused)),
            State::Closing | State::LastAck | State::TimeWait => self.end(&text::GOT_RST, &[], None),
            _ => self.end(&text::GOT_RST, &[], Some(Error::Reset)),
        }
        Some(Done)
    }

    /// Fourth, check the SYN bit (the third, security, is not here).
    pub(super) fn check_syn(&mut self, segment: &Segment) -> Option<Done> {
        if !segment.flags.syn {
            return None;
        }
        if self.state == State::SynReceived && self.passive {
            self.back_to_listen(&text::GOT_SYN_AGAIN);
        } else {
            self.decided(true, &text::CHECK_SYN, &[]);
            self.owe_ack(&text::SEND_CHALLENGE_SYN, &[]);
        }
        Some(Done)
    }

    fn back_to_listen(&mut self, why: &text::Message) {
        self.timers.stop_all();
        self.syn_due = None;
        self.ack_due = None;
        self.retries = 0;
        self.syn_lost = false;
        self.timed = None;
        self.rcvbuf = Reassembly::default();
        self.early.clear();
        self.change(State::Listen, why, &[]);
    }
}
