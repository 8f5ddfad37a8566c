//! The ladder: a lifeline for each machine, a slanted arrow for each frame, states and calls at the lifelines.
//!
//! * [`scale`]: time to height, long waits made short.
//! * [`layout`]: what is where, from the trace alone.
//! * [`draw`]: the SVG.

mod draw;
mod head;
mod layout;
mod scale;
mod svg;

pub use draw::Ladder;
pub use layout::{Arrow, Layout, Mark, is_listener};
pub use scale::Scale;
pub use svg::to_svg;
