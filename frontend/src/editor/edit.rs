//! One change of a network. What it names follows: a device renamed is renamed in its cables and in what it does, one that is
//! deleted takes its cables along, and what it was to do.

use toml::{Table, Value};

use super::draft::{Device, Draft, device_of, text};
use crate::views::topology::{Kind, places};

/// A change.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// A new device.
    Add {
        /// What sort.
        kind: Kind,
        /// Where.
        at: (i32, i32),
    },
    /// A cable between two devices.
    Cable {
        /// One.
        from: String,
        /// The other.
        to: String,
    },
    /// Devices go somewhere else.
    Move {
        /// Which.
        names: Vec<String>,
        /// How far.
        by: (i32, i32),
    },
    /// A device or cable is called otherwise.
    Rename {
        /// How it was called.
        from: String,
        /// How it is to be called.
        to: String,
    },
    /// A device or cable gets other settings, all at once; its name stays.
    Configure {
        /// Which.
        name: String,
        /// The settings.
        settings: Table,
    },
    /// Devices and cables go.
    Delete {
        /// Which.
        names: Vec<String>,
    },
    /// Copies of devices, with the cables between them.
    Paste {
        /// What was copied.
        clip: Clip,
    },
    /// Every device goes where the layout would have it.
    Tidy,
    /// A device pings another, from some instant on.
    Ping {
        /// Who.
        from: String,
        /// Whom.
        to: String,
    },
    /// Something that was to happen no longer does, by its number.
    Undo(usize),
    /// Another network takes its place.
    Replace(Draft),
}

/// What was copied.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Clip {
    devices: Vec<Device>,
    links: Vec<Table>,
}

/// Why a change was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such device or cable.
    #[error("there is no {0}")]
    Missing(String),
    /// Two must not be called the same.
    #[error("{0} is taken")]
    Taken(String),
    /// A name is missing, or has a sign in it that means something in a scenario.
    #[error("`{0}` is no name")]
    NoName(String),
    /// A cable has two ends.
    #[error("a cable needs two devices")]
    SameEnds,
}

/// From a device that was copied to its copy.
const ASIDE: i32 = 40;
/// Between one ping and the next that is added.
const PING_MS: i64 = 1000;

