//! A client and a server on a link that loses, doubles and reorders, in virtual time.

use std::{cmp::Reverse, collections::BinaryHeap, net::SocketAddr};

use firsthop_protocol::{
    tftp::{Bytes, Config, Event, Limits, Opened, Packet, Sink, Timeout, Transfer},
    trace::Time,
};
use rand_core::{RngCore, SeedableRng};
use rand_pcg::Pcg32;

pub fn well_known() -> SocketAddr {
    "10.0.0.2:69".parse().unwrap()
}
pub fn server_tid() -> SocketAddr {
    "10.0.0.2:3000".parse().unwrap()
}
pub fn client_tid() -> SocketAddr {
    "10.0.0.1:2000".parse().unwrap()
}

/// What the link does, in per cent of datagrams.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weather {
    pub loss: u32,
    pub double: u32,
    pub reorder: u32,
}

pub const PATIENT: Config = Config {
    timeout: Timeout::Adaptive { initial: 1_000_000, min: 100_000, max: 2_000_000 },
    retries: 60,
    dally: 300_000_000,
    copies: 20_000,
    first_patience: None,
    patience: None,
    answer_duplicate_acks: false,
};

/// What the server has for the request.
pub enum Has {
    File(Vec<u8>),
    Room(Box<dyn Sink>),
}

pub struct Run {
    pub client: Transfer,
    pub server: Option<Transfer>,
    pub client_events: Vec<Event>,
    pub server_events: Vec<Event>,
    /// Every datagram put on the link: from the client?, bytes.
    pub sent: Vec<(bool, Vec<u8>)>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Flight {
    at: u64,
    order: u64,
    to_server: bool,
    to_port: u16,
    bytes: Vec<u8>,
}

struct Link {
    rng: Pcg32,
    weather: Weather,
    flights: BinaryHeap<Reverse<Flight>>,
    order: u64,
    sent: Vec<(bool, Vec<u8>)>,
}

impl Link {
    fn percent(&mut self, chance: u32) -> bool {
        chance > 0 && self.rng.next_u32() % 100 < chance
    }

    fn put(&mut self, now: Time, to_server: bool, to: SocketAddr, bytes: &[u8]) {
        self.sent.push((to_server, bytes.to_vec()));
        if self.percent(self.weather.loss) {
            return;
        }
        let copies = if self.percent(self.weather.double) { 2 } else { 1 };
        for _ in 0..copies {
            self.order += 1;
            let late =
                if self.percent(self.weather.reorder) { u64::from(self.rng.next_u32() % 30_000) } else { 0 };
            self.flights.push(Reverse(Flight {
                at: now.micros() + 5_000 + late,
                order: self.order,
                to_server,
                to_port: to.port(),
                bytes: bytes.to_vec(),
            }));
        }
    }
}

/// Runs until both ends are over or an hour has passed, or `limit` datagrams were sent.
pub fn run(client: Transfer, has: Has, limits: Limits, config: Config, weather: Weather, seed: u64) -> Run {
    run_limited(client, has, limits, config, weather, seed, usize::MAX)
}

pub fn run_limited(
    mut client: Transfer,
    has: Has,
    limits: Limits,
    config: Config,
    weather: Weather,
    seed: u64,
    limit: usize,
) -> Run {
    let mut link = Link {
        rng: Pcg32::seed_from_u64(seed),
        weather,
        flights: BinaryHeap::new(),
        order: 0,
        sent: Vec::new(),
    };
    let mut has = Some(has);
    let mut server: Option<Transfer> = None;
    let (mut client_events, mut server_events) = (Vec::new(), Vec::new());
    let mut now = Time::ZERO;
    loop {
        while let Some(packet) = client.poll_transmit(now) {
            link.put(now, true, packet.to, packet.bytes);
        }
        while let Some(event) = client.poll_event() {
            client_events.push(event);
        }
        if let Some(server) = &mut server {
            while let Some(packet) = server.poll_transmit(now) {
                assert_eq!(packet.to, client_tid());
                link.put(now, false, packet.to, packet.bytes);
            }
            while let Some(event) = server.poll_event() {
                server_events.push(event);
            }
        }
        // A side that dallies waits for the other, no longer.
        let finished = |transfer: &Transfer| transfer.is_complete() || transfer.is_over();
        let over = finished(&client) && server.as_ref().is_none_or(finished);
        if over || now > Time::from_secs(3600) || link.sent.len() >= limit {
            break;
        }
        let arrival = link.flights.peek().map(|Reverse(flight)| Time(flight.at));
        let timers = [client.poll_timeout(), server.as_ref().and_then(Transfer::poll_timeout), arrival];
        let Some(next) = timers.into_iter().flatten().min() else { break };
        now = now.max(next);
        if arrival.is_some_and(|arrival| arrival <= now) {
            let Reverse(flight) = link.flights.pop().unwrap();
            if !flight.to_server {
                client.on_datagram(now, server_tid(), &flight.bytes);
            } else if flight.to_port == server_tid().port() {
                if let Some(server) = &mut server {
                    server.on_datagram(now, client_tid(), &flight.bytes);
                }
            } else if let Some(has) = has.take() {
                // A second RRQ from the same TID would be the same transfer: the program drops it.
                let Ok(Packet::Request(request)) = Packet::parse(&flight.bytes) else {
                    panic!("not a request at the well-known port")
                };
                server = Some(Transfer::serve(config, &limits, client_tid(), &request, |_| {
                    Ok(match has {
                        Has::File(bytes) => Opened::Read(Box::new(Bytes::new(bytes))),
                        Has::Room(sink) => Opened::Write(sink),
                    })
                }));
            }
        } else {
            client.on_timeout(now);
            if let Some(server) = &mut server {
                server.on_timeout(now);
            }
        }
    }
    Run { client, server, client_events, server_events, sent: link.sent }
}
