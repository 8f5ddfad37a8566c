//! Dissections as JSON, fast: the same bytes that `serde_json` makes of a [`Layer`], several times as quickly.
//!
//! A capture has millions of fields of a few hundred kinds, so what a field's [`super::Spec`] says is put into JSON once
//! and copied from then on.
//!
//! ```
//! use firsthop_protocol::wire::{JsonWriter, LinkType, dissect};
//! let dissection = dissect(LinkType::RawIp, &[0x45]);
//! let mut out = Vec::new();
//! JsonWriter::default().layers(&mut out, &dissection.layers);
//! assert_eq!(out, serde_json::to_vec(&dissection.layers).unwrap());
//! ```

use std::{fmt::Write as _, io::Write as _};

use super::{Field, Layer, Meaning, Value};

/// Writes layers as JSON and remembers what it may need again.
#[derive(Debug, Default)]
pub struct JsonWriter {
    /// By the address of a spec: what comes before and after a field's own values.
    known: Vec<Option<Known>>,
}

#[derive(Debug, Clone)]
struct Known {
    address: usize,
    before: Box<[u8]>,
    after: Box<[u8]>,
}

/// Places in the table of specs; two specs that fall on one place take turns.
const PLACES: usize = 1024;

impl JsonWriter {
    /// Appends an array of layers.
    pub fn layers(&mut self, out: &mut Vec<u8>, layers: &[Layer]) {
        out.push(b'[');
        for (index, layer) in layers.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(b"{\"protocol\":\"");
            out.extend_from_slice(layer.protocol.name().as_bytes());
            out.extend_from_slice(b"\",\"offset\":");
            number(out, layer.offset.into());
            out.extend_from_slice(b",\"length\":");
            number(out, layer.length.into());
            out.extend_from_slice(b",\"fields\":[");
            for (index, field) in layer.fields.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                self.field(out, field);
            }
            out.extend_from_slice(b"]}");
        }
        out.push(b']');
    }

    fn field(&mut self, out: &mut Vec<u8>, field: &Field) {
        let Some(known) = self.known(field) else {
            // The table has a place for everything; if ever it had not, this is the slow way to the same bytes.
            let _ = serde_json::to_writer(out, field);
            return;
        };
        out.extend_from_slice(&known.before);
        number(out, field.bit_offset.into());
        out.extend_from_slice(b",\"bits\":");
        number(out, field.bits.into());
        out.extend_from_slice(b",\"value\":");
        let value_at = out.len();
        value(out, &field.value);
        let value_end = out.len();
        out.extend_from_slice(b",\"text\":\"");
        match (&field.meaning, &field.value) {
            (Meaning::Plain, Value::Number(n)) => number(out, *n),
            // The value in quotes again.
            (Meaning::Plain, _) => out.extend_from_within(value_at + 1..value_end.saturating_sub(1)),
            (Meaning::Flag, value) => {
                let text: &[u8] = if matches!(value, Value::Number(0)) { b"not set" } else { b"set" };
                out.extend_from_slice(text);
            }
            (Meaning::Hex(digits), Value::Number(n)) => hex_number(out, *n, *digits),
            (Meaning::Name(name), Value::Number(n)) => {
                escaped(out, name);
                out.extend_from_slice(b" (");
                number(out, *n);
                out.push(b')');
            }
            (Meaning::HexName(name, digits), Value::Number(n)) => {
                escaped(out, name);
                out.extend_from_slice(b" (");
                hex_number(out, *n, *digits);
                out.push(b')');
            }
            (Meaning::Checksum(outcome), Value::Number(n)) => {
                hex_number(out, *n, 4);
                if !outcome.is_empty() {
                    out.extend_from_slice(b", ");
                    escaped(out, outcome);
                }
            }
            (Meaning::Said(words), _) => escaped(out, words),
            _ => displayed(out, &field.text()),
        }
        out.extend_from_slice(&known.after);
        match &field.problem {
            None => out.extend_from_slice(b"null}"),
            Some(problem) => {
                out.push(b'"');
                displayed(out, problem);
                out.extend_from_slice(b"\"}");
            }
        }
    }

    /// What the spec of this field looks like in JSON.
    fn known(&mut self, field: &Field) -> Option<&Known> {
        let address = std::ptr::from_ref(field.spec).addr();
        if self.known.is_empty() {
            self.known.resize(PLACES, None);
        }
        // Specs stand in tables, some 80 bytes apart: multiplying by an odd number spreads them.
        let slot = self.known.get_mut((address / 8).wrapping_mul(0x9e37_79b1) / 4096 % PLACES)?;
        if slot.as_ref().is_some_and(|known| known.address != address) {
            *slot = None;
        }
        Some(slot.get_or_insert_with(|| {
            let mut before = b"{\"name\":\"".to_vec();
            escaped(&mut before, field.spec.name);
            before.extend_from_slice(b"\",\"label\":\"");
            escaped(&mut before, field.spec.label);
            before.extend_from_slice(b"\",\"bit_offset\":");
            let mut after = b"\",\"rfc\":\"".to_vec();
            escaped(&mut after, field.spec.rfc);
            after.extend_from_slice(b"\",\"problem\":");
            Known { address, before: before.into(), after: after.into() }
        }))
    }
}

