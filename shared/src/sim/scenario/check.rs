//! Whether what a scenario says goes together.

use std::{collections::BTreeSet, net::Ipv4Addr};

use super::{
    Action, DeviceKind, HostSpec, LinkSpec, Place, Problem, Rule, RuleAction, Scenario, ScenarioError,
    Scripted, Verb,
    check_device::{cloud, hub, switch},
    check_host::{Taken, host},
    goals,
    wiring::{machine_of, wiring},
};
use crate::{sim::rng::MILLION, trace::filter::Filter};

pub(super) type Checked = Result<(), ScenarioError>;

/// A scenario comes from a stranger: these keep it from filling the memory.
const MOST_HOSTS: u64 = 256;
const MOST_ACTIONS: u64 = 10_000;
const MOST_BYTES: u64 = 64 << 20;
/// That all actions together send.
const MOST_BYTES_IN_ALL: u64 = 4 * MOST_BYTES;
/// A datagram may be so large that a socket refuses it: 65,507 bytes are the most that IPv4 carries.
const MOST_DATAGRAM: u64 = 70_000;
/// That a line on a terminal has.
const MOST_CHARACTERS: u64 = 4096;
/// A day.
pub(super) const MOST_MS: u64 = 24 * 3600 * 1000;

pub(super) fn check(scenario: &Scenario) -> Checked {
    let top = Place::default();
    range(scenario.limit_ms, 1, MOST_MS, &top.key("limit_ms"))?;
    range(scenario.limit_steps, 1, 1_000_000_000, &top.key("limit_steps"))?;
    range(u64::from(scenario.limit_trace_mb), 1, 65_536, &top.key("limit_trace_mb"))?;
    if scenario.hosts.is_empty() && scenario.routers.is_empty() {
        return Err(top.says(Problem::NoHosts));
    }
    for (count, key) in [
        (scenario.hosts.len(), "host"),
        (scenario.routers.len(), "router"),
        (scenario.switches.len(), "switch"),
        (scenario.hubs.len(), "hub"),
        (scenario.clouds.len(), "cloud"),
    ] {
        range(count as u64, 0, MOST_HOSTS, &top.key(key))?;
    }
    machines(scenario)?;
    links(scenario)?;
    range(scenario.actions.len() as u64, 0, MOST_ACTIONS, &top.key("action"))?;
    for (number, scripted) in scenario.actions.iter().enumerate() {
        timed(scenario, scripted, &top.key("action").number(number))?;
    }
    goals::check(scenario)?;
    bytes(scenario, std::iter::empty())
}

fn machines(scenario: &Scenario) -> Checked {
    let mut taken = Taken::default();
    let (hosts, routers) = (&scenario.hosts, &scenario.routers);
    let machines = hosts.iter().enumerate().map(|(number, spec)| ("host", number, spec));
    let machines = machines.chain(routers.iter().enumerate().map(|(number, spec)| ("router", number, spec)));
    for (number, (key, place, spec)) in machines.enumerate() {
        let place = Place::default().key(key).number(place);
        host(spec, number, &mut taken, &place)?;
        for (given, field) in [(spec.nat.is_some(), "nat"), (spec.rip.is_some(), "rip")] {
            if given && key == "host" {
                return Err(place.key(field).says(Problem::OnlyRouters(field)));
            }
        }
    }
    for (number, spec) in scenario.switches.iter().enumerate() {
        switch(spec, &Place::default().key("switch").number(number))?;
    }
    for (number, spec) in scenario.hubs.iter().enumerate() {
        hub(spec, &Place::default().key("hub").number(number))?;
    }
    for (number, spec) in scenario.clouds.iter().enumerate() {
        cloud(spec, &Place::default().key("cloud").number(number))?;
    }
    let mut names = BTreeSet::new();
    let mut numbers = [0; 5];
    for device in scenario.devices() {
        let (key, count) = match (device.kind, &mut numbers) {
            (DeviceKind::Host, [count, ..]) => ("host", count),
            (DeviceKind::Router, [_, count, ..]) => ("router", count),
            (DeviceKind::Switch, [_, _, count, ..]) => ("switch", count),
            (DeviceKind::Hub, [.., count, _]) => ("hub", count),
            (DeviceKind::Cloud, [.., count]) => ("cloud", count),
        };
        if !names.insert(device.name) {
            let place = Place::default().key(key).number(*count).key("name");
            return Err(place.says(Problem::DuplicateName(device.name.to_owned())));
        }
        *count += 1;
    }
    Ok(())
}

