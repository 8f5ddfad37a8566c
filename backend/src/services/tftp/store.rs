//! Which files there are.

use firsthop_protocol::tftp::{FileError, Sink, Source};

use crate::places;

/// Where a server's files are. Called on the transfer's own thread, so that it may block.
pub trait Store: Send + Sync + 'static {
    /// Opens a file to be sent.
    fn read(&self, name: &str) -> Result<Box<dyn Source>, FileError>;

    /// Opens a file to be received from a client there. `size` is what it announced with `tsize`, if it did.
    /// The file appears when the sink is finished, and not at all when it is dropped before.
    fn write(&self, name: &str, size: Option<u64>, from: places::Source) -> Result<Box<dyn Sink>, FileError>;
}
