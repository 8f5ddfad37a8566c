use proptest::prelude::*;

use crate::wire::{Context, Dissection, Field, Layer, Options, Protocol, Reader, Value};

/// What a segment with these bytes holds.
fn segment(bytes: &[u8]) -> Dissection {
    let mut context = Context::new(Options::default());
    let reader = Reader::new(bytes, bytes.len());
    super::dissect(&mut context, reader);
    context.into_dissection(reader)
}

fn fields(layer: &Layer) -> Vec<(&str, String)> {
    layer.fields.iter().map(|field| (field.name(), field.value.to_string())).collect()
}

fn problems(dissection: &Dissection) -> Vec<String> {
    dissection.problems().map(ToString::to_string).collect()
}

#[test]
fn requests_one_after_the_other() {
    let bytes =
        b"POST /a HTTP/1.1\r\nHost: h\r\ncontent-length: 3\r\nX-Odd:  1 \r\n\r\nabcGET /b HTTP/1.0\r\n\r\n";
    let dissection = segment(bytes);
    let [first, second] = &dissection.layers[..] else { panic!("{dissection:?}") };
    let expected = [
        ("method", "POST"),
        ("uri", "/a"),
        ("version", "HTTP/1.1"),
        ("host", "h"),
        ("content_length_header", "3"),
        ("content_length", "3"),
        ("line", "X-Odd:  1 "),
        ("file_data", "616263"),
    ];
    assert_eq!(fields(first), expected.map(|(name, value)| (name, value.to_owned())));
    assert_eq!(fields(second).len(), 3);
    assert_eq!(problems(&dissection), [""; 0]);
    for field in &first.fields {
        if let ("method" | "uri" | "version", Value::Text(text)) = (field.name(), &field.value) {
            assert_eq!(&bytes[field.byte_range()], text.as_bytes());
        }
    }
}

#[test]
fn a_chunked_response_with_a_trailer() {
    let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nDone: yes\r\n\r\nrubbish";
    let dissection = segment(bytes);
    let [http, data] = &dissection.layers[..] else { panic!("{dissection:?}") };
    let names: Vec<_> = http.fields.iter().map(Field::name).collect();
    let expected = [
        "version",
        "code",
        "phrase",
        "transfer_encoding",
        "chunk_size",
        "chunk_data",
        "chunk_boundary",
        "chunk_size",
        "line",
    ];
    assert_eq!(names, expected);
    assert_eq!(http.number("chunk_size"), Some(5));
    assert_eq!((data.protocol, data.length), (Protocol::Data, 7));
    assert_eq!(problems(&dissection), [""; 0]);
}

#[test]
fn the_middle_of_a_message_is_data() {
    for bytes in [
        &b"Host: here\r\n\r\n"[..],
        b"GET / HTTP/2.0\r\n\r\n",
        b"GET /",
        b"HTTP/1.1 abc\r\n",
        b"\r\n",
        b" / HTTP/1.1\r\n",
    ] {
        let dissection = segment(bytes);
        assert_eq!(dissection.layers.len(), 1);
        assert_eq!(dissection.layers[0].protocol, Protocol::Data, "{bytes:?}");
    }
}

#[test]
fn a_message_that_goes_on_in_the_next_segment_is_no_fault() {
    let whole = b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 9\r\n\r\n123456789";
    for end in 17..whole.len() {
        let dissection = segment(&whole[..end]);
        assert_eq!(problems(&dissection), [""; 0], "{end}");
        assert_eq!(dissection.layers.len(), 1, "{end}");
        assert_eq!(dissection.layers[0].length as usize, end);
    }
}

#[test]
fn what_is_wrong_is_said() {
    let cases: [(&[u8], &str); 9] = [
        (b"GET / HTTP/1.1\r\n\r\n", "malformed: a request of HTTP/1.1 has one Host field"),
        (b"GET / HTTP/1.0\n\r\n", "malformed: the line ends with LF alone; CR LF would be right"),
        (
            b"GET  HTTP/1.0\r\n\r\n",
            "malformed: a request target without blanks stands between method and version",
        ),
        (
            b"GET / HTTP/1.0\r\nHost : h\r\n\r\n",
            "malformed: a field name holds letters, digits and !#$%&'*+-.^_`|~ only",
        ),
        (b"GET / HTTP/1.0\r\nno colon\r\n\r\n", "malformed: a field line is a name, a colon, a value"),
        (
            b"GET / HTTP/1.0\r\nAccept: a\r\n more: b\r\n\r\n",
            "malformed: a line that continues the one before, which HTTP/1.1 no longer has",
        ),
        (b"PUT / HTTP/1.0\r\nContent-Length: +5\r\n\r\n", "malformed: a length is decimal digits"),
        (
            b"PUT / HTTP/1.0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "malformed: Content-Length beside Transfer-Encoding",
        ),
        (b"HTTP/1.1 999 ?\r\n\r\n", "bad value 999: 100 to 599"),
    ];
    for (bytes, problem) in cases {
        assert_eq!(problems(&segment(bytes)), [problem], "{}", String::from_utf8_lossy(bytes));
    }
}

proptest! {
    #[test]
    fn hostile_segments_are_survived(pieces in prop::collection::vec(prop_oneof![
        prop::collection::vec(any::<u8>(), 0..10),
        prop::sample::select(vec![
            "GET / HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n", "\r\n", "\n", "Host: x\r\n", "Content-Length: 99999999999999999999\r\n",
            "Content-Length: 18446744073709551615\r\n", "Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\n", "3\r\nabc\r\n", ":", " ",
        ]).prop_map(|text| text.as_bytes().to_vec()),
    ], 0..24)) {
        let bytes = pieces.concat();
        let dissection = segment(&bytes);
        for field in dissection.layers.iter().flat_map(|layer| &layer.fields) {
            prop_assert!(field.byte_range().end <= bytes.len(), "{field:?}");
            let _ = field.text().to_string();
        }
    }
}
