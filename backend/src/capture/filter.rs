//! The program that the kernel runs on each frame before it copies it to a [`super::Capture`]: classic BPF.

use std::net::Ipv4Addr;

use socket2::SockFilter;

use super::{
    Transport,
    bpf::{
        JUMP, JUMP_IF_BITS, JUMP_IF_EQUAL, LOAD_BYTE, LOAD_HALF, LOAD_HALF_AT_X, LOAD_WORD,
        LOAD_X_HEADER_LENGTH, RETURN, op,
    },
};

// What the kernel knows beside the bytes: "ancillary data", from <linux/filter.h>.
const ANCILLARY: u32 = 0xffff_f000;
const PACKET_TYPE: u32 = ANCILLARY + 4;
const INTERFACE: u32 = ANCILLARY + 8;

/// `PACKET_OUTGOING` of <linux/if_packet.h>: the copy made as the frame left. On `lo` each frame is seen twice, leaving
/// and arriving; the arriving copy is the one that is kept.
const OUTGOING: u32 = 4;

const TCP: u32 = 6;
const UDP: u32 = 17;

/// The longest list of ports: each needs four instructions, and a kernel takes 4,096 in all.
pub const MOST_PORTS: usize = 64;

/// Takes whole frames that arrive on `interface` between 127.0.0.1 and itself and carry TCP or UDP over IPv4 from or to
/// one of `ports` (those beyond [`MOST_PORTS`] are not watched); refuses all else. A port is one of TCP or one of UDP: the
/// other's with the same number is somebody else's.
pub fn program(interface: u32, ports: &[(Transport, u16)]) -> Vec<SockFilter> {
    let refuse_unless = |code, value| [op(code, 1, 0, value), op(RETURN, 0, 0, 0)];
    let refuse_if = |code, value| [op(code, 0, 1, value), op(RETURN, 0, 0, 0)];
    let mut program = vec![op(LOAD_WORD, 0, 0, INTERFACE)];
    program.extend(refuse_unless(JUMP_IF_EQUAL, interface));
    program.push(op(LOAD_WORD, 0, 0, PACKET_TYPE));
    program.extend(refuse_if(JUMP_IF_EQUAL, OUTGOING));
    program.push(op(LOAD_HALF, 0, 0, 12));
    program.extend(refuse_unless(JUMP_IF_EQUAL, 0x0800));
    for address in [12, 16] {
        program.push(op(LOAD_WORD, 0, 0, 14 + address));
        program.extend(refuse_unless(JUMP_IF_EQUAL, Ipv4Addr::LOCALHOST.to_bits()));
    }
    // Only a first fragment has ports.
    program.push(op(LOAD_HALF, 0, 0, 14 + 6));
    program.extend(refuse_if(JUMP_IF_BITS, 0x1fff));
    program.push(op(LOAD_X_HEADER_LENGTH, 0, 0, 14));
    program.push(op(LOAD_BYTE, 0, 0, 14 + 9));
    for (number, transport) in [(TCP, Transport::Tcp), (UDP, Transport::Udp)] {
        let from_or_to = from_or_to(ports, transport);
        // A conditional jump reaches 255 instructions at most.
        program.push(op(JUMP_IF_EQUAL, 1, 0, number));
        program.push(op(JUMP, 0, 0, u32::try_from(from_or_to.len()).unwrap_or(u32::MAX)));
        program.extend(from_or_to);
    }
    program.push(op(RETURN, 0, 0, 0));
    program
}

/// Takes or refuses a segment or datagram by its ports.
fn from_or_to(ports: &[(Transport, u16)], wanted: Transport) -> Vec<SockFilter> {
    let mut program = Vec::new();
    for offset in [0, 2] {
        program.push(op(LOAD_HALF_AT_X, 0, 0, 14 + offset));
        for (_, port) in ports.iter().take(MOST_PORTS).filter(|(transport, _)| *transport == wanted) {
            program.push(op(JUMP_IF_EQUAL, 0, 1, u32::from(*port)));
            program.push(op(RETURN, 0, 0, u32::MAX));
        }
    }
    program.push(op(RETURN, 0, 0, 0));
    program
}
