//! A capture file, chosen or dropped.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, File, HtmlInputElement};
use yew::prelude::*;

use super::{
    capture::{Line, MOST_BYTES, Opened, Picked, Wrong, open},
    listing::Listing,
};
use crate::{
    platform,
    settings::{use_language, use_messages},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) onpick: Callback<Picked>,
}

/// The input for a file, and the list of its packets.
#[component]
pub(super) fn OpenCapture(props: &Props) -> Html {
    let messages = use_messages().packets;
    let language = use_language().value;
    let opened = use_state(|| Rc::new(Opened::default()));
    let wrong = use_state_eq(|| None::<Wrong>);
    let over = use_state_eq(|| false);
    let name = use_state_eq(String::new);
    let read = {
        let (opened, wrong, onpick) = (opened.setter(), wrong.setter(), props.onpick.clone());
        let name = name.setter();
        Callback::from(move |file: Option<File>| {
            let Some(file) = file else { return };
            name.set(file.name());
            if file.size() > MOST_BYTES {
                opened.set(Rc::default());
                wrong.set(Some(Wrong::TooLarge));
                return;
            }
            let (opened, wrong, onpick) = (opened.clone(), wrong.clone(), onpick.clone());
            spawn_local(async move {
                let (result, problem) = open(&platform::read_file(&file).await);
                if let Some(first) = result.lines.first().and_then(Line::packet) {
                    onpick.emit(first);
                }
                opened.set(Rc::new(result));
                wrong.set(problem);
            });
        })
    };
    let onchange = read.reform(|event: Event| {
        event.target_unchecked_into::<HtmlInputElement>().files().and_then(|files| files.get(0))
    });
    let ondrop = {
        let over = over.setter();
        read.reform(move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0))
        })
    };
    let drag = |entered: bool| {
        let over = over.setter();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(entered);
        })
    };
    html! {
        <div class={classes!("drop", over.then_some("over"))} {ondrop} ondragover={drag(true)} ondragleave={drag(false)}>
            // The browser's own control speaks the browser's language: its input stays for the keyboard, unseen.
            <label class="field file">
                <span class="label">{ messages.open }</span>
                <input type="file" class="sr-only" accept=".pcap,.pcapng,.cap" {onchange} />
                <span class="file-chosen">
                    <span class="button">{ messages.choose_file }</span>
                    <span class="hint">{ if name.is_empty() { messages.no_file.to_owned() } else { (*name).clone() } }</span>
                </span>
            </label>
            <p class="error" aria-live="polite">{ wrong.as_ref().map(|wrong| wrong.say(language)).unwrap_or_default() }</p>
            if !opened.lines.is_empty() { <Listing opened={Rc::clone(&opened)} onpick={&props.onpick} /> }
        </div>
    }
}
