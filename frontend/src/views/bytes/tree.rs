//! The fields of a packet, layer by layer.

use std::rc::Rc;

use firsthop_protocol::wire::{Dissection, Layer};
use yew::prelude::*;

use super::{
    FieldId,
    pick::{self, Pick},
};
use crate::{
    i18n::{
        Language, fill,
        wire::{gloss, say_broken, say_field, say_problem},
    },
    platform,
    settings::{use_language, use_messages},
};

/// What is shown.
#[derive(Properties, PartialEq, Clone)]
pub struct FieldTreeProps {
    /// The packet.
    pub dissection: Rc<Dissection>,
    /// What is lit.
    pub pick: Pick,
}

/// Layers, each with its fields: name, value in words, what is wrong.
#[component]
pub fn FieldTree(props: &FieldTreeProps) -> Html {
    let messages = use_messages().bytes;
    let language = use_language().value;
    let onpointerover = props.pick.onpoint.reform(|event: PointerEvent| pick::field(&event));
    let onpointerleave = props.pick.onpoint.reform(|_: PointerEvent| None);
    let onclick = pick::on_click(&props.pick.onselect, pick::field);
    let onkeydown = pick::on_key(&props.dissection, &props.pick);
    let active = props.pick.selected.map(row_id);
    // What lights up elsewhere is in sight here.
    let tree = use_node_ref();
    use_effect_with((tree.clone(), props.pick.lit), |(tree, lit)| {
        if let Some(lit) = lit {
            platform::scroll_within(tree, &row_id(*lit));
        }
    });
    html! {
        <>
            <div
                ref={tree} class="field-tree" role="tree" tabindex="0" aria-label={messages.fields} aria-activedescendant={active}
                {onpointerover} {onpointerleave} {onclick} {onkeydown}
            >
                for (index, layer) in props.dissection.layers.iter().enumerate() {
                    { draw_layer(index, layer, &props.pick, language) }
                }
            </div>
            if let Some(broken) = &props.dissection.problem {
                <p class="problem" role="status">{ say_broken(language, broken) }</p>
            }
        </>
    }
}

fn draw_layer(index: usize, layer: &Layer, pick: &Pick, language: Language) -> Html {
    let size = fill(language.catalogue().bytes.layer_bytes, &[("n", &layer.length)]);
    html! {
        <div key={index} class={format!("layer of-{}", layer.protocol)} role="treeitem" aria-expanded="true" aria-level="1">
            <p class="layer-title"><span class="protocol">{ layer.protocol.name().to_uppercase() }</span><span class="hint">{ size }</span></p>
            <div role="group">
                for field in 0..layer.fields.len() {
                    { draw_field(FieldId { layer: index, field }, layer, pick, language) }
                }
            </div>
        </div>
    }
}

fn draw_field(id: FieldId, layer: &Layer, pick: &Pick, language: Language) -> Html {
    let Some(field) = layer.fields.get(id.field) else { return html! {} };
    let selected = pick.selected == Some(id);
    let class = classes!(
        "field-row",
        (pick.lit == Some(id)).then_some("lit"),
        selected.then_some("selected"),
        inside_group(layer, id.field).then_some("part"),
    );
    html! {
        <div
            key={id.field} id={row_id(id)} {class} role="treeitem" aria-level="2" data-field={id.to_string()}
            aria-selected={if selected { "true" } else { "false" }}
        >
            <span class="field-name">{ field.label() }
                if let Some(gloss) = gloss(language, field.label()) { <span class="gloss">{ gloss }</span> }
            </span>
            <span class="field-value mono">{ say_field(language, field) }</span>
            if let Some(problem) = &field.problem { <span class="problem">{ say_problem(language, problem) }</span> }
        </div>
    }
}

/// Whether a field is a part of one before it that spans several.
fn inside_group(layer: &Layer, index: usize) -> bool {
    let Some(field) = layer.fields.get(index) else { return false };
    let end = field.bit_offset.saturating_add(field.bits);
    layer.fields.iter().take(index).any(|group| {
        group.spec.group
            && group.bit_offset <= field.bit_offset
            && end <= group.bit_offset.saturating_add(group.bits)
    })
}

fn row_id(id: FieldId) -> String {
    format!("field-{}-{}", id.layer, id.field)
}
