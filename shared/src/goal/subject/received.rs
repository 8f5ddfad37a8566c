//! What receiving calls brought, as far as a trace shows their buffers.

use std::collections::BTreeMap;

use crate::trace::Call;

/// The calls that receive.
const CALLS: [&str; 4] = ["recv", "recvfrom", "recvmsg", "read"];

/// The end of what each descriptor brought so far, in which a text may have begun.
#[derive(Debug, Clone, Default)]
pub(super) struct Streams {
    tails: BTreeMap<(String, String), Vec<u8>>,
    bytes: u64,
}

impl Streams {
    /// Whether a call brought the text, or the last piece of it.
    pub(super) fn feed(&mut self, text: &[u8], call: &Call) -> bool {
        let argument =
            |wanted: &str| call.args.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
        let key = (call.node.clone(), argument("fd").cloned().unwrap_or_default());
        if call.name == "close" {
            self.tails.remove(&key);
        }
        let (true, Ok(result)) = (CALLS.contains(&call.name.as_str()), &call.result) else { return false };
        self.bytes = self.bytes.saturating_add(result.parse().unwrap_or(0));
        let Some(buffer) = argument("buf") else { return false };
        let (bytes, whole) = unquoted(buffer);
        let tail = self.tails.entry(key).or_default();
        // A datagram is nobody's continuation.
        if argument("src_addr").is_some_and(|peer| peer != "NULL") {
            tail.clear();
        }
        tail.extend(bytes);
        let found = tail.windows(text.len()).any(|part| part == text);
        let kept = if found || !whole { 0 } else { text.len() - 1 };
        tail.drain(..tail.len().saturating_sub(kept));
        found
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// The bytes that [`quoted`](crate::trace::quoted) wrote, and whether they are all.
fn unquoted(text: &str) -> (Vec<u8>, bool) {
    let whole = text.ends_with('"');
    let inner = text.strip_suffix("...").unwrap_or(text);
    let inner = inner.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(inner);
    let mut bytes = Vec::new();
    let mut rest = inner.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'n') => bytes.push(b'\n'),
            Some(b'r') => bytes.push(b'\r'),
            Some(b't') => bytes.push(b'\t'),
            Some(b'x') => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let pair = digit(rest.next()).zip(digit(rest.next()));
                bytes.extend(pair.and_then(|(high, low)| u8::try_from(high * 16 + low).ok()));
            }
            other => bytes.extend(other),
        }
    }
    (bytes, whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::quoted;

    #[test]
    fn what_was_quoted_is_read_back() {
        let all: Vec<u8> = (0..=255).collect();
        for part in all.chunks(64) {
            assert_eq!(unquoted(&quoted(part)), (part.to_vec(), true));
        }
        assert_eq!(unquoted(&quoted(&all)), (all[..64].to_vec(), false));
    }
}
