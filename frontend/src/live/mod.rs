//! Runs on the server: a WebSocket, and a trace that grows while the run goes on.
//!
//! [`use_live_run`] opens a connection while its component is shown; when the learner leaves, it closes, and the server
//! ends the run. Without a server (a static host) it says so, the component shows what is needed, and offers a recording of
//! what a server has shown, marked as one.
//!
//! Not for: what a run looks like. Its trace is shown by the same views as a simulated one.

mod panel;
mod run;
mod state;

/// The recordings that come along, each made by `firsthop lab` with the parameters that its page begins with.
pub const RECORDINGS: [&str; 5] = ["udp-echo", "tftp", "tcp", "http", "tcp-exchange"];

pub use panel::RunPanel;
pub use run::{LiveRun, use_live_run};
pub use state::{Action, Live, Run, Server};
