//! What to send now (RFC 9293 §3.8, §3.10.2; RFC 5681).

use super::{
    Endpoint, EventKind, Flags, Options, Segment, Seq, State, TimerKind, Timestamps, Transmit,
    text::{self, Message},
};

/// Override of the sender's silly-window avoidance: 0.1 to 1 second (RFC 9293 §3.8.6.2.1).
const OVERRIDE: u64 = 500_000;

impl Endpoint {
    pub(super) fn next_segment(&mut self) -> Option<Transmit> {
        if let Some(transmit) = self.outbox.pop_front() {
            return Some(transmit);
        }
        match self.state {
            State::Closed | State::Listen => None,
            State::SynSent | State::SynReceived => self.next_syn().or_else(|| self.next_ack()),
            _ => {
                let next = self
                    .next_syn()
                    .or_else(|| self.next_resend())
                    .or_else(|| self.next_go_back())
                    .or_else(|| self.next_probe())
                    .or_else(|| self.next_new())
                    .or_else(|| self.next_ack());
                if next.is_none() {
                    self.watch_window();
                }
                next
            }
        }
    }

    fn next_syn(&mut self) -> Option<Transmit> {
        let why = self.syn_due.take()?;
        let segment = self.syn_segment();
        let count = self.retries;
        if count > 0 {
            let kind = EventKind::Retransmission { seq: segment.seq, len: segment.len(), by_timer: true };
            self.report(kind, &why, &[("count", &count)]);
        }
        let note = why.note(&[("count", &count)]);
        if why == text::SEND_SYN || why == text::SEND_SYN_ACK {
            self.timed = Some((self.snd_nxt, self.now));
        }
        Some(self.send_out(segment, note, why.rfc))
    }

    /// Our SYN, with the ACK of the peer's once there is one.
    fn syn_segment(&self) -> Segment {
        let flags = if self.state == State::SynSent { Flags::SYN } else { Flags::SYN_ACK };
        let mut segment = self.segment(self.iss, flags, Vec::new());
        // A window in a SYN is never scaled (RFC 7323 §2.2).
        segment.window = self.rcv_limit().min(65_535) as u16;
        let offers = self.state == State::SynSent;
        segment.options = Options {
            mss: Some(self.config.own_mss()),
            window_scale: if offers { self.offered_scale() } else { self.agreed_scale() },
            sack_permitted: if offers { self.config.sack } else { self.sack },
            timestamps: (if offers { self.config.timestamps } else { self.timestamps })
                .then(|| self.stamp(flags.ack)),
            sack: Vec::new(),
        };
        segment
    }

    pub(super) fn offered_scale(&self) -> Option<u8> {
        self.config.window_scale.map(|shift| shift.min(14))
    }

    /// In a SYN,ACK: ours, if the peer's SYN had one.
    fn agreed_scale(&self) -> Option<u8> {
        self.scaling.then_some(self.rcv_wscale)
    }

    fn stamp(&self, echo: bool) -> Timestamps {
        Timestamps { val: self.ts_now(), ecr: if echo { self.ts_recent } else { 0 } }
    }

    /// The timestamp clock: milliseconds (RFC 7323 §5.4).
    pub(super) fn ts_now(&self) -> u32 {
        (self.now.micros() / 1000) as u32
    }

    /// A segment with everything that all have in common.
    pub(super) fn segment(&self, seq: Seq, flags: Flags, payload: Vec<u8>) -> Segment {
        Segment {
            src_port: self.local.port(),
            dst_port: self.remote.port(),
            seq,
            ack: if flags.ack { self.rcv_nxt } else { Seq(0) },
            flags,
            // RFC 7323 §2.4: rounding down may seem to shrink the window by less than one unit; what was offered
            // before is still taken.
            window: (self.rcv_wnd() >> self.rcv_wscale).min(65_535) as u16,
            urgent: 0,
            options: Options {
                timestamps: self.timestamps.then(|| self.stamp(flags.ack)),
                sack: if self.sack && flags.ack && !flags.rst {
                    self.rcvbuf.sack_blocks()
                } else {
                    Vec::new()
                },
                ..Options::default()
            },
            payload,
        }
    }

