//! Making a layer: reading fields by their table.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Broken, Field, Kind, Layer, Meaning, Problem, Protocol, Reader, Spec, Value};

/// No layer shows more fields than this.
pub const MAX_FIELDS: usize = 2048;

/// A layer under construction. Reads fields off its [`Reader`] and remembers the first place where that failed.
#[derive(Debug)]
pub struct Draft<'f> {
    /// The next bit to read. Move it at will.
    pub reader: Reader<'f>,
    /// The layer so far. `length` is set by [`super::Context::finish`].
    pub layer: Layer,
    /// Where it broke off, if it did.
    pub broken: Option<Broken>,
}

impl<'f> Draft<'f> {
    /// A layer that begins here.
    pub fn new(protocol: Protocol, reader: Reader<'f>) -> Self {
        let layer =
            Layer { protocol, offset: reader.offset() as u32, length: 0, fields: Vec::with_capacity(16) };
        Self { reader, layer, broken: None }
    }

    /// Reads the fields of a table one after the other and gives their numbers (0 for what is wider than 64 bits).
    /// `None` when the bytes end before: the fields that are there stay, and the layer is marked as broken off.
    pub fn header<const N: usize>(&mut self, specs: &'static [Spec; N]) -> Option<[u64; N]> {
        let mut numbers = [0; N];
        for (spec, number) in specs.iter().zip(&mut numbers) {
            *number = self.field(spec)?;
        }
        Some(numbers)
    }

    /// Reads a field of the width in its table. `None`, and broken off, when it is not all there.
    pub fn field(&mut self, spec: &'static Spec) -> Option<u64> {
        self.field_of(spec, usize::from(spec.bits))
    }

    /// Reads a field of so many bits.
    pub fn field_of(&mut self, spec: &'static Spec, bits: usize) -> Option<u64> {
        let at = self.reader.bit();
        let mut reader = self.reader;
        let read = match spec.kind {
            Kind::Mac => reader.array().map(|bytes: [u8; 6]| (0, Value::Mac(bytes), Meaning::Plain)),
            Kind::Ipv4 => reader.array().map(|bytes: [u8; 4]| {
                (u64::from(u32::from_be_bytes(bytes)), Value::Ipv4(Ipv4Addr::from(bytes)), Meaning::Plain)
            }),
            Kind::Ipv6 => {
                reader.array().map(|bytes: [u8; 16]| (0, Value::Ipv6(Ipv6Addr::from(bytes)), Meaning::Plain))
            }
            Kind::Bytes => {
                reader.take(bits / 8).map(|bytes| (0, Value::Bytes(bytes.to_vec()), Meaning::Count))
            }
            Kind::Text => reader.take(bits / 8).map(|bytes| {
                (0, Value::Text(String::from_utf8_lossy(bytes).into_owned().into()), Meaning::Plain)
            }),
            _ => reader
                .bits(bits)
                .map(|number| (number, Value::Number(number), meaning(spec.kind, number, bits))),
        };
        let Some((number, value, meaning)) = read else {
            let needed = (at % 8 + bits).div_ceil(8);
            self.break_off(Problem::Truncated { needed: needed as u32, had: self.reader.left() as u32 });
            return None;
        };
        self.push(spec, at, bits, value, meaning);
        if !spec.group {
            self.reader = reader;
        }
        Some(number)
    }

    /// Reads a field of so many bytes and gives them. `None`, and broken off, when they are not all there.
    pub fn bytes(&mut self, spec: &'static Spec, count: usize) -> Option<&'f [u8]> {
        let bytes = self.reader.rest();
        self.field_of(spec, count.saturating_mul(8))?;
        bytes.get(..count)
    }

    /// Adds a field that was read by other means. Bits count from the frame's first.
    pub fn push(
        &mut self,
        spec: &'static Spec,
        bit_offset: usize,
        bits: usize,
        value: Value,
        meaning: Meaning,
    ) {
        if self.layer.fields.len() >= MAX_FIELDS {
            self.break_off(Problem::TooMany { what: "fields", limit: MAX_FIELDS as u32 });
            return;
        }
        self.layer.fields.push(Field {
            spec,
            bit_offset: bit_offset as u32,
            bits: bits as u32,
            value,
            meaning,
            problem: None,
        });
    }

    /// Says what the field just read means.
    pub fn means(&mut self, meaning: Meaning) {
        if let Some(field) = self.layer.fields.last_mut() {
            field.meaning = meaning;
        }
    }

    /// Says what is wrong with the field just read.
    pub fn wrong(&mut self, problem: Problem) {
        let problem = self.reader.blame(problem);
        if let Some(field) = self.layer.fields.last_mut() {
            field.problem = Some(Box::new(problem));
        }
    }

    /// The first field of that name that has been read.
    pub fn named(&mut self, name: &str) -> Option<&mut Field> {
        self.layer.fields.iter_mut().find(|field| field.spec.name == name)
    }

    /// Says what is wrong with a field that was read before.
    pub fn wrong_at(&mut self, name: &str, problem: Problem) {
        if let Some(field) = self.named(name) {
            field.problem = Some(Box::new(problem));
        }
    }

    /// This layer cannot be read on from here. The first reason is kept. What the capture left out is no fault of the
    /// packet's.
    pub fn break_off(&mut self, problem: Problem) {
        let problem = self.reader.blame(problem);
        let Self { reader, layer, broken } = self;
        broken.get_or_insert_with(|| Broken {
            protocol: layer.protocol,
            offset: reader.offset() as u32,
            problem,
        });
    }
}

/// The meaning of a number of this kind.
pub fn meaning(kind: Kind, number: u64, bits: usize) -> Meaning {
    let digits = bits.div_ceil(4) as u8;
    match kind {
        Kind::Hex => Meaning::Hex(digits),
        Kind::Scaled { by, unit } => Meaning::Scaled(by, unit),
        Kind::Names(names) => names(number).map_or(Meaning::Plain, Meaning::Name),
        Kind::HexNames(names) => {
            names(number).map_or(Meaning::Hex(digits), |name| Meaning::HexName(name, digits))
        }
        Kind::Flag => Meaning::Flag,
        Kind::Checksum => Meaning::Checksum(""),
        _ => Meaning::Plain,
    }
}
