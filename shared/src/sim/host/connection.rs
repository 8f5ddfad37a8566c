//! A TCP connection and the program that has it.

use std::collections::VecDeque;

use super::calls::{self, Line, errno, refusal};
use crate::{
    sim::{
        device::Outbox,
        scenario::{App, Receive},
    },
    tcp::{Endpoint, Error, State, Tcb},
    trace::{Time, quoted},
};

/// Room in the buffer of a `recv`.
const ROOM: usize = 65_536;

/// A TCP connection that a program has or had.
#[derive(Debug)]
pub struct Connection {
    pub(super) name: String,
    pub(super) fd: u32,
    pub(super) endpoint: Endpoint,
    app: App,
    recv: Receive,
    /// `connect` was called then and has not returned.
    connecting: Option<Time>,
    /// What the program does next, one after the other.
    pub(super) calls: VecDeque<Next>,
    /// `recv` was told to read so many bytes.
    wanted: Option<u32>,
    /// Since when the reading part of the program has waited.
    waiting: Time,
    sent: Vec<u8>,
    received: Vec<u8>,
    end: bool,
    pub(super) closed: bool,
    /// The states it has been in.
    pub(super) states: Vec<State>,
}

/// A call that is still to be made, or has not returned.
#[derive(Debug)]
pub(super) enum Next {
    Send { data: Vec<u8>, taken: usize, since: Time },
    Shutdown,
    Close,
}

impl Connection {
    pub(super) fn new(name: String, fd: u32, endpoint: Endpoint, program: (App, Receive), now: Time) -> Self {
        Self {
            name,
            fd,
            endpoint,
            app: program.0,
            recv: program.1,
            connecting: None,
            calls: VecDeque::new(),
            wanted: None,
            waiting: now,
            sent: Vec::new(),
            received: Vec::new(),
            end: false,
            closed: false,
            states: Vec::new(),
        }
    }

    pub(super) const fn connecting_since(mut self, now: Time) -> Self {
        self.connecting = Some(now);
        self
    }

    /// Its socket's name in the script.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The state of its endpoint.
    pub const fn state(&self) -> State {
        self.endpoint.state()
    }

    /// Every variable of its endpoint.
    pub fn tcb(&self) -> Tcb {
        self.endpoint.tcb()
    }

    /// The endpoint itself.
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// What its program has given to `send`, as far as the send buffer took it.
    pub fn sent(&self) -> &[u8] {
        &self.sent
    }

    /// What its program has got from `recv`.
    pub fn received(&self) -> &[u8] {
        &self.received
    }

    /// `recv` has returned 0.
    pub fn saw_end(&self) -> bool {
        self.end && self.endpoint.error().is_none()
    }

    /// Whether it still takes part: segments for it are its own.
    pub(super) fn lives(&self) -> bool {
        self.endpoint.state() != State::Closed
    }

    /// `local-remote`, as tables and states name it.
    pub(super) fn key(&self) -> String {
        format!("{}-{}", self.endpoint.local(), self.endpoint.remote())
    }

    /// Reads when told: so many bytes, or everything from now on.
    pub(super) const fn read(&mut self, now: Time, bytes: Option<u32>) {
        match bytes {
            Some(bytes) => self.wanted = Some(bytes),
            None => self.recv = Receive::Auto,
        }
        self.waiting = now;
    }

    /// Goes on with the program as far as it can; false if it could not.
    pub(super) fn work(&mut self, now: Time, node: &str, out: &mut Outbox) -> bool {
        if self.connecting.is_some() {
            return self.connected(now, node, out) || self.close_early(now, node, out);
        }
        self.next_call(now, node, out) || self.read_some(now, node, out)
    }

    /// `connect` returns.
    fn connected(&mut self, now: Time, node: &str, out: &mut Outbox) -> bool {
        let result = match self.endpoint.state() {
            State::SynSent | State::SynReceived | State::Listen => return false,
            State::Closed => Err(self.endpoint.error().map_or_else(
                || errno("EINTR", 4, "Interrupted system call"),
                |error| {
                    if error == Error::Aborted {
                        errno("EINTR", 4, "Interrupted system call")
                    } else {
                        refusal(error)
                    }
                },
            )),
            _ => Ok(()),
        };
        let call = calls::connect(node, self.fd, &self.name, self.endpoint.remote());
        let call = call.took(self.connecting.take().map_or(0, |since| now.since(since)));
        self.waiting = now;
        match result {
            Ok(()) => call.log(out),
            Err(error) => {
                self.end = true;
                call.failed(error).log(out);
            }
        }
        true
    }

    /// A program that closes while `connect` waits.
    fn close_early(&mut self, now: Time, node: &str, out: &mut Outbox) -> bool {
        if !self.calls.iter().any(|next| matches!(next, Next::Close)) {
            return false;
        }
        self.calls.retain(|next| !matches!(next, Next::Send { .. } | Next::Shutdown));
        let done = self.endpoint.close().is_ok();
        done && self.connected(now, node, out)
    }

