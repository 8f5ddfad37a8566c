//! A host or router: one [`Stack`], UDP and TCP sockets with the programs behind them.
//!
//! Not for: what a machine does with packets that are not for its sockets, which is the stack's.
//!
//! * [`net`]: between the stack and the sockets. · [`tcp`], [`connection`]: TCP sockets. · [`udp`]. · [`ping`].
//! * [`nat`], [`rip`]: what a router does besides forwarding.
//! * [`calls`]: how a program's calls are recorded. · [`tables`]: what can be seen of the machine's memory.

mod calls;
mod connection;
mod listening;
mod nat;
mod net;
mod ping;
mod rip;
mod tables;
mod tcp;
mod terminal;
mod udp;

use std::{collections::VecDeque, net::Ipv4Addr};

use self::{
    calls::Descriptors,
    nat::Translation,
    ping::Icmp,
    rip::Routing,
    tcp::TcpSockets,
    udp::{How, Options, UdpSockets},
};
use super::{
    device::{Device, Outbox},
    scenario::{Condition, Detail, HostSpec, Verb},
    text,
};
use crate::{
    nat::{Direction, Nat},
    rip::Speaker,
    stack::{self, Interface, Received, Stack, route::Route},
    tcp::{Config, Reports},
    trace::{Text, Time},
};

pub use connection::Connection;
pub use terminal::{Printed, Terminal};

/// A machine and all it knows.
#[derive(Debug)]
pub struct Host {
    name: String,
    detail: Detail,
    stack: Stack,
    /// What the machine has sent to itself, and when it arrives.
    loopback: VecDeque<(Time, Received)>,
    /// Room for what the stack does, kept so that it need not be made anew for each packet.
    scratch: Vec<stack::Output>,
    icmp: Icmp,
    udp: UdpSockets,
    tcp: TcpSockets,
    descriptors: Descriptors,
    terminal: Terminal,
    nat: Option<Translation>,
    rip: Option<Routing>,
}

