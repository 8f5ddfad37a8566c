//! RIP messages as bytes: a header of 4 octets and at most 25 entries of 20. RFC 2453 §4.

use std::{fmt, net::Ipv4Addr};

use ipnet::Ipv4Net;
use thiserror::Error;

use crate::addr::Class;

/// The port that routers send from and to. RFC 2453 §3.6.
pub const PORT: u16 = 520;
/// All routers that speak version 2. RFC 2453 §4.5.
pub const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 9);
/// The metric that says: not reachable. RFC 2453 §3.6.
pub const INFINITY: u32 = 16;
/// How many entries a message may have. RFC 2453 §3.6.
pub const MAX_ENTRIES: usize = 25;

const HEADER: usize = 4;
const ENTRY: usize = 20;

/// What a message is for. RFC 2453 §3.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// 1: send me your table, or part of it.
    Request,
    /// 2: here is my table, or part of it.
    Response,
}

impl Command {
    const fn number(self) -> u8 {
        match self {
            Self::Request => 1,
            Self::Response => 2,
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "Request",
            Self::Response => "Response",
        })
    }
}

/// Why bytes are no RIP message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ParseError {
    /// Not even a header.
    #[error("{found} octets; the header alone has {HEADER}")]
    Truncated {
        /// How many octets there are.
        found: usize,
    },
    /// A message ends in the middle of an entry.
    #[error("{found} octets after the header; entries have {ENTRY} each")]
    PartialEntry {
        /// How many octets there are after the header.
        found: usize,
    },
    /// RFC 2453 §3.6 allows 25.
    #[error("{found} entries; a message has {MAX_ENTRIES} at most")]
    TooManyEntries {
        /// How many there are.
        found: usize,
    },
    /// Neither Request nor Response.
    #[error("command {found}; 1 is Request, 2 is Response")]
    Command {
        /// The command's number.
        found: u8,
    },
    /// RFC 2453 §5: messages of version 0 are discarded.
    #[error("version 0; 2 is in use")]
    Version,
}

/// Why an entry of a Response is not believed. RFC 2453 §3.9.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EntryError {
    /// Not the family of IPv4.
    #[error("address family {found}; IPv4 is 2")]
    Family {
        /// The family.
        found: u16,
    },
    /// Beyond infinity, or zero.
    #[error("metric {found}; 1 to {INFINITY} are allowed")]
    Metric {
        /// The metric.
        found: u32,
    },
    /// Zeros among its ones.
    #[error("the mask {mask} has zeros before ones")]
    Mask {
        /// The mask.
        mask: Ipv4Addr,
    },
    /// Bits of the host are set.
    #[error("{address} has bits set beyond the mask {mask}")]
    HostBits {
        /// The address.
        address: Ipv4Addr,
        /// The mask.
        mask: Ipv4Addr,
    },
    /// Not an address that packets can be routed to.
    #[error("{address} is of network 0 or 127, multicast or reserved: nothing is routed there")]
    Destination {
        /// The address.
        address: Ipv4Addr,
    },
}

/// One entry of a message, as it is on the wire. RFC 2453 §4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Address family identifier: 2 for IPv4, 0 in the request for a whole table, 0xffff for authentication.
    pub family: u16,
    /// Marks routes that came from elsewhere; carried along. RFC 2453 §4.2.
    pub tag: u16,
    /// The destination.
    pub address: Ipv4Addr,
    /// Its subnet mask; zero if the sender did not say. RFC 2453 §4.3.
    pub mask: Ipv4Addr,
    /// Where packets should go; zero for: to the sender. RFC 2453 §4.4.
    pub next_hop: Ipv4Addr,
    /// 1 to 16.
    pub metric: u32,
}

