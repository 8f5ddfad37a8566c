//! The packets of a capture file, as events of a trace, so that they can be filtered and saved as one.

use firsthop_protocol::{
    trace::{Event, EventKind, Fate, Frame, Summaries, Time, Trace, addresses, capture, pcapng},
    wire::LinkType,
};

use crate::{
    i18n::{Explain, Language, fill},
    platform,
    views::{export::Kind, ladder},
};

/// A capture larger than this does not belong into a page.
pub(super) const MOST_BYTES: f64 = 64e6;

/// A packet to be shown.
#[derive(Debug, PartialEq)]
pub(super) struct Picked {
    /// What its first byte is.
    pub(super) link: LinkType,
    pub(super) bytes: Vec<u8>,
    /// How many bytes were on the link, when a capture kept fewer.
    pub(super) original: Option<u32>,
}

/// A packet of the file, with a line about it.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    pub(super) number: u64,
    /// The packet as a frame of a trace, so that it can be filtered and saved as one.
    pub(super) event: Event,
    pub(super) about: String,
}

impl Line {
    /// The packet itself.
    pub(super) fn packet(&self) -> Option<Picked> {
        match &self.event.kind {
            EventKind::Frame(Frame { link_type, bytes, original, .. }) => {
                Some(Picked { link: *link_type, bytes: bytes.clone(), original: *original })
            }
            _ => None,
        }
    }
}

/// The packets of a file that can be shown.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Opened {
    pub(super) lines: Vec<Line>,
    /// When the first was captured, in microseconds since 1970; times of events count from here.
    pub(super) epoch: u64,
}

/// Why a file cannot be shown, or not all of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wrong {
    TooLarge,
    NoneKnown,
    Unread(capture::ReadError),
}

impl Wrong {
    /// In the learner's language.
    pub(super) fn say(&self, language: Language) -> String {
        let messages = language.catalogue().packets;
        match self {
            Self::TooLarge => fill(messages.too_large, &[("most", &(MOST_BYTES / 1e6))]),
            Self::NoneKnown => messages.none_known.to_owned(),
            Self::Unread(error) => error.explain(language),
        }
    }
}

/// A packet of which nothing is known but its bytes, as a trace has it.
fn frame(packet: Picked, link: &str, time: Time) -> Frame {
    let Picked { link: link_type, bytes, original } = packet;
    Frame {
        link_type,
        link: link.to_owned(),
        from: String::new(),
        to: String::new(),
        bytes,
        original,
        fate: Fate::Delivered { at: time },
        impairment: None,
        note: None,
    }
}

/// The same as an event.
pub(super) fn event(packet: Picked, link: &str, time: Time) -> Event {
    Event { time, kind: EventKind::Frame(frame(packet, link, time)) }
}

/// Saves packets as a file. Their times count from `epoch`, in microseconds since 1970.
pub(super) fn save(events: &[Event], epoch: u64, name: &str, kind: Kind, language: Language) {
    let bytes = match kind {
        Kind::Pcapng => {
            let mut file = Vec::new();
            let written = pcapng::write_to(&mut file, events, &pcapng::Options { epoch_micros: epoch });
            written.map(|()| file).ok()
        }
        Kind::Json => serde_json::to_vec_pretty(&named(events)).ok(),
        Kind::Svg => {
            let mut trace = Trace::new();
            // A capture need not be in the order of time; a ladder is.
            let mut events = named(events);
            events.sort_by_key(|event| event.time);
            trace.extend(events);
            Some(ladder::to_svg(&trace, &[], language).into_bytes())
        }
    };
    // Writing to memory has nothing to fail at.
    if let Some(bytes) = bytes {
        platform::download(&format!("{name}.{}", kind.extension()), kind.mime(), &bytes);
    }
}

/// The packets with the addresses between which they go as the names of machines, which is all that is known of them.
fn named(events: &[Event]) -> Vec<Event> {
    let mut events = events.to_vec();
    for event in &mut events {
        if let EventKind::Frame(frame) = &mut event.kind
            && let Some((from, to)) = addresses(frame.link_type, &frame.bytes)
        {
            (frame.from, frame.to) = (from, to);
        }
    }
    events
}

/// The packets of a file, and what is wrong with it.
pub(super) fn open(bytes: &[u8]) -> (Opened, Option<Wrong>) {
    let capture = match capture::read(bytes) {
        Ok(capture) => capture,
        Err(error) => return (Opened::default(), Some(Wrong::Unread(error))),
    };
    let epoch = capture.packets.iter().map(|packet| packet.time.micros()).min().unwrap_or(0);
    let mut summaries = Summaries::new();
    let lines: Vec<_> = capture
        .packets
        .into_iter()
        .filter_map(|packet| {
            let (number, time) = (packet.number, Time(packet.time.micros() - epoch));
            let link = packet.link()?;
            let name = packet.interface.as_deref().unwrap_or_default();
            let original = (packet.original as usize > packet.bytes.len()).then_some(packet.original);
            let picked = Picked { link, bytes: packet.bytes.into_owned(), original };
            let frame = frame(picked, name, time);
            let summary = summaries.next(&frame);
            let about = format!("{} {}", summary.protocol.to_uppercase(), summary.info);
            Some(Line { number, event: Event { time, kind: EventKind::Frame(frame) }, about })
        })
        .collect();
    let wrong = capture.problem.map(Wrong::Unread).or(lines.is_empty().then_some(Wrong::NoneKnown));
    (Opened { lines, epoch }, wrong)
}
