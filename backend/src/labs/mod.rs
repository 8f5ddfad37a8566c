//! What a learner can run on the kernel's own sockets: one file a lab.
//!
//! A lab is a script of system calls on loopback sockets, each side in a thread of its own. Its [`Run`] records the
//! calls, captures the frames and reads the kernel's socket tables meanwhile, and hands all of it out as events of one
//! trace, in the order of the kernel's clock. Not for: protocols (those are `firsthop_protocol`'s), nor for services
//! that stay open ([`crate::services`]).
//!
//! * [`run`]: does a lab from its beginning to its end.
//! * [`Cancel`]: ends one before its end.
//! * [`limits`]: what a lab may be asked for; [`check`] says whether it is.

mod cancel;
mod collector;
mod http;
pub mod limits;
mod meet;
mod ports;
mod recorder;
mod run;
mod sieve;
mod socket;
mod tables;
mod tcp;
mod text;
mod tftp;
mod udp_echo;

pub use cancel::{Cancel, Stop};
use firsthop_protocol::{
    api::Lab,
    trace::{Event, Text},
};
pub use run::Run;

use crate::clock;

/// What became of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The instant of the trace's time zero: microseconds since 1970-01-01 00:00 UTC.
    pub epoch_micros: u64,
    /// `Ok` when the lab went to its end, even if a call in it failed, which is in the trace.
    pub outcome: Result<(), Text>,
}

/// Whether `lab` is within the limits; if not, which it passes.
///
/// # Errors
/// The reason, for the learner.
pub fn check(lab: &Lab) -> Result<(), Text> {
    limits::check(lab).map(drop)
}

/// Does `lab` from its beginning to its end, or until `cancel`; blocks. The events come to `sink` in order, in small
/// batches, at most 20 ms after they happened; when `sink` says `false` nobody listens any more, and the run ends.
pub fn run(lab: &Lab, cancel: &Cancel, sink: impl FnMut(Vec<Event>) -> bool + Send) -> Report {
    let epoch_micros = clock::unix_micros();
    let plan = match limits::check(lab) {
        Ok(plan) => plan,
        Err(why) => return Report { epoch_micros, outcome: Err(why) },
    };
    let outcome = run::watched(epoch_micros, cancel, sink, |run| match &plan {
        limits::Plan::UdpEcho { datagrams } => udp_echo::play(run, datagrams),
        limits::Plan::Tftp(plan) => tftp::play(run, plan),
        limits::Plan::Tcp(exchange) => tcp::play(run, exchange),
        limits::Plan::Http { request } => http::play(run, request),
    });
    let outcome = match outcome {
        Ok(()) | Err(Stop::Failed) => Ok(()),
        Err(Stop::Cancelled) => Err(stopped()),
        Err(Stop::Deadline) => Err(too_long()),
    };
    Report { epoch_micros, outcome }
}

/// What is said of a run that took more than its time.
pub fn too_long() -> Text {
    Text::new("lab.deadline", "the run took longer than the server allows")
}

/// What is said of a run that its learner stopped.
pub fn stopped() -> Text {
    Text::new("lab.stopped", "the run was stopped")
}
