//! Subnetting: the solutions, worked out for the very numbers asked.
//!
//! The steps go the way one goes by hand, octet by octet; the answers come from `ipnet`, so that a slip in one shows
//! against the other.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::trace::Text;

/// RFC 791 §3.2: the class is in the first bits.
pub(super) fn class(address: Ipv4Addr) -> char {
    match address.octets()[0].leading_ones() {
        0 => 'A',
        1 => 'B',
        2 => 'C',
        3 => 'D',
        _ => 'E',
    }
}

pub(super) fn class_steps(address: Ipv4Addr) -> Vec<Text> {
    let [first, ..] = address.octets();
    let ones = first.leading_ones().min(4);
    vec![
        Text::new("exercise.step.first-octet", format!("The first octet is {first}, in binary {first:08b}."))
            .arg("octet", first)
            .arg("binary", format!("{first:08b}")),
        Text::new(
            "exercise.step.leading-ones",
            format!("It begins with {ones} ones: no one is A, one is B, two are C, three are D, four are E. So it is class {}.", class(address)),
        )
        .arg("ones", ones)
        .arg("class", class(address)),
    ]
}

pub(super) fn mask_steps(net: Ipv4Net) -> Vec<Text> {
    let prefix = net.prefix_len();
    let binary = net.netmask().octets().map(|octet| format!("{octet:08b}")).join(".");
    vec![
        Text::new(
            "exercise.step.mask-bits",
            format!("/{prefix} means {prefix} ones from the left, then zeros: {binary}."),
        )
        .arg("prefix", prefix)
        .arg("binary", binary),
        Text::new("exercise.step.mask-octets", format!("Octet by octet in decimal: {}.", net.netmask()))
            .arg("mask", net.netmask()),
    ]
}

/// The step every address question begins with: where the boundary is, and how large a block.
fn block(net: Ipv4Net) -> Text {
    let prefix = net.prefix_len();
    // The octet in which the network part ends, counted from 1; /0 ends before the first, so in it.
    let octet = (u32::from(prefix).saturating_sub(1)) / 8 + 1;
    let size = 1_u32 << (octet * 8 - u32::from(prefix)).min(8);
    Text::new(
        "exercise.step.block",
        format!("The mask is {}: the network part ends in octet {octet}, where networks begin at every multiple of {size}.", net.netmask()),
    )
    .arg("mask", net.netmask())
    .arg("octet", octet)
    .arg("size", size)
}

pub(super) fn network_steps(net: Ipv4Net) -> Vec<Text> {
    vec![
        block(net),
        Text::new(
            "exercise.step.and",
            format!("{} AND {} = {}: the host bits become zero.", net.addr(), net.netmask(), net.network()),
        )
        .arg("address", net.addr())
        .arg("mask", net.netmask())
        .arg("network", net.network()),
    ]
}

pub(super) fn broadcast_steps(net: Ipv4Net) -> Vec<Text> {
    let mut steps = network_steps(net);
    steps.push(
        Text::new(
            "exercise.step.or-wildcard",
            format!(
                "{} OR {} = {}: the host bits become one.",
                net.network(),
                net.hostmask(),
                net.broadcast()
            ),
        )
        .arg("network", net.network())
        .arg("wildcard", net.hostmask())
        .arg("broadcast", net.broadcast()),
    );
    steps
}

/// RFC 3021: in a /31 both addresses are hosts'; a /32 is one host.
pub(super) fn first_host(net: Ipv4Net) -> Ipv4Addr {
    let network = u32::from(net.network());
    Ipv4Addr::from(if net.prefix_len() < 31 { network + 1 } else { network })
}

/// See [`first_host`].
pub(super) fn last_host(net: Ipv4Net) -> Ipv4Addr {
    let broadcast = u32::from(net.broadcast());
    Ipv4Addr::from(if net.prefix_len() < 31 { broadcast - 1 } else { broadcast })
}

pub(super) fn first_host_steps(net: Ipv4Net) -> Vec<Text> {
    let mut steps = network_steps(net);
    steps.push(point_to_point(net).unwrap_or_else(|| {
        Text::new(
            "exercise.step.after-network",
            format!("The first host comes right after the network number: {}.", first_host(net)),
        )
        .arg("first", first_host(net))
    }));
    steps
}

