//! The lab runs of one browser.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use firsthop_protocol::{
    api::{Lab, ServerMessage},
    trace::Text,
};
use tokio::{sync::mpsc, time::interval};

use super::turns::{Turn, Turns};
use crate::{
    config::Limits,
    labs::{self, Cancel, Stop},
    places::Source,
    shutdown::Shutdown,
};

/// How often a run that waits is told its place.
const TELL: Duration = Duration::from_millis(500);

/// How long a browser may take, after the time of a run, to hear the rest of it: a slow one does not keep the place.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// The runs of one browser. Dropping it ends them all.
#[derive(Debug)]
pub(super) struct Runs {
    limits: Limits,
    source: Source,
    turns: Arc<Turns>,
    out: mpsc::Sender<ServerMessage>,
    here: Here,
}

/// The runs by their number.
type Here = Arc<Mutex<BTreeMap<u32, Stage>>>;

/// Where a run is, and how it is told to end.
#[derive(Debug)]
enum Stage {
    Waiting(Shutdown),
    UnderWay(Cancel),
}

impl Stage {
    fn stop(&self) {
        match self {
            Self::Waiting(word) => word.say(),
            Self::UnderWay(cancel) => cancel.say(Stop::Cancelled),
        }
    }
}

impl Runs {
    /// No run yet; what runs say goes to `out`.
    pub(super) fn new(
        limits: Limits,
        source: Source,
        turns: Arc<Turns>,
        out: mpsc::Sender<ServerMessage>,
    ) -> Self {
        Self { limits, source, turns, out, here: Arc::default() }
    }

    /// Starts a lab, or has it wait for its turn.
    pub(super) fn start(&self, run: u32, lab: Lab) -> Result<(), Text> {
        let mut here = lock(&self.here);
        if here.contains_key(&run) {
            return Err(Text::new("run.in-use", format!("run {run} is still under way")).arg("run", run));
        }
        let limit = self.limits.runs_per_session;
        if here.len() >= limit {
            let english = format!("this browser has {limit} runs under way, its limit");
            return Err(Text::new("run.too-many-here", english).arg("limit", limit));
        }
        let turn = self.turns.join(self.source).ok_or_else(|| {
            Text::new("run.too-many", "too many runs wait for their turn already; try again later")
        })?;
        let stop = Shutdown::new();
        here.insert(run, Stage::Waiting(stop.clone()));
        let begin = Begin {
            run,
            lab,
            run_time: self.limits.run_time,
            out: self.out.clone(),
            here: Arc::clone(&self.here),
        };
        tokio::spawn(begin.in_turn(turn, stop));
        Ok(())
    }

    /// Stops a run.
    pub(super) fn stop(&self, run: u32) -> Result<(), Text> {
        let here = lock(&self.here);
        let Some(stage) = here.get(&run) else {
            return Err(Text::new("run.unknown", format!("run {run} is not under way")).arg("run", run));
        };
        stage.stop();
        Ok(())
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        lock(&self.here).values().for_each(Stage::stop);
    }
}

fn lock(here: &Here) -> MutexGuard<'_, BTreeMap<u32, Stage>> {
    here.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A run that is to begin.
struct Begin {
    run: u32,
    lab: Lab,
    run_time: Duration,
    out: mpsc::Sender<ServerMessage>,
    here: Here,
}

impl Begin {
    /// Begins when its turn comes, and tells meanwhile how many are ahead.
    async fn in_turn(self, mut turn: Turn, stop: Shutdown) {
        let mut tell = interval(TELL);
        let mut told = None;
        loop {
            tokio::select! {
                biased;
                () = stop.wait() => break,
                () = turn.comes() => break,
                _ = tell.tick() => {}
            }
            let ahead = turn.ahead();
            // A browser that does not keep up misses some, and no harm: the next is as good.
            if told != Some(ahead)
                && self.out.try_send(ServerMessage::Queued { run: self.run, ahead }).is_ok()
            {
                told = Some(ahead);
            }
        }
        let (run, out, here) = (self.run, self.out.clone(), Arc::clone(&self.here));
        let why = match self.begin(turn, &stop) {
            Ok(()) => return,
            Err(Some(error)) => Text::new("run.failed", format!("the server cannot start the run: {error}"))
                .arg("error", error),
            Err(None) => labs::stopped(),
        };
        lock(&here).remove(&run);
        out.send(ServerMessage::Ended { run, outcome: Err(why) }).await.ok();
    }

    /// Begins in a thread of its own, or says why it cannot; without an error it was stopped before.
    fn begin(self, turn: Turn, stop: &Shutdown) -> Result<(), Option<io::Error>> {
        let cancel = Cancel::after(self.run_time).map_err(Some)?;
        {
            let mut here = lock(&self.here);
            // Looked at under the lock under which it is said.
            if stop.is_said() {
                return Err(None);
            }
            here.insert(self.run, Stage::UnderWay(cancel.clone()));
        }
        let name = format!("run {}", self.run);
        thread::Builder::new().name(name).spawn(move || self.play(&cancel, turn)).map(drop).map_err(Some)
    }

    /// Plays the lab in this thread. Sending waits while the browser is slow, and fails when it has left.
    fn play(self, cancel: &Cancel, turn: Turn) {
        let Self { run, lab, run_time, out, here } = self;
        out.blocking_send(ServerMessage::Started { run }).ok();
        let last = Instant::now() + run_time + LAST_WORDS;
        let report = labs::run(&lab, cancel, |events| {
            Instant::now() < last && out.blocking_send(ServerMessage::Events { run, events }).is_ok()
        });
        let whole = if Instant::now() < last { Ok(()) } else { Err(labs::too_long()) };
        // In this order, so that whoever reads `Ended` may use the number and the place again.
        lock(&here).remove(&run);
        drop(turn);
        out.blocking_send(ServerMessage::Ended { run, outcome: report.outcome.and(whole) }).ok();
    }
}
