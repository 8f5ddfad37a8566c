//! Sequence numbers: arithmetic modulo 2³² (RFC 9293 §3.4).

use std::{fmt, ops};

/// A sequence or acknowledgment number. Comparisons are modular: right as long as the two numbers are less than
/// 2³¹ apart, which windows of at most 2³⁰ guarantee (RFC 7323 §2.2). There is no `Ord`: it would not be transitive.
///
/// ```
/// use firsthop_protocol::tcp::Seq;
/// let last = Seq(u32::MAX);
/// assert!(last.lt(last + 1));
/// assert_eq!((last + 1) - last, 1);
/// assert_eq!(last + 1, Seq(0));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Seq(pub u32);

impl Seq {
    /// `self < other`
    pub const fn lt(self, other: Self) -> bool {
        (self.0.wrapping_sub(other.0) as i32) < 0
    }

    /// `self =< other`, as the RFC writes it
    pub const fn le(self, other: Self) -> bool {
        (self.0.wrapping_sub(other.0) as i32) <= 0
    }

    /// `self > other`
    pub const fn gt(self, other: Self) -> bool {
        other.lt(self)
    }

    /// `self >= other`
    pub const fn ge(self, other: Self) -> bool {
        other.le(self)
    }

    /// The later of the two.
    #[must_use]
    pub const fn max(self, other: Self) -> Self {
        if self.lt(other) { other } else { self }
    }

    /// The earlier of the two.
    #[must_use]
    pub const fn min(self, other: Self) -> Self {
        if self.lt(other) { self } else { other }
    }

    /// Octets from `earlier` to this number; zero if `earlier` is in fact later.
    pub const fn since(self, earlier: Self) -> u32 {
        if self.lt(earlier) { 0 } else { self.0.wrapping_sub(earlier.0) }
    }
}

impl ops::Add<u32> for Seq {
    type Output = Self;

    fn add(self, octets: u32) -> Self {
        Self(self.0.wrapping_add(octets))
    }
}

impl ops::Sub<u32> for Seq {
    type Output = Self;

    fn sub(self, octets: u32) -> Self {
        Self(self.0.wrapping_sub(octets))
    }
}

impl ops::Sub for Seq {
    type Output = u32;

    /// The distance forward from `earlier`, modulo 2³².
    fn sub(self, earlier: Self) -> u32 {
        self.0.wrapping_sub(earlier.0)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
