//! UDP sockets (RFC 768) and the programs behind them.

use std::net::{Ipv4Addr, SocketAddr};

use smoltcp::{
    phy::ChecksumCapabilities,
    wire::{Icmpv4DstUnreachable, IpAddress, IpProtocol, UdpPacket, UdpRepr},
};

use super::{
    Host,
    calls::{self, Line, address_in_use, errno, no_way},
    text,
};
use crate::{
    sim::{device::Outbox, scenario::App},
    stack::{ErrorKind, Fragments, Outgoing, Received, SendError},
    trace::{CallError, Time, quoted},
};

/// An UDP header.
const UDP_HEADER: usize = 8;

/// Room for whatever a call may receive.
const ROOM: usize = 65_536;

/// An address and a port.
type End = (Ipv4Addr, u16);

#[derive(Debug)]
pub(super) struct UdpSockets {
    sockets: Vec<Socket>,
    next_port: u16,
}

impl Default for UdpSockets {
    fn default() -> Self {
        Self { sockets: Vec::new(), next_port: super::tcp::FIRST_DYNAMIC_PORT }
    }
}

/// What a socket may do besides.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    /// `SO_BROADCAST`.
    pub(super) broadcast: bool,
    /// `SO_REUSEADDR`.
    pub(super) reuse: bool,
}

/// How a datagram is sent.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct How {
    pub(super) ttl: Option<u8>,
    pub(super) dont_fragment: bool,
}

#[derive(Debug)]
struct Socket {
    name: String,
    fd: u32,
    /// What it is bound to: an address, or any.
    local: End,
    /// What it is connected to.
    remote: Option<End>,
    options: Options,
    /// Interfaces' numbers and the groups that it has joined there.
    groups: Vec<(usize, Ipv4Addr)>,
    app: App,
    open: bool,
    datagrams: u64,
    bytes: u64,
    /// Since when its program has been waiting for a datagram.
    waiting: Time,
}

impl Socket {
    /// Whether a datagram is for it, and how well it fits.
    fn fits(&self, from: End, to: End) -> Option<u32> {
        let (own, port) = self.local;
        let bound = !own.is_unspecified();
        let hears = self.open && port == to.1 && (!bound || own == to.0);
        let known = self.remote.is_none_or(|remote| remote == from);
        (hears && known).then(|| u32::from(bound) + 2 * u32::from(self.remote.is_some()))
    }
}

impl UdpSockets {
    /// How many datagrams and bytes a socket has received.
    pub(super) fn received(&self, name: &str) -> Option<(u64, u64)> {
        self.named(name).map(|socket| (socket.datagrams, socket.bytes))
    }

    fn named(&self, name: &str) -> Option<&Socket> {
        self.sockets.iter().rfind(|socket| socket.name == name)
    }

    fn open_mut(&mut self, name: &str) -> Option<&mut Socket> {
        self.sockets.iter_mut().rfind(|socket| socket.name == name && socket.open)
    }

    /// The open sockets: what each is bound to, and connected to.
    pub(super) fn ends(&self) -> impl Iterator<Item = (SocketAddr, Option<SocketAddr>)> {
        let open = self.sockets.iter().filter(|socket| socket.open);
        open.map(|socket| (socket.local.into(), socket.remote.map(SocketAddr::from)))
    }

    /// Whether a port is taken, for a socket that would share it with others that share.
    fn bound(&self, (own, port): End, reuse: bool) -> bool {
        let meets = |other: Ipv4Addr| own.is_unspecified() || other.is_unspecified() || own == other;
        self.sockets
            .iter()
            .any(|it| it.open && it.local.1 == port && meets(it.local.0) && !(reuse && it.options.reuse))
    }

    fn free_port(&mut self) -> u16 {
        while self.bound((Ipv4Addr::UNSPECIFIED, self.next_port), false) {
            self.next_port = self.next_port.checked_add(1).unwrap_or(super::tcp::FIRST_DYNAMIC_PORT);
        }
        self.next_port
    }
}

