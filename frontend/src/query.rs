//! Names and values in an address, and a page's state as a set of them.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};
use yew_router::query::{FromQuery, ToQuery};

/// The names and values after the `?` of an address, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what stands after the path, with or without the `?`.
    pub(crate) fn parse(text: &str) -> Self {
        let text = text.strip_prefix('?').unwrap_or(text);
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(name), decode(value))
                })
                .collect(),
        )
    }

    /// A state's fields as they stand in an address; all of them.
    fn of<T: Serialize>(state: &T) -> Self {
        // Only a type that cannot be written as a query fails here, and a page with such a state would show it at once.
        state.to_query().map_or_else(|_| Self::default(), |text| Self::parse(&text))
    }

    /// A state from its fields. What is missing, and what makes no sense, is as in the default.
    pub(crate) fn state<T: Serialize + DeserializeOwned + Default>(&self) -> T {
        let read = |query: &Self| <T as FromQuery>::from_query(&query.to_string()).ok();
        read(self).unwrap_or_else(|| {
            let mut sound = Self::default();
            for pair in &self.0 {
                sound.0.push(pair.clone());
                if read(&sound).is_none() {
                    sound.0.pop();
                }
            }
            read(&sound).unwrap_or_default()
        })
    }

    /// Puts a state in place of another of the same page. What is usual is left out, so that links stay short; what is
    /// not the page's own stays.
    pub(crate) fn replace<T: Serialize + Default>(&mut self, old: &T, new: &T) {
        let usual = Self::of(&T::default());
        let (old, new) = (Self::of(old), Self::of(new));
        let own =
            |name: &str| [&old, &new, &usual].iter().any(|query| query.0.iter().any(|(key, _)| key == name));
        self.0.retain(|(name, _)| !own(name));
        self.0.extend(new.0.into_iter().filter(|pair| !usual.0.contains(pair)));
    }

    /// Gives a name another value if it has one.
    pub(crate) fn change(&mut self, name: &str, value: &str) -> bool {
        let found = self.0.iter_mut().find(|(key, _)| key == name);
        found.map(|(_, old)| value.clone_into(old)).is_some()
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("&")?;
            }
            write!(f, "{}={}", encode(name), encode(value))?;
        }
        Ok(())
    }
}

/// RFC 3986 §2.1, and `+` for a space.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' | b':' | b'/' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escaped = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match (first, escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
        rest = tail;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    struct Page {
        text: String,
        number: u32,
        choice: Option<bool>,
    }

    impl Default for Page {
        fn default() -> Self {
            Self { text: "usual".to_owned(), number: 7, choice: None }
        }
    }

    fn written(old: &Page, new: &Page, query: &str) -> String {
        let mut query = Query::parse(query);
        query.replace(old, new);
        query.to_string()
    }

    #[test]
    fn what_is_usual_is_not_written() {
        assert_eq!(written(&Page::default(), &Page::default(), ""), "");
        let page = Page { number: 8, choice: Some(true), ..Page::default() };
        assert_eq!(written(&Page::default(), &page, ""), "number=8&choice=true");
        assert_eq!(written(&page, &Page::default(), "number=8&choice=true"), "");
    }

    #[test]
    fn one_wrong_value_does_not_lose_the_others() {
        let page: Page = Query::parse("?text=mine&number=-1&choice=maybe&other=1").state();
        assert_eq!(page, Page { text: "mine".to_owned(), ..Page::default() });
    }

    #[test]
    fn what_is_not_the_pages_own_stays() {
        let page = Page { text: "b c".to_owned(), ..Page::default() };
        assert_eq!(written(&Page::default(), &page, "?lang=zh&text=a"), "lang=zh&text=b+c");
        let mut query = Query::parse("lang=zh&a=1");
        assert!(query.change("lang", "en"));
        assert!(!query.change("b", "2"));
        assert_eq!(query.to_string(), "lang=en&a=1");
    }

    proptest! {
        #[test]
        fn every_state_comes_back(text in ".*", number: u32, choice: Option<bool>) {
            let page = Page { text, number, choice };
            let query = written(&Page::default(), &page, "");
            prop_assert_eq!(Query::parse(&format!("?{query}")).state::<Page>(), page);
        }

        #[test]
        fn no_address_is_too_strange_to_read(text in ".*") {
            Query::parse(&text).state::<Page>();
        }
    }
}
