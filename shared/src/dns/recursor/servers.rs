//! What is known of the servers that have been asked: which to ask first, and how long to wait. RFC 1035 §7.2.

use std::{collections::BTreeMap, fmt::Display, net::IpAddr};

use super::super::{
    event::{Event, cell},
    text,
};

/// A server that has been asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server {
    /// The smoothed round-trip time in microseconds, made longer by silence.
    pub srtt: u64,
    /// Whether it understands EDNS, as far as is known. RFC 6891 §7.
    pub edns: bool,
    /// How often it did not answer in time.
    pub timeouts: u32,
}

/// The servers by address.
#[derive(Debug, Clone, Default)]
pub(super) struct Servers(pub(super) BTreeMap<IpAddr, Server>);

/// How many are remembered.
const MAX: usize = 10_000;

impl Servers {
    pub(super) fn edns(&self, address: IpAddr) -> bool {
        self.0.get(&address).is_none_or(|server| server.edns)
    }

    /// How good a server is, less is better. One that was never asked gets its chance: `random`.
    pub(super) fn cost(&self, address: IpAddr, random: u64) -> u64 {
        self.0.get(&address).map_or(random % 32_000, |server| server.srtt)
    }

    /// How long its answer is waited for.
    pub(super) fn timeout(&self, address: IpAddr, initial: u64) -> u64 {
        self.0.get(&address).map_or(initial, |server| server.srtt.saturating_mul(2))
    }

    /// The others of a zone, not taken this time, are forgiven a little, so that they are tried again some day.
    pub(super) fn forgive(&mut self, others: impl Iterator<Item = IpAddr>) {
        for address in others {
            if let Some(server) = self.0.get_mut(&address) {
                server.srtt = server.srtt * 98 / 100;
            }
        }
    }

    pub(super) fn measured(&mut self, address: IpAddr, rtt: u64) -> Event {
        let server = self.entry(address, rtt);
        server.srtt = (server.srtt * 7 + rtt * 3) / 10;
        let millis = rtt / 1000;
        Self::event(address, server, text::MEASURED, &[("server", &address), ("millis", &millis)])
    }

    pub(super) fn silent(&mut self, address: IpAddr, waited: u64) -> Event {
        let server = self.entry(address, waited);
        server.timeouts = server.timeouts.saturating_add(1);
        server.srtt = server.srtt.max(waited).saturating_add(200_000).min(5_000_000);
        Self::event(address, server, text::SILENT, &[("server", &address)])
    }

    pub(super) fn without_edns(&mut self, address: IpAddr) -> Event {
        let server = self.entry(address, 0);
        server.edns = false;
        Self::event(address, server, text::WITHOUT_EDNS, &[("server", &address)])
    }

    fn entry(&mut self, address: IpAddr, srtt: u64) -> &mut Server {
        if self.0.len() >= MAX && !self.0.contains_key(&address) {
            self.0.pop_first();
        }
        self.0.entry(address).or_insert(Server { srtt, edns: true, timeouts: 0 })
    }

    fn event(
        address: IpAddr,
        server: &Server,
        message: crate::trace::Cited,
        args: &[(&str, &dyn Display)],
    ) -> Event {
        let row = vec![
            cell("server", &address),
            cell("srtt", &format!("{} µs", server.srtt)),
            cell("edns", &if server.edns { "yes" } else { "no" }),
            cell("timeouts", &server.timeouts),
        ];
        Event::row("dns-servers", address.to_string(), Some(row), message, args)
    }
}
