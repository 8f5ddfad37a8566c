//! Random goals on random traces: judged event by event, from scratch, and by a judge written by the definitions of the
//! language, which looks at every prefix anew.

use proptest::prelude::*;

use super::{arrives, call, frame, interface, row, state};
use crate::{
    goal::{Checker, Goal, Moment, Standing, judge},
    trace::{Event, EventKind, Fate, Time},
};

/// A condition of which the naive judge knows how to count it.
const LEAVES: [&str; 6] = [
    "frames from A",
    "frames [lost]",
    "calls send of A",
    "rows of arp of A where State = REACHABLE",
    "tcp of A is ESTABLISHED",
    "events [node B]",
];

fn count(leaf: usize, events: &[Event]) -> u64 {
    use std::collections::BTreeMap;
    let number =
        |is: &dyn Fn(&EventKind) -> bool| events.iter().filter(|event| is(&event.kind)).count() as u64;
    match leaf {
        0 => number(&|kind| matches!(kind, EventKind::Frame(frame) if frame.from == "A")),
        1 => {
            number(&|kind| matches!(kind, EventKind::Frame(frame) if matches!(frame.fate, Fate::Lost { .. })))
        }
        2 => number(&|kind| matches!(kind, EventKind::Call(call) if call.node == "A" && call.name == "send")),
        3 => {
            let mut rows = BTreeMap::new();
            for event in events {
                if let EventKind::Table(change) = &event.kind
                    && change.node == "A"
                    && change.table == "arp"
                {
                    let is = change.row.iter().flatten().any(|cell| cell.value == "REACHABLE");
                    rows.insert(change.key.clone(), is);
                }
            }
            rows.values().filter(|is| **is).count() as u64
        }
        4 => {
            let mut states = BTreeMap::new();
            for event in events {
                if let EventKind::State(change) = &event.kind
                    && change.node == "A"
                {
                    states.insert(change.socket.clone(), change.to == "ESTABLISHED");
                }
            }
            states.values().filter(|is| **is).count() as u64
        }
        _ => number(&|kind| match kind {
            EventKind::Frame(frame) => frame.from == "B" || frame.to == "B",
            EventKind::Call(call) => call.node == "B",
            EventKind::State(change) => change.node == "B",
            EventKind::Table(change) => change.node == "B",
            EventKind::Note { .. } => false,
        }),
    }
}

#[derive(Debug, Clone)]
enum Cond {
    Leaf(usize, &'static str, u64),
    Not(Box<Cond>),
    And(Box<Cond>, Box<Cond>),
    Or(Box<Cond>, Box<Cond>),
}

impl Cond {
    fn text(&self) -> String {
        match self {
            Self::Leaf(leaf, quantity, number) => format!("{quantity} {number} {}", LEAVES[*leaf]),
            Self::Not(part) => format!("not ({})", part.text()),
            Self::And(first, second) => format!("({} and {})", first.text(), second.text()),
            Self::Or(first, second) => format!("({} or {})", first.text(), second.text()),
        }
    }

    fn holds(&self, events: &[Event]) -> bool {
        match self {
            Self::Leaf(leaf, quantity, number) => {
                let count = count(*leaf, events);
                match *quantity {
                    "at least" => count >= *number,
                    "at most" => count <= *number,
                    _ => count == *number,
                }
            }
            Self::Not(part) => !part.holds(events),
            Self::And(first, second) => first.holds(events) && second.holds(events),
            Self::Or(first, second) => first.holds(events) || second.holds(events),
        }
    }
}

#[derive(Debug, Clone)]
enum Must {
    Timed(&'static str, Cond),
    Within(u64, Cond),
    Not(Box<Must>),
    And(Box<Must>, Box<Must>),
    Or(Box<Must>, Box<Must>),
}

impl Must {
    fn text(&self) -> String {
        match self {
            Self::Timed(word, condition) => format!("{word} ({})", condition.text()),
            Self::Within(micros, condition) => format!("within {micros} us ({})", condition.text()),
            Self::Not(part) => format!("not ({})", part.text()),
            Self::And(first, second) => format!("({}) and ({})", first.text(), second.text()),
            Self::Or(first, second) => format!("({}) or ({})", first.text(), second.text()),
        }
    }

