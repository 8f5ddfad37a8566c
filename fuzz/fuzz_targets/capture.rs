//! The readers of pcap and pcapng on any file.
#![no_main]

use firsthop_protocol::trace::capture;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(file) = capture::read(bytes) {
        // Nothing is made up: the packets' bytes are all in the file.
        let total: usize = file.packets.iter().map(|packet| packet.bytes.len()).sum();
        assert!(total <= bytes.len());
        for packet in &file.packets {
            let _ = packet.time.to_string();
        }
    }
});
