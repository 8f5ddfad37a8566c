//! The language of goals on any text; and what is understood, judged on a trace.
#![no_main]

use std::sync::LazyLock;

use firsthop_protocol::{
    goal::{Checker, Goal, Standing, judge},
    sim::{Scenario, Simulation},
    trace::{Time, Trace},
};
use libfuzzer_sys::fuzz_target;

static TRACE: LazyLock<Trace> = LazyLock::new(|| {
    let mut simulation = Simulation::new(Scenario::builtin("handshake").unwrap(), 1).unwrap();
    simulation.run();
    simulation.into_trace()
});

fuzz_target!(|text: &str| {
    let goal: Goal = match text.parse() {
        Ok(goal) => goal,
        Err(error) => {
            assert!(error.at.start <= error.at.end && error.at.end <= text.chars().count());
            return;
        }
    };
    assert_eq!(goal.text(), text);
    let goals = [goal];
    let events = TRACE.events();
    let end = events.last().map_or(Time::ZERO, |event| event.time);
    let said = judge(&goals, events, end, true);
    assert!(matches!(said[0].standing, Standing::Reached(_) | Standing::Failed(_)));
    let mut live = Checker::new(&goals);
    for event in events {
        live.tick(event.time);
        live.feed(event);
    }
    assert_eq!(live.report(true), said);
});
