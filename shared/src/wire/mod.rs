//! Bytes to fields: the dissector. Knows layouts, never state.

mod link;

pub use link::LinkType;
