//! On which line of a file a value stands.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::error::Step;

/// The line of a byte of the text, counted from 1.
pub(super) fn line_of(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|byte| *byte == b'\n').count()
}

/// The line of the value at the end of a path, or of the last step that is there.
pub(super) fn find(text: &str, path: &[Step]) -> Option<usize> {
    let root = DeTable::parse(text).ok()?;
    let mut steps = path.iter();
    let Step::Key(key) = steps.next()? else { return None };
    let mut value: &Spanned<DeValue<'_>> = root.get_ref().get(*key)?;
    let mut best = value.span().start;
    for step in steps {
        let next = match step {
            Step::Key(key) => value.get_ref().get(*key),
            Step::Number(number) => value.get_ref().get(*number),
        };
        let Some(next) = next else { break };
        value = next;
        best = value.span().start;
    }
    Some(line_of(text, best))
}
