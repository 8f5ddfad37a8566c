//! The TCP handshake: two endpoints simulated in the browser, and the same exchange for real on the server beside it.

mod compare;
mod controls;
mod picks;
mod real;
mod state;

use firsthop_protocol::{
    sim::{Scenario, Simulation},
    trace::Trace,
};
use yew::prelude::*;

use self::{controls::Controls, picks::Picks, real::Real, state::TcpState};
use super::{
    moment::{Moment, Rest, use_moment},
    use_title,
};
use crate::{
    platform::use_window_width,
    settings::use_messages,
    url_state::use_url_state,
    views::{
        SharedTrace, calls::CallList, player::PlayerBar, states::StateDiagram, study::Study,
        tables::VariablesView,
    },
};

/// The two machines, in the order of their lifelines.
const NODES: [&str; 2] = ["client", "server"];

/// The seed of the link's chances. Nothing is left to chance on this page, but a simulation wants one.
const SEED: u64 = 1;

/// The trace of what is set up.
fn simulate(state: &TcpState) -> SharedTrace {
    play(state.scenario())
}

fn play(scenario: Scenario) -> SharedTrace {
    let Ok(mut simulation) = Simulation::new(scenario, SEED) else {
        return SharedTrace::new(Trace::new());
    };
    simulation.run();
    SharedTrace::new(simulation.into_trace())
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
    let (player, moment) = use_moment(&trace, &nodes, Rest::End);
    let now = player.now();
    let onselect = {
        let trace = trace.clone();
        moment.on(move |moment: &mut Moment, event: Option<usize>| {
            moment.segment = event.and_then(|event| Moment::number(&trace, event));
        })
    };
    let setup = (trace.clone(), state.value.clone(), state.set.clone());
    let lose = use_callback(setup, |event: usize, (trace, state, set)| {
        html! { <Lose pick={Picks::of(trace, event)} state={state.clone()} set={set.clone()} /> }
    });
    html! {
        <div class="page tcp">
            <h1>{ messages.tcp.title }</h1>
            <p class="lead">{ messages.tcp.lead }</p>
            <div class="bench">
                <Setup state={state.value.clone()} set={state.set.clone()} />
                <section class="stage" aria-labelledby="stage-title">
                    <h2 id="stage-title" class="sr-only">{ messages.tcp.simulated }</h2>
                    <PlayerBar {player} />
                    <Study
                        trace={trace.clone()} {now} nodes={nodes.clone()} name="firsthop-tcp"
                        selected={moment.value.event(&trace)} {onselect} about={lose}
                    >
                        <div class="pair">
                            for node in NODES { <StateDiagram key={node} trace={trace.clone()} {now} {node} /> }
                        </div>
                        <VariablesView trace={trace.clone()} {now} {nodes} table="tcb" title={messages.tcp.variables} />
                        <details class="more">
                            <summary>{ messages.calls.title }</summary>
                            <CallList {trace} {now} />
                        </details>
                    </Study>
                </section>
            </div>
            <Real state={state.value} />
        </div>
    }
}

#[derive(Properties, PartialEq, Clone)]
struct SetupProps {
    state: TcpState,
    set: Callback<TcpState>,
}

#[derive(Properties, PartialEq, Clone)]
struct LoseProps {
    pick: Option<(usize, u32)>,
    state: TcpState,
    set: Callback<TcpState>,
}

/// Has the segment that is selected lost, or lets it arrive again.
#[component]
fn Lose(props: &LoseProps) -> Html {
    let messages = use_messages().tcp;
    let Some(pick) = props.pick else { return html! {} };
    let lost = props.state.dropped.has(pick);
    let onclick = {
        let old = props.state.clone();
        props.set.reform(move |_: MouseEvent| {
            let mut state = old.clone();
            state.dropped.toggle(pick);
            state
        })
    };
    html! {
        <button type="button" class="quiet" data-do="lose" aria-pressed={if lost { "true" } else { "false" }} {onclick}>
            { if lost { messages.keep_segment } else { messages.lose_segment } }
        </button>
    }
}

/// What can be set up: beside the stage, and on a phone folded away until it is wanted.
#[component]
fn Setup(props: &SetupProps) -> Html {
    let messages = use_messages().tcp;
    let beside = use_window_width() >= 1088.0;
    let controls = html! { <Controls state={props.state.clone()} set={props.set.clone()} /> };
    if beside {
        html! { <section class="setup" aria-label={messages.setup}>{ controls }</section> }
    } else {
        html! { <details class="setup more"><summary>{ messages.setup }</summary>{ controls }</details> }
    }
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::{
        api::{Ending, Loss, Opening},
        trace::{EventKind, Fate},
    };

    use super::*;

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
            if let Err(error) = state.scenario().validate() {
                panic!("{state:?}: {error}");
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
