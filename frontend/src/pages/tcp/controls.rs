//! The inputs of the page.

use firsthop_protocol::api::{Ending, Loss, Opening};
use yew::prelude::*;

use super::{
    picks::Picks,
    state::{MOST_BYTES, MOST_DELAY, TcpState},
};
use crate::{
    controls::{Segmented, Select, Slider, captioned},
    i18n::{Language, fill},
    settings::{use_language, use_messages},
};

#[derive(Properties, PartialEq, Clone)]
pub(super) struct ControlsProps {
    pub(super) state: TcpState,
    pub(super) set: Callback<TcpState>,
}

impl ControlsProps {
    fn change<T: 'static>(&self, apply: impl Fn(&mut TcpState, T) + 'static) -> Callback<T> {
        let old = self.state.clone();
        self.set.reform(move |value| {
            let mut state = old.clone();
            apply(&mut state, value);
            state
        })
    }
}

/// How it begins and ends, what is lost, how long it takes, how much is sent.
#[component]
pub(super) fn Controls(props: &ControlsProps) -> Html {
    let messages = use_messages().tcp;
    let language = use_language().value;
    let state = &props.state;
    let bytes = |value: u32| AttrValue::from(format!("{value} B"));
    html! {
        <div class="form">
            <Select
                label={messages.opening} name="opening" value={state.opening.name()}
                options={captioned(Opening::ALL.iter().map(|value| value.name()), messages.openings)}
                onchange={props.change(|state, name: AttrValue| state.opening = Opening::named(&name).unwrap_or_default())}
            />
            <Select
                label={messages.ending} name="ending" value={state.ending.name()}
                options={captioned(Ending::ALL.iter().map(|value| value.name()), messages.endings)}
                onchange={props.change(|state, name: AttrValue| state.ending = Ending::named(&name).unwrap_or_default())}
            />
            <Select
                label={messages.loss} name="loss" value={state.loss.name()}
                options={captioned(Loss::ALL.iter().map(|value| value.name()), messages.losses)}
                onchange={props.change(|state, name: AttrValue| state.loss = Loss::named(&name).unwrap_or_default())}
            />
            if !state.dropped.is_empty() {
                <p class="hint picked">
                    { fill(messages.picked, &[("segments", &picked(state, language))]) }
                    <button type="button" class="quiet" onclick={props.change(|state, _: MouseEvent| state.dropped = Picks::default())}>
                        { messages.keep_all }
                    </button>
                </p>
            }
            <Segmented
                label={messages.options} name="options" value={if state.modern { "modern" } else { "textbook" }}
                options={captioned(["textbook", "modern"].into_iter(), messages.presets)}
                onchange={props.change(|state, name: AttrValue| state.modern = name == "modern")}
            />
            <Slider
                id="delay" label={messages.delay} min={1} max={i64::from(MOST_DELAY)} value={i64::from(state.delay)}
                shown={format!("{} ms", state.delay)} oninput={props.change(|state, value: i64| state.delay = clamp(value, MOST_DELAY))}
            />
            <Slider
                id="up" label={messages.up} max={i64::from(MOST_BYTES)} step={100} value={i64::from(state.up)}
                shown={bytes(state.up)} oninput={props.change(|state, value: i64| state.up = clamp(value, MOST_BYTES))}
            />
            <Slider
                id="down" label={messages.down} max={i64::from(MOST_BYTES)} step={100} value={i64::from(state.down)}
                shown={bytes(state.down)} oninput={props.change(|state, value: i64| state.down = clamp(value, MOST_BYTES))}
            />
        </div>
    }
}

/// The segments chosen on the ladder, by sender and number.
fn picked(state: &TcpState, language: Language) -> String {
    let one = |(node, nth): (&str, u32)| format!("{} {nth}", language.node(node));
    let all: Vec<String> = state.dropped.iter().map(one).collect();
    all.join(language.catalogue().packet_list.comma)
}

fn clamp(value: i64, most: u32) -> u32 {
    u32::try_from(value).unwrap_or(0).min(most)
}
