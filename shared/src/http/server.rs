//! The server's end of a connection.

use super::{
    Body, ParseError, Problem, Request, Response, Version,
    body::{BodyReader, framing},
    head::{First, Head, HeadReader, Kind},
    lines::Lines,
    message::{date, reason},
};
use crate::trace::Time;

/// What a client may ask of the server's memory and patience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request line. RFC 9112 §3 recommends 8000 at least.
    pub line: usize,
    /// Bytes of a header section.
    pub header: usize,
    /// Bytes of a request's content.
    pub body: u64,
    /// Microseconds that a request may take to arrive, and that a connection may be without one.
    pub idle: u64,
    /// Requests on one connection.
    pub requests: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { line: 8192, header: 16_384, body: 1 << 20, idle: 15_000_000, requests: 1000 }
    }
}

/// What the machine tells its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerEvent {
    /// A request has arrived whole: [`Server::respond`] answers it.
    Request(Request),
    /// What arrived is no request; the machine has answered that itself, and closes.
    Refused(ParseError),
}

/// A connection. What is asked in a row (pipelining) is answered in a row.
#[derive(Debug, Clone)]
pub struct Server {
    limits: Limits,
    lines: Lines,
    state: State,
    head: HeadReader,
    out: Vec<u8>,
    /// The content of a response that is still to be given.
    owed: u64,
    /// Nothing more is read, and the connection is closed when everything is sent.
    closing: bool,
    ended: bool,
    served: u32,
    /// Whether a byte has arrived since the last response.
    begun: bool,
    now: Time,
    /// Unix time in seconds at [`Time::ZERO`], if there is a clock.
    epoch: Option<u64>,
    /// When the request that is arriving must be there, or the next one begun.
    deadline: Time,
}

#[derive(Debug, Clone)]
enum State {
    Head,
    Body(Box<(Request, BodyReader)>),
    /// A request waits for its response; to HEAD, without the content.
    Asked {
        head_only: bool,
        keep: bool,
    },
}

impl Server {
    /// A connection that was just accepted.
    pub const fn new(limits: Limits, now: Time) -> Self {
        Self {
            limits,
            lines: Lines::new(),
            state: State::Head,
            head: HeadReader::new(Kind::Request, limits.line, limits.header),
            out: Vec::new(),
            owed: 0,
            closing: false,
            ended: false,
            served: 0,
            begun: false,
            now,
            epoch: None,
            deadline: now.plus(limits.idle),
        }
    }

    /// With a clock, so that what the machine says on its own has a Date (RFC 9110 §6.6.1): it was `epoch`, in seconds
    /// since 1970-01-01 00:00 UTC, at [`Time::ZERO`].
    #[must_use]
    pub const fn with_clock(mut self, epoch: u64) -> Self {
        self.epoch = Some(epoch);
        self
    }

    /// Bytes have arrived.
    pub fn on_bytes(&mut self, now: Time, bytes: &[u8]) {
        if self.closing {
            return;
        }
        self.now = now;
        // From its first byte on, be it of an empty line, a request has its time, however slowly it drips in.
        if !self.begun {
            self.begun = true;
            self.deadline = now.plus(self.limits.idle);
        }
        self.lines.push(bytes);
    }

    /// The client has closed its half. What it asked before is still answered.
    pub const fn on_end(&mut self) {
        self.ended = true;
    }

    /// What has happened, if anything.
    pub fn poll_event(&mut self) -> Option<ServerEvent> {
        if self.closing || matches!(self.state, State::Asked { .. }) || self.owed > 0 {
            return None;
        }
        match self.read() {
            Ok(Some(request)) => Some(ServerEvent::Request(request)),
            Ok(None) if self.ended => {
                let error = (!self.is_idle()).then(|| Problem::Incomplete.at(self.lines.at()));
                self.closing = true;
                error.map(|error| self.refuse(error))
            }
            Ok(None) => None,
            Err(error) => Some(self.refuse(error)),
        }
    }

    /// Answers the request that [`Self::poll_event`] gave last. Without one it does nothing.
    pub fn respond(&mut self, now: Time, response: Response) {
        let State::Asked { head_only, keep } = self.state else { return };
        self.state = State::Head;
        self.rest(now);
        self.write(response, head_only, keep);
    }

    /// Gives the next piece of a content that was announced as [`Body::Later`]; what is too much is left out.
    pub fn body(&mut self, now: Time, bytes: &[u8]) {
        self.rest(now);
        let most = usize::try_from(self.owed).unwrap_or(usize::MAX);
        let bytes = bytes.get(..most).unwrap_or(bytes);
        self.owed -= bytes.len() as u64;
        self.out.extend_from_slice(bytes);
    }

    /// How much of the content is still to be given.
    pub const fn owed(&self) -> u64 {
        self.owed
    }

