//! What is set up, in the address of the page, and the scenario that it makes.

use std::net::Ipv4Addr;

use firsthop_protocol::{
    api::{Ending, Exchange, LAST_WORD, Loss, Opening},
    sim::{
        Action, App, Condition, HostSpec, LinkSpec, Neighbours, Preset, Receive, Rule, RuleAction, Scenario,
        Scripted, TcpSettings, Verb,
    },
    tcp::State,
};
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use super::picks::Picks;

/// Everything that can be set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct TcpState {
    pub(super) opening: Opening,
    pub(super) ending: Ending,
    pub(super) loss: Loss,
    /// What else is lost, chosen on the ladder.
    pub(super) dropped: Picks,
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
            dropped: Picks::default(),
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
        let mut scenario = self.scenario_without(&[self.loss]);
        for link in &mut scenario.links {
            link.rules.extend(self.dropped.rules());
        }
        scenario
    }

    /// What the server does of it on kernel sockets.
    pub(super) fn exchange(&self) -> Exchange {
        // When both connect at once, the lab loses the client's SYN already.
        let opening = [Loss::SynAck, Loss::HandshakeAck];
        let impossible = self.opening == Opening::Simultaneous && opening.contains(&self.loss);
        Exchange {
            message: "x".repeat(usize::try_from(self.up.min(MOST_BYTES)).unwrap_or(0)),
            answer: Some(self.down.min(MOST_BYTES)),
            opening: self.opening,
            ending: self.ending,
            loss: if impossible { Loss::None } else { self.loss },
        }
    }

    /// The scenario of what the server does: where segments never meet on the way, one of the two is lost.
    pub(super) fn twin(&self) -> Scenario {
        let asked = self.exchange().loss;
        let crossing = [
            (self.opening == Opening::Simultaneous).then_some(Loss::Syn),
            (self.ending == Ending::Both).then_some(Loss::Fin),
        ];
        let crossing = crossing.into_iter().flatten().filter(|loss| *loss != asked);
        let lost: Vec<Loss> = std::iter::once(asked).chain(crossing).collect();
        self.scenario_without(&lost)
    }

    /// The scenario in which these are lost.
    fn scenario_without(&self, losses: &[Loss]) -> Scenario {
        let preset = if self.modern { Preset::Modern } else { Preset::Textbook };
        let host = |(name, address, isn): (&str, Ipv4Net, u32)| HostSpec {
            tcp: TcpSettings { preset, isn: Some(isn), msl_ms: Some(30_000), ..TcpSettings::default() },
            ..HostSpec::new(name, address)
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
            rules: losses.iter().filter_map(|loss| self.lost(*loss)).map(rule).collect(),
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
    fn lost(&self, loss: Loss) -> Option<(&'static str, &'static str)> {
        // Whoever closes first sends the last ACK and the first FIN.
        let (first, second) =
            if self.ending == Ending::Server { ("server", "client") } else { ("client", "server") };
        Some(match loss {
            Loss::None => return None,
            Loss::Syn => ("client", "syn"),
            Loss::SynAck => ("server", "syn and ack"),
            Loss::HandshakeAck => ("client", "ack and not syn and not data"),
            Loss::Data => ("client", "data"),
            Loss::Fin => (first, "fin"),
            Loss::SecondFin => (second, "fin"),
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
                actions.push(after("server", Condition::PeerClosed, 20, send(down.max(LAST_WORD))));
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
