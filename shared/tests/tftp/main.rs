//! The TFTP machines: pairs of them over bad links in virtual time, their rules one by one, and their parser.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod link;
mod packets;
mod pairs;
mod rules;
