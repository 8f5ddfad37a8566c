//! A goal while it is watched: which of its parts are decided, and when that was.

use std::ops::Range;

use super::{
    Moment, Part, Standing,
    condition::Condition,
    expression::{Mode, Node, Stage, What},
    text,
    world::World,
};
use crate::trace::{EventKind, Text, Time};

/// Whether a goal is reached, and since when.
pub(super) type Decided = (bool, Moment);

#[derive(Debug, Clone)]
pub(super) struct Watch {
    at: Range<usize>,
    kind: Kind,
    decided: Option<Decided>,
}

#[derive(Debug, Clone)]
enum Kind {
    All(Vec<Watch>),
    Any(Vec<Watch>),
    Not(Box<Watch>),
    Timed(Timed),
}

/// What is reached or not at instants.
#[derive(Debug, Clone)]
struct Timed {
    mode: Mode,
    stages: Vec<(Option<u64>, Condition)>,
    /// How many stages are done, and when the last of them was.
    done: usize,
    since: Time,
    /// The parts as they were when it was decided.
    then: Option<Vec<Part>>,
}

impl Watch {
    pub(super) fn new(Node { at, what }: &Node) -> Self {
        let kind = match what {
            What::All(parts) => Kind::All(parts.iter().map(Self::new).collect()),
            What::Any(parts) => Kind::Any(parts.iter().map(Self::new).collect()),
            What::Not(part) => Kind::Not(Box::new(Self::new(part))),
            What::Timed { mode, stages } => Kind::Timed(Timed::new(*mode, stages)),
            // The parser gives every condition a word of time.
            What::Leaf(_) => {
                let stage = Stage { within: None, condition: Node { at: at.clone(), what: what.clone() } };
                Kind::Timed(Timed::new(Mode::Eventually, &[stage]))
            }
        };
        Self { at: at.clone(), kind, decided: None }
    }

    pub(super) fn feed(&mut self, event: &EventKind, world: &World) {
        match &mut self.kind {
            Kind::All(parts) | Kind::Any(parts) => parts.iter_mut().for_each(|part| part.feed(event, world)),
            Kind::Not(part) => part.feed(event, world),
            Kind::Timed(timed) if self.decided.is_none() => {
                timed.stages.iter_mut().for_each(|(_, condition)| condition.feed(event, world));
            }
            Kind::Timed(_) => {}
        }
    }

    /// Decides what can be decided at a moment.
    pub(super) fn judge(&mut self, moment: Moment, settled: bool, text: &[char]) {
        self.each(&mut |timed| timed.judge(moment, settled), text);
    }

    /// Decides what has had its time.
    pub(super) fn time(&mut self, now: Time, text: &[char]) {
        self.each(&mut |timed| timed.time(now), text);
    }

    fn each(&mut self, decide: &mut impl FnMut(&mut Timed) -> Option<Decided>, text: &[char]) {
        match &mut self.kind {
            Kind::All(parts) | Kind::Any(parts) => parts.iter_mut().for_each(|part| part.each(decide, text)),
            Kind::Not(part) => part.each(decide, text),
            Kind::Timed(timed) if self.decided.is_none() => {
                self.decided = decide(timed);
                if self.decided.is_some() {
                    timed.then = Some(timed.parts(text));
                }
                return;
            }
            Kind::Timed(_) => return,
        }
        if self.decided.is_none() {
            self.decided = self.combined(None);
        }
    }

    /// Whether it is reached, if that is known; at the end it is.
    fn verdict(&self, end: Option<Moment>) -> Option<Decided> {
        self.decided.or_else(|| match &self.kind {
            Kind::Timed(timed) => end.map(|end| (timed.at_end(), end)),
            _ => self.combined(end),
        })
    }

    /// What the parts say of the whole: one that fails is enough to fail `and`, the first that did; all must be reached,
    /// and the last decides when.
    fn combined(&self, end: Option<Moment>) -> Option<Decided> {
        let (parts, all) = match &self.kind {
            Kind::All(parts) => (parts, true),
            Kind::Any(parts) => (parts, false),
            Kind::Not(part) => return part.verdict(end).map(|(reached, moment)| (!reached, moment)),
            Kind::Timed(_) => return None,
        };
        let verdicts: Vec<_> = parts.iter().map(|part| part.verdict(end)).collect();
        let against = verdicts.iter().flatten().filter(|(reached, _)| *reached != all);
        if let Some(first) = against.map(|(_, moment)| *moment).min() {
            return Some((!all, first));
        }
        let known: Option<Vec<Decided>> = verdicts.into_iter().collect();
        known?.into_iter().map(|(_, moment)| moment).max().map(|last| (all, last))
    }

    pub(super) fn part(&self, end: Option<Moment>, source: &[char]) -> Part {
        let verdict = self.verdict(end);
        let standing = match verdict {
            None => Standing::Open,
            Some((true, moment)) => Standing::Reached(moment),
            Some((false, moment)) => Standing::Failed(moment),
        };
        let of = |parts: &[Self]| parts.iter().map(|part| part.part(end, source)).collect::<Vec<_>>();
        let reached = |parts: &[Part]| {
            let is = |part: &&Part| matches!(part.standing, Standing::Reached(_));
            parts.iter().filter(is).count()
        };
        let (why, parts) = match &self.kind {
            Kind::All(parts) => {
                let parts = of(parts);
                (text::OF_ALL.with(&[("done", &reached(&parts)), ("all", &parts.len())]), parts)
            }
            Kind::Any(parts) => {
                let parts = of(parts);
                (text::OF_ANY.with(&[("done", &reached(&parts)), ("all", &parts.len())]), parts)
            }
            Kind::Not(part) => (text::REVERSED.text(), vec![part.part(end, source)]),
            Kind::Timed(timed) => {
                let parts = timed.then.clone().unwrap_or_else(|| timed.parts(source));
                (timed.why(self.decided, end), parts)
            }
        };
        Part { at: self.at.clone(), text: piece(source, &self.at), standing, why, parts }
    }
}

