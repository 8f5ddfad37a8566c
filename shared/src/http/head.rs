//! A message's first line and header section, read line by line as they arrive.

use super::{
    Fields, ParseError, Problem, Version,
    error::shown,
    fields::is_token,
    lines::{Line, Lines},
};

/// The first line of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum First {
    Request { method: String, target: String, version: Version },
    Status { version: Version, status: u16, reason: String },
}

/// Which of the two is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Request,
    Response,
}

/// A head that has arrived whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// Where it began.
    pub(super) at: u64,
    pub(super) first: First,
    pub(super) fields: Fields,
}

/// A head of which a part has arrived.
#[derive(Debug, Clone)]
pub(super) struct HeadReader {
    kind: Kind,
    most_line: usize,
    most_header: usize,
    head: Option<Head>,
    /// Bytes of field lines so far.
    length: usize,
}

impl HeadReader {
    pub(super) const fn new(kind: Kind, most_line: usize, most_header: usize) -> Self {
        Self { kind, most_line, most_header, head: None, length: 0 }
    }

    /// Whether its first line has arrived.
    pub(super) const fn has_begun(&self) -> bool {
        self.head.is_some()
    }

    /// Goes on with what has arrived; the head when its empty line has.
    pub(super) fn read(&mut self, lines: &mut Lines) -> Result<Option<Head>, ParseError> {
        loop {
            let Some(head) = &mut self.head else {
                let Some(line) = lines.line(self.most_line, Problem::FirstLineTooLong(self.most_line))?
                else {
                    return Ok(None);
                };
                // RFC 9112 §2.2: an empty line before a request is ignored.
                if line.bytes.is_empty() && self.kind == Kind::Request {
                    continue;
                }
                let first = match self.kind {
                    Kind::Request => request_line(&line)?,
                    Kind::Response => status_line(&line)?,
                };
                self.head = Some(Head { at: line.at, first, fields: Fields::default() });
                continue;
            };
            let room = self.most_header.saturating_sub(self.length);
            let Some(line) = lines.line(room, Problem::HeaderTooLong(self.most_header))? else {
                return Ok(None);
            };
            if line.bytes.is_empty() {
                self.length = 0;
                return Ok(self.head.take());
            }
            self.length += line.bytes.len() + 2;
            head.fields.read(&line)?;
        }
    }
}

/// RFC 9112 §3
fn request_line(line: &Line) -> Result<First, ParseError> {
    let at = line.at;
    let mut words = line.bytes.split(|byte| *byte == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(Problem::RequestLine(shown(&line.bytes)).at(at));
    };
    if method.is_empty() || !method.iter().all(|byte| is_token(*byte)) {
        return Err(Problem::Method(shown(method)).at(at));
    }
    let begin = at + method.len() as u64 + 1;
    let odd = target.iter().position(|byte| !matches!(byte, b'!'..=b'~'));
    if target.is_empty() || odd.is_some() {
        return Err(Problem::Target(shown(target)).at(begin + odd.unwrap_or(0) as u64));
    }
    let version = read_version(version).map_err(|problem| problem.at(begin + target.len() as u64 + 1))?;
    let ascii = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect();
    Ok(First::Request { method: ascii(method), target: ascii(target), version })
}

/// RFC 9112 §4
fn status_line(line: &Line) -> Result<First, ParseError> {
    let wrong = || Problem::StatusLine(shown(&line.bytes)).at(line.at);
    let mut words = line.bytes.splitn(3, |byte| *byte == b' ');
    let version = read_version(words.next().unwrap_or_default()).map_err(|problem| problem.at(line.at))?;
    let digits = words.next().filter(|digits| digits.len() == 3).ok_or_else(wrong)?;
    let status = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).ok_or_else(wrong)?;
    if !(100..=999).contains(&status) {
        return Err(wrong());
    }
    let reason = words.next().unwrap_or_default().iter().copied().map(char::from).collect();
    Ok(First::Status { version, status, reason })
}

/// RFC 9112 §2.3
fn read_version(bytes: &[u8]) -> Result<Version, Problem> {
    match bytes {
        b"HTTP/1.0" => Ok(Version::Http10),
        [b'H', b'T', b'T', b'P', b'/', b'1', b'.', minor] if minor.is_ascii_digit() => Ok(Version::Http11),
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            Err(Problem::Version(shown(bytes)))
        }
        _ => Err(Problem::VersionSyntax(shown(bytes))),
    }
}
