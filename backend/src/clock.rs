//! The machine's clocks. The protocols of `firsthop_protocol` have none: they are told the time.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use firsthop_protocol::trace::Time;

/// Microseconds since 1970-01-01 00:00 UTC, by the clock with which the kernel stamps frames.
pub fn unix_micros() -> u64 {
    micros(since_1970())
}

/// Seconds since 1970-01-01 00:00 UTC.
pub fn unix_seconds() -> u64 {
    since_1970().as_secs()
}

/// The time of something that began at `begun`, by a clock that nobody sets.
pub fn since(begun: Instant) -> Time {
    Time(micros(begun.elapsed()))
}

/// A span in whole microseconds.
pub fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO)
}
