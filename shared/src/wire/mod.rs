//! Bytes to fields: the dissector. Knows layouts, never state.
//!
//! [`dissect`] turns a frame into layers of fields; each field has its bits, its value, its meaning in words, the
//! section of the RFC that defines it, and what is wrong with it. Hostile bytes never make it fail: it gives what it
//! understood and says where it broke off. The form of each header is a table ([`Header`]) that diagrams read too.
//!
//! Not for: connections, reassembly, anything that needs more than one frame; nor for building packets, which is
//! `smoltcp::wire`'s part.
//!
//! ```
//! use firsthop_protocol::wire::{LinkType, Protocol, dissect};
//! let frame = [
//!     0x45, 0, 0, 32, 0, 1, 0x40, 0, 64, 17, 0x66, 0xc9, 10, 0, 0, 1, 10, 0, 0, 2, // IPv4
//!     0x30, 0x39, 0, 9, 0, 12, 0, 0, // UDP
//!     b'p', b'i', b'n', b'g',
//! ];
//! let dissection = dissect(LinkType::RawIp, &frame);
//! let ttl = dissection.layer(Protocol::Ipv4).and_then(|ipv4| ipv4.field("ttl")).unwrap();
//! assert_eq!((ttl.bit_offset, ttl.bits, ttl.text().to_string()), (64, 8, "64".to_owned()));
//! assert!(dissection.problem.is_none());
//! ```
//!
//! # The files
//! * `field`, `problem`, `protocol`: what a dissection consists of. `table`: the form of a header as data.
//! * `reader`, `draft`, `context`: how a layer is read. A layer's function makes a [`Draft`], reads fields by their
//!   table, and hands it to [`Context::finish`].
//! * [`edit`] changes fields and puts checksums right; [`samples`] are frames to look at.
//! * one file a protocol; `registry` says which one is on which port.

mod arp;
mod checksum;
mod context;
mod conversations;
mod cooked;
mod dhcp;
mod dns;
mod draft;
pub mod edit;
mod ethernet;
mod field;
pub mod hex;
mod http;
mod icmp;
mod icmpv6;
mod ipv4;
mod ipv4_options;
mod ipv6;
mod ipv6_extensions;
mod json;
mod link;
mod names;
mod ndp;
mod problem;
mod protocol;
mod reader;
mod registry;
mod rip;
pub mod samples;
mod strings;
mod summary;
mod table;
mod tcp;
mod tcp_options;
mod tftp;
mod udp;

pub use context::{Context, MAX_LAYERS};
pub use conversations::Conversations;
pub use draft::{Draft, MAX_FIELDS, meaning};
pub use field::{Dissection, Field, Layer, Meaning, Value};
pub use json::JsonWriter;
pub use link::LinkType;
pub use problem::{Broken, Problem};
pub use protocol::Protocol;
pub use reader::Reader;
pub use summary::Summary;
pub use table::{Header, Kind, Spec};

/// What a caller may ask of the dissector.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// These ports carry these protocols, whatever the registry says.
    pub decode_as: &'a [(u16, Protocol)],
    /// These ports carry these protocols, unless the registry says otherwise: see [`Conversations`].
    pub learned: &'a [(u16, Protocol)],
}

/// Dissects a frame that is all there.
pub fn dissect(link: LinkType, frame: &[u8]) -> Dissection {
    dissect_with(link, frame, frame.len(), Options::default())
}

/// Dissects a frame of which `original` bytes were on the link and perhaps fewer were captured.
pub fn dissect_with<'f>(
    link: LinkType,
    frame: &'f [u8],
    original: usize,
    options: Options<'f>,
) -> Dissection {
    let mut context = Context::new(options);
    let reader = Reader::new(frame, original);
    match link {
        LinkType::Ethernet => ethernet::dissect(&mut context, reader),
        LinkType::RawIp => registry::ip(&mut context, reader),
        LinkType::LinuxSll => cooked::sll(&mut context, reader),
        LinkType::LinuxSll2 => cooked::sll2(&mut context, reader),
        LinkType::Null => cooked::null(&mut context, reader),
    }
    context.into_dissection(reader)
}

/// A frame of a link layer that is not known here: its bytes as data, and the word about it.
pub fn undissected(frame: &[u8], original: usize) -> Dissection {
    let mut context = Context::new(Options::default());
    let reader = Reader::new(frame, original);
    context.data(reader);
    let mut dissection = context.into_dissection(reader);
    dissection.problem = Some(Broken {
        protocol: Protocol::Data,
        offset: 0,
        problem: Problem::Malformed(
            "of a link layer that is not known here: known are Ethernet, raw IP, Linux cooked and loopback",
        ),
    });
    dissection
}

/// The table of every header that has a fixed form, for diagrams and documentation.
pub fn headers() -> &'static [&'static Header] {
    HEADERS
}

static HEADERS: &[&Header] = &[
    &ethernet::HEADER,
    &ethernet::TAG,
    &arp::HEADER,
    &ipv4::HEADER,
    &ipv6::HEADER,
    &icmp::HEADER,
    &icmpv6::HEADER,
    &udp::HEADER,
    &tcp::HEADER,
    &cooked::NULL_HEADER,
    &dhcp::HEADER,
    &dns::HEADER,
    &rip::HEADER,
    &rip::ENTRY,
    &tftp::HEADER,
];
