//! What stays above a ladder while it scrolls: the machines, each with the state it is in.

use firsthop_protocol::trace::Time;
use yew::prelude::*;

use super::Layout;
use crate::i18n::Language;

/// The names over their lifelines.
pub(super) fn head(layout: &Layout, now: Time, width: f64, margin: f64, language: Language) -> Html {
    let states: Vec<Option<String>> =
        layout.states_at(now).into_iter().map(|state| state.map(str::to_owned)).collect();
    html! {
        <div class="ladder-head">
            for (index, name) in layout.nodes.iter().enumerate() {
                <div
                    key={name.as_str()} data-node={name.clone()} data-state={states.get(index).cloned().flatten()}
                    style={format!("left: clamp(3rem, {:.2}%, 100% - 3rem)", layout.x(index, width, margin) / width * 100.0)}
                >
                    <b>{ language.node(name) }</b>
                    <span class="pill">{ states.get(index).cloned().flatten().unwrap_or_else(|| "–".to_owned()) }</span>
                </div>
            }
        </div>
    }
}