impl Host {
    pub(super) fn udp_bind(
        &mut self,
        now: Time,
        name: &str,
        (own, port): End,
        options: Options,
        app: App,
        out: &mut Outbox,
    ) {
        let fd = self.descriptors.open();
        calls::socket_udp(&self.name, fd, name, out);
        for (on, option, rust) in [
            (options.reuse, "SO_REUSEADDR", "set_reuse_address"),
            (options.broadcast, "SO_BROADCAST", "set_broadcast"),
        ] {
            if on {
                let python = format!("{name}.setsockopt(socket.SOL_SOCKET, socket.{option}, 1)");
                calls::option(&self.name, fd, format!("{name}.{rust}(true)?;"), python)
                    .arg("level", "SOL_SOCKET")
                    .arg("optname", option)
                    .arg("optval", "[1]")
                    .log(out);
            }
        }
        let bind = calls::bind(&self.name, fd, name, (own, port).into());
        let port = if port == 0 { self.udp.free_port() } else { port };
        if self.udp.bound((own, port), options.reuse) {
            bind.failed(address_in_use()).log(out);
            return calls::close(&self.name, fd, name, out);
        }
        bind.log(out);
        self.udp_open(now, name, (fd, (own, port)), options, app);
    }

    fn udp_open(&mut self, now: Time, name: &str, (fd, local): (u32, End), options: Options, app: App) {
        self.udp.sockets.push(Socket {
            name: name.to_owned(),
            fd,
            local,
            remote: None,
            options,
            groups: Vec::new(),
            app,
            open: true,
            datagrams: 0,
            bytes: 0,
            waiting: now,
        });
    }

    /// Makes a socket of that name if there is none.
    fn udp_socket(&mut self, now: Time, name: &str, out: &mut Outbox) {
        if self.udp.open_mut(name).is_none() {
            let (fd, local) = (self.descriptors.open(), (Ipv4Addr::UNSPECIFIED, self.udp.free_port()));
            calls::socket_udp(&self.name, fd, name, out);
            self.udp_open(now, name, (fd, local), Options::default(), App::Script);
        }
    }

    /// RFC 1122 §4.1.3.5, and what `connect` does on a UDP socket: nothing is sent.
    pub(super) fn udp_connect(&mut self, now: Time, name: &str, to: End, out: &mut Outbox) {
        self.udp_socket(now, name, out);
        let source = self.stack.source_for(to.0);
        let many = self.stack.is_many(to.0);
        let Some(socket) = self.udp.open_mut(name) else { return };
        let call = calls::connect(&self.name, socket.fd, name, to.into());
        match source {
            Ok(_) if many && !to.0.is_multicast() && !socket.options.broadcast => {
                call.failed(not_everybody()).log(out);
            }
            Ok(source) => {
                socket.remote = Some(to);
                if socket.local.0.is_unspecified() {
                    socket.local.0 = source;
                }
                call.log(out);
            }
            Err(error) => call.failed(no_way(error)).log(out),
        }
    }

    /// Joins or leaves a group; false if there is no such socket.
    pub(super) fn udp_member(
        &mut self,
        now: Time,
        name: &str,
        (group, interface): (Ipv4Addr, Option<&str>),
        joins: bool,
        out: &mut Outbox,
    ) -> bool {
        let named = |name: &str| self.stack.interfaces().iter().position(|card| card.name == name);
        let cards = self.stack.interfaces();
        let only = (cards.len() == 1).then_some(0);
        let routed = || self.stack.routes().lookup(group).map(|route| route.interface);
        let number = interface.map_or_else(|| routed().or(only), named);
        let own = number.and_then(|number| cards.get(number)?.source_for(group));
        let own = own.unwrap_or(Ipv4Addr::UNSPECIFIED);
        let Some(socket) = self.udp.open_mut(name) else { return false };
        let (option, rust) = if joins {
            ("IP_ADD_MEMBERSHIP", "join_multicast_v4")
        } else {
            ("IP_DROP_MEMBERSHIP", "leave_multicast_v4")
        };
        let python = format!(
            "{name}.setsockopt(socket.IPPROTO_IP, socket.{option}, socket.inet_aton(\"{group}\") + socket.inet_aton(\"{own}\"))"
        );
        let rust = format!("{name}.{rust}(&\"{group}\".parse()?, &\"{own}\".parse()?)?;");
        let call = calls::option(&self.name, socket.fd, rust, python)
            .arg("level", "SOL_IP")
            .arg("optname", option)
            .arg("optval", format!("{{imr_multiaddr={group}, imr_interface={own}}}"));
        let place = number.map(|number| (number, group));
        let known = place.and_then(|place| socket.groups.iter().position(|at| *at == place));
        match (place, known, joins) {
            (None, ..) => call.failed(errno("ENODEV", 19, "No such device")).log(out),
            (_, Some(_), true) => call.failed(address_in_use()).log(out),
            (_, None, false) => {
                call.failed(errno("EADDRNOTAVAIL", 99, "Cannot assign requested address")).log(out);
            }
            (Some(place), None, true) => {
                call.log(out);
                socket.groups.push(place);
                self.with_stack(now, out, |stack, outputs| stack.join(now, place.0, group, outputs));
            }
            (Some(place), Some(at), false) => {
                call.log(out);
                socket.groups.remove(at);
                self.with_stack(now, out, |stack, outputs| stack.leave(now, place.0, group, outputs));
            }
        }
        true
    }

