//! Whose lab runs next: so many runs at once, so many of one source; the others wait for their turn.
//!
//! The sources take turns, so that one with many runs waiting keeps no other from its first.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use crate::places::{Most, Source};

/// The runs of all browsers, under way and waiting.
#[derive(Debug)]
pub(super) struct Turns {
    under_way: Most,
    waiting: Most,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    /// How many runs of each source are under way.
    under_way: HashMap<Source, usize>,
    /// The sources that have runs waiting, each with those; whose turn is next comes first.
    lines: VecDeque<(Source, VecDeque<Waiter>)>,
}

#[derive(Debug)]
struct Waiter {
    number: u64,
    go: oneshot::Sender<()>,
}

impl Turns {
    /// Nobody is here yet; so many runs may be under way, and so many wait.
    pub(super) fn new(under_way: Most, waiting: Most) -> Self {
        Self { under_way, waiting, state: Mutex::default() }
    }

    /// A turn, which may have come already; `None` when too many wait.
    pub(super) fn join(self: &Arc<Self>, source: Source) -> Option<Turn> {
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        let (go, called) = oneshot::channel();
        state.queue(source, Waiter { number, go });
        state.admit(self.under_way);
        let (own, all) = state.waiting(source);
        if (own > self.waiting.per_source || all > self.waiting.all) && state.leave(source, number) {
            return None;
        }
        drop(state);
        Some(Turn { turns: Arc::clone(self), source, number, called })
    }

    /// How many runs are under way.
    pub(super) fn under_way(&self) -> usize {
        self.lock().under_way.values().sum()
    }

    /// How many runs wait.
    pub(super) fn waiting(&self) -> usize {
        self.lock().lines.iter().map(|(_, line)| line.len()).sum()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The runs of this source that wait.
    fn line(&mut self, source: Source) -> Option<&mut VecDeque<Waiter>> {
        self.lines.iter_mut().find(|(of, _)| *of == source).map(|(_, line)| line)
    }

    /// Puts one at the end of its source's line.
    fn queue(&mut self, source: Source, waiter: Waiter) {
        match self.line(source) {
            Some(line) => line.push_back(waiter),
            None => self.lines.push_back((source, VecDeque::from([waiter]))),
        }
    }

    /// How many runs of this source wait, and how many of all.
    fn waiting(&self, source: Source) -> (usize, usize) {
        self.lines.iter().fold((0, 0), |(own, all), (of, line)| {
            (own + if *of == source { line.len() } else { 0 }, all + line.len())
        })
    }

    /// Calls those for whom there is a place, one of each source in turn.
    fn admit(&mut self, most: Most) {
        while self.under_way.values().sum::<usize>() < most.all {
            let has_room =
                |source: &Source| self.under_way.get(source).is_none_or(|count| *count < most.per_source);
            let Some(at) = self.lines.iter().position(|(source, _)| has_room(source)) else { return };
            let Some((source, mut line)) = self.lines.remove(at) else { return };
            if let Some(waiter) = line.pop_front() {
                *self.under_way.entry(source).or_default() += 1;
                // Who has left meanwhile gives the place back, for its turn is dropped.
                waiter.go.send(()).ok();
            }
            if !line.is_empty() {
                self.lines.push_back((source, line));
            }
        }
    }

    /// Takes a run out of its line; says whether it was there.
    fn leave(&mut self, source: Source, number: u64) -> bool {
        let Some(line) = self.line(source) else { return false };
        let waiting = line.len();
        line.retain(|waiter| waiter.number != number);
        let left = line.len() < waiting;
        self.lines.retain(|(_, line)| !line.is_empty());
        left
    }
}

/// A run's turn: waited for, then had, over when it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    turns: Arc<Turns>,
    source: Source,
    number: u64,
    called: oneshot::Receiver<()>,
}

impl Turn {
    /// Returns once it has come; not to be asked again after.
    pub(super) async fn comes(&mut self) {
        // It fails only when the other end is gone, and that goes by calling.
        (&mut self.called).await.ok();
    }

