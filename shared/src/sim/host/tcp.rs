//! TCP sockets: which segment belongs to which, and what their programs are told to do.

use std::net::{Ipv4Addr, SocketAddr};

use smoltcp::wire::{Icmpv4DstUnreachable, IpProtocol};

use super::{
    Connection, Detail, Host,
    calls::{self, Line, address_in_use, no_way},
    connection::Next,
    listening::Listening,
    tables::Shown,
    text,
};
use crate::{
    sim::{
        device::Outbox,
        scenario::{App, Receive},
    },
    stack::{ErrorKind, Outgoing, SendError},
    tcp::{
        Config, Endpoint, Error, Event, EventKind, Icmp, Listener, Segment, Seq, State, TimerChange,
        Transmit, reset_for,
    },
    trace::{self, StateChange, Text, Time},
};

/// The first of the dynamic ports (RFC 6335 §6). Linux begins at 32768.
pub(super) const FIRST_DYNAMIC_PORT: u16 = 49_152;

/// An IPv4 and a TCP header without options: bytes.
const HEADERS: u16 = 40;

/// All TCP sockets of a machine.
#[derive(Debug)]
pub(super) struct TcpSockets {
    config: Config,
    pub(super) listening: Vec<Listening>,
    connections: Vec<Connection>,
    next_port: u16,
    pub(super) shown: Shown,
}

impl TcpSockets {
    pub(super) fn new(config: Config) -> Self {
        Self {
            config,
            listening: Vec::new(),
            connections: Vec::new(),
            next_port: FIRST_DYNAMIC_PORT,
            shown: Shown::default(),
        }
    }

    pub(super) fn connection(&self, name: &str) -> Option<&Connection> {
        self.connections.iter().rfind(|connection| connection.name == name)
    }

    fn connection_mut(&mut self, name: &str) -> Option<&mut Connection> {
        self.connections.iter_mut().rfind(|connection| connection.name == name)
    }

    pub(super) fn connections(&self) -> impl Iterator<Item = &Connection> {
        self.connections.iter()
    }

    pub(super) fn has_been(&self, name: &str, state: State) -> bool {
        let listening = self.listening.iter().filter(|it| it.name == name).flat_map(|it| &it.states);
        let connected = self.connection(name).into_iter().flat_map(|it| &it.states);
        listening.chain(connected).any(|been| *been == state)
    }

    pub(super) fn next_timer(&self) -> Option<Time> {
        let listening = self.listening.iter().filter_map(|it| it.listener.poll_timeout());
        listening.chain(self.connections.iter().filter_map(|it| it.endpoint.poll_timeout())).min()
    }

    /// Connections, dead ones aside, that have this port of ours.
    fn in_use(&self, port: u16) -> bool {
        self.connections.iter().any(|it| it.lives() && it.endpoint.local().port() == port)
    }

    fn listens(&self, port: u16) -> bool {
        self.listening.iter().any(|it| it.local().port() == port)
    }

    fn free_port(&mut self) -> u16 {
        while self.in_use(self.next_port) || self.listens(self.next_port) {
            self.next_port = self.next_port.checked_add(1).unwrap_or(FIRST_DYNAMIC_PORT);
        }
        let port = self.next_port;
        self.next_port = port.checked_add(1).unwrap_or(FIRST_DYNAMIC_PORT);
        port
    }
}

