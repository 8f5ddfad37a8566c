//! What the dissector says, in the learner's language.
//!
//! Names of fields stay the RFC's in every language, for they are what a learner will meet elsewhere; [`gloss`] puts
//! their meaning beside them. Names of values (`Echo Reply`, `https`) are looked up and stay as they are where no
//! translation is known.

use std::borrow::Cow;

use firsthop_protocol::wire::{Broken, Field, Meaning, Problem, Value};

use super::{Language, en, fill, zh};

/// What a field's name means, where the language has other words for it.
pub fn gloss(language: Language, label: &str) -> Option<&'static str> {
    match language {
        Language::English => None,
        Language::Chinese => zh::wire::LABELS.iter().find_map(|table| find(table, label)),
    }
}

/// The name of a sample packet; the sample's own where there is none.
pub fn sample(language: Language, name: &'static str) -> &'static str {
    let names = match language {
        Language::English => en::samples::NAMES,
        Language::Chinese => zh::samples::NAMES,
    };
    find(names, name).unwrap_or(name)
}

/// The dissector's own words for something, in this language where they are known.
pub(super) fn words(language: Language, english: &str) -> Cow<'_, str> {
    match language {
        Language::English => english.into(),
        Language::Chinese => zh::wire::WORDS
            .iter()
            .find_map(|table| find(table, english))
            .map(Cow::from)
            .or_else(|| by_pattern(zh::wire::PATTERNS, english).map(Cow::from))
            .unwrap_or_else(|| english.into()),
    }
}

/// Words with values in them, by the first pattern that fits; what is said by a `{}` is itself looked up.
pub(super) fn by_pattern(patterns: &'static [(&'static str, &'static str)], english: &str) -> Option<String> {
    patterns.iter().find_map(|(pattern, said)| {
        let values = values_in(pattern, english)?;
        let mut values = values.into_iter();
        let mut parts = said.split("{}");
        let mut text = parts.next()?.to_owned();
        for part in parts {
            text.push_str(values.next()?);
            text.push_str(part);
        }
        Some(text)
    })
}

/// What stands in the places of a pattern's `{}`, if the text fits it.
fn values_in<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = pattern.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut values = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let (value, after) =
            if parts.peek().is_some() { rest.split_once(part)? } else { (rest.strip_suffix(part)?, "") };
        values.push(value);
        rest = after;
    }
    rest.is_empty().then_some(values)
}

