//! Fields of the same packet on several links, and which of them changed from one link to the next.

use firsthop_protocol::wire::{Dissection, Field};

use crate::i18n::{Language, wire::say_field};

/// The packet on one link.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hop<'d> {
    /// Its fields.
    pub(super) dissection: &'d Dissection,
    /// Which of the hops it comes from.
    pub(super) before: Option<usize>,
}

/// A field on every link.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Protocol and field, unique in the table: `ipv4.ttl`.
    pub(super) key: String,
    pub(super) protocol: &'static str,
    pub(super) label: &'static str,
    /// One for each link.
    pub(super) cells: Vec<Cell>,
}

/// A field on one link.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Cell {
    /// Its value in words; empty where it is not there.
    pub(super) text: String,
    /// It was another one on the link before.
    pub(super) changed: bool,
}

/// They tell where a packet goes, so that they are of interest also where they stay the same.
const WAY: [&str; 12] = [
    "ethernet.src",
    "ethernet.dst",
    "ipv4.src",
    "ipv4.dst",
    "ipv4.ttl",
    "ipv4.checksum",
    "udp.srcport",
    "udp.dstport",
    "udp.checksum",
    "tcp.srcport",
    "tcp.dstport",
    "tcp.checksum",
];

/// A line for each field that changes anywhere, and for those that tell where the packet goes.
pub(super) fn compare(hops: &[Hop<'_>], language: Language) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for hop in hops {
        for (key, protocol, field) in fields(hop.dissection) {
            if lines.iter().any(|line| line.key == key) {
                continue;
            }
            let cells: Vec<Cell> = hops.iter().map(|hop| cell(hops, *hop, &key, language)).collect();
            let changed = cells.iter().any(|cell| cell.changed);
            // A group is told by its parts.
            if WAY.contains(&key.as_str()) || changed && !field.spec.group {
                lines.push(Line { key, protocol, label: field.label(), cells });
            }
        }
    }
    lines
}

fn cell(hops: &[Hop<'_>], hop: Hop<'_>, key: &str, language: Language) -> Cell {
    let find = |hop: &Hop<'_>| {
        fields(hop.dissection).find(|(known, ..)| known == key).map(|(_, _, field)| field.clone())
    };
    let own = find(&hop);
    let changed = hop.before.and_then(|before| hops.get(before)).is_some_and(|before| {
        find(before).map(|field| field.value) != own.as_ref().map(|field| field.value.clone())
    });
    Cell { text: own.map_or_else(String::new, |field| say_field(language, &field)), changed }
}

/// Every field with its key. What is there twice, such as the addresses of a packet that an ICMP error quotes, is numbered.
fn fields(dissection: &Dissection) -> impl Iterator<Item = (String, &'static str, &Field)> {
    dissection.layers.iter().enumerate().flat_map(move |(at, layer)| {
        let protocol = layer.protocol.name();
        let same = dissection.layers.iter().take(at).filter(|other| other.protocol == layer.protocol).count();
        layer.fields.iter().enumerate().map(move |(number, field)| {
            let twice = layer.fields.iter().take(number).filter(|other| other.name() == field.name()).count();
            let mut key = format!("{protocol}.{}", field.name());
            for count in [same, twice] {
                if count > 0 {
                    key.push_str(&format!("#{}", count + 1));
                }
            }
            (key, protocol, field)
        })
    })
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::wire::{LinkType, dissect};

    use super::*;

    /// A UDP datagram with these last bytes of the MAC addresses, TTL, last byte of the sender's address, and port.
    fn dissected(macs: [u8; 2], ttl: u8, host: u8, port: u8) -> Dissection {
        let mut bytes = vec![2, 0, 0, 0, 0, macs[1], 2, 0, 0, 0, 0, macs[0], 8, 0];
        bytes.extend([0x45, 0, 0, 28, 0, 7, 0, 0, ttl, 17, 0, 0, 10, 0, 0, host, 10, 0, 0, 2]);
        bytes.extend([0x40, port, 0, 9, 0, 8, 0, 0]);
        dissect(LinkType::Ethernet, &bytes)
    }

    #[test]
    fn what_routers_and_nat_change_is_marked_where_they_do() {
        let ways = [dissected([1, 2], 64, 1, 1), dissected([3, 4], 63, 1, 1), dissected([5, 6], 62, 9, 8)];
        let hop = |(at, dissection)| Hop { dissection, before: usize::checked_sub(at, 1) };
        let hops: Vec<_> = ways.iter().enumerate().map(hop).collect();
        let lines = compare(&hops, Language::English);
        let changed = |key: &str| -> Vec<bool> {
            let line =
                lines.iter().find(|line| line.key == key).unwrap_or_else(|| panic!("no {key} in {lines:#?}"));
            line.cells.iter().map(|cell| cell.changed).collect()
        };
        assert_eq!(changed("ethernet.src"), [false, true, true]);
        assert_eq!(changed("ipv4.ttl"), [false, true, true]);
        assert_eq!(changed("ipv4.src"), [false, false, true]);
        assert_eq!(changed("ipv4.dst"), [false, false, false], "shown, because it tells where to");
        assert_eq!(changed("udp.srcport"), [false, false, true]);
        assert!(!lines.iter().any(|line| line.key == "ipv4.id"), "neither changed nor on the way");
    }

    #[test]
    fn copies_are_compared_with_what_they_were_copied_from() {
        let ways = [dissected([1, 2], 64, 1, 1), dissected([3, 4], 63, 1, 1), dissected([1, 2], 64, 1, 1)];
        let hops = [None, Some(0), Some(0)];
        let hops: Vec<_> =
            ways.iter().zip(hops).map(|(dissection, before)| Hop { dissection, before }).collect();
        let lines = compare(&hops, Language::English);
        let ttl = lines.iter().find(|line| line.key == "ipv4.ttl").unwrap();
        assert_eq!(ttl.cells.iter().map(|cell| cell.changed).collect::<Vec<_>>(), [false, true, false]);
    }
}
