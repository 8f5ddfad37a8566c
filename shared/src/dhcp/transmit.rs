//! What is to be sent, and how it gets there when the receiver has no address yet.

use std::net::{Ipv4Addr, SocketAddrV4};

use super::message::Message;
use crate::trace::{Cited, Text};

/// Where the link carries a datagram. RFC 2131 §4.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// To all: the MAC address ff:ff:ff:ff:ff:ff.
    Broadcast,
    /// To this MAC address without asking ARP: the receiver cannot answer for an address that it is only being given.
    Direct([u8; 6]),
    /// As any other datagram: the routing table and ARP know.
    Routed,
}

/// A datagram to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transmit {
    /// The interface it goes out of; none where the routing table decides, and for a client, which has but one.
    pub interface: Option<u32>,
    /// Source address and port; a client without an address says 0.0.0.0.
    pub from: SocketAddrV4,
    /// Destination address and port.
    pub to: SocketAddrV4,
    /// How the link carries it.
    pub link: Link,
    /// The UDP payload.
    pub bytes: Vec<u8>,
    /// Why it is sent.
    pub note: Text,
    /// The section that orders it.
    pub rfc: &'static str,
}

impl Transmit {
    pub(super) fn new(
        (from, to): (SocketAddrV4, SocketAddrV4),
        interface: Option<u32>,
        link: Link,
        message: &Message,
        (note, rfc): (Text, &'static str),
    ) -> Self {
        let link = if *to.ip() == Ipv4Addr::BROADCAST { Link::Broadcast } else { link };
        Self { interface, from, to, link, bytes: message.to_bytes(), note, rfc }
    }
}

/// A sentence with its values, and its section.
pub(super) fn cite(message: Cited, args: &[(&str, &dyn std::fmt::Display)]) -> (Text, &'static str) {
    (message.text(args), message.rfc)
}
