//! The goals of a scenario at the end of `firsthop sim`.

use std::io::{self, Write};

use firsthop_protocol::{
    goal::{Checker, GoalSpec, Moment, Part, Standing},
    sim::Scenario,
    trace::{Event, Time},
};
use serde_json::json;

/// Watches a scenario's goals while it runs.
pub struct Goals {
    specs: Vec<GoalSpec>,
    checker: Checker,
}

impl Goals {
    /// Nothing has happened yet.
    pub fn new(scenario: &Scenario) -> Self {
        Self { specs: scenario.goals.clone(), checker: Checker::new(&scenario.parsed_goals()) }
    }

    /// The next event.
    pub fn feed(&mut self, event: &Event) {
        self.checker.feed(event);
    }

    /// The simulation ends now: which goals there are, and what became of them.
    pub fn end(mut self, now: Time) -> Outcome {
        self.checker.tick(now);
        Outcome { now, goals: self.specs.into_iter().zip(self.checker.report(true)).collect() }
    }
}

/// What became of the goals.
pub struct Outcome {
    now: Time,
    goals: Vec<(GoalSpec, Part)>,
}

impl Outcome {
    /// How many goals there are, and how many of them were not reached.
    pub fn failed(&self) -> (usize, usize) {
        let failed = self.goals.iter().filter(|(_, part)| !is_reached(part));
        (self.goals.len(), failed.count())
    }

    /// One JSON object a line, a goal each.
    pub fn json(&self, out: &mut impl Write) -> io::Result<()> {
        for (spec, part) in &self.goals {
            let GoalSpec { title, points, .. } = spec;
            let line = json!({
                "time": self.now, "event": "goal", "title": title, "points": points, "reached": is_reached(part), "must": part,
            });
            writeln!(out, "{line}")?;
        }
        Ok(())
    }

    /// A line a goal; of one that was not reached also its parts, and why.
    pub fn text(&self, out: &mut impl Write) -> io::Result<()> {
        if self.goals.is_empty() {
            return Ok(());
        }
        let (all, failed) = self.failed();
        writeln!(out, "\nGoals: {} of {all} reached", all - failed)?;
        for (spec, part) in &self.goals {
            writeln!(out, "  {}  {}", mark(part.standing), spec.title)?;
            if !is_reached(part) {
                explain(part, 2, out)?;
            }
        }
        Ok(())
    }
}

fn is_reached(part: &Part) -> bool {
    matches!(part.standing, Standing::Reached(_))
}

/// `reached 0.040000 s`, as wide whatever it says.
fn mark(standing: Standing) -> String {
    let at = |Moment { time, .. }: Moment| format!("{time} s");
    let (word, when) = match standing {
        Standing::Reached(moment) => ("reached", at(moment)),
        Standing::Failed(moment) => ("failed", at(moment)),
        Standing::Open => ("open", String::new()),
        Standing::Now { holds: true } => ("so", String::new()),
        Standing::Now { holds: false } => ("not so", String::new()),
    };
    format!("{word:<7} {when:>12}")
}

fn explain(part: &Part, depth: usize, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{}{}  {}: {}",
        "  ".repeat(depth),
        mark(part.standing).trim_end(),
        part.text.trim(),
        part.why
    )?;
    // A condition with nothing but itself in it has the reason.
    part.parts.iter().try_for_each(|inner| explain(inner, depth + 1, out))
}
