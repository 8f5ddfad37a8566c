//! Which compressed form a client takes: `Accept-Encoding`, RFC 9110 §12.5.3.

/// A form that a file is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// `br`, RFC 7932.
    Brotli,
    /// `gzip`, RFC 1952.
    Gzip,
    /// As it is.
    Identity,
}

impl Coding {
    /// Every form, the smallest first.
    pub const ALL: [Self; 3] = [Self::Brotli, Self::Gzip, Self::Identity];

    /// The name in `Accept-Encoding` and `Content-Encoding`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }

    /// What a file in this form has behind its name.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }
}

/// The forms that a client takes, what it likes best first; among equals the smallest. Identity is always among them, at
/// the latest place: a client that takes nothing we have is better served with a file than with 406.
///
/// ```
/// use firsthop_server::web::negotiate::{Coding, order};
/// assert_eq!(order("gzip, br;q=0.5"), [Coding::Gzip, Coding::Brotli, Coding::Identity]);
/// ```
pub fn order(accept_encoding: &str) -> Vec<Coding> {
    let asked: Vec<(&str, u16)> = accept_encoding.split(',').filter_map(item).collect();
    let weight = |coding: Coding| {
        let named = asked.iter().find(|(name, _)| {
            name.eq_ignore_ascii_case(coding.name())
                || (coding == Coding::Gzip && name.eq_ignore_ascii_case("x-gzip"))
        });
        let any = asked.iter().find(|(name, _)| *name == "*");
        match named.or(any) {
            Some((_, weight)) => *weight,
            // What is not listed is not acceptable, but identity is.
            None => u16::from(coding == Coding::Identity),
        }
    };
    let mut taken: Vec<(Coding, u16)> = Coding::ALL
        .into_iter()
        .map(|coding| (coding, weight(coding)))
        .filter(|(coding, weight)| *weight > 0 || *coding == Coding::Identity)
        .collect();
    // A stable sort: equals stay in the order of their size.
    taken.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    taken.into_iter().map(|(coding, _)| coding).collect()
}

/// A coding and its weight in thousandths.
fn item(item: &str) -> Option<(&str, u16)> {
    let mut parts = item.split(';');
    let name = parts.next()?.trim();
    let weight = parts
        .filter_map(|part| part.trim().split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case("q"))
        .map_or(Some(1.0), |(_, value)| value.trim().parse::<f32>().ok())
        .filter(|weight| (0.0..=1.0).contains(weight))?;
    (!name.is_empty()).then_some((name, (weight * 1000.0) as u16))
}

#[cfg(test)]
mod tests {
    use super::{Coding::*, *};

    #[test]
    fn weights_decide_and_size_breaks_the_tie() {
        assert_eq!(order("gzip, deflate, br, zstd"), [Brotli, Gzip, Identity]);
        assert_eq!(order("br;q=0.2, gzip;q=0.8"), [Gzip, Brotli, Identity]);
        assert_eq!(order("br;q=0, gzip"), [Gzip, Identity]);
        assert_eq!(order("*"), [Brotli, Gzip, Identity]);
        assert_eq!(order("identity, *;q=0.1"), [Identity, Brotli, Gzip]);
        assert_eq!(order("br;q=0.5, identity"), [Identity, Brotli]);
        assert_eq!(order("gzip;q=nonsense"), [Identity]);
        assert_eq!(order(""), [Identity]);
        assert_eq!(order("identity;q=0"), [Identity]);
    }
}
