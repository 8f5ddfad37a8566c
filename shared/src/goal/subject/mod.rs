//! Counting: what each condition has seen of a trace so far.

mod received;
mod rows;
mod test;

use std::collections::BTreeMap;

use self::{received::Streams, rows::Table, test::Named};
use super::{
    expression::{Calls, Frames, Leaf, Outcome, Quantity, States, Subject},
    text,
    world::World,
};
use crate::trace::{Call, EventKind, Frame, Message, StateChange, Text};

/// A condition without `and`, `or`, `not`, and what it has counted.
#[derive(Debug, Clone)]
pub(super) struct Counter {
    leaf: Leaf,
    count: u64,
    memory: Memory,
}

/// What a count is made from, or what comes nearest to what is wanted.
#[derive(Debug, Clone)]
enum Memory {
    Nothing,
    /// The last call that would have counted, but for its outcome or arguments.
    Call(Option<(String, String, String)>),
    Streams(Streams),
    Table(Table),
    /// The state of each connection, by machine and name.
    States(BTreeMap<(String, String), String>),
}

impl Counter {
    pub(super) fn new(leaf: Leaf) -> Self {
        let memory = match &leaf.subject {
            Subject::Frames(_) | Subject::Events(_) => Memory::Nothing,
            Subject::Calls(_) => Memory::Call(None),
            Subject::Received { .. } => Memory::Streams(Streams::default()),
            Subject::Rows(_) => Memory::Table(Table::default()),
            Subject::States(_) => Memory::States(BTreeMap::new()),
        };
        Self { leaf, count: 0, memory }
    }

    /// Counts from now on; what is now stays.
    pub(super) fn restart(&mut self) {
        if self.leaf.subject.only_grows() {
            *self = Self::new(self.leaf.clone());
        }
    }

    pub(super) fn feed(&mut self, event: &EventKind, world: &World) {
        match (&self.leaf.subject, event, &mut self.memory) {
            (Subject::Frames(frames), EventKind::Frame(frame), _) => {
                self.count += u64::from(is_wanted(frames, frame, event, world));
            }
            (Subject::Events(filter), _, _) => self.count += u64::from(filter.matches_kind(event)),
            (Subject::Calls(calls), EventKind::Call(call), Memory::Call(last)) if is_called(calls, call) => {
                let is_so = came_out(calls, call, world);
                self.count += u64::from(is_so);
                *last = Some((call.node.clone(), call.name.clone(), result(call)));
            }
            (Subject::Received { text, node }, EventKind::Call(call), Memory::Streams(streams))
                if node.as_ref().is_none_or(|node| *node == call.node) =>
            {
                self.count += u64::from(streams.feed(text.as_bytes(), call));
            }
            (Subject::Rows(rows), _, Memory::Table(table)) => self.count = table.feed(rows, event, world),
            (Subject::States(wanted), EventKind::State(change), Memory::States(states))
                if is_about(wanted, change) =>
            {
                let key = (change.node.clone(), change.socket.clone());
                let before = states.insert(key, change.to.clone());
                let is = |state: &str| u64::from(state.eq_ignore_ascii_case(&wanted.state));
                self.count += is(&change.to);
                self.count -= before.as_deref().map_or(0, is);
            }
            _ => {}
        }
    }

    pub(super) const fn holds(&self) -> bool {
        self.leaf.quantity.fits(self.count)
    }

    /// Whether there are more than there may ever be.
    pub(super) const fn is_past(&self) -> bool {
        match self.leaf.quantity {
            Quantity::AtLeast(_) => false,
            Quantity::AtMost(most) | Quantity::Exactly(most) => {
                self.leaf.subject.only_grows() && self.count > most
            }
        }
    }

