//! A trace with everything to study it by: the ladder, the packets, the bytes of the one selected, what happened and why.

use std::rc::Rc;

use firsthop_protocol::{
    trace::{EventKind, Time},
    wire::dissect,
};
use yew::prelude::*;

use crate::{
    settings::{use_language, use_messages},
    views::{
        SharedTrace, bytes::PacketBytes, export::Export, ladder::Ladder, log::Log, packet_list::PacketList,
    },
};

/// What is studied.
#[derive(Properties, PartialEq, Clone)]
pub struct StudyProps {
    /// The trace.
    pub trace: SharedTrace,
    /// Up to which instant.
    pub now: Time,
    /// The machines, in the order of their lifelines.
    pub nodes: Vec<String>,
    /// The name of saved files, without an extension.
    pub name: AttrValue,
    /// What stands beside the ladder: tables, states, calls.
    #[prop_or_default]
    pub children: Html,
}

/// Ladder and log; packets and bytes; whatever a page adds.
#[component]
pub fn Study(props: &StudyProps) -> Html {
    let messages = use_messages();
    let selected = use_state_eq(|| None::<usize>);
    let onselect = {
        let selected = selected.setter();
        use_callback((), move |event: usize, ()| selected.set(Some(event)))
    };
    let (trace, now) = (props.trace.clone(), props.now);
    html! {
        <div class="study">
            <div class="study-main">
                <Ladder trace={trace.clone()} {now} nodes={props.nodes.clone()} selected={*selected} onselect={onselect.clone()} />
                <div class="study-side">
                    <h2>{ messages.log.title }</h2>
                    <Log trace={trace.clone()} {now} />
                    <Export trace={trace.clone()} nodes={props.nodes.clone()} name={props.name.clone()} />
                </div>
            </div>
            <h2>{ messages.packet_list.title }</h2>
            <PacketList trace={trace.clone()} {now} selected={*selected} {onselect} />
            if let Some(event) = *selected { <SelectedFrame {trace} {event} /> }
            { props.children.clone() }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct SelectedProps {
    trace: SharedTrace,
    event: usize,
}

/// The frame of an event, three ways.
#[component]
fn SelectedFrame(props: &SelectedProps) -> Html {
    let messages = use_messages();
    let language = use_language().value;
    let frame = props.trace.events().get(props.event).and_then(|event| match &event.kind {
        EventKind::Frame(frame) => Some(frame),
        _ => None,
    });
    let Some(frame) = frame else { return html! {} };
    let dissection = Rc::new(dissect(frame.link_type, &frame.bytes));
    html! {
        <section aria-label={messages.packets.title} class="selected-frame">
            <h2>{ format!("{} → {}", language.node(&frame.from), language.node(&frame.to)) }</h2>
            <PacketBytes bytes={Rc::from(frame.bytes.as_slice())} {dissection} />
        </section>
    }
}
