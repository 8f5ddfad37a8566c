//! Classes A to E: how the network part was found before CIDR (RFC 791 §3.2, RFC 1112 §4; given up by RFC 1518, RFC 1519).

use std::{fmt, net::Ipv4Addr};

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

/// The class of an IPv4 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Class {
    /// First bit 0: 8 bits of network.
    A,
    /// First bits 10: 16 bits of network.
    B,
    /// First bits 110: 24 bits of network.
    C,
    /// First bits 1110: a multicast group.
    D,
    /// First bits 1111: reserved.
    E,
}

impl Class {
    /// All classes.
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::E];

    /// The class of an address.
    pub const fn of(address: Ipv4Addr) -> Self {
        match address.to_bits().leading_ones() {
            0 => Self::A,
            1 => Self::B,
            2 => Self::C,
            3 => Self::D,
            _ => Self::E,
        }
    }

    /// The bits with which its addresses begin: `110`.
    pub const fn first_bits(self) -> &'static str {
        match self {
            Self::A => "0",
            Self::B => "10",
            Self::C => "110",
            Self::D => "1110",
            Self::E => "1111",
        }
    }

    /// The length of its network part; D and E have none.
    pub const fn default_prefix(self) -> Option<u8> {
        match self {
            Self::A => Some(8),
            Self::B => Some(16),
            Self::C => Some(24),
            Self::D | Self::E => None,
        }
    }

    /// All its addresses.
    pub fn block(self) -> Ipv4Net {
        let (first, prefix) = match self {
            Self::A => (0, 1),
            Self::B => (128, 2),
            Self::C => (192, 3),
            Self::D => (224, 4),
            Self::E => (240, 4),
        };
        Ipv4Net::new(Ipv4Addr::new(first, 0, 0, 0), prefix).unwrap_or_default()
    }

    /// How many networks it has.
    pub fn networks(self) -> Option<u32> {
        let network_bits = u32::from(self.default_prefix()?) - u32::from(self.block().prefix_len());
        Some(1 << network_bits)
    }

    /// How many hosts fit in one of its networks.
    pub fn hosts(self) -> Option<u32> {
        Some((1 << (32 - u32::from(self.default_prefix()?))) - 2)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_the_textbooks() {
        let counts: Vec<_> = Class::ALL.iter().map(|class| (class.networks(), class.hosts())).collect();
        assert_eq!(
            counts,
            [
                (Some(128), Some(16_777_214)),
                (Some(16_384), Some(65_534)),
                (Some(2_097_152), Some(254)),
                (None, None),
                (None, None)
            ]
        );
    }

    #[test]
    fn every_block_is_of_its_class_and_they_fill_the_space() {
        let mut next = 0_u64;
        for class in Class::ALL {
            let block = class.block();
            assert_eq!((Class::of(block.network()), Class::of(block.broadcast())), (class, class));
            assert_eq!(u64::from(u32::from(block.network())), next);
            next = u64::from(u32::from(block.broadcast())) + 1;
        }
        assert_eq!(next, 1 << 32);
    }
}
