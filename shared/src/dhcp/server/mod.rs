//! A DHCP server: networks, leases, answers. RFC 2131 §4.3.

pub mod config;
pub mod lease;
mod reply;
mod request;

use std::{
    collections::{BTreeMap, VecDeque},
    net::{Ipv4Addr, SocketAddrV4},
};

use ipnet::Ipv4Net;

pub use config::{Config, ConfigError, Subnet};
pub use lease::{Lease, LeaseState};

use super::{
    event::Event,
    message::{Kind, Message, mac_text},
    text,
    transmit::{Transmit, cite},
};
use crate::trace::{Text, Time};
use lease::Table;

/// An address that is to be tried: ICMP echo or ARP, and [`Server::in_use`] if anybody answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// Where the client is, or the interface that leads to its relay.
    pub interface: u32,
    /// The address.
    pub address: Ipv4Addr,
}

/// Where a message came from, and which network it is about.
#[derive(Debug, Clone)]
struct Context {
    now: Time,
    interface: u32,
    /// The interface's address: our server identifier for this client.
    own: Ipv4Addr,
    from: SocketAddrV4,
    /// Its place in the configuration.
    subnet: usize,
}

/// One DHCP server.
///
/// Interfaces, datagrams and the time go in; datagrams, probes, the next deadline and events come out. After each call
/// take what there is from [`poll_transmit`](Self::poll_transmit), [`poll_probe`](Self::poll_probe) and
/// [`poll_event`](Self::poll_event), then wait until [`poll_timeout`](Self::poll_timeout). The example of
/// [the module](super) lets a client get an address from it.
#[derive(Debug, Clone)]
pub struct Server {
    config: Config,
    interfaces: BTreeMap<u32, Ipv4Net>,
    leases: Table,
    /// Whose address is being probed, and what they asked.
    waiting: BTreeMap<Ipv4Addr, (Context, Message, (Text, &'static str))>,
    out: VecDeque<Transmit>,
    probes: VecDeque<Probe>,
    events: VecDeque<Event>,
}

impl Server {
    /// A server without interfaces.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {
            config,
            interfaces: BTreeMap::new(),
            leases: Table::default(),
            waiting: BTreeMap::new(),
            out: VecDeque::new(),
            probes: VecDeque::new(),
            events: VecDeque::new(),
        })
    }

    /// The settings.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Serves on an interface. Its address is the server identifier for the clients there.
    pub fn interface_up(&mut self, index: u32, address: Ipv4Net) -> Result<(), ConfigError> {
        if self.interfaces.contains_key(&index) {
            return Err(ConfigError::Taken { index });
        }
        self.interfaces.insert(index, address);
        Ok(())
    }

    /// Serves there no longer; leases stay.
    pub fn interface_down(&mut self, index: u32) {
        self.interfaces.remove(&index);
    }

    /// The lease table as it is now, by address.
    pub fn leases(&self) -> impl Iterator<Item = &Lease> {
        self.leases.0.values()
    }

    /// The lease of exactly this address.
    pub fn lease(&self, address: Ipv4Addr) -> Option<&Lease> {
        self.leases.0.get(&address)
    }

    /// The next datagram to be sent, if there is one. Ask again until there is none.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.out.pop_front()
    }

    /// The next address to be tried; only with [`Config::probe`].
    pub fn poll_probe(&mut self) -> Option<Probe> {
        self.probes.pop_front()
    }

    /// The next event, if there is one.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When [`on_timeout`](Self::on_timeout) is to be called next.
    pub fn poll_timeout(&self) -> Option<Time> {
        self.leases.deadline()
    }

    /// A datagram for port 67 that arrived on an interface from `from`, sent to the address `to`.
    pub fn on_datagram(&mut self, now: Time, interface: u32, from: SocketAddrV4, to: Ipv4Addr, bytes: &[u8]) {
        let message = match Message::parse(bytes) {
            Ok(message) => message,
            Err(error) => return self.ignored(from, cite(text::MALFORMED, &[("error", &error)])),
        };
        if message.kind.is_reply() {
            return self.ignored(from, cite(text::NOT_FOR_SERVER, &[("kind", &message.kind)]));
        }
        let Some(net) = self.interfaces.get(&interface).copied() else {
            return self.ignored(from, cite(text::INTERFACE_UNKNOWN, &[("interface", &interface)]));
        };
        // RFC 2131 §4.3.1: the relay's address says where the client is. One that renews comes through routers instead.
        let broadcast = to == Ipv4Addr::BROADCAST || to == net.broadcast();
        let place = if !message.giaddr.is_unspecified() {
            message.giaddr
        } else if !broadcast && !message.ciaddr.is_unspecified() {
            message.ciaddr
        } else {
            net.addr()
        };
        let Some(subnet) = self.config.subnets.iter().position(|subnet| subnet.network.contains(&place))
        else {
            return self.ignored(from, cite(text::NO_SUBNET, &[("address", &place)]));
        };
        let context = Context { now, interface, own: net.addr(), from, subnet };
        match message.kind {
            Kind::Discover => self.discover(&context, message),
            Kind::Request => self.request(&context, &message),
            Kind::Decline => self.decline(&context, &message),
            Kind::Release => self.release(&context, &message),
            Kind::Inform => self.inform(&context, &message),
            Kind::Offer | Kind::Ack | Kind::Nak => {}
        }
    }

    /// Somebody answers for an address that is being tried: it is offered to nobody, the client gets another one.
    pub fn in_use(&mut self, now: Time, address: Ipv4Addr) {
        let Some((context, message, _)) = self.waiting.remove(&address) else { return };
        let hold = self.config.decline_hold;
        let cause = cite(text::ANSWERED, &[("seconds", &(hold / 1_000_000))]);
        self.change(address, LeaseState::Declined, now, Some(now.plus(hold)), cause);
        self.discover(&Context { now, ..context }, message);
    }

    /// Does whatever is due at `now`.
    pub fn on_timeout(&mut self, now: Time) {
        let due: Vec<Lease> = self
            .leases
            .0
            .values()
            .filter(|lease| lease.until.is_some_and(|until| until <= now))
            .cloned()
            .collect();
        for lease in due {
            let mac = mac_text(lease.mac);
            match lease.state {
                LeaseState::Probing => self.probed(now, &lease),
                LeaseState::Bound => {
                    let cause = cite(text::EXPIRED, &[("mac", &mac)]);
                    self.change(lease.address, LeaseState::Expired, now, None, cause);
                }
                LeaseState::Offered => self.forget(lease.address, cite(text::OFFER_LAPSED, &[("mac", &mac)])),
                LeaseState::Declined => self.forget(lease.address, cite(text::AVAILABLE, &[])),
                LeaseState::Released | LeaseState::Expired => {}
            }
        }
    }

    /// Nobody answered for the address: it is offered.
    fn probed(&mut self, now: Time, lease: &Lease) {
        match self.waiting.remove(&lease.address) {
            Some((context, message, cause)) => {
                self.offer(&Context { now, ..context }, &message, lease.address, cause);
            }
            None => self.forget(lease.address, cite(text::AVAILABLE, &[])),
        }
    }

    fn ignored(&mut self, from: SocketAddrV4, (why, rfc): (Text, &'static str)) {
        self.events.push_back(Event::Ignored { from, why, rfc });
    }

    /// Puts a row in the table and tells of it.
    fn store(&mut self, lease: Lease, (why, rfc): (Text, &'static str)) {
        let address = lease.address;
        self.leases.0.insert(address, lease.clone());
        self.events.push_back(Event::Lease { address, lease: Some(lease), why, rfc });
    }

    /// A row goes on in another state.
    fn change(
        &mut self,
        address: Ipv4Addr,
        state: LeaseState,
        since: Time,
        until: Option<Time>,
        cause: (Text, &'static str),
    ) {
        if let Some(lease) = self.leases.0.get(&address).cloned() {
            self.store(Lease { state, since, until, ..lease }, cause);
        }
    }

    /// A row goes.
    fn forget(&mut self, address: Ipv4Addr, (why, rfc): (Text, &'static str)) {
        self.waiting.remove(&address);
        if self.leases.0.remove(&address).is_some() {
            self.events.push_back(Event::Lease { address, lease: None, why, rfc });
        }
    }

    /// The configuration of the client's network.
    fn subnet(&self, context: &Context) -> Option<&Subnet> {
        self.config.subnets.get(context.subnet)
    }
}
