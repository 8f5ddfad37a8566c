//! The tree of fields: name, meaning, source, and what is wrong.

use firsthop_protocol::wire::{Field, Layer};
use yew::prelude::*;

use super::{FieldRef, PartProps};
use crate::{i18n::fill, settings::use_messages};

/// A layer each, open, with its fields.
#[component]
pub(super) fn Tree(props: &PartProps) -> Html {
    let messages = use_messages().packet;
    let dissection = props.parts.dissection();
    html! {
        <div class="tree">
            <h3>{ messages.fields }</h3>
            for (index, layer) in dissection.layers.iter().enumerate() {
                <details key={index} open=true class={format!("of-{}", layer.protocol)}>
                    <summary>
                        <b>{ layer.protocol.name().to_uppercase() }</b>
                        <span class="hint">{ extent(layer, messages.extent) }</span>
                    </summary>
                    <ul>
                        for (number, field) in layer.fields.iter().enumerate() {
                            <li key={number}>{ line(props, FieldRef { layer: index, field: number }, field) }</li>
                        }
                    </ul>
                </details>
            }
            if let Some(problem) = &dissection.problem { <p class="bad">{ problem.to_string() }</p> }
        </div>
    }
}

/// `bytes 14 to 33`.
fn extent(layer: &Layer, template: &str) -> String {
    fill(template, &[("first", &layer.offset), ("last", &(layer.offset + layer.length).saturating_sub(1))])
}

fn line(props: &PartProps, at: FieldRef, field: &Field) -> Html {
    let point = move |_: MouseEvent| Some(at);
    let onfocus = props.onpoint.reform(move |_: FocusEvent| Some(at));
    let lit = props.pointed == Some(at);
    html! {
        <>
            <button
                type="button" class={classes!("field-line", lit.then_some("lit"))} onmouseenter={props.onpoint.reform(point)}
                onclick={props.onpoint.reform(point)} {onfocus} aria-pressed={lit.to_string()}
            >
                <span class="field-label">{ field.label() }</span>
                <span class="field-text">{ field.text().to_string() }</span>
                <cite>{ field.rfc() }</cite>
                if let Some(problem) = &field.problem { <span class="bad">{ problem.to_string() }</span> }
            </button>
            if let Some(edit) = props.edit.as_ref().filter(|_| lit) { { edit.emit(at) } }
        </>
    }
}
