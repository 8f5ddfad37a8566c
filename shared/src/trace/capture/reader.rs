//! One packet after the other out of a stream.

use std::io::Read;

use super::{Packet, ReadError, legacy, ng, source::Source};

/// Reads a pcap or pcapng file packet by packet.
///
/// ```
/// use firsthop_protocol::trace::{Trace, capture, pcapng};
/// let file = pcapng::write(&Trace::new(), &pcapng::Options::default());
/// let mut reader = capture::Reader::new(file.as_slice())?;
/// while let Some(packet) = reader.next_packet()? {
///     println!("{} {} bytes", packet.time, packet.bytes.len());
/// }
/// # Ok::<(), capture::ReadError>(())
/// ```
pub struct Reader<R> {
    source: Source<R>,
    format: Format,
    packets: u64,
    ended: bool,
}

enum Format {
    Legacy(legacy::Header),
    Ng(ng::Section),
}

impl<R: Read> Reader<R> {
    /// Reads the file's header.
    ///
    /// # Errors
    /// When it is neither format, is cut short, or reading fails.
    pub fn new(inner: R) -> Result<Self, ReadError> {
        let mut source = Source::new(inner);
        let format = match *source.peek(4)? {
            [0x0a, 0x0d, 0x0d, 0x0a] => Format::Ng(ng::Section::read(&mut source)?),
            [0xd4, 0xc3, 0xb2, 0xa1] // little-endian, µs
            | [0x4d, 0x3c, 0xb2, 0xa1] // little-endian, ns
            | [0x34, 0xcd, 0xb2, 0xa1] // little-endian, "modified"
            | [0xa1, 0xb2, 0xc3, 0xd4] // big-endian, µs
            | [0xa1, 0xb2, 0x3c, 0x4d] // big-endian, ns
            => Format::Legacy(legacy::Header::read(&mut source)?),
            [] => return Err(ReadError::Empty),
            ref first => return Err(ReadError::NotACapture { first: first.to_vec() }),
        };
        Ok(Self { source, format, packets: 0, ended: false })
    }

    /// The next packet, or `None` at the end of the file. After an error there is nothing more.
    ///
    /// # Errors
    /// When the file ends inside a record, a record is malformed, or reading fails.
    pub fn next_packet(&mut self) -> Result<Option<Packet<'_>>, ReadError> {
        if self.ended {
            return Ok(None);
        }
        self.ended = true; // until a packet proves otherwise
        let packet = match &mut self.format {
            Format::Legacy(header) => header.next(&mut self.source)?,
            Format::Ng(section) => section.next(&mut self.source)?,
        };
        Ok(packet.map(|packet| {
            self.ended = false;
            self.packets += 1;
            Packet { number: self.packets, ..packet }
        }))
    }
}
