//! What the dissector says, in the learner's language.
//!
//! Names of fields stay the RFC's in every language, for they are what a learner will meet elsewhere; [`gloss`] puts
//! their meaning beside them. Names of values (`Echo Reply`, `https`) are looked up and stay as they are where no
//! translation is known.

use firsthop_protocol::wire::{Broken, Field, Meaning, Problem, Value};

use super::{Language, en, fill, zh};

/// What a field's name means, where the language has other words for it.
pub fn gloss(language: Language, label: &str) -> Option<&'static str> {
    match language {
        Language::English => None,
        Language::Chinese => find(zh::wire::LABELS, label),
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
fn words(language: Language, english: &str) -> &str {
    match language {
        Language::English => english,
        Language::Chinese => find(zh::wire::WORDS, english).unwrap_or(english),
    }
}

fn find(table: &'static [(&'static str, &'static str)], english: &str) -> Option<&'static str> {
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
        Meaning::Said(said) => words(language, said).to_owned(),
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
    use std::collections::BTreeSet;

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
        for table in [zh::wire::LABELS, zh::wire::WORDS] {
            for (index, (key, _)) in table.iter().enumerate() {
                assert!(
                    table.iter().skip(index + 1).all(|(other, _)| other != key),
                    "{key} stands there twice"
                );
            }
        }
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
}
