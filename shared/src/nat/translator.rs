//! The translator: what goes out, what comes in, and the timers of what went by.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Display,
    net::{Ipv4Addr, SocketAddrV4},
};

use super::{
    config::{Config, ConfigError, Forward, Refusal},
    packet::{Changes, Content, Datagram, Parsed, Rewrite, Unreadable, View, parse, rewrite},
    table::{Direction, Key, Mapping, Protocol, Session, Table},
    tcp::Connection,
    text::{self, Message},
    verdict::{Event, Place, Verdict},
};
use crate::trace::{Text, Time};

/// How long fragments are awaited: as long as Linux does.
const FRAGMENTS: u64 = 30_000_000;

/// A network address and port translator.
///
/// Packets and the time go in; the packets come out translated in place, with a [`Verdict`]. Call
/// [`translate`](Self::translate) with [`Direction::In`] before routing what came by the outside interface, and with
/// [`Direction::Out`] on what is routed out of it and what inside hosts send to the outside address. Take events from
/// [`poll_event`](Self::poll_event); call [`on_timeout`](Self::on_timeout) at [`poll_timeout`](Self::poll_timeout).
#[derive(Debug, Clone)]
pub struct Nat {
    pub(super) config: Config,
    pub(super) key: u64,
    pub(super) table: Table,
    /// Ports of the router's own sockets.
    pub(super) reserved: BTreeMap<(Protocol, u16), usize>,
    /// How later fragments are rewritten, and until when.
    fragments: BTreeMap<(bool, Datagram), (Rewrite, Time)>,
    /// No session or fragment expires before this instant.
    pub(super) next_expiry: Option<Time>,
    pub(super) events: VecDeque<Event>,
}

