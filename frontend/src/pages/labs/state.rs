//! What is set up, in the address of the page; and the lab that it makes.

use firsthop_protocol::api::{Direction, Encoding, Ending, Exchange, Lab, Loss};
use serde::{Deserialize, Serialize};

/// Which lab.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Name {
    #[default]
    UdpEcho,
    Tftp,
    Tcp,
    Http,
}

impl Name {
    pub(super) const ALL: [Self; 4] = [Self::UdpEcho, Self::Tftp, Self::Tcp, Self::Http];

    /// As it stands in the address.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::UdpEcho => "udp-echo",
            Self::Tftp => "tftp",
            Self::Tcp => "tcp",
            Self::Http => "http",
        }
    }

    /// The lab of this name; the first where there is none.
    pub(super) fn from_id(id: &str) -> Self {
        Self::ALL.into_iter().find(|name| name.id() == id).unwrap_or_default()
    }
}

/// Everything that can be set up. Numbers are text as typed: what is none is left to its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct LabState {
    pub(super) lab: Name,
    /// Datagrams of the UDP lab, a line each.
    pub(super) messages: String,
    pub(super) encoding: Encoding,
    pub(super) direction: Direction,
    /// Bytes of the TFTP lab's file.
    pub(super) size: String,
    pub(super) blksize: String,
    pub(super) windowsize: String,
    pub(super) tsize: bool,
    /// What the TCP lab's client sends.
    pub(super) message: String,
    pub(super) ending: Ending,
    pub(super) loss: Loss,
    /// The HTTP lab's request, its lines ended as shown in the input.
    pub(super) request: String,
}

impl Default for LabState {
    fn default() -> Self {
        Self {
            lab: Name::default(),
            messages: "hello\n网络".into(),
            encoding: Encoding::default(),
            direction: Direction::default(),
            size: "1024".into(),
            blksize: String::new(),
            windowsize: String::new(),
            tsize: false,
            message: "hello".into(),
            ending: Ending::default(),
            loss: Loss::default(),
            request: "GET / HTTP/1.1\nHost: localhost\nConnection: close\n\n".into(),
        }
    }
}

impl LabState {
    /// What the server is asked to run.
    pub(super) fn to_lab(&self) -> Lab {
        match self.lab {
            Name::UdpEcho => Lab::UdpEcho {
                messages: self.messages.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect(),
                encoding: self.encoding,
            },
            Name::Tftp => Lab::Tftp {
                direction: self.direction,
                size: self.size.trim().parse().unwrap_or(1024),
                blksize: self.blksize.trim().parse().ok(),
                windowsize: self.windowsize.trim().parse().ok(),
                tsize: self.tsize,
            },
            Name::Tcp => Lab::Tcp(Exchange {
                message: self.message.clone(),
                ending: self.ending,
                loss: self.loss,
                ..Exchange::default()
            }),
            // A text area gives line feeds; HTTP wants CR LF (RFC 9112 §2.2).
            Name::Http => Lab::Http { request: self.request.replace("\r\n", "\n").replace('\n', "\r\n") },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_the_line_ends_of_http() {
        let state = LabState { lab: Name::Http, ..LabState::default() };
        let Lab::Http { request } = state.to_lab() else { panic!("another lab") };
        assert_eq!(request, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    #[test]
    fn empty_lines_are_no_datagrams() {
        let state = LabState { messages: "a\n\nb\n".into(), ..LabState::default() };
        let Lab::UdpEcho { messages, .. } = state.to_lab() else { panic!("another lab") };
        assert_eq!(messages, ["a", "b"]);
    }

    #[test]
    fn names_come_back() {
        for name in Name::ALL {
            assert_eq!(Name::from_id(name.id()), name);
        }
    }
}
