//! What there is to draw: devices and cables, whatever they do.

use firsthop_protocol::sim::Scenario;
use toml::{Table, Value};

/// What sort of device it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A computer.
    Host,
    /// Forwards packets between networks.
    Router,
    /// Forwards frames by their MAC addresses.
    Switch,
    /// Repeats every frame to everyone.
    Hub,
    /// A network of others, of which only delay and loss are known.
    Cloud,
}

impl Kind {
    /// All of them, in the order in which a catalogue names them.
    pub const ALL: [Self; 5] = [Self::Host, Self::Router, Self::Switch, Self::Hub, Self::Cloud];

    /// A name for hooks and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Router => "router",
            Self::Switch => "switch",
            Self::Hub => "hub",
            Self::Cloud => "cloud",
        }
    }
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is called.
    pub name: String,
    /// What sort it is.
    pub kind: Kind,
    /// Where its scenario wants it to stand.
    pub place: Option<(i32, i32)>,
    /// Its addresses with their prefixes.
    pub addresses: Vec<String>,
}

impl Node {
    fn read(kind: Kind, device: &Table) -> Self {
        let array =
            |table: &Table, key: &str| table.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        let cards = array(device, "interface");
        let mut addresses = Vec::new();
        for card in [Some(device)].into_iter().chain(cards.iter().map(Value::as_table)).flatten() {
            let several = array(card, "addresses");
            let all = card.get("address").into_iter().chain(&several);
            addresses.extend(all.filter_map(Value::as_str).map(str::to_owned));
        }
        let at = array(device, "at");
        let number = |index: usize| i32::try_from(at.get(index)?.as_integer()?).ok();
        let name = device.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        Self { name, kind, place: number(0).zip(number(1)), addresses }
    }
}

/// Where a cable ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The device, by its number.
    pub node: usize,
    /// The port, where the scenario says which.
    pub port: Option<String>,
}

/// A cable between two devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cable {
    /// What it is called.
    pub name: String,
    /// What it connects.
    pub ends: [End; 2],
}

/// Devices and cables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topology {
    /// The devices, in the order of the scenario.
    pub nodes: Vec<Node>,
    /// The cables.
    pub cables: Vec<Cable>,
}

impl Topology {
    /// What a scenario has.
    pub fn of(scenario: &Scenario) -> Self {
        // Through its text, so that every kind of device that a file can have is drawn.
        Self::read(&Table::try_from(scenario).unwrap_or_default())
    }

    /// What the text of a scenario has; what it has wrong is left out.
    pub fn read(scenario: &Table) -> Self {
        let tables = |section: &str| {
            let all = scenario.get(section).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            all.iter().filter_map(Value::as_table)
        };
        let mut topology = Self::default();
        for kind in Kind::ALL {
            topology.nodes.extend(tables(kind.name()).map(|device| Node::read(kind, device)));
        }
        for (number, link) in tables("link").enumerate() {
            let ends = link.get("ends").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let [Some(first), Some(second)] = [0, 1].map(|side| topology.end(ends.get(side)?.as_str()?))
            else {
                continue;
            };
            let name =
                link.get("name").and_then(Value::as_str).map_or_else(|| number.to_string(), str::to_owned);
            topology.cables.push(Cable { name, ends: [first, second] });
        }
        topology
    }

    /// The device of this name, by its number.
    pub fn node(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.name == name)
    }

    /// What `R1` or `R1:eth0` says.
    fn end(&self, said: &str) -> Option<End> {
        if let Some(node) = self.node(said) {
            return Some(End { node, port: None });
        }
        let (name, port) = said.rsplit_once(':')?;
        Some(End { node: self.node(name)?, port: Some(port.to_owned()) })
    }

    /// The devices at the other ends of a device's cables, each with the cable.
    pub fn neighbours(&self, node: usize) -> impl Iterator<Item = (usize, &Cable)> {
        self.cables.iter().filter_map(move |cable| {
            let [first, second] = &cable.ends;
            if first.node == node {
                Some((second.node, cable))
            } else {
                (second.node == node).then_some((first.node, cable))
            }
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A topology from `A-S1 B-S1 S1-R:eth0`; the first letter is the kind: S, R, H(ub), I(nternet), any other a host.
    pub(in crate::views::topology) fn topology(cables: &str) -> Topology {
        let mut topology = Topology::default();
        for said in cables.split_whitespace() {
            let (first, second) = said.split_once('-').unwrap();
            for end in [first, second] {
                let name = end.split(':').next().unwrap();
                if topology.node(name).is_none() {
                    let kind = match name.chars().next() {
                        Some('S') => Kind::Switch,
                        Some('R') => Kind::Router,
                        Some('H') => Kind::Hub,
                        Some('I') => Kind::Cloud,
                        _ => Kind::Host,
                    };
                    let (place, addresses) = (None, Vec::new());
                    topology.nodes.push(Node { name: name.to_owned(), kind, place, addresses });
                }
            }
            let ends = [topology.end(first).unwrap(), topology.end(second).unwrap()];
            topology.cables.push(Cable { name: said.to_owned(), ends });
        }
        topology
    }

    #[test]
    fn a_port_is_no_part_of_the_name() {
        let topology = topology("A-S1:3 S1-R:eth0");
        assert_eq!(topology.cables[1].ends[1], End { node: 2, port: Some("eth0".to_owned()) });
        let around: Vec<_> = topology.neighbours(1).map(|(node, _)| node).collect();
        assert_eq!(around, [0, 2]);
    }

    #[test]
    fn every_scenario_of_the_library_can_be_drawn() {
        for (name, text) in firsthop_protocol::sim::library::ALL {
            let scenario = Scenario::parse(text).unwrap();
            let topology = Topology::of(&scenario);
            assert!(topology.nodes.len() >= 2, "{name}");
            assert_eq!(topology.cables.len(), scenario.links.len(), "{name}");
        }
    }
}
