//! Where the learner stopped and which segment is open, in the address beside what is set up.

use firsthop_protocol::trace::{EventKind, Time, Trace};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use crate::{
    url_state::{UrlState, use_url_state},
    views::{
        SharedTrace,
        ladder::Layout,
        player::{Action, Player, use_player},
    },
};

/// Where a trace is shown when the address does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// When the first frame leaves.
    FirstFrame,
    /// When everything has.
    End,
}

/// A moment of the simulation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Moment {
    /// Microseconds since the beginning.
    pub(super) at: Option<u64>,
    /// The number of a segment, from 1.
    pub(super) segment: Option<usize>,
}

impl Moment {
    /// The instant at which the player stands: where it stands by itself is not worth a parameter.
    fn stand(now: Time, usual: Time) -> Option<u64> {
        (now != usual).then_some(now.micros())
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

/// A player of the trace and what the address says of it, each kept as the other says.
#[hook]
pub(super) fn use_moment(
    trace: &SharedTrace,
    nodes: &[String],
    rest: Rest,
) -> (UseReducerHandle<Player>, UrlState<Moment>) {
    let player = use_player();
    let moment = use_url_state::<Moment>();
    let loaded = use_mut_ref(|| false);
    use_effect_with(trace.clone(), {
        let (player, nodes, asked) = (player.dispatcher(), nodes.to_vec(), moment.value.at);
        move |trace: &SharedTrace| {
            let scale = Layout::new(trace, &nodes).scale;
            player.dispatch(Action::Load { scale, play: false });
            // A link asks for a moment; what is set up anew is shown as it is by itself.
            let first = !loaded.replace(true);
            let usual = rests_at(trace, rest).map_or(Action::End, Action::Seek);
            player.dispatch(asked.filter(|_| first).map_or(usual, |micros| Action::Seek(Time(micros))));
        }
    });
    let stands = player.scale.instants().next_back().filter(|_| !player.playing);
    let stands = stands.map(|end| Moment::stand(player.now(), rests_at(trace, rest).unwrap_or(end)));
    use_effect_with(stands, {
        let write = moment.on(|moment: &mut Moment, at| moment.at = at);
        move |stands: &Option<Option<u64>>| {
            if let Some(at) = stands {
                write.emit(*at);
            }
        }
    });
    (player, moment)
}

/// The instant at which a trace is shown by itself; none for its end.
fn rests_at(trace: &Trace, rest: Rest) -> Option<Time> {
    match rest {
        Rest::FirstFrame => trace.frames().next().map(|(time, _)| time),
        Rest::End => None,
    }
}

fn frames(trace: &Trace) -> impl Iterator<Item = usize> + '_ {
    let events = trace.events().iter().enumerate();
    events.filter_map(|(index, event)| matches!(event.kind, EventKind::Frame(_)).then_some(index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Query;

    #[test]
    fn segments_are_numbered_from_one() {
        use firsthop_protocol::sim::{Scenario, Simulation};
        let mut simulation = Simulation::new(Scenario::builtin("handshake").unwrap(), 1).unwrap();
        simulation.run();
        let trace = simulation.into_trace();
        for number in 1..=trace.frames().count() {
            let event = Moment { at: None, segment: Some(number) }.event(&trace).unwrap();
            assert_eq!(Moment::number(&trace, event), Some(number));
        }
        for segment in [None, Some(0), Some(10_000)] {
            assert_eq!(Moment { at: None, segment }.event(&trace), None);
        }
    }

    #[test]
    fn where_a_trace_is_shown_by_itself_is_not_written() {
        assert_eq!(Moment::stand(Time(5), Time(5)), None);
        assert_eq!(Moment::stand(Time(0), Time(5)), Some(0));
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
