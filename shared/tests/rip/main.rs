//! RIP: what the RFC orders, random networks against Bellman-Ford, hostile bytes, and what other programs make of it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod converge;
#[cfg(target_os = "linux")]
mod frr;
mod hostile;
#[cfg(target_os = "linux")]
#[path = "../netns/mod.rs"]
mod netns;
mod network;
mod rules;
mod tshark;
