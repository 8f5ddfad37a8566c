//! What machines are told to do, and when.

use std::{fmt, net::Ipv4Addr, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Rule, is_default};
use crate::tcp::State;

/// An action and when it is done: at `at_ms`, or `after_ms` after the condition `on` has come true on its machine's
/// socket. Each is done once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scripted {
    /// Milliseconds into the simulation, if there is no `on`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub at_ms: u64,
    /// What must have happened before.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on: Option<Condition>,
    /// Milliseconds to wait after that.
    #[serde(default, skip_serializing_if = "is_default")]
    pub after_ms: u64,
    /// What is done.
    #[serde(flatten)]
    pub action: Action,
}

/// Something to be done now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// The machine that does it; none for what is done to a link.
    #[serde(default, skip_serializing_if = "is_default")]
    pub host: Option<String>,
    /// The socket's name in the script, `main` by default. The first connection that a listening socket accepts has its
    /// name, the second `main.2`, and so on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub socket: Option<String>,
    /// The link to which it is done.
    #[serde(default, skip_serializing_if = "is_default")]
    pub link: Option<String>,
    /// What is done.
    #[serde(flatten)]
    pub verb: Verb,
}

/// What can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Verb {
    /// `socket`, `bind`, `listen`; connections are accepted as they come.
    Listen {
        /// The TCP port.
        port: u16,
        /// How many connections may wait.
        #[serde(default = "backlog", skip_serializing_if = "is_backlog")]
        backlog: u32,
        /// `SO_REUSEADDR`: listen though connections in TIME-WAIT still have the port.
        #[serde(default, skip_serializing_if = "is_default")]
        reuse_address: bool,
        /// What is done with each connection.
        #[serde(default, skip_serializing_if = "is_default")]
        app: App,
        /// When data is read.
        #[serde(default, skip_serializing_if = "is_default")]
        recv: Receive,
    },
    /// `socket`, `connect`; with `port`, `bind` between them.
    Connect {
        /// To whom: `server:80` or `10.0.0.2:80`.
        to: String,
        /// Our own TCP port; otherwise the next of the dynamic ports, 49152 and up.
        #[serde(default, skip_serializing_if = "is_default")]
        port: Option<u16>,
        /// What is done with the connection.
        #[serde(default, skip_serializing_if = "is_default")]
        app: App,
        /// When data is read.
        #[serde(default, skip_serializing_if = "is_default")]
        recv: Receive,
    },
    /// `send`; returns when the send buffer has taken everything. Of a connected UDP socket, a datagram.
    Send {
        /// So many bytes of a pattern.
        #[serde(default, skip_serializing_if = "is_default")]
        bytes: Option<u32>,
        /// This text, in UTF-8.
        #[serde(default, skip_serializing_if = "is_default")]
        text: Option<String>,
    },
    /// `recv`, for a socket that reads when told.
    Recv {
        /// At most so many bytes; without it, everything from now on.
        #[serde(default, skip_serializing_if = "is_default")]
        bytes: Option<u32>,
    },
    /// `shutdown(SHUT_WR)`: nothing more to send, still reading.
    Shutdown,
    /// `close`: neither sending nor reading any more. Also closes a listening or a UDP socket.
    Close,
    /// `close` with `SO_LINGER` of zero seconds: the connection is reset.
    Abort,
    /// `socket`, `bind` of a UDP socket.
    UdpBind {
        /// The UDP port; 0 takes the next of the dynamic ports.
        port: u16,
        /// One of the machine's addresses: the socket then gets nothing that is for another, nor for many. Any by default.
        #[serde(default, skip_serializing_if = "is_default")]
        address: Option<Ipv4Addr>,
        /// `SO_BROADCAST`: may send to everybody.
        #[serde(default, skip_serializing_if = "is_default")]
        broadcast: bool,
        /// `SO_REUSEADDR`: several sockets may have the port; each gets what is for many.
        #[serde(default, skip_serializing_if = "is_default")]
        reuse_address: bool,
        /// What is done with each datagram.
        #[serde(default, skip_serializing_if = "is_default")]
        app: App,
    },
    /// `connect` of a UDP socket: from then on `send` goes there, only what comes from there is received, and an ICMP error
    /// is heard of. Makes the socket if there is none of that name yet.
    UdpConnect {
        /// To whom: `server:7` or `10.0.0.2:7`.
        to: String,
    },
    /// `setsockopt(IP_ADD_MEMBERSHIP)`: a UDP socket listens to a group.
    Join {
        /// The group: `239.1.2.3`.
        group: Ipv4Addr,
        /// The interface's name; by default the one that the route to the group has.
        #[serde(default, skip_serializing_if = "is_default")]
        interface: Option<String>,
    },
    /// `setsockopt(IP_DROP_MEMBERSHIP)`.
    Leave {
        /// The group.
        group: Ipv4Addr,
        /// The interface's name, as it was joined.
        #[serde(default, skip_serializing_if = "is_default")]
        interface: Option<String>,
    },
    /// `sendto`; makes the UDP socket if there is none of that name yet.
    UdpSend {
        /// To whom: `server:7` or `10.0.0.2:7`.
        to: String,
        /// `IP_TTL`, `IP_MULTICAST_TTL`: the hops that the datagram has.
        #[serde(default, skip_serializing_if = "is_default")]
        ttl: Option<u8>,
        /// `IP_MTU_DISCOVER`: never in pieces; too much is refused.
        #[serde(default, skip_serializing_if = "is_default")]
        dont_fragment: bool,
        /// So many bytes of a pattern.
        #[serde(default, skip_serializing_if = "is_default")]
        bytes: Option<u32>,
        /// This text, in UTF-8.
        #[serde(default, skip_serializing_if = "is_default")]
        text: Option<String>,
    },
    /// An ICMP echo request.
    Ping {
        /// Whom: `server` or `10.0.0.2`.
        to: String,
    },
    /// A line typed at the machine's terminal: `ping -c 3 server`, `ip route add …`. While a program runs there, it waits.
    Command {
        /// The line.
        line: String,
    },
    /// Ctrl-C at the machine's terminal.
    Interrupt,
    /// Cuts the link: what is sent from now on is lost, what is on its way arrives.
    Cut,
    /// Makes the link work again.
    Restore,
    /// Gives the link another rule, which counts from now on.
    AddRule {
        /// The rule.
        rule: Rule,
    },
}

