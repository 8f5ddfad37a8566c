//! What is known of the server and of the run, and what each message makes of it.

use std::rc::Rc;

use firsthop_protocol::{
    api::{self, ServerMessage},
    trace::{Event, Text, Trace},
};
use yew::Reducible;

use crate::views::SharedTrace;

/// What the server says of a run that it was told to stop: no failure for who told it.
const STOPPED: &str = "lab.stopped";

/// The server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Server {
    /// Not known yet whether there is one.
    #[default]
    Connecting,
    /// There is none, or it cannot be reached.
    Absent,
    /// It waits for a run to start.
    Ready {
        /// Why it cannot capture frames, if it cannot.
        no_capture: Option<Text>,
    },
    /// It speaks another version than this page.
    Outdated {
        /// Its version.
        theirs: u32,
    },
}

/// The run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Run {
    /// None was started.
    #[default]
    Idle,
    /// It waits for its turn.
    Waiting {
        /// How many have theirs before.
        ahead: usize,
    },
    /// Under way.
    Running,
    /// It went to its end.
    Ended,
    /// The learner stopped it.
    Stopped,
    /// It could not go on.
    Failed(Text),
    /// The server did not start it.
    Refused(Text),
    /// The connection was lost meanwhile.
    Gone,
    /// None: what is shown was recorded elsewhere.
    Recorded,
    /// A recording was asked for and cannot be had.
    NoRecording,
}

impl Run {
    /// Whether it was started and is not over.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Waiting { .. } | Self::Running)
    }
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Live {
    /// The server.
    pub server: Server,
    /// The newest run.
    pub run: Run,
    /// What the newest run has shown so far.
    pub trace: SharedTrace,
    /// The newest run's number; messages about others are late.
    number: u32,
}

/// What happens to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The connection is being opened.
    Connecting,
    /// The connection closed or never opened.
    Closed,
    /// The learner started a run of this number.
    Start(u32),
    /// The server said this.
    Heard(Vec<ServerMessage>),
    /// A recording was fetched, or could not be.
    Recording(Option<Vec<Event>>),
}

impl Reducible for Live {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        // Its own trace is shared with what is being let go of.
        drop(self);
        match action {
            Action::Connecting => next.server = Server::Connecting,
            Action::Closed => {
                next.server = Server::Absent;
                if next.run.is_open() {
                    next.run = Run::Gone;
                }
            }
            Action::Start(number) => {
                next.number = number;
                next.run = Run::Running;
                next.trace = SharedTrace::new(Trace::new());
            }
            Action::Recording(events) => {
                next.run = if events.is_some() { Run::Recorded } else { Run::NoRecording };
                next.trace = SharedTrace::new(Trace::new());
                next.trace.make_mut().extend(events.unwrap_or_default());
            }
            Action::Heard(messages) => {
                for message in messages {
                    next.hear(message);
                }
            }
        }
        Rc::new(next)
    }
}

