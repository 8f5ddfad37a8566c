//! Messages on a stream: two bytes of length before each. RFC 1035 §4.2.2, RFC 7766 §8.

use super::message::MAX_TCP;

/// Which TCP connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamId {
    /// One that a client opened; whoever runs the machine gives the number.
    In(u64),
    /// One that the machine asked for with [`Transmit::Connect`](super::Transmit::Connect); it gives the number.
    Out(u64),
}

/// Finds the messages in a stream's bytes.
#[derive(Debug, Clone, Default)]
pub struct Framer {
    bytes: Vec<u8>,
}

impl Framer {
    /// Takes bytes as they come.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The messages that are whole now.
    pub fn take_messages(&mut self) -> Vec<Vec<u8>> {
        let mut messages = Vec::new();
        let mut rest = self.bytes.as_slice();
        while let Some((length, tail)) = rest.split_first_chunk::<2>() {
            let length = usize::from(u16::from_be_bytes(*length));
            let Some((message, after)) = tail.split_at_checked(length) else { break };
            messages.push(message.to_vec());
            rest = after;
        }
        let read = self.bytes.len() - rest.len();
        self.bytes.drain(..read);
        messages
    }
}

/// A message with its length before it; what is longer than a length can say is cut, and that is no message.
pub fn frame(message: &[u8]) -> Vec<u8> {
    let message = message.get(..MAX_TCP).unwrap_or(message);
    let mut framed = (message.len() as u16).to_be_bytes().to_vec();
    framed.extend_from_slice(message);
    framed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_found_however_the_bytes_come() {
        let bytes = [frame(b"one"), frame(b""), frame(b"three")].concat();
        for size in 1..bytes.len() {
            let mut framer = Framer::default();
            let mut found = Vec::new();
            for piece in bytes.chunks(size) {
                framer.push(piece);
                found.extend(framer.take_messages());
            }
            assert_eq!(found, [&b"one"[..], b"", b"three"]);
        }
    }
}
