//! What is where on the ladder, from the trace alone.

use std::fmt::Write;

use firsthop_protocol::trace::{EventKind, Fate, Impairment, StateChange, Summaries, Summary, Time, Trace};

use super::Scale;
use crate::views::MOST_SHOWN;

/// How far down the first instant is.
pub(super) const TOP: f64 = 18.0;
/// What is left under the last instant.
pub(super) const BOTTOM: f64 = 30.0;
/// Between two frames that leave the same machine at the same instant.
const ARROW_STEP: f64 = 20.0;
/// Between two marks at the same place and instant.
const MARK_STEP: f64 = 19.0;

/// A frame on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrow {
    /// Its number among the trace's events; the key by which it is selected.
    pub event: usize,
    /// Its number among the frames, from 1.
    pub number: usize,
    /// The lifeline it leaves.
    pub from: usize,
    /// The lifeline it goes to.
    pub to: usize,
    /// How many frames before it left the same machine at the same instant: it is drawn lower by so many steps.
    pub rank: u32,
    /// When it left.
    pub sent: Time,
    /// When it arrived or vanished.
    pub ended: Time,
    /// Whether it arrived.
    pub arrives: bool,
    /// Whether something happened to it on the way.
    pub impaired: bool,
    /// The protocol, for its colour.
    pub protocol: &'static str,
    /// A line about it, sequence numbers counted from each side's first.
    pub label: String,
    /// The same with the numbers that are in the header.
    pub exact: String,
}

/// Something at a lifeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Its number among the trace's events.
    pub event: usize,
    /// Which lifeline.
    pub node: usize,
    /// When.
    pub time: Time,
    /// How many marks before it are at the same place and instant.
    pub rank: u32,
    /// What: a state's name, or a call with its result.
    pub label: String,
    /// A state rather than a call.
    pub state: bool,
    /// A call that the system refused.
    pub failed: bool,
    /// The state of a socket that only listens.
    pub listener: bool,
}

/// Everything on the ladder.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    /// The machines, in the order in which they appear.
    pub nodes: Vec<String>,
    /// The frames.
    pub arrows: Vec<Arrow>,
    /// States and calls.
    pub marks: Vec<Mark>,
    /// Time to height, without the margin above.
    pub scale: Scale,
}

impl Layout {
    /// Lays a trace out. `nodes` come first, in this order; others follow as they appear.
    pub fn new(trace: &Trace, nodes: &[String]) -> Self {
        let mut layout = Self { nodes: nodes.to_vec(), ..Self::default() };
        let mut summaries = Summaries::new();
        let mut instants = Vec::new();
        for (index, event) in trace.events().iter().enumerate() {
            match &event.kind {
                EventKind::Frame(frame) => {
                    let (ended, arrives) = match &frame.fate {
                        Fate::Delivered { at } => (*at, true),
                        Fate::Lost { at, .. } | Fate::Dropped { at, .. } => (*at, false),
                    };
                    let summary = summaries.next(frame);
                    let (from, to) = (layout.node(&frame.from), layout.node(&frame.to));
                    let at_once = layout.arrows.iter().rev().take_while(|arrow| arrow.sent == event.time);
                    let rank = at_once.filter(|arrow| arrow.from == from).count();
                    let rank = u32::try_from(rank).unwrap_or(u32::MAX);
                    instants.extend([event.time, ended].map(|time| (time, f64::from(rank) * ARROW_STEP)));
                    layout.arrows.push(Arrow {
                        rank,
                        event: index,
                        number: layout.arrows.len() + 1,
                        from,
                        to,
                        sent: event.time,
                        ended,
                        arrives,
                        impaired: matches!(
                            frame.impairment,
                            Some(Impairment::Corrupted { .. } | Impairment::Duplicate)
                        ),
                        protocol: summary.protocol,
                        exact: exact(&summary),
                        label: summary.info,
                    });
                }
                EventKind::State(change) => {
                    let node = layout.node(&change.node);
                    instants.push(layout.mark(index, node, event.time, change.to.clone(), true, false));
                    if let Some(mark) = layout.marks.last_mut() {
                        mark.listener = is_listener(change);
                    }
                }
                EventKind::Call(call) => {
                    let node = layout.node(&call.node);
                    let (result, failed) = match &call.result {
                        Ok(_) => (String::new(), false),
                        Err(error) => (format!(" {}", error.errno), true),
                    };
                    let label = format!("{}(){result}", call.name);
                    instants.push(layout.mark(index, node, event.time, label, false, failed));
                }
                EventKind::Table(_) | EventKind::Note { .. } => {}
            }
        }
        layout.scale = Scale::with_room(instants);
        layout
    }

