//! The client's end of a connection: reads the response to one request.

use super::{
    ParseError, Problem, Response, ResponseHead,
    body::{BodyReader, Framing, framing},
    head::{First, HeadReader, Kind},
    lines::Lines,
};

/// The longest status line and header section that a client reads.
const MOST_LINE: usize = 8192;
const MOST_HEADER: usize = 65_536;

/// What the machine tells its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientEvent {
    /// An interim response, such as 100 (Continue); the final one follows.
    Interim(ResponseHead),
    /// The response's head.
    Head(ResponseHead),
    /// The next piece of its content.
    Body(Vec<u8>),
    /// It is whole.
    Done,
}

/// A response that arrives. The request is sent as [`Request::emit`](super::Request::emit) writes it.
#[derive(Debug, Clone)]
pub struct Client {
    /// The request was HEAD: no content follows, whatever the fields say (RFC 9112 §6.3).
    head_only: bool,
    most_body: u64,
    lines: Lines,
    state: State,
    ended: bool,
}

#[derive(Debug, Clone)]
enum State {
    Head(HeadReader),
    Body(BodyReader),
    Last,
    Over,
}

impl Client {
    /// For the response to a request of this method, with at most so many bytes of content.
    pub fn new(method: &str, most_body: u64) -> Self {
        Self {
            head_only: method == "HEAD",
            most_body,
            lines: Lines::new(),
            state: State::Head(HeadReader::new(Kind::Response, MOST_LINE, MOST_HEADER)),
            ended: false,
        }
    }

    /// After [`ClientEvent::Done`]: the next response on the connection, to a request of this method.
    pub fn next(&mut self, method: &str) {
        self.head_only = method == "HEAD";
        self.state = State::Head(HeadReader::new(Kind::Response, MOST_LINE, MOST_HEADER));
    }

    /// Bytes have arrived.
    pub fn on_bytes(&mut self, bytes: &[u8]) {
        self.lines.push(bytes);
    }

    /// The server has closed.
    pub const fn on_end(&mut self) {
        self.ended = true;
    }

    /// Whether the response has been read to its end, or cannot be.
    pub const fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    /// What has happened, if anything.
    ///
    /// # Errors
    /// What arrives is no response. Nothing more is read then.
    pub fn poll_event(&mut self) -> Result<Option<ClientEvent>, ParseError> {
        let result = self.read();
        if result.is_err() {
            self.state = State::Over;
        }
        result
    }

    fn read(&mut self) -> Result<Option<ClientEvent>, ParseError> {
        match &mut self.state {
            State::Over => Ok(None),
            State::Last => {
                self.state = State::Over;
                Ok(Some(ClientEvent::Done))
            }
            State::Head(reader) => {
                let Some(head) = reader.read(&mut self.lines)? else { return self.nothing_yet() };
                let at = head.at;
                let First::Status { version, status, reason } = head.first else {
                    return Err(Problem::StatusLine(String::new()).at(at));
                };
                let head = ResponseHead { version, status, reason, fields: head.fields };
                if (100..200).contains(&status) && status != 101 {
                    return Ok(Some(ClientEvent::Interim(head)));
                }
                self.state = State::Last;
                if !self.head_only && Response::has_body(status) {
                    let framing = framing(version, &head.fields).map_err(|problem| problem.at(at))?;
                    let framing = framing.unwrap_or(Framing::UntilClose);
                    self.state =
                        State::Body(BodyReader::new(framing, self.most_body).map_err(|it| it.at(at))?);
                }
                Ok(Some(ClientEvent::Head(head)))
            }
            State::Body(reader) => {
                let mut piece = Vec::new();
                let whole = reader.read(&mut self.lines, &mut piece)?;
                if whole || (self.ended && piece.is_empty() && reader.ends_with_close()) {
                    self.state = State::Last;
                }
                if !piece.is_empty() {
                    return Ok(Some(ClientEvent::Body(piece)));
                }
                if matches!(self.state, State::Last) { self.read() } else { self.nothing_yet() }
            }
        }
    }

    fn nothing_yet(&self) -> Result<Option<ClientEvent>, ParseError> {
        if self.ended { Err(Problem::Incomplete.at(self.lines.at())) } else { Ok(None) }
    }
}
