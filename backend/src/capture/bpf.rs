//! The opcodes of classic BPF that are used here, from `<linux/bpf_common.h>`.

use socket2::SockFilter;

pub const LOAD_WORD: u16 = 0x20;
pub const LOAD_HALF: u16 = 0x28;
pub const LOAD_BYTE: u16 = 0x30;
pub const LOAD_HALF_AT_X: u16 = 0x48;
pub const LOAD_LENGTH: u16 = 0x80;
pub const LOAD_X_HEADER_LENGTH: u16 = 0xb1;
pub const MOVE_TO_X: u16 = 0x07;
pub const AND: u16 = 0x54;
pub const SHIFT_LEFT: u16 = 0x64;
pub const SHIFT_RIGHT: u16 = 0x74;
pub const JUMP: u16 = 0x05;
pub const JUMP_IF_EQUAL: u16 = 0x15;
pub const JUMP_IF_EQUAL_X: u16 = 0x1d;
pub const JUMP_IF_BITS: u16 = 0x45;
pub const RETURN: u16 = 0x06;

/// An instruction; the jumps count the instructions that they leave out.
pub fn op(code: u16, if_true: u8, if_false: u8, value: u32) -> SockFilter {
    SockFilter::new(code, if_true, if_false, value)
}
