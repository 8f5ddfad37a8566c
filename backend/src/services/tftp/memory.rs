//! Files in memory: those of a lab, gone with it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
};

use firsthop_protocol::tftp::{Bytes, ErrorCode, FileError, Sink, Source};

use super::store::{Quota, Store, UploadOptions, uploads_off};

type Files = Mutex<BTreeMap<String, Arc<[u8]>>>;

/// Files in memory. The clones share them.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    files: Arc<Files>,
    uploads: Option<UploadOptions>,
    total: Arc<AtomicU64>,
}

impl Memory {
    /// No files yet.
    pub fn new(uploads: Option<UploadOptions>) -> Self {
        Self { uploads, ..Self::default() }
    }

    /// Puts a file there, or in the place of the one that is.
    pub fn insert(&self, name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) {
        lock(&self.files).insert(name.into(), bytes.into());
    }

    /// A file's bytes.
    pub fn get(&self, name: &str) -> Option<Arc<[u8]>> {
        lock(&self.files).get(name).cloned()
    }
}

fn lock(files: &Files) -> MutexGuard<'_, BTreeMap<String, Arc<[u8]>>> {
    files.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store for Memory {
    fn read(&self, name: &str) -> Result<Box<dyn Source>, FileError> {
        let bytes = self.get(name).ok_or_else(|| FileError::new(ErrorCode::FILE_NOT_FOUND))?;
        Ok(Box::new(Bytes::new(bytes)))
    }

    fn write(&self, name: &str, size: Option<u64>) -> Result<Box<dyn Sink>, FileError> {
        let options = self.uploads.ok_or_else(uploads_off)?;
        if !options.overwrite && self.get(name).is_some() {
            return Err(FileError::new(ErrorCode::FILE_EXISTS));
        }
        let quota = Quota::new(options, &self.total, size)?;
        Ok(Box::new(Writing {
            name: name.to_owned(),
            bytes: Vec::new(),
            files: Arc::clone(&self.files),
            overwrite: options.overwrite,
            quota,
        }))
    }
}

struct Writing {
    name: String,
    bytes: Vec<u8>,
    files: Arc<Files>,
    overwrite: bool,
    quota: Quota,
}

impl Sink for Writing {
    fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.quota.take(bytes.len())?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), FileError> {
        let mut files = lock(&self.files);
        // Another upload of the same name may have been faster.
        if !self.overwrite && files.contains_key(&self.name) {
            return Err(FileError::new(ErrorCode::FILE_EXISTS));
        }
        files.insert(std::mem::take(&mut self.name), std::mem::take(&mut self.bytes).into());
        self.quota.keep();
        Ok(())
    }
}
