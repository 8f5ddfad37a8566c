//! The dissection under way: the layers so far, the limits, and what the lower layers told the upper ones.

use super::{
    Broken, Dissection, Draft, Kind, Layer, Meaning, Options, Problem, Protocol, Reader, Spec,
    checksum::Pseudo,
};

/// No frame shows more layers than this.
pub const MAX_LAYERS: usize = 32;

/// A dissection under way.
#[derive(Debug)]
pub struct Context<'f> {
    /// What the caller asked for.
    pub options: Options<'f>,
    /// The transport that carries what is being read: UDP or TCP.
    pub transport: Protocol,
    /// Its source and destination ports.
    pub ports: (u16, u16),
    /// Whether what is being read is the datagram that an ICMP error quotes. Quotes are cut short by
    /// design: that is no fault.
    pub quoted: bool,
    /// The addresses of the IP header above, for the checksums that cover them.
    pub pseudo: Option<Pseudo>,
    /// Whether the packet being read is a quotation that was cut short.
    pub cut: bool,
    /// Whether what is being read is one fragment of a packet: sums over the whole cannot be checked.
    pub fragment: bool,
    /// Where the network layer's packet ends in the frame, once it has said so: Ethernet's padding begins there.
    pub network_end: Option<usize>,
    layers: Vec<Layer>,
    problem: Option<Broken>,
}

impl<'f> Context<'f> {
    pub(super) fn new(options: Options<'f>) -> Self {
        let layers = Vec::with_capacity(6);
        Self {
            options,
            transport: Protocol::Data,
            ports: (0, 0),
            quoted: false,
            pseudo: None,
            cut: false,
            fragment: false,
            network_end: None,
            layers,
            problem: None,
        }
    }

    /// Whether one more layer may be added. If not, the dissection says so and should end.
    pub fn may_nest(&mut self, reader: &Reader<'f>) -> bool {
        let may = self.layers.len() < MAX_LAYERS;
        if !may {
            let problem = Problem::TooMany { what: "layers", limit: MAX_LAYERS as u32 };
            self.problem.get_or_insert(Broken {
                protocol: Protocol::Data,
                offset: reader.offset() as u32,
                problem,
            });
        }
        may
    }

    /// Adds a layer that ends where its reader stands, and gives that reader for what follows.
    pub fn finish(&mut self, draft: Draft<'f>) -> Reader<'f> {
        let Draft { reader, mut layer, broken } = draft;
        let end = reader.bit().div_ceil(8) as u32;
        layer.length = end.saturating_sub(layer.offset);
        self.layers.push(layer);
        // In a quoted datagram a missing end is no fault.
        if !self.quoted && self.problem.is_none() {
            self.problem = broken;
        }
        reader
    }

    /// The rest as a layer of bytes that nothing here knows; none if nothing is left.
    pub fn data(&mut self, reader: Reader<'f>) {
        self.data_because(reader, "");
    }

    /// The rest as a layer of bytes, with the reason why they are not looked into.
    pub fn data_because(&mut self, reader: Reader<'f>, why: &'static str) {
        if reader.left() == 0 || !self.may_nest(&reader) {
            return;
        }
        let mut draft = Draft::new(Protocol::Data, reader);
        draft.bytes(&DATA, reader.left());
        if !why.is_empty() {
            draft.means(Meaning::said(why));
        }
        self.finish(draft);
    }

    /// Adds fields to the outermost layer: what lies in the frame after everything it carries.
    pub(super) fn at_end_of_first(&mut self, reader: Reader<'f>, add: impl FnOnce(&mut Draft<'f>)) {
        let Some(first) = self.layers.first_mut() else { return };
        let empty = Layer { protocol: first.protocol, offset: first.offset, length: 0, fields: Vec::new() };
        let mut draft = Draft::new(first.protocol, reader);
        draft.layer = std::mem::replace(first, empty);
        add(&mut draft);
        *first = draft.layer;
    }

    pub(super) fn into_dissection(mut self, reader: Reader<'f>) -> Dissection {
        if self.problem.is_none() && !reader.is_whole() {
            let protocol = self.layers.last().map_or(Protocol::Data, |layer| layer.protocol);
            let problem = Problem::CutShort { needed: reader.promised() as u32, had: reader.left() as u32 };
            self.problem = Some(Broken { protocol, offset: reader.end() as u32, problem });
        }
        Dissection { layers: self.layers, problem: self.problem }
    }
}

static DATA: Spec = Spec::new("data", "Data", 0, Kind::Bytes, "");
