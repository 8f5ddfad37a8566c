//! On or off.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What a switch needs.
#[derive(Properties, PartialEq, Clone)]
pub struct ToggleProps {
    /// What is on or off.
    pub label: AttrValue,
    /// Whether it is on.
    pub checked: bool,
    /// A wish to change it.
    pub onchange: Callback<bool>,
}

/// A box to tick.
#[component]
pub fn Toggle(props: &ToggleProps) -> Html {
    let onchange =
        props.onchange.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().checked());
    html! {
        <label class="toggle">
            <input type="checkbox" checked={props.checked} {onchange} />
            <span>{ &props.label }</span>
        </label>
    }
}