impl Host {
    pub(super) fn tcp_listen(
        &mut self,
        now: Time,
        name: &str,
        (port, backlog, reuse): (u16, u32, bool),
        program: (App, Receive),
        out: &mut Outbox,
    ) {
        let (fd, node) = (self.descriptors.open(), self.name.clone());
        calls::socket_tcp(&node, fd, name, out);
        if reuse {
            let python = format!("{name}.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)");
            Line::new(&node, "setsockopt", format!("{name}.set_reuse_address(true)?;"), python)
                .arg("fd", fd)
                .arg("level", "SOL_SOCKET")
                .arg("optname", "SO_REUSEADDR")
                .arg("optval", "[1]")
                .log(out);
        }
        let local = SocketAddr::from((self.usual_address(), port));
        let bind = calls::bind(&node, fd, name, local);
        if self.tcp.listens(port) || (self.tcp.in_use(port) && !reuse) {
            bind.failed(address_in_use()).log(out);
            return calls::close(&node, fd, name, out);
        }
        bind.log(out);
        let rust = format!("{name}.listen({backlog})?;");
        Line::new(&node, "listen", rust, format!("{name}.listen({backlog})"))
            .arg("fd", fd)
            .arg("backlog", backlog)
            .log(out);
        let listener = Listener::new(self.tcp.config.clone(), local, backlog as usize);
        // The words for a passive OPEN are the endpoint's own.
        let mut endpoint =
            Endpoint::listen(self.tcp.config.clone(), local, (Ipv4Addr::UNSPECIFIED, 0).into());
        while let Some(event) = endpoint.poll_event() {
            self.report(&local.to_string(), &event, out);
        }
        self.tcp.listening.push(Listening {
            name: name.to_owned(),
            fd,
            listener,
            program,
            accepted: 0,
            waiting: now,
            states: vec![State::Listen],
        });
    }

    pub(super) fn tcp_connect(
        &mut self,
        now: Time,
        name: &str,
        to: (Ipv4Addr, u16),
        port: Option<u16>,
        program: (App, Receive),
        out: &mut Outbox,
    ) {
        let (fd, node) = (self.descriptors.open(), self.name.clone());
        calls::socket_tcp(&node, fd, name, out);
        if let Some(port) = port {
            let bind = calls::bind(&node, fd, name, (self.usual_address(), port).into());
            if self.tcp.in_use(port) || self.tcp.listens(port) {
                bind.failed(address_in_use()).log(out);
                return calls::close(&node, fd, name, out);
            }
            bind.log(out);
        }
        // A connection has two ends: there is none to everybody (RFC 1122 §4.2.3.10).
        let many = self.stack.is_many(to.0).then_some(SendError::NoRoute(to.0));
        let source = many.map_or_else(|| self.stack.source_for(to.0), Err);
        let source = match source {
            Ok(source) => source,
            Err(error) => {
                calls::connect(&node, fd, name, to.into()).failed(no_way(error)).log(out);
                return calls::close(&node, fd, name, out);
            }
        };
        let port = port.unwrap_or_else(|| self.tcp.free_port());
        let local = SocketAddr::from((source, port));
        let config = Config { mss: self.mss_to(to.0), ..self.tcp.config.clone() };
        let mut endpoint = Endpoint::connect(config, local, to.into(), now);
        if let Some(mtu) = self.stack.path_mtu(now, to.0) {
            endpoint.limit_to(mtu);
        }
        let connection = Connection::new(name.to_owned(), fd, endpoint, program, now);
        self.tcp.connections.push(connection.connecting_since(now));
    }

    fn tcp_call(&mut self, name: &str, next: Next) -> bool {
        let connection = self.tcp.connection_mut(name).filter(|connection| !connection.closed);
        connection.map(|connection| connection.calls.push_back(next)).is_some()
    }

    pub(super) fn tcp_send(&mut self, now: Time, name: &str, data: Vec<u8>) -> bool {
        self.tcp_call(name, Next::Send { data, taken: 0, since: now })
    }

    pub(super) fn tcp_recv(&mut self, now: Time, name: &str, bytes: Option<u32>) -> bool {
        let connection = self.tcp.connection_mut(name).filter(|connection| !connection.closed);
        connection.map(|connection| connection.read(now, bytes)).is_some()
    }

    pub(super) fn tcp_shutdown(&mut self, name: &str) -> bool {
        self.tcp_call(name, Next::Shutdown)
    }

