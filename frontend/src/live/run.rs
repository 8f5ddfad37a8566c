//! The connection of one component.

use std::{cell::RefCell, rc::Rc};

use firsthop_protocol::{
    api::{ClientMessage, Lab, ServerMessage},
    trace::Event,
};
use yew::prelude::*;

use super::state::{Action, Live};
use crate::platform::{self, Heard, Later, Socket};

/// Relative to the page's base address.
const PATH: &str = "api/ws";

/// The first pause before another try to connect; each is twice the last.
const PAUSE_MILLIS: u32 = 2_000;

/// Tries before it stays with "no server" until the learner asks again.
const TRIES: u32 = 4;

/// The server and the newest run, and how to steer them.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveRun {
    /// What is known.
    pub live: UseReducerHandle<Live>,
    /// Starts a run; one that is under way is stopped.
    pub start: Callback<Lab>,
    /// Stops the run.
    pub stop: Callback<()>,
    /// Looks for the server again.
    pub retry: Callback<()>,
    /// Shows a recording of this name.
    pub show_recording: Callback<&'static str>,
}

/// What outlives a drawing of the component.
#[derive(Default)]
struct Wires {
    socket: Option<Socket>,
    /// Messages that wait for the next drawing.
    waiting: Vec<ServerMessage>,
    flush: Option<Later>,
    reconnect: Option<Later>,
    failures: u32,
    number: u32,
    /// Events of the newest run so far: the more, the longer between two drawings.
    events: u32,
}

impl Wires {
    fn say(&self, message: &ClientMessage) -> bool {
        let Ok(text) = serde_json::to_string(message) else { return false };
        self.socket.as_ref().is_some_and(|socket| socket.send(&text))
    }
}

type Shared = Rc<RefCell<Wires>>;
type Dispatcher = UseReducerDispatcher<Live>;

/// A connection to the server while the component is shown.
#[hook]
pub fn use_live_run() -> LiveRun {
    let live = use_reducer(Live::default);
    let wires: Shared = use_mut_ref(Wires::default);

    use_effect_with((), {
        let (wires, live) = (Rc::clone(&wires), live.dispatcher());
        move |()| {
            open(&wires, &live);
            // What the timers and listeners hold on to must be let go of by hand, for they hold on to each other.
            move || drop(wires.take())
        }
    });
    let start = {
        let (wires, live) = (Rc::clone(&wires), live.dispatcher());
        use_callback((), move |lab: Lab, ()| {
            let mut wires = wires.borrow_mut();
            // The server ends what has ended already without a word.
            wires.say(&ClientMessage::Stop { run: wires.number });
            wires.number += 1;
            wires.events = 0;
            let run = wires.number;
            live.dispatch(Action::Start(run));
            if !wires.say(&ClientMessage::Start { run, lab }) {
                live.dispatch(Action::Closed);
            }
        })
    };
    let stop = {
        let wires = Rc::clone(&wires);
        use_callback((), move |(), ()| {
            let wires = wires.borrow();
            wires.say(&ClientMessage::Stop { run: wires.number });
        })
    };
    let retry = {
        let live = live.dispatcher();
        use_callback((), move |(), ()| {
            wires.borrow_mut().failures = 0;
            open(&wires, &live);
        })
    };
    let show_recording = {
        let live = live.dispatcher();
        use_callback((), move |name: &'static str, ()| {
            let live = live.clone();
            platform::fetch(&format!("recordings/{name}.jsonl"), move |text| {
                live.dispatch(Action::Recording(text.and_then(|text| read_recording(&text))));
            });
        })
    };
    LiveRun { live, start, stop, retry, show_recording }
}

/// The events of a recording: what `firsthop lab … --json` printed.
fn read_recording(text: &str) -> Option<Vec<Event>> {
    text.lines().map(|line| serde_json::from_str(line).ok()).collect()
}

fn open(wires: &Shared, live: &Dispatcher) {
    live.dispatch(Action::Connecting);
    let heard = {
        let (wires, live) = (Rc::downgrade(wires), live.clone());
        Callback::from(move |heard| {
            if let Some(wires) = wires.upgrade() {
                hear(&wires, &live, heard);
            }
        })
    };
    let socket = platform::connect(PATH, heard);
    if socket.is_none() {
        live.dispatch(Action::Closed);
    }
    wires.borrow_mut().socket = socket;
}

fn hear(wires: &Shared, live: &Dispatcher, heard: Heard) {
    match heard {
        Heard::Opened => wires.borrow_mut().failures = 0,
        Heard::Text(text) => {
            // A message of a newer server that this page does not know changes nothing it shows.
            if let Ok(message) = serde_json::from_str(&text) {
                wait(wires, live, message);
            }
        }
        Heard::Closed => {
            flush(wires, live);
            live.dispatch(Action::Closed);
            reconnect(wires, live);
        }
    }
}

/// Puts a message to those that wait. A run may send thousands in a second; the page is drawn much less often.
fn wait(wires: &Shared, live: &Dispatcher, message: ServerMessage) {
    let mut waiting = wires.borrow_mut();
    if let ServerMessage::Events { events, .. } = &message {
        waiting.events = waiting.events.saturating_add(events.len() as u32);
    }
    waiting.waiting.push(message);
    if waiting.flush.is_none() {
        let millis = (waiting.events / 50).clamp(16, 1000);
        let (wires, live) = (Rc::downgrade(wires), live.clone());
        waiting.flush = Some(platform::later(millis, move || {
            if let Some(wires) = wires.upgrade() {
                flush(&wires, &live);
            }
        }));
    }
}

fn flush(wires: &Shared, live: &Dispatcher) {
    let messages = {
        let mut wires = wires.borrow_mut();
        wires.flush = None;
        std::mem::take(&mut wires.waiting)
    };
    if !messages.is_empty() {
        live.dispatch(Action::Heard(messages));
    }
}

fn reconnect(wires: &Shared, live: &Dispatcher) {
    let mut waiting = wires.borrow_mut();
    waiting.failures += 1;
    if waiting.failures > TRIES {
        return;
    }
    let millis = PAUSE_MILLIS << (waiting.failures - 1);
    let (wires, live) = (Rc::downgrade(wires), live.clone());
    waiting.reconnect = Some(platform::later(millis, move || {
        if let Some(wires) = wires.upgrade() {
            open(&wires, &live);
        }
    }));
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::trace::EventKind;

    use super::*;
    use crate::live::RECORDINGS;

    #[test]
    fn each_recording_has_calls_frames_and_states_and_says_what_it_is() {
        for name in RECORDINGS {
            let file = format!("{}/recordings/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
            let events = read_recording(&std::fs::read_to_string(file).unwrap()).unwrap();
            assert!(events.windows(2).all(|two| two[0].time <= two[1].time), "{name}");
            let count = |is: fn(&EventKind) -> bool| events.iter().filter(|event| is(&event.kind)).count();
            assert!(count(|kind| matches!(kind, EventKind::Call(_))) > 5, "{name}");
            assert!(count(|kind| matches!(kind, EventKind::Frame(_))) > 3, "{name}");
            assert!(count(|kind| matches!(kind, EventKind::Table(_))) > 1, "{name}");
        }
        assert!(read_recording("<!doctype html>").is_none(), "a page in place of a recording is none");
    }
}
