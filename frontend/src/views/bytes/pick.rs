//! Which field an event is about: one listener at the container, and a mark on each thing inside.

use std::rc::Rc;

use firsthop_protocol::wire::Dissection;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::{
    FieldId,
    outline::{self, Step},
};

/// The value of an attribute at the event's target or the nearest element around it.
fn attribute(event: &Event, name: &str) -> Option<String> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(&format!("[{name}]")).ok()??.get_attribute(name)
}

/// The field that was pointed at.
pub(super) fn field(event: &Event) -> Option<FieldId> {
    FieldId::parse(&attribute(event, "data-field")?)
}

/// The byte that was pointed at.
pub(super) fn byte(event: &Event) -> Option<u32> {
    attribute(event, "data-byte")?.parse().ok()
}

/// What a view of a packet shows as lit, and what it reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    /// The field pointed at, or else the one selected.
    pub lit: Option<FieldId>,
    /// The field selected.
    pub selected: Option<FieldId>,
    /// Something is pointed at, or nothing any more.
    pub onpoint: Callback<Option<FieldId>>,
    /// Something is chosen.
    pub onselect: Callback<FieldId>,
}

/// Selects what is clicked, if `at` finds a field there.
pub(super) fn on_click(
    onselect: &Callback<FieldId>,
    at: impl Fn(&Event) -> Option<FieldId> + 'static,
) -> Callback<MouseEvent> {
    let onselect = onselect.clone();
    Callback::from(move |event: MouseEvent| {
        if let Some(field) = at(&event) {
            onselect.emit(field);
        }
    })
}

/// Selects by the arrow keys, Home and End.
pub(super) fn on_key(dissection: &Rc<Dissection>, pick: &Pick) -> Callback<KeyboardEvent> {
    let (dissection, pick) = (Rc::clone(dissection), pick.clone());
    Callback::from(move |event: KeyboardEvent| {
        let step = Step::from_key(&event.key());
        if let Some(to) = step.and_then(|step| outline::step(&dissection, pick.selected, step)) {
            event.prevent_default();
            pick.onselect.emit(to);
        }
    })
}
