//! A packet followed across the network: the same packet on each link, side by side, what changed from one to the next marked.
//!
//! * [`compare`]: which fields, and which of them changed.

mod compare;

use std::rc::Rc;

use firsthop_protocol::{
    trace::{EventKind, Journeys},
    wire::{Conversations, Dissection},
};
use yew::prelude::*;

use self::compare::{Hop, Line, compare};
use crate::{
    i18n::{Language, fill, wire::gloss},
    settings::{use_language, use_messages},
    views::SharedTrace,
};

/// Which packet.
#[derive(Properties, PartialEq, Clone)]
pub struct JourneyViewProps {
    /// The trace.
    pub trace: SharedTrace,
    /// Which frame carries on which.
    pub journeys: Rc<Journeys>,
    /// The event of the packet on one of its links.
    pub event: usize,
    /// A wish to select it on another.
    #[prop_or_default]
    pub onselect: Callback<usize>,
}

/// A switch may copy a packet to dozens: more than these nobody compares.
const MOST: usize = 16;

/// The packet on one link.
#[derive(Debug, Clone, PartialEq)]
struct Stop {
    event: usize,
    number: usize,
    title: String,
    link: String,
    time: String,
}

/// A column for each link, a row for each field that changes or that tells where the packet goes.
#[component]
pub fn JourneyView(props: &JourneyViewProps) -> Html {
    let messages = use_messages().journey;
    let language = use_language().value;
    let way = use_memo(
        (props.trace.clone(), Rc::clone(&props.journeys), props.event, language),
        |(trace, journeys, event, language)| follow(trace, journeys, *event, *language),
    );
    let (stops, lines) = &*way;
    if stops.len() < 2 {
        return html! { <p class="hint">{ messages.alone }</p> };
    }
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={messages.title}>
            <table class="data journey">
                <caption class="sr-only">{ messages.title }</caption>
                <thead><tr>
                    <th scope="col">{ messages.field }</th>
                    for stop in stops { { head(stop, props) } }
                </tr></thead>
                <tbody>
                    for line in lines { { row(line, stops, language) } }
                </tbody>
            </table>
        </div>
    }
}

fn head(stop: &Stop, props: &JourneyViewProps) -> Html {
    let (event, selected) = (stop.event, stop.event == props.event);
    html! {
        <th key={event} scope="col" class={classes!(selected.then_some("selected"))} data-hop={stop.number.to_string()}>
            <button
                type="button" class="quiet" aria-pressed={selected.to_string()}
                onclick={props.onselect.reform(move |_: MouseEvent| event)}
            >{ &stop.title }</button>
            <span class="hint">{ &stop.link }<br />{ &stop.time }</span>
        </th>
    }
}

fn row(line: &Line, stops: &[Stop], language: Language) -> Html {
    let messages = language.catalogue().journey;
    html! {
        <tr key={line.key.clone()} data-field={line.key.clone()}>
            <th scope="row"><span class={format!("protocol of-{}", line.protocol)}>{ line.protocol.to_uppercase() }</span>{ " " }
                <span class="field-name">{ line.label }</span>
                if let Some(gloss) = gloss(language, line.label) { { " " }<span class="gloss">{ gloss }</span> }
            </th>
            for (stop, cell) in stops.iter().zip(&line.cells) {
                <td key={stop.event} class={classes!("mono", cell.changed.then_some("changed"))}>
                    if cell.changed { <span class="mark" aria-hidden="true">{ "≠ " }</span><span class="sr-only">{ messages.changed }{ " " }</span> }
                    { cell.text.clone() }
                </td>
            }
        </tr>
    }
}

fn follow(
    trace: &SharedTrace,
    journeys: &Journeys,
    event: usize,
    language: Language,
) -> (Vec<Stop>, Vec<Line>) {
    let messages = language.catalogue().journey;
    let way: Vec<usize> = journeys.of(event).into_iter().take(MOST).collect();
    let mut stops = Vec::new();
    let mut dissections: Vec<Dissection> = Vec::new();
    let mut conversations = Conversations::default();
    let mut number = 0;
    let until = way.last().map_or(0, |last| last + 1);
    for (index, happened) in trace.events().iter().enumerate().take(until) {
        let EventKind::Frame(frame) = &happened.kind else { continue };
        number += 1;
        // What its ports carry was told by the frames before it.
        let dissection = conversations.follow(frame.link_type, &frame.bytes, frame.original_len());
        if way.contains(&index) {
            let (from, to) = (language.node(&frame.from), language.node(&frame.to));
            stops.push(Stop {
                event: index,
                number,
                title: format!("{number}: {from} → {to}"),
                link: fill(messages.link, &[("link", &frame.link)]),
                time: format!("{} s", happened.time),
            });
            dissections.push(dissection);
        }
    }
    let before = |stop: &Stop| {
        let before = journeys.before(stop.event)?;
        stops.iter().position(|other| other.event == before)
    };
    let hops: Vec<Hop<'_>> = stops
        .iter()
        .zip(&dissections)
        .map(|(stop, dissection)| Hop { dissection, before: before(stop) })
        .collect();
    let lines = compare(&hops, language);
    (stops, lines)
}
