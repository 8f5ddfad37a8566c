//! Header and trailer fields (RFC 9110 §5).

use super::{ParseError, Problem, error::shown, lines::Line};

/// Fields in the order in which they stand. Names are compared without regard to case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Adds a field at the end.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// All, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All values of this name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The first value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The members of the comma-separated list that all fields of this name make together (RFC 9110 §5.6.1).
    pub fn list<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.all(name).flat_map(|value| value.split(',')).map(trim).filter(|member| !member.is_empty())
    }

    /// Whether that list has this member, without regard to case.
    pub fn has(&self, name: &str, member: &str) -> bool {
        self.list(name).any(|found| found.eq_ignore_ascii_case(member))
    }

    /// As they stand in a message.
    pub(super) fn emit(&self, out: &mut Vec<u8>) {
        for (name, value) in self.iter() {
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b": ");
            // Bytes beyond ASCII were read one by one, so that they are written as they came.
            out.extend(value.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')));
            out.extend_from_slice(b"\r\n");
        }
    }

    /// Reads a field line.
    pub(super) fn read(&mut self, line: &Line) -> Result<(), ParseError> {
        let Line { at, bytes, .. } = line;
        if bytes.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            return Err(Problem::ObsFold.at(*at));
        }
        let colon = bytes.iter().position(|byte| *byte == b':').filter(|colon| *colon > 0);
        let Some((name, value)) = colon.and_then(|colon| bytes.split_at_checked(colon)) else {
            return Err(Problem::Field(shown(bytes)).at(*at));
        };
        if name.last().is_some_and(u8::is_ascii_whitespace) {
            return Err(Problem::SpaceBeforeColon(shown(name.trim_ascii_end())).at(*at));
        }
        if let Some(odd) = name.iter().position(|byte| !is_token(*byte)) {
            return Err(Problem::FieldName(shown(name)).at(at + odd as u64));
        }
        let value = value.get(1..).unwrap_or_default();
        // RFC 9110 §5.5: visible characters, obs-text, space and tab.
        let odd = value.iter().position(|byte| !matches!(byte, b'\t' | b' '..=b'~' | 0x80..));
        if let Some(odd) = odd {
            return Err(Problem::FieldValue(shown(name)).at(at + (name.len() + 1 + odd) as u64));
        }
        let latin1 = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect::<String>();
        self.push(latin1(name), trim(&latin1(value)));
        Ok(())
    }
}

/// Optional white space is none of a value's (RFC 9110 §5.6.3).
fn trim(value: &str) -> &str {
    value.trim_matches([' ', '\t'])
}

/// RFC 9110 §5.6.2
pub(super) const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}
