//! A relay agent: it carries DHCP between a network without a server and servers elsewhere. RFC 1542 §4.1, RFC 3046.

use std::{
    collections::{BTreeMap, VecDeque},
    net::{Ipv4Addr, SocketAddrV4},
};

use ipnet::Ipv4Net;
use smoltcp::wire::DhcpPacket;

use super::{
    event::Event,
    message::{CLIENT_PORT, FIXED, Message, SERVER_PORT, mac_text},
    options::code,
    text,
    transmit::{Link, Transmit, cite},
};
use crate::trace::Text;

/// Sub-option 1 of option 82: where the client is attached. RFC 3046 §3.1.
const CIRCUIT_ID: u8 = 1;
/// The end of options.
const END: u8 = 255;

/// Settings of a relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The servers: each gets every request.
    pub servers: Vec<Ipv4Addr>,
    /// A request that went through more relays than this is dropped: 4. RFC 1542 §4.1.1.
    pub max_hops: u8,
    /// A client that asks for less than so many seconds is left to servers of its own network: 0. RFC 1542 §4.1.1.
    pub least_secs: u16,
    /// Whether servers are told the interface, in option 82. RFC 3046.
    pub agent_information: bool,
}

impl Config {
    /// The RFC's relay to these servers.
    pub const fn new(servers: Vec<Ipv4Addr>) -> Self {
        Self { servers, max_hops: 4, least_secs: 0, agent_information: false }
    }
}

/// One relay agent: a router's. It has no timers and remembers nothing but its interfaces; `giaddr` says it all.
#[derive(Debug, Clone)]
pub struct Relay {
    config: Config,
    interfaces: BTreeMap<u32, Ipv4Net>,
    out: VecDeque<Transmit>,
    events: VecDeque<Event>,
}

impl Relay {
    /// A relay without interfaces.
    pub const fn new(config: Config) -> Self {
        Self { config, interfaces: BTreeMap::new(), out: VecDeque::new(), events: VecDeque::new() }
    }

    /// The settings.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Relays for the clients of an interface; one that is up already gets this address.
    pub fn interface_up(&mut self, index: u32, address: Ipv4Net) {
        self.interfaces.insert(index, address);
    }

    /// Relays for them no longer.
    pub fn interface_down(&mut self, index: u32) {
        self.interfaces.remove(&index);
    }

