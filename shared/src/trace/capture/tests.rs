//! Files built byte by byte here, so that both byte orders and every odd case are met.

use proptest::prelude::*;

use super::*;
use crate::trace::{EventKind, Fate, Frame, Time, Trace, pcapng};

/// Numbers in one byte order or the other.
#[derive(Clone, Copy)]
struct Order(bool);

impl Order {
    fn u16(self, n: u16) -> [u8; 2] {
        if self.0 { n.to_be_bytes() } else { n.to_le_bytes() }
    }
    fn u32(self, n: u32) -> [u8; 4] {
        if self.0 { n.to_be_bytes() } else { n.to_le_bytes() }
    }
    fn u64(self, n: u64) -> [u8; 8] {
        if self.0 { n.to_be_bytes() } else { n.to_le_bytes() }
    }
    fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let mut body = body.to_vec();
        body.resize(body.len().next_multiple_of(4), 0);
        let length = self.u32(u32::try_from(body.len()).unwrap() + 12);
        [&self.u32(kind)[..], &length, &body, &length].concat()
    }
    fn option(self, code: u16, value: &[u8]) -> Vec<u8> {
        let mut padded = value.to_vec();
        padded.resize(value.len().next_multiple_of(4), 0);
        [&self.u16(code)[..], &self.u16(u16::try_from(value.len()).unwrap()), &padded].concat()
    }
    fn section(self) -> Vec<u8> {
        let magic = self.u32(0x1a2b_3c4d);
        self.block(0x0a0d_0d0a, &[&magic[..], &self.u16(1), &self.u16(0), &[0xff; 8]].concat())
    }
    fn interface(self, link: u16, snaplen: u32, options: &[u8]) -> Vec<u8> {
        self.block(1, &[&self.u16(link)[..], &self.u16(0), &self.u32(snaplen), options].concat())
    }
    fn enhanced(self, interface: u32, units: u64, data: &[u8], options: &[u8]) -> Vec<u8> {
        let length = self.u32(u32::try_from(data.len()).unwrap());
        let mut padded = data.to_vec();
        padded.resize(data.len().next_multiple_of(4), 0);
        let (high, low) = (self.u32((units >> 32) as u32), self.u32(units as u32));
        self.block(6, &[&self.u32(interface)[..], &high, &low, &length, &length, &padded, options].concat())
    }
    fn pcap(self, magic: u32, records: &[(u32, u32, &[u8])]) -> Vec<u8> {
        let mut file = [&self.u32(magic)[..], &self.u16(2), &self.u16(4), &[0; 8], &self.u32(65535)].concat();
        file.extend(self.u32(0x2400_0001)); // Ethernet, with the length of a frame check sequence above
        for (seconds, fraction, data) in records {
            let length = self.u32(u32::try_from(data.len()).unwrap());
            file.extend(
                [&self.u32(*seconds)[..], &self.u32(*fraction), &length, &self.u32(1500), data].concat(),
            );
        }
        file
    }
}

const BOTH: [Order; 2] = [Order(false), Order(true)];

fn times(file: &Capture) -> Vec<String> {
    file.packets.iter().map(|packet| packet.time.to_string()).collect()
}

#[test]
fn pcap_in_both_orders_and_both_precisions() {
    for order in BOTH {
        for (magic, time) in [(0xa1b2_c3d4, "7.000123000"), (0xa1b2_3c4d, "7.000000123")] {
            let file = read(&order.pcap(magic, &[(7, 123, b"abcde"), (7, 123, b"")])).unwrap();
            assert_eq!(file.problem, None);
            assert_eq!(times(&file), [time, time]);
            assert_eq!(&*file.packets[0].bytes, b"abcde");
            assert_eq!((file.packets[0].original, file.packets[1].number), (1500, 2));
            assert_eq!(file.packets[0].link(), Some(LinkType::Ethernet));
        }
    }
}

#[test]
fn pcapng_in_both_orders_with_every_kind_of_resolution() {
    for order in BOTH {
        let resolutions: [(&[u8], &str); 7] = [
            (&[6], "4294967.297123000"),
            (&[9], "4294.967297123"),
            (&[0], "4294967297123.000000000"),
            (&[12], "4.294967297"),
            (&[127], "0.000000000"),
            (&[0x80 | 20], "4096000.001070976"),
            (&[0xff], "0.000000000"),
        ];
        let mut bytes = order.section();
        for (resolution, _) in resolutions {
            bytes.extend(order.interface(1, 0, &order.option(9, resolution)));
        }
        // 2^32 and more, so that both halves of the counter matter.
        for index in 0..7 {
            bytes.extend(order.enhanced(index, 4_294_967_297_123, b"x", &[]));
        }
        let file = read(&bytes).unwrap();
        assert_eq!(file.problem, None);
        let expected = resolutions.map(|(_, time)| time);
        assert_eq!(times(&file), expected);
    }
}

