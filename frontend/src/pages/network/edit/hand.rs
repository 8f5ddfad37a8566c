//! What a pointer and the keyboard do in the drawing.

use web_sys::Element;
use yew::prelude::*;

use super::{Handle, canvas::PANE};
use crate::{
    editor::{Act, Command, Edit, command},
    platform,
};

/// What a pointer holds, from where, and where it was last.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Held {
    device: bool,
    from: (f64, f64),
    last: (f64, f64),
    moved: bool,
}

/// A hand that trembles does not drag.
const TREMBLE: f64 = 4.0;

/// The device or cable that an event is about.
fn named(event: &Event, attribute: &str) -> Option<String> {
    let target = event.target_dyn_into::<Element>()?;
    target.closest(&format!("[{attribute}]")).ok()??.get_attribute(attribute)
}

pub(super) fn down(editor: &Handle, event: &PointerEvent) -> Option<Held> {
    if event.button() != 0 {
        return None;
    }
    let device = named(event, "data-device");
    match (&device, named(event, "data-link")) {
        (Some(name), _) if event.shift_key() || event.ctrl_key() => {
            editor.dispatch(Act::Toggle(name.clone()));
        }
        (Some(name), _) => editor.dispatch(Act::Press(name.clone())),
        (None, Some(link)) => editor.dispatch(Act::Select(link)),
        (None, None) => {}
    }
    platform::hold_pointer(PANE, event);
    let at = (f64::from(event.client_x()), f64::from(event.client_y()));
    let cable = named(event, "data-link").is_some();
    (!cable).then_some(Held { device: device.is_some(), from: at, last: at, moved: false })
}

pub(super) fn moved(editor: &Handle, held: &mut Held, event: &PointerEvent) {
    let at = (f64::from(event.client_x()), f64::from(event.client_y()));
    let (x, y) = (at.0 - held.from.0, at.1 - held.from.1);
    held.moved |= x.hypot(y) > TREMBLE;
    if held.moved {
        editor.dispatch(if held.device {
            Act::Drag(x, y)
        } else {
            Act::Pan(at.0 - held.last.0, at.1 - held.last.1)
        });
    }
    held.last = at;
}

pub(super) fn up(editor: &Handle, held: &Held) {
    if held.device && held.moved {
        editor.dispatch(Act::Drop);
    } else if !held.device && !held.moved {
        editor.dispatch(Act::Select(String::new()));
    }
}

/// Does what a key asks for, with the device that has the focus; whether it asks for anything.
pub(super) fn key(editor: &Handle, event: &KeyboardEvent, pane: (f64, f64)) -> bool {
    let control = event.ctrl_key() || event.meta_key();
    let Some(command) = command(&event.key(), control, event.shift_key()) else { return false };
    let focused = named(event, "data-device").or_else(|| named(event, "data-link"));
    let about_it = matches!(
        command,
        Command::Cable
            | Command::Nudge(..)
            | Command::Delete
            | Command::Copy
            | Command::Cut
            | Command::Rename
    );
    if let Some(name) = focused.clone().filter(|name| about_it && !editor.selected.contains(name)) {
        editor.dispatch(Act::Select(name));
    }
    for act in acts(command, focused, pane) {
        editor.dispatch(act);
    }
    if command == Command::Rename {
        platform::focus("device-name");
    }
    true
}

/// One look closer.
pub(super) const CLOSER: f64 = 1.25;

fn acts(command: Command, focused: Option<String>, pane: (f64, f64)) -> Vec<Act> {
    vec![match command {
        Command::Add(kind) => Act::Add(kind, pane),
        Command::Cable => Act::Cable,
        Command::Press => match focused {
            Some(name) => Act::Press(name),
            None => return Vec::new(),
        },
        Command::Toggle => match focused {
            Some(name) => Act::Toggle(name),
            None => return Vec::new(),
        },
        Command::Nudge(x, y) => Act::Nudge(x, y),
        Command::Rename => return Vec::new(),
        Command::Delete => Act::Delete,
        Command::Undo => Act::Undo,
        Command::Redo => Act::Redo,
        Command::Copy => Act::Copy,
        Command::Cut => return vec![Act::Copy, Act::Delete],
        Command::Paste => Act::Paste,
        Command::SelectAll => Act::SelectAll,
        Command::ZoomIn => Act::Zoom(CLOSER, pane),
        Command::ZoomOut => Act::Zoom(1.0 / CLOSER, pane),
        Command::Fit => Act::Fit(pane),
        Command::Tidy => return vec![Act::Edit(Edit::Tidy), Act::Fit(pane)],
        Command::Escape => Act::Escape,
    }]
}
