//! What one frame tells about those after it, for readers of whole captures.

use super::{Dissection, Layer, LinkType, Options, Protocol, dissect_with};

/// Remembers which ports carry a protocol that no registry knows of.
///
/// A TFTP transfer is asked for on port 69 and then runs between two ephemeral ports (RFC 1350 §4). [`super::dissect`]
/// sees one frame and can only guess from its form; whoever dissects frame after frame passes each result to
/// [`Self::learn`] and gives [`Self::ports`] with the next frame.
///
/// ```
/// use firsthop_protocol::wire::{Conversations, LinkType, Options, dissect_with};
/// let frames: Vec<Vec<u8>> = Vec::new();
/// let mut conversations = Conversations::default();
/// for frame in &frames {
///     let options = Options { learned: conversations.ports(), ..Options::default() };
///     let dissection = dissect_with(LinkType::Ethernet, frame, frame.len(), options);
///     conversations.learn(&dissection);
/// }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Conversations {
    ports: Vec<(u16, Protocol)>,
    /// Which entry is replaced next when there are too many.
    oldest: usize,
}

/// So many transfers are remembered; a frame is compared with each.
const MAX_PORTS: usize = 256;

impl Conversations {
    /// Takes note of what a frame announces.
    pub fn learn(&mut self, dissection: &Dissection) {
        let Some(tftp) = dissection.layer(Protocol::Tftp) else { return };
        let (Some(1 | 2), Some(udp)) = (tftp.number("opcode"), dissection.layer(Protocol::Udp)) else {
            return;
        };
        // The client's port is the same for the whole transfer.
        let Some(port) = udp.number("srcport").and_then(|port| u16::try_from(port).ok()) else { return };
        self.remember((port, Protocol::Tftp));
    }

    /// Dissects the next frame, and learns from it: also from its content, where a port says nothing. A lab's servers
    /// have whatever port is free, but what is asked of them can be told from its first bytes.
    ///
    /// Of the frame, `original` bytes were on the link and perhaps fewer were captured.
    pub fn follow(&mut self, link: LinkType, frame: &[u8], original: usize) -> Dissection {
        let dissection = self.dissect(link, frame, original);
        self.learn(&dissection);
        match announced(&dissection, frame) {
            Some(entry) if !self.ports.contains(&entry) => {
                self.remember(entry);
                self.dissect(link, frame, original)
            }
            _ => dissection,
        }
    }

    fn dissect(&self, link: LinkType, frame: &[u8], original: usize) -> Dissection {
        dissect_with(link, frame, original, Options { learned: self.ports(), ..Options::default() })
    }

    fn remember(&mut self, entry: (u16, Protocol)) {
        if self.ports.contains(&entry) {
            return;
        }
        if self.ports.len() < MAX_PORTS {
            self.ports.push(entry);
        } else if let Some(old) = self.ports.get_mut(self.oldest) {
            *old = entry;
            self.oldest = (self.oldest + 1) % MAX_PORTS;
        }
    }

    /// The ports learned so far, for [`super::Options::learned`].
    pub fn ports(&self) -> &[(u16, Protocol)] {
        &self.ports
    }
}

/// The port that a frame with bytes nobody knows gives away, and what it carries.
fn announced(dissection: &Dissection, frame: &[u8]) -> Option<(u16, Protocol)> {
    let data = dissection.layers.last().filter(|layer| layer.protocol == Protocol::Data)?;
    let bytes = frame.get(data.offset as usize..)?.get(..data.length as usize)?;
    let port = |layer: &Layer, name| layer.number(name).and_then(|port| u16::try_from(port).ok());
    if let Some(udp) = dissection.layer(Protocol::Udp) {
        return is_tftp_request(bytes).then_some((port(udp, "srcport")?, Protocol::Tftp));
    }
    let tcp = dissection.layer(Protocol::Tcp)?;
    let line = bytes.split(|byte| *byte == b'\n').next()?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let is_version = |word: &[u8]| matches!(word, [b'H', b'T', b'T', b'P', b'/', _, b'.', _]);
    let (first, last) = (line.split(|byte| *byte == b' ').next()?, line.rsplit(|byte| *byte == b' ').next()?);
    // A request line ends with the version, a status line begins with it (RFC 9112 §3, §4).
    let server = match (is_version(first), is_version(last)) {
        (false, true) => port(tcp, "dstport"),
        (true, false) => port(tcp, "srcport"),
        _ => None,
    };
    server.map(|port| (port, Protocol::Http))
}

/// RFC 1350 §5: opcode 1 or 2, a name, a mode.
fn is_tftp_request(bytes: &[u8]) -> bool {
    let Some(([0, 1 | 2], words)) = bytes.split_first_chunk() else { return false };
    let mode = words.split(|byte| *byte == 0).nth(1).unwrap_or_default();
    ["octet", "netascii", "mail"].iter().any(|known| mode.eq_ignore_ascii_case(known.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_known_by_its_form() {
        assert!(is_tftp_request(b"\0\x01hello.txt\0octet\0blksize\x001428\0"));
        assert!(!is_tftp_request(b"\0\x01hello.txt\0gold\0"));
        assert!(!is_tftp_request(b"\0\x03hello.txt\0octet\0"));
        assert!(!is_tftp_request(b"\0"));
    }
}
