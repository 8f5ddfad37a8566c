//! What the colour and the letters of a packet say, and how many of each there are.

use std::{collections::BTreeSet, rc::Rc};

use yew::prelude::*;

use super::{Flights, draw::letters};
use crate::settings::use_messages;

/// Whose packets.
#[derive(Properties, PartialEq, Clone)]
pub struct LegendProps {
    /// The packets.
    pub flights: Rc<Flights>,
    /// The protocols that are not drawn.
    #[prop_or_default]
    pub hidden: Rc<BTreeSet<&'static str>>,
    /// A wish to have a protocol drawn, or no longer.
    #[prop_or_default]
    pub ontoggle: Callback<&'static str>,
}

/// A button for each protocol: pressed, its packets are drawn.
#[component]
pub fn Legend(props: &LegendProps) -> Html {
    let messages = use_messages().topology;
    let protocols = use_memo(Rc::clone(&props.flights), |flights| flights.protocols());
    html! {
        <ul class="legend" aria-label={messages.legend}>
            for (protocol, count) in protocols.iter() {
                <li key={*protocol} class={format!("of-{protocol}")}>
                    <button
                        type="button" class="quiet" aria-pressed={(!props.hidden.contains(protocol)).to_string()}
                        onclick={toggle(&props.ontoggle, protocol)}
                    ><span class="sample">{ letters(protocol) }</span>{ " " }{ format!("× {count}") }</button>
                </li>
            }
        </ul>
    }
}

fn toggle(ontoggle: &Callback<&'static str>, protocol: &'static str) -> Callback<MouseEvent> {
    ontoggle.reform(move |_: MouseEvent| protocol)
}
