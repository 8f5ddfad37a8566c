//! Where a network is kept: in this browser, in a file, in a link; and its text, for what has no field.

use std::rc::Rc;

use firsthop_protocol::sim::Scenario;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Handle, tell};
use crate::{
    controls::{CopyButton, TextArea},
    editor::{Act, Draft, Edit, to_link},
    i18n::Explain,
    platform,
    settings::{use_language, use_messages},
};

/// What is kept in the browser.
const KEPT: &str = "firsthop.network";
/// A file is opened as text; no network is longer.
const MOST_BYTES: f64 = 1_048_576.0;

#[derive(Properties, PartialEq)]
pub(super) struct FilesProps {
    pub(super) editor: Handle,
    pub(super) source: Rc<String>,
}

/// Save and open.
#[component]
pub(super) fn Files(props: &FilesProps) -> Html {
    let messages = use_messages().editor;
    let language = use_language().value;
    let (editor, source) = (&props.editor, &props.source);
    let said = use_state_eq(|| None::<String>);
    let open = {
        let (editor, said) = (editor.dispatcher(), said.setter());
        Callback::from(move |text: String| match Draft::read(&text) {
            Ok(draft) => {
                said.set(None);
                editor.dispatch(Act::Edit(Edit::Replace(draft.placed().named())));
                editor.dispatch(Act::Fit(platform::size_of(super::canvas::PANE)));
            }
            // The simulator says it better, in both languages.
            Err(error) => said.set(Some(match Scenario::parse(&text) {
                Err(better) => better.explain(language),
                Ok(_) => error.to_string(),
            })),
        })
    };
    let keep = {
        let (source, said) = (Rc::clone(source), said.setter());
        Callback::from(move |_: MouseEvent| {
            platform::store(KEPT, &source);
            said.set(Some(messages.kept.to_owned()));
        })
    };
    let fetch = {
        let (open, said) = (open.clone(), said.setter());
        Callback::from(move |_: MouseEvent| match platform::stored(KEPT) {
            Some(text) => open.emit(text),
            None => said.set(Some(messages.nothing_kept.to_owned())),
        })
    };
    let save = {
        let source = Rc::clone(source);
        Callback::from(move |_: MouseEvent| {
            platform::download("network.toml", "application/toml", source.as_bytes());
        })
    };
    let onfile = {
        let open = open.clone();
        Callback::from(move |event: Event| {
            let input = event.target_unchecked_into::<HtmlInputElement>();
            let file = input.files().and_then(|files| files.get(0)).filter(|file| file.size() <= MOST_BYTES);
            let Some(file) = file else { return };
            let open = open.clone();
            spawn_local(async move {
                open.emit(String::from_utf8_lossy(&platform::read_file(&file).await).into_owned());
            });
        })
    };
    let link = format!("{}?edit=true&draft={}", platform::page_address(), to_link(source));
    html! {
        <section class="editor-files" aria-labelledby="files-title">
            <h3 id="files-title">{ messages.files }</h3>
            <div class="tools">
                <button type="button" data-do="keep" onclick={keep}>{ messages.keep }</button>
                <button type="button" data-do="fetch" onclick={fetch}>{ messages.fetch }</button>
                <button type="button" data-do="save" onclick={save}>{ messages.save_file }</button>
                <label class="file">
                    <input type="file" class="sr-only" accept=".toml,text/plain" onchange={onfile} />
                    <span class="button">{ messages.open_file }</span>
                </label>
                <button type="button" data-do="clear" onclick={tell(editor, |_: MouseEvent| Act::Edit(Edit::Replace(Draft::default())))}>{ messages.clear }</button>
                <span>{ messages.link }{ " " }<CopyButton text={link} what={messages.link} /></span>
            </div>
            <p class="said-now" role="status">{ said.as_deref().unwrap_or_default() }</p>
            <Source source={Rc::clone(source)} {open} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct SourceProps {
    source: Rc<String>,
    open: Callback<String>,
}

/// The text of the network, to be read and written.
#[component]
fn Source(props: &SourceProps) -> Html {
    let messages = use_messages().editor;
    let typed = use_state_eq(|| None::<AttrValue>);
    use_effect_with(Rc::clone(&props.source), {
        let typed = typed.setter();
        move |_| typed.set(None)
    });
    let oninput = {
        let typed = typed.setter();
        Callback::from(move |text: AttrValue| typed.set(Some(text)))
    };
    let value = typed.as_ref().cloned().unwrap_or_else(|| AttrValue::from((*props.source).clone()));
    let onclick = {
        let value = value.clone();
        props.open.reform(move |_: MouseEvent| value.to_string())
    };
    html! {
        <details class="more">
            <summary>{ messages.source }</summary>
            <TextArea id="source" label={messages.source_label} hint={messages.source_hint} mono=true rows={16} {value} {oninput} />
            <button type="button" data-do="take" disabled={typed.is_none()} {onclick}>{ messages.apply }</button>
        </details>
    }
}
