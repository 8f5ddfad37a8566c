//! What is so or is not at an instant.

use std::ops::Range;

use super::{
    Part, Standing,
    expression::{Node, What},
    subject::Counter,
    text,
    watch::piece,
    world::World,
};
use crate::trace::EventKind;

#[derive(Debug, Clone)]
pub(super) struct Condition {
    at: Range<usize>,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Leaf(Box<Counter>),
}

impl Condition {
    pub(super) fn new(Node { at, what }: &Node) -> Self {
        let kind = match what {
            What::All(parts) => Kind::All(parts.iter().map(Self::new).collect()),
            What::Any(parts) => Kind::Any(parts.iter().map(Self::new).collect()),
            What::Not(part) => Kind::Not(Box::new(Self::new(part))),
            What::Leaf(leaf) => Kind::Leaf(Box::new(Counter::new(leaf.clone()))),
            // The parser lets no word of time into another.
            What::Timed { stages, .. } => {
                Kind::All(stages.iter().map(|stage| Self::new(&stage.condition)).collect())
            }
        };
        Self { at: at.clone(), kind }
    }

    pub(super) fn feed(&mut self, event: &EventKind, world: &World) {
        match &mut self.kind {
            Kind::All(parts) | Kind::Any(parts) => parts.iter_mut().for_each(|part| part.feed(event, world)),
            Kind::Not(part) => part.feed(event, world),
            Kind::Leaf(counter) => counter.feed(event, world),
        }
    }

    pub(super) fn restart(&mut self) {
        match &mut self.kind {
            Kind::All(parts) | Kind::Any(parts) => parts.iter_mut().for_each(Self::restart),
            Kind::Not(part) => part.restart(),
            Kind::Leaf(counter) => counter.restart(),
        }
    }

    pub(super) fn holds(&self) -> bool {
        match &self.kind {
            Kind::All(parts) => parts.iter().all(Self::holds),
            Kind::Any(parts) => parts.iter().any(Self::holds),
            Kind::Not(part) => !part.holds(),
            Kind::Leaf(counter) => counter.holds(),
        }
    }

    /// Whether it can never hold again.
    pub(super) const fn is_past(&self) -> bool {
        match &self.kind {
            Kind::Leaf(counter) => counter.is_past(),
            _ => false,
        }
    }

    pub(super) fn part(&self, source: &[char]) -> Part {
        let holds = self.holds();
        let (why, parts) = match &self.kind {
            Kind::Leaf(counter) => (counter.why(), Vec::new()),
            Kind::All(parts) | Kind::Any(parts) => {
                let message = if matches!(self.kind, Kind::All(_)) { text::OF_ALL } else { text::OF_ANY };
                let done = parts.iter().filter(|part| part.holds()).count();
                let why = message.with(&[("done", &done), ("all", &parts.len())]);
                (why, parts.iter().map(|part| part.part(source)).collect())
            }
            Kind::Not(part) => (text::REVERSED.text(), vec![part.part(source)]),
        };
        Part {
            at: self.at.clone(),
            text: piece(source, &self.at),
            standing: Standing::Now { holds },
            why,
            parts,
        }
    }
}
