//! What is still to happen, in the order in which it will.

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::trace::Time;

/// A queue of things to come, by time; things of the same instant come out in the order in which they went in, so
/// that ties never depend on anything but the recipe.
///
/// ```
/// use firsthop_protocol::{sim::EventQueue, trace::Time};
/// let mut queue = EventQueue::default();
/// queue.push(Time(2), "later");
/// queue.push(Time(1), "first");
/// queue.push(Time(1), "second");
/// assert_eq!(queue.pop(), Some((Time(1), "first")));
/// assert_eq!(queue.pop(), Some((Time(1), "second")));
/// assert_eq!(queue.peek(), Some(Time(2)));
/// ```
#[derive(Debug, Clone)]
pub struct EventQueue<T> {
    heap: BinaryHeap<Reverse<Entry<T>>>,
    pushed: u64,
}

impl<T> Default for EventQueue<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), pushed: 0 }
    }
}

#[derive(Debug, Clone)]
struct Entry<T> {
    at: Time,
    number: u64,
    what: T,
}

impl<T> EventQueue<T> {
    /// Plans something.
    pub fn push(&mut self, at: Time, what: T) {
        self.heap.push(Reverse(Entry { at, number: self.pushed, what }));
        self.pushed += 1;
    }

    /// The next thing to happen, and when.
    pub fn pop(&mut self) -> Option<(Time, T)> {
        self.heap.pop().map(|Reverse(entry)| (entry.at, entry.what))
    }

    /// When the next thing happens.
    pub fn peek(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse(entry)| entry.at)
    }

    /// How many things are to come.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether nothing is to come.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

impl<T> Entry<T> {
    const fn key(&self) -> (Time, u64) {
        (self.at, self.number)
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn comes_out_as_a_stable_sort_by_time(times in prop::collection::vec(0_u64..20, 0..200)) {
            let mut queue = EventQueue::default();
            for (index, time) in times.iter().enumerate() {
                queue.push(Time(*time), index);
            }
            let mut expected: Vec<_> = times.iter().map(|time| Time(*time)).zip(0_usize..).collect();
            expected.sort_by_key(|(time, _)| *time);
            prop_assert_eq!(std::iter::from_fn(|| queue.pop()).collect::<Vec<_>>(), expected);
        }
    }
}
