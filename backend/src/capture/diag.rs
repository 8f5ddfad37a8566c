//! One TCP connection's state, asked of the kernel by its addresses: netlink's sock_diag, see sock_diag(7).
//!
//! A question costs microseconds, where `/proc/net/tcp` walks every connection of the machine. What is in TIME-WAIT is
//! found too.

use std::{
    cell::RefCell,
    io::{self, Read},
    net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener},
    time::Duration,
};

use netlink_packet_core::{NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_sock_diag::{
    SockDiagMessage,
    inet::{ExtensionFlags, InetRequest, InetResponseHeader, SocketId, StateFlags},
};
use socket2::{Domain, Protocol, Socket, Type};

use super::{
    Transport,
    sockets::{Row, tcp_state},
};

/// `AF_NETLINK` and `NETLINK_SOCK_DIAG`, from <linux/socket.h> and <linux/netlink.h>.
const NETLINK: i32 = 16;
const SOCK_DIAG: i32 = 4;
/// `AF_INET` and `IPPROTO_TCP`.
const INET: u8 = 2;
const TCP: u8 = 6;
/// `TCP_LISTEN`, from <net/tcp_states.h>.
const LISTEN: u8 = 10;
/// The kernel answers while it is asked; if it does not within this time, it never will.
const PATIENCE: Duration = Duration::from_millis(200);

/// A socket to ask by.
#[derive(Debug)]
pub struct Diag {
    socket: Socket,
    sequence: RefCell<u32>,
}

impl Diag {
    /// Opens it.
    ///
    /// # Errors
    /// The kernel's, when it has no sock_diag or does not let one ask.
    pub fn open() -> io::Result<Self> {
        let socket = Socket::new(Domain::from(NETLINK), Type::RAW, Some(Protocol::from(SOCK_DIAG)))?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let diag = Self { socket, sequence: RefCell::new(0) };
        // A kernel without its part for TCP says of every socket that there is none: so ask of one that there is.
        let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        match probe.local_addr()? {
            SocketAddr::V4(address) if diag.find(address, None)?.is_some() => Ok(diag),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// One that gets no answer.
    #[cfg(test)]
    pub fn refused() -> io::Result<Self> {
        let (socket, _) = Socket::pair(Domain::UNIX, Type::DGRAM, None)?;
        Ok(Self { socket, sequence: RefCell::new(0) })
    }

    /// The connection between these addresses, or what listens at `local` if there is no `remote`.
    ///
    /// # Errors
    /// The kernel's. That there is no such socket is none.
    pub fn find(&self, local: SocketAddrV4, remote: Option<SocketAddrV4>) -> io::Result<Option<Row>> {
        let sequence = self.ask(local, remote)?;
        let mut buffer = [0; 4096];
        loop {
            let length = (&self.socket).read(&mut buffer)?;
            let bytes = buffer.get(..length).unwrap_or_default();
            let message = NetlinkMessage::<SockDiagMessage>::deserialize(bytes).map_err(io::Error::other)?;
            // An answer to an earlier question, which came too late.
            if message.header.sequence_number != sequence {
                continue;
            }
            return match message.payload {
                NetlinkPayload::InnerMessage(SockDiagMessage::InetResponse(response)) => {
                    Ok(row(&response.header, local, remote))
                }
                NetlinkPayload::Error(error) => match error.to_io() {
                    error if error.kind() == io::ErrorKind::NotFound => Ok(None),
                    error => Err(error),
                },
                other => Err(io::Error::other(format!("an answer that is none: {other:?}"))),
            };
        }
    }

    fn ask(&self, local: SocketAddrV4, remote: Option<SocketAddrV4>) -> io::Result<u32> {
        let sequence = self.sequence.borrow().wrapping_add(1);
        self.sequence.replace(sequence);
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST;
        header.sequence_number = sequence;
        let mut socket_id = SocketId::new_v4();
        socket_id.source_address = IpAddr::V4(*local.ip());
        socket_id.source_port = local.port();
        if let Some(remote) = remote {
            socket_id.destination_address = IpAddr::V4(*remote.ip());
            socket_id.destination_port = remote.port();
        }
        // `INET_DIAG_NOCOOKIE`: whichever socket has these addresses.
        socket_id.cookie = [0xff; 8];
        let request = InetRequest {
            family: INET,
            protocol: TCP,
            extensions: ExtensionFlags::empty(),
            states: StateFlags::all(),
            socket_id,
        };
        let mut message = NetlinkMessage::new(header, SockDiagMessage::InetRequest(request).into());
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        self.socket.send(&bytes)?;
        Ok(sequence)
    }
}

/// Where there is no such connection the kernel names what listens; that is another socket.
fn row(header: &InetResponseHeader, local: SocketAddrV4, remote: Option<SocketAddrV4>) -> Option<Row> {
    let no_one = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);
    let remote = remote.unwrap_or(no_one);
    (header.socket_id.destination_port == remote.port()).then(|| Row {
        protocol: Transport::Tcp,
        local,
        remote,
        state: tcp_state(header.state),
        receive_queue: header.recv_queue,
        // Of what listens it is the backlog that was asked for: no bytes, and not in /proc/net/tcp.
        send_queue: if header.state == LISTEN { 0 } else { header.send_queue },
    })
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    fn v4(address: SocketAddr) -> SocketAddrV4 {
        let SocketAddr::V4(address) = address else { unreachable!() };
        address
    }

    #[test]
    fn it_says_of_a_connection_what_the_table_says() {
        let diag = Diag::open().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = v4(listener.local_addr().unwrap());
        assert_eq!(diag.find(server, None).unwrap().unwrap().state, "LISTEN");
        let stream = TcpStream::connect(server).unwrap();
        let client = v4(stream.local_addr().unwrap());
        assert_eq!(diag.find(server, Some("127.0.0.1:1".parse().unwrap())).unwrap(), None);
        let (accepted, _) = listener.accept().unwrap();
        for (local, remote) in [(client, server), (server, client)] {
            let row = diag.find(local, Some(remote)).unwrap().unwrap();
            let table = super::super::sockets::all().unwrap();
            assert!(table.contains(&row), "{row:?}");
        }
        // Whoever closes first is left in TIME-WAIT: here the client, and of a second connection the server.
        let second = TcpStream::connect(server).unwrap();
        let other = v4(second.local_addr().unwrap());
        let (its_end, _) = listener.accept().unwrap();
        drop(stream);
        drop(accepted);
        drop(its_end);
        drop(second);
        for (local, remote) in [(client, server), (server, other)] {
            assert_eq!(diag.find(local, Some(remote)).unwrap().unwrap().state, "TIME-WAIT");
            assert_eq!(diag.find(remote, Some(local)).unwrap(), None);
        }
        drop(listener);
        assert_eq!(diag.find(server, None).unwrap(), None);
    }
}
