//! The drawing that is drawn on.

use yew::prelude::*;

use super::{PartProps, hand};
use crate::{
    editor::{Act, Device, Editor},
    i18n::{Language, fill},
    platform,
    settings::{use_language, use_messages},
    views::topology::{Cable, End, Topology, icon},
};

/// The pane's identifier.
pub(super) const PANE: &str = "editor-pane";

/// Devices and cables, under a pointer and the keyboard.
#[component]
pub(super) fn Canvas(props: &PartProps) -> Html {
    let messages = use_messages().editor;
    let language = use_language().value;
    let editor = &props.editor;
    let held = use_mut_ref(|| None::<hand::Held>);
    // Everything is in sight at first.
    use_effect_with((), {
        let editor = editor.dispatcher();
        move |()| editor.dispatch(Act::Fit(platform::size_of(PANE)))
    });
    let onpointerdown = {
        let (editor, held) = (editor.clone(), held.clone());
        Callback::from(move |event: PointerEvent| *held.borrow_mut() = hand::down(&editor, &event))
    };
    let onpointermove = {
        let (editor, held) = (editor.clone(), held.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some(held) = held.borrow_mut().as_mut() {
                hand::moved(&editor, held, &event);
            }
        })
    };
    let onpointerup = {
        let editor = editor.clone();
        Callback::from(move |_: PointerEvent| {
            if let Some(held) = held.borrow_mut().take() {
                hand::up(&editor, &held);
            }
        })
    };
    let onkeydown = {
        let editor = editor.clone();
        Callback::from(move |event: KeyboardEvent| {
            if hand::key(&editor, &event, platform::size_of(PANE)) {
                event.prevent_default();
            }
        })
    };
    let topology = use_memo(editor.draft.clone(), |draft| draft.topology());
    let view = editor.view;
    let moved = format!("scale({:.4}) translate({:.2} {:.2})", view.zoom, -view.x, -view.y);
    html! {
        <div
            id={PANE} class="editor-pane" role="application" tabindex="0" aria-label={messages.pane} aria-describedby="editor-keys"
            {onpointerdown} {onpointermove} onpointercancel={onpointerup.clone()} {onpointerup} {onkeydown}
        >
            <svg class="topology" width="100%" height="100%">
                <g transform={moved}>
                    for cable in &topology.cables { { draw_cable(editor, &topology, cable, language) } }
                    for (device, node) in editor.draft.devices.iter().zip(&topology.nodes) { { draw_device(editor, device, &node.addresses, language) } }
                </g>
            </svg>
            if editor.draft.devices.is_empty() { <p class="hint empty">{ messages.empty }</p> }
        </div>
    }
}

/// Where a device is seen: a dragged one where the pointer has it.
fn place(editor: &Editor, name: &str) -> (i32, i32) {
    let (x, y) = editor.draft.device(name).and_then(Device::at).unwrap_or_default();
    if editor.selected.contains(name) { (x + editor.dragged.0, y + editor.dragged.1) } else { (x, y) }
}

fn draw_cable(editor: &Editor, topology: &Topology, cable: &Cable, language: Language) -> Html {
    let name = |end: &End| topology.nodes.get(end.node).map_or("", |node| &node.name);
    let [first, second] = cable.ends.each_ref().map(name);
    let ((x1, y1), (x2, y2)) = (place(editor, first), place(editor, second));
    let selected = editor.selected.contains(&cable.name);
    let values: [(&str, &dyn std::fmt::Display); 3] =
        [("name", &cable.name), ("from", &language.node(first)), ("to", &language.node(second))];
    let line = |class: &'static str| {
        html! { <line {class} x1={x1.to_string()} y1={y1.to_string()} x2={x2.to_string()} y2={y2.to_string()} /> }
    };
    html! {
        <g
            key={format!("cable {}", cable.name)} class={classes!("edit-cable", selected.then_some("selected"))} role="button" tabindex="0"
            aria-pressed={selected.to_string()} aria-label={fill(language.catalogue().editor.cable_name, &values)} data-link={cable.name.clone()}
        >{ line("reach") }{ line("cable") }</g>
    }
}

fn draw_device(editor: &Editor, device: &Device, addresses: &[String], language: Language) -> Html {
    let name = device.name();
    let (x, y) = place(editor, name);
    let (selected, cabling) = (editor.selected.contains(name), editor.cabling.as_deref() == Some(name));
    let (kind, shown) = (language.kind(device.kind), language.node(name));
    html! {
        <g
            key={name.to_owned()} class={classes!("device", selected.then_some("selected"), cabling.then_some("cabling"))}
            transform={format!("translate({x} {y})")} role="button" tabindex="0" aria-pressed={selected.to_string()}
            aria-label={format!("{kind} {shown} {}", addresses.join(" "))} data-device={name.to_owned()}
        >
            <circle class="halo" r="28" />
            { icon(device.kind) }
            <text class="name" y="35">{ shown.to_owned() }</text>
            for (line, address) in addresses.iter().enumerate() {
                { " " }<text key={address.as_str()} class="address" y={(49 + line * 13).to_string()}>{ address }</text>
            }
        </g>
    }
}
