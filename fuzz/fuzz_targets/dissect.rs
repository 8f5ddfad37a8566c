//! The dissector on any bytes: the first chooses the link layer, the rest is the frame.
#![no_main]

use firsthop_protocol::wire::{LinkType, dissect, edit};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, frame)) = bytes.split_first() else { return };
    let link = match first % 5 {
        0 => LinkType::Ethernet,
        1 => LinkType::RawIp,
        2 => LinkType::LinuxSll,
        3 => LinkType::LinuxSll2,
        _ => LinkType::Null,
    };
    let dissection = dissect(link, frame);
    for layer in &dissection.layers {
        assert!((layer.offset + layer.length) as usize <= frame.len());
        for field in &layer.fields {
            assert!(field.byte_range().end <= frame.len());
            let _ = field.text().to_string();
        }
    }
    let mut frame = frame.to_vec();
    edit::fix_checksums(link, &mut frame);
});