#[test]
fn pcapng_names_comments_offsets_sections_and_unknown_blocks() {
    for order in BOTH {
        let eth0 =
            [order.option(2, b"eth0"), order.option(14, &order.u64((-5_i64) as u64)), order.option(0, b"")];
        let comments =
            [order.option(1, "süß".as_bytes()), order.option(1, b"again"), order.option(0, b"")].concat();
        let bytes = [
            order.section(),
            order.block(0x0bad, b"someone's own"),
            order.interface(1, 0, &eth0.concat()),
            order.block(5, b"statistics that are much too short to be any"),
            order.enhanced(0, 1_000_000, b"abc", &comments),
            // Another section, in the other byte order, whose interface 0 is another.
            Order(!order.0).section(),
            Order(!order.0).interface(101, 0, &[]),
            Order(!order.0).enhanced(0, 2_000_000, b"defg", &[]),
        ]
        .concat();
        let file = read(&bytes).unwrap();
        assert_eq!(file.problem, None);
        assert_eq!(times(&file), ["-4.000000000", "2.000000000"]);
        assert_eq!(file.packets[0].interface.as_deref(), Some("eth0"));
        assert_eq!(file.packets[0].comments, ["süß", "again"]);
        assert_eq!(file.packets[1].link(), Some(LinkType::RawIp));
        assert_eq!((file.packets[1].interface.as_ref(), &*file.packets[1].bytes), (None, &b"defg"[..]));
    }
}

#[test]
fn simple_and_obsolete_packet_blocks() {
    for order in BOTH {
        let simple = order.block(3, &[&order.u32(9)[..], b"123456"].concat());
        let head =
            [&order.u16(0)[..], &order.u16(3), &order.u32(0), &order.u32(5), &order.u32(3), &order.u32(60)];
        let obsolete = order.block(2, &[&head.concat()[..], b"abc"].concat());
        let file = read(&[order.section(), order.interface(147, 6, &[]), simple, obsolete].concat()).unwrap();
        assert_eq!(file.problem, None);
        assert_eq!((&*file.packets[0].bytes, file.packets[0].original), (&b"123456"[..], 9));
        assert_eq!((&*file.packets[1].bytes, file.packets[1].original), (&b"abc"[..], 60));
        assert_eq!(times(&file), ["0.000000000", "0.000005000"]);
        // A link type that nobody here knows is handed on as its number.
        assert_eq!((file.packets[0].link_code, file.packets[0].link()), (147, None));
    }
}

#[test]
fn a_cut_file_gives_what_comes_before_the_cut() {
    let order = Order(false);
    let pcap = order.pcap(0xa1b2_c3d4, &[(1, 0, b"first"), (2, 0, b"second")]);
    let ng = [order.section(), order.interface(1, 0, &[]), order.enhanced(0, 1, b"first", &[])].concat();
    let ng = [ng, order.enhanced(0, 2, b"second", &[])].concat();
    for file in [pcap, ng] {
        let whole = read(&file).unwrap();
        assert_eq!((whole.packets.len(), &whole.problem), (2, &None));
        for end in 0..file.len() {
            let Ok(cut) = read(&file[..end]) else {
                assert!(end < 28, "{end}");
                continue;
            };
            assert!(cut.packets.len() < 2 && whole.packets.starts_with(&cut.packets), "{end}");
            if let Some(problem) = cut.problem {
                assert!(matches!(problem, ReadError::Truncated { .. }), "{end}: {problem}");
            }
        }
    }
}

