//! Can two hosts talk without a router? Each decides for itself, by its own mask.

use std::{fmt, net::IpAddr};

use ipnet::IpNet;

use super::{Special, special};

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// The first host.
    A,
    /// The second host.
    B,
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// What each of two hosts thinks of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SameNetwork {
    /// The first host's network number: its address AND its mask.
    pub a_network: IpAddr,
    /// What the first host makes of the second one's address: that address AND the first host's mask.
    pub b_seen_by_a: IpAddr,
    /// The second host's network number.
    pub b_network: IpAddr,
    /// What the second host makes of the first one's address.
    pub a_seen_by_b: IpAddr,
}

impl SameNetwork {
    /// The first host would send to the second one directly.
    pub fn a_sends_directly(&self) -> bool {
        self.a_network == self.b_seen_by_a
    }

    /// The second host would send to the first one directly.
    pub fn b_sends_directly(&self) -> bool {
        self.b_network == self.a_seen_by_b
    }

    /// Both would: they can talk without a router. With masks that differ, one may send directly while the other asks a
    /// router, or has none to ask.
    pub fn both(&self) -> bool {
        self.a_sends_directly() && self.b_sends_directly()
    }
}

/// Why two addresses are not those of two hosts that could talk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTwoHosts {
    /// One is IPv4, the other IPv6.
    #[error(
        "{a} and {b} are of two families, IPv4 and IPv6, and cannot be compared: hosts talk in one of them, so give both addresses in the same one"
    )]
    Families {
        /// The first host's address.
        a: IpAddr,
        /// The second host's.
        b: IpAddr,
    },
    /// Both have one address.
    #[error("A and B have the same address, {0}: two hosts in one network need two addresses")]
    SameAddress(IpAddr),
    /// An address that no host has.
    #[error("{host}'s address {address} is no host's: {why}")]
    NoHost {
        /// Whose address it would be.
        host: Host,
        /// The address.
        address: IpAddr,
        /// Which address it is instead.
        why: NoHost,
    },
    /// An address that is no host's to the other, whose mask is a different one.
    #[error("{host}'s address {address} is no host's to the other one: by the mask there, {why}")]
    NoHostThere {
        /// Whose address it is.
        host: Host,
        /// The address.
        address: IpAddr,
        /// Which address the other takes it for.
        why: NoHost,
    },
}

/// Which address it is that no host has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoHost {
    /// All host bits are zero.
    #[error("it is the network number of {0}")]
    Network(IpNet),
    /// All host bits are one.
    #[error("it is the broadcast address of {0}, which means all hosts there at once")]
    Broadcast(IpNet),
    /// All host bits are zero, in IPv6.
    #[error(
        "it is the Subnet-Router anycast address of {0}, which its routers have together (RFC 4291 §2.6.1)"
    )]
    Routers(IpNet),
    /// It is in a block that is not for hosts on a network.
    #[error("{}, {} ({})", .0.name, .0.block, .0.rfc)]
    Special(&'static Special),
}

/// The blocks of IANA's registries with addresses that no host on a network has: "this" network, loopback, multicast, what is
/// reserved, broadcast to all, IPv4 in IPv6's clothes.
const NOT_FOR_HOSTS: [&str; 12] = [
    "0.0.0.0/8",
    "0.0.0.0/32",
    "127.0.0.0/8",
    "224.0.0.0/4",
    "224.0.0.0/24",
    "239.0.0.0/8",
    "240.0.0.0/4",
    "255.255.255.255/32",
    "::/128",
    "::1/128",
    "::ffff:0:0/96",
    "ff00::/8",
];

/// Looks at each host's address with the other's mask.
///
/// ```
/// use firsthop_protocol::addr::same_network;
/// let verdict = same_network("10.0.0.1/24".parse()?, "10.0.1.1/16".parse()?)?;
/// assert!(!verdict.a_sends_directly(), "by A's /24, B is elsewhere");
/// assert!(verdict.b_sends_directly(), "by B's /16, A is near");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When they are not two hosts' addresses: of two families, one and the same, a network number, a broadcast address and the
/// like.
pub fn same_network(a: IpNet, b: IpNet) -> Result<SameNetwork, NotTwoHosts> {
    if a.addr().is_ipv4() != b.addr().is_ipv4() {
        return Err(NotTwoHosts::Families { a: a.addr(), b: b.addr() });
    }
    let no_host = |host, net: IpNet| {
        no_host(net).map_or(Ok(()), |why| Err(NotTwoHosts::NoHost { host, address: net.addr(), why }))
    };
    no_host(Host::A, a)?;
    if a.addr() == b.addr() {
        return Err(NotTwoHosts::SameAddress(a.addr()));
    }
    no_host(Host::B, b)?;
    let by = |mask: IpNet, address: IpNet| IpNet::new(address.addr(), mask.prefix_len()).unwrap_or(address);
    let seen = SameNetwork {
        a_network: a.network(),
        b_seen_by_a: by(a, b).network(),
        b_network: b.network(),
        a_seen_by_b: by(b, a).network(),
    };
    // Only of its own network does a host know which addresses are the first and the last.
    let there = |host, direct: bool, net: IpNet| match direct.then(|| self::no_host(net)).flatten() {
        Some(why) => Err(NotTwoHosts::NoHostThere { host, address: net.addr(), why }),
        None => Ok(()),
    };
    there(Host::B, seen.a_sends_directly(), by(a, b))?;
    there(Host::A, seen.b_sends_directly(), by(b, a))?;
    Ok(seen)
}

