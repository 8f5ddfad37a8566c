//! Words that producers of traces and tables use as names: machines, columns and variables, sections, system errors,
//! purposes of addresses.
//!
//! Names of RFCs (`SND.UNA`, `ESTABLISHED`, `ECONNREFUSED`) stay as they are in every language, for a learner meets
//! them elsewhere; their meaning stands beside them.

use std::borrow::Cow;

use firsthop_protocol::{addr::Special, sim::Scenario, tcp, trace::CallError};

use super::{
    Language, en,
    wire::{by_pattern, find},
    zh,
};
use crate::views::topology::Kind;

/// A table from names to words.
pub(super) type Table = &'static [(&'static str, &'static str)];

impl Language {
    /// The name of a machine: `client` and `server` are words, other names stay.
    pub fn node(self, name: &str) -> &str {
        self.chinese(zh::terms::NODES, name)
    }

    /// What a column or variable of a table is called: a word is translated, the name of an RFC or of a tool stays.
    pub fn column(self, name: &str) -> &str {
        self.chinese(zh::terms::COLUMNS, name)
    }

    /// What a column or variable means, where its name does not say it.
    pub fn meaning(self, column: &str) -> Option<&'static str> {
        let table = match self {
            Self::English => en::terms::MEANINGS,
            Self::Chinese => zh::terms::MEANINGS,
        };
        find(table, column)
    }

    /// A value of a table, where it is a word.
    pub fn cell(self, value: &str) -> &str {
        self.chinese(zh::terms::CELLS, value)
    }

    /// What a table of a machine is called.
    pub fn table(self, table: &str) -> &str {
        let names = match self {
            Self::English => en::terms::TABLES,
            Self::Chinese => zh::terms::TABLES,
        };
        find(names, table).unwrap_or(table)
    }

    /// What a setting of a device or cable is called.
    pub fn setting(self, key: &'static str) -> &'static str {
        let names = match self {
            Self::English => en::terms::SETTINGS,
            Self::Chinese => zh::terms::SETTINGS,
        };
        find(names, key).unwrap_or(key)
    }

    /// What a kind of device is called.
    pub fn kind(self, kind: Kind) -> &'static str {
        let at = Kind::ALL.iter().position(|known| *known == kind).unwrap_or(0);
        self.catalogue().topology.kinds.split('|').nth(at).unwrap_or_default()
    }

    /// Title and description of a scenario, by its name in the library; those that it has itself where it is none of it.
    pub fn scenario<'a>(self, name: &str, scenario: &'a Scenario) -> (&'a str, &'a str) {
        let row = match self {
            Self::English => None,
            Self::Chinese => zh::scenarios::SCENARIOS.iter().find(|(known, ..)| *known == name),
        };
        row.map_or((&scenario.title, &scenario.about), |(_, title, about)| (title, about))
    }

    /// What causes a transition in a state diagram.
    pub fn transition(self, label: &str) -> &str {
        self.chinese(zh::terms::TRANSITIONS, label)
    }

    /// The name of a block of addresses in IANA's registry.
    pub fn purpose(self, block: &Special) -> &'static str {
        match self {
            Self::English => block.name,
            Self::Chinese => find(zh::terms::PURPOSES, block.name).unwrap_or(block.name),
        }
    }

    /// What a system says of a call that failed.
    pub fn call_error(self, error: &CallError) -> &str {
        match self {
            Self::English => &error.message,
            Self::Chinese => {
                let row = zh::terms::ERRORS.iter().find(|(name, ..)| *name == error.errno);
                row.map_or(&error.message, |(_, _, said)| said)
            }
        }
    }

    /// A line about a frame. Most are notation; the words in the others are translated.
    pub fn summary(self, info: &str) -> Cow<'_, str> {
        match self {
            Self::English => info.into(),
            Self::Chinese => by_pattern(zh::terms::SUMMARIES, info).map_or_else(|| info.into(), Cow::from),
        }
    }

    /// A section: `RFC 9293 §3.10.7.4, fifth`.
    pub fn section(self, rfc: &str) -> Cow<'_, str> {
        match self {
            Self::English => rfc.into(),
            Self::Chinese => by_pattern(zh::terms::SECTIONS, rfc).map_or_else(|| rfc.into(), Cow::from),
        }
    }

    /// A value of a text, where it is a word.
    pub(super) fn value<'a>(self, argument: &str, value: &'a str) -> Cow<'a, str> {
        match (self, argument) {
            (Self::English, _) => value.into(),
            (Self::Chinese, "rfc") => self.section(value),
            (Self::Chinese, "error") => system_error(value),
            (Self::Chinese, _) => self.node(value).into(),
        }
    }

    fn chinese(self, table: Table, english: &str) -> &str {
        match self {
            Self::English => english,
            Self::Chinese => find(table, english).unwrap_or(english),
        }
    }
}

