//! The machine itself.

use std::{collections::VecDeque, fmt};

use super::{
    buffer::{Buffer, width},
    history::History,
    key::Key,
    search::Search,
};

/// A line has at most so many characters.
const LONGEST: usize = 4096;

/// What comes of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaction {
    /// The line or the cursor may look different.
    Edited,
    /// The line is finished; the next is empty. After a paste of several lines [`Editor::resume`] gives the next.
    Line(String),
    /// Ctrl-C: the line was given up, which read so.
    Interrupt(String),
    /// Ctrl-D on an empty line.
    EndOfInput,
    /// Ctrl-L: everything but this line is to go from the screen.
    Clear,
    /// These are possible here, and are to be shown above the line.
    Candidates(Vec<String>),
    /// That is not possible here.
    Bell,
}

/// Who knows how a word may go on.
pub trait Complete {
    /// What may stand in place of `word`, after the words `before`: whole words, sorted, without doubles.
    fn candidates(&self, before: &[String], word: &str) -> Vec<String>;
}

/// Knows nothing.
impl Complete for () {
    fn candidates(&self, _before: &[String], _word: &str) -> Vec<String> {
        Vec::new()
    }
}

/// What is to be shown of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// Stands in place of the shell's prompt while the history is searched.
    pub search: Option<String>,
    /// The text before the cursor.
    pub before: String,
    /// The text from the cursor on.
    pub behind: String,
    /// The cursor's column, counted from the end of the prompt.
    pub column: usize,
}

impl fmt::Display for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.search.as_deref().unwrap_or_default(), self.before, self.behind)
    }
}

/// A line that is being typed.
#[derive(Debug, Clone, Default)]
pub struct Editor {
    buffer: Buffer,
    history: History,
    /// The line of the history that is shown, and what was typed before it was looked for.
    shown: Option<(usize, Buffer)>,
    search: Option<Search>,
    /// What was taken out last, for Ctrl-Y.
    killed: String,
    /// Whether the last key killed too, so that what is killed now is added to it.
    killing: bool,
    /// Whether the last key was Tab, and nothing could be added.
    tabbed: bool,
    /// What was pasted after a line break and waits for its turn.
    waiting: VecDeque<String>,
}

impl Editor {
    /// With the lines of an earlier session.
    pub fn with_history(history: History) -> Self {
        Self { history, ..Self::default() }
    }

    /// What was entered so far.
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// What is to be shown.
    pub fn screen(&self) -> Screen {
        let buffer = self.search.as_ref().map(|search| search.buffer(&self.history));
        let buffer = buffer.as_ref().unwrap_or(&self.buffer);
        let (before, all) = (buffer.before(), buffer.text());
        let search = self.search.as_ref().map(Search::prompt);
        let column = search.as_deref().map_or(0, width) + width(&before);
        let behind = all.get(before.len()..).unwrap_or_default().to_owned();
        Screen { search, before, behind, column }
    }

    /// Whether pasted lines wait for [`Self::resume`].
    pub fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The next of several pasted lines, when the one before has been dealt with.
    pub fn resume(&mut self) -> Reaction {
        let Some(text) = self.waiting.pop_front() else { return Reaction::Bell };
        let fits = self.insert(&text);
        match (self.waiting.is_empty(), fits) {
            (false, _) => self.enter(),
            (true, true) => Reaction::Edited,
            (true, false) => Reaction::Bell,
        }
    }

    /// Something is pressed; `complete` is asked on Tab.
    pub fn press(&mut self, key: Key, complete: &dyn Complete) -> Reaction {
        let key = if self.search.is_some() {
            match self.in_search(key) {
                Ok(reaction) => return reaction,
                Err(key) => key,
            }
        } else {
            key
        };
        let (killing, tabbed) = (std::mem::take(&mut self.killing), std::mem::take(&mut self.tabbed));
        match key {
            Key::Char(character) => self.type_in(character),
            Key::Paste(text) => self.paste(&text),
            Key::Enter | Key::Ctrl('j' | 'm') => self.enter(),
            Key::Tab | Key::Ctrl('i') => self.complete(complete, tabbed),
            Key::Up | Key::Ctrl('p') => self.older(),
            Key::Down | Key::Ctrl('n') => self.newer(),
            Key::Ctrl('r') => {
                self.search = Some(Search::new(self.buffer.clone()));
                Reaction::Edited
            }
            Key::Ctrl('c') => {
                self.shown = None;
                self.waiting.clear();
                Reaction::Interrupt(std::mem::take(&mut self.buffer).text())
            }
            Key::Ctrl('d') if self.buffer.is_empty() => Reaction::EndOfInput,
            Key::Ctrl('l') => Reaction::Clear,
            key => self.edit(&key, killing),
        }
    }

    /// Keys that move the cursor or take text out.
    fn edit(&mut self, key: &Key, killing: bool) -> Reaction {
        let (at, end) = (self.buffer.cursor(), self.buffer.len());
        let space = |character: char| !character.is_whitespace();
        let moved = match key {
            Key::Left | Key::Ctrl('b') => self.buffer.left_of(at),
            Key::Right | Key::Ctrl('f') => self.buffer.right_of(at),
            Key::Home | Key::Ctrl('a') => 0,
            Key::End | Key::Ctrl('e') => end,
            Key::WordLeft | Key::Alt('b') => self.buffer.word_left(at, char::is_alphanumeric),
            Key::WordRight | Key::Alt('f') => self.buffer.word_right(at, char::is_alphanumeric),
            Key::Backspace | Key::Ctrl('h') => return self.take_out(self.buffer.left_of(at), at),
            Key::Delete | Key::Ctrl('d') => return self.take_out(at, self.buffer.right_of(at)),
            Key::Ctrl('u') => return self.kill(0, at, killing),
            Key::Ctrl('k') => return self.kill(at, end, killing),
            Key::Ctrl('w') => return self.kill(self.buffer.word_left(at, space), at, killing),
            Key::Alt('d') => {
                return self.kill(at, self.buffer.word_right(at, char::is_alphanumeric), killing);
            }
            Key::Ctrl('y') => {
                let killed = self.killed.clone();
                return if !killed.is_empty() && self.insert(&killed) {
                    Reaction::Edited
                } else {
                    Reaction::Bell
                };
            }
            Key::Ctrl('t') if self.buffer.transpose() => return Reaction::Edited,
            _ => return Reaction::Bell,
        };
        if moved == at {
            return Reaction::Bell;
        }
        self.buffer.move_to(moved);
        Reaction::Edited
    }

