//! The receive buffer: text in order for the user, text out of order waiting for the gap before it.

use std::collections::VecDeque;

use super::{Seq, segment::MAX_SACK_BLOCKS};

/// Text received and not yet read.
#[derive(Debug, Clone, Default)]
pub(super) struct Reassembly {
    ready: VecDeque<u8>,
    /// Disjoint, not touching, ascending; all after RCV.NXT.
    waiting: Vec<(Seq, Vec<u8>)>,
    /// Where the peer's FIN stands, once one has arrived.
    fin: Option<Seq>,
    /// First octet of the block that the latest out-of-order segment is in: first in SACK (RFC 2018 §4).
    latest: Option<Seq>,
}

impl Reassembly {
    /// Octets the user can read.
    pub(super) fn ready(&self) -> u32 {
        self.ready.len() as u32
    }

    /// Octets held out of order.
    pub(super) fn out_of_order(&self) -> u32 {
        self.waiting.iter().map(|(_, text)| text.len() as u32).sum()
    }

    pub(super) fn fin(&self) -> Option<Seq> {
        self.fin
    }

    /// Notes a FIN at this number; the first one counts.
    pub(super) fn note_fin(&mut self, at: Seq) {
        self.fin.get_or_insert(at);
    }

    /// Takes text that lies at or after `next` and returns the new RCV.NXT.
    pub(super) fn insert(&mut self, next: Seq, seq: Seq, text: &[u8]) -> Seq {
        if seq == next && self.waiting.is_empty() {
            // The usual case: in order, and nothing before it was missing.
            self.ready.extend(text);
            return next + text.len() as u32;
        }
        if !text.is_empty() {
            self.merge(next, seq, text);
        }
        self.advance(next)
    }

    fn merge(&mut self, next: Seq, seq: Seq, text: &[u8]) {
        let (mut start, mut joined) = (seq, text.to_vec());
        let mut rest = Vec::with_capacity(self.waiting.len() + 1);
        for (at, old) in self.waiting.drain(..) {
            let (end, old_end) = (start + joined.len() as u32, at + old.len() as u32);
            if old_end.lt(start) || end.lt(at) {
                rest.push((at, old));
                continue;
            }
            // What is there stays as it is: a copy cannot change text that was acknowledged by SACK.
            let mut union = Vec::new();
            let first = start.min(at);
            union.extend(joined.iter().take(at.since(start) as usize));
            union.extend(&old);
            union.extend(joined.iter().skip((old_end - start) as usize).take(end.since(old_end) as usize));
            (start, joined) = (first, union);
        }
        self.latest = start.gt(next).then_some(start);
        rest.push((start, joined));
        rest.sort_by_key(|(at, _)| at.since(next));
        self.waiting = rest;
    }

    fn advance(&mut self, mut next: Seq) -> Seq {
        while let Some((at, text)) = self.waiting.first() {
            if at.gt(next) {
                break;
            }
            let fresh = text.iter().skip(next.since(*at) as usize);
            let before = self.ready.len();
            self.ready.extend(fresh);
            next = next + (self.ready.len() - before) as u32;
            self.waiting.remove(0);
        }
        next
    }

    /// Moves text to the user's buffer.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> usize {
        let count = buffer.len().min(self.ready.len());
        let (front, back) = self.ready.as_slices();
        let cut = front.len().min(count);
        let (first, second) = buffer.split_at_mut(cut);
        for (to, from) in [(first, front), (second, back)] {
            let len = to.len().min(from.len());
            if let (Some(to), Some(from)) = (to.get_mut(..len), from.get(..len)) {
                to.copy_from_slice(from);
            }
        }
        self.ready.drain(..count);
        count
    }

    /// The blocks to report, the latest first (RFC 2018 §4).
    pub(super) fn sack_blocks(&self) -> Vec<(Seq, Seq)> {
        let mut blocks: Vec<_> =
            self.waiting.iter().map(|(at, text)| (*at, *at + text.len() as u32)).collect();
        if let Some(first) = blocks.iter().position(|(at, _)| Some(*at) == self.latest) {
            blocks.get_mut(..=first).unwrap_or_default().rotate_right(1);
        }
        blocks.truncate(MAX_SACK_BLOCKS);
        blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_gaps_and_reports_the_latest_block_first() {
        let mut queue = Reassembly::default();
        let next = Seq(u32::MAX - 1);
        assert_eq!(queue.insert(next, next + 2, b"cd"), next);
        assert_eq!(queue.insert(next, next + 6, b"gh"), next);
        assert_eq!(queue.sack_blocks(), [(next + 6, next + 8), (next + 2, next + 4)]);
        assert_eq!(queue.insert(next, next + 3, b"DE"), next);
        assert_eq!(queue.sack_blocks(), [(next + 2, next + 5), (next + 6, next + 8)]);
        assert_eq!(queue.out_of_order(), 5);
        let next = queue.insert(next, next, b"abC");
        assert_eq!(next, Seq(u32::MAX - 1) + 5);
        let mut text = [0; 16];
        assert_eq!(queue.read(&mut text), 5);
        assert_eq!(text.get(..5), Some(&b"abcdE"[..]));
        assert_eq!(queue.insert(next, next, b"f"), next + 3);
    }
}
