//! Whether what a scenario says of a machine goes together.

use std::{collections::BTreeSet, net::Ipv4Addr};

use ipnet::Ipv4Net;

use super::{
    HostSpec, NatSpec, Place, Problem, RipSpec, RouteSpec,
    check::{Checked, MOST_MS, name, range},
    host::Card,
};

use crate::nat::{self, Forward, Nat};

/// What keeps a stranger's scenario from filling the memory.
const MOST_INTERFACES: u64 = 64;
const MOST_ADDRESSES: u64 = 16;
const MOST_ROUTES: u64 = 1000;
/// RFC 791 §3.2: every network carries 68 octets; jumbo frames carry about 9000.
const LEAST_MTU: u64 = 68;
const MOST_MTU: u64 = 9000;

/// What the machines have together.
#[derive(Default)]
pub(super) struct Taken {
    addresses: BTreeSet<Ipv4Addr>,
    macs: BTreeSet<[u8; 6]>,
}

pub(super) fn host(spec: &HostSpec, number: usize, taken: &mut Taken, place: &Place) -> Checked {
    name(&spec.name, &place.key("name"))?;
    form(spec, place)?;
    let cards: Vec<Card<'_>> = spec.interfaces().collect();
    let mut names = BTreeSet::new();
    for (port, card) in cards.iter().enumerate() {
        let place = if spec.cards.is_empty() { place.clone() } else { place.key("interface").number(port) };
        if !names.insert(card.name.as_str()) {
            return Err(place.key("name").says(Problem::DuplicateName(card.name.clone())));
        }
        interface(card, taken, &place)?;
    }
    macs(spec, number, taken, place)?;
    range(spec.routes.len() as u64, 0, MOST_ROUTES, &place.key("route"))?;
    if let Some(gateway) = spec.gateway {
        near(&cards, gateway, &place.key("gateway"))?;
    }
    for (number, one) in spec.routes.iter().enumerate() {
        route(&cards, one, &place.key("route").number(number))?;
    }
    if let Some(nat) = &spec.nat {
        translation(nat, &cards, &place.key("nat"))?;
    }
    if let Some(rip) = &spec.rip {
        routing(rip, &cards, &place.key("rip"))?;
    }
    tcp(spec, &place.key("tcp"))
}

