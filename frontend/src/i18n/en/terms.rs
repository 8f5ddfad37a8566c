//! What the variables of tables mean.

use crate::i18n::terms::Table;

pub(in crate::i18n) const MEANINGS: Table = &[
    ("SND.UNA", "oldest number sent and not acknowledged"),
    ("SND.NXT", "next number to be sent"),
    ("SND.WND", "window that the peer grants"),
    ("SND.WL1", "sequence number of the last window update"),
    ("SND.WL2", "acknowledgment number of the last window update"),
    ("ISS", "our initial sequence number"),
    ("RCV.NXT", "next number expected"),
    ("RCV.WND", "window that we grant"),
    ("RCV.UP", "the peer's urgent pointer"),
    ("IRS", "the peer's initial sequence number"),
    ("cwnd", "congestion window"),
    ("ssthresh", "where slow start ends"),
    ("phase", "of congestion control"),
    ("FlightSize", "bytes sent and not acknowledged"),
    ("SMSS", "largest segment we may send"),
    ("SRTT", "smoothed round-trip time"),
    ("RTTVAR", "how much it varies"),
    ("RTO", "retransmission timeout"),
    ("Snd.Wind.Shift", "window scale of the peer"),
    ("Rcv.Wind.Shift", "our window scale"),
    ("TS.Recent", "the peer's newest timestamp"),
    ("out of order", "bytes kept behind a gap"),
    ("Proto", "protocol"),
    ("Recv-Q", "bytes not read yet; in LISTEN: connections not accepted yet"),
    ("Send-Q", "bytes not acknowledged yet"),
    ("state", "of the connection"),
    ("State", "of the connection"),
];
