//! What a learner may answer, and how it is marked.

use std::{fmt, net::Ipv4Addr};

use serde::{Deserialize, Serialize};

use crate::trace::Text;

/// The right answer to an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// An IPv4 address or mask.
    Address(Ipv4Addr),
    /// A count.
    Number(u64),
    /// A prefix length, typed with or without its slash.
    Prefix(u8),
    /// Yes or no.
    YesNo(bool),
    /// A class, A to E.
    Class(char),
}

/// What became of a learner's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Verdict {
    /// It is right.
    Right,
    /// It can be read, and is not right.
    Wrong,
    /// It cannot be read as an answer of this kind; not counted as wrong.
    Unreadable {
        /// What kind of answer is wanted.
        wanted: Text,
    },
}

impl Answer {
    /// Marks what the learner typed.
    pub fn mark(self, typed: &str) -> Verdict {
        let typed = typed.trim();
        let read = match self {
            Self::Address(_) => typed.parse().ok().map(Self::Address),
            // Thousands are often set apart: 16,777,214 or 16 777 214.
            Self::Number(_) => {
                typed.replace([',', ' ', '_', '\u{a0}', '，'], "").parse().ok().map(Self::Number)
            }
            Self::Prefix(_) => {
                typed.trim_start_matches('/').parse().ok().filter(|bits| *bits <= 32).map(Self::Prefix)
            }
            Self::YesNo(_) => match typed.to_lowercase().as_str() {
                "yes" | "y" | "true" | "是" | "能" => Some(Self::YesNo(true)),
                "no" | "n" | "false" | "否" | "不能" => Some(Self::YesNo(false)),
                _ => None,
            },
            Self::Class(_) => match typed.to_ascii_uppercase().as_bytes() {
                [letter @ b'A'..=b'E'] => Some(Self::Class(char::from(*letter))),
                _ => None,
            },
        };
        match read {
            Some(answer) if answer == self => Verdict::Right,
            Some(_) => Verdict::Wrong,
            None => Verdict::Unreadable { wanted: self.wanted() },
        }
    }

    fn wanted(self) -> Text {
        match self {
            Self::Address(_) => {
                Text::new("exercise.wanted.address", "four numbers from 0 to 255 with dots between them")
            }
            Self::Number(_) => Text::new("exercise.wanted.number", "a whole number"),
            Self::Prefix(_) => Text::new("exercise.wanted.prefix", "a prefix length from /0 to /32"),
            Self::YesNo(_) => Text::new("exercise.wanted.yes-no", "yes or no"),
            Self::Class(_) => Text::new("exercise.wanted.class", "a letter from A to E"),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Prefix(bits) => write!(f, "/{bits}"),
            Self::YesNo(yes) => f.write_str(if *yes { "yes" } else { "no" }),
            Self::Class(letter) => letter.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_be_grouped() {
        assert_eq!(Answer::Number(16_777_214).mark(" 16,777,214 "), Verdict::Right);
        assert_eq!(Answer::Number(16_777_214).mark("1,677,214"), Verdict::Wrong);
    }

    #[test]
    fn what_cannot_be_read_is_not_wrong() {
        for (answer, typed) in [
            (Answer::Address(Ipv4Addr::LOCALHOST), "127.0.0"),
            (Answer::Number(2), "two"),
            (Answer::Prefix(24), "/33"),
            (Answer::YesNo(true), "perhaps"),
            (Answer::Class('A'), "F"),
        ] {
            assert!(matches!(answer.mark(typed), Verdict::Unreadable { .. }), "{answer} against {typed}");
        }
    }

    #[test]
    fn a_prefix_may_have_its_slash() {
        assert_eq!(Answer::Prefix(27).mark("27"), Verdict::Right);
        assert_eq!(Answer::Prefix(27).mark("/27"), Verdict::Right);
    }
}
