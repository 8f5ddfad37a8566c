//! UDP sockets (RFC 768) and the programs behind them.

use std::net::{Ipv4Addr, SocketAddr};

use smoltcp::wire::{IpAddress, IpProtocol, UdpPacket, UdpRepr};

use super::{
    Host,
    calls::{self, Line, address_in_use, errno},
    frames::checksums,
    ip::{HEADER, MTU},
    text,
};
use crate::{
    sim::{device::Outbox, scenario::App},
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
    port: u16,
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

    pub(super) fn ports(&self) -> impl Iterator<Item = u16> {
        self.sockets.iter().filter(|socket| socket.open).map(|socket| socket.port)
    }

    fn bound(&self, port: u16) -> bool {
        self.sockets.iter().any(|socket| socket.open && socket.port == port)
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
        let bind = calls::bind(&self.name, fd, name, (self.address.addr(), port).into());
        if self.udp.bound(port) {
            bind.failed(address_in_use()).log(out);
            return calls::close(&self.name, fd, name, out);
        }
        bind.log(out);
        self.udp_open(now, name, fd, port, app);
    }

    fn udp_open(&mut self, now: Time, name: &str, fd: u32, port: u16, app: App) {
        let name = name.to_owned();
        self.udp.sockets.push(Socket {
            name,
            fd,
            port,
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
        let open = self.udp.named(name).filter(|socket| socket.open).map(|socket| (socket.fd, socket.port));
        let (fd, port) = open.unwrap_or_else(|| {
            let (fd, port) = (self.descriptors.open(), self.udp.free_port());
            calls::socket_udp(&self.name, fd, name, out);
            self.udp_open(now, name, fd, port, App::Script);
            (fd, port)
        });
        self.udp_send_from(now, (name, fd, port), to, data, out);
    }

    fn udp_send_from(
        &mut self,
        now: Time,
        (name, fd, port): (&str, u32, u16),
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
        if !self.address.contains(&to) {
            return call.failed(errno("ENETUNREACH", 101, "Network is unreachable")).log(out);
        }
        if HEADER + UDP_HEADER + data.len() > MTU {
            // A socket that must not fragment (IP_PMTUDISC_DO) refuses what does not fit; this machine cannot fragment.
            return call.failed(errno("EMSGSIZE", 90, "Message too long")).log(out);
        }
        call.returned(data.len()).log(out);
        let mut bytes = vec![0; UDP_HEADER + data.len()];
        UdpRepr { src_port: port, dst_port: to_port }.emit(
            &mut UdpPacket::new_unchecked(&mut bytes),
            &IpAddress::from(self.address.addr()),
            &IpAddress::from(to),
            data.len(),
            |payload| payload.copy_from_slice(data),
            &checksums(),
        );
        let note = text::UDP_SEND.with(&[("bytes", &data.len())]);
        self.send_ip(now, to, IpProtocol::Udp, &bytes, Some(note), out);
    }

    pub(super) fn udp_input(
        &mut self,
        now: Time,
        from: SocketAddr,
        to: SocketAddr,
        frame: &[u8],
        payload: &[u8],
        out: &mut Outbox,
    ) {
        let open = |socket: &&mut Socket| socket.open && socket.port == to.port();
        let Some(socket) = self.udp.sockets.iter_mut().find(open) else {
            return self.port_unreachable(now, frame, to.port(), out);
        };
        socket.datagrams += 1;
        socket.bytes += payload.len() as u64;
        let waited = now.since(std::mem::replace(&mut socket.waiting, now));
        let (name, fd, port, app) = (socket.name.clone(), socket.fd, socket.port, socket.app);
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
        .arg("src_addr", from)
        .returned(payload.len())
        .took(waited)
        .log(out);
        if let (App::Echo, SocketAddr::V4(peer)) = (app, from) {
            self.udp_send_from(now, (&name, fd, port), (*peer.ip(), peer.port()), payload, out);
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
