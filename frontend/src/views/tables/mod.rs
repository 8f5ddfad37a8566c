//! A machine's tables at an instant, folded from the changes in the trace; what changed last is marked.

use std::collections::BTreeMap;

use firsthop_protocol::trace::{Cell, Event, EventKind, Time};
use yew::prelude::*;

use crate::{
    i18n::Language,
    settings::{use_language, use_messages},
    views::SharedTrace,
};

/// Which table is shown.
#[derive(Properties, PartialEq, Clone)]
pub struct TableViewProps {
    /// The trace.
    pub trace: SharedTrace,
    /// Up to which instant.
    pub now: Time,
    /// The machines, side by side.
    pub nodes: Vec<String>,
    /// The table's name: `tcb`.
    pub table: AttrValue,
    /// What it is called.
    pub title: AttrValue,
}

/// The rows of one table of one machine: key to row.
type Rows<'a> = BTreeMap<&'a str, &'a [Cell]>;

/// The rows that are there after these events.
fn fold<'a>(events: &'a [Event], node: &str, table: &str) -> Rows<'a> {
    let mut rows = Rows::new();
    for event in events {
        if let EventKind::Table(change) = &event.kind
            && change.node == node
            && change.table == table
        {
            match &change.row {
                Some(row) => rows.insert(&change.key, row),
                None => rows.remove(change.key.as_str()),
            };
        }
    }
    rows
}

/// The row of a machine's table that changed last; none if it went.
fn newest<'a>(events: &'a [Event], node: &str, table: &str) -> &'a [Cell] {
    let row = |event: &'a Event| match &event.kind {
        EventKind::Table(change) if change.node == node && change.table == table => Some(&change.row),
        _ => None,
    };
    events.iter().rev().find_map(row).and_then(|row| row.as_deref()).unwrap_or_default()
}

/// Variables down, machines across: for tables of one row a machine, such as a TCB.
#[component]
pub fn VariablesView(props: &TableViewProps) -> Html {
    let messages = use_messages();
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
    for cell in columns.iter().flat_map(|(_, cells, _)| cells.iter()) {
        if !names.contains(&cell.name.as_str()) {
            names.push(&cell.name);
        }
    }
    if names.is_empty() {
        return html! { <p class="hint">{ messages.tables.empty }</p> };
    }
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={props.title.clone()}>
            <table class="data variables">
                <caption>{ &props.title }</caption>
                <thead><tr>
                    <th scope="col">{ messages.tables.variable }</th>
                    for node in &props.nodes { <th key={node.as_str()} scope="col">{ language.node(node) }</th> }
                </tr></thead>
                <tbody>
                    for name in names {
                        <tr key={name}>
                            <th scope="row">{ heading(name, language) }</th>
                            for (node, cells, earlier) in &columns {
                                <td key={node.as_str()} data-cell={format!("{node} {name}")} class={classes!("mono", (value(cells, name) != value(earlier, name)).then_some("changed"))}>
                                    { language.cell(value(cells, name).unwrap_or("–")).to_owned() }
                                </td>
                            }
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}

/// A column's or variable's name, with what it means.
fn heading(name: &str, language: Language) -> Html {
    let shown = language.column(name);
    let class = classes!((shown == name).then_some("mono"));
    html! {
        <><span {class}>{ shown }</span>
            if let Some(meaning) = language.meaning(name) { { " " }<span class="gloss">{ meaning }</span> }
        </>
    }
}

fn value<'a>(cells: &'a [Cell], name: &str) -> Option<&'a str> {
    cells.iter().find(|cell| cell.name == name).map(|cell| cell.value.as_str())
}

/// Rows down, columns across: for tables of many rows, such as a socket table.
#[component]
pub fn RowsView(props: &TableViewProps) -> Html {
    let messages = use_messages();
    let language = use_language().value;
    let events = props.trace.until(props.now);
    let rows: Vec<(&str, &str, &[Cell])> = props
        .nodes
        .iter()
        .flat_map(|node| {
            fold(events, node, &props.table).into_iter().map(move |(key, row)| (node.as_str(), key, row))
        })
        .collect();
    let Some((_, _, head)) = rows.first() else {
        return html! { <p class="hint">{ messages.tables.empty }</p> };
    };
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={props.title.clone()}>
            <table class="data">
                <caption>{ &props.title }</caption>
                <thead><tr>
                    for cell in head.iter() { <th key={cell.name.as_str()} scope="col">{ heading(&cell.name, language) }</th> }
                </tr></thead>
                <tbody>
                    for (node, key, row) in &rows {
                        <tr key={format!("{node} {key}")}>
                            for cell in row.iter() { <td key={cell.name.as_str()} class="mono">{ &cell.value }</td> }
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::trace::{TableChange, Trace};

    use super::*;

    #[test]
    fn the_newest_row_is_the_one_that_changed_last() {
        let mut trace = Trace::new();
        let change = |key: &str, row: Option<&str>| {
            EventKind::Table(TableChange {
                node: "a".into(),
                table: "tcb".into(),
                key: key.into(),
                row: row.map(|value| vec![Cell { name: "state".into(), value: value.into() }]),
                why: None,
            })
        };
        trace.push(Time(1), change("z: listener", Some("LISTEN")));
        trace.push(Time(2), change("b: connection", Some("ESTABLISHED")));
        trace.push(Time(3), change("b: connection", None));
        let at = |time| newest(trace.until(Time(time)), "a", "tcb").first().map_or("", |cell| &cell.value);
        assert_eq!([at(0), at(1), at(2), at(3)], ["", "LISTEN", "ESTABLISHED", ""]);
    }

    #[test]
    fn rows_come_change_and_go() {
        let mut trace = Trace::new();
        let change = |key: &str, row: Option<&str>| {
            EventKind::Table(TableChange {
                node: "a".into(),
                table: "arp".into(),
                key: key.into(),
                row: row.map(|value| vec![Cell { name: "MAC".into(), value: value.into() }]),
                why: None,
            })
        };
        trace.push(Time(1), change("10.0.0.1", Some("old")));
        trace.push(Time(2), change("10.0.0.1", Some("new")));
        trace.push(Time(3), change("10.0.0.2", Some("other")));
        trace.push(Time(4), change("10.0.0.1", None));
        let at = |time| {
            fold(trace.until(Time(time)), "a", "arp")
                .into_iter()
                .map(|(key, row)| format!("{key}={}", row[0].value))
                .collect::<Vec<_>>()
        };
        assert_eq!(at(1), ["10.0.0.1=old"]);
        assert_eq!(at(3), ["10.0.0.1=new", "10.0.0.2=other"]);
        assert_eq!(at(4), ["10.0.0.2=other"]);
        assert!(fold(trace.events(), "b", "arp").is_empty());
    }
}
