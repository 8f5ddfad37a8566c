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
#[cfg(target_os = "linux")]
mod dnsmasq;
mod hostile;
mod lan;
#[cfg(target_os = "linux")]
#[path = "../netns/mod.rs"]
mod netns;
#[cfg(target_os = "linux")]
mod programs;
mod relay;
mod server;
#[cfg(target_os = "linux")]
mod station;
