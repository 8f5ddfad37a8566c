//! What is set up, in the address of the page, and the scenario that it makes.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

/// How the connection begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Opening {
    /// One listens, the other connects.
    #[default]
    Ordinary,
    /// Both connect at the same moment (RFC 9293 Figure 7).
    Simultaneous,
    /// Nobody listens.
    ClosedPort,
}

/// How it ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Ending {
    /// The client closes first.
    #[default]
    Client,
    /// The server closes first.
    Server,
    /// Both close at the same moment (RFC 9293 Figure 13).
    Both,
    /// The client has nothing more to send, but reads on.
    Half,
    /// The client resets the connection.
    Abort,
    /// Nobody closes.
    Open,
}

/// Which segment is lost, once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Loss {
    #[default]
    None,
    Syn,
    SynAck,
    HandshakeAck,
    Data,
    Fin,
    LastAck,
}

macro_rules! names {
    ($type:ident: $($variant:ident = $name:literal),* $(,)?) => {
        impl $type {
            pub(super) const ALL: &[Self] = &[$(Self::$variant),*];

            pub(super) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            pub(super) fn from_name(name: &str) -> Self {
                Self::ALL.iter().copied().find(|value| value.name() == name).unwrap_or_default()
            }
        }
    };
}

names! { Opening: Ordinary = "ordinary", Simultaneous = "simultaneous", ClosedPort = "closed-port" }
names! { Ending: Client = "client", Server = "server", Both = "both", Half = "half", Abort = "abort", Open = "open" }
names! {
    Loss: None = "none", Syn = "syn", SynAck = "syn-ack", HandshakeAck = "handshake-ack", Data = "data", Fin = "fin",
    LastAck = "last-ack",
}

/// Everything that can be set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct TcpState {
    pub(super) opening: Opening,
    pub(super) ending: Ending,
    pub(super) loss: Loss,
    /// One way, in milliseconds.
    pub(super) delay: u32,
    /// Bytes that the client sends.
    pub(super) up: u32,
    /// Bytes that the server sends back.
    pub(super) down: u32,
    /// Options as systems use them today, rather than the textbook's bare header.
    pub(super) modern: bool,
}

impl Default for TcpState {
    fn default() -> Self {
        Self {
            opening: Opening::default(),
            ending: Ending::default(),
            loss: Loss::default(),
            delay: 50,
            up: 100,
            down: 300,
            modern: false,
        }
    }
}

/// The most bytes to send: a ladder longer than that teaches nothing more.
pub(super) const MOST_BYTES: u32 = 20_000;
/// The longest delay, in milliseconds.
pub(super) const MOST_DELAY: u32 = 500;

impl TcpState {
    /// The scenario, as a file that `firsthop sim` runs, too.
    pub(super) fn scenario(&self) -> String {
        let preset = if self.modern { "modern" } else { "textbook" };
        let mut toml = String::from("title = \"A TCP connection\"\nneighbours = \"static\"\n");
        for (name, address, isn) in [("client", "10.0.0.1/24", 1000), ("server", "10.0.0.2/24", 5000)] {
            // Writing to a String cannot fail.
            writeln!(
                toml,
                "\n[[host]]\nname = \"{name}\"\naddress = \"{address}\"\n\n[host.tcp]\npreset = \"{preset}\"\nisn = {isn}\nmsl_ms = 30000"
            )
            .ok();
        }
        let delay = self.delay.min(MOST_DELAY);
        writeln!(toml, "\n[[link]]\nends = [\"client\", \"server\"]\ndelay_ms = {delay}").ok();
        if let Some((from, filter)) = self.lost() {
            writeln!(
                toml,
                "\n[[link.rule]]\nfrom = \"{from}\"\nmatch = \"{filter}\"\nnth = 1\naction = \"drop\""
            )
            .ok();
        }
        for action in self.actions() {
            writeln!(toml, "\n[[action]]\n{action}").ok();
        }
        toml
    }

    /// Who sends the segment that is lost, and how it is told from others.
    fn lost(&self) -> Option<(&'static str, &'static str)> {
        // Whoever closes first sends the last ACK and the first FIN.
        let (first, second) =
            if self.ending == Ending::Server { ("server", "client") } else { ("client", "server") };
        Some(match self.loss {
            Loss::None => return None,
            Loss::Syn => ("client", "syn"),
            Loss::SynAck => ("server", "syn and ack"),
            Loss::HandshakeAck => ("client", "ack and not syn and not data"),
            Loss::Data => ("client", "data"),
            Loss::Fin => (first, "fin"),
            Loss::LastAck => (second, "fin"),
        })
    }

    /// What the two do, as tables of the file.
    fn actions(&self) -> Vec<String> {
        let (up, down) = (self.up.min(MOST_BYTES), self.down.min(MOST_BYTES));
        let mut actions = Vec::new();
        match self.opening {
            Opening::Ordinary => {
                actions.push("host = \"server\"\ndo = \"listen\"\nport = 80".to_owned());
                actions.push("host = \"client\"\ndo = \"connect\"\nto = \"server:80\"".to_owned());
            }
            Opening::Simultaneous => {
                actions
                    .push("host = \"server\"\ndo = \"connect\"\nto = \"client:8080\"\nport = 80".to_owned());
                actions
                    .push("host = \"client\"\ndo = \"connect\"\nto = \"server:80\"\nport = 8080".to_owned());
            }
            Opening::ClosedPort => {
                actions.push("host = \"client\"\ndo = \"connect\"\nto = \"server:80\"".to_owned());
                return actions;
            }
        }
        if up > 0 {
            actions.push(format!("host = \"client\"\non = \"established\"\ndo = \"send\"\nbytes = {up}"));
        }
        let heard = if up > 0 { format!("received {up}") } else { "established".to_owned() };
        if down > 0 {
            actions.push(format!("host = \"server\"\non = \"{heard}\"\ndo = \"send\"\nbytes = {down}"));
        }
        let done = if down > 0 { format!("received {down}") } else { "established".to_owned() };
        let end = |host: &str, on: &str, verb: &str| {
            format!("host = \"{host}\"\non = \"{on}\"\nafter_ms = 20\ndo = \"{verb}\"")
        };
        match self.ending {
            Ending::Client => {
                actions.push(end("client", &done, "close"));
                actions.push(end("server", "peer-closed", "close"));
            }
            Ending::Server => {
                actions.push(end("server", &heard, "close"));
                actions.push(end("client", "peer-closed", "close"));
            }
            Ending::Both => {
                // Each closes on its own clock, long enough after the data for both to be idle.
                let at = 2_000 + u64::from(self.delay.min(MOST_DELAY)) * 20;
                actions.push(format!("host = \"client\"\nat_ms = {at}\ndo = \"close\""));
                actions.push(format!("host = \"server\"\nat_ms = {at}\ndo = \"close\""));
            }
            Ending::Half => {
                actions.push(end("client", &done, "shutdown"));
                actions.push(format!(
                    "host = \"server\"\non = \"peer-closed\"\nafter_ms = 20\ndo = \"send\"\nbytes = {}",
                    down.max(50)
                ));
                actions.push(
                    "host = \"server\"\non = \"peer-closed\"\nafter_ms = 40\ndo = \"close\"".to_owned(),
                );
            }
            Ending::Abort => actions.push(end("client", &done, "abort")),
            Ending::Open => {}
        }
        actions
    }
}
