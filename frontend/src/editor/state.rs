//! The editor: the network now, every network that it was before, what is selected, and where one looks.

use std::{collections::BTreeSet, rc::Rc};

use super::{Clip, Draft, Edit, Refused};
use crate::views::topology::Kind;

/// Where one looks: so many pixels a unit, and the place at the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// Pixels for each unit of a place.
    pub zoom: f64,
    /// The place at the left edge.
    pub x: f64,
    /// The place at the upper edge.
    pub y: f64,
}

/// The editor.
#[derive(Debug, Clone, PartialEq)]
pub struct Editor {
    /// The network.
    pub draft: Rc<Draft>,
    past: Vec<Rc<Draft>>,
    future: Vec<Rc<Draft>>,
    /// Devices and cables that are selected.
    pub selected: BTreeSet<String>,
    /// A cable is being laid from this device.
    pub cabling: Option<String>,
    /// The selected devices are being dragged, so far as this.
    pub dragged: (i32, i32),
    /// What was copied.
    pub clip: Clip,
    /// Where one looks.
    pub view: View,
    /// Why the last change was not made.
    pub refused: Option<Refused>,
}

/// What can be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Another network takes the place of this one, with no past.
    Open(Draft),
    /// A change.
    Edit(Edit),
    /// A new device in the middle of what is seen, in a pane of this size.
    Add(Kind, (f64, f64)),
    /// The change before is taken back.
    Undo,
    /// What was taken back is done again.
    Redo,
    /// Only this is selected; empty for nothing.
    Select(String),
    /// This too, or no longer.
    Toggle(String),
    /// Everything.
    SelectAll,
    /// A device is pressed: selected, or the end of the cable that is being laid.
    Press(String),
    /// A cable begins at the selected device, or is laid no more.
    Cable,
    /// No cable is laid, nothing is selected.
    Escape,
    /// The selected devices are dragged so far, in pixels.
    Drag(f64, f64),
    /// They are let go.
    Drop,
    /// The selected devices go so far.
    Nudge(i32, i32),
    /// What is selected goes.
    Delete,
    /// What is selected is remembered.
    Copy,
    /// What was remembered comes once more.
    Paste,
    /// One looks elsewhere, so far in pixels.
    Pan(f64, f64),
    /// One looks closer by this factor, in a pane of this size.
    Zoom(f64, (f64, f64)),
    /// Everything is in sight, in a pane of this size.
    Fit((f64, f64)),
}

/// How close and how far one can look.
const ZOOMS: (f64, f64) = (0.1, 4.0);
/// Around everything, in pixels.
const MARGIN: f64 = 70.0;

impl Editor {
    /// The editor with a network that has no past.
    pub fn new(draft: Draft) -> Self {
        Self {
            draft: Rc::new(draft.placed().named()),
            past: Vec::new(),
            future: Vec::new(),
            selected: BTreeSet::new(),
            cabling: None,
            dragged: (0, 0),
            clip: Clip::default(),
            view: View { zoom: 1.0, x: -MARGIN, y: -MARGIN },
            refused: None,
        }
    }

    /// Whether there is something to take back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is something to do again.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// The selected devices.
    pub fn devices(&self) -> Vec<String> {
        self.selected.iter().filter(|name| self.draft.device(name).is_some()).cloned().collect()
    }

    /// The one thing that is selected.
    pub fn only(&self) -> Option<&str> {
        let mut all = self.selected.iter();
        all.next().filter(|_| all.next().is_none()).map(String::as_str)
    }

