//! A packet in pieces, and whole again (RFC 791 §3.2, RFC 815).

use std::{collections::BTreeMap, net::Ipv4Addr};

use smoltcp::wire::{Icmpv4TimeExceeded, Ipv4Packet};

use super::{Output, Stack, note, text};
use crate::trace::{Cell, Time};

/// Packets that are being put together at the same time; beyond, the oldest is given up.
const MOST: usize = 64;
/// Pieces of one packet: each but the last carries 8 octets at least, but nobody honest sends so little.
const MOST_PIECES: usize = 512;
/// The largest packet: its length has 16 bits.
const LARGEST: usize = 65_535;

/// Cuts a packet into pieces of `mtu` octets at most; a piece's data is a multiple of eight octets but for the last.
pub(super) fn split(packet: &[u8], mtu: u16) -> Vec<Vec<u8>> {
    let Ok(parsed) = Ipv4Packet::new_checked(packet) else { return Vec::new() };
    let header_len = usize::from(parsed.header_len());
    let (Some(header), Some(data)) =
        (packet.get(..header_len), packet.get(header_len..parsed.total_len().into()))
    else {
        return Vec::new();
    };
    let room = usize::from(mtu).saturating_sub(header_len) & !7;
    if room == 0 {
        return Vec::new();
    }
    let (offset, more) = (usize::from(parsed.frag_offset()), parsed.more_frags());
    let pieces = data.len().div_ceil(room);
    let cut = data.chunks(room).enumerate().map(|(number, chunk)| {
        let mut bytes = [header, chunk].concat();
        let total = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        let mut piece = Ipv4Packet::new_unchecked(bytes.as_mut_slice());
        piece.set_total_len(total);
        piece.set_frag_offset(u16::try_from(offset + number * room).unwrap_or(u16::MAX));
        piece.set_more_frags(more || number + 1 < pieces);
        piece.fill_checksum();
        bytes
    });
    cut.collect()
}

/// Which packet a piece is of: RFC 791 tells them by source, destination, protocol and identification.
type Key = (Ipv4Addr, Ipv4Addr, u8, u16);

#[derive(Debug)]
struct Partial {
    since: Time,
    /// The header of the first piece.
    header: Option<Vec<u8>>,
    /// The first piece as it came, for the sender to be told if the rest does not come.
    first: Vec<u8>,
    /// Data by its place.
    pieces: BTreeMap<usize, Vec<u8>>,
    /// How much data there will be, once the last piece has come.
    total: Option<usize>,
}

impl Partial {
    fn has(&self) -> usize {
        self.pieces.values().map(Vec::len).sum()
    }

    /// Whether a piece would lie over another.
    fn overlaps(&self, offset: usize, len: usize) -> bool {
        self.pieces.iter().any(|(at, data)| *at < offset + len && offset < at + data.len())
    }
}

/// What is being put together.
#[derive(Debug)]
pub(super) struct Reassembly {
    timeout: u64,
    packets: BTreeMap<Key, Partial>,
}

impl Reassembly {
    pub(super) const fn new(timeout: u64) -> Self {
        Self { timeout, packets: BTreeMap::new() }
    }

    pub(super) fn next_timer(&self) -> Option<Time> {
        self.packets.values().map(|partial| partial.since.plus(self.timeout)).min()
    }

