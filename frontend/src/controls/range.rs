//! A value between two ends.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What a slider needs.
#[derive(Properties, PartialEq, Clone)]
pub struct SliderProps {
    /// What is set.
    pub label: AttrValue,
    /// An identifier, unique on the page.
    pub id: AttrValue,
    /// The lowest value.
    #[prop_or_default]
    pub min: i64,
    /// The highest value.
    pub max: i64,
    /// From one value to the next.
    #[prop_or(1)]
    pub step: i64,
    /// The value now.
    pub value: i64,
    /// The value in words, with its unit.
    pub shown: AttrValue,
    /// A new value, while it is moved.
    pub oninput: Callback<i64>,
}

/// A slider with its value beside it.
#[component]
pub fn Slider(props: &SliderProps) -> Html {
    let value = props.value;
    let oninput = props.oninput.reform(move |event: InputEvent| {
        event.target_unchecked_into::<HtmlInputElement>().value().parse().unwrap_or(value)
    });
    html! {
        <div class="field slider">
            <label class="label" for={props.id.clone()}>{ &props.label }</label>
            <output for={props.id.clone()}>{ &props.shown }</output>
            <input
                id={props.id.clone()} type="range" min={props.min.to_string()} max={props.max.to_string()}
                step={props.step.to_string()} value={value.to_string()} aria-valuetext={props.shown.clone()} {oninput}
            />
        </div>
    }
}
