//! The field lines of a message and what they say about its body.

use super::{line, text_value};
use crate::wire::{Draft, Kind, Meaning, Problem, Spec, Value};

/// A field line that tshark has no name for, whole.
static LINE: Spec = Spec::new("line", "field-line", 0, Kind::Text, "RFC 9112 §5");
static LENGTH: Spec = Spec::new("content_length", "Content-Length", 0, Kind::Number, "RFC 9110 §8.6");

const fn known(name: &'static str, label: &'static str, rfc: &'static str) -> Spec {
    Spec::new(name, label, 0, Kind::Text, rfc)
}

/// Fields with a name of their own; their labels are their names in messages.
static KNOWN: &[Spec] = &[
    known("accept", "Accept", "RFC 9110 §12.5.1"),
    known("accept_encoding", "Accept-Encoding", "RFC 9110 §12.5.3"),
    known("accept_language", "Accept-Language", "RFC 9110 §12.5.4"),
    known("authorization", "Authorization", "RFC 9110 §11.6.2"),
    known("cache_control", "Cache-Control", "RFC 9111 §5.2"),
    known("connection", "Connection", "RFC 9110 §7.6.1"),
    known("content_encoding", "Content-Encoding", "RFC 9110 §8.4"),
    known("content_length_header", "Content-Length", "RFC 9110 §8.6"),
    known("content_type", "Content-Type", "RFC 9110 §8.3"),
    known("cookie", "Cookie", "RFC 6265 §4.2"),
    known("date", "Date", "RFC 9110 §6.6.1"),
    known("host", "Host", "RFC 9110 §7.2"),
    known("last_modified", "Last-Modified", "RFC 9110 §8.8.2"),
    known("location", "Location", "RFC 9110 §10.2.2"),
    known("proxy_authenticate", "Proxy-Authenticate", "RFC 9110 §11.7.1"),
    known("proxy_authorization", "Proxy-Authorization", "RFC 9110 §11.7.2"),
    known("referer", "Referer", "RFC 9110 §10.1.3"),
    known("sec_websocket_accept", "Sec-WebSocket-Accept", "RFC 6455 §11.3.3"),
    known("sec_websocket_extensions", "Sec-WebSocket-Extensions", "RFC 6455 §11.3.2"),
    known("sec_websocket_key", "Sec-WebSocket-Key", "RFC 6455 §11.3.1"),
    known("sec_websocket_protocol", "Sec-WebSocket-Protocol", "RFC 6455 §11.3.4"),
    known("sec_websocket_version", "Sec-WebSocket-Version", "RFC 6455 §11.3.5"),
    known("server", "Server", "RFC 9110 §10.2.4"),
    known("set_cookie", "Set-Cookie", "RFC 6265 §4.1"),
    known("transfer_encoding", "Transfer-Encoding", "RFC 9112 §6.1"),
    known("upgrade", "Upgrade", "RFC 9110 §7.8"),
    known("user_agent", "User-Agent", "RFC 9110 §10.1.5"),
    known("www_authenticate", "WWW-Authenticate", "RFC 9110 §11.6.1"),
    known("x_forwarded_for", "X-Forwarded-For", "RFC 7239 §1"),
];

/// How a body ends, RFC 9112 §6.3.
#[derive(Clone, Copy)]
pub enum Body {
    Length(u64),
    Chunked,
    UntilClose,
}

/// What the field lines say.
#[derive(Default)]
pub struct Headers {
    content_length: Option<u64>,
    chunked: bool,
    transfer_encoding: bool,
    hosts: usize,
    /// The empty line was there.
    complete: bool,
}

