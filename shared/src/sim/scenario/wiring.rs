//! Which port of which machine each cable is plugged into.

use std::collections::BTreeSet;

use super::{Place, Problem, Scenario, ScenarioError, device::Device};

/// A machine and a port of it, both by number: of [`Scenario::devices`], and counted from 0.
pub(in crate::sim) type Port = (usize, usize);

/// The machine that an end of a cable names: `S1` of `S1:3`.
pub(in crate::sim) fn machine_of(end: &str) -> &str {
    end.split_once(':').map_or(end, |(machine, _)| machine)
}

/// The ports that each cable joins. `S1:3` is that port, `S1` the first that no cable asks for by name and none has yet.
pub(in crate::sim) fn wiring(scenario: &Scenario) -> Result<Vec<[Port; 2]>, ScenarioError> {
    let devices: Vec<Device<'_>> = scenario.devices().collect();
    let mut taken: BTreeSet<Port> = BTreeSet::new();
    // First what is asked for by name, so that nobody is given it by accident.
    let mut named = Vec::new();
    for (number, link) in scenario.links.iter().enumerate() {
        for (side, end) in link.ends.iter().enumerate() {
            let place = Place::default().key("link").number(number).key("ends").number(side);
            let device = find(&devices, machine_of(end)).ok_or_else(|| unknown(&devices, end, &place))?;
            let port = end.split_once(':').map(|(_, port)| port);
            named.push((
                device,
                port.map(|port| by_name(&devices, device, port, &place)).transpose()?,
                place,
            ));
        }
    }
    for (device, port, place) in &named {
        if let Some(port) = port
            && !taken.insert((*device, *port))
        {
            let (machine, port) = name(&devices, (*device, *port));
            return Err(place.clone().says(Problem::PortTaken { machine, port }));
        }
    }
    let mut ends = Vec::new();
    for (device, port, place) in named {
        let ports = devices.get(device).map_or(0, |device| device.ports.len());
        let free = || (0..ports).find(|port| !taken.contains(&(device, *port)));
        let Some(port) = port.or_else(free) else {
            let (machine, _) = name(&devices, (device, 0));
            return Err(place.says(Problem::NoFreePort { machine, ports }));
        };
        taken.insert((device, port));
        ends.push((device, port));
    }
    Ok(ends.chunks_exact(2).filter_map(|pair| pair.first_chunk().copied()).collect())
}

fn find(devices: &[Device<'_>], name: &str) -> Option<usize> {
    devices.iter().position(|device| device.name == name)
}

fn by_name(devices: &[Device<'_>], device: usize, port: &str, place: &Place) -> Result<usize, ScenarioError> {
    let ports = devices.get(device).map(|device| device.ports.as_slice()).unwrap_or_default();
    ports.iter().position(|known| known == port).ok_or_else(|| {
        let known = match ports {
            [first, .., last] if first.parse::<u16>().is_ok() => format!("{first} to {last}"),
            _ => ports.join(", "),
        };
        let (machine, port) = (name(devices, (device, 0)).0, port.to_owned());
        place.clone().says(Problem::UnknownPort { machine, port, known })
    })
}

fn name(devices: &[Device<'_>], (device, port): Port) -> (String, String) {
    let device = devices.get(device);
    let port = device.and_then(|device| device.ports.get(port)).cloned().unwrap_or_default();
    (device.map(|device| device.name.to_owned()).unwrap_or_default(), port)
}

fn unknown(devices: &[Device<'_>], end: &str, place: &Place) -> ScenarioError {
    let known: Vec<&str> = devices.iter().map(|device| device.name).collect();
    place.clone().says(Problem::UnknownMachine { name: machine_of(end).to_owned(), known: known.join(", ") })
}