    fn take_out(&mut self, start: usize, end: usize) -> Reaction {
        if start == end {
            return Reaction::Bell;
        }
        self.buffer.remove(start..end);
        Reaction::Edited
    }

    fn kill(&mut self, start: usize, end: usize, killing: bool) -> Reaction {
        if start == end {
            self.killing = killing;
            return Reaction::Bell;
        }
        let before = self.buffer.cursor() == end;
        let killed = self.buffer.remove(start..end);
        self.killed = match (killing, before) {
            (false, _) => killed,
            (true, true) => killed + &self.killed,
            (true, false) => std::mem::take(&mut self.killed) + &killed,
        };
        self.killing = true;
        Reaction::Edited
    }

    /// Puts text in at the cursor, without what does not show; false if it is too long.
    fn insert(&mut self, text: &str) -> bool {
        let shown: String = text
            .chars()
            .map(|character| if character == '\t' { ' ' } else { character })
            .filter(|character| !character.is_control())
            .collect();
        let fits = self.buffer.len() + shown.chars().count() <= LONGEST;
        if fits {
            self.buffer.insert(&shown);
        }
        fits
    }

    fn type_in(&mut self, character: char) -> Reaction {
        let fits = !character.is_control() && self.insert(character.encode_utf8(&mut [0; 4]));
        if fits { Reaction::Edited } else { Reaction::Bell }
    }

    fn paste(&mut self, text: &str) -> Reaction {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        self.waiting.extend(text.split('\n').map(str::to_owned));
        self.resume()
    }

    fn enter(&mut self) -> Reaction {
        let line = std::mem::take(&mut self.buffer).text();
        self.shown = None;
        self.history.add(&line);
        // Nothing is left of a paste that ended with a line break.
        if self.waiting.iter().all(String::is_empty) {
            self.waiting.clear();
        }
        Reaction::Line(line)
    }

    fn older(&mut self) -> Reaction {
        let (place, typed) = match &self.shown {
            Some((place, typed)) => (*place, typed.clone()),
            None => (self.history.lines().len(), self.buffer.clone()),
        };
        let Some(place) = place.checked_sub(1) else { return Reaction::Bell };
        self.show(place, typed)
    }

    fn newer(&mut self) -> Reaction {
        let Some((place, typed)) = self.shown.take() else { return Reaction::Bell };
        if place + 1 < self.history.lines().len() {
            return self.show(place + 1, typed);
        }
        self.buffer = typed;
        Reaction::Edited
    }

    fn show(&mut self, place: usize, typed: Buffer) -> Reaction {
        let Some(line) = self.history.lines().get(place) else { return Reaction::Bell };
        self.buffer = Buffer::new(line);
        self.shown = Some((place, typed));
        Reaction::Edited
    }

    /// A key while the history is searched; `Err` if it ends the search and is to be dealt with as usual.
    fn in_search(&mut self, key: Key) -> Result<Reaction, Key> {
        let Some(mut search) = self.search.take() else { return Err(key) };
        let went_on = match key {
            Key::Char(character) if !character.is_control() => search.push(character, &self.history),
            Key::Backspace | Key::Ctrl('h') => search.pop(&self.history),
            Key::Ctrl('r') => search.older(&self.history),
            Key::Ctrl('g' | 'c') => {
                self.buffer = search.into_original();
                return Ok(Reaction::Edited);
            }
            Key::Escape => {
                self.buffer = search.buffer(&self.history);
                return Ok(Reaction::Edited);
            }
            key => {
                self.buffer = search.buffer(&self.history);
                return Err(key);
            }
        };
        self.search = Some(search);
        Ok(if went_on { Reaction::Edited } else { Reaction::Bell })
    }

    fn complete(&mut self, complete: &dyn Complete, again: bool) -> Reaction {
        let before = self.buffer.before();
        let mut words: Vec<String> = before.split_whitespace().map(str::to_owned).collect();
        let word = if before.ends_with(char::is_whitespace) { None } else { words.pop() }.unwrap_or_default();
        let candidates = complete.candidates(&words, &word);
        let fitting: Vec<String> = candidates.into_iter().filter(|it| it.starts_with(&word)).collect();
        let Some(common) = common(&fitting) else { return Reaction::Bell };
        let rest = common.get(word.len()..).unwrap_or_default();
        let rest = if fitting.len() == 1 { format!("{rest} ") } else { rest.to_owned() };
        if !rest.is_empty() {
            return if self.insert(&rest) { Reaction::Edited } else { Reaction::Bell };
        }
        if again {
            return Reaction::Candidates(fitting);
        }
        self.tabbed = true;
        Reaction::Bell
    }
}

/// The beginning that all have.
fn common(words: &[String]) -> Option<String> {
    let (first, rest) = words.split_first()?;
    let mut length = first.chars().count();
    for word in rest {
        length = length.min(first.chars().zip(word.chars()).take_while(|(one, other)| one == other).count());
    }
    Some(first.chars().take(length).collect())
}
