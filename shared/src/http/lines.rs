//! Bytes as they arrive, taken out as lines or as they are.

use super::{ParseError, Problem};

/// What has arrived and was not taken yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    bytes: Vec<u8>,
    /// Taken from the front already.
    taken: usize,
    /// Looked at already, in vain, for the end of a line.
    scanned: usize,
    /// Taken before `bytes` began.
    before: u64,
}

/// A line without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it began, counted from the connection's first byte.
    pub(super) at: u64,
    pub(super) bytes: Vec<u8>,
    /// Whether CR LF ended it, and not LF alone.
    pub(super) crlf: bool,
}

impl Lines {
    pub(super) const fn new() -> Self {
        Self { bytes: Vec::new(), taken: 0, scanned: 0, before: 0 }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.taken > 0 {
            self.bytes.drain(..self.taken);
            self.before += self.taken as u64;
            self.scanned = self.scanned.saturating_sub(self.taken);
            self.taken = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.taken..).unwrap_or_default()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest().is_empty()
    }

    /// Where the next byte to be taken is.
    pub(super) fn at(&self) -> u64 {
        self.before + self.taken as u64
    }

    /// The next line, if its end has arrived. A lone LF ends one as well (RFC 9112 §2.2); a lone CR never does.
    /// `too_long` is the error when it has more than `most` bytes.
    pub(super) fn line(&mut self, most: usize, too_long: Problem) -> Result<Option<Line>, ParseError> {
        let at = self.at();
        let from = self.scanned.max(self.taken);
        let found = self.bytes.get(from..).and_then(|new| new.iter().position(|byte| *byte == b'\n'));
        let Some(end) = found.map(|position| from + position) else {
            self.scanned = self.bytes.len();
            // Its CR may be there already.
            return if self.rest().len() > most.saturating_add(1) { Err(too_long.at(at)) } else { Ok(None) };
        };
        let line = self.bytes.get(self.taken..end).unwrap_or_default();
        let crlf = line.ends_with(b"\r");
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.len() > most {
            return Err(too_long.at(at));
        }
        if let Some(position) = line.iter().position(|byte| *byte == b'\r') {
            return Err(Problem::BareCr.at(at + position as u64));
        }
        let line = Line { at, bytes: line.to_vec(), crlf };
        self.taken = end + 1;
        self.scanned = self.taken;
        Ok(Some(line))
    }

    /// Up to `most` bytes as they are.
    pub(super) fn take(&mut self, most: u64) -> &[u8] {
        let length = usize::try_from(most).unwrap_or(usize::MAX).min(self.rest().len());
        let from = self.taken;
        self.taken += length;
        self.scanned = self.scanned.max(self.taken);
        self.bytes.get(from..self.taken).unwrap_or_default()
    }
}
