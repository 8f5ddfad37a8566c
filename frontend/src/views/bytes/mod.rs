//! A packet three ways: the RFC's bit grid, the bytes, the fields. Point at one and all light up.
//!
//! Everything here knows a [`Dissection`] and its bytes, never where they came from. What is lit is a range of bits, so
//! that a field, the bytes it lies in and its cells in the grid need not know each other.

mod dump;
mod grid;
mod inspector;
mod outline;
mod packet;
mod pick;
mod rows;
mod tree;

use std::{ops::Range, rc::Rc};

use firsthop_protocol::wire::{Dissection, Field, Layer};

pub use dump::Dump;
pub use grid::{HeaderGrid, LayerGrid};
pub use inspector::Inspector;
pub use packet::PacketBytes;
pub use tree::FieldTree;

/// Which field of a dissection: the layer's number and the field's number in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId {
    /// The layer.
    pub layer: usize,
    /// The field.
    pub field: usize,
}

impl FieldId {
    /// The field, if the dissection has it.
    pub fn find(self, dissection: &Dissection) -> Option<(&Layer, &Field)> {
        let layer = dissection.layers.get(self.layer)?;
        Some((layer, layer.fields.get(self.field)?))
    }

    /// Its bits, counted from the frame's first.
    pub fn bits(self, dissection: &Dissection) -> Option<Range<u32>> {
        let (_, field) = self.find(dissection)?;
        Some(field.bit_offset..field.bit_offset.saturating_add(field.bits))
    }

    /// As it stands in an element's `data-field` and in addresses: `2.5`.
    pub fn parse(text: &str) -> Option<Self> {
        let (layer, field) = text.split_once('.')?;
        Some(Self { layer: layer.parse().ok()?, field: field.parse().ok()? })
    }
}

impl std::fmt::Display for FieldId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.layer, self.field)
    }
}

/// A packet's bytes as a property of components.
pub type Bytes = Rc<[u8]>;