    fn next_call(&mut self, now: Time, node: &str, out: &mut Outbox) -> bool {
        let (fd, name) = (self.fd, self.name.clone());
        match self.calls.front_mut() {
            None => return false,
            Some(Next::Send { data, taken, since }) => {
                let rest = data.get(*taken..).unwrap_or_default();
                let outcome = self.endpoint.send(rest);
                let count = *outcome.as_ref().unwrap_or(&0);
                self.sent.extend_from_slice(rest.get(..count).unwrap_or_default());
                *taken += count;
                if outcome.is_ok() && *taken < data.len() {
                    return count > 0;
                }
                let rust = format!("let sent = {name}.send(&bytes)?;");
                let call = Line::new(node, "sendto", rust, format!("sent = {name}.send(data)"))
                    .arg("fd", fd)
                    .arg("buf", quoted(data))
                    .arg("len", data.len())
                    .arg("flags", "MSG_NOSIGNAL")
                    .took(now.since(*since));
                match outcome {
                    Ok(_) => call.returned(*taken).log(out),
                    // The bytes taken before the connection broke were the return value.
                    Err(_) if *taken > 0 => call.returned(*taken).log(out),
                    Err(error) => call.failed(broken(error)).log(out),
                }
            }
            Some(Next::Shutdown) => {
                let call = Line::new(
                    node,
                    "shutdown",
                    format!("{name}.shutdown(Shutdown::Write)?;"),
                    format!("{name}.shutdown(socket.SHUT_WR)"),
                )
                .arg("fd", fd)
                .arg("how", "SHUT_WR");
                match self.endpoint.shutdown_write() {
                    // A second shutdown is no error.
                    Ok(()) | Err(Error::Closing) => call.log(out),
                    Err(_) => call.failed(refusal(Error::DoesNotExist)).log(out),
                }
            }
            Some(Next::Close) => {
                if self.closed {
                    self.calls.pop_front();
                    return true;
                }
                // What the caller does about unread data is in `tcp`.
                self.closed = true;
                calls::close(node, fd, &name, out);
                // Refused if the program has shut it down before, or it is over.
                let _ = self.endpoint.close();
            }
        }
        self.calls.pop_front();
        true
    }

    fn read_some(&mut self, now: Time, node: &str, out: &mut Outbox) -> bool {
        let may = (self.recv == Receive::Auto || self.wanted.is_some()) && !self.closed && !self.end;
        // An echo sends what it has before it reads on.
        if !may || (self.app == App::Echo && !self.calls.is_empty()) {
            return false;
        }
        let room =
            if self.recv == Receive::Auto { ROOM } else { self.wanted.map_or(0, |bytes| bytes as usize) };
        let mut buffer = vec![0; room.min(self.endpoint.readable())];
        let outcome =
            if buffer.is_empty() { self.endpoint.recv(&mut [0]) } else { self.endpoint.recv(&mut buffer) };
        if outcome == Err(Error::WouldBlock) {
            return false;
        }
        let (fd, name) = (self.fd, &self.name);
        let rust = format!("let n = {name}.read(&mut buffer)?;");
        let call = Line::new(node, "recvfrom", rust, format!("data = {name}.recv({room})")).arg("fd", fd);
        let call = if outcome.is_ok() { call.arg("buf", quoted(&buffer)) } else { call };
        let call = call.arg("len", room).arg("flags", "0");
        let call = call.took(now.since(std::mem::replace(&mut self.waiting, now)));
        self.wanted = None;
        match outcome {
            Ok(count) if count > 0 => {
                call.returned(count).log(out);
                self.received.extend_from_slice(&buffer);
                if self.app == App::Echo {
                    self.calls.push_back(Next::Send { data: buffer, taken: 0, since: now });
                }
            }
            Ok(_) => {
                call.returned(0).log(out);
                self.finish();
            }
            Err(error) => {
                // The program that aborted has no socket any more to read from.
                if error != Error::Aborted && error != Error::DoesNotExist {
                    call.failed(refusal(error)).log(out);
                }
                self.finish();
            }
        }
        true
    }

    /// Nothing more to read: an echo or sink closes.
    fn finish(&mut self) {
        self.end = true;
        if self.app != App::Script {
            self.calls.push_back(Next::Close);
        }
    }

    /// The program aborts: nothing of it goes on.
    pub(super) fn abort(&mut self) {
        self.calls.clear();
        self.closed = true;
        self.endpoint.abort();
    }
}

/// What `send` says of a connection that is over: what broke it, the first time; that the pipe is broken, later.
fn broken(error: Error) -> crate::trace::CallError {
    match error {
        Error::DoesNotExist | Error::Closing | Error::Aborted => refusal(Error::Closing),
        error => refusal(error),
    }
}
