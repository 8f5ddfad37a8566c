//! The parser: hostile bytes, and what it emits it reads.

use firsthop_protocol::tftp::{ErrorCode, Mode, Operation, Packet, ParseError, RawOption, Request};
use proptest::{collection::vec, prelude::*};

fn text() -> impl Strategy<Value = String> {
    "[^\0]{1,20}"
}

fn options() -> impl Strategy<Value = Vec<RawOption>> {
    vec((text(), "[^\0]{0,10}"), 0..6)
}

fn request() -> impl Strategy<Value = Request> {
    let operation = prop_oneof![Just(Operation::Read), Just(Operation::Write)];
    let mode = prop_oneof![Just(Mode::Octet), Just(Mode::Netascii), Just(Mode::Mail)];
    (operation, text(), mode, options()).prop_map(|(operation, filename, mode, options)| Request {
        operation,
        filename,
        mode,
        options,
    })
}

proptest! {
    #[test]
    fn any_bytes_are_parsed_or_refused(bytes in vec(any::<u8>(), 0..600)) {
        let _ = Packet::parse(&bytes);
    }

    /// Bytes that begin as one of the six packets reach deeper into the parser.
    #[test]
    fn any_bytes_after_an_opcode(opcode in 0_u8..8, bytes in vec(prop_oneof![Just(0), any::<u8>()], 0..200)) {
        let bytes = [&[0, opcode], &bytes[..]].concat();
        if let Err(error) = Packet::parse(&bytes) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn what_is_emitted_is_read(
        request in request(),
        options in options(),
        data in vec(any::<u8>(), 0..600),
        block in any::<u16>(),
        message in "[^\0]{0,40}",
    ) {
        let packets = [
            Packet::Request(request),
            Packet::Data { block, data: &data },
            Packet::Ack { block },
            Packet::Error { code: ErrorCode(block), message },
            Packet::Oack(options),
        ];
        for packet in packets {
            let bytes = packet.to_bytes();
            prop_assert_eq!(Packet::parse(&bytes), Ok(packet));
        }
    }
}

#[test]
fn errors_say_where() {
    let error = |bytes: &[u8]| Packet::parse(bytes).unwrap_err();
    assert_eq!(error(&[0]), ParseError::Truncated { field: "opcode", offset: 0, needed: 2, had: 1 });
    assert_eq!(error(&[0, 7]), ParseError::UnknownOpcode { found: 7 });
    assert_eq!(error(b"\0\x01file\0octet"), ParseError::Unterminated { field: "mode", offset: 7 });
    assert_eq!(error(b"\0\x01file\0text\0"), ParseError::UnknownMode { found: "text".into(), offset: 7 });
    assert_eq!(error(b"\0\x01\0octet\0"), ParseError::Empty { field: "filename", offset: 2 });
    assert_eq!(error(b"\0\x02a\xff\0octet\0"), ParseError::NotText { field: "filename", offset: 3 });
    assert_eq!(error(b"\0\x04\0\x01!"), ParseError::Trailing { offset: 4, extra: 1 });
    assert_eq!(error(b"\0\x06blksize\0"), ParseError::Unterminated { field: "option value", offset: 10 });
    let many = [b"\0\x06".to_vec(), b"a\x001\0".repeat(17)].concat();
    assert_eq!(error(&many), ParseError::TooManyOptions { offset: 2 + 16 * 4 });
    assert_eq!(
        error(b"\0\x01file\0text\0").to_string(),
        "mode \"text\" at byte 7: \"octet\" and \"netascii\" are known"
    );
}

/// RFC 1350 §5 and RFC 2347: in any mixture of upper and lower case.
#[test]
fn modes_and_options_are_read_without_case() {
    let Ok(Packet::Request(request)) = Packet::parse(b"\0\x01f\0OcTeT\0BLKSIZE\x001428\0") else {
        panic!("a request")
    };
    assert_eq!(request.mode, Mode::Octet);
    assert_eq!(request.options, [("BLKSIZE".to_owned(), "1428".to_owned())]);
}
