//! HTTP/1.0 and HTTP/1.1 messages in one TCP segment: RFC 9112, fields of RFC 9110.
//!
//! Not for: messages that begin in an earlier segment; their bytes are shown as data. A message that goes on in the
//! next segment is shown as far as it is here.

mod headers;
#[cfg(test)]
mod tests;

use super::{Context, Draft, Kind, Meaning, Problem, Protocol, Reader, Spec, Value, strings::text_value};
use headers::{Body, Headers};

static METHOD: Spec = Spec::new("method", "method", 0, Kind::Text, "RFC 9112 §3.1");
static TARGET: Spec = Spec::new("uri", "request-target", 0, Kind::Text, "RFC 9112 §3.2");
static VERSION: Spec = Spec::new("version", "HTTP-version", 0, Kind::Text, "RFC 9112 §2.3");
static CODE: Spec = Spec::new("code", "status-code", 24, Kind::Names(reason), "RFC 9112 §4");
static PHRASE: Spec = Spec::new("phrase", "reason-phrase", 0, Kind::Text, "RFC 9112 §4");
static BODY: Spec = Spec::new("file_data", "message-body", 0, Kind::Bytes, "RFC 9112 §6");
static CHUNK_SIZE: Spec = Spec::new("chunk_size", "chunk-size", 0, Kind::Hex, "RFC 9112 §7.1");
static CHUNK_DATA: Spec = Spec::new("chunk_data", "chunk-data", 0, Kind::Bytes, "RFC 9112 §7.1");
static CHUNK_BOUNDARY: Spec = Spec::new("chunk_boundary", "CRLF", 16, Kind::Bytes, "RFC 9112 §7.1");

/// Reads the HTTP messages that begin in a segment.
pub fn dissect<'f>(context: &mut Context<'f>, mut reader: Reader<'f>) {
    while begins_message(reader.rest()) && context.may_nest(&reader) {
        let mut draft = Draft::new(Protocol::Http, reader);
        message(&mut draft);
        reader = context.finish(draft);
    }
    context.data(reader);
}

/// A line without its end, how many bytes it takes with it, and whether that end is a lone LF.
struct Line<'f> {
    text: &'f [u8],
    length: usize,
    lone_lf: bool,
}

/// The next line, if all of it is there.
fn line(rest: &[u8]) -> Option<Line<'_>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let text = rest.get(..end)?;
    let stripped = text.strip_suffix(b"\r");
    Some(Line { text: stripped.unwrap_or(text), length: end + 1, lone_lf: stripped.is_none() })
}

/// Whether a request line or a status line stands here.
fn begins_message(rest: &[u8]) -> bool {
    // A line longer than this is no start of a message that anyone would serve.
    let head = rest.get(..8192).unwrap_or(rest);
    let Some(Line { text, .. }) = line(head) else { return false };
    if let Some(status) = text.strip_prefix(b"HTTP/1.") {
        return matches!(status, [minor, b' ', a, b, c, ..] if [minor, a, b, c].iter().all(|d| d.is_ascii_digit()));
    }
    let mut words = text.rsplitn(2, |byte| *byte == b' ');
    let version = words.next().unwrap_or_default();
    let method = words.next().and_then(|rest| rest.split(|byte| *byte == b' ').next()).unwrap_or_default();
    matches!(version, [b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'0'..=b'9'])
        && !method.is_empty()
        && method.iter().all(|byte| headers::is_token(*byte))
}

fn message(draft: &mut Draft<'_>) -> Option<()> {
    let start = line(draft.reader.rest())?;
    let is_response = start.text.starts_with(b"HTTP/1.");
    let (version, code, method) =
        if is_response { status_line(draft, &start)? } else { request_line(draft, &start)? };
    let headers = Headers::read(draft)?;
    headers.check(draft, is_response, version);
    body(draft, headers.body(is_response, code, method))
}

/// Adds a field of text at so many bytes from the reader's place.
fn text(draft: &mut Draft<'_>, spec: &'static Spec, skipped: usize, bytes: &[u8]) {
    let at = draft.reader.bit() + skipped * 8;
    draft.push(spec, at, bytes.len() * 8, text_value(bytes), Meaning::Plain);
}

