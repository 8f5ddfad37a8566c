//! A stub resolver: it asks servers that do the work, as the C library of a host does. RFC 1034 §5.3.1.

mod outcome;

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Display,
    net::SocketAddr,
};

pub use outcome::{Answer, Finished, LookupError, LookupId, StubConfig};

use super::{
    asked::{Asked, Chased, chase},
    draw::Draw,
    event::Event,
    kind::{Kind, Rcode},
    message::{Edns, Message, Question},
    name::Name,
    stream::{Framer, StreamId, frame},
    text,
    transmit::Transmit,
};
use crate::trace::{Cited, Time};

#[derive(Debug, Clone)]
struct Lookup {
    begun: Time,
    id: u16,
    question: Question,
    /// What is out, by server: a late answer counts too.
    asked: BTreeMap<usize, Asked>,
    /// How often the list has been gone through, and who is asked now.
    attempt: u32,
    server: usize,
    deadline: Time,
    stream: Option<(StreamId, Framer)>,
    /// The last answer that was no help.
    failed: Option<(SocketAddr, Message)>,
}

/// A stub resolver.
#[derive(Debug, Clone)]
pub struct Stub {
    config: StubConfig,
    draw: Draw,
    next: u64,
    lookups: BTreeMap<LookupId, Lookup>,
    finished: VecDeque<Finished>,
    out: VecDeque<Transmit>,
    events: VecDeque<Event>,
}

