//! A network in a link: its text compressed (RFC 1951) and written in the letters that an address may have (RFC 4648 §5).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};

/// A link comes from a stranger: no network is longer than this.
const MOST: usize = 1 << 20;
/// Best compression: a network is short.
const LEVEL: u8 = 9;

/// A text for a link.
pub fn to_link(source: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(compress_to_vec(source.as_bytes(), LEVEL))
}

/// The text that a link has; none if it is damaged.
pub fn from_link(link: &str) -> Option<String> {
    let packed = BASE64_URL_SAFE_NO_PAD.decode(link).ok()?;
    String::from_utf8(decompress_to_vec_with_limit(&packed, MOST).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::sim::library;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_scenario_is_shorter_in_a_link() {
        for (name, source) in library::ALL {
            let link = to_link(source);
            assert!(link.len() < source.len(), "{name}: {} of {}", link.len(), source.len());
            assert_eq!(from_link(&link).as_deref(), Some(*source));
        }
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let bomb = to_link(&" ".repeat(MOST + 1));
        assert!(bomb.len() < 4000);
        assert_eq!(from_link(&bomb), None);
    }

    proptest! {
        #[test]
        fn every_text_comes_back(source in ".{0,2000}") {
            prop_assert_eq!(from_link(&to_link(&source)), Some(source));
        }

        #[test]
        fn no_link_is_too_strange(link in ".{0,300}") {
            from_link(&link);
        }
    }
}