    /// The next datagram to be sent, if there is one. Ask again until there is none.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.out.pop_front()
    }

    /// The next event, if there is one.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// A datagram for port 67 that arrived on an interface, which need not be one of a client's network.
    pub fn on_datagram(&mut self, interface: u32, from: SocketAddrV4, bytes: &[u8]) {
        match Message::parse(bytes) {
            Ok(message) if message.kind.is_reply() => self.relay_reply(from, &message, bytes),
            Ok(message) => self.relay_request(interface, from, &message, bytes),
            Err(error) => self.ignored(from, cite(text::MALFORMED, &[("error", &error)])),
        }
    }

    /// RFC 1542 §4.1.1.
    fn relay_request(&mut self, interface: u32, from: SocketAddrV4, message: &Message, bytes: &[u8]) {
        let Some(own) = self.interfaces.get(&interface).map(Ipv4Net::addr) else {
            return self.ignored(from, cite(text::INTERFACE_UNKNOWN, &[("interface", &interface)]));
        };
        if message.hops >= self.config.max_hops {
            return self.ignored(from, cite(text::TOO_MANY_HOPS, &[("hops", &message.hops)]));
        }
        if message.secs < self.config.least_secs {
            let args: [(&str, &dyn std::fmt::Display); 2] =
                [("secs", &message.secs), ("least", &self.config.least_secs)];
            return self.ignored(from, cite(text::TOO_EARLY, &args));
        }
        let first = message.giaddr.is_unspecified();
        // RFC 3046 §2.1: giaddr and option 82 are relays' to set.
        if self.is_ours(message.giaddr) || (first && message.options.get(code::RELAY_AGENT).is_some()) {
            return self.ignored(from, cite(text::SPOOFED_RELAY, &[]));
        }
        let giaddr = if first { own } else { message.giaddr };
        // RFC 3046 §2.1.1: the first relay adds it, the others leave it.
        let added = first && self.config.agent_information;
        let information = added.then(|| interface.to_string()).map(|name| agent_information(name.as_bytes()));
        let relayed = patched(bytes, message.hops + 1, giaddr, information.as_deref());
        let mac = mac_text(message.chaddr);
        for server in self.config.servers.clone() {
            let args: [(&str, &dyn std::fmt::Display); 4] =
                [("kind", &message.kind), ("mac", &mac), ("server", &server), ("giaddr", &giaddr)];
            let (note, rfc) = cite(text::RELAY_TO_SERVER, &args);
            self.out.push_back(Transmit {
                interface: None,
                from: SocketAddrV4::new(own, SERVER_PORT),
                to: SocketAddrV4::new(server, SERVER_PORT),
                link: Link::Routed,
                bytes: relayed.clone(),
                note,
                rfc,
            });
        }
    }

    /// RFC 1542 §4.1.2.
    fn relay_reply(&mut self, from: SocketAddrV4, message: &Message, bytes: &[u8]) {
        let there = self.interfaces.iter().find(|(_, net)| net.addr() == message.giaddr);
        let Some((interface, giaddr)) = there.map(|(index, net)| (*index, net.addr())) else {
            return self.ignored(from, cite(text::NOT_OUR_RELAY, &[("giaddr", &message.giaddr)]));
        };
        let (to, link) = if message.broadcast {
            (Ipv4Addr::BROADCAST, Link::Broadcast)
        } else if !message.yiaddr.is_unspecified() {
            (message.yiaddr, Link::Direct(message.chaddr))
        } else if !message.ciaddr.is_unspecified() {
            (message.ciaddr, Link::Direct(message.chaddr))
        } else {
            (Ipv4Addr::BROADCAST, Link::Broadcast)
        };
        let args: [(&str, &dyn std::fmt::Display); 3] =
            [("kind", &message.kind), ("mac", &mac_text(message.chaddr)), ("giaddr", &giaddr)];
        let (note, rfc) = cite(text::RELAY_TO_CLIENT, &args);
        self.out.push_back(Transmit {
            interface: Some(interface),
            from: SocketAddrV4::new(giaddr, SERVER_PORT),
            to: SocketAddrV4::new(to, CLIENT_PORT),
            link,
            // RFC 3046 §2.1: the client does not see what the relay added.
            bytes: without_agent_information(bytes),
            note,
            rfc,
        });
    }

    fn is_ours(&self, address: Ipv4Addr) -> bool {
        self.interfaces.values().any(|net| net.addr() == address)
    }

    fn ignored(&mut self, from: SocketAddrV4, (why, rfc): (Text, &'static str)) {
        self.events.push_back(Event::Ignored { from, why, rfc });
    }
}

/// Option 82 with the circuit's name.
fn agent_information(circuit: &[u8]) -> Vec<u8> {
    let length = u8::try_from(circuit.len()).unwrap_or(u8::MAX);
    [&[code::RELAY_AGENT, length.saturating_add(2), CIRCUIT_ID, length], circuit].concat()
}

/// The same message with other `hops` and `giaddr`, and an option more at its end. All else stays as it came, what we
/// do not understand too: `sname`, `file`, unknown options.
fn patched(bytes: &[u8], hops: u8, giaddr: Ipv4Addr, option: Option<&[u8]>) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut packet = DhcpPacket::new_unchecked(&mut bytes[..]);
    packet.set_hops(hops);
    packet.set_relay_agent_ip(giaddr);
    let Some((fixed, options)) = bytes.split_at_checked(FIXED) else { return bytes };
    let Some(option) = option else { return bytes };
    let (pieces, _) = pieces(options);
    let mut longer = [fixed, &pieces.concat(), option, &[END]].concat();
    longer.resize(longer.len().max(bytes.len()), 0);
    longer
}

/// The same message without option 82; nothing else changes.
fn without_agent_information(bytes: &[u8]) -> Vec<u8> {
    let Some((fixed, options)) = bytes.split_at_checked(FIXED) else { return bytes.to_vec() };
    let (mut pieces, rest) = pieces(options);
    pieces.retain(|piece| piece.first() != Some(&code::RELAY_AGENT));
    let mut shorter = [fixed, &pieces.concat(), rest].concat();
    shorter.resize(bytes.len(), 0);
    shorter
}

/// Options and padding one by one as they stand, and what begins with the end mark or is cut off.
fn pieces(options: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    let (mut pieces, mut rest) = (Vec::new(), options);
    loop {
        let length = match rest {
            [] | [END, ..] => return (pieces, rest),
            [0, ..] => 1,
            [_, length, ..] => 2 + usize::from(*length),
            [_] => return (pieces, rest),
        };
        let Some((piece, after)) = rest.split_at_checked(length) else { return (pieces, rest) };
        pieces.push(piece);
        rest = after;
    }
}