    pub(super) fn udp_send(
        &mut self,
        now: Time,
        name: &str,
        to: End,
        how: How,
        data: &[u8],
        out: &mut Outbox,
    ) {
        self.udp_socket(now, name, out);
        self.udp_send_from(now, name, (to, true), how, data, out);
    }

    /// `send` of a connected socket; false if it is none.
    pub(super) fn udp_send_connected(
        &mut self,
        now: Time,
        name: &str,
        data: &[u8],
        out: &mut Outbox,
    ) -> bool {
        let Some(to) = self.udp.open_mut(name).and_then(|socket| socket.remote) else { return false };
        self.udp_send_from(now, name, (to, false), How::default(), data, out);
        true
    }

    /// Sends; whether the call names the address.
    fn udp_send_from(
        &mut self,
        now: Time,
        name: &str,
        (to, named): (End, bool),
        how: How,
        data: &[u8],
        out: &mut Outbox,
    ) {
        let Some(socket) = self.udp.open_mut(name) else { return };
        let (fd, (own, port), options) = (socket.fd, socket.local, socket.options);
        let peer = SocketAddr::from(to);
        let (rust, python) = if named {
            (
                format!("{name}.send_to(&bytes, &\"{peer}\".parse::<SocketAddr>()?.into())?;"),
                format!("{name}.sendto(data, (\"{}\", {}))", to.0, to.1),
            )
        } else {
            (format!("{name}.send(&bytes)?;"), format!("{name}.send(data)"))
        };
        let call = Line::new(&self.name, "sendto", rust, python)
            .arg("fd", fd)
            .arg("buf", quoted(data))
            .arg("len", data.len())
            .arg("flags", "MSG_NOSIGNAL");
        let call = if named { call.arg("dest_addr", peer) } else { call };
        // The call has returned before the packet is on its way.
        let mut sent = Outbox::default();
        match self.udp_emit(now, (own, port), to, (options, how), data, &mut sent) {
            Ok(()) => call.returned(data.len()).log(out),
            Err(error) => call.failed(error).log(out),
        }
        out.items.append(&mut sent.items);
    }

    fn udp_emit(
        &mut self,
        now: Time,
        (own, port): End,
        (to, to_port): End,
        (options, how): (Options, How),
        data: &[u8],
        out: &mut Outbox,
    ) -> Result<(), CallError> {
        // To everybody, and to a group, the address that the socket is bound to says by which interface.
        let many = self.stack.is_many(to);
        let cards = self.stack.interfaces();
        let interface = cards.iter().position(|card| many && card.has(own));
        if many && !to.is_multicast() && !options.broadcast {
            return Err(not_everybody());
        }
        let source = if !own.is_unspecified() {
            own
        } else if many {
            self.stack.way(to, interface).map_err(no_way)?.2
        } else {
            self.stack.source_for(to).map_err(no_way)?
        };
        // The length field has 16 bits.
        if UDP_HEADER + data.len() > usize::from(u16::MAX) {
            return Err(no_way(SendError::TooLarge { bytes: data.len(), mtu: u16::MAX }));
        }
        let mut bytes = vec![0; UDP_HEADER + data.len()];
        UdpRepr { src_port: port, dst_port: to_port }.emit(
            &mut UdpPacket::new_unchecked(&mut bytes),
            &IpAddress::from(source),
            &IpAddress::from(to),
            data.len(),
            |payload| payload.copy_from_slice(data),
            &ChecksumCapabilities::default(),
        );
        let packet = Outgoing {
            src: Some(source),
            interface,
            ttl: how.ttl,
            fragments: if how.dont_fragment { Fragments::Never } else { Fragments::Here },
            note: Some(text::UDP_SEND.with(&[("bytes", &data.len())])),
            ..Outgoing::new(to, IpProtocol::Udp, &bytes)
        };
        self.send(now, packet, out).map_err(no_way)
    }

