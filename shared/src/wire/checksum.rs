//! The Internet checksum, RFC 1071, and the pseudo-headers under it.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Context, Draft, Meaning, Problem, Reader};

/// A sum under way, in ones' complement.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum(u64);

impl Sum {
    /// Adds bytes. Only the last slice added may have an odd length.
    #[must_use]
    pub fn bytes(self, bytes: &[u8]) -> Self {
        let (words, odd) = bytes.as_chunks::<2>();
        let sum: u64 = words.iter().map(|word| u64::from(u16::from_be_bytes(*word))).sum();
        let last = odd.first().map_or(0, |byte| u64::from(*byte) << 8);
        Self(self.0 + sum + last)
    }

    /// Adds a number of up to 32 bits, as two 16-bit words.
    #[must_use]
    pub const fn number(self, number: u32) -> Self {
        Self(self.0 + (number >> 16) as u64 + (number & 0xffff) as u64)
    }

    /// The 16-bit ones' complement sum.
    pub const fn folded(self) -> u16 {
        let mut sum = self.0;
        while sum > 0xffff {
            sum = (sum >> 16) + (sum & 0xffff);
        }
        sum as u16
    }

    /// The checksum: the complement of the sum.
    pub const fn checksum(self) -> u16 {
        !self.folded()
    }
}

/// The pseudo-header that UDP, TCP and ICMPv6 sum before their own bytes.
#[derive(Debug, Clone, Copy)]
pub enum Pseudo {
    /// RFC 768, RFC 9293 §3.1.
    V4(Ipv4Addr, Ipv4Addr),
    /// RFC 8200 §8.1.
    V6(Ipv6Addr, Ipv6Addr),
}

impl Pseudo {
    /// The sum of the pseudo-header for so many bytes of a protocol.
    pub fn sum(&self, protocol: u8, length: u32) -> Sum {
        let sum = match self {
            Self::V4(from, to) => Sum::default().bytes(&from.octets()).bytes(&to.octets()),
            Self::V6(from, to) => Sum::default().bytes(&from.octets()).bytes(&to.octets()),
        };
        sum.number(u32::from(protocol)).number(length)
    }
}

/// What a checksum field of value `found` should hold, and what is wrong with it, if anything. `sum` is over
/// everything that the checksum covers, the field itself included; `pseudo` is the part of it that is not in the packet.
pub fn judge(found: u16, sum: Sum, pseudo: Option<Sum>) -> Result<(), Problem> {
    if sum.folded() == 0xffff {
        return Ok(());
    }
    // Take the field out of the sum again: subtracting is adding the complement.
    let expected = Sum(u64::from(sum.folded()) + u64::from(!found)).checksum();
    match pseudo {
        Some(pseudo) if pseudo.folded() == found => Err(Problem::ChecksumOffloaded { expected, found }),
        _ => Err(Problem::Checksum { expected, found }),
    }
}

/// Judges the checksum of the packet of an upper layer, in the field named `checksum`, or says why it cannot be judged.
pub fn check(
    context: &Context<'_>,
    draft: &mut Draft<'_>,
    protocol: u8,
    packet: Reader<'_>,
    found: u16,
    too_long: bool,
) {
    let bytes = packet.rest();
    let pseudo = context.pseudo.map(|pseudo| pseudo.sum(protocol, bytes.len() as u32));
    let outcome = if context.fragment {
        Ok("not checked: it covers all fragments")
    } else if too_long || context.cut || !packet.is_whole() {
        Ok("not checked: not all bytes are there")
    } else if let Some(pseudo) = pseudo {
        judge(found, pseudo.bytes(bytes), Some(pseudo)).map(|()| "correct")
    } else {
        judge(found, Sum::default().bytes(bytes), None).map(|()| "correct")
    };
    let outcome = outcome.map_err(|problem| if protocol == UDP { never_zero(problem) } else { problem });
    let Some(field) = draft.named("checksum") else { return };
    match outcome {
        Ok(words) => field.meaning = Meaning::Checksum(words),
        Err(problem) => field.problem = Some(Box::new(problem)),
    }
}

/// UDP sends a checksum that comes to 0 as all ones, because 0 means none. RFC 768.
fn never_zero(problem: Problem) -> Problem {
    match problem {
        Problem::Checksum { expected: 0, found } => Problem::Checksum { expected: 0xffff, found },
        Problem::ChecksumOffloaded { expected: 0, found } => {
            Problem::ChecksumOffloaded { expected: 0xffff, found }
        }
        other => other,
    }
}

const UDP: u8 = 17;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_1071() {
        let sum = Sum::default().bytes(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
        assert_eq!(sum.folded(), 0xddf2);
    }

    #[test]
    fn a_wrong_checksum_says_what_would_be_right() {
        let right = Sum::default().bytes(&[0x12, 0x34, 0xab]).checksum();
        let with = |field: u16| Sum::default().bytes(&field.to_be_bytes()).bytes(&[0x12, 0x34, 0xab]);
        assert_eq!(judge(right, with(right), None), Ok(()));
        let wrong = judge(7, with(7), None);
        assert_eq!(wrong, Err(Problem::Checksum { expected: right, found: 7 }));
    }
}
