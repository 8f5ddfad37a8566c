//! A machine with its interfaces and routes.

use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Deserializer, Serialize};
use smoltcp::wire::EthernetAddress;

use super::{NatSpec, RipSpec, TcpSettings, is_default};
use crate::addr;

/// What an Ethernet interface carries unless its specification says otherwise: bytes.
const ETHERNET_MTU: u16 = 1500;

/// A host, or a router: the same machine with forwarding on.
///
/// One interface is written in short, by `address`, `mac` and `mtu`; several, or one of another name, each as an
/// `[[host.interface]]`. A machine with neither has an interface without an address.
///
/// ```
/// use firsthop_protocol::sim::Scenario;
///
/// let scenario = Scenario::parse(r#"
///     [[host]]
///     name = "gateway"
///     [[host.interface]]
///     address = "10.0.0.254/24"
///     [[host.interface]]
///     addresses = ["192.0.2.1/30", "192.0.2.5/30"]
///     mtu = 1400
///     [[host.route]]
///     to = "default"
///     via = "192.0.2.2"
/// "#)?;
/// let names: Vec<_> = scenario.hosts[0].interfaces().map(|interface| interface.name).collect();
/// assert_eq!(names, ["eth0", "eth1"]);
/// # Ok::<(), firsthop_protocol::sim::ScenarioError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostSpec {
    /// What it is called.
    pub name: String,
    /// Its place on the drawing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub at: Option<[i32; 2]>,
    /// Its address and its network's prefix: `10.0.0.1/24`.
    #[serde(default, deserialize_with = "interface", skip_serializing_if = "is_default")]
    pub address: Option<Ipv4Net>,
    /// The router that it sends to what is not on its own networks: its default route.
    #[serde(default, skip_serializing_if = "is_default")]
    pub gateway: Option<Ipv4Addr>,
    /// Its MAC address; by default 02:00:00:00:00:01 for the first machine, and so on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mac: Option<String>,
    /// The largest packet that its network carries: 1500 bytes by default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mtu: Option<u16>,
    /// Its interfaces, in the order of its ports, where `address` does not say enough.
    #[serde(default, rename = "interface", skip_serializing_if = "is_default")]
    pub cards: Vec<InterfaceSpec>,
    /// Its routes besides those to its own networks.
    #[serde(default, rename = "route", skip_serializing_if = "is_default")]
    pub routes: Vec<RouteSpec>,
    /// How its TCP works.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tcp: TcpSettings,
    /// Of a router: that it translates addresses.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nat: Option<NatSpec>,
    /// Of a router: that it speaks RIP.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rip: Option<RipSpec>,
}

/// One of several interfaces.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterfaceSpec {
    /// Its name; by default `eth` and its number.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: Option<String>,
    /// Its address and its network's prefix.
    #[serde(default, deserialize_with = "interface", skip_serializing_if = "is_default")]
    pub address: Option<Ipv4Net>,
    /// Its addresses, where it has more than one; the first is sent from.
    #[serde(default, deserialize_with = "interfaces", skip_serializing_if = "is_default")]
    pub addresses: Vec<Ipv4Net>,
    /// Its MAC address; by default 02:00:00:01:00:01 for the second interface of the first machine, and so on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mac: Option<String>,
    /// The largest packet that its network carries: 1500 bytes by default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mtu: Option<u16>,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteSpec {
    /// To which network: `10.2.0.0/16`, or `default`.
    #[serde(deserialize_with = "network")]
    pub to: Ipv4Net,
    /// The next router; none where the network is on the interface itself.
    #[serde(default, skip_serializing_if = "is_default")]
    pub via: Option<Ipv4Addr>,
    /// The interface's name; by default the one on whose network `via` is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub interface: Option<String>,
    /// The lower, the better, among routes to the same network.
    #[serde(default, skip_serializing_if = "is_default")]
    pub metric: u32,
}

/// An interface with everything that a [`HostSpec`] leaves to be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card<'s> {
    /// Its name: `eth0`.
    pub name: String,
    /// Its addresses.
    pub addresses: Vec<Ipv4Net>,
    /// Its MAC address, if it was given.
    pub mac: Option<&'s str>,
    /// The largest packet: bytes.
    pub mtu: u16,
}

impl HostSpec {
    /// A machine with one interface.
    pub fn new(name: impl Into<String>, address: Ipv4Net) -> Self {
        Self { address: Some(address), ..Self::without_address(name) }
    }

    /// A machine with one interface, which has no address yet.
    pub fn without_address(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            at: None,
            address: None,
            gateway: None,
            mac: None,
            mtu: None,
            cards: Vec::new(),
            routes: Vec::new(),
            tcp: TcpSettings::default(),
            nat: None,
            rip: None,
        }
    }

    /// Its interfaces, in the order of its ports.
    pub fn interfaces(&self) -> impl Iterator<Item = Card<'_>> {
        let short = self.cards.is_empty().then(|| Card {
            name: "eth0".to_owned(),
            addresses: self.address.into_iter().collect(),
            mac: self.mac.as_deref(),
            mtu: self.mtu.unwrap_or(ETHERNET_MTU),
        });
        let long = self.cards.iter().enumerate().map(|(number, card)| Card {
            name: card.name.clone().unwrap_or_else(|| format!("eth{number}")),
            addresses: card.address.iter().chain(&card.addresses).copied().collect(),
            mac: card.mac.as_deref(),
            mtu: card.mtu.unwrap_or(ETHERNET_MTU),
        });
        short.into_iter().chain(long)
    }

    /// The address by which others mean it: the first that it has.
    pub fn first_address(&self) -> Option<Ipv4Addr> {
        let cards = self.cards.iter().flat_map(|card| card.address.iter().chain(&card.addresses));
        self.address.iter().chain(cards).next().map(Ipv4Net::addr)
    }

    /// The MAC addresses of its interfaces, by what it says, or by its number among all machines; none where what it says
    /// is no address of an interface.
    pub(in crate::sim) fn macs(&self, number: usize) -> Option<Vec<EthernetAddress>> {
        let [.., high, low] = (number + 1).to_be_bytes();
        let mac = |(port, card): (usize, Card<'_>)| {
            let [.., port] = port.to_be_bytes();
            let usual = EthernetAddress([2, 0, 0, port, high, low]);
            let mac = card.mac.map_or(Ok(usual), str::parse).ok()?;
            (mac.is_unicast() && mac.0 != [0; 6]).then_some(mac)
        };
        self.interfaces().enumerate().map(mac).collect()
    }
}

/// An address as people write it, with errors that say what would be right.
fn parse<E: serde::de::Error>(text: &str) -> Result<Ipv4Net, E> {
    only_ipv4(addr::parse_interface(text))
}

fn only_ipv4<E: serde::de::Error>(parsed: Result<IpNet, addr::ParseError>) -> Result<Ipv4Net, E> {
    match parsed {
        Ok(IpNet::V4(net)) => Ok(net),
        Ok(IpNet::V6(net)) => Err(E::custom(format!("{net}: only IPv4 is simulated as yet"))),
        Err(error) => Err(E::custom(error)),
    }
}

fn interface<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Ipv4Net>, D::Error> {
    parse(&String::deserialize(deserializer)?).map(Some)
}

fn interfaces<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Ipv4Net>, D::Error> {
    Vec::<String>::deserialize(deserializer)?.iter().map(|text| parse(text)).collect()
}

/// `default`, or a network as people write it.
fn network<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Ipv4Net, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text == "default" {
        return Ok(Ipv4Net::default());
    }
    only_ipv4(addr::parse_network(&text))
}
