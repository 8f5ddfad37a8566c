//! A recursive resolver: it asks from the root downward, follows referrals and aliases, and remembers what it learns.
//! RFC 1034 §5.3.3; what it believes, RFC 2181 §5.4.1 and RFC 5452; what is not there, RFC 2308.
//!
//! Not for: zones of its own, forwarding to another resolver, AXFR. The CD bit is not heeded.
//!
//! * [`config`]: what one can set. · `clients`: who asks us. · `search`: what to do next. · `output`: whom we ask.
//! * `input`: what servers answer. · `learn`: what of it is believed. · [`servers`]: how good they are.
//!
//! A client asks, and the resolver asks the root:
//!
//! ```
//! use firsthop_protocol::{dns::*, trace::Time};
//!
//! let records = vec!["www.example. 300 A 192.0.2.80".to_owned()];
//! let root = ZoneFile { name: Name::root(), ttl: 3600, records, key: None };
//! let mut server = Authority::new(AuthorityConfig::default(), &[root])?;
//! let hint = RootHint { name: "a.root".parse()?, address: "198.51.100.1".parse()? };
//! let mut resolver = Recursor::new(RecursorConfig::new(vec![hint]), 1);
//!
//! let (client, us, now) = ("10.0.0.1:4000".parse()?, "10.0.0.53:53".parse()?, Time::ZERO);
//! let question = Question { name: "www.example".parse()?, kind: Kind::A };
//! resolver.on_datagram(now, PORT, client, &Message::query(1, question, true).to_bytes()?);
//! let answer = loop {
//!     match resolver.poll_transmit() {
//!         Some(Transmit::Datagram { to, bytes, .. }) if to == client => break Message::parse(&bytes)?,
//!         Some(Transmit::Datagram { port, to, bytes, .. }) => {
//!             server.on_datagram(now, to.port(), us, &bytes);
//!             let Some(Transmit::Datagram { bytes, .. }) = server.poll_transmit() else { panic!("an answer") };
//!             resolver.on_datagram(now, port, to, &bytes);
//!         }
//!         _ => {}
//!     }
//! };
//! assert_eq!(answer.answers[0].to_string(), "www.example 300 IN A 192.0.2.80");
//! assert_eq!(resolver.cache().next().map(|entry| entry.remaining(Time::from_secs(100))), Some(200));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod clients;
pub mod config;
mod input;
mod job;
mod learn;
mod output;
mod search;
pub mod servers;

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Display,
    net::{IpAddr, SocketAddr},
};

pub use config::{Anchor, RecursorConfig, RootHint};
pub use job::JobId;
pub use servers::Server;

use super::{
    asked::Asked,
    cache::{Cache, Entry},
    connections::Connections,
    draw::Draw,
    event::Event,
    message::{Message, Question},
    name::Name,
    sign::Key,
    stream::StreamId,
    text,
    transmit::{Asker, Transmit},
};
use crate::trace::{Cited, Time};
use job::{Job, Outcome};
use servers::Servers;

/// What has been counted: what an attack costs and a defence prevents can be read here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Questions of clients.
    pub questions: u64,
    /// Those of them that the cache answered.
    pub from_cache: u64,
    /// Messages sent to servers.
    pub sent: u64,
    /// Answers that were accepted.
    pub accepted: u64,
    /// Answers that did not match a question: the wrong port, ID, source or question.
    pub mismatched: u64,
    /// Records that were not believed, since they were about another zone.
    pub out_of_bailiwick: u64,
    /// Answers whose signature was missing or wrong.
    pub bogus: u64,
    /// Questions that no server answered in time.
    pub timeouts: u64,
}

/// A recursive resolver.
///
/// Datagrams, streams and the time go in; datagrams, connections, the next deadline and events come out. After each
/// call take what there is from [`poll_transmit`](Self::poll_transmit) and [`poll_event`](Self::poll_event), then wait
/// until [`poll_timeout`](Self::poll_timeout).
#[derive(Debug, Clone)]
pub struct Recursor {
    config: RecursorConfig,
    anchors: BTreeMap<Name, Key>,
    draw: Draw,
    next: u64,
    cache: Cache,
    servers: Servers,
    connections: Connections,
    jobs: BTreeMap<JobId, Job>,
    by_question: BTreeMap<Question, JobId>,
    /// Jobs that have something to do.
    ready: VecDeque<JobId>,
    counts: Counts,
    out: VecDeque<Transmit>,
    events: VecDeque<Event>,
}

impl Recursor {
    /// A resolver. `key` gives the IDs and ports; give each machine another.
    pub fn new(config: RecursorConfig, key: u64) -> Self {
        let anchors = config.anchors.iter().map(|anchor| (anchor.zone.clone(), Key::new(&anchor.key)));
        Self {
            anchors: anchors.collect(),
            draw: Draw::new(key, config.ports, config.ids),
            next: 0,
            cache: Cache::new(config.max_entries),
            servers: Servers::default(),
            connections: Connections::new(config.idle, config.max_connections),
            jobs: BTreeMap::new(),
            by_question: BTreeMap::new(),
            ready: VecDeque::new(),
            counts: Counts::default(),
            out: VecDeque::new(),
            events: VecDeque::new(),
            config,
        }
    }

