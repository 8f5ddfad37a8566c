//! UDP sockets (RFC 768) and the programs behind them.

use std::net::{Ipv4Addr, SocketAddr};

use smoltcp::{
    phy::ChecksumCapabilities,
    wire::{IpAddress, IpProtocol, UdpPacket, UdpRepr},
};

use super::{
    Host,
    calls::{self, Line, address_in_use, no_way},
    text,
};
use crate::{
    sim::{device::Outbox, scenario::App},
    stack::{Outgoing, Received},
    trace::{Time, quoted},
};

/// An UDP header.
const UDP_HEADER: usize = 8;

/// Room for whatever a call may receive.
const ROOM: usize = 65_536;

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

#[derive(Debug)]
struct Socket {
    name: String,
    fd: u32,
    /// What it is bound to: an address, or any.
    local: (Ipv4Addr, u16),
    app: App,
    open: bool,
    datagrams: u64,
    bytes: u64,
    /// Since when its program has been waiting for a datagram.
    waiting: Time,
}

impl UdpSockets {
    /// How many datagrams and bytes a socket has received.
    pub(super) fn received(&self, name: &str) -> Option<(u64, u64)> {
        self.named(name).map(|socket| (socket.datagrams, socket.bytes))
    }

    fn named(&self, name: &str) -> Option<&Socket> {
        self.sockets.iter().rfind(|socket| socket.name == name)
    }

    /// The open sockets: what each is bound to, and connected to.
    pub(super) fn ends(&self) -> impl Iterator<Item = (SocketAddr, Option<SocketAddr>)> {
        self.sockets.iter().filter(|socket| socket.open).map(|socket| (socket.local.into(), None))
    }

    fn bound(&self, port: u16) -> bool {
        self.sockets.iter().any(|socket| socket.open && socket.local.1 == port)
    }

    fn free_port(&mut self) -> u16 {
        while self.bound(self.next_port) {
            self.next_port = self.next_port.checked_add(1).unwrap_or(super::tcp::FIRST_DYNAMIC_PORT);
        }
        self.next_port
    }
}

impl Host {
    pub(super) fn udp_bind(&mut self, now: Time, name: &str, port: u16, app: App, out: &mut Outbox) {
        let fd = self.descriptors.open();
        calls::socket_udp(&self.name, fd, name, out);
        let local = (self.usual_address(), port);
        let bind = calls::bind(&self.name, fd, name, local.into());
        if self.udp.bound(port) {
            bind.failed(address_in_use()).log(out);
            return calls::close(&self.name, fd, name, out);
        }
        bind.log(out);
        self.udp_open(now, name, fd, local, app);
    }

    fn udp_open(&mut self, now: Time, name: &str, fd: u32, local: (Ipv4Addr, u16), app: App) {
        let name = name.to_owned();
        self.udp.sockets.push(Socket {
            name,
            fd,
            local,
            app,
            open: true,
            datagrams: 0,
            bytes: 0,
            waiting: now,
        });
    }

    pub(super) fn udp_send(
        &mut self,
        now: Time,
        name: &str,
        to: (Ipv4Addr, u16),
        data: &[u8],
        out: &mut Outbox,
    ) {
        let open = self.udp.named(name).filter(|socket| socket.open).map(|socket| (socket.fd, socket.local));
        let (fd, local) = open.unwrap_or_else(|| {
            let (fd, local) = (self.descriptors.open(), (self.usual_address(), self.udp.free_port()));
            calls::socket_udp(&self.name, fd, name, out);
            self.udp_open(now, name, fd, local, App::Script);
            (fd, local)
        });
        self.udp_send_from(now, (name, fd, local), to, data, out);
    }

    fn udp_send_from(
        &mut self,
        now: Time,
        (name, fd, (own, port)): (&str, u32, (Ipv4Addr, u16)),
        (to, to_port): (Ipv4Addr, u16),
        data: &[u8],
        out: &mut Outbox,
    ) {
        let peer = SocketAddr::from((to, to_port));
        let call = Line::new(
            &self.name,
            "sendto",
            format!("{name}.send_to(&bytes, &\"{peer}\".parse::<SocketAddr>()?.into())?;"),
            format!("{name}.sendto(data, (\"{to}\", {to_port}))"),
        )
        .arg("fd", fd)
        .arg("buf", quoted(data))
        .arg("len", data.len())
        .arg("flags", "MSG_NOSIGNAL")
        .arg("dest_addr", peer);
        let source = if own.is_unspecified() { self.stack.source_for(to) } else { Ok(own) };
        let source = match source {
            Ok(source) => source,
            Err(error) => return call.failed(no_way(error)).log(out),
        };
        let mut bytes = vec![0; UDP_HEADER + data.len()];
        UdpRepr { src_port: port, dst_port: to_port }.emit(
            &mut UdpPacket::new_unchecked(&mut bytes),
            &IpAddress::from(source),
            &IpAddress::from(to),
            data.len(),
            |payload| payload.copy_from_slice(data),
            &ChecksumCapabilities::default(),
        );
        let note = Some(text::UDP_SEND.with(&[("bytes", &data.len())]));
        let packet = Outgoing { src: Some(source), note, ..Outgoing::new(to, IpProtocol::Udp, &bytes) };
        // The call has returned before the packet is on its way.
        let mut sent = Outbox::default();
        match self.send(now, packet, &mut sent) {
            Ok(()) => call.returned(data.len()).log(out),
            Err(error) => call.failed(no_way(error)).log(out),
        }
        out.items.append(&mut sent.items);
    }

    pub(super) fn udp_input(
        &mut self,
        now: Time,
        received: &Received,
        (from_port, port): (u16, u16),
        payload: &[u8],
        out: &mut Outbox,
    ) {
        let dst = received.dst;
        let hears = |(own, bound): (Ipv4Addr, u16)| bound == port && (own.is_unspecified() || own == dst);
        let open = |socket: &&mut Socket| socket.open && hears(socket.local);
        let Some(socket) = self.udp.sockets.iter_mut().find(open) else {
            return self.with_stack(now, out, |stack, outputs| {
                stack.port_unreachable(now, &received.packet, port, outputs);
            });
        };
        socket.datagrams += 1;
        socket.bytes += payload.len() as u64;
        let waited = now.since(std::mem::replace(&mut socket.waiting, now));
        let (name, fd, local, app) = (socket.name.clone(), socket.fd, socket.local, socket.app);
        Line::new(
            &self.name,
            "recvfrom",
            format!("let (n, from) = {name}.recv_from(&mut buffer)?;"),
            format!("data, source = {name}.recvfrom({ROOM})"),
        )
        .arg("fd", fd)
        .arg("buf", quoted(payload))
        .arg("len", ROOM)
        .arg("flags", "0")
        .arg("src_addr", SocketAddr::from((received.src, from_port)))
        .returned(payload.len())
        .took(waited)
        .log(out);
        if app == App::Echo {
            self.udp_send_from(now, (&name, fd, local), (received.src, from_port), payload, out);
        }
    }

    pub(super) fn udp_close(&mut self, name: &str, out: &mut Outbox) -> bool {
        let Some(socket) = self.udp.sockets.iter_mut().rfind(|it| it.name == name && it.open) else {
            return false;
        };
        socket.open = false;
        calls::close(&self.name, socket.fd, name, out);
        true
    }
}
