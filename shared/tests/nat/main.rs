//! The translator: rules, round trips, checksums, hostile bytes, and the Linux kernel's own translation of the same
//! packets.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

#[cfg(target_os = "linux")]
mod beside;
#[cfg(target_os = "linux")]
mod kernel;
#[cfg(target_os = "linux")]
#[path = "../netns/mod.rs"]
mod netns;
mod packets;
mod properties;
mod rules;
