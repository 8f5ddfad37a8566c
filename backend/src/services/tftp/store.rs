//! Which files there are, and who may write how much.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use firsthop_protocol::tftp::{ErrorCode, FileError, Sink, Source};

/// Where a server's files are. Called on the transfer's own thread, so that it may block.
pub trait Store: Send + Sync + 'static {
    /// Opens a file to be sent.
    fn read(&self, name: &str) -> Result<Box<dyn Source>, FileError>;

    /// Opens a file to be received. `size` is what the client announced with `tsize`, if it did.
    /// The file appears when the sink is finished, and not at all when it is dropped before.
    fn write(&self, name: &str, size: Option<u64>) -> Result<Box<dyn Sink>, FileError>;
}

/// What may be uploaded. Without it nothing may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadOptions {
    /// The most bytes in one file.
    pub max_bytes: u64,
    /// The most bytes in all files uploaded since the start.
    pub max_total_bytes: u64,
    /// Whether an upload may take the place of a file that is there.
    pub overwrite: bool,
}

impl Default for UploadOptions {
    fn default() -> Self {
        Self { max_bytes: 64 << 20, max_total_bytes: 1 << 30, overwrite: false }
    }
}

/// The bytes of one upload, counted against both limits; given back unless they are kept.
#[derive(Debug)]
pub(super) struct Quota {
    options: UploadOptions,
    total: Arc<AtomicU64>,
    bytes: u64,
    kept: bool,
}

impl Quota {
    pub(super) fn new(
        options: UploadOptions,
        total: &Arc<AtomicU64>,
        announced: Option<u64>,
    ) -> Result<Self, FileError> {
        let quota = Self { options, total: Arc::clone(total), bytes: 0, kept: false };
        let announced = announced.unwrap_or(0);
        if announced > options.max_bytes {
            return Err(quota.too_large());
        }
        if announced.saturating_add(total.load(Ordering::Relaxed)) > options.max_total_bytes {
            return Err(full());
        }
        Ok(quota)
    }

    /// Counts more bytes, or refuses them.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), FileError> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        if self.bytes.saturating_add(bytes) > self.options.max_bytes {
            return Err(self.too_large());
        }
        let most = self.options.max_total_bytes;
        self.total
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |total| {
                total.checked_add(bytes).filter(|total| *total <= most)
            })
            .map_err(|_| full())?;
        self.bytes += bytes;
        Ok(())
    }

    /// The file is there to stay.
    pub(super) fn keep(&mut self) {
        self.kept = true;
    }

    fn too_large(&self) -> FileError {
        FileError::with(
            ErrorCode::DISK_FULL,
            format!("larger than the {} bytes allowed for one file", self.options.max_bytes),
        )
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        if !self.kept {
            self.total.fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}

fn full() -> FileError {
    FileError::with(ErrorCode::DISK_FULL, "no room left for uploads")
}

pub(super) fn uploads_off() -> FileError {
    FileError::with(ErrorCode::ACCESS_VIOLATION, "uploads are switched off")
}
