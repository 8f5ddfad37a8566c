//! The packets of a capture file: filtered, chosen from, saved.

use std::rc::Rc;

use firsthop_protocol::trace::filter::Filter;
use yew::prelude::*;

use super::capture::{self, Line, Opened, Picked};
use crate::{
    controls::TextField,
    i18n::{Explain, fill},
    settings::{use_language, use_messages},
    views::export::{Kind, SaveAs},
};

/// So many packets are listed.
const MOST: usize = 500;

#[derive(Properties)]
pub(super) struct Props {
    pub(super) opened: Rc<Opened>,
    pub(super) onpick: Callback<Picked>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.opened, &other.opened) && self.onpick == other.onpick
    }
}

/// A filter, the packets it lets through, and a way to save them.
#[component]
pub(super) fn Listing(props: &Props) -> Html {
    let messages = use_messages().packets;
    let language = use_language().value;
    let typed = use_state_eq(AttrValue::default);
    // While a filter is half typed, the last one that made sense stays.
    let filter = use_state_eq(|| "".parse::<Filter>().ok());
    let error = typed.parse::<Filter>().err().map(|error| error.explain(language)).unwrap_or_default();
    let oninput = {
        let (typed, filter) = (typed.setter(), filter.setter());
        Callback::from(move |text: AttrValue| {
            if let Ok(parsed) = text.parse() {
                filter.set(Some(parsed));
            }
            typed.set(text);
        })
    };
    let opened = &props.opened;
    let chosen: Vec<&Line> = opened
        .lines
        .iter()
        .filter(|line| filter.as_ref().is_none_or(|filter| filter.matches(&line.event)))
        .collect();
    let save = {
        let (opened, filter) = (Rc::clone(opened), (*filter).clone());
        Callback::from(move |kind: Kind| {
            let all = opened.lines.iter().map(|line| &line.event);
            let events: Vec<_> = all
                .filter(|event| filter.as_ref().is_none_or(|filter| filter.matches(event)))
                .cloned()
                .collect();
            capture::save(&events, opened.epoch, "packets", kind, language);
        })
    };
    let shown = chosen.len().min(MOST);
    html! {
        <div class="listing">
            <TextField id="filter" label={messages.filter} hint={messages.filter_hint} {error} mono=true value={(*typed).clone()} {oninput} />
            <div class="listing-foot">
                <p class="hint" role="status">{ fill(messages.listed, &[("shown", &shown), ("all", &opened.lines.len())]) }</p>
                <SaveAs disabled={chosen.is_empty()} onsave={save} />
            </div>
            <ol class="capture" tabindex="0" aria-label={messages.packets}>
                for line in chosen.iter().take(MOST) {
                    <li key={line.number}>
                        <button type="button" class="quiet" onclick={pick(&props.onpick, opened, line.number)}>
                            { line.number }{ " " }{ &line.about }
                        </button>
                    </li>
                }
            </ol>
        </div>
    }
}

fn pick(onpick: &Callback<Picked>, opened: &Rc<Opened>, number: u64) -> Callback<MouseEvent> {
    let (onpick, opened) = (onpick.clone(), Rc::clone(opened));
    Callback::from(move |_: MouseEvent| {
        if let Some(packet) = opened.lines.iter().find(|line| line.number == number).and_then(Line::packet) {
            onpick.emit(packet);
        }
    })
}
