//! Time to height. A round trip takes milliseconds and TIME-WAIT minutes: on one even scale one of them would be invisible.
//!
//! So the scale is even only between two neighbouring instants at which something happens; the height of such a gap grows
//! with the logarithm of its length. It is monotone, so order and overlap stay true.

use firsthop_protocol::trace::Time;

/// The height of a gap too short to matter, so that two things at the same moment do not cover each other.
/// A label is twelve high.
const LEAST: f64 = 20.0;
/// No wait is drawn higher than this.
const MOST: f64 = 88.0;

/// A monotone mapping between time and height.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scale {
    /// Instants in order, each with its height.
    knots: Vec<(Time, f64)>,
}

impl Scale {
    /// The scale on which all these instants can be told apart.
    pub fn new(instants: Vec<Time>) -> Self {
        Self::with_room(instants.into_iter().map(|instant| (instant, 0.0)).collect())
    }

    /// The same, with room below each instant for what is drawn there one under the other.
    pub fn with_room(mut instants: Vec<(Time, f64)>) -> Self {
        // Of several wishes for one instant, the greatest comes first and is kept.
        instants.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        instants.dedup_by_key(|(instant, _)| *instant);
        let mut height = 0.0;
        let mut last: Option<(Time, f64)> = None;
        let knots = instants
            .into_iter()
            .map(|(instant, room)| {
                if let Some((last, room)) = last {
                    height += gap(instant.since(last)).max(room + LEAST);
                }
                last = Some((instant, room));
                (instant, height)
            })
            .collect();
        Self { knots }
    }

    /// The height of the last instant.
    pub fn height(&self) -> f64 {
        self.knots.last().map_or(0.0, |(_, height)| *height)
    }

    /// The height of an instant.
    pub fn y(&self, time: Time) -> f64 {
        let after = self.knots.partition_point(|(instant, _)| *instant <= time);
        let Some((from, low)) = after.checked_sub(1).and_then(|at| self.knots.get(at)) else { return 0.0 };
        let Some((to, high)) = self.knots.get(after) else { return *low };
        low + (high - low) * ratio(time.since(*from), to.since(*from))
    }

    /// The instant at a height.
    pub fn time(&self, y: f64) -> Time {
        let after = self.knots.partition_point(|(_, height)| *height <= y);
        let Some((from, low)) = after.checked_sub(1).and_then(|at| self.knots.get(at)) else {
            return Time::ZERO;
        };
        let Some((to, high)) = self.knots.get(after) else { return *from };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a gap, from 0 to the gap"
        )]
        // Rounded, so that an instant comes back as it was.
        let share = ((y - low) / (high - low) * micros(to.since(*from))).round() as u64;
        from.plus(share)
    }

    /// The instants at which something happens, in order.
    pub fn instants(&self) -> impl DoubleEndedIterator<Item = Time> + '_ {
        self.knots.iter().map(|(instant, _)| *instant)
    }
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of a trace are far below 2^53")]
fn micros(micros: u64) -> f64 {
    micros as f64
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { micros(part) / micros(whole) }
}

fn gap(length: u64) -> f64 {
    // 1 ms and less: the least; ten times as long: half as much again as the least.
    (LEAST + 8.0 * (micros(length) / 1000.0).max(1.0).log10() * 2.0).clamp(LEAST, MOST)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_scale_is_flat() {
        let scale = Scale::default();
        assert_eq!(scale.y(Time(5)).to_bits(), 0.0_f64.to_bits());
        assert_eq!(scale.time(5.0), Time::ZERO);
    }

    proptest! {
        #[test]
        fn order_is_kept_and_time_comes_back(mut instants in prop::collection::vec(0_u64..200_000_000, 1..40), at in 0_u64..200_000_000) {
            let scale = Scale::new(instants.iter().copied().map(Time).collect());
            instants.sort_unstable();
            instants.dedup();
            for pair in instants.windows(2) {
                prop_assert!(scale.y(Time(pair[1])) - scale.y(Time(pair[0])) >= LEAST - 1e-9);
            }
            let inside = Time(at.clamp(instants[0], instants[instants.len() - 1]));
            let back = scale.time(scale.y(inside)).micros();
            prop_assert!(back.abs_diff(inside.micros()) <= 1, "{inside} came back as {back}");
        }
    }
}
