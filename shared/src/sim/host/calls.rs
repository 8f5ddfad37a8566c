//! A program's system calls, as they would be on Linux, so that a simulated trace reads like a real one.

use std::{fmt::Display, net::SocketAddr};

use crate::{
    sim::device::Outbox,
    stack::SendError,
    tcp::Error,
    trace::{Call, CallError, EventKind},
};

/// The next file descriptor of each machine's program; 0 to 2 are taken.
#[derive(Debug)]
pub(super) struct Descriptors(u32);

impl Default for Descriptors {
    fn default() -> Self {
        Self(3)
    }
}

impl Descriptors {
    pub(super) const fn open(&mut self) -> u32 {
        let fd = self.0;
        self.0 += 1;
        fd
    }
}

/// A call that has returned.
pub(super) struct Line {
    call: Call,
}

impl Line {
    /// The call `name`, which succeeded with 0, and the lines of Rust and Python that make it.
    pub(super) fn new(node: &str, name: &str, rust: impl Into<String>, python: impl Into<String>) -> Self {
        Self {
            call: Call {
                node: node.to_owned(),
                name: name.to_owned(),
                args: Vec::new(),
                result: Ok("0".to_owned()),
                micros: 0,
                rust: Some(rust.into()),
                python: Some(python.into()),
            },
        }
    }

    pub(super) fn arg(mut self, name: &str, value: impl Display) -> Self {
        self.call.args.push((name.to_owned(), value.to_string()));
        self
    }

    pub(super) fn returned(mut self, value: impl Display) -> Self {
        self.call.result = Ok(value.to_string());
        self
    }

    pub(super) fn failed(mut self, error: CallError) -> Self {
        self.call.result = Err(error);
        self
    }

    pub(super) const fn took(mut self, micros: u64) -> Self {
        self.call.micros = micros;
        self
    }

    pub(super) fn log(self, out: &mut Outbox) {
        out.log(EventKind::Call(self.call));
    }
}

/// `socket()` for TCP.
pub(super) fn socket_tcp(node: &str, fd: u32, name: &str, out: &mut Outbox) {
    Line::new(
        node,
        "socket",
        format!("let {name} = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;"),
        format!("{name} = socket.socket(socket.AF_INET, socket.SOCK_STREAM)"),
    )
    .arg("domain", "AF_INET")
    .arg("type", "SOCK_STREAM|SOCK_CLOEXEC")
    .arg("protocol", "IPPROTO_TCP")
    .returned(fd)
    .log(out);
}

/// `socket()` for UDP.
pub(super) fn socket_udp(node: &str, fd: u32, name: &str, out: &mut Outbox) {
    Line::new(
        node,
        "socket",
        format!("let {name} = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;"),
        format!("{name} = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"),
    )
    .arg("domain", "AF_INET")
    .arg("type", "SOCK_DGRAM|SOCK_CLOEXEC")
    .arg("protocol", "IPPROTO_UDP")
    .returned(fd)
    .log(out);
}

/// `bind()`, not yet logged.
pub(super) fn bind(node: &str, fd: u32, name: &str, address: SocketAddr) -> Line {
    let rust = format!("{name}.bind(&\"{address}\".parse::<SocketAddr>()?.into())?;");
    let python = format!("{name}.bind((\"{}\", {}))", address.ip(), address.port());
    Line::new(node, "bind", rust, python).arg("fd", fd).arg("addr", address)
}

/// `connect()`, not yet logged.
pub(super) fn connect(node: &str, fd: u32, name: &str, to: SocketAddr) -> Line {
    let rust = format!("{name}.connect(&\"{to}\".parse::<SocketAddr>()?.into())?;");
    let python = format!("{name}.connect((\"{}\", {}))", to.ip(), to.port());
    Line::new(node, "connect", rust, python).arg("fd", fd).arg("addr", to)
}

/// `recvfrom()` of a UDP socket, not yet logged.
pub(super) fn recvfrom(node: &str, fd: u32, name: &str, room: usize) -> Line {
    let rust = format!("let (n, from) = {name}.recv_from(&mut buffer)?;");
    Line::new(node, "recvfrom", rust, format!("data, source = {name}.recvfrom({room})")).arg("fd", fd)
}

/// `setsockopt()`, not yet logged.
pub(super) fn option(node: &str, fd: u32, rust: String, python: String) -> Line {
    Line::new(node, "setsockopt", rust, python).arg("fd", fd)
}

/// `close()`.
pub(super) fn close(node: &str, fd: u32, name: &str, out: &mut Outbox) {
    Line::new(node, "close", format!("drop({name});"), format!("{name}.close()")).arg("fd", fd).log(out);
}

/// Linux's word and number for what ended a connection or refused a call.
pub(super) fn refusal(error: Error) -> CallError {
    match error {
        Error::Refused => errno("ECONNREFUSED", 111, "Connection refused"),
        Error::Reset => errno("ECONNRESET", 104, "Connection reset by peer"),
        Error::UserTimeout => errno("ETIMEDOUT", 110, "Connection timed out"),
        Error::Aborted => errno("ECONNABORTED", 103, "Software caused connection abort"),
        Error::NetUnreachable => errno("ENETUNREACH", 101, "Network is unreachable"),
        Error::HostUnreachable => errno("EHOSTUNREACH", 113, "No route to host"),
        Error::ProtocolUnreachable => errno("ENOPROTOOPT", 92, "Protocol not available"),
        Error::Closing => errno("EPIPE", 32, "Broken pipe"),
        Error::DoesNotExist => errno("ENOTCONN", 107, "Transport endpoint is not connected"),
        Error::WouldBlock => errno("EAGAIN", 11, "Resource temporarily unavailable"),
    }
}

pub(super) fn errno(errno: &str, code: i32, message: &str) -> CallError {
    CallError { errno: errno.to_owned(), code, message: message.to_owned() }
}

/// Why a packet could not be sent.
pub(super) fn no_way(error: SendError) -> CallError {
    match error {
        SendError::NoRoute(_) => errno("ENETUNREACH", 101, "Network is unreachable"),
        SendError::NoSource(_) => errno("EADDRNOTAVAIL", 99, "Cannot assign requested address"),
        SendError::TooLarge { .. } => errno("EMSGSIZE", 90, "Message too long"),
    }
}

pub(super) fn address_in_use() -> CallError {
    errno("EADDRINUSE", 98, "Address already in use")
}
