//! The six packets of TFTP: bytes to values and back. RFC 1350 §5, RFC 2347.
//!
//! ```text
//! RRQ, WRQ  | 01/02 | filename | 0 | mode | 0 | option | 0 | value | 0 | ...
//! DATA      | 03 | block # | data, 0 to blksize bytes
//! ACK       | 04 | block # |
//! ERROR     | 05 | code | message | 0 |
//! OACK      | 06 | option | 0 | value | 0 | ...
//! ```

use std::fmt;

use thiserror::Error;

/// RFC 2347: the longest request that may be sent, in bytes.
pub const MAX_REQUEST: usize = 512;
/// Options beyond this many in one packet are refused: there are four that anyone uses.
pub const MAX_OPTIONS: usize = 16;

const RRQ: u16 = 1;
const WRQ: u16 = 2;
const DATA: u16 = 3;
const ACK: u16 = 4;
const ERROR: u16 = 5;
const OACK: u16 = 6;

/// Why some bytes are not a TFTP packet. Offsets are in bytes from the packet's first.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseError {
    /// It ends before a field does.
    #[error("{field} at byte {offset}: {needed} bytes needed, {had} there")]
    Truncated {
        /// The field that is cut off.
        field: &'static str,
        /// Where the field begins.
        offset: usize,
        /// How long it should be.
        needed: usize,
        /// How much of it is there.
        had: usize,
    },
    /// A text that no zero byte ends.
    #[error("{field} at byte {offset}: not ended by a zero byte")]
    Unterminated {
        /// Which text.
        field: &'static str,
        /// Where it begins.
        offset: usize,
    },
    /// A text that is not UTF-8 (of which netascii is a part).
    #[error("{field}: the byte at {offset} is not UTF-8")]
    NotText {
        /// Which text.
        field: &'static str,
        /// The first byte that is not.
        offset: usize,
    },
    /// A text that must not be empty.
    #[error("{field} at byte {offset} is empty")]
    Empty {
        /// Which text.
        field: &'static str,
        /// Where it should be.
        offset: usize,
    },
    /// The first two bytes are no opcode.
    #[error("opcode {found} at byte 0: 1 (RRQ) to 6 (OACK) are known")]
    UnknownOpcode {
        /// What they are.
        found: u16,
    },
    /// A mode that no RFC defines.
    #[error("mode {found:?} at byte {offset}: \"octet\" and \"netascii\" are known")]
    UnknownMode {
        /// What it is.
        found: String,
        /// Where it begins.
        offset: usize,
    },
    /// More bytes than the packet has fields.
    #[error("{extra} bytes too many from byte {offset} on")]
    Trailing {
        /// The first of them.
        offset: usize,
        /// How many.
        extra: usize,
    },
    /// More than [`MAX_OPTIONS`] options.
    #[error("an option at byte {offset} after {MAX_OPTIONS} others: no more are read")]
    TooManyOptions {
        /// Where it begins.
        offset: usize,
    },
}

/// The error codes, RFC 1350 appendix I and RFC 2347.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorCode(pub u16);

impl ErrorCode {
    /// See the message.
    pub const NOT_DEFINED: Self = Self(0);
    /// File not found.
    pub const FILE_NOT_FOUND: Self = Self(1);
    /// Access violation.
    pub const ACCESS_VIOLATION: Self = Self(2);
    /// Disk full or allocation exceeded.
    pub const DISK_FULL: Self = Self(3);
    /// Illegal TFTP operation.
    pub const ILLEGAL_OPERATION: Self = Self(4);
    /// Unknown transfer ID.
    pub const UNKNOWN_TID: Self = Self(5);
    /// File already exists.
    pub const FILE_EXISTS: Self = Self(6);
    /// No such user (of mail mode).
    pub const NO_SUCH_USER: Self = Self(7);
    /// Option negotiation failed, RFC 2347.
    pub const OPTION: Self = Self(8);

