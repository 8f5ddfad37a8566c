//! A kernel socket whose every call is recorded.
//!
//! Each method is one system call. Where a call could wait for ever, the thread first waits with `poll` for the socket
//! or the run's end, which is not recorded; the time of the call as recorded includes that wait, as a program that
//! simply blocks would see it.
//!
//! * here: a socket's life, from `socket` to `close`.
//! * [`data`]: what it sends and receives.
//! * [`loss`]: what it lets fall.

mod data;
pub(super) mod loss;

use std::{
    io,
    net::{Shutdown, SocketAddr, SocketAddrV4},
    os::fd::AsRawFd,
    sync::OnceLock,
    time::{Duration, Instant},
};

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use super::{Run, Stop, recorder::Line};
use crate::capture::Transport;

/// The longest that a call waits for the other side, which is a thread of the same program.
const PATIENCE: Duration = Duration::from_secs(5);

/// A socket of one side of a lab.
#[derive(Debug)]
pub(super) struct Traced<'run> {
    run: &'run Run,
    node: &'static str,
    /// What the socket is called in the lines of code.
    name: &'static str,
    socket: Socket,
    /// The port that it was bound to; what accepts a connection shares its port with it.
    bound: OnceLock<(Transport, u16)>,
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
        Ok(Self { run, node, name, socket, bound: OnceLock::new() })
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

    /// `setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, 1)`
    pub(super) fn share_port(&self) -> Result<(), Stop> {
        let Self { name, .. } = self;
        let line = self
            .line(
                "setsockopt",
                format!("{name}.set_reuse_port(true)?;"),
                format!("{name}.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)"),
            )
            .arg("level", "SOL_SOCKET")
            .arg("optname", "SO_REUSEPORT")
            .arg("optval", "[1]");
        self.run.call(self.node, line, || self.socket.set_reuse_port(true), zero)
    }

    /// `setsockopt(fd, SOL_SOCKET, SO_LINGER, {1, 0})`: `close` will reset the connection.
    pub(super) fn linger_for_no_time(&self) -> Result<(), Stop> {
        let Self { name, .. } = self;
        let line = self
            .line(
                "setsockopt",
                format!("{name}.set_linger(Some(Duration::ZERO))?;"),
                format!("{name}.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(\"ii\", 1, 0))"),
            )
            .arg("level", "SOL_SOCKET")
            .arg("optname", "SO_LINGER")
            .arg("optval", "{l_onoff=1, l_linger=0}");
        self.run.call(self.node, line, || self.socket.set_linger(Some(Duration::ZERO)), zero)
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
        // It is bound once: the kernel refuses a second time.
        self.bound.get_or_init(|| (protocol, address.port()));
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
        let listen = || {
            // The kernel's table has a TCP socket from here on, and not since `bind`.
            self.run.track_tcp(v4(&self.socket.local_addr()?)?, None);
            self.socket.listen(backlog)
        };
        self.run.call(self.node, line, listen, zero)
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
        Ok(Traced { run: self.run, node: self.node, name: connection, socket, bound: OnceLock::new() })
    }

    /// `connect`
    pub(super) fn connect(&self, address: SocketAddrV4) -> Result<(), Stop> {
        self.connect_then(address, || Ok(()))
    }

    /// `connect`; `on_its_way` is told when the SYN was sent, and the answer is waited for after that.
    pub(super) fn connect_then(
        &self,
        address: SocketAddrV4,
        on_its_way: impl FnOnce() -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let Self { name, .. } = self;
        let line = self
            .line(
                "connect",
                format!("{name}.connect(&\"{address}\".parse::<SocketAddr>()?.into())?;"),
                format!("{name}.connect((\"{}\", {}))", address.ip(), address.port()),
            )
            .arg("addr", address);
        let mut stop = None;
        let connect = || {
            // A program would simply wait in `connect`; so that the wait can be ended it is done with `poll`.
            self.socket.set_nonblocking(true)?;
            match self.socket.connect(&address.into()) {
                Err(error) if error.raw_os_error() != Some(nix::Error::EINPROGRESS as i32) => {
                    return Err(error);
                }
                _ => {}
            }
            // Both ends are known from here on, before the tables are looked at.
            let local = v4(&self.socket.local_addr()?)?;
            self.run.track_tcp(local, Some(address));
            self.run.track_tcp(address, Some(local));
            let waited = on_its_way().and_then(|()| self.run.cancel.writable(&self.socket, PATIENCE));
            match waited {
                Ok(true) => self.socket.take_error()?.map_or(Ok(()), Err)?,
                Ok(false) => return Err(io::Error::from_raw_os_error(nix::Error::ETIMEDOUT as i32)),
                Err(why) => {
                    stop = Some(why);
                    return Err(io::Error::from_raw_os_error(nix::Error::EINTR as i32));
                }
            }
            self.socket.set_nonblocking(false)
        };
        let outcome = self.run.call(self.node, line, connect, zero);
        stop.map_or(outcome, Err)
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

    /// Leaves the socket as it is until the run is over and nothing is recorded any more.
    pub(super) fn leave_open(self) {
        self.run.leave_open(self.socket);
    }

    /// The socket itself, for a service that makes its calls on its own.
    pub(super) fn into_socket(self) -> Socket {
        self.socket
    }

    /// `close`
    pub(super) fn close(self) -> Result<(), Stop> {
        let line = self.line("close", format!("drop({});", self.name), format!("{}.close()", self.name));
        let Self { run, node, socket, bound, .. } = self;
        let close = || {
            let outcome = nix::unistd::close(socket).map_err(io::Error::from);
            if let Some((protocol, port)) = bound.get() {
                run.unwatch(*protocol, *port);
            }
            outcome
        };
        run.call(node, line, close, zero)
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

fn v4(address: &SockAddr) -> io::Result<SocketAddrV4> {
    address.as_socket_ipv4().ok_or_else(|| io::Error::other("not an IPv4 address"))
}
