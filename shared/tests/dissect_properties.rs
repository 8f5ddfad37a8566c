//! Whatever the bytes are: the dissector ends, and what it says lies inside the frame and is what the bits say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use firsthop_protocol::wire::{
    self, Dissection, LinkType, MAX_FIELDS, MAX_LAYERS, Meaning, Options, Protocol, Value, edit, samples,
};
use proptest::prelude::*;

const LINKS: [LinkType; 5] =
    [LinkType::Ethernet, LinkType::RawIp, LinkType::LinuxSll, LinkType::LinuxSll2, LinkType::Null];

/// The bits of a frame as a number.
fn bits(frame: &[u8], offset: u32, count: u32) -> u64 {
    (offset..offset + count)
        .fold(0, |number, bit| number << 1 | u64::from(frame[(bit / 8) as usize] >> (7 - bit % 8) & 1))
}

fn is_sane(frame: &[u8], dissection: &Dissection) {
    assert!(dissection.layers.len() <= MAX_LAYERS);
    for layer in &dissection.layers {
        assert!((layer.offset + layer.length) as usize <= frame.len(), "{layer:?}");
        assert!(layer.fields.len() <= MAX_FIELDS);
        for field in &layer.fields {
            assert!(field.byte_range().end <= frame.len(), "{field:?}");
            let bytes = &frame[field.byte_range()];
            match &field.value {
                // BSD loopback's family may be in the other byte order.
                Value::Number(number) if layer.protocol == Protocol::Null => {
                    let read = bits(frame, field.bit_offset, field.bits) as u32;
                    assert!(*number == u64::from(read) || *number == u64::from(read.swap_bytes()));
                }
                Value::Number(number) if is_binary(layer.protocol) => {
                    assert_eq!(*number, bits(frame, field.bit_offset, field.bits), "{field:?}");
                }
                Value::Mac(address) => assert_eq!(bytes, address),
                Value::Ipv4(address) if field.bits == 32 => assert_eq!(bytes, address.octets()),
                Value::Ipv6(address) if field.bits == 128 => assert_eq!(bytes, address.octets()),
                Value::Bytes(value) if is_binary(layer.protocol) => assert_eq!(bytes, value.as_slice()),
                _ => {}
            }
            if field.meaning == Meaning::Flag {
                assert!(matches!(field.value, Value::Number(0 | 1)), "{field:?}");
            }
            assert!(!field.name().is_empty() && !field.label().is_empty());
        }
    }
    let json = serde_json::to_string(dissection).unwrap();
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(read["layers"].as_array().unwrap().len(), dissection.layers.len());
    assert!(!dissection.summary().to_string().is_empty());
}

/// Protocols in which a number is the bits, not decimal digits in a text.
fn is_binary(protocol: Protocol) -> bool {
    !matches!(protocol, Protocol::Http | Protocol::Tftp | Protocol::Dns | Protocol::Dhcp)
}

fn sample() -> impl Strategy<Value = (LinkType, Vec<u8>)> {
    prop::sample::select(samples::all()).prop_map(|sample| (sample.link, sample.frame))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn of_any_bytes(link in prop::sample::select(&LINKS[..]), frame in prop::collection::vec(any::<u8>(), 0..200)) {
        is_sane(&frame, &wire::dissect(link, &frame));
    }

    /// Bytes that begin as IP go further.
    #[test]
    fn of_any_bytes_behind_ip(
        head in prop::sample::select(vec![vec![0x45, 0], vec![0x4f, 0], vec![0x60, 0]]),
        protocol in prop::sample::select(vec![0u8, 1, 4, 6, 17, 41, 43, 44, 50, 51, 58, 60]),
        mut rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let at = if head[0] == 0x60 { 4 } else { 7 };
        if let Some(byte) = rest.get_mut(at) {
            *byte = protocol;
        }
        let frame = [head, rest].concat();
        is_sane(&frame, &wire::dissect(LinkType::RawIp, &frame));
    }

    #[test]
    fn of_samples_with_bytes_changed(
        (link, mut frame) in sample(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        for (index, byte) in changes {
            let at = index.index(frame.len());
            frame[at] = byte;
        }
        is_sane(&frame, &wire::dissect(link, &frame));
        edit::fix_lengths(link, &mut frame);
        edit::fix_checksums(link, &mut frame);
        is_sane(&frame, &wire::dissect(link, &frame));
    }

    /// A frame cut short shows the same fields as far as it goes, and says that it is cut.
    #[test]
    fn of_samples_cut_short((link, frame) in sample(), cut in any::<prop::sample::Index>()) {
        let cut = cut.index(frame.len());
        let whole = wire::dissect(link, &frame);
        let part = wire::dissect_with(link, &frame[..cut], frame.len(), Options::default());
        is_sane(&frame[..cut], &part);
        prop_assert!(part.problem.is_some());
        let network = |layer: &&wire::Layer| is_binary(layer.protocol) && layer.protocol != Protocol::Data;
        let (whole, part) = (whole.layers.iter().filter(network), part.layers.iter().filter(network));
        for (whole, part) in whole.zip(part) {
            prop_assert_eq!(whole.protocol, part.protocol);
            for (whole, part) in whole.fields.iter().zip(&part.fields) {
                // A payload or option cut in the middle is not shown under its own name.
                if part.byte_range().end < cut && part.spec == whole.spec {
                    prop_assert_eq!(&whole.value, &part.value);
                }
            }
        }
    }
}

/// Headers that contain themselves: each layer is shown until there are too many, and the dissection says so.
#[test]
fn a_tunnel_in_a_tunnel_in_a_tunnel_ends() {
    let header = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 4, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    let frame = header.repeat(3000);
    let dissection = wire::dissect(LinkType::RawIp, &frame);
    assert_eq!(dissection.layers.len(), MAX_LAYERS);
    assert!(dissection.problem.unwrap().to_string().contains("more than 32 layers"));
}

#[test]
fn options_without_a_length_end() {
    let mut frame = samples::all().into_iter().find(|sample| sample.name == "tcp-syn").unwrap().frame;
    frame[14 + 20 + 20 + 1] = 0;
    let dissection = wire::dissect(LinkType::Ethernet, &frame);
    let problem = dissection.problem.unwrap();
    assert_eq!((problem.protocol, problem.offset), (Protocol::Tcp, 56));
}
