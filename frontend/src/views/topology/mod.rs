//! The network as a drawing: devices, cables, and the packets that are on their way at an instant.
//!
//! * [`model`]: what there is to draw, taken from a scenario. · [`layout`]: where it stands.
//! * [`flight`]: which packets are on which cable, and how far they have come.
//! * [`draw`]: the SVG. · [`icon`]: what a device looks like. · [`legend`]: what a packet's colour and letters say.
//! * [`facts`]: the same as a table. · [`announce`]: the same in words, as it changes.
//!
//! Not for: changing the network, nor for what a device knows; that is in [`tables`](super::tables).

mod announce;
mod draw;
mod facts;
mod flight;
mod icon;
mod layout;
mod legend;
mod model;

pub use announce::Announcement;
pub use draw::TopologyView;
pub use facts::DeviceList;
pub use flight::{Flights, Packet, Shown};
pub use icon::icon;
pub use layout::{Frame, places};
pub use legend::Legend;
pub use model::{Cable, End, Kind, Node, Topology};