/// Whether the script and what a learner does besides send no more than the memory should hold.
pub(in crate::sim) fn bytes<'a>(scenario: &'a Scenario, more: impl Iterator<Item = &'a Action>) -> Checked {
    let mut sum = 0_u64;
    for (number, action) in scenario.actions.iter().map(|scripted| &scripted.action).chain(more).enumerate() {
        let (Verb::Send { bytes, text } | Verb::UdpSend { bytes, text, .. }) = &action.verb else { continue };
        sum += bytes.map_or(0, u64::from) + text.as_ref().map_or(0, |text| text.len() as u64);
        if sum > MOST_BYTES_IN_ALL {
            let problem = Problem::TooMuch { sum, most: MOST_BYTES_IN_ALL };
            return Err(Place::default().key("action").number(number).key("bytes").says(problem));
        }
    }
    Ok(())
}

fn links(scenario: &Scenario) -> Checked {
    let mut names = BTreeSet::new();
    for (number, spec) in scenario.links.iter().enumerate() {
        let place = Place::default().key("link").number(number);
        name(&spec.name, &place.key("name"))?;
        if !names.insert(&spec.name) {
            return Err(place.key("name").says(Problem::DuplicateName(spec.name.clone())));
        }
        let [first, second] = &spec.ends;
        if machine_of(first) == machine_of(second) {
            let machine = machine_of(second).to_owned();
            return Err(place.key("ends").number(1).says(Problem::SelfLink(machine)));
        }
        link(spec, &place)?;
    }
    wiring(scenario).map(|_| ())
}

fn link(spec: &LinkSpec, place: &Place) -> Checked {
    range(spec.delay_ms, 0, MOST_MS, &place.key("delay_ms"))?;
    range(spec.delay_us, 0, MOST_MS * 1000, &place.key("delay_us"))?;
    range(spec.bandwidth_kbps, 0, 1_000_000_000, &place.key("bandwidth_kbps"))?;
    range(u64::from(spec.queue), 0, 1_000_000, &place.key("queue"))?;
    range(spec.reorder_ms, 0, MOST_MS, &place.key("reorder_ms"))?;
    for (ppm, key) in [
        (spec.loss_ppm, "loss_ppm"),
        (spec.duplicate_ppm, "duplicate_ppm"),
        (spec.reorder_ppm, "reorder_ppm"),
        (spec.corrupt_ppm, "corrupt_ppm"),
    ] {
        range(u64::from(ppm), 0, u64::from(MILLION), &place.key(key))?;
    }
    for (number, one) in spec.rules.iter().enumerate() {
        rule(spec, one, &place.key("rule").number(number))?;
    }
    Ok(())
}

fn rule(link: &LinkSpec, rule: &Rule, place: &Place) -> Checked {
    if !link.ends.iter().any(|end| machine_of(end) == rule.from) {
        return Err(place.key("from").says(Problem::NotAtLink(rule.from.clone())));
    }
    if let Err(error) = rule.filter.parse::<Filter>() {
        return Err(place.key("match").says(Problem::Filter(error)));
    }
    if rule.nth.is_some() && rule.first.is_some() {
        return Err(place.key("first").says(Problem::NthAndFirst));
    }
    for (count, key) in [(rule.nth, "nth"), (rule.first, "first")] {
        if let Some(count) = count {
            range(u64::from(count), 1, u64::from(u32::MAX), &place.key(key))?;
        }
    }
    if (rule.action == RuleAction::Delay) != (rule.delay_ms > 0) {
        return Err(place.key("delay_ms").says(Problem::RuleDelay));
    }
    range(rule.delay_ms, 0, MOST_MS, &place.key("delay_ms"))
}

fn timed(scenario: &Scenario, scripted: &Scripted, place: &Place) -> Checked {
    range(scripted.at_ms, 0, MOST_MS, &place.key("at_ms"))?;
    range(scripted.after_ms, 0, MOST_MS, &place.key("after_ms"))?;
    match scripted.on {
        Some(_) if scripted.at_ms > 0 => return Err(place.key("at_ms").says(Problem::AtAndOn)),
        Some(_) if scripted.action.host.is_none() => {
            return Err(place.key("on").says(Problem::ConditionNeedsHost));
        }
        None if scripted.after_ms > 0 => return Err(place.key("after_ms").says(Problem::AfterWithoutOn)),
        _ => {}
    }
    // A condition for something done to a link names the machine whose socket it is about.
    let mut what = scripted.action.clone();
    if what.verb.is_for_link() && scripted.on.is_some() {
        if let Some(host) = what.host.take() {
            known_host(scenario, &host, &place.key("host"))?;
        }
        what.socket = None;
    }
    action(scenario, &what, place)
}

