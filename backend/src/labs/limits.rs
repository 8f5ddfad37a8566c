//! What a lab may be asked for. What is over a limit is refused, and the limit is named.

use firsthop_protocol::{
    api::{Direction, Exchange, Lab, Loss, Opening},
    tftp::{BLKSIZE_MAX, Wanted},
    trace::Text,
};

use super::text::encode;

/// Datagrams of the UDP lab.
pub const MESSAGES: usize = 16;
/// Bytes in a datagram of the UDP lab.
pub const DATAGRAM: usize = 1024;
/// Bytes in a file of the TFTP lab.
pub const FILE: usize = 1 << 20;
/// Blocks in a file of the TFTP lab: each is two frames and four calls of the trace.
pub const BLOCKS: usize = 2049;
/// The largest window of the TFTP lab, in blocks.
pub const WINDOW: u16 = 64;
/// Bytes that each side of the TCP lab sends.
pub const STREAM: usize = 20_000;
/// Bytes of the HTTP lab's request.
pub const REQUEST: usize = 32 << 10;

/// A lab that is within the limits, its texts already bytes.
#[derive(Debug)]
pub(super) enum Plan {
    UdpEcho { datagrams: Vec<Vec<u8>> },
    Tcp(Exchange),
    Tftp(Tftp),
    Http { request: Vec<u8> },
}

/// A TFTP transfer within the limits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tftp {
    pub(super) direction: Direction,
    pub(super) size: usize,
    pub(super) wanted: Wanted,
}

/// Makes a plan of what was asked for.
pub(super) fn check(lab: &Lab) -> Result<Plan, Text> {
    match lab {
        Lab::UdpEcho { messages, encoding } => {
            at_least_one("lab.none.messages", "messages", messages.len())?;
            at_most("lab.limit.messages", "messages", messages.len(), MESSAGES)?;
            let datagrams: Vec<Vec<u8>> = messages
                .iter()
                .map(|message| {
                    encode(message, *encoding).map_err(|error| {
                        Text::new("lab.unmappable", error.to_string())
                            .arg("character", error.0)
                            .arg("code", format_args!("U+{:04X}", u32::from(error.0)))
                    })
                })
                .collect::<Result<_, _>>()?;
            for datagram in &datagrams {
                at_most("lab.limit.bytes-in-a-message", "bytes in a message", datagram.len(), DATAGRAM)?;
            }
            Ok(Plan::UdpEcho { datagrams })
        }
        Lab::Tcp(exchange) => {
            let answer = exchange.answer_len();
            at_most(
                "lab.limit.bytes-in-the-message",
                "bytes in the message",
                exchange.message.len(),
                STREAM,
            )?;
            at_most("lab.limit.bytes-in-the-answer", "bytes in the answer", answer, STREAM)?;
            if exchange.opening == Opening::Simultaneous
                && matches!(exchange.loss, Loss::SynAck | Loss::HandshakeAck)
            {
                return Err(Text::new(
                    "lab.simultaneous.loss",
                    "when both connect at once, the lab can lose the SYN, data and FINs, and nothing else",
                ));
            }
            Ok(Plan::Tcp(exchange.clone()))
        }
        Lab::Tftp { direction, size, blksize, windowsize, tsize } => {
            let size = usize::try_from(*size).unwrap_or(usize::MAX);
            at_most("lab.limit.bytes-in-the-file", "bytes in the file", size, FILE)?;
            if let Some(blksize) = blksize {
                from_to("lab.range.blksize", "blksize", *blksize, 8, BLKSIZE_MAX)?;
            }
            if let Some(windowsize) = windowsize {
                from_to("lab.range.windowsize", "windowsize", *windowsize, 1, WINDOW)?;
            }
            let block = usize::from(blksize.unwrap_or(512));
            at_most("lab.limit.blocks-in-the-file", "blocks in the file", size / block + 1, BLOCKS)?;
            let wanted = Wanted { blksize: *blksize, windowsize: *windowsize, timeout: None, tsize: *tsize };
            Ok(Plan::Tftp(Tftp { direction: *direction, size, wanted }))
        }
        Lab::Http { request } => {
            at_least_one("lab.none.request", "request", request.len())?;
            at_most("lab.limit.bytes-in-the-request", "bytes in the request", request.len(), REQUEST)?;
            Ok(Plan::Http { request: request.clone().into_bytes() })
        }
    }
}

fn at_most(id: &str, what: &str, given: usize, limit: usize) -> Result<(), Text> {
    if given <= limit {
        return Ok(());
    }
    Err(Text::new(id, format!("{given} {what}: the limit is {limit}"))
        .arg("given", given)
        .arg("limit", limit))
}

fn from_to(id: &str, what: &str, given: u16, least: u16, most: u16) -> Result<(), Text> {
    if (least..=most).contains(&given) {
        return Ok(());
    }
    Err(Text::new(id, format!("{what} {given}: it must be from {least} to {most}"))
        .arg("given", given)
        .arg("least", least)
        .arg("most", most))
}

fn at_least_one(id: &str, what: &str, given: usize) -> Result<(), Text> {
    if given > 0 {
        return Ok(());
    }
    Err(Text::new(id, format!("no {what}: at least one is needed")))
}
