//! Packets out of pcap and pcapng files.
//!
//! [`read`] takes a whole file; [`Reader`] takes any [`std::io::Read`] and hands out one packet at a time in constant
//! memory. Both give what could be understood and say where the file broke off. The block formats are parsed by the
//! `pcap-parser` crate; what is here is its framing, the time arithmetic and the limits.
//!
//! Not for: looking into the packets (that is [`crate::wire`]), nor for writing (that is [`super::pcapng`]).
//!
//! Formats: pcap of both byte orders with microseconds, nanoseconds or the "modified" record header, and
//! pcapng (draft-ietf-opsawg-pcapng) with any number of sections and interfaces.
//!
//! ```
//! use firsthop_protocol::trace::capture;
//! let empty_pcap = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];
//! let file = capture::read(&empty_pcap)?;
//! assert!(file.packets.is_empty() && file.problem.is_none());
//! # Ok::<(), capture::ReadError>(())
//! ```

mod error;
mod legacy;
mod ng;
mod reader;
mod source;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt, sync::Arc};

use crate::wire::LinkType;

pub use error::{Flaw, Part, ReadError};
pub use reader::Reader;

/// No record longer than this is believed: the largest packet that capture tools write is 256 KiB.
pub const MAX_RECORD: usize = 4 << 20;

/// What was in a capture file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// The packets in the order of the file.
    pub packets: Vec<Packet<'static>>,
    /// Where and why reading ended before the end of the file, if it did (a truncated file is the usual reason).
    pub problem: Option<ReadError>,
}

/// One packet of a capture file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Its number in the file, from 1, as capture tools count.
    pub number: u64,
    /// When it was captured. Zero for a Simple Packet Block, which has no time.
    pub time: Timestamp,
    /// The LINKTYPE number of the interface it was captured on.
    pub link_code: u16,
    /// The name of that interface, if the file gives one.
    pub interface: Option<Arc<str>>,
    /// The bytes that were captured.
    pub bytes: Cow<'a, [u8]>,
    /// How many bytes were on the link; more than `bytes` when the capture cut the packet short.
    pub original: u32,
    /// The packet's comments (pcapng `opt_comment`).
    pub comments: Vec<String>,
}

impl Packet<'_> {
    /// What the first byte is, or `None` for a link type that the dissector does not know.
    pub const fn link(&self) -> Option<LinkType> {
        LinkType::from_code(self.link_code)
    }

    /// The same packet with bytes of its own, so that it outlives the reader's buffer.
    pub fn into_owned(self) -> Packet<'static> {
        Packet { bytes: Cow::Owned(self.bytes.into_owned()), ..self }
    }
}

/// An instant in a capture file: nanoseconds since 1970-01-01 00:00 UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i128);

impl Timestamp {
    /// From whole seconds and nanoseconds.
    pub const fn new(seconds: i64, nanos: u64) -> Self {
        Self(seconds as i128 * 1_000_000_000 + nanos as i128)
    }

    /// Whole microseconds since 1970, never below zero.
    pub fn micros(self) -> u64 {
        u64::try_from(self.0.max(0) / 1000).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Timestamp {
    /// Seconds with nine decimals, as `tshark -e frame.time_epoch` prints them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let nanos = self.0.unsigned_abs();
        if let Ok(nanos) = u64::try_from(nanos) {
            // Dividing 64 bits is several times as fast, and nanoseconds fit for five centuries.
            return write!(f, "{sign}{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
        }
        write!(f, "{sign}{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
    }
}

/// Reads a whole capture file.
///
/// # Errors
/// When not even the file's header could be read. A problem after that is in [`Capture::problem`], beside the packets
/// that come before it.
pub fn read(bytes: &[u8]) -> Result<Capture, ReadError> {
    let mut reader = Reader::new(bytes)?;
    let mut packets = Vec::new();
    loop {
        match reader.next_packet() {
            Ok(Some(packet)) => packets.push(packet.into_owned()),
            Ok(None) => return Ok(Capture { packets, problem: None }),
            Err(problem) => return Ok(Capture { packets, problem: Some(problem) }),
        }
    }
}
