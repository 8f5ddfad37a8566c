//! A file of the disk as a machine's source and sink, read ahead and written behind.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    os::unix::fs::MetadataExt,
};

use firsthop_protocol::tftp::{ErrorCode, FileError, Source};

/// Bytes read ahead: 128 lock-step blocks for one system call.
const AHEAD: usize = 64 << 10;

pub(super) struct Reading {
    file: BufReader<File>,
    size: u64,
}

impl Reading {
    pub(super) fn new(file: File, size: u64) -> Self {
        // A small file needs no large buffer, and hundreds of transfers may be under way.
        let ahead = usize::try_from(size.saturating_add(1)).unwrap_or(AHEAD).min(AHEAD);
        Self { file: BufReader::with_capacity(ahead, file), size }
    }
}

impl Source for Reading {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, FileError> {
        loop {
            match self.file.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result.map_err(|error| io_error(&error)),
            }
        }
    }

    fn size(&self) -> Option<u64> {
        Some(self.size)
    }
}

pub(super) struct Writing(BufWriter<File>);

impl Writing {
    pub(super) fn new(file: File) -> Self {
        Self(BufWriter::with_capacity(AHEAD, file))
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.0.write_all(bytes).map_err(|error| io_error(&error))
    }

    /// The file's number on its disk.
    pub(super) fn inode(&self) -> Result<u64, FileError> {
        self.0.get_ref().metadata().map(|metadata| metadata.ino()).map_err(|error| io_error(&error))
    }

    pub(super) fn flush(&mut self) -> Result<(), FileError> {
        self.0.flush().map_err(|error| io_error(&error))
    }
}

/// The error code that says what the system said.
pub(super) fn io_error(error: &io::Error) -> FileError {
    use io::ErrorKind as Kind;
    let code = match error.kind() {
        Kind::NotFound | Kind::NotADirectory | Kind::InvalidFilename => ErrorCode::FILE_NOT_FOUND,
        // Leaving the tree is EXDEV to openat2, and a symbolic link where none may be is ELOOP.
        Kind::PermissionDenied | Kind::CrossesDevices | Kind::IsADirectory | Kind::ReadOnlyFilesystem => {
            ErrorCode::ACCESS_VIOLATION
        }
        _ if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            ErrorCode::ACCESS_VIOLATION
        }
        Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => ErrorCode::DISK_FULL,
        Kind::AlreadyExists => ErrorCode::FILE_EXISTS,
        _ => return FileError::with(ErrorCode::NOT_DEFINED, error.to_string()),
    };
    FileError::new(code)
}
