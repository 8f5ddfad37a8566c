//! Files in memory, gone with the program: those of a lab, and of a server without a folder.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use firsthop_protocol::tftp::{Bytes, ErrorCode, FileError, Sink, Source};

use super::{
    store::Store,
    uploads::{Quota, UploadOptions, Uploads, uploads_off},
};
use crate::places;

/// Bytes in a name, as on a disk.
const NAME: usize = 255;

type Files = Mutex<BTreeMap<String, Arc<[u8]>>>;

/// Files in memory. The clones share them.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    files: Arc<Files>,
    options: Option<UploadOptions>,
    uploads: Uploads,
}

impl Memory {
    /// No files yet.
    pub fn new(options: Option<UploadOptions>) -> Self {
        Self { options, ..Self::default() }
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

    fn write(&self, name: &str, size: Option<u64>, from: places::Source) -> Result<Box<dyn Sink>, FileError> {
        let options = self.options.ok_or_else(uploads_off)?;
        if name.len() > NAME {
            return Err(FileError::with(ErrorCode::ACCESS_VIOLATION, "the name is too long"));
        }
        if !options.overwrite && self.get(name).is_some() {
            return Err(FileError::new(ErrorCode::FILE_EXISTS));
        }
        let quota = self.uploads.begin(options, from, size)?;
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
        files.insert(self.name.clone(), std::mem::take(&mut self.bytes).into());
        self.quota.keep(std::mem::take(&mut self.name), 0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn what_is_replaced_counts_no_more_and_names_have_an_end() {
        let options = UploadOptions { max_total_bytes: 100, overwrite: true, ..UploadOptions::default() };
        let memory = Memory::new(Some(options));
        let put = |name: &str, size: usize| {
            let from = IpAddr::from([127, 0, 0, 1]).into();
            let mut sink = memory.write(name, None, from)?;
            sink.write(&vec![7; size])?;
            sink.finish()
        };
        for _ in 0..10 {
            // While it comes, there is room for the old one and the new one.
            put("a", 50).unwrap();
        }
        assert!(put("b", 51).is_err());
        put("b", 50).unwrap();
        assert!(put("a", 1).is_err());
        assert!(put(&"n".repeat(256), 0).is_err());
        put(&"n".repeat(255), 0).unwrap();
    }
}
