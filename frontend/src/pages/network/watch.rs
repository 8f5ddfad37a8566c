//! A scenario that was run: the drawing in which packets travel, the player, and everything to look into.

use std::{collections::BTreeSet, rc::Rc};

use yew::prelude::*;

use super::{
    follow::Follow,
    state::{self, NetworkState},
};
use crate::{
    i18n::fill,
    pages::moment::{Moment, Rest, use_moment},
    settings::{use_language, use_messages},
    views::{
        SharedTrace,
        device::DeviceTables,
        player::PlayerBar,
        study::Study,
        topology::{Announcement, DeviceList, Flights, Legend, Topology, TopologyView},
    },
};

/// A scenario that was run.
struct Run {
    title: String,
    about: String,
    trace: SharedTrace,
    topology: Rc<Topology>,
    flights: Rc<Flights>,
    nodes: Vec<String>,
    /// Why there is nothing to show.
    error: Option<String>,
}

#[derive(Properties, PartialEq, Clone)]
pub(super) struct WatchProps {
    pub(super) state: NetworkState,
    /// A wish to look into another device, or into none.
    pub(super) ondevice: Callback<AttrValue>,
}

/// Everything about a scenario.
#[component]
pub(super) fn Watch(props: &WatchProps) -> Html {
    let messages = use_messages();
    let language = use_language().value;
    let WatchProps { state, ondevice } = props;
    let asked = (state.scenario.clone(), state.draft.clone(), state.seed);
    let ran = use_memo(asked.clone(), |(name, draft, seed)| state::run(name, draft, *seed));
    let run = use_memo((asked, language), |_| match &*ran {
        Ok((scenario, trace)) => {
            // What was drawn is not in the library, whatever it began with.
            let name = if state.draft.is_empty() { &*state.scenario } else { "" };
            let (title, about) = language.scenario(name, scenario);
            let topology = Topology::of(scenario);
            Run {
                title: Some(title)
                    .filter(|title| !title.is_empty())
                    .unwrap_or(messages.network.drawn)
                    .to_owned(),
                about: about.to_owned(),
                trace: SharedTrace::new(trace.clone()),
                flights: Rc::new(Flights::new(trace, &topology)),
                nodes: topology.nodes.iter().map(|node| node.name.clone()).collect(),
                topology: Rc::new(topology),
                error: None,
            }
        }
        Err(error) => Run {
            title: messages.network.title.to_owned(),
            about: String::new(),
            trace: SharedTrace::default(),
            topology: Rc::default(),
            flights: Rc::default(),
            nodes: Vec::new(),
            error: Some(error.say(language)),
        },
    });
    let trace = run.trace.clone();
    let (player, moment) = use_moment(&trace, &run.nodes, Rest::FirstFrame);
    let scale = use_memo(player.scale.clone(), Clone::clone);
    let now = player.now();
    let select = {
        let trace = trace.clone();
        moment.on(move |moment: &mut Moment, event: Option<usize>| {
            moment.segment = event.and_then(|event| Moment::number(&trace, event));
        })
    };
    let onselect = select.reform(Some);
    let device = run.topology.node(&state.device).and_then(|at| run.topology.nodes.get(at));
    let (topology, flights, selected) = (&run.topology, &run.flights, moment.value.event(&trace));
    let shown = AttrValue::from(device.map_or_else(String::new, |node| node.name.clone()));
    let hidden = use_state_eq(Rc::<BTreeSet<&'static str>>::default);
    let ontoggle = {
        let hidden = hidden.clone();
        Callback::from(move |protocol| {
            let mut next = (**hidden).clone();
            if !next.remove(protocol) {
                next.insert(protocol);
            }
            hidden.set(Rc::new(next));
        })
    };
    let picture = html! {
        <>
            <TopologyView
                topology={Rc::clone(topology)} flights={Rc::clone(flights)} {now} scale={Rc::clone(&scale)} {selected} onselect={onselect.clone()} hidden={Rc::clone(&hidden)}
                device={shown.clone()} ondevice={ondevice.clone()}
            />
            <Legend flights={Rc::clone(flights)} hidden={Rc::clone(&hidden)} {ontoggle} />
            if device.is_none() { <p class="hint">{ messages.network.choose_device }</p> }
            <Announcement topology={Rc::clone(topology)} flights={Rc::clone(flights)} {now} {scale} playing={player.playing} />
        </>
    };
    html! {
        <>
            <p class="error" role="alert">{ run.error.clone() }</p>
            <section class="stage" aria-labelledby="stage-title">
                <h2 id="stage-title">{ run.title.clone() }</h2>
                <p class="about">{ run.about.clone() }</p>
                <PlayerBar {player} />
                <Study
                    trace={trace.clone()} {now} nodes={run.nodes.clone()} name="firsthop-network" {selected} onselect={select}
                    {picture}
                >
                    if let Some(event) = selected {
                        <Follow trace={trace.clone()} topology={Rc::clone(topology)} {event} onselect={onselect.clone()} />
                    }
                    if let Some(node) = device {
                        <section class="selected-device" aria-labelledby="device-title" data-device={node.name.clone()}>
                            <div class="title-row">
                                <h3 id="device-title">{ fill(messages.network.device, &[("kind", &language.kind(node.kind)), ("name", &language.node(&node.name))]) }</h3>
                                <button type="button" class="quiet" onclick={ondevice.reform(|_: MouseEvent| AttrValue::default())}>{ messages.network.close_device }</button>
                            </div>
                            <DeviceTables trace={trace.clone()} {now} node={node.name.clone()} />
                        </section>
                    }
                    <div class="listed">
                        <h3>{ messages.topology.devices }</h3>
                        <DeviceList topology={Rc::clone(topology)} device={shown} ondevice={ondevice.clone()} />
                    </div>
                </Study>
            </section>
        </>
    }
}
