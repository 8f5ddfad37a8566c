//! The terminal of a simulated machine: keys in, lines of text out, as a shell on Linux would have it.
//!
//! What a Linux tool prints is printed here in the same words and columns; tests compare the two line by line. Not for:
//! drawing (a view shows what is said here), nor for what a command does to the network, which is the simulator's.
//!
//! * [`line`]: the line that is typed, with history, search and completion. · [`Completion`]: what may be typed.
//! * [`run`]: a line to what it prints, changes and sets going. · [`COMMANDS`]: all there are.
//! * [`Machine`], [`Change`]: what commands see and change. · [`Program`]: what goes on running.
//! * `ip`, `net_tools`, `ss`: the tools. · [`text`]: every sentence of our own.

mod answer;
mod args;
mod complete;
mod ip;
pub mod line;
mod machine;
mod net_tools;
mod ports;
mod program;
mod shell;
mod ss;
pub mod text;

pub use answer::{Answer, Line};
pub use complete::Completion;
pub use machine::{Change, Counters, Machine, Neighbour, Socket};
pub use program::{Input, Io, Program, Send};
pub use shell::{COMMANDS, Command, command, run};
