use proptest::prelude::*;

use crate::wire::{Dissection, LinkType, MAX_FIELDS, Problem, Protocol, dissect};

/// A DNS message in UDP in IPv4.
fn over_udp(message: &[u8]) -> Dissection {
    let length = u16::try_from(message.len()).unwrap_or(u16::MAX - 28);
    let mut frame = vec![0x45, 0];
    frame.extend((length + 28).to_be_bytes());
    frame.extend([0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0x30, 0x39, 0, 53]);
    frame.extend((length + 8).to_be_bytes());
    frame.extend([0, 0]);
    frame.extend(message);
    dissect(LinkType::RawIp, &frame)
}

/// A header with one question and so many answers, then `rest`.
fn message(answers: u8, rest: &[u8]) -> Vec<u8> {
    [&[0, 1, 0x81, 0x80, 0, 1, 0, answers, 0, 0, 0, 0], rest].concat()
}

fn names(dissection: &Dissection) -> Vec<String> {
    let fields = &dissection.layer(Protocol::Dns).unwrap().fields;
    fields.iter().filter(|field| field.name() == "name").map(|field| field.value.to_string()).collect()
}

#[test]
fn labels_and_pointers_make_a_name() {
    // a.b, then "c" and a pointer to "b", then a pointer to that.
    let rest = b"\x01a\x01b\0\0\x01\0\x01\x01c\xc0\x0e\0\x01\0\x01\0\0\0\x3c\0\x04\x0a\0\0\x01\xc0\x15\0\x01\0\x01\0\0\0\0\0\0";
    let dissection = over_udp(&message(2, rest));
    assert_eq!(names(&dissection), ["a.b", "c.b", "c.b"]);
    let dns = dissection.layer(Protocol::Dns).unwrap();
    assert_eq!(dns.field("a").unwrap().value.to_string(), "10.0.0.1");
    assert_eq!(dns.field("ttl").unwrap().text().to_string(), "60 s (1 min)");
    // The second answer is an A record without an address.
    let wrong: Vec<_> = dns.fields.iter().filter_map(|field| field.problem.as_deref()).collect();
    assert_eq!(wrong, [&Problem::Truncated { needed: 4, had: 0 }]);
}

#[test]
fn a_label_with_odd_bytes_is_escaped() {
    let dissection = over_udp(&message(0, b"\x05a.\\ \xe4\0\0\x01\0\x01"));
    assert_eq!(names(&dissection), ["a\\.\\\\\\032\\228"]);
}

#[test]
fn pointers_that_lead_nowhere_are_refused() {
    let backwards = Problem::Malformed("a compression pointer that does not point backwards");
    let cases: [(&[u8], &str); 5] = [
        (b"\xc0\x0c", ""),       // to itself
        (b"\x01a\xc0\x0c", "a"), // to the label before it, for ever
        (b"\x01a\xc0\x0e", "a"), // to itself after a label
        (b"\xc0\x20", ""),       // forwards
        (b"\xff\xff", ""),       // behind the end
    ];
    for (rest, name) in cases {
        let dissection = over_udp(&message(0, rest));
        assert_eq!(names(&dissection), [name], "{rest:?}");
        assert_eq!(dissection.problem.unwrap().problem, backwards, "{rest:?}");
    }
    for (rest, why) in [
        (&b"\x41a"[..], "a label that begins with bits 01 or 10, which mean nothing"),
        (&[b"\x3f".as_slice(), &[b'x'; 63]].concat().repeat(4), "a name of more than 255 bytes"),
    ] {
        assert_eq!(over_udp(&message(0, rest)).problem.unwrap().problem, Problem::Malformed(why));
    }
}

#[test]
fn a_long_chain_of_pointers_is_not_followed_to_its_end() {
    // An unknown record's data: pointers, each to the one before; then a name that points to the last.
    let mut chain = vec![0, 0];
    for n in 0..200_u16 {
        chain.extend((0xc000 | (28 + n * 2)).to_be_bytes());
    }
    let mut rest = b"\0\0\x01\0\x01\0\xff\0\0\x01\0\0\0\0".to_vec(); // question, then the record up to its length
    rest.extend(u16::try_from(chain.len()).unwrap().to_be_bytes());
    rest.extend(&chain);
    for (links, followed) in [(100, true), (190, false)] {
        let mut message = message(2, &rest);
        message.extend((0xc000_u16 | (28 + links * 2)).to_be_bytes());
        message.extend([0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 10, 0, 0, 1]);
        let dissection = over_udp(&message);
        assert_eq!(dissection.problem.is_none(), followed, "{links}: {:?}", dissection.problem);
    }
}

#[test]
fn a_record_with_bad_data_does_not_hide_the_next() {
    // A CNAME whose data are a forward pointer; then a good A record.
    let rest = b"\0\0\x01\0\x01\0\0\x05\0\x01\0\0\0\0\0\x02\xc0\xff\0\0\x01\0\x01\0\0\0\0\0\x04\x0a\0\0\x01";
    let dissection = over_udp(&message(2, rest));
    assert!(dissection.problem.is_none(), "{:?}", dissection.problem);
    let dns = dissection.layer(Protocol::Dns).unwrap();
    assert_eq!(dns.field("a").unwrap().value.to_string(), "10.0.0.1");
    assert!(dns.field("cname").unwrap().problem.is_some());
}

#[test]
fn a_message_that_promises_more_than_it_has_ends_with_a_reason() {
    let dissection = over_udp(&message(255, b"\0\0\x01\0\x01"));
    assert_eq!(dissection.problem.unwrap().problem, Problem::Truncated { needed: 1, had: 0 });
    // 65535 records, each of 11 bytes: bounded output.
    let mut many = vec![0, 1, 0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    many.extend([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0].repeat(5900));
    let dissection = over_udp(&many);
    assert_eq!(dissection.layer(Protocol::Dns).unwrap().fields.len(), MAX_FIELDS);
    assert!(matches!(dissection.problem.unwrap().problem, Problem::TooMany { .. }));
}

proptest! {
    #[test]
    fn hostile_messages_are_survived(
        counts in any::<[u8; 4]>(),
        pieces in prop::collection::vec(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..12),
            Just(vec![0xc0, 0x0c]),
            Just(b"\x03www\x07example".to_vec()),
            Just(vec![0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 12, 0, 10, 0, 8]),
            (prop::sample::select(vec![1u8, 2, 5, 6, 12, 15, 16, 28, 33, 39]), any::<u8>())
                .prop_map(|(kind, length)| vec![0, 0, kind, 0, 1, 0, 0, 0, 9, 0, length]),
        ], 0..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let [q, a, n, r] = counts.map(|count| count % 8);
        let mut bytes = vec![0, 1, 0x80, 0, 0, q, 0, a, 0, n, 0, r];
        bytes.extend(pieces.concat());
        for end in [bytes.len(), cut.index(bytes.len() + 1)] {
            let dissection = over_udp(&bytes[..end]);
            for field in dissection.layers.iter().flat_map(|layer| &layer.fields) {
                prop_assert!(field.byte_range().end <= end + 28, "{field:?}");
                let _ = field.text().to_string();
            }
        }
    }
}
