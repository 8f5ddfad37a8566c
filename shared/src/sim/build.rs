//! A network at time zero, from its scenario: machines, cables, and which cables are one collision domain.

use std::{collections::BTreeMap, net::Ipv4Addr, sync::Arc};

use super::{
    Host, Switch,
    cloud::Cloud,
    hub::Domain,
    link::Link,
    machine::Machine,
    rng::Rng,
    scenario::{self, HostSpec, LinkSpec, Port, Scenario, ScenarioError},
};

/// The parts of a network.
pub(super) struct Network {
    pub(super) machines: Vec<Machine>,
    pub(super) links: Vec<Link>,
    /// The cable at each port that has one, and which side of it.
    pub(super) plugged: BTreeMap<Port, (usize, usize)>,
    pub(super) domains: Vec<Domain>,
    /// Of which domain each link is a part.
    pub(super) domain_of: Vec<Option<usize>>,
}

impl Network {
    /// Builds what a scenario says that has been checked.
    pub(super) fn new(scenario: &Scenario, seed: u64) -> Result<Self, ScenarioError> {
        // In the order of `Scenario::devices`.
        let hosts = scenario.hosts.iter().map(|spec| (spec, false));
        let hosts = hosts.chain(scenario.routers.iter().map(|spec| (spec, true)));
        let names: Names = names(scenario).collect();
        let mut machines: Vec<Machine> = hosts
            .enumerate()
            .filter_map(|(number, spec)| host(scenario, number, spec, seed, Arc::clone(&names)))
            .collect();
        machines.extend(scenario.switches.iter().map(|spec| Machine::Switch(Switch::new(spec))));
        machines.extend(scenario.hubs.iter().map(|spec| Machine::Hub(spec.name.clone())));
        machines.extend(scenario.clouds.iter().map(|spec| Machine::Cloud(Box::new(Cloud::new(spec, seed)))));

        let wiring = scenario::wiring(scenario)?;
        let mut plugged = BTreeMap::new();
        for (link, ends) in wiring.iter().enumerate() {
            for (side, end) in ends.iter().enumerate() {
                plugged.insert(*end, (link, side));
            }
        }
        let (domains, domain_of) = domains(scenario, &machines, &wiring, seed);
        let links = scenario.links.iter().zip(&wiring).zip(&domain_of).map(|((spec, ends), domain)| {
            let mut spec = spec.clone();
            if domain.is_some() {
                spec.bandwidth_kbps = kbps(scenario, &machines, *ends);
            }
            Link::new(spec, *ends, seed)
        });
        Ok(Self { links: links.collect(), machines, plugged, domains, domain_of })
    }
}

/// The names by which all machines know each other.
type Names = Arc<[(String, Ipv4Addr)]>;

fn names(scenario: &Scenario) -> impl Iterator<Item = (String, Ipv4Addr)> {
    let cards = |spec: &HostSpec| -> Vec<_> { spec.interfaces().flat_map(|card| card.addresses).collect() };
    let all = scenario.hosts.iter().chain(&scenario.routers);
    all.flat_map(move |spec| cards(spec).into_iter().map(|own| (spec.name.clone(), own.addr())))
}

fn host(
    scenario: &Scenario,
    number: usize,
    (spec, forwarding): (&HostSpec, bool),
    seed: u64,
    names: Names,
) -> Option<Machine> {
    let key = Rng::stream(seed, &format!("host/{}/isn", spec.name)).number();
    let mut host = Host::new(spec, number, key, (scenario.detail, forwarding))?;
    host.set_names(names);
    Some(Machine::Host(Box::new(host)))
}

/// The speed of the hub at one of these ends.
fn kbps(scenario: &Scenario, machines: &[Machine], ends: [Port; 2]) -> u64 {
    let names = ends.into_iter().filter_map(|(machine, _)| Some(machines.get(machine)?.name()));
    let mut hubs = names.filter_map(|name| scenario.hubs.iter().find(|hub| hub.name == name));
    hubs.next().map_or(0, |hub| hub.kbps)
}

/// Hubs that are cabled to each other are one domain, with all the cables at them.
fn domains(
    scenario: &Scenario,
    machines: &[Machine],
    wiring: &[[Port; 2]],
    seed: u64,
) -> (Vec<Domain>, Vec<Option<usize>>) {
    let is_hub = |machine: usize| machines.get(machine).is_some_and(Machine::is_hub);
    // Each hub's domain is named by the lowest hub that can be reached from it.
    let mut leader: BTreeMap<usize, usize> =
        (0..machines.len()).filter(|it| is_hub(*it)).map(|it| (it, it)).collect();
    for _ in 0..leader.len() {
        for [(first, _), (second, _)] in wiring {
            if let (Some(one), Some(other)) = (leader.get(first).copied(), leader.get(second).copied()) {
                leader.insert(*first, one.min(other));
                leader.insert(*second, one.min(other));
            }
        }
    }
    let of_link =
        |[(first, _), (second, _)]: &[Port; 2]| leader.get(first).or_else(|| leader.get(second)).copied();
    let mut domains = Vec::new();
    let mut domain_of = vec![None; wiring.len()];
    let leaders: Vec<usize> =
        leader.iter().filter(|(hub, first)| hub == first).map(|(hub, _)| *hub).collect();
    for first in leaders {
        let (mut stations, mut between, mut longest, mut speed) = (Vec::new(), 0, [0; 2], 0);
        for (link, (ends, spec)) in wiring.iter().zip(&scenario.links).enumerate() {
            if of_link(ends) != Some(first) {
                continue;
            }
            if let Some(slot) = domain_of.get_mut(link) {
                *slot = Some(domains.len());
            }
            speed = kbps(scenario, machines, *ends);
            let outside = ends.iter().position(|(machine, _)| !is_hub(*machine));
            match outside {
                Some(side) => {
                    stations.push((link, side));
                    keep_longest(&mut longest, spec);
                }
                None => between += spec.delay(),
            }
        }
        let name = machines.get(first).map_or("", Machine::name);
        let delay = longest.iter().sum::<u64>() + between;
        domains.push(Domain::new(name, speed, delay, stations, seed));
    }
    (domains, domain_of)
}

/// The delays of the two longest cables.
fn keep_longest(longest: &mut [u64; 2], spec: &LinkSpec) {
    let [first, second] = longest;
    let delay = spec.delay();
    if delay > *first {
        (*first, *second) = (delay, *first);
    } else {
        *second = delay.max(*second);
    }
}