pub(super) fn last_host_steps(net: Ipv4Net) -> Vec<Text> {
    let mut steps = broadcast_steps(net);
    steps.push(point_to_point(net).unwrap_or_else(|| {
        Text::new(
            "exercise.step.before-broadcast",
            format!("The last host comes right before the broadcast address: {}.", last_host(net)),
        )
        .arg("last", last_host(net))
    }));
    steps
}

fn point_to_point(net: Ipv4Net) -> Option<Text> {
    (net.prefix_len() >= 31).then(|| {
        Text::new(
            "exercise.step.point-to-point",
            format!("A /31 has no network number and no broadcast address (RFC 3021): its two addresses, {} and {}, are both hosts'.", first_host(net), last_host(net)),
        )
        .arg("first", first_host(net))
        .arg("last", last_host(net))
    })
}

/// Usable hosts; RFC 3021 for /31, one for /32.
pub(super) fn host_count(prefix: u8) -> u64 {
    match 32_u32.saturating_sub(u32::from(prefix)) {
        0 => 1,
        1 => 2,
        bits => (1 << bits) - 2,
    }
}

pub(super) fn host_count_steps(prefix: u8) -> Vec<Text> {
    let bits = 32_u32.saturating_sub(u32::from(prefix));
    let all = 1_u64 << bits;
    let last = if prefix >= 31 {
        Text::new("exercise.step.all-hosts", format!("A /31 loses none of them (RFC 3021): {all} hosts."))
            .arg("hosts", all)
    } else {
        Text::new(
            "exercise.step.minus-two",
            format!(
                "The network number and the broadcast address are no hosts': {all} - 2 = {}.",
                host_count(prefix)
            ),
        )
        .arg("all", all)
        .arg("hosts", host_count(prefix))
    };
    vec![
        Text::new(
            "exercise.step.host-bits",
            format!("32 - {prefix} = {bits} bits are left for hosts: 2^{bits} = {all} addresses."),
        )
        .arg("prefix", prefix)
        .arg("bits", bits)
        .arg("all", all),
        last,
    ]
}

/// The longest prefix with room for so many hosts; /31 counts, as in RFC 3021.
pub(super) fn prefix_for_hosts(hosts: u64) -> u8 {
    (0..=32).rev().find(|prefix| host_count(*prefix) >= hosts).unwrap_or(0)
}

pub(super) fn prefix_for_hosts_steps(hosts: u64) -> Vec<Text> {
    let prefix = prefix_for_hosts(hosts);
    let longer = (prefix + 1).min(32);
    vec![
        Text::new(
            "exercise.step.too-small",
            format!("A /{longer} is too small: it has room for {} hosts.", host_count(longer)),
        )
        .arg("prefix", longer)
        .arg("hosts", host_count(longer)),
        Text::new(
            "exercise.step.large-enough",
            format!(
                "A /{prefix} has room for {} hosts, and {hosts} is no more than that.",
                host_count(prefix)
            ),
        )
        .arg("prefix", prefix)
        .arg("hosts", host_count(prefix))
        .arg("wanted", hosts),
    ]
}

pub(super) fn same_network_steps(net: Ipv4Net, other: Ipv4Addr) -> Vec<Text> {
    let mask = u32::from(net.netmask());
    let others = Ipv4Addr::from(u32::from(other) & mask);
    let and = |who: &str, address: Ipv4Addr, network: Ipv4Addr| {
        Text::new(
            format!("exercise.step.and-{who}"),
            format!("Host {}: {address} AND {} = {network}.", who.to_uppercase(), net.netmask()),
        )
        .arg("address", address)
        .arg("mask", net.netmask())
        .arg("network", network)
    };
    let last = if net.contains(&other) {
        Text::new("exercise.step.same", "The same network number: they can talk without a router.")
    } else {
        Text::new("exercise.step.different", "Different network numbers: they need a router between them.")
    };
    vec![block(net), and("a", net.addr(), net.network()), and("b", other, others), last]
}
