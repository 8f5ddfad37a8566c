//! Putting networks together: summaries and ranges, each the smallest list that is exact.

use std::net::IpAddr;

use ipnet::{IpNet, IpSubnets, Ipv4Subnets, Ipv6Subnets};

/// Why two addresses are no range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// One is IPv4, the other IPv6.
    #[error("{first} and {last} are of different families: a range has both ends in one")]
    Families {
        /// Where the range begins.
        first: IpAddr,
        /// Where it ends.
        last: IpAddr,
    },
    /// The end comes before the beginning.
    #[error("the range ends before it begins: {first} is after {last}")]
    Backwards {
        /// Where the range begins.
        first: IpAddr,
        /// Where it ends.
        last: IpAddr,
    },
}

/// The smallest list of networks that has exactly the addresses of these, in order, IPv4 first. Host bits are cleared.
///
/// ```
/// use firsthop_protocol::addr::summarize;
/// let nets = ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"].map(|net| net.parse().unwrap());
/// assert_eq!(summarize(&nets).iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.0.0.0/23", "10.0.2.0/24"]);
/// ```
pub fn summarize(nets: &[IpNet]) -> Vec<IpNet> {
    let mut summary = IpNet::aggregate(&nets.iter().map(IpNet::trunc).collect());
    summary.sort_unstable();
    summary
}

/// The smallest list of networks from one address to another, both included.
///
/// # Errors
/// When the ends are of two families, or the wrong way round.
pub fn range_to_cidrs(first: IpAddr, last: IpAddr) -> Result<Vec<IpNet>, RangeError> {
    if first > last && first.is_ipv4() == last.is_ipv4() {
        return Err(RangeError::Backwards { first, last });
    }
    let subnets = match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => IpSubnets::V4(Ipv4Subnets::new(first, last, 0)),
        (IpAddr::V6(first), IpAddr::V6(last)) => IpSubnets::V6(Ipv6Subnets::new(first, last, 0)),
        (first, last) => return Err(RangeError::Families { first, last }),
    };
    Ok(subnets.collect())
}
