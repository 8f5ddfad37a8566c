//! The selected packet on its whole way, and in its layers.

use std::rc::Rc;

use firsthop_protocol::{
    trace::{EventKind, Journeys},
    wire::Conversations,
};
use yew::prelude::*;

use crate::{
    settings::use_messages,
    views::{SharedTrace, fold::Fold, journey::JourneyView, layers::LayersView, topology::Topology},
};

#[derive(Properties, PartialEq, Clone)]
pub(super) struct FollowProps {
    pub(super) trace: SharedTrace,
    pub(super) topology: Rc<Topology>,
    pub(super) event: usize,
    pub(super) onselect: Callback<usize>,
}

/// The same packet at each hop; how it is packed and unpacked.
#[component]
pub(super) fn Follow(props: &FollowProps) -> Html {
    let messages = use_messages();
    let journeys = use_memo(props.trace.clone(), |trace| Journeys::new(trace));
    let drawn = (props.trace.clone(), Rc::clone(&props.topology), props.event);
    let layers = use_callback(drawn, |(), (trace, topology, event)| {
        layers(trace, topology, *event).unwrap_or_default()
    });
    html! {
        <div class="followed">
            <h3>{ messages.journey.title }</h3>
            <JourneyView trace={props.trace.clone()} {journeys} event={props.event} onselect={props.onselect.clone()} />
            <Fold title={messages.layers.title} inside={layers} />
        </div>
    }
}

fn layers(trace: &SharedTrace, topology: &Topology, event: usize) -> Option<Html> {
    // What its ports carry was told by the frames before it.
    let mut conversations = Conversations::default();
    for (index, happened) in trace.events().iter().enumerate().take(event + 1) {
        let EventKind::Frame(frame) = &happened.kind else { continue };
        let dissection = conversations.follow(frame.link_type, &frame.bytes, frame.original_len());
        if index == event {
            let node = |name: &str| topology.nodes.get(topology.node(name)?).cloned();
            let (from, to) = (node(&frame.from)?, node(&frame.to)?);
            let bytes: Rc<[u8]> = Rc::from(frame.bytes.as_slice());
            return Some(html! { <LayersView {bytes} dissection={Rc::new(dissection)} {from} {to} /> });
        }
    }
    None
}
