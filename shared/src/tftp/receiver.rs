//! The side that receives DATA: what is in order is kept, what is not is asked for again. RFC 1350 §2, RFC 7440 §4.

use super::{
    file::{FileError, Sink},
    options::Negotiated,
};

/// What a DATA was, and the ACK that it calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Received {
    /// The block that was due; an ACK only when it is the window's last.
    Next { ack: Option<u16> },
    /// The block that was due, and the last of the file.
    Last { ack: u16 },
    /// A block before it was lost.
    Gap { ack: u16, expected: u16 },
    /// The block acknowledged last, once more: its ACK was lost.
    Again { ack: u16 },
    /// Any other.
    Stale,
    /// More bytes than were agreed on.
    TooLong,
}

pub(super) struct Receiver {
    sink: Box<dyn Sink>,
    blksize: usize,
    windowsize: u16,
    /// The block that is due, modulo 65,536.
    expected: u16,
    /// Blocks received since the last ACK.
    unacked: u16,
    /// Whether the present gap has been reported.
    gap_reported: bool,
    /// Whether any block has been received.
    begun: bool,
    /// Whether the last block has been received.
    finished: bool,
    bytes: u64,
}

impl Receiver {
    pub(super) fn new(sink: Box<dyn Sink>, options: &Negotiated) -> Self {
        Self {
            sink,
            blksize: usize::from(options.blksize),
            windowsize: options.windowsize.max(1),
            expected: 1,
            unacked: 0,
            gap_reported: false,
            begun: false,
            finished: false,
            bytes: 0,
        }
    }

    pub(super) fn set_options(&mut self, options: &Negotiated) {
        self.blksize = usize::from(options.blksize);
        self.windowsize = options.windowsize.max(1);
    }

    /// DATA `block` arrived.
    pub(super) fn on_data(&mut self, block: u16, data: &[u8]) -> Result<Received, FileError> {
        let ahead = block.wrapping_sub(self.expected);
        if ahead == 0 && !self.finished {
            return self.next(data);
        }
        if ahead == u16::MAX && self.begun && self.unacked == 0 {
            return Ok(Received::Again { ack: block });
        }
        if ahead < self.windowsize && !self.gap_reported && !self.finished {
            self.gap_reported = true;
            return Ok(Received::Gap { ack: self.ack(), expected: self.expected });
        }
        Ok(Received::Stale)
    }

    fn next(&mut self, data: &[u8]) -> Result<Received, FileError> {
        if data.len() > self.blksize {
            return Ok(Received::TooLong);
        }
        self.sink.write(data)?;
        self.bytes += u64::try_from(data.len()).unwrap_or(0);
        self.expected = self.expected.wrapping_add(1);
        self.begun = true;
        self.gap_reported = false;
        self.unacked += 1;
        if data.len() < self.blksize {
            self.sink.finish()?;
            self.finished = true;
            return Ok(Received::Last { ack: self.ack() });
        }
        let ack = (self.unacked >= self.windowsize).then(|| self.ack());
        Ok(Received::Next { ack })
    }

    /// The block to acknowledge; from here a new window is counted.
    pub(super) fn ack(&mut self) -> u16 {
        self.unacked = 0;
        self.expected.wrapping_sub(1)
    }

    /// Whether any block has been received.
    pub(super) fn begun(&self) -> bool {
        self.begun
    }

    /// Bytes written so far, as they came over the wire.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}
