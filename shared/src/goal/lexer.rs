//! From the text of a goal to its words.

use std::ops::Range;

use super::{GoalError, Problem};

/// A piece of the goal's text and the characters it covers.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub at: Range<usize>,
    pub kind: TokenKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    Open,
    Close,
    Comma,
    /// `=` `!=` `<` `<=` `>` `>=`
    Sign(&'static str),
    Word(String),
    Quoted(String),
    /// What stands between brackets.
    Filter(String),
}

const SIGNS: [(&str, &str); 8] =
    [("!=", "!="), ("<=", "<="), ("≤", "<="), (">=", ">="), ("≥", ">="), ("=", "="), ("<", "<"), (">", ">")];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, GoalError> {
    let mut tokens = Vec::new();
    let mut chars = Chars { rest: text, at: 0 };
    while let Some(first) = chars.peek() {
        let start = chars.at;
        let sign = SIGNS.iter().find(|(written, _)| chars.rest.starts_with(written));
        let kind = if let Some((written, meant)) = sign {
            for _ in written.chars() {
                chars.next();
            }
            TokenKind::Sign(meant)
        } else {
            match first {
                _ if first.is_whitespace() => {
                    chars.next();
                    continue;
                }
                '(' | '（' => chars.only(TokenKind::Open),
                ')' | '）' => chars.only(TokenKind::Close),
                ',' | '，' => chars.only(TokenKind::Comma),
                '"' | '\'' | '“' | '”' => TokenKind::Quoted(chars.quoted()?),
                '[' | '［' => TokenKind::Filter(chars.filter()?),
                ']' | '］' | '!' | '！' | '&' | '|' => {
                    return Err(GoalError { at: start..start + 1, problem: Problem::Stray(first) });
                }
                _ => TokenKind::Word(chars.word()),
            }
        };
        tokens.push(Token { at: start..chars.at, kind });
    }
    Ok(tokens)
}

struct Chars<'t> {
    rest: &'t str,
    /// How many characters are gone.
    at: usize,
}

impl Chars<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let first = chars.next()?;
        self.rest = chars.as_str();
        self.at += 1;
        Some(first)
    }

    fn only(&mut self, kind: TokenKind) -> TokenKind {
        self.next();
        kind
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(c) = self.peek() {
            if c.is_whitespace() || "()（）,，=!！<>≤≥\"'“”[]［］&|".contains(c) {
                break;
            }
            word.extend(self.next());
        }
        word
    }

    /// The text between a quotation mark and the next of its kind.
    fn quoted(&mut self) -> Result<String, GoalError> {
        let start = self.at;
        let first = self.next().unwrap_or_default();
        let closes = |c| if matches!(first, '“' | '”') { matches!(c, '“' | '”') } else { c == first };
        let mut text = String::new();
        loop {
            match self.next() {
                Some(c) if closes(c) => return Ok(text),
                Some(c) => text.push(c),
                None => return Err(GoalError { at: start..start + 1, problem: Problem::UnclosedQuote }),
            }
        }
    }

    /// The text between brackets; a bracket in quotes is text of the filter.
    fn filter(&mut self) -> Result<String, GoalError> {
        let start = self.at;
        self.next();
        let mut text = String::new();
        while let Some(c) = self.peek() {
            match c {
                ']' | '］' => {
                    self.next();
                    return Ok(text);
                }
                '"' | '\'' | '“' | '”' => {
                    let before = self.rest;
                    self.quoted()?;
                    let taken = before.len() - self.rest.len();
                    text.push_str(before.get(..taken).unwrap_or_default());
                }
                _ => text.extend(self.next()),
            }
        }
        Err(GoalError { at: start..start + 1, problem: Problem::UnclosedFilter })
    }
}