    /// A datagram: for the socket that fits best, or for all that fit, if it is for many.
    pub(super) fn udp_input(
        &mut self,
        now: Time,
        received: &Received,
        (from_port, port): (u16, u16),
        payload: &[u8],
        out: &mut Outbox,
    ) {
        let (from, to) = ((received.src, from_port), (received.dst, port));
        let fitting = self.udp.sockets.iter().enumerate();
        let fitting = fitting.filter_map(|(number, socket)| Some((socket.fits(from, to)?, number)));
        let takers: Vec<usize> = if self.stack.is_many(to.0) {
            fitting.map(|(_, number)| number).collect()
        } else {
            fitting.max_by_key(|(score, _)| *score).map(|(_, number)| number).into_iter().collect()
        };
        // What was for many and has only come back from here is no loss to anybody.
        let own = self.stack.is_many(to.0) && self.stack.is_local(from.0);
        if takers.is_empty() && own {
            return;
        }
        if takers.is_empty() {
            return self.with_stack(now, out, |stack, outputs| {
                stack.port_unreachable(now, &received.packet, port, outputs);
            });
        }
        for taker in takers {
            self.udp_take(now, taker, from, payload, out);
        }
    }

    fn udp_take(&mut self, now: Time, taker: usize, from: End, payload: &[u8], out: &mut Outbox) {
        let Some(socket) = self.udp.sockets.get_mut(taker) else { return };
        socket.datagrams += 1;
        socket.bytes += payload.len() as u64;
        let waited = now.since(std::mem::replace(&mut socket.waiting, now));
        let (name, app) = (socket.name.clone(), socket.app);
        calls::recvfrom(&self.name, socket.fd, &name, ROOM)
            .arg("buf", quoted(payload))
            .arg("len", ROOM)
            .arg("flags", "0")
            .arg("src_addr", SocketAddr::from(from))
            .returned(payload.len())
            .took(waited)
            .log(out);
        if app == App::Echo {
            self.udp_send_from(now, &name, (from, true), How::default(), payload, out);
        }
    }

    /// Somebody could not deliver a datagram: who has connected the socket hears of it, of what will not mend itself
    /// (RFC 1122 §4.1.3.3).
    pub(super) fn udp_error(
        &mut self,
        now: Time,
        local: End,
        remote: End,
        kind: ErrorKind,
        out: &mut Outbox,
    ) {
        let error = match kind {
            ErrorKind::Unreachable(Icmpv4DstUnreachable::PortUnreachable) => {
                errno("ECONNREFUSED", 111, "Connection refused")
            }
            ErrorKind::Unreachable(Icmpv4DstUnreachable::ProtoUnreachable) => {
                errno("ENOPROTOOPT", 92, "Protocol not available")
            }
            ErrorKind::FragmentationNeeded { .. } => errno("EMSGSIZE", 90, "Message too long"),
            _ => return,
        };
        let ours = |socket: &&mut Socket| {
            socket.fits(remote, local).is_some() && socket.remote.is_some_and(|known| known == remote)
        };
        let Some(socket) = self.udp.sockets.iter_mut().find(ours) else { return };
        let waited = now.since(std::mem::replace(&mut socket.waiting, now));
        calls::recvfrom(&self.name, socket.fd, &socket.name, ROOM)
            .arg("len", ROOM)
            .arg("flags", "0")
            .failed(error)
            .took(waited)
            .log(out);
    }

    pub(super) fn udp_close(&mut self, now: Time, name: &str, out: &mut Outbox) -> bool {
        let Some(socket) = self.udp.open_mut(name) else { return false };
        socket.open = false;
        let groups = std::mem::take(&mut socket.groups);
        calls::close(&self.name, socket.fd, name, out);
        self.with_stack(now, out, |stack, outputs| {
            for (interface, group) in groups {
                stack.leave(now, interface, group, outputs);
            }
        });
        true
    }
}

/// To everybody, and the socket was not told that it may.
fn not_everybody() -> CallError {
    errno("EACCES", 13, "Permission denied")
}