    /// Adds a piece; the whole packet if it was the last that was missing.
    pub(super) fn add(
        &mut self,
        now: Time,
        packet: &Ipv4Packet<&[u8]>,
        out: &mut Vec<Output>,
    ) -> Option<Vec<u8>> {
        let key = (packet.src_addr(), packet.dst_addr(), packet.next_header().into(), packet.ident());
        let (offset, data) = (usize::from(packet.frag_offset()), packet.payload());
        let bytes = packet.clone().into_inner();
        if !self.packets.contains_key(&key) && self.packets.len() >= MOST {
            self.give_up_oldest(out);
        }
        let partial = self.packets.entry(key).or_insert_with(|| Partial {
            since: now,
            header: None,
            first: Vec::new(),
            pieces: BTreeMap::new(),
            total: None,
        });
        let wrong = if packet.more_frags() && data.len() % 8 != 0 {
            Some(&text::FRAGMENT_LENGTH)
        } else if offset + data.len() + usize::from(packet.header_len()) > LARGEST
            || partial.pieces.len() >= MOST_PIECES
        {
            Some(&text::FRAGMENT_TOO_LARGE)
        } else if partial.pieces.get(&offset).is_some_and(|known| known == data) {
            // The same piece once more changes nothing.
            return None;
        } else if partial.overlaps(offset, data.len()) {
            // Linux throws the whole packet away, as RFC 5722 has it for IPv6: an overlap is an attack.
            Some(&text::FRAGMENT_OVERLAP)
        } else {
            None
        };
        if let Some(why) = wrong {
            self.packets.remove(&key);
            out.push(row(&key, None, why));
            out.push(note(why.text()));
            return None;
        }
        if offset == 0 {
            partial.header = bytes.get(..packet.header_len().into()).map(<[u8]>::to_vec);
            partial.first = bytes.to_vec();
        }
        if !packet.more_frags() {
            partial.total = Some(offset + data.len());
        }
        partial.pieces.insert(offset, data.to_vec());
        let (has, total) = (partial.has(), partial.total);
        if total != Some(has) {
            out.push(row(&key, Some((has, total)), &text::FRAGMENT_KEPT));
            return None;
        }
        let whole = self.packets.remove(&key)?;
        out.push(row(&key, None, &text::REASSEMBLED));
        let mut bytes = whole.header?;
        bytes.extend(whole.pieces.into_values().flatten());
        let total = u16::try_from(bytes.len()).ok()?;
        let mut packet = Ipv4Packet::new_unchecked(bytes.as_mut_slice());
        packet.set_total_len(total);
        packet.set_more_frags(false);
        packet.set_frag_offset(0);
        packet.fill_checksum();
        Some(bytes)
    }

    fn give_up_oldest(&mut self, out: &mut Vec<Output>) {
        let oldest = self.packets.iter().min_by_key(|(_, partial)| partial.since).map(|(key, _)| *key);
        if let Some(key) = oldest {
            self.packets.remove(&key);
            out.push(row(&key, None, &text::FRAGMENT_NO_ROOM));
        }
    }

    /// Gives up what has waited too long: the first pieces, where they came.
    fn expire(&mut self, now: Time, out: &mut Vec<Output>) -> Vec<Vec<u8>> {
        let timeout = self.timeout;
        let over: Vec<(Key, Partial)> =
            self.packets.extract_if(.., |_, partial| partial.since.plus(timeout) <= now).collect();
        over.into_iter()
            .map(|(key, partial)| {
                out.push(row(&key, None, &text::FRAGMENT_TIMEOUT));
                partial.first
            })
            .filter(|first| !first.is_empty())
            .collect()
    }
}

fn row(key: &Key, has: Option<(usize, Option<usize>)>, why: &crate::trace::Message) -> Output {
    let (src, dst, protocol, ident) = key;
    let cell = |name: &str, value: String| Cell { name: name.to_owned(), value };
    let row = has.map(|(has, total)| {
        vec![
            cell("Source", src.to_string()),
            cell("Destination", dst.to_string()),
            cell("Identification", format!("{ident:#06x}")),
            cell("Octets", has.to_string()),
            cell("Total", total.map_or_else(|| "?".to_owned(), |total| total.to_string())),
        ]
    });
    let key = format!("{src}>{dst} {protocol} {ident:#06x}");
    Output::Table { table: "fragments", key, row, why: why.text() }
}

/// A packet of which some pieces have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incomplete {
    /// From whom.
    pub src: Ipv4Addr,
    /// To whom.
    pub dst: Ipv4Addr,
    /// What it carries, by its number.
    pub protocol: u8,
    /// Its identification, which all its pieces have.
    pub ident: u16,
    /// When the first piece came.
    pub since: Time,
    /// Octets that have come.
    pub octets: usize,
    /// Octets that there will be, once the last piece has come.
    pub total: Option<usize>,
}

impl Stack {
    /// The packets that are being put together.
    pub fn reassembling(&self) -> impl Iterator<Item = Incomplete> {
        self.reassembly.packets.iter().map(|((src, dst, protocol, ident), partial)| Incomplete {
            src: *src,
            dst: *dst,
            protocol: *protocol,
            ident: *ident,
            since: partial.since,
            octets: partial.has(),
            total: partial.total,
        })
    }

    pub(super) fn reassembly_timers(&mut self, now: Time, out: &mut Vec<Output>) {
        for first in self.reassembly.expire(now, out) {
            // RFC 792: only who has the first piece can say whose packet it was.
            let why = Icmpv4TimeExceeded::FragExpired;
            self.time_exceeded(now, why, &first, &text::REASSEMBLY_TIME_EXCEEDED, out);
        }
    }
}