/// Why a packet is not translated: the beginnings of a [`Verdict`].
pub(super) enum No {
    Drop(Text, &'static str),
    NotOurs(Text, &'static str),
}

impl No {
    pub(super) fn drop(message: Message, args: &[(&str, &dyn Display)]) -> Self {
        Self::Drop(message.text(args), message.rfc)
    }

    pub(super) fn not_ours(message: Message, args: &[(&str, &dyn Display)]) -> Self {
        Self::NotOurs(message.text(args), message.rfc)
    }
}

impl Nat {
    /// A translator with an empty table. `key` decides which port is tried first where one's own is taken.
    pub const fn new(config: Config, key: u64) -> Self {
        Self {
            config,
            key,
            table: Table { mappings: BTreeMap::new(), ports: BTreeMap::new(), sessions: BTreeMap::new() },
            reserved: BTreeMap::new(),
            fragments: BTreeMap::new(),
            next_expiry: None,
            events: VecDeque::new(),
        }
    }

    /// The settings.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The mappings as they are now.
    pub fn mappings(&self) -> impl Iterator<Item = &Mapping> {
        self.table.mappings.values()
    }

    /// The sessions as they are now, those too whose time is up and not yet collected.
    pub fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.table.sessions.values()
    }

    /// Forwards a port of the outside address to a host inside.
    pub fn forward(&mut self, forward: Forward) -> Result<(), ConfigError> {
        let Forward { protocol, port, to } = forward;
        if protocol == Protocol::Icmp {
            return Err(ConfigError::Protocol);
        }
        if *to.ip() == self.config.outside {
            return Err(ConfigError::ToOutside { to });
        }
        if self.is_taken(protocol, port) {
            return Err(ConfigError::Taken { port });
        }
        let outside = SocketAddrV4::new(self.config.outside, port);
        let mapping = Mapping { protocol, inside: to, outside, forwarded: true, sessions: 0 };
        self.table.mappings.insert((protocol, port), mapping);
        self.table.ports.entry((protocol, to)).or_insert(port);
        let why = text::FORWARD.text(&[("outside", &outside), ("inside", &to)]);
        self.events.push_back(Event::Mapping { mapping, gone: false, why, rfc: text::FORWARD.rfc });
        Ok(())
    }

    /// Ends a forward with its sessions.
    pub fn unforward(&mut self, protocol: Protocol, port: u16) -> Result<(), ConfigError> {
        let mapping = self.table.mappings.get(&(protocol, port)).filter(|mapping| mapping.forwarded);
        let Some(mapping) = mapping.copied() else { return Err(ConfigError::NotForwarded { port }) };
        let why = text::FORWARD_GONE.text(&[("outside", &mapping.outside)]);
        self.remove_mapping(mapping, &why, text::FORWARD_GONE.rfc);
        Ok(())
    }

    /// The router itself uses a port of the outside address: no inside host gets it.
    pub fn reserve(&mut self, protocol: Protocol, port: u16) {
        *self.reserved.entry((protocol, port)).or_default() += 1;
    }

    /// The router no longer uses it.
    pub fn release(&mut self, protocol: Protocol, port: u16) {
        if let Some(count) = self.reserved.get_mut(&(protocol, port)) {
            *count -= 1;
            if *count == 0 {
                self.reserved.remove(&(protocol, port));
            }
        }
    }

    /// The outside interface has another address: forwards move, all sessions are over.
    pub fn set_outside(&mut self, outside: Ipv4Addr) {
        if outside == self.config.outside {
            return;
        }
        self.config.outside = outside;
        let why = text::OUTSIDE_CHANGED.text(&[("outside", &outside)]);
        let old: Vec<Mapping> = self.mappings().copied().collect();
        for mapping in &old {
            self.remove_mapping(*mapping, &why, text::OUTSIDE_CHANGED.rfc);
        }
        self.fragments.clear();
        for Mapping { protocol, inside, outside, .. } in old.into_iter().filter(|mapping| mapping.forwarded) {
            // One that would now lead to the router itself is not set again.
            let _ = self.forward(Forward { protocol, port: outside.port(), to: inside });
        }
    }

    /// The next event, if there is one.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When [`on_timeout`](Self::on_timeout) is to be called next; nothing may have to be done then.
    pub const fn poll_timeout(&self) -> Option<Time> {
        self.next_expiry
    }

    /// Collects the sessions whose time is up. RFC 4787 §4.3.
    pub fn on_timeout(&mut self, now: Time) {
        if self.next_expiry.is_none_or(|expiry| expiry > now) {
            return;
        }
        self.fragments.retain(|_, (_, until)| *until > now);
        let over: Vec<Key> = self
            .table
            .sessions
            .iter()
            .filter(|(_, session)| session.expires <= now)
            .map(|(key, _)| *key)
            .collect();
        for key in over {
            let Some(session) = self.table.sessions.get(&key) else { continue };
            let seconds = session.state.timeout(session.protocol, &self.config.timeouts) / 1_000_000;
            let why = text::EXPIRED.text(&[("seconds", &seconds), ("state", &session.state)]);
            self.remove_session(key, why, text::EXPIRED.rfc);
        }
        let sessions = self.table.sessions.values().map(|session| session.expires);
        self.next_expiry = sessions.chain(self.fragments.values().map(|(_, until)| *until)).min();
    }

    /// Translates a packet, in place. `packet` begins with its IPv4 header and may be longer than it.
    pub fn translate(&mut self, now: Time, direction: Direction, packet: &mut [u8]) -> Verdict {
        self.on_timeout(now);
        match self.try_translate(now, direction, packet) {
            Ok(verdict) => verdict,
            Err(No::Drop(why, rfc)) => Verdict::Dropped { why, rfc },
            Err(No::NotOurs(why, rfc)) => Verdict::NotOurs { why, rfc },
        }
    }

    fn try_translate(&mut self, now: Time, direction: Direction, packet: &mut [u8]) -> Result<Verdict, No> {
        let parsed = parse(packet).map_err(|why| match why {
            Unreadable::Malformed(what) => No::drop(text::MALFORMED, &[("what", &what)]),
            Unreadable::IpChecksum => No::drop(text::IP_CHECKSUM, &[]),
            Unreadable::Protocol(protocol) => No::drop(text::PROTOCOL, &[("protocol", &protocol)]),
            Unreadable::IcmpType(kind) => No::drop(text::ICMP_TYPE, &[("type", &kind)]),
            Unreadable::Redirect => No::drop(text::REDIRECT, &[]),
        });
        // What is not for the translator is not to be refused by it.
        let (source, destination) = match &parsed {
            Ok(Parsed::Whole(view) | Parsed::First(view, _)) => (*view.source.ip(), *view.destination.ip()),
            Ok(Parsed::Later(datagram)) => (datagram.source, datagram.destination),
            Err(_) => match smoltcp::wire::Ipv4Packet::new_checked(&*packet) {
                Ok(ip) => (ip.src_addr(), ip.dst_addr()),
                Err(_) => return Err(parsed.err().unwrap_or_else(|| No::drop(text::PROTOCOL, &[]))),
            },
        };
        self.belongs(direction, source, destination)?;
        let mut changes = Vec::new();
        let (view, datagram) = match parsed? {
            Parsed::Later(datagram) => {
                let fragment = self.fragments.get(&(direction == Direction::Out, datagram));
                let Some((to, _)) = fragment else {
                    return Err(No::drop(text::FRAGMENT_FIRST, &[("id", &datagram)]));
                };
                rewrite(packet, *to, false, &mut Changes { place: Place::Packet, list: &mut changes });
                return Ok(Verdict::Translated { changes });
            }
            Parsed::Whole(view) => (view, None),
            Parsed::First(view, datagram) => (view, Some(datagram)),
        };
        if view.content == Content::IcmpError {
            if datagram.is_some() {
                return Err(No::drop(text::FRAGMENT_ERROR, &[]));
            }
            self.error(direction, &view, packet, &mut changes)?;
            return Ok(Verdict::Translated { changes });
        }
        let limit = self.config.max_fragmented;
        if datagram.is_some() && self.fragments.len() >= limit {
            return Err(No::drop(text::FRAGMENT_LIMIT, &[("limit", &limit)]));
        }
        let to = match direction {
            Direction::Out => self.outbound(now, &view)?,
            Direction::In => Rewrite { destination: Some(self.inbound(now, &view)?), source: None },
        };
        if let Some(datagram) = datagram {
            let until = now.plus(FRAGMENTS);
            self.fragments.insert((direction == Direction::Out, datagram), (to, until));
            self.expect(until);
        }
        rewrite(packet, to, true, &mut Changes { place: Place::Packet, list: &mut changes });
        Ok(Verdict::Translated { changes })
    }

    /// Whether a packet between these addresses is the translator's business.
    fn belongs(&self, direction: Direction, source: Ipv4Addr, destination: Ipv4Addr) -> Result<(), No> {
        let outside = self.config.outside;
        match direction {
            Direction::In if destination != outside => {
                Err(No::not_ours(text::NOT_OUTSIDE, &[("address", &destination)]))
            }
            Direction::In => Ok(()),
            Direction::Out if source == outside => Err(No::not_ours(text::OWN, &[])),
            Direction::Out => {
                let inside = &self.config.inside;
                if inside.is_empty() || inside.iter().any(|network| network.contains(&source)) {
                    Ok(())
                } else {
                    Err(No::not_ours(text::NOT_INSIDE, &[("address", &source)]))
                }
            }
        }
    }

    /// A packet from inside: its new source, and its new destination if it turns back at the translator.
    fn outbound(&mut self, now: Time, view: &View) -> Result<Rewrite, No> {
        let (protocol, inside) = (view.content.protocol(), view.source);
        let turns_back = *view.destination.ip() == self.config.outside;
        if turns_back {
            if protocol == Protocol::Icmp {
                return Err(No::not_ours(text::REQUEST, &[]));
            }
            if !self.config.hairpin {
                return Err(No::not_ours(text::HAIRPIN_OFF, &[("outside", &self.config.outside)]));
            }
            if !self.table.mappings.contains_key(&(protocol, view.destination.port())) {
                return Err(self.refuse(text::UNSOLICITED, &[("outside", &view.destination)]));
            }
        }
        let remote = remote(protocol, view.destination);
        let key = match self.table.session_of(protocol, inside, remote) {
            Some(key) => key,
            None => self.begin_out(now, view, remote)?,
        };
        let outside = SocketAddrV4::new(self.config.outside, key.1);
        self.touch(now, key, Direction::Out, view.content);
        let destination = if turns_back {
            // The other inside host sees the outside address, as RFC 4787 §6 wants it.
            Some(self.inbound(now, &View { source: outside, ..*view })?)
        } else {
            None
        };
        Ok(Rewrite { source: Some(outside), destination })
    }

    /// A packet from outside: its new destination.
    fn inbound(&mut self, now: Time, view: &View) -> Result<SocketAddrV4, No> {
        let protocol = view.content.protocol();
        if view.content == Content::IcmpRequest {
            return Err(No::not_ours(text::REQUEST, &[]));
        }
        let remote = remote(protocol, view.source);
        let key = (protocol, view.destination.port(), remote);
        let Some(mapping) = self.table.mappings.get(&(protocol, view.destination.port())).copied() else {
            return Err(self.refuse(text::UNSOLICITED, &[("outside", &view.destination)]));
        };
        if !self.table.sessions.contains_key(&key) {
            let args: &[(&str, &dyn Display)] =
                &[("inside", &mapping.inside), ("outside", &mapping.outside), ("remote", &remote)];
            if protocol == Protocol::Icmp
                || !self.table.lets_in(&mapping, *view.source.ip(), self.config.filtering)
            {
                return Err(self.refuse(text::FILTERED, args));
            }
            let connection = self.connection(view.content)?;
            self.begin(now, &mapping, remote, Direction::In, connection, text::NEW_IN.text(args))?;
        }
        self.touch(now, key, Direction::In, view.content);
        Ok(mapping.inside)
    }

    /// What becomes of a packet to the outside address that is for nobody inside.
    fn refuse(&self, message: Message, args: &[(&str, &dyn Display)]) -> No {
        match self.config.refusal {
            Refusal::Deliver => No::not_ours(message, args),
            Refusal::Drop => No::drop(message, args),
        }
    }

    /// The connection that a first segment begins; none for what has no connections.
    fn connection(&self, content: Content) -> Result<Option<Connection>, No> {
        let Content::Tcp(flags) = content else { return Ok(None) };
        match Connection::begin(flags, self.config.loose) {
            Some(connection) => Ok(Some(connection)),
            None => Err(No::drop(text::NO_CONNECTION, &[("flags", &flags)])),
        }
    }

    /// The first packet from an inside endpoint to a remote one.
    fn begin_out(&mut self, now: Time, view: &View, remote: SocketAddrV4) -> Result<Key, No> {
        let (protocol, inside) = (view.content.protocol(), view.source);
        if view.content == Content::IcmpReply {
            return Err(No::drop(text::NO_REQUEST, &[]));
        }
        let connection = self.connection(view.content)?;
        self.has_room()?;
        let port = match self.table.ports.get(&(protocol, inside)) {
            // RFC 4787 §4.1: whatever the destination.
            Some(port) => *port,
            None => self.map(protocol, inside)?,
        };
        let Some(mapping) = self.table.mappings.get(&(protocol, port)).copied() else {
            return Err(No::drop(text::NO_PORT, &[("inside", &inside)]));
        };
        let why = text::NEW_OUT.text(&[("inside", &inside), ("remote", &remote)]);
        self.begin(now, &mapping, remote, Direction::Out, connection, why)?;
        Ok((protocol, port, remote))
    }
}

/// The remote endpoint by which a session is known: of ICMP the address alone.
pub(super) const fn remote(protocol: Protocol, endpoint: SocketAddrV4) -> SocketAddrV4 {
    match protocol {
        Protocol::Icmp => SocketAddrV4::new(*endpoint.ip(), 0),
        Protocol::Udp | Protocol::Tcp => endpoint,
    }
}
