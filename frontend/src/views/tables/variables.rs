//! Variables down, machines across; what changed last is marked.

use firsthop_protocol::trace::{Event, Time};
use yew::prelude::*;

use super::{
    Row, TableViewProps, changes, fold, heading,
    relative::{Number, relative},
};
use crate::{
    i18n::{Language, catalogue, fill},
    settings::{use_language, use_messages},
};

/// The row of a machine's table that changed last. Of rows that are gone it is the last with more to it than its state:
/// a listener that goes after its connection has nothing to show.
fn newest<'a>(events: &'a [Event], node: &str, table: &str) -> Row<'a> {
    let rows = fold(events, node, table);
    let mut last = changes(events, node, table).rev().filter_map(|(_, change)| rows.get(change.key.as_str()));
    let Some(first) = last.next() else { return Row::default() };
    if first.gone.is_none() || first.cells.len() > 1 {
        return *first;
    }
    *last.find(|row| row.gone.is_none() || row.cells.len() > 1).unwrap_or(first)
}

/// What a cell shows, and below it the sequence number as it is on the wire.
#[derive(Debug, Clone, PartialEq)]
struct Shown<'a> {
    value: String,
    raw: Option<&'a str>,
}

fn shown<'a>(row: &Row<'a>, name: &str) -> Option<Shown<'a>> {
    let value = row.value(name)?;
    // Without a TCB, a connection is in the state that the RFC calls fictional (RFC 9293 §3.3.2).
    if row.gone.is_some() && name == "state" {
        return Some(Shown { value: "CLOSED".to_owned(), raw: None });
    }
    Some(match relative(name, |name| row.value(name)) {
        None => Shown { value: value.to_owned(), raw: None },
        Some(Number::Unset) => Shown { value: "–".to_owned(), raw: None },
        Some(Number::From(distance)) => Shown { value: distance.to_string(), raw: Some(value) },
    })
}

/// Variables down, machines across: for tables of one row a machine, such as a TCB.
#[component]
pub fn VariablesView(props: &TableViewProps) -> Html {
    let messages = use_messages().tables;
    let language = use_language().value;
    let events = props.trace.until(props.now);
    // What the tables were just before the present instant; what differs is new.
    let before = props.now.micros().checked_sub(1).map_or(&[][..], |micros| props.trace.until(Time(micros)));
    let columns: Vec<_> = props
        .nodes
        .iter()
        .map(|node| {
            let newest = |events| newest(events, node, &props.table);
            (node, newest(events), newest(before))
        })
        .collect();
    let mut names: Vec<&str> = Vec::new();
    for cell in columns.iter().flat_map(|(_, row, _)| row.cells.iter()) {
        if !names.contains(&cell.name.as_str()) {
            names.push(&cell.name);
        }
    }
    if names.is_empty() {
        return html! { <p class="hint">{ messages.empty }</p> };
    }
    let any_raw = names.iter().any(|name| columns.iter().any(|(_, row, _)| has_raw(row, name)));
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={props.title.clone()}>
            <table class="data variables">
                <caption>
                    { &props.title }
                    if any_raw { <span class="hint">{ messages.relative }</span> }
                </caption>
                <thead><tr>
                    <th scope="col">{ messages.variable }</th>
                    for (node, row, _) in &columns { <th key={node.as_str()} scope="col">{ machine(node, row, language, &messages) }</th> }
                </tr></thead>
                <tbody>
                    for name in names {
                        <tr key={name}>
                            <th scope="row">{ heading(name, language) }</th>
                            for (node, row, earlier) in &columns {
                                <td
                                    key={node.as_str()} data-cell={format!("{node} {name}")}
                                    class={classes!("mono", row.gone.map(|_| "gone"), (shown(row, name) != shown(earlier, name)).then_some("changed"))}
                                >
                                    { value(shown(row, name), language, &messages) }
                                </td>
                            }
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}

fn has_raw(row: &Row<'_>, name: &str) -> bool {
    shown(row, name).is_some_and(|shown| shown.raw.is_some())
}

/// Whose variables a column has, and since when they are only the last ones.
fn machine(node: &str, row: &Row<'_>, language: Language, messages: &catalogue::Tables) -> Html {
    html! {
        <>
            { language.node(node) }
            if let Some(time) = row.gone { <span class="deleted" data-deleted={node.to_owned()}>{ fill(messages.deleted, &[("time", &time)]) }</span> }
        </>
    }
}

fn value(shown: Option<Shown<'_>>, language: Language, messages: &catalogue::Tables) -> Html {
    let Some(Shown { value, raw }) = shown else { return html! { "–" } };
    html! {
        <>
            <span class="value">{ language.cell(&value).to_owned() }</span>
            if let Some(raw) = raw { { " " }<span class="raw">{ fill(messages.raw, &[("number", &raw)]) }</span> }
        </>
    }
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::trace::{Cell, EventKind, TableChange, Trace};

    use super::*;

    fn change(key: &str, row: Option<&[&str]>) -> EventKind {
        let cell = |value: &&str| {
            let (name, value) = value.split_once('=').unwrap();
            Cell { name: name.into(), value: value.into() }
        };
        EventKind::Table(TableChange {
            node: "a".into(),
            table: "tcb".into(),
            key: key.into(),
            row: row.map(|row| row.iter().map(cell).collect()),
            why: None,
        })
    }

    #[test]
    fn the_newest_row_stays_after_it_is_gone() {
        let mut trace = Trace::new();
        trace.push(Time(1), change("z: listener", Some(&["state=LISTEN"])));
        trace.push(Time(2), change("b: connection", Some(&["state=ESTABLISHED", "ISS=7", "SND.UNA=9"])));
        trace.push(Time(3), change("b: connection", None));
        trace.push(Time(4), change("z: listener", None));
        let at = |time| {
            let row = newest(trace.until(Time(time)), "a", "tcb");
            let of = |name| shown(&row, name).map(|shown| shown.value).unwrap_or_default();
            (of("state"), of("SND.UNA"), row.gone.map(Time::micros))
        };
        let row = |state: &str, una: &str, gone| (state.to_owned(), una.to_owned(), gone);
        assert_eq!(at(0), row("", "", None));
        assert_eq!(at(1), row("LISTEN", "", None));
        assert_eq!(at(2), row("ESTABLISHED", "2", None));
        assert_eq!(at(3), row("CLOSED", "2", Some(3)));
        assert_eq!(at(4), row("CLOSED", "2", Some(3)), "the connection, not the listener that went later");
    }

    #[test]
    fn a_listener_that_never_had_a_connection_is_shown_when_it_is_gone() {
        let mut trace = Trace::new();
        trace.push(Time(1), change("z: listener", Some(&["state=LISTEN"])));
        trace.push(Time(4), change("z: listener", None));
        let row = newest(trace.events(), "a", "tcb");
        assert_eq!((shown(&row, "state").unwrap().value.as_str(), row.gone), ("CLOSED", Some(Time(4))));
    }
}
