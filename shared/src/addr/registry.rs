//! IANA's special-purpose address registries (RFC 6890, RFC 8190), and multicast, as data.
//!
//! From the registries "IANA IPv4 Special-Purpose Address Registry", "IANA IPv6 Special-Purpose Address Registry" and, for
//! multicast, the IPv4 and IPv6 address space registries.

use std::{net::IpAddr, sync::LazyLock};

use ipnet::IpNet;

/// A block of addresses with a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Special {
    /// The block, as the registry writes it.
    pub block: &'static str,
    /// Its name in the registry.
    pub name: &'static str,
    /// The document that reserves it.
    pub rfc: &'static str,
    /// May be the source of a packet.
    pub source: bool,
    /// May be the destination of a packet.
    pub destination: bool,
    /// A router may forward it.
    pub forwardable: bool,
    /// Reachable in all of the Internet.
    pub global: bool,
    /// For private use, by RFC 1918 or RFC 4193.
    pub private: bool,
}

/// `s`ource, `d`estination, `f`orwardable, `g`lobal, `p`rivate.
const fn row(block: &'static str, name: &'static str, rfc: &'static str, may: &str) -> Special {
    let may = may.as_bytes();
    Special {
        block,
        name,
        rfc,
        source: has(may, b's'),
        destination: has(may, b'd'),
        forwardable: has(may, b'f'),
        global: has(may, b'g'),
        private: has(may, b'p'),
    }
}

const fn has(letters: &[u8], wanted: u8) -> bool {
    match letters {
        [] => false,
        [first, rest @ ..] => *first == wanted || has(rest, wanted),
    }
}

/// Every block.
pub static REGISTRY: &[Special] = &[
    row("0.0.0.0/8", "\"This network\"", "RFC 791 §3.2", "s"),
    row("0.0.0.0/32", "\"This host on this network\"", "RFC 1122 §3.2.1.3", "s"),
    row("10.0.0.0/8", "Private-Use", "RFC 1918", "sdfp"),
    row("100.64.0.0/10", "Shared Address Space", "RFC 6598", "sdf"),
    row("127.0.0.0/8", "Loopback", "RFC 1122 §3.2.1.3", ""),
    row("169.254.0.0/16", "Link Local", "RFC 3927", "sd"),
    row("172.16.0.0/12", "Private-Use", "RFC 1918", "sdfp"),
    row("192.0.0.0/24", "IETF Protocol Assignments", "RFC 6890 §2.1", ""),
    row("192.0.0.0/29", "IPv4 Service Continuity Prefix", "RFC 7335", "sdf"),
    row("192.0.0.8/32", "IPv4 dummy address", "RFC 7600", "s"),
    row("192.0.0.9/32", "Port Control Protocol Anycast", "RFC 7723", "sdfg"),
    row("192.0.0.10/32", "Traversal Using Relays around NAT Anycast", "RFC 8155", "sdfg"),
    row("192.0.0.170/32", "NAT64/DNS64 Discovery", "RFC 8880, RFC 7050 §2.2", ""),
    row("192.0.0.171/32", "NAT64/DNS64 Discovery", "RFC 8880, RFC 7050 §2.2", ""),
    row("192.0.2.0/24", "Documentation (TEST-NET-1)", "RFC 5737", ""),
    row("192.31.196.0/24", "AS112-v4", "RFC 7535", "sdfg"),
    row("192.52.193.0/24", "AMT", "RFC 7450", "sdfg"),
    row("192.88.99.0/24", "Deprecated (6to4 Relay Anycast)", "RFC 7526", ""),
    row("192.88.99.2/32", "6a44-relay anycast address", "RFC 6751", "sdf"),
    row("192.168.0.0/16", "Private-Use", "RFC 1918", "sdfp"),
    row("192.175.48.0/24", "Direct Delegation AS112 Service", "RFC 7534", "sdfg"),
    row("198.18.0.0/15", "Benchmarking", "RFC 2544", "sdf"),
    row("198.51.100.0/24", "Documentation (TEST-NET-2)", "RFC 5737", ""),
    row("203.0.113.0/24", "Documentation (TEST-NET-3)", "RFC 5737", ""),
    row("224.0.0.0/4", "Multicast", "RFC 5771", "dfg"),
    row("224.0.0.0/24", "Multicast (Local Network Control Block)", "RFC 5771 §4", "d"),
    row("239.0.0.0/8", "Multicast (Administratively Scoped Block)", "RFC 2365", "df"),
    row("240.0.0.0/4", "Reserved", "RFC 1112 §4", ""),
    row("255.255.255.255/32", "Limited Broadcast", "RFC 8190, RFC 919 §7", "d"),
    row("::1/128", "Loopback Address", "RFC 4291 §2.5.3", ""),
    row("::/128", "Unspecified Address", "RFC 4291 §2.5.2", "s"),
    row("::ffff:0:0/96", "IPv4-mapped Address", "RFC 4291 §2.5.5.2", ""),
    row("64:ff9b::/96", "IPv4-IPv6 Translat.", "RFC 6052", "sdfg"),
    row("64:ff9b:1::/48", "IPv4-IPv6 Translat.", "RFC 8215", "sdf"),
    row("100::/64", "Discard-Only Address Block", "RFC 6666", "sdf"),
    row("100:0:0:1::/64", "Dummy IPv6 Prefix", "RFC 9780", "s"),
    row("2001::/23", "IETF Protocol Assignments", "RFC 2928", ""),
    row("2001::/32", "TEREDO", "RFC 4380, RFC 8190", "sdf"),
    row("2001:1::1/128", "Port Control Protocol Anycast", "RFC 7723", "sdfg"),
    row("2001:1::2/128", "Traversal Using Relays around NAT Anycast", "RFC 8155", "sdfg"),
    row("2001:1::3/128", "DNS-SD Service Registration Protocol Anycast", "RFC 9665", "sdfg"),
    row("2001:2::/48", "Benchmarking", "RFC 5180, RFC Errata 1752", "sdf"),
    row("2001:3::/32", "AMT", "RFC 7450", "sdfg"),
    row("2001:4:112::/48", "AS112-v6", "RFC 7535", "sdfg"),
    row("2001:10::/28", "Deprecated (previously ORCHID)", "RFC 4843", ""),
    row("2001:20::/28", "ORCHIDv2", "RFC 7343", "sdfg"),
    row("2001:30::/28", "Drone Remote ID Protocol Entity Tags (DETs) Prefix", "RFC 9374", "sdfg"),
    row("2001:db8::/32", "Documentation", "RFC 3849", ""),
    row("2002::/16", "6to4", "RFC 3056", "sdf"),
    row("2620:4f:8000::/48", "Direct Delegation AS112 Service", "RFC 7534", "sdfg"),
    row("3fff::/20", "Documentation", "RFC 9637", ""),
    row("5f00::/16", "Segment Routing (SRv6) SIDs", "RFC 9602", "sdf"),
    row("fc00::/7", "Unique-Local", "RFC 4193, RFC 8190", "sdfp"),
    row("fe80::/10", "Link-Local Unicast", "RFC 4291 §2.5.6", "sd"),
    row("ff00::/8", "Multicast", "RFC 4291 §2.7", "dfg"),
];

