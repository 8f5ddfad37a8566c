//! Which scenario, and with which chances.

use firsthop_protocol::sim::Scenario;
use yew::prelude::*;

use super::state::{NetworkState, names};
use crate::{
    controls::{NumberField, Select},
    settings::{use_language, use_messages},
};

#[derive(Properties, PartialEq, Clone)]
pub(super) struct ChooseProps {
    pub(super) state: NetworkState,
    pub(super) set: Callback<NetworkState>,
}

/// The library, and the seed.
#[component]
pub(super) fn Choose(props: &ChooseProps) -> Html {
    let messages = use_messages().network;
    let language = use_language().value;
    let options = use_memo(language, |language| {
        let caption = |name: &'static str| {
            let scenario = Scenario::builtin(name).unwrap_or_default();
            (AttrValue::from(name), AttrValue::from(language.scenario(name, &scenario).0.to_owned()))
        };
        names().map(caption).collect::<Vec<_>>()
    });
    let mut options = (*options).clone();
    let drawn = !props.state.draft.is_empty();
    if drawn {
        options.insert(0, (AttrValue::default(), messages.drawn.into()));
    }
    let value = if drawn { String::new() } else { props.state.scenario.clone() };
    let onchange = {
        let old = props.state.clone();
        props.set.reform(move |name: AttrValue| NetworkState {
            scenario: name.to_string(),
            draft: String::new(),
            device: String::new(),
            ..old.clone()
        })
    };
    // What is typed may be no number yet.
    let typed = use_state_eq(|| None::<AttrValue>);
    let wrong = typed.as_ref().is_some_and(|text| text.parse::<u64>().is_err());
    let oninput = {
        let (typed, state, set) = (typed.setter(), props.state.clone(), props.set.clone());
        Callback::from(move |text: AttrValue| {
            if let Ok(seed) = text.parse() {
                set.emit(NetworkState { seed, ..state.clone() });
            }
            typed.set(Some(text));
        })
    };
    let seed = typed.as_ref().filter(|text| wrong || text.parse() == Ok(props.state.seed)).cloned();
    html! {
        <div class="choose">
            <Select label={messages.scenario} name="scenario" {options} {value} {onchange} />
            <NumberField
                id="seed" label={messages.seed} value={seed.unwrap_or_else(|| props.state.seed.to_string().into())}
                hint={messages.seed_hint} error={if wrong { messages.seed_wrong } else { "" }} {oninput}
            />
        </div>
    }
}
