//! What the first byte of a captured frame is.

use serde::{Deserialize, Serialize};

/// The link layer of a frame: what its first byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkType {
    /// Ethernet II (LINKTYPE_ETHERNET, 1).
    Ethernet,
    /// A bare IPv4 or IPv6 packet (LINKTYPE_RAW, 101).
    RawIp,
    /// Linux "cooked" capture, version 1 (LINKTYPE_LINUX_SLL, 113).
    LinuxSll,
    /// Linux "cooked" capture, version 2 (LINKTYPE_LINUX_SLL2, 276).
    LinuxSll2,
    /// BSD loopback: a 4-byte address family in the capturing host's byte order (LINKTYPE_NULL, 0).
    Null,
}

impl LinkType {
    /// The number in pcap and pcapng files.
    pub const fn code(self) -> u16 {
        match self {
            Self::Null => 0,
            Self::Ethernet => 1,
            Self::RawIp => 101,
            Self::LinuxSll => 113,
            Self::LinuxSll2 => 276,
        }
    }

    /// The link type of a number in a pcap or pcapng file.
    pub const fn from_code(code: u16) -> Option<Self> {
        match code {
            0 => Some(Self::Null),
            1 => Some(Self::Ethernet),
            // 12 and 14 are what BSD and OpenBSD wrote for raw IP before 101 was assigned.
            12 | 14 | 101 => Some(Self::RawIp),
            113 => Some(Self::LinuxSll),
            276 => Some(Self::LinuxSll2),
            _ => None,
        }
    }
}
