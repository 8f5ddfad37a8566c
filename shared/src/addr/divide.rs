//! Dividing a network: into equal parts, or by what each part must hold (VLSM).

use ipnet::{IpNet, Ipv4Net};
use serde::Serialize;

use super::facts::{hosts_in, prefix_for_hosts};

/// More parts than this are not listed: no page and no reader has use for them.
pub const MOST_PARTS: u64 = 65_536;

/// Why a network is not split.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// The parts would be larger than the whole, or smaller than an address.
    #[error("{net} cannot be split into /{prefix}: a prefix length from {} to {} is wanted", net.prefix_len(), net.max_prefix_len())]
    Prefix {
        /// The network.
        net: IpNet,
        /// The parts' prefix length.
        prefix: u8,
    },
    /// There would be too many.
    #[error("{net} has 2^{bits} parts of /{prefix}: {MOST_PARTS} are listed at the most")]
    TooMany {
        /// The network.
        net: IpNet,
        /// The parts' prefix length.
        prefix: u8,
        /// How many bits tell the parts apart.
        bits: u8,
    },
}

/// The equal parts of a network, in order.
///
/// # Errors
/// When the parts are no parts, or too many.
pub fn split(net: IpNet, prefix: u8) -> Result<Vec<IpNet>, SplitError> {
    let net = net.trunc();
    let bits = prefix.checked_sub(net.prefix_len()).ok_or(SplitError::Prefix { net, prefix })?;
    if 1_u64.checked_shl(bits.into()).is_none_or(|parts| parts > MOST_PARTS) {
        return Err(SplitError::TooMany { net, prefix, bits });
    }
    net.subnets(prefix).map(Iterator::collect).map_err(|_| SplitError::Prefix { net, prefix })
}

/// A network divided by what its parts must hold. The order of the fields is that of `firsthop subnet vlsm --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The network that was divided.
    pub network: Ipv4Net,
    /// Its parts, in the order in which they were asked for.
    pub allocations: Vec<Allocation>,
    /// What is left, as few networks as possible, in order.
    pub free: Vec<Ipv4Net>,
}

/// A part of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Allocation {
    /// For how many hosts it was asked.
    pub requested: u64,
    /// Where they are.
    pub subnet: Ipv4Net,
    /// How many hosts fit.
    pub hosts: u64,
    /// How many of these are too many.
    pub wasted: u64,
}

/// Why a plan cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nobody asked for anything.
    #[error("no host counts: give one for each subnet, such as 100 50 2")]
    Nothing,
    /// A subnet for nobody.
    #[error("request {position} is for 0 hosts: a subnet has one host at least")]
    Zero {
        /// Which request, from 1.
        position: usize,
    },
    /// No room for one of them. Nothing is allocated then.
    #[error(
        "request {position} ({hosts} hosts) needs {} of the {network} and finds no room: all requests together take {total} of {available} addresses",
        block(*.needed)
    )]
    NoRoom {
        /// Which request, from 1.
        position: usize,
        /// For how many hosts.
        hosts: u64,
        /// The prefix length of the smallest subnet that holds them; none where all of IPv4 is too small.
        needed: Option<u8>,
        /// The network to be divided.
        network: Ipv4Net,
        /// The addresses that all requests take.
        total: u64,
        /// The addresses there are.
        available: u64,
    },
}

fn block(prefix: Option<u8>) -> String {
    prefix.map_or_else(|| "more than all of IPv4".to_owned(), |prefix| format!("a /{prefix}"))
}

/// Variable-length subnetting: each request gets the smallest subnet that holds it, from the smallest free block with room for
/// it (best fit), large requests first. That way whatever fits at all, fits: blocks are powers of two.
///
/// # Errors
/// When a request is for nobody, or there is no room.
pub fn plan(network: Ipv4Net, requests: &[u64]) -> Result<Plan, PlanError> {
    if requests.is_empty() {
        return Err(PlanError::Nothing);
    }
    let network = network.trunc();
    if let Some(index) = requests.iter().position(|hosts| *hosts == 0) {
        return Err(PlanError::Zero { position: index + 1 });
    }
    let mut order: Vec<(usize, u64)> = requests.iter().copied().enumerate().collect();
    // A stable sort: of equal requests the one asked for first comes first in the network, too.
    order.sort_by_key(|(_, hosts)| std::cmp::Reverse(*hosts));
    let mut free = vec![network];
    let mut placed = Vec::with_capacity(order.len());
    for (index, hosts) in order {
        let subnet = prefix_for_hosts(hosts)
            .and_then(|prefix| take(&mut free, prefix))
            .ok_or_else(|| no_room(network, requests, index, hosts))?;
        let room = u64::try_from(hosts_in(32 - subnet.prefix_len(), true)).unwrap_or(u64::MAX);
        placed.push((index, Allocation { requested: hosts, subnet, hosts: room, wasted: room - hosts }));
    }
    placed.sort_by_key(|(index, _)| *index);
    let mut free = Ipv4Net::aggregate(&free);
    free.sort_unstable();
    Ok(Plan { network, allocations: placed.into_iter().map(|(_, allocation)| allocation).collect(), free })
}

