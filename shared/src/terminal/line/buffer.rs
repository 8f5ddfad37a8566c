//! The text of a line and a cursor that never stands inside a character.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Joins two characters to one picture.
const JOINER: char = '\u{200d}';

/// Columns of the screen that a text takes: two for each Chinese character, none for a combining mark.
///
/// ```
/// use firsthop_protocol::terminal::line::width;
/// assert_eq!(width("ping"), 4);
/// assert_eq!(width("网络"), 4);
/// assert_eq!(width("e\u{301}"), 1);
/// ```
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// A line of text and a place in it, in characters. A character and the marks that stand on it are never parted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Buffer {
    chars: Vec<char>,
    cursor: usize,
}

impl Buffer {
    /// With the cursor behind it.
    pub(super) fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        Self { cursor: chars.len(), chars }
    }

    pub(super) fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// What stands before the cursor.
    pub(super) fn before(&self) -> String {
        self.chars.iter().take(self.cursor).collect()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    pub(super) const fn len(&self) -> usize {
        self.chars.len()
    }

    pub(super) const fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts the cursor on a character, or behind the last.
    pub(super) fn move_to(&mut self, place: usize) {
        self.cursor = place.min(self.chars.len());
        while self.parted(self.cursor) {
            self.cursor -= 1;
        }
    }

    /// Whether a place is inside a character with its marks.
    fn parted(&self, place: usize) -> bool {
        let Some(here) = self.chars.get(place) else { return false };
        let Some(before) = place.checked_sub(1).and_then(|before| self.chars.get(before)) else {
            return false;
        };
        here.width().unwrap_or(0) == 0 || *before == JOINER
    }

    pub(super) fn left_of(&self, place: usize) -> usize {
        let mut to = place.saturating_sub(1);
        while self.parted(to) {
            to -= 1;
        }
        to
    }

    pub(super) fn right_of(&self, place: usize) -> usize {
        let mut to = (place + 1).min(self.chars.len());
        while self.parted(to) {
            to += 1;
        }
        to
    }

    /// The beginning of the word before a place; `part` says what belongs to a word.
    pub(super) fn word_left(&self, place: usize, part: fn(char) -> bool) -> usize {
        let mut to = place.min(self.chars.len());
        let is = |to: usize| to.checked_sub(1).and_then(|at| self.chars.get(at)).map(|it| part(*it));
        while is(to) == Some(false) {
            to -= 1;
        }
        while is(to) == Some(true) {
            to -= 1;
        }
        while self.parted(to) {
            to -= 1;
        }
        to
    }

    /// The end of the word behind a place.
    pub(super) fn word_right(&self, place: usize, part: fn(char) -> bool) -> usize {
        let mut to = place;
        let is = |to: usize| self.chars.get(to).map(|it| part(*it));
        while is(to) == Some(false) {
            to += 1;
        }
        while is(to) == Some(true) {
            to += 1;
        }
        while self.parted(to) {
            to += 1;
        }
        to
    }

    /// Puts text in at the cursor, which is behind it then.
    pub(super) fn insert(&mut self, text: &str) {
        let before = self.chars.len();
        let cursor = self.cursor;
        self.chars.splice(cursor..cursor, text.chars());
        self.cursor += self.chars.len() - before;
        // What was put in may have joined with what is behind.
        while self.parted(self.cursor) {
            self.cursor += 1;
        }
    }

    /// Takes text out and gives it; the cursor is where it was.
    pub(super) fn remove(&mut self, range: Range<usize>) -> String {
        let end = range.end.min(self.chars.len());
        let start = range.start.min(end);
        let removed = self.chars.drain(start..end).collect();
        self.move_to(start);
        removed
    }

    /// Swaps the character under the cursor, at the end the last, with the one before.
    pub(super) fn transpose(&mut self) -> bool {
        let at = if self.cursor == self.chars.len() { self.left_of(self.cursor) } else { self.cursor };
        if at == 0 {
            return false;
        }
        let (start, end) = (self.left_of(at), self.right_of(at));
        if let Some(both) = self.chars.get_mut(start..end) {
            both.rotate_left(at - start);
        }
        self.cursor = end;
        true
    }
}
