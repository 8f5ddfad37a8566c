//! How mappings and sessions come and go. RFC 4787 §4.

use std::{fmt::Display, net::SocketAddrV4};

use super::{
    packet::Content,
    table::{Direction, Key, Mapping, Protocol, Session, State},
    tcp::{Connection, Side},
    text,
    translator::{Nat, No},
    verdict::Event,
};
use crate::{
    mix::mix,
    trace::{Text, Time},
};

impl Nat {
    pub(super) fn has_room(&self) -> Result<(), No> {
        let limit = self.config.max_sessions;
        if self.table.sessions.len() < limit {
            Ok(())
        } else {
            Err(No::drop(text::TABLE_FULL, &[("limit", &limit)]))
        }
    }

    pub(super) fn begin(
        &mut self,
        now: Time,
        mapping: &Mapping,
        remote: SocketAddrV4,
        begun: Direction,
        connection: Option<Connection>,
        why: Text,
    ) -> Result<(), No> {
        self.has_room()?;
        let Mapping { protocol, inside, outside, .. } = *mapping;
        let state = connection.map_or(State::Unreplied, |connection| State::Tcp(connection.state));
        let session = Session {
            protocol,
            inside,
            outside,
            remote,
            begun,
            state,
            packets_out: 0,
            packets_in: 0,
            expires: now,
            connection,
        };
        self.table.sessions.insert((protocol, outside.port(), remote), session);
        if let Some(mapping) = self.table.mappings.get_mut(&(protocol, outside.port())) {
            mapping.sessions += 1;
        }
        let rfc = if begun == Direction::Out { text::NEW_OUT.rfc } else { text::NEW_IN.rfc };
        self.events.push_back(Event::Session { session, gone: false, why, rfc });
        Ok(())
    }

    /// A packet of a session goes by: its state may change, its time begins anew.
    pub(super) fn touch(&mut self, now: Time, key: Key, direction: Direction, content: Content) {
        let Some(session) = self.table.sessions.get_mut(&key) else { return };
        let first = session.packets_out + session.packets_in == 0;
        match direction {
            Direction::Out => session.packets_out += 1,
            Direction::In => session.packets_in += 1,
        }
        let before = session.state;
        let mut message = text::REPLIED;
        if let (Content::Tcp(flags), Some(connection), false) = (content, &mut session.connection, first) {
            let side = if direction == session.begun { Side::Opener } else { Side::Other };
            connection.observe(side, flags);
            session.state = State::Tcp(connection.state);
            message = text::STATE;
        } else if session.packets_out > 0 && session.packets_in > 0 && session.connection.is_none() {
            session.state = State::Replied;
        }
        session.expires = now.plus(session.state.timeout(session.protocol, &self.config.timeouts));
        let (session, expires) = (*session, session.expires);
        if session.state != before {
            let flags = match content {
                Content::Tcp(flags) => flags.to_string(),
                _ => String::new(),
            };
            let args: &[(&str, &dyn Display)] =
                &[("flags", &flags), ("from", &before), ("to", &session.state)];
            let why = if session.connection.is_some() { message.text(args) } else { message.text(&[]) };
            self.events.push_back(Event::Session { session, gone: false, why, rfc: message.rfc });
        }
        self.expect(expires);
    }

    pub(super) fn expect(&mut self, expiry: Time) {
        self.next_expiry = Some(self.next_expiry.map_or(expiry, |next| next.min(expiry)));
    }

    pub(super) fn is_taken(&self, protocol: Protocol, port: u16) -> bool {
        self.table.mappings.contains_key(&(protocol, port)) || self.reserved.contains_key(&(protocol, port))
    }

    /// Finds an outside port for an inside endpoint: its own if that is free. RFC 4787 §4.2.
    pub(super) fn map(&mut self, protocol: Protocol, inside: SocketAddrV4) -> Result<u16, No> {
        let own = inside.port();
        let (port, message) = if self.is_taken(protocol, own) {
            (self.other_port(protocol, inside), text::PORT_OTHER)
        } else {
            (Some(own), text::PORT_KEPT)
        };
        let Some(port) = port else { return Err(No::drop(text::NO_PORT, &[("inside", &inside)])) };
        let outside = SocketAddrV4::new(self.config.outside, port);
        let mapping = Mapping { protocol, inside, outside, forwarded: false, sessions: 0 };
        self.table.mappings.insert((protocol, port), mapping);
        self.table.ports.insert((protocol, inside), port);
        let why = message.text(&[("inside", &inside), ("outside", &outside)]);
        self.events.push_back(Event::Mapping { mapping, gone: false, why, rfc: message.rfc });
        Ok(port)
    }

    /// Another port of the same range, of the same parity for UDP. RFC 4787 §4.2.1, §4.2.2.
    fn other_port(&self, protocol: Protocol, inside: SocketAddrV4) -> Option<u16> {
        let own = inside.port();
        let (from, to) = match (protocol, own) {
            (Protocol::Icmp, _) => (0, u16::MAX),
            (_, 0..512) => (1, 511),
            (_, 512..1024) => (600, 1023),
            _ => (1024, u16::MAX),
        };
        let span = u64::from(to - from) + 1;
        let endpoint = u64::from(inside.ip().to_bits()) << 16 | u64::from(own);
        let start = mix(self.key ^ mix(endpoint)) % span;
        (0..span)
            .filter_map(|step| u16::try_from((start + step) % span).ok())
            .map(|offset| from + offset)
            .filter(|port| protocol != Protocol::Udp || port % 2 == own % 2)
            .find(|port| !self.is_taken(protocol, *port))
    }

    pub(super) fn remove_session(&mut self, key: Key, why: Text, rfc: &'static str) {
        let Some(session) = self.table.sessions.remove(&key) else { return };
        self.events.push_back(Event::Session { session, gone: true, why, rfc });
        let Some(mapping) = self.table.mappings.get_mut(&(key.0, key.1)) else { return };
        mapping.sessions = mapping.sessions.saturating_sub(1);
        if mapping.sessions == 0 && !mapping.forwarded {
            let mapping = *mapping;
            let args: &[(&str, &dyn Display)] = &[("inside", &mapping.inside), ("outside", &mapping.outside)];
            let why = text::MAPPING_GONE.text(args);
            self.remove_mapping(mapping, &why, text::MAPPING_GONE.rfc);
        }
    }

    pub(super) fn remove_mapping(&mut self, mapping: Mapping, why: &Text, rfc: &'static str) {
        let Mapping { protocol, inside, outside, .. } = mapping;
        let key = (protocol, outside.port());
        let sessions = self.table.sessions.values();
        let sessions: Vec<Key> = sessions
            .filter(|session| (session.protocol, session.outside.port()) == key)
            .map(|session| (protocol, key.1, session.remote))
            .collect();
        self.table.mappings.remove(&key);
        for session in sessions {
            self.remove_session(session, why.clone(), rfc);
        }
        if self.table.ports.get(&(protocol, inside)) == Some(&key.1) {
            self.table.ports.remove(&(protocol, inside));
            // Another port may be forwarded to the same endpoint.
            let other = self
                .table
                .mappings
                .values()
                .find(|other| other.forwarded && other.protocol == protocol && other.inside == inside);
            if let Some(port) = other.map(|other| other.outside.port()) {
                self.table.ports.insert((protocol, inside), port);
            }
        }
        self.events.push_back(Event::Mapping { mapping, gone: true, why: why.clone(), rfc });
    }
}
