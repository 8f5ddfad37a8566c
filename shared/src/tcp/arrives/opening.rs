//! CLOSED, LISTEN and SYN-SENT (RFC 9293 §3.10.7.1 to §3.10.7.3).

use crate::tcp::{
    DEFAULT_MSS, Endpoint, Error, Flags, Segment, Seq, State, TimerKind, reassembly::Reassembly, text,
};

/// The answer to a segment for which there is no connection (RFC 9293 §3.10.7.1): an RST that the sender will
/// believe; none for an RST.
pub fn reset_for(segment: &Segment) -> Option<Segment> {
    if segment.flags.rst {
        return None;
    }
    let (seq, ack, flags) = if segment.flags.ack {
        (segment.ack, Seq(0), Flags::RST)
    } else {
        (Seq(0), segment.end(), Flags::RST_ACK)
    };
    Some(Segment {
        src_port: segment.dst_port,
        dst_port: segment.src_port,
        seq,
        ack,
        flags,
        ..Segment::default()
    })
}

impl Endpoint {
    pub(super) fn arrives_closed(&mut self, segment: &Segment) {
        self.decided(true, &text::CHECK_CLOSED, &[]);
        self.answer_rst(segment, &text::SEND_RST_CLOSED);
    }

    pub(super) fn answer_rst(&mut self, segment: &Segment, why: &text::Message) {
        if let Some(reset) = reset_for(segment) {
            self.queue(reset, why, &[]);
        }
    }

    pub(super) fn arrives_listen(&mut self, segment: &Segment) {
        // First, check for a RST.
        if segment.flags.rst {
            return self.decided(true, &text::CHECK_LISTEN_RST, &[]);
        }
        // Second, check for an ACK.
        if segment.flags.ack {
            self.decided(true, &text::CHECK_LISTEN_ACK, &[]);
            return self.answer_rst(segment, &text::SEND_RST_LISTEN);
        }
        // Third, check for a SYN. Fourth, anything else.
        if !segment.flags.syn {
            return self.decided(true, &text::CHECK_LISTEN_OTHER, &[]);
        }
        self.choose_iss();
        self.take_syn(segment);
        let (rcv_nxt, irs) = (self.rcv_nxt, self.irs);
        self.decided(false, &text::CHECK_LISTEN_SYN, &[("rcv_nxt", &rcv_nxt), ("irs", &irs)]);
        self.take_early_text(segment);
        self.syn_due = Some(text::SEND_SYN_ACK);
        self.change(State::SynReceived, &text::GOT_SYN, &[]);
    }

    pub(super) fn arrives_syn_sent(&mut self, segment: &Segment) {
        // First, check the ACK bit.
        let acceptable = segment.flags.ack && segment.ack.gt(self.iss) && segment.ack.le(self.snd_nxt);
        if segment.flags.ack && !acceptable {
            let (ack, expected) = (segment.ack - self.iss, self.snd_nxt - self.iss);
            self.decided(true, &text::CHECK_SYN_SENT_ACK, &[("ack", &ack), ("expected", &expected)]);
            return self.answer_rst(segment, &text::SEND_RST_SYN_SENT);
        }
        // Second, check the RST bit.
        if segment.flags.rst {
            if acceptable {
                return self.end(&text::GOT_RST_SYN_SENT, &[], Some(Error::Refused));
            }
            return self.decided(true, &text::CHECK_SYN_SENT_RST, &[]);
        }
        // Third, security: not here. Fifth, neither SYN nor RST.
        if !segment.flags.syn {
            return self.decided(true, &text::CHECK_SYN_SENT_OTHER, &[]);
        }
        // Fourth, check the SYN bit.
        self.take_syn(segment);
        let (rcv_nxt, irs) = (self.rcv_nxt, self.irs);
        self.decided(false, &text::CHECK_SYN_SENT_SYN, &[("rcv_nxt", &rcv_nxt), ("irs", &irs)]);
        if acceptable {
            self.syn_due = None;
            self.acknowledged(segment);
            self.change(State::Established, &text::GOT_SYN_ACK, &[]);
            self.established();
            self.owe_ack(&text::SEND_HANDSHAKE_ACK, &[]);
            // Other controls or text: on to the sixth check (without the SYN, which is done with).
            let rest = Segment {
                seq: segment.seq + 1,
                flags: Flags { syn: false, ..segment.flags },
                ..segment.clone()
            };
            if !rest.is_empty() {
                let rest = self.trim(rest);
                self.check_urg(&rest);
                self.take_text(&rest);
                self.check_fin();
            }
        } else {
            self.take_early_text(segment);
            self.retries = 0;
            self.timed = None;
            self.stop_timer(TimerKind::Retransmission);
            self.syn_due = Some(text::SEND_SYN_ACK_CROSSED);
            self.change(State::SynReceived, &text::GOT_SYN_CROSSED, &[]);
        }
    }

    /// The variables that the peer's SYN sets, and its options.
    fn take_syn(&mut self, segment: &Segment) {
        self.irs = segment.seq;
        self.rcv_nxt = segment.seq + 1;
        self.rcv_up = self.rcv_nxt;
        self.last_ack_sent = self.rcv_nxt;
        self.rcvbuf = Reassembly::default();
        let options = &segment.options;
        self.peer_mss = options.mss.unwrap_or(DEFAULT_MSS);
        self.sack = self.config.sack && options.sack_permitted;
        let scales = self.offered_scale().zip(options.window_scale);
        self.scaling = scales.is_some();
        (self.rcv_wscale, self.snd_wscale) = scales.map_or((0, 0), |(ours, theirs)| (ours, theirs.min(14)));
        self.timestamps = false;
        if let (true, Some(stamps)) = (self.config.timestamps, options.timestamps) {
            self.timestamps = true;
            self.ts_recent = stamps.val;
            self.ts_recent_at = self.now;
        }
        self.rcv_edge = self.rcv_nxt + self.rcv_limit();
        // A window in a SYN is never scaled (RFC 7323 §2.2).
        self.snd_wnd = u32::from(segment.window);
        self.max_snd_wnd = self.snd_wnd;
        self.snd_wl1 = segment.seq;
        self.snd_wl2 = if segment.flags.ack { segment.ack } else { self.iss };
    }

    /// Text and FIN that came with a SYN wait for ESTABLISHED.
    fn take_early_text(&mut self, segment: &Segment) {
        let start = segment.seq + 1;
        let room = self.rcv_wnd() as usize;
        let text = segment.payload.get(..room).unwrap_or(&segment.payload);
        if segment.flags.fin && text.len() == segment.payload.len() {
            self.rcvbuf.note_fin(start + text.len() as u32);
        }
        self.early = text.to_vec();
    }

    /// On entering ESTABLISHED: SMSS is known (RFC 5681 §3.1), and a CLOSE that waited is carried out.
    pub(super) fn established(&mut self) {
        let options = if self.timestamps { 12 } else { 0 };
        let smss = self.segment_room() - options;
        self.cc.start(smss, self.syn_lost);
        if self.syn_lost {
            self.rtt.after_lost_syn();
        }
        self.heard();
        self.report_congestion(&text::CONGESTION_START);
        let early = std::mem::take(&mut self.early);
        if !early.is_empty() {
            self.rcv_nxt = self.rcvbuf.insert(self.rcv_nxt, self.irs + 1, &early);
            self.owe_ack(&text::SEND_ACK, &[]);
        }
        if self.close_called && self.state == State::Established {
            self.change(State::FinWait1, &text::CLOSE_CALL, &[]);
        }
    }
}
