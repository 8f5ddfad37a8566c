//! Making an answer fit: what is left out, and when TC says so. RFC 2181 §9, RFC 6891 §6.2.5, RFC 9471.

use super::message::{BuildError, Edns, MAX_UDP, Message};

/// How large an answer over UDP may be: what the asker's EDNS allows, within what the server sends at most.
pub(super) fn udp_limit(query: &Message, most: u16) -> usize {
    let asked = query.edns.map_or(MAX_UDP, |edns| usize::from(edns.udp_size));
    asked.clamp(MAX_UDP, usize::from(most).max(MAX_UDP))
}

/// The OPT record of an answer: there if the question had one. RFC 6891 §6.1.1.
pub(super) fn edns(query: &Message, udp_size: u16) -> Option<Edns> {
    query.edns.map(|edns| Edns { udp_size, version: 0, signatures: edns.signatures })
}

/// The bytes of an answer of at most `limit` bytes, and whether it had to be truncated. Additional records go first
/// and without a word, unless they are glue.
pub(super) fn fit(mut message: Message, limit: usize, glue: bool) -> Result<(Vec<u8>, bool), BuildError> {
    let whole = message.to_bytes();
    if let Ok(bytes) = &whole
        && bytes.len() <= limit
    {
        return whole.map(|bytes| (bytes, false));
    }
    if !glue && !message.additional.is_empty() {
        message.additional.clear();
        let bytes = message.to_bytes()?;
        if bytes.len() <= limit {
            return Ok((bytes, false));
        }
    }
    message.truncated = true;
    message.answers.clear();
    message.authority.clear();
    message.additional.clear();
    Ok((message.to_bytes()?, true))
}
