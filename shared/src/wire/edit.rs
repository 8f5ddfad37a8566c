//! Changing fields of a frame, and making its checksums and lengths right again.
//!
//! ```
//! use firsthop_protocol::wire::{LinkType, Protocol, dissect, edit, samples};
//! let mut frame = samples::all().remove(0).frame;
//! let before = dissect(LinkType::Ethernet, &frame);
//! let ttl = before.layer(Protocol::Ipv4).and_then(|layer| layer.field("ttl")).unwrap();
//! edit::set(&mut frame, ttl, &edit::parse(ttl, "7")?)?;
//! assert_eq!(dissect(LinkType::Ethernet, &frame).problems().count(), 1); // the header checksum
//! edit::fix_checksums(LinkType::Ethernet, &mut frame);
//! assert_eq!(dissect(LinkType::Ethernet, &frame).problems().count(), 0);
//! # Ok::<(), edit::EditError>(())
//! ```

use super::{Dissection, Field, LinkType, Options, Problem, Protocol, Value, dissect, dissect_with};

/// Why a field cannot be changed so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The number needs more bits than the field has.
    #[error("{number} does not fit into {bits} bits: at most {max} does")]
    TooLarge {
        /// The number.
        number: u64,
        /// The field's width.
        bits: u32,
        /// The largest number that fits.
        max: u64,
    },
    /// The value has another length than the field.
    #[error("{had} bytes for a field of {needed}: editing never moves what follows")]
    OtherLength {
        /// The field's bytes.
        needed: u32,
        /// The value's.
        had: u32,
    },
    /// The text is not a value of this field.
    #[error("{text:?} is not {expected}")]
    NotAValue {
        /// What was given.
        text: String,
        /// What would be right, with an example.
        expected: &'static str,
    },
    /// The field is not inside this frame.
    #[error("the field lies outside the frame: it belongs to another one")]
    Outside,
}

/// Reads a value for a field from what a person typed: a number in decimal or `0x`, an address, bytes in hex, text.
///
/// # Errors
/// When the text is not a value of the field's kind.
pub fn parse(field: &Field, text: &str) -> Result<Value, EditError> {
    let text = text.trim();
    let not = |expected| EditError::NotAValue { text: text.to_owned(), expected };
    match &field.value {
        Value::Number(_) => {
            let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
            hex.map_or_else(|| text.parse(), |digits| u64::from_str_radix(digits, 16))
                .map(Value::Number)
                .map_err(|_| not("a number in decimal or hexadecimal: 64 or 0x40"))
        }
        Value::Mac(_) => hex_bytes(text)
            .and_then(|bytes| bytes.try_into().ok())
            .map(Value::Mac)
            .ok_or_else(|| not("a MAC address: 02:00:00:00:00:01")),
        Value::Ipv4(_) => text.parse().map(Value::Ipv4).map_err(|_| not("an IPv4 address: 192.0.2.1")),
        Value::Ipv6(_) => text.parse().map(Value::Ipv6).map_err(|_| not("an IPv6 address: 2001:db8::1")),
        Value::Bytes(_) => hex_bytes(text).map(Value::Bytes).ok_or_else(|| not("bytes in hex: 0a 1b 2c")),
        Value::Text(_) => Ok(Value::Text(text.to_owned().into())),
    }
}

/// Writes a value into the bits of a field of a dissection of this very frame. Nothing else changes: checksums and
/// lengths stay as they are.
///
/// # Errors
/// When the value does not have the field's width, or the field is not of this frame. The frame is then unchanged.
pub fn set(frame: &mut [u8], field: &Field, value: &Value) -> Result<(), EditError> {
    let bytes = match value {
        Value::Number(number) => return set_number(frame, field, *number),
        Value::Mac(address) => address.to_vec(),
        Value::Ipv4(address) => address.octets().to_vec(),
        Value::Ipv6(address) => address.octets().to_vec(),
        Value::Bytes(bytes) => bytes.clone(),
        Value::Text(text) => text.as_bytes().to_vec(),
    };
    let place = frame.get_mut(field.byte_range()).ok_or(EditError::Outside)?;
    if place.len() != bytes.len() || !field.bit_offset.is_multiple_of(8) {
        return Err(EditError::OtherLength { needed: place.len() as u32, had: bytes.len() as u32 });
    }
    place.copy_from_slice(&bytes);
    Ok(())
}

/// The frame's layers, and the field at a place in them, as a table of fields would name it.
///
/// # Errors
/// As [`set`]; also when there is no such layer or field.
pub fn set_at(
    link: LinkType,
    frame: &mut [u8],
    layer: usize,
    field: usize,
    value: &Value,
) -> Result<(), EditError> {
    let dissection = dissect(link, frame);
    let field = dissection.layers.get(layer).and_then(|layer| layer.fields.get(field));
    set(frame, field.ok_or(EditError::Outside)?, value)
}

