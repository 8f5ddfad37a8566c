//! Dividing a network: into equal parts, or by what each part must hold (VLSM).

use ipnet::IpNet;
use serde::Serialize;

use super::facts::{hosts_in, prefix_for_hosts};

/// More parts than this are not listed: no page and no reader has use for them.
pub const MOST_PARTS: u64 = 65_536;

/// Why a network is not split.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// There is but one address.
    #[error("{0} is a single address: it has no parts")]
    Single(
        /// The network.
        IpNet,
    ),
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
    if net.prefix_len() == net.max_prefix_len() && prefix != net.prefix_len() {
        return Err(SplitError::Single(net));
    }
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
    pub network: IpNet,
    /// Its parts, in the order in which they were asked for.
    pub allocations: Vec<Allocation>,
    /// What is left, as few networks as possible, in order.
    pub free: Vec<IpNet>,
}

/// A part of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Allocation {
    /// For how many hosts it was asked.
    pub requested: u128,
    /// Where they are.
    pub subnet: IpNet,
    /// How many hosts fit.
    pub hosts: u128,
    /// How many of these are too many.
    pub wasted: u128,
}

/// Why a plan cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nobody asked for anything.
    #[error("no host counts: give one for each subnet, such as 100 50 2")]
    Nothing,
    /// A host count that is no number.
    #[error("request {position} is `{found}`: a whole number of hosts is wanted, such as 100")]
    NotACount {
        /// Which request, from 1.
        position: usize,
        /// What was found.
        found: String,
    },
    /// A host count beyond all addresses.
    #[error("request {position} is for {found} hosts: even IPv6 has no more than 2^128 addresses")]
    Absurd {
        /// Which request, from 1.
        position: usize,
        /// What was found.
        found: String,
    },
    /// A subnet for nobody.
    #[error("request {position} is for 0 hosts: a subnet has one host at least")]
    Zero {
        /// Which request, from 1.
        position: usize,
    },
    /// No room for one of them. Nothing is allocated then.
    #[error(
        "request {position} (for {}) needs {} and finds no room in {network}: all requests together take {} of {} addresses",
        counted(*.hosts),
        block(*.needed, network),
        amount(*.total, "2^128 or more"),
        amount(*.available, "2^128")
    )]
    NoRoom {
        /// Which request, from 1.
        position: usize,
        /// For how many hosts.
        hosts: u128,
        /// The prefix length of the smallest subnet that holds them; none where the whole family is too small.
        needed: Option<u8>,
        /// The network to be divided.
        network: IpNet,
        /// The addresses that all requests take; none for 2^128 and more.
        total: Option<u128>,
        /// The addresses there are; none for 2^128.
        available: Option<u128>,
    },
}

fn counted(hosts: u128) -> String {
    if hosts == 1 { "1 host".to_owned() } else { format!("{hosts} hosts") }
}

fn block(prefix: Option<u8>, network: &IpNet) -> String {
    let family = if network.addr().is_ipv4() { "IPv4" } else { "IPv6" };
    prefix.map_or_else(|| format!("more than all of {family}"), |prefix| format!("a /{prefix}"))
}

fn amount(addresses: Option<u128>, most: &str) -> String {
    addresses.map_or_else(|| most.to_owned(), |addresses| addresses.to_string())
}

/// Host counts as people type them, a word each.
///
/// # Errors
/// When one is no whole number, or more than there are addresses.
///
/// ```
/// use firsthop_protocol::addr::parse_requests;
/// assert_eq!(parse_requests(["100", "50"]), Ok(vec![100, 50]));
/// assert_eq!(
///     parse_requests(["100", "-5"]).unwrap_err().to_string(),
///     "request 2 is `-5`: a whole number of hosts is wanted, such as 100"
/// );
/// ```
pub fn parse_requests<'t>(words: impl IntoIterator<Item = &'t str>) -> Result<Vec<u128>, PlanError> {
    let parse = |(index, word): (usize, &str)| {
        let (position, found) = (index + 1, word.to_owned());
        if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PlanError::NotACount { position, found });
        }
        word.parse().map_err(|_| PlanError::Absurd { position, found })
    };
    words.into_iter().enumerate().map(parse).collect()
}