/// The registry with its blocks read, longest prefix first, so that the first match is the closest.
static BLOCKS: LazyLock<Vec<(IpNet, &'static Special)>> = LazyLock::new(|| {
    let mut blocks: Vec<_> = REGISTRY.iter().filter_map(|row| Some((row.block.parse().ok()?, row))).collect();
    blocks.sort_by_key(|(net, _): &(IpNet, _)| std::cmp::Reverse(net.prefix_len()));
    blocks
});

/// The smallest registered block that an address is in.
///
/// ```
/// use firsthop_protocol::addr::special;
/// assert_eq!(special("169.254.7.7".parse()?).map(|block| (block.name, block.rfc)), Some(("Link Local", "RFC 3927")));
/// assert_eq!(special("8.8.8.8".parse()?), None);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub fn special(address: IpAddr) -> Option<&'static Special> {
    BLOCKS.iter().find(|(net, _)| net.contains(&address)).map(|(_, row)| *row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_can_be_read_and_has_no_host_bits() {
        assert_eq!(BLOCKS.len(), REGISTRY.len());
        for (net, row) in BLOCKS.iter() {
            assert_eq!(net.trunc(), *net, "{}", row.block);
        }
    }

    #[test]
    fn the_closest_block_wins() {
        let name = |address: &str| special(address.parse().unwrap()).map(|row| row.name);
        assert_eq!(name("192.0.0.9"), Some("Port Control Protocol Anycast"));
        assert_eq!(name("192.0.0.200"), Some("IETF Protocol Assignments"));
        assert_eq!(name("255.255.255.255"), Some("Limited Broadcast"));
        assert_eq!(name("255.255.255.254"), Some("Reserved"));
        assert_eq!(name("::1"), Some("Loopback Address"));
        assert_eq!(name("172.32.0.1"), None);
    }
}
