//! The first page: what this is, and the ways in.

mod figure;

use yew::prelude::*;
use yew_router::prelude::*;

use self::figure::Figure;
use super::use_title;
use crate::{routes::Route, settings::use_messages};

/// The page.
#[component]
pub fn Home() -> Html {
    let all = use_messages();
    let messages = all.home;
    use_title(messages.title);
    let tools = [
        (Route::Tcp, all.tcp.title, messages.tcp_text, "tcp"),
        (Route::Subnet, all.subnet.title, messages.subnet_text, "ip"),
        (Route::Packets, all.packets.title, messages.packets_text, "link"),
        (Route::Network, all.network.title, messages.network_text, "udp"),
        (Route::Labs, all.labs.title, messages.labs_text, "app"),
    ];
    html! {
        <div class="page home">
            <section class="hero">
                <div>
                    <h1>{ messages.title }</h1>
                    <p class="lead">{ messages.lead }</p>
                    <p><Link<Route> to={Route::Tcp} classes="button primary">{ messages.start }</Link<Route>></p>
                </div>
                <Figure />
            </section>
            <section aria-labelledby="tools">
                <h2 id="tools">{ messages.tools }</h2>
                <ul class="cards">
                    for (route, title, text, colour) in tools {
                        <li key={title} class={classes!("card", colour)}>
                            <h3><Link<Route> to={route}>{ title }</Link<Route>></h3>
                            <p>{ text }</p>
                        </li>
                    }
                </ul>
            </section>
            <section class="halves">
                <div><h2>{ messages.simulated_title }</h2><p>{ messages.simulated_text }</p></div>
                <div><h2>{ messages.real_title }</h2><p>{ messages.real_text }</p></div>
            </section>
        </div>
    }
}