fn set_number(frame: &mut [u8], field: &Field, number: u64) -> Result<(), EditError> {
    let bits = field.bits;
    let max = 1u64.checked_shl(bits).map_or(u64::MAX, |limit| limit - 1);
    if number > max {
        return Err(EditError::TooLarge { number, bits, max });
    }
    let bytes = frame.get_mut(field.byte_range()).ok_or(EditError::Outside)?;
    if bits > 64 {
        return Err(EditError::OtherLength { needed: bytes.len() as u32, had: 8 });
    }
    let old = bytes.iter().fold(0u128, |old, byte| old << 8 | u128::from(*byte));
    let number = match form(field, bytes) {
        Form::Bits => number,
        Form::Swapped => u64::from((number as u32).swap_bytes()),
        Form::Digits => {
            let width = bytes.len();
            let digits = format!("{number:0width$}");
            if digits.len() != width {
                let max = 10u64.saturating_pow(width as u32) - 1;
                return Err(EditError::TooLarge { number, bits, max });
            }
            bytes.copy_from_slice(digits.as_bytes());
            return Ok(());
        }
    };
    let after = bytes.len() as u32 * 8 - field.bit_offset % 8 - bits;
    let mask = u128::from(max) << after;
    let new = old & !mask | u128::from(number) << after;
    for (at, byte) in bytes.iter_mut().rev().enumerate() {
        *byte = (new >> (at * 8)) as u8;
    }
    Ok(())
}

/// How a number is written.
enum Form {
    /// As its bits, the most significant first.
    Bits,
    /// As four bytes, the least significant first: BSD loopback's family, in its host's order.
    Swapped,
    /// As decimal digits: HTTP's status code.
    Digits,
}

/// How the number of a field is written, seen from the bytes that gave it its value.
fn form(field: &Field, bytes: &[u8]) -> Form {
    let Value::Number(value) = field.value else { return Form::Bits };
    let whole = field.bits as usize == bytes.len() * 8 && bytes.len() <= 8;
    let read = bytes.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    if !whole || read == value {
        return Form::Bits;
    }
    let digits = std::str::from_utf8(bytes).ok().and_then(|digits| digits.parse().ok());
    if digits == Some(value) {
        Form::Digits
    } else if bytes.len() == 4 && u64::from((read as u32).swap_bytes()) == value {
        Form::Swapped
    } else {
        Form::Bits
    }
}

/// Makes every checksum right that can be judged: IPv4, ICMP, ICMPv6, UDP, TCP, also inside tunnels. A UDP checksum of
/// 0 over IPv4, which means none, stays. Gives how many were changed.
pub fn fix_checksums(link: LinkType, frame: &mut [u8]) -> usize {
    fix_checksums_of(link, frame, frame.len())
}

/// The same for a frame of which `original` bytes were on the link: a checksum over bytes that a capture left out stays.
pub fn fix_checksums_of(link: LinkType, frame: &mut [u8], original: usize) -> usize {
    fix(link, frame, original, |layer, field| match field.problem.as_deref() {
        Some(Problem::Checksum { expected, .. } | Problem::ChecksumOffloaded { expected, .. }) => {
            Some(u64::from(*expected))
        }
        // UDP over IPv6 without a checksum: anything but 0 lets the next round judge it.
        Some(Problem::Value { found: 0, .. }) if layer == Protocol::Udp && field.spec.name == "checksum" => {
            Some(1)
        }
        _ => None,
    })
}

/// Makes the length fields of IPv4, IPv6, UDP and 802.3 that are wrong agree with the bytes that are there. Gives how
/// many were changed. Checksums are not touched: do those after.
pub fn fix_lengths(link: LinkType, frame: &mut [u8]) -> usize {
    fix(link, frame, frame.len(), |layer, field| match (field.problem.as_deref(), layer, field.spec.name) {
        (
            Some(Problem::Length { had, .. }),
            Protocol::Ipv4 | Protocol::Ethernet | Protocol::Ipv6 | Protocol::Udp,
            "len" | "plen" | "length",
        ) => Some(u64::from(*had)),
        _ => None,
    })
}

/// Changes fields until the rule finds none to change. What is inside is put right before what covers it.
fn fix(
    link: LinkType,
    frame: &mut [u8],
    original: usize,
    rule: impl Fn(Protocol, &Field) -> Option<u64>,
) -> usize {
    /// Each round settles one more layer of nesting at least.
    const ROUNDS: usize = 2 * super::MAX_LAYERS;
    let mut changed = 0;
    for _ in 0..ROUNDS {
        let Dissection { layers, .. } = dissect_with(link, frame, original, Options::default());
        let fields =
            layers.iter().rev().flat_map(|layer| layer.fields.iter().map(move |f| (layer.protocol, f)));
        let Some((field, number)) =
            fields.into_iter().find_map(|(l, f)| rule(l, f).map(|number| (f, number)))
        else {
            break;
        };
        if set_number(frame, field, number).is_err() {
            break;
        }
        changed += 1;
    }
    changed
}

