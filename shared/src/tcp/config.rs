//! What can be set, each with its unit, default and source.

/// How the initial send sequence number is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isn {
    /// Exactly this number: for textbook examples and tests.
    Given(u32),
    /// A clock of 4 µs ticks plus a keyed hash of the two sockets (RFC 9293 §3.4.1, RFC 6528 §3).
    /// The hash here is a plain mixing function: good for teaching, no defence against an attacker.
    Generated {
        /// The secret; the same key, sockets and time give the same number.
        key: u64,
    },
}

/// The first congestion window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialWindow {
    /// `min(10 * SMSS, max(2 * SMSS, 14600))` (RFC 6928 §2): what systems use today.
    Rfc6928,
    /// Two to four segments by the size of SMSS (RFC 5681 §3.1): what the textbooks show.
    Rfc5681,
    /// So many segments, at least one.
    Segments(u32),
}

/// When to ask a silent peer whether it is still there (RFC 9293 §3.8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeepAlive {
    /// Microseconds of silence before the first probe. The RFC orders a default of no less than two hours.
    pub idle: u64,
    /// Microseconds between probes.
    pub interval: u64,
    /// Probes without an answer after which the connection is given up.
    pub probes: u32,
}

impl Default for KeepAlive {
    /// Two hours, 75 seconds, 9 probes: the values of Linux and BSD.
    fn default() -> Self {
        Self { idle: 7_200_000_000, interval: 75_000_000, probes: 9 }
    }
}

/// The settings of an endpoint. All times are microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The MSS option we send and the most text octets we put into a segment. 1460, Ethernet's MTU less 40
    /// (RFC 9293 §3.7.1). Values under 64 count as 64 (a segment must have room for text besides options).
    pub mss: u16,
    /// The initial sequence number; generated with key 0.
    pub isn: Isn,
    /// Octets the receive buffer holds: the greatest window. 65535.
    pub rcv_buffer: u32,
    /// Octets the send buffer holds. 65536.
    pub snd_buffer: u32,
    /// The window scale we offer (RFC 7323 §2.2), at most 14; `None` sends no option. `Some(7)`, as Linux.
    pub window_scale: Option<u8>,
    /// Offer timestamps (RFC 7323 §3). On.
    pub timestamps: bool,
    /// Offer selective acknowledgments (RFC 2018). On.
    pub sack: bool,
    /// Hold back an ACK for so long in the hope of a second segment or of text to send it with; at most 500 ms
    /// (RFC 9293 §3.8.6.3). 200 ms. `None` acknowledges every segment at once.
    pub delayed_ack: Option<u64>,
    /// Nagle's algorithm (RFC 9293 §3.7.4): no small segment while something is unacknowledged. On.
    pub nagle: bool,
    /// Keep-alive probes (RFC 9293 §3.8.4). Off, as the RFC orders.
    pub keep_alive: Option<KeepAlive>,
    /// The maximum segment lifetime; TIME-WAIT lasts two of them. 2 minutes (RFC 9293 §3.4.2).
    pub msl: u64,
    /// The RTO before any measurement. 1 s (RFC 6298 §2.1).
    pub initial_rto: u64,
    /// The least RTO. 1 s (RFC 6298 §2.4).
    pub min_rto: u64,
    /// The greatest RTO, at least 60 s by RFC 6298 §2.5. 60 s.
    pub max_rto: u64,
    /// Retransmissions of a SYN after which the open fails. 6, as Linux, which gives up after about two minutes where
    /// RFC 9293 §3.8.3 asks for three at least; 7 are enough for that.
    pub syn_retries: u32,
    /// R1: retransmissions after which the network is suspected. 3 (RFC 9293 §3.8.3).
    pub r1: u32,
    /// R2: retransmissions after which the connection is given up. 15, as Linux (RFC 9293 §3.8.3: at least 100 s).
    pub r2: u32,
    /// The first congestion window; RFC 6928.
    pub initial_window: InitialWindow,
    /// Send new text on the first two duplicate ACKs (RFC 3042). On.
    pub limited_transmit: bool,
    /// What is reported.
    pub reports: Reports,
}

/// What an endpoint reports of its work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reports {
    /// Everything.
    #[default]
    All,
    /// States, failures, retransmissions, and segments turned away: for transfers whose every ACK nobody will read about.
    Milestones,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            mss: 1460,
            isn: Isn::Generated { key: 0 },
            rcv_buffer: 65_535,
            snd_buffer: 65_536,
            window_scale: Some(7),
            timestamps: true,
            sack: true,
            delayed_ack: Some(200_000),
            nagle: true,
            keep_alive: None,
            msl: 120_000_000,
            initial_rto: 1_000_000,
            min_rto: 1_000_000,
            max_rto: 60_000_000,
            syn_retries: 6,
            r1: 3,
            r2: 15,
            initial_window: InitialWindow::Rfc6928,
            limited_transmit: true,
            reports: Reports::All,
        }
    }
}

impl Config {
    /// The TCP of the textbooks: no options but MSS, every segment acknowledged at once, ISN given.
    pub fn textbook(isn: u32) -> Self {
        Self {
            isn: Isn::Given(isn),
            window_scale: None,
            timestamps: false,
            sack: false,
            delayed_ack: None,
            initial_window: InitialWindow::Rfc5681,
            ..Self::default()
        }
    }

    /// The MSS with its lower bound applied.
    pub(super) fn own_mss(&self) -> u16 {
        self.mss.max(MIN_MSS)
    }
}

/// Less room than this would leave nothing for text once 40 octets of options are in.
pub(super) const MIN_MSS: u16 = 64;

/// The MSS of a peer that does not say (RFC 9293 §3.7.1, IPv4).
pub const DEFAULT_MSS: u16 = 536;
