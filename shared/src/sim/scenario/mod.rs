//! A scenario: one readable file that says which machines there are, how they are wired, and what they do.
//!
//! ```
//! use firsthop_protocol::sim::Scenario;
//!
//! let scenario = Scenario::parse(r#"
//!     title = "A SYN is lost"
//!
//!     [[host]]
//!     name = "client"
//!     address = "10.0.0.1/24"
//!
//!     [[host]]
//!     name = "server"
//!     address = "10.0.0.2/24"
//!
//!     [[link]]
//!     ends = ["client", "server"]
//!     delay_ms = 10
//!
//!     [[link.rule]]
//!     from = "client"
//!     match = "syn"
//!     nth = 1
//!     action = "drop"
//!
//!     [[action]]
//!     host = "server"
//!     do = "listen"
//!     port = 80
//!
//!     [[action]]
//!     host = "client"
//!     do = "connect"
//!     to = "server:80"
//! "#)?;
//! assert_eq!(scenario.links[0].rules[0].filter, "syn");
//! let error = Scenario::parse("[[host]]\nname = \"a\"\naddress = \"10.0.0.1\"").unwrap_err();
//! assert!(error.to_string().starts_with("line 3"));
//! # Ok::<(), firsthop_protocol::sim::ScenarioError>(())
//! ```
//!
//! * [`Scenario`], [`HostSpec`], [`InterfaceSpec`], [`RouteSpec`], [`LinkSpec`], [`Rule`], [`TcpSettings`]: what is there.
//! * [`SwitchSpec`], [`HubSpec`], [`CloudSpec`]; [`Device`]: all machines in one list.
//! * [`Scripted`], [`Action`], [`Verb`], [`Condition`]: what happens.
//! * [`GoalSpec`](crate::goal::GoalSpec): what must become true.
//! * [`ScenarioError`]: what is wrong with a file, and where. · [`library`]: the scenarios that come along.

mod action;
mod check;
mod check_device;
mod check_host;
mod device;
mod error;
mod goals;
mod host;
#[cfg(feature = "scenario-files")]
pub mod library;
mod link;
#[cfg(feature = "scenario-files")]
mod place;
mod router;
mod tcp;
mod wiring;

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

pub use action::{Action, App, Condition, ConditionError, Receive, Scripted, Verb};
pub(super) use check::bytes as check_bytes;
pub use device::{CloudSpec, Device, DeviceKind, HubSpec, SwitchSpec};
pub use error::{Place, Problem, ScenarioError, Step};
pub use host::{Card, HostSpec, InterfaceSpec, RouteSpec};

pub use link::{LinkSpec, Rule, RuleAction};
pub use router::{ForwardSpec, Horizon, NatSpec, RipSpec, Transport};
pub use tcp::{Preset, TcpSettings};
pub(super) use wiring::{Port, machine_of, wiring};

use crate::{
    goal::{Goal, GoalSpec},
    trace::Time,
};

/// A network and what happens on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// A line about it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: String,
    /// What there is to see.
    #[serde(default, skip_serializing_if = "is_default")]
    pub about: String,
    /// The virtual time at which it is stopped if it has not ended by itself: milliseconds, 600000 by default.
    #[serde(default = "limit_ms", skip_serializing_if = "is_limit_ms")]
    pub limit_ms: u64,
    /// The number of steps after which it is stopped: 1000000 by default.
    #[serde(default = "limit_steps", skip_serializing_if = "is_limit_steps")]
    pub limit_steps: u64,
    /// How much memory the trace may take, roughly: 256 MB by default. A longer run is stopped.
    #[serde(default = "limit_trace_mb", skip_serializing_if = "is_limit_trace_mb")]
    pub limit_trace_mb: u32,
    /// How machines learn each other's MAC addresses.
    #[serde(default, skip_serializing_if = "is_default")]
    pub neighbours: Neighbours,
    /// How much of what happens inside the machines is recorded.
    #[serde(default, skip_serializing_if = "is_default")]
    pub detail: Detail,
    /// The machines that run programs.
    #[serde(default, rename = "host")]
    pub hosts: Vec<HostSpec>,
    /// The machines that send packets on from network to network.
    #[serde(default, rename = "router", skip_serializing_if = "is_default")]
    pub routers: Vec<HostSpec>,
    /// The switches.
    #[serde(default, rename = "switch", skip_serializing_if = "is_default")]
    pub switches: Vec<SwitchSpec>,
    /// The hubs.
    #[serde(default, rename = "hub", skip_serializing_if = "is_default")]
    pub hubs: Vec<HubSpec>,
    /// The networks of somebody else.
    #[serde(default, rename = "cloud", skip_serializing_if = "is_default")]
    pub clouds: Vec<CloudSpec>,
    /// The cables.
    #[serde(default, rename = "link")]
    pub links: Vec<LinkSpec>,
    /// What the machines do, and what is done to the cables.
    #[serde(default, rename = "action")]
    pub actions: Vec<Scripted>,
    /// What must become true.
    #[serde(default, rename = "goal", skip_serializing_if = "is_default")]
    pub goals: Vec<GoalSpec>,
}

