//! What differs between two traces of the same exchange, read from their own bytes.

use std::collections::BTreeMap;

use firsthop_protocol::{
    trace::{EventKind, Frame, Time, Trace},
    wire::{Layer, Protocol, Value, dissect},
};
use yew::prelude::*;

use crate::{
    i18n::{Language, wire::say_field},
    settings::{use_language, use_messages},
    views::SharedTrace,
};

/// What a trace says of its handshake.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Handshake {
    /// The initial sequence numbers of both sides.
    pub(super) isns: Vec<u64>,
    /// The options in each side's SYN, with the values that are offered.
    pub(super) options: Vec<String>,
    /// The windows that were offered.
    pub(super) windows: Vec<u64>,
    /// Microseconds from the first SYN to the third segment.
    pub(super) round_trip: Option<u64>,
    /// After how many microseconds what was lost was sent again, each time.
    pub(super) again: Vec<u64>,
    /// How many segments there were.
    pub(super) segments: usize,
    /// How many of them carried data.
    pub(super) with_data: usize,
}

impl Handshake {
    /// Reads a trace.
    pub(super) fn of(trace: &Trace, language: Language) -> Self {
        let mut found = Self::default();
        let (mut times, mut opened): (Vec<Time>, Vec<String>) = (Vec::new(), Vec::new());
        let mut sent = BTreeMap::new();
        for event in trace.events() {
            let EventKind::Frame(frame) = &event.kind else { continue };
            let Some(tcp) = tcp_of(frame) else { continue };
            found.segments += 1;
            times.push(event.time);
            let has_data = carries_data(frame);
            found.with_data += usize::from(has_data);
            // An ACK alone is never sent again: one that says the same says it anew.
            let flags = ["syn", "fin", "ack"].map(|flag| tcp.number(flag) == Some(1));
            if has_data || matches!(flags, [true, ..] | [_, true, _]) {
                let key = (frame.from.clone(), tcp.number("seq_raw"), flags, has_data);
                found.again.extend(sent.insert(key, event.time).map(|before| event.time.since(before)));
            }
            // A SYN sent again says nothing new.
            if tcp.number("syn") == Some(1) && !opened.contains(&frame.from) {
                opened.push(frame.from.clone());
                found.isns.extend(tcp.number("seq_raw"));
                found.windows.extend(tcp.number("window_size_value"));
                found.options.push(options(&tcp, language));
            }
        }
        found.round_trip = times.get(2).zip(times.first()).map(|(third, first)| third.since(*first));
        found
    }
}

fn tcp_of(frame: &Frame) -> Option<Layer> {
    let mut layers = dissect(frame.link_type, &frame.bytes).layers;
    let index = layers.iter().position(|layer| layer.protocol == Protocol::Tcp)?;
    Some(layers.swap_remove(index))
}

fn carries_data(frame: &Frame) -> bool {
    let layers = dissect(frame.link_type, &frame.bytes).layers;
    layers.iter().rposition(|layer| layer.protocol == Protocol::Tcp).is_some_and(|tcp| tcp + 1 < layers.len())
}

/// A header's options by name, padding left out, each with what it offers: `Maximum Segment Size 1460`. A timestamp offers
/// nothing: it is the time.
fn options(tcp: &Layer, language: Language) -> String {
    let mut options: Vec<String> = Vec::new();
    for field in &tcp.fields {
        match (field.label(), field.name(), &field.value) {
            ("Kind", _, Value::Number(0 | 1)) => {}
            ("Kind", ..) => {
                let name = say_field(language, field);
                options.push(name.split(" (").next().unwrap_or_default().to_owned());
            }
            (_, "mss_val" | "shift", Value::Number(value)) => {
                if let Some(option) = options.last_mut() {
                    option.push_str(&format!(" {value}"));
                }
            }
            _ => {}
        }
    }
    if options.is_empty() { "–".to_owned() } else { options.join(language.catalogue().packet_list.comma) }
}

#[derive(Properties, PartialEq)]
pub(super) struct ComparisonProps {
    pub(super) simulated: SharedTrace,
    pub(super) real: SharedTrace,
}

/// A table: simulated, for real, and why they may differ.
#[component]
pub(super) fn Comparison(props: &ComparisonProps) -> Html {
    let messages = use_messages().tcp;
    let language = use_language().value;
    let (simulated, real) = (Handshake::of(&props.simulated, language), Handshake::of(&props.real, language));
    let join = |numbers: &[u64]| numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let micros = |time: Option<u64>| time.map_or_else(|| "–".to_owned(), |micros| format!("{micros} µs"));
    let millis = |times: &[u64]| {
        let times: Vec<String> = times.iter().map(|micros| format!("{} ms", micros / 1000)).collect();
        if times.is_empty() { "–".to_owned() } else { times.join(", ") }
    };
    let rows = [
        ("isn", messages.row_isn, join(&simulated.isns), join(&real.isns), messages.why_isn),
        (
            "options",
            messages.row_options,
            simulated.options.join(" / "),
            real.options.join(" / "),
            messages.why_options,
        ),
        ("window", messages.row_window, join(&simulated.windows), join(&real.windows), messages.why_window),
        ("time", messages.row_time, micros(simulated.round_trip), micros(real.round_trip), messages.why_time),
        ("again", messages.row_again, millis(&simulated.again), millis(&real.again), messages.why_again),
        (
            "segments",
            messages.row_segments,
            format!("{} ({})", simulated.segments, simulated.with_data),
            format!("{} ({})", real.segments, real.with_data),
            messages.why_segments,
        ),
    ];
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={messages.differences}>
            <table class="data comparison">
                <caption>{ messages.differences }</caption>
                <thead><tr>
                    <td></td><th scope="col">{ messages.simulated }</th><th scope="col">{ messages.real }</th>
                    <th scope="col">{ messages.why }</th>
                </tr></thead>
                <tbody>
                    for (row, name, simulated, real, why) in rows {
                        <tr key={row} data-row={row} class={classes!((simulated != real).then_some("differs"))}>
                            <th scope="row">{ name }</th>
                            <td class="mono">{ simulated }</td>
                            <td class="mono">{ real }</td>
                            <td>{ why }</td>
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::tcp::{simulate, state::TcpState};

    #[test]
    fn options_are_compared_with_what_they_offer() {
        let said = |modern| {
            let trace = simulate(&TcpState { modern, ..TcpState::default() });
            Handshake::of(&trace, Language::English)
        };
        let (textbook, modern) = (said(false), said(true));
        assert_eq!(textbook.options, ["Maximum Segment Size 1460", "Maximum Segment Size 1460"]);
        for options in &modern.options {
            let parts: Vec<&str> = options.split(", ").collect();
            assert_eq!(parts.len(), 4, "{options}");
            assert!(parts.contains(&"Maximum Segment Size 1460"), "{options}");
            assert!(parts.iter().any(|part| part.starts_with("Window Scale 7")), "{options}");
        }
        // "As in the simulation", the page says of both.
        assert_eq!([textbook.windows, modern.windows], [[65_535; 2], [65_535; 2]]);
    }
}
