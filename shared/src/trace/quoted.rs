//! Bytes of a call's buffer, shown as text.

use std::fmt::Write;

/// The most bytes of a buffer that a call shows.
const SHOWN: usize = 64;

/// Bytes as a quoted string, as `strace` prints them: what is not ASCII as `\xe4`, and `...` behind what is cut at 64 bytes.
///
/// ```
/// use firsthop_protocol::trace::quoted;
///
/// assert_eq!(quoted(b"GET /\r\n"), r#""GET /\r\n""#);
/// assert_eq!(quoted("你".as_bytes()), r#""\xe4\xbd\xa0""#);
/// ```
pub fn quoted(bytes: &[u8]) -> String {
    let mut text = "\"".to_owned();
    for byte in bytes.iter().take(SHOWN) {
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            b' '..=b'~' => text.push(char::from(*byte)),
            // Writing to a string cannot fail.
            byte => drop(write!(text, "\\x{byte:02x}")),
        }
    }
    text.push('"');
    if bytes.len() > SHOWN {
        text.push_str("...");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn bytes_are_shown_as_strace_shows_them() {
        assert_eq!(quoted(b"GET /\r\n\"\\\xff"), r#""GET /\r\n\"\\\xff""#);
        assert_eq!(quoted(&[b'a'; 65]), format!("\"{}\"...", "a".repeat(64)));
    }
}