    /// Closes the connection of that name, or else the listening socket.
    pub(super) fn tcp_close(&mut self, name: &str, out: &mut Outbox) -> bool {
        if self.tcp_call(name, Next::Close) {
            return true;
        }
        let Some(index) = self.tcp.listening.iter().position(|it| it.name == name) else { return false };
        let mut closing = self.tcp.listening.remove(index);
        calls::close(&self.name, closing.fd, name, out);
        closing.listener.close();
        self.drain_listener(&mut closing, out);
        out.log(trace::EventKind::State(StateChange {
            node: self.name.clone(),
            protocol: "tcp".to_owned(),
            socket: closing.local().to_string(),
            from: State::Listen.to_string(),
            to: State::Closed.to_string(),
            why: text::LISTEN_CLOSED.text(),
            rfc: "RFC 9293 §3.10.4".to_owned(),
        }));
        self.closing_resets(closing, out);
        true
    }

    fn closing_resets(&mut self, mut closing: Listening, out: &mut Outbox) {
        // The time matters only to timers, and an aborted connection has none.
        while let Some(transmit) = closing.listener.poll_transmit(Time::ZERO) {
            self.transmit(Time::ZERO, transmit, out);
        }
    }

    pub(super) fn tcp_abort(&mut self, name: &str, out: &mut Outbox) -> bool {
        let node = self.name.clone();
        let Some(connection) = self.tcp.connection_mut(name).filter(|it| !it.closed) else { return false };
        let (fd, linger) = (connection.fd, "{l_onoff=1, l_linger=0}");
        Line::new(
            &node,
            "setsockopt",
            format!("{name}.set_linger(Some(Duration::ZERO))?;"),
            format!("{name}.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(\"ii\", 1, 0))"),
        )
        .arg("fd", fd)
        .arg("level", "SOL_SOCKET")
        .arg("optname", "SO_LINGER")
        .arg("optval", linger)
        .log(out);
        calls::close(&node, fd, name, out);
        connection.abort();
        true
    }

    pub(super) fn tcp_input(
        &mut self,
        now: Time,
        from: SocketAddr,
        to: SocketAddr,
        segment: &Segment,
        out: &mut Outbox,
    ) {
        let listener = self.tcp.listening.iter().position(|it| it.hears(to));
        let ours = |it: &Connection| it.lives() && it.endpoint.local() == to && it.endpoint.remote() == from;
        if let Some(index) = self.tcp.connections.iter().position(ours)
            && let Some(connection) = self.tcp.connections.get_mut(index)
        {
            if listener.is_none() || !connection.endpoint.may_reopen(segment) {
                let before = connection.endpoint.snd_una();
                connection.endpoint.on_segment(now, segment);
                let progress = connection.endpoint.snd_una() != before;
                if progress {
                    self.confirm(now, from, out);
                }
                return;
            }
            let over = self.tcp.connections.remove(index);
            out.log(trace::EventKind::State(StateChange {
                node: self.name.clone(),
                protocol: "tcp".to_owned(),
                socket: over.key(),
                from: State::TimeWait.to_string(),
                to: State::Closed.to_string(),
                why: text::REOPENED.text(),
                rfc: "RFC 6191 §2".to_owned(),
            }));
        }
        let mss = match from {
            SocketAddr::V4(from) if segment.flags.syn => Some(self.mss_to(*from.ip())),
            _ => None,
        };
        if let Some(listening) = listener.and_then(|index| self.tcp.listening.get_mut(index)) {
            let known = listening.listener.holds(to, from);
            if let Some(mss) = mss {
                listening.listener.set_mss(mss);
            }
            listening.listener.on_segment(now, to, from, segment);
            if known && segment.flags.ack {
                self.confirm(now, from, out);
            }
            return;
        }
        let Some(segment) = reset_for(segment) else { return };
        let note = text::RST_NO_LISTENER.with(&[("port", &to.port())]);
        let transmit = Transmit { src: to, dst: from, segment, note, rfc: "RFC 9293 §3.10.7.1" };
        self.transmit(now, transmit, out);
    }

