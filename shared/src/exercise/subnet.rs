//! Subnetting: the questions.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use rand_core::{RngCore, SeedableRng};
use rand_pcg::Pcg32;
use serde::{Deserialize, Serialize};

use super::{Answer, Verdict, solve};
use crate::trace::Text;

/// Levels go from 1 to this.
pub const LEVELS: u8 = 5;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The class of an address.
    Class,
    /// The netmask of a prefix length.
    Mask,
    /// The network number of a host's address.
    Network,
    /// The broadcast address of a host's network.
    Broadcast,
    /// The first address a host may have.
    FirstHost,
    /// The last address a host may have.
    LastHost,
    /// How many hosts fit.
    HostCount,
    /// The longest prefix with room for so many hosts.
    PrefixForHosts,
    /// Can two hosts talk without a router?
    SameNetwork,
}

impl Kind {
    /// All kinds, easy ones first.
    pub const ALL: [Self; 9] = [
        Self::Class,
        Self::Mask,
        Self::Network,
        Self::Broadcast,
        Self::FirstHost,
        Self::LastHost,
        Self::HostCount,
        Self::PrefixForHosts,
        Self::SameNetwork,
    ];

    /// Its name in a link: `same-network`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Mask => "mask",
            Self::Network => "network",
            Self::Broadcast => "broadcast",
            Self::FirstHost => "first-host",
            Self::LastHost => "last-host",
            Self::HostCount => "host-count",
            Self::PrefixForHosts => "prefix-for-hosts",
            Self::SameNetwork => "same-network",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A question with its answer and solution. The same kind, level and seed give the same exercise everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exercise {
    /// What is asked.
    pub kind: Kind,
    /// How hard it is, from 1 to [`LEVELS`].
    pub level: u8,
    /// What it was made from.
    pub seed: u64,
    /// The question.
    pub question: Text,
    /// The answer.
    pub answer: Answer,
    /// How one gets there, a step each.
    pub solution: Vec<Text>,
}

impl Exercise {
    /// Makes an exercise. A level out of range is taken for the nearest one.
    pub fn new(kind: Kind, level: u8, seed: u64) -> Self {
        let level = level.clamp(1, LEVELS);
        let mut dice = Dice(Pcg32::seed_from_u64(seed ^ (u64::from(level) << 56) ^ ((kind as u64) << 48)));
        let net = dice.host(level);
        let (question, answer, solution) = match kind {
            Kind::Class => {
                let address = Ipv4Addr::from(dice.bits());
                let question = Text::new("exercise.ask.class", format!("Which class is {address} of?"));
                (
                    question.arg("address", address),
                    Answer::Class(solve::class(address)),
                    solve::class_steps(address),
                )
            }
            Kind::Mask => {
                let question =
                    Text::new("exercise.ask.mask", format!("Which netmask is /{}?", net.prefix_len()));
                let question = question.arg("prefix", net.prefix_len());
                (question, Answer::Address(net.netmask()), solve::mask_steps(net))
            }
            Kind::Network => (
                about("network", "Which network is {host} in? Give the network number.", net),
                Answer::Address(net.network()),
                solve::network_steps(net),
            ),
            Kind::Broadcast => (
                about("broadcast", "Which is the broadcast address of the network of {host}?", net),
                Answer::Address(net.broadcast()),
                solve::broadcast_steps(net),
            ),
            Kind::FirstHost => (
                about("first-host", "Which is the first host address in the network of {host}?", net),
                Answer::Address(solve::first_host(net)),
                solve::first_host_steps(net),
            ),
            Kind::LastHost => (
                about("last-host", "Which is the last host address in the network of {host}?", net),
                Answer::Address(solve::last_host(net)),
                solve::last_host_steps(net),
            ),
            Kind::HostCount => {
                let question = Text::new(
                    "exercise.ask.host-count",
                    format!("How many hosts fit in a /{}?", net.prefix_len()),
                );
                let question = question.arg("prefix", net.prefix_len());
                (
                    question,
                    Answer::Number(solve::host_count(net.prefix_len())),
                    solve::host_count_steps(net.prefix_len()),
                )
            }
            Kind::PrefixForHosts => {
                let hosts = dice.hosts(level);
                let english =
                    format!("Which is the longest prefix whose network has room for {hosts} hosts?");
                let question = Text::new("exercise.ask.prefix-for-hosts", english).arg("hosts", hosts);
                (
                    question,
                    Answer::Prefix(solve::prefix_for_hosts(hosts)),
                    solve::prefix_for_hosts_steps(hosts),
                )
            }
            Kind::SameNetwork => {
                let other = dice.neighbour(net);
                let english = format!(
                    "Host A is {net}, host B is {other}/{}. Can they talk without a router?",
                    net.prefix_len()
                );
                let question = Text::new("exercise.ask.same-network", english)
                    .arg("a", net)
                    .arg("b", format!("{other}/{}", net.prefix_len()));
                (question, Answer::YesNo(net.contains(&other)), solve::same_network_steps(net, other))
            }
        };
        Self { kind, level, seed, question, answer, solution }
    }

