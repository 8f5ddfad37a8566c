//! Everything about one address and the network it is in.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::Serialize;

use super::{Class, special};

/// An address and its network. The order of the fields is that of `firsthop subnet --json`, and a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The address as given.
    pub address: IpAddr,
    /// The length of the network part, in bits.
    pub prefix: u8,
    /// Ones for the network part, zeros for the host part. IPv6 has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub netmask: Option<IpAddr>,
    /// The netmask's complement. IPv6 has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wildcard: Option<IpAddr>,
    /// The address with all host bits zero.
    pub network: IpAddr,
    /// The address with all host bits one; in a /31 it is a host's (RFC 3021), in a /32 it is the
    /// only address there is. IPv6 has no broadcast.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broadcast: Option<IpAddr>,
    /// The first address that a host may have.
    pub first_host: IpAddr,
    /// The last address that a host may have.
    pub last_host: IpAddr,
    /// How many addresses hosts may have.
    pub hosts: u128,
    /// How many addresses there are; text, because 2^128 is no number that computers read.
    pub addresses: String,
    /// The class of an IPv4 address. IPv6 has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// For private use: RFC 1918, or unique local by RFC 4193.
    pub private: bool,
    /// Its name in IANA's registries, if it is special.
    pub special: Option<&'static str>,
    /// The address in bits, with `|` between network part and host part.
    pub binary: String,
}

impl Facts {
    /// Works everything out.
    pub fn of(net: IpNet) -> Self {
        let special = special(net.addr());
        let (netmask, wildcard, broadcast, class) = match net {
            IpNet::V4(net) => (
                Some(net.netmask().into()),
                Some(net.hostmask().into()),
                Some(net.broadcast().into()),
                Some(Class::of(net.addr())),
            ),
            IpNet::V6(_) => (None, None, None, None),
        };
        let (first_host, last_host) = host_range(&net);
        Self {
            address: net.addr(),
            prefix: net.prefix_len(),
            netmask,
            wildcard,
            network: net.network(),
            broadcast,
            first_host,
            last_host,
            hosts: hosts_in(net.max_prefix_len() - net.prefix_len(), net.addr().is_ipv4()),
            addresses: addresses(net.max_prefix_len() - net.prefix_len()),
            class,
            private: special.is_some_and(|special| special.private),
            special: special.map(|special| special.name),
            binary: binary(&net),
        }
    }
}

/// How many hosts fit where `host_bits` bits are left for them.
///
/// IPv4 loses the network number and the broadcast address, but not in a /31 (RFC 3021); a /32 is one address, a host's. IPv6
/// loses the Subnet-Router anycast address (RFC 4291 §2.6.1), but not in a /127 (RFC 6164); a /128, too, is one address.
pub fn hosts_in(host_bits: u8, ipv4: bool) -> u128 {
    let lost = match (host_bits, ipv4) {
        (0 | 1, _) => 0,
        (_, true) => 2,
        (_, false) => 1,
    };
    match 1_u128.checked_shl(u32::from(host_bits)) {
        Some(all) => all - lost,
        // 2^128, less the anycast address, is the largest number there is room for.
        None => u128::MAX - (lost.max(1) - 1),
    }
}

/// The longest prefix whose network has room for so many hosts; none for more than fit into the whole family.
pub fn prefix_for_hosts(hosts: u128, ipv4: bool) -> Option<u8> {
    let most = if ipv4 { 32 } else { 128 };
    (0..=most).rev().find(|prefix| hosts_in(most - prefix, ipv4) >= hosts)
}

fn host_range(net: &IpNet) -> (IpAddr, IpAddr) {
    let host_bits = net.max_prefix_len() - net.prefix_len();
    let (first, last) = (net.network(), net.broadcast());
    if host_bits < 2 {
        return (first, last);
    }
    match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => {
            let inner = (first.to_bits().saturating_add(1), last.to_bits().saturating_sub(1));
            (IpAddr::V4(inner.0.into()), IpAddr::V4(inner.1.into()))
        }
        (IpAddr::V6(first), last) => (IpAddr::V6(first.to_bits().saturating_add(1).into()), last),
        mixed => mixed,
    }
}

