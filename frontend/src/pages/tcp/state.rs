//! What is set up, in the address of the page, and the scenario that it makes.

use std::net::Ipv4Addr;

use firsthop_protocol::{
    sim::{
        Action, App, Condition, HostSpec, LinkSpec, Neighbours, Preset, Receive, Rule, RuleAction, Scenario,
        Scripted, TcpSettings, Verb,
    },
    tcp::State,
};
use ipnet::Ipv4Net;
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

/// Name, address and initial sequence number of the two machines.
const MACHINES: [(&str, Ipv4Net, u32); 2] = [
    ("client", Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 1), 24), 1000),
    ("server", Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 2), 24), 5000),
];

impl TcpState {
    /// The scenario.
    pub(super) fn scenario(&self) -> Scenario {
        let preset = if self.modern { Preset::Modern } else { Preset::Textbook };
        let host = |(name, address, isn): (&str, Ipv4Net, u32)| HostSpec {
            name: name.to_owned(),
            address,
            mac: None,
            tcp: TcpSettings { preset, isn: Some(isn), msl_ms: Some(30_000), ..TcpSettings::default() },
        };
        let [(client, ..), (server, ..)] = MACHINES;
        let rule = |(from, filter): (&str, &str)| Rule {
            from: from.to_owned(),
            filter: filter.to_owned(),
            nth: Some(1),
            first: None,
            action: RuleAction::Drop,
            delay_ms: 0,
        };
        let link = LinkSpec {
            delay_ms: self.delay.min(MOST_DELAY).into(),
            rules: self.lost().map(rule).into_iter().collect(),
            ..LinkSpec::between(client, server)
        };
        Scenario {
            title: "A TCP connection".to_owned(),
            neighbours: Neighbours::Static,
            hosts: MACHINES.map(host).into(),
            links: vec![link],
            actions: self.actions(),
            ..Scenario::default()
        }
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

    /// What the two do.
    fn actions(&self) -> Vec<Scripted> {
        let (up, down) = (self.up.min(MOST_BYTES), self.down.min(MOST_BYTES));
        let established = Condition::State(State::Established);
        let mut actions = match self.opening {
            Opening::Ordinary => {
                vec![at("server", 0, listen(80)), at("client", 0, connect("server:80", None))]
            }
            Opening::Simultaneous => vec![
                at("server", 0, connect("client:8080", Some(80))),
                at("client", 0, connect("server:80", Some(8080))),
            ],
            Opening::ClosedPort => return vec![at("client", 0, connect("server:80", None))],
        };
        if up > 0 {
            actions.push(after("client", established, 0, send(up)));
        }
        let heard = if up > 0 { Condition::Received(up.into()) } else { established };
        if down > 0 {
            actions.push(after("server", heard, 0, send(down)));
        }
        let done = if down > 0 { Condition::Received(down.into()) } else { established };
        match self.ending {
            Ending::Client => {
                actions.push(after("client", done, 20, Verb::Close));
                actions.push(after("server", Condition::PeerClosed, 20, Verb::Close));
            }
            Ending::Server => {
                actions.push(after("server", heard, 20, Verb::Close));
                actions.push(after("client", Condition::PeerClosed, 20, Verb::Close));
            }
            Ending::Both => {
                // Each closes on its own clock, long enough after the data for both to be idle.
                let when = 2_000 + u64::from(self.delay.min(MOST_DELAY)) * 20;
                actions.push(at("client", when, Verb::Close));
                actions.push(at("server", when, Verb::Close));
            }
            Ending::Half => {
                actions.push(after("client", done, 20, Verb::Shutdown));
                actions.push(after("server", Condition::PeerClosed, 20, send(down.max(50))));
                actions.push(after("server", Condition::PeerClosed, 40, Verb::Close));
            }
            Ending::Abort => actions.push(after("client", done, 20, Verb::Abort)),
            Ending::Open => {}
        }
        actions
    }
}

fn at(host: &str, at_ms: u64, verb: Verb) -> Scripted {
    Scripted { at_ms, on: None, after_ms: 0, action: by(host, verb) }
}

fn after(host: &str, on: Condition, after_ms: u64, verb: Verb) -> Scripted {
    Scripted { at_ms: 0, on: Some(on), after_ms, action: by(host, verb) }
}

fn by(host: &str, verb: Verb) -> Action {
    Action { host: Some(host.to_owned()), socket: None, link: None, verb }
}

fn listen(port: u16) -> Verb {
    let (app, recv) = (App::default(), Receive::default());
    Verb::Listen { port, backlog: 5, reuse_address: false, app, recv }
}

fn connect(to: &str, port: Option<u16>) -> Verb {
    Verb::Connect { to: to.to_owned(), port, app: App::default(), recv: Receive::default() }
}

fn send(bytes: u32) -> Verb {
    Verb::Send { bytes: Some(bytes), text: None }
}

#[cfg(test)]
mod tests;
