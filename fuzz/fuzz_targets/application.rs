//! The application dissectors on any message: the first byte chooses the protocol, the rest is what UDP or TCP carries.
#![no_main]

use firsthop_protocol::wire::{JsonWriter, LinkType, dissect};
use libfuzzer_sys::fuzz_target;

/// A port of each, and whether TCP carries it.
const PORTS: [(u16, bool); 7] =
    [(53, false), (5353, false), (53, true), (67, false), (69, false), (520, false), (80, true)];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, message)) = bytes.split_first() else { return };
    let (port, over_tcp) = PORTS[usize::from(*first) % PORTS.len()];
    let header: usize = if over_tcp { 20 } else { 8 };
    let Ok(length) = u16::try_from(message.len() + header + 20) else { return };
    let mut frame = vec![0x45, 0];
    frame.extend(length.to_be_bytes());
    frame.extend([0, 1, 0, 0, 64, if over_tcp { 6 } else { 17 }, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0xc0, 0]);
    frame.extend(port.to_be_bytes());
    if over_tcp {
        frame.extend([0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 4, 0, 0, 0, 0, 0]);
    } else {
        frame.extend((length - 20).to_be_bytes());
        frame.extend([0, 0]);
    }
    frame.extend(message);
    let dissection = dissect(LinkType::RawIp, &frame);
    for layer in &dissection.layers {
        assert!((layer.offset + layer.length) as usize <= frame.len());
        for field in &layer.fields {
            assert!(field.byte_range().end <= frame.len());
        }
    }
    let mut json = Vec::new();
    JsonWriter::default().layers(&mut json, &dissection.layers);
    assert_eq!(json, serde_json::to_vec(&dissection.layers).unwrap_or_default());
});
