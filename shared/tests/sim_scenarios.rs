//! The scenarios of the library: what each is to show, and each trace as a line an event, compared with `snapshots/`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use firsthop_protocol::{
    sim::{Scenario, Simulation, Verb, library},
    trace::{EventKind, Fate, Printer, Time, Trace},
};

fn run(name: &str) -> Simulation {
    let mut simulation = Simulation::new(Scenario::builtin(name).unwrap(), 1).unwrap();
    simulation.run();
    simulation
}

fn lines(trace: &Trace) -> String {
    let mut printer = Printer::new(false);
    let mut text = String::new();
    for line in trace.events().iter().filter_map(|event| printer.line(event)) {
        text += &line;
        text.push('\n');
    }
    text
}

/// The states of a machine's TCP, in order.
fn states(trace: &Trace, node: &str) -> Vec<String> {
    let change = |kind: &EventKind| match kind {
        EventKind::State(change) if change.node == node => Some(change.to.clone()),
        _ => None,
    };
    trace.events().iter().filter_map(|event| change(&event.kind)).collect()
}

/// How often a note's identifier occurs on the frames.
fn notes(trace: &Trace, id: &str) -> usize {
    trace.frames().filter(|(_, frame)| frame.note.as_ref().is_some_and(|note| note.id == id)).count()
}

#[test]
fn traces_are_as_they_were() {
    for (name, _) in library::ALL.iter().filter(|(name, _)| *name != "bulk-with-loss") {
        insta::assert_snapshot!(*name, lines(run(name).trace()));
    }
}

#[test]
fn all_end_by_themselves_or_when_their_file_says() {
    for (name, _) in library::ALL {
        let simulation = run(name);
        if simulation.scenario().limit_ms < Scenario::default().limit_ms {
            // A switch, say, has always something to forget.
            assert_eq!(simulation.now(), simulation.scenario().limit(), "{name}");
            continue;
        }
        let limited = |kind: &EventKind| match kind {
            EventKind::Note { text, .. } => text.id.starts_with("sim.limit"),
            _ => false,
        };
        assert!(!simulation.trace().events().iter().any(|event| limited(&event.kind)), "{name}");
        assert_eq!(simulation.next(), None, "{name}");
    }
}

#[test]
fn between_them_they_pass_through_all_eleven_states() {
    let mut seen = std::collections::BTreeSet::new();
    for (name, _) in library::ALL {
        seen.extend(["client", "server"].iter().flat_map(|node| states(run(name).trace(), node)));
    }
    assert_eq!(seen.len(), 11, "{seen:?}");
}