impl Live {
    fn hear(&mut self, message: ServerMessage) {
        match message {
            ServerMessage::Hello { version, capture } => {
                self.server = if version == api::VERSION {
                    Server::Ready { no_capture: capture.err() }
                } else {
                    Server::Outdated { theirs: version }
                };
            }
            ServerMessage::Events { run, events } if run == self.number => {
                self.trace.make_mut().extend(events);
            }
            ServerMessage::Ended { run, outcome } if run == self.number => {
                self.run = match outcome {
                    Ok(()) => Run::Ended,
                    Err(why) if why.id == STOPPED => Run::Stopped,
                    Err(why) => Run::Failed(why),
                };
            }
            ServerMessage::Refused { run, why } if run.is_none_or(|run| run == self.number) => {
                if self.run.is_open() {
                    self.run = Run::Refused(why);
                }
            }
            ServerMessage::Queued { run, ahead } if run == self.number && self.run.is_open() => {
                self.run = Run::Waiting { ahead };
            }
            ServerMessage::Started { run } if run == self.number && self.run.is_open() => {
                self.run = Run::Running;
            }
            ServerMessage::Queued { .. }
            | ServerMessage::Started { .. }
            | ServerMessage::Events { .. }
            | ServerMessage::Ended { .. }
            | ServerMessage::Refused { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::trace::{Event, EventKind, Time};

    use super::*;

    fn after(actions: Vec<Action>) -> Live {
        let live = actions.into_iter().fold(Rc::new(Live::default()), Reducible::reduce);
        (*live).clone()
    }

    fn hello(version: u32, capture: Result<(), Text>) -> Action {
        Action::Heard(vec![ServerMessage::Hello { version, capture }])
    }

    fn events(run: u32, time: u64) -> ServerMessage {
        let kind = EventKind::Note { node: None, text: Text::new("t", "t") };
        ServerMessage::Events { run, events: vec![Event { time: Time(time), kind }] }
    }

    #[test]
    fn a_server_may_be_absent_ready_or_of_another_version() {
        assert_eq!(after(vec![Action::Closed]).server, Server::Absent);
        assert_eq!(after(vec![hello(api::VERSION, Ok(()))]).server, Server::Ready { no_capture: None });
        let why = Text::new("capture.no-right", "not permitted");
        assert_eq!(
            after(vec![hello(api::VERSION, Err(why.clone()))]).server,
            Server::Ready { no_capture: Some(why) }
        );
        assert_eq!(after(vec![hello(99, Ok(()))]).server, Server::Outdated { theirs: 99 });
    }

    #[test]
    fn a_run_grows_and_ends_and_late_messages_of_an_older_one_are_not_its() {
        let live = after(vec![
            hello(api::VERSION, Ok(())),
            Action::Start(1),
            Action::Heard(vec![events(1, 5), events(1, 6)]),
            Action::Start(2),
            Action::Heard(vec![events(1, 7), ServerMessage::Ended { run: 1, outcome: Ok(()) }, events(2, 8)]),
        ]);
        assert_eq!(live.trace.events().iter().map(|event| event.time.micros()).collect::<Vec<_>>(), [8]);
        assert_eq!(live.run, Run::Running);
        let ended = Action::Heard(vec![ServerMessage::Ended { run: 2, outcome: Ok(()) }]);
        assert_eq!(Rc::new(live).reduce(ended).run, Run::Ended);
    }

    #[test]
    fn a_run_may_wait_for_its_turn() {
        let say = |messages| after(vec![Action::Start(1), Action::Heard(messages)]).run;
        let queued = |run, ahead| ServerMessage::Queued { run, ahead };
        assert_eq!(say(vec![queued(1, 7), queued(1, 3)]), Run::Waiting { ahead: 3 });
        assert_eq!(say(vec![queued(2, 7)]), Run::Running);
        assert_eq!(say(vec![queued(1, 0), ServerMessage::Started { run: 1 }]), Run::Running);
        let ended = ServerMessage::Ended { run: 1, outcome: Ok(()) };
        assert_eq!(say(vec![queued(1, 0), ended, queued(1, 0)]), Run::Ended);
        let left = after(vec![Action::Start(1), Action::Heard(vec![queued(1, 2)]), Action::Closed]);
        assert_eq!(left.run, Run::Gone);
    }

    #[test]
    fn a_lost_connection_ends_a_run_but_not_what_it_has_shown() {
        let live = after(vec![Action::Start(1), Action::Heard(vec![events(1, 5)]), Action::Closed]);
        assert_eq!(live.run, Run::Gone);
        assert_eq!(live.trace.events().len(), 1);
    }

    #[test]
    fn a_run_that_was_stopped_has_not_failed() {
        let ended = |id: &'static str| {
            let outcome = Err(Text::new(id, id));
            after(vec![Action::Start(1), Action::Heard(vec![ServerMessage::Ended { run: 1, outcome }])]).run
        };
        assert_eq!(ended("lab.stopped"), Run::Stopped);
        assert!(matches!(ended("lab.too-long"), Run::Failed(_)));
    }

    #[test]
    fn a_recording_takes_the_place_of_a_run() {
        let ServerMessage::Events { events, .. } = events(0, 7) else { unreachable!() };
        let live = after(vec![Action::Closed, Action::Recording(Some(events))]);
        assert_eq!((live.run, live.trace.events().len()), (Run::Recorded, 1));
        assert_eq!(after(vec![Action::Recording(None)]).run, Run::NoRecording);
    }

    #[test]
    fn a_refusal_says_why() {
        let why = Text::new("lab.too-much", "too much");
        let refused = ServerMessage::Refused { run: Some(1), why: why.clone() };
        assert_eq!(after(vec![Action::Start(1), Action::Heard(vec![refused])]).run, Run::Refused(why));
    }
}
