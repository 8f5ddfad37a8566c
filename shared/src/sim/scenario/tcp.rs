//! How a machine's TCP is set up.

use serde::{Deserialize, Serialize};

use super::is_default;
use crate::tcp::{Config, InitialWindow, Isn, KeepAlive};

/// Settings of a machine's TCP: a preset, and what differs from it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TcpSettings {
    /// Where to start from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub preset: Preset,
    /// The initial sequence number; otherwise generated (RFC 9293 §3.4.1).
    #[serde(default, skip_serializing_if = "is_default")]
    pub isn: Option<u32>,
    /// The MSS option and the most octets of text a segment carries: 64 to 1460, 1460 by default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mss: Option<u16>,
    /// Octets the receive buffer holds: the greatest window it offers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub window: Option<u32>,
    /// Octets the send buffer holds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub send_buffer: Option<u32>,
    /// Whether to offer window scaling (RFC 7323 §2).
    #[serde(default, skip_serializing_if = "is_default")]
    pub scaling: Option<bool>,
    /// The shift to offer, 0 to 14.
    #[serde(default, skip_serializing_if = "is_default")]
    pub window_scale: Option<u8>,
    /// Whether to offer timestamps (RFC 7323 §3).
    #[serde(default, skip_serializing_if = "is_default")]
    pub timestamps: Option<bool>,
    /// Whether to offer selective acknowledgments (RFC 2018).
    #[serde(default, skip_serializing_if = "is_default")]
    pub sack: Option<bool>,
    /// How long an ACK may wait for company; 0 acknowledges every segment at once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub delayed_ack_ms: Option<u64>,
    /// Whether small segments wait until all is acknowledged (RFC 9293 §3.7.4).
    #[serde(default, skip_serializing_if = "is_default")]
    pub nagle: Option<bool>,
    /// Silence after which the peer is asked whether it is there; 0 never asks.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keep_alive_ms: Option<u64>,
    /// Time between two such questions.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keep_alive_interval_ms: Option<u64>,
    /// Questions without an answer after which the connection is given up.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keep_alive_probes: Option<u32>,
    /// The maximum segment lifetime: TIME-WAIT is twice as long. 120000 by RFC 9293; Linux's constant is 30000.
    #[serde(default, skip_serializing_if = "is_default")]
    pub msl_ms: Option<u64>,
    /// The RTO before anything is measured.
    #[serde(default, skip_serializing_if = "is_default")]
    pub initial_rto_ms: Option<u64>,
    /// The least RTO: 1000 by RFC 6298, 200 on Linux.
    #[serde(default, skip_serializing_if = "is_default")]
    pub min_rto_ms: Option<u64>,
    /// The greatest RTO.
    #[serde(default, skip_serializing_if = "is_default")]
    pub max_rto_ms: Option<u64>,
    /// Retransmissions of a SYN after which the open fails.
    #[serde(default, skip_serializing_if = "is_default")]
    pub syn_retries: Option<u32>,
    /// Retransmissions after which a connection is given up.
    #[serde(default, skip_serializing_if = "is_default")]
    pub retries: Option<u32>,
    /// The first congestion window, in segments.
    #[serde(default, skip_serializing_if = "is_default")]
    pub initial_window_segments: Option<u32>,
}

/// Where TCP settings start from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// As systems do it today: window scale, timestamps, SACK, delayed ACKs, ten segments to begin with.
    #[default]
    Modern,
    /// As textbooks draw it: no option but MSS, every segment acknowledged at once.
    Textbook,
}

impl TcpSettings {
    /// The endpoint's settings; `key` makes the initial sequence numbers where they are not given.
    pub fn config(&self, key: u64) -> Config {
        let mut config = match self.preset {
            Preset::Modern => Config::default(),
            Preset::Textbook => Config::textbook(0),
        };
        config.isn = self.isn.map_or(Isn::Generated { key }, Isn::Given);
        set(&mut config.mss, self.mss);
        set(&mut config.rcv_buffer, self.window);
        set(&mut config.snd_buffer, self.send_buffer);
        match (self.scaling, self.window_scale) {
            (Some(false), _) => config.window_scale = None,
            (_, Some(shift)) => config.window_scale = Some(shift),
            (Some(true), None) => config.window_scale = config.window_scale.or(Some(7)),
            (None, None) => {}
        }
        set(&mut config.timestamps, self.timestamps);
        set(&mut config.sack, self.sack);
        if let Some(wait) = self.delayed_ack_ms {
            config.delayed_ack = (wait > 0).then(|| micros(wait));
        }
        set(&mut config.nagle, self.nagle);
        if let Some(idle) = self.keep_alive_ms {
            let mut keep_alive = KeepAlive { idle: micros(idle), ..KeepAlive::default() };
            set(&mut keep_alive.interval, self.keep_alive_interval_ms.map(micros));
            set(&mut keep_alive.probes, self.keep_alive_probes);
            config.keep_alive = (idle > 0).then_some(keep_alive);
        }
        set(&mut config.msl, self.msl_ms.map(micros));
        set(&mut config.initial_rto, self.initial_rto_ms.map(micros));
        set(&mut config.min_rto, self.min_rto_ms.map(micros));
        set(&mut config.max_rto, self.max_rto_ms.map(micros));
        set(&mut config.syn_retries, self.syn_retries);
        set(&mut config.r2, self.retries);
        set(&mut config.initial_window, self.initial_window_segments.map(InitialWindow::Segments));
        config
    }
}

const fn micros(millis: u64) -> u64 {
    millis.saturating_mul(1000)
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}