    /// The segment that begins at `seq`, again: a SYN, text of at most `most` octets, FIN.
    fn segment_again(&self, seq: Seq, most: u32) -> Segment {
        if seq == self.iss && !self.syn_acked {
            return self.syn_segment();
        }
        let empty = self.segment(seq, Flags::ACK, Vec::new());
        let room = self.segment_room().saturating_sub(empty.options.wire_len() as u32);
        let most = most.min(room).min(self.sendbuf.end().min(self.snd_nxt).since(seq));
        let mut segment = Segment { payload: self.sendbuf.read(seq, most), ..empty };
        let end = seq + segment.payload.len() as u32;
        segment.flags.fin = self.fin_sent && end == self.sendbuf.end();
        segment.flags.psh = !segment.payload.is_empty() && end == self.sendbuf.end();
        segment
    }

    /// Accounts for a segment that leaves now.
    fn send_out(&mut self, segment: Segment, note: crate::trace::Text, rfc: &'static str) -> Transmit {
        if segment.flags.ack {
            self.ack_due = None;
            self.unacknowledged = 0;
            self.last_ack_sent = self.rcv_nxt;
            self.stop_timer(TimerKind::DelayedAck);
        }
        if !segment.payload.is_empty() {
            self.data_sent = Some(self.now);
        }
        // RFC 6298 §5.1
        if !segment.is_empty() && !self.probing && self.timers.get(TimerKind::Retransmission).is_none() {
            self.set_timer(TimerKind::Retransmission, self.rtt.rto());
        }
        self.transmit(segment, note, rfc)
    }

    /// Accounts for a segment that leaves once more: Karn's algorithm takes it out of the measurements.
    fn send_again(&mut self, segment: Segment, why: &Message, by_timer: bool) -> Transmit {
        self.timed = None;
        self.resent_to = self.resent_to.max(segment.end());
        let kind = EventKind::Retransmission { seq: segment.seq, len: segment.len(), by_timer };
        self.report(kind, why, &[]);
        self.send_out(segment, why.note(&[]), why.rfc)
    }

    /// A fast retransmission.
    fn next_resend(&mut self) -> Option<Transmit> {
        let (seq, why) = self.resend.take()?;
        if seq.lt(self.snd_una) || seq.ge(self.snd_nxt) {
            return None;
        }
        let most = self.sendbuf.hole_end(seq).map_or(u32::MAX, |end| end - seq);
        let segment = self.segment_again(seq, most);
        (!segment.is_empty()).then(|| self.send_again(segment, &why, false))
    }

    /// What was outstanding when the timer expired, again, as the windows allow; the first segment always.
    fn next_go_back(&mut self) -> Option<Transmit> {
        let (at, why) = self.go_back?;
        let seq = self.sendbuf.skip_sacked(at.max(self.snd_una));
        if seq.ge(self.snd_nxt) {
            self.go_back = None;
            return None;
        }
        if why == text::AGAIN_WINDOW {
            self.fill_probe();
        }
        let most = self.sendbuf.hole_end(seq).map_or(u32::MAX, |end| end - seq);
        let segment = self.segment_again(seq, most);
        let used = (seq - self.snd_una).saturating_add(segment.len());
        let fits = used <= self.cc.cwnd.min(self.snd_wnd);
        if segment.is_empty() || !(fits || seq == self.snd_una) {
            return None;
        }
        let then = if why == text::AGAIN_SMALLER { why } else { text::AGAIN_AFTER_TIMER };
        self.go_back = Some((segment.end(), then));
        Some(self.send_again(segment, &why, true))
    }