/// Variable-length subnetting: each request gets the smallest subnet that holds it, from the smallest free block with room for
/// it (best fit), large requests first. That way whatever fits at all, fits: blocks are powers of two.
///
/// IPv6 is planned the same way. It has neither network number nor broadcast address to lose, but the first address of a subnet
/// is its routers' together (see [`hosts_in`]). That hosts which configure their own addresses need a /64 whatever their number
/// (RFC 4862, RFC 4291 §2.5.1) is for the reader of a plan to know.
///
/// # Errors
/// When a request is for nobody, or there is no room.
pub fn plan(network: IpNet, requests: &[u128]) -> Result<Plan, PlanError> {
    if requests.is_empty() {
        return Err(PlanError::Nothing);
    }
    let network = network.trunc();
    if let Some(index) = requests.iter().position(|hosts| *hosts == 0) {
        return Err(PlanError::Zero { position: index + 1 });
    }
    let mut order: Vec<(usize, u128)> = requests.iter().copied().enumerate().collect();
    // A stable sort: of equal requests the one asked for first comes first in the network, too.
    order.sort_by_key(|(_, hosts)| std::cmp::Reverse(*hosts));
    let mut free = vec![network];
    let mut placed = Vec::with_capacity(order.len());
    for (index, hosts) in order {
        let subnet = prefix_for_hosts(hosts, network.addr().is_ipv4())
            .and_then(|prefix| take(&mut free, prefix))
            .ok_or_else(|| no_room(network, requests, index, hosts))?;
        let room = hosts_in(subnet.max_prefix_len() - subnet.prefix_len(), subnet.addr().is_ipv4());
        placed.push((index, Allocation { requested: hosts, subnet, hosts: room, wasted: room - hosts }));
    }
    placed.sort_by_key(|(index, _)| *index);
    let mut free = IpNet::aggregate(&free);
    free.sort_unstable();
    Ok(Plan { network, allocations: placed.into_iter().map(|(_, allocation)| allocation).collect(), free })
}

