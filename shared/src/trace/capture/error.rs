//! Why a capture file could not be read to its end: where, in which part, and what is wrong there.

use std::fmt;

use super::MAX_RECORD;

/// Why a capture file could not be read to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There are no bytes.
    #[error("the file is empty: a pcap or pcapng file is wanted")]
    Empty,
    /// The first bytes are of neither format.
    #[error(
        "not a pcap or pcapng file: it begins with {first:02x?}; a pcap file begins with a1 b2 c3 d4 in either byte order, a pcapng file with 0a 0d 0d 0a"
    )]
    NotACapture {
        /// The file's first bytes, four at most.
        first: Vec<u8>,
    },
    /// The file ends in the middle of something.
    #[error("the file ends inside the {what} at byte {offset}: {needed} bytes are needed, {had} are there")]
    Truncated {
        /// What was being read.
        what: Part,
        /// Where it begins in the file.
        offset: u64,
        /// How long it says it is.
        needed: u64,
        /// How much of it is there.
        had: u64,
    },
    /// A length or value that the format does not allow.
    #[error("the {what} at byte {offset} is malformed: {why}")]
    Malformed {
        /// What was being read.
        what: Part,
        /// Where it begins in the file.
        offset: u64,
        /// What is wrong with it.
        why: Flaw,
    },
    /// The operating system could not read on.
    #[error("reading failed at byte {offset}: {why}")]
    Io {
        /// How far reading got.
        offset: u64,
        /// The system's words.
        why: String,
    },
}

/// A part of a capture file, as the formats name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What a pcap file begins with.
    FileHeader,
    /// A packet in a pcap file.
    Record,
    /// The type and length of a pcapng block.
    BlockHeader,
    /// A pcapng block of a type that is passed over.
    Block,
    /// What a section of a pcapng file begins with.
    SectionHeader,
    /// An interface.
    InterfaceDescription,
    /// A packet.
    EnhancedPacket,
    /// A packet without a time.
    SimplePacket,
    /// A packet, in old files.
    Packet,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::FileHeader,
        Self::Record,
        Self::BlockHeader,
        Self::Block,
        Self::SectionHeader,
        Self::InterfaceDescription,
        Self::EnhancedPacket,
        Self::SimplePacket,
        Self::Packet,
    ];
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FileHeader => "pcap file header",
            Self::Record => "pcap record",
            Self::BlockHeader => "block header",
            Self::Block => "block",
            Self::SectionHeader => "Section Header Block",
            Self::InterfaceDescription => "Interface Description Block",
            Self::EnhancedPacket => "Enhanced Packet Block",
            Self::SimplePacket => "Simple Packet Block",
            Self::Packet => "Packet Block",
        })
    }
}

/// What is wrong with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The magic number of a section is neither way round.
    #[error("byte-order magic {0:02x?}; 1a 2b 3c 4d in either order would be right")]
    ByteOrder([u8; 4]),
    /// A version of pcapng that does not exist.
    #[error("version {0}; only version 1 exists")]
    Version(u16),
    /// A block's length that no block has.
    #[error("a length of {0} bytes; a block has at least 12")]
    TooShort(u32),
    /// A block's length that would fill the memory, or is too short.
    #[error("a length of {0} bytes; between 12 and {MAX_RECORD} is plausible")]
    Implausible(u32),
    /// A record's length that would fill the memory.
    #[error("a captured length of {0} bytes; no more than {MAX_RECORD} is plausible")]
    Captured(u32),
    /// A packet of an interface that has not been described.
    #[error("it names interface {id}; the section has described {described}")]
    Interface {
        /// The interface's number, from 0.
        id: u32,
        /// How many interfaces there are.
        described: usize,
    },
    /// Its lengths do not go together.
    #[error("its lengths contradict each other")]
    Contradiction,
}
