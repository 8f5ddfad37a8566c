//! Bytes as they are pasted into the packets page: any text, and what is written of it is read the same again.
#![no_main]

use firsthop_protocol::wire::hex;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match hex::parse(text) {
        Ok(bytes) => {
            assert!(bytes.len() <= hex::MOST && bytes.len() <= text.len());
            assert_eq!(hex::parse(&hex::write(&bytes)), Ok(bytes));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
