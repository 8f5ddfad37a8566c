//! Two endpoints in virtual time, and the link between them.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::{collections::BTreeMap, net::SocketAddr};

use firsthop_protocol::{
    tcp::{Config, Endpoint, Event, EventKind, Segment, State, Transmit},
    trace::Time,
};

pub fn client_socket() -> SocketAddr {
    "10.0.0.1:49152".parse().unwrap()
}

pub fn server_socket() -> SocketAddr {
    "10.0.0.2:80".parse().unwrap()
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Client,
    Server,
}

impl Side {
    pub fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// A segment that was put on the link.
#[derive(Debug, Clone)]
pub struct Sent {
    pub at: Time,
    pub from: Side,
    pub transmit: Transmit,
    pub lost: bool,
}

type Loss = Box<dyn FnMut(Side, &Segment) -> bool>;

pub struct Pair {
    pub now: Time,
    pub delay: u64,
    pub client: Endpoint,
    pub server: Endpoint,
    pub sent: Vec<Sent>,
    pub client_events: Vec<Event>,
    pub server_events: Vec<Event>,
    pub lose: Loss,
    flying: BTreeMap<(Time, u64), (Side, Segment)>,
    count: u64,
}

impl Pair {
    /// Client in SYN-SENT, server in LISTEN, 10 ms between them.
    pub fn new(client: Config, server: Config) -> Self {
        let (a, b) = (client_socket(), server_socket());
        Self::of(Endpoint::connect(client, a, b, Time::ZERO), Endpoint::listen(server, b, a))
    }

    pub fn of(client: Endpoint, server: Endpoint) -> Self {
        Self {
            now: Time::ZERO,
            delay: 10_000,
            client,
            server,
            sent: Vec::new(),
            client_events: Vec::new(),
            server_events: Vec::new(),
            lose: Box::new(|_, _| false),
            flying: BTreeMap::new(),
            count: 0,
        }
    }

    /// ISNs 100 and 300, the handshake done.
    pub fn established() -> Self {
        Self::established_with(Config::textbook(100), Config::textbook(300))
    }

    pub fn established_with(client: Config, server: Config) -> Self {
        let mut pair = Self::new(client, server);
        pair.run(1_000_000);
        assert_eq!((pair.client.state(), pair.server.state()), (State::Established, State::Established));
        pair
    }

    pub fn end(&mut self, side: Side) -> &mut Endpoint {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    /// Loses the `nth` segment from now on (0 is the next) of those `side` sends that `which` picks.
    pub fn lose_nth(&mut self, side: Side, nth: usize, which: fn(&Segment) -> bool) {
        let mut seen = 0;
        self.lose = Box::new(move |from, segment| {
            if from != side || !which(segment) {
                return false;
            }
            seen += 1;
            seen == nth + 1
        });
    }

    /// Puts what both have to say on the link.
    pub fn flush(&mut self) {
        for side in [Side::Client, Side::Server] {
            let now = self.now;
            let mut budget = 10_000;
            while let Some(transmit) = self.end(side).poll_transmit(now) {
                budget -= 1;
                assert!(budget > 0, "sends without end: {:?}", transmit.note);
                let lost = (self.lose)(side, &transmit.segment);
                if !lost {
                    self.count += 1;
                    let at = self.now.plus(self.delay);
                    self.flying.insert((at, self.count), (side.other(), transmit.segment.clone()));
                }
                self.sent.push(Sent { at: now, from: side, transmit, lost });
            }
        }
        self.collect();
    }

    fn collect(&mut self) {
        self.client_events.extend(std::iter::from_fn(|| self.client.poll_event()));
        self.server_events.extend(std::iter::from_fn(|| self.server.poll_event()));
    }

    /// When something happens next.
    pub fn next(&self) -> Option<Time> {
        let arrival = self.flying.first_key_value().map(|((at, _), _)| *at);
        [arrival, self.client.poll_timeout(), self.server.poll_timeout()].into_iter().flatten().min()
    }

    /// One step; `false` when nothing can happen any more.
    pub fn step(&mut self) -> bool {
        self.flush();
        let Some(next) = self.next() else { return false };
        self.now = self.now.max(next);
        let now = self.now;
        if let Some(entry) = self.flying.first_entry()
            && entry.key().0 <= now
        {
            let (to, segment) = entry.remove();
            self.end(to).on_segment(now, &segment);
        } else {
            self.client.on_timeout(now);
            self.server.on_timeout(now);
        }
        self.flush();
        true
    }

    /// Runs for so many microseconds.
    pub fn run(&mut self, micros: u64) {
        let end = self.now.plus(micros);
        self.flush();
        while self.next().is_some_and(|next| next <= end) {
            self.step();
        }
        self.now = end;
        self.flush();
    }

    /// Delivers a segment of the test's own making.
    pub fn inject(&mut self, to: Side, segment: &Segment) {
        let now = self.now;
        self.end(to).on_segment(now, segment);
        self.flush();
    }

    pub fn read(&mut self, side: Side) -> Vec<u8> {
        let mut all = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = self.end(side).recv(&mut buffer) {
            all.extend(&buffer[..count]);
        }
        all
    }

    /// The segments as the RFC's figures write them: `> <SEQ=100><CTL=SYN>`.
    pub fn figure(&self) -> Vec<String> {
        self.sent
            .iter()
            .map(|sent| {
                let arrow = if sent.from == Side::Client { '>' } else { '<' };
                format!("{arrow} {}{}", sent.transmit.segment, if sent.lost { " lost" } else { "" })
            })
            .collect()
    }

    pub fn forget(&mut self) {
        self.sent.clear();
        self.client_events.clear();
        self.server_events.clear();
    }

    pub fn transitions(&self, side: Side) -> Vec<(State, State, &'static str)> {
        let events = if side == Side::Client { &self.client_events } else { &self.server_events };
        events
            .iter()
            .filter_map(|event| match event.kind {
                EventKind::State { from, to } => Some((from, to, event.rfc)),
                _ => None,
            })
            .collect()
    }
}
