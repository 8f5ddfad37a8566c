//! What a router does besides forwarding: translating addresses, and speaking RIP.

use std::net::SocketAddrV4;

use serde::{Deserialize, Serialize};

use super::is_default;
use crate::{nat, rip};

/// Address and port translation towards one interface, as at home: all machines behind the router share its address there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NatSpec {
    /// The interface that leads outside: `eth1`.
    pub outside: String,
    /// Ports of the outside address that lead to machines inside.
    #[serde(default, rename = "forward", skip_serializing_if = "is_default")]
    pub forwards: Vec<ForwardSpec>,
}

/// A port of the outside address that leads inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForwardSpec {
    /// UDP or TCP.
    pub protocol: Transport,
    /// The port seen from outside.
    pub port: u16,
    /// The machine inside and its port: `192.168.0.2:80`.
    pub to: SocketAddrV4,
}

/// What has ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
}

impl From<Transport> for nat::Protocol {
    fn from(transport: Transport) -> Self {
        match transport {
            Transport::Udp => Self::Udp,
            Transport::Tcp => Self::Tcp,
        }
    }
}

/// RIP version 2 on all interfaces (RFC 2453).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RipSpec {
    /// What neighbours are told of the routes that go through them: `split` by default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub horizon: Horizon,
    /// Interfaces on which it only listens.
    #[serde(default, skip_serializing_if = "is_default")]
    pub passive: Vec<String>,
    /// Whether changes are told at once: yes by default (RFC 2453 §3.10.1).
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub triggered: bool,
    /// Seconds between regular updates: 30 by default.
    #[serde(default = "update", skip_serializing_if = "is_update")]
    pub update_s: u64,
    /// Seconds without an announcement after which a route has ended: 180 by default.
    #[serde(default = "timeout", skip_serializing_if = "is_timeout")]
    pub timeout_s: u64,
    /// Seconds after which one that has ended is forgotten: 120 by default.
    #[serde(default = "garbage", skip_serializing_if = "is_garbage")]
    pub garbage_s: u64,
}

/// What neighbours are told of the routes that go through them (RFC 2453 §3.4.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Horizon {
    /// Everything: two routers may then count to infinity together.
    None,
    /// Nothing.
    #[default]
    Split,
    /// That there is no way.
    Poisoned,
}

impl RipSpec {
    /// The speaker's settings.
    pub(in crate::sim) fn config(&self) -> rip::Config {
        let seconds = |seconds: u64| seconds.saturating_mul(1_000_000);
        let usual = rip::Config::default();
        rip::Config {
            horizon: match self.horizon {
                Horizon::None => rip::Horizon::None,
                Horizon::Split => rip::Horizon::Split,
                Horizon::Poisoned => rip::Horizon::Poisoned,
            },
            triggered: self.triggered,
            update: seconds(self.update_s),
            // RFC 2453 §3.8: a sixth of the interval.
            jitter: usual.jitter.min(seconds(self.update_s) / 6),
            timeout: seconds(self.timeout_s),
            garbage: seconds(self.garbage_s),
            ..usual
        }
    }
}

const fn yes() -> bool {
    true
}

const fn update() -> u64 {
    30
}

const fn timeout() -> u64 {
    180
}

const fn garbage() -> u64 {
    120
}

macro_rules! usual {
    ($($is:ident: $kind:ty = $value:expr;)*) => {
        $(
            #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
            const fn $is(value: &$kind) -> bool {
                *value == $value
            }
        )*
    };
}

usual! {
    is_yes: bool = yes();
    is_update: u64 = update();
    is_timeout: u64 = timeout();
    is_garbage: u64 = garbage();
}