    pub(super) fn why(&self) -> Text {
        let wanting = matches!(self.leaf.quantity, Quantity::AtLeast(1));
        let nearest = match (&self.leaf.subject, &self.memory) {
            (Subject::Rows(rows), Memory::Table(table)) => table.why(rows, wanting, self.count),
            (Subject::States(wanted), Memory::States(states)) if wanting || self.count == 1 => {
                Some(state(wanted, states))
            }
            (Subject::Received { .. }, Memory::Streams(streams)) if wanting => Some(match self.count {
                0 => text::NOT_RECEIVED.with(&[("bytes", &streams.bytes())]),
                _ => text::IS_RECEIVED.text(),
            }),
            (Subject::Calls(_), Memory::Call(last)) if wanting => Some(match last {
                Some((node, name, result)) => {
                    text::CALL_RETURNED.with(&[("node", node), ("name", name), ("result", result)])
                }
                None => text::NO_CALL.text(),
            }),
            _ => None,
        };
        nearest.unwrap_or_else(|| self.counted())
    }

    fn counted(&self) -> Text {
        let say =
            |message: Message, wanted: u64| message.with(&[("count", &self.count), ("wanted", &wanted)]);
        match self.leaf.quantity {
            Quantity::AtLeast(least) => say(text::LEAST, least),
            Quantity::AtMost(0) if self.count == 0 => text::NONE.text(),
            Quantity::AtMost(0) => text::SOME.with(&[("count", &self.count)]),
            Quantity::AtMost(most) => say(text::MOST, most),
            Quantity::Exactly(exactly) => say(text::EXACTLY, exactly),
        }
    }
}

fn is_wanted(wanted: &Frames, frame: &Frame, event: &EventKind, world: &World) -> bool {
    let is = |name: &Option<String>, own: &str| name.as_ref().is_none_or(|name| name == own);
    let end = |name: &Option<String>, end| name.as_ref().is_none_or(|name| world.is_end(name, frame, end));
    is(&wanted.from, &frame.from)
        && is(&wanted.to, &frame.to)
        && is(&wanted.on, &frame.link)
        && end(&wanted.of, 0)
        && end(&wanted.for_, 1)
        && wanted.filter.as_ref().is_none_or(|filter| filter.matches_kind(event))
}

fn is_called(wanted: &Calls, call: &Call) -> bool {
    wanted.name.as_ref().is_none_or(|name| *name == call.name)
        && wanted.node.as_ref().is_none_or(|node| *node == call.node)
}

fn came_out(wanted: &Calls, call: &Call, world: &World) -> bool {
    let outcome = match (&wanted.outcome, &call.result) {
        (None, _) | (Some(Outcome::Succeeds), Ok(_)) | (Some(Outcome::Fails), Err(_)) => true,
        (Some(Outcome::FailsWith(errno)), Err(error)) => error.errno.eq_ignore_ascii_case(errno),
        _ => false,
    };
    let result = result(call);
    let arguments = call.args.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let named: Vec<Named<'_>> = arguments.chain([("result", result.as_str())]).collect();
    outcome && wanted.tests.iter().all(|test| test.holds_among(&named, world))
}

fn result(call: &Call) -> String {
    match &call.result {
        Ok(value) => value.clone(),
        Err(error) => error.errno.clone(),
    }
}

fn is_about(wanted: &States, change: &StateChange) -> bool {
    change.protocol.eq_ignore_ascii_case(wanted.protocol)
        && wanted.node.as_ref().is_none_or(|node| *node == change.node)
        && wanted.socket.as_ref().is_none_or(|socket| change.socket.contains(socket))
}

/// A connection that is in the state, or else the one that comes last.
fn state(wanted: &States, states: &BTreeMap<(String, String), String>) -> Text {
    let found = states.iter().find(|(_, state)| state.eq_ignore_ascii_case(&wanted.state));
    match (found.or_else(|| states.iter().next_back()), &wanted.node) {
        (Some(((node, socket), state)), _) => {
            text::STATE_IS.with(&[("node", node), ("socket", socket), ("state", state)])
        }
        (None, Some(node)) => text::NO_STATE.with(&[("node", node), ("protocol", &wanted.protocol)]),
        (None, None) => text::NO_STATE_ANYWHERE.with(&[("protocol", &wanted.protocol)]),
    }
}
