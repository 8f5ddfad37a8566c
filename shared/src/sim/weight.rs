//! How much of the memory an event of a trace takes, about: the same figure on every machine, since a limit hangs on it.

use crate::trace::EventKind;

/// What an event takes without its bytes and texts.
const BARE: u64 = 300;
/// What a text takes besides its characters.
const TEXT: u64 = 24;

/// Bytes, roughly.
pub(super) fn weigh(kind: &EventKind) -> u64 {
    let text = |text: &str| TEXT + text.len() as u64;
    let pair = |one: &str, other: &str| text(one) + text(other);
    BARE + match kind {
        EventKind::Frame(frame) => frame.bytes.len() as u64,
        EventKind::Call(call) => call.args.iter().map(|(name, value)| pair(name, value)).sum(),
        EventKind::Table(change) => {
            change.row.iter().flatten().map(|cell| pair(&cell.name, &cell.value)).sum()
        }
        EventKind::State(_) | EventKind::Note { .. } => 0,
    }
}
