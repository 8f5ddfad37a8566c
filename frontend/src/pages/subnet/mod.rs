//! Subnet.

use yew::prelude::*;

use super::use_title;
use crate::settings::use_messages;

/// The page.
#[component]
pub fn Subnet() -> Html {
    let messages = &use_messages().subnet;
    use_title(messages.title);
    html! {
        <div class="page">
            <h1>{ messages.title }</h1>
            <p class="lead">{ messages.lead }</p>
        </div>
    }
}