    /// The octet that probed a closed window goes again, and not alone: with as much as makes a segment.
    fn fill_probe(&mut self) {
        let room = self.cc.smss().min(self.snd_wnd).min(self.cc.cwnd);
        let end = (self.snd_una + room).min(self.sendbuf.end());
        if !self.fin_sent {
            self.snd_nxt = self.snd_nxt.max(end);
        }
    }

    /// A zero-window probe or a keep-alive.
    fn next_probe(&mut self) -> Option<Transmit> {
        if std::mem::take(&mut self.keep_alive_due) {
            // RFC 9293 §3.8.4: SEG.SEQ = SND.NXT - 1, no text.
            let segment = self.segment(self.snd_nxt - 1, Flags::ACK, Vec::new());
            let note = text::SEND_KEEP_ALIVE.note(&[("count", &self.keep_alives)]);
            return Some(self.send_out(segment, note, text::SEND_KEEP_ALIVE.rfc));
        }
        if !std::mem::take(&mut self.probe_due) {
            return None;
        }
        if self.flight() == 0 {
            if self.unsent() > 0 {
                self.snd_nxt = self.snd_nxt + 1;
            } else if self.fin_ready() {
                self.note_fin_sent();
            } else {
                return None;
            }
        }
        let segment = self.segment_again(self.snd_una, 1);
        if segment.is_empty() {
            return None;
        }
        self.timed = None;
        Some(self.send_out(segment, text::SEND_PROBE.note(&[]), text::SEND_PROBE.rfc))
    }

    /// Octets of text never sent.
    pub(super) fn unsent(&self) -> u32 {
        self.sendbuf.end().since(self.snd_nxt)
    }

    /// The FIN can be the next thing to send.
    fn fin_ready(&self) -> bool {
        self.close_called && !self.fin_sent && self.unsent() == 0
    }

    fn note_fin_sent(&mut self) {
        self.fin_sent = true;
        self.snd_nxt = self.snd_nxt + 1;
        if self.state == State::CloseWait {
            self.change(State::LastAck, &text::CLOSE_SENT, &[]);
        }
    }

    /// New text and FIN, as the windows, silly-window avoidance and Nagle allow.
    fn next_new(&mut self) -> Option<Transmit> {
        if self.fin_sent || self.probing || self.go_back.is_some() {
            return None;
        }
        // RFC 5681 §4.1: no data for longer than an RTO; ACKs do not count.
        let idle = self.data_sent.is_some_and(|last| self.now.since(last) > self.rtt.rto());
        let unsent = self.unsent();
        if unsent > 0 && self.flight() == 0 && idle && self.cc.cwnd > self.cc.initial_window() {
            self.cc.on_idle();
            self.report_congestion(&text::CONGESTION_IDLE);
        }
        let usable = self.usable_window();
        let empty = self.segment(self.snd_nxt, Flags::ACK, Vec::new());
        let room = self.segment_room().saturating_sub(empty.options.wire_len() as u32);
        let len = unsent.min(usable).min(room);
        let last = len == unsent;
        let fin = last && self.close_called && usable > len;
        if !fin && (len == 0 || !self.may_send(len, room, last)) {
            return None;
        }
        self.override_due = false;
        let payload = self.sendbuf.read(self.snd_nxt, len);
        let psh = !payload.is_empty() && last;
        let segment = Segment { payload, flags: Flags { fin, psh, ..Flags::ACK }, ..empty };
        self.snd_nxt = self.snd_nxt + len;
        if fin {
            self.note_fin_sent();
        }
        if self.timed.is_none() {
            self.timed = Some((self.snd_nxt, self.now));
        }
        let message = match (fin, len) {
            (true, 0) => text::SEND_FIN,
            (true, _) => text::SEND_DATA_FIN,
            _ => text::SEND_DATA,
        };
        Some(self.send_out(segment, message.note(&[("octets", &len)]), message.rfc))
    }

