//! TFTP messages: RFC 1350, options RFC 2347, 2348 (blksize), 2349 (timeout, tsize), 7440 (windowsize).

use super::{Context, Draft, Header, Kind, Problem, Protocol, Reader, Spec, strings::zero_terminated};

/// What every message begins with.
pub static HEADER: Header =
    Header { protocol: Protocol::Tftp, title: "TFTP message", rfc: "RFC 1350 §5", fields: &OPCODE };

static OPCODE: [Spec; 1] = [Spec::new("opcode", "Opcode", 16, Kind::Names(opcode), "RFC 1350 §5")];
static SOURCE: Spec = Spec::new("source_file", "Filename", 0, Kind::Text, "RFC 1350 §5");
static DESTINATION: Spec = Spec::new("destination_file", "Filename", 0, Kind::Text, "RFC 1350 §5");
static MODE: Spec = Spec::new("type", "Mode", 0, Kind::Text, "RFC 1350 §5");
static BLOCK: Spec = Spec::new("block", "Block #", 16, Kind::Number, "RFC 1350 §5");
static DATA: Spec = Spec::new("data", "Data", 0, Kind::Bytes, "RFC 1350 §5");
static CODE: Spec = Spec::new("code", "ErrorCode", 16, Kind::Names(error_code), "RFC 1350 §5");
static MESSAGE: Spec = Spec::new("message", "ErrMsg", 0, Kind::Text, "RFC 1350 §5");
static OPTION: Spec = Spec::new("name", "Option", 0, Kind::Text, "RFC 2347");
static VALUE: Spec = Spec::new("value", "Value", 0, Kind::Text, "RFC 2347");
static BLKSIZE: Spec = Spec::new("value", "Block Size", 0, Kind::Text, "RFC 2348");
static INTERVAL: Spec = Spec::new("value", "Timeout", 0, Kind::Text, "RFC 2349");
static TSIZE: Spec = Spec::new("value", "Transfer Size", 0, Kind::Text, "RFC 2349");
static WINDOWSIZE: Spec = Spec::new("value", "Window Size", 0, Kind::Text, "RFC 7440 §3");

/// A block may be this long, RFC 2348; without that option it is 512.
const MAX_BLOCK: usize = 65_464;

/// Reads a TFTP message.
pub fn dissect<'f>(context: &mut Context<'f>, reader: Reader<'f>) {
    if !context.may_nest(&reader) {
        return;
    }
    let mut draft = Draft::new(Protocol::Tftp, reader);
    message(&mut draft);
    let rest = context.finish(draft);
    context.data(rest);
}

fn message(draft: &mut Draft<'_>) -> Option<()> {
    let [opcode] = draft.header(&OPCODE)?;
    match opcode {
        1 | 2 => {
            zero_terminated(draft, if opcode == 1 { &SOURCE } else { &DESTINATION })?;
            let mode = zero_terminated(draft, &MODE)?;
            if !["netascii", "octet", "mail"].iter().any(|known| mode.eq_ignore_ascii_case(known.as_bytes()))
            {
                draft.wrong(Problem::Malformed("not netascii, octet or mail"));
            }
            options(draft)
        }
        3 => {
            draft.field(&BLOCK)?;
            let length = draft.reader.left();
            draft.bytes(&DATA, length)?;
            if length > MAX_BLOCK {
                draft.wrong(Problem::Length { said: MAX_BLOCK as u32, had: length as u32 });
            }
            Some(())
        }
        4 => draft.field(&BLOCK).map(drop),
        5 => {
            let found = draft.field(&CODE)?;
            if found > 8 {
                draft.wrong(Problem::Value { found, expected: "0 to 8 are defined" });
            }
            zero_terminated(draft, &MESSAGE).map(drop)
        }
        6 => options(draft),
        found => {
            draft.wrong(Problem::Value { found, expected: "1 (RRQ) to 6 (OACK) are defined" });
            None
        }
    }
}

/// Pairs of name and value up to the end of the message.
fn options(draft: &mut Draft<'_>) -> Option<()> {
    let mut seen: Vec<Vec<u8>> = Vec::new();
    while draft.reader.left() > 0 && draft.broken.is_none() {
        let name = zero_terminated(draft, &OPTION)?.to_ascii_lowercase();
        if seen.contains(&name) {
            draft.wrong(Problem::Malformed("an option may appear once"));
        }
        let (spec, allowed, expected) = match &*name {
            b"blksize" => (&BLKSIZE, 8..=65_464, "8 to 65464"),
            b"timeout" => (&INTERVAL, 1..=255, "1 to 255"),
            b"tsize" => (&TSIZE, 0..=u64::MAX, "a number of bytes"),
            b"windowsize" => (&WINDOWSIZE, 1..=65_535, "1 to 65535"),
            _ => (&VALUE, 0..=u64::MAX, ""),
        };
        let value = zero_terminated(draft, spec)?;
        if !expected.is_empty() {
            match std::str::from_utf8(value).ok().filter(|text| !text.starts_with('+')).map(str::parse::<u64>)
            {
                Some(Ok(number)) if allowed.contains(&number) => {}
                Some(Ok(found)) => draft.wrong(Problem::Value { found, expected }),
                _ => draft.wrong(Problem::Malformed("not a decimal number")),
            }
        }
        // Nobody sends more; a hostile message is not compared with itself for ever.
        if seen.len() < 32 {
            seen.push(name);
        }
    }
    Some(())
}

fn opcode(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "Read Request",
        2 => "Write Request",
        3 => "Data Packet",
        4 => "Acknowledgement",
        5 => "Error Code",
        6 => "Option Acknowledgement",
        _ => return None,
    })
}

fn error_code(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "Not defined",
        1 => "File not found",
        2 => "Access violation",
        3 => "Disk full or allocation exceeded",
        4 => "Illegal TFTP operation",
        5 => "Unknown transfer ID",
        6 => "File already exists",
        7 => "No such user",
        8 => "Option negotiation failed",
        _ => return None,
    })
}
