//! The TFTP service: the machines of [`firsthop_protocol::tftp`] on kernel sockets, with files from a [`Store`].
//!
//! Not for: the protocol. What is decided here is which file may be touched and how many may come at once.
//!
//! * [`listener`](serve): the well-known port; each request becomes a transfer with a port (TID) and a thread of its own.
//! * [`drive`]: one transfer on one blocking socket; also a client for programs that may block.
//! * [`transfer`]: a client for tasks. · [`observe`]: every system call and event of a transfer, for a trace.
//! * [`Tree`]: files of one directory, never outside. · [`Memory`]: files of a lab.

mod address;
mod burst;
mod client;
mod drive;
mod listener;
mod memory;
pub mod observe;
mod source;
mod store;
mod tree;
mod uploads;

pub use client::transfer;
pub use drive::drive;
pub use listener::{Options, serve};
pub use memory::Memory;
pub use observe::{Call, CallKind, Observer, TransferInfo};
pub use store::Store;
pub use tree::Tree;
pub use uploads::UploadOptions;