/// `Address already in use (os error 98)` in Chinese.
fn system_error(said: &str) -> Cow<'_, str> {
    if let Some(error) = tcp::Error::ALL.into_iter().find(|error| error.to_string() == said) {
        return Language::Chinese.say(&error.text()).into();
    }
    let code = said.rsplit_once("(os error ").and_then(|(_, code)| code.strip_suffix(')')?.parse().ok());
    let row = zh::terms::ERRORS.iter().find(|(_, number, _)| Some(*number) == code);
    row.map_or_else(|| said.into(), |(name, _, chinese)| format!("{chinese}（{name}）").into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use firsthop_protocol::{
        addr::REGISTRY,
        dhcp, nat, rip,
        sim::{Scenario, Simulation, library},
        trace::{EventKind, Text, Time},
    };

    use super::*;
    use crate::i18n::latin_words;

    const CHINESE: Language = Language::Chinese;

    /// Every event of every scenario in the library.
    fn events() -> Vec<EventKind> {
        let mut all = Vec::new();
        for (_, text) in library::ALL {
            let scenario = Scenario::parse(text).unwrap();
            let mut simulation = Simulation::new(scenario, 1).unwrap();
            simulation.run();
            all.extend(simulation.trace().events().iter().map(|event| event.kind.clone()));
        }
        assert!(all.len() > 500, "{}", all.len());
        all
    }

    /// A lease of a DHCP server.
    fn lease() -> dhcp::Lease {
        dhcp::Lease {
            address: [10, 0, 0, 7].into(),
            client: dhcp::ClientId::of_mac([2, 0, 0, 0, 0, 1]),
            mac: [2, 0, 0, 0, 0, 1],
            name: None,
            state: dhcp::LeaseState::Bound,
            since: Time::ZERO,
            until: None,
        }
    }

    /// A UDP datagram from 10.0.0.2 to 198.51.100.9.
    fn datagram() -> [u8; 28] {
        [
            0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0x46, 0x92, 10, 0, 0, 2, 198, 51, 100, 9, // IPv4
            0x13, 0x88, 0, 53, 0, 8, 0, 0, // UDP
        ]
    }

    #[test]
    fn every_table_and_every_scenario_of_the_library_has_its_name() {
        for event in events() {
            if let EventKind::Table(change) = event {
                for language in Language::ALL {
                    assert!(find(zh::terms::TABLES, &change.table).is_some(), "{}", change.table);
                    assert_ne!(language.table(&change.table), change.table);
                }
            }
        }
        for (name, _) in library::ALL {
            let row = zh::scenarios::SCENARIOS.iter().filter(|(known, ..)| known == name);
            assert_eq!(row.count(), 1, "{name} is not translated in i18n/zh/scenarios.rs");
        }
    }

    #[test]
    fn every_column_of_every_table_is_a_word_or_has_a_meaning() {
        let mut columns: BTreeSet<String> =
            ["Proto", "Recv-Q", "Send-Q", "Local Address", "Foreign Address", "State"]
                .map(str::to_owned)
                .into();
        for event in events() {
            if let EventKind::Table(change) = event {
                columns.extend(change.row.into_iter().flatten().map(|cell| cell.name));
            }
        }
        let mut router = rip::Speaker::new(rip::Config::default(), 1);
        router.interface_up(Time::ZERO, rip::Interface::new(1, "10.0.0.1/24".parse().unwrap())).unwrap();
        columns.extend(router.routes().flat_map(rip::Route::cells).map(|cell| cell.name));
        let mut nat = nat::Nat::new(nat::Config::new([203, 0, 113, 1].into()), 1);
        nat.translate(Time::ZERO, nat::Direction::Out, &mut datagram());
        columns.extend(nat.mappings().flat_map(nat::Mapping::cells).map(|cell| cell.name));
        columns.extend(nat.sessions().flat_map(nat::Session::cells).map(|cell| cell.name));
        columns.extend(lease().cells().into_iter().map(|cell| cell.name));
        assert!(columns.contains("inside") && columns.contains("begun"));
        assert!(columns.contains("SND.UNA") && columns.contains("HWaddress"), "{columns:?}");
        for name in columns {
            assert!(CHINESE.column(&name) != name || CHINESE.meaning(&name).is_some(), "{name}");
            assert!(
                latin_words(CHINESE.column(&name)).count() == 0 || CHINESE.meaning(&name).is_some(),
                "{name}"
            );
            assert!(
                name.contains(' ') || name.len() > 6 || Language::English.meaning(&name).is_some(),
                "{name}"
            );
        }
    }

    /// The kernel counts bytes there for every socket but one that listens, which has none.
    #[test]
    fn what_the_receive_queue_counts_depends_on_the_state() {
        for (language, connections) in [(Language::English, "connections"), (CHINESE, "连接")] {
            let meaning = language.meaning("Recv-Q").unwrap();
            assert!(meaning.contains("LISTEN") && meaning.contains(connections), "{meaning}");
        }
    }

    #[test]
    fn whatever_happens_in_a_scenario_is_said_in_chinese() {
        let mut texts: Vec<Text> = Vec::new();
        for event in events() {
            match event {
                EventKind::Frame(frame) => texts.extend(frame.note),
                EventKind::State(change) => {
                    let section = CHINESE.section(&change.rfc).into_owned();
                    assert_eq!(latin_words(&section).count(), 0, "{section}");
                    texts.push(change.why);
                }
                EventKind::Note { text, .. } => texts.push(text),
                EventKind::Table(change) => texts.extend(change.why),
                EventKind::Call(call) => {
                    if let Err(error) = call.result {
                        assert_ne!(CHINESE.call_error(&error), error.message, "{error:?}");
                    }
                }
            }
        }
        assert!(texts.len() > 300, "{}", texts.len());
        for text in texts {
            let said = CHINESE.say(&text);
            assert_ne!(said, text.english, "{} is not translated", text.id);
        }
    }

    #[test]
    fn every_section_of_tcp_is_said_without_english() {
        for message in tcp::text::ALL {
            let said = CHINESE.section(message.rfc);
            assert_eq!(latin_words(&said).count(), 0, "{said}");
        }
        assert_eq!(CHINESE.section("RFC 9293 §3.10.7.4, fifth"), "RFC 9293 §3.10.7.4，第五步");
    }

    #[test]
    fn every_purpose_of_the_registry_is_translated() {
        for block in REGISTRY {
            let said = CHINESE.purpose(block);
            assert!(!said.is_ascii(), "{}", block.name);
        }
    }

    #[test]
    fn every_transition_is_said_without_english() {
        for edge in crate::views::states::EDGES {
            let said = CHINESE.transition(edge.label);
            assert_eq!(
                latin_words(said).filter(|word| !["FIN", "RST", "MSL"].contains(word)).count(),
                0,
                "{said}"
            );
        }
    }

    #[test]
    fn lines_about_frames_are_said() {
        assert_eq!(CHINESE.summary("who has 10.0.0.2? tell 10.0.0.1"), "谁有 10.0.0.2？请告诉 10.0.0.1");
        assert_eq!(CHINESE.summary("time exceeded, code 0"), "超时，代码 0");
        assert_eq!(CHINESE.summary("SYN seq=0"), "SYN seq=0");
        let summary = include_str!("../../../shared/src/trace/summary.rs").split("mod tests").next().unwrap();
        let source = [summary, include_str!("../../../shared/src/trace/control.rs")].concat();
        // Whatever is made of words has a pattern; an argument stands for itself.
        for literal in source.split("format!(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let mut example = String::new();
            for (index, part) in literal.split(['{', '}']).enumerate() {
                example.push_str(if index % 2 == 0 { part } else { "7" });
            }
            let words = latin_words(&example).any(|word| !["seq", "len", "ack"].contains(&word));
            assert!(!words || CHINESE.summary(&example) != example, "{example}");
        }
    }

    #[test]
    fn errors_of_the_system_are_known_by_their_number() {
        let said = CHINESE.value("error", "Address already in use (os error 98)");
        assert_eq!(said, "地址已被占用（EADDRINUSE）");
        assert_eq!(CHINESE.value("error", "odd"), "odd");
        assert_eq!(CHINESE.value("from", "client"), "客户端");
    }
}
