//! Domain names in messages, RFC 1035 §3.1 and §4.1.4.

use std::fmt::Write as _;

use crate::wire::{Draft, Meaning, Problem, Reader, Spec, Value};

/// A name has at most so many bytes, RFC 1035 §2.3.4.
const MAX_NAME: usize = 255;
/// A name of 255 bytes has no more labels than this, so following more pointers is of no use to anyone.
const MAX_POINTERS: u32 = 127;

/// Reads the field of a name. Pointers count from byte `base` of the frame. `None`, and broken off, when it is no name;
/// the field then spans what was read of it.
pub fn field(draft: &mut Draft<'_>, spec: &'static Spec, base: usize) -> Option<String> {
    let at = draft.reader.bit();
    let mut reader = draft.reader;
    let (name, problem) = read(&mut reader, base);
    let bits = reader.bit() - at;
    if bits > 0 {
        draft.push(spec, at, bits, Value::Text(name.clone().into()), Meaning::Plain);
    }
    if let Some(problem) = problem {
        draft.wrong(problem.clone());
        draft.break_off(problem);
        return None;
    }
    draft.reader = reader;
    Some(name)
}

/// Reads a name and moves past it: to the end of its last label or of its first pointer. Each pointer must point to
/// before the place where the labels that lead to it began, so following them comes to an end.
fn read(reader: &mut Reader<'_>, base: usize) -> (String, Option<Problem>) {
    let mut name = String::new();
    let mut length = 1; // the root's zero byte
    let mut jumped: Option<Reader<'_>> = None;
    let mut place = *reader;
    let mut began = place.offset();
    let mut pointers = 0;
    let problem = loop {
        let Some(first) = place.bits(8) else {
            break Some(Problem::Truncated { needed: 1, had: 0 });
        };
        match first {
            0 => break None,
            1..=63 => {
                let Some(label) = place.take(first as usize) else {
                    break Some(Problem::Truncated { needed: first as u32, had: place.left() as u32 });
                };
                length += label.len() + 1;
                if length > MAX_NAME {
                    break Some(Problem::Malformed("a name of more than 255 bytes"));
                }
                push_label(&mut name, label);
            }
            192..=255 => {
                let Some(low) = place.bits(8) else {
                    break Some(Problem::Truncated { needed: 2, had: 1 });
                };
                let target = base + ((first & 0x3f) << 8 | low) as usize;
                jumped.get_or_insert(place);
                if target >= began {
                    break Some(Problem::Malformed("a compression pointer that does not point backwards"));
                }
                pointers += 1;
                if pointers > MAX_POINTERS {
                    break Some(Problem::TooMany {
                        what: "compression pointers in a name",
                        limit: MAX_POINTERS,
                    });
                }
                place = place.at(target);
                began = target;
            }
            _ => {
                break Some(Problem::Malformed("a label that begins with bits 01 or 10, which mean nothing"));
            }
        }
    };
    *reader = jumped.unwrap_or(place);
    if name.is_empty() && problem.is_none() {
        name.push('.');
    }
    (name, problem)
}

/// Adds a label; what is no visible ASCII as `\DDD`, as in zone files, RFC 1035 §5.1.
fn push_label(name: &mut String, label: &[u8]) {
    if !name.is_empty() {
        name.push('.');
    }
    for byte in label {
        match byte {
            b'.' | b'\\' => name.extend(['\\', char::from(*byte)]),
            b'!'..=b'~' => name.push(char::from(*byte)),
            _ => {
                // Writing to a string does not fail.
                let _ = write!(name, "\\{byte:03}");
            }
        }
    }
}