fn value(out: &mut Vec<u8>, value: &Value) {
    if let Value::Number(n) = value {
        number(out, *n);
        return;
    }
    out.push(b'"');
    match value {
        Value::Text(text) => escaped(out, text),
        Value::Bytes(bytes) => hex(out, bytes),
        Value::Mac(mac) => {
            for (index, octet) in mac.iter().enumerate() {
                if index > 0 {
                    out.push(b':');
                }
                out.extend([digit(octet >> 4), digit(octet & 15)]);
            }
        }
        Value::Ipv4(address) => {
            for (index, octet) in address.octets().into_iter().enumerate() {
                if index > 0 {
                    out.push(b'.');
                }
                number(out, octet.into());
            }
        }
        // Addresses have nothing to escape, and writing to memory does not fail.
        _ => drop(write!(out, "{value}")),
    }
    out.push(b'"');
}

/// A number in decimal.
fn number(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut length = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        length += 1;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(20 - length..).unwrap_or_default());
}

/// A number in hexadecimal with at least so many digits.
fn hex_number(out: &mut Vec<u8>, number: u64, digits: u8) {
    out.extend_from_slice(b"0x");
    let needed = (64 - number.leading_zeros()).div_ceil(4).max(1).max(digits.into());
    for place in (0..needed).rev() {
        let nibble = if place < 16 { number >> (place * 4) & 15 } else { 0 };
        out.push(digit(nibble as u8));
    }
}

fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    let start = out.len();
    out.resize(start + bytes.len() * 2, 0);
    let pairs = out.get_mut(start..).unwrap_or_default().chunks_exact_mut(2);
    for (pair, byte) in pairs.zip(bytes) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
}

const fn digit(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble }
}

/// What a text looks like between quotes.
fn escaped(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| matches!(byte, 0..0x20 | b'"' | b'\\')) {
        let Some((plain, [special, after @ ..])) = rest.split_at_checked(at) else { break };
        out.extend_from_slice(plain);
        match special {
            b'"' | b'\\' => out.extend([b'\\', *special]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            0x08 => out.extend(b"\\b"),
            0x0c => out.extend(b"\\f"),
            _ => out.extend([b'\\', b'u', b'0', b'0', digit(special >> 4), digit(special & 15)]),
        }
        rest = after;
    }
    out.extend_from_slice(rest);
}

/// What can be displayed, escaped.
fn displayed(out: &mut Vec<u8>, shown: &impl std::fmt::Display) {
    struct Escaping<'a>(&'a mut Vec<u8>);
    impl std::fmt::Write for Escaping<'_> {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            escaped(self.0, text);
            Ok(())
        }
    }
    // Writing to memory does not fail.
    let _ = write!(Escaping(out), "{shown}");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::{LinkType, dissect, samples};

    #[test]
    fn samples_come_out_as_serde_json_writes_them() {
        let mut writer = JsonWriter::default();
        for sample in samples::all() {
            for end in 0..=sample.frame.len() {
                let layers = dissect(sample.link, &sample.frame[..end]).layers;
                let mut out = Vec::new();
                writer.layers(&mut out, &layers);
                assert_eq!(
                    String::from_utf8(out).unwrap(),
                    serde_json::to_string(&layers).unwrap(),
                    "{}",
                    sample.name
                );
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_and_number_come_out_as_serde_json_writes_them(text in any::<String>(), number in any::<u64>()) {
            let mut out = vec![b'"'];
            escaped(&mut out, &text);
            out.push(b'"');
            prop_assert_eq!(out, serde_json::to_vec(&text).unwrap());
            let mut out = Vec::new();
            super::number(&mut out, number);
            prop_assert_eq!(out, number.to_string().into_bytes());
        }

        #[test]
        fn changed_samples_come_out_as_serde_json_writes_them(
            sample in any::<prop::sample::Index>(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        ) {
            let samples = samples::all();
            let mut frame = sample.get(&samples).frame.clone();
            for (index, byte) in changes {
                let at = index.index(frame.len());
                frame[at] = byte;
            }
            let layers = dissect(LinkType::Ethernet, &frame).layers;
            let mut out = Vec::new();
            JsonWriter::default().layers(&mut out, &layers);
            prop_assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&layers).unwrap());
        }
    }
}
