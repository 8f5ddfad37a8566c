//! Judging goals, event by event.

use super::{Goal, Moment, Part, watch::Watch, world::World};
use crate::trace::{Event, Time};

/// Goals and what a trace has said of them so far. It is fed each event once, and the work an event makes does not
/// depend on how many there were before.
///
/// ```
/// use firsthop_protocol::goal::{Checker, Standing};
/// use firsthop_protocol::sim::{Scenario, Simulation};
///
/// let mut simulation = Simulation::new(Scenario::builtin("handshake")?, 1)?;
/// let mut checker = Checker::new(&["tcp of server is ESTABLISHED".parse()?]);
/// while simulation.step() {
///     for event in simulation.take_trace().events() {
///         checker.feed(event);
///     }
///     checker.tick(simulation.now());
/// }
/// let Standing::Reached(moment) = checker.report(true)[0].standing else { panic!() };
/// assert_eq!(moment.time.micros(), 40_000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Checker {
    goals: Vec<(Vec<char>, Watch)>,
    world: World,
    events: usize,
    now: Time,
    /// The first event's instant, at which machines are set up.
    first: Option<Time>,
    /// That instant is over.
    settled: bool,
}

/// How far goals are after these events, at the instant `now`, which is not before the last of them. `over` says that
/// nothing else will come: then none is open.
pub fn judge(goals: &[Goal], events: &[Event], now: Time, over: bool) -> Vec<Part> {
    let mut checker = Checker::new(goals);
    events.iter().for_each(|event| checker.feed(event));
    checker.tick(now);
    checker.report(over)
}

impl Checker {
    /// Nothing has happened yet.
    pub fn new(goals: &[Goal]) -> Self {
        let watches = goals.iter().map(|goal| (goal.text.chars().collect(), Watch::new(&goal.must)));
        Self {
            goals: watches.collect(),
            world: World::default(),
            events: 0,
            now: Time::ZERO,
            first: None,
            settled: false,
        }
    }

    /// The next event of the trace.
    pub fn feed(&mut self, event: &Event) {
        self.tick(event.time);
        let time = self.now;
        self.first.get_or_insert(time);
        let moment = Moment { time, event: Some(self.events) };
        self.events += 1;
        self.world.feed(&event.kind);
        for (text, watch) in &mut self.goals {
            watch.feed(&event.kind, &self.world);
            watch.judge(moment, self.settled, text);
        }
    }

    /// Time has passed without an event: limits of time may be over.
    pub fn tick(&mut self, now: Time) {
        self.now = self.now.max(now);
        if let Some(first) = self.first.filter(|first| !self.settled && *first < self.now) {
            self.settled = true;
            let moment = Moment { time: first, event: self.events.checked_sub(1) };
            self.goals.iter_mut().for_each(|(text, watch)| watch.judge(moment, true, text));
        }
        self.goals.iter_mut().for_each(|(text, watch)| watch.time(self.now, text));
    }

    /// How many events it was fed.
    pub const fn events(&self) -> usize {
        self.events
    }

    /// How far each goal is. `over` says that nothing else will come: then none is open; more may be fed all the same.
    pub fn report(&self, over: bool) -> Vec<Part> {
        let end = over.then_some(Moment { time: self.now, event: None });
        self.goals.iter().map(|(text, watch)| watch.part(end, text)).collect()
    }
}