/// Version digit, status code (0 in a request), method.
type Start<'f> = (u8, u64, &'f [u8]);

fn request_line<'f>(draft: &mut Draft<'_>, line: &Line<'f>) -> Option<Start<'f>> {
    let method = line.text.split(|byte| *byte == b' ').next()?;
    let version = line.text.rsplit(|byte| *byte == b' ').next()?;
    let target_at = method.len() + 1;
    let version_at = line.text.len() - version.len();
    let target = line.text.get(target_at..version_at.saturating_sub(1)).unwrap_or_default();
    text(draft, &METHOD, 0, method);
    text(draft, &TARGET, target_at, target);
    if target.is_empty() || target.contains(&b' ') {
        draft.wrong(Problem::Malformed("a request target without blanks stands between method and version"));
    }
    text(draft, &VERSION, version_at, version);
    end_line(draft, line);
    Some((*version.last()?, 0, method))
}

fn status_line<'f>(draft: &mut Draft<'_>, line: &Line<'f>) -> Option<Start<'f>> {
    let (version, rest) = line.text.split_at_checked(8)?;
    let code = rest.get(1..4)?;
    text(draft, &VERSION, 0, version);
    let number = std::str::from_utf8(code).ok()?.parse().ok()?;
    let at = draft.reader.bit() + 9 * 8;
    draft.push(&CODE, at, 24, Value::Number(number), super::meaning(CODE.kind, number, 24));
    if !(100..600).contains(&number) {
        draft.wrong(Problem::Value { found: number, expected: "100 to 599" });
    }
    if let Some(phrase) = rest.get(5..) {
        text(draft, &PHRASE, 13, phrase);
    }
    end_line(draft, line);
    Some((*version.last()?, number, b""))
}

fn end_line(draft: &mut Draft<'_>, line: &Line<'_>) {
    if line.lone_lf {
        draft.wrong(Problem::Malformed("the line ends with LF alone; CR LF would be right"));
    }
    draft.reader.take(line.length);
}

fn body(draft: &mut Draft<'_>, body: Body) -> Option<()> {
    let left = draft.reader.left();
    match body {
        Body::Length(length) => {
            let here = usize::try_from(length).unwrap_or(usize::MAX).min(left);
            if here > 0 {
                draft.bytes(&BODY, here)?;
            }
        }
        Body::UntilClose if left > 0 => drop(draft.bytes(&BODY, left)?),
        Body::UntilClose => {}
        Body::Chunked => chunks(draft)?,
    }
    Some(())
}

/// RFC 9112 §7.1: chunks, each after its length, until one of length 0; then trailer fields.
fn chunks(draft: &mut Draft<'_>) -> Option<()> {
    while let Some(head) = line(draft.reader.rest()) {
        if draft.broken.is_some() {
            return None;
        }
        let digits = head.text.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let size = head.text.get(..digits).and_then(|digits| std::str::from_utf8(digits).ok());
        let Some(size) = size.and_then(|size| u64::from_str_radix(size, 16).ok()) else {
            draft.break_off(Problem::Malformed("a chunk begins with its length in hexadecimal"));
            return None;
        };
        let at = draft.reader.bit();
        draft.push(&CHUNK_SIZE, at, digits * 8, Value::Number(size), Meaning::said(format!("{size} bytes")));
        draft.reader.take(head.length);
        if size == 0 {
            return Headers::read(draft).map(drop);
        }
        let here = usize::try_from(size).unwrap_or(usize::MAX).min(draft.reader.left());
        if here > 0 {
            draft.bytes(&CHUNK_DATA, here)?;
        }
        if draft.reader.left() < 2 {
            return Some(()); // goes on in the next segment
        }
        if draft.bytes(&CHUNK_BOUNDARY, 2)? != b"\r\n" {
            draft.wrong(Problem::Malformed("CR LF ends a chunk"));
            draft.break_off(Problem::Malformed("a chunk is longer than it says"));
            return None;
        }
    }
    Some(())
}

/// RFC 9110 §15.
fn reason(number: u64) -> Option<&'static str> {
    Some(match number {
        100 => "Continue",
        101 => "Switching Protocols",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => return None,
    })
}