/// Takes a subnet out of the smallest block with room for it; what is left of the block is free again.
fn take(free: &mut Vec<IpNet>, prefix: u8) -> Option<IpNet> {
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

fn no_room(network: IpNet, requests: &[u128], index: usize, hosts: u128) -> PlanError {
    let ipv4 = network.addr().is_ipv4();
    let addresses = |prefix: u8| 1_u128.checked_shl((network.max_prefix_len() - prefix).into());
    // What all of the family is too small for takes its hosts' addresses and those that are lost, in no block.
    let taken = |hosts: &u128| match prefix_for_hosts(*hosts, ipv4) {
        Some(prefix) => addresses(prefix),
        None => hosts.checked_add(2),
    };
    PlanError::NoRoom {
        position: index + 1,
        hosts,
        needed: prefix_for_hosts(hosts, ipv4),
        network,
        total: requests.iter().map(taken).try_fold(0_u128, |sum, taken| sum.checked_add(taken?)),
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
        assert_eq!(
            error,
            "request 1 (for 10 hosts) needs a /28 and finds no room in 10.0.0.0/26: all requests together take 80 of 64 addresses"
        );
        assert_eq!(plan("10.0.0.0/26".parse().unwrap(), &[5, 0]), Err(PlanError::Zero { position: 2 }));
        let all = plan("0.0.0.0/0".parse().unwrap(), &[1 << 32, 1]).unwrap_err().to_string();
        assert!(
            all.contains("more than all of IPv4") && all.contains("take 4294967299 of 4294967296 addresses"),
            "{all}"
        );
        let all = plan("::/0".parse().unwrap(), &[u128::MAX, 1]).unwrap_err().to_string();
        assert!(
            all.contains("(for 1 host) needs a /128") && all.contains("take 2^128 or more of 2^128"),
            "{all}"
        );
        assert!(plan("::/0".parse().unwrap(), &[u128::MAX]).is_ok());
    }

    #[test]
    fn ipv6_loses_the_first_address_only() {
        let plan = plan("2001:db8::/120".parse().unwrap(), &[3, 4, 2, 1, 127]).unwrap();
        let parts: Vec<_> =
            plan.allocations.iter().map(|part| (part.subnet.to_string(), part.hosts)).collect();
        let expected = [("::88/126", 3), ("::80/125", 7), ("::8c/127", 2), ("::8e/128", 1), ("::/121", 127)];
        assert_eq!(parts, expected.map(|(net, hosts)| (format!("2001:db8{net}"), hosts)));
        let free: Vec<_> = plan.free.iter().map(ToString::to_string).collect();
        assert_eq!(free, ["2001:db8::8f/128", "2001:db8::90/124", "2001:db8::a0/123", "2001:db8::c0/122"]);
    }

    #[test]
    fn host_counts_are_read_or_refused_by_place() {
        for (typed, said) in [
            ("+5", "request 2 is `+5`"),
            ("5.5", "request 2 is `5.5`"),
            (
                "999999999999999999999999999999999999999",
                "request 2 is for 999999999999999999999999999999999999999 hosts",
            ),
        ] {
            let error = parse_requests(["1", typed]).unwrap_err().to_string();
            assert!(error.starts_with(said), "{error}");
        }
        assert_eq!(parse_requests(["340282366920938463463374607431768211455"]), Ok(vec![u128::MAX]));
    }

    #[test]
    fn parts_are_refused_when_there_are_none_or_too_many() {
        assert_eq!(split("10.0.0.5/30".parse().unwrap(), 31).unwrap().len(), 2);
        assert!(matches!(split("10.0.0.0/24".parse().unwrap(), 23), Err(SplitError::Prefix { .. })));
        assert!(matches!(split("10.0.0.0/24".parse().unwrap(), 33), Err(SplitError::Prefix { .. })));
        let single = split("10.0.0.1/32".parse().unwrap(), 30).unwrap_err().to_string();
        assert_eq!(single, "10.0.0.1/32 is a single address: it has no parts");
        assert!(matches!(split("::/0".parse().unwrap(), 128), Err(SplitError::TooMany { .. })));
    }

    proptest! {
        #[test]
        fn a_plan_covers_the_network_once(prefix in 8_u8..=28, requests in prop::collection::vec(1_u128..3000, 1..12), ipv6: bool) {
            let (text, width) = if ipv6 { (format!("2001:db8::/{}", 96 + prefix), 128) } else { (format!("10.0.0.0/{prefix}"), 32) };
            let network: IpNet = text.parse().unwrap();
            let needed: u128 = requests.iter().map(|hosts| 1_u128 << (width - prefix_for_hosts(*hosts, !ipv6).unwrap())).sum();
            match plan(network, &requests) {
                Ok(plan) => {
                    let mut all: Vec<IpNet> = plan.allocations.iter().map(|part| part.subnet).chain(plan.free.iter().copied()).collect();
                    all.sort_unstable();
                    for pair in all.windows(2) {
                        prop_assert!(pair[0].broadcast() < pair[1].network());
                    }
                    prop_assert_eq!(IpNet::aggregate(&all), vec![network]);
                    for (part, hosts) in plan.allocations.iter().zip(&requests) {
                        prop_assert_eq!(part.requested, *hosts);
                        prop_assert!(part.hosts >= *hosts);
                        let host_bits = width - part.subnet.prefix_len();
                        prop_assert!(host_bits == 0 || hosts_in(host_bits - 1, !ipv6) < *hosts);
                    }
                }
                // Blocks are powers of two and large ones are placed first: only a lack of addresses can be in the way.
                Err(_) => prop_assert!(needed > 1_u128 << (32 - prefix)),
            }
        }
    }
}