impl Entry {
    /// The family of IPv4.
    pub const IPV4: u16 = 2;
    /// The family that marks an entry as authentication. RFC 2453 §4.1.
    pub const AUTHENTICATION: u16 = 0xffff;
    /// The one entry of a request for the whole table. RFC 2453 §3.9.1.
    pub const WHOLE_TABLE: Self = Self {
        family: 0,
        tag: 0,
        address: Ipv4Addr::UNSPECIFIED,
        mask: Ipv4Addr::UNSPECIFIED,
        next_hop: Ipv4Addr::UNSPECIFIED,
        metric: INFINITY,
    };

    /// An entry for a destination; the next hop is the sender.
    pub fn new(prefix: Ipv4Net, metric: u32) -> Self {
        Self {
            family: Self::IPV4,
            tag: 0,
            address: prefix.network(),
            mask: prefix.netmask(),
            next_hop: Ipv4Addr::UNSPECIFIED,
            metric,
        }
    }

    /// The destination with its mask; where the mask is zero it is that of the address's class, as version 1 would
    /// have understood it. RFC 2453 §4.3.
    pub fn prefix(&self) -> Result<Ipv4Net, EntryError> {
        let prefix = if self.mask.is_unspecified() && !self.address.is_unspecified() {
            let length = Class::of(self.address).default_prefix();
            length.and_then(|length| Ipv4Net::new(self.address, length).ok())
        } else {
            Ipv4Net::with_netmask(self.address, self.mask).ok()
        };
        match prefix {
            Some(prefix) if prefix.network() == self.address => Ok(prefix),
            Some(prefix) => Err(EntryError::HostBits { address: self.address, mask: prefix.netmask() }),
            None => Err(EntryError::Mask { mask: self.mask }),
        }
    }

    /// The checks of RFC 2453 §3.9.2 on each entry of a Response.
    pub fn check(&self) -> Result<Ipv4Net, EntryError> {
        if self.family != Self::IPV4 {
            return Err(EntryError::Family { found: self.family });
        }
        if !(1..=INFINITY).contains(&self.metric) {
            return Err(EntryError::Metric { found: self.metric });
        }
        let [first, ..] = self.address.octets();
        let default = self.address.is_unspecified() && self.mask.is_unspecified();
        if !default && (matches!(first, 0 | 127) || first >= 224) {
            return Err(EntryError::Destination { address: self.address });
        }
        self.prefix()
    }

    fn parse(bytes: &[u8; ENTRY]) -> Self {
        let [f0, f1, t0, t1, a0, a1, a2, a3, m0, m1, m2, m3, n0, n1, n2, n3, c0, c1, c2, c3] = *bytes;
        Self {
            family: u16::from_be_bytes([f0, f1]),
            tag: u16::from_be_bytes([t0, t1]),
            address: Ipv4Addr::new(a0, a1, a2, a3),
            mask: Ipv4Addr::new(m0, m1, m2, m3),
            next_hop: Ipv4Addr::new(n0, n1, n2, n3),
            metric: u32::from_be_bytes([c0, c1, c2, c3]),
        }
    }

    fn emit(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.family.to_be_bytes());
        bytes.extend(self.tag.to_be_bytes());
        bytes.extend(self.address.octets());
        bytes.extend(self.mask.octets());
        bytes.extend(self.next_hop.octets());
        bytes.extend(self.metric.to_be_bytes());
    }
}

/// A RIP message. RFC 2453 §4.
///
/// ```
/// use firsthop_protocol::rip::{Command, Entry, Message};
/// let request = Message::new(Command::Request, vec![Entry::WHOLE_TABLE]);
/// let bytes = request.to_bytes();
/// assert_eq!(bytes.len(), 24);
/// assert_eq!(Message::parse(&bytes), Ok(request));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is for.
    pub command: Command,
    /// 1 or more; this crate sends 2.
    pub version: u8,
    /// At most 25.
    pub entries: Vec<Entry>,
}

impl Message {
    /// A message of version 2.
    pub const fn new(command: Command, entries: Vec<Entry>) -> Self {
        Self { command, version: 2, entries }
    }

