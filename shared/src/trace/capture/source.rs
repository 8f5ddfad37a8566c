//! A buffer over a stream: look ahead, take, skip.

use std::io::{ErrorKind, Read};

use super::{Part, ReadError};

const CHUNK: usize = 256 << 10;

/// Bytes of a stream, of which a window is in memory.
pub(super) struct Source<R> {
    inner: R,
    /// `buffer[start..end]` has been read from `inner` and not been taken yet.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Where `start` is in the stream.
    offset: u64,
}

impl<R: Read> Source<R> {
    pub(super) const fn new(inner: R) -> Self {
        Self { inner, buffer: Vec::new(), start: 0, end: 0, offset: 0 }
    }

    /// Where the next byte is in the stream.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// The next `count` bytes without taking them; fewer only at the end of the stream.
    pub(super) fn peek(&mut self, count: usize) -> Result<&[u8], ReadError> {
        while self.end - self.start < count {
            if !self.fill()? {
                break;
            }
        }
        let end = self.end.min(self.start.saturating_add(count));
        Ok(self.buffer.get(self.start..end).unwrap_or_default())
    }

    /// The next `count` bytes of the thing called `what`, taken; an error if the stream ends before.
    pub(super) fn take(&mut self, count: usize, what: Part) -> Result<&[u8], ReadError> {
        let offset = self.offset;
        let had = self.peek(count)?.len();
        if had < count {
            return Err(ReadError::Truncated { what, offset, needed: count as u64, had: had as u64 });
        }
        let start = self.start;
        self.start += count;
        self.offset += count as u64;
        Ok(self.buffer.get(start..start + count).unwrap_or_default())
    }

    /// Passes over `count` bytes without keeping them.
    pub(super) fn skip(&mut self, count: u64, what: Part) -> Result<(), ReadError> {
        let offset = self.offset;
        let mut left = count;
        while left > 0 {
            let step = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            let had = self.peek(step)?.len();
            if had == 0 {
                return Err(ReadError::Truncated { what, offset, needed: count, had: count - left });
            }
            self.start += had;
            self.offset += had as u64;
            left -= had as u64;
        }
        Ok(())
    }

    /// Reads more from the stream; `false` at its end.
    fn fill(&mut self) -> Result<bool, ReadError> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        // Grow by what arrives, not by what a length field promises.
        if self.end == self.buffer.len() {
            self.buffer.resize(self.end + CHUNK, 0);
        }
        loop {
            let space = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.inner.read(space) {
                Ok(0) => return Ok(false),
                Ok(got) => {
                    self.end += got;
                    return Ok(true);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(ReadError::Io {
                        offset: self.offset + self.end as u64,
                        why: error.to_string(),
                    });
                }
            }
        }
    }
}