    /// Adds a mark; gives its instant with the room it takes.
    fn mark(
        &mut self,
        event: usize,
        node: usize,
        time: Time,
        label: String,
        state: bool,
        failed: bool,
    ) -> (Time, f64) {
        let at_once = self.marks.iter().rev().take_while(|mark| mark.time == time);
        let rank = at_once.filter(|mark| mark.node == node).count();
        let rank = u32::try_from(rank).unwrap_or(u32::MAX);
        self.marks.push(Mark { event, node, time, rank, label, state, failed, listener: false });
        (time, f64::from(rank) * MARK_STEP)
    }

    /// The number of a machine's lifeline, a new one if it has none.
    fn node(&mut self, name: &str) -> usize {
        self.nodes.iter().position(|known| known == name).unwrap_or_else(|| {
            self.nodes.push(name.to_owned());
            self.nodes.len() - 1
        })
    }

    /// The newest arrows at an instant, no more than a page can carry.
    pub fn window(&self, now: Time) -> &[Arrow] {
        let until = self.arrows.partition_point(|arrow| arrow.sent <= now);
        self.arrows.get(until.saturating_sub(MOST_SHOWN)..until).unwrap_or_default()
    }

    /// The height of the whole drawing.
    pub fn height(&self) -> f64 {
        TOP + self.scale.height() + BOTTOM
    }

    /// The height of an instant in the drawing.
    pub fn y(&self, time: Time) -> f64 {
        TOP + self.scale.y(time)
    }

    /// Where an arrow leaves and where it ends.
    pub fn ends(&self, arrow: &Arrow) -> (f64, f64) {
        let lower = f64::from(arrow.rank) * ARROW_STEP;
        (self.y(arrow.sent) + lower, self.y(arrow.ended) + lower)
    }

    /// The height of a mark.
    pub fn mark_y(&self, mark: &Mark) -> f64 {
        self.y(mark.time) + f64::from(mark.rank) * MARK_STEP
    }

    /// The horizontal place of a lifeline in a drawing of this width.
    pub fn x(&self, node: usize, width: f64, margin: f64) -> f64 {
        let gaps = self.nodes.len().saturating_sub(1).max(1);
        #[expect(clippy::cast_precision_loss, reason = "a handful of machines")]
        let share = node as f64 / gaps as f64;
        margin + (width - 2.0 * margin) * share
    }

    /// The state of each machine at an instant, where it has one: its connection's as soon as it has a connection.
    pub fn states_at(&self, now: Time) -> Vec<Option<&str>> {
        let last = |node: usize| {
            let states = || {
                self.marks
                    .iter()
                    .rev()
                    .filter(move |mark| mark.state && mark.node == node && mark.time <= now)
            };
            let newest = states().find(|mark| !mark.listener).or_else(|| states().next());
            newest.map(|mark| mark.label.as_str())
        };
        (0..self.nodes.len()).map(last).collect()
    }
}

/// Whether a change is one of a socket that only listens: it has no other end.
pub fn is_listener(change: &StateChange) -> bool {
    !change.socket.contains('-')
}

