//! English and Simplified Chinese: one catalogue a language, complete or it does not compile.
//!
//! A page's messages are a struct of its own in [`catalogue`]; `en/` and `zh/` fill it in, a file a page. Messages with
//! values have placeholders, `{host}`, for [`fill`]. What a trace says ([`Text`]) is looked up by its identifier in the
//! `traces` tables, and said in its own English where a table has no such row.
//!
//! [`Text`]: firsthop_protocol::trace::Text

pub mod catalogue;
mod en;
pub mod errors;
pub mod terms;
pub mod wire;
mod zh;

use std::borrow::Cow;

use firsthop_protocol::trace::Text;

pub use catalogue::Catalogue;
pub use errors::Explain;

/// A language of the app.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The tag for `lang` attributes.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// The language in its own words.
    pub const fn endonym(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "中文",
        }
    }

    /// The language of a tag such as `zh`, `zh-Hans-CN` or `en-GB`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "zh" => Some(Self::Chinese),
            _ => None,
        }
    }

    /// Its messages.
    pub const fn catalogue(self) -> &'static Catalogue {
        match self {
            Self::English => &en::CATALOGUE,
            Self::Chinese => &zh::CATALOGUE,
        }
    }

    /// What a trace says, in this language.
    pub fn say(self, text: &Text) -> String {
        self.say_from(zh::TRACES, text)
    }

    /// The same for an exercise: without the tables of traces, which the first page need not load for it.
    pub fn say_exercise(self, text: &Text) -> String {
        self.say_from(&[zh::exercise::TEXTS], text)
    }

    fn say_from(self, chinese: &[terms::Table], text: &Text) -> String {
        if self == Self::English {
            return text.english.clone();
        }
        chinese.iter().flat_map(|table| table.iter()).find(|(id, _)| *id == text.id).map_or_else(
            || text.english.clone(),
            |(_, template)| {
                let value = |name: &str| text.args.get(name).map(|value| self.value(name, value));
                close_up(&substitute(template, value))
            },
        )
    }

    /// Joins what was put together from parts with spaces between them, as the language does.
    pub fn close_up(self, text: String) -> String {
        match self {
            Self::English => text,
            Self::Chinese => close_up(&text),
        }
    }
}

/// Chinese has no spaces between its characters: a value that is Chinese, too, joins the words around it.
fn close_up(text: &str) -> String {
    let wide = |letter: char| matches!(letter, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
    let mut closed = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let within =
            closed.chars().next_back().is_some_and(wide) && letters.peek().is_some_and(|next| wide(*next));
        if letter != ' ' || !within {
            closed.push(letter);
        }
    }
    closed
}

/// Fills the placeholders of a message.
///
/// ```
/// use firsthop_app::i18n::fill;
/// assert_eq!(fill("{n} hosts in {net}", &[("n", &254), ("net", &"10.0.0.0/24")]), "254 hosts in 10.0.0.0/24");
/// ```
pub fn fill(template: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
    substitute(template, |name| {
        values.iter().find(|(key, _)| *key == name).map(|(_, value)| Cow::from(value.to_string()))
    })
}