    /// Reads a datagram's payload. What is of a version above 2 is read as version 2 is. RFC 2453 §5.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let Some(([command, version, _, _], rest)) = bytes.split_first_chunk::<HEADER>() else {
            return Err(ParseError::Truncated { found: bytes.len() });
        };
        let command = match command {
            1 => Command::Request,
            2 => Command::Response,
            found => return Err(ParseError::Command { found: *found }),
        };
        if *version == 0 {
            return Err(ParseError::Version);
        }
        let (entries, partial) = rest.as_chunks::<ENTRY>();
        if !partial.is_empty() {
            return Err(ParseError::PartialEntry { found: rest.len() });
        }
        if entries.len() > MAX_ENTRIES {
            return Err(ParseError::TooManyEntries { found: entries.len() });
        }
        Ok(Self { command, version: *version, entries: entries.iter().map(Entry::parse).collect() })
    }

    /// The payload of a datagram.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + ENTRY * self.entries.len());
        bytes.extend([self.command.number(), self.version, 0, 0]);
        for entry in &self.entries {
            entry.emit(&mut bytes);
        }
        bytes
    }

    /// Whether it is the request for the whole table: one entry, family 0, metric 16. RFC 2453 §3.9.1.
    pub fn asks_for_everything(&self) -> bool {
        matches!(self.entries.as_slice(), [Entry { family: 0, metric: INFINITY, .. }])
    }

    /// Whether it carries authentication. RFC 2453 §4.1.
    pub fn is_authenticated(&self) -> bool {
        self.entries.first().is_some_and(|entry| entry.family == Entry::AUTHENTICATION)
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RIPv{} {} with {} entries", self.version, self.command, self.entries.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_message_says_why() {
        assert_eq!(Message::parse(&[2, 2, 0]), Err(ParseError::Truncated { found: 3 }));
        assert_eq!(Message::parse(&[9, 2, 0, 0]), Err(ParseError::Command { found: 9 }));
        assert_eq!(Message::parse(&[2, 0, 0, 0]), Err(ParseError::Version));
        assert_eq!(Message::parse(&[2, 2, 0, 0, 7]), Err(ParseError::PartialEntry { found: 1 }));
        let long = [&[2, 2, 0, 0][..], &[0; 26 * 20]].concat();
        assert_eq!(Message::parse(&long), Err(ParseError::TooManyEntries { found: 26 }));
    }

    #[test]
    fn entries_that_are_not_believed_say_why() {
        let entry = |address: &str, mask: &str, metric| Entry {
            address: address.parse().unwrap(),
            mask: mask.parse().unwrap(),
            ..Entry::new("10.0.0.0/8".parse().unwrap(), metric)
        };
        let prefix = |text: &str| Ok(text.parse().unwrap());
        assert_eq!(entry("10.1.0.0", "255.255.0.0", 3).check(), prefix("10.1.0.0/16"));
        assert_eq!(entry("0.0.0.0", "0.0.0.0", 1).check(), prefix("0.0.0.0/0"));
        assert_eq!(entry("192.168.7.0", "0.0.0.0", 1).check(), prefix("192.168.7.0/24"), "the class's mask");
        assert_eq!(entry("10.1.0.0", "255.255.0.0", 0).check(), Err(EntryError::Metric { found: 0 }));
        assert_eq!(entry("10.1.0.0", "255.255.0.0", 17).check(), Err(EntryError::Metric { found: 17 }));
        assert!(matches!(entry("10.1.0.0", "255.0.255.0", 1).check(), Err(EntryError::Mask { .. })));
        assert!(matches!(entry("10.1.0.1", "255.255.0.0", 1).check(), Err(EntryError::HostBits { .. })));
        for bad in ["127.0.0.0", "0.1.0.0", "224.0.0.0", "240.0.0.0"] {
            assert!(
                matches!(entry(bad, "255.255.0.0", 1).check(), Err(EntryError::Destination { .. })),
                "{bad}"
            );
        }
        assert_eq!(
            Entry { family: 3, ..entry("10.0.0.0", "255.0.0.0", 1) }.check(),
            Err(EntryError::Family { found: 3 })
        );
    }
}
