//! The TCP connection state diagram, RFC 9293 Figure 5, with the state lit in which an endpoint is.

mod figure;

use firsthop_protocol::trace::{EventKind, Time, Trace};
use yew::prelude::*;

pub(crate) use self::figure::EDGES;
use self::figure::{BOX_HEIGHT, BOX_WIDTH, HEIGHT, NARROW, STATES, State, WIDTH, line};
use crate::{
    i18n::fill,
    platform::use_window_width,
    settings::{use_language, use_messages},
    views::{SharedTrace, ladder::is_listener},
};

/// Whose states are shown.
#[derive(Properties, PartialEq, Clone)]
pub struct StateDiagramProps {
    /// The trace.
    pub trace: SharedTrace,
    /// Up to which instant.
    pub now: Time,
    /// The machine.
    pub node: AttrValue,
}

/// The diagram, with where the machine is and how it came there.
#[component]
pub fn StateDiagram(props: &StateDiagramProps) -> Html {
    let messages = use_messages().states;
    let language = use_language().value;
    let path = path(&props.trace, props.now, &props.node);
    let current = path.last().map_or("CLOSED", |(_, to)| to.as_str());
    let was_in = |name: &str| path.iter().any(|(from, to)| from == name || to == name);
    let narrow = use_window_width() < 480.0;
    let squeeze = if narrow { NARROW } else { 1.0 };
    let title = fill(messages.title, &[("node", &language.node(&props.node)), ("state", &current)]);
    html! {
        <figure class="states" data-node={props.node.clone()} data-state={current.to_owned()}>
            <figcaption>{ language.node(&props.node) }{ ": " }<b>{ current }</b></figcaption>
            <svg viewBox={format!("0 0 {} {HEIGHT}", WIDTH * squeeze)} role="img" aria-label={title}>
                for edge in EDGES {
                    <g key={format!("{}>{}", edge.from, edge.to)} class={classes!("edge", edge_class(&path, edge.from, edge.to))} data-edge={format!("{}>{}", edge.from, edge.to)}>
                        { draw_edge(edge.path, squeeze) }
                        if !narrow { { draw_label(language.transition(edge.label), edge.at) } }
                    </g>
                }
                for State { name, x, y } in STATES {
                    <g
                        key={name} data-state={name} transform={format!("translate({} {y})", x * squeeze)}
                        class={classes!("node", (name == current).then_some("current"), was_in(name).then_some("visited"))}
                    >
                        <rect
                            x={(-BOX_WIDTH * squeeze / 2.0).to_string()} y={(-BOX_HEIGHT / 2.0).to_string()}
                            width={(BOX_WIDTH * squeeze).to_string()} height={BOX_HEIGHT.to_string()} rx="6"
                        />
                        <text text-anchor="middle" y="4">{ name }</text>
                    </g>
                }
            </svg>
        </figure>
    }
}

/// The states a machine went through: from, to. Once it has a connection, its listener is no longer followed.
fn path(trace: &Trace, now: Time, node: &str) -> Vec<(String, String)> {
    let mut connected = false;
    trace
        .until(now)
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::State(change) if change.node == node && change.protocol == "tcp" => {
                connected |= !is_listener(change);
                let followed = !(connected && is_listener(change));
                followed.then(|| (change.from.clone(), change.to.clone()))
            }
            _ => None,
        })
        .collect()
}

fn edge_class(path: &[(String, String)], from: &str, to: &str) -> Option<&'static str> {
    let is = |step: &(String, String)| step.0 == from && step.1 == to;
    if path.last().is_some_and(is) { Some("last") } else { path.iter().any(is).then_some("taken") }
}

/// A line with its arrowhead.
fn draw_edge(path: &[(f64, f64)], squeeze: f64) -> Html {
    let (description, slope) = line(path, squeeze);
    let (x, y) = path.last().copied().unwrap_or_default();
    html! {
        <>
            <path class="way" d={description} />
            <path class="head" d="M0 0 L-8 -3.5 L-8 3.5 z" transform={format!("translate({:.1} {y:.1}) rotate({slope:.1})", x * squeeze)} />
        </>
    }
}

fn draw_label(label: &str, (x, y, anchor): (f64, f64, &'static str)) -> Html {
    html! { <text x={x.to_string()} y={y.to_string()} text-anchor={anchor}>{ label }</text> }
}