#[test]
fn the_textbook_handshake() {
    let simulation = run("handshake");
    assert_eq!(
        states(simulation.trace(), "client"),
        ["SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSED"]
    );
    assert_eq!(
        states(simulation.trace(), "server"),
        ["LISTEN", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED"]
    );
    let connection = simulation.host("client").unwrap().connection("main").unwrap();
    assert_eq!((connection.sent(), connection.received()), (&b"hello"[..], &b"hello"[..]));
}

#[test]
fn who_closes_first_is_in_time_wait() {
    let waits = |name, node| states(run(name).trace(), node).contains(&"TIME-WAIT".to_owned());
    assert!(waits("handshake", "client") && !waits("handshake", "server"));
    assert!(waits("server-closes-first", "server") && !waits("server-closes-first", "client"));
    assert!(waits("simultaneous-close", "server") && waits("simultaneous-close", "client"));
}

#[test]
fn simultaneous_open_and_close_take_their_own_paths() {
    let open = run("simultaneous-open");
    for node in ["client", "server"] {
        assert_eq!(states(open.trace(), node)[..3], ["SYN-SENT", "SYN-RECEIVED", "ESTABLISHED"]);
        assert!(states(run("simultaneous-close").trace(), node).contains(&"CLOSING".to_owned()));
    }
}

#[test]
fn exactly_one_frame_is_lost_and_its_loss_is_made_good() {
    for (name, id) in [
        ("lost-syn", "tcp.again.syn"),
        ("lost-syn-ack", "tcp.again.syn"),
        ("lost-data", "tcp.again.fast"),
        ("lost-fin", "tcp.again.timer"),
        ("lost-last-ack", "tcp.again.timer"),
    ] {
        let simulation = run(name);
        let trace = simulation.trace();
        let lost = trace.frames().filter(|(_, frame)| matches!(frame.fate, Fate::Lost { .. })).count();
        assert_eq!(lost, 1, "{name}");
        assert!(notes(trace, id) >= 1, "{name}");
        for node in ["client", "server"] {
            assert_eq!(states(trace, node).last().unwrap(), "CLOSED", "{name}");
        }
    }
    let simulation = run("lost-data");
    let server = simulation.host("server").unwrap().connection("main").unwrap();
    let client = simulation.host("client").unwrap().connection("main").unwrap();
    assert_eq!((server.received().len(), server.received()), (1500, client.sent()));
}

#[test]
fn a_big_transfer_arrives_whole_over_a_bad_line() {
    for seed in 0..8 {
        let mut simulation = Simulation::new(Scenario::builtin("bulk-with-loss").unwrap(), seed).unwrap();
        simulation.run();
        let connection = |host| simulation.host(host).unwrap().connection("main").unwrap();
        assert_eq!(connection("server").received().len(), 200_000, "seed {seed}");
        assert_eq!(connection("server").received(), connection("client").sent(), "seed {seed}");
    }
}

#[test]
fn a_closed_window_is_probed_and_opens() {
    let simulation = run("zero-window");
    assert!(notes(simulation.trace(), "tcp.send.zero-window-probe") >= 2);
    let server = simulation.host("server").unwrap().connection("main").unwrap();
    assert_eq!(server.received().len(), 5000);
}

#[test]
fn calls_fail_as_on_linux() {
    let failed = |name: &str| -> Vec<String> {
        let failure = |kind: &EventKind| match kind {
            EventKind::Call(call) => {
                call.result.as_ref().err().map(|error| format!("{} {}", call.name, error.errno))
            }
            _ => None,
        };
        run(name).trace().events().iter().filter_map(|event| failure(&event.kind)).collect()
    };
    assert_eq!(failed("closed-port"), ["connect ECONNREFUSED"]);
    assert_eq!(failed("abort"), ["recvfrom ECONNRESET"]);
    assert_eq!(failed("handshake"), [""; 0]);
}

#[test]
fn a_prefix_of_the_run_is_a_prefix_of_the_trace() {
    let whole = run("lost-data").into_trace();
    let mut simulation = Simulation::new(Scenario::builtin("lost-data").unwrap(), 1).unwrap();
    for millis in (0..2200).step_by(7) {
        simulation.run_until(Time::from_millis(millis));
        assert_eq!(simulation.now(), Time::from_millis(millis));
        let events = simulation.trace().events();
        assert_eq!(events, &whole.events()[..events.len()]);
        assert_eq!(events.len(), whole.until(simulation.now()).len());
    }
    simulation.run();
    assert_eq!(*simulation.trace(), whole);
}

/// 10 MB over the bad line of the library.
fn long(detail: &str, megabytes: u32) -> Scenario {
    let mut scenario = Scenario::builtin("bulk-with-loss").unwrap();
    scenario.limit_ms = 24 * 3600 * 1000;
    scenario.limit_trace_mb = megabytes;
    scenario.detail = serde_json::from_value(detail.into()).unwrap();
    for scripted in &mut scenario.actions {
        if let Verb::Send { bytes, .. } = &mut scripted.action.verb {
            *bytes = Some(10_000_000);
        }
    }
    scenario
}

fn ends_with(trace: &Trace, id: &str) -> bool {
    matches!(&trace.events().last().unwrap().kind, EventKind::Note { node: None, text } if text.id == id)
}

#[test]
fn ten_megabytes_arrive_over_a_bad_line() {
    let mut simulation = Simulation::new(long("frames", 256), 3).unwrap();
    simulation.run();
    assert!(!ends_with(simulation.trace(), "sim.limit.trace"));
    let connection = |host| simulation.host(host).unwrap().connection("main").unwrap();
    assert_eq!(connection("server").received().len(), 10_000_000);
    assert!(connection("server").received() == connection("client").sent());
}

#[test]
fn a_trace_takes_no_more_memory_than_the_scenario_allows() {
    let mut whole = Simulation::new(long("full", 2), 3).unwrap();
    whole.run();
    assert!(ends_with(whole.trace(), "sim.limit.trace"));
    assert!(!whole.step(), "it is over");
    // The limit is about what a trace takes: its JSON, in which bytes are two digits each, is of that order.
    let json = serde_json::to_string(whole.trace()).unwrap().len();
    assert!((1 << 20..8 << 20).contains(&json), "{json} bytes");
    // To take the trace away while it runs changes nothing about what happens.
    let mut piecewise = Simulation::new(long("full", 2), 3).unwrap();
    let mut pieces = Trace::new();
    while piecewise.step() {
        if piecewise.trace().events().len() > 100 {
            pieces.extend(piecewise.take_trace().events().iter().cloned());
        }
    }
    pieces.extend(piecewise.take_trace().events().iter().cloned());
    assert!(pieces == *whole.trace());
}