    /// When it was decided, and how: at the instant `now`, and nothing comes after that if `over`.
    fn decided(&self, events: &[Event], now: Time, over: bool) -> Option<(bool, Moment)> {
        let end = over.then_some(Moment { time: now, event: None });
        let prefixes = || (0..events.len()).map(|last| (last, &events[..=last]));
        let moment = |last: usize| Moment { time: events[last].time, event: Some(last) };
        let first = |condition: &Cond, holds: bool| {
            prefixes().find(|(_, prefix)| condition.holds(prefix) == holds).map(|(last, _)| moment(last))
        };
        match self {
            Self::Timed("eventually", condition) => {
                first(condition, true).map(|at| (true, at)).or(end.map(|end| (false, end)))
            }
            Self::Timed("never", condition) => {
                first(condition, true).map(|at| (false, at)).or(end.map(|end| (true, end)))
            }
            Self::Timed("always", condition) => {
                let begin = events.first().map(|first| first.time)?;
                let set_up = events.iter().take_while(|event| event.time == begin).count();
                if now == begin {
                    return end.map(|end| (condition.holds(events), end));
                }
                let broken = (set_up - 1..events.len()).find(|last| !condition.holds(&events[..=*last]));
                broken.map(|last| (false, moment(last))).or(end.map(|end| (true, end)))
            }
            Self::Timed(_, condition) => {
                let last = end.map(|end| (condition.holds(events), end));
                // What can no longer be at the end has failed before it.
                let Cond::Leaf(leaf @ (0 | 1 | 2 | 5), "exactly" | "at most", number) = condition else {
                    return last;
                };
                let past = prefixes().find(|(_, prefix)| count(*leaf, prefix) > *number);
                past.map(|(at, _)| (false, moment(at))).or(last)
            }
            Self::Within(micros, condition) => {
                let limit = Time(*micros);
                let reached = first(condition, true).filter(|at| at.time <= limit);
                let late = (now > limit).then_some((false, Moment { time: limit, event: None }));
                reached.map(|at| (true, at)).or(late).or(end.map(|end| (false, end)))
            }
            Self::Not(part) => part.decided(events, now, over).map(|(reached, at)| (!reached, at)),
            Self::And(first, second) => Self::both([first, second], true, events, now, over),
            Self::Or(first, second) => Self::both([first, second], false, events, now, over),
        }
    }

    fn both(parts: [&Self; 2], all: bool, events: &[Event], now: Time, over: bool) -> Option<(bool, Moment)> {
        let [first, second] = parts.map(|part| part.decided(events, now, over));
        let against = [first, second].into_iter().flatten().filter(|(reached, _)| *reached != all);
        if let Some(least) = against.map(|(_, at)| at).min() {
            return Some((!all, least));
        }
        Some((all, first?.1.max(second?.1)))
    }
}

fn condition() -> impl Strategy<Value = Cond> {
    let quantity = prop::sample::select(vec!["at least", "at most", "exactly"]);
    let leaf =
        (0..LEAVES.len(), quantity, 1_u64..4).prop_map(|(leaf, quantity, n)| Cond::Leaf(leaf, quantity, n));
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|part| Cond::Not(Box::new(part))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Cond::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner).prop_map(|(a, b)| Cond::Or(Box::new(a), Box::new(b))),
        ]
    })
}

fn must() -> impl Strategy<Value = Must> {
    let word = prop::sample::select(vec!["eventually", "never", "always", "at the end"]);
    let timed = prop_oneof![
        (word, condition()).prop_map(|(word, condition)| Must::Timed(word, condition)),
        (0_u64..60, condition()).prop_map(|(micros, condition)| Must::Within(micros, condition)),
    ];
    timed.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|part| Must::Not(Box::new(part))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Must::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner).prop_map(|(a, b)| Must::Or(Box::new(a), Box::new(b))),
        ]
    })
}

fn event(kind: usize, who: usize, at: u64) -> Event {
    let node = ["A", "B"][who];
    match kind {
        0 => frame(at, "l", (node, "S"), (1, 2), arrives(at)),
        1 => frame(at, "l", (node, "S"), (1, 2), super::lost(at)),
        2 => call(at, node, "send", &[], Ok("0")),
        3 => row(at, node, "arp", ["x", "y"][at as usize % 2], &[("State", "REACHABLE")]),
        4 => row(at, node, "arp", ["x", "y"][at as usize % 2], &[("State", "STALE")]),
        5 => row(at, node, "arp", "x", &[]),
        6 => state(at, node, ["1", "2"][at as usize % 2], "ESTABLISHED"),
        7 => state(at, node, ["1", "2"][at as usize % 2], "CLOSED"),
        _ => interface(node, 1),
    }
}

fn trace() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec((0_usize..8, 0_usize..2, prop::sample::select(vec![0_u64, 0, 1, 3, 10])), 1..24)
        .prop_map(|all| {
            let mut at = 0;
            let mut made = Vec::new();
            for (kind, who, later) in all {
                at += later;
                made.push(event(kind, who, at));
            }
            made
        })
}

fn decided(standing: Standing) -> Option<(bool, Moment)> {
    match standing {
        Standing::Open | Standing::Now { .. } => None,
        Standing::Reached(at) => Some((true, at)),
        Standing::Failed(at) => Some((false, at)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn live_is_from_scratch_is_by_definition(must in must(), events in trace(), ticks in any::<u32>()) {
        let goal: Goal = must.text().parse().unwrap();
        let goals = [goal];
        let mut live = Checker::new(&goals);
        for (number, event) in events.iter().enumerate() {
            live.feed(event);
            // A prefix is a moment of the trace when all of its instant has happened.
            let next = events.get(number + 1).map_or(event.time.0 + 5, |next| next.time.0);
            if next == event.time.0 {
                continue;
            }
            let now = Time(if ticks >> (number % 32) & 1 == 1 { next - 1 } else { event.time.0 });
            if now > event.time {
                live.tick(now);
            }
            let prefix = &events[..=number];
            for over in [false, true] {
                let said = live.report(over);
                prop_assert_eq!(&said, &judge(&goals, prefix, now, over), "{}", must.text());
                let by_definition = must.decided(prefix, now, over);
                prop_assert_eq!(decided(said[0].standing), by_definition, "{} at {}", must.text(), now);
            }
        }
    }
}