    /// Somebody could not deliver a segment of ours.
    pub(super) fn tcp_error(
        &mut self,
        now: Time,
        (local, remote): (SocketAddr, SocketAddr),
        seq: Seq,
        kind: ErrorKind,
    ) {
        let what = match kind {
            ErrorKind::Unreachable(reason) => Icmp::Unreachable(match reason {
                Icmpv4DstUnreachable::PortUnreachable => Error::Refused,
                Icmpv4DstUnreachable::ProtoUnreachable => Error::ProtocolUnreachable,
                Icmpv4DstUnreachable::NetUnreachable
                | Icmpv4DstUnreachable::NetProhibited
                | Icmpv4DstUnreachable::NetUnreachToS
                | Icmpv4DstUnreachable::DstNetUnknown => Error::NetUnreachable,
                _ => Error::HostUnreachable,
            }),
            // As Linux names them.
            ErrorKind::TimeExceeded(_) => Icmp::Unreachable(Error::HostUnreachable),
            ErrorKind::FragmentationNeeded { mtu } => match remote {
                SocketAddr::V4(to) => Icmp::TooBig { mtu: self.stack.path_mtu(now, *to.ip()).unwrap_or(mtu) },
                SocketAddr::V6(_) => return,
            },
            ErrorKind::ParameterProblem { .. } => return,
        };
        let ours = |it: &&mut Connection| {
            it.lives() && it.endpoint.local() == local && it.endpoint.remote() == remote
        };
        if let Some(connection) = self.tcp.connections.iter_mut().find(ours) {
            return connection.endpoint.on_icmp(now, seq, what);
        }
        let waits = |it: &&mut Listening| it.listener.holds(local, remote);
        if let Some(listening) = self.tcp.listening.iter_mut().find(waits) {
            listening.listener.on_icmp(now, (local, remote), seq, what);
        }
    }

    pub(super) fn tcp_timer(&mut self, now: Time) {
        for listening in &mut self.tcp.listening {
            listening.listener.on_timeout(now);
        }
        for connection in &mut self.tcp.connections {
            connection.endpoint.on_timeout(now);
        }
    }

    /// Lets programs and endpoints go on until nothing more can.
    pub(super) fn tcp_settle(&mut self, now: Time, out: &mut Outbox) {
        let mut listening = std::mem::take(&mut self.tcp.listening);
        for one in &mut listening {
            self.drain_listener(one, out);
            while let Some(transmit) = one.listener.poll_transmit(now) {
                self.transmit(now, transmit, out);
                self.drain_listener(one, out);
            }
            while let Some(mut endpoint) = one.listener.accept() {
                // What happened before it was accepted comes before the call that returns it.
                let fd = self.descriptors.open();
                let key = format!("{}-{}", endpoint.local(), endpoint.remote());
                let mut states = Vec::new();
                while let Some(event) = endpoint.poll_event() {
                    states.extend(self.report(&key, &event, out));
                }
                let mut connection = one.accepted(now, &self.name, fd, endpoint, out);
                connection.states.extend(states);
                self.tcp.connections.push(connection);
            }
        }
        self.tcp.listening = listening;
        let mut connections = std::mem::take(&mut self.tcp.connections);
        for connection in &mut connections {
            self.settle_connection(now, connection, out);
        }
        self.tcp.connections = connections;
    }

