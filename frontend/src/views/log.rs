//! What happened at the present instant, and why: state changes with the RFC's section, reasons of frames, notes.

use firsthop_protocol::trace::{Event, EventKind, Fate, Summaries, Time};
use yew::prelude::*;

use crate::{
    i18n::{Language, fill},
    settings::{use_language, use_messages},
    views::{MOST_SHOWN, SharedTrace},
};

/// What is explained.
#[derive(Properties, PartialEq, Clone)]
pub struct LogProps {
    /// The trace.
    pub trace: SharedTrace,
    /// Up to which instant.
    pub now: Time,
    /// How many of the newest events.
    #[prop_or(MOST_SHOWN)]
    pub most: usize,
}

/// The newest events in words, the newest last; announced as they come.
#[component]
pub fn Log(props: &LogProps) -> Html {
    let messages = use_messages().log;
    let language = use_language().value;
    let lines = use_memo((props.trace.clone(), language), |(trace, language)| lines(trace, *language));
    let shown = lines.partition_point(|line| line.time <= props.now);
    let newest: Vec<_> = lines.iter().take(shown).skip(shown.saturating_sub(props.most)).cloned().collect();
    // The newest is at the end: as it comes, it is in sight.
    let list = use_node_ref();
    use_effect_with((list.clone(), newest.len(), props.now), |(list, ..)| {
        if let Some(list) = list.cast::<web_sys::Element>() {
            list.set_scroll_top(list.scroll_height());
        }
    });
    html! {
        <div ref={list} class="log-scroll" tabindex="0" role="log" aria-label={messages.title}><ol class="log">
            for line in newest {
                <li
                    key={line.event} data-node={line.machine} data-rfc={line.section}
                    class={classes!((line.time == props.now).then_some("present"))}
                >
                    <span class="time">{ line.time.to_string() }</span>{ " " }
                    <b>{ line.node }</b>{ " " }{ line.text }
                    if !line.rfc.is_empty() { { " " }<cite>{ line.rfc }</cite> }
                </li>
            }
        </ol></div>
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Line {
    event: usize,
    time: Time,
    /// The machine and the RFC's section as the trace has them.
    machine: String,
    section: String,
    node: String,
    text: String,
    rfc: String,
}

fn lines(trace: &SharedTrace, language: Language) -> Vec<Line> {
    let mut summaries = Summaries::new();
    trace
        .events()
        .iter()
        .enumerate()
        .filter_map(|(index, event)| line(index, event, language, &mut summaries))
        .collect()
}

fn line(index: usize, event: &Event, language: Language, summaries: &mut Summaries) -> Option<Line> {
    let messages = language.catalogue().log;
    let (node, text, rfc) = match &event.kind {
        EventKind::State(change) => {
            let went = fill(messages.state, &[("from", &change.from), ("to", &change.to)]);
            (
                change.node.clone(),
                language.close_up(format!("{went} {}", language.say(&change.why))),
                change.rfc.clone(),
            )
        }
        EventKind::Frame(frame) => {
            let summary = summaries.next(frame);
            let what = format!("{} {}", summary.protocol.to_uppercase(), language.summary(&summary.info));
            let mut text = fill(messages.sends, &[("what", &what)]);
            let lost = match &frame.fate {
                Fate::Lost { why, .. } | Fate::Dropped { why, .. } => Some(why),
                Fate::Delivered { .. } => None,
            };
            for reason in frame.note.iter().chain(lost) {
                text.push(' ');
                text.push_str(&language.say(reason));
            }
            (frame.from.clone(), language.close_up(text), String::new())
        }
        EventKind::Call(call) => {
            let result = call.result.as_ref().map_or_else(|error| error.errno.clone(), Clone::clone);
            (call.node.clone(), format!("{}() = {result}", call.name), String::new())
        }
        EventKind::Note { node, text } => {
            (node.clone().unwrap_or_default(), language.say(text), String::new())
        }
        EventKind::Table(_) => return None,
    };
    Some(Line {
        event: index,
        time: event.time,
        node: language.node(&node).to_owned(),
        text,
        rfc: language.section(&rfc).into_owned(),
        machine: node,
        section: rfc,
    })
}
