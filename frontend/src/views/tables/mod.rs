//! A machine's tables at an instant, folded from the changes in the trace. A row that is gone is still shown, as it was
//! last, and since when it is gone: a learner looks at the tables when everything is over.

mod relative;
mod variables;

use std::collections::BTreeMap;

use firsthop_protocol::trace::{Cell, Event, EventKind, TableChange, Time};
use yew::prelude::*;

pub use self::variables::VariablesView;
use crate::{
    i18n::{Language, fill},
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

/// A row as it is, or as it was before it went.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Row<'a> {
    cells: &'a [Cell],
    /// Since when it is no longer there.
    gone: Option<Time>,
}

impl<'a> Row<'a> {
    fn value(&self, name: &str) -> Option<&'a str> {
        self.cells.iter().find(|cell| cell.name == name).map(|cell| cell.value.as_str())
    }
}

/// The changes of a machine's table.
fn changes<'a>(
    events: &'a [Event],
    node: &str,
    table: &str,
) -> impl DoubleEndedIterator<Item = (Time, &'a TableChange)> {
    events.iter().filter_map(move |event| match &event.kind {
        EventKind::Table(change) if change.node == node && change.table == table => {
            Some((event.time, change))
        }
        _ => None,
    })
}

/// The rows there are or were after these events, by key.
fn fold<'a>(events: &'a [Event], node: &str, table: &str) -> BTreeMap<&'a str, Row<'a>> {
    let mut rows: BTreeMap<&str, Row<'_>> = BTreeMap::new();
    for (time, change) in changes(events, node, table) {
        match &change.row {
            Some(cells) => {
                rows.insert(&change.key, Row { cells, gone: None });
            }
            None => {
                if let Some(row) = rows.get_mut(change.key.as_str()) {
                    row.gone.get_or_insert(time);
                }
            }
        }
    }
    rows
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

/// Rows down, columns across: for tables of many rows, such as a socket table.
#[component]
pub fn RowsView(props: &TableViewProps) -> Html {
    let messages = use_messages();
    let language = use_language().value;
    let events = props.trace.until(props.now);
    let rows: Vec<(&str, &str, Row<'_>)> = props
        .nodes
        .iter()
        .flat_map(|node| {
            fold(events, node, &props.table).into_iter().map(move |(key, row)| (node.as_str(), key, row))
        })
        .collect();
    let Some((_, _, first)) = rows.first() else {
        return html! { <p class="hint">{ messages.tables.empty }</p> };
    };
    let any_gone = rows.iter().any(|(_, _, row)| row.gone.is_some());
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={props.title.clone()}>
            <table class="data">
                <caption>{ &props.title }</caption>
                <thead><tr>
                    for cell in first.cells { <th key={cell.name.as_str()} scope="col">{ heading(&cell.name, language) }</th> }
                    if any_gone { <th scope="col">{ messages.tables.gone }</th> }
                </tr></thead>
                <tbody>
                    for (node, key, row) in &rows {
                        <tr key={format!("{node} {key}")} class={classes!(row.gone.map(|_| "gone"))}>
                            for cell in row.cells { <td key={cell.name.as_str()} class="mono">{ &cell.value }</td> }
                            if any_gone { <td>{ row.gone.map(|time| fill(messages.tables.since, &[("time", &time)])) }</td> }
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
        let at = |trace: &Trace, time| {
            fold(trace.until(Time(time)), "a", "arp")
                .into_iter()
                .map(|(key, row)| {
                    let gone = row.gone.map(|time| format!(" until {}", time.micros())).unwrap_or_default();
                    format!("{key}={}{gone}", row.value("MAC").unwrap())
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(at(&trace, 1), ["10.0.0.1=old"]);
        assert_eq!(at(&trace, 3), ["10.0.0.1=new", "10.0.0.2=other"]);
        assert_eq!(at(&trace, 4), ["10.0.0.1=new until 4", "10.0.0.2=other"]);
        trace.push(Time(5), change("10.0.0.1", Some("again")));
        let back = fold(trace.events(), "a", "arp").remove("10.0.0.1").unwrap();
        assert_eq!((back.value("MAC"), back.gone), (Some("again"), None));
        assert!(fold(trace.events(), "b", "arp").is_empty());
    }
}
