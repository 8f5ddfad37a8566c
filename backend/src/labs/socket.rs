//! A kernel socket whose every call is recorded.
//!
//! Each method is one system call. Where a call could wait for ever, the thread first waits with `poll` for the socket
//! or the run's end, which is not recorded; the time of the call as recorded includes that wait, as a program that
//! simply blocks would see it.

use std::{
    io,
    net::{Shutdown, SocketAddr, SocketAddrV4},
    os::fd::AsRawFd,
    time::{Duration, Instant},
};

use nix::sys::socket::{SockaddrIn, recvfrom};
use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use super::{Run, Stop, recorder::Line, text::quoted};
use crate::capture::Transport;

/// The longest that a call waits for the other side, which is a thread of the same program.
const PATIENCE: Duration = Duration::from_secs(5);

/// Room for whatever a call may receive.
const ROOM: usize = 65_536;

/// A socket of one side of a lab.
#[derive(Debug)]
pub(super) struct Traced<'run> {
    run: &'run Run,
    node: &'static str,
    /// What the socket is called in the lines of code.
    name: &'static str,
    socket: Socket,
}

impl<'run> Traced<'run> {
    /// `socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)`
    pub(super) fn tcp(run: &'run Run, node: &'static str, name: &'static str) -> Result<Self, Stop> {
        let line = Line::new(
            "socket",
            format!("let {name} = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;"),
            format!("{name} = socket.socket(socket.AF_INET, socket.SOCK_STREAM)"),
        )
        .arg("domain", "AF_INET")
        .arg("type", "SOCK_STREAM|SOCK_CLOEXEC")
        .arg("protocol", "IPPROTO_TCP");
        Self::open(run, node, name, line, Type::STREAM, Protocol::TCP)
    }

    /// `socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP)`
    pub(super) fn udp(run: &'run Run, node: &'static str, name: &'static str) -> Result<Self, Stop> {
        let line = Line::new(
            "socket",
            format!("let {name} = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;"),
            format!("{name} = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"),
        )
        .arg("domain", "AF_INET")
        .arg("type", "SOCK_DGRAM|SOCK_CLOEXEC")
        .arg("protocol", "IPPROTO_UDP");
        run.track_udp();
        Self::open(run, node, name, line, Type::DGRAM, Protocol::UDP)
    }

    fn open(
        run: &'run Run,
        node: &'static str,
        name: &'static str,
        line: Line,
        kind: Type,
        protocol: Protocol,
    ) -> Result<Self, Stop> {
        let open = || Socket::new(Domain::IPV4, kind, Some(protocol));
        let socket = run.call(node, line, open, |socket| socket.as_raw_fd().to_string())?;
        Ok(Self { run, node, name, socket })
    }

    /// `setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1)`
    pub(super) fn reuse_address(&self) -> Result<(), Stop> {
        let Self { name, .. } = self;
        let line = self
            .line(
                "setsockopt",
                format!("{name}.set_reuse_address(true)?;"),
                format!("{name}.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)"),
            )
            .arg("level", "SOL_SOCKET")
            .arg("optname", "SO_REUSEADDR")
            .arg("optval", "[1]");
        self.run.call(self.node, line, || self.socket.set_reuse_address(true), zero)
    }

    /// `bind` to a free port of the loopback address, and `getsockname` to learn which; the run watches it from then on.
    pub(super) fn bind_loopback(&self) -> Result<SocketAddrV4, Stop> {
        let Self { name, .. } = self;
        let any: SocketAddr = ([127, 0, 0, 1], 0).into();
        let line = self
            .line(
                "bind",
                format!("{name}.bind(&\"{any}\".parse::<SocketAddr>()?.into())?;"),
                format!("{name}.bind((\"{}\", {}))", any.ip(), any.port()),
            )
            .arg("addr", any);
        self.run.call(self.node, line, || self.socket.bind(&any.into()), zero)?;
        let line = self.line(
            "getsockname",
            format!("let address = {name}.local_addr()?;"),
            format!("address = {name}.getsockname()"),
        );
        let address = self.run.call_with(
            self.node,
            line,
            || v4(&self.socket.local_addr()?),
            |address, args| {
                args.push(("addr".to_owned(), address.to_string()));
                "0".to_owned()
            },
        )?;
        let is_tcp = self.socket.r#type().is_ok_and(|kind| kind == Type::STREAM);
        let protocol = if is_tcp { Transport::Tcp } else { Transport::Udp };
        self.run.watch(protocol, address.port(), self.node).map_err(|_| Stop::Failed)?;
        if is_tcp {
            self.run.track_tcp(address, None);
        }
        // Now that the port is the lab's, its row is too.
        self.run.sample();
        Ok(address)
    }

