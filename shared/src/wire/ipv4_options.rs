//! The options of an IPv4 header, RFC 791 §3.1.

use std::net::Ipv4Addr;

use super::Draft;

/// Reads the options up to the reader's end.
pub fn read(draft: &mut Draft<'_>) {
    let _ = draft;
}

/// The address that the upper layers' checksums count as destination.
pub fn final_destination(_draft: &Draft<'_>, destination: u32) -> Ipv4Addr {
    Ipv4Addr::from(destination)
}