    /// The editor after something was done.
    #[must_use]
    pub fn after(&self, act: Act) -> Self {
        let mut next = Self { refused: None, ..self.clone() };
        match act {
            Act::Open(draft) => next = Self { clip: next.clip, view: next.view, ..Self::new(draft) },
            Act::Edit(edit) => next.edit(&edit),
            Act::Add(kind, pane) => {
                let at = next.middle(pane);
                next.edit(&Edit::Add { kind, at });
                next.selected = next.draft.new_since(&self.draft).collect();
            }
            Act::Undo => {
                if let Some(draft) = next.past.pop() {
                    next.future.push(std::mem::replace(&mut next.draft, draft));
                }
            }
            Act::Redo => {
                if let Some(draft) = next.future.pop() {
                    next.past.push(std::mem::replace(&mut next.draft, draft));
                }
            }
            Act::Select(name) => {
                next.selected = Some(name).filter(|name| !name.is_empty()).into_iter().collect();
            }
            Act::Toggle(name) => {
                if !next.selected.remove(&name) {
                    next.selected.insert(name);
                }
            }
            Act::SelectAll => {
                next.selected = next.draft.devices.iter().map(|device| device.name().to_owned()).collect();
            }
            Act::Press(name) => next.press(name),
            Act::Cable => {
                let from = next.only().filter(|name| next.draft.device(name).is_some()).map(str::to_owned);
                next.cabling = from.filter(|_| next.cabling.is_none());
            }
            Act::Escape => {
                next.dragged = (0, 0);
                if next.cabling.take().is_none() {
                    next.selected.clear();
                }
            }
            Act::Drag(x, y) => next.dragged = (next.units(x), next.units(y)),
            Act::Drop => {
                let by = std::mem::take(&mut next.dragged);
                next.edit(&Edit::Move { names: next.devices(), by });
            }
            Act::Nudge(x, y) => next.edit(&Edit::Move { names: next.devices(), by: (x, y) }),
            Act::Delete => next.edit(&Edit::Delete { names: next.selected.iter().cloned().collect() }),
            Act::Copy => next.clip = next.draft.copy(&next.devices()),
            Act::Paste => {
                next.edit(&Edit::Paste { clip: next.clip.clone() });
                next.selected = next.draft.new_since(&self.draft).collect();
            }
            Act::Pan(x, y) => {
                next.view.x -= x / next.view.zoom;
                next.view.y -= y / next.view.zoom;
            }
            Act::Zoom(factor, pane) => next.zoom(factor, pane),
            Act::Fit(pane) => next.fit(pane),
        }
        // What is no longer there is not selected, nor does a cable begin there.
        let draft = Rc::clone(&next.draft);
        let there = |name: &String| draft.device(name).is_some() || draft.link(name).is_some();
        next.selected.retain(there);
        next.cabling = next.cabling.filter(there);
        next
    }

    fn edit(&mut self, edit: &Edit) {
        match self.draft.after(edit) {
            // What changes nothing is nothing to take back.
            Ok(draft) if draft == *self.draft => {}
            Ok(draft) => {
                if let Edit::Rename { from, to } = edit
                    && self.selected.remove(from)
                {
                    self.selected.insert(to.clone());
                }
                self.past.push(std::mem::replace(&mut self.draft, Rc::new(draft)));
                self.future.clear();
            }
            Err(refused) => self.refused = Some(refused),
        }
    }

    fn press(&mut self, name: String) {
        match self.cabling.take() {
            Some(from) if self.draft.device(&name).is_some() => {
                self.edit(&Edit::Cable { from, to: name.clone() });
                self.selected = Some(name).into_iter().collect();
            }
            // A press on one of several is the beginning of dragging them all.
            _ if self.selected.contains(&name) => {}
            _ => self.selected = Some(name).into_iter().collect(),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "places of a drawing")]
    fn units(&self, pixels: f64) -> i32 {
        (pixels / self.view.zoom).round() as i32
    }

    /// A free place near the middle of what is seen.
    fn middle(&self, (width, height): (f64, f64)) -> (i32, i32) {
        let (left, top) =
            (self.units(self.view.x * self.view.zoom), self.units(self.view.y * self.view.zoom));
        let (mut x, mut y) = (left + self.units(width / 2.0), top + self.units(height / 2.0));
        let taken = |x: i32, y: i32| {
            let near = |(other_x, other_y): (i32, i32)| x.abs_diff(other_x) < 70 && y.abs_diff(other_y) < 70;
            self.draft.devices.iter().filter_map(super::Device::at).any(near)
        };
        // Along a row, then the next.
        let start = x;
        while taken(x, y) {
            x += 100;
            if x > start + 300 {
                (x, y) = (start, y + 100);
            }
        }
        (x, y)
    }

