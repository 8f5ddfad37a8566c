//! Why pasted text is no bytes, in the learner's language.

use firsthop_protocol::wire::hex::{HexError, MOST};

use crate::i18n::{catalogue, fill};

/// The error in the learner's language.
pub(super) fn explain(error: &HexError, messages: &catalogue::Packets) -> String {
    match error {
        HexError::NotHex { line, found } => fill(messages.not_hex, &[("line", line), ("found", found)]),
        HexError::Odd { line } => fill(messages.odd, &[("line", line)]),
        HexError::TooLong => fill(messages.too_long, &[("most", &MOST)]),
    }
}
