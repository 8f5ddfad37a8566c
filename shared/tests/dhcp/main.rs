//! DHCP: what the RFC orders in virtual time, hostile bytes, and real programs at the other end.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod client;
mod hostile;
mod lan;
mod relay;
mod server;