impl Headers {
    /// Reads field lines up to the empty one. `None` when the segment ends before it.
    pub fn read(draft: &mut Draft<'_>) -> Option<Self> {
        let mut headers = Self::default();
        while draft.broken.is_none() {
            let rest = draft.reader.rest();
            let Some(line) = line(rest) else {
                if !rest.is_empty() {
                    let at = draft.reader.bit();
                    draft.push(&LINE, at, rest.len() * 8, text_value(rest), Meaning::Plain);
                    draft.reader.take(rest.len());
                }
                return None; // goes on in the next segment
            };
            if line.text.is_empty() {
                draft.reader.take(line.length);
                headers.complete = true;
                return Some(headers);
            }
            headers.field_line(draft, line.text, line.length);
            if line.lone_lf {
                draft.wrong(Problem::Malformed("the line ends with LF alone; CR LF would be right"));
            }
            draft.reader.take(line.length);
        }
        None
    }

    fn field_line(&mut self, draft: &mut Draft<'_>, text: &[u8], length: usize) {
        let at = draft.reader.bit();
        let split = text.iter().position(|byte| *byte == b':').and_then(|colon| text.split_at_checked(colon));
        let Some((name, value)) = split else {
            draft.push(&LINE, at, length * 8, text_value(text), Meaning::Plain);
            draft.wrong(Problem::Malformed("a field line is a name, a colon, a value"));
            return;
        };
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        let spec = KNOWN.iter().find(|spec| name.eq_ignore_ascii_case(spec.label.as_bytes()));
        let Some(spec) = spec else {
            draft.push(&LINE, at, length * 8, text_value(text), Meaning::Plain);
            check_name(draft, name);
            return;
        };
        draft.push(spec, at, length * 8, text_value(value), Meaning::Plain);
        match spec.name {
            "host" => self.hosts += 1,
            "transfer_encoding" => {
                self.transfer_encoding = true;
                let last = value.rsplit(|byte| *byte == b',').next().unwrap_or_default().trim_ascii();
                self.chunked = last.eq_ignore_ascii_case(b"chunked");
            }
            "content_length_header" => {
                let number =
                    std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
                match number.and_then(|text| text.parse().ok()) {
                    Some(number) => {
                        if self.content_length.is_some_and(|before| before != number) {
                            draft.wrong(Problem::Malformed("two lengths that differ"));
                        }
                        self.content_length = Some(number);
                        draft.push(&LENGTH, at, length * 8, Value::Number(number), Meaning::Plain);
                    }
                    None => draft.wrong(Problem::Malformed("a length is decimal digits")),
                }
            }
            _ => {}
        }
    }

    /// What can only be said about all field lines together.
    pub fn check(&self, draft: &mut Draft<'_>, is_response: bool, version: u8) {
        if !self.complete {
            return;
        }
        // RFC 9112 §3.2.
        if !is_response && version == b'1' && self.hosts != 1 {
            draft.wrong_at("version", Problem::Malformed("a request of HTTP/1.1 has one Host field"));
        }
        // RFC 9112 §6.1: the way to smuggle a request past a proxy.
        if self.transfer_encoding && self.content_length.is_some() {
            let problem = Problem::Malformed("Content-Length beside Transfer-Encoding");
            draft.wrong_at("content_length_header", problem);
        }
    }

    /// RFC 9112 §6.3.
    pub fn body(&self, is_response: bool, code: u64, method: &[u8]) -> Body {
        let none = matches!(code, 100..=199 | 204 | 304) || method == b"CONNECT";
        if none {
            Body::Length(0)
        } else if self.chunked {
            Body::Chunked
        } else if self.transfer_encoding {
            Body::UntilClose
        } else if let Some(length) = self.content_length {
            Body::Length(length)
        } else if is_response {
            Body::UntilClose
        } else {
            Body::Length(0)
        }
    }
}

/// RFC 9112 §5.1: a name is a token, and the colon follows it at once.
fn check_name(draft: &mut Draft<'_>, name: &[u8]) {
    if name.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
        draft.wrong(Problem::Malformed("a line that continues the one before, which HTTP/1.1 no longer has"));
    } else if name.is_empty() || !name.iter().all(|byte| is_token(*byte)) {
        draft.wrong(Problem::Malformed("a field name holds letters, digits and !#$%&'*+-.^_`|~ only"));
    }
}

/// RFC 9110 §5.6.2.
pub fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
