//! Where a message's content ends, and reading it (RFC 9112 §6).

use super::{Fields, ParseError, Problem, Version, error::shown, lines::Lines};

/// The longest line of a chunk's size with its extensions, or of a trailer field.
const MOST_LINE: usize = 4096;
/// The most trailer fields; they are read and forgotten.
const MOST_TRAILERS: usize = 64;

/// How long the content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
    UntilClose,
}

/// What the fields say of the content's length; `None` when they say nothing. RFC 9112 §6.3, and stricter where two
/// readers could disagree, because that is how requests are smuggled (§11.2).
pub(super) fn framing(version: Version, fields: &Fields) -> Result<Option<Framing>, Problem> {
    let mut lengths = fields.all("Content-Length").peekable();
    let codings = fields.list("Transfer-Encoding");
    if fields.all("Transfer-Encoding").next().is_some() {
        if lengths.peek().is_some() {
            return Err(Problem::TwoLengths);
        }
        if version == Version::Http10 {
            return Err(Problem::CodingInHttp10);
        }
        let all: Vec<&str> = codings.collect();
        return match all.as_slice() {
            [only] if only.eq_ignore_ascii_case("chunked") => Ok(Some(Framing::Chunked)),
            _ => Err(Problem::Coding(all.join(", "))),
        };
    }
    let mut length = None;
    for value in lengths {
        // Only space and tab are white space here: others would be read in other ways by others.
        let digits = value.split(',').map(|digits| digits.trim_matches([' ', '\t']));
        for digits in digits {
            let wrong = || Problem::ContentLength(shown(value.as_bytes()));
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(wrong());
            }
            let found: u64 = digits.parse().map_err(|_| wrong())?;
            if length.is_some_and(|before| before != found) {
                return Err(wrong());
            }
            length = Some(found);
        }
    }
    Ok(length.map(Framing::Length))
}

/// Content of which a part has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BodyReader {
    state: State,
    /// What may still arrive.
    room: u64,
    most: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// So many bytes to go.
    Length(u64),
    UntilClose,
    ChunkSize,
    /// So many bytes of a chunk to go.
    Chunk(u64),
    ChunkEnd,
    /// So many trailer fields read.
    Trailers(usize),
    Done,
}

impl BodyReader {
    pub(super) fn new(framing: Framing, most: u64) -> Result<Self, Problem> {
        let state = match framing {
            Framing::Length(0) => State::Done,
            Framing::Length(length) if length > most => return Err(Problem::BodyTooLong(most)),
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::ChunkSize,
            Framing::UntilClose => State::UntilClose,
        };
        Ok(Self { state, room: most, most })
    }

    /// Whether the other side's closing is the content's end.
    pub(super) fn ends_with_close(&self) -> bool {
        self.state == State::UntilClose
    }

    /// Puts what has arrived of the content into `out`; true when it is whole.
    pub(super) fn read(&mut self, lines: &mut Lines, out: &mut Vec<u8>) -> Result<bool, ParseError> {
        loop {
            match self.state {
                State::Done => return Ok(true),
                State::Length(left) | State::Chunk(left) => {
                    let got = lines.take(left);
                    out.extend_from_slice(got);
                    let left = left - got.len() as u64;
                    self.state = match (self.state, left) {
                        (State::Chunk(_), 0) => State::ChunkEnd,
                        (State::Chunk(_), _) => State::Chunk(left),
                        (_, 0) => State::Done,
                        _ => State::Length(left),
                    };
                    if left > 0 {
                        return Ok(false);
                    }
                }
                State::UntilClose => {
                    let at = lines.at();
                    let got = lines.take(u64::MAX);
                    let room = self.room.checked_sub(got.len() as u64);
                    self.room = room.ok_or_else(|| Problem::BodyTooLong(self.most).at(at))?;
                    out.extend_from_slice(got);
                    return Ok(false);
                }
                State::ChunkSize => {
                    let Some(line) = lines.line(MOST_LINE, Problem::ChunkSize("…".to_owned()))? else {
                        return Ok(false);
                    };
                    let size = chunk_size(&line.bytes)
                        .filter(|_| line.crlf)
                        .ok_or_else(|| Problem::ChunkSize(shown(&line.bytes)).at(line.at))?;
                    let room = self.room.checked_sub(size);
                    self.room = room.ok_or_else(|| Problem::BodyTooLong(self.most).at(line.at))?;
                    self.state = if size == 0 { State::Trailers(0) } else { State::Chunk(size) };
                }
                State::ChunkEnd => {
                    let at = lines.at();
                    match lines.line(0, Problem::ChunkEnd) {
                        Ok(None) => return Ok(false),
                        Ok(Some(line)) if line.crlf => self.state = State::ChunkSize,
                        Ok(Some(_)) | Err(_) => return Err(Problem::ChunkEnd.at(at)),
                    }
                }
                State::Trailers(count) => {
                    let Some(line) = lines.line(MOST_LINE, Problem::HeaderTooLong(MOST_LINE))? else {
                        return Ok(false);
                    };
                    if !line.crlf {
                        return Err(Problem::ChunkEnd.at(line.at));
                    }
                    if line.bytes.is_empty() {
                        self.state = State::Done;
                    } else if count == MOST_TRAILERS {
                        return Err(Problem::HeaderTooLong(MOST_LINE * MOST_TRAILERS).at(line.at));
                    } else {
                        Fields::default().read(&line)?;
                        self.state = State::Trailers(count + 1);
                    }
                }
            }
        }
    }
}

/// RFC 9112 §7.1: hexadecimal digits, and perhaps extensions, which mean nothing here.
fn chunk_size(line: &[u8]) -> Option<u64> {
    let digits = line.split(|byte| *byte == b';').next()?;
    let digits = std::str::from_utf8(digits).ok()?.trim_end_matches([' ', '\t']);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u64::from_str_radix(digits, 16).ok()
}
