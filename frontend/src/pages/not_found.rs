//! The page for addresses that are none.

use yew::prelude::*;
use yew_router::prelude::*;

use super::use_title;
use crate::{routes::Route, settings::use_messages};

/// Says that there is no such page, and where to go.
#[component]
pub fn NotFound() -> Html {
    let messages = use_messages().not_found;
    use_title(messages.title);
    html! {
        <div class="page narrow">
            <h1>{ messages.title }</h1>
            <p class="lead">{ messages.text }</p>
            <p><Link<Route> to={Route::Home} classes="button">{ messages.back }</Link<Route>></p>
        </div>
    }
}
