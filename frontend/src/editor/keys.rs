//! What the keyboard does while the drawing has the focus. One table: the keys are read from it, and it is shown to learners.

use crate::views::topology::Kind;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// A new device.
    Add(Kind),
    /// A cable from here, or no more.
    Cable,
    /// Press the device that has the focus.
    Press,
    /// It too.
    Toggle,
    /// Move what is selected.
    Nudge(i32, i32),
    /// Give it another name.
    Rename,
    /// Delete it.
    Delete,
    /// Take back.
    Undo,
    /// Do again.
    Redo,
    /// Copy.
    Copy,
    /// Copy, and delete.
    Cut,
    /// Paste.
    Paste,
    /// Select everything.
    SelectAll,
    /// Closer.
    ZoomIn,
    /// Farther.
    ZoomOut,
    /// Everything in sight.
    Fit,
    /// Put in order.
    Tidy,
    /// Let go.
    Escape,
}

/// A key: with Control or Command, with Shift; what a learner reads; what it does, by its place in the catalogue's
/// `key_actions`.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The browser's name for it.
    pub key: &'static str,
    /// With Control or Command.
    pub control: bool,
    /// With Shift; none where it does not matter.
    pub shift: Option<bool>,
    /// What it does.
    pub command: Command,
}

const fn plain(key: &'static str, command: Command) -> Key {
    Key { key, control: false, shift: None, command }
}

const fn with_shift(key: &'static str, shift: bool, command: Command) -> Key {
    Key { key, control: false, shift: Some(shift), command }
}

const fn control(key: &'static str, command: Command) -> Key {
    Key { key, control: true, shift: None, command }
}

/// From one place to the next, and with Shift.
const STEP: i32 = 10;

/// Every key. The first one of a command is the one that is shown.
pub const KEYS: &[Key] = &[
    plain("h", Command::Add(Kind::Host)),
    plain("r", Command::Add(Kind::Router)),
    plain("s", Command::Add(Kind::Switch)),
    plain("u", Command::Add(Kind::Hub)),
    plain("o", Command::Add(Kind::Cloud)),
    plain("c", Command::Cable),
    with_shift("Enter", false, Command::Press),
    with_shift(" ", false, Command::Press),
    with_shift("Enter", true, Command::Toggle),
    with_shift(" ", true, Command::Toggle),
    with_shift("ArrowLeft", false, Command::Nudge(-STEP, 0)),
    with_shift("ArrowRight", false, Command::Nudge(STEP, 0)),
    with_shift("ArrowUp", false, Command::Nudge(0, -STEP)),
    with_shift("ArrowDown", false, Command::Nudge(0, STEP)),
    with_shift("ArrowLeft", true, Command::Nudge(-1, 0)),
    with_shift("ArrowRight", true, Command::Nudge(1, 0)),
    with_shift("ArrowUp", true, Command::Nudge(0, -1)),
    with_shift("ArrowDown", true, Command::Nudge(0, 1)),
    plain("F2", Command::Rename),
    plain("Delete", Command::Delete),
    plain("Backspace", Command::Delete),
    Key { key: "z", control: true, shift: Some(false), command: Command::Undo },
    control("y", Command::Redo),
    Key { key: "z", control: true, shift: Some(true), command: Command::Redo },
    control("c", Command::Copy),
    control("x", Command::Cut),
    control("v", Command::Paste),
    control("a", Command::SelectAll),
    plain("+", Command::ZoomIn),
    plain("=", Command::ZoomIn),
    plain("-", Command::ZoomOut),
    plain("0", Command::Fit),
    plain("t", Command::Tidy),
    plain("Escape", Command::Escape),
];

/// What a key does.
pub fn command(key: &str, control: bool, shift: bool) -> Option<Command> {
    let same = |known: &&Key| {
        known.key.eq_ignore_ascii_case(key)
            && known.control == control
            && known.shift.is_none_or(|wanted| wanted == shift)
    };
    KEYS.iter().find(same).map(|known| known.command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_two_meanings() {
        for known in KEYS {
            for shift in [false, true] {
                if known.shift.is_none_or(|wanted| wanted == shift) {
                    assert_eq!(command(known.key, known.control, shift), Some(known.command), "{known:?}");
                }
            }
        }
        assert_eq!(command("Z", true, true), Some(Command::Redo));
        assert_eq!(command("Tab", false, false), None, "the way out of the drawing stays open");
    }
}