    fn settle_connection(&mut self, now: Time, connection: &mut Connection, out: &mut Outbox) {
        loop {
            while let Some(event) = connection.endpoint.poll_event() {
                connection.states.extend(self.report(&connection.key(), &event, out));
            }
            if let Some(transmit) = connection.endpoint.poll_transmit(now) {
                self.transmit(now, transmit, out);
                continue;
            }
            if connection.closed && connection.endpoint.readable() > 0 && connection.lives() {
                out.note(&self.name, text::DATA_AFTER_CLOSE.text());
                connection.endpoint.abort();
                continue;
            }
            let unread = connection.endpoint.readable();
            let closing = matches!(connection.calls.front(), Some(Next::Close)) && !connection.closed;
            if closing && unread > 0 && connection.lives() {
                out.note(&self.name, text::CLOSE_UNREAD.with(&[("bytes", &unread)]));
                calls::close(&self.name, connection.fd, &connection.name, out);
                connection.abort();
                continue;
            }
            if !connection.work(now, &self.name, out) {
                return;
            }
        }
    }

    fn drain_listener(&self, listening: &mut Listening, out: &mut Outbox) {
        while let Some((remote, event)) = listening.listener.poll_event() {
            let been = self.report(&format!("{}-{remote}", listening.local()), &event, out);
            let opening = |state: &State| matches!(state, State::SynReceived | State::Established);
            listening.states.extend(been.filter(opening));
        }
    }

    fn transmit(&mut self, now: Time, transmit: Transmit, out: &mut Outbox) {
        // Sockets here are IPv4, and the options are few enough to fit.
        let (SocketAddr::V4(from), SocketAddr::V4(to)) = (transmit.src, transmit.dst) else { return };
        let Ok(bytes) = transmit.emit() else { return };
        let (src, note) = (Some(*from.ip()), Some(transmit.note));
        let packet = Outgoing { src, note, ..Outgoing::new(*to.ip(), IpProtocol::Tcp, &bytes) };
        if self.send(now, packet, out).is_err() {
            out.note(&self.name, text::NO_ROUTE.with(&[("address", to.ip())]));
        }
    }

    /// An ACK has come for something new: the neighbour that it came by is there (RFC 4861 §7.3.1).
    fn confirm(&mut self, now: Time, from: SocketAddr, out: &mut Outbox) {
        let SocketAddr::V4(from) = from else { return };
        if let Ok((interface, next, _)) = self.stack.way(*from.ip(), None) {
            self.with_stack(now, out, |stack, outputs| {
                stack.neighbours_mut().confirm(now, interface, next, outputs);
            });
        }
    }

    /// The largest segment that our network takes without cutting it (RFC 9293 §3.7.1), if not less is wanted.
    fn mss_to(&self, to: Ipv4Addr) -> u16 {
        let way = self.stack.way(to, None).ok();
        let card = way.and_then(|(interface, ..)| self.stack.interfaces().get(interface));
        self.tcp.config.mss.min(card.map_or(u16::MAX, |card| card.mtu.saturating_sub(HEADERS)))
    }

    /// Tells what an endpoint reports, and which state it has reached.
    fn report(&self, socket: &str, event: &Event, out: &mut Outbox) -> Option<State> {
        let note = match event.kind {
            EventKind::State { from, to } => {
                out.log(trace::EventKind::State(StateChange {
                    node: self.name.clone(),
                    protocol: "tcp".to_owned(),
                    socket: socket.to_owned(),
                    from: from.to_string(),
                    to: to.to_string(),
                    why: event.why.clone(),
                    rfc: event.rfc.to_owned(),
                }));
                return Some(to);
            }
            // The frame's own note says it.
            EventKind::Retransmission { .. } => false,
            // The TCB shows which timers run.
            EventKind::Timer { change, .. } => change == TimerChange::Expired && self.detail == Detail::Full,
            EventKind::Check { dropped: true } | EventKind::Failed(_) | EventKind::Suspicious => true,
            EventKind::Check { dropped: false }
            | EventKind::Rtt { .. }
            | EventKind::DuplicateAck { .. }
            | EventKind::Congestion { .. }
            | EventKind::Window { .. } => self.detail == Detail::Full,
        };
        if note {
            let why: Text = event.why.clone();
            out.note(&self.name, why);
        }
        None
    }
}
