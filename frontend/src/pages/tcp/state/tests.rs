//! The scenario that is built here is the one that a file would say.

use std::fmt::Write;

use firsthop_protocol::sim::{Scenario, Simulation};

use super::*;

fn each() -> impl Iterator<Item = TcpState> {
    let data = [(100, 300), (0, 0), (0, 7), (MOST_BYTES + 1, 1)];
    Opening::ALL.iter().flat_map(move |opening| {
        Ending::ALL.iter().flat_map(move |ending| {
            Loss::ALL.iter().flat_map(move |loss| {
                data.map(|(up, down)| TcpState {
                    opening: *opening,
                    ending: *ending,
                    loss: *loss,
                    delay: 50 + up * 10,
                    up,
                    down,
                    modern: down == 7,
                    ..TcpState::default()
                })
            })
        })
    })
}

#[test]
fn it_is_the_scenario_that_the_file_says() {
    for state in each() {
        let file = file(&state);
        let parsed = Scenario::parse(&file).unwrap_or_else(|error| panic!("{state:?}: {error}\n{file}"));
        assert_eq!(state.scenario(), parsed, "{state:?}");
    }
}

#[test]
fn and_it_gives_the_same_trace() {
    for ending in Ending::ALL {
        let state = TcpState { ending: *ending, ..TcpState::default() };
        let trace = |scenario| {
            let mut simulation = Simulation::new(scenario, 1).unwrap();
            simulation.run();
            simulation.into_trace()
        };
        assert_eq!(trace(state.scenario()), trace(Scenario::parse(&file(&state)).unwrap()), "{state:?}");
    }
}

/// The scenario as a file that `firsthop sim` runs.
fn file(state: &TcpState) -> String {
    let preset = if state.modern { "modern" } else { "textbook" };
    let mut toml = String::from("title = \"A TCP connection\"\nneighbours = \"static\"\n");
    for (name, address, isn) in [("client", "10.0.0.1/24", 1000), ("server", "10.0.0.2/24", 5000)] {
        // Writing to a String cannot fail.
        writeln!(
            toml,
            "\n[[host]]\nname = \"{name}\"\naddress = \"{address}\"\n\n[host.tcp]\npreset = \"{preset}\"\nisn = {isn}\nmsl_ms = 30000"
        )
        .ok();
    }
    let delay = state.delay.min(MOST_DELAY);
    writeln!(toml, "\n[[link]]\nends = [\"client\", \"server\"]\ndelay_ms = {delay}").ok();
    if let Some((from, filter)) = state.lost(state.loss) {
        writeln!(
            toml,
            "\n[[link.rule]]\nfrom = \"{from}\"\nmatch = \"{filter}\"\nnth = 1\naction = \"drop\""
        )
        .ok();
    }
    for action in actions(state) {
        writeln!(toml, "\n[[action]]\n{action}").ok();
    }
    toml
}

/// What the two do, as tables of the file.
fn actions(state: &TcpState) -> Vec<String> {
    let (up, down) = (state.up.min(MOST_BYTES), state.down.min(MOST_BYTES));
    let mut actions = Vec::new();
    match state.opening {
        Opening::Ordinary => {
            actions.push("host = \"server\"\ndo = \"listen\"\nport = 80".to_owned());
            actions.push("host = \"client\"\ndo = \"connect\"\nto = \"server:80\"".to_owned());
        }
        Opening::Simultaneous => {
            actions.push("host = \"server\"\ndo = \"connect\"\nto = \"client:8080\"\nport = 80".to_owned());
            actions.push("host = \"client\"\ndo = \"connect\"\nto = \"server:80\"\nport = 8080".to_owned());
        }
        Opening::ClosedPort => {
            actions.push("host = \"client\"\ndo = \"connect\"\nto = \"server:80\"".to_owned());
            return actions;
        }
    }
    if up > 0 {
        actions.push(format!("host = \"client\"\non = \"established\"\ndo = \"send\"\nbytes = {up}"));
    }
    let heard = if up > 0 { format!("received {up}") } else { "established".to_owned() };
    if down > 0 {
        actions.push(format!("host = \"server\"\non = \"{heard}\"\ndo = \"send\"\nbytes = {down}"));
    }
    let done = if down > 0 { format!("received {down}") } else { "established".to_owned() };
    let end = |host: &str, on: &str, verb: &str| {
        format!("host = \"{host}\"\non = \"{on}\"\nafter_ms = 20\ndo = \"{verb}\"")
    };
    match state.ending {
        Ending::Client => {
            actions.push(end("client", &done, "close"));
            actions.push(end("server", "peer-closed", "close"));
        }
        Ending::Server => {
            actions.push(end("server", &heard, "close"));
            actions.push(end("client", "peer-closed", "close"));
        }
        Ending::Both => {
            // Each closes on its own clock, long enough after the data for both to be idle.
            let at = 2_000 + u64::from(state.delay.min(MOST_DELAY)) * 20;
            actions.push(format!("host = \"client\"\nat_ms = {at}\ndo = \"close\""));
            actions.push(format!("host = \"server\"\nat_ms = {at}\ndo = \"close\""));
        }
        Ending::Half => {
            actions.push(end("client", &done, "shutdown"));
            actions.push(format!(
                "host = \"server\"\non = \"peer-closed\"\nafter_ms = 20\ndo = \"send\"\nbytes = {}",
                down.max(50)
            ));
            actions.push("host = \"server\"\non = \"peer-closed\"\nafter_ms = 40\ndo = \"close\"".to_owned());
        }
        Ending::Abort => actions.push(end("client", &done, "abort")),
        Ending::Open => {}
    }
    actions
}

#[test]
fn the_twin_loses_what_the_server_loses() {
    for state in each() {
        let (exchange, twin) = (state.exchange(), state.twin());
        let mut lost: Vec<&str> = twin.links[0].rules.iter().map(|rule| rule.filter.as_str()).collect();
        let expected = match (exchange.opening, exchange.ending, exchange.loss) {
            (Opening::Simultaneous, Ending::Both, _) => {
                assert!(lost.contains(&"syn") && lost.contains(&"fin"), "{state:?}: {lost:?}");
                continue;
            }
            (Opening::Simultaneous, _, loss) => usize::from(!matches!(loss, Loss::None | Loss::Syn)) + 1,
            (_, Ending::Both, loss) => usize::from(!matches!(loss, Loss::None | Loss::Fin)) + 1,
            (_, _, loss) => usize::from(loss != Loss::None),
        };
        assert_eq!(lost.len(), expected, "{state:?}: {lost:?}");
        lost.dedup();
        assert!(twin.validate().is_ok());
    }
}
