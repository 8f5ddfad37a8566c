//! The frames of a trace as a table: the same as the ladder, for those who read rather than look.

use firsthop_protocol::trace::{EventKind, Fate, Impairment, Summaries, Time};
use yew::prelude::*;

use crate::{
    i18n::{Catalogue, Language, fill},
    settings::{use_language, use_messages},
    views::{MOST_SHOWN, SharedTrace},
};

/// What the list shows.
#[derive(Properties, PartialEq, Clone)]
pub struct PacketListProps {
    /// The trace.
    pub trace: SharedTrace,
    /// Up to which instant.
    pub now: Time,
    /// The event that is selected.
    #[prop_or_default]
    pub selected: Option<usize>,
    /// A wish to select another.
    #[prop_or_default]
    pub onselect: Callback<usize>,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    event: usize,
    number: usize,
    time: Time,
    way: String,
    protocol: &'static str,
    info: String,
    fate: String,
    well: bool,
}

/// A row for each frame, with what became of it.
#[component]
pub fn PacketList(props: &PacketListProps) -> Html {
    let messages = use_messages();
    let language = use_language().value;
    let rows = use_memo((props.trace.clone(), language), |(trace, language)| rows(trace, *language));
    let columns = messages.packet_list;
    let until = rows.partition_point(|row| row.time <= props.now);
    let earlier = until.saturating_sub(MOST_SHOWN);
    html! {
        <>
        if earlier > 0 { <p class="hint">{ fill(messages.ladder.earlier, &[("n", &earlier)]) }</p> }
        <div class="scroll" tabindex="0" role="region" aria-label={columns.title}>
            <table class="data packets">
                <caption class="sr-only">{ columns.title }</caption>
                <thead><tr>
                    <th scope="col">{ columns.number }</th><th scope="col">{ columns.time }</th><th scope="col">{ columns.way }</th>
                    <th scope="col">{ columns.protocol }</th><th scope="col">{ columns.info }</th><th scope="col">{ columns.fate }</th>
                </tr></thead>
                <tbody>
                    for row in rows.iter().take(until).skip(earlier) {
                        <tr key={row.event} data-number={row.number.to_string()} class={classes!((props.selected == Some(row.event)).then_some("selected"))}>
                            <td><button
                                type="button" class="quiet" aria-pressed={(props.selected == Some(row.event)).to_string()}
                                onclick={select(&props.onselect, row.event)}
                            >{ row.number }</button></td>
                            <td>{ row.time.to_string() }</td>
                            <td>{ &row.way }</td>
                            <td><span class={format!("protocol of-{}", row.protocol)}>{ row.protocol.to_uppercase() }</span></td>
                            <td class="mono">{ &row.info }</td>
                            <td class={classes!((!row.well).then_some("bad"))}>{ &row.fate }</td>
                        </tr>
                    }
                </tbody>
            </table>
        </div>
        </>
    }
}

fn select(onselect: &Callback<usize>, event: usize) -> Callback<MouseEvent> {
    onselect.reform(move |_: MouseEvent| event)
}

fn rows(trace: &SharedTrace, language: Language) -> Vec<Row> {
    let messages = language.catalogue();
    let mut summaries = Summaries::new();
    let frames = trace.events().iter().enumerate().filter_map(|(index, event)| match &event.kind {
        EventKind::Frame(frame) => Some((index, event.time, frame)),
        _ => None,
    });
    frames
        .enumerate()
        .map(|(count, (event, time, frame))| {
            let summary = summaries.next(frame);
            let (mut fate, well) = match &frame.fate {
                Fate::Delivered { .. } => (messages.packet_list.delivered.to_owned(), true),
                Fate::Lost { why, .. } | Fate::Dropped { why, .. } => (language.say(why), false),
            };
            if let Some(impairment) = frame.impairment {
                fate.push_str(messages.packet_list.comma);
                fate.push_str(impairment_name(impairment, messages));
            }
            Row {
                event,
                number: count + 1,
                time,
                way: format!("{} → {}", language.node(&frame.from), language.node(&frame.to)),
                protocol: summary.protocol,
                info: language.summary(&summary.info).into_owned(),
                fate,
                well,
            }
        })
        .collect()
}

fn impairment_name(impairment: Impairment, messages: &Catalogue) -> &'static str {
    match impairment {
        Impairment::Duplicate => messages.packet_list.duplicate,
        Impairment::Reordered => messages.packet_list.reordered,
        Impairment::Delayed { .. } => messages.packet_list.delayed,
        Impairment::Corrupted { .. } => messages.packet_list.corrupted,
    }
}
