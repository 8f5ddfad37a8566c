//! The files of one directory and those below it, and never any other.
//!
//! The kernel resolves each path beneath the directory (`openat2`, `RESOLVE_BENEATH`), so that neither `..` nor a
//! symbolic link leads out, not even one that is changed in the middle of the call. Where the kernel does not know
//! that call, paths are walked name by name and no symbolic link is followed at all.

use std::{
    fs::File,
    io,
    os::{
        fd::{AsFd, OwnedFd},
        unix::fs::MetadataExt,
    },
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use firsthop_protocol::tftp::{ErrorCode, FileError, Sink, Source};
use rustix::{
    fs::{AtFlags, CWD, FileType, Mode, OFlags, RenameFlags, ResolveFlags},
    io::Errno,
};

use super::{
    source::{Reading, Writing, io_error},
    store::Store,
    uploads::{Quota, Upload as Stored, UploadOptions, Uploads, uploads_off},
};
use crate::places;

/// Unfinished uploads begin like this. They can be neither read nor written by name.
const UNFINISHED: &str = ".firsthop-upload-";

/// The files of one directory.
#[derive(Debug)]
pub struct Tree {
    root: OwnedFd,
    options: Option<UploadOptions>,
    uploads: Uploads,
    serial: AtomicU64,
}

impl Tree {
    /// The files below `root`, which must be there. Without `options` it is read-only. What was uploaded before this
    /// is like any other file, and not counted.
    pub fn open(root: &Path, options: Option<UploadOptions>) -> io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = rustix::fs::openat(CWD, root, flags, Mode::empty())?;
        Ok(Self { root, options, uploads: Uploads::default(), serial: AtomicU64::new(0) })
    }

    /// A file or folder of the tree, open for reading.
    ///
    /// # Errors
    /// When it is not there, may not be read, or is an unfinished upload.
    pub fn open_file(&self, names: &[String]) -> io::Result<File> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if names.iter().any(|name| matches!(*name, "" | "." | "..") || name.starts_with(UNFINISHED)) {
            return Err(io::ErrorKind::NotFound.into());
        }
        // NONBLOCK: opening a FIFO must not wait for its writer.
        Ok(File::from(self.open_beneath(&names, OFlags::RDONLY | OFlags::NONBLOCK)?))
    }

    /// The names on a file's path. An absolute path is one from the root of the tree, as in curl's URLs.
    fn names(path: &str) -> Result<Vec<&str>, FileError> {
        let names: Vec<_> = path.split('/').filter(|name| !matches!(*name, "" | ".")).collect();
        if names.is_empty() || names.contains(&"..") || names.iter().any(|name| name.starts_with(UNFINISHED))
        {
            return Err(FileError::new(ErrorCode::ACCESS_VIOLATION));
        }
        Ok(names)
    }

    /// Opens a path below the root, and never one that leads out of it.
    fn open_beneath(&self, names: &[&str], flags: OFlags) -> Result<OwnedFd, Errno> {
        let path = if names.is_empty() { ".".to_owned() } else { names.join("/") };
        let flags = flags | OFlags::CLOEXEC;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        // EAGAIN: something was renamed meanwhile and the kernel could not be sure.
        for _ in 0..8 {
            match rustix::fs::openat2(&self.root, path.as_str(), flags, Mode::empty(), resolve) {
                Err(Errno::AGAIN) => {}
                Err(Errno::NOSYS) => return self.walk(names, flags),
                result => return result,
            }
        }
        Err(Errno::AGAIN)
    }

    fn walk(&self, names: &[&str], flags: OFlags) -> Result<OwnedFd, Errno> {
        let step = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut at = rustix::fs::openat(&self.root, ".", step, Mode::empty())?;
        let Some((last, directories)) = names.split_last() else { return Ok(at) };
        for name in directories {
            at = rustix::fs::openat(&at, *name, step, Mode::empty())?;
        }
        rustix::fs::openat(&at, *last, flags | OFlags::NOFOLLOW, Mode::empty())
    }
}

