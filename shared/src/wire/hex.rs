//! Bytes as people paste them: with or without spaces, colons, `0x`, offsets at the line's beginning or characters at its
//! end, as the dumps of `hexdump -C`, xxd, tcpdump and Wireshark have them.
//!
//! Not for: dumps of several packets, nor for the bytes of one field (that is [`super::edit`]).
//!
//! ```
//! use firsthop_protocol::wire::hex;
//! assert_eq!(hex::parse("0000  45 00 00 1c  E..."), Ok(vec![0x45, 0, 0, 0x1c]));
//! assert_eq!(hex::parse("45 0g").unwrap_err().to_string(), "line 1: `g` is not a hex digit");
//! assert_eq!(hex::write(&[0x45, 0]), "45 00");
//! ```

use std::fmt::Write;

/// A packet cannot be longer: the total length of IPv4 has 16 bits, and a link adds a little.
pub const MOST: usize = 65_600;

/// Why pasted text is no bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// A character that is no hex digit and no separator.
    #[error("line {line}: `{found}` is not a hex digit")]
    NotHex {
        /// Counted from 1.
        line: usize,
        /// The character.
        found: char,
    },
    /// A digit without its partner.
    #[error("line {line}: an odd number of hex digits")]
    Odd {
        /// Counted from 1.
        line: usize,
    },
    /// More than any packet has.
    #[error("more than {MOST} bytes")]
    TooLong,
}

/// Reads bytes.
///
/// # Errors
/// What is no hex digit and no separator, half a byte in a line, or more bytes than a packet has.
pub fn parse(text: &str) -> Result<Vec<u8>, HexError> {
    let mut bytes = Vec::new();
    for (index, line) in text.lines().enumerate() {
        line_bytes(line, index + 1, &mut bytes)?;
        if bytes.len() > MOST {
            return Err(HexError::TooLong);
        }
    }
    Ok(bytes)
}

/// `0000  45 00 00 1c …  E...`: an offset of four or more digits and two spaces, then bytes, then two spaces and characters.
fn line_bytes(line: &str, number: usize, bytes: &mut Vec<u8>) -> Result<(), HexError> {
    let mut digits = String::new();
    for word in columns(line).split([' ', '\t', ':', '-', ',', ';']) {
        let word = word.strip_prefix("0x").or_else(|| word.strip_prefix("\\x")).unwrap_or(word);
        if let Some(found) = word.chars().find(|letter| !letter.is_ascii_hexdigit()) {
            return Err(HexError::NotHex { line: number, found });
        }
        digits.push_str(word);
    }
    if !digits.len().is_multiple_of(2) {
        return Err(HexError::Odd { line: number });
    }
    let pairs = digits.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok());
    bytes.extend(pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()));
    Ok(())
}

/// The column of bytes of a dump, without offset and characters; the whole line where there are no columns.
fn columns(line: &str) -> &str {
    let line = line.trim();
    let is_offset = |word: &str| word.len() >= 4 && word.chars().all(|letter| letter.is_ascii_hexdigit());
    // `hexdump -C` and Wireshark put two spaces after the offset, xxd and tcpdump a colon.
    let after = ["  ", ": "].into_iter().find_map(|gap| {
        let (offset, rest) = line.split_once(gap)?;
        is_offset(offset.trim_start_matches("0x")).then_some(rest.trim_start())
    });
    let Some(rest) = after else { return line };
    // Where two spaces stand in the middle of the bytes, what follows them is bytes all the same.
    let characters = |at: usize| {
        rest.get(at..).is_some_and(|tail| {
            tail.trim().split(' ').any(|word| {
                word.len() != 2 && word.len() != 4 || !word.chars().all(|letter| letter.is_ascii_hexdigit())
            })
        })
    };
    rest.match_indices("  ")
        .map(|(at, _)| at)
        .find(|at| characters(*at))
        .and_then(|at| rest.get(..at))
        .unwrap_or(rest)
}

/// Bytes as text for the input, 16 a line.
pub fn write(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 {
            text.push(if index % 16 == 0 { '\n' } else { ' ' });
        }
        // Writing to a String cannot fail.
        write!(text, "{byte:02x}").ok();
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dumps_of_common_tools_are_read() {
        let expected = Ok(vec![0x45, 0, 0, 0x1c, 0xab, 0xcd]);
        for text in [
            "45 00 00 1c ab cd",
            "4500001cabcd",
            "45:00:00:1c:ab:cd",
            "0x45, 0x00, 0x00, 0x1c, 0xab, 0xcd",
            "0000  45 00 00 1c ab cd  E.....",
            "00000000  45 00 00 1c ab cd   |E.....|",
            "00000000: 4500 001c abcd  E.....",
            "\t0x0000:  4500 001c abcd  E.....",
            "45 00\n00 1c\nab cd\n",
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn errors_say_where() {
        assert_eq!(parse("45 00\n4g"), Err(HexError::NotHex { line: 2, found: 'g' }));
        assert_eq!(parse("45 0"), Err(HexError::Odd { line: 1 }));
        assert_eq!(parse(&"00".repeat(MOST + 1)), Err(HexError::TooLong));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(parse(&write(&bytes)), Ok(bytes));
        }

        #[test]
        fn nothing_typed_breaks_it(text in "\\PC*") {
            parse(&text).ok();
        }
    }
}
