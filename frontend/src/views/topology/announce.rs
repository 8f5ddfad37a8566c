//! What is on the cables at the instant at which the player stands, in a sentence: for those who do not see them move.

use std::rc::Rc;

use firsthop_protocol::trace::Time;
use yew::prelude::*;

use super::{Flights, Topology};
use crate::{
    i18n::fill,
    settings::{use_language, use_messages},
    views::ladder::Scale,
};

/// What is announced.
#[derive(Properties, PartialEq, Clone)]
pub struct AnnouncementProps {
    /// Devices and cables.
    pub topology: Rc<Topology>,
    /// The packets.
    pub flights: Rc<Flights>,
    /// The instant.
    pub now: Time,
    /// What the player moves along.
    pub scale: Rc<Scale>,
    /// Nothing is said while time runs: it would be over before it is said.
    pub playing: bool,
}

/// More than these are only counted.
const MOST: usize = 4;

/// A sentence that screen readers say when it changes.
#[component]
pub fn Announcement(props: &AnnouncementProps) -> Html {
    let messages = use_messages().topology;
    let language = use_language().value;
    let AnnouncementProps { topology, flights, now, scale, playing } = props;
    let mut said = String::new();
    if !playing {
        let name = |node: usize| topology.nodes.get(node).map_or("", |node| language.node(&node.name));
        let under_way: Vec<_> = flights.at(*now, scale, true).collect();
        let each = under_way.iter().take(MOST).map(|shown| {
            let packet = shown.packet;
            let what = format!("{} {}", packet.protocol.to_uppercase(), language.summary(&packet.label));
            let (from, to) = (name(packet.from), name(packet.to));
            let message = if shown.lost { messages.packet_lost } else { messages.packet };
            fill(message, &[("n", &packet.number), ("from", &from), ("to", &to), ("what", &what)])
        });
        let each: Vec<String> = each.collect();
        let message = if each.is_empty() { messages.idle } else { messages.under_way };
        said = fill(
            message,
            &[("time", now), ("n", &under_way.len()), ("packets", &each.join(messages.semicolon))],
        );
    }
    html! { <p class="sr-only" role="status">{ said }</p> }
}