/// The characters that a part is made of.
pub(super) fn piece(source: &[char], at: &Range<usize>) -> String {
    source.get(at.clone()).unwrap_or_default().iter().collect()
}

impl Timed {
    fn new(mode: Mode, stages: &[Stage]) -> Self {
        let stages = stages.iter().map(|stage| (stage.within, Condition::new(&stage.condition)));
        Self { mode, stages: stages.collect(), done: 0, since: Time::ZERO, then: None }
    }

    /// Whether the stage that is to come holds; all have but one.
    fn holds(&self) -> bool {
        self.stages.get(self.done).is_none_or(|(_, condition)| condition.holds())
    }

    fn judge(&mut self, moment: Moment, settled: bool) -> Option<Decided> {
        match self.mode {
            Mode::Eventually => {
                while let Some((_, condition)) = self.stages.get(self.done) {
                    if !condition.holds() {
                        return None;
                    }
                    self.done += 1;
                    self.since = moment.time;
                    if let Some((_, next)) = self.stages.get_mut(self.done) {
                        next.restart();
                    }
                }
                Some((true, moment))
            }
            Mode::Always => (settled && !self.holds()).then_some((false, moment)),
            Mode::Stays => (!self.holds()).then_some((false, moment)),
            Mode::Never => self.holds().then_some((false, moment)),
            Mode::AtEnd => {
                let past = self.stages.first().is_some_and(|(_, condition)| condition.is_past());
                past.then_some((false, moment))
            }
        }
    }

    /// When the stage that is to come must be there at the latest.
    fn deadline(&self) -> Option<Time> {
        let (within, _) = self.stages.get(self.done)?;
        within.map(|micros| self.since.plus(micros))
    }

    fn time(&self, now: Time) -> Option<Decided> {
        let deadline = self.deadline().filter(|deadline| *deadline < now)?;
        Some((false, Moment { time: deadline, event: None }))
    }

    fn at_end(&self) -> bool {
        match self.mode {
            Mode::Eventually => false,
            Mode::Stays | Mode::Never => true,
            // The first instant may be the last.
            Mode::Always | Mode::AtEnd => self.holds(),
        }
    }

    fn parts(&self, source: &[char]) -> Vec<Part> {
        self.stages.iter().map(|(_, condition)| condition.part(source)).collect()
    }

    fn why(&self, decided: Option<Decided>, end: Option<Moment>) -> Text {
        let (all, done) = (self.stages.len(), self.done);
        match (self.mode, decided) {
            (Mode::Eventually, Some((true, moment))) => text::REACHED.with(&[("time", &moment.time)]),
            (Mode::Eventually, Some((false, moment))) => {
                let limit = self.stages.get(done).and_then(|(within, _)| *within).unwrap_or_default();
                text::LATE.with(&[("limit", &span(limit)), ("time", &moment.time)])
            }
            (Mode::Always | Mode::Stays, Some((_, moment))) => text::BROKEN.with(&[("time", &moment.time)]),
            (Mode::Never, Some((_, moment))) => text::FORBIDDEN.with(&[("time", &moment.time)]),
            (Mode::AtEnd, Some((_, moment))) => text::TOO_MANY.with(&[("time", &moment.time)]),
            (Mode::Eventually, None) if all > 1 => {
                let message = if end.is_some() { text::STAGE_END } else { text::STAGE };
                message.with(&[("done", &done), ("all", &all)])
            }
            (Mode::Eventually, None) => match (end, self.deadline()) {
                (Some(_), _) => text::END_FIRST.text(),
                (None, Some(deadline)) => text::TIME_LEFT.with(&[("time", &deadline)]),
                (None, None) => text::NOT_YET.text(),
            },
            (Mode::Always, None) if end.is_some() && !self.holds() => text::END_NO.text(),
            (Mode::Always | Mode::Stays, None) if end.is_some() => text::ALWAYS.text(),
            (Mode::Always | Mode::Stays, None) => text::STILL.text(),
            (Mode::Never, None) if end.is_some() => text::NEVER.text(),
            (Mode::Never, None) => text::NOT_SO_FAR.text(),
            (Mode::AtEnd, None) => match (end.is_some(), self.holds()) {
                (true, true) => text::END_YES.text(),
                (true, false) => text::END_NO.text(),
                (false, true) => text::NOW_YES.text(),
                (false, false) => text::NOW_NO.text(),
            },
        }
    }
}

/// `3 s`, `500 ms`, `20 µs`.
fn span(micros: u64) -> String {
    match micros {
        whole if whole % 1_000_000 == 0 => format!("{} s", whole / 1_000_000),
        whole if whole % 1000 == 0 => format!("{} ms", whole / 1000),
        micros => format!("{micros} µs"),
    }
}
