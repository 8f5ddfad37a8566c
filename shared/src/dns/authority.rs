//! An authoritative server: it answers from its zones and asks nobody.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Display,
    net::SocketAddr,
};

use super::{
    connections::Connections,
    event::Event,
    kind::{Kind, Rcode},
    lookup,
    message::{MAX_TCP, Message, QUERY, Question},
    name::Name,
    reply,
    stream::StreamId,
    text,
    transmit::{Asker, Transmit},
    zone::{Zone, ZoneError, ZoneFile},
};
use crate::trace::{Cited, Text, Time};

/// What one can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthorityConfig {
    /// The largest answer over UDP, whatever the asker's EDNS allows: 1232 bytes, which no path fragments.
    pub max_udp: u16,
    /// How long a connection may be silent, in microseconds: 10 s. RFC 7766 §6.2.3.
    pub idle: u64,
    /// How many connections there may be.
    pub max_connections: usize,
}

impl Default for AuthorityConfig {
    fn default() -> Self {
        Self { max_udp: 1232, idle: 10_000_000, max_connections: 100 }
    }
}

/// An authoritative server.
///
/// Datagrams, streams and the time go in; datagrams, bytes for streams, the next deadline and events come out.
/// [The module](super) has an example.
#[derive(Debug, Clone)]
pub struct Authority {
    config: AuthorityConfig,
    zones: BTreeMap<Name, Zone>,
    connections: Connections,
    out: VecDeque<Transmit>,
    events: VecDeque<Event>,
}

impl Authority {
    /// A server of these zones.
    pub fn new(config: AuthorityConfig, files: &[ZoneFile]) -> Result<Self, ZoneError> {
        let mut zones = BTreeMap::new();
        for file in files {
            if zones.insert(file.name.clone(), Zone::new(file)?).is_some() {
                return Err(ZoneError::Twice { zone: file.name.clone() });
            }
        }
        let connections = Connections::new(config.idle, config.max_connections);
        Ok(Self { config, zones, connections, out: VecDeque::new(), events: VecDeque::new() })
    }

    /// The zones, in the order of their names.
    pub fn zones(&self) -> impl Iterator<Item = &Zone> {
        self.zones.values()
    }

    /// Puts a zone in the place of the one of its name, or beside the others.
    pub fn set_zone(&mut self, file: &ZoneFile) -> Result<(), ZoneError> {
        self.zones.insert(file.name.clone(), Zone::new(file)?);
        Ok(())
    }

    /// A datagram arrived at `port`; `bytes` is the UDP payload.
    pub fn on_datagram(&mut self, _now: Time, port: u16, from: SocketAddr, bytes: &[u8]) {
        self.on_message(Asker::Datagram { port, from }, bytes);
    }

    /// A client opened a connection.
    pub fn on_accept(&mut self, now: Time, stream: StreamId, from: SocketAddr) {
        if !self.connections.open(now, stream, from) {
            self.out.push_back(Transmit::Close { stream });
        }
    }

    /// Bytes arrived on a connection.
    pub fn on_stream(&mut self, now: Time, stream: StreamId, bytes: &[u8]) {
        let Some((from, messages)) = self.connections.on_bytes(now, stream, bytes) else { return };
        for message in messages {
            self.on_message(Asker::Stream { stream, from }, &message);
        }
    }

    /// A connection is closed by the other side, or broken.
    pub fn on_closed(&mut self, _now: Time, stream: StreamId) {
        if self.connections.remove(stream) {
            self.out.push_back(Transmit::Close { stream });
        }
    }

    /// The next thing to be done, if there is one. Ask again until there is none.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.out.pop_front()
    }

    /// The next event, if there is one.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When [`on_timeout`](Self::on_timeout) is to be called next.
    pub fn poll_timeout(&self) -> Option<Time> {
        self.connections.deadline()
    }

    /// Does whatever is due at `now`.
    pub fn on_timeout(&mut self, now: Time) {
        for stream in self.connections.expire(now) {
            self.out.push_back(Transmit::Close { stream });
        }
    }

    fn on_message(&mut self, asker: Asker, bytes: &[u8]) {
        let from = asker.address();
        let query = match Message::parse(bytes) {
            Ok(message) if message.response => {
                return self.note(text::NOT_A_QUERY, &[("from", &from)]);
            }
            Ok(message) => message,
            Err(error) => {
                let Some(header) = Message::header(bytes).filter(|header| !header.response) else {
                    return self.note(text::MALFORMED, &[("from", &from), ("error", &error)]);
                };
                let note = text::FORM_ERR.text(&[("error", &error)]);
                return self.send(asker, &header, header.reply(Rcode::FORM_ERR), false, note);
            }
        };
        let (message, glue, note) = self.answer(&query);
        self.send(asker, &query, message, glue, note);
    }

    fn answer(&self, query: &Message) -> (Message, bool, Text) {
        let refuse = |rcode, note| (query.reply(rcode), false, note);
        if query.edns.is_some_and(|edns| edns.version != 0) {
            return refuse(Rcode::BAD_VERS, text::BAD_VERS.text(&[]));
        }
        if query.opcode != QUERY {
            return refuse(Rcode::NOT_IMP, text::NOT_IMP.text(&[("opcode", &query.opcode)]));
        }
        let Some(question) = &query.question else {
            return refuse(Rcode::FORM_ERR, text::NO_QUESTION.text(&[]));
        };
        if !question.kind.is_data() && question.kind != Kind::ANY {
            return refuse(Rcode::NOT_IMP, text::NO_TRANSFER.text(&[("kind", &question.kind)]));
        }
        let Some(zone) = self.zone_of(question) else {
            return refuse(Rcode::REFUSED, text::NO_ZONE.text(&[("name", &question.name)]));
        };
        let signatures = query.edns.is_some_and(|edns| edns.signatures);
        let found = lookup::find(zone, question, signatures);
        let message = Message {
            authoritative: found.authoritative,
            answers: found.answers,
            authority: found.authority,
            additional: found.additional,
            ..query.reply(found.rcode)
        };
        (message, found.glue, found.why)
    }

    /// The lowest zone that a question is about; of DS, the parent's. RFC 1034 §4.3.2, step 2.
    fn zone_of(&self, question: &Question) -> Option<&Zone> {
        let above = |skip| question.name.ancestors().skip(skip).find_map(|name| self.zones.get(&name));
        if question.kind == Kind::DS { above(1).or_else(|| above(0)) } else { above(0) }
    }

    fn send(&mut self, asker: Asker, query: &Message, mut message: Message, glue: bool, note: Text) {
        message.edns = reply::edns(query, self.config.max_udp);
        let limit = match asker {
            Asker::Datagram { .. } => reply::udp_limit(query, self.config.max_udp),
            Asker::Stream { .. } => MAX_TCP,
        };
        match reply::fit(message, limit, glue) {
            Ok((bytes, truncated)) => {
                let note = if truncated { text::TRUNCATED.text(&[("limit", &limit)]) } else { note };
                self.out.push_back(asker.transmit(bytes, note));
            }
            Err(error) => self.note(text::UNWRITABLE, &[("error", &error)]),
        }
    }

    fn note(&mut self, message: Cited, args: &[(&str, &dyn Display)]) {
        self.events.push_back(Event::note(message, args));
    }
}
