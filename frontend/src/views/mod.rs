//! One folder a view of a trace. A view never knows which producer it shows.
//!
//! A view takes the trace and, where time matters, the instant up to which it is shown. Its arithmetic is in plain
//! functions beside it, tested natively.

pub mod bytes;
pub mod calls;
pub mod device;
pub mod export;
pub mod fold;
pub mod journey;
pub mod ladder;
pub mod layers;
pub mod log;
pub mod packet_list;
pub mod player;
mod shared_trace;
pub mod states;
pub mod study;
pub mod tables;
pub mod topology;

pub use shared_trace::SharedTrace;

/// The most things of a kind that a view puts on the page, the newest of the instant shown: a transfer has thousands, and
/// a page with all of them stands still. What is earlier is seen by going back in time.
pub const MOST_SHOWN: usize = 200;
