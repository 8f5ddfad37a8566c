//! What is known of the largest packet that gets to an address (RFC 1191).

use std::{collections::BTreeMap, net::Ipv4Addr};

use crate::trace::Time;

/// So long it is believed (`net.ipv4.route.mtu_expires`): afterwards the path may have changed.
const BELIEVED: u64 = 600_000_000;
/// Less than this is not believed (`net.ipv4.route.min_pmtu`): somebody would make us send crumbs.
const LEAST: u16 = 552;
/// So many addresses are remembered; beyond, the oldest is forgotten.
const MOST: usize = 256;

#[derive(Debug, Default)]
pub(super) struct PathMtus(BTreeMap<Ipv4Addr, (u16, Time)>);

impl PathMtus {
    pub(super) fn get(&self, now: Time, to: Ipv4Addr) -> Option<u16> {
        self.0.get(&to).filter(|(_, since)| now.since(*since) < BELIEVED).map(|(mtu, _)| *mtu)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Ipv4Addr, u16, Time)> {
        self.0.iter().map(|(address, (mtu, since))| (*address, *mtu, *since))
    }

    /// A router says how large a packet may be; what is then believed.
    pub(super) fn learn(&mut self, now: Time, to: Ipv4Addr, mtu: u16) -> u16 {
        let mtu = mtu.max(LEAST);
        if self.0.len() >= MOST && !self.0.contains_key(&to) {
            let oldest = self.0.iter().min_by_key(|(_, (_, since))| *since).map(|(address, _)| *address);
            oldest.map(|address| self.0.remove(&address));
        }
        self.0.insert(to, (mtu, now));
        mtu
    }
}
