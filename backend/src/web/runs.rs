//! The lab runs of one browser.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use firsthop_protocol::{
    api::{Lab, ServerMessage},
    trace::Text,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::{
    config::Limits,
    labs::{self, Cancel, Stop},
};

/// The runs of one browser. Dropping it ends them all.
#[derive(Debug)]
pub(super) struct Runs {
    limits: Limits,
    /// A permit for each run of all browsers.
    all: Arc<Semaphore>,
    out: mpsc::Sender<ServerMessage>,
    under_way: Arc<Mutex<BTreeMap<u32, Cancel>>>,
}

impl Runs {
    /// No run yet; what runs say goes to `out`.
    pub(super) fn new(limits: Limits, all: Arc<Semaphore>, out: mpsc::Sender<ServerMessage>) -> Self {
        Self { limits, all, out, under_way: Arc::default() }
    }

    /// Starts a lab.
    pub(super) fn start(&self, run: u32, lab: Lab) -> Result<(), Text> {
        let permit = self.all.clone().try_acquire_owned().map_err(|_| {
            Text::new(
                "run.too-many",
                format!("the server has {} runs under way, its limit", self.limits.runs),
            )
            .arg("limit", self.limits.runs)
        })?;
        let cancel = Cancel::after(self.limits.run_time).map_err(|error| {
            Text::new("run.failed", format!("the server cannot start the run: {error}")).arg("error", error)
        })?;
        {
            let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
            if under_way.contains_key(&run) {
                return Err(Text::new("run.in-use", format!("run {run} is still under way")).arg("run", run));
            }
            let limit = self.limits.runs_per_session;
            if under_way.len() >= limit {
                let english = format!("this browser has {limit} runs under way, its limit");
                return Err(Text::new("run.too-many-here", english).arg("limit", limit));
            }
            under_way.insert(run, cancel.clone());
        }
        let (out, under_way) = (self.out.clone(), self.under_way.clone());
        let play = move || play(run, &lab, &cancel, &out, &under_way, permit);
        thread::Builder::new().name(format!("run {run}")).spawn(play).map_err(|error| {
            self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&run);
            Text::new("run.failed", format!("the server cannot start the run: {error}")).arg("error", error)
        })?;
        Ok(())
    }

    /// Stops a run.
    pub(super) fn stop(&self, run: u32) -> Result<(), Text> {
        let under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(cancel) = under_way.get(&run) else {
            return Err(Text::new("run.unknown", format!("run {run} is not under way")).arg("run", run));
        };
        cancel.say(Stop::Cancelled);
        Ok(())
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        for cancel in self.under_way.lock().unwrap_or_else(PoisonError::into_inner).values() {
            cancel.say(Stop::Cancelled);
        }
    }
}

/// Plays a lab in this thread. Sending waits while the browser is slow, and fails when it has left.
fn play(
    run: u32,
    lab: &Lab,
    cancel: &Cancel,
    out: &mpsc::Sender<ServerMessage>,
    under_way: &Mutex<BTreeMap<u32, Cancel>>,
    permit: OwnedSemaphorePermit,
) {
    out.blocking_send(ServerMessage::Started { run }).ok();
    let report =
        labs::run(lab, cancel, |events| out.blocking_send(ServerMessage::Events { run, events }).is_ok());
    // In this order, so that whoever reads `Ended` may use the number and the place again.
    under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&run);
    drop(permit);
    out.blocking_send(ServerMessage::Ended { run, outcome: report.outcome }).ok();
}