/// Bytes from hex digits, with or without spaces, colons, hyphens or dots between them.
fn hex_bytes(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, ':' | '-' | '.'))
        .map(|c| c.to_digit(16).map(|digit| digit as u8))
        .collect::<Option<_>>()?;
    let (pairs, odd) = digits.as_chunks::<2>();
    odd.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::samples;

    #[test]
    fn every_number_field_takes_any_number_that_fits_and_touches_no_other_bit() {
        for sample in samples::all() {
            let whole = dissect(sample.link, &sample.frame);
            for field in whole.layers.iter().flat_map(|layer| &layer.fields) {
                let Value::Number(old) = field.value else { continue };
                if field.bits > 64 {
                    // A number inside a line of text: HTTP's Content-Length.
                    assert!(set(&mut sample.frame.clone(), field, &Value::Number(old)).is_err());
                    continue;
                }
                if matches!(form(field, &sample.frame[field.byte_range()]), Form::Digits) {
                    continue;
                }
                let mut frame = sample.frame.clone();
                let max = 1u64.checked_shl(field.bits).map_or(u64::MAX, |limit| limit - 1);
                set(&mut frame, field, &Value::Number(old ^ max)).unwrap();
                let flipped: u32 =
                    frame.iter().zip(&sample.frame).map(|(new, old)| (new ^ old).count_ones()).sum();
                assert_eq!(flipped, field.bits, "{} {}", sample.name, field.name());
                set(&mut frame, field, &Value::Number(old)).unwrap();
                assert_eq!(frame, sample.frame);
                if field.bits < 64 {
                    let error = set(&mut frame, field, &Value::Number(max + 1)).unwrap_err();
                    assert_eq!(error, EditError::TooLarge { number: max + 1, bits: field.bits, max });
                }
            }
        }
    }

    #[test]
    fn checksums_follow_an_edit() {
        for sample in samples::all() {
            let whole = dissect(sample.link, &sample.frame);
            for layer in &whole.layers {
                for name in ["ttl", "hlim", "id", "seq", "seq_raw", "srcport", "ident", "target_address"] {
                    let Some(field) = layer.field(name) else { continue };
                    let mut frame = sample.frame.clone();
                    match &field.value {
                        Value::Number(number) => {
                            let value = Value::Number(number ^ 1);
                            set(&mut frame, field, &value).unwrap();
                        }
                        value => set(&mut frame, field, &value.clone()).unwrap(),
                    }
                    fix_checksums(sample.link, &mut frame);
                    // Another port may make another protocol of the payload; the checksums are right all the same.
                    let wrong =
                        dissect(sample.link, &frame).problems().find(|problem| is_checksum(problem)).cloned();
                    assert_eq!(wrong, None, "{} {name}", sample.name);
                }
            }
        }
    }

    fn is_checksum(problem: &Problem) -> bool {
        matches!(problem, Problem::Checksum { .. } | Problem::ChecksumOffloaded { .. })
    }

    #[test]
    fn numbers_in_digits_and_in_the_other_byte_order_stay_so() {
        let mut frame =
            samples::all().into_iter().find(|sample| sample.name == "http-response").unwrap().frame;
        let dissection = dissect(LinkType::Ethernet, &frame);
        let code = dissection.layer(Protocol::Http).unwrap().field("code").unwrap();
        let error = set(&mut frame, code, &Value::Number(4040)).unwrap_err();
        assert_eq!(error, EditError::TooLarge { number: 4040, bits: 24, max: 999 });
        set(&mut frame, code, &Value::Number(404)).unwrap();
        assert_eq!(&frame[code.byte_range()], b"404");
        let mut frame = [&[2, 0, 0, 0][..], &[0x45; 20]].concat();
        let dissection = dissect(LinkType::Null, &frame);
        let family = dissection.layer(Protocol::Null).unwrap().field("family").unwrap();
        set(&mut frame, family, &Value::Number(30)).unwrap();
        assert_eq!(frame[..4], [30, 0, 0, 0]);
    }

    #[test]
    fn what_is_typed_becomes_a_value() {
        let frame = samples::all().remove(0).frame;
        let dissection = dissect(LinkType::Ethernet, &frame);
        let ethernet = dissection.layer(Protocol::Ethernet).unwrap();
        let mac = ethernet.field("dst").unwrap();
        assert_eq!(parse(mac, "02-00-00-00-00-0A"), Ok(Value::Mac([2, 0, 0, 0, 0, 10])));
        assert!(parse(mac, "02:00").is_err());
        let kind = ethernet.field("type").unwrap();
        assert_eq!(parse(kind, " 0x86dd "), Ok(Value::Number(0x86dd)));
        assert!(parse(kind, "IPv6").is_err());
    }
}
