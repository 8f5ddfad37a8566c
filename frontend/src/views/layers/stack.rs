//! Which pieces a packet is made of, and how far up a device takes them apart.

use firsthop_protocol::wire::{Dissection, Protocol, Value};

use crate::views::topology::{Kind, Node};

/// A header, or what is left for the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// The protocol, or `data`.
    pub(super) name: &'static str,
    pub(super) offset: usize,
    pub(super) length: usize,
}

impl Piece {
    pub(super) fn of<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        bytes.get(self.offset..(self.offset + self.length).min(bytes.len())).unwrap_or_default()
    }
}

/// The pieces of a frame, outermost first.
pub(super) fn pieces(dissection: &Dissection, length: usize) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = dissection
        .layers
        .iter()
        .map(|layer| Piece {
            name: layer.protocol.name(),
            offset: layer.offset as usize,
            length: layer.length as usize,
        })
        .filter(|piece| piece.length > 0)
        .collect();
    let end = pieces.last().map_or(0, |piece| piece.offset + piece.length);
    if end < length {
        pieces.push(Piece { name: "data", offset: end, length: length - end });
    }
    pieces
}

/// How many layers a device reads of a packet, from the outermost on.
pub fn reach(node: &Node, dissection: &Dissection) -> usize {
    match node.kind {
        Kind::Host => usize::MAX,
        // To a packet of its own it is a machine like any other.
        Kind::Router if is_for(node, dissection) => usize::MAX,
        Kind::Router => {
            let network = |protocol| matches!(protocol, Protocol::Ipv4 | Protocol::Ipv6 | Protocol::Arp);
            let at = dissection.layers.iter().position(|layer| network(layer.protocol));
            at.map_or(1, |at| at + 1)
        }
        Kind::Switch => 1,
        // They carry bits.
        Kind::Hub | Kind::Cloud => 0,
    }
}

fn is_for(node: &Node, dissection: &Dissection) -> bool {
    let Some(layer) = dissection.layer(Protocol::Ipv4) else { return false };
    let own = |address: String| {
        node.addresses.iter().any(|known| known.split('/').next() == Some(address.as_str()))
    };
    let ends = ["src", "dst"].into_iter().filter_map(|name| layer.field(name));
    ends.into_iter().any(|field| matches!(&field.value, Value::Ipv4(address) if own(address.to_string())))
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::wire::{LinkType, dissect};

    use super::*;

    fn datagram() -> Vec<u8> {
        let mut bytes = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0];
        bytes.extend([0x45, 0, 0, 31, 0, 7, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
        bytes.extend([0x40, 1, 0x40, 2, 0, 11, 0, 0, 1, 2, 3]);
        bytes
    }

    fn node(kind: Kind, address: &str) -> Node {
        Node { name: "x".into(), kind, place: None, addresses: vec![address.into()] }
    }

    #[test]
    fn pieces_are_the_whole_frame() {
        let bytes = datagram();
        let pieces = pieces(&dissect(LinkType::Ethernet, &bytes), bytes.len());
        assert_eq!(pieces.iter().map(|piece| piece.length).collect::<Vec<_>>()[..3], [14, 20, 8]);
        assert_eq!(pieces.iter().map(|piece| piece.length).sum::<usize>(), bytes.len());
        assert_eq!(pieces.last().unwrap().of(&bytes), [1, 2, 3]);
    }

    #[test]
    fn each_device_reads_as_far_as_it_must() {
        let dissection = dissect(LinkType::Ethernet, &datagram());
        let reads = |kind, address: &str| reach(&node(kind, address), &dissection).min(9);
        assert_eq!(reads(Kind::Hub, ""), 0);
        assert_eq!(reads(Kind::Switch, ""), 1);
        assert_eq!(reads(Kind::Router, "10.0.0.254/24"), 2);
        assert_eq!(reads(Kind::Router, "10.0.0.2/24"), 9);
        assert_eq!(reads(Kind::Host, ""), 9);
    }
}