/// Why no host has this address. In a /31 (RFC 3021), a /127 (RFC 6164) and where there is but one address, a host has each.
fn no_host(net: IpNet) -> Option<NoHost> {
    let block = special(net.addr()).filter(|block| NOT_FOR_HOSTS.contains(&block.block));
    if let Some(block) = block {
        return Some(NoHost::Special(block));
    }
    if net.max_prefix_len() - net.prefix_len() < 2 {
        return None;
    }
    match (net, net.trunc()) {
        (IpNet::V4(_), whole) if net.addr() == whole.addr() => Some(NoHost::Network(whole)),
        (IpNet::V4(_), whole) if net.addr() == whole.broadcast() => Some(NoHost::Broadcast(whole)),
        (IpNet::V6(_), whole) if net.addr() == whole.addr() => Some(NoHost::Routers(whole)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(a: &str, b: &str) -> Result<[bool; 2], String> {
        let seen = same_network(a.parse().unwrap(), b.parse().unwrap()).map_err(|error| error.to_string())?;
        assert_eq!(seen.both(), seen.a_sends_directly() && seen.b_sends_directly());
        Ok([seen.a_sends_directly(), seen.b_sends_directly()])
    }

    #[test]
    fn two_hosts_are_compared_by_both_masks() {
        for (a, b, expected) in [
            ("192.168.10.77/26", "192.168.10.126/26", [true, true]),
            ("192.168.10.77/26", "192.168.10.130/26", [false, false]),
            ("10.0.0.1/24", "10.0.1.1/16", [false, true]),
            ("10.0.0.6/31", "10.0.0.7/31", [true, true]),
            ("10.0.0.6/32", "10.0.0.7/32", [false, false]),
            ("2001:db8::1/64", "2001:db8::2/64", [true, true]),
            ("2001:db8::1/64", "2001:db8:0:1::1/64", [false, false]),
            ("2001:db8::/127", "2001:db8::1/127", [true, true]),
            // The last address of an IPv6 network is a host's like every other.
            ("2001:db8::1/64", "2001:db8::ffff:ffff:ffff:ffff/64", [true, true]),
        ] {
            assert_eq!(said(a, b), Ok(expected), "{a} {b}");
        }
    }

    #[test]
    fn what_is_no_host_cannot_talk() {
        let a = "192.168.10.77/26";
        for (a, b, expected) in [
            (
                a,
                "192.168.10.127/26",
                "B's address 192.168.10.127 is no host's: it is the broadcast address of 192.168.10.64/26",
            ),
            (
                a,
                "192.168.10.64/26",
                "B's address 192.168.10.64 is no host's: it is the network number of 192.168.10.64/26",
            ),
            (a, "192.168.10.191/26", "it is the broadcast address of 192.168.10.128/26"),
            ("192.168.10.127/26", a, "A's address 192.168.10.127 is no host's"),
            (a, a, "A and B have the same address, 192.168.10.77"),
            (a, "192.168.10.77/24", "A and B have the same address"),
            (
                a,
                "192.168.10.127/24",
                "B's address 192.168.10.127 is no host's to the other one: by the mask there, it is the broadcast address of 192.168.10.64/26",
            ),
            (
                "192.168.10.64/25",
                "192.168.10.100/26",
                "A's address 192.168.10.64 is no host's to the other one: by the mask there, it is the network number of 192.168.10.64/26",
            ),
            (a, "2001:db8::1/64", "192.168.10.77 and 2001:db8::1 are of two families"),
            (
                "2001:db8::1/64",
                "2001:db8::/64",
                "B's address 2001:db8:: is no host's: it is the Subnet-Router anycast address of 2001:db8::/64",
            ),
            (
                a,
                "224.0.0.251/26",
                "B's address 224.0.0.251 is no host's: Multicast (Local Network Control Block), 224.0.0.0/24",
            ),
            (a, "255.255.255.255/32", "Limited Broadcast"),
            (a, "127.0.0.1/8", "Loopback"),
            (a, "0.0.0.0/0", "\"This host on this network\""),
            (a, "250.1.2.3/8", "Reserved"),
            ("fe80::1/64", "ff02::1/64", "Multicast"),
            ("fe80::1/64", "::/64", "Unspecified"),
        ] {
            let said = said(a, b).unwrap_err();
            assert!(said.contains(expected), "{a} {b}: {said}");
        }
        // A mask says nothing of networks that are not the host's own: to A, this is an address like any other.
        assert_eq!(said(a, "192.168.11.127/24"), Ok([false, false]));
    }

    #[test]
    fn every_block_that_is_not_for_hosts_is_in_the_registry() {
        for block in NOT_FOR_HOSTS {
            assert!(super::super::REGISTRY.iter().any(|row| row.block == block), "{block}");
        }
    }
}
