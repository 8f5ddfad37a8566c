//! What can be wrong with a field, and where a dissection broke off.

use serde::{Serialize, Serializer};

use super::Protocol;

/// What is wrong with a field or a layer. Lengths are bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The bytes do not add up to the checksum.
    #[error("checksum wrong: expected 0x{expected:04x}, found 0x{found:04x}")]
    Checksum {
        /// What the checksum over these bytes is.
        expected: u16,
        /// What the packet says.
        found: u16,
    },
    /// The checksum holds the sum of the pseudo-header alone: the sending system left the rest to its network card, and
    /// the capture was made before the card did it. Usual on a loopback interface; nothing is wrong on the wire.
    #[error(
        "checksum unfinished: expected 0x{expected:04x}, found 0x{found:04x}, the pseudo-header's sum, left for the network card to finish"
    )]
    ChecksumOffloaded {
        /// What the checksum over these bytes is.
        expected: u16,
        /// What the packet says.
        found: u16,
    },
    /// A length field that does not agree with what is there.
    #[error("length wrong: says {said} bytes, {had} are there")]
    Length {
        /// What the field says.
        said: u32,
        /// What is there.
        had: u32,
    },
    /// The bytes end too early.
    #[error("truncated: {needed} bytes needed, {had} there")]
    Truncated {
        /// How many the next thing takes.
        needed: u32,
        /// How many are left.
        had: u32,
    },
    /// The bytes end where the capture stopped keeping them: nothing is wrong with the packet.
    #[error("cut short by the capture: {needed} bytes needed, {had} captured")]
    CutShort {
        /// How many the next thing takes.
        needed: u32,
        /// How many of them were captured.
        had: u32,
    },
    /// A value that the protocol does not allow.
    #[error("bad value {found}: {expected}")]
    Value {
        /// What the packet says.
        found: u64,
        /// What would be right.
        expected: &'static str,
    },
    /// The bytes do not have the form that the protocol asks for.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// There is more of something than the dissector is willing to show.
    #[error("more than {limit} {what}: the rest is not shown")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many are shown.
        limit: u32,
    },
}

impl Serialize for Problem {
    /// As its message.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Where a dissection broke off, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{protocol} at byte {offset}: {problem}")]
pub struct Broken {
    /// The layer being read.
    pub protocol: Protocol,
    /// The byte of the frame at which it could not go on.
    pub offset: u32,
    /// Why.
    pub problem: Problem,
}

impl Serialize for Broken {
    /// As its message.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