/// Replaces each `{name}`; one without a value stays as it is, where it is easily seen.
fn substitute<'a>(template: &str, value: impl Fn(&str) -> Option<Cow<'a, str>>) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}').and_then(|(name, tail)| Some((value(name)?, tail))) {
            Some((found, tail)) => {
                filled.push_str(&found);
                rest = tail;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// Words in Latin letters that are no names a Chinese textbook would leave as they are.
#[cfg(test)]
fn latin_words(said: &str) -> impl Iterator<Item = &str> {
    const NAMES: [&str; 12] =
        ["IPv", "MAC", "pcap", "pcapng", "RFC", "TCP", "UDP", "ICMP", "ARP", "not", "SYN", "ACK"];
    said.split(|letter: char| !letter.is_ascii_alphabetic())
        .filter(|word| word.len() > 2 && !NAMES.contains(word))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use firsthop_protocol::{
        exercise::{Exercise, Kind, LEVELS},
        tcp,
    };

    use super::*;

    #[test]
    fn tags_of_browsers_are_known() {
        assert_eq!(Language::from_tag("zh-Hans-CN"), Some(Language::Chinese));
        assert_eq!(Language::from_tag("en_GB"), Some(Language::English));
        assert_eq!(Language::from_tag("fr"), None);
    }

    #[test]
    fn chinese_words_stand_close() {
        assert_eq!(close_up("丢掉 客户端 发出的第 1 个 SYN"), "丢掉客户端发出的第 1 个 SYN");
        assert_eq!(close_up("A → B： 收到 FIN"), "A → B：收到 FIN");
    }

    #[test]
    fn what_has_no_value_stays() {
        assert_eq!(fill("{a} and {b", &[("a", &1)]), "1 and {b");
    }

    /// What stands between braces in the messages of a catalogue, in their order.
    fn catalogue_placeholders(language: Language) -> Vec<BTreeSet<String>> {
        // Derived `Debug` prints every message as a string literal, in the order of the fields.
        let printed = format!("{:?}", language.catalogue());
        let messages = printed.split(": \"").skip(1).filter_map(|rest| rest.split_once('"'));
        messages
            .map(|(message, _)| {
                let names = message.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
                names.map(|(name, _)| name.to_owned()).collect()
            })
            .collect()
    }

    #[test]
    fn both_languages_have_the_same_placeholders() {
        let (english, chinese) =
            (catalogue_placeholders(Language::English), catalogue_placeholders(Language::Chinese));
        assert!(english.len() > 100, "{} messages", english.len());
        assert_eq!(english, chinese);
    }

    #[test]
    fn no_identifier_is_translated_twice() {
        let mut seen = BTreeSet::new();
        for (id, _) in zh::TRACES.iter().flat_map(|table| table.iter()) {
            assert!(seen.insert(id), "{id} has two translations");
        }
    }

    fn placeholders(template: &str) -> BTreeSet<&str> {
        template.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
    }

    #[test]
    fn every_text_of_tcp_is_translated_with_its_values() {
        let find = |id: &str| {
            let row = zh::TRACES.iter().flat_map(|table| table.iter()).find(|(key, _)| *key == id);
            row.unwrap_or_else(|| panic!("{id} is not translated")).1
        };
        for message in tcp::text::ALL {
            let mut said = placeholders(find(message.id));
            said.remove("rfc");
            assert_eq!(said, placeholders(message.english), "{}", message.id);
        }
        for error in tcp::Error::ALL {
            assert!(!find(error.id()).contains('{'));
        }
    }

    #[test]
    fn every_text_of_a_machine_is_translated_with_its_values() {
        use firsthop_protocol::{dhcp, dns, nat, rip, tftp};
        for (id, english) in
            [dhcp::text::ALL, dns::text::ALL, tftp::text::ALL, rip::text::ALL, nat::text::ALL]
                .into_iter()
                .flatten()
        {
            let row = zh::TRACES.iter().flat_map(|table| table.iter()).find(|(key, _)| key == id);
            let (_, said) = row.unwrap_or_else(|| panic!("{id} is not translated"));
            assert_eq!(placeholders(said), placeholders(english), "{id}");
        }
    }

    #[test]
    fn every_text_of_the_simulation_is_translated_with_its_values() {
        use firsthop_protocol::{goal, sim, stack, terminal};
        for message in
            [goal::text::ALL, sim::text::ALL, stack::text::ALL, terminal::text::ALL].into_iter().flatten()
        {
            let row = zh::TRACES.iter().flat_map(|table| table.iter()).find(|(key, _)| *key == message.id);
            let (_, said) = row.unwrap_or_else(|| panic!("{} is not translated", message.id));
            assert_eq!(placeholders(said), placeholders(message.english), "{}", message.id);
        }
    }

    #[test]
    fn every_text_of_an_exercise_is_translated_with_its_values() {
        for kind in Kind::ALL {
            for (level, seed) in (1..=LEVELS).flat_map(|level| (0..200).map(move |seed| (level, seed))) {
                let exercise = Exercise::new(kind, level, seed);
                for text in exercise.solution.iter().chain([&exercise.question]) {
                    let said = Language::Chinese.say(text);
                    assert_eq!(said, Language::Chinese.say_exercise(text));
                    assert_ne!(said, text.english, "{} is not translated", text.id);
                    assert!(!said.contains('{'), "{}: a value is missing: {said}", text.id);
                }
            }
        }
    }
}
