//! The network that is drawn: the text of a scenario taken apart into devices, cables and everything else, which is kept as
//! it is. So whatever a scenario can say can be drawn, and comes back as it was.

use std::fmt;

use toml::{Table, Value};

use crate::views::topology::{Kind, Topology, places};

/// A device with its settings, `name` and `at` among them.
#[derive(Debug, Clone, PartialEq)]
pub struct Device {
    /// What sort it is.
    pub kind: Kind,
    /// Its settings, as its section of the file has them.
    pub settings: Table,
}

impl Device {
    /// What it is called.
    pub fn name(&self) -> &str {
        text(&self.settings, "name")
    }

    /// Where it stands.
    pub fn at(&self) -> Option<(i32, i32)> {
        let at = self.settings.get("at")?.as_array()?;
        let number = |index: usize| i32::try_from(at.get(index)?.as_integer()?).ok();
        Some((number(0)?, number(1)?))
    }

    pub(super) fn place(&mut self, (x, y): (i32, i32)) {
        self.settings.insert("at".into(), Value::Array(vec![i64::from(x).into(), i64::from(y).into()]));
    }
}

/// A network as it is drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// Everything but devices and cables: title, limits, what happens.
    pub rest: Table,
    /// The devices, by kind as in a file.
    pub devices: Vec<Device>,
    /// The cables, each with its settings.
    pub links: Vec<Table>,
}

/// A text that is no TOML, or has no devices where it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

/// A value of a table that is a text; empty where there is none.
pub(super) fn text<'t>(table: &'t Table, key: &str) -> &'t str {
    table.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The device of an end: `R1` of `R1:eth0`.
pub(super) fn device_of(end: &str) -> &str {
    end.split(':').next().unwrap_or_default()
}

impl Draft {
    /// Takes a scenario's text apart.
    ///
    /// # Errors
    /// It is no TOML, or a section of devices or cables is none.
    pub fn read(source: &str) -> Result<Self, Unreadable> {
        let mut rest: Table = toml::from_str(source).map_err(|error| Unreadable(error.to_string()))?;
        let mut take = |section: &str| match rest.remove(section) {
            None => Ok(Vec::new()),
            Some(Value::Array(tables)) => tables
                .into_iter()
                .map(|value| match value {
                    Value::Table(table) => Ok(table),
                    _ => Err(Unreadable(format!("`{section}`: [[{section}]] would be right"))),
                })
                .collect(),
            Some(_) => Err(Unreadable(format!("`{section}`: [[{section}]] would be right"))),
        };
        let mut devices = Vec::new();
        for kind in Kind::ALL {
            devices.extend(take(kind.name())?.into_iter().map(|settings| Device { kind, settings }));
        }
        let links = take("link")?;
        Ok(Self { rest, devices, links })
    }

    /// The same with a place for every device: those that it has, and the usual ones for the others.
    #[must_use]
    pub fn placed(mut self) -> Self {
        let places = places(&self.topology());
        for (device, (x, y)) in self.devices.iter_mut().zip(places) {
            if device.at().is_none() {
                #[expect(clippy::cast_possible_truncation, reason = "places of a drawing")]
                device.place((x.round() as i32, y.round() as i32));
            }
        }
        self
    }

    /// What there is to draw.
    pub fn topology(&self) -> Topology {
        Topology::read(&self.table())
    }

    /// A device by its name.
    pub fn device(&self, name: &str) -> Option<&Device> {
        self.devices.iter().find(|device| device.name() == name)
    }

    /// A cable by its name.
    pub fn link(&self, name: &str) -> Option<&Table> {
        self.links.iter().find(|link| text(link, "name") == name)
    }

    /// The cables' names, which a scenario may leave out.
    #[must_use]
    pub fn named(mut self) -> Self {
        for at in 0..self.links.len() {
            if self.links.get(at).is_some_and(|link| text(link, "name").is_empty()) {
                let name = self.free_name("cable");
                if let Some(link) = self.links.get_mut(at) {
                    link.insert("name".into(), name.into());
                }
            }
        }
        self
    }

    /// Puts the devices in the order of a file, which has them by kind; so has what is drawn.
    pub(super) fn sort(&mut self) {
        self.devices.sort_by_key(|device| Kind::ALL.iter().position(|kind| *kind == device.kind));
    }

    /// The devices that another network has not.
    pub(super) fn new_since(&self, earlier: &Self) -> impl Iterator<Item = String> {
        let new = |device: &&Device| earlier.device(device.name()).is_none();
        self.devices.iter().filter(new).map(|device| device.name().to_owned())
    }

    /// A name that nothing has yet: `H`, then its number.
    pub(super) fn free_name(&self, stem: &str) -> String {
        let taken = |name: &str| self.device(name).is_some() || self.link(name).is_some();
        (1..).map(|number| format!("{stem}{number}")).find(|name| !taken(name)).unwrap_or_default()
    }

    fn table(&self) -> Table {
        let mut table = self.rest.clone();
        for kind in Kind::ALL {
            let of_kind = self.devices.iter().filter(|device| device.kind == kind);
            let settings: Vec<Value> = of_kind.map(|device| Value::Table(device.settings.clone())).collect();
            if !settings.is_empty() {
                table.insert(kind.name().into(), Value::Array(settings));
            }
        }
        if !self.links.is_empty() {
            let links = self.links.iter().cloned().map(Value::Table).collect();
            table.insert("link".into(), Value::Array(links));
        }
        table
    }
}

impl fmt::Display for Draft {
    /// The text of the scenario.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&toml::to_string(&self.table()).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::sim::{Scenario, library};

    use super::*;

    #[test]
    fn every_scenario_of_the_library_comes_back_as_it_was() {
        for (name, source) in library::ALL {
            let draft = Draft::read(source).unwrap();
            let again = Scenario::parse(&draft.to_string()).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(again, Scenario::parse(source).unwrap(), "{name}");
            assert_eq!(draft.topology(), Topology::of(&again), "{name}");
            let placed = draft.placed().named();
            assert!(placed.devices.iter().all(|device| device.at().is_some()), "{name}");
            assert!(Scenario::parse(&placed.to_string()).is_ok(), "{name}");
        }
    }

    #[test]
    fn all_kinds_are_read_whether_they_can_be_run_or_not() {
        let source = "title = \"x\"\n[[router]]\nname = \"R\"\nat = [3, -4]\n[[router.interface]]\naddress = \"10.0.0.254/24\"\n\
            [[switch]]\nname = \"S\"\nports = 8\n[[link]]\nname = \"c\"\nends = [\"R:eth0\", \"S:3\"]\n";
        let draft = Draft::read(source).unwrap();
        assert_eq!(draft.device("R").unwrap().at(), Some((3, -4)));
        let topology = draft.topology();
        assert_eq!(topology.nodes[0].addresses, ["10.0.0.254/24"]);
        assert_eq!(topology.cables[0].ends[1].port.as_deref(), Some("3"));
        assert_eq!(Draft::read(&draft.to_string()).unwrap(), draft);
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for wrong in ["[[host]", "host = 3", "host = [3]", "link = \"a\""] {
            assert!(Draft::read(wrong).is_err(), "{wrong}");
        }
    }
}
