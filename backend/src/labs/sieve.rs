//! A segment lost on purpose on kernel sockets: the socket that it is for lets it fall as it arrives.
//!
//! A socket may carry a filter (`SO_ATTACH_FILTER`, classic BPF; no right is needed), which the kernel runs on each TCP
//! segment for it before TCP itself looks at it. What falls there is lost to both ends, and their timers, not ours, send
//! it again. The interface has carried it, so it is captured; [`Sieve::takes`] says of the captured one what the program
//! says in the kernel.

use socket2::SockFilter;

use crate::capture::bpf::{
    AND, JUMP_IF_EQUAL, JUMP_IF_EQUAL_X, LOAD_BYTE, LOAD_LENGTH, MOVE_TO_X, RETURN, SHIFT_LEFT, SHIFT_RIGHT,
    op,
};

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const ACK: u8 = 16;

/// What falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sieve {
    /// Everything.
    All,
    /// A SYN without ACK.
    Syn,
    /// A SYN with ACK.
    SynAck,
    /// An ACK that is nothing else, and no data.
    BareAck,
    /// Data.
    Data,
    /// A FIN, with data or without.
    Fin,
}

impl Sieve {
    /// What falls has, of the flags in the mask, these and no others; and data, or none, where that matters.
    const fn pattern(self) -> (u8, u8, Option<bool>) {
        match self {
            Self::All => (0, 0, None),
            Self::Syn => (SYN | ACK, SYN, None),
            Self::SynAck => (SYN | ACK, SYN | ACK, None),
            Self::BareAck => (FIN | SYN | RST | ACK, ACK, Some(false)),
            Self::Data => (0, 0, Some(true)),
            Self::Fin => (FIN, FIN, None),
        }
    }

    /// Whether a segment with these flags (the header's 14th octet) and so much data falls.
    pub(super) fn takes(self, flags: u8, data: usize) -> bool {
        let (mask, bits, with_data) = self.pattern();
        flags & mask == bits && with_data.is_none_or(|with| with == (data > 0))
    }

    /// The same for the kernel, which runs it on the segment from the first octet of its TCP header.
    pub(super) fn program(self) -> Vec<SockFilter> {
        const KEEP: u32 = u32::MAX;
        let (mask, bits, with_data) = self.pattern();
        let mut program = vec![
            op(LOAD_BYTE, 0, 0, 13),
            op(AND, 0, 0, mask.into()),
            op(JUMP_IF_EQUAL, 1, 0, bits.into()),
            op(RETURN, 0, 0, KEEP),
        ];
        if let Some(with) = with_data {
            // Without data the segment is as long as its header: four octets for each of the data offset.
            let (no_data, data) = if with { (0, 1) } else { (1, 0) };
            program.extend([
                op(LOAD_BYTE, 0, 0, 12),
                op(SHIFT_RIGHT, 0, 0, 4),
                op(SHIFT_LEFT, 0, 0, 2),
                op(MOVE_TO_X, 0, 0, 0),
                op(LOAD_LENGTH, 0, 0, 0),
                op(JUMP_IF_EQUAL_X, no_data, data, 0),
                op(RETURN, 0, 0, KEEP),
            ]);
        }
        program.push(op(RETURN, 0, 0, 0));
        program
    }
}

/// The sieves of a run: whose, what falls, and between which instants (microseconds since 1970).
#[derive(Debug, Default)]
pub(super) struct Sieves(Vec<(&'static str, Sieve, u64, Option<u64>)>);

impl Sieves {
    /// From now on this falls at `node`'s socket.
    pub(super) fn put_in(&mut self, node: &'static str, sieve: Sieve, now: u64) {
        self.0.push((node, sieve, now, None));
    }

    /// From now on nothing falls there any more.
    pub(super) fn take_out(&mut self, node: &str, now: u64) {
        for (_, _, _, until) in self.0.iter_mut().filter(|(whose, ..)| *whose == node) {
            until.get_or_insert(now);
        }
    }

    /// Whether a segment for `node` fell, that was seen at `micros`.
    pub(super) fn took(&self, node: &str, micros: u64, flags: u8, data: usize) -> bool {
        self.0.iter().any(|(whose, sieve, from, until)| {
            *whose == node
                && *from <= micros
                && until.is_none_or(|until| micros <= until)
                && sieve.takes(flags, data)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_takes_its_own_kind_of_segment() {
        let segments =
            [(SYN, 0), (SYN | ACK, 0), (ACK, 0), (ACK, 5), (FIN | ACK, 0), (FIN | ACK, 5), (RST, 0)];
        let taken = |sieve: Sieve| segments.map(|(flags, data)| u8::from(sieve.takes(flags, data)));
        assert_eq!(taken(Sieve::All), [1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(taken(Sieve::Syn), [1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(taken(Sieve::SynAck), [0, 1, 0, 0, 0, 0, 0]);
        assert_eq!(taken(Sieve::BareAck), [0, 0, 1, 0, 0, 0, 0]);
        assert_eq!(taken(Sieve::Data), [0, 0, 0, 1, 0, 1, 0]);
        assert_eq!(taken(Sieve::Fin), [0, 0, 0, 0, 1, 1, 0]);
    }

    #[test]
    fn a_sieve_takes_between_its_instants_and_at_its_socket() {
        let mut sieves = Sieves::default();
        sieves.put_in("server", Sieve::Syn, 10);
        assert!(sieves.took("server", 10, SYN, 0) && sieves.took("server", 99, SYN, 0));
        sieves.take_out("server", 20);
        sieves.take_out("server", 30);
        assert!(sieves.took("server", 20, SYN, 0) && !sieves.took("server", 21, SYN, 0));
        assert!(!sieves.took("server", 9, SYN, 0) && !sieves.took("client", 15, SYN, 0));
    }
}
