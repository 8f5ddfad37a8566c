//! A trace as a pcapng file, for Wireshark and its like.
//!
//! Not for: reading one (that is [`super::capture`]), nor for events other than frames, which such a file cannot hold.
//!
//! # What is in the file
//!
//! Each link becomes an interface (`if_name` is the link's name), each frame an Enhanced Packet Block in the order of
//! the trace. The file is what a capture **at the sending end** of every link would hold:
//!
//! * A frame that the link lost or a machine dropped is in it, because its sender did put it on the link; a comment
//!   says what became of it.
//! * A frame that was corrupted on the way has its bytes as they were sent; a comment names the bit that flipped. So a
//!   bad checksum in the file is one that a machine really sent.
//! * A frame that a capture cut short keeps the length that it had on the link (`frame.len` beside `frame.cap_len`).
//! * A frame that the link doubled is in it twice, the second time with a comment.
//!
//! The comments (`frame.comment` in Wireshark) are in English and carry, one comment each: why the frame was sent, what
//! the link did to it, and who sent it to whom with what end.
//!
//! ```
//! use firsthop_protocol::trace::{Trace, pcapng};
//! let file = pcapng::write(&Trace::new(), &pcapng::Options::default());
//! assert_eq!(file[..4], [0x0a, 0x0d, 0x0d, 0x0a]);
//! ```

use std::{
    borrow::Cow,
    io::{self, Write},
};

use pcap_parser::{
    EnhancedPacketBlock, InterfaceDescriptionBlock, Linktype, OptionCode, PcapNGOption, SectionHeaderBlock,
    ToVec,
};

use super::{Event, EventKind, Fate, Frame, Impairment, Time, Trace};
use crate::wire::LinkType;

/// How a trace is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// The instant of the trace's time zero, in microseconds since 1970-01-01 00:00 UTC. A simulation has none and
    /// leaves it 0, so that the same recipe gives the same file.
    pub epoch_micros: u64,
}

/// The whole trace as a pcapng file.
pub fn write(trace: &Trace, options: &Options) -> Vec<u8> {
    let mut file = Vec::new();
    // Writing to memory has nothing to fail at.
    let _ = write_to(&mut file, trace.events(), options);
    file
}

/// Writes the frames among `events` as a pcapng file to `out`.
///
/// # Errors
/// Those of `out`.
pub fn write_to<W: Write>(out: W, events: &[Event], options: &Options) -> io::Result<()> {
    let mut writer = Writer::new(out, *options)?;
    for event in events {
        if let EventKind::Frame(frame) = &event.kind {
            writer.frame(event.time, frame)?;
        }
    }
    writer.finish()
}

/// Writes a pcapng file frame by frame, while a trace grows.
pub struct Writer<W> {
    out: W,
    options: Options,
    /// The links that have an Interface Description Block so far, by the block's index.
    links: Vec<(String, LinkType)>,
}

impl<W: Write> Writer<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(mut out: W, options: Options) -> io::Result<Self> {
        let mut header = SectionHeaderBlock {
            block_type: 0, // types, lengths and the end of options are filled in by `to_vec`
            block_len1: 0,
            bom: 0,
            major_version: 1,
            minor_version: 0,
            section_len: -1, // not stated, so that a reader need not believe it
            options: vec![text(OptionCode::ShbUserAppl, concat!("Firsthop ", env!("CARGO_PKG_VERSION")))],
            block_len2: 0,
        };
        out.write_all(&bytes_of(&mut header)?)?;
        Ok(Self { out, options, links: Vec::new() })
    }

    /// Adds a frame that was sent at `time`.
    ///
    /// # Errors
    /// Those of the output.
    pub fn frame(&mut self, time: Time, frame: &Frame) -> io::Result<()> {
        let if_id = self.interface(&frame.link, frame.link_type)?;
        let micros = self.options.epoch_micros.saturating_add(time.micros());
        let length =
            u32::try_from(frame.bytes.len()).map_err(|_| io::Error::other("a frame of more than 4 GiB"))?;
        let original = u32::try_from(frame.original_len()).unwrap_or(length);
        let comments = comments(time, frame);
        let mut block = EnhancedPacketBlock {
            block_type: 0,
            block_len1: 0,
            if_id,
            ts_high: (micros >> 32) as u32,
            ts_low: (micros & 0xffff_ffff) as u32,
            caplen: length,
            origlen: original,
            data: &frame.bytes,
            options: comments.iter().map(|comment| text(OptionCode::Comment, comment)).collect(),
            block_len2: 0,
        };
        self.out.write_all(&bytes_of(&mut block)?)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// The index of a link's Interface Description Block, which is written when the link is first met.
    fn interface(&mut self, name: &str, link_type: LinkType) -> io::Result<u32> {
        let known = self.links.iter().position(|(link, kind)| link == name && *kind == link_type);
        let index = known.unwrap_or(self.links.len());
        if known.is_none() {
            let mut block = InterfaceDescriptionBlock {
                block_type: 0,
                block_len1: 0,
                linktype: Linktype(link_type.code().into()),
                reserved: 0,
                snaplen: 0, // no limit
                options: (!name.is_empty()).then(|| text(OptionCode::IfName, name)).into_iter().collect(),
                block_len2: 0,
                if_tsresol: 6, // microseconds
                if_tsoffset: 0,
            };
            self.out.write_all(&bytes_of(&mut block)?)?;
            self.links.push((name.to_owned(), link_type));
        }
        u32::try_from(index).map_err(|_| io::Error::other("more than 4 billion links"))
    }
}

/// What a reader of the file should know about a frame and cannot see in its bytes.
fn comments(time: Time, frame: &Frame) -> Vec<String> {
    let mut comments = Vec::new();
    comments.extend(frame.note.as_ref().map(|note| note.english.clone()));
    comments.extend(frame.impairment.map(|impairment| match impairment {
        Impairment::Duplicate => "second copy: the link doubled this frame".to_owned(),
        Impairment::Reordered => "held back by the link, so that later frames might overtake it".to_owned(),
        Impairment::Delayed { micros } => format!("held back by the link for another {micros} µs"),
        Impairment::Corrupted { bit } => {
            format!("corrupted on the link: bit {bit} of the frame flipped after these bytes were sent")
        }
    }));
    let (from, to) = (&frame.from, &frame.to);
    if from.is_empty() && to.is_empty() {
        // From a capture: nobody knows more than what is in its bytes.
        return comments;
    }
    comments.push(match &frame.fate {
        Fate::Delivered { at } => format!("{from} → {to}: delivered after {} µs", at.since(time)),
        Fate::Lost { why, at } => format!("{from} → {to}: lost after {} µs: {why}", at.since(time)),
        Fate::Dropped { why, at } => format!("{from} → {to}: dropped after {} µs: {why}", at.since(time)),
    });
    comments
}

/// An option of text, cut to the 65,535 bytes that its length field can say.
fn text(code: OptionCode, text: &str) -> PcapNGOption<'_> {
    let mut end = text.len().min(u16::MAX.into());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut value = text.as_bytes().get(..end).unwrap_or_default().to_vec();
    let len = u16::try_from(value.len()).unwrap_or(u16::MAX);
    value.resize(value.len().next_multiple_of(4), 0);
    PcapNGOption { code, len, value: Cow::Owned(value) }
}

fn bytes_of(block: &mut impl ToVec) -> io::Result<Vec<u8>> {
    block.to_vec().map_err(|error| io::Error::other(error.to_string()))
}