#[test]
fn what_is_wrong_is_said() {
    let order = Order(true);
    let message = |bytes: &[u8]| match read(bytes) {
        Ok(file) => file.problem.expect("a problem").to_string(),
        Err(error) => error.to_string(),
    };
    assert_eq!(
        message(b"GIF89a"),
        "not a pcap or pcapng file: it begins with [47, 49, 46, 38]; a pcap file begins with a1 b2 c3 d4 in either \
         byte order, a pcapng file with 0a 0d 0d 0a"
    );
    assert_eq!(message(b""), "the file is empty: a pcap or pcapng file is wanted");
    assert_eq!(
        message(&[order.section(), order.enhanced(0, 0, b"abc", &[])].concat()),
        "the Enhanced Packet Block at byte 28 is malformed: it names interface 0; the section has described 0"
    );
    let huge = [&order.section()[..], &order.u32(6), &order.u32(u32::MAX)].concat();
    assert_eq!(
        message(&huge),
        "the Enhanced Packet Block at byte 28 is malformed: a length of 4294967295 bytes; between 12 and 4194304 is \
         plausible"
    );
    let mut record = order.pcap(0xa1b2_c3d4, &[(1, 0, b"first")]);
    record.truncate(43);
    assert_eq!(
        message(&record),
        "the file ends inside the pcap record at byte 24: 21 bytes are needed, 19 are there"
    );
}

#[test]
fn an_unknown_block_of_four_gigabytes_is_not_held_in_memory() {
    let order = Order(false);
    let head = [order.section(), order.u32(0x0bad).into(), order.u32(u32::MAX - 3).into()].concat();
    let mut reader =
        Reader::new(std::io::Read::chain(head.as_slice(), std::io::repeat(0).take(1 << 20))).unwrap();
    let error = reader.next_packet().unwrap_err();
    assert!(matches!(error, ReadError::Truncated { had: 0x10_0008, .. }), "{error:?}");
    assert_eq!(reader.next_packet(), Ok(None));
}

use std::io::Read as _;

/// A stream that gives one byte at a time.
struct Drip<'a>(&'a [u8]);

impl std::io::Read for Drip<'_> {
    fn read(&mut self, space: &mut [u8]) -> std::io::Result<usize> {
        let room = space.len().min(1);
        self.0.read(&mut space[..room])
    }
}

fn frame(link: &str, bytes: Vec<u8>) -> Frame {
    Frame {
        link: link.into(),
        from: "a".into(),
        to: "b".into(),
        link_type: LinkType::Ethernet,
        bytes,
        original: None,
        fate: Fate::Delivered { at: Time(9) },
        impairment: None,
        note: None,
    }
}

proptest! {
    /// What is written comes back: bytes, times, links.
    #[test]
    fn a_trace_survives_the_way_through_a_file(
        frames in prop::collection::vec((0..4u8, any::<u32>(), prop::collection::vec(any::<u8>(), 0..80)), 0..20),
        epoch_micros in 0..u64::MAX / 4,
    ) {
        let mut trace = Trace::new();
        for (link, time, bytes) in frames {
            trace.push(Time(time.into()), EventKind::Frame(frame(&format!("link {link}"), bytes)));
        }
        let file = pcapng::write(&trace, &pcapng::Options { epoch_micros });
        let back = read(&file).unwrap();
        prop_assert_eq!(back.problem, None);
        prop_assert_eq!(back.packets.len(), trace.frames().count());
        for (packet, (time, frame)) in back.packets.iter().zip(trace.frames()) {
            prop_assert_eq!(&*packet.bytes, &*frame.bytes);
            prop_assert_eq!(packet.time.micros(), epoch_micros + time.micros());
            prop_assert_eq!(packet.interface.as_deref(), Some(&*frame.link));
        }
        let mut reader = Reader::new(Drip(&file)).unwrap();
        for packet in &back.packets {
            prop_assert_eq!(reader.next_packet().unwrap(), Some(packet.clone()));
        }
        prop_assert_eq!(reader.next_packet(), Ok(None));
    }

    /// Any bytes behind any of the magic numbers, and valid files with some bytes changed, are survived.
    #[test]
    fn hostile_files_are_survived(
        magic in prop::sample::select(vec![0xa1b2_c3d4_u32, 0xa1b2_3c4d, 0xa1b2_cd34, 0x0a0d_0d0a]),
        big in any::<bool>(),
        rest in prop::collection::vec(any::<u8>(), 0..200),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let order = Order(big);
        let _ = read(&[&order.u32(magic)[..], &rest].concat());
        let option = order.option(1, b"comment");
        let ng = [order.section(), order.interface(1, 0, &order.option(9, &[6])), order.enhanced(0, 7, &rest, &option)];
        for mut file in [ng.concat(), order.pcap(magic, &[(1, 2, &rest)])] {
            for (index, byte) in &changes {
                let at = index.index(file.len());
                file[at] = *byte;
            }
            if let Ok(capture) = read(&file) {
                let bytes: usize = capture.packets.iter().map(|packet| packet.bytes.len()).sum();
                prop_assert!(bytes <= file.len());
            }
        }
    }
}
