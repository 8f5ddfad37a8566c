//! Drawing a network: what is drawn, what can be done to it, and every step of it undone. Pure: no browser, no clock.
//!
//! * [`draft`]: the network that is drawn: a scenario's text taken apart, whatever it has.
//! * [`edit`]: one change of it. · [`state`]: all changes so far, what is selected, where one looks.
//! * [`keys`]: what the keyboard does. · [`share`]: a network in a link.
//!
//! Not for: what a device may have in it; that is for [`Scenario`](firsthop_protocol::sim::Scenario) to say when it is run.

mod draft;
mod edit;
mod keys;
mod share;
mod state;

pub use draft::{Device, Draft, Unreadable};
pub use edit::{Clip, Edit, Refused};
pub use keys::{Command, KEYS, Key, command};
pub use share::{from_link, to_link};
pub use state::{Act, Editor, View};
