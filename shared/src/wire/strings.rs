//! Strings in messages: ended by a zero byte, padded with zero bytes, or of a length stated elsewhere.

use super::{Draft, Meaning, Problem, Spec, Value};

/// Reads a string that a zero byte ends; the field spans that byte too. `None`, and broken off, when none comes: then
/// the field spans all that is left.
pub fn zero_terminated<'f>(draft: &mut Draft<'f>, spec: &'static Spec) -> Option<&'f [u8]> {
    let at = draft.reader.bit();
    let rest = draft.reader.rest();
    if let Some(length) = rest.iter().position(|byte| *byte == 0) {
        let text = draft.reader.take(length + 1)?.get(..length)?;
        draft.push(spec, at, (length + 1) * 8, text_value(text), Meaning::Plain);
        return Some(text);
    }
    let cut = !draft.reader.is_whole();
    if !rest.is_empty() {
        draft.push(spec, at, rest.len() * 8, text_value(rest), Meaning::Plain);
        if !cut {
            draft.wrong(Problem::Malformed("no zero byte ends this string"));
        }
    }
    draft.break_off(if cut {
        // At least the zero byte is among what was left out.
        Problem::Truncated { needed: rest.len() as u32 + 1, had: rest.len() as u32 }
    } else {
        Problem::Malformed("the message ends before a zero byte ends the string")
    });
    draft.reader.take(rest.len());
    None
}

/// Reads a string in a field of `count` bytes of which those after the first zero byte say nothing.
pub fn padded<'f>(draft: &mut Draft<'f>, spec: &'static Spec, count: usize) -> Option<&'f [u8]> {
    let at = draft.reader.bit();
    let Some(bytes) = draft.reader.take(count) else {
        draft.break_off(Problem::Truncated { needed: count as u32, had: draft.reader.left() as u32 });
        return None;
    };
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let meaning = if text.is_empty() { Meaning::said("not given") } else { Meaning::Plain };
    draft.push(spec, at, count * 8, text_value(text), meaning);
    Some(text)
}

/// Characters as a value; bytes that are no UTF-8 are replaced.
pub fn text_value(bytes: &[u8]) -> Value {
    Value::Text(String::from_utf8_lossy(bytes).into_owned().into())
}