fn translation(nat: &NatSpec, cards: &[Card<'_>], place: &Place) -> Checked {
    let Some(outside) = cards.iter().find(|card| card.name == nat.outside) else {
        return Err(place.key("outside").says(Problem::UnknownInterface(nat.outside.clone())));
    };
    let Some(address) = outside.addresses.first() else {
        return Err(place.key("outside").says(Problem::NatNeedsAddress(nat.outside.clone())));
    };
    let mut translator = Nat::new(nat::Config::new(address.addr()), 0);
    for (number, one) in nat.forwards.iter().enumerate() {
        let forward = Forward { protocol: one.protocol.into(), port: one.port, to: one.to };
        if let Err(error) = translator.forward(forward) {
            return Err(place.key("forward").number(number).says(Problem::Forward(error)));
        }
    }
    Ok(())
}

fn routing(rip: &RipSpec, cards: &[Card<'_>], place: &Place) -> Checked {
    for (number, name) in rip.passive.iter().enumerate() {
        if !cards.iter().any(|card| card.name == *name) {
            return Err(place.key("passive").number(number).says(Problem::UnknownInterface(name.clone())));
        }
    }
    range(rip.update_s, 1, 3600, &place.key("update_s"))?;
    range(rip.timeout_s, 1, 86_400, &place.key("timeout_s"))?;
    range(rip.garbage_s, 1, 86_400, &place.key("garbage_s"))
}

/// Either in short or in full.
fn form(spec: &HostSpec, place: &Place) -> Checked {
    let short =
        [("address", spec.address.is_some()), ("mac", spec.mac.is_some()), ("mtu", spec.mtu.is_some())];
    if let Some((field, _)) = short.into_iter().find(|(_, given)| *given && !spec.cards.is_empty()) {
        return Err(place.key(field).says(Problem::ShortAndLong(field)));
    }
    range(spec.cards.len() as u64, 0, MOST_INTERFACES, &place.key("interface"))?;
    for (port, card) in spec.cards.iter().enumerate() {
        let place = place.key("interface").number(port);
        if let Some(own) = &card.name {
            name(own, &place.key("name"))?;
        }
        if card.address.is_some() && !card.addresses.is_empty() {
            return Err(place.key("address").says(Problem::ShortAndLong("address")));
        }
    }
    Ok(())
}

fn interface(card: &Card<'_>, taken: &mut Taken, place: &Place) -> Checked {
    range(card.addresses.len() as u64, 0, MOST_ADDRESSES, &place.key("addresses"))?;
    for address in &card.addresses {
        if !usable(*address) {
            return Err(place.key("address").says(Problem::BadAddress(*address)));
        }
        if !taken.addresses.insert(address.addr()) {
            return Err(place.key("address").says(Problem::DuplicateAddress(address.addr().to_string())));
        }
    }
    range(u64::from(card.mtu), LEAST_MTU, MOST_MTU, &place.key("mtu"))
}

fn macs(spec: &HostSpec, number: usize, taken: &mut Taken, place: &Place) -> Checked {
    let Some(macs) = spec.macs(number) else {
        // Which of them it is, is seen where each stands alone.
        let mut given = spec.mac.iter().chain(spec.cards.iter().filter_map(|card| card.mac.as_ref()));
        let wrong = given.find(|mac| {
            let alone = HostSpec { mac: Some((*mac).clone()), ..HostSpec::without_address("") };
            alone.macs(0).is_none()
        });
        return Err(place.key("mac").says(Problem::BadMac(wrong.cloned().unwrap_or_default())));
    };
    for mac in macs {
        if !taken.macs.insert(mac.0) {
            return Err(place.key("mac").says(Problem::DuplicateAddress(mac.to_string())));
        }
    }
    Ok(())
}

fn route(cards: &[Card<'_>], route: &RouteSpec, place: &Place) -> Checked {
    if let Some(own) = &route.interface
        && !cards.iter().any(|card| card.name == *own)
    {
        return Err(place.key("interface").says(Problem::UnknownInterface(own.clone())));
    }
    match (route.via, &route.interface) {
        (None, None) => Err(place.key("to").says(Problem::RouteNeedsVia)),
        (Some(via), None) => near(cards, via, &place.key("via")),
        _ => Ok(()),
    }
}

/// A router must be on a network of ours, and not ourselves.
fn near(cards: &[Card<'_>], router: Ipv4Addr, place: &Place) -> Checked {
    let mut own = cards.iter().flat_map(|card| &card.addresses);
    let near = own.clone().any(|own| own.contains(&router)) && !own.any(|own| own.addr() == router);
    if near { Ok(()) } else { Err(place.clone().says(Problem::FarRouter(router))) }
}

fn usable(net: Ipv4Net) -> bool {
    let address = net.addr();
    let ends = net.prefix_len() < 31 && (address == net.network() || address == net.broadcast());
    let odd = address.is_unspecified() || address.is_multicast() || address.is_loopback();
    !ends && !odd && address.octets()[0] < 240 && address != Ipv4Addr::BROADCAST
}

fn tcp(spec: &HostSpec, place: &Place) -> Checked {
    let tcp = &spec.tcp;
    let check = |value: Option<u64>, least, most, key| {
        value.map_or(Ok(()), |value| range(value, least, most, &place.key(key)))
    };
    check(tcp.mss.map(u64::from), 64, 1460, "mss")?;
    check(tcp.window.map(u64::from), 1, 1 << 30, "window")?;
    check(tcp.send_buffer.map(u64::from), 1, 1 << 30, "send_buffer")?;
    check(tcp.window_scale.map(u64::from), 0, 14, "window_scale")?;
    check(tcp.delayed_ack_ms, 0, 500, "delayed_ack_ms")?;
    check(tcp.keep_alive_ms, 0, MOST_MS, "keep_alive_ms")?;
    check(tcp.keep_alive_interval_ms, 1, MOST_MS, "keep_alive_interval_ms")?;
    check(tcp.msl_ms, 1, MOST_MS, "msl_ms")?;
    check(tcp.initial_rto_ms, 1, MOST_MS, "initial_rto_ms")?;
    check(tcp.min_rto_ms, 1, MOST_MS, "min_rto_ms")?;
    check(tcp.max_rto_ms, 1, MOST_MS, "max_rto_ms")?;
    check(tcp.syn_retries.map(u64::from), 0, 255, "syn_retries")?;
    check(tcp.retries.map(u64::from), 0, 255, "retries")?;
    check(tcp.initial_window_segments.map(u64::from), 1, 1000, "initial_window_segments")
}

#[cfg(all(test, feature = "scenario-files"))]
mod tests {
    use crate::sim::Scenario;

    fn said(machine: &str) -> String {
        match Scenario::parse(&format!("[[host]]\nname = \"a\"\n{machine}")) {
            Ok(_) => "fine".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_machine_in_short_and_at_length() {
        for machine in [
            "",
            "address = \"10.0.0.1/24\"\ngateway = \"10.0.0.254\"\nmtu = 576\nat = [3, -4]",
            "[[host.interface]]\n[[host.interface]]\naddresses = [\"10.0.0.1/24\", \"10.0.1.1/24\"]",
            "[[host.interface]]\nname = \"lan\"\n[[host.route]]\nto = \"10.0.0.0/8\"\ninterface = \"lan\"\nmetric = 7",
            "address = \"10.0.0.1/24\"\n[[host.route]]\nto = \"default\"\nvia = \"10.0.0.2\"",
        ] {
            assert_eq!(said(machine), "fine", "{machine}");
        }
    }

    #[test]
    fn what_does_not_go_together_is_said_with_its_line() {
        for (machine, line, problem) in [
            ("address = \"10.0.0.1/24\"\n[[host.interface]]", 3, "`address` says in short"),
            (
                "[[host.interface]]\naddress = \"10.0.0.1/24\"\naddresses = [\"10.0.0.2/24\"]",
                4,
                "`address` says in short",
            ),
            ("[[host.interface]]\nname = \"eth1\"\n[[host.interface]]", 5, "there is a second `eth1`"),
            ("[[host.interface]]\nmac = \"01:00:00:00:00:01\"", 1, "`01:00:00:00:00:01` is no MAC address"),
            (
                "address = \"10.0.0.1/24\"\ngateway = \"10.0.1.1\"",
                4,
                "10.0.1.1 cannot be this machine's next router",
            ),
            (
                "address = \"10.0.0.1/24\"\ngateway = \"10.0.0.1\"",
                4,
                "10.0.0.1 cannot be this machine's next router",
            ),
            ("address = \"10.0.0.1/24\"\nmtu = 67", 4, "67 is out of range: 68 to 9000"),
            ("[[host.route]]\nto = \"10.0.0.0/8\"", 4, "a route needs `via"),
            (
                "[[host.route]]\nto = \"10.0.0.0/8\"\ninterface = \"eth1\"",
                5,
                "this machine has no interface `eth1`",
            ),
            ("[[host.route]]\nto = \"10.0.0.1/8\"\nvia = \"10.0.0.2\"", 4, "10.0.0.1/8"),
        ] {
            let said = said(machine);
            assert!(said.contains(problem), "{said}\n{machine}");
            assert!(said.starts_with(&format!("line {line}: ")) || line == 1, "{said}\n{machine}");
        }
    }
}
