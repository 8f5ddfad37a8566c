//! Every variable of the transmission control block, readable (RFC 9293 §3.3.1, RFC 5681 §2, RFC 6298 §2).

use super::{Endpoint, Phase, Seq, State, TimerKind};
use crate::trace::{Cell, Time};

/// A copy of the TCB. Times are microseconds, windows and sizes octets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tcb {
    /// The state.
    pub state: State,
    /// SND.UNA: the oldest unacknowledged number.
    pub snd_una: Seq,
    /// SND.NXT: the next to send.
    pub snd_nxt: Seq,
    /// SND.WND, scaled.
    pub snd_wnd: u32,
    /// SND.WL1: SEG.SEQ of the last window update.
    pub snd_wl1: Seq,
    /// SND.WL2: SEG.ACK of the last window update.
    pub snd_wl2: Seq,
    /// ISS
    pub iss: Seq,
    /// RCV.NXT: the next expected.
    pub rcv_nxt: Seq,
    /// RCV.WND
    pub rcv_wnd: u32,
    /// RCV.UP: the urgent pointer.
    pub rcv_up: Seq,
    /// IRS
    pub irs: Seq,
    /// cwnd
    pub cwnd: u32,
    /// ssthresh
    pub ssthresh: u32,
    /// The phase of congestion control.
    pub phase: Phase,
    /// FlightSize
    pub flight_size: u32,
    /// Duplicate ACKs in a row.
    pub dup_acks: u32,
    /// SMSS: the most text octets of a segment we send.
    pub smss: u32,
    /// The peer's MSS option or its default.
    pub peer_mss: u16,
    /// SRTT, once measured.
    pub srtt: Option<u64>,
    /// RTTVAR, once measured.
    pub rttvar: Option<u64>,
    /// RTO
    pub rto: u64,
    /// Retransmissions of the segment at SND.UNA.
    pub retries: u32,
    /// Snd.Wind.Shift (RFC 7323 §2.3)
    pub snd_wind_shift: u8,
    /// Rcv.Wind.Shift
    pub rcv_wind_shift: u8,
    /// SACK is in use.
    pub sack: bool,
    /// TS.Recent, if timestamps are in use (RFC 7323 §4.3).
    pub ts_recent: Option<u32>,
    /// Octets in the send buffer, sent or not.
    pub send_queue: u32,
    /// Octets the user has not read.
    pub receive_queue: u32,
    /// Octets waiting for a gap to be filled.
    pub out_of_order: u32,
    /// The peer's SACK blocks we know of.
    pub sacked: Vec<(Seq, Seq)>,
    /// The timers that run, and when they expire.
    pub timers: Vec<(TimerKind, Time)>,
}

impl Endpoint {
    /// The TCB as it is now.
    pub fn tcb(&self) -> Tcb {
        Tcb {
            state: self.state,
            snd_una: self.snd_una,
            snd_nxt: self.snd_nxt,
            snd_wnd: self.snd_wnd,
            snd_wl1: self.snd_wl1,
            snd_wl2: self.snd_wl2,
            iss: self.iss,
            rcv_nxt: self.rcv_nxt,
            rcv_wnd: self.rcv_wnd(),
            rcv_up: self.rcv_up,
            irs: self.irs,
            cwnd: self.cc.cwnd,
            ssthresh: self.cc.ssthresh,
            phase: self.cc.phase(),
            flight_size: self.flight(),
            dup_acks: self.cc.dup_acks,
            smss: self.cc.smss(),
            peer_mss: self.peer_mss,
            srtt: self.rtt.srtt(),
            rttvar: self.rtt.rttvar(),
            rto: self.rtt.rto(),
            retries: self.retries,
            snd_wind_shift: self.snd_wscale,
            rcv_wind_shift: self.rcv_wscale,
            sack: self.sack,
            ts_recent: self.timestamps.then_some(self.ts_recent),
            send_queue: self.sendbuf.len(),
            receive_queue: self.rcvbuf.ready(),
            out_of_order: self.rcvbuf.out_of_order(),
            sacked: self.sendbuf.sacked().to_vec(),
            timers: TimerKind::ALL
                .into_iter()
                .filter_map(|timer| Some((timer, self.timers.get(timer)?)))
                .collect(),
        }
    }
}

impl Tcb {
    /// A row of the `tcb` table: the RFC's names, values as text. Always the same columns in the same order.
    pub fn rows(&self) -> Vec<Cell> {
        let millis = |micros: u64| format!("{}.{:03} ms", micros / 1000, micros % 1000);
        let cell = |name: &str, value: String| Cell { name: name.to_owned(), value };
        let mut rows = vec![
            cell("state", self.state.to_string()),
            cell("SND.UNA", self.snd_una.to_string()),
            cell("SND.NXT", self.snd_nxt.to_string()),
            cell("SND.WND", self.snd_wnd.to_string()),
            cell("SND.WL1", self.snd_wl1.to_string()),
            cell("SND.WL2", self.snd_wl2.to_string()),
            cell("ISS", self.iss.to_string()),
            cell("RCV.NXT", self.rcv_nxt.to_string()),
            cell("RCV.WND", self.rcv_wnd.to_string()),
            cell("RCV.UP", self.rcv_up.to_string()),
            cell("IRS", self.irs.to_string()),
            cell("cwnd", self.cwnd.to_string()),
            cell(
                "ssthresh",
                if self.ssthresh > u32::MAX >> 2 { "∞".to_owned() } else { self.ssthresh.to_string() },
            ),
            cell("phase", self.phase.name().to_owned()),
            cell("FlightSize", self.flight_size.to_string()),
            cell("duplicate ACKs", self.dup_acks.to_string()),
            cell("SMSS", self.smss.to_string()),
            cell("SRTT", self.srtt.map_or_else(|| "-".to_owned(), millis)),
            cell("RTTVAR", self.rttvar.map_or_else(|| "-".to_owned(), millis)),
            cell("RTO", millis(self.rto)),
            cell("retransmissions", self.retries.to_string()),
            cell("Snd.Wind.Shift", self.snd_wind_shift.to_string()),
            cell("Rcv.Wind.Shift", self.rcv_wind_shift.to_string()),
            cell("TS.Recent", self.ts_recent.map_or_else(|| "-".to_owned(), |recent| recent.to_string())),
            cell("send queue", self.send_queue.to_string()),
            cell("receive queue", self.receive_queue.to_string()),
            cell("out of order", self.out_of_order.to_string()),
        ];
        rows.extend(TimerKind::ALL.into_iter().map(|timer| {
            let due = self.timers.iter().find(|(which, _)| *which == timer);
            cell(
                &format!("{} timer", timer.name()),
                due.map_or_else(|| "-".to_owned(), |(_, at)| at.to_string()),
            )
        }));
        rows
    }
}
