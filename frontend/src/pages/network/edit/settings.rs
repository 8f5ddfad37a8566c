//! The settings of what is selected.

use toml::{Table, Value};
use web_sys::SubmitEvent;
use yew::prelude::*;

use super::{Handle, PartProps};
use crate::{
    controls::TextField,
    editor::{Act, Edit},
    settings::{use_language, use_messages},
    views::topology::Kind,
};

/// The settings that have a field of their own; all others are in the text of the network.
const fn fields(kind: Option<Kind>) -> &'static [&'static str] {
    match kind {
        Some(Kind::Host) => &["address", "gateway"],
        Some(Kind::Router) => &[],
        Some(Kind::Switch) => &["ports", "table", "ageing_s"],
        Some(Kind::Hub) => &["ports", "kbps"],
        Some(Kind::Cloud) => &["delay_ms", "loss_ppm"],
        None => &["delay_ms", "bandwidth_kbps", "loss_ppm"],
    }
}

/// A form for the one thing that is selected.
#[component]
pub(super) fn Settings(props: &PartProps) -> Html {
    let messages = use_messages().editor;
    let editor = &props.editor;
    let found = editor.only().and_then(|name| {
        let device = editor.draft.device(name).map(|device| (Some(device.kind), device.settings.clone()));
        device
            .or_else(|| Some((None, editor.draft.link(name)?.clone())))
            .map(|found| (name.to_owned(), found))
    });
    html! {
        <aside class="editor-settings" aria-label={messages.settings}>
            if let Some((name, (kind, settings))) = found {
                <Form key={name.clone()} editor={editor.clone()} name={name.clone()} {kind} {settings} />
            } else {
                <p class="hint">{ messages.nothing_selected }</p>
            }
        </aside>
    }
}

#[derive(Properties, PartialEq)]
struct FormProps {
    editor: Handle,
    name: String,
    kind: Option<Kind>,
    settings: Table,
}

#[component]
fn Form(props: &FormProps) -> Html {
    let messages = use_messages().editor;
    let language = use_language().value;
    let keys = fields(props.kind);
    // What is typed, the name first; what is set elsewhere meanwhile takes its place.
    let typed = use_state_eq(Vec::<AttrValue>::new);
    use_effect_with((props.name.clone(), props.settings.clone()), {
        let typed = typed.setter();
        move |(name, settings): &(String, Table)| {
            let set = keys.iter().map(|key| AttrValue::from(shown(settings.get(*key))));
            typed.set([AttrValue::from(name.clone())].into_iter().chain(set).collect());
        }
    });
    let onsubmit = {
        let (editor, typed) = (props.editor.dispatcher(), typed.clone());
        let (name, old) = (props.name.clone(), props.settings.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let settings = set(&old, keys, typed.get(1..).unwrap_or_default());
            if settings != old {
                editor.dispatch(Act::Edit(Edit::Configure { name: name.clone(), settings }));
            }
            if let Some(to) = typed.first() {
                editor.dispatch(Act::Edit(Edit::Rename { from: name.clone(), to: to.trim().to_owned() }));
            }
        })
    };
    let oninput = |at: usize| {
        let typed = typed.clone();
        Callback::from(move |text: AttrValue| {
            let mut next = (*typed).clone();
            if let Some(field) = next.get_mut(at) {
                *field = text;
            }
            typed.set(next);
        })
    };
    let value = |at: usize| typed.get(at).cloned().unwrap_or_default();
    html! {
        <form {onsubmit}>
            <h3>{ props.kind.map_or(messages.cable, |kind| language.kind(kind)) }</h3>
            <TextField id="device-name" label={messages.name} value={value(0)} oninput={oninput(0)} />
            for (number, key) in keys.iter().enumerate() {
                <TextField
                    key={*key} id={format!("device-{key}")} label={language.setting(key)} mono=true value={value(number + 1)}
                    oninput={oninput(number + 1)}
                />
            }
            <button type="submit" data-do="apply">{ messages.apply }</button>
        </form>
    }
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// The settings with what was typed; an empty field is a setting left to be as usual.
fn set(old: &Table, keys: &[&str], typed: &[AttrValue]) -> Table {
    let mut settings = old.clone();
    for (key, text) in keys.iter().zip(typed) {
        let text = text.trim();
        if text.is_empty() {
            settings.remove(*key);
        } else {
            let number = text.parse::<i64>().map(Value::Integer);
            settings.insert((*key).to_owned(), number.unwrap_or_else(|_| Value::String(text.to_owned())));
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_set_and_what_is_empty_is_as_usual() {
        let old: Table = toml::from_str("name = \"A\"\naddress = \"10.0.0.1/24\"\nmtu = 9").unwrap();
        let new = set(&old, &["address", "gateway"], &["".into(), " 10.0.0.254 ".into()]);
        assert_eq!(new.to_string().replace('\n', " "), "name = \"A\" mtu = 9 gateway = \"10.0.0.254\" ");
        assert_eq!(set(&old, &["mtu"], &["1400".into()])["mtu"], Value::Integer(1400));
        for key in ["name", "mtu"] {
            assert!(!shown(old.get(key)).contains('"'), "shown without quotation marks");
        }
    }
}
