//! The simulated network in virtual time: the same recipe gives the same trace, byte for byte, wherever it runs.
//!
//! Not for: the protocols themselves (they are in [`tcp`](crate::tcp) and `smoltcp::wire`), nor for drawing.
//!
//! ```
//! use firsthop_protocol::sim::{Scenario, Simulation};
//! use firsthop_protocol::tcp::State;
//!
//! let mut simulation = Simulation::new(Scenario::builtin("handshake")?, 1)?;
//! while simulation.host("client").and_then(|host| host.connection("main")).map(|it| it.state())
//!     != Some(State::Established)
//! {
//!     assert!(simulation.step());
//! }
//! assert_eq!(simulation.trace().frames().count(), 3);
//! # Ok::<(), firsthop_protocol::sim::ScenarioError>(())
//! ```
//!
//! * [`Scenario`]: what there is and what happens, from a file. · [`Recipe`]: that, a seed, and what a learner did.
//! * [`Simulation`]: runs it, step by step. · [`Host`]: a machine, to look into.
//! * [`Switch`], `hub`, `cloud`: what frames pass on their way. · `link`: cables. · `carry`: how frames get along them.
//! * [`EventQueue`]: what is to come. · `rng`: chance. · `device`: what a machine is to the network.
//! * [`text`]: every sentence that is said here.

mod build;
mod carry;
mod cloud;
mod device;
mod host;
mod hub;
mod link;
mod machine;
mod queue;
mod recipe;
mod rng;
mod scenario;
mod simulation;
mod switch;
pub mod text;
mod weight;

pub use host::{Connection, Host, Printed, Terminal};
pub use queue::EventQueue;
pub use recipe::{Done, Recipe};
#[cfg(feature = "scenario-files")]
pub use scenario::library;
pub use scenario::{
    Action, App, Card, CloudSpec, Condition, ConditionError, Detail, Device, DeviceKind, ForwardSpec,
    Horizon, HostSpec, HubSpec, InterfaceSpec, LinkSpec, NatSpec, Neighbours, Place, Preset, Problem,
    Receive, RipSpec, RouteSpec, Rule, RuleAction, Scenario, ScenarioError, Scripted, Step, SwitchSpec,
    TcpSettings, Transport, Verb,
};
pub use simulation::Simulation;
pub use switch::{Entry, Switch};
