//! The Domain Name System: what the RFCs order, hostile bytes, and our machines on real sockets with other programs'.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

#[cfg(target_os = "linux")]
mod bind_resolves;
mod dig;
mod hostile;
#[cfg(target_os = "linux")]
#[path = "../netns/mod.rs"]
#[expect(dead_code, reason = "one namespace needs no cable")]
mod netns;
#[cfg(target_os = "linux")]
mod programs;
mod pump;
mod recursion;
#[cfg(target_os = "linux")]
mod recursion_real;
mod rules;
#[cfg(target_os = "linux")]
mod same_answers;
#[cfg(target_os = "linux")]
mod stub_real;
mod tshark;
mod world;
mod zones;
