//! The protocols of Firsthop, sans-IO: bytes and the time go in; bytes, timers and trace events come out.
//!
//! Nothing here opens a socket, reads a clock, starts a thread or makes up a random number, so the same code runs
//! behind a kernel socket on the server and behind a simulated cable in the browser.
//!
//! # The layers
//!
//! ```text
//! addr, wire  <-  trace  <-  tcp, tftp, http, dns, dhcp, rip, nat  <-  sim  <-  api  <-  server, browser app
//! ```
//!
//! * [`addr`]: arithmetic on IPv4 and IPv6 addresses. Not for: bytes of packets.
//! * [`wire`]: bytes to fields. Knows layouts, never state.
//! * [`trace`]: the append-only log that every producer writes and every view reads; pcap and pcapng.
//! * [`tcp`], [`tftp`], [`http`], [`dns`], [`dhcp`], [`rip`], [`nat`]: protocol machines. They know state, never offsets.
//! * [`goal`]: what must become true, judged by a trace.
//! * [`sim`]: the simulated network in virtual time.
//! * [`terminal`]: a shell on a simulated machine: the line, the commands, what they print.
//! * [`exercise`]: questions made from a seed, with answers and worked solutions.
//! * [`api`]: what browser and server say to each other.
#![warn(missing_docs)]

pub mod addr;
pub mod api;
pub mod dhcp;
pub mod dns;
pub mod exercise;
pub mod goal;
pub mod http;
mod mix;
pub mod nat;
pub mod rip;
pub mod sim;
pub mod stack;
pub mod tcp;
pub mod terminal;
pub mod tftp;
pub mod trace;
pub mod wire;
