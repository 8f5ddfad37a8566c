//! A small internet in virtual time: a root, two top-level domains, some zones, and a resolver.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
};

use firsthop_protocol::{
    dns::{
        Authority, AuthorityConfig, Entry, Event, Kind, Message, Question, Recursor, RecursorConfig,
        RootHint, StreamId, Transmit, ZoneFile,
    },
    trace::Time,
};

use crate::zones::zone;

/// From one machine to another, in microseconds.
pub const DELAY: u64 = 10_000;
pub const RESOLVER: &str = "10.0.0.53";

pub fn addr(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// The zones by the address of their only server.
pub fn internet() -> Vec<(&'static str, ZoneFile)> {
    vec![
        (
            "198.51.100.1",
            zone(
                ".",
                &[
                    "@ NS a.root.",
                    "a.root. A 198.51.100.1",
                    "com. NS a.com.",
                    "a.com. A 198.51.100.2",
                    "net. NS a.net.",
                    "a.net. A 198.51.100.3",
                    "lost. NS a.lost.",
                    "a.lost. A 198.51.100.99",
                    "circle. NS a.elcric.",
                    "elcric. NS a.circle.",
                ],
            ),
        ),
        (
            "198.51.100.2",
            zone(
                "com",
                &[
                    "@ NS a",
                    "a A 198.51.100.2",
                    "example NS ns1.example",
                    "ns1.example A 198.51.100.10",
                    "bank NS ns.bank",
                    "ns.bank A 198.51.100.11",
                    "far NS ns.far.net.",
                    "lame NS ns.lame",
                    "ns.lame A 198.51.100.10",
                ],
            ),
        ),
        (
            "198.51.100.3",
            zone("net", &["@ NS a", "a A 198.51.100.3", "far NS ns.far", "ns.far A 198.51.100.12"]),
        ),
        (
            "198.51.100.10",
            zone(
                "example.com",
                &[
                    "@ SOA ns1 hostmaster 1 7200 900 1209600 60",
                    "@ NS ns1",
                    "ns1 A 198.51.100.10",
                    "www 300 A 192.0.2.80",
                    "web CNAME www",
                    "shop CNAME www.bank.com.",
                    "gone CNAME nothing.bank.com.",
                    "loop CNAME loop.bank.com.",
                    "short 0 A 192.0.2.1",
                    "mail MX 10 www",
                ],
            ),
        ),
        (
            "198.51.100.11",
            zone(
                "bank.com",
                &["@ NS ns", "ns A 198.51.100.11", "www A 192.0.2.7", "loop CNAME loop.example.com."],
            ),
        ),
        (
            "198.51.100.12",
            ZoneFile {
                records: (0..80).map(|index| format!("many A 203.0.113.{index}")).collect(),
                ..zone("far.com", &[])
            },
        ),
        ("198.51.100.12", zone("far.net", &["@ NS ns", "ns A 198.51.100.12", "www A 192.0.2.99"])),
    ]
}

pub fn config() -> RecursorConfig {
    let hint = RootHint { name: "a.root".parse().unwrap(), address: addr("198.51.100.1") };
    RecursorConfig::new(vec![hint])
}

enum Delivery {
    ToServer { from: SocketAddr, to: SocketAddr, bytes: Vec<u8> },
    ToResolver { port: u16, from: SocketAddr, bytes: Vec<u8> },
    Opened { stream: StreamId },
    ToStream { stream: StreamId, bytes: Vec<u8> },
}

pub struct World {
    pub now: Time,
    pub resolver: Recursor,
    pub servers: BTreeMap<IpAddr, Authority>,
    /// Addresses whose packets vanish.
    pub silent: BTreeSet<IpAddr>,
    /// Whom the resolver has sent to, and what.
    pub asked: Vec<(IpAddr, u16, Message)>,
    /// Answers to clients.
    pub answers: Vec<Message>,
    pub events: Vec<Event>,
    /// Changes what servers answer.
    pub tamper: Option<fn(&mut Message)>,
    streams: BTreeMap<StreamId, SocketAddr>,
    coming: Vec<(Time, u64, Delivery)>,
    sent: u64,
    next_id: u16,
    table: BTreeMap<String, String>,
}

impl World {
    pub fn new(config: RecursorConfig, zones: &[(&str, ZoneFile)]) -> Self {
        let mut by_server: BTreeMap<IpAddr, Vec<ZoneFile>> = BTreeMap::new();
        for (server, zone) in zones {
            by_server.entry(addr(server)).or_default().push(zone.clone());
        }
        let server = |(address, zones): (IpAddr, Vec<ZoneFile>)| {
            (address, Authority::new(AuthorityConfig::default(), &zones).unwrap())
        };
        Self {
            now: Time::ZERO,
            resolver: Recursor::new(config, 42),
            servers: by_server.into_iter().map(server).collect(),
            silent: BTreeSet::new(),
            asked: Vec::new(),
            answers: Vec::new(),
            events: Vec::new(),
            tamper: None,
            streams: BTreeMap::new(),
            coming: Vec::new(),
            sent: 0,
            next_id: 0,
            table: BTreeMap::new(),
        }
    }

    pub fn usual() -> Self {
        Self::new(config(), &internet())
    }

    /// A client asks, and time goes on until it has its answer.
    pub fn resolve(&mut self, name: &str, kind: Kind) -> Message {
        let query = self.query(name, kind);
        self.resolve_query(&query)
    }

    pub fn query(&mut self, name: &str, kind: Kind) -> Message {
        self.next_id += 1;
        Message::query(self.next_id, Question { name: name.parse().unwrap(), kind }, true)
    }

    pub fn resolve_query(&mut self, query: &Message) -> Message {
        self.ask(query);
        let end = self.now.plus(60_000_000);
        loop {
            if let Some(position) = self.answers.iter().position(|answer| answer.id == query.id) {
                return self.answers.remove(position);
            }
            assert!(self.step(end), "no answer to {query:?}");
        }
    }

    pub fn ask(&mut self, query: &Message) {
        let client = SocketAddr::new(addr("10.0.0.1"), 4000);
        self.resolver.on_datagram(self.now, 53, client, &query.to_bytes().unwrap());
        self.drain();
    }

    /// A packet from anybody to the resolver.
    pub fn forge(&mut self, port: u16, from: SocketAddr, message: &Message) {
        self.resolver.on_datagram(self.now, port, from, &message.to_bytes().unwrap());
        self.drain();
    }

    /// Lets time go on until `end`, whatever happens on the way.
    pub fn run_until(&mut self, end: Time) {
        while self.step(end) {}
        self.now = self.now.max(end);
        self.resolver.on_timeout(self.now);
        self.drain();
    }

    /// The next thing that happens until then; whether there was one.
    pub fn step(&mut self, end: Time) -> bool {
        self.coming.sort_by_key(|(time, number, _)| (*time, *number));
        let packet = self.coming.first().map(|(time, ..)| *time);
        let timer = self.resolver.poll_timeout();
        let Some(next) = [packet, timer].into_iter().flatten().min().filter(|next| *next <= end) else {
            return false;
        };
        self.now = self.now.max(next);
        if packet == Some(next) {
            let (_, _, delivery) = self.coming.remove(0);
            self.deliver(delivery);
        } else {
            self.resolver.on_timeout(self.now);
        }
        self.drain();
        true
    }

    pub fn data(message: &Message) -> Vec<String> {
        message.answers.iter().map(|record| format!("{} {}", record.kind(), record.data)).collect()
    }

    /// The cache as the events have told of it must be the cache as it is.
    fn compare_table(&self) {
        let cells = |entry: &Entry| serde_json::to_string(&entry.cells()).unwrap();
        let mut cache: Vec<_> = self.resolver.cache().map(cells).collect();
        let mut told: Vec<_> = self.table.values().cloned().collect();
        cache.sort();
        told.sort();
        assert_eq!(cache, told);
    }

    fn deliver(&mut self, delivery: Delivery) {
        match delivery {
            Delivery::ToServer { from, to, bytes } => {
                if self.silent.contains(&to.ip()) {
                    return;
                }
                let Some(server) = self.servers.get_mut(&to.ip()) else { return };
                server.on_datagram(self.now, 53, from, &bytes);
                if let Some(Transmit::Datagram { bytes, .. }) = server.poll_transmit() {
                    let bytes = self.tampered(bytes);
                    self.send(Delivery::ToResolver { port: from.port(), from: to, bytes });
                }
            }
            Delivery::ToResolver { port, from, bytes } => {
                self.resolver.on_datagram(self.now, port, from, &bytes);
            }
            Delivery::Opened { stream } => self.resolver.on_connected(self.now, stream),
            Delivery::ToStream { stream, bytes } => self.resolver.on_stream(self.now, stream, &bytes),
        }
    }

    fn tampered(&self, bytes: Vec<u8>) -> Vec<u8> {
        let Some(tamper) = self.tamper else { return bytes };
        let mut message = Message::parse(&bytes).unwrap();
        tamper(&mut message);
        message.to_bytes().unwrap()
    }

    fn send(&mut self, delivery: Delivery) {
        self.sent += 1;
        self.coming.push((self.now.plus(DELAY), self.sent, delivery));
    }

    fn drain(&mut self) {
        while let Some(transmit) = self.resolver.poll_transmit() {
            match transmit {
                Transmit::Datagram { port, to, bytes, .. } => {
                    let message = Message::parse(&bytes).unwrap();
                    if message.response {
                        self.answers.push(message);
                        continue;
                    }
                    self.asked.push((to.ip(), port, message));
                    self.send(Delivery::ToServer { from: SocketAddr::new(addr(RESOLVER), port), to, bytes });
                }
                Transmit::Connect { stream, to } => {
                    self.streams.insert(stream, to);
                    self.send(Delivery::Opened { stream });
                }
                Transmit::Stream { stream, bytes, .. } => {
                    let to = self.streams[&stream];
                    let server = self.servers.get_mut(&to.ip()).unwrap();
                    server.on_accept(self.now, StreamId::In(1), SocketAddr::new(addr(RESOLVER), 1));
                    server.on_stream(self.now, StreamId::In(1), &bytes);
                    while let Some(Transmit::Stream { bytes, .. }) =
                        self.servers.get_mut(&to.ip()).unwrap().poll_transmit()
                    {
                        self.send(Delivery::ToStream { stream, bytes });
                    }
                }
                Transmit::Close { .. } | Transmit::ClosePort { .. } => {}
            }
        }
        while let Some(event) = self.resolver.poll_event() {
            if let Event::Row { table: "dns-cache", key, row, .. } = &event {
                match row {
                    Some(row) => self.table.insert(key.clone(), serde_json::to_string(row).unwrap()),
                    None => self.table.remove(key),
                };
            }
            self.events.push(event);
        }
        self.compare_table();
    }
}
