//! The pcap format: a file header, then records. draft-ietf-opsawg-pcap.

use std::{borrow::Cow, io::Read};

use pcap_parser::{
    PcapHeader, parse_pcap_frame, parse_pcap_frame_be, parse_pcap_frame_modified, parse_pcap_header,
};

use super::{Flaw, MAX_RECORD, Packet, Part, ReadError, Timestamp, source::Source};

const FILE_HEADER: usize = 24;

/// The file header.
pub(super) struct Header(PcapHeader);

impl Header {
    pub(super) fn read<R: Read>(source: &mut Source<R>) -> Result<Self, ReadError> {
        let bytes = source.take(FILE_HEADER, Part::FileHeader)?;
        match parse_pcap_header(bytes) {
            Ok((_, header)) => Ok(Self(header)),
            Err(_) => Err(ReadError::NotACapture { first: bytes.iter().take(4).copied().collect() }),
        }
    }

    /// The next record, or `None` at the end of the file.
    pub(super) fn next<'a, R: Read>(
        &self,
        source: &'a mut Source<R>,
    ) -> Result<Option<Packet<'a>>, ReadError> {
        let what = Part::Record;
        let offset = source.offset();
        let length = if self.0.is_modified_format() { 24 } else { 16 };
        let head = source.peek(length)?;
        if head.is_empty() {
            return Ok(None);
        }
        let had = head.len() as u64;
        let Some(&captured) = head.get(8..).and_then(<[u8]>::first_chunk) else {
            return Err(ReadError::Truncated { what, offset, needed: length as u64, had });
        };
        let captured =
            if self.0.is_bigendian() { u32::from_be_bytes(captured) } else { u32::from_le_bytes(captured) };
        if captured as usize > MAX_RECORD {
            let why = Flaw::Captured(captured);
            return Err(ReadError::Malformed { what, offset, why });
        }
        let record = source.take(length + captured as usize, what)?;
        let parsed = if self.0.is_modified_format() {
            parse_pcap_frame_modified(record)
        } else if self.0.is_bigendian() {
            parse_pcap_frame_be(record)
        } else {
            parse_pcap_frame(record)
        };
        let Ok((_, block)) = parsed else {
            return Err(ReadError::Malformed { what, offset, why: Flaw::Contradiction });
        };
        let unit = if self.0.is_nanosecond_precision() { 1 } else { 1000 };
        Ok(Some(Packet {
            number: 0,
            time: Timestamp::new(block.ts_sec.into(), u64::from(block.ts_usec) * unit),
            // The upper half holds the length of a frame check sequence, not the type.
            link_code: (self.0.network.0 & 0xffff) as u16,
            interface: None,
            bytes: Cow::Borrowed(block.data),
            original: block.origlen,
            comments: Vec::new(),
        }))
    }
}
