//! What a dissection consists of: layers, fields, values, meanings.

use std::{
    borrow::Cow,
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{Broken, Problem, Protocol, Spec};

/// What was understood of a frame, and where it broke off.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Dissection {
    /// The layers, outermost first. A datagram quoted in an ICMP error follows the ICMP layer.
    pub layers: Vec<Layer>,
    /// Where dissecting broke off, if it did. A field that is merely wrong says so itself.
    pub problem: Option<Broken>,
}

impl Dissection {
    /// The outermost layer of a protocol.
    pub fn layer(&self, protocol: Protocol) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.protocol == protocol)
    }

    /// Everything that is wrong: the fields' problems in order, then where it broke off.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        let fields = self.layers.iter().flat_map(|layer| &layer.fields);
        fields.filter_map(|field| field.problem.as_deref()).chain(self.problem.iter().map(|b| &b.problem))
    }
}

/// One protocol's part of a frame.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Layer {
    /// Whose.
    pub protocol: Protocol,
    /// Its first byte in the frame.
    pub offset: u32,
    /// How many bytes it takes, without what it carries.
    pub length: u32,
    /// Its fields in the order of the bytes.
    pub fields: Vec<Field>,
}

impl Layer {
    /// The first field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.spec.name == name)
    }

    /// The fields of that name, in the order of the bytes: of an ARP packet's two `hw_mac` the sender's, then the target's.
    pub fn fields_named<'l>(&'l self, name: &'l str) -> impl Iterator<Item = &'l Field> {
        self.fields.iter().filter(move |field| field.spec.name == name)
    }

    /// The value of the first field of that name, if it is a number.
    pub fn number(&self, name: &str) -> Option<u64> {
        match self.field(name)?.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }
}

/// One field.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name, label, kind and source.
    pub spec: &'static Spec,
    /// Its first bit, counted from the frame's first.
    pub bit_offset: u32,
    /// How many bits.
    pub bits: u32,
    /// What they hold.
    pub value: Value,
    /// How [`Self::text`] puts that into words.
    pub meaning: Meaning,
    /// What is wrong with it, if anything is.
    pub problem: Option<Box<Problem>>,
}

impl Field {
    /// tshark's name for it, without the protocol: `ttl`.
    pub const fn name(&self) -> &'static str {
        self.spec.name
    }

    /// The RFC's name for it: `Time to Live`.
    pub const fn label(&self) -> &'static str {
        self.spec.label
    }

    /// The section that defines it.
    pub const fn rfc(&self) -> &'static str {
        self.spec.rfc
    }

    /// The bytes of the frame in which its bits lie.
    pub const fn byte_range(&self) -> std::ops::Range<usize> {
        (self.bit_offset / 8) as usize..(self.bit_offset + self.bits).div_ceil(8) as usize
    }

    /// The value in words. Made only when it is shown, for most fields never are.
    pub const fn text(&self) -> impl fmt::Display + '_ {
        InWords(self)
    }
}

impl Serialize for Field {
    /// The contract of `firsthop dissect --json`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut field = serializer.serialize_struct("Field", 8)?;
        field.serialize_field("name", self.spec.name)?;
        field.serialize_field("label", self.spec.label)?;
        field.serialize_field("bit_offset", &self.bit_offset)?;
        field.serialize_field("bits", &self.bits)?;
        field.serialize_field("value", &self.value)?;
        match &self.meaning {
            Meaning::Said(text) => field.serialize_field("text", text)?,
            Meaning::Flag => field.serialize_field("text", set(&self.value))?,
            _ => field.serialize_field("text", &Collected(InWords(self)))?,
        }
        field.serialize_field("rfc", self.spec.rfc)?;
        field.serialize_field("problem", &self.problem)?;
        field.end()
    }
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// An unsigned number of up to 64 bits; flags are 0 and 1.
    Number(u64),
    /// A 48-bit IEEE address.
    Mac([u8; 6]),
    /// An IPv4 address.
    Ipv4(Ipv4Addr),
    /// An IPv6 address.
    Ipv6(Ipv6Addr),
    /// Bytes as they are.
    Bytes(Vec<u8>),
    /// Characters.
    Text(Cow<'static, str>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Mac([a, b, c, d, e, g]) => write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}"),
            Self::Ipv4(address) => address.fmt(f),
            Self::Ipv6(address) => address.fmt(f),
            Self::Bytes(bytes) => f.write_str(&hex(bytes)),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl Serialize for Value {
    /// Numbers as numbers, the rest as strings: addresses in their usual form, bytes as lower-case hex.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.serialize_str(&hex(bytes)),
            _ => serializer.collect_str(self),
        }
    }
}

/// How a value is put into words.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// The value itself.
    Plain,
    /// In hexadecimal, with at least so many digits.
    Hex(u8),
    /// A name, with the number after it.
    Name(&'static str),
    /// A name, with the number in hexadecimal after it.
    HexName(&'static str, u8),
    /// A count of `by` of a unit.
    Scaled(u32, &'static str),
    /// Set or not set.
    Flag,
    /// A checksum, with what came of checking it.
    Checksum(&'static str),
    /// Bytes: how many.
    Count,
    /// These words.
    Said(Cow<'static, str>),
}

impl Meaning {
    /// These words.
    pub fn said(words: impl Into<Cow<'static, str>>) -> Self {
        Self::Said(words.into())
    }
}

struct InWords<'a>(&'a Field);

impl fmt::Display for InWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = &self.0.value;
        let number = if let Value::Number(number) = value { *number } else { 0 };
        match &self.0.meaning {
            Meaning::Plain => value.fmt(f),
            Meaning::Hex(digits) => write!(f, "0x{number:0width$x}", width = usize::from(*digits)),
            Meaning::Name(name) => write!(f, "{name} ({value})"),
            Meaning::HexName(name, digits) => {
                write!(f, "{name} (0x{number:0width$x})", width = usize::from(*digits))
            }
            Meaning::Scaled(by, unit) => {
                write!(f, "{} {unit} ({number})", number.saturating_mul(u64::from(*by)))
            }
            Meaning::Flag => f.write_str(set(value)),
            Meaning::Checksum("") => write!(f, "0x{number:04x}"),
            Meaning::Checksum(outcome) => write!(f, "0x{number:04x}, {outcome}"),
            Meaning::Count => match self.0.bits / 8 {
                1 => f.write_str("1 byte"),
                bytes => write!(f, "{bytes} bytes"),
            },
            Meaning::Said(words) => f.write_str(words),
        }
    }
}

const fn set(value: &Value) -> &'static str {
    if matches!(value, Value::Number(0)) { "not set" } else { "set" }
}

/// Serialises what can be displayed.
struct Collected<T>(T);

impl<T: fmt::Display> Serialize for Collected<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Bytes as lower-case hex digits.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).map_or('0', |digit| char::from(*digit));
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}
