//! ICMP errors: they quote a packet of a session, which is translated with them. RFC 5508 §4.

use std::net::SocketAddrV4;

use super::{
    packet::{Changes, Rewrite, View, icmp_is_sound, quoted, rewrite, rewrite_quoted},
    table::Direction,
    text,
    translator::{Nat, No, remote},
    verdict::{Change, Place},
};

impl Nat {
    /// Translates an ICMP error and the packet that it quotes. It never changes a session's state or time: anybody may
    /// have sent it.
    pub(super) fn error(
        &self,
        direction: Direction,
        view: &View,
        packet: &mut [u8],
        changes: &mut Vec<Change>,
    ) -> Result<(), No> {
        if !icmp_is_sound(packet) {
            return Err(No::drop(text::ICMP_CHECKSUM, &[]));
        }
        let Some(quote) = quoted(packet) else { return Err(No::drop(text::QUOTE, &[])) };
        let outside = self.config.outside;
        let (mut outer, mut inner) = (Rewrite::default(), Rewrite::default());
        let mut seen = quote;
        if direction == Direction::Out {
            // The quoted packet was going to a host inside: from outside it went to the outside address.
            let protocol = quote.content.protocol();
            let session = self.table.session_of(protocol, quote.destination, remote(protocol, quote.source));
            let Some((_, port, _)) = session else { return Err(No::drop(text::QUOTE_UNKNOWN, &[])) };
            seen.destination = SocketAddrV4::new(outside, port);
            inner.destination = Some(seen.destination);
            // The host that erred is hidden as others are, the session's own or a router before it.
            outer.source = Some(SocketAddrV4::new(outside, 0));
        }
        if direction == Direction::In || *view.destination.ip() == outside {
            let protocol = quote.content.protocol();
            let key = (protocol, seen.source.port(), remote(protocol, seen.destination));
            let session = self.table.sessions.get(&key).filter(|session| session.outside == seen.source);
            let Some(session) = session else { return Err(No::not_ours(text::UNKNOWN_ERROR, &[])) };
            inner.source = Some(session.inside);
            outer.destination = Some(SocketAddrV4::new(*session.inside.ip(), 0));
        }
        rewrite(packet, outer, false, &mut Changes { place: Place::Packet, list: changes });
        rewrite_quoted(packet, inner, changes);
        Ok(())
    }
}
