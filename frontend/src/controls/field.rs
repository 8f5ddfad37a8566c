//! Something typed.

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// What a typed value needs.
#[derive(Properties, PartialEq, Clone)]
pub struct FieldProps {
    /// What is asked for.
    pub label: AttrValue,
    /// An identifier, unique on the page.
    pub id: AttrValue,
    /// The value now.
    pub value: AttrValue,
    /// How to fill it in.
    #[prop_or_default]
    pub hint: AttrValue,
    /// What is wrong with the value; empty when nothing is.
    #[prop_or_default]
    pub error: AttrValue,
    /// Digits, addresses and bytes are easier to compare in a fixed pitch.
    #[prop_or_default]
    pub mono: bool,
    /// Lines of a text area.
    #[prop_or(6)]
    pub rows: u32,
    /// A new value, with every key.
    pub oninput: Callback<AttrValue>,
}

impl FieldProps {
    fn around(&self, input: Html) -> Html {
        html! {
            <div class="field">
                <label class="label" for={self.id.clone()}>{ &self.label }</label>
                { input }
                if !self.hint.is_empty() { <p class="hint" id={format!("{}-hint", self.id)}>{ &self.hint }</p> }
                // Always there, so that screen readers notice when it fills.
                <p class="error" id={format!("{}-error", self.id)} aria-live="polite">{ &self.error }</p>
            </div>
        }
    }

    fn described_by(&self) -> String {
        format!("{id}-hint {id}-error", id = self.id)
    }

    fn invalid(&self) -> Option<&'static str> {
        (!self.error.is_empty()).then_some("true")
    }

    fn class(&self) -> Classes {
        classes!(self.mono.then_some("mono"))
    }
}

fn input_value(event: &InputEvent) -> AttrValue {
    event.target_unchecked_into::<HtmlInputElement>().value().into()
}

/// A line of text.
#[component]
pub fn TextField(props: &FieldProps) -> Html {
    props.around(html! {
        <input
            id={props.id.clone()} type="text" class={props.class()} value={props.value.clone()} autocomplete="off"
            spellcheck="false" autocapitalize="off" aria-describedby={props.described_by()}
            aria-invalid={props.invalid()} oninput={props.oninput.reform(|event| input_value(&event))}
        />
    })
}

/// A number. What is not one is the owner's to refuse, so the value is text.
#[component]
pub fn NumberField(props: &FieldProps) -> Html {
    props.around(html! {
        <input
            id={props.id.clone()} type="text" inputmode="numeric" class={classes!("number", props.class())}
            value={props.value.clone()} autocomplete="off" aria-describedby={props.described_by()}
            aria-invalid={props.invalid()} oninput={props.oninput.reform(|event| input_value(&event))}
        />
    })
}

/// Several lines of text.
#[component]
pub fn TextArea(props: &FieldProps) -> Html {
    let oninput = props.oninput.reform(|event: InputEvent| {
        AttrValue::from(event.target_unchecked_into::<HtmlTextAreaElement>().value())
    });
    props.around(html! {
        <textarea
            id={props.id.clone()} rows={props.rows.to_string()} class={props.class()} value={props.value.clone()}
            spellcheck="false" aria-describedby={props.described_by()} aria-invalid={props.invalid()} {oninput}
        />
    })
}