    /// Marks what the learner typed.
    pub fn mark(&self, typed: &str) -> Verdict {
        self.answer.mark(typed)
    }
}

/// A question about a host's address.
fn about(id: &str, english: &str, host: Ipv4Net) -> Text {
    let shown = host.to_string();
    Text::new(format!("exercise.ask.{id}"), english.replace("{host}", &shown)).arg("host", shown)
}

/// The exercise's only source of chance.
struct Dice(Pcg32);

impl Dice {
    fn bits(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// A number from `low` to `high`, both included.
    fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.bits() % (high.saturating_sub(low) + 1)
    }

    /// A host's address with its prefix: level 1 has prefixes at the dots, level 2 the last octet's, higher levels all.
    fn host(&mut self, level: u8) -> Ipv4Net {
        let prefix = match level {
            1 => 8 * self.between(1, 3),
            2 => self.between(25, 28),
            3 => self.between(17, 28),
            4 => self.between(9, 30),
            // The two ends where rules of thumb break: /31 (RFC 3021) and large blocks that are no class's. No shorter than
            // /8: the network would reach into 0.0.0.0/8 or 127.0.0.0/8, where no host is.
            _ => self.between(8, 31),
        };
        // A class A, B or C address, so that it can be a host's: 1.0.0.0 to 223.255.255.255 without 127.
        let first = match self.between(1, 222) {
            low @ 1..=126 => low,
            high => high + 1,
        };
        let address = Ipv4Addr::from((first << 24) | (self.bits() & 0x00ff_ffff));
        let prefix = u8::try_from(prefix).unwrap_or(24);
        let net = Ipv4Net::new(address, prefix).unwrap_or_default();
        Ipv4Net::new(self.host_in(net), prefix).unwrap_or_default()
    }

    /// Any host's address of a network: neither its number nor its broadcast address, which a /31 has not.
    fn host_in(&mut self, net: Ipv4Net) -> Ipv4Addr {
        let (first, last) = (solve::first_host(net), solve::last_host(net));
        Ipv4Addr::from(self.between(u32::from(first), u32::from(last)))
    }

    /// A number of hosts to find room for; higher levels like the edges of powers of two.
    fn hosts(&mut self, level: u8) -> u64 {
        let most_bits = match level {
            1 => 8,
            2 => 10,
            _ => 16,
        };
        let size = 1_u64 << self.between(3, most_bits);
        match level {
            1..=3 => u64::from(self.between(3, u32::try_from(size).unwrap_or(3))),
            // 2^n - 2 fits in n bits, 2^n - 1 does not: the mistake most often made.
            _ => size - u64::from(self.between(0, 3)),
        }
    }

    /// Another host near the host: half of the time in its network, half of the time just outside.
    fn neighbour(&mut self, net: Ipv4Net) -> Ipv4Addr {
        if self.bits().is_multiple_of(2) {
            let other = self.host_in(net);
            if other != net.addr() {
                return other;
            }
            // The next one; after the last comes the first.
            let last = other == solve::last_host(net);
            return if last { solve::first_host(net) } else { Ipv4Addr::from(u32::from(other) + 1) };
        }
        let after = u32::from(net.broadcast()).checked_add(1).map(Ipv4Addr::from);
        // Behind 126.255.255.255 comes loopback, behind 223.255.255.255 multicast: take the block before.
        let block = after
            .filter(|address| !address.is_loopback() && !address.is_multicast())
            .unwrap_or_else(|| Ipv4Addr::from(u32::from(net.network()).saturating_sub(1)));
        self.host_in(Ipv4Net::new(block, net.prefix_len()).unwrap_or(net))
    }
}
