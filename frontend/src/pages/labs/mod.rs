//! Real services: a lab is chosen, set up and run on the server's own sockets; its trace is shown while it grows.

mod forms;
mod state;

use yew::prelude::*;

use self::{
    forms::Form,
    state::{LabState, Name},
};
use super::use_title;
use crate::{
    controls::{Panel, Tabs},
    live::{RunPanel, use_live_run},
    settings::use_messages,
    url_state::use_url_state,
    views::{
        calls::CallList,
        ladder::Layout,
        player::{PlayerBar, use_following_player},
        states::StateDiagram,
        study::Study,
        tables::RowsView,
    },
};

/// The page.
#[component]
pub fn Labs() -> Html {
    let messages = use_messages();
    use_title(messages.labs.title);
    let state = use_url_state::<LabState>();
    let run = use_live_run();
    let lab = state.value.lab;
    let tabs = Name::ALL
        .iter()
        .zip(messages.labs.names.split('|'))
        .map(|(name, caption)| (name.id().into(), caption.into()));
    let onchange = state.on(|state: &mut LabState, id: AttrValue| state.lab = Name::from_id(&id));
    let name = messages.labs.names.split('|').nth(lab as usize).unwrap_or_default();
    let look = messages.labs.look.split('|').nth(lab as usize).unwrap_or_default();
    let trace = run.live.trace.clone();
    let nodes: Vec<String> = ["client", "server"].map(str::to_owned).to_vec();
    let scale = use_memo((trace.clone(), nodes.clone()), |(trace, nodes)| Layout::new(trace, nodes).scale);
    let player = use_following_player(&scale);
    let now = player.now();
    html! {
        <div class="page labs">
            <h1>{ messages.labs.title }</h1>
            <p class="lead">{ messages.labs.lead }</p>
            <Tabs id="lab" label={messages.labs.title} tabs={tabs.collect::<Vec<_>>()} value={lab.id()} {onchange} />
            <Panel id="lab" value={lab.id()}>
                <p>{ look }</p>
                <Form state={state.value.clone()} set={state.set.clone()} />
                <RunPanel run={run.clone()} lab={state.value.to_lab()} recording={lab.id()} />
            </Panel>
            if !trace.events().is_empty() {
                <h2>{ name }</h2>
                <PlayerBar {player} />
                <Study trace={trace.clone()} {now} nodes={nodes.clone()} name={format!("firsthop-{}", lab.id())}>
                    <h3>{ messages.calls.title }</h3>
                    <CallList trace={trace.clone()} {now} />
                    <RowsView trace={trace.clone()} {now} {nodes} table="sockets" title={messages.labs.sockets} />
                    if lab == Name::Tcp {
                        <div class="pair">
                            for node in ["client", "server"] { <StateDiagram key={node} trace={trace.clone()} {now} {node} /> }
                        </div>
                    }
                </Study>
            }
        </div>
    }
}
