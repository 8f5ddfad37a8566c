//! Networks in simulation: a scenario as a drawing in which packets travel, everything in it to be looked into.

mod choose;
mod follow;
mod state;

use std::rc::Rc;

use yew::prelude::*;

use self::{choose::Choose, follow::Follow, state::NetworkState};
use super::{
    moment::{Moment, Rest, use_moment},
    use_title,
};
use crate::{
    i18n::{Explain, fill},
    settings::{use_language, use_messages},
    url_state::use_url_state,
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

/// The page.
#[component]
pub fn Network() -> Html {
    let messages = use_messages();
    let language = use_language().value;
    use_title(messages.network.title);
    let state = use_url_state::<NetworkState>();
    let asked = (state.value.scenario.clone(), state.value.seed);
    let ran = use_memo(asked.clone(), |(name, seed)| state::run(name, *seed));
    let run = use_memo((asked, language), |_| match &*ran {
        Ok((scenario, trace)) => {
            let (title, about) = language.scenario(&state.value.scenario, scenario);
            let topology = Topology::of(scenario);
            Run {
                title: title.to_owned(),
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
            error: Some(error.explain(language)),
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
    let ondevice = state.on(|state: &mut NetworkState, name: AttrValue| state.device = name.to_string());
    let device = run.topology.node(&state.value.device).and_then(|at| run.topology.nodes.get(at));
    let (topology, flights, selected) = (&run.topology, &run.flights, moment.value.event(&trace));
    let shown = AttrValue::from(device.map_or_else(String::new, |node| node.name.clone()));
    let picture = html! {
        <>
            <TopologyView
                topology={Rc::clone(topology)} flights={Rc::clone(flights)} {now} scale={Rc::clone(&scale)} {selected} onselect={onselect.clone()}
                device={shown.clone()} ondevice={ondevice.clone()}
            />
            <Legend flights={Rc::clone(flights)} />
            if device.is_none() { <p class="hint">{ messages.network.choose_device }</p> }
            <Announcement topology={Rc::clone(topology)} flights={Rc::clone(flights)} {now} {scale} playing={player.playing} />
        </>
    };
    html! {
        <div class="page network">
            <h1>{ messages.network.title }</h1>
            <p class="lead">{ messages.network.lead }</p>
            <Choose state={state.value.clone()} set={state.set.clone()} />
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
                        <DeviceList topology={Rc::clone(topology)} device={shown} {ondevice} />
                    </div>
                </Study>
            </section>
        </div>
    }
}