    /// Room in the peer's window and in cwnd.
    fn usable_window(&self) -> u32 {
        let limited = if self.config.limited_transmit && self.cc.phase() != super::Phase::FastRecovery {
            self.cc.dup_acks.min(2) * self.cc.smss()
        } else {
            0
        };
        self.snd_wnd.min(self.cc.cwnd.saturating_add(limited)).saturating_sub(self.flight())
    }

    /// RFC 9293 §3.8.6.2.1 with Nagle in brackets, §3.7.4. All text counts as pushed.
    fn may_send(&self, len: u32, room: u32, last: bool) -> bool {
        let quiet = self.flight() == 0 || !self.config.nagle;
        let window_limits = self.snd_wnd.saturating_sub(self.flight()) <= self.unsent();
        len >= room
            || (quiet && last)
            || (quiet && window_limits && len >= (self.max_snd_wnd / 2).max(1))
            // What CLOSE follows is the last there is: waiting would gain nothing.
            || (self.close_called && last)
            || self.override_due
    }

    fn next_ack(&mut self) -> Option<Transmit> {
        let (note, rfc) = self.ack_due.take()?;
        // A probe that was not taken does not count: an ACK beyond a closed window would not be acceptable.
        let seq = if self.probing { self.snd_una } else { self.snd_nxt };
        let segment = self.segment(seq, Flags::ACK, Vec::new());
        Some(self.send_out(segment, note, rfc))
    }

    /// Text waits, nothing is outstanding and nothing can go: only the persist timer can go on from here.
    fn watch_window(&mut self) {
        let waiting = self.unsent() > 0 || self.fin_ready();
        if !waiting || self.flight() > 0 || self.timers.get(TimerKind::Persist).is_some() {
            return;
        }
        if self.snd_wnd == 0 {
            self.probing = true;
            self.probes = 0;
            self.persist_backoff = 0;
            self.set_timer(TimerKind::Persist, self.rtt.rto());
        } else {
            self.set_timer(TimerKind::Persist, OVERRIDE);
        }
    }

    /// The greatest window we may ever offer.
    pub(super) fn rcv_limit(&self) -> u32 {
        self.config.rcv_buffer.min(65_535 << self.rcv_wscale)
    }

    /// Moves the right edge of the receive window if that is worth it (RFC 9293 §3.8.6.2.2); says whether it was.
    pub(super) fn open_window(&mut self) -> bool {
        let limit = self.rcv_limit();
        let edge = self.rcv_nxt + limit.saturating_sub(self.rcvbuf.ready());
        let gain = edge.since(self.rcv_edge);
        let worth = gain > 0 && gain >= (limit / 2).min(u32::from(self.config.own_mss()));
        if worth {
            self.rcv_edge = edge;
        }
        worth
    }

    /// The user has read: tell the peer if its window was closed or grew by much.
    pub(super) fn offer_window_update(&mut self) {
        if !self.state.takes_text() && self.state != State::SynReceived {
            return;
        }
        let mss = u32::from(self.config.own_mss());
        let before = self.rcv_wnd();
        let told = self.rcv_edge;
        if !self.open_window() {
            return;
        }
        let gain = self.rcv_edge.since(told);
        if before < mss.min(self.rcv_limit() / 2) || gain >= (2 * mss).max(self.rcv_limit() / 2) {
            let window = self.rcv_wnd();
            self.owe_ack(&text::SEND_WINDOW_UPDATE, &[("window", &window)]);
        }
    }

    pub(super) fn report_congestion(&mut self, message: &Message) {
        let (cwnd, ssthresh, phase) = (self.cc.cwnd, self.cc.ssthresh, self.cc.phase());
        let args: [(&str, &dyn std::fmt::Display); 2] = [("cwnd", &cwnd), ("ssthresh", &ssthresh)];
        self.report(EventKind::Congestion { cwnd, ssthresh, phase }, message, &args);
    }
}
