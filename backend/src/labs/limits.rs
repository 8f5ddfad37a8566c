//! What a lab may be asked for. What is over a limit is refused, and the limit is named.

use firsthop_protocol::{
    api::{Lab, Side},
    trace::Text,
};

use super::text::encode;

/// Datagrams of the UDP lab.
pub const MESSAGES: usize = 16;
/// Bytes in a datagram of the UDP lab.
pub const DATAGRAM: usize = 1024;
/// Bytes that the TCP lab sends.
pub const STREAM: usize = 16 << 10;

/// A lab that is within the limits, its texts already bytes.
#[derive(Debug)]
pub(super) enum Plan {
    UdpEcho { datagrams: Vec<Vec<u8>> },
    Tcp { message: Vec<u8>, first_close: Side },
}

/// Makes a plan of what was asked for.
pub(super) fn check(lab: &Lab) -> Result<Plan, Text> {
    match lab {
        Lab::UdpEcho { messages, encoding } => {
            at_least_one("messages", messages.len())?;
            at_most("messages", messages.len(), MESSAGES)?;
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
                at_most("bytes in a message", datagram.len(), DATAGRAM)?;
            }
            Ok(Plan::UdpEcho { datagrams })
        }
        Lab::Tcp { message, first_close } => {
            at_most("bytes in the message", message.len(), STREAM)?;
            Ok(Plan::Tcp { message: message.clone().into_bytes(), first_close: *first_close })
        }
        Lab::Tftp { .. } | Lab::Http { .. } => {
            Err(Text::new("lab.unknown", "this server does not have this lab"))
        }
    }
}

fn at_most(what: &'static str, given: usize, limit: usize) -> Result<(), Text> {
    if given <= limit {
        return Ok(());
    }
    let id = format!("lab.limit.{}", what.replace(' ', "-"));
    Err(Text::new(id, format!("{given} {what}: the limit is {limit}"))
        .arg("given", given)
        .arg("limit", limit))
}

fn at_least_one(what: &'static str, given: usize) -> Result<(), Text> {
    if given > 0 {
        return Ok(());
    }
    Err(Text::new(format!("lab.none.{what}"), format!("no {what}: at least one is needed")))
}
