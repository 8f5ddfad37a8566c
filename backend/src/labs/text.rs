//! Text that becomes bytes.
//!
//! "GB2312" on the wire is the national standard GB/T 2312-1980 in the form EUC-CN: ASCII as it is, everything else two bytes,
//! 0xA1 to 0xF7 (the row and 0xA0) and 0xA1 to 0xFE (the cell and 0xA0). What came after it, GBK and GB 18030, keeps those bytes
//! and has thousands of characters more; `encoding_rs` has only those (as browsers do, which take `gb2312` for a name of GBK), so
//! what the standard of 1980 has not is told apart here.

use encoding_rs::GBK;
use firsthop_protocol::api::Encoding;

/// A character that an encoding has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("GB2312 has no {0:?} (U+{code:04X})", code = u32::from(*.0))]
pub struct Unmappable(pub char);

/// Text as bytes.
///
/// # Errors
/// The first character that the encoding has not.
pub(super) fn encode(text: &str, encoding: Encoding) -> Result<Vec<u8>, Unmappable> {
    match encoding {
        Encoding::Utf8 => Ok(text.as_bytes().to_vec()),
        Encoding::Gb2312 => {
            let mut bytes = Vec::with_capacity(text.len());
            for character in text.chars() {
                let mut utf8 = [0; 4];
                let (encoded, _, unmappable) = GBK.encode(same_cell(character).encode_utf8(&mut utf8));
                if unmappable || !is_gb2312(&encoded) {
                    return Err(Unmappable(character));
                }
                bytes.extend_from_slice(&encoded);
            }
            Ok(bytes)
        }
    }
}

/// The standard of 1980 is older than Unicode, and tables disagree about two of its cells: those of Unicode's own first table
/// (as of Python and glibc) have U+30FB and U+2015 where those of GBK and GB 18030 have U+00B7 and U+2014, which keyboards type.
/// Both mean the same character of the standard, the dot in the middle and the dash.
const fn same_cell(character: char) -> char {
    match character {
        '\u{30fb}' => '\u{b7}',
        '\u{2015}' => '\u{2014}',
        other => other,
    }
}

/// Whether GB/T 2312-1980 has given this code to a character: by row (01 to 94) the cells that it fills. Rows 10 to 15 and from
/// 88 are empty, and there are gaps among the symbols, which GBK has filled since.
fn is_gb2312(code: &[u8]) -> bool {
    let (row, cell) = match *code {
        [ascii] => return ascii.is_ascii(),
        [row @ 0xa1..=0xf7, cell @ 0xa1..=0xfe] => (row - 0xa0, cell - 0xa0),
        _ => return false,
    };
    match row {
        1 | 3 | 16..=54 | 56..=87 => cell <= 94,
        2 => matches!(cell, 17..=66 | 69..=78 | 81..=92),
        4 => cell <= 83,
        5 => cell <= 86,
        6 => matches!(cell, 1..=24 | 33..=56),
        7 => matches!(cell, 1..=33 | 49..=81),
        8 => matches!(cell, 1..=26 | 37..=73),
        9 => matches!(cell, 4..=79),
        55 => cell <= 89,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_other_bytes_in_another_encoding() {
        assert_eq!(encode("你好", Encoding::Utf8).unwrap(), [0xe4, 0xbd, 0xa0, 0xe5, 0xa5, 0xbd]);
        // Python: "你好".encode("gb2312")
        assert_eq!(encode("你好", Encoding::Gb2312).unwrap(), [0xc4, 0xe3, 0xba, 0xc3]);
        let refused = encode("a你😀", Encoding::Gb2312).unwrap_err();
        assert_eq!(refused.to_string(), "GB2312 has no '😀' (U+1F600)");
        // Those who say GB2312 and mean GBK send all of these.
        for later in ['€', '學', '鎔', 'ⅰ', '︱'] {
            assert_eq!(encode(&format!("a{later}"), Encoding::Gb2312), Err(Unmappable(later)));
        }
    }
    /// Every character of the basic multilingual plane, against Python's codec.
    #[test]
    fn it_has_what_pythons_gb2312_has() {
        const PROGRAM: &str = "
for code in range(0x10000):
    try: print(chr(code).encode('gb2312').hex() if not 0xd800 <= code < 0xe000 else '')
    except UnicodeEncodeError: print('')
";
        let output = match std::process::Command::new("python3").args(["-c", PROGRAM]).output() {
            Ok(output) => output,
            Err(error) => {
                assert!(std::env::var_os("CI").is_none(), "python3 is needed: {error}");
                eprintln!("SKIPPED: python3 is not here: {error}");
                return;
            }
        };
        let python = String::from_utf8(output.stdout).unwrap();
        assert_eq!(python.lines().count(), 0x1_0000);
        let mut differ = Vec::new();
        let mut encoded = 0;
        for (code, python) in (0_u32..).zip(python.lines()) {
            let Some(character) = char::from_u32(code) else { continue };
            let ours = encode(&character.to_string(), Encoding::Gb2312).unwrap_or_default();
            let ours: String = ours.iter().map(|byte| format!("{byte:02x}")).collect();
            encoded += usize::from(!ours.is_empty());
            if ours != python {
                differ.push((character, ours, python.to_owned()));
            }
        }
        // The two characters that keyboards type for two cells to which Python's table gives others.
        let typed = |character, code: &str| (character, code.to_owned(), String::new());
        assert_eq!(differ, [typed('\u{b7}', "a1a4"), typed('\u{2014}', "a1aa")]);
        // 128 of ASCII, 682 symbols, 6763 ideographs; two twice.
        assert_eq!(encoded, 128 + 682 + 6763 + 2);
    }
}
