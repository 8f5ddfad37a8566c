//! A cable and what it does to frames.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::is_default;

/// A full-duplex cable between two machines. What is set holds for each direction by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkSpec {
    /// What it is called: `cable` by default.
    #[serde(default = "cable", skip_serializing_if = "is_cable")]
    pub name: String,
    /// The machines at its ends.
    pub ends: [String; 2],
    /// Propagation delay in milliseconds; adds up with `delay_us`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub delay_ms: u64,
    /// Propagation delay in microseconds; adds up with `delay_ms`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub delay_us: u64,
    /// Bandwidth in kilobits a second, of the frames as they are in the trace; 0, the default, is infinitely fast.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bandwidth_kbps: u64,
    /// Frames that may wait while another one is being sent; 100 by default. One more is dropped.
    #[serde(default = "queue", skip_serializing_if = "is_queue")]
    pub queue: u32,
    /// Of a million frames, how many are lost.
    #[serde(default, skip_serializing_if = "is_default")]
    pub loss_ppm: u32,
    /// Of a million frames, how many are carried twice.
    #[serde(default, skip_serializing_if = "is_default")]
    pub duplicate_ppm: u32,
    /// Of a million frames, how many are held back for `reorder_ms`, so that later ones may overtake them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reorder_ppm: u32,
    /// How long such frames are held back: 5 by default.
    #[serde(default = "reorder_ms", skip_serializing_if = "is_reorder_ms")]
    pub reorder_ms: u64,
    /// Of a million frames, how many have one bit flipped. It is never a bit of the Ethernet header, and the frame check
    /// sequence is taken as right, so that the checksums of IP, ICMP, UDP and TCP show what they are for; a frame that
    /// carries something else is given away by its frame check sequence.
    #[serde(default, skip_serializing_if = "is_default")]
    pub corrupt_ppm: u32,
    /// Frames that fare in a certain way.
    #[serde(default, rename = "rule", skip_serializing_if = "is_default")]
    pub rules: Vec<Rule>,
}

impl LinkSpec {
    /// A cable between two machines that does nothing to frames but carry them.
    pub fn between(first: impl Into<String>, second: impl Into<String>) -> Self {
        Self {
            name: cable(),
            ends: [first.into(), second.into()],
            delay_ms: 0,
            delay_us: 0,
            bandwidth_kbps: 0,
            queue: queue(),
            loss_ppm: 0,
            duplicate_ppm: 0,
            reorder_ppm: 0,
            reorder_ms: reorder_ms(),
            corrupt_ppm: 0,
            rules: Vec::new(),
        }
    }

    /// Propagation delay in microseconds.
    pub const fn delay(&self) -> u64 {
        self.delay_ms.saturating_mul(1000).saturating_add(self.delay_us)
    }
}

/// What is done to the frames of one sender that match a filter. Each rule counts for itself; of several that hit the
/// same frame, the first decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The machine that sends the frames.
    pub from: String,
    /// Which of its frames, in the language of [`trace::filter`](crate::trace::filter): `syn and ack`; all by default.
    #[serde(default, rename = "match", skip_serializing_if = "is_default")]
    pub filter: String,
    /// Only the n-th that matches, counted from 1.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nth: Option<u32>,
    /// Only the first n that match.
    #[serde(default, skip_serializing_if = "is_default")]
    pub first: Option<u32>,
    /// What is done to them.
    pub action: RuleAction,
    /// For `delay`: how much longer the frame takes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub delay_ms: u64,
}

/// What a rule does to a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleAction {
    /// Loses it.
    Drop,
    /// Holds it back.
    Delay,
    /// Carries it twice.
    Duplicate,
    /// Flips a bit of it.
    Corrupt,
}

impl Rule {
    /// The filter, or `*` for every frame.
    pub(in crate::sim) fn shown_filter(&self) -> &str {
        if self.filter.is_empty() { "*" } else { &self.filter }
    }
}

impl fmt::Display for Rule {
    /// In notation, which needs no translation: `client: drop syn #1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = match self.action {
            RuleAction::Drop => "drop",
            RuleAction::Delay => "delay",
            RuleAction::Duplicate => "duplicate",
            RuleAction::Corrupt => "corrupt",
        };
        write!(f, "{}: {action} {}", self.from, self.shown_filter())?;
        match (self.nth, self.first) {
            (Some(nth), _) => write!(f, " #{nth}"),
            (None, Some(first)) => write!(f, " #1–{first}"),
            (None, None) => Ok(()),
        }
    }
}

fn cable() -> String {
    "cable".to_owned()
}

fn is_cable(name: &str) -> bool {
    name == "cable"
}

const fn queue() -> u32 {
    100
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference; in WebAssembly it is not trivially small"
)]
const fn is_queue(value: &u32) -> bool {
    *value == queue()
}

const fn reorder_ms() -> u64 {
    5
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference; in WebAssembly it is not trivially small"
)]
const fn is_reorder_ms(value: &u64) -> bool {
    *value == reorder_ms()
}
