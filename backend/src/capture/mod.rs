//! What the kernel knows while a lab runs: the frames on the loopback interface and the socket tables.
//!
//! Not for: capturing anything else. A [`Capture`] sees the ports it was told to watch, on `lo`, and no more; the rest
//! is refused by a filter in the kernel.
//!
//! * [`Capture`]: an AF_PACKET socket.
//! * [`filter`]: the program that the kernel runs on each frame; [`bpf`]: the instructions of such programs.
//! * [`checksum`]: what is left to the network card, done in its place.
//! * [`Diag`]: one TCP connection's state, by netlink.
//! * [`sockets`]: `/proc/net/tcp` and `/proc/net/udp`.

pub mod bpf;
pub mod checksum;
mod diag;
pub mod filter;
mod packet;
pub mod sockets;

pub use diag::Diag;
use firsthop_protocol::trace::Text;
pub use packet::{Capture, Captured};

/// What a port is one of: TCP and UDP number theirs apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transport {
    /// TCP, RFC 9293.
    Tcp,
    /// UDP, RFC 768.
    Udp,
}

impl Transport {
    /// The name, as tables of sockets have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

/// Whether frames can be captured here, and if not, why.
///
/// # Errors
/// The reason, for the learner.
pub fn able() -> Result<(), Text> {
    Capture::right().map_err(|error| why_not(&error))
}

/// The reason, for the learner, why [`Capture::open`] failed.
pub fn why_not(error: &std::io::Error) -> Text {
    if error.kind() == std::io::ErrorKind::PermissionDenied {
        Text::new(
            "capture.no-right",
            "frames cannot be captured: the server lacks the right CAP_NET_RAW (run it as root, or give the binary the \
             right: setcap cap_net_raw+ep firsthop)",
        )
    } else {
        Text::new("capture.failed", format!("frames cannot be captured: {error}")).arg("error", error)
    }
}
