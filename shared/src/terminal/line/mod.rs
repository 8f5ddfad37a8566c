//! A line editor as a pure state machine: keys go in, what is to be shown and the finished line come out.
//!
//! The keys are those of GNU Readline in its Emacs mode, which Debian's shell has. Places are counted in columns of the
//! screen, so a Chinese character counts two. Not for: what a line means.
//!
//! ```
//! use firsthop_protocol::terminal::line::{Editor, Key, Reaction};
//!
//! let mut editor = Editor::default();
//! for key in "ip addrr".chars().map(Key::Char).chain([Key::Backspace]) {
//!     assert_eq!(editor.press(key, &()), Reaction::Edited);
//! }
//! assert_eq!(editor.screen().to_string(), "ip addr");
//! assert_eq!(editor.screen().column, 7);
//! assert_eq!(editor.press(Key::Enter, &()), Reaction::Line("ip addr".to_owned()));
//! assert_eq!(editor.press(Key::Up, &()), Reaction::Edited);
//! assert_eq!(editor.screen().to_string(), "ip addr");
//! ```
//!
//! * [`Editor`]: the machine. · [`Key`], [`Reaction`], [`Screen`]: its language.
//! * [`Complete`]: who knows how a word may go on. · [`width()`]: columns of a text.

mod buffer;
mod editor;
mod history;
mod key;
mod search;
#[cfg(test)]
mod tests;

pub use buffer::width;
pub use editor::{Complete, Editor, Reaction, Screen};
pub use history::History;
pub use key::Key;
