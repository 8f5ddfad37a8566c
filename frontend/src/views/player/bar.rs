//! The buttons of a player.

use yew::prelude::*;

use super::{Action, Player, SPEEDS};
use crate::{
    controls::{Select, Slider},
    settings::use_messages,
};

/// What the bar steers.
#[derive(Properties, PartialEq, Clone)]
pub struct PlayerBarProps {
    /// The player.
    pub player: UseReducerHandle<Player>,
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
    let play = if player.playing { (messages.pause, "⏸") } else { (messages.play, "▶") };
    let buttons = [
        (messages.rewind, "⏮", Action::Rewind),
        (messages.back, "◀", Action::Back),
        (play.0, play.1, Action::Toggle),
        (messages.forward, "▶|", Action::Forward),
        (messages.end, "⏭", Action::End),
    ];
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
        <div class="player" role="group" aria-label={messages.title}>
            <div class="buttons">
                for (index, (label, sign, action)) in buttons.into_iter().enumerate() {
                    <button
                        key={index} type="button" aria-label={label} title={label}
                        class={classes!((index == 2).then_some("primary"))} onclick={act(action)}
                    ><span aria-hidden="true">{ sign }</span></button>
                }
            </div>
            <Slider
                id="player-time" label={messages.time} max={1000} value={player.share()}
                shown={format!("{} s", player.now())} oninput={scrub}
            />
            <Select label={messages.speed} name="speed" options={speeds} value={player.speed.to_string()} onchange={set_speed} />
        </div>
    }
}
