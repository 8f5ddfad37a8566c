//! A place in a frame, with the end of what may be read.

use super::Problem;

/// A cursor over a frame: a bit position and a limit. It never indexes; what is not there is `None`.
///
/// Cheap to copy: keep a copy to come back to a place.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'f> {
    frame: &'f [u8],
    bit: usize,
    end: usize,
    promised: usize,
}

impl<'f> Reader<'f> {
    /// At the first bit of a frame of which `original` bytes were on the link.
    pub const fn new(frame: &'f [u8], original: usize) -> Self {
        let end = frame.len();
        Self { frame, bit: 0, end, promised: if original > end { original } else { end } }
    }

    /// The whole frame, from its first byte, whatever the limit.
    pub const fn frame(&self) -> &'f [u8] {
        self.frame
    }

    /// Bits from the frame's first to the next one.
    pub const fn bit(&self) -> usize {
        self.bit
    }

    /// Bytes from the frame's first to the next one.
    pub const fn offset(&self) -> usize {
        self.bit / 8
    }

    /// The byte of the frame at which reading ends.
    pub const fn end(&self) -> usize {
        self.end
    }

    /// How many whole bytes are left.
    pub const fn left(&self) -> usize {
        self.end.saturating_sub(self.bit.div_ceil(8))
    }

    /// How many bytes there should be: more than [`Self::left`] when the capture cut them off.
    pub const fn promised(&self) -> usize {
        self.promised.saturating_sub(self.bit.div_ceil(8))
    }

    /// Whether all that should be there is there.
    pub const fn is_whole(&self) -> bool {
        self.promised <= self.end
    }

    /// The same problem, or [`Problem::CutShort`] where the bytes that are missing were on the link and only the capture
    /// left them out.
    pub fn blame(&self, problem: Problem) -> Problem {
        let left_out = self.promised.saturating_sub(self.end);
        match problem {
            Problem::Truncated { needed, had } if needed.saturating_sub(had) as usize <= left_out => {
                Problem::CutShort { needed, had }
            }
            other => other,
        }
    }

    /// The bytes that are left, without passing over them.
    pub fn rest(&self) -> &'f [u8] {
        self.frame.get(self.bit.div_ceil(8)..self.end).unwrap_or_default()
    }

    /// The next bits as a number, 64 at most, without passing over them.
    pub fn peek(&self, bits: usize) -> Option<u64> {
        let last = self.bit.checked_add(bits)?;
        if bits > 64 || last > self.end * 8 {
            return None;
        }
        let bytes = self.frame.get(self.bit / 8..last.div_ceil(8))?;
        let wide = bytes.iter().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
        let wide = wide >> (last.div_ceil(8) * 8 - last);
        Some((wide & ((1u128 << bits) - 1)) as u64)
    }

    /// The next bits as a number, 64 at most.
    pub fn bits(&mut self, bits: usize) -> Option<u64> {
        let number = self.peek(bits)?;
        self.bit += bits;
        Some(number)
    }

    /// The next `count` bytes. Begins at a byte's first bit.
    pub fn take(&mut self, count: usize) -> Option<&'f [u8]> {
        let start = self.bit.div_ceil(8);
        let end = start.checked_add(count)?;
        if end > self.end {
            return None;
        }
        let bytes = self.frame.get(start..end)?;
        self.bit = end * 8;
        Some(bytes)
    }

    /// The next `N` bytes as an array.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// A reader that stops at most `length` bytes from here. [`Self::is_whole`] says whether they are all there.
    #[must_use]
    pub fn limited(mut self, length: usize) -> Self {
        self.promised = self.promised.min(self.offset().saturating_add(length));
        self.end = self.end.min(self.promised);
        self
    }

    /// A reader at another byte of the same frame, not behind the limit.
    #[must_use]
    pub fn at(mut self, byte: usize) -> Self {
        self.bit = byte.min(self.end) * 8;
        self
    }
}
