//! A machine with one interface: ARP, IPv4, ICMP echo, UDP and TCP sockets with the programs behind them.
//!
//! Not for: forwarding, several interfaces, fragments, ICMP errors other than "port unreachable".
//!
//! * [`arp`]: who has which MAC address. · [`frames`]: which frames are taken. · [`ip`]: packets out.
//! * [`tcp`], [`connection`]: TCP sockets. · [`udp`], [`icmp`].
//! * [`calls`]: how a program's calls are recorded. · [`tables`]: what can be seen of the machine's memory.

mod arp;
mod calls;
mod connection;
mod frames;
mod icmp;
mod ip;
mod listening;
mod tables;
mod tcp;
mod udp;

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use smoltcp::wire::EthernetAddress;

use self::{arp::Arp, calls::Descriptors, frames::Packet, icmp::Icmp, tcp::TcpSockets, udp::UdpSockets};
use super::{
    device::{Device, Outbox},
    scenario::{Condition, Detail, HostSpec, Verb},
    text,
};
use crate::{
    tcp::{Config, Reports},
    trace::{Text, Time},
};

pub use connection::Connection;

/// A machine and all it knows.
#[derive(Debug)]
pub struct Host {
    name: String,
    mac: EthernetAddress,
    address: Ipv4Net,
    detail: Detail,
    /// The next IPv4 identification.
    ident: u16,
    arp: Arp,
    icmp: Icmp,
    udp: UdpSockets,
    tcp: TcpSockets,
    descriptors: Descriptors,
}

impl Host {
    /// A machine by its specification and its number among all machines; `key` makes what is random in its TCP. None where
    /// the specification does not go together.
    pub(super) fn new(spec: &HostSpec, number: usize, key: u64, detail: Detail) -> Option<Self> {
        let mac = *spec.macs(number)?.first()?;
        let mut config: Config = spec.tcp.config(key);
        // What would not be recorded need not be put into words.
        let reports = if detail == Detail::Full { Reports::All } else { Reports::Milestones };
        config.reports = reports;
        let address = spec.interfaces().next()?.addresses.first().copied().unwrap_or_default();
        Some(Self {
            name: spec.name.clone(),
            mac,
            address,
            detail,
            ident: 1,
            arp: Arp::default(),
            icmp: Icmp::default(),
            udp: UdpSockets::default(),
            tcp: TcpSockets::new(config),
            descriptors: Descriptors::default(),
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its MAC address.
    pub const fn mac(&self) -> [u8; 6] {
        self.mac.0
    }

    /// Its address and its network's prefix.
    pub const fn address(&self) -> Ipv4Net {
        self.address
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
        out.log(self.interface_row());
        for (address, mac) in neighbours {
            if *address != self.address.addr() {
                self.arp_set_static(*address, EthernetAddress(*mac), out);
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
            (Verb::Send { bytes, text }, _) => self.tcp_send(now, socket, payload(*bytes, text.as_deref())),
            (Verb::Recv { bytes }, _) => self.tcp_recv(now, socket, *bytes),
            (Verb::Shutdown, _) => self.tcp_shutdown(socket),
            (Verb::Close, _) => self.tcp_close(socket, out) || self.udp_close(socket, out),
            (Verb::Abort, _) => self.tcp_abort(socket, out),
            (Verb::UdpBind { port, app }, _) => {
                self.udp_bind(now, socket, *port, *app, out);
                true
            }
            (Verb::UdpSend { bytes, text, .. }, Some(to)) => {
                self.udp_send(now, socket, to, &payload(*bytes, text.as_deref()), out);
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
    fn refuses(&self, _port: usize, bytes: &[u8]) -> Option<Text> {
        self.read(bytes).err()
    }

    fn on_frame(&mut self, now: Time, _port: usize, bytes: &[u8], out: &mut Outbox) {
        match self.read(bytes) {
            Ok(Packet::Arp(arp)) => self.arp_input(now, &arp, out),
            Ok(Packet::Icmp { from, message }) => self.icmp_input(now, from, &message, out),
            Ok(Packet::Udp { from, to, payload }) => self.udp_input(now, from, to, bytes, payload, out),
            Ok(Packet::Tcp { from, to, segment }) => self.tcp_input(now, from, to, &segment, out),
            // Said when the frame left its sender.
            Err(_) => return,
        }
        self.settle(now, out);
    }

    fn on_timer(&mut self, now: Time, out: &mut Outbox) {
        self.arp_timer(now, out);
        self.tcp_timer(now);
        self.settle(now, out);
    }

    fn next_timer(&self) -> Option<Time> {
        [self.arp.next_timer(), self.tcp.next_timer()].into_iter().flatten().min()
    }
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