    /// The RFC's words for it.
    pub const fn meaning(self) -> &'static str {
        match self.0 {
            0 => "Not defined, see error message",
            1 => "File not found",
            2 => "Access violation",
            3 => "Disk full or allocation exceeded",
            4 => "Illegal TFTP operation",
            5 => "Unknown transfer ID",
            6 => "File already exists",
            7 => "No such user",
            8 => "Option negotiation failed",
            _ => "Unknown error code",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0, self.meaning())
    }
}

/// Which way the file goes, seen from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// RRQ: from server to client.
    Read,
    /// WRQ: from client to server.
    Write,
}

/// How the bytes are to be understood. RFC 1350 §1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// Bytes as they are.
    #[default]
    Octet,
    /// Text whose lines end with CR LF on the wire; a lone CR is CR NUL.
    Netascii,
    /// To a person instead of a file. Obsolete; parsed so that it can be refused by name.
    Mail,
}

impl Mode {
    /// The mode as it stands in a request.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Octet => "octet",
            Self::Netascii => "netascii",
            Self::Mail => "mail",
        }
    }
}

/// An option as it stands in a packet: its name as sent, and its value as text.
pub type RawOption = (String, String);

/// RRQ or WRQ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Which of the two.
    pub operation: Operation,
    /// The name, as sent.
    pub filename: String,
    /// The mode.
    pub mode: Mode,
    /// The options in their order, known or not.
    pub options: Vec<RawOption>,
}

/// A packet. The data of DATA is borrowed from the datagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet<'a> {
    /// RRQ and WRQ.
    Request(Request),
    /// A block of the file.
    Data {
        /// Its number, modulo 65,536; the first is 1.
        block: u16,
        /// Its bytes; fewer than `blksize` in the last.
        data: &'a [u8],
    },
    /// Acknowledges a block and all before it; 0 acknowledges WRQ or OACK.
    Ack {
        /// The block's number.
        block: u16,
    },
    /// Ends the transfer. Never acknowledged, never sent again.
    Error {
        /// What is wrong.
        code: ErrorCode,
        /// For people.
        message: String,
    },
    /// The options that the server took, RFC 2347.
    Oack(Vec<RawOption>),
}

impl<'a> Packet<'a> {
    /// Reads one datagram.
    ///
    /// ```
    /// use firsthop_protocol::tftp::{Packet, ParseError};
    /// assert_eq!(Packet::parse(&[0, 4, 0, 7]), Ok(Packet::Ack { block: 7 }));
    /// assert_eq!(
    ///     Packet::parse(&[0, 4, 0]),
    ///     Err(ParseError::Truncated { field: "block", offset: 2, needed: 2, had: 1 })
    /// );
    /// ```
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ParseError> {
        let (opcode, rest) = u16_at(bytes, 0, "opcode")?;
        match opcode {
            RRQ => request(Operation::Read, rest).map(Self::Request),
            WRQ => request(Operation::Write, rest).map(Self::Request),
            DATA => u16_at(rest, 2, "block").map(|(block, data)| Self::Data { block, data }),
            ACK => {
                let (block, rest) = u16_at(rest, 2, "block")?;
                // Old clients pad a short ACK; an ACK with anything but padding after it is none.
                if rest.iter().any(|byte| *byte != 0) {
                    return Err(ParseError::Trailing { offset: 4, extra: rest.len() });
                }
                Ok(Self::Ack { block })
            }
            ERROR => {
                let (code, rest) = u16_at(rest, 2, "error code")?;
                // The message is for people and the transfer is over: what can be read of it is enough.
                let message = rest.split(|byte| *byte == 0).next().unwrap_or_default();
                Ok(Self::Error {
                    code: ErrorCode(code),
                    message: String::from_utf8_lossy(message).into_owned(),
                })
            }
            OACK => options(Text { rest, offset: 2 }).map(Self::Oack),
            found => Err(ParseError::UnknownOpcode { found }),
        }
    }

