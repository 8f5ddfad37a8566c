//! The side that sends DATA: the window in flight, and what an ACK does to it. RFC 1350 §2, RFC 7440 §4.
//!
//! Knows no addresses and no packets but DATA. Blocks are counted without wrapping in here; on the wire the
//! number is taken modulo 65,536, so that the block after 65,535 is 0.

use std::collections::VecDeque;

use super::{
    file::{FileError, Source},
    options::Negotiated,
};
use crate::trace::Time;

const HEADER: usize = 4;

/// What an ACK was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Acked {
    /// It acknowledges something new. `short`: not the window's last block, so some were lost.
    New { rtt: Option<u64>, short: bool },
    /// It acknowledges what the one before did. `answered`: the window is sent again.
    Duplicate { answered: bool },
    /// It is older still, or of blocks never sent.
    Stale,
}

pub(super) struct Sender {
    source: Box<dyn Source>,
    blksize: usize,
    windowsize: u64,
    answer_duplicate_acks: bool,
    /// The blocks from `base` on that have been read, each a whole DATA packet.
    window: VecDeque<Vec<u8>>,
    /// Used packets, whose memory the next ones take.
    spare: Vec<Vec<u8>>,
    /// The oldest block not acknowledged.
    base: u64,
    /// The block to be sent next.
    next: u64,
    /// The first block never sent so far.
    fresh: u64,
    /// The last block of the file, once it has been read.
    last: Option<u64>,
    /// The block whose round trip is being measured, and when it left. Karn: never one sent twice.
    timed: Option<(u64, Time)>,
    duplicate_seen: bool,
    may_answer: bool,
    sent: u64,
}

impl Sender {
    pub(super) fn new(source: Box<dyn Source>, options: &Negotiated, answer_duplicate_acks: bool) -> Self {
        Self {
            source,
            blksize: usize::from(options.blksize),
            windowsize: u64::from(options.windowsize.max(1)),
            answer_duplicate_acks,
            window: VecDeque::new(),
            spare: Vec::new(),
            base: 1,
            next: 1,
            fresh: 1,
            last: None,
            timed: None,
            duplicate_seen: false,
            may_answer: true,
            sent: 0,
        }
    }

    pub(super) fn set_options(&mut self, options: &Negotiated) {
        self.blksize = usize::from(options.blksize);
        self.windowsize = u64::from(options.windowsize.max(1));
    }

    /// The file's size as it goes over the wire, if known.
    pub(super) fn size(&self) -> Option<u64> {
        self.source.size()
    }

    /// Moves to the next block to be sent, reading it if need be: its place in the window, and whether it was sent
    /// before. `None` when the window is full or the file at its end.
    pub(super) fn advance(&mut self, now: Time) -> Result<Option<(usize, bool)>, FileError> {
        if self.next >= self.base.saturating_add(self.windowsize) {
            return Ok(None);
        }
        let place = usize::try_from(self.next - self.base).unwrap_or(usize::MAX);
        if place >= self.window.len() {
            if self.last.is_some() {
                return Ok(None);
            }
            self.read_block()?;
        }
        let again = self.next < self.fresh;
        self.next += 1;
        if !again {
            self.fresh = self.next;
            self.timed = Some((self.next - 1, now));
        }
        Ok(Some((place, again)))
    }

    /// The DATA packet at a place of the window.
    pub(super) fn packet(&self, place: usize) -> &[u8] {
        self.window.get(place).map(Vec::as_slice).unwrap_or_default()
    }

    /// Reads the block after those of the window. An exact multiple of blksize gets an empty one at its end.
    fn read_block(&mut self) -> Result<(), FileError> {
        let number = self.base + u64::try_from(self.window.len()).unwrap_or(u64::MAX);
        let mut packet = self.spare.pop().unwrap_or_default();
        packet.resize(HEADER + self.blksize, 0);
        if let Some((header, data)) = packet.split_first_chunk_mut::<HEADER>() {
            let [high, low] = wire(number).to_be_bytes();
            *header = [0, 3, high, low];
            let mut filled = 0;
            while let Some(rest) = data.get_mut(filled..).filter(|rest| !rest.is_empty()) {
                match self.source.read(rest)? {
                    0 => break,
                    read => filled += read,
                }
            }
            if filled < self.blksize {
                self.last = Some(number);
            }
            self.sent += u64::try_from(filled).unwrap_or(0);
            packet.truncate(HEADER + filled);
        }
        self.window.push_back(packet);
        Ok(())
    }

    /// ACK `block` arrived.
    pub(super) fn on_ack(&mut self, now: Time, block: u16) -> Acked {
        let news = u64::from(block.wrapping_sub(wire(self.base - 1)));
        if news == 0 {
            // A second ACK of the block before the window is either a copy, or in a window of several the sign that
            // its first block was lost. Answering every one doubles all traffic for ever (RFC 1123 §4.2.3.1); so it
            // is answered once, and not again before a window has gone by without.
            self.duplicate_seen = true;
            let gap = self.windowsize > 1 && self.next > self.base && std::mem::take(&mut self.may_answer);
            let answered = (gap || self.answer_duplicate_acks) && self.next > self.base;
            if answered {
                self.go_back();
            }
            return Acked::Duplicate { answered };
        }
        if news > self.fresh - self.base {
            return Acked::Stale;
        }
        self.may_answer = !std::mem::take(&mut self.duplicate_seen);
        for _ in 0..news {
            self.spare.extend(self.window.pop_front());
        }
        self.base += news;
        let short = self.base < self.fresh;
        let rtt = self.timed.take_if(|(timed, _)| *timed < self.base).map(|(_, sent)| now.since(sent));
        self.go_back();
        Acked::New { rtt, short }
    }

    /// The window is sent again from its first block.
    pub(super) fn go_back(&mut self) {
        if self.next > self.base {
            self.timed = None;
        }
        self.next = self.base;
    }

    /// Whether the last block has been acknowledged.
    pub(super) fn finished(&self) -> bool {
        self.last.is_some_and(|last| self.base > last)
    }

    /// The oldest block not acknowledged, as on the wire.
    pub(super) fn first_unacked(&self) -> u16 {
        wire(self.base)
    }

    /// The last block acknowledged, as on the wire.
    pub(super) fn last_acked(&self) -> u16 {
        wire(self.base - 1)
    }

    /// Bytes of the file read so far.
    pub(super) fn bytes(&self) -> u64 {
        self.sent
    }
}

/// A block's number on the wire.
fn wire(block: u64) -> u16 {
    let [.., high, low] = block.to_be_bytes();
    u16::from_be_bytes([high, low])
}
