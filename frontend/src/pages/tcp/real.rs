//! The same exchange for real, and what differs.

use firsthop_protocol::api::{Ending, Lab, Opening};
use yew::prelude::*;

use super::{NODES, compare::Comparison, play, state::TcpState};
use crate::{
    live::{Run, RunPanel, use_live_run},
    settings::use_messages,
    views::{
        calls::CallList,
        ladder::{Ladder, Layout},
        player::{PlayerBar, use_following_player},
        states::StateDiagram,
        study::Study,
    },
};

#[derive(Properties, PartialEq)]
pub(super) struct RealProps {
    /// What is set up.
    pub(super) state: TcpState,
}

/// Runs it, shows it with the same views beside the simulation, and points the differences out.
#[component]
pub(super) fn Real(props: &RealProps) -> Html {
    let messages = use_messages();
    let run = use_live_run();
    let trace = run.live.trace.clone();
    let nodes = NODES.map(str::to_owned).to_vec();
    // A recording is of what the page begins with, whatever is set up now.
    let usual = TcpState::default();
    let state = if run.live.run == Run::Recorded { &usual } else { &props.state };
    let simulated = (*use_memo(state.clone(), |state| play(state.twin()))).clone();
    let crosses = state.opening == Opening::Simultaneous
        || (state.ending == Ending::Both && state.opening != Opening::ClosedPort);
    let exchange = state.exchange();
    let scale = use_memo((trace.clone(), nodes.clone()), |(trace, nodes)| Layout::new(trace, nodes).scale);
    let player = use_following_player(&scale);
    let now = player.now();
    let beside = html! {
        <div class="column">
            <h3>{ messages.tcp.simulated }</h3>
            <Ladder
                trace={simulated.clone()} now={Layout::new(&simulated, &nodes).scale.instants().next_back().unwrap_or_default()}
                nodes={nodes.clone()} label={messages.tcp.simulated} main=false
            />
        </div>
    };
    html! {
        <section class="real" aria-labelledby="real-title">
            <h2 id="real-title">{ messages.tcp.real }</h2>
            <p>{ messages.tcp.real_text }</p>
            if crosses { <p class="hint">{ messages.tcp.twin }</p> }
            if exchange.loss != state.loss { <p class="hint">{ messages.tcp.not_lost }</p> }
            if !state.dropped.is_empty() { <p class="hint">{ messages.tcp.picked_above }</p> }
            <RunPanel run={run.clone()} lab={Lab::Tcp(exchange)} recording="tcp-exchange" />
            if !trace.events().is_empty() {
                <Comparison simulated={simulated} real={trace.clone()} />
                <PlayerBar {player} id="real-player" />
                <Study trace={trace.clone()} {now} {nodes} name="firsthop-tcp-real" title={messages.tcp.real} {beside}>
                    <div class="pair">
                        for node in NODES { <StateDiagram key={node} trace={trace.clone()} {now} {node} /> }
                    </div>
                    <h3>{ messages.calls.title }</h3>
                    <CallList {trace} {now} />
                </Study>
            }
        </section>
    }
}
