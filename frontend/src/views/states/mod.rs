//! The TCP connection state diagram, RFC 9293 Figure 5, with the state lit in which an endpoint is.

mod figure;

use firsthop_protocol::trace::{EventKind, Time, Trace};
use yew::prelude::*;

use self::figure::{EDGES, STATES, State, border};
use crate::{i18n::fill, settings::use_messages, views::SharedTrace};

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
    let path = path(&props.trace, props.now, &props.node);
    let current = path.last().map_or("CLOSED", |(_, to)| to.as_str());
    let was_in = |name: &str| path.iter().any(|(from, to)| from == name || to == name);
    html! {
        <figure class="states">
            <figcaption>{ &props.node }{ ": " }<b>{ current }</b></figcaption>
            <svg viewBox="0 0 420 430" role="img" aria-label={fill(messages.title, &[("node", &props.node), ("state", &current)])}>
                for (from, to, label, at) in EDGES {
                    <g key={format!("{from}>{to}>{label}")} class={classes!("edge", edge_class(&path, from, to))}>
                        { edge(from, to) }
                        if !label.is_empty() { <text x={at.0.to_string()} y={at.1.to_string()} text-anchor="middle">{ label }</text> }
                    </g>
                }
                for State { name, x, y } in STATES {
                    <g
                        key={name} transform={format!("translate({x} {y})")}
                        class={classes!("node", (name == current).then_some("current"), was_in(name).then_some("visited"))}
                    >
                        <rect x={(-border::WIDTH / 2.0).to_string()} y={(-border::HEIGHT / 2.0).to_string()} width={border::WIDTH.to_string()} height={border::HEIGHT.to_string()} rx="6" />
                        <text text-anchor="middle" y="4">{ name }</text>
                    </g>
                }
            </svg>
        </figure>
    }
}

/// The states a machine went through: from, to.
fn path(trace: &Trace, now: Time, node: &str) -> Vec<(String, String)> {
    trace
        .until(now)
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::State(change) if change.node == node && change.protocol == "tcp" => {
                Some((change.from.clone(), change.to.clone()))
            }
            _ => None,
        })
        .collect()
}

fn edge_class(path: &[(String, String)], from: &str, to: &str) -> Option<&'static str> {
    let is = |step: &(String, String)| step.0 == from && step.1 == to;
    if path.last().is_some_and(is) { Some("last") } else { path.iter().any(is).then_some("taken") }
}

/// An arrow from the border of one box to the border of another.
fn edge(from: &str, to: &str) -> Html {
    let find = |name: &str| STATES.iter().find(|state| state.name == name);
    let (Some(a), Some(b)) = (find(from), find(to)) else { return html! {} };
    let (start, end) = (border::towards(a, b), border::towards(b, a));
    let slope = (end.1 - start.1).atan2(end.0 - start.0).to_degrees();
    html! {
        <>
            <line x1={start.0.to_string()} y1={start.1.to_string()} x2={end.0.to_string()} y2={end.1.to_string()} />
            <path d="M0 0 L-8 -3.5 L-8 3.5 z" transform={format!("translate({:.1} {:.1}) rotate({slope:.1})", end.0, end.1)} />
        </>
    }
}
