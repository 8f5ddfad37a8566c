//! What the colour and the letters of a packet say, and how many of each there are.

use std::rc::Rc;

use yew::prelude::*;

use super::{Flights, draw::letters};
use crate::settings::use_messages;

/// Whose packets.
#[derive(Properties, PartialEq, Clone)]
pub struct LegendProps {
    /// The packets.
    pub flights: Rc<Flights>,
}

/// A line for each protocol.
#[component]
pub fn Legend(props: &LegendProps) -> Html {
    let messages = use_messages().topology;
    let protocols = use_memo(Rc::clone(&props.flights), |flights| flights.protocols());
    html! {
        <ul class="legend" aria-label={messages.legend}>
            for (protocol, count) in protocols.iter() {
                <li key={*protocol} class={format!("of-{protocol}")}>
                    <span class="sample">{ letters(protocol) }</span>{ " " }{ format!("× {count}") }
                </li>
            }
        </ul>
    }
}
