//! What the machines tell whoever watches them.

use std::fmt::Display;

use crate::trace::{Cell, Cited, EventKind, TableChange, Text};

/// Something that happened in a machine. What is told of a message that goes out is told by the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A row of a table appeared, changed or went.
    Row {
        /// Which table: `dns-cache`, or `dns-queries` for what is asked and not answered yet.
        table: &'static str,
        /// Which row.
        key: String,
        /// As it is now, or none when it went.
        row: Option<Vec<Cell>>,
        /// The cause.
        why: Text,
        /// The section that orders it.
        rfc: &'static str,
    },
    /// A decision, or a message that changed nothing.
    Note {
        /// Which and why.
        why: Text,
        /// The section that orders it.
        rfc: &'static str,
    },
}

impl Event {
    /// A note.
    pub(super) fn note(message: Cited, args: &[(&str, &dyn Display)]) -> Self {
        Self::Note { why: message.text(args), rfc: message.rfc }
    }

    /// A change of a table.
    pub(super) fn row(
        table: &'static str,
        key: String,
        row: Option<Vec<Cell>>,
        message: Cited,
        args: &[(&str, &dyn Display)],
    ) -> Self {
        Self::Row { table, key, row, why: message.text(args), rfc: message.rfc }
    }

    /// The event as a trace shows it: `node` is the machine.
    pub fn to_trace(&self, node: &str) -> EventKind {
        match self {
            Self::Row { table, key, row, why, .. } => EventKind::Table(TableChange {
                node: node.to_owned(),
                table: (*table).to_owned(),
                key: key.clone(),
                row: row.clone(),
                why: Some(why.clone()),
            }),
            Self::Note { why, .. } => EventKind::Note { node: Some(node.to_owned()), text: why.clone() },
        }
    }
}

/// A cell of a row.
pub(super) fn cell(name: &str, value: &dyn Display) -> Cell {
    Cell { name: name.to_owned(), value: value.to_string() }
}