pub(super) fn find(table: &'static [(&'static str, &'static str)], english: &str) -> Option<&'static str> {
    table.iter().find(|(key, _)| *key == english).map(|(_, said)| *said)
}

/// A field's value in words.
pub fn say_field(language: Language, field: &Field) -> String {
    if language == Language::English {
        return field.text().to_string();
    }
    let messages = &language.catalogue().bytes;
    let number = if let Value::Number(number) = field.value { number } else { 0 };
    match &field.meaning {
        Meaning::Plain | Meaning::Hex(_) | Meaning::Checksum("") => field.text().to_string(),
        Meaning::Name(name) => format!("{} ({})", words(language, name), field.value),
        Meaning::HexName(name, digits) => {
            format!("{} (0x{number:0width$x})", words(language, name), width = usize::from(*digits))
        }
        Meaning::Scaled(by, unit) => {
            format!("{} {} ({number})", number.saturating_mul(u64::from(*by)), words(language, unit))
        }
        Meaning::Flag => if number == 0 { messages.not_set } else { messages.set }.to_owned(),
        Meaning::Checksum(outcome) => format!("0x{number:04x}，{}", words(language, outcome)),
        Meaning::Count => fill(messages.layer_bytes, &[("n", &(field.bits / 8))]),
        Meaning::Said(said) => words(language, said).into_owned(),
    }
}

/// What is wrong.
pub fn say_problem(language: Language, problem: &Problem) -> String {
    let messages = &language.catalogue().problems;
    let hex = |sum: &u16| format!("0x{sum:04x}");
    match problem {
        Problem::Checksum { expected, found } => {
            fill(messages.checksum, &[("expected", &hex(expected)), ("found", &hex(found))])
        }
        Problem::ChecksumOffloaded { expected, found } => {
            fill(messages.offloaded, &[("expected", &hex(expected)), ("found", &hex(found))])
        }
        Problem::Length { said, had } => fill(messages.length, &[("said", said), ("had", had)]),
        Problem::Truncated { needed, had } => fill(messages.truncated, &[("needed", needed), ("had", had)]),
        Problem::CutShort { needed, had } => fill(messages.cut_short, &[("needed", needed), ("had", had)]),
        Problem::Value { found, expected } => {
            fill(messages.value, &[("found", found), ("expected", &words(language, expected))])
        }
        Problem::Malformed(why) => fill(messages.malformed, &[("why", &words(language, why))]),
        Problem::TooMany { what, limit } => {
            fill(messages.too_many, &[("what", &words(language, what)), ("limit", limit)])
        }
    }
}

/// Where a dissection broke off, and why.
pub fn say_broken(language: Language, broken: &Broken) -> String {
    fill(
        language.catalogue().problems.broken,
        &[
            ("protocol", &broken.protocol.name().to_uppercase()),
            ("offset", &broken.offset),
            ("why", &say_problem(language, &broken.problem)),
        ],
    )
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use firsthop_protocol::wire::{self, LinkType, Protocol};

    use super::*;

    #[test]
    fn every_field_of_every_header_and_sample_has_a_gloss() {
        let headers = wire::headers().iter().flat_map(|header| header.fields.iter().map(|spec| spec.label));
        let mut labels: BTreeSet<_> = headers.collect();
        for packet in wire::samples::all() {
            let dissection = wire::dissect(packet.link, &packet.frame);
            let fields = dissection.layers.iter().flat_map(|layer| &layer.fields);
            labels.extend(fields.map(Field::label));
        }
        labels.retain(|label| gloss(Language::Chinese, label).is_none());
        assert!(labels.is_empty(), "zh/wire.rs lacks {labels:?}");
    }

    #[test]
    fn every_sample_has_a_name() {
        for (language, sample_packet) in Language::ALL
            .into_iter()
            .flat_map(|language| wire::samples::all().into_iter().map(move |it| (language, it)))
        {
            assert_ne!(sample(language, sample_packet.name), sample_packet.name, "{language:?}");
        }
    }

    #[test]
    fn nothing_is_said_twice() {
        for tables in [zh::wire::LABELS, zh::wire::WORDS] {
            let keys: Vec<_> = tables.iter().flat_map(|table| table.iter()).map(|(key, _)| key).collect();
            for (index, key) in keys.iter().enumerate() {
                assert!(!keys[..index].contains(key), "{key} stands there twice");
            }
        }
    }

    #[test]
    fn words_with_values_are_said_with_them() {
        let said = |english| words(Language::Chinese, english);
        assert_eq!(said("7: windows count 128 bytes"), "7：窗口以 128 字节为单位");
        assert_eq!(said("-3600 s from UTC"), "与 UTC 相差 -3600 秒");
        assert_eq!(said("IPv4 (2), little-endian"), "IPv4（2），小端");
        assert_eq!(said("something else"), "something else");
    }

    #[test]
    fn values_and_problems_are_said_in_both_languages() {
        let mut packet = [0x45, 0, 0, 20, 0, 1, 0x40, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        packet[9] = 1;
        let dissection = wire::dissect(LinkType::RawIp, &packet);
        let ipv4 = dissection.layer(Protocol::Ipv4).unwrap();
        let said = |language, name| say_field(language, ipv4.field(name).unwrap());
        assert_eq!(said(Language::English, "df"), "set");
        assert_eq!(said(Language::Chinese, "df"), "置位");
        assert_eq!(said(Language::Chinese, "hdr_len"), "20 字节 (5)");
        let problem = ipv4.field("checksum").unwrap().problem.as_deref().unwrap();
        assert!(say_problem(Language::English, problem).contains("expected 0x"));
        let chinese = say_problem(Language::Chinese, problem);
        assert!(chinese.starts_with("校验和不对") && !chinese.contains('{'), "{chinese}");
    }

    /// The dissector's sources without their tests, with its string literals where a line would break.
    fn sources(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                found.extend(sources(&path));
            } else if !["tests.rs", "samples.rs", "json.rs", "protocol.rs", "field.rs"]
                .contains(&name.as_str())
            {
                let text = fs::read_to_string(&path).unwrap();
                let text = text.split("mod tests {").next().unwrap();
                let lines = text.lines().map(|line| line.split("//").next().unwrap().trim());
                found.push(lines.collect::<Vec<_>>().concat());
            }
        }
        found
    }

    /// The string literals that follow something in a source, the `nth` one of each place.
    fn literals<'a>(source: &'a str, before: &'a str, nth: usize) -> impl Iterator<Item = &'a str> {
        source
            .split(before)
            .skip(1)
            .filter_map(move |rest| rest.starts_with('"').then(|| rest.split('"').nth(2 * nth + 1)).flatten())
    }

    fn dissector() -> Vec<String> {
        let found = sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/src/wire")));
        assert!(found.len() > 30, "{} files", found.len());
        found
    }

    #[test]
    fn every_label_in_the_dissectors_sources_has_a_gloss() {
        let dissector = dissector();
        let labels: BTreeSet<_> = dissector
            .iter()
            .flat_map(|source| {
                ["Spec::new(", "Spec::group(", "known("]
                    .into_iter()
                    .flat_map(|before| literals(source, before, 1))
                    // The tables of `specs!`: NAME = "name", "label", ...
                    .chain(literals(source, " = ", 1).filter(|_| source.contains("specs!")))
            })
            .collect();
        assert!(labels.len() > 200 && labels.contains("Cur Hop Limit"), "{}", labels.len());
        let missing: Vec<_> =
            labels.into_iter().filter(|label| gloss(Language::Chinese, label).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn every_word_in_the_dissectors_sources_has_a_translation_or_is_a_name() {
        const PLACES: [&str; 11] = [
            "=> ",
            "expected: ",
            "Malformed(",
            "said(",
            "Checksum(",
            "Ok(",
            "what: ",
            "unit: ",
            "not(",
            "else { ",
            "&mut draft, \"len\", ",
        ];
        let dissector = dissector();
        let said: BTreeSet<_> = dissector
            .iter()
            .flat_map(|source| PLACES.into_iter().flat_map(|before| literals(source, before, 0)))
            .collect();
        assert!(said.len() > 300 && said.contains("an option may appear once"), "{}", said.len());
        let missing: Vec<_> = said
            .into_iter()
            .filter(|word| !is_name(word) && words(Language::Chinese, word) == *word)
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    /// Acronyms, units and names of companies, protocols and services stay as they are.
    fn is_name(word: &str) -> bool {
        const NAMES: [&str; 45] = [
            "Ethernet",
            "InfiniBand",
            "MACsec",
            "Pad1",
            "PadN",
            "Not-ECT",
            "s",
            "ms",
            "B-node",
            "P-node",
            "M-node",
            "H-node",
            "echo",
            "discard",
            "daytime",
            "chargen",
            "ftp-data",
            "ftp",
            "ssh",
            "telnet",
            "smtp",
            "time",
            "domain",
            "bootps",
            "bootpc",
            "tftp",
            "http",
            "pop3",
            "ntp",
            "imap",
            "snmp",
            "bgp",
            "https",
            "dhcpv6-client",
            "dhcpv6-server",
            "ssdp",
            "mdns",
            "http-alt",
            "UDP-Lite",
            "RIPv1",
            "RIPv2",
            "RIPv2,",
            "little-endian",
            "big-endian",
            "",
        ];
        NAMES.contains(&word)
            || !word.split(|letter: char| !letter.is_ascii_alphabetic()).any(|part| {
                part.len() > 1
                    && part.bytes().any(|byte| byte.is_ascii_lowercase())
                    && !["IPv", "ICMPv"].contains(&part)
            })
    }
}