/// Takes a subnet out of the smallest block with room for it; what is left of the block is free again.
fn take(free: &mut Vec<Ipv4Net>, prefix: u8) -> Option<Ipv4Net> {
    let (index, _) = free
        .iter()
        .enumerate()
        .filter(|(_, block)| block.prefix_len() <= prefix)
        .max_by_key(|(_, block)| (block.prefix_len(), std::cmp::Reverse(block.network())))?;
    let mut block = free.swap_remove(index);
    while block.prefix_len() < prefix {
        let mut halves = block.subnets(block.prefix_len() + 1).ok()?;
        block = halves.next()?;
        free.extend(halves);
    }
    Some(block)
}

fn no_room(network: Ipv4Net, requests: &[u64], index: usize, hosts: u64) -> PlanError {
    let addresses = |prefix: u8| 1_u64 << (32 - prefix);
    PlanError::NoRoom {
        position: index + 1,
        hosts,
        needed: prefix_for_hosts(hosts),
        network,
        total: requests
            .iter()
            .filter_map(|hosts| prefix_for_hosts(*hosts))
            .map(addresses)
            .fold(0, u64::saturating_add),
        available: addresses(network.prefix_len()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_textbook_plan() {
        let plan = plan("192.168.1.0/24".parse().unwrap(), &[20, 100, 2, 50]).unwrap();
        let subnets: Vec<_> = plan.allocations.iter().map(|part| part.subnet.to_string()).collect();
        assert_eq!(subnets, ["192.168.1.192/27", "192.168.1.0/25", "192.168.1.224/31", "192.168.1.128/26"]);
        assert_eq!(plan.allocations[1].wasted, 26);
        assert_eq!(
            plan.free.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["192.168.1.226/31", "192.168.1.228/30", "192.168.1.232/29", "192.168.1.240/28",]
        );
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let error = plan("10.0.0.0/26".parse().unwrap(), &[10, 50]).unwrap_err().to_string();
        assert!(error.contains("request 1 (10 hosts)") && error.contains("80 of 64 addresses"), "{error}");
        assert_eq!(plan("10.0.0.0/26".parse().unwrap(), &[5, 0]), Err(PlanError::Zero { position: 2 }));
        assert!(plan("0.0.0.0/0".parse().unwrap(), &[u64::MAX]).is_err());
    }

    #[test]
    fn parts_are_refused_when_there_are_none_or_too_many() {
        assert_eq!(split("10.0.0.5/30".parse().unwrap(), 31).unwrap().len(), 2);
        assert!(matches!(split("10.0.0.0/24".parse().unwrap(), 23), Err(SplitError::Prefix { .. })));
        assert!(matches!(split("10.0.0.0/24".parse().unwrap(), 33), Err(SplitError::Prefix { .. })));
        assert!(matches!(split("::/0".parse().unwrap(), 128), Err(SplitError::TooMany { .. })));
    }

    proptest! {
        #[test]
        fn a_plan_covers_the_network_once(prefix in 8_u8..=28, requests in prop::collection::vec(1_u64..3000, 1..12)) {
            let network: Ipv4Net = format!("10.0.0.0/{prefix}").parse().unwrap();
            let needed: u64 = requests.iter().map(|hosts| 1_u64 << (32 - prefix_for_hosts(*hosts).unwrap())).sum();
            match plan(network, &requests) {
                Ok(plan) => {
                    let mut all: Vec<Ipv4Net> = plan.allocations.iter().map(|part| part.subnet).chain(plan.free.iter().copied()).collect();
                    all.sort_unstable();
                    for pair in all.windows(2) {
                        prop_assert_eq!(u64::from(u32::from(pair[0].broadcast())) + 1, u64::from(u32::from(pair[1].network())));
                    }
                    prop_assert_eq!(Ipv4Net::aggregate(&all), vec![network]);
                    for (part, hosts) in plan.allocations.iter().zip(&requests) {
                        prop_assert_eq!(part.requested, *hosts);
                        prop_assert!(part.hosts >= *hosts);
                        prop_assert!(hosts_in(31 - part.subnet.prefix_len().min(31), true) < u128::from(*hosts) || *hosts == 1);
                    }
                }
                // Blocks are powers of two and large ones are placed first: only a lack of addresses can be in the way.
                Err(_) => prop_assert!(needed > 1_u64 << (32 - prefix)),
            }
        }
    }
}