    fn zoom(&mut self, factor: f64, (width, height): (f64, f64)) {
        let old = self.view.zoom;
        let zoom = (old * factor).clamp(ZOOMS.0, ZOOMS.1);
        // The middle stays where it is.
        self.view.x += width / 2.0 / old - width / 2.0 / zoom;
        self.view.y += height / 2.0 / old - height / 2.0 / zoom;
        self.view.zoom = zoom;
    }

    fn fit(&mut self, (width, height): (f64, f64)) {
        let places = || self.draft.devices.iter().filter_map(super::Device::at);
        let (Some(left), Some(right)) = (places().map(|at| at.0).min(), places().map(|at| at.0).max()) else {
            return;
        };
        let (Some(top), Some(bottom)) = (places().map(|at| at.1).min(), places().map(|at| at.1).max()) else {
            return;
        };
        let (across, down) = (f64::from(right) - f64::from(left), f64::from(bottom) - f64::from(top));
        let room = |pixels: f64, units: f64| ((pixels - 2.0 * MARGIN).max(40.0) / units.max(1.0)).min(1.5);
        let zoom = room(width, across).min(room(height, down)).clamp(ZOOMS.0, ZOOMS.1);
        self.view = View {
            zoom,
            x: f64::from(left) - (width / zoom - across) / 2.0,
            y: f64::from(top) - (height / zoom - down) / 2.0,
        };
    }
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::sim::library;
    use proptest::prelude::*;

    use super::*;

    const PANE: (f64, f64) = (600.0, 400.0);

    fn some_act() -> impl Strategy<Value = Act> {
        let name = || {
            prop::sample::select(vec!["H1", "H2", "H3", "R1", "S1", "cable1", "client", "server", "nobody"])
                .prop_map(str::to_owned)
        };
        prop_oneof![
            3 => prop::sample::select(Kind::ALL.to_vec()).prop_map(|kind| Act::Add(kind, PANE)),
            2 => (name(), name()).prop_map(|(from, to)| Act::Edit(Edit::Cable { from, to })),
            2 => (name(), name()).prop_map(|(from, to)| Act::Edit(Edit::Rename { from, to })),
            1 => (name(), name()).prop_map(|(from, to)| Act::Edit(Edit::Ping { from, to })),
            1 => name().prop_map(|name| Act::Edit(Edit::Delete { names: vec![name] })),
            1 => (name(), any::<u8>()).prop_map(|(name, ports)| {
                let settings = [("ports".to_owned(), toml::Value::from(i64::from(ports)))].into_iter().collect();
                Act::Edit(Edit::Configure { name, settings })
            }),
            1 => (0_usize..5).prop_map(|number| Act::Edit(Edit::Undo(number))),
            1 => Just(Act::Edit(Edit::Tidy)),
            2 => name().prop_map(Act::Press),
            2 => name().prop_map(Act::Toggle),
            1 => Just(Act::Cable),
            1 => Just(Act::SelectAll),
            1 => Just(Act::Escape),
            2 => (-50.0..50.0, -50.0..50.0).prop_map(|(x, y)| Act::Drag(x, y)),
            2 => Just(Act::Drop),
            2 => (-20..20, -20..20).prop_map(|(x, y)| Act::Nudge(x, y)),
            1 => Just(Act::Delete),
            1 => Just(Act::Copy),
            2 => Just(Act::Paste),
            1 => (0.2..4.0).prop_map(|factor| Act::Zoom(factor, PANE)),
            1 => Just(Act::Fit(PANE)),
            1 => Just(Act::Undo),
            1 => Just(Act::Redo),
        ]
    }

