//! What happens in the network: who pings whom, and what else the scenario says.

use toml::{Table, Value};
use yew::prelude::*;

use super::{PartProps, on_press};
use crate::{
    controls::Select,
    editor::{Device, Edit},
    i18n::{Language, fill},
    settings::{use_language, use_messages},
    views::topology::Kind,
};

/// A list, each line to be taken out, and a ping to be put in.
#[component]
pub(super) fn Actions(props: &PartProps) -> Html {
    let messages = use_messages().editor;
    let language = use_language().value;
    let editor = &props.editor;
    let chosen = use_state_eq(|| [AttrValue::default(), AttrValue::default()]);
    let hosts: Vec<&str> =
        editor.draft.devices.iter().filter(|device| device.kind == Kind::Host).map(Device::name).collect();
    let pick = |side: usize| {
        let first = hosts.get(side).copied().unwrap_or_default();
        let own = chosen.get(side).filter(|name| hosts.contains(&name.as_str()));
        own.cloned().unwrap_or_else(|| AttrValue::from(first.to_owned()))
    };
    let choose = |side: usize| {
        let chosen = chosen.clone();
        Callback::from(move |name: AttrValue| {
            let mut next = (*chosen).clone();
            if let Some(one) = next.get_mut(side) {
                *one = name;
            }
            chosen.set(next);
        })
    };
    let options: Vec<(AttrValue, AttrValue)> =
        hosts.iter().map(|name| ((*name).to_owned().into(), language.node(name).to_owned().into())).collect();
    let (from, to) = (pick(0), pick(1));
    let ping = Edit::Ping { from: from.to_string(), to: to.to_string() };
    html! {
        <section class="editor-actions" aria-labelledby="actions-title">
            <h3 id="actions-title">{ messages.happens }</h3>
            <ol>
                for (number, action) in editor.draft.actions().enumerate() {
                    // It has no name; its number is what tells it from its like.
                    <li key={format!("{number} {action}")}>
                        <code>{ line(action, language) }</code>{ " " }
                        <button
                            type="button" class="quiet" aria-label={format!("{}: {}", messages.delete, line(action, language))}
                            onclick={on_press(editor, Edit::Undo(number))}
                        >{ messages.delete }</button>
                    </li>
                }
            </ol>
            if hosts.len() > 1 {
                <div class="ping">
                    <Select label={messages.ping_from} name="ping-from" options={options.clone()} value={from.clone()} onchange={choose(0)} />
                    <Select label={messages.ping_to} name="ping-to" {options} value={to.clone()} onchange={choose(1)} />
                    <button type="button" data-do="ping" disabled={from == to} onclick={on_press(editor, ping)}>{ messages.ping }</button>
                </div>
            } else {
                <p class="hint">{ messages.two_hosts }</p>
            }
        </section>
    }
}

/// When, who, what: in the words of the file.
fn line(action: &Table, language: Language) -> String {
    let text = |key: &str| action.get(key).and_then(Value::as_str).unwrap_or_default();
    let at = action.get("at_ms").and_then(Value::as_integer).unwrap_or(0);
    let when = fill(language.catalogue().editor.at_ms, &[("n", &at)]);
    let who = [text("host"), text("link")].join("");
    let mut line = format!("{when} {}: {}", language.node(&who), text("do"));
    if !text("to").is_empty() {
        line.push_str(" → ");
        line.push_str(language.node(text("to")));
    }
    line
}
