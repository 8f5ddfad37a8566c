//! netascii: text with CR LF at the end of a line and CR NUL for a lone CR. RFC 1350 §1, RFC 764.
//!
//! Local text here ends its lines with LF, as Unix does. A pair may be split between two blocks.

use super::file::{FileError, Sink, Source};

/// A local text file, read as netascii.
pub struct Encoder {
    inner: Box<dyn Source>,
    raw: Vec<u8>,
    at: usize,
    /// The second byte of a pair whose first has been handed out.
    pending: Option<u8>,
    ended: bool,
}

impl Encoder {
    /// Over `inner`.
    pub fn new(inner: Box<dyn Source>) -> Self {
        Self { inner, raw: Vec::new(), at: 0, pending: None, ended: false }
    }

    fn next(&mut self) -> Result<Option<u8>, FileError> {
        if let Some(byte) = self.pending.take() {
            return Ok(Some(byte));
        }
        if self.at == self.raw.len() && !self.ended {
            self.raw.resize(4096, 0);
            let read = self.inner.read(&mut self.raw)?;
            self.raw.truncate(read);
            self.ended = read == 0;
            self.at = 0;
        }
        let Some(byte) = self.raw.get(self.at).copied() else { return Ok(None) };
        self.at += 1;
        Ok(Some(match byte {
            b'\n' => {
                self.pending = Some(b'\n');
                b'\r'
            }
            b'\r' => {
                self.pending = Some(0);
                b'\r'
            }
            other => other,
        }))
    }
}

impl Source for Encoder {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, FileError> {
        let mut read = 0;
        for slot in buffer {
            let Some(byte) = self.next()? else { break };
            *slot = byte;
            read += 1;
        }
        Ok(read)
    }

    fn size(&self) -> Option<u64> {
        None // known only when all of it has been translated
    }
}

/// A local text file, written from netascii.
pub struct Decoder {
    inner: Box<dyn Sink>,
    out: Vec<u8>,
    after_cr: bool,
}

impl Decoder {
    /// Over `inner`.
    pub fn new(inner: Box<dyn Sink>) -> Self {
        Self { inner, out: Vec::new(), after_cr: false }
    }
}

impl Sink for Decoder {
    fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.out.clear();
        for &byte in bytes {
            match (std::mem::take(&mut self.after_cr), byte) {
                (true, b'\n') => self.out.push(b'\n'),
                (true, 0) => self.out.push(b'\r'),
                // Neither pair: not netascii, so keep every byte rather than lose one.
                (true, b'\r') => {
                    self.out.push(b'\r');
                    self.after_cr = true;
                }
                (true, other) => self.out.extend([b'\r', other]),
                (false, b'\r') => self.after_cr = true,
                (false, other) => self.out.push(other),
            }
        }
        self.inner.write(&self.out)
    }

    fn finish(&mut self) -> Result<(), FileError> {
        if std::mem::take(&mut self.after_cr) {
            self.inner.write(b"\r")?;
        }
        self.inner.finish()
    }
}
