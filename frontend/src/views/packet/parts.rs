//! A packet and its dissection, as a property of components.

use std::rc::Rc;

use firsthop_protocol::wire::{Dissection, Field, Layer, LinkType, dissect};
use yew::html::ImplicitClone;

/// Which field of which layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldRef {
    /// The layer's number, outermost first.
    pub layer: usize,
    /// The field's number in its layer.
    pub field: usize,
}

/// A packet's bytes with what they mean.
#[derive(Debug, Clone)]
pub struct Parts(Rc<(LinkType, Vec<u8>, Dissection)>);

impl ImplicitClone for Parts {}

impl PartialEq for Parts {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || (self.0.0, &self.0.1) == (other.0.0, &other.0.1)
    }
}

impl Parts {
    /// Dissects a packet.
    pub fn new(link: LinkType, bytes: Vec<u8>) -> Self {
        let dissection = dissect(link, &bytes);
        Self(Rc::new((link, bytes, dissection)))
    }

    /// What its first byte is.
    pub fn link(&self) -> LinkType {
        self.0.0
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0.1
    }

    /// What they mean.
    pub fn dissection(&self) -> &Dissection {
        &self.0.2
    }

    /// A field.
    pub fn field(&self, at: FieldRef) -> Option<&Field> {
        self.layer(at.layer)?.fields.get(at.field)
    }

    /// A layer.
    pub fn layer(&self, layer: usize) -> Option<&Layer> {
        self.0.2.layers.get(layer)
    }

    /// The field that a byte belongs to: the one with the fewest bits, and of equal ones the innermost.
    pub fn field_at(&self, byte: usize) -> Option<FieldRef> {
        let fields = self.dissection().layers.iter().enumerate().flat_map(|(layer, content)| {
            content
                .fields
                .iter()
                .enumerate()
                .map(move |(field, content)| (FieldRef { layer, field }, content))
        });
        fields
            .filter(|(_, field)| field.bits > 0 && field.byte_range().contains(&byte))
            .min_by_key(|(at, field)| (field.bits.max(8), std::cmp::Reverse(at.layer)))
            .map(|(at, _)| at)
    }

    /// The layer that a byte belongs to, for its colour: the last one that begins at or before it.
    pub fn layer_at(&self, byte: usize) -> Option<&Layer> {
        self.dissection().layers.iter().rev().find(|layer| {
            let first = layer.offset as usize;
            (first..first + layer.length as usize).contains(&byte)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IPv4 and UDP around `ping`.
    const FRAME: [u8; 32] = [
        0x45, 0, 0, 32, 0, 1, 0x40, 0, 64, 17, 0x66, 0xc9, 10, 0, 0, 1, 10, 0, 0, 2, 0x30, 0x39, 0, 9, 0, 12,
        0, 0, b'p', b'i', b'n', b'g',
    ];

    fn name(parts: &Parts, byte: usize) -> Option<&'static str> {
        parts.field(parts.field_at(byte)?).map(Field::name)
    }

    #[test]
    fn a_byte_knows_its_field_and_layer() {
        let parts = Parts::new(LinkType::RawIp, FRAME.to_vec());
        assert_eq!(name(&parts, 8), Some("ttl"));
        assert_eq!(name(&parts, 13), Some("src"));
        assert_eq!(name(&parts, 22), Some("dstport"));
        assert_eq!(parts.layer_at(21).map(|layer| layer.protocol.name()), Some("udp"));
        assert_eq!(parts.field_at(32), None);
    }
}
