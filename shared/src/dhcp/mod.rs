//! DHCP for IPv4, sans-IO: client, server and relay agent of RFC 2131, with the options of RFC 2132 and RFC 3046.
//!
//! Not for: sockets, nor for ARP or ICMP: the client asks its machine to check an address ([`Action::Check`]), the
//! server to try one ([`Probe`]). Nor for BOOTP clients, DHCP authentication (RFC 3118) or updates of the DNS.
//!
//! * [`message`], [`options`]: bytes. · [`transmit`]: what is to be sent, and how the link carries it.
//! * [`client`]: the states of figure 5. · [`server`]: networks, leases. · [`relay`]: for networks without a server.
//! * [`event`]: what they tell. · [`text`]: in which words.
//!
//! A client gets an address on its server's cable:
//!
//! ```
//! use std::net::{Ipv4Addr, SocketAddrV4};
//! use firsthop_protocol::{dhcp::{client, server, Action, Client, Server, Subnet}, trace::Time};
//!
//! let pool = Subnet::new("10.0.0.0/24".parse()?, "10.0.0.100".parse()?, "10.0.0.199".parse()?);
//! let mut server = Server::new(server::Config::new(vec![pool]))?;
//! server.interface_up(1, "10.0.0.1/24".parse()?)?;
//! let mut client = Client::new(client::Config::prompt([2, 0, 0, 0, 0, 1]), 7);
//! client.start(Time::ZERO);
//!
//! let mut now = Time::ZERO;
//! let address = loop {
//!     now = [client.poll_timeout(), server.poll_timeout()].into_iter().flatten().min().unwrap().max(now);
//!     client.on_timeout(now);
//!     server.on_timeout(now);
//!     while let Some(sent) = client.poll_transmit() {
//!         server.on_datagram(now, 1, sent.from, *sent.to.ip(), &sent.bytes);
//!         while let Some(answer) = server.poll_transmit() {
//!             client.on_datagram(now, answer.from, &answer.bytes);
//!         }
//!     }
//!     match client.poll_action() {
//!         Some(Action::Configure(given)) => break given.address,
//!         // Nobody answers the client's ARP requests here.
//!         _ => continue,
//!     }
//! };
//! assert_eq!(address.to_string(), "10.0.0.100/24");
//! assert_eq!(client.state().to_string(), "BOUND");
//! assert_eq!(server.leases().next().unwrap().state.to_string(), "bound");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod client;
pub mod event;
pub mod message;
pub mod options;
pub mod relay;
pub mod server;
pub mod text;
pub mod transmit;

pub use client::{Action, Client, Configuration, State};
pub use event::Event;
pub use message::{CLIENT_PORT, ClientId, Kind, Message, ParseError, SERVER_PORT};
pub use options::{Options, code};
pub use relay::Relay;
pub use server::{ConfigError, Lease, LeaseState, Probe, Server, Subnet};
pub use transmit::{Link, Transmit};
