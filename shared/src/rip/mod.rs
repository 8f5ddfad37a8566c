//! RIP version 2, sans-IO: the distance-vector routing protocol of RFC 2453, as one router speaks it.
//!
//! Not for: sockets, nor for forwarding packets: [`Speaker::poll_route_change`] tells the machine's routing table
//! what to do. Version 1 and authentication are not spoken; what comes in them is ignored, and said to be.
//!
//! * [`packet`]: messages as bytes. · [`config`]: timers, [`Horizon`], interfaces. · [`table`]: the routes.
//! * [`speaker`]: the machine: timers and interfaces; `input` and `output` are its two halves.
//! * [`event`]: what it tells. · [`text`]: in which words.
//!
//! Two routers on a cable, each with a network of its own behind it:
//!
//! ```
//! use firsthop_protocol::{rip::*, trace::Time};
//!
//! let mut routers = [Speaker::new(Config::default(), 1), Speaker::new(Config::default(), 2)];
//! for (router, cable, own) in [(0, "10.0.0.1/24", "10.1.0.1/24"), (1, "10.0.0.2/24", "10.2.0.1/24")] {
//!     routers[router].interface_up(Time::ZERO, Interface::new(1, cable.parse()?))?;
//!     routers[router].interface_up(Time::ZERO, Interface::new(2, own.parse()?))?;
//! }
//! let mut now = Time::ZERO;
//! while now < Time::from_secs(60) {
//!     for (from, to) in [(0, 1), (1, 0)] {
//!         routers[from].on_timeout(now);
//!         while let Some(message) = routers[from].poll_transmit() {
//!             if message.interface == 1 {
//!                 routers[to].on_datagram(now, 1, message.from, &message.bytes);
//!             }
//!         }
//!     }
//!     now = now.plus(100_000);
//! }
//! let route = routers[0].route("10.2.0.0/24".parse()?).unwrap();
//! assert_eq!((route.metric, route.next_hop), (2, Some("10.0.0.2".parse()?)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod config;
pub mod event;
mod input;
mod output;
pub mod packet;
pub mod speaker;
pub mod table;
pub mod text;

pub use config::{Config, ConfigError, Horizon, Interface};
pub use event::Event;
pub use packet::{Command, Entry, EntryError, GROUP, INFINITY, MAX_ENTRIES, Message, PORT, ParseError};
pub use speaker::{Speaker, Transmit};
pub use table::{Origin, Route, RouteChange};
