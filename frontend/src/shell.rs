//! What is around every page: the header with its navigation, language and theme; the footer.

use yew::prelude::*;
use yew_router::prelude::*;

use crate::{
    controls::Segmented,
    i18n::Language,
    platform,
    routes::Route,
    settings::{Theme, use_language, use_messages, use_theme},
};

/// The element that a page fills; the keyboard's way past the header ends here.
pub(crate) const MAIN: &str = "main";

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) children: Html,
}

/// Header, page, footer.
#[component]
pub(crate) fn Shell(props: &Props) -> Html {
    let messages = use_messages();
    // A link to "#main" would go to the site's root where the page has a base address.
    let skip = use_callback((), |event: MouseEvent, ()| {
        event.prevent_default();
        platform::focus(MAIN);
    });
    html! {
        <>
            <a class="skip" href={format!("#{MAIN}")} onclick={skip}>{ messages.shell.skip }</a>
            <Header />
            <main id={MAIN} tabindex="-1">{ props.children.clone() }</main>
            <footer class="footer"><p>{ messages.shell.footer }</p></footer>
        </>
    }
}

#[component]
fn Header() -> Html {
    let messages = use_messages();
    let pages = [
        (Route::Tcp, messages.tcp.title),
        (Route::Subnet, messages.subnet.title),
        (Route::Packets, messages.packets.title),
        (Route::Network, messages.network.title),
        (Route::Labs, messages.labs.title),
    ];
    html! {
        <header class="header">
            <Link<Route> to={Route::Home} classes="brand"><Logo /><span>{ "Firsthop" }</span></Link<Route>>
            <nav class="nav" aria-label={messages.shell.navigation}>
                <ul>
                    for (route, title) in pages {
                        <li key={title}><NavLink {route} {title} /></li>
                    }
                </ul>
            </nav>
            <div class="settings"><LanguageSwitch /><ThemeSwitch /></div>
        </header>
    }
}

#[derive(Properties, PartialEq)]
struct NavLinkProps {
    route: Route,
    title: &'static str,
}

/// A link that tells whether its page is the one shown.
#[component]
fn NavLink(props: &NavLinkProps) -> Html {
    let current = use_route::<Route>() == Some(props.route);
    // The router's link passes no attributes on.
    let anchor_ref = use_node_ref();
    use_effect_with((anchor_ref.clone(), current), |(anchor, current)| {
        platform::mark_current(anchor, *current);
    });
    html! {
        <Link<Route> to={props.route} {anchor_ref} classes={classes!(current.then_some("current"))}>
            { props.title }
        </Link<Route>>
    }
}

#[component]
fn LanguageSwitch() -> Html {
    let messages = use_messages();
    let language = use_language();
    let options =
        Language::ALL.map(|language| (AttrValue::from(language.tag()), AttrValue::from(language.endonym())));
    let onchange = language.set.reform(|tag: AttrValue| Language::from_tag(&tag).unwrap_or_default());
    html! {
        <Segmented
            label={messages.shell.language} hide_label=true name="language"
            options={options.to_vec()} value={language.value.tag()} {onchange}
        />
    }
}

#[component]
fn ThemeSwitch() -> Html {
    let messages = use_messages();
    let theme = use_theme();
    let names = [messages.shell.theme_system, messages.shell.theme_light, messages.shell.theme_dark];
    let onchange = theme.set.reform(|event: Event| {
        let chosen = event.target_unchecked_into::<web_sys::HtmlSelectElement>().value();
        Theme::ALL.into_iter().find(|theme| theme.name() == chosen).unwrap_or_default()
    });
    html! {
        <label class="theme">
            <span class="sr-only">{ messages.shell.theme }</span>
            <select {onchange}>
                for (choice, name) in Theme::ALL.into_iter().zip(names) {
                    <option key={choice.name()} value={choice.name()} selected={choice == theme.value}>{ name }</option>
                }
            </select>
        </label>
    }
}

/// Two machines and the first hop between them.
#[component]
fn Logo() -> Html {
    html! {
        <svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
            <path d="M5 23 C9 7 17 7 20 15" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" />
            <circle cx="5" cy="24" r="4" fill="currentColor" />
            <circle cx="21" cy="19" r="4" class="logo-hop" />
            <path d="M25 21 L30 24" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-dasharray="1 5" />
        </svg>
    }
}
