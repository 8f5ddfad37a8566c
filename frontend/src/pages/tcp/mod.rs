//! The TCP handshake: two endpoints simulated in the browser, and the same exchange for real on the server beside it.

mod compare;
mod controls;
mod real;
mod state;

use firsthop_protocol::{
    sim::{Scenario, Simulation},
    trace::Trace,
};
use yew::prelude::*;

use self::{controls::Controls, real::Real, state::TcpState};
use super::use_title;
use crate::{
    settings::use_messages,
    url_state::use_url_state,
    views::{
        SharedTrace,
        calls::CallList,
        ladder::Layout,
        player::{Action, PlayerBar, use_player},
        states::StateDiagram,
        study::Study,
        tables::VariablesView,
    },
};

/// The two machines, in the order of their lifelines.
const NODES: [&str; 2] = ["client", "server"];

/// The seed of the link's chances. Nothing is left to chance on this page, but a simulation wants one.
const SEED: u64 = 1;

/// The trace of what is set up.
fn simulate(state: &TcpState) -> SharedTrace {
    let Ok(scenario) = Scenario::parse(&state.scenario()) else { return SharedTrace::new(Trace::new()) };
    let Ok(mut simulation) = Simulation::new(scenario, SEED) else { return SharedTrace::new(Trace::new()) };
    simulation.run();
    SharedTrace::new(simulation.trace().clone())
}

/// The page.
#[component]
pub fn Tcp() -> Html {
    let messages = use_messages();
    use_title(messages.tcp.title);
    let state = use_url_state::<TcpState>();
    let trace = use_memo(state.value.clone(), simulate);
    let trace = (*trace).clone();
    let nodes: Vec<String> = NODES.map(str::to_owned).to_vec();
    let player = use_player();
    use_effect_with(trace.clone(), {
        let (player, nodes) = (player.dispatcher(), nodes.clone());
        move |trace: &SharedTrace| {
            let scale = Layout::new(trace, &nodes).scale;
            player.dispatch(Action::Load { scale, play: false });
            player.dispatch(Action::End);
        }
    });
    let now = player.now();
    html! {
        <div class="page tcp">
            <h1>{ messages.tcp.title }</h1>
            <p class="lead">{ messages.tcp.lead }</p>
            <Controls state={state.value.clone()} set={state.set.clone()} />
            <h2>{ messages.tcp.simulated }</h2>
            <PlayerBar {player} />
            <Study trace={trace.clone()} {now} nodes={nodes.clone()} name="firsthop-tcp">
                <div class="pair">
                    for node in NODES { <StateDiagram key={node} trace={trace.clone()} {now} {node} /> }
                </div>
                <details class="more">
                    <summary>{ messages.tcp.variables }</summary>
                    <VariablesView trace={trace.clone()} {now} {nodes} table="tcb" title={messages.tcp.variables} />
                </details>
                <details class="more">
                    <summary>{ messages.calls.title }</summary>
                    <CallList trace={trace.clone()} {now} />
                </details>
            </Study>
            <Real simulated={trace} state={state.value} />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::trace::{EventKind, Fate};

    use super::*;
    use crate::pages::tcp::state::{Ending, Loss, Opening};

    fn each() -> impl Iterator<Item = TcpState> {
        Opening::ALL.iter().flat_map(|opening| {
            Ending::ALL.iter().flat_map(move |ending| {
                Loss::ALL.iter().map(move |loss| TcpState {
                    opening: *opening,
                    ending: *ending,
                    loss: *loss,
                    ..TcpState::default()
                })
            })
        })
    }

    fn states(trace: &Trace, node: &str) -> Vec<String> {
        let change = |event: &firsthop_protocol::trace::Event| match &event.kind {
            EventKind::State(change) if change.node == node => Some(change.to.clone()),
            _ => None,
        };
        trace.events().iter().filter_map(change).collect()
    }

    #[test]
    fn everything_that_can_be_set_up_is_a_scenario_that_runs() {
        for state in each() {
            if let Err(error) = Scenario::parse(&state.scenario()) {
                panic!("{state:?}: {error}\n{}", state.scenario());
            }
            assert!(simulate(&state).frames().count() >= 2, "{state:?}");
        }
    }

    #[test]
    fn whoever_closes_first_waits() {
        for (ending, waits) in [(Ending::Client, "client"), (Ending::Server, "server")] {
            let trace = simulate(&TcpState { ending, ..TcpState::default() });
            for node in NODES {
                let waited = states(&trace, node).contains(&"TIME-WAIT".to_owned());
                assert_eq!(waited, node == waits, "{ending:?}: {node}");
            }
        }
    }

    #[test]
    fn special_openings_and_endings_go_through_their_states() {
        let trace = simulate(&TcpState { opening: Opening::Simultaneous, ..TcpState::default() });
        for node in NODES {
            assert!(states(&trace, node).contains(&"SYN-RECEIVED".to_owned()), "{node}");
        }
        let trace = simulate(&TcpState { ending: Ending::Both, ..TcpState::default() });
        for node in NODES {
            assert!(states(&trace, node).contains(&"CLOSING".to_owned()), "{node}");
        }
    }

    #[test]
    fn what_is_to_be_lost_is_lost_once() {
        for loss in Loss::ALL {
            let trace = simulate(&TcpState { loss: *loss, ..TcpState::default() });
            let lost = trace.frames().filter(|(_, frame)| matches!(frame.fate, Fate::Lost { .. })).count();
            assert_eq!(lost, usize::from(*loss != Loss::None), "{loss:?}");
        }
    }
}
