//! Any machine of the network.

use super::{
    Host, Switch,
    cloud::Cloud,
    device::{Device, Outbox},
};
use crate::trace::{Text, Time};

/// A machine of one of the kinds.
#[derive(Debug)]
pub(super) enum Machine {
    /// A host or a router.
    Host(Box<Host>),
    Switch(Switch),
    /// It has nothing but its cables, which are one collision domain.
    Hub(String),
    Cloud(Box<Cloud>),
}

impl Machine {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Host(host) => host.name(),
            Self::Switch(switch) => switch.name(),
            Self::Hub(name) => name,
            Self::Cloud(cloud) => cloud.name(),
        }
    }

    pub(super) fn host(&self) -> Option<&Host> {
        match self {
            Self::Host(host) => Some(host),
            _ => None,
        }
    }

    pub(super) fn host_mut(&mut self) -> Option<&mut Host> {
        match self {
            Self::Host(host) => Some(host),
            _ => None,
        }
    }

    pub(super) const fn is_hub(&self) -> bool {
        matches!(self, Self::Hub(_))
    }

    fn device(&self) -> Option<&dyn Device> {
        match self {
            Self::Host(host) => Some(host.as_ref()),
            Self::Switch(switch) => Some(switch),
            Self::Hub(_) => None,
            Self::Cloud(cloud) => Some(cloud.as_ref()),
        }
    }

    fn device_mut(&mut self) -> Option<&mut dyn Device> {
        match self {
            Self::Host(host) => Some(host.as_mut()),
            Self::Switch(switch) => Some(switch),
            Self::Hub(_) => None,
            Self::Cloud(cloud) => Some(cloud.as_mut()),
        }
    }
}

impl Device for Machine {
    fn refuses(&self, port: usize, bytes: &[u8]) -> Option<Text> {
        self.device()?.refuses(port, bytes)
    }

    fn on_frame(&mut self, now: Time, port: usize, bytes: &[u8], out: &mut Outbox) {
        if let Some(device) = self.device_mut() {
            device.on_frame(now, port, bytes, out);
        }
    }

    fn on_timer(&mut self, now: Time, out: &mut Outbox) {
        if let Some(device) = self.device_mut() {
            device.on_timer(now, out);
        }
    }

    fn next_timer(&self) -> Option<Time> {
        self.device()?.next_timer()
    }

    fn on_carrier(&mut self, now: Time, port: usize, up: bool, out: &mut Outbox) {
        if let Some(device) = self.device_mut() {
            device.on_carrier(now, port, up, out);
        }
    }
}
