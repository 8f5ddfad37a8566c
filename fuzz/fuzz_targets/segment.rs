//! A TCP segment out of any bytes: what is read and written is read the same again.
#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use firsthop_protocol::tcp::{Segment, SegmentError};
use libfuzzer_sys::fuzz_target;
use smoltcp::wire::{IpAddress, TcpPacket};

fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let (src, dst): (IpAddr, IpAddr) = if first & 1 == 0 {
        (Ipv4Addr::new(10, 0, 0, 1).into(), Ipv4Addr::new(10, 0, 0, 2).into())
    } else {
        (Ipv6Addr::LOCALHOST.into(), Ipv6Addr::UNSPECIFIED.into())
    };
    let mut bytes = bytes.to_vec();
    // Few bytes that come by chance have a right checksum: give it to them, but not always.
    if first & 2 == 0
        && let Ok(mut packet) = TcpPacket::new_checked(&mut bytes)
    {
        packet.fill_checksum(&IpAddress::from(src), &IpAddress::from(dst));
    }
    let Ok(segment) = Segment::parse(src, dst, &bytes) else { return };
    assert!(segment.payload.len() <= bytes.len());
    match segment.emit(src, dst) {
        Ok(written) => assert_eq!(Segment::parse(src, dst, &written).as_ref(), Ok(&segment)),
        // Options that came packed more tightly than they are written.
        Err(error) => assert_eq!(error, SegmentError::Options),
    }
});
