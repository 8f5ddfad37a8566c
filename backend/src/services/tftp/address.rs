//! A datagram together with the address it was sent to.
//!
//! A server on 0.0.0.0 must answer from the address that the client wrote to: another address is another TID.
//! `recvfrom` does not say which it was; `recvmsg` does, once `IP_PKTINFO` is set. ip(7), ipv6(7).

use std::{
    io::{self, IoSliceMut},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6},
    os::fd::AsRawFd,
};

use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, setsockopt,
    sockopt::{Ipv4PacketInfo, Ipv6RecvPacketInfo},
};
use tokio::{io::Interest, net::UdpSocket};

/// A socket that says where datagrams were sent to.
pub(super) struct Listening {
    socket: UdpSocket,
    local: SocketAddr,
}

/// A datagram's length, its sender, and the address it was sent to.
pub(super) type Arrival = (usize, SocketAddr, SocketAddr);

impl Listening {
    pub(super) fn new(socket: UdpSocket) -> io::Result<Self> {
        let local = socket.local_addr()?;
        if local.ip().is_unspecified() {
            match local {
                SocketAddr::V4(_) => setsockopt(&socket, Ipv4PacketInfo, &true)?,
                SocketAddr::V6(_) => setsockopt(&socket, Ipv6RecvPacketInfo, &true)?,
            }
        }
        Ok(Self { socket, local })
    }

    pub(super) async fn recv(&self, buffer: &mut [u8]) -> io::Result<Arrival> {
        if !self.local.ip().is_unspecified() {
            let (length, from) = self.socket.recv_from(buffer).await?;
            return Ok((length, from, self.local));
        }
        self.socket.async_io(Interest::READABLE, || receive(&self.socket, self.local, buffer)).await
    }

    pub(super) async fn send(&self, bytes: &[u8], to: SocketAddr) -> io::Result<usize> {
        self.socket.send_to(bytes, to).await
    }
}

fn receive(socket: &UdpSocket, local: SocketAddr, buffer: &mut [u8]) -> io::Result<Arrival> {
    let mut space = nix::cmsg_space!(nix::libc::in6_pktinfo, nix::libc::in_pktinfo);
    let mut slices = [IoSliceMut::new(buffer)];
    let message = recvmsg::<SockaddrStorage>(
        socket.as_raw_fd(),
        &mut slices,
        Some(&mut space),
        MsgFlags::MSG_DONTWAIT,
    )?;
    let from = message
        .address
        .as_ref()
        .and_then(address)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a datagram without a sender"))?;
    let mut to = local;
    for control in message.cmsgs()? {
        match control {
            ControlMessageOwned::Ipv4PacketInfo(info) => {
                to.set_ip(IpAddr::V4(Ipv4Addr::from(info.ipi_addr.s_addr.to_ne_bytes())));
            }
            ControlMessageOwned::Ipv6PacketInfo(info) => {
                let ip = Ipv6Addr::from(info.ipi6_addr.s6_addr);
                // A link-local address means nothing without its interface.
                let scope = if ip.is_unicast_link_local() { info.ipi6_ifindex } else { 0 };
                to = SocketAddrV6::new(ip, local.port(), 0, scope).into();
            }
            _ => {}
        }
    }
    Ok((message.bytes, from, to))
}

fn address(storage: &SockaddrStorage) -> Option<SocketAddr> {
    if let Some(v4) = storage.as_sockaddr_in() {
        return Some(SocketAddrV4::from(*v4).into());
    }
    storage.as_sockaddr_in6().map(|v6| SocketAddrV6::from(*v6).into())
}
