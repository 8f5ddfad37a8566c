//! The app: settings around, router inside, the page of the route within the shell.

use yew::prelude::*;
use yew_router::prelude::*;

use crate::{
    pages::{home::Home, labs::Labs, not_found::NotFound, packets::Packets, subnet::Subnet, tcp::Tcp},
    routes::Route,
    settings::SettingsProvider,
    shell::Shell,
};

/// The whole app.
#[component]
pub fn App() -> Html {
    html! {
        <SettingsProvider>
            <BrowserRouter>
                <Shell>
                    <Switch<Route> render={page} />
                </Shell>
            </BrowserRouter>
        </SettingsProvider>
    }
}

fn page(route: Route) -> Html {
    match route {
        Route::Home => html! { <Home /> },
        Route::Subnet => html! { <Subnet /> },
        Route::Packets => html! { <Packets /> },
        Route::Tcp => html! { <Tcp /> },
        Route::Labs => html! { <Labs /> },
        Route::NotFound => html! { <NotFound /> },
    }
}
