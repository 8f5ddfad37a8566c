//! The server and command line of Firsthop.
//!
//! * [`cli`]: one file a subcommand; parses, prints, exits. Knows nothing of sockets.
//! * [`services`]: UDP, TFTP, TCP and HTTP on kernel sockets.

pub mod cli;
pub mod services;
