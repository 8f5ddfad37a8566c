//! The app, in two sizes: settings around, router inside, the page of the route within the shell.
//!
//! [`Start`] is what a visit loads first. It has the pages that need little; for any other it loads [`App`], which has
//! them all, and gives its place to it. There is no way back, and none is needed.

use yew::prelude::*;
use yew_router::prelude::*;

use crate::{
    handover::HandOver,
    pages::{
        home::Home, labs::Labs, network::Network, not_found::NotFound, packets::Packets, subnet::Subnet,
        tcp::Tcp,
    },
    routes::Route,
    settings::SettingsProvider,
    shell::Shell,
};

/// The whole app.
#[component]
pub fn App() -> Html {
    html! {
        <Frame>
            <Switch<Route> render={page} />
        </Frame>
    }
}

fn page(route: Route) -> Html {
    match route {
        Route::Home => html! { <Home /> },
        Route::Subnet => html! { <Subnet /> },
        Route::Packets => html! { <Packets /> },
        Route::Tcp => html! { <Tcp /> },
        Route::Network => html! { <Network /> },
        Route::Labs => html! { <Labs /> },
        Route::NotFound => html! { <NotFound /> },
    }
}

#[derive(Properties, PartialEq)]
pub struct StartProps {
    /// The whole app is there: this one can go.
    pub on_replaced: Callback<()>,
}

/// The app with the pages that a visit begins with.
#[component]
pub fn Start(props: &StartProps) -> Html {
    let on_replaced = props.on_replaced.clone();
    let render = move |route| match route {
        Route::Home => html! { <Home /> },
        Route::Subnet => html! { <Subnet /> },
        Route::NotFound => html! { <NotFound /> },
        Route::Packets | Route::Tcp | Route::Network | Route::Labs => {
            html! { <HandOver on_replaced={on_replaced.clone()} /> }
        }
    };
    html! {
        <Frame>
            <Switch<Route> {render} />
        </Frame>
    }
}

#[derive(Properties, PartialEq)]
struct FrameProps {
    children: Html,
}

#[component]
fn Frame(props: &FrameProps) -> Html {
    html! {
        <SettingsProvider>
            <BrowserRouter>
                <Shell>{ props.children.clone() }</Shell>
            </BrowserRouter>
        </SettingsProvider>
    }
}
