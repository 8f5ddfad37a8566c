//! Clients and servers on one cable that loses nothing and takes no time; virtual time.

use std::net::{Ipv4Addr, SocketAddrV4};

use firsthop_protocol::{
    dhcp::{Action, Client, Event, Kind, Link, Message, Server, Subnet, client, server},
    trace::Time,
};

pub const SECOND: u64 = 1_000_000;

pub fn mac(last: u8) -> [u8; 6] {
    [2, 0, 0, 0, 0, last]
}

pub fn address(text: &str) -> Ipv4Addr {
    text.parse().unwrap()
}

/// 10.0.0.100 to 10.0.0.(100 + count - 1), router .254.
pub fn subnet(count: u8) -> Subnet {
    let last = Ipv4Addr::new(10, 0, 0, 99 + count);
    Subnet {
        routers: vec![address("10.0.0.254")],
        dns: vec![address("10.0.0.53"), address("10.0.0.54")],
        domain: Some("example.net".to_owned()),
        ..Subnet::new("10.0.0.0/24".parse().unwrap(), address("10.0.0.100"), last)
    }
}

/// A server of `subnet` at 10.0.0.`host`.
pub fn server(host: u8, config: server::Config) -> Server {
    let mut server = Server::new(config).unwrap();
    server.interface_up(1, format!("10.0.0.{host}/24").parse().unwrap()).unwrap();
    server
}

pub fn client(last: u8) -> Client {
    Client::new(client::Config::prompt(mac(last)), u64::from(last))
}

/// What went over the cable, and what became of it.
#[derive(Default)]
pub struct Lan {
    pub now: Time,
    pub clients: Vec<Client>,
    pub servers: Vec<Server>,
    /// Servers that hear and say nothing.
    pub cut: bool,
    /// Addresses that somebody else answers for.
    pub taken: Vec<Ipv4Addr>,
    /// When, who sent, what, to whom.
    pub sent: Vec<(Time, SocketAddrV4, Message, SocketAddrV4)>,
    pub actions: Vec<Action>,
    pub events: Vec<Event>,
}

impl Lan {
    pub fn new(clients: Vec<Client>, servers: Vec<Server>) -> Self {
        Self { clients, servers, ..Self::default() }
    }

    /// Lets pass what is due now.
    pub fn settle(&mut self) {
        for client in &mut self.clients {
            client.on_timeout(self.now);
        }
        for server in &mut self.servers {
            server.on_timeout(self.now);
        }
        loop {
            let mut quiet = true;
            for index in 0..self.clients.len() {
                while let Some(sent) = self.clients[index].poll_transmit() {
                    quiet = false;
                    let message = Message::parse(&sent.bytes).unwrap();
                    self.sent.push((self.now, sent.from, message, sent.to));
                    for server in &mut self.servers {
                        let net = server.config().subnets[0].network;
                        let hears = sent.link == Link::Broadcast || net.contains(sent.to.ip());
                        if hears && !self.cut {
                            server.on_datagram(self.now, 1, sent.from, *sent.to.ip(), &sent.bytes);
                        }
                    }
                }
                while let Some(action) = self.clients[index].poll_action() {
                    quiet = false;
                    if let Action::Check { address } = action
                        && self.taken.contains(&address)
                    {
                        self.clients[index].on_conflict(self.now, address, mac(0xee));
                    }
                    self.actions.push(action);
                }
                while let Some(event) = self.clients[index].poll_event() {
                    self.events.push(event);
                }
            }
            for server in &mut self.servers {
                while let Some(sent) = server.poll_transmit() {
                    quiet = false;
                    let message = Message::parse(&sent.bytes).unwrap();
                    self.sent.push((self.now, sent.from, message, sent.to));
                    for client in &mut self.clients {
                        let hears = sent.link == Link::Broadcast
                            || sent.link == Link::Direct(client.config().mac)
                            || client.lease().is_some_and(|lease| lease.address.addr() == *sent.to.ip());
                        if hears && !self.cut {
                            client.on_datagram(self.now, sent.from, &sent.bytes);
                        }
                    }
                }
                while let Some(probe) = server.poll_probe() {
                    quiet = false;
                    if self.taken.contains(&probe.address) {
                        server.in_use(self.now, probe.address);
                    }
                }
                while let Some(event) = server.poll_event() {
                    self.events.push(event);
                }
            }
            if quiet {
                return;
            }
        }
    }

    /// Time goes on, from timer to timer.
    pub fn run_until(&mut self, end: Time) {
        self.settle();
        loop {
            let clients = self.clients.iter().filter_map(Client::poll_timeout);
            let next = clients.chain(self.servers.iter().filter_map(Server::poll_timeout)).min();
            match next {
                Some(next) if next <= end => self.now = self.now.max(next),
                _ => break,
            }
            self.settle();
        }
        self.now = end;
    }

    pub fn run(&mut self, seconds: u64) {
        self.run_until(self.now.plus(seconds * SECOND));
    }

    /// The kinds of what was sent, in order.
    pub fn kinds(&self) -> Vec<Kind> {
        self.sent.iter().map(|(_, _, message, _)| message.kind).collect()
    }

    /// When messages of a kind were sent, in seconds.
    pub fn times(&self, kind: Kind) -> Vec<f64> {
        let sent = self.sent.iter().filter(|(_, _, message, _)| message.kind == kind);
        sent.map(|(time, ..)| time.micros() as f64 / 1e6).collect()
    }

    pub fn last(&self, kind: Kind) -> &(Time, SocketAddrV4, Message, SocketAddrV4) {
        self.sent.iter().rev().find(|(_, _, message, _)| message.kind == kind).unwrap()
    }

    /// Identifiers of what was said.
    pub fn said(&self) -> Vec<&str> {
        let why = |event| match event {
            &Event::State { ref why, .. }
            | &Event::Lease { ref why, .. }
            | &Event::Ignored { ref why, .. }
            | &Event::Note { ref why, .. } => why.id.as_str(),
        };
        self.events.iter().map(why).collect()
    }
}
