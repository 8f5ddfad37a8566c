//! What can be wrong with a message that arrives.

use thiserror::Error;

/// A message that cannot be read: where it broke, counted in bytes from the connection's first, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("byte {at}: {problem} ({})", problem.rfc())]
pub struct ParseError {
    /// The byte, counted from 0.
    pub at: u64,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// A CR in the middle of a line.
    #[error("a CR that no LF follows; a line ends with CR LF")]
    BareCr,
    /// Not three words.
    #[error("`{0}` is no request line; `GET /path HTTP/1.1` would be one, with one space between the parts")]
    RequestLine(String),
    /// Not a token.
    #[error("`{0}` cannot be a method; letters such as GET or HEAD would be right")]
    Method(String),
    /// A byte that no URI has.
    #[error("`{0}` cannot be a request target: everything outside visible ASCII is percent-encoded")]
    Target(String),
    /// Not `HTTP/` digit `.` digit.
    #[error("`{0}` is no protocol version; `HTTP/1.1` would be right")]
    VersionSyntax(String),
    /// Another major version.
    #[error("`{0}` is not spoken here; `HTTP/1.1` would be right")]
    Version(String),
    /// The response's first line.
    #[error("`{0}` is no status line; `HTTP/1.1 200 OK` would be one")]
    StatusLine(String),
    /// No colon, or no name before it.
    #[error("`{0}` is no field; `Name: value` would be right")]
    Field(String),
    /// White space between a name and its colon: some would read another name.
    #[error("white space between the field name `{0}` and its colon")]
    SpaceBeforeColon(String),
    /// A character that a field name has not.
    #[error("`{0}` cannot be a field name: letters, digits and !#$%&'*+-.^_`|~ make one")]
    FieldName(String),
    /// A control character in a value.
    #[error("a control character in the value of `{0}`")]
    FieldValue(String),
    /// A line that begins with white space.
    #[error("a field that goes on in the next line; that form is obsolete")]
    ObsFold,
    /// The first line is too long.
    #[error("the first line is longer than {0} bytes")]
    FirstLineTooLong(usize),
    /// The header section is too long.
    #[error("the header section is longer than {0} bytes")]
    HeaderTooLong(usize),
    /// The content is too long.
    #[error("the content is longer than {0} bytes")]
    BodyTooLong(u64),
    /// An HTTP/1.1 request must say which host it is for.
    #[error("an HTTP/1.1 request needs a Host field, once; this has {0}")]
    Host(usize),
    /// A Host that is no host.
    #[error("`{0}` cannot be a host")]
    HostSyntax(String),
    /// Not a number, or several that differ.
    #[error("Content-Length `{0}` is not one number")]
    ContentLength(String),
    /// The way requests are smuggled: two lengths.
    #[error("both Transfer-Encoding and Content-Length: which of them would count?")]
    TwoLengths,
    /// HTTP/1.0 has no transfer codings.
    #[error("a transfer coding in an HTTP/1.0 message")]
    CodingInHttp10,
    /// A coding that is not implemented, or not where it can be.
    #[error("transfer coding `{0}`; only `chunked`, once, is known here")]
    Coding(String),
    /// The line that begins a chunk.
    #[error("`{0}` is no chunk size; hexadecimal digits would be right")]
    ChunkSize(String),
    /// No CR LF after a chunk's data.
    #[error("a line of a chunked message does not end with CR LF")]
    ChunkEnd,
    /// An expectation other than `100-continue`.
    #[error("`{0}` cannot be expected; only 100-continue can")]
    Expectation(String),
    /// The other side closed in the middle.
    #[error("the connection was closed in the middle of a message")]
    Incomplete,
    /// Nothing arrived for too long in the middle of a message.
    #[error("the rest of the message did not arrive in time")]
    TooSlow,
}

impl Problem {
    /// The status with which a server says so.
    pub const fn status(&self) -> u16 {
        match self {
            Self::FirstLineTooLong(_) => 414,
            Self::HeaderTooLong(_) => 431,
            Self::BodyTooLong(_) => 413,
            Self::Coding(_) => 501,
            Self::Version(_) => 505,
            Self::Expectation(_) => 417,
            Self::TooSlow => 408,
            _ => 400,
        }
    }

    /// The section that forbids it.
    pub const fn rfc(&self) -> &'static str {
        match self {
            Self::BareCr => "RFC 9112 §2.2",
            Self::RequestLine(_) | Self::FirstLineTooLong(_) => "RFC 9112 §3",
            Self::Method(_) => "RFC 9110 §9.1",
            Self::Target(_) => "RFC 9112 §3.2",
            Self::VersionSyntax(_) => "RFC 9112 §2.3",
            Self::Version(_) => "RFC 9110 §15.6.6",
            Self::StatusLine(_) => "RFC 9112 §4",
            Self::Field(_) => "RFC 9112 §5",
            Self::SpaceBeforeColon(_) => "RFC 9112 §5.1",
            Self::FieldName(_) => "RFC 9110 §5.1",
            Self::FieldValue(_) => "RFC 9110 §5.5",
            Self::ObsFold => "RFC 9112 §5.2",
            Self::HeaderTooLong(_) => "RFC 6585 §5",
            Self::BodyTooLong(_) => "RFC 9110 §15.5.14",
            Self::Host(_) | Self::HostSyntax(_) => "RFC 9112 §3.2",
            Self::ContentLength(_) => "RFC 9112 §6.3",
            Self::TwoLengths | Self::CodingInHttp10 | Self::Coding(_) => "RFC 9112 §6.1",
            Self::ChunkSize(_) | Self::ChunkEnd => "RFC 9112 §7.1",
            Self::Expectation(_) => "RFC 9110 §10.1.1",
            Self::Incomplete => "RFC 9112 §8",
            Self::TooSlow => "RFC 9110 §15.5.9",
        }
    }

    pub(super) const fn at(self, at: u64) -> ParseError {
        ParseError { at, problem: self }
    }
}

/// Bytes for a message about them: at most 40 characters, what is not printable as `\xff`.
pub(super) fn shown(bytes: &[u8]) -> String {
    let mut text: String =
        bytes.iter().take(40).flat_map(|byte| byte.escape_ascii()).map(char::from).collect();
    if bytes.len() > 40 {
        text.push('…');
    }
    text
}
