//! One of several.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// What a choice between several values needs.
#[derive(Properties, PartialEq, Clone)]
pub struct ChoiceProps {
    /// What is chosen.
    pub label: AttrValue,
    /// Say the label to screen readers only.
    #[prop_or_default]
    pub hide_label: bool,
    /// A name, unique on the page.
    pub name: AttrValue,
    /// Value and caption of each option.
    pub options: Vec<(AttrValue, AttrValue)>,
    /// The value now.
    pub value: AttrValue,
    /// A wish for another value.
    pub onchange: Callback<AttrValue>,
}

/// Few options, side by side.
#[component]
pub fn Segmented(props: &ChoiceProps) -> Html {
    let label_class = if props.hide_label { "sr-only" } else { "label" };
    html! {
        <fieldset class="segmented">
            <legend class={label_class}>{ &props.label }</legend>
            <div class="segments">
                for (value, caption) in props.options.clone() {
                    <label key={value.as_str()}>
                        <input
                            type="radio" name={props.name.clone()} value={value.clone()} checked={value == props.value}
                            onchange={props.onchange.reform(|event: Event| {
                                AttrValue::from(event.target_unchecked_into::<HtmlInputElement>().value())
                            })}
                        />
                        <span>{ caption }</span>
                    </label>
                }
            </div>
        </fieldset>
    }
}

/// Many options, in a list that opens.
#[component]
pub fn Select(props: &ChoiceProps) -> Html {
    let label_class = if props.hide_label { "sr-only" } else { "label" };
    let onchange = props
        .onchange
        .reform(|event: Event| AttrValue::from(event.target_unchecked_into::<HtmlSelectElement>().value()));
    // The attribute `selected` only says what is chosen at first. Once a learner chose, it has no effect any more.
    let list = use_node_ref();
    use_effect({
        let (list, value) = (list.clone(), props.value.clone());
        move || {
            if let Some(list) = list.cast::<HtmlSelectElement>() {
                list.set_value(&value);
            }
        }
    });
    html! {
        <label class="field">
            <span class={label_class}>{ &props.label }</span>
            <select ref={list} name={props.name.clone()} {onchange}>
                for (value, caption) in props.options.clone() {
                    <option key={value.as_str()} value={value.clone()} selected={value == props.value}>{ caption }</option>
                }
            </select>
        </label>
    }
}

/// Options: the names of the values, and what the catalogue calls them, with `|` between.
pub fn captioned(
    names: impl Iterator<Item = &'static str>,
    captions: &'static str,
) -> Vec<(AttrValue, AttrValue)> {
    names.zip(captions.split('|')).map(|(name, caption)| (name.into(), caption.into())).collect()
}
