//! What a server of static files answers: GET and HEAD, index pages, conditions, ranges.
//!
//! Pure: [`answer`] asks a [`Tree`] what is at a path and says what to send of it; opening and reading is the owner's.

use std::{ops::Range, time::UNIX_EPOCH};

use super::{
    Body, Fields, Request, Response, Target,
    message::{date, reason},
};

/// The file that is sent for a folder.
pub const INDEX: &str = "index.html";

/// A file as it is in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File<Handle> {
    /// What the owner reads it by.
    pub handle: Handle,
    /// Bytes.
    pub length: u64,
    /// When it was changed last: seconds since 1970-01-01 00:00 UTC.
    pub modified: Option<u64>,
    /// What changes when the file does: the entity tag without its quotes.
    pub tag: String,
    /// `text/html; charset=utf-8`
    pub content_type: String,
}

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<Handle> {
    /// A file.
    File(File<Handle>),
    /// A folder.
    Folder,
    /// Nothing, or nothing that may be read.
    Nothing,
}

/// The files that are served.
pub trait Tree {
    /// What a file is read by.
    type Handle;

    /// What is at this path, names from the root, none of them `.` or `..`.
    fn find(&self, names: &[String]) -> Found<Self::Handle>;
}

/// A response, and which bytes of which file are its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<Handle> {
    /// The response; its body is [`Body::Later`] if there is a file.
    pub response: Response,
    /// The content.
    pub content: Option<(Handle, Range<u64>)>,
}

impl<Handle> From<Response> for Answer<Handle> {
    fn from(response: Response) -> Self {
        Self { response, content: None }
    }
}

/// Answers a request at `now` (seconds since 1970-01-01 00:00 UTC).
pub fn answer<T: Tree>(request: &Request, now: u64, tree: &T) -> Answer<T::Handle> {
    let mut answer = find(request, tree);
    answer.response.fields.push("Date", date(now));
    answer
}

fn find<T: Tree>(request: &Request, tree: &T) -> Answer<T::Handle> {
    match request.method.as_str() {
        "GET" | "HEAD" => {}
        // RFC 9110 §9.1: known, but not for files.
        "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "TRACE" | "CONNECT" => {
            return status(405, "files can be read by GET and HEAD only").with("Allow", "GET, HEAD").into();
        }
        other => return status(501, &format!("the method {other} is not known here")).into(),
    }
    let mut target = match Target::parse(&request.target) {
        Ok(target) => target,
        Err(error) => return status(400, &error.to_string()).into(),
    };
    let mut found = tree.find(&target.names);
    if matches!(found, Found::Folder) {
        if !target.folder {
            // Relative links in the index would go wrong without the slash.
            return status(301, "a folder's path ends with a slash")
                .with("Location", location(&target))
                .into();
        }
        target.names.push(INDEX.to_owned());
        found = tree.find(&target.names);
    } else if target.folder {
        found = Found::Nothing;
    }
    match found {
        Found::File(file) => of_file(request, file),
        Found::Folder | Found::Nothing => status(404, "there is no such file").into(),
    }
}

/// RFC 9110 §13.2.2, in its order.
fn of_file<Handle>(request: &Request, file: File<Handle>) -> Answer<Handle> {
    let etag = format!("\"{}\"", file.tag);
    let fields = &request.fields;
    let mut common = Fields::default();
    common.push("ETag", etag.as_str());
    if let Some(modified) = file.modified {
        common.push("Last-Modified", date(modified));
    }
    let later = |name| match (fields.get(name).and_then(seconds), file.modified) {
        (Some(given), Some(modified)) => Some(modified > given),
        _ => None,
    };
    let failed = match fields.get("If-Match") {
        Some(_) => !matches(fields, "If-Match", &etag, false),
        None => later("If-Unmodified-Since") == Some(true),
    };
    if failed {
        return status(412, "the file is another by now").into();
    }
    let unchanged = match fields.get("If-None-Match") {
        Some(_) => matches(fields, "If-None-Match", &etag, true),
        None => later("If-Modified-Since") == Some(false),
    };
    if unchanged {
        return Response { fields: common, ..Response::new(304) }.into();
    }
    common.push("Accept-Ranges", "bytes");
    let whole = match fields.get("If-Range") {
        Some(validator) if validator.starts_with('"') => validator != etag,
        Some(given) => seconds(given).is_none() || seconds(given) != file.modified,
        None => false,
    };
    let range = fields.get("Range").filter(|_| request.method == "GET" && !whole);
    let part = match range.map(|range| part(range, file.length)) {
        Some(Part::Unsatisfiable) => {
            let response = status(416, "no byte of the file is in that range");
            return response.with("Content-Range", format!("bytes */{}", file.length)).into();
        }
        Some(Part::Bytes(part)) => Some(part),
        Some(Part::Ignored) | None => None,
    };
    let code = if part.is_some() { 206 } else { 200 };
    if let Some(part) = &part {
        let text = format!("bytes {}-{}/{}", part.start, part.end.saturating_sub(1), file.length);
        common.push("Content-Range", text);
    }
    let part = part.unwrap_or(0..file.length);
    common.push("Content-Type", file.content_type);
    let response = Response { status: code, fields: common, body: Body::Later(part.end - part.start) };
    Answer { response, content: Some((file.handle, part)) }
}

/// Whether an entity tag is among those of a field. If-None-Match compares weakly, If-Match strongly (RFC 9110 §8.8.3.2).
fn matches(fields: &Fields, name: &str, etag: &str, weakly: bool) -> bool {
    fields
        .list(name)
        .any(|found| found == "*" || found == etag || (weakly && found.strip_prefix("W/") == Some(etag)))
}

enum Part {
    Bytes(Range<u64>),
    Unsatisfiable,
    /// Not understood, or several at once, which a server may ignore (RFC 9110 §14.2).
    Ignored,
}

/// RFC 9110 §14.1.2
fn part(range: &str, length: u64) -> Part {
    let Some((unit, set)) = range.split_once('=') else { return Part::Ignored };
    let Some((first, last)) = set.trim().split_once('-').filter(|_| unit.eq_ignore_ascii_case("bytes"))
    else {
        return Part::Ignored;
    };
    let number = |digits: &str| -> Option<Option<u64>> {
        let digits = digits.trim();
        if digits.is_empty() {
            return Some(None);
        }
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| Some(digits.parse().unwrap_or(u64::MAX)))
    };
    let (Some(first), Some(last)) = (number(first), number(last)) else { return Part::Ignored };
    let bytes = match (first, last) {
        (None, None) => return Part::Ignored,
        (Some(first), Some(last)) if last < first => return Part::Ignored,
        (Some(first), last) => first..last.map_or(length, |last| last.saturating_add(1).min(length)),
        (None, Some(count)) => length.saturating_sub(count)..length,
    };
    if bytes.is_empty() { Part::Unsatisfiable } else { Part::Bytes(bytes) }
}

fn status(code: u16, why: &str) -> Response {
    Response::text(code, format!("{code} {}\n{why}\n", reason(code)))
}

/// A folder's path with its slash, percent-encoded (RFC 3986 §3.3).
fn location(target: &Target) -> String {
    let mut text = "/".to_owned();
    for name in &target.names {
        for byte in name.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    text.push(char::from(byte));
                }
                byte => text.push_str(&format!("%{byte:02X}")),
            }
        }
        text.push('/');
    }
    if let Some(query) = &target.query {
        text.push('?');
        text.push_str(query);
    }
    text
}

fn seconds(date: &str) -> Option<u64> {
    let time = httpdate::parse_http_date(date).ok()?;
    time.duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs())
}
