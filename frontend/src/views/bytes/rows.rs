//! Where a field's cells are in a grid of so many bits a row.

use std::ops::Range;

/// A row of the grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Row {
    /// A row of bits.
    Cells {
        /// The bit at which it begins.
        bit: u32,
        /// Its cells, from the left.
        cells: Vec<Cell>,
    },
    /// Rows that are left out, for they hold nothing but the middle of one field.
    Gap {
        /// The bit at which they begin.
        bit: u32,
        /// Bytes left out.
        bytes: u32,
    },
}

/// A part of a field that lies in one row, or bits that no field has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// The field's number in the list, if there is one.
    pub(super) field: Option<usize>,
    /// The first column.
    pub(super) column: u32,
    /// How many columns.
    pub(super) span: u32,
    /// Whether the field's name goes here.
    pub(super) named: bool,
    /// Whether the field began in an earlier row.
    pub(super) continues: bool,
    /// If it did: how many of the columns have another field above, from which a line parts them.
    pub(super) parted: u32,
}

/// Rows that a long field shows at its beginning.
const SHOWN: u32 = 2;

/// Lays fields out. They are in order and do not overlap.
pub(super) fn rows(fields: &[Range<u32>], width: u32) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut at = 0;
    let mut cells = Vec::new();
    for (index, bits) in fields.iter().enumerate() {
        let hole = at..bits.start;
        fill(&mut rows, &mut cells, &mut at, None, hole, width);
        fill(&mut rows, &mut cells, &mut at, Some(index), bits.clone(), width);
    }
    if !cells.is_empty() {
        rows.push(Row::Cells { bit: at - at % width, cells });
    }
    rows
}

fn fill(
    rows: &mut Vec<Row>,
    cells: &mut Vec<Cell>,
    at: &mut u32,
    field: Option<usize>,
    bits: Range<u32>,
    width: u32,
) {
    let widest = widest(&bits, width);
    while *at < bits.end {
        let column = *at % width;
        let full_rows = (bits.end - *at) / width;
        if column == 0 && (*at - bits.start) / width >= SHOWN && full_rows > 1 {
            // All but the last row of it.
            let left_out = (full_rows - u32::from((bits.end - *at).is_multiple_of(width))) * width;
            rows.push(Row::Gap { bit: *at, bytes: left_out / 8 });
            *at += left_out;
        }
        let end = bits.end.min(*at - column + width);
        let continues = *at > bits.start;
        let in_second_row = continues && *at - bits.start < width;
        cells.push(Cell {
            field,
            column,
            span: end - *at,
            named: *at == widest,
            continues,
            parted: if in_second_row { (bits.start % width).min(end - *at) } else { 0 },
        });
        *at = end;
        if end.is_multiple_of(width) {
            rows.push(Row::Cells { bit: end - width, cells: std::mem::take(cells) });
        }
    }
}

/// Where the widest part of a field begins: there is the most room for its name.
fn widest(bits: &Range<u32>, width: u32) -> u32 {
    let first_end = (bits.start - bits.start % width + width).min(bits.end);
    let second_end = (first_end + width).min(bits.end);
    if second_end - first_end > first_end - bits.start { first_end } else { bits.start }
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "a list of one field")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(rows: &[Row]) -> impl Iterator<Item = (u32, &Cell)> {
        rows.iter().flat_map(|row| match row {
            Row::Cells { bit, cells } => cells.iter().map(|cell| (*bit, cell)).collect::<Vec<_>>(),
            Row::Gap { .. } => Vec::new(),
        })
    }

    #[test]
    fn an_ethernet_header_names_each_address_where_there_is_most_room() {
        let rows = rows(&[0..48, 48..96, 96..112], 32);
        let named: Vec<_> = cells(&rows)
            .filter(|(_, cell)| cell.named)
            .map(|(bit, cell)| (bit, cell.column, cell.span))
            .collect();
        assert_eq!(named, [(0, 0, 32), (64, 0, 32), (96, 0, 16)]);
    }

    #[test]
    fn the_middle_of_long_data_is_left_out() {
        let rows = rows(&[0..1460 * 8], 32);
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[2], Row::Gap { bit: 64, bytes: 1460 - 12 });
    }

    proptest! {
        #[test]
        fn every_bit_is_there_once(lengths in prop::collection::vec((0_u32..40, 1_u32..200), 1..30), wide: bool) {
            let width = if wide { 32 } else { 16 };
            let mut at = 0;
            let fields: Vec<_> = lengths
                .into_iter()
                .map(|(hole, bits)| {
                    let start = at + hole;
                    at = start + bits;
                    start..at
                })
                .collect();
            let rows = rows(&fields, width);
            let mut next = 0;
            for row in &rows {
                match row {
                    Row::Cells { bit, cells } => {
                        prop_assert_eq!(*bit, next - next % width);
                        for cell in cells {
                            prop_assert_eq!(next % width, cell.column);
                            prop_assert!(cell.column + cell.span <= width);
                            let inside = fields.iter().position(|bits| bits.contains(&next));
                            prop_assert_eq!(cell.field, inside);
                            next += cell.span;
                        }
                    }
                    Row::Gap { bit, bytes } => {
                        prop_assert_eq!(*bit, next);
                        next += bytes * 8;
                    }
                }
            }
            prop_assert_eq!(next, at);
            let named = cells(&rows).filter(|(_, cell)| cell.named && cell.field.is_some()).count();
            prop_assert_eq!(named, fields.len());
        }
    }
}
