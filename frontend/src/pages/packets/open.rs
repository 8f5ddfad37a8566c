//! A capture file, chosen or dropped, and the packets in it.

use firsthop_protocol::{
    trace::{Fate, Frame, Summaries, Time, capture},
    wire::LinkType,
};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, File, HtmlInputElement};
use yew::prelude::*;

use crate::{i18n::fill, platform, settings::use_messages};

/// A capture larger than this does not belong into a page.
const MOST_BYTES: f64 = 64e6;
/// So many packets are listed.
const MOST_PACKETS: usize = 500;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) onpick: Callback<(LinkType, Vec<u8>)>,
}

/// A packet of the file, with a line about it.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    number: u64,
    link: LinkType,
    bytes: Vec<u8>,
    about: String,
}

/// What reading the file came to.
#[derive(Debug, Clone, Default, PartialEq)]
struct Opened {
    lines: Vec<Line>,
    all: usize,
    problem: String,
}

fn open(bytes: &[u8]) -> Opened {
    let capture = match capture::read(bytes) {
        Ok(capture) => capture,
        Err(error) => return Opened { problem: error.to_string(), ..Opened::default() },
    };
    let mut summaries = Summaries::new();
    let lines = capture.packets.iter().take(MOST_PACKETS).filter_map(|packet| {
        let link = packet.link()?;
        let frame = Frame {
            link: String::new(),
            from: String::new(),
            to: String::new(),
            link_type: link,
            bytes: packet.bytes.to_vec(),
            fate: Fate::Delivered { at: Time::ZERO },
            impairment: None,
            note: None,
        };
        let summary = summaries.next(&frame);
        let about = format!("{} {}", summary.protocol.to_uppercase(), summary.info);
        Some(Line { number: packet.number, link, bytes: frame.bytes, about })
    });
    let lines = lines.collect();
    let problem = capture.problem.map(|problem| problem.to_string()).unwrap_or_default();
    Opened { lines, all: capture.packets.len(), problem }
}

/// The input for a file, and the list of its packets.
#[component]
pub(super) fn OpenCapture(props: &Props) -> Html {
    let messages = use_messages().packets;
    let opened = use_state_eq(Opened::default);
    let over = use_state_eq(|| false);
    let read = {
        let (opened, onpick) = (opened.setter(), props.onpick.clone());
        Callback::from(move |file: Option<File>| {
            let Some(file) = file else { return };
            if file.size() > MOST_BYTES {
                opened
                    .set(Opened { problem: fill(messages.too_large, &[("most", &64)]), ..Opened::default() });
                return;
            }
            let (opened, onpick) = (opened.clone(), onpick.clone());
            spawn_local(async move {
                let result = open(&platform::read_file(&file).await);
                if let Some(first) = result.lines.first() {
                    onpick.emit((first.link, first.bytes.clone()));
                }
                opened.set(result);
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
            <label class="field">
                <span class="label">{ messages.open }</span>
                <input type="file" accept=".pcap,.pcapng,.cap" {onchange} />
            </label>
            <p class="error" aria-live="polite">{ &opened.problem }</p>
            if !opened.lines.is_empty() {
                <p class="hint">{ fill(messages.listed, &[("shown", &opened.lines.len()), ("all", &opened.all)]) }</p>
                <ol class="capture" tabindex="0" aria-label={messages.packets}>
                    for line in &opened.lines {
                        <li key={line.number}>
                            <button type="button" class="quiet" onclick={pick(&props.onpick, line)}>
                                { line.number }{ " " }{ &line.about }
                            </button>
                        </li>
                    }
                </ol>
            }
        </div>
    }
}

fn pick(onpick: &Callback<(LinkType, Vec<u8>)>, line: &Line) -> Callback<MouseEvent> {
    let (link, bytes) = (line.link, line.bytes.clone());
    onpick.reform(move |_: MouseEvent| (link, bytes.clone()))
}
