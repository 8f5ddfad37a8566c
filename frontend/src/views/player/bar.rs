//! The buttons of a player.

use web_sys::HtmlButtonElement;
use yew::prelude::*;

use super::{Action, Player, SPEEDS};
use crate::{
    controls::{Select, Slider},
    settings::use_messages,
};

// Drawn, because some systems show these signs as coloured pictures.
const PLAY: &str = "M7 4 L20 12 L7 20 z";
const PAUSE: &str = "M6 4 h4 v16 h-4 z M14 4 h4 v16 h-4 z";
const REWIND: &str = "M4 4 h3 v16 h-3 z M20 4 L8 12 L20 20 z";
const BACK: &str = "M14 4 L4 12 L14 20 z M17 4 h3 v16 h-3 z";
const FORWARD: &str = "M10 4 L20 12 L10 20 z M4 4 h3 v16 h-3 z";
const END: &str = "M4 4 L16 12 L4 20 z M17 4 h3 v16 h-3 z";

/// What a key does while a button of the bar has the focus.
fn key_action(key: &str) -> Option<Action> {
    match key {
        "ArrowLeft" => Some(Action::Back),
        "ArrowRight" => Some(Action::Forward),
        "Home" => Some(Action::Rewind),
        "End" => Some(Action::End),
        _ => None,
    }
}

/// What the bar steers.
#[derive(Properties, PartialEq, Clone)]
pub struct PlayerBarProps {
    /// The player.
    pub player: UseReducerHandle<Player>,
    /// An identifier, unique on the page.
    #[prop_or("player".into())]
    pub id: AttrValue,
}

/// Rewind, back, play, forward, end; the scale; the speed.
#[component]
pub fn PlayerBar(props: &PlayerBarProps) -> Html {
    let messages = use_messages().player;
    let player = &props.player;
    let act = |action: Action| {
        let player = player.dispatcher();
        Callback::from(move |_: MouseEvent| player.dispatch(action.clone()))
    };
    let play = if player.playing { (messages.pause, PAUSE) } else { (messages.play, PLAY) };
    let buttons = [
        ("rewind", messages.rewind, REWIND, Action::Rewind),
        ("back", messages.back, BACK, Action::Back),
        ("toggle", play.0, play.1, Action::Toggle),
        ("forward", messages.forward, FORWARD, Action::Forward),
        ("end", messages.end, END, Action::End),
    ];
    // Not while a field or the slider has the focus: they have their own use for these keys.
    let onkeydown = {
        let player = player.dispatcher();
        Callback::from(move |event: KeyboardEvent| {
            let on_button = event.target_dyn_into::<HtmlButtonElement>().is_some();
            if let Some(action) = key_action(&event.key()).filter(|_| on_button) {
                event.prevent_default();
                player.dispatch(action);
            }
        })
    };
    let speeds: Vec<_> =
        SPEEDS.iter().map(|speed| (speed.to_string().into(), format!("{speed}×").into())).collect();
    let set_speed = {
        let player = player.dispatcher();
        Callback::from(move |speed: AttrValue| player.dispatch(Action::Speed(speed.parse().unwrap_or(1.0))))
    };
    let scrub = {
        let player = player.dispatcher();
        Callback::from(move |share| player.dispatch(Action::Scrub(share)))
    };
    html! {
        <div
            class="player" role="group" aria-label={messages.title} data-micros={player.now().micros().to_string()}
            data-playing={player.playing.to_string()} {onkeydown}
        >
            <div class="buttons">
                for (does, label, sign, action) in buttons {
                    <button
                        key={does} type="button" aria-label={label} title={label} data-do={does}
                        class={classes!((does == "toggle").then_some("primary"))} onclick={act(action)}
                    ><svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d={sign} fill="currentColor" /></svg></button>
                }
            </div>
            <Slider
                id={format!("{}-time", props.id)} label={messages.time} max={1000} value={player.share()}
                shown={format!("{} s", player.now())} oninput={scrub}
            />
            <Select label={messages.speed} hide_label=true name={format!("{}-speed", props.id)} options={speeds} value={player.speed.to_string()} onchange={set_speed} />
        </div>
    }
}
