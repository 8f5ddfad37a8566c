//! Rows of a table as they are now.

use std::collections::BTreeMap;

use super::test::Named;
use crate::{
    goal::{expression::Rows, text, world::World},
    trace::{Cell, EventKind, TableChange, Text},
};

#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// By machine and key.
    rows: BTreeMap<(String, String), Row>,
    /// Of the world by which the rows were judged.
    version: u64,
    count: u64,
    /// What the first row that is not as wanted says of it; said when it is judged, for later the world may be another.
    differs: Option<((String, String), Text)>,
}

#[derive(Debug, Clone)]
struct Row {
    cells: Vec<Cell>,
    is_so: bool,
}

impl Table {
    /// How many rows are as wanted after an event.
    pub(super) fn feed(&mut self, wanted: &Rows, event: &EventKind, world: &World) -> u64 {
        if self.version != world.version() {
            self.version = world.version();
            for row in self.rows.values_mut() {
                row.is_so = is_so(wanted, &row.cells, world);
            }
            self.recount(wanted, world);
        }
        let EventKind::Table(TableChange { node, table, key, row, .. }) = event else { return self.count };
        if *table != wanted.table || wanted.node.as_ref().is_some_and(|wanted| wanted != node) {
            return self.count;
        }
        let key = (node.clone(), key.clone());
        let before = match row {
            Some(cells) => {
                let is_so = is_so(wanted, cells, world);
                self.count += u64::from(is_so);
                self.rows.insert(key.clone(), Row { cells: cells.clone(), is_so })
            }
            None => self.rows.remove(&key),
        };
        self.count -= before.map_or(0, |row| u64::from(row.is_so));
        let differs_now = self.rows.get(&key).is_some_and(|row| !row.is_so);
        match &self.differs {
            Some((first, _)) if key > *first => {}
            Some((first, _)) if key == *first && !differs_now => {
                self.differs = self.first_that_differs(wanted, world);
            }
            _ if differs_now => {
                let cells = row.as_deref().unwrap_or_default();
                self.differs = Some((key.clone(), differs(wanted, &key, cells, world)));
            }
            _ => {}
        }
        self.count
    }

    fn recount(&mut self, wanted: &Rows, world: &World) {
        self.count = self.rows.values().map(|row| u64::from(row.is_so)).sum();
        self.differs = self.first_that_differs(wanted, world);
    }

    fn first_that_differs(&self, wanted: &Rows, world: &World) -> Option<((String, String), Text)> {
        let (key, row) = self.rows.iter().find(|(_, row)| !row.is_so)?;
        Some((key.clone(), differs(wanted, key, &row.cells, world)))
    }

    /// What there is instead of a row that is as wanted.
    pub(super) fn why(&self, wanted: &Rows, wanting: bool, count: u64) -> Option<Text> {
        let table = &wanted.table;
        if count == 0 && wanting {
            return Some(match (&self.differs, &wanted.node) {
                (Some((_, differs)), _) => differs.clone(),
                (None, Some(node)) => text::NO_ROWS.with(&[("table", table), ("node", node)]),
                (None, None) => text::NO_ROWS_ANYWHERE.with(&[("table", table)]),
            });
        }
        if count != 1 {
            return None;
        }
        let ((node, key), _) = self.rows.iter().find(|(_, row)| row.is_so)?;
        Some(text::ROW_IS_SO.with(&[("key", key), ("table", table), ("node", node)]))
    }
}

fn named(cells: &[Cell]) -> Vec<Named<'_>> {
    cells.iter().map(|cell| (cell.name.as_str(), cell.value.as_str())).collect()
}

fn is_so(wanted: &Rows, cells: &[Cell], world: &World) -> bool {
    let named = named(cells);
    wanted.tests.iter().all(|test| test.holds_among(&named, world))
}

fn differs(wanted: &Rows, (node, key): &(String, String), cells: &[Cell], world: &World) -> Text {
    let (table, named) = (&wanted.table, named(cells));
    let Some(test) = wanted.tests.iter().find(|test| !test.holds_among(&named, world)) else {
        return text::NO_ROWS.with(&[("table", table), ("node", node)]);
    };
    let column = &test.column;
    match test.find(&named) {
        Some(value) => text::ROW_DIFFERS.with(&[
            ("key", key),
            ("table", table),
            ("node", node),
            ("column", column),
            ("value", &value),
            ("wanted", &test.wanted(world)),
        ]),
        None => {
            let columns: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
            text::ROW_NO_COLUMN.with(&[
                ("key", key),
                ("table", table),
                ("node", node),
                ("column", column),
                ("columns", &columns.join(", ")),
            ])
        }
    }
}
