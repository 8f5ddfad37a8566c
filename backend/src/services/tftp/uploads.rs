//! How much has been uploaded and is stored now, and from where: what an upload may still take.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use firsthop_protocol::tftp::{ErrorCode, FileError};

use crate::places::Source;

/// What may be uploaded. Without it nothing may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadOptions {
    /// The most bytes in one file.
    pub max_bytes: u64,
    /// The most bytes in all uploads that are stored at once.
    pub max_total_bytes: u64,
    /// Of these, from one source.
    pub max_source_bytes: u64,
    /// The most uploads that are stored at once, whatever their size.
    pub max_files: usize,
    /// Whether an upload may take the place of a file that is there.
    pub overwrite: bool,
}

impl Default for UploadOptions {
    fn default() -> Self {
        Self {
            max_bytes: 64 << 20,
            max_total_bytes: 1 << 30,
            max_source_bytes: 1 << 30,
            max_files: 1000,
            overwrite: false,
        }
    }
}

/// The uploads of one store: those that are whole, by name, and those under way.
#[derive(Debug, Clone, Default)]
pub(super) struct Uploads(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    whole: HashMap<String, Upload>,
    under_way: usize,
    /// Bytes of each source, whole and under way.
    bytes: HashMap<Source, u64>,
}

/// One that is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Upload {
    source: Source,
    bytes: u64,
    /// Tells it from another file that has its name by now.
    pub(super) inode: u64,
}

impl Uploads {
    fn lock(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks how large each is by now; `None` when it is there no more.
    pub(super) fn count_anew(&self, size: impl Fn(&str, Upload) -> Option<u64>) {
        // Not under the lock, for which uploads wait with every block.
        let known: Vec<(String, Upload)> =
            self.lock().whole.iter().map(|(name, upload)| (name.clone(), *upload)).collect();
        for (name, upload) in known {
            let size = size(&name, upload);
            if size == Some(upload.bytes) {
                continue;
            }
            let mut book = self.lock();
            // Replaced meanwhile, it is counted already.
            if book.whole.get(&name) == Some(&upload) {
                book.forget(&name);
                if let Some(bytes) = size {
                    book.store(name, Upload { bytes, ..upload });
                }
            }
        }
    }

    /// Room for an upload of so many bytes, if that was announced; the rest is asked for as it comes.
    pub(super) fn begin(
        &self,
        options: UploadOptions,
        source: Source,
        announced: Option<u64>,
    ) -> Result<Quota, FileError> {
        let announced = announced.unwrap_or(0);
        if announced > options.max_bytes {
            return Err(too_large(options));
        }
        let mut book = self.lock();
        if book.whole.len() + book.under_way >= options.max_files {
            return Err(full("as many files as may be"));
        }
        book.room(options, source, announced)?;
        book.under_way += 1;
        drop(book);
        Ok(Quota { uploads: self.clone(), options, source, bytes: 0, kept: false })
    }
}

impl Book {
    fn room(&self, options: UploadOptions, source: Source, more: u64) -> Result<(), FileError> {
        let all: u64 = self.bytes.values().sum();
        let own = self.bytes.get(&source).copied().unwrap_or(0);
        if all.saturating_add(more) > options.max_total_bytes {
            return Err(full("all of it is taken"));
        }
        if own.saturating_add(more) > options.max_source_bytes {
            return Err(full("your address has taken its share"));
        }
        Ok(())
    }

    fn take(&mut self, source: Source, bytes: u64) {
        *self.bytes.entry(source).or_default() += bytes;
    }

    fn give_back(&mut self, source: Source, bytes: u64) {
        if let Some(held) = self.bytes.get_mut(&source) {
            *held = held.saturating_sub(bytes);
            if *held == 0 {
                self.bytes.remove(&source);
            }
        }
    }

    fn store(&mut self, name: String, upload: Upload) {
        self.take(upload.source, upload.bytes);
        self.whole.insert(name, upload);
    }

    fn forget(&mut self, name: &str) {
        if let Some(upload) = self.whole.remove(name) {
            self.give_back(upload.source, upload.bytes);
        }
    }
}

/// The bytes of one upload under way; given back unless they are kept.
#[derive(Debug)]
pub(super) struct Quota {
    uploads: Uploads,
    options: UploadOptions,
    source: Source,
    bytes: u64,
    kept: bool,
}

impl Quota {
    /// Counts more bytes, or refuses them.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), FileError> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        if self.bytes.saturating_add(bytes) > self.options.max_bytes {
            return Err(too_large(self.options));
        }
        let mut book = self.uploads.lock();
        book.room(self.options, self.source, bytes)?;
        book.take(self.source, bytes);
        self.bytes += bytes;
        Ok(())
    }

    /// The file is whole, under this name; an upload that had it before is gone.
    pub(super) fn keep(&mut self, name: String, inode: u64) {
        let mut book = self.uploads.lock();
        book.forget(&name);
        // Counted already while it was under way.
        book.whole.insert(name, Upload { source: self.source, bytes: self.bytes, inode });
        book.under_way -= 1;
        self.kept = true;
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        if !self.kept {
            let mut book = self.uploads.lock();
            book.give_back(self.source, self.bytes);
            book.under_way -= 1;
        }
    }
}

fn too_large(options: UploadOptions) -> FileError {
    let most = options.max_bytes;
    FileError::with(ErrorCode::DISK_FULL, format!("larger than the {most} bytes allowed for one file"))
}

fn full(why: &str) -> FileError {
    FileError::with(ErrorCode::DISK_FULL, format!("no room left for uploads: {why}"))
}

pub(super) fn uploads_off() -> FileError {
    FileError::with(ErrorCode::ACCESS_VIOLATION, "uploads are switched off")
}