    /// The packet's bytes, appended to `out`.
    pub fn emit(&self, out: &mut Vec<u8>) {
        let mut number = |value: u16| out.extend_from_slice(&value.to_be_bytes());
        match self {
            Self::Request(request) => {
                number(match request.operation {
                    Operation::Read => RRQ,
                    Operation::Write => WRQ,
                });
                emit_text(&request.filename, out);
                emit_text(request.mode.name(), out);
                emit_options(&request.options, out);
            }
            Self::Data { block, data } => {
                number(DATA);
                number(*block);
                out.extend_from_slice(data);
            }
            Self::Ack { block } => {
                number(ACK);
                number(*block);
            }
            Self::Error { code, message } => {
                number(ERROR);
                number(code.0);
                emit_text(message, out);
            }
            Self::Oack(options) => {
                number(OACK);
                emit_options(options, out);
            }
        }
    }

    /// The packet's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.emit(&mut out);
        out
    }
}

impl fmt::Display for Packet<'_> {
    /// The packet in one line, as tcpdump shows it: `DATA block 3, 512 bytes`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = |f: &mut fmt::Formatter<'_>, options: &[RawOption]| {
            options.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
        };
        match self {
            Self::Request(request) => {
                let name = if request.operation == Operation::Read { "RRQ" } else { "WRQ" };
                write!(f, "{name} {:?} {}", request.filename, request.mode.name())?;
                options(f, &request.options)
            }
            Self::Data { block, data } => write!(f, "DATA block {block}, {} bytes", data.len()),
            Self::Ack { block } => write!(f, "ACK block {block}"),
            Self::Error { code, message } => write!(f, "ERROR {code}: {message}"),
            Self::Oack(list) => {
                f.write_str("OACK")?;
                options(f, list)
            }
        }
    }
}

fn u16_at<'a>(bytes: &'a [u8], offset: usize, field: &'static str) -> Result<(u16, &'a [u8]), ParseError> {
    match bytes.split_first_chunk::<2>() {
        Some((value, rest)) => Ok((u16::from_be_bytes(*value), rest)),
        None => Err(ParseError::Truncated { field, offset, needed: 2, had: bytes.len() }),
    }
}

/// The texts of a packet, one after the other.
struct Text<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl Text<'_> {
    /// The next text and where it begins.
    fn next(&mut self, field: &'static str) -> Result<(String, usize), ParseError> {
        let offset = self.offset;
        let end =
            self.rest.iter().position(|byte| *byte == 0).ok_or(ParseError::Unterminated { field, offset })?;
        let (text, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        let text = std::str::from_utf8(text)
            .map_err(|error| ParseError::NotText { field, offset: offset + error.valid_up_to() })?;
        self.rest = rest.split_first().map(|(_, rest)| rest).unwrap_or_default();
        self.offset = offset + end + 1;
        Ok((text.to_owned(), offset))
    }
}

fn request(operation: Operation, rest: &[u8]) -> Result<Request, ParseError> {
    let mut text = Text { rest, offset: 2 };
    let (filename, offset) = text.next("filename")?;
    if filename.is_empty() {
        return Err(ParseError::Empty { field: "filename", offset });
    }
    let (mode, offset) = text.next("mode")?;
    let mode = [Mode::Octet, Mode::Netascii, Mode::Mail]
        .into_iter()
        .find(|known| known.name().eq_ignore_ascii_case(&mode))
        .ok_or(ParseError::UnknownMode { found: mode, offset })?;
    Ok(Request { operation, filename, mode, options: options(text)? })
}

fn options(mut text: Text<'_>) -> Result<Vec<RawOption>, ParseError> {
    let mut options = Vec::new();
    // A few clients pad the request with zero bytes: that is no option with an empty name.
    while text.rest.iter().any(|byte| *byte != 0) {
        let (name, offset) = text.next("option")?;
        if name.is_empty() {
            return Err(ParseError::Empty { field: "option", offset });
        }
        if options.len() == MAX_OPTIONS {
            return Err(ParseError::TooManyOptions { offset });
        }
        let (value, _) = text.next("option value")?;
        options.push((name, value));
    }
    Ok(options)
}

/// A zero byte inside would end the text early for the reader, so the text ends there for the writer too.
fn emit_text(text: &str, out: &mut Vec<u8>) {
    out.extend(text.bytes().take_while(|byte| *byte != 0));
    out.push(0);
}

fn emit_options(options: &[RawOption], out: &mut Vec<u8>) {
    for (name, value) in options {
        emit_text(name, out);
        emit_text(value, out);
    }
}
