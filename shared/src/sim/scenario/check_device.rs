//! Whether what a scenario says of a switch, a hub or a cloud goes together.

use super::{
    CloudSpec, HubSpec, Place, SwitchSpec,
    check::{Checked, MOST_MS, name, range},
};
use crate::sim::rng::MILLION;

/// The largest that are sold have a few hundred.
const MOST_PORTS: u64 = 512;
const MOST_TABLE: u64 = 1_000_000;

pub(super) fn switch(spec: &SwitchSpec, place: &Place) -> Checked {
    name(&spec.name, &place.key("name"))?;
    range(u64::from(spec.ports), 2, MOST_PORTS, &place.key("ports"))?;
    range(u64::from(spec.table), 1, MOST_TABLE, &place.key("table"))?;
    // IEEE 802.1D table 7-5.
    range(spec.ageing_s, 10, 1_000_000, &place.key("ageing_s"))
}

pub(super) fn hub(spec: &HubSpec, place: &Place) -> Checked {
    name(&spec.name, &place.key("name"))?;
    range(u64::from(spec.ports), 2, MOST_PORTS, &place.key("ports"))?;
    range(spec.kbps, 1, 100_000, &place.key("kbps"))
}

pub(super) fn cloud(spec: &CloudSpec, place: &Place) -> Checked {
    name(&spec.name, &place.key("name"))?;
    range(u64::from(spec.ports), 2, MOST_PORTS, &place.key("ports"))?;
    range(spec.delay_ms, 0, MOST_MS, &place.key("delay_ms"))?;
    range(spec.jitter_ms, 0, MOST_MS, &place.key("jitter_ms"))?;
    range(u64::from(spec.loss_ppm), 0, u64::from(MILLION), &place.key("loss_ppm"))
}