    /// The settings.
    pub const fn config(&self) -> &RecursorConfig {
        &self.config
    }

    /// What has been counted.
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// The cache, in the order of its names; what has come to its end goes at the next
    /// [`on_timeout`](Self::on_timeout).
    pub fn cache(&self) -> impl Iterator<Item = &Entry> {
        self.cache.entries()
    }

    /// Forgets everything, as `rndc flush` does.
    pub fn flush(&mut self) {
        self.cache.clear();
        self.events.extend(self.cache.events.drain(..));
    }

    /// The questions that are out.
    pub fn asked(&self) -> impl Iterator<Item = &Asked> {
        self.jobs.values().filter_map(|job| Some(&job.asking.as_ref()?.asked))
    }

    /// What is known of the servers that have been asked.
    pub fn servers(&self) -> impl Iterator<Item = (IpAddr, &Server)> {
        self.servers.0.iter().map(|(address, server)| (*address, server))
    }

    /// A datagram arrived at `port`: a client's question, or a server's answer.
    pub fn on_datagram(&mut self, now: Time, port: u16, from: SocketAddr, bytes: &[u8]) {
        let question = Message::header(bytes).is_some_and(|header| !header.response);
        if port == self.config.port && question {
            self.on_question(now, Asker::Datagram { port, from }, bytes);
        } else {
            self.on_answer(now, port, from, bytes);
        }
        self.run(now);
    }

    /// The network says that nobody listens there: ICMP port unreachable.
    pub fn on_unreachable(&mut self, now: Time, port: u16, server: SocketAddr) {
        self.on_refused(now, port, server);
        self.run(now);
    }

    /// A client opened a connection.
    pub fn on_accept(&mut self, now: Time, stream: StreamId, from: SocketAddr) {
        if !self.connections.open(now, stream, from) {
            self.out.push_back(Transmit::Close { stream });
        }
    }

    /// A connection that was asked for is open.
    pub fn on_connected(&mut self, now: Time, stream: StreamId) {
        self.on_open(stream);
        self.run(now);
    }

    /// Bytes arrived on a connection.
    pub fn on_stream(&mut self, now: Time, stream: StreamId, bytes: &[u8]) {
        if let StreamId::Out(_) = stream {
            self.on_server_bytes(now, stream, bytes);
        } else if let Some((from, messages)) = self.connections.on_bytes(now, stream, bytes) {
            for message in messages {
                self.on_question(now, Asker::Stream { stream, from }, &message);
            }
        }
        self.run(now);
    }

    /// A connection could not be opened, or is closed.
    pub fn on_closed(&mut self, now: Time, stream: StreamId) {
        if let StreamId::Out(_) = stream {
            self.on_server_closed(stream);
        } else if self.connections.remove(stream) {
            self.out.push_back(Transmit::Close { stream });
        }
        self.run(now);
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
        let job = self.jobs.values().map(Job::timer).min();
        [job, self.cache.deadline(), self.connections.deadline()].into_iter().flatten().min()
    }

    /// Does whatever is due at `now`.
    pub fn on_timeout(&mut self, now: Time) {
        self.cache.expire(now);
        for stream in self.connections.expire(now) {
            self.out.push_back(Transmit::Close { stream });
        }
        let due: Vec<_> = self.jobs.iter().filter(|(_, job)| job.timer() <= now).map(|(id, _)| *id).collect();
        for id in due {
            self.on_silence(now, id);
        }
        self.run(now);
    }

    /// Goes on with all jobs that can go on.
    fn run(&mut self, now: Time) {
        while let Some(id) = self.ready.pop_front() {
            self.advance(now, id);
        }
        self.events.extend(self.cache.events.drain(..));
    }

    /// Begins a job; it goes on when its turn comes.
    fn begin(&mut self, question: Question, depth: u32, work: u32, deadline: Time) -> JobId {
        self.next += 1;
        let id = JobId(self.next);
        let job = Job {
            target: question.name.clone(),
            aliases: Vec::new(),
            waiters: Vec::new(),
            depth,
            deadline,
            work,
            cut: None,
            ceiling: None,
            asking: None,
            waiting_for: None,
            secure: true,
            question,
        };
        self.by_question.insert(job.question.clone(), id);
        self.jobs.insert(id, job);
        self.ready.push_back(id);
        id
    }

    /// Ends a job that has been taken out: whoever waits for it is told.
    fn finish(&mut self, now: Time, id: JobId, mut job: Job, outcome: &Outcome) {
        self.stop_asking(&mut job);
        if self.by_question.get(&job.question) == Some(&id) {
            self.by_question.remove(&job.question);
        }
        if let Outcome::Failed = outcome {
            self.note(text::GAVE_UP, &[("question", &job.question)]);
            self.remember_failure(now, &job);
        }
        for waiter in std::mem::take(&mut job.waiters) {
            match waiter {
                job::Waiter::Client(asker, query) => self.reply(asker, &query, &job, outcome),
                job::Waiter::Job(parent) => self.on_child(parent, id, &job, outcome),
            }
        }
    }

    fn note(&mut self, message: Cited, args: &[(&str, &dyn Display)]) {
        self.events.push_back(Event::note(message, args));
    }
}
