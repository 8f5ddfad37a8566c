//! What is where on the ladder, from the trace alone.

use std::{collections::BTreeMap, fmt::Write};

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

/// A call that takes as long, in microseconds, waits for something.
const WAIT: u64 = 1000;

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
    /// When; of a call, when it was made.
    pub time: Time,
    /// When a call returned; the same instant for a state.
    pub until: Time,
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

impl Mark {
    const fn new(event: usize, node: usize, time: Time, label: String) -> Self {
        let (state, failed, listener) = (false, false, false);
        Self { event, node, time, until: time, rank: 0, label, state, failed, listener }
    }
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
                    let (label, listener) = (change.to.clone(), is_listener(change));
                    let mark = Mark { state: true, listener, ..Mark::new(index, node, event.time, label) };
                    layout.marks.push(mark);
                }
                EventKind::Call(call) => {
                    let node = layout.node(&call.node);
                    let (result, failed) = match &call.result {
                        Ok(_) => (String::new(), false),
                        Err(error) => (format!(" {}", error.errno), true),
                    };
                    let label = format!("{}(){result}", call.name);
                    // An event is a call's return; what it causes comes after its beginning.
                    let made = Time(event.time.micros().saturating_sub(call.micros));
                    let mark = Mark { until: event.time, failed, ..Mark::new(index, node, made, label) };
                    // `connect` is what begins SYN-SENT, though it returns much later.
                    let begun =
                        |known: &Mark| (known.node, known.time) == (node, made) && known.label == "SYN-SENT";
                    let place = layout.marks.iter().position(begun).filter(|_| call.name == "connect");
                    layout.marks.insert(place.unwrap_or(layout.marks.len()), mark);
                }
                EventKind::Table(_) | EventKind::Note { .. } => {}
            }
        }
        instants.extend(layout.rank_marks());
        // A wait is worth an instant of its own, and so is the end of all.
        let waits = layout.marks.iter().filter(|mark| mark.until.since(mark.time) >= WAIT);
        let end = trace.events().last().map(|event| event.time);
        instants.extend(waits.map(|mark| mark.until).chain(end).map(|time| (time, 0.0)));
        layout.scale = Scale::with_room(instants);
        layout
    }

    /// Puts the marks in order of time, those of one place and instant one under the other; gives each instant with the
    /// room that it takes.
    fn rank_marks(&mut self) -> Vec<(Time, f64)> {
        self.marks.sort_by_key(|mark| mark.time);
        let mut counts = BTreeMap::new();
        let mut instants = Vec::with_capacity(self.marks.len());
        for mark in &mut self.marks {
            let count: &mut u32 = counts.entry((mark.node, mark.time)).or_default();
            mark.rank = *count;
            *count += 1;
            instants.push((mark.time, f64::from(mark.rank) * MARK_STEP));
        }
        instants
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
        trace::{Call, Frame, Text},
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
                original: None,
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
    fn a_call_stands_where_it_was_made_and_what_it_causes_below_it() {
        let mut trace = trace();
        let call = |name: &str, micros| {
            EventKind::Call(Call {
                node: "a".into(),
                name: name.into(),
                args: Vec::new(),
                result: Ok("0".into()),
                micros,
                rust: None,
                python: None,
            })
        };
        trace.push(Time(90_000), call("connect", 35_000));
        trace.push(Time(90_010), call("sendto", 10));
        let layout = Layout::new(&trace, &[]);
        let [state, connect, send] = &layout.marks[..] else { panic!("three marks: {:?}", layout.marks) };
        assert_eq!((connect.time, connect.until), (Time(55_000), Time(90_000)));
        assert!(layout.mark_y(state) < layout.mark_y(connect));
        let answer = layout.arrows.last().unwrap();
        assert!(layout.mark_y(connect) < layout.y(answer.sent), "it was made before the frame left");
        assert!(layout.y(connect.until) > layout.y(answer.ended), "and returned after");
        assert_eq!(send.time, Time(90_000));
        assert!(layout.mark_y(send) < layout.height());
        assert_eq!(layout.scale.instants().next_back(), Some(Time(90_010)));
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
