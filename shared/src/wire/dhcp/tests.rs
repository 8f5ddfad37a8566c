use proptest::prelude::*;

use crate::wire::{Dissection, Layer, LinkType, Problem, Protocol, dissect};

/// A DHCP message in UDP in IPv4.
fn over_udp(message: &[u8]) -> Dissection {
    let length = u16::try_from(message.len()).unwrap();
    let mut frame = vec![0x45, 0];
    frame.extend((length + 28).to_be_bytes());
    frame.extend([0, 1, 0, 0, 64, 17, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 0, 68, 0, 67]);
    frame.extend((length + 8).to_be_bytes());
    frame.extend([0, 0]);
    frame.extend(message);
    dissect(LinkType::RawIp, &frame)
}

/// A request of 02:00:00:00:00:01 with these in sname, file and the options.
fn message(sname: &[u8], file: &[u8], options: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1, 1, 6, 0, 0xde, 0xad, 0xbe, 0xef, 0, 1, 0x80, 0];
    bytes.resize(28, 0);
    bytes.extend([2, 0, 0, 0, 0, 1]);
    for (area, end) in [(sname, 44), (file, 108)] {
        bytes.resize(end, 0);
        bytes.extend(area);
    }
    bytes.resize(236, 0);
    bytes.extend([0x63, 0x82, 0x53, 0x63]);
    bytes.extend(options);
    bytes
}

fn dhcp(dissection: &Dissection) -> &Layer {
    dissection.layer(Protocol::Dhcp).unwrap()
}

fn shown(layer: &Layer, name: &str) -> Vec<String> {
    layer.fields.iter().filter(|field| field.name() == name).map(|field| field.text().to_string()).collect()
}

fn problems(layer: &Layer) -> Vec<(&str, String)> {
    let wrong =
        layer.fields.iter().filter_map(|field| field.problem.as_ref().map(|p| (field.name(), p.to_string())));
    wrong.collect()
}

#[test]
fn options_may_overflow_into_sname_and_file() {
    // RFC 2132 §9.3: the options say that file and sname hold more.
    let dissection =
        over_udp(&message(&[12, 2, b'h', b'i', 255], &[3, 4, 10, 0, 0, 1, 255], &[53, 1, 1, 52, 1, 3, 255]));
    let layer = dhcp(&dissection);
    assert_eq!(problems(layer), []);
    assert_eq!(dissection.problem, None);
    assert_eq!(shown(layer, "hostname"), ["hi"]);
    assert_eq!(shown(layer, "router"), ["10.0.0.1"]);
    assert_eq!(shown(layer, "file"), [""; 0]);
    assert_eq!(layer.field("hostname").unwrap().byte_range(), 28 + 46..28 + 48);
    // Without the option they are names.
    let dissection = over_udp(&message(b"server\0rubbish", b"", &[53, 1, 1, 255]));
    assert_eq!(shown(dhcp(&dissection), "server"), ["0.0.0.0", "server"]);
    assert_eq!(shown(dhcp(&dissection), "file"), ["not given"]);
}

#[test]
fn options_with_a_structure_of_their_own() {
    let options = [
        &[121, 12, 16, 10, 20, 10, 0, 0, 1, 0, 10, 0, 0, 2][..],
        &[82, 14, 1, 2, 0xab, 0xcd, 5, 4, 10, 1, 2, 3, 6, 2, b'm', b'e'],
        &[119, 14, 3, b'l', b'a', b'b', 2, b'e', b'x', 0, 3, b'w', b'e', b'b', 0xc0, 4],
        &[61, 7, 1, 2, 0, 0, 0, 0, 1],
        &[2, 4, 0xff, 0xff, 0xf1, 0xf0],
        &[255],
    ];
    let dissection = over_udp(&message(b"", b"", &options.concat()));
    let layer = dhcp(&dissection);
    assert_eq!(
        shown(layer, "classless_static_route"),
        ["10.20.0.0/16 via 10.0.0.1", "0.0.0.0/0 via 10.0.0.2"]
    );
    assert_eq!(shown(layer, "link_selection"), ["10.1.2.3"]);
    assert_eq!(shown(layer, "subscriber_id"), ["me"]);
    assert_eq!(shown(layer, "dhcp_dns_domain_search_list_fqdn"), ["lab.ex", "web.ex"]);
    assert_eq!(shown(layer, "mac_addr"), ["02:00:00:00:00:01", "02:00:00:00:00:01"]);
    assert_eq!(shown(layer, "time_offset"), ["-3600 s from UTC"]);
    assert_eq!(problems(layer), []);
}

#[test]
fn what_is_wrong_with_an_option_is_said_there() {
    let cases: [(&[u8], &str, &str); 9] = [
        (&[53, 1, 99, 255], "dhcp", "bad value 99: 1 (DHCPDISCOVER) to 13"),
        (&[57, 2, 0, 100, 255], "dhcp_max_message_size", "bad value 100: at least 576"),
        (&[1, 4, 255, 0, 255, 0, 255], "subnet_mask", "bad value 4278255360: a mask: ones, then zeros"),
        (
            &[3, 5, 10, 0, 0, 1, 9, 255],
            "value",
            "malformed: left over: the option's length does not fit what it holds",
        ),
        (&[51, 2, 0, 1, 255], "value", "truncated: 4 bytes needed, 2 there"),
        (&[12, 0, 255], "length", "bad value 0: at least 1"),
        (&[12, 9, b'x'], "length", "length wrong: says 9 bytes, 1 are there"),
        (&[255, 0, 7], "value", "malformed: after the End option only zeros may follow"),
        (&[121, 6, 33, 1, 1, 1, 1, 1, 255], "value", "truncated: 10 bytes needed, 6 there"),
    ];
    for (options, field, problem) in cases {
        let dissection = over_udp(&message(b"", b"", options));
        let found = problems(dhcp(&dissection));
        assert!(found.contains(&(field, problem.to_owned())), "{options:?}: {found:?}");
    }
    let cut = over_udp(&message(b"", b"", &[12, 9, b'x'])).problem.unwrap();
    assert_eq!(cut.problem, Problem::Truncated { needed: 9, had: 1 });
}

proptest! {
    #[test]
    fn hostile_messages_are_survived(
        options in prop::collection::vec(any::<u8>(), 0..300),
        area in prop::collection::vec(any::<u8>(), 0..64),
        cut in any::<prop::sample::Index>(),
        overload in 0..5u8,
    ) {
        let whole = message(&area, &area, &[&[52, 1, overload][..], &options].concat());
        for end in [whole.len(), cut.index(whole.len() + 1)] {
            let dissection = over_udp(&whole[..end]);
            for field in dissection.layers.iter().flat_map(|layer| &layer.fields) {
                prop_assert!(field.byte_range().end <= end + 28, "{field:?}");
                let _ = field.text().to_string();
            }
        }
    }
}
