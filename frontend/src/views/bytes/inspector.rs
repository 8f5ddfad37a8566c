//! One field in full: its meaning, its bits, where it is defined, what is wrong; and a way to change it.

use std::rc::Rc;

use firsthop_protocol::wire::{
    Dissection, Field, Value,
    edit::{self, EditError},
};
use yew::prelude::*;

use super::{Bytes, FieldId};
use crate::{
    controls::TextField,
    i18n::{
        Explain, fill,
        wire::{gloss, say_field, say_problem},
    },
    settings::{use_language, use_messages},
};

/// Which field is shown.
#[derive(Properties, PartialEq, Clone)]
pub struct InspectorProps {
    /// The packet's bytes.
    pub bytes: Bytes,
    /// What they mean.
    pub dissection: Rc<Dissection>,
    /// The field, if one is selected.
    pub selected: Option<FieldId>,
    /// Takes the packet's bytes after an edit. Without it nothing can be edited.
    #[prop_or_default]
    pub onedit: Option<Callback<Bytes>>,
}

/// The selected field.
#[component]
pub fn Inspector(props: &InspectorProps) -> Html {
    let messages = use_messages().bytes;
    let language = use_language().value;
    let Some((layer, field)) = props.selected.and_then(|id| id.find(&props.dissection)) else {
        return html! { <p class="inspector hint">{ messages.nothing_selected }</p> };
    };
    let place = fill(
        messages.place,
        &[("bits", &field.bits), ("byte", &(field.bit_offset / 8)), ("bit", &(field.bit_offset % 8))],
    );
    html! {
        <div class={format!("inspector of-{}", layer.protocol)}>
            <div aria-live="polite">
                <p class="inspector-title"><span class="protocol">{ layer.protocol.name().to_uppercase() }</span><b>{ field.label() }</b>
                    if let Some(gloss) = gloss(language, field.label()) { <span class="gloss">{ gloss }</span> }
                </p>
                <p class="mono inspector-value">{ say_field(language, field) }</p>
                <p class="hint">{ place } if !field.rfc().is_empty() { { " · " }<cite>{ field.rfc() }</cite> }</p>
                if let Some(problem) = &field.problem { <p class="problem">{ say_problem(language, problem) }</p> }
            </div>
            if let Some(onedit) = &props.onedit {
                // A key, so that what was typed for one field is not offered for the next.
                <Editor
                    key={format!("{}/{}", field.bit_offset, field.bits)} bytes={Rc::clone(&props.bytes)} field={field.clone()}
                    onedit={onedit.clone()}
                />
            }
        </div>
    }
}

#[derive(Properties, PartialEq, Clone)]
struct EditorProps {
    bytes: Bytes,
    field: Field,
    onedit: Callback<Bytes>,
}

/// A value for a field, and the packet with that value in it.
fn apply(bytes: &[u8], field: &Field, text: &str) -> Result<(Value, Bytes), EditError> {
    let value = edit::parse(field, text)?;
    let mut edited = bytes.to_vec();
    edit::set(&mut edited, field, &value)?;
    Ok((value, edited.into()))
}

/// A value to type. The packet follows as soon as it is one.
#[component]
fn Editor(props: &EditorProps) -> Html {
    let messages = use_messages().bytes;
    let language = use_language().value;
    let now = props.field.value.to_string();
    let typed = use_state(|| now.clone());
    let error = use_state(|| None::<EditError>);
    // The values that came from here. More may have been typed before the first of them is drawn.
    let sent = use_mut_ref(Vec::<Value>::new);
    // When the bytes change from elsewhere, the text follows.
    use_effect_with(now, {
        let (typed, error, field) = (typed.setter(), error.setter(), props.field.clone());
        let sent = Rc::clone(&sent);
        move |_| {
            let mut sent = sent.borrow_mut();
            if let Some(at) = sent.iter().position(|value| *value == field.value) {
                sent.drain(..=at);
            } else {
                sent.clear();
                typed.set(field.value.to_string());
                error.set(None);
            }
        }
    });
    let oninput = {
        let (props, typed, error) = (props.clone(), typed.setter(), error.setter());
        Callback::from(move |text: AttrValue| {
            typed.set(text.to_string());
            match apply(&props.bytes, &props.field, &text) {
                Ok((value, bytes)) => {
                    error.set(None);
                    if value != props.field.value {
                        sent.borrow_mut().push(value);
                    }
                    props.onedit.emit(bytes);
                }
                Err(wrong) => error.set(Some(wrong)),
            }
        })
    };
    let error = error.as_ref().map(|error| error.explain(language)).unwrap_or_default();
    html! {
        <TextField
            id="field-value" label={messages.edit} hint={messages.edit_hint} mono=true value={(*typed).clone()} {error} {oninput}
        />
    }
}
