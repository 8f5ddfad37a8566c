//! Networks in simulation: a scenario as a drawing in which packets travel, everything in it to be looked into; and drawn by
//! the learner.
//!
//! * [`choose`]: which one. · [`watch`]: what happens in it. · [`follow`]: a packet on its way. · [`edit`]: the drawing board.

mod choose;
mod edit;
mod follow;
mod state;
mod watch;

use yew::prelude::*;

use self::{choose::Choose, edit::EditNetwork, state::NetworkState, watch::Watch};
use super::use_title;
use crate::{editor::to_link, settings::use_messages, url_state::use_url_state};

/// The page.
#[component]
pub fn Network() -> Html {
    let messages = use_messages().network;
    use_title(messages.title);
    let state = use_url_state::<NetworkState>();
    let begin = state.on(|state: &mut NetworkState, _: MouseEvent| state.edit = true);
    let onchange = state.on(|state: &mut NetworkState, source: String| state.draft = to_link(&source));
    let onrun = state.on(|state: &mut NetworkState, ()| state.edit = false);
    let ondevice = state.on(|state: &mut NetworkState, name: AttrValue| state.device = name.to_string());
    html! {
        <div class="page network">
            <h1>{ messages.title }</h1>
            if state.value.edit {
                <EditNetwork source={state.value.source()} {onchange} {onrun} />
            } else {
                <p class="lead">{ messages.lead }</p>
                <div class="choose-row">
                    <Choose state={state.value.clone()} set={state.set.clone()} />
                    <button type="button" data-do="edit" onclick={begin}>{ messages.edit }</button>
                </div>
                <Watch state={state.value.clone()} {ondevice} />
            }
        </div>
    }
}
