//! What a socket sends and receives.

use std::{io, net::SocketAddrV4, os::fd::AsRawFd, time::Duration};

use firsthop_protocol::trace::quoted;
use nix::sys::socket::{SockaddrIn, recvfrom};

use super::{PATIENCE, Traced};
use crate::labs::Stop;

/// Room for whatever a call may receive.
const ROOM: usize = 65_536;

impl Traced<'_> {
    /// `send`, once: says how many bytes the kernel took.
    pub(in crate::labs) fn send(&self, bytes: &[u8]) -> Result<usize, Stop> {
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
    pub(in crate::labs) fn send_all(&self, mut bytes: &[u8]) -> Result<(), Stop> {
        while !bytes.is_empty() {
            let sent = self.send(bytes)?;
            bytes = bytes.get(sent..).unwrap_or_default();
        }
        Ok(())
    }

    /// `recv`, once; no bytes when the other side has closed.
    pub(in crate::labs) fn recv(&self) -> Result<Vec<u8>, Stop> {
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
    pub(in crate::labs) fn recv_within(&self, time: Duration) -> Result<Option<Vec<u8>>, Stop> {
        if self.run.cancel.readable(&self.socket, time)? { self.recv().map(Some) } else { Ok(None) }
    }

    /// `sendto`
    pub(in crate::labs) fn send_to(&self, bytes: &[u8], to: SocketAddrV4) -> Result<(), Stop> {
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
    pub(in crate::labs) fn recv_from(&self) -> Result<(Vec<u8>, SocketAddrV4), Stop> {
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
}

fn received(bytes: &[u8], args: &mut Vec<(String, String)>) -> String {
    // After the descriptor, where `recvfrom` has it.
    args.insert(1.min(args.len()), ("buf".to_owned(), quoted(bytes)));
    bytes.len().to_string()
}
