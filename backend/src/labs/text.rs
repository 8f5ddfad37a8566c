//! Text that becomes bytes.

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
            let (bytes, _, unmappable) = GBK.encode(text);
            if unmappable {
                let lacks = |c: &char| GBK.encode(c.encode_utf8(&mut [0; 4])).2;
                return Err(Unmappable(text.chars().find(lacks).unwrap_or(char::REPLACEMENT_CHARACTER)));
            }
            Ok(bytes.into_owned())
        }
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
    }
}
