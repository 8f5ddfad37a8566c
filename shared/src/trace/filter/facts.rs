//! What a filter looks at in an event.

use std::{cell::OnceCell, net::IpAddr};

use crate::{
    trace::{EventKind, Fate, Frame, Text},
    wire::{Options, Protocol, Value, dissect_with},
};

/// What is in a frame's bytes, worked out when a term first asks.
#[derive(Default)]
pub(super) struct Facts(OnceCell<FrameFacts>);

/// The layers, addresses and ports of a frame.
#[derive(Default)]
pub(super) struct FrameFacts {
    pub protocols: Vec<&'static str>,
    pub macs: Vec<[u8; 6]>,
    pub addresses: Vec<IpAddr>,
    pub ports: Vec<u16>,
    /// TCP's control bits as they stand in the header.
    pub control: u8,
    /// Bytes that UDP or TCP carry.
    pub payload: u32,
}

impl Facts {
    pub(super) fn of(&self, frame: &Frame) -> &FrameFacts {
        self.0.get_or_init(|| FrameFacts::new(frame))
    }
}

impl FrameFacts {
    fn new(frame: &Frame) -> Self {
        let mut facts = Self::default();
        let original = frame.original_len();
        for layer in dissect_with(frame.link_type, &frame.bytes, original, Options::default()).layers {
            let carried = facts.protocols.last().is_some_and(|below| ["udp", "tcp"].contains(below));
            if carried {
                facts.payload = (original as u32).saturating_sub(layer.offset);
            }
            facts.protocols.push(layer.protocol.name());
            for field in &layer.fields {
                match (layer.protocol, field.name(), &field.value) {
                    (Protocol::Ethernet, "src" | "dst", Value::Mac(mac)) => facts.macs.push(*mac),
                    (Protocol::Ipv4, "src" | "dst", Value::Ipv4(address)) => {
                        facts.addresses.push((*address).into());
                    }
                    (Protocol::Ipv6, "src" | "dst", Value::Ipv6(address)) => {
                        facts.addresses.push((*address).into());
                    }
                    // An ARP packet asks for one address on behalf of another.
                    (Protocol::Arp, _, Value::Ipv4(address)) => facts.addresses.push((*address).into()),
                    (Protocol::Udp | Protocol::Tcp, "srcport" | "dstport", Value::Number(port)) => {
                        facts.ports.extend(u16::try_from(*port));
                    }
                    (Protocol::Tcp, "flags", Value::Number(bits)) => facts.control = *bits as u8,
                    _ => {}
                }
            }
        }
        facts
    }
}

/// The machines that an event is about.
pub(super) fn nodes(kind: &EventKind) -> impl Iterator<Item = &str> {
    let (first, second) = match kind {
        EventKind::Frame(frame) => (Some(&frame.from), Some(&frame.to)),
        EventKind::Call(call) => (Some(&call.node), None),
        EventKind::State(change) => (Some(&change.node), None),
        EventKind::Table(change) => (Some(&change.node), None),
        EventKind::Note { node, .. } => (node.as_ref(), None),
    };
    [first, second].into_iter().flatten().map(String::as_str)
}

/// Every text of an event that a view may show.
pub(super) fn texts(kind: &EventKind) -> impl Iterator<Item = &str> {
    let mut texts: Vec<&str> = nodes(kind).collect();
    match kind {
        EventKind::Frame(frame) => {
            texts.push(&frame.link);
            texts.extend(frame.note.as_ref().map(english));
            match &frame.fate {
                Fate::Lost { why, .. } | Fate::Dropped { why, .. } => texts.push(&why.english),
                Fate::Delivered { .. } => {}
            }
        }
        EventKind::Call(call) => {
            texts.push(&call.name);
            texts.extend(call.args.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]));
            match &call.result {
                Ok(value) => texts.push(value),
                Err(error) => texts.extend([error.errno.as_str(), &error.message]),
            }
            texts.extend(call.rust.as_deref());
            texts.extend(call.python.as_deref());
        }
        EventKind::State(change) => {
            texts.extend([
                &*change.protocol,
                &change.socket,
                &change.from,
                &change.to,
                &change.why.english,
                &change.rfc,
            ]);
        }
        EventKind::Table(change) => {
            texts.extend([&*change.table, &change.key]);
            texts.extend(
                change.row.iter().flatten().flat_map(|cell| [cell.name.as_str(), cell.value.as_str()]),
            );
            texts.extend(change.why.as_ref().map(english));
        }
        EventKind::Note { text, .. } => texts.push(&text.english),
    }
    texts.into_iter()
}

fn english(text: &Text) -> &str {
    &text.english
}
