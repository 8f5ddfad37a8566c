//! The terminal of a simulated machine: keys in, lines of text out, as a shell on Linux would have it.
//!
//! Not for: drawing (a view shows what is said here), nor for what a command does to the network, which is the
//! simulator's.
//!
//! * [`line`]: the line that is typed, with history, search and completion.

pub mod line;