impl Draft {
    /// The network after a change.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn after(&self, edit: &Edit) -> Result<Self, Refused> {
        let mut next = self.clone();
        match edit {
            Edit::Add { kind, at } => next.add(*kind, *at),
            Edit::Cable { from, to } => next.cable(from, to)?,
            Edit::Move { names, by } => next.shift(names, *by),
            Edit::Rename { from, to } => next.rename(from, to)?,
            Edit::Configure { name, settings } => next.configure(name, settings)?,
            Edit::Delete { names } => next.delete(names),
            Edit::Paste { clip } => next.paste(clip),
            Edit::Tidy => next.tidy(),
            Edit::Ping { from, to } => next.ping(from, to)?,
            Edit::Replace(draft) => next = draft.clone(),
            Edit::Undo(number) => {
                if let Some(actions) = next.actions_mut()
                    && *number < actions.len()
                {
                    actions.remove(*number);
                }
            }
        }
        Ok(next)
    }

    fn add(&mut self, kind: Kind, at: (i32, i32)) {
        let stem = match kind {
            Kind::Host => "H",
            Kind::Router => "R",
            Kind::Switch => "S",
            Kind::Hub => "Hub",
            Kind::Cloud => "Cloud",
        };
        let mut settings = Table::new();
        settings.insert("name".into(), self.free_name(stem).into());
        match kind {
            Kind::Host => {
                settings.insert("address".into(), self.free_address().into());
            }
            Kind::Router => {
                let card = |net: i32| {
                    Value::Table(
                        [("address".to_owned(), Value::from(format!("10.0.{net}.254/24")))]
                            .into_iter()
                            .collect(),
                    )
                };
                settings.insert("interface".into(), Value::Array(vec![card(0), card(1)]));
            }
            Kind::Switch | Kind::Hub | Kind::Cloud => {}
        }
        let mut device = Device { kind, settings };
        device.place(at);
        self.devices.push(device);
        self.sort();
    }

    /// The first address of 10.0.0.0/24 that nobody has.
    fn free_address(&self) -> String {
        let taken: Vec<String> = self.topology().nodes.into_iter().flat_map(|node| node.addresses).collect();
        let address = |host: i32| format!("10.0.0.{host}");
        let free =
            |host: &i32| !taken.iter().any(|known| known.split('/').next() == Some(address(*host).as_str()));
        format!("{}/24", address((1..254).find(free).unwrap_or(1)))
    }

    fn cable(&mut self, from: &str, to: &str) -> Result<(), Refused> {
        for name in [from, to] {
            self.device(name).ok_or_else(|| Refused::Missing(name.to_owned()))?;
        }
        if from == to {
            return Err(Refused::SameEnds);
        }
        let mut link = Table::new();
        link.insert("name".into(), self.free_name("cable").into());
        link.insert("ends".into(), Value::Array(vec![from.into(), to.into()]));
        link.insert("delay_ms".into(), 1.into());
        self.links.push(link);
        Ok(())
    }

    fn shift(&mut self, names: &[String], (x, y): (i32, i32)) {
        for device in self.devices.iter_mut().filter(|device| names.iter().any(|name| name == device.name()))
        {
            let (old_x, old_y) = device.at().unwrap_or_default();
            device.place((old_x.saturating_add(x), old_y.saturating_add(y)));
        }
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Refused> {
        if from == to {
            return Ok(());
        }
        if to.trim() != to || to.is_empty() || to.contains(':') {
            return Err(Refused::NoName(to.to_owned()));
        }
        if self.device(to).is_some() || self.link(to).is_some() {
            return Err(Refused::Taken(to.to_owned()));
        }
        if self.device(from).is_none() && self.link(from).is_none() {
            return Err(Refused::Missing(from.to_owned()));
        }
        let all = self.devices.iter_mut().map(|device| &mut device.settings).chain(&mut self.links);
        for settings in all.filter(|settings| text(settings, "name") == from) {
            settings.insert("name".into(), to.into());
        }
        self.each_mention(&mut |said| {
            if device_of(said) == from {
                *said = format!("{to}{}", said.get(from.len()..).unwrap_or_default());
            }
        });
        for goal in tables_mut(&mut self.rest, "goal") {
            if let Some(Value::String(must)) = goal.get_mut("must") {
                *must =
                    words(must).map(|(word, named)| if named && word == from { to } else { word }).collect();
            }
        }
        Ok(())
    }

    /// Everything that names a device or cable: ends, rules, and what happens.
    fn each_mention(&mut self, change: &mut dyn FnMut(&mut String)) {
        let mut at = |table: &mut Table, key: &str| {
            if let Some(Value::String(said)) = table.get_mut(key) {
                change(said);
            }
        };
        for link in &mut self.links {
            for rule in tables_mut(link, "rule") {
                at(rule, "from");
            }
        }
        for action in tables_mut(&mut self.rest, "action") {
            for key in ["host", "link", "to", "from"] {
                at(action, key);
            }
            if let Some(Value::Table(rule)) = action.get_mut("rule") {
                at(rule, "from");
            }
        }
        for link in &mut self.links {
            if let Some(Value::Array(ends)) = link.get_mut("ends") {
                for end in ends {
                    if let Value::String(said) = end {
                        change(said);
                    }
                }
            }
        }
    }

    fn configure(&mut self, name: &str, settings: &Table) -> Result<(), Refused> {
        let all = self.devices.iter_mut().map(|device| &mut device.settings).chain(&mut self.links);
        let mut found = all.filter(|known| text(known, "name") == name);
        let own = found.next().ok_or_else(|| Refused::Missing(name.to_owned()))?;
        *own = settings.clone();
        own.insert("name".into(), name.into());
        Ok(())
    }

    fn delete(&mut self, names: &[String]) {
        let goes = |name: &str| names.iter().any(|known| known == name);
        self.devices.retain(|device| !goes(device.name()));
        let mut gone: Vec<String> = names.to_vec();
        self.links.retain(|link| {
            let keeps = !goes(text(link, "name")) && !ends(link).any(goes);
            if !keeps {
                gone.push(text(link, "name").to_owned());
            }
            keeps
        });
        if let Some(goals) = self.rest.get_mut("goal").and_then(Value::as_array_mut) {
            let about = |goal: &Value| {
                let must = goal.get("must").and_then(Value::as_str).unwrap_or_default();
                words(must).any(|(word, named)| named && gone.iter().any(|name| name == word))
            };
            goals.retain(|goal| !about(goal));
        }
        if let Some(actions) = self.actions_mut() {
            let about = |action: &Value, key: &str| {
                let said = action.get(key).and_then(Value::as_str).unwrap_or_default();
                gone.iter().any(|name| name == device_of(said))
            };
            actions.retain(|action| !["host", "link", "to"].iter().any(|key| about(action, key)));
        }
    }

    /// What of the network is copied: these devices, and the cables between them.
    pub fn copy(&self, names: &[String]) -> Clip {
        let chosen = |name: &str| names.iter().any(|known| known == name);
        Clip {
            devices: self.devices.iter().filter(|device| chosen(device.name())).cloned().collect(),
            links: self.links.iter().filter(|link| ends(link).all(chosen)).cloned().collect(),
        }
    }

    fn paste(&mut self, clip: &Clip) {
        let mut called: Vec<(String, String)> = Vec::new();
        for device in &clip.devices {
            let mut copy = device.clone();
            let stem = device.name().trim_end_matches(|letter: char| letter.is_ascii_digit());
            let name = self.free_name(if stem.is_empty() { "H" } else { stem });
            copy.settings.insert("name".into(), name.clone().into());
            // Two machines with one address would not work.
            if copy.settings.contains_key("address") {
                copy.settings.insert("address".into(), self.free_address().into());
            }
            copy.settings.remove("mac");
            let (x, y) = device.at().unwrap_or_default();
            copy.place((x.saturating_add(ASIDE), y.saturating_add(ASIDE)));
            self.devices.push(copy);
            called.push((device.name().to_owned(), name));
        }
        self.sort();
        for link in &clip.links {
            let mut copy = link.clone();
            copy.insert("name".into(), self.free_name("cable").into());
            if let Some(Value::Array(ends)) = copy.get_mut("ends") {
                for end in ends {
                    let said = end.as_str().unwrap_or_default();
                    let new = called.iter().find(|(old, _)| old == device_of(said));
                    if let Some((old, new)) = new {
                        *end = format!("{new}{}", said.get(old.len()..).unwrap_or_default()).into();
                    }
                }
            }
            copy.remove("rule");
            self.links.push(copy);
        }
    }

    fn tidy(&mut self) {
        for device in &mut self.devices {
            device.settings.remove("at");
        }
        let places = places(&self.topology());
        for (device, (x, y)) in self.devices.iter_mut().zip(places) {
            #[expect(clippy::cast_possible_truncation, reason = "places of a drawing")]
            device.place((x.round() as i32, y.round() as i32));
        }
    }

    fn ping(&mut self, from: &str, to: &str) -> Result<(), Refused> {
        for name in [from, to] {
            self.device(name).ok_or_else(|| Refused::Missing(name.to_owned()))?;
        }
        let last = self.actions().filter_map(|action| action.get("at_ms")?.as_integer()).max();
        let mut action = Table::new();
        action.insert("host".into(), from.into());
        action.insert("at_ms".into(), last.map_or(10, |last| last.saturating_add(PING_MS)).into());
        action.insert("do".into(), "ping".into());
        action.insert("to".into(), to.into());
        let actions = self.rest.entry("action").or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(actions) = actions {
            actions.push(Value::Table(action));
        }
        Ok(())
    }

    /// What happens, in the order of the file.
    pub fn actions(&self) -> impl Iterator<Item = &Table> {
        let all = self.rest.get("action").and_then(Value::as_array);
        all.into_iter().flatten().filter_map(Value::as_table)
    }

    fn actions_mut(&mut self) -> Option<&mut Vec<Value>> {
        self.rest.get_mut("action")?.as_array_mut()
    }
}