    fn begun() -> impl Strategy<Value = Editor> {
        prop::option::of(prop::sample::select(library::ALL.to_vec())).prop_map(|found| {
            Editor::new(found.map(|(_, source)| Draft::read(source).unwrap()).unwrap_or_default())
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn whatever_is_done_can_be_taken_back_and_done_again(start in begun(), acts in prop::collection::vec(some_act(), 0..40)) {
            let mut editor = start.clone();
            let mut networks = vec![Rc::clone(&editor.draft)];
            for act in acts {
                let steps = editor.past.len();
                let moved = matches!(act, Act::Undo | Act::Redo);
                editor = editor.after(act);
                if moved {
                    networks = editor.past.iter().cloned().chain([Rc::clone(&editor.draft)]).collect();
                } else if editor.past.len() > steps {
                    networks.truncate(steps + 1);
                    networks.push(Rc::clone(&editor.draft));
                }
                // Nothing is selected that is not there; every name is there once; it can be written and read.
                prop_assert!(editor.selected.iter().all(|name| editor.draft.device(name).is_some() || editor.draft.link(name).is_some()));
                let names: Vec<&str> = editor.draft.devices.iter().map(super::super::Device::name).collect();
                prop_assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
                // What is drawn has the devices in the same order.
                let drawn = editor.draft.topology();
                prop_assert_eq!(&drawn.nodes.iter().map(|node| node.name.as_str()).collect::<Vec<_>>(), &names);
                prop_assert_eq!(Draft::read(&editor.draft.to_string()).unwrap().topology(), editor.draft.topology());
            }
            let end = editor.clone();
            for network in networks.iter().rev() {
                prop_assert_eq!(&editor.draft, network);
                editor = editor.after(Act::Undo);
            }
            prop_assert_eq!(&editor.draft, &start.draft);
            while editor.can_redo() && editor.past.len() < end.past.len() {
                editor = editor.after(Act::Redo);
            }
            prop_assert_eq!(editor.draft, end.draft);
        }

        #[test]
        fn what_was_dragged_goes_as_far_as_the_pointer(x in -200.0..200.0, y in -200.0..200.0, factor in 0.3..3.0) {
            let editor = Editor::new(Draft::default()).after(Act::Add(Kind::Host, PANE)).after(Act::Zoom(factor, PANE));
            let at = |editor: &Editor| editor.draft.devices[0].at().unwrap();
            let before = at(&editor);
            let dropped = editor.after(Act::Drag(x, y)).after(Act::Drop);
            let went = (f64::from(at(&dropped).0 - before.0) * editor.view.zoom, f64::from(at(&dropped).1 - before.1) * editor.view.zoom);
            prop_assert!((went.0 - x).abs() <= editor.view.zoom && (went.1 - y).abs() <= editor.view.zoom);
        }
    }

    #[test]
    fn new_devices_do_not_stand_on_each_other() {
        let mut editor = Editor::new(Draft::default());
        for _ in 0..12 {
            editor = editor.after(Act::Add(Kind::Host, PANE));
        }
        let places: BTreeSet<_> = editor.draft.devices.iter().filter_map(super::super::Device::at).collect();
        assert_eq!(places.len(), 12);
    }

    #[test]
    fn a_cable_is_laid_by_two_presses() {
        let two =
            Editor::new(Draft::default()).after(Act::Add(Kind::Host, PANE)).after(Act::Add(Kind::Host, PANE));
        let laid = two.after(Act::Press("H1".into())).after(Act::Cable).after(Act::Press("H2".into()));
        assert_eq!((laid.draft.links.len(), laid.cabling), (1, None));
        let loose = two.after(Act::Press("H1".into())).after(Act::Cable).after(Act::Escape);
        assert_eq!((loose.draft.links.len(), loose.cabling), (0, None));
    }

    #[test]
    fn after_fitting_everything_is_in_sight() {
        let mut editor = Editor::new(Draft::default());
        for by in [(0, 0), (3000, 20), (-500, 900)] {
            editor = editor.after(Act::Add(Kind::Switch, PANE)).after(Act::Nudge(by.0, by.1));
        }
        let View { zoom, x, y } = editor.after(Act::Fit(PANE)).view;
        for (at_x, at_y) in editor.draft.devices.iter().filter_map(super::super::Device::at) {
            let (px, py) = ((f64::from(at_x) - x) * zoom, (f64::from(at_y) - y) * zoom);
            assert!((0.0..=PANE.0).contains(&px) && (0.0..=PANE.1).contains(&py), "{px} {py}");
        }
    }
}
