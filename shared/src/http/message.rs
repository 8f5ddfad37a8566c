//! Requests and responses, and how they are written.

use std::{
    fmt,
    time::{Duration, UNIX_EPOCH},
};

use super::Fields;

/// The version in a message's first line. A later 1.x is read as 1.1 (RFC 9110 §2.5).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.0
    Http10,
    /// HTTP/1.1
    #[default]
    Http11,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http10 => "HTTP/1.0",
            Self::Http11 => "HTTP/1.1",
        })
    }
}

/// A request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET`
    pub method: String,
    /// As it stands in the request line: `/path?query`.
    pub target: String,
    /// The version.
    pub version: Version,
    /// The header section.
    pub fields: Fields,
    /// The content; empty if there is none.
    pub body: Vec<u8>,
}

impl Request {
    /// A GET of this target at this host.
    pub fn get(target: impl Into<String>, host: &str) -> Self {
        let mut request = Self { method: "GET".to_owned(), target: target.into(), ..Self::default() };
        request.fields.push("Host", host);
        request
    }

    /// As it is sent. A body needs its Content-Length among the fields.
    pub fn emit(&self) -> Vec<u8> {
        let mut out = format!("{} {} {}\r\n", self.method, self.target, self.version).into_bytes();
        self.fields.emit(&mut out);
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&self.body);
        out
    }
}

/// A response's first line and header section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHead {
    /// The version.
    pub version: Version,
    /// `200`
    pub status: u16,
    /// `OK`; it may be empty, and means nothing.
    pub reason: String,
    /// The header section.
    pub fields: Fields,
}

/// What follows a response's header section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// These bytes.
    Bytes(Vec<u8>),
    /// So many bytes, which come later, piece by piece.
    Later(u64),
}

impl Body {
    /// Its length in bytes.
    pub const fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Later(length) => *length,
        }
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A response to be sent. Content-Length and Connection are the machine's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// `200`
    pub status: u16,
    /// The header section.
    pub fields: Fields,
    /// The content.
    pub body: Body,
}

impl Response {
    /// One without content.
    pub fn new(status: u16) -> Self {
        Self { status, fields: Fields::default(), body: Body::Bytes(Vec::new()) }
    }

    /// A line of text.
    pub fn text(status: u16, text: impl Into<String>) -> Self {
        Self::new(status)
            .with("Content-Type", "text/plain; charset=utf-8")
            .body(Body::Bytes(text.into().into_bytes()))
    }

    /// With another field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.fields.push(name, value);
        self
    }

    /// With this content.
    #[must_use]
    pub fn body(self, body: Body) -> Self {
        Self { body, ..self }
    }

    /// Whether a response of this status can have content at all (RFC 9110 §6.4.1).
    pub(super) const fn has_body(status: u16) -> bool {
        !matches!(status, 100..=199 | 204 | 304)
    }
}

/// The phrase that goes with a status (RFC 9110 §15); none for one that is not registered.
pub const fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}

/// RFC 9110 §5.6.7
pub(super) fn date(seconds: u64) -> String {
    // Beyond the year 9999 there is no such form.
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds.min(253_402_300_799)))
}