fn tables_mut<'t>(table: &'t mut Table, key: &str) -> impl Iterator<Item = &'t mut Table> {
    let all = table.get_mut(key).and_then(Value::as_array_mut);
    all.into_iter().flatten().filter_map(Value::as_table_mut)
}

/// A goal in pieces, and whether each may be a name: words outside quotation marks. A name that is a word of the language
/// of goals cannot be told from it.
fn words(must: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut quoted = false;
    let inside = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    let mut rest = must;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = if inside(first) {
            rest.find(|letter| !inside(letter)).unwrap_or(rest.len())
        } else {
            quoted ^= first == '"';
            first.len_utf8()
        };
        let (word, after) = rest.split_at_checked(end)?;
        rest = after;
        Some((word, !quoted))
    })
}

/// The devices that a cable connects.
fn ends(link: &Table) -> impl Iterator<Item = &str> {
    let ends = link.get("ends").and_then(Value::as_array);
    ends.into_iter().flatten().filter_map(|end| Some(device_of(end.as_str()?)))
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::{
        sim::{Scenario, Simulation, library},
        trace::Summaries,
    };

    use super::*;

    fn drawn(edits: &[Edit]) -> Draft {
        edits.iter().fold(Draft::default(), |draft, edit| draft.after(edit).unwrap())
    }

    fn two_hosts() -> Draft {
        let add = |at| Edit::Add { kind: Kind::Host, at };
        let cable = Edit::Cable { from: "H1".into(), to: "H2".into() };
        let ping = Edit::Ping { from: "H1".into(), to: "H2".into() };
        drawn(&[add((0, 0)), add((100, 0)), cable, ping])
    }

    #[test]
    fn what_is_drawn_runs() {
        let scenario = Scenario::parse(&two_hosts().to_string()).unwrap();
        let mut simulation = Simulation::new(scenario, 1).unwrap();
        simulation.run();
        let mut summaries = Summaries::new();
        let pings = simulation.trace().frames().filter(|(_, frame)| summaries.next(frame).protocol == "icmp");
        assert_eq!(pings.count(), 2, "there and back");
    }

    #[test]
    fn a_name_changes_wherever_it_stands() {
        for (name, source) in library::ALL {
            let draft = Draft::read(source).unwrap();
            let old = draft.devices[0].name().to_owned();
            let renamed = draft.after(&Edit::Rename { from: old.clone(), to: "zebra".into() }).unwrap();
            Scenario::parse(&renamed.to_string()).unwrap_or_else(|error| panic!("{name}: {error}"));
            let back = renamed.after(&Edit::Rename { from: "zebra".into(), to: old }).unwrap();
            assert_eq!(back, draft, "{name}");
        }
    }

    #[test]
    fn what_goes_takes_along_what_hangs_on_it() {
        for (name, source) in library::ALL {
            let draft = Draft::read(source).unwrap();
            let names = vec![draft.devices[0].name().to_owned()];
            let left = draft.after(&Edit::Delete { names }).unwrap();
            Scenario::parse(&left.to_string()).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        let left = two_hosts().after(&Edit::Delete { names: vec!["cable1".into()] }).unwrap();
        assert_eq!((left.devices.len(), left.links.len(), left.actions().count()), (2, 0, 1));
    }

    #[test]
    fn copies_have_names_and_addresses_of_their_own() {
        let draft = two_hosts();
        let clip = draft.copy(&["H1".into(), "H2".into()]);
        let pasted = draft.after(&Edit::Paste { clip }).unwrap();
        assert_eq!((pasted.devices.len(), pasted.links.len()), (4, 2));
        assert_eq!(pasted.devices[3].settings["address"].as_str(), Some("10.0.0.4/24"));
        assert_eq!(ends(&pasted.links[1]).collect::<Vec<_>>(), ["H3", "H4"]);
        assert!(Scenario::parse(&pasted.to_string()).is_ok());
    }

    #[test]
    fn what_cannot_be_done_is_said() {
        let draft = two_hosts();
        let rename = |to: &str| draft.after(&Edit::Rename { from: "H1".into(), to: to.into() });
        assert_eq!(rename("H2"), Err(Refused::Taken("H2".into())));
        assert_eq!(rename(""), Err(Refused::NoName(String::new())));
        assert_eq!(rename("a:b"), Err(Refused::NoName("a:b".into())));
        let cable = |to: &str| draft.after(&Edit::Cable { from: "H1".into(), to: to.into() });
        assert_eq!(cable("H1"), Err(Refused::SameEnds));
        assert_eq!(cable("H9"), Err(Refused::Missing("H9".into())));
    }

    #[test]
    fn a_goal_keeps_what_it_quotes() {
        let source = "[[host]]\nname = \"A\"\n[[goal]]\nmust = 'received \"A to A\" by A and frame [arp] of A-S1 to A'";
        let renamed =
            Draft::read(source).unwrap().after(&Edit::Rename { from: "A".into(), to: "Z".into() }).unwrap();
        let must = renamed.rest["goal"][0]["must"].as_str().unwrap();
        assert_eq!(must, "received \"A to A\" by Z and frame [arp] of A-S1 to Z");
    }

    #[test]
    fn tidying_twice_is_tidying_once() {
        let tidy = two_hosts().after(&Edit::Tidy).unwrap();
        assert_eq!(tidy.after(&Edit::Tidy).unwrap(), tidy);
    }
}
