//! The form of a header as data: one table a protocol, read by the dissector, the diagrams and the documentation.

use std::fmt;

use super::Protocol;

/// The fixed part of a protocol's header.
#[derive(Debug)]
pub struct Header {
    /// Whose header.
    pub protocol: Protocol,
    /// What to call it: `TCP header`.
    pub title: &'static str,
    /// The document that defines it.
    pub rfc: &'static str,
    /// Its fields, from the first bit on. A [`Spec::group`] spans the fields after it and adds no bits.
    pub fields: &'static [Spec],
}

impl Header {
    /// The fields that together make up the header's bits, each once, with the bit at which it begins.
    pub fn layout(&self) -> impl Iterator<Item = (u32, &'static Spec)> {
        let mut bit = 0;
        self.fields.iter().filter(|spec| !spec.group).map(move |spec| {
            let at = bit;
            bit += u32::from(spec.bits);
            (at, spec)
        })
    }

    /// The header's length in bits.
    pub fn bits(&self) -> u32 {
        self.fields.iter().filter(|spec| !spec.group).map(|spec| u32::from(spec.bits)).sum()
    }
}

/// One field of a header.
#[derive(Clone, Copy)]
pub struct Spec {
    /// The last part of tshark's name, after its last dot: `ttl` of `ip.ttl`, `hw_mac` of `arp.src.hw_mac`. So two fields of a
    /// layer may have one name; their labels and places tell them apart.
    pub name: &'static str,
    /// The RFC's own short name: `Time to Live`.
    pub label: &'static str,
    /// How many bits; 0 when that varies.
    pub bits: u16,
    /// What the bits mean.
    pub kind: Kind,
    /// The section that defines it: `RFC 791 §3.1`.
    pub rfc: &'static str,
    /// It spans the fields that follow, and is not itself a part of the header's bits.
    pub group: bool,
}

impl PartialEq for Spec {
    /// Two fields are the same when they are called the same and come from the same place.
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.label, self.rfc, self.bits) == (other.name, other.label, other.rfc, other.bits)
    }
}

impl fmt::Debug for Spec {
    /// Only its name, so that a dissection can be read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Eq for Spec {}

impl Spec {
    /// A field of `bits` bits, 0 when that varies.
    pub const fn new(
        name: &'static str,
        label: &'static str,
        bits: u16,
        kind: Kind,
        rfc: &'static str,
    ) -> Self {
        Self { name, label, bits, kind, rfc, group: false }
    }

    /// A field that spans the fields after it.
    pub const fn group(
        name: &'static str,
        label: &'static str,
        bits: u16,
        kind: Kind,
        rfc: &'static str,
    ) -> Self {
        Self { name, label, bits, kind, rfc, group: true }
    }
}

/// What a field's bits mean.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A number, shown in decimal.
    Number,
    /// A number, shown in hexadecimal.
    Hex,
    /// A number that counts `by` of a unit: a header length in 4-byte words.
    Scaled {
        /// What one is worth.
        by: u32,
        /// The unit: `bytes`.
        unit: &'static str,
    },
    /// A number with names, shown in decimal.
    Names(fn(u64) -> Option<&'static str>),
    /// A number with names, shown in hexadecimal.
    HexNames(fn(u64) -> Option<&'static str>),
    /// One bit, set or not.
    Flag,
    /// Bits set to zero by the sender.
    Reserved,
    /// An Internet checksum, RFC 1071.
    Checksum,
    /// A 48-bit IEEE address.
    Mac,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// Bytes without a closer meaning.
    Bytes,
    /// Characters.
    Text,
}