impl Stub {
    /// A resolver. `key` gives the IDs and ports; give each machine another.
    pub fn new(config: StubConfig, key: u64) -> Self {
        Self {
            draw: Draw::new(key, config.ports, config.ids),
            config,
            next: 0,
            lookups: BTreeMap::new(),
            finished: VecDeque::new(),
            out: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// Other servers for the questions that follow, as DHCP may order.
    pub fn set_servers(&mut self, servers: Vec<SocketAddr>) {
        self.config.servers = servers;
    }

    /// The settings.
    pub const fn config(&self) -> &StubConfig {
        &self.config
    }

    /// The questions that are out.
    pub fn asked(&self) -> impl Iterator<Item = &Asked> {
        self.lookups.values().flat_map(|lookup| lookup.asked.values())
    }

    /// Asks. The end is told by [`poll_finished`](Self::poll_finished).
    pub fn lookup(&mut self, now: Time, name: Name, kind: Kind) -> LookupId {
        self.next += 1;
        let id = LookupId(self.next);
        let lookup = Lookup {
            begun: now,
            id: self.draw.id(),
            question: Question { name, kind },
            asked: BTreeMap::new(),
            attempt: 0,
            server: 0,
            deadline: now,
            stream: None,
            failed: None,
        };
        let limit = self.config.max_lookups;
        if self.config.servers.is_empty() {
            self.finish(id, lookup, None, Err(LookupError::NoServer));
        } else if self.lookups.len() >= limit {
            self.finish(id, lookup, None, Err(LookupError::Busy { limit }));
        } else {
            self.ask(now, id, lookup);
        }
        id
    }

    /// A question is not wanted any more.
    pub fn cancel(&mut self, id: LookupId) {
        if let Some(mut lookup) = self.lookups.remove(&id) {
            self.close(&mut lookup);
        }
    }

    /// A datagram arrived at `port`.
    pub fn on_datagram(&mut self, now: Time, port: u16, from: SocketAddr, bytes: &[u8]) {
        let found = self.lookups.iter().find_map(|(id, lookup)| {
            let at_port = |asked: &&Asked| asked.port == port;
            let exact = lookup.asked.values().filter(at_port).find(|asked| asked.server == from);
            Some((*id, exact.or_else(|| lookup.asked.values().find(at_port))?.clone()))
        });
        let Some((id, asked)) = found else {
            return self.note(text::UNASKED, &[("from", &from), ("port", &port)]);
        };
        let message = match Message::parse(bytes) {
            Ok(message) => message,
            Err(error) => return self.note(text::MALFORMED, &[("from", &from), ("error", &error)]),
        };
        if let Some(refused) = asked.refuses(from, &message) {
            return self.events.push_back(refused);
        }
        let Some(mut lookup) = self.lookups.remove(&id) else { return };
        if message.truncated {
            self.note(text::TO_TCP, &[("server", &from)]);
            if let Some(server) = self.config.servers.iter().position(|server| *server == from) {
                lookup.server = server;
            }
            self.connect(now, id, lookup);
        } else {
            self.on_answer(now, id, lookup, from, message);
        }
    }

    /// The network says that nobody listens there: ICMP port unreachable.
    pub fn on_unreachable(&mut self, now: Time, port: u16, server: SocketAddr) {
        let hit = |lookup: &Lookup| {
            let current = lookup.asked.get(&lookup.server);
            lookup.stream.is_none()
                && current.is_some_and(|asked| asked.port == port && asked.server == server)
        };
        let Some(id) = self.lookups.iter().find(|(_, lookup)| hit(lookup)).map(|(id, _)| *id) else { return };
        self.note(text::UNREACHABLE, &[("server", &server)]);
        if let Some(lookup) = self.lookups.remove(&id) {
            self.next_server(now, id, lookup);
        }
    }

    /// A connection that was asked for is open.
    pub fn on_connected(&mut self, _now: Time, stream: StreamId) {
        let found = self.with_stream(stream).and_then(|id| self.lookups.get(&id));
        let Some(lookup) = found else { return };
        let Ok(bytes) = self.message(lookup).to_bytes() else { return };
        let note = text::ASK_TCP.text(&[("question", &lookup.question)]);
        self.out.push_back(Transmit::Stream { stream, bytes: frame(&bytes), note });
    }

    /// Bytes arrived on a connection.
    pub fn on_stream(&mut self, now: Time, stream: StreamId, bytes: &[u8]) {
        let Some(id) = self.with_stream(stream) else { return };
        let Some(mut lookup) = self.lookups.remove(&id) else { return };
        let messages = match &mut lookup.stream {
            Some((_, framer)) => {
                framer.push(bytes);
                framer.take_messages()
            }
            None => Vec::new(),
        };
        let server = self.config.servers.get(lookup.server).copied();
        for bytes in messages {
            let Some(server) = server else { break };
            let message = match Message::parse(&bytes) {
                Ok(message) => message,
                Err(error) => {
                    self.note(text::MALFORMED, &[("from", &server), ("error", &error)]);
                    continue;
                }
            };
            let asked = self.asked_of(&lookup, server, 0);
            match asked.refuses(server, &message) {
                Some(refused) => self.events.push_back(refused),
                None => return self.on_answer(now, id, lookup, server, message),
            }
        }
        self.lookups.insert(id, lookup);
    }

    /// A connection could not be opened, or is closed.
    pub fn on_closed(&mut self, now: Time, stream: StreamId) {
        let Some(id) = self.with_stream(stream) else { return };
        if let Some(lookup) = self.lookups.remove(&id) {
            self.note(text::STREAM_CLOSED, &[("question", &lookup.question)]);
            self.next_server(now, id, lookup);
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

    /// The next question that has come to its end.
    pub fn poll_finished(&mut self) -> Option<Finished> {
        self.finished.pop_front()
    }

    /// When [`on_timeout`](Self::on_timeout) is to be called next.
    pub fn poll_timeout(&self) -> Option<Time> {
        self.lookups.values().map(|lookup| lookup.deadline).min()
    }

    /// Asks the next server wherever none has answered in time. RFC 1035 §7.2.
    pub fn on_timeout(&mut self, now: Time) {
        let due: Vec<_> =
            self.lookups.iter().filter(|(_, lookup)| lookup.deadline <= now).map(|(id, _)| *id).collect();
        for id in due {
            if let Some(lookup) = self.lookups.remove(&id) {
                if let Some(server) = self.config.servers.get(lookup.server).copied() {
                    self.note(text::NO_ANSWER, &[("server", &server), ("question", &lookup.question)]);
                }
                self.next_server(now, id, lookup);
            }
        }
    }

    fn message(&self, lookup: &Lookup) -> Message {
        let mut message = Message::query(lookup.id, lookup.question.clone(), self.config.recursion);
        message.edns = self.config.edns.map(|udp_size| Edns { udp_size, version: 0, signatures: false });
        message
    }

    fn asked_of(&self, lookup: &Lookup, server: SocketAddr, port: u16) -> Asked {
        let sent = lookup.attempt + 1;
        let (question, id, deadline) = (lookup.question.clone(), lookup.id, lookup.deadline);
        Asked { question, server, id, port, sent, deadline }
    }

    /// How long an answer is waited for: as in glibc longer for those further down the list.
    fn patience(&self, server: usize) -> u64 {
        let servers = self.config.servers.len() as u64;
        let doubled = self.config.timeout.saturating_mul(1 << server.min(16));
        if server == 0 { doubled } else { (doubled / servers.max(1)).max(1_000_000) }
    }

    fn ask(&mut self, now: Time, id: LookupId, mut lookup: Lookup) {
        let Some(server) = self.config.servers.get(lookup.server).copied() else { return };
        if self.config.tcp {
            return self.connect(now, id, lookup);
        }
        let bytes = match self.message(&lookup).to_bytes() {
            Ok(bytes) => bytes,
            Err(error) => {
                return self.finish(id, lookup, None, Err(LookupError::Question { why: error.to_string() }));
            }
        };
        lookup.deadline = now.plus(self.patience(lookup.server));
        // The same socket when the same server is asked again, another one for another server.
        let before = lookup.asked.get(&lookup.server).map(|asked| asked.port);
        let port = before.unwrap_or_else(|| {
            let own: Vec<_> = lookup.asked.values().map(|asked| asked.port).collect();
            let others: Vec<_> = self.asked().map(|asked| asked.port).collect();
            self.draw.port(|port| own.contains(&port) || others.contains(&port))
        });
        let asked = self.asked_of(&lookup, server, port);
        let (attempt, question) = (asked.sent, &lookup.question);
        let message = if before.is_some() { text::ASK_AGAIN } else { text::ASK_SERVER };
        let args: &[(&str, &dyn Display)] =
            &[("question", question), ("server", &server), ("attempt", &attempt)];
        self.events.push_back(Event::row("dns-queries", asked.key(), Some(asked.cells()), message, args));
        let note = message.text(args);
        lookup.asked.insert(lookup.server, asked);
        self.out.push_back(Transmit::Datagram { port, to: server, bytes, note });
        self.lookups.insert(id, lookup);
    }

    /// The answer does not fit in a datagram: the same by TCP. RFC 7766 §5.
    fn connect(&mut self, now: Time, id: LookupId, mut lookup: Lookup) {
        let Some(server) = self.config.servers.get(lookup.server).copied() else { return };
        self.drop_stream(&mut lookup);
        self.next += 1;
        let stream = StreamId::Out(self.next);
        lookup.deadline = now.plus(self.patience(lookup.server));
        lookup.stream = Some((stream, Framer::default()));
        self.out.push_back(Transmit::Connect { stream, to: server });
        self.lookups.insert(id, lookup);
    }

    fn with_stream(&self, stream: StreamId) -> Option<LookupId> {
        let has = |lookup: &Lookup| lookup.stream.as_ref().is_some_and(|(own, _)| *own == stream);
        self.lookups.iter().find(|(_, lookup)| has(lookup)).map(|(id, _)| *id)
    }

    fn next_server(&mut self, now: Time, id: LookupId, mut lookup: Lookup) {
        self.drop_stream(&mut lookup);
        lookup.server += 1;
        if lookup.server >= self.config.servers.len() {
            lookup.server = 0;
            lookup.attempt += 1;
        }
        if lookup.attempt < self.config.attempts {
            return self.ask(now, id, lookup);
        }
        match lookup.failed.take() {
            Some((server, message)) => {
                let rcode = message.rcode;
                self.finish(id, lookup, Some((server, message)), Err(LookupError::Failed { rcode }));
            }
            None => self.finish(id, lookup, None, Err(LookupError::Timeout)),
        }
    }

    fn on_answer(
        &mut self,
        now: Time,
        id: LookupId,
        mut lookup: Lookup,
        server: SocketAddr,
        message: Message,
    ) {
        if !matches!(message.rcode, Rcode::NO_ERROR | Rcode::NX_DOMAIN) {
            self.note(text::NO_HELP, &[("server", &server), ("rcode", &message.rcode)]);
            lookup.failed = Some((server, message));
            if let Some(position) = self.config.servers.iter().position(|other| *other == server) {
                lookup.server = position;
            }
            return self.next_server(now, id, lookup);
        }
        let Chased { aliases, name, records } = chase(&message.answers, &lookup.question);
        let result = if message.rcode == Rcode::NX_DOMAIN {
            Err(LookupError::NxDomain { name })
        } else if records.is_empty() {
            Err(LookupError::NoData { name, kind: lookup.question.kind })
        } else {
            Ok(Answer { aliases, name, records, authentic: message.authentic })
        };
        self.finish(id, lookup, Some((server, message)), result);
    }

    fn finish(
        &mut self,
        id: LookupId,
        mut lookup: Lookup,
        answer: Option<(SocketAddr, Message)>,
        result: Result<Answer, LookupError>,
    ) {
        self.close(&mut lookup);
        let (server, message) = answer.unzip();
        let Lookup { question, begun, .. } = lookup;
        self.finished.push_back(Finished { id, question, begun, server, message, result });
    }

    fn drop_stream(&mut self, lookup: &mut Lookup) {
        if let Some((stream, _)) = lookup.stream.take() {
            self.out.push_back(Transmit::Close { stream });
        }
    }

    fn close(&mut self, lookup: &mut Lookup) {
        self.drop_stream(lookup);
        for asked in std::mem::take(&mut lookup.asked).into_values() {
            let args: &[(&str, &dyn Display)] = &[("question", &asked.question)];
            self.events.push_back(Event::row("dns-queries", asked.key(), None, text::ASKED_DONE, args));
            self.out.push_back(Transmit::ClosePort { port: asked.port });
        }
    }

    fn note(&mut self, message: Cited, args: &[(&str, &dyn Display)]) {
        self.events.push_back(Event::note(message, args));
    }
}
