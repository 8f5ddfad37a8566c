//! The pcapng format: sections of blocks. draft-ietf-opsawg-pcapng.
//!
//! Blocks are framed here, so that one of an unknown or unneeded type is passed over without being held in memory or
//! parsed; those that matter are parsed by `pcap-parser`.

use std::{borrow::Cow, io::Read, sync::Arc};

use pcap_parser::{
    Block, OptionCode, PcapNGOption, parse_block_be, parse_block_le, parse_sectionheaderblock,
    traits::PcapNGPacketBlock as _,
};

use super::{Flaw, MAX_RECORD, Packet, Part, ReadError, Timestamp, source::Source};

const SECTION_HEADER: u32 = 0x0a0d_0d0a; // the same in both byte orders
const INTERFACE_DESCRIPTION: u32 = 1;
const PACKET: u32 = 2; // obsolete, still met in old files
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;

/// What the blocks of the current section need to be understood.
pub(super) struct Section {
    big_endian: bool,
    interfaces: Vec<Interface>,
}

/// What an Interface Description Block says.
struct Interface {
    link_code: u16,
    name: Option<Arc<str>>,
    snaplen: u32,
    /// `if_tsresol`: units of time as a power of ten, or of two if the top bit is set.
    resolution: u8,
    /// `if_tsoffset`: seconds to add.
    offset: i64,
}

impl Interface {
    /// The instant that a block's 64-bit counter stands for.
    fn time(&self, units: u64) -> Timestamp {
        let exponent = u32::from(self.resolution & 0x7f);
        let units = u128::from(units);
        let nanos = if self.resolution & 0x80 != 0 {
            (units * 1_000_000_000) >> exponent
        } else if exponent <= 9 {
            units * 10u128.pow(9 - exponent)
        } else {
            // Ten to the 38th is the largest power that fits, and more than any counter.
            units / 10u128.checked_pow(exponent - 9).unwrap_or(u128::MAX)
        };
        // Below 2^94: a 64-bit counter of whole seconds in nanoseconds.
        Timestamp(i128::try_from(nanos).unwrap_or(i128::MAX) + i128::from(self.offset) * 1_000_000_000)
    }
}

impl Section {
    /// Reads the Section Header Block at the start of the file.
    pub(super) fn read<R: Read>(source: &mut Source<R>) -> Result<Self, ReadError> {
        let mut section = Self { big_endian: false, interfaces: Vec::new() };
        section.begin(source)?;
        Ok(section)
    }

    /// Reads a Section Header Block: byte order, and no interfaces yet.
    fn begin<R: Read>(&mut self, source: &mut Source<R>) -> Result<(), ReadError> {
        let what = Part::SectionHeader;
        let offset = source.offset();
        let head = source.peek(12)?;
        let had = head.len() as u64;
        let Some((length, order)) = head.split_at_checked(8).map(|(head, order)| (head.get(4..), order))
        else {
            return Err(ReadError::Truncated { what, offset, needed: 28, had });
        };
        self.big_endian = match order {
            [0x4d, 0x3c, 0x2b, 0x1a] => false,
            [0x1a, 0x2b, 0x3c, 0x4d] => true,
            [a, b, c, d] => {
                let why = Flaw::ByteOrder([*a, *b, *c, *d]);
                return Err(ReadError::Malformed { what, offset, why });
            }
            _ => return Err(ReadError::Truncated { what, offset, needed: 28, had }),
        };
        let length = self.number(length.unwrap_or_default());
        let length = checked_length(length, what, offset)?;
        let block = source.take(length, what)?;
        match parse_sectionheaderblock(block) {
            Ok((_, header)) if header.major_version == 1 => {
                self.interfaces.clear();
                Ok(())
            }
            Ok((_, header)) => {
                Err(ReadError::Malformed { what, offset, why: Flaw::Version(header.major_version) })
            }
            Err(_) => Err(ReadError::Malformed { what, offset, why: Flaw::Contradiction }),
        }
    }

    fn number(&self, bytes: &[u8]) -> u32 {
        let bytes = bytes.first_chunk().copied().unwrap_or_default();
        if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }

