//! The search in the history (Ctrl-R).

use super::{buffer::Buffer, history::History};

/// A search that is going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Search {
    /// What is searched for.
    query: String,
    /// The line that was found.
    found: Option<usize>,
    /// Whether nothing older has it.
    failed: bool,
    /// What stood in the line before.
    original: Buffer,
}

impl Search {
    pub(super) const fn new(original: Buffer) -> Self {
        Self { query: String::new(), found: None, failed: false, original }
    }

    pub(super) fn into_original(self) -> Buffer {
        self.original
    }

    pub(super) fn prompt(&self) -> String {
        let failed = if self.failed { "failed " } else { "" };
        format!("({failed}reverse-i-search)`{}': ", self.query)
    }

    /// Searches for one character more, beginning at what was found; false if nothing has it.
    pub(super) fn push(&mut self, character: char, history: &History) -> bool {
        self.query.push(character);
        self.look(self.found.map_or(usize::MAX, |found| found + 1), history)
    }

    /// Searches for one character less, from the newest line on.
    pub(super) fn pop(&mut self, history: &History) -> bool {
        self.query.pop();
        if self.query.is_empty() {
            (self.found, self.failed) = (None, false);
            return true;
        }
        self.look(usize::MAX, history)
    }

    /// Searches on, in what is older.
    pub(super) fn older(&mut self, history: &History) -> bool {
        !self.query.is_empty() && self.look(self.found.unwrap_or(usize::MAX), history)
    }

    fn look(&mut self, before: usize, history: &History) -> bool {
        let found = history.search(&self.query, before);
        self.failed = found.is_none();
        self.found = found.or(self.found);
        !self.failed
    }

    /// The line that was found, the cursor where the text stands that was searched for; otherwise the line that was there.
    pub(super) fn buffer(&self, history: &History) -> Buffer {
        let Some(line) = self.found.and_then(|found| history.lines().get(found)) else {
            return self.original.clone();
        };
        let mut buffer = Buffer::new(line);
        let place =
            line.rfind(&self.query).and_then(|at| line.get(..at)).map(|before| before.chars().count());
        buffer.move_to(place.unwrap_or(usize::MAX));
        buffer
    }
}
