//! The server and command line of Firsthop.
//!
//! * [`cli`]: one file a subcommand; parses, prints, exits. Knows nothing of sockets.

pub mod cli;
