//! Every system call and event of a transfer, for whoever keeps a trace.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use firsthop_protocol::{
    tftp::{Event, Packet},
    trace,
};

use crate::clock;

/// Which transfer something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferInfo {
    /// This side's socket: its TID.
    pub local: SocketAddr,
    /// The other side's: for a client that has heard nothing yet, the well-known port.
    pub peer: SocketAddr,
}

/// A system call that has returned.
#[derive(Debug)]
pub struct Call<'a> {
    /// When it returned.
    pub at: Instant,
    /// How long it took, waiting included.
    pub took: Duration,
    /// Which, and its result.
    pub kind: CallKind<'a>,
}

/// Which call, and its result.
#[derive(Debug)]
pub enum CallKind<'a> {
    /// `bind` to port 0; the system chose `local`.
    Bind {
        /// The address and port it got.
        local: SocketAddr,
    },
    /// `sendto`.
    SendTo {
        /// The datagram.
        bytes: &'a [u8],
        /// To whom.
        to: SocketAddr,
        /// Bytes sent.
        result: &'a io::Result<usize>,
    },
    /// `recvfrom`.
    RecvFrom {
        /// The size of the buffer it was given.
        size: usize,
        /// Sender and datagram.
        result: Result<(SocketAddr, &'a [u8]), &'a io::Error>,
    },
    /// `close`.
    Close,
}

/// Hears of every call and event of a transfer, in their order, on the transfer's own thread or task.
pub trait Observer: Send + Sync + 'static {
    /// Whether [`call`](Self::call) is of interest; if not, no clock is read for it.
    fn wants_calls(&self) -> bool {
        true
    }

    /// A system call returned.
    fn call(&self, info: &TransferInfo, call: &Call<'_>);

    /// The machine told something.
    fn event(&self, info: &TransferInfo, event: &Event);
}

/// Nobody listens.
impl Observer for () {
    fn wants_calls(&self) -> bool {
        false
    }

    fn call(&self, _: &TransferInfo, _: &Call<'_>) {}

    fn event(&self, _: &TransferInfo, _: &Event) {}
}

impl Call<'_> {
    /// The call as a trace shows it; `node` is the program that made it.
    pub fn to_trace(&self, node: &str) -> trace::Call {
        let arg = |name: &str, value: String| (name.to_owned(), value);
        let (name, args, result, rust, python) = match &self.kind {
            CallKind::Bind { local } => (
                "bind",
                vec![arg("address", format!("{}:0", local.ip()))],
                Ok(local.to_string()),
                format!("let socket = UdpSocket::bind((\"{}\", 0))?;", local.ip()),
                format!("sock.bind((\"{}\", 0))", local.ip()),
            ),
            CallKind::SendTo { bytes, to, result } => (
                "sendto",
                vec![
                    arg("data", describe(bytes)),
                    arg("len", bytes.len().to_string()),
                    arg("to", to.to_string()),
                ],
                result.as_ref().map(ToString::to_string).map_err(call_error),
                "socket.send_to(&packet, peer)?;".to_owned(),
                "sock.sendto(packet, peer)".to_owned(),
            ),
            CallKind::RecvFrom { size, result } => (
                "recvfrom",
                vec![arg("len", size.to_string())],
                match result {
                    Ok((from, bytes)) => {
                        Ok(format!("{} bytes from {from}: {}", bytes.len(), describe(bytes)))
                    }
                    Err(error) => Err(call_error(error)),
                },
                "let (length, peer) = socket.recv_from(&mut buffer)?;".to_owned(),
                format!("packet, peer = sock.recvfrom({size})"),
            ),
            CallKind::Close => (
                "close",
                Vec::new(),
                Ok("0".to_owned()),
                "drop(socket);".to_owned(),
                "sock.close()".to_owned(),
            ),
        };
        trace::Call {
            node: node.to_owned(),
            name: name.to_owned(),
            args,
            result,
            micros: clock::micros(self.took),
            rust: Some(rust),
            python: Some(python),
        }
    }
}

/// The packet in one line, or how many bytes are none.
fn describe(bytes: &[u8]) -> String {
    Packet::parse(bytes).map_or_else(|error| format!("no TFTP packet: {error}"), |packet| packet.to_string())
}

fn call_error(error: &io::Error) -> trace::CallError {
    let code = error.raw_os_error().unwrap_or(0);
    let errno = nix::errno::Errno::from_raw(code);
    trace::CallError { errno: format!("{errno:?}"), code, message: errno.desc().to_owned() }
}

/// A clock read only when somebody wants to know.
pub(super) struct Watch<'a> {
    observer: &'a dyn Observer,
    calls: bool,
    pub(super) info: TransferInfo,
}

impl<'a> Watch<'a> {
    pub(super) fn new(observer: &'a dyn Observer, info: TransferInfo) -> Self {
        Self { observer, calls: observer.wants_calls(), info }
    }

    pub(super) fn start(&self) -> Option<Instant> {
        self.calls.then(Instant::now)
    }

    pub(super) fn call(&self, started: Option<Instant>, kind: CallKind<'_>) {
        if let Some(started) = started {
            let at = Instant::now();
            self.observer.call(&self.info, &Call { at, took: at.saturating_duration_since(started), kind });
        }
    }

    pub(super) fn event(&self, event: &Event) {
        self.observer.event(&self.info, event);
    }
}
