//! Domain names: labels, compared without regard to case. RFC 1034 §3.1, RFC 4343.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    net::IpAddr,
    str::FromStr,
};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How long a name may be on the wire, its lengths and the root's zero counted. RFC 1035 §2.3.4.
pub const MAX_NAME: usize = 255;
/// How long a label may be. RFC 1035 §2.3.4.
pub const MAX_LABEL: usize = 63;

/// A domain name, always a whole one.
///
/// `{}` writes it without the dot at the end, `{:#}` with it, as zone files and `dig` do; the root is `.` both ways.
/// Names are ordered from the root downward, so that what is below a name comes right after it (RFC 4034 §6.1).
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name {
    labels: Vec<Box<[u8]>>,
}

/// Why a text is no name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NameError {
    /// Two dots with nothing between, or no text at all.
    #[error("{text:?} has an empty label: dots stand between labels, and the root alone is \".\"")]
    Empty {
        /// The text.
        text: String,
    },
    /// A label or the whole name is too long, or an escape is none.
    #[error(
        "{text:?} is no name: labels have at most {MAX_LABEL} bytes, names {MAX_NAME}, and escapes are \\. or \\065"
    )]
    Form {
        /// The text.
        text: String,
    },
}

impl Name {
    /// The root of all names.
    pub const fn root() -> Self {
        Self { labels: Vec::new() }
    }

    /// A name as a zone file has it: `@` is `origin`, and what does not end in a dot is below it. RFC 1035 §5.1.
    pub fn relative(text: &str, origin: &Self) -> Result<Self, NameError> {
        if text == "@" {
            return Ok(origin.clone());
        }
        let mut name: Self = text.parse()?;
        if !ends_in_dot(text) {
            name.labels.extend(origin.labels.iter().cloned());
        }
        if name.wire_len() > MAX_NAME {
            return Err(NameError::Form { text: text.to_owned() });
        }
        Ok(name)
    }

    /// The name under which an address's PTR record stands. RFC 1035 §3.5, RFC 3596 §2.5.
    ///
    /// ```
    /// use firsthop_protocol::dns::Name;
    /// assert_eq!(Name::reverse([192, 0, 2, 80].into()).to_string(), "80.2.0.192.in-addr.arpa");
    /// ```
    pub fn reverse(address: IpAddr) -> Self {
        let mut parts: Vec<String> = match address {
            IpAddr::V4(address) => address.octets().iter().rev().map(u8::to_string).collect(),
            IpAddr::V6(address) => {
                let nibbles = address.octets().into_iter().rev().flat_map(|byte| [byte & 15, byte >> 4]);
                nibbles.map(|nibble| format!("{nibble:x}")).collect()
            }
        };
        parts.push(if address.is_ipv4() { "in-addr" } else { "ip6" }.to_owned());
        parts.push("arpa".to_owned());
        Self { labels: parts.into_iter().map(|part| part.into_bytes().into()).collect() }
    }

    /// The labels, the lowest first; the root has none.
    pub fn labels(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        self.labels.iter().map(AsRef::as_ref)
    }

    /// Whether it is the root.
    pub fn is_root(&self) -> bool {
        self.labels.is_empty()
    }

    /// Whether it is `zone` or below it.
    pub fn is_within(&self, zone: &Self) -> bool {
        let mut own = self.labels().rev();
        zone.labels().rev().all(|label| own.next().is_some_and(|mine| mine.eq_ignore_ascii_case(label)))
    }

    /// Whether it is below `zone` and not `zone` itself.
    pub fn is_below(&self, zone: &Self) -> bool {
        self.labels.len() > zone.labels.len() && self.is_within(zone)
    }

    /// The name one level up; the root has none.
    pub fn parent(&self) -> Option<Self> {
        let (_, rest) = self.labels.split_first()?;
        Some(Self { labels: rest.to_vec() })
    }

    /// The name itself, the one above it and so on up to the root.
    pub fn ancestors(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.clone()), Self::parent)
    }

    /// The name with `*` below it: what a wildcard there is called. RFC 4592 §2.1.1.
    pub fn wildcard(&self) -> Self {
        let mut labels = vec![Box::from(&b"*"[..])];
        labels.extend(self.labels.iter().cloned());
        Self { labels }
    }

    /// How many bytes it takes on the wire when nothing is compressed.
    pub fn wire_len(&self) -> usize {
        self.labels.iter().map(|label| label.len() + 1).sum::<usize>() + 1
    }

    /// The name in lower case.
    pub(super) fn lower(&self) -> Self {
        Self { labels: self.labels().map(|label| label.to_ascii_lowercase().into()).collect() }
    }

    /// The bytes that are hashed when it is signed: in lower case, not compressed. RFC 4034 §6.2.
    pub(super) fn canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.wire_len());
        for label in self.labels() {
            bytes.push(label.len() as u8);
            bytes.extend(label.iter().map(u8::to_ascii_lowercase));
        }
        bytes.push(0);
        bytes
    }

    /// The same name as the codec has it.
    pub(super) fn to_codec(&self) -> simple_dns::Name<'_> {
        let labels: Vec<_> = self.labels().map(simple_dns::Label::new_unchecked).collect();
        simple_dns::Name::new_with_labels(&labels)
    }

    /// A name that the codec has read.
    pub(super) fn from_codec(name: &simple_dns::Name<'_>) -> Self {
        Self { labels: name.as_bytes().map(Box::from).collect() }
    }
}

