//! The tools: what can be added, done with what is selected, and where one looks.

use yew::prelude::*;

use super::{PartProps, canvas::PANE, hand::CLOSER, tell};
use crate::{
    editor::{Act, Edit},
    platform,
    settings::{use_language, use_messages},
    views::topology::{Kind, icon},
};

/// Buttons in groups.
#[component]
pub(super) fn Toolbar(props: &PartProps) -> Html {
    let messages = use_messages().editor;
    let language = use_language().value;
    let editor = &props.editor;
    let pane = || platform::size_of(PANE);
    let button = |does: &'static str, caption: &'static str, able: bool, act: fn() -> Act| {
        html! { <button type="button" data-do={does} disabled={!able} onclick={tell(editor, move |_: MouseEvent| act())}>{ caption }</button> }
    };
    let add = |kind: Kind| {
        let onclick = tell(editor, move |_: MouseEvent| Act::Add(kind, pane()));
        html! {
            <button key={kind.name()} type="button" data-add={kind.name()} {onclick}>
                <svg viewBox="-26 -22 52 44" width="26" height="22" aria-hidden="true" class="device">{ icon(kind) }</svg>
                { language.kind(kind) }
            </button>
        }
    };
    let (any, devices) = (!editor.selected.is_empty(), !editor.devices().is_empty());
    html! {
        <div class="toolbar">
            <div class="tools" role="group" aria-label={messages.add}>
                for kind in Kind::ALL { { add(kind) } }
                <button
                    type="button" data-do="cable" aria-pressed={editor.cabling.is_some().to_string()}
                    disabled={editor.cabling.is_none() && editor.only().is_none_or(|name| editor.draft.device(name).is_none())}
                    onclick={tell(editor, |_: MouseEvent| Act::Cable)}
                >{ messages.cable }</button>
            </div>
            <div class="tools" role="group" aria-label={messages.change}>
                { button("undo", messages.undo, editor.can_undo(), || Act::Undo) }
                { button("redo", messages.redo, editor.can_redo(), || Act::Redo) }
                { button("copy", messages.copy, devices, || Act::Copy) }
                { button("paste", messages.paste, editor.clip != Default::default(), || Act::Paste) }
                { button("delete", messages.delete, any, || Act::Delete) }
                { button("tidy", messages.tidy, true, || Act::Edit(Edit::Tidy)) }
            </div>
            <div class="tools" role="group" aria-label={messages.look}>
                { button("closer", messages.closer, true, || Act::Zoom(CLOSER, platform::size_of(PANE))) }
                { button("farther", messages.farther, true, || Act::Zoom(1.0 / CLOSER, platform::size_of(PANE))) }
                { button("fit", messages.fit, true, || Act::Fit(platform::size_of(PANE))) }
            </div>
        </div>
    }
}
