//! A trace as a file: pcapng for Wireshark, JSON, SVG of the ladder.

use firsthop_protocol::trace::pcapng;
use yew::prelude::*;

use crate::{
    i18n::Language,
    platform,
    settings::{use_language, use_messages},
    views::{SharedTrace, ladder},
};

/// What is exported.
#[derive(Properties, PartialEq, Clone)]
pub struct ExportProps {
    /// The trace.
    pub trace: SharedTrace,
    /// The machines, in the order of their lifelines.
    #[prop_or_default]
    pub nodes: Vec<String>,
    /// The files' name, without an extension.
    pub name: AttrValue,
}

/// A button for each kind of file.
#[component]
pub fn Export(props: &ExportProps) -> Html {
    let messages = use_messages().export;
    let language = use_language().value;
    let save = |extension: &'static str, mime: &'static str, bytes: fn(&ExportProps, Language) -> Vec<u8>| {
        let props = props.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            platform::download(&format!("{}.{extension}", props.name), mime, &bytes(&props, language));
        });
        html! { <button type="button" data-save={extension} {onclick}>{ extension }</button> }
    };
    html! {
        <div class="export" role="group" aria-label={messages.title}>
            <span class="label">{ messages.title }</span>
            { save("pcapng", "application/x-pcapng", |props, _| pcapng::write(&props.trace, &pcapng::Options::default())) }
            { save("json", "application/json", |props, _| serde_json::to_vec_pretty(&*props.trace).unwrap_or_default()) }
            { save("svg", "image/svg+xml", |props, language| ladder::to_svg(&props.trace, &props.nodes, language).into_bytes()) }
        </div>
    }
}