/// A line about a segment with the numbers of its header; about anything else, the usual line.
fn exact(summary: &Summary) -> String {
    let Some(tcp) = &summary.tcp else { return summary.info.clone() };
    let mut line = format!("{} seq={}", tcp.flags(), tcp.seq);
    if tcp.ack {
        // Writing to a String cannot fail.
        write!(line, " ack={}", tcp.ack_number).ok();
    }
    if tcp.len > 0 {
        write!(line, " len={}", tcp.len).ok();
    }
    line
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::{
        trace::{Frame, Text},
        wire::LinkType,
    };

    use super::*;

    fn trace() -> Trace {
        let frame = |from: &str, to: &str, fate| {
            EventKind::Frame(Frame {
                link: "cable".into(),
                from: from.into(),
                to: to.into(),
                link_type: LinkType::Ethernet,
                bytes: vec![0; 4],
                fate,
                impairment: None,
                note: None,
            })
        };
        let mut trace = Trace::new();
        trace.push(Time(0), frame("b", "a", Fate::Delivered { at: Time(50_000) }));
        trace.push(
            Time(50_000),
            EventKind::State(StateChange {
                node: "a".into(),
                protocol: "tcp".into(),
                socket: "s".into(),
                from: "LISTEN".into(),
                to: "SYN-RECEIVED".into(),
                why: Text::new("t", "t"),
                rfc: "RFC 9293".into(),
            }),
        );
        trace.push(Time(60_000), frame("a", "b", Fate::Lost { why: Text::new("t", "t"), at: Time(80_000) }));
        trace
    }

    #[test]
    fn machines_stand_in_the_order_asked_for() {
        assert_eq!(Layout::new(&trace(), &[]).nodes, ["b", "a"]);
        assert_eq!(Layout::new(&trace(), &["a".into(), "b".into()]).nodes, ["a", "b"]);
    }

    #[test]
    fn arrows_go_down_and_what_is_lost_does_not_arrive() {
        let layout = Layout::new(&trace(), &[]);
        assert!(layout.arrows.iter().all(|arrow| layout.y(arrow.ended) > layout.y(arrow.sent)));
        assert_eq!(layout.arrows.iter().map(|arrow| arrow.arrives).collect::<Vec<_>>(), [true, false]);
        assert!(layout.y(Time(80_000)) < layout.height());
    }

    #[test]
    fn what_happens_at_one_instant_stands_one_under_the_other() {
        let mut twice = trace();
        let last = twice.events().last().cloned().unwrap();
        twice.push(last.time, last.kind);
        let layout = Layout::new(&twice, &[]);
        let [.., a, b] = &layout.arrows[..] else { panic!("two arrows") };
        assert!(layout.ends(b).0 - layout.ends(a).0 >= ARROW_STEP);
        assert!(layout.ends(b).1 <= layout.height() - 4.0);
    }

    #[test]
    fn a_listener_counts_until_there_is_a_connection() {
        let mut trace = Trace::new();
        let change = |socket: &str, from: &str, to: &str| {
            EventKind::State(StateChange {
                node: "a".into(),
                protocol: "tcp".into(),
                socket: socket.into(),
                from: from.into(),
                to: to.into(),
                why: Text::new("t", "t"),
                rfc: String::new(),
            })
        };
        trace.push(Time(1), change("10.0.0.2:80", "CLOSED", "LISTEN"));
        trace.push(Time(2), change("10.0.0.2:80-10.0.0.1:5", "LISTEN", "ESTABLISHED"));
        trace.push(Time(3), change("10.0.0.2:80", "LISTEN", "CLOSED"));
        let layout = Layout::new(&trace, &[]);
        let at = |time| layout.states_at(Time(time))[0].map(str::to_owned).unwrap_or_default();
        assert_eq!([at(1), at(2), at(3)], ["LISTEN", "ESTABLISHED", "ESTABLISHED"]);
    }

    #[test]
    fn states_hold_from_the_moment_they_begin() {
        let layout = Layout::new(&trace(), &[]);
        assert_eq!(layout.states_at(Time(49_999)), [None, None]);
        assert_eq!(layout.states_at(Time(50_000)), [None, Some("SYN-RECEIVED")]);
    }
}
