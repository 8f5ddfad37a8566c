//! The server and command line of Firsthop.
//!
//! * [`cli`]: one file a subcommand; parses, prints, exits. Knows nothing of sockets.
//! * [`config`]: what the server may be told, from where, and what it does untold.
//! * [`web`]: the site, the health check and the WebSocket sessions.
//! * [`labs`]: what a learner can run on the kernel's own sockets.
//! * [`capture`]: what the kernel knows meanwhile: frames on the loopback interface, socket tables.
//! * [`services`]: the labs' services kept open for ordinary clients.
//! * [`places`]: how many clients at once, and from one source. `connections`: accepting them.
//! * [`log`]: what is logged, and how.
//! * [`bind`]: why an address cannot be had, and what to do about it.
//! * [`shutdown`]: how everything is told to end.
//! * [`clock`]: what time it is.

pub mod bind;
pub mod capture;
pub mod cli;
pub mod clock;
pub mod config;
mod connections;
pub mod labs;
pub mod log;
pub mod places;
pub mod services;
pub mod shutdown;
pub mod web;