/// Whether a text ends in a dot that is not escaped.
fn ends_in_dot(text: &str) -> bool {
    let Some(rest) = text.strip_suffix('.') else { return false };
    rest.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0
}

impl FromStr for Name {
    type Err = NameError;

    /// A whole name, with or without the dot at its end.
    fn from_str(text: &str) -> Result<Self, NameError> {
        if text == "." {
            return Ok(Self::root());
        }
        let bare = text.replace("\\\\", "").replace("\\.", "x");
        if bare.is_empty() || bare.starts_with('.') || bare.contains("..") {
            return Err(NameError::Empty { text: text.to_owned() });
        }
        match simple_dns::Name::new(text) {
            Ok(name) => Ok(Self::from_codec(&name)),
            Err(_) => Err(NameError::Form { text: text.to_owned() }),
        }
    }
}

impl TryFrom<String> for Name {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.to_string()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, label) in self.labels().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            for byte in label {
                match byte {
                    b'.' | b'\\' | b'"' | b';' | b'(' | b')' | b'$' => write!(f, "\\{}", char::from(*byte))?,
                    b'!'..=b'~' => write!(f, "{}", char::from(*byte))?,
                    _ => write!(f, "\\{byte:03}")?,
                }
            }
        }
        if self.is_root() || f.alternate() { f.write_str(".") } else { Ok(()) }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.labels.len() == other.labels.len() && self.is_within(other)
    }
}

impl Eq for Name {}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        let lower = |label: &[u8]| label.to_ascii_lowercase();
        self.labels().rev().map(lower).cmp(other.labels().rev().map(lower))
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.canonical().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    #[test]
    fn names_are_whole_whether_or_not_a_dot_ends_them() {
        assert_eq!(name("www.Example.com."), name("WWW.example.COM"));
        assert_eq!(format!("{:#}", name("www.example.com")), "www.example.com.");
        assert_eq!((name(".").to_string(), format!("{:#}", Name::root())), (".".into(), ".".into()));
        for text in ["", "..", "a..b", ".a"] {
            assert_eq!(text.parse::<Name>(), Err(NameError::Empty { text: text.into() }));
        }
        assert!("a".repeat(63).parse::<Name>().is_ok());
        assert!("a".repeat(64).parse::<Name>().is_err());
        assert!(vec!["a".repeat(63); 4].join(".").parse::<Name>().is_err());
        assert!(Name::relative("abc", &name(&vec!["a".repeat(62); 4].join("."))).is_err());
    }

    #[test]
    fn odd_bytes_are_escaped_and_read_again() {
        let odd = name(r"a\.b.\000\255\\.example");
        assert_eq!(odd.labels().len(), 3);
        assert_eq!(odd.to_string(), r"a\.b.\000\255\\.example");
        assert_eq!(name(&odd.to_string()), odd);
    }

    #[test]
    fn a_zone_file_means_names_below_its_origin() {
        let origin = name("example.com");
        let read = |text| Name::relative(text, &origin).unwrap().to_string();
        assert_eq!(
            [read("@"), read("www"), read("www."), read(r"a\.")],
            ["example.com", "www.example.com", "www", r"a\..example.com"]
        );
    }

    #[test]
    fn what_is_below_a_name_comes_right_after_it() {
        let mut names =
            ["z.example", "example", "a.example", "yljkjljk.a.example", "Z.a.example", "b.other"].map(name);
        names.sort();
        let sorted = ["example", "a.example", "yljkjljk.a.example", "Z.a.example", "z.example", "b.other"];
        assert_eq!(names, sorted.map(name));
        assert!(name("a.example").is_below(&name("EXAMPLE")) && !name("example").is_below(&name("example")));
        assert!(!name("anexample").is_within(&name("example")) && name("a").is_within(&Name::root()));
    }

    #[test]
    fn reverse_names_are_those_of_the_rfcs() {
        let six = Name::reverse("4321:0:1:2:3:4:567:89ab".parse().unwrap());
        assert_eq!(
            six.to_string(),
            "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa"
        );
    }
}
