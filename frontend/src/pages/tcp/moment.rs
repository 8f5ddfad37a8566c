//! Where the learner stopped and which segment is open, in the address beside what is set up.

use firsthop_protocol::trace::{EventKind, Time, Trace};
use serde::{Deserialize, Serialize};

/// A moment of the simulation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Moment {
    /// Microseconds since the beginning; the end where there is none.
    pub(super) at: Option<u64>,
    /// The number of a segment, from 1.
    pub(super) segment: Option<usize>,
}

impl Moment {
    /// The instant at which the player stands: the end is not worth a parameter.
    pub(super) fn stand(now: Time, end: Time) -> Option<u64> {
        (now < end).then_some(now.micros())
    }

    /// The event of the segment.
    pub(super) fn event(&self, trace: &Trace) -> Option<usize> {
        frames(trace).nth(self.segment?.checked_sub(1)?)
    }

    /// The number of the segment that an event is.
    pub(super) fn number(trace: &Trace, event: usize) -> Option<usize> {
        frames(trace).position(|index| index == event).map(|index| index + 1)
    }
}

fn frames(trace: &Trace) -> impl Iterator<Item = usize> + '_ {
    let events = trace.events().iter().enumerate();
    events.filter_map(|(index, event)| matches!(event.kind, EventKind::Frame(_)).then_some(index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        pages::tcp::{simulate, state::TcpState},
        query::Query,
    };

    #[test]
    fn segments_are_numbered_from_one() {
        let trace = simulate(&TcpState::default());
        for number in 1..=trace.frames().count() {
            let event = Moment { at: None, segment: Some(number) }.event(&trace).unwrap();
            assert_eq!(Moment::number(&trace, event), Some(number));
        }
        for segment in [None, Some(0), Some(10_000)] {
            assert_eq!(Moment { at: None, segment }.event(&trace), None);
        }
    }

    #[test]
    fn a_link_says_the_moment() {
        let moment: Moment = Query::parse("?opening=ordinary&at=150000&segment=4").state();
        assert_eq!(moment, Moment { at: Some(150_000), segment: Some(4) });
        let mut query = Query::parse("?lang=zh");
        query.replace(&Moment::default(), &moment);
        assert_eq!(query.to_string(), "lang=zh&at=150000&segment=4");
    }
}
