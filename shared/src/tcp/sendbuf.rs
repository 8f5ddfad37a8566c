//! The send buffer: octets from SND.UNA on, sent or not, and what the peer said it holds of them (SACK).

use std::collections::VecDeque;

use super::Seq;

/// Octets accepted from the user and not yet acknowledged.
#[derive(Debug, Clone, Default)]
pub(super) struct SendBuffer {
    /// Sequence number of the first octet held.
    start: Seq,
    octets: VecDeque<u8>,
    /// Disjoint, ascending ranges the peer holds beyond SND.UNA (RFC 2018 §5).
    sacked: Vec<(Seq, Seq)>,
}

impl SendBuffer {
    /// An empty buffer whose first octet will have this number.
    pub(super) fn new(start: Seq) -> Self {
        Self { start, ..Self::default() }
    }

    /// Gives the (untransmitted) contents a new place in sequence space.
    pub(super) fn rebase(&mut self, start: Seq) {
        self.start = start;
        self.sacked.clear();
    }

    pub(super) fn len(&self) -> u32 {
        self.octets.len() as u32
    }

    /// The number after the last octet held: where a FIN goes.
    pub(super) fn end(&self) -> Seq {
        self.start + self.len()
    }

    /// Takes as much as fits under `capacity`.
    pub(super) fn push(&mut self, data: &[u8], capacity: u32) -> usize {
        let room = capacity.saturating_sub(self.len()) as usize;
        let taken = data.get(..room).unwrap_or(data);
        self.octets.extend(taken);
        taken.len()
    }

    /// Up to `most` octets from `seq` on.
    pub(super) fn read(&self, seq: Seq, most: u32) -> Vec<u8> {
        let skip = seq.since(self.start).min(self.len()) as usize;
        let len = (self.octets.len() - skip).min(most as usize);
        self.octets.range(skip..skip + len).copied().collect()
    }

    /// Forgets what is acknowledged.
    pub(super) fn acknowledge(&mut self, una: Seq) {
        let count = una.since(self.start).min(self.len());
        self.octets.drain(..count as usize);
        self.start = self.start + count;
        self.sacked.retain(|(_, right)| right.gt(una));
    }

    /// Notes the peer's blocks; those outside what was sent are ignored (RFC 2018 §5).
    pub(super) fn sack(&mut self, blocks: &[(Seq, Seq)], una: Seq, nxt: Seq) {
        for &(left, right) in blocks {
            if left.lt(right) && left.gt(una) && right.le(nxt) {
                self.sacked.push((left, right));
            }
        }
        self.sacked.sort_by_key(|(left, _)| left.since(una));
        let mut merged: Vec<(Seq, Seq)> = Vec::with_capacity(self.sacked.len());
        for &(left, right) in &self.sacked {
            match merged.last_mut() {
                Some(last) if left.le(last.1) => last.1 = last.1.max(right),
                _ => merged.push((left, right)),
            }
        }
        self.sacked = merged;
    }

    /// A retransmission timeout makes the scoreboard doubtful: the peer may have discarded (RFC 2018 §8).
    pub(super) fn forget_sacks(&mut self) {
        self.sacked.clear();
    }

    pub(super) fn sacked(&self) -> &[(Seq, Seq)] {
        &self.sacked
    }

    /// The first number at or after `seq` that the peer has not reported.
    pub(super) fn skip_sacked(&self, seq: Seq) -> Seq {
        self.sacked
            .iter()
            .fold(seq, |at, &(left, right)| if left.le(at) && at.lt(right) { right } else { at })
    }

    /// Where the hole that begins at `seq` ends, if a reported block follows.
    pub(super) fn hole_end(&self, seq: Seq) -> Option<Seq> {
        self.sacked.iter().map(|&(left, _)| left).find(|left| left.gt(seq))
    }
}