    /// Bytes to be sent.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        (!self.out.is_empty()).then(|| std::mem::take(&mut self.out))
    }

    /// Whether the connection is to be closed: everything that will be said is in [`Self::poll_transmit`].
    pub const fn is_over(&self) -> bool {
        self.closing && self.owed == 0
    }

    /// When [`Self::on_timeout`] is to be called.
    pub fn poll_timeout(&self) -> Option<Time> {
        let waiting = !self.closing && !matches!(self.state, State::Asked { .. }) && self.owed == 0;
        waiting.then_some(self.deadline)
    }

    /// Time has passed. A request that is late gets 408; a connection on which nothing is asked is closed.
    pub fn on_timeout(&mut self, now: Time) -> Option<ServerEvent> {
        self.poll_timeout().filter(|deadline| *deadline <= now)?;
        self.now = now;
        let late = (!self.is_idle()).then(|| Problem::TooSlow.at(self.lines.at()));
        self.closing = true;
        late.map(|error| self.refuse(error))
    }

    /// Something was sent: the next request has all its time.
    fn rest(&mut self, now: Time) {
        self.now = now;
        // What was asked in advance waits for us, not we for it.
        self.begun = !self.lines.is_empty();
        self.deadline = now.plus(self.limits.idle);
    }

    /// Whether no request has begun to arrive.
    fn is_idle(&self) -> bool {
        matches!(self.state, State::Head) && !self.head.has_begun() && self.lines.is_empty()
    }

    fn read(&mut self) -> Result<Option<Request>, ParseError> {
        if matches!(self.state, State::Head) {
            let Some(head) = self.head.read(&mut self.lines)? else { return Ok(None) };
            let waits = head.fields.has("Expect", "100-continue");
            let begun = self.begin(head)?;
            // Sent only while the content has not come yet.
            // HTTP/1.0 has no interim responses (RFC 9110 §10.1.1).
            let knows = begun.0.version == Version::Http11;
            if waits && knows && begun.1.is_some() && self.lines.is_empty() {
                self.out.extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n");
            }
            match begun {
                (request, None) => return Ok(Some(self.asked(request))),
                (request, Some(body)) => self.state = State::Body(Box::new((request, body))),
            }
        }
        let State::Body(arriving) = &mut self.state else { return Ok(None) };
        let (request, body) = arriving.as_mut();
        if !body.read(&mut self.lines, &mut request.body)? {
            return Ok(None);
        }
        let request = std::mem::take(request);
        Ok(Some(self.asked(request)))
    }

    /// A head has arrived: is it sound, and what follows?
    fn begin(&self, head: Head) -> Result<(Request, Option<BodyReader>), ParseError> {
        let Head { at, first, fields } = head;
        let First::Request { method, target, version } = first else {
            return Err(Problem::RequestLine(String::new()).at(at));
        };
        let hosts = fields.all("Host").count();
        if hosts > 1 || (hosts == 0 && version == Version::Http11) {
            return Err(Problem::Host(hosts).at(at));
        }
        // RFC 3986 §3.2.2, as far as a server of one host must know.
        let odd =
            |host: &&str| host.chars().any(|c| c.is_whitespace() || "/?#@\\".contains(c) || !c.is_ascii());
        if let Some(host) = fields.get("Host").filter(odd) {
            return Err(Problem::HostSyntax(host.to_owned()).at(at));
        }
        if let Some(other) = fields.list("Expect").find(|it| !it.eq_ignore_ascii_case("100-continue")) {
            return Err(Problem::Expectation(other.to_owned()).at(at));
        }
        let framing = framing(version, &fields).map_err(|problem| problem.at(at))?;
        let body = framing.map(|framing| BodyReader::new(framing, self.limits.body)).transpose();
        let body = body.map_err(|problem| problem.at(at))?;
        Ok((Request { method, target, version, fields, body: Vec::new() }, body))
    }

    fn asked(&mut self, request: Request) -> Request {
        self.served += 1;
        let keep = match request.version {
            Version::Http11 => true,
            Version::Http10 => request.fields.has("Connection", "keep-alive"),
        };
        let keep = keep && !request.fields.has("Connection", "close");
        let keep = keep && self.served < self.limits.requests;
        self.state = State::Asked { head_only: request.method == "HEAD", keep };
        request
    }

    /// RFC 9112 §9.6: after an error nobody knows where the next request would begin.
    fn refuse(&mut self, error: ParseError) -> ServerEvent {
        let status = error.problem.status();
        let mut response = Response::text(status, format!("{status} {}\n{error}\n", reason(status)));
        if let Some(epoch) = self.epoch {
            response = response.with("Date", date(epoch + self.now.micros() / 1_000_000));
        }
        self.write(response, false, false);
        ServerEvent::Refused(error)
    }

    fn write(&mut self, response: Response, head_only: bool, keep: bool) {
        let Response { status, mut fields, body } = response;
        if Response::has_body(status) {
            fields.push("Content-Length", body.len().to_string());
        }
        // HTTP/1.0 clients must be told that the connection stays; to others it says what they expect.
        fields.push("Connection", if keep { "keep-alive" } else { "close" });
        self.out.extend_from_slice(format!("HTTP/1.1 {status} {}\r\n", reason(status)).as_bytes());
        fields.emit(&mut self.out);
        self.out.extend_from_slice(b"\r\n");
        self.closing |= !keep;
        if head_only || !Response::has_body(status) {
            return;
        }
        match body {
            Body::Bytes(bytes) => self.out.extend_from_slice(&bytes),
            Body::Later(length) => self.owed = length,
        }
    }
}