impl Verb {
    /// Its name in a scenario.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Listen { .. } => "listen",
            Self::Connect { .. } => "connect",
            Self::Send { .. } => "send",
            Self::Recv { .. } => "recv",
            Self::Shutdown => "shutdown",
            Self::Close => "close",
            Self::Abort => "abort",
            Self::UdpBind { .. } => "udp-bind",
            Self::UdpConnect { .. } => "udp-connect",
            Self::Join { .. } => "join",
            Self::Leave { .. } => "leave",
            Self::UdpSend { .. } => "udp-send",
            Self::Ping { .. } => "ping",
            Self::Command { .. } => "command",
            Self::Interrupt => "interrupt",
            Self::Cut => "cut",
            Self::Restore => "restore",
            Self::AddRule { .. } => "add-rule",
        }
    }

    /// Whether it is done to a link and not by a machine.
    pub const fn is_for_link(&self) -> bool {
        matches!(self, Self::Cut | Self::Restore | Self::AddRule { .. })
    }
}

impl Action {
    /// The socket's name.
    pub fn socket_name(&self) -> &str {
        self.socket.as_deref().unwrap_or("main")
    }
}

/// The program behind a socket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum App {
    /// Does what the script says and nothing else.
    #[default]
    Script,
    /// Sends back whatever arrives, and closes when the peer has closed.
    Echo,
    /// Reads whatever arrives, and closes when the peer has closed.
    Sink,
}

/// When data is read from a socket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Receive {
    /// As soon as it arrives.
    #[default]
    Auto,
    /// When the script says `recv`, so that the window fills up.
    Manual,
}

/// Something that must have happened to a socket: `established`, or another state it must have been in; `received 100`
/// bytes read by the program; `datagrams 2` received; `peer-closed`: all was read and the end seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Condition {
    /// The connection has been in this state.
    State(State),
    /// The program has read so many bytes.
    Received(u64),
    /// So many datagrams were received.
    Datagrams(u64),
    /// `recv` has returned 0.
    PeerClosed,
}

/// A condition that is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{0}` is no condition: a state like `established` or `time-wait`, `received 100`, `datagrams 1` or `peer-closed` would be right"
)]
pub struct ConditionError(String);

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, ConditionError> {
        let wrong = || ConditionError(text.to_owned());
        let mut words = text.split_whitespace();
        let first = words.next().ok_or_else(wrong)?;
        let number = words.next().map(|word| word.parse().map_err(|_| wrong())).transpose()?;
        if words.next().is_some() {
            return Err(wrong());
        }
        match (first, number) {
            ("received", Some(bytes)) => Ok(Self::Received(bytes)),
            ("datagrams", Some(count)) => Ok(Self::Datagrams(count)),
            ("peer-closed", None) => Ok(Self::PeerClosed),
            (name, None) => State::ALL
                .into_iter()
                .find(|state| state.name().eq_ignore_ascii_case(name))
                .map(Self::State)
                .ok_or_else(wrong),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(state) => f.write_str(&state.name().to_ascii_lowercase()),
            Self::Received(bytes) => write!(f, "received {bytes}"),
            Self::Datagrams(count) => write!(f, "datagrams {count}"),
            Self::PeerClosed => f.write_str("peer-closed"),
        }
    }
}

impl TryFrom<String> for Condition {
    type Error = ConditionError;

    fn try_from(text: String) -> Result<Self, ConditionError> {
        text.parse()
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> Self {
        condition.to_string()
    }
}

const fn backlog() -> u32 {
    5
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference; in WebAssembly it is not trivially small"
)]
const fn is_backlog(value: &u32) -> bool {
    *value == backlog()
}