    /// `listen`
    pub(super) fn listen(&self, backlog: i32) -> Result<(), Stop> {
        let Self { name, .. } = self;
        let line = self
            .line("listen", format!("{name}.listen({backlog})?;"), format!("{name}.listen({backlog})"))
            .arg("backlog", backlog);
        self.run.call(self.node, line, || self.socket.listen(backlog), zero)
    }

    /// `accept`
    pub(super) fn accept(&self, connection: &'static str) -> Result<Traced<'run>, Stop> {
        let Self { name, .. } = self;
        let line = self.line(
            "accept4",
            format!("let ({connection}, peer) = {name}.accept()?;"),
            format!("{connection}, peer = {name}.accept()"),
        );
        let (socket, _) = self.when_readable(
            line,
            || {
                let (socket, peer) = self.socket.accept()?;
                let peer = v4(&peer)?;
                self.run.track_tcp(v4(&socket.local_addr()?)?, Some(peer));
                Ok((socket, peer))
            },
            |(socket, peer), args| {
                args.push(("addr".to_owned(), peer.to_string()));
                socket.as_raw_fd().to_string()
            },
        )?;
        Ok(Traced { run: self.run, node: self.node, name: connection, socket })
    }

    /// `connect`
    pub(super) fn connect(&self, address: SocketAddrV4) -> Result<(), Stop> {
        let Self { name, .. } = self;
        let line = self
            .line(
                "connect",
                format!("{name}.connect(&\"{address}\".parse::<SocketAddr>()?.into())?;"),
                format!("{name}.connect((\"{}\", {}))", address.ip(), address.port()),
            )
            .arg("addr", address);
        let connect = || {
            self.socket.connect(&address.into())?;
            // Both ends are known from here on, before the tables are looked at.
            let local = v4(&self.socket.local_addr()?)?;
            self.run.track_tcp(local, Some(address));
            self.run.track_tcp(address, Some(local));
            Ok(())
        };
        self.run.call(self.node, line, connect, zero)
    }

    /// `send`, once: says how many bytes the kernel took.
    pub(super) fn send(&self, bytes: &[u8]) -> Result<usize, Stop> {
        let Self { name, .. } = self;
        let line = self
            .line("sendto", format!("let sent = {name}.send(&bytes)?;"), format!("sent = {name}.send(data)"))
            .arg("buf", quoted(bytes))
            .arg("len", bytes.len())
            .arg("flags", "MSG_NOSIGNAL");
        self.run.cancel.writable(&self.socket, PATIENCE)?;
        self.run.call(self.node, line, || self.socket.send(bytes), ToString::to_string)
    }

    /// `send`, as often as it takes.
    pub(super) fn send_all(&self, mut bytes: &[u8]) -> Result<(), Stop> {
        while !bytes.is_empty() {
            let sent = self.send(bytes)?;
            bytes = bytes.get(sent..).unwrap_or_default();
        }
        Ok(())
    }

    /// `recv`, once; no bytes when the other side has closed.
    pub(super) fn recv(&self) -> Result<Vec<u8>, Stop> {
        let Self { name, .. } = self;
        let line = self
            .line(
                "recvfrom",
                format!("let n = {name}.read(&mut buffer)?;"),
                format!("data = {name}.recv({ROOM})"),
            )
            .arg("len", ROOM)
            .arg("flags", "0");
        self.when_readable(
            line,
            || {
                let mut buffer = vec![0; ROOM];
                let n = io::Read::read(&mut &self.socket, &mut buffer)?;
                buffer.truncate(n);
                Ok(buffer)
            },
            |bytes, args| received(bytes, args),
        )
    }

    /// [`Self::recv`], if something can be received within that time; waiting is not a call of the trace.
    pub(super) fn recv_within(&self, time: Duration) -> Result<Option<Vec<u8>>, Stop> {
        if self.run.cancel.readable(&self.socket, time)? { self.recv().map(Some) } else { Ok(None) }
    }

    /// `sendto`
    pub(super) fn send_to(&self, bytes: &[u8], to: SocketAddrV4) -> Result<(), Stop> {
        let Self { name, .. } = self;
        let line = self
            .line(
                "sendto",
                format!("{name}.send_to(&bytes, &\"{to}\".parse::<SocketAddr>()?.into())?;"),
                format!("{name}.sendto(data, (\"{}\", {}))", to.ip(), to.port()),
            )
            .arg("buf", quoted(bytes))
            .arg("len", bytes.len())
            .arg("flags", "MSG_NOSIGNAL")
            .arg("dest_addr", to);
        let send = || self.socket.send_to(bytes, &to.into());
        self.run.call(self.node, line, send, ToString::to_string)?;
        Ok(())
    }

    /// `recvfrom`
    pub(super) fn recv_from(&self) -> Result<(Vec<u8>, SocketAddrV4), Stop> {
        let Self { name, .. } = self;
        let line = self
            .line(
                "recvfrom",
                format!("let (n, from) = {name}.recv_from(&mut buffer)?;"),
                format!("data, source = {name}.recvfrom({ROOM})"),
            )
            .arg("len", ROOM)
            .arg("flags", "0");
        self.when_readable(
            line,
            || {
                let mut buffer = vec![0; ROOM];
                let (n, from) = recvfrom::<SockaddrIn>(self.socket.as_raw_fd(), &mut buffer)?;
                buffer.truncate(n);
                let from = from.ok_or_else(|| io::Error::other("no source address"))?;
                Ok((buffer, SocketAddrV4::from(from)))
            },
            |(bytes, from), args| {
                let result = received(bytes, args);
                args.push(("src_addr".to_owned(), from.to_string()));
                result
            },
        )
    }

    /// `shutdown(fd, SHUT_WR)`
    pub(super) fn shutdown_write(&self) -> Result<(), Stop> {
        let Self { name, .. } = self;
        let line = self
            .line(
                "shutdown",
                format!("{name}.shutdown(Shutdown::Write)?;"),
                format!("{name}.shutdown(socket.SHUT_WR)"),
            )
            .arg("how", "SHUT_WR");
        self.run.call(self.node, line, || self.socket.shutdown(Shutdown::Write), zero)
    }

    /// The socket itself, for a service that makes its calls on its own.
    pub(super) fn into_socket(self) -> Socket {
        self.socket
    }

    /// `close`
    pub(super) fn close(self) -> Result<(), Stop> {
        let line = self.line("close", format!("drop({});", self.name), format!("{}.close()", self.name));
        let Self { run, node, socket, .. } = self;
        run.call(node, line, || nix::unistd::close(socket).map_err(io::Error::from), zero)
    }

    /// A call on this socket.
    fn line(&self, call: &'static str, rust: String, python: String) -> Line {
        Line::new(call, rust, python).arg("fd", self.socket.as_raw_fd())
    }

    /// Makes a call once there is something to read; after [`PATIENCE`] it fails as with SO_RCVTIMEO.
    fn when_readable<T>(
        &self,
        line: Line,
        call: impl FnOnce() -> io::Result<T>,
        show: impl FnOnce(&T, &mut Vec<(String, String)>) -> String,
    ) -> Result<T, Stop> {
        let mut stop = None;
        let before = Instant::now();
        let waited =
            || match self.run.cancel.readable(&self.socket, PATIENCE.saturating_sub(before.elapsed())) {
                Ok(true) => call(),
                Ok(false) => Err(io::Error::from_raw_os_error(nix::Error::EAGAIN as i32)),
                Err(why) => {
                    stop = Some(why);
                    Err(io::Error::from_raw_os_error(nix::Error::EINTR as i32))
                }
            };
        let outcome = self.run.call_with(self.node, line, waited, show);
        stop.map_or(outcome, Err)
    }
}

fn zero<T>(_: &T) -> String {
    "0".to_owned()
}

fn received(bytes: &[u8], args: &mut Vec<(String, String)>) -> String {
    // After the descriptor, where `recvfrom` has it.
    args.insert(1.min(args.len()), ("buf".to_owned(), quoted(bytes)));
    bytes.len().to_string()
}

fn v4(address: &SockAddr) -> io::Result<SocketAddrV4> {
    address.as_socket_ipv4().ok_or_else(|| io::Error::other("not an IPv4 address"))
}
