//! The words of a command line.

use super::answer::Refusal;

/// The words that are still to be read.
#[derive(Debug, Clone)]
pub(super) struct Args<'w> {
    words: &'w [String],
}

impl<'w> Args<'w> {
    pub(super) const fn new(words: &'w [String]) -> Self {
        Self { words }
    }

    pub(super) fn next(&mut self) -> Option<&'w str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    pub(super) fn peek(&self) -> Option<&'w str> {
        self.words.first().map(String::as_str)
    }

    /// The first word of those still to be read for which this holds.
    pub(super) fn find(&self, is: impl Fn(&str) -> bool) -> Option<&'w str> {
        self.words.iter().map(String::as_str).find(|word| is(word))
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The next word if it is this one.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let is = self.peek() == Some(word);
        if is {
            self.next();
        }
        is
    }
}

/// The first of several names that begins as a word does, as iproute2 reads what is shortened.
pub(super) fn shortened<'n>(word: &str, names: &[&'n str]) -> Option<&'n str> {
    names.iter().find(|name| !word.is_empty() && name.starts_with(word)).copied()
}

/// An option of a program that reads them with `getopt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Opt {
    /// A letter, and its value if it has one.
    Short(char, Option<String>),
    /// A word that is no option.
    Plain(String),
}

/// What is wrong with an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OptError {
    /// There is none of that letter.
    Unknown(char),
    /// It has a value, which is missing.
    NoValue(char),
}

/// Reads options as `getopt` does: `known` has the letters, a colon after each that has a value.
pub(super) fn getopt(words: &[String], known: &str) -> Result<Vec<Opt>, OptError> {
    let has_value = |letter: char| {
        let at = known.find(letter).filter(|_| letter != ':')?;
        Some(known.get(at + 1..).is_some_and(|rest| rest.starts_with(':')))
    };
    let mut all = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--" {
            all.extend(words.by_ref().cloned().map(Opt::Plain));
            break;
        }
        let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
            all.push(Opt::Plain(word.clone()));
            continue;
        };
        let mut letters = letters.chars();
        while let Some(letter) = letters.next() {
            if !has_value(letter).ok_or(OptError::Unknown(letter))? {
                all.push(Opt::Short(letter, None));
                continue;
            }
            let rest = letters.as_str();
            let value = if rest.is_empty() { words.next().cloned() } else { Some(rest.to_owned()) };
            all.push(Opt::Short(letter, Some(value.ok_or(OptError::NoValue(letter))?)));
            break;
        }
    }
    Ok(all)
}

/// Splits a line into words: blanks part them unless they stand in quotes or behind a backslash; `#` begins a comment.
pub(super) fn split(line: &str) -> Result<Vec<String>, Refusal> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            (it, Some(open)) if it == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            ('\\', None | Some('"')) => word.get_or_insert_default().extend(characters.next()),
            ('#', None) if word.is_none() => break,
            (it, None) if it.is_whitespace() => words.extend(word.take()),
            ('|' | '>' | '<' | ';' | '&' | '`' | '$', None) => {
                let said = format!("bash: `{character}`: not understood by this shell");
                return Err(Refusal::new(2, said));
            }
            (it, _) => word.get_or_insert_default().push(it),
        }
    }
    if let Some(quote) = quote {
        let said = format!("bash: unexpected EOF while looking for matching `{quote}'");
        return Err(Refusal::new(2, said));
    }
    words.extend(word);
    Ok(words)
}
