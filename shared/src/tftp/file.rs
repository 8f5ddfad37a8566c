//! Where the bytes of a file come from and go to.
//!
//! The machines hold no file, only the window in flight. A server reads and writes the disk through these two
//! traits, a simulated host its memory.

use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;

use super::packet::ErrorCode;

/// The file could not be read or written; the peer is told with an ERROR.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{code}: {message}")]
pub struct FileError {
    /// The code that the peer gets.
    pub code: ErrorCode,
    /// The message that the peer gets.
    pub message: String,
}

impl FileError {
    /// With the RFC's words for the code.
    pub fn new(code: ErrorCode) -> Self {
        Self { code, message: code.meaning().to_owned() }
    }

    /// With words of its own.
    pub fn with(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// A file being read from beginning to end.
pub trait Source: Send {
    /// Fills the beginning of `buffer`; 0 is the end of the file.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, FileError>;

    /// Bytes in the file as it will be sent, if that is known.
    fn size(&self) -> Option<u64>;
}

/// A file being written from beginning to end.
pub trait Sink: Send {
    /// Appends `bytes`.
    fn write(&mut self, bytes: &[u8]) -> Result<(), FileError>;

    /// The file is whole. Called once, before the last block is acknowledged, so that a sender who has that ACK
    /// knows that the file is there. A sink dropped without it had better leave nothing.
    fn finish(&mut self) -> Result<(), FileError>;
}

/// A file in memory, to be read: owned, shared (`Arc<[u8]>`) or part of the program (`&'static [u8]`).
#[derive(Debug, Clone, Default)]
pub struct Bytes<B> {
    bytes: B,
    at: usize,
}

impl<B: AsRef<[u8]>> Bytes<B> {
    /// From its first byte on.
    pub const fn new(bytes: B) -> Self {
        Self { bytes, at: 0 }
    }
}

impl<B: AsRef<[u8]> + Send> Source for Bytes<B> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, FileError> {
        let rest = self.bytes.as_ref().get(self.at..).unwrap_or_default();
        let copied = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..copied), rest.get(..copied)) {
            to.copy_from_slice(from);
        }
        self.at += copied;
        Ok(copied)
    }

    fn size(&self) -> Option<u64> {
        u64::try_from(self.bytes.as_ref().len()).ok()
    }
}

/// A file in memory, to be written; the clones share it, so that one is kept while the machine has the other.
#[derive(Debug, Clone, Default)]
pub struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was written, taken out.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many bytes were written.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Sink for Buffer {
    fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), FileError> {
        Ok(())
    }
}
