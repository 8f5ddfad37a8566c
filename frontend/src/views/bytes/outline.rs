//! The order of a dissection's fields, and which of them lies at a bit.

use std::ops::Range;

use firsthop_protocol::wire::{Dissection, Layer};

use super::FieldId;

/// A step through the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Next,
    Previous,
    First,
    Last,
}

impl Step {
    /// What a key means.
    pub(super) fn from_key(key: &str) -> Option<Self> {
        match key {
            "ArrowDown" | "ArrowRight" => Some(Self::Next),
            "ArrowUp" | "ArrowLeft" => Some(Self::Previous),
            "Home" => Some(Self::First),
            "End" => Some(Self::Last),
            _ => None,
        }
    }
}

/// All fields, outermost layer first.
fn all(dissection: &Dissection) -> impl DoubleEndedIterator<Item = FieldId> + '_ {
    let layers = dissection.layers.iter().enumerate();
    layers.flat_map(|(layer, it)| (0..it.fields.len()).map(move |field| FieldId { layer, field }))
}

/// The field that a step leads to.
pub(super) fn step(dissection: &Dissection, from: Option<FieldId>, step: Step) -> Option<FieldId> {
    match (step, from) {
        (Step::First, _) | (Step::Next, None) => all(dissection).next(),
        (Step::Last, _) | (Step::Previous, None) => all(dissection).next_back(),
        (Step::Next, Some(from)) => all(dissection).find(|id| *id > from),
        (Step::Previous, Some(from)) => all(dissection).rev().find(|id| *id < from),
    }
}

/// The smallest field that holds a bit; of two as small, the inner layer's.
pub(super) fn field_at(dissection: &Dissection, bit: u32) -> Option<FieldId> {
    let holds = |id: &FieldId| id.bits(dissection).is_some_and(|bits| bits.contains(&bit));
    let size = |id: &FieldId| id.bits(dissection).map_or(u32::MAX, |bits| bits.end - bits.start);
    all(dissection).rev().filter(holds).min_by_key(size)
}

/// The fields of a layer that hold no other field: those that a grid draws, with their bits from the layer's first.
pub(super) fn leaves(layer: &Layer) -> Vec<(usize, Range<u32>)> {
    let origin = layer.offset.saturating_mul(8);
    let mut leaves: Vec<(usize, Range<u32>)> = Vec::with_capacity(layer.fields.len());
    for (index, field) in layer.fields.iter().enumerate() {
        let Some(start) =
            field.bit_offset.checked_sub(origin).filter(|_| field.bits > 0 && !field.spec.group)
        else {
            continue;
        };
        let bits = start..start.saturating_add(field.bits);
        // A field is followed by its parts; it gives way to them.
        while leaves.last().is_some_and(|(_, whole)| whole.start <= bits.start && bits.end <= whole.end) {
            leaves.pop();
        }
        if leaves.last().is_none_or(|(_, before)| before.end <= bits.start) {
            leaves.push((index, bits));
        }
    }
    leaves
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::wire::{LinkType, dissect};

    use super::*;

    /// IPv4 and UDP: `ping` from port 12345 to 9.
    pub(crate) const PACKET: [u8; 32] = [
        0x45, 0, 0, 32, 0, 1, 0x40, 0, 64, 17, 0x66, 0xc9, 10, 0, 0, 1, 10, 0, 0, 2, 0x30, 0x39, 0, 9, 0, 12,
        0, 0, b'p', b'i', b'n', b'g',
    ];

    #[test]
    fn steps_reach_every_field_and_come_back() {
        let dissection = dissect(LinkType::RawIp, &PACKET);
        let mut seen = vec![step(&dissection, None, Step::Next).unwrap()];
        while let Some(next) = step(&dissection, seen.last().copied(), Step::Next) {
            seen.push(next);
        }
        assert_eq!(seen.len(), dissection.layers.iter().map(|layer| layer.fields.len()).sum::<usize>());
        assert_eq!(step(&dissection, None, Step::Last), seen.last().copied());
        let mut back = seen.clone();
        back.reverse();
        for pair in back.windows(2) {
            assert_eq!(step(&dissection, Some(pair[0]), Step::Previous), Some(pair[1]));
        }
    }

    #[test]
    fn the_smallest_field_at_a_bit_is_found() {
        let dissection = dissect(LinkType::RawIp, &PACKET);
        let name = |bit| field_at(&dissection, bit).unwrap().find(&dissection).unwrap().1.name();
        assert_eq!(name(64), "ttl");
        assert_eq!(name(160), "srcport");
        assert_eq!(name(49), "df");
        assert_eq!(field_at(&dissection, 32 * 8), None);
    }

    #[test]
    fn leaves_cover_a_header_without_overlap() {
        let dissection = dissect(LinkType::RawIp, &PACKET);
        let leaves = leaves(&dissection.layers[0]);
        assert_eq!(leaves.first().unwrap().1.start, 0);
        assert_eq!(leaves.last().unwrap().1.end, 160);
        for pair in leaves.windows(2) {
            assert_eq!(pair[0].1.end, pair[1].1.start);
        }
    }
}