impl Tree {
    /// How large an upload is by now, if it is still there.
    fn size_now(&self, name: &str, upload: Stored) -> Option<u64> {
        let names: Vec<&str> = name.split('/').collect();
        let file = File::from(self.open_beneath(&names, OFlags::PATH | OFlags::NOFOLLOW).ok()?);
        let metadata = file.metadata().ok()?;
        (metadata.is_file() && metadata.ino() == upload.inode).then_some(metadata.len())
    }
}

fn refusal(error: Errno) -> FileError {
    io_error(&error.into())
}

impl Store for Tree {
    fn read(&self, name: &str) -> Result<Box<dyn Source>, FileError> {
        let names = Self::names(name)?;
        // NONBLOCK: opening a FIFO must not wait for its writer.
        let file = self.open_beneath(&names, OFlags::RDONLY | OFlags::NONBLOCK).map_err(refusal)?;
        let file = File::from(file);
        let metadata = file.metadata().map_err(|error| io_error(&error))?;
        if !metadata.is_file() {
            return Err(FileError::with(ErrorCode::ACCESS_VIOLATION, "not a regular file"));
        }
        Ok(Box::new(Reading::new(file, metadata.len())))
    }

    fn write(&self, name: &str, size: Option<u64>, from: places::Source) -> Result<Box<dyn Sink>, FileError> {
        let options = self.options.ok_or_else(uploads_off)?;
        let names = Self::names(name)?;
        // The folder is the operator's: uploads may have been deleted, moved, or worked on.
        self.uploads.count_anew(|name, upload| self.size_now(name, upload));
        let quota = self.uploads.begin(options, from, size)?;
        let Some((last, directories)) = names.split_last() else {
            return Err(FileError::new(ErrorCode::ACCESS_VIOLATION));
        };
        let directory = self.open_beneath(directories, OFlags::PATH | OFlags::DIRECTORY).map_err(refusal)?;
        match rustix::fs::statat(&directory, *last, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => {}
            Err(error) => return Err(refusal(error)),
            Ok(_) if !options.overwrite => return Err(FileError::new(ErrorCode::FILE_EXISTS)),
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile => {}
            Ok(_) => return Err(FileError::with(ErrorCode::ACCESS_VIOLATION, "not a regular file")),
        }
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let unfinished = format!("{UNFINISHED}{}-{serial}", std::process::id());
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::ROTH;
        let file = rustix::fs::openat(&directory, unfinished.as_str(), flags, mode).map_err(refusal)?;
        Ok(Box::new(Upload {
            file: Writing::new(File::from(file)),
            directory,
            unfinished: Some(unfinished),
            name: (*last).to_owned(),
            path: names.join("/"),
            overwrite: options.overwrite,
            quota,
        }))
    }
}

/// A file that gets its name when it is whole.
struct Upload {
    file: Writing,
    directory: OwnedFd,
    unfinished: Option<String>,
    name: String,
    /// From the root of the tree.
    path: String,
    overwrite: bool,
    quota: Quota,
}

impl Sink for Upload {
    fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.quota.take(bytes.len())?;
        self.file.write(bytes)
    }

    fn finish(&mut self) -> Result<(), FileError> {
        self.file.flush()?;
        let inode = self.file.inode()?;
        let Some(unfinished) = self.unfinished.as_deref() else { return Ok(()) };
        let flags = if self.overwrite { RenameFlags::empty() } else { RenameFlags::NOREPLACE };
        let directory = self.directory.as_fd();
        rustix::fs::renameat_with(directory, unfinished, directory, &self.name, flags).map_err(refusal)?;
        self.unfinished = None;
        self.quota.keep(std::mem::take(&mut self.path), inode);
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(unfinished) = &self.unfinished
            && let Err(error) = rustix::fs::unlinkat(&self.directory, unfinished.as_str(), AtFlags::empty())
        {
            tracing::warn!(%error, file = unfinished, "an unfinished upload could not be removed");
        }
    }
}
