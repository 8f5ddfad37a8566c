//! `ifconfig`, `route`, `arp` and `netstat` of net-tools.

pub(super) mod arp;
pub(super) mod ifconfig;
pub(super) mod netstat;
pub(super) mod route;

use std::net::Ipv4Addr;

use super::machine::Machine;

/// An address as it is shown: by its name unless numbers are wanted.
fn shown(machine: &dyn Machine, address: Ipv4Addr, numeric: bool) -> String {
    let name = if numeric { None } else { machine.name_of(address) };
    name.unwrap_or_else(|| address.to_string())
}

/// An address that is typed as such or by a name.
fn host(machine: &dyn Machine, word: &str) -> Option<Ipv4Addr> {
    word.parse().ok().or_else(|| machine.address_of(word))
}
