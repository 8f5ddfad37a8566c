//! What can be pressed.

/// A key, or a combination of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A character, finished by the input method: `a`, `ä`, `网`.
    Char(char),
    /// A text from the clipboard; its line breaks end lines.
    Paste(String),
    /// The line is finished.
    Enter,
    /// Takes the character before the cursor away.
    Backspace,
    /// Takes the character under the cursor away.
    Delete,
    /// One character to the left.
    Left,
    /// One character to the right.
    Right,
    /// To the beginning of the line.
    Home,
    /// To its end.
    End,
    /// To the beginning of this or the last word (Ctrl-Left, Alt-B).
    WordLeft,
    /// To the end of this or the next word (Ctrl-Right, Alt-F).
    WordRight,
    /// The line before this one in the history.
    Up,
    /// The line after this one in the history.
    Down,
    /// Completes the word.
    Tab,
    /// With Ctrl, the letter in lower case: `a` beginning, `e` end, `b` left, `f` right, `p` up, `n` down, `h` backspace,
    /// `d` delete, or the end of input on an empty line, `u` kills what is before the cursor, `k` what is behind, `w` the
    /// word before, `y` brings the killed text back, `t` swaps two characters, `r` searches the history, `g` gives up the
    /// search, `c` interrupts, `l` clears the screen.
    Ctrl(char),
    /// With Alt, the letter in lower case: `b`, `f` move by words, `d` kills the word behind the cursor.
    Alt(char),
    /// Ends a search.
    Escape,
}
