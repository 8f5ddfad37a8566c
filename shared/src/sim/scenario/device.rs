//! What there is besides hosts: switches, hubs, clouds; and every machine of a scenario in one list.

use serde::{Deserialize, Serialize};

use super::{Scenario, is_default};

/// A switch: a bridge that learns where the machines are (IEEE 802.1D).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SwitchSpec {
    /// What it is called.
    pub name: String,
    /// Its place on the drawing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub at: Option<[i32; 2]>,
    /// How many ports it has: 8 by default, numbered from 1.
    #[serde(default = "eight", skip_serializing_if = "is_eight")]
    pub ports: u16,
    /// How many MAC addresses it can remember: 1024 by default.
    #[serde(default = "table", skip_serializing_if = "is_table")]
    pub table: u32,
    /// After how many seconds without a frame from it an address is forgotten: 300 by default (IEEE 802.1D table 7-5).
    #[serde(default = "ageing", skip_serializing_if = "is_ageing")]
    pub ageing_s: u64,
}

/// A hub: everything that comes in at one port goes out at all others, and only one machine can speak at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubSpec {
    /// What it is called.
    pub name: String,
    /// Its place on the drawing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub at: Option<[i32; 2]>,
    /// How many ports it has: 8 by default, numbered from 1.
    #[serde(default = "eight", skip_serializing_if = "is_eight")]
    pub ports: u16,
    /// Kilobits a second on all its cables: 10000 by default.
    #[serde(default = "ethernet", skip_serializing_if = "is_ethernet")]
    pub kbps: u64,
}

/// A network of which nothing is known but what it does to frames: they take time, and some are lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudSpec {
    /// What it is called.
    pub name: String,
    /// Its place on the drawing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub at: Option<[i32; 2]>,
    /// How many ports it has: 2 by default, numbered from 1.
    #[serde(default = "two", skip_serializing_if = "is_two")]
    pub ports: u16,
    /// How long a frame takes from one end to the other: milliseconds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub delay_ms: u64,
    /// How much longer some take, by chance: at most so many milliseconds. Frames may overtake each other.
    #[serde(default, skip_serializing_if = "is_default")]
    pub jitter_ms: u64,
    /// How many frames of a million are lost in it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub loss_ppm: u32,
}

/// What kind of machine it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeviceKind {
    /// Runs programs.
    Host,
    /// Sends packets on from network to network.
    Router,
    /// Sends frames on to where their destination is.
    Switch,
    /// Repeats what it hears.
    Hub,
    /// A network of somebody else.
    Cloud,
}

/// A machine of a scenario, as far as all kinds have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device<'s> {
    /// What it is called.
    pub name: &'s str,
    /// Its kind.
    pub kind: DeviceKind,
    /// Its place on the drawing.
    pub at: Option<[i32; 2]>,
    /// The names of its ports: `eth0`, or numbers from 1.
    pub ports: Vec<String>,
}

impl Scenario {
    /// All machines: hosts, routers, switches, hubs, clouds, each in the order of the file.
    pub fn devices(&self) -> impl Iterator<Item = Device<'_>> {
        let hosts = self.hosts.iter().map(|spec| (spec, DeviceKind::Host));
        let machines = hosts.chain(self.routers.iter().map(|spec| (spec, DeviceKind::Router)));
        let machines = machines.map(|(spec, kind)| Device {
            name: &spec.name,
            kind,
            at: spec.at,
            ports: spec.interfaces().map(|interface| interface.name).collect(),
        });
        let numbered = |name, kind, at, ports: u16| Device {
            name,
            kind,
            at,
            ports: (1..=ports).map(|port| port.to_string()).collect(),
        };
        let switches = self
            .switches
            .iter()
            .map(move |spec| numbered(&spec.name, DeviceKind::Switch, spec.at, spec.ports));
        let hubs =
            self.hubs.iter().map(move |spec| numbered(&spec.name, DeviceKind::Hub, spec.at, spec.ports));
        let clouds =
            self.clouds.iter().map(move |spec| numbered(&spec.name, DeviceKind::Cloud, spec.at, spec.ports));
        machines.chain(switches).chain(hubs).chain(clouds)
    }
}

const fn eight() -> u16 {
    8
}

const fn two() -> u16 {
    2
}

const fn table() -> u32 {
    1024
}

const fn ageing() -> u64 {
    300
}

const fn ethernet() -> u64 {
    10_000
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
    is_eight: u16 = eight();
    is_two: u16 = two();
    is_table: u32 = table();
    is_ageing: u64 = ageing();
    is_ethernet: u64 = ethernet();
}