fn addresses(host_bits: u8) -> String {
    1_u128
        .checked_shl(u32::from(host_bits))
        .map_or_else(|| "340282366920938463463374607431768211456".to_owned(), |all| all.to_string())
}

/// Bits in groups of 8 (IPv4, dots) or 16 (IPv6, colons), with `|` where the network part ends.
fn binary(net: &IpNet) -> String {
    let (bits, width, group, separator) = match net.addr() {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32, 8, '.'),
        IpAddr::V6(address) => (address.to_bits(), 128, 16, ':'),
    };
    let mut text = String::with_capacity(width as usize + width as usize / group as usize + 1);
    for index in 0..width {
        if index > 0 && index % group == 0 {
            text.push(separator);
        }
        if index == u32::from(net.prefix_len()) {
            text.push('|');
        }
        text.push(if bits >> (width - 1 - index) & 1 == 1 { '1' } else { '0' });
    }
    if u32::from(net.prefix_len()) == width {
        text.push('|');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addr::parse_interface;

    fn facts(text: &str) -> Facts {
        Facts::of(parse_interface(text).unwrap())
    }

    #[test]
    fn point_to_point_networks_lose_no_address() {
        let p2p = facts("10.0.0.6/31");
        assert_eq!(
            (p2p.first_host.to_string(), p2p.last_host.to_string(), p2p.hosts),
            ("10.0.0.6".into(), "10.0.0.7".into(), 2)
        );
        let host = facts("10.0.0.6/32");
        assert_eq!((host.first_host, host.last_host, host.hosts), (host.address, host.address, 1));
        assert_eq!(facts("10.0.0.6/30").hosts, 2);
    }

    #[test]
    fn the_whole_space_is_counted() {
        assert_eq!(
            (facts("0.0.0.0/0").hosts, facts("0.0.0.0/0").addresses.as_str()),
            (4_294_967_294, "4294967296")
        );
        let all = facts("::/0");
        assert_eq!(all.hosts, u128::MAX);
        assert_eq!(all.addresses, "340282366920938463463374607431768211456");
    }

    #[test]
    fn the_boundary_is_marked() {
        assert_eq!(facts("192.168.1.10/26").binary, "11000000.10101000.00000001.00|001010");
        assert_eq!(facts("192.168.1.10/24").binary, "11000000.10101000.00000001.|00001010");
        assert_eq!(facts("128.0.0.0/0").binary, "|10000000.00000000.00000000.00000000");
        assert!(facts("1.2.3.4/32").binary.ends_with("00000100|"));
    }

    #[test]
    fn ipv6_leaves_out_what_it_has_not() {
        let json = serde_json::to_value(facts("2001:db8::5/64")).unwrap();
        for absent in ["netmask", "wildcard", "broadcast", "class"] {
            assert!(json.get(absent).is_none(), "{absent}");
        }
        assert_eq!(json["first_host"], "2001:db8::1");
        assert_eq!(json["special"], "Documentation");
    }

    #[test]
    fn room_for_hosts_is_the_tightest() {
        let prefix = |ipv4| move |hosts| prefix_for_hosts(hosts, ipv4);
        assert_eq!([1, 2, 3, 62, 63, 254, 255].map(prefix(true)), [32, 31, 29, 26, 25, 24, 23].map(Some));
        assert_eq!(prefix_for_hosts(1 << 32, true), None);
        // The first address is the routers', but not in a /127.
        assert_eq!([1, 2, 3, 4, 255, 256].map(prefix(false)), [128, 127, 126, 125, 120, 119].map(Some));
        assert_eq!([u128::MAX].map(prefix(false)), [Some(0)]);
    }
}
