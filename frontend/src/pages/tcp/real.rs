//! The same exchange for real, and what differs.

use firsthop_protocol::{
    api::{Lab, Side},
    trace::Time,
};
use yew::prelude::*;

use super::{
    NODES,
    compare::Comparison,
    state::{Ending, TcpState},
};
use crate::{
    live::{RunPanel, use_live_run},
    settings::use_messages,
    views::{SharedTrace, calls::CallList, states::StateDiagram, study::Study},
};

#[derive(Properties, PartialEq)]
pub(super) struct RealProps {
    /// The simulated trace, to compare with.
    pub(super) simulated: SharedTrace,
    /// What is set up.
    pub(super) state: TcpState,
}

/// The server's lab that comes closest: it has no loss of its own, and sends back what it gets.
fn lab(state: &TcpState) -> Lab {
    let first_close = if state.ending == Ending::Server { Side::Server } else { Side::Client };
    Lab::Tcp { message: "x".repeat(state.up as usize), first_close }
}

/// Runs it, shows it with the same views, and points the differences out.
#[component]
pub(super) fn Real(props: &RealProps) -> Html {
    let messages = use_messages();
    let run = use_live_run();
    let trace = run.live.trace.clone();
    let now = Time(u64::MAX);
    html! {
        <section class="real" aria-labelledby="real-title">
            <h2 id="real-title">{ messages.tcp.real }</h2>
            <p>{ messages.tcp.real_text }</p>
            <RunPanel run={run.clone()} lab={lab(&props.state)} />
            if !trace.events().is_empty() {
                <Comparison simulated={props.simulated.clone()} real={trace.clone()} />
                <Study trace={trace.clone()} {now} nodes={NODES.map(str::to_owned).to_vec()} name="firsthop-tcp-real">
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