    /// How many have their turn before, as it looks now: of each source as many as of this one, and one more of those
    /// that come first.
    pub(super) fn ahead(&self) -> usize {
        let state = self.turns.lock();
        let own = state.lines.iter().enumerate().find_map(|(at, (source, line))| {
            let depth = line.iter().position(|waiter| waiter.number == self.number)?;
            (*source == self.source).then_some((at, depth))
        });
        let Some((own, depth)) = own else { return 0 };
        let before = |(at, (_, line)): (usize, &(Source, VecDeque<Waiter>))| {
            line.len().min(depth) + usize::from(at < own && line.len() > depth)
        };
        state.lines.iter().enumerate().map(before).sum()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.turns.lock();
        if state.leave(self.source, self.number) {
            return;
        }
        if let Some(count) = state.under_way.get_mut(&self.source) {
            *count -= 1;
            if *count == 0 {
                state.under_way.remove(&self.source);
            }
        }
        state.admit(self.turns.under_way);
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn at(last: u8) -> Source {
        IpAddr::from([10, 0, 0, last]).into()
    }

    fn turns(all: usize, per_source: usize) -> Arc<Turns> {
        let waiting = Most { all: 8, per_source: 5 };
        Arc::new(Turns::new(Most { all, per_source }, waiting))
    }

    fn has_come(turn: &mut Turn) -> bool {
        turn.called.try_recv().is_ok()
    }

    #[test]
    fn the_sources_take_turns() {
        let turns = turns(1, 1);
        let mut first = turns.join(at(1)).unwrap();
        assert!(has_come(&mut first));
        let mut greedy: Vec<Turn> = (0..4).map(|_| turns.join(at(1)).unwrap()).collect();
        let mut other: Vec<Turn> = (0..2).map(|_| turns.join(at(2)).unwrap()).collect();
        let mut last = turns.join(at(3));
        assert_eq!(greedy.iter().map(Turn::ahead).collect::<Vec<_>>(), [0, 3, 5, 6]);
        assert_eq!(other.iter().map(Turn::ahead).collect::<Vec<_>>(), [1, 4]);
        assert_eq!(last.as_ref().map(Turn::ahead), Some(2));
        drop(first);
        let mut order = Vec::new();
        for _ in 0..7 {
            for (name, line) in [(1, &mut greedy), (2, &mut other)] {
                if let Some(at) = line.iter_mut().position(has_come) {
                    order.push(name);
                    line.remove(at);
                }
            }
            if last.as_mut().is_some_and(has_come) {
                order.push(3);
                last = None;
            }
        }
        assert_eq!(order, [1, 2, 3, 1, 2, 1, 1]);
    }

    #[test]
    fn a_source_has_its_share_and_others_pass_it() {
        let turns = turns(3, 2);
        let mut held: Vec<Turn> = (0..4).map(|_| turns.join(at(1)).unwrap()).collect();
        assert_eq!(held.iter_mut().filter_map(|turn| turn.called.try_recv().ok()).count(), 2);
        assert!(has_come(&mut turns.join(at(2)).unwrap()));
        assert_eq!((turns.under_way(), turns.waiting()), (2, 2));
        held.remove(0);
        assert_eq!((turns.under_way(), turns.waiting()), (2, 1));
        drop(held);
        assert_eq!((turns.under_way(), turns.waiting()), (0, 0));
    }

    #[test]
    fn who_leaves_while_it_waits_or_is_called_holds_nobody_up() {
        let turns = turns(1, 1);
        let running = turns.join(at(1)).unwrap();
        let waiting = turns.join(at(2)).unwrap();
        let mut next = turns.join(at(3)).unwrap();
        drop(waiting);
        assert_eq!(next.ahead(), 0);
        let called = turns.join(at(2)).unwrap();
        drop(running);
        assert!(has_come(&mut next));
        drop(next);
        // It has been called and does not know yet.
        drop(called);
        assert_eq!((turns.under_way(), turns.waiting()), (0, 0));
    }

    #[test]
    fn no_line_is_endless() {
        let turns = turns(1, 1);
        let mut held: Vec<Turn> = (0..10).filter_map(|_| turns.join(at(1))).collect();
        assert_eq!(held.len(), 1 + 5, "of one source");
        held.extend((0..10).filter_map(|_| turns.join(at(2))));
        assert_eq!(held.len(), 1 + 8, "of all");
    }
}
