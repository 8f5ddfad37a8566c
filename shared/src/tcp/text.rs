//! Every sentence the machine can say, with its identifier in the message catalogues and its section.
//!
//! Sequence numbers in them count from the initial one, as they do in every diagram; only where IRS itself is named are
//! they those on the wire.

use std::fmt::Display;

use crate::trace::Text;

/// A sentence: placeholders stand in braces, and every text has `rfc` among its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// The key in the catalogues.
    pub id: &'static str,
    /// The English, with placeholders: `{seq}`.
    pub english: &'static str,
    /// The section that orders it.
    pub rfc: &'static str,
}

impl Message {
    /// The text with its values filled in.
    pub(super) fn text(&self, args: &[(&str, &dyn Display)]) -> Text {
        let values: Vec<(&str, String)> =
            args.iter().map(|(name, value)| (*name, value.to_string())).collect();
        let text = Text::new(self.id, self.filled(&values)).arg("rfc", self.rfc);
        values.into_iter().fold(text, |text, (name, value)| text.arg(name, value))
    }

    fn filled(&self, values: &[(&str, String)]) -> String {
        let mut english = String::with_capacity(self.english.len() + 32);
        let mut rest = self.english;
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
        {
            english.push_str(before);
            rest = after;
            match (values.iter().find(|(known, _)| *known == name), after.strip_prefix(" octets")) {
                (Some((_, value)), Some(others)) if value == "1" => {
                    english.push_str("1 octet");
                    rest = others;
                }
                (Some((_, value)), _) => english.push_str(value),
                (None, _) => english.extend(["{", name, "}"]),
            }
        }
        english.push_str(rest);
        english
    }

    /// The text with the section at its end, for a place that shows nothing but the text.
    pub(super) fn note(&self, args: &[(&str, &dyn Display)]) -> Text {
        let mut text = self.text(args);
        text.english = format!("{} ({})", text.english, self.rfc);
        text
    }
}

macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $english:literal, $rfc:literal;)*) => {
        $($(#[$doc])* pub(super) const $name: Message = Message { id: $id, english: $english, rfc: $rfc };)*
        /// All of them: what a catalogue must translate, besides the words of [`Error`](super::Error).
        pub const ALL: &[Message] = &[$($name),*];
    };
}

messages! {
    // Why a segment is sent.
    SEND_SYN = "tcp.send.syn", "SYN: active open", "RFC 9293 §3.10.1";
    SEND_SYN_ACK = "tcp.send.syn-ack", "SYN,ACK: our own SYN, and the acknowledgment of the peer's", "RFC 9293 §3.10.7.2";
    SEND_SYN_ACK_CROSSED = "tcp.send.syn-ack-crossed", "SYN,ACK: both sides opened at the same time", "RFC 9293 §3.10.7.3";
    SEND_HANDSHAKE_ACK = "tcp.send.handshake-ack", "ACK: the third segment of the handshake", "RFC 9293 §3.10.7.3";
    SEND_DATA = "tcp.send.data", "{octets} octets of data", "RFC 9293 §3.10.2";
    SEND_DATA_FIN = "tcp.send.data-fin", "the last {octets} octets of data, and FIN: the user closed", "RFC 9293 §3.10.4";
    SEND_FIN = "tcp.send.fin", "FIN: the user closed, all data is sent", "RFC 9293 §3.10.4";
    SEND_ACK = "tcp.send.ack", "ACK of the data received", "RFC 9293 §3.10.7.4";
    SEND_ACK_SECOND = "tcp.send.ack-second", "ACK: at least every second full-sized segment is acknowledged at once", "RFC 5681 §4.2";
    SEND_ACK_DELAYED = "tcp.send.ack-delayed", "delayed ACK: its time is up", "RFC 9293 §3.8.6.3";
    SEND_ACK_GAP = "tcp.send.ack-gap", "duplicate ACK: a segment arrived out of order, {expected} is still missing", "RFC 5681 §4.2";
    SEND_ACK_FILLED = "tcp.send.ack-filled", "ACK at once: a gap was filled", "RFC 5681 §4.2";
    SEND_ACK_FIN = "tcp.send.ack-fin", "ACK of the peer's FIN", "RFC 9293 §3.10.7.4, eighth";
    SEND_ACK_UNACCEPTABLE = "tcp.send.ack-unacceptable", "ACK: the segment that arrived was not acceptable", "RFC 9293 §3.10.7.4, first";
    SEND_ACK_UNSENT = "tcp.send.ack-unsent", "ACK: the peer acknowledged what was never sent", "RFC 9293 §3.10.7.4, fifth";
    SEND_ACK_PAWS = "tcp.send.ack-paws", "ACK: the segment that arrived carries an old timestamp", "RFC 7323 §5.3";
    SEND_CHALLENGE_RST = "tcp.send.challenge-rst", "challenge ACK: an RST arrived that is not exactly at RCV.NXT", "RFC 9293 §3.10.7.4, second";
    SEND_CHALLENGE_SYN = "tcp.send.challenge-syn", "challenge ACK: a SYN arrived on a synchronized connection", "RFC 9293 §3.10.7.4, fourth";
    SEND_WINDOW_UPDATE = "tcp.send.window-update", "window update: the user has read, {window} octets are free", "RFC 9293 §3.8.6.2.2";
    SEND_KEEP_ALIVE = "tcp.send.keep-alive", "keep-alive probe {count}: nothing was heard for long", "RFC 9293 §3.8.4";
    SEND_PROBE = "tcp.send.zero-window-probe", "zero-window probe: does the window open?", "RFC 9293 §3.8.6.1";
    SEND_RST_ABORT = "tcp.send.rst-abort", "RST: the user aborted", "RFC 9293 §3.10.5";
    SEND_RST_CLOSED = "tcp.send.rst-closed", "RST: there is no connection for this segment", "RFC 9293 §3.10.7.1";
    SEND_RST_LISTEN = "tcp.send.rst-listen", "RST: an ACK arrived where only a SYN makes sense", "RFC 9293 §3.10.7.2";
    SEND_RST_SYN_SENT = "tcp.send.rst-syn-sent", "RST: the ACK is not for our SYN", "RFC 9293 §3.10.7.3, first";
    SEND_RST_SYN_RECEIVED = "tcp.send.rst-syn-received", "RST: the ACK is not for our SYN,ACK", "RFC 9293 §3.10.7.4, fifth";

    // Why a segment is sent again.
    AGAIN_SYN = "tcp.again.syn", "retransmission {count} of the SYN: the timer expired", "RFC 6298 §5.4";
    AGAIN_TIMER = "tcp.again.timer", "retransmission: the timer expired", "RFC 6298 §5.4";
    AGAIN_AFTER_TIMER = "tcp.again.after-timer", "retransmission: what followed the segment that timed out is taken as lost too", "RFC 5681 §3.1";
    AGAIN_FAST = "tcp.again.fast", "fast retransmit: three duplicate ACKs", "RFC 5681 §3.2";
    AGAIN_PARTIAL = "tcp.again.partial", "retransmission: the ACK was partial, so the next segment is lost too", "RFC 6582 §3.2";
    AGAIN_SACK = "tcp.again.sack", "retransmission: a hole between the blocks that the peer reported", "RFC 2018 §5";
    AGAIN_SMALLER = "tcp.again.smaller", "again in smaller segments: what was sent was too large for a network on the way", "RFC 1191 §6.4";
    AGAIN_WINDOW = "tcp.again.window", "retransmission: the window is open again, the probe was not taken", "RFC 9293 §3.8.6.1";

    // Why the state changes.
    OPEN_ACTIVE = "tcp.state.open-active", "active OPEN: SYN is sent", "RFC 9293 §3.10.1";
    OPEN_PASSIVE = "tcp.state.open-passive", "passive OPEN", "RFC 9293 §3.10.1";
    OPEN_BY_SEND = "tcp.state.open-by-send", "SEND turns the passive open into an active one", "RFC 9293 §3.10.2";
    GOT_SYN = "tcp.state.got-syn", "a SYN arrived", "RFC 9293 §3.10.7.2, third";
    GOT_SYN_ACK = "tcp.state.got-syn-ack", "a SYN arrived that acknowledges ours", "RFC 9293 §3.10.7.3, fourth";
    GOT_SYN_CROSSED = "tcp.state.got-syn-crossed", "a SYN without ACK arrived: both sides opened at the same time", "RFC 9293 §3.10.7.3, fourth";
    GOT_ACK_OF_SYN = "tcp.state.got-ack-of-syn", "our SYN is acknowledged", "RFC 9293 §3.10.7.4, fifth";
    CLOSE_CALL = "tcp.state.close", "the user called CLOSE", "RFC 9293 §3.10.4";
    CLOSE_SENT = "tcp.state.close-fin", "the user closed and all data is sent: FIN is sent", "RFC 9293 §3.10.4";
    CLOSE_EARLY = "tcp.state.close-early", "the user closed before a connection was there", "RFC 9293 §3.10.4";
    ABORT_CALL = "tcp.state.abort", "the user called ABORT", "RFC 9293 §3.10.5";
    GOT_FIN = "tcp.state.got-fin", "the peer's FIN arrived", "RFC 9293 §3.10.7.4, eighth";
    GOT_FIN_CROSSED = "tcp.state.got-fin-crossed", "the peer's FIN arrived before the ACK of ours: both sides closed at the same time", "RFC 9293 §3.10.7.4, eighth";
    GOT_ACK_OF_FIN = "tcp.state.got-ack-of-fin", "our FIN is acknowledged", "RFC 9293 §3.10.7.4, fifth";
    GOT_RST = "tcp.state.got-rst", "an RST arrived", "RFC 9293 §3.10.7.4, second";
    GOT_RST_SYN_SENT = "tcp.state.got-rst-syn-sent", "an RST arrived that acknowledges our SYN", "RFC 9293 §3.10.7.3, second";
    GOT_SYN_AGAIN = "tcp.state.got-syn-again", "another SYN arrived: back to listening", "RFC 9293 §3.10.7.4, fourth";
    TIME_WAIT_OVER = "tcp.state.time-wait-over", "2 MSL have passed", "RFC 9293 §3.10.8";
    USER_TIMEOUT = "tcp.state.user-timeout", "{count} retransmissions without an answer: the connection is given up", "RFC 9293 §3.8.3";
    KEEP_ALIVE_FAILED = "tcp.state.keep-alive-failed", "{count} keep-alive probes without an answer: the connection is given up", "RFC 9293 §3.8.4";

    // What became of a segment that arrived, in the order of the checks.
    CHECK_CLOSED = "tcp.check.closed", "no connection: everything is discarded", "RFC 9293 §3.10.7.1";
    CHECK_LISTEN_RST = "tcp.check.listen-rst", "an RST in LISTEN is ignored", "RFC 9293 §3.10.7.2, first";
    CHECK_LISTEN_ACK = "tcp.check.listen-ack", "an ACK in LISTEN is answered with an RST", "RFC 9293 §3.10.7.2, second";
    CHECK_LISTEN_SYN = "tcp.check.listen-syn", "a SYN in LISTEN: RCV.NXT = {rcv_nxt}, IRS = {irs}", "RFC 9293 §3.10.7.2, third";
    CHECK_LISTEN_OTHER = "tcp.check.listen-other", "neither RST, ACK nor SYN: dropped", "RFC 9293 §3.10.7.2, fourth";
    CHECK_SYN_SENT_ACK = "tcp.check.syn-sent-ack", "the ACK {ack} is not acceptable: only {expected} would be", "RFC 9293 §3.10.7.3, first";
    CHECK_SYN_SENT_RST = "tcp.check.syn-sent-rst", "an RST that does not acknowledge our SYN is dropped", "RFC 9293 §3.10.7.3, second";
    CHECK_SYN_SENT_SYN = "tcp.check.syn-sent-syn", "a SYN: RCV.NXT = {rcv_nxt}, IRS = {irs}", "RFC 9293 §3.10.7.3, fourth";
    CHECK_SYN_SENT_OTHER = "tcp.check.syn-sent-other", "neither SYN nor RST: dropped", "RFC 9293 §3.10.7.3, fifth";
    CHECK_SEQUENCE = "tcp.check.sequence", "sequence number {seq}, {octets} octets: not acceptable, the window is {rcv_nxt} and {rcv_wnd} octets on", "RFC 9293 §3.10.7.4, first";
    CHECK_SYN_ACK_CROSSED = "tcp.check.syn-ack-crossed", "the peer's SYN again, now with the ACK of ours: the SYN is trimmed off", "RFC 9293 §3.5, figure 7";
    CHECK_PAWS = "tcp.check.paws", "timestamp {tsval} is older than {recent}: dropped", "RFC 7323 §5.3";
    CHECK_NO_TIMESTAMP = "tcp.check.no-timestamp", "no timestamp though both sides agreed on them: dropped", "RFC 7323 §3.2";
    CHECK_RST = "tcp.check.rst", "an RST exactly at RCV.NXT: believed", "RFC 9293 §3.10.7.4, second";
    CHECK_RST_CHALLENGE = "tcp.check.rst-challenge", "an RST in the window but not at RCV.NXT = {rcv_nxt}: challenged", "RFC 9293 §3.10.7.4, second";
    CHECK_SYN = "tcp.check.syn", "a SYN on a synchronized connection: challenged", "RFC 9293 §3.10.7.4, fourth";
    CHECK_NO_ACK = "tcp.check.no-ack", "no ACK: dropped", "RFC 9293 §3.10.7.4, fifth";
    CHECK_ACK_BLIND = "tcp.check.ack-blind", "ACK {ack} is older than any window allows: dropped", "RFC 9293 §3.10.7.4, fifth";
    CHECK_ACK_UNSENT = "tcp.check.ack-unsent", "ACK {ack} is beyond SND.NXT = {snd_nxt}: dropped", "RFC 9293 §3.10.7.4, fifth";
    CHECK_ACK_SYN_RECEIVED = "tcp.check.ack-syn-received", "ACK {ack} is not for our SYN: only {expected} would be", "RFC 9293 §3.10.7.4, fifth";
    CHECK_ACK_NEW = "tcp.check.ack-new", "ACK {ack} is new: it acknowledges {octets} octets of sequence space", "RFC 9293 §3.10.7.4, fifth";
    CHECK_ACK_DUPLICATE = "tcp.check.ack-duplicate", "ACK {ack}: duplicate number {count}", "RFC 5681 §2";
    CHECK_ACK_OLD = "tcp.check.ack-old", "ACK {ack}: nothing new", "RFC 9293 §3.10.7.4, fifth";
    CHECK_TEXT = "tcp.check.text", "{octets} octets of text, in order", "RFC 9293 §3.10.7.4, seventh";
    CHECK_TEXT_GAP = "tcp.check.text-gap", "{octets} octets of text kept: {missing} before them are missing", "RFC 9293 §3.10.7.4, seventh";
    CHECK_TEXT_NO_ROOM = "tcp.check.text-no-room", "the window is closed: the text is dropped, the rest of the segment counts", "RFC 9293 §3.10.7.4, first";
    CHECK_FIN = "tcp.check.fin", "FIN: the peer sends no more", "RFC 9293 §3.10.7.4, eighth";
    CHECK_TIME_WAIT = "tcp.check.time-wait", "the peer's FIN again: acknowledged, and 2 MSL begin anew", "RFC 9293 §3.10.7.4, eighth";
    CHECK_BACKLOG = "tcp.check.backlog", "{backlog} connections are half open already: the SYN is dropped, the peer will try again", "RFC 4987 §2.2";
    CHECK_ACCEPT_QUEUE = "tcp.check.accept-queue", "{waiting} connections wait to be accepted already: dropped, the peer will try again", "kernel";

    // Timers.
    RETRANSMISSION_SET = "tcp.timer.set.retransmission", "retransmission timer set to {millis} ms", "RFC 6298 §5.1";
    RETRANSMISSION_STOPPED = "tcp.timer.stopped.retransmission", "retransmission timer stopped", "RFC 6298 §5.2";
    RETRANSMISSION_EXPIRED = "tcp.timer.expired.retransmission", "retransmission timer expired", "RFC 6298 §5.4";
    PERSIST_SET = "tcp.timer.set.persist", "persist timer set to {millis} ms", "RFC 9293 §3.8.6.1";
    PERSIST_STOPPED = "tcp.timer.stopped.persist", "persist timer stopped", "RFC 9293 §3.8.6.1";
    PERSIST_EXPIRED = "tcp.timer.expired.persist", "persist timer expired", "RFC 9293 §3.8.6.1";
    DELAYED_ACK_SET = "tcp.timer.set.delayed-ack", "delayed-ACK timer set to {millis} ms", "RFC 9293 §3.8.6.3";
    DELAYED_ACK_STOPPED = "tcp.timer.stopped.delayed-ack", "delayed-ACK timer stopped", "RFC 9293 §3.8.6.3";
    DELAYED_ACK_EXPIRED = "tcp.timer.expired.delayed-ack", "delayed-ACK timer expired", "RFC 9293 §3.8.6.3";
    KEEP_ALIVE_SET = "tcp.timer.set.keep-alive", "keep-alive timer set to {millis} ms", "RFC 9293 §3.8.4";
    KEEP_ALIVE_STOPPED = "tcp.timer.stopped.keep-alive", "keep-alive timer stopped", "RFC 9293 §3.8.4";
    KEEP_ALIVE_EXPIRED = "tcp.timer.expired.keep-alive", "keep-alive timer expired", "RFC 9293 §3.8.4";
    TIME_WAIT_SET = "tcp.timer.set.time-wait", "time-wait timer set to {millis} ms", "RFC 9293 §3.10.7.4";
    TIME_WAIT_STOPPED = "tcp.timer.stopped.time-wait", "time-wait timer stopped", "RFC 9293 §3.10.7.4";
    TIME_WAIT_EXPIRED = "tcp.timer.expired.time-wait", "time-wait timer expired", "RFC 9293 §3.10.8";
    RTO_BACKED_OFF = "tcp.timer.backed-off", "the timer is backed off: RTO = {millis} ms", "RFC 6298 §5.5";
    RTT_MEASURED = "tcp.rtt.measured", "round trip of {millis} ms measured: SRTT {srtt} ms, RTTVAR {rttvar} ms, RTO {rto} ms", "RFC 6298 §2";
    ICMP_STRAY = "tcp.icmp.stray", "an ICMP error about a segment that is not on its way is not believed: anybody could have sent it", "RFC 5927 §4.1";
    ICMP_HINT = "tcp.icmp.hint", "the network reports “{error}”: an open connection is not ended by that, it may pass", "RFC 1122 §4.2.3.9";
    ICMP_ENDS = "tcp.icmp.ends", "the network reports “{error}”: the attempt to connect is given up", "RFC 5461 §4.1";
    ICMP_TOO_BIG = "tcp.icmp.too-big", "packets of at most {mtu} octets pass: segments are smaller from now on", "RFC 1191 §6.4";
    R1_REACHED = "tcp.timer.r1", "{count} retransmissions without an answer: is the route still good?", "RFC 9293 §3.8.3";

    // Congestion and windows.
    CONGESTION_START = "tcp.congestion.start", "slow start begins with cwnd = {cwnd}", "RFC 5681 §3.1";
    CONGESTION_SLOW_START = "tcp.congestion.slow-start", "slow start: cwnd grows to {cwnd}", "RFC 5681 §3.1";
    CONGESTION_AVOIDANCE = "tcp.congestion.avoidance", "congestion avoidance: cwnd grows to {cwnd}", "RFC 5681 §3.1";
    CONGESTION_FAST = "tcp.congestion.fast-recovery", "fast recovery: ssthresh = {ssthresh}, cwnd = {cwnd}", "RFC 5681 §3.2";
    CONGESTION_INFLATED = "tcp.congestion.inflated", "another duplicate ACK: a segment has left the network, cwnd = {cwnd}", "RFC 5681 §3.2";
    CONGESTION_PARTIAL = "tcp.congestion.partial", "partial ACK: cwnd = {cwnd}", "RFC 6582 §3.2";
    CONGESTION_FULL = "tcp.congestion.full", "recovery is over: cwnd = {cwnd}", "RFC 6582 §3.2";
    CONGESTION_TIMEOUT = "tcp.congestion.timeout", "timeout: ssthresh = {ssthresh}, cwnd = {cwnd}", "RFC 5681 §3.1";
    CONGESTION_IDLE = "tcp.congestion.idle", "idle for longer than the RTO: cwnd = {cwnd}", "RFC 5681 §4.1";
    WINDOW_CLOSED = "tcp.window.closed", "the peer's window is closed", "RFC 9293 §3.8.6.1";
    WINDOW_OPENED = "tcp.window.opened", "the peer's window is open again: {window} octets", "RFC 9293 §3.8.6.1";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_unique_and_values_are_filled_in() {
        let mut ids: Vec<_> = ALL.iter().map(|message| message.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ALL.len());
        let text = SEND_DATA.note(&[("octets", &5)]);
        assert_eq!(text.english, "5 octets of data (RFC 9293 §3.10.2)");
        assert_eq!(SEND_DATA.text(&[("octets", &1)]).english, "1 octet of data");
        assert_eq!(text.args.get("octets").map(String::as_str), Some("5"));
    }
}