    /// The next packet, or `None` at the end of the file.
    pub(super) fn next<'a, R: Read>(
        &mut self,
        source: &'a mut Source<R>,
    ) -> Result<Option<Packet<'a>>, ReadError> {
        let (kind, length) = loop {
            let offset = source.offset();
            let head = source.peek(8)?;
            if head.is_empty() {
                return Ok(None);
            }
            let Some((kind, length)) = head.split_first_chunk::<4>().filter(|(_, rest)| rest.len() == 4)
            else {
                let had = head.len() as u64;
                return Err(ReadError::Truncated { what: Part::BlockHeader, offset, needed: 8, had });
            };
            let (kind, length) = (self.number(kind), self.number(length));
            match kind {
                SECTION_HEADER => self.begin(source)?,
                INTERFACE_DESCRIPTION => {
                    let length = checked_length(length, Part::InterfaceDescription, offset)?;
                    let block = source.take(length, Part::InterfaceDescription)?;
                    let interface = self.interface(block, offset)?;
                    self.interfaces.push(interface);
                }
                PACKET | SIMPLE_PACKET | ENHANCED_PACKET => break (kind, length),
                _ => {
                    if length < 12 {
                        let why = Flaw::TooShort(length);
                        return Err(ReadError::Malformed { what: Part::Block, offset, why });
                    }
                    source.skip(u64::from(length).next_multiple_of(4), Part::Block)?;
                }
            }
        };
        let offset = source.offset();
        let what = match kind {
            ENHANCED_PACKET => Part::EnhancedPacket,
            SIMPLE_PACKET => Part::SimplePacket,
            _ => Part::Packet,
        };
        let length = checked_length(length, what, offset)?;
        let block = source.take(length, what)?;
        let packet = if kind == PACKET { self.obsolete_packet(block) } else { self.packet(block) };
        packet.map(Some).map_err(|why| ReadError::Malformed { what, offset, why })
    }

    fn parse<'a>(&self, block: &'a [u8]) -> Option<Block<'a>> {
        let parsed = if self.big_endian { parse_block_be(block) } else { parse_block_le(block) };
        parsed.ok().map(|(_, block)| block)
    }

    fn interface(&self, block: &[u8], offset: u64) -> Result<Interface, ReadError> {
        let Some(Block::InterfaceDescription(block)) = self.parse(block) else {
            let what = Part::InterfaceDescription;
            return Err(ReadError::Malformed { what, offset, why: Flaw::Contradiction });
        };
        let option =
            |code| block.options.iter().find(|option| option.code == code).and_then(|o| o.as_bytes().ok());
        let offset =
            option(OptionCode::IfTsoffset).and_then(|bytes| bytes.first_chunk().copied()).unwrap_or_default();
        Ok(Interface {
            link_code: (block.linktype.0 & 0xffff) as u16,
            name: option(OptionCode::IfName).map(|name| String::from_utf8_lossy(name).into()),
            snaplen: block.snaplen,
            // Microseconds unless it says otherwise.
            resolution: option(OptionCode::IfTsresol).and_then(|bytes| bytes.first().copied()).unwrap_or(6),
            offset: if self.big_endian { i64::from_be_bytes(offset) } else { i64::from_le_bytes(offset) },
        })
    }

    fn packet<'a>(&self, block: &'a [u8]) -> Result<Packet<'a>, Flaw> {
        match self.parse(block) {
            Some(Block::EnhancedPacket(packet)) => {
                let interface = self.interface_at(packet.if_id)?;
                let bytes = packet.data.get(..packet.caplen as usize).ok_or(Flaw::Contradiction)?;
                Ok(Packet {
                    number: 0,
                    time: interface.time(u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low)),
                    link_code: interface.link_code,
                    interface: interface.name.clone(),
                    bytes: Cow::Borrowed(bytes),
                    original: packet.origlen,
                    comments: comments(&packet.options),
                })
            }
            Some(Block::SimplePacket(packet)) => {
                // It is of the first interface, and cut at that interface's snap length.
                let interface = self.interface_at(0)?;
                let snaplen = if interface.snaplen == 0 { u32::MAX } else { interface.snaplen };
                let captured = packet.orig_len().min(snaplen) as usize;
                let bytes = packet.data.get(..captured).ok_or(Flaw::Contradiction)?;
                Ok(Packet {
                    number: 0,
                    time: Timestamp::default(),
                    link_code: interface.link_code,
                    interface: interface.name.clone(),
                    bytes: Cow::Borrowed(bytes),
                    original: packet.origlen,
                    comments: Vec::new(),
                })
            }
            _ => Err(Flaw::Contradiction),
        }
    }

    /// The Packet Block that Enhanced Packet Blocks replaced; `pcap-parser` does not know it. Its options are left.
    fn obsolete_packet<'a>(&self, block: &'a [u8]) -> Result<Packet<'a>, Flaw> {
        let (head, data) = block.split_first_chunk::<28>().ok_or(Flaw::Contradiction)?;
        let [.., i0, i1, _, _, h0, h1, h2, h3, l0, l1, l2, l3, c0, c1, c2, c3, o0, o1, o2, o3] = *head;
        let id = if self.big_endian { u16::from_be_bytes([i0, i1]) } else { u16::from_le_bytes([i0, i1]) };
        let interface = self.interface_at(id.into())?;
        let high = self.number(&[h0, h1, h2, h3]);
        let low = self.number(&[l0, l1, l2, l3]);
        let captured = self.number(&[c0, c1, c2, c3]) as usize;
        let data = data.get(..data.len().saturating_sub(4)).unwrap_or_default(); // the length again
        Ok(Packet {
            number: 0,
            time: interface.time(u64::from(high) << 32 | u64::from(low)),
            link_code: interface.link_code,
            interface: interface.name.clone(),
            bytes: Cow::Borrowed(data.get(..captured).ok_or(Flaw::Contradiction)?),
            original: self.number(&[o0, o1, o2, o3]),
            comments: Vec::new(),
        })
    }

    fn interface_at(&self, id: u32) -> Result<&Interface, Flaw> {
        self.interfaces.get(id as usize).ok_or(Flaw::Interface { id, described: self.interfaces.len() })
    }
}

/// A block's length as a count of bytes to hold in memory, rounded up as the format asks.
fn checked_length(length: u32, what: Part, offset: u64) -> Result<usize, ReadError> {
    let bytes = (length as usize).next_multiple_of(4);
    if (12..=MAX_RECORD).contains(&bytes) {
        return Ok(bytes);
    }
    let why = Flaw::Implausible(length);
    Err(ReadError::Malformed { what, offset, why })
}

fn comments(options: &[PcapNGOption<'_>]) -> Vec<String> {
    options
        .iter()
        .filter(|option| option.code == OptionCode::Comment)
        .filter_map(|option| option.as_bytes().ok())
        .map(|comment| String::from_utf8_lossy(comment).into_owned())
        .collect()
}
