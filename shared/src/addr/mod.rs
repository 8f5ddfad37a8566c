//! Arithmetic on IPv4 and IPv6 addresses, on top of the types of `ipnet`.
//!
//! Not for: the bytes of packets. Everything here is pure; text comes in through [`parse_interface`], whose errors say what was
//! wrong, where, and what would be right.
//!
//! ```
//! use firsthop_protocol::addr::{Facts, parse_interface};
//! let facts = Facts::of(parse_interface("192.168.10.77/26")?);
//! assert_eq!(facts.network.to_string(), "192.168.10.64");
//! assert_eq!(facts.hosts, 62);
//! # Ok::<(), firsthop_protocol::addr::ParseError>(())
//! ```
//!
//! * [`Facts`]: everything about one address and its network. [`Class`]: what came before prefixes.
//! * [`special`]: IANA's special-purpose registries.
//! * [`same_network`]: can two hosts talk without a router?
//! * [`split`], [`plan`]: dividing a network; [`summarize`], [`range_to_cidrs`]: putting networks together.

mod class;
mod divide;
mod facts;
mod parse;
mod registry;
mod same;
mod unite;

pub use class::Class;
pub use divide::{Allocation, MOST_PARTS, Plan, PlanError, SplitError, parse_requests, plan, split};
pub use facts::{Facts, hosts_in, prefix_for_hosts};
pub use parse::{ParseError, parse_interface, parse_network};
pub use registry::{REGISTRY, Special, special};
pub use same::{Host, NoHost, NotTwoHosts, SameNetwork, same_network};
pub use unite::{RangeError, range_to_cidrs, summarize};