pub(super) fn action(scenario: &Scenario, action: &Action, place: &Place) -> Checked {
    let verb = action.verb.name();
    let meaningless = |field| Err(place.key(field).says(Problem::Meaningless { field, verb }));
    if action.verb.is_for_link() {
        match (&action.link, &action.host, &action.socket) {
            (None, ..) => return Err(place.key("do").says(Problem::LinkNeeded(verb))),
            (_, Some(_), _) => return meaningless("host"),
            (_, _, Some(_)) => return meaningless("socket"),
            (Some(name), None, None) => {
                let Some(link) = scenario.links.iter().find(|link| link.name == *name) else {
                    let known = list(scenario.links.iter().map(|link| &link.name));
                    return Err(place.key("link").says(Problem::UnknownLink { name: name.clone(), known }));
                };
                if let Verb::AddRule { rule: one } = &action.verb {
                    rule(link, one, &place.key("rule"))?;
                }
                return Ok(());
            }
        }
    }
    if action.link.is_some() {
        return meaningless("link");
    }
    let Some(host) = &action.host else { return Err(place.key("do").says(Problem::HostNeeded(verb))) };
    known_host(scenario, host, &place.key("host"))?;
    if let Some(socket) = &action.socket {
        name(socket, &place.key("socket"))?;
    }
    arguments(scenario, host, &action.verb, place)
}

fn arguments(scenario: &Scenario, host: &str, verb: &Verb, place: &Place) -> Checked {
    let port = |port: u16| range(u64::from(port), 1, 65_535, &place.key("port"));
    let to = |to: &str| match scenario.resolve(to) {
        Some(_) => Ok(()),
        None => Err(place.key("to").says(Problem::BadTo(to.to_owned()))),
    };
    let what = |bytes: Option<u32>, text: &Option<String>, most: u64| match (bytes, text) {
        (Some(bytes), None) => range(u64::from(bytes), 1, most, &place.key("bytes")),
        (None, Some(text)) => range(text.len() as u64, 1, most, &place.key("text")),
        _ => Err(place.key("do").says(Problem::BytesOrText)),
    };
    match verb {
        Verb::Listen { port: local, backlog, .. } => {
            port(*local)?;
            range(u64::from(*backlog), 0, 65_535, &place.key("backlog"))
        }
        Verb::Connect { to: peer, port: local, .. } => {
            local.map_or(Ok(()), port)?;
            to(peer)
        }
        Verb::Send { bytes, text } => what(*bytes, text, MOST_BYTES),
        Verb::Recv { bytes: Some(bytes) } => range(u64::from(*bytes), 1, MOST_BYTES, &place.key("bytes")),
        Verb::UdpBind { address, .. } => match address {
            Some(address) if !own(scenario, host, *address) => {
                Err(place.key("address").says(Problem::NotOwnAddress(*address)))
            }
            _ => Ok(()),
        },
        Verb::UdpConnect { to: peer } => to(peer),
        Verb::UdpSend { to: peer, bytes, text, .. } => {
            to(peer)?;
            what(*bytes, text, MOST_DATAGRAM)
        }
        Verb::Join { group, interface } | Verb::Leave { group, interface } => {
            if !group.is_multicast() {
                return Err(place.key("group").says(Problem::BadGroup(*group)));
            }
            interface.as_ref().map_or(Ok(()), |name| known_interface(scenario, host, name, place))
        }
        Verb::Command { line } => range(line.chars().count() as u64, 0, MOST_CHARACTERS, &place.key("line")),
        Verb::Interrupt => Ok(()),
        Verb::Ping { to } => match scenario.resolve_host(to) {
            Some(_) => Ok(()),
            None => Err(place.key("to").says(Problem::BadMachine(to.clone()))),
        },
        Verb::Recv { bytes: None } | Verb::Shutdown | Verb::Close | Verb::Abort => Ok(()),
        Verb::Cut | Verb::Restore | Verb::AddRule { .. } => Ok(()),
    }
}

fn own(scenario: &Scenario, host: &str, address: Ipv4Addr) -> bool {
    let mut cards = scenario.host(host).into_iter().flat_map(HostSpec::interfaces);
    // What a lease gives is not known before.
    cards.any(|card| card.addresses.is_empty() || card.addresses.iter().any(|own| own.addr() == address))
}

fn known_interface(scenario: &Scenario, host: &str, name: &str, place: &Place) -> Checked {
    let mut cards = scenario.host(host).into_iter().flat_map(HostSpec::interfaces);
    if cards.any(|card| card.name == name) {
        return Ok(());
    }
    Err(place.key("interface").says(Problem::UnknownInterface(name.to_owned())))
}

fn known_host(scenario: &Scenario, name: &str, place: &Place) -> Checked {
    if scenario.host(name).is_some() {
        return Ok(());
    }
    let known = list(scenario.hosts.iter().chain(&scenario.routers).map(|host| &host.name));
    Err(place.clone().says(Problem::UnknownHost { name: name.to_owned(), known }))
}

fn list<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<&str> = names.map(String::as_str).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

pub(super) fn name(name: &str, place: &Place) -> Checked {
    let fits = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    if (1..=32).contains(&name.chars().count()) && name.chars().all(fits) {
        return Ok(());
    }
    Err(place.clone().says(Problem::BadName(name.to_owned())))
}

pub(super) fn range(value: u64, least: u64, most: u64, place: &Place) -> Checked {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(place.clone().says(Problem::Range { value, least, most }))
}
