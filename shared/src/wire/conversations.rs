//! What one frame tells about those after it, for readers of whole captures.

use super::{Dissection, Protocol};

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
        let entry = (port, Protocol::Tftp);
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
