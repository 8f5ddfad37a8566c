//! Can two hosts talk without a router? Each decides for itself, by its own mask.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

/// What each of two hosts thinks of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SameNetwork {
    /// The first host's network number: its address AND its mask.
    pub a_network: Ipv4Addr,
    /// What the first host makes of the second one's address: that address AND the first host's mask.
    pub b_seen_by_a: Ipv4Addr,
    /// The second host's network number.
    pub b_network: Ipv4Addr,
    /// What the second host makes of the first one's address.
    pub a_seen_by_b: Ipv4Addr,
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

/// Looks at each host's address with the other's mask.
///
/// ```
/// use firsthop_protocol::addr::same_network;
/// let verdict = same_network("10.0.0.1/24".parse()?, "10.0.1.1/16".parse()?);
/// assert!(!verdict.a_sends_directly(), "by A's /24, B is elsewhere");
/// assert!(verdict.b_sends_directly(), "by B's /16, A is near");
/// # Ok::<(), ipnet::AddrParseError>(())
/// ```
pub fn same_network(a: Ipv4Net, b: Ipv4Net) -> SameNetwork {
    let and = |address: Ipv4Addr, mask: Ipv4Addr| Ipv4Addr::from(address.to_bits() & mask.to_bits());
    SameNetwork {
        a_network: and(a.addr(), a.netmask()),
        b_seen_by_a: and(b.addr(), a.netmask()),
        b_network: and(b.addr(), b.netmask()),
        a_seen_by_b: and(a.addr(), b.netmask()),
    }
}