impl Host {
    /// A machine by its specification and its number among all machines; `key` makes what is random in its TCP. A router
    /// sends packets for others on. None where the specification does not go together.
    pub(super) fn new(
        spec: &HostSpec,
        number: usize,
        key: u64,
        (detail, router): (Detail, bool),
    ) -> Option<Self> {
        let mut config: Config = spec.tcp.config(key);
        // What would not be recorded need not be put into words.
        let reports = if detail == Detail::Full { Reports::All } else { Reports::Milestones };
        config.reports = reports;
        let stack = stack_of(spec, number, router)?;
        let nat = match &spec.nat {
            Some(nat) => Some(Translation::new(nat, stack.interfaces(), key)?),
            None => None,
        };
        let rip = spec.rip.as_ref().map(|rip| Routing::new(rip, &stack, key));
        Some(Self {
            name: spec.name.clone(),
            detail,
            stack,
            nat,
            rip,
            loopback: VecDeque::new(),
            scratch: Vec::new(),
            icmp: Icmp::default(),
            udp: UdpSockets::default(),
            tcp: TcpSockets::new(config),
            descriptors: Descriptors::default(),
            terminal: Terminal::default(),
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its interfaces, ARP cache, routes, fragments and path MTUs.
    pub const fn stack(&self) -> &Stack {
        &self.stack
    }

    /// Its translation of addresses, if it is a router that does that.
    pub fn nat(&self) -> Option<&Nat> {
        self.nat.as_ref().map(Translation::nat)
    }

    /// Its RIP, if it speaks it.
    pub fn rip(&self) -> Option<&Speaker> {
        self.rip.as_ref().map(|routing| &routing.speaker)
    }

    /// What a socket is bound to unless the script says more: the machine's address; any, where it has several or none.
    fn usual_address(&self) -> Ipv4Addr {
        let mut addresses = self.stack.interfaces().iter().flat_map(|card| &card.addresses);
        match (addresses.next(), addresses.next()) {
            (Some(only), None) => only.addr(),
            _ => Ipv4Addr::UNSPECIFIED,
        }
    }

    /// The TCP connection whose socket has this name in the script, dead or alive; the newest if there were several.
    pub fn connection(&self, socket: &str) -> Option<&Connection> {
        self.tcp.connection(socket)
    }

    /// All TCP connections that a program has or had, in the order in which it got them.
    pub fn connections(&self) -> impl Iterator<Item = &Connection> {
        self.tcp.connections()
    }

    /// What is there from the beginning.
    pub(super) fn boot(&mut self, neighbours: &[(Ipv4Addr, [u8; 6])], out: &mut Outbox) {
        self.with_stack(Time::ZERO, out, |stack, outputs| {
            outputs.extend(stack.rows(&text::AT_BOOT.text()));
            for (number, card) in stack.interfaces().to_vec().iter().enumerate() {
                let near = |address: &Ipv4Addr| card.addresses.iter().any(|own| own.contains(address));
                for (address, mac) in neighbours.iter().filter(|(address, _)| near(address)) {
                    if !stack.is_local(*address) {
                        stack.neighbours_mut().set_permanent(Time::ZERO, (number, *address), *mac, outputs);
                    }
                }
            }
        });
        if let Some(nat) = &mut self.nat {
            nat.tell(&self.name, out);
        }
        if self.rip.is_some() {
            for port in 0..self.stack.interfaces().len() {
                self.rip_up(Time::ZERO, port, out);
            }
        }
    }

    /// Does what the script says; `to` is the address and port that a verb names.
    pub(super) fn act(
        &mut self,
        now: Time,
        socket: &str,
        verb: &Verb,
        to: Option<(Ipv4Addr, u16)>,
        out: &mut Outbox,
    ) {
        let known = match (verb, to) {
            (Verb::Listen { port, backlog, reuse_address, app, recv }, _) => {
                self.tcp_listen(now, socket, (*port, *backlog, *reuse_address), (*app, *recv), out);
                true
            }
            (Verb::Connect { port, app, recv, .. }, Some(to)) => {
                self.tcp_connect(now, socket, to, *port, (*app, *recv), out);
                true
            }
            (Verb::Send { bytes, text }, _) => {
                let data = payload(*bytes, text.as_deref());
                self.udp_send_connected(now, socket, &data, out) || self.tcp_send(now, socket, data)
            }
            (Verb::Recv { bytes }, _) => self.tcp_recv(now, socket, *bytes),
            (Verb::Shutdown, _) => self.tcp_shutdown(socket),
            (Verb::Close, _) => self.tcp_close(socket, out) || self.udp_close(now, socket, out),
            (Verb::Abort, _) => self.tcp_abort(socket, out),
            (Verb::UdpBind { port, address, broadcast, reuse_address, app }, _) => {
                let local = (address.unwrap_or(Ipv4Addr::UNSPECIFIED), *port);
                let options = Options { broadcast: *broadcast, reuse: *reuse_address };
                self.udp_bind(now, socket, local, options, *app, out);
                true
            }
            (Verb::UdpConnect { .. }, Some(to)) => {
                self.udp_connect(now, socket, to, out);
                true
            }
            (Verb::UdpSend { bytes, text, ttl, dont_fragment, .. }, Some(to)) => {
                let how = How { ttl: *ttl, dont_fragment: *dont_fragment };
                self.udp_send(now, socket, to, how, &payload(*bytes, text.as_deref()), out);
                true
            }
            (Verb::Join { group, interface }, _) => {
                self.udp_member(now, socket, (*group, interface.as_deref()), true, out)
            }
            (Verb::Leave { group, interface }, _) => {
                self.udp_member(now, socket, (*group, interface.as_deref()), false, out)
            }
            (Verb::Command { line }, _) => {
                self.command(now, line, out);
                true
            }
            (Verb::Interrupt, _) => {
                self.interrupt(now, out);
                true
            }
            (Verb::Ping { .. }, Some((to, _))) => {
                self.ping(now, to, out);
                true
            }
            // Done to a link, or to nobody: the scenario was checked for both.
            (
                Verb::Connect { .. }
                | Verb::UdpSend { .. }
                | Verb::UdpConnect { .. }
                | Verb::Ping { .. }
                | Verb::Cut
                | Verb::Restore
                | Verb::AddRule { .. },
                _,
            ) => true,
        };
        if !known {
            let text = text::NO_SOCKET.with(&[("action", &verb.name()), ("socket", &socket)]);
            out.note(&self.name, text);
        }
        self.settle(now, out);
    }

    /// Whether a condition has come true for a socket.
    pub(super) fn holds(&self, socket: &str, condition: Condition) -> bool {
        match condition {
            Condition::Datagrams(count) => self.udp.received(socket).is_some_and(|(got, _)| got >= count),
            Condition::Received(bytes) => {
                let tcp = self.connection(socket).is_some_and(|it| it.received().len() as u64 >= bytes);
                tcp || self.udp.received(socket).is_some_and(|(_, got)| got >= bytes)
            }
            Condition::State(state) => self.tcp.has_been(socket, state),
            Condition::PeerClosed => self.connection(socket).is_some_and(Connection::saw_end),
        }
    }

    /// Lets everything go on that can: segments out, programs, tables.
    fn settle(&mut self, now: Time, out: &mut Outbox) {
        self.tcp_settle(now, out);
        if self.detail == Detail::Full {
            self.show_tables(out);
        }
    }
}

impl Device for Host {
    fn refuses(&self, port: usize, bytes: &[u8]) -> Option<Text> {
        self.stack.refuses(port, bytes).or_else(|| self.refuses_transport(bytes))
    }

    fn on_frame(&mut self, now: Time, port: usize, bytes: &[u8], out: &mut Outbox) {
        if let Some(counters) = self.terminal.counters_mut(port) {
            counters.rx_packets += 1;
            counters.rx_bytes += bytes.len() as u64;
        }
        if let Some(nat) = &mut self.nat {
            let mut bytes = bytes.to_vec();
            if nat.frame(now, &self.name, (port, Direction::In), &mut bytes, out) {
                self.take_in(now, out, |stack, outputs| stack.on_frame(now, port, &bytes, outputs));
            }
        } else {
            self.take_in(now, out, |stack, outputs| stack.on_frame(now, port, bytes, outputs));
        }
        self.settle(now, out);
    }

    fn on_timer(&mut self, now: Time, out: &mut Outbox) {
        self.take_in(now, out, |stack, outputs| stack.on_timer(now, outputs));
        self.on_loopback(now, out);
        self.tcp_timer(now);
        self.terminal_timer(now, out);
        self.rip_timer(now, out);
        if let Some(nat) = &mut self.nat {
            nat.on_timer(now, &self.name, out);
        }
        self.settle(now, out);
    }

    fn next_timer(&self) -> Option<Time> {
        let loopback = self.loopback.front().map(|(at, _)| *at);
        let terminal = self.terminal.next_timer();
        let nat = self.nat.as_ref().and_then(Translation::next_timer);
        let rip = self.rip.as_ref().and_then(|routing| routing.speaker.poll_timeout());
        [self.stack.next_timer(), loopback, self.tcp.next_timer(), terminal, nat, rip]
            .into_iter()
            .flatten()
            .min()
    }

    fn on_carrier(&mut self, now: Time, port: usize, up: bool, out: &mut Outbox) {
        if up {
            self.rip_up(now, port, out);
        } else {
            self.rip_down(now, port, out);
        }
    }
}

/// The machine's network side, as its specification has it.
fn stack_of(spec: &HostSpec, number: usize, router: bool) -> Option<Stack> {
    let mut stack = Stack::new(stack::Config { forwarding: router, ..stack::Config::default() });
    for (card, mac) in spec.interfaces().zip(spec.macs(number)?) {
        stack.add_interface(Interface { mtu: card.mtu, ..Interface::new(card.name, mac.0, card.addresses) });
    }
    let by = |stack: &Stack, router: Ipv4Addr| {
        let near = |card: &Interface| card.addresses.iter().any(|own| own.contains(&router));
        stack.interfaces().iter().position(near)
    };
    if let Some(gateway) = spec.gateway {
        let route = Route::via(ipnet::Ipv4Net::default(), gateway, by(&stack, gateway)?);
        stack.routes_mut().add(route);
    }
    for one in &spec.routes {
        let named = |card: &Interface| one.interface.as_ref().is_some_and(|name| *name == card.name);
        let named = stack.interfaces().iter().position(named);
        let interface = named.or_else(|| by(&stack, one.via?))?;
        let route = Route::via(one.to, one.via.unwrap_or(Ipv4Addr::UNSPECIFIED), interface);
        stack.routes_mut().add(Route { via: one.via, metric: one.metric, ..route });
    }
    Some(stack)
}

/// What is sent: a text, or a pattern of printable characters in which no stretch repeats soon, so that a byte out of
/// place is seen.
fn payload(bytes: Option<u32>, text: Option<&str>) -> Vec<u8> {
    match (bytes, text) {
        (_, Some(text)) => text.as_bytes().to_vec(),
        (Some(count), None) => pattern(count as usize),
        (None, None) => Vec::new(),
    }
}

/// The printable characters over and over, each round begun one further.
fn pattern(count: usize) -> Vec<u8> {
    const ROUND: usize = 94;
    let printable = b'!'..=b'~';
    let twice: Vec<u8> = printable.clone().chain(printable).collect();
    let mut bytes = Vec::with_capacity(count + ROUND);
    for begin in (0..ROUND).cycle() {
        if bytes.len() >= count {
            break;
        }
        bytes.extend_from_slice(twice.get(begin..begin + ROUND).unwrap_or_default());
    }
    bytes.truncate(count);
    bytes
}