/// How machines learn each other's MAC addresses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Neighbours {
    /// They ask (RFC 826).
    #[default]
    Arp,
    /// Each knows all others from the beginning, so that a lesson about TCP shows nothing but TCP.
    Static,
}

/// How much of what happens inside the machines is recorded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// Frames, calls and states; every change of a table; why each segment was taken or not.
    #[default]
    Full,
    /// Frames, calls, states and failures: for big transfers, whose tables would be most of the trace.
    Frames,
}

impl Default for Scenario {
    /// Nothing there and nothing done, with the usual limits.
    fn default() -> Self {
        Self {
            title: String::new(),
            about: String::new(),
            limit_ms: limit_ms(),
            limit_steps: limit_steps(),
            limit_trace_mb: limit_trace_mb(),
            neighbours: Neighbours::default(),
            detail: Detail::default(),
            hosts: Vec::new(),
            routers: Vec::new(),
            switches: Vec::new(),
            hubs: Vec::new(),
            clouds: Vec::new(),
            links: Vec::new(),
            actions: Vec::new(),
            goals: Vec::new(),
        }
    }
}

impl Scenario {
    /// Reads a scenario. Needs the feature `scenario-files`, as the library does.
    ///
    /// # Errors
    /// What is wrong, on which line, and what would be right.
    #[cfg(feature = "scenario-files")]
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text).map_err(|error| ScenarioError::syntax(text, &error))?;
        scenario.validate().map_err(|error| error.locate(text))?;
        Ok(scenario)
    }

    /// Checks what a scenario says against itself: names, ranges, conditions. [`parse`](Self::parse) has done it.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn validate(&self) -> Result<(), ScenarioError> {
        check::check(self)
    }

    /// Checks an action that somebody wants to have done.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn validate_action(&self, action: &Action) -> Result<(), ScenarioError> {
        check::action(self, action, &Place::default())
    }

    /// What must become true, ready for a [`Checker`](crate::goal::Checker); in a scenario that was checked, as many as
    /// there are in `goals`.
    pub fn parsed_goals(&self) -> Vec<Goal> {
        self.goals.iter().filter_map(|goal| goal.must.parse().ok()).collect()
    }

    /// A host or router by its name.
    pub fn host(&self, name: &str) -> Option<&HostSpec> {
        self.hosts.iter().chain(&self.routers).find(|host| host.name == name)
    }

    /// The address and port that `server:80` or `10.0.0.2:80` stands for.
    pub(crate) fn resolve(&self, to: &str) -> Option<(Ipv4Addr, u16)> {
        let (machine, port) = to.rsplit_once(':')?;
        Some((self.resolve_host(machine)?, port.parse().ok().filter(|port| *port != 0)?))
    }

    /// The address that `server` or `10.0.0.2` stands for.
    pub(crate) fn resolve_host(&self, machine: &str) -> Option<Ipv4Addr> {
        match self.host(machine) {
            Some(host) => host.first_address(),
            None => machine.parse().ok(),
        }
    }

    /// When it is stopped.
    pub const fn limit(&self) -> Time {
        Time::from_millis(self.limit_ms)
    }
}

const fn limit_ms() -> u64 {
    600_000
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference; in WebAssembly it is not trivially small"
)]
const fn is_limit_ms(value: &u64) -> bool {
    *value == limit_ms()
}

const fn limit_steps() -> u64 {
    1_000_000
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference; in WebAssembly it is not trivially small"
)]
const fn is_limit_steps(value: &u64) -> bool {
    *value == limit_steps()
}

const fn limit_trace_mb() -> u32 {
    256
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_limit_trace_mb(value: &u32) -> bool {
    *value == limit_trace_mb()
}

/// For fields that are left out when they say nothing, so that a recipe stays short.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
