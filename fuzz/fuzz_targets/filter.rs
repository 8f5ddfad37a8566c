//! The filter language on any text.
#![no_main]

use firsthop_protocol::trace::filter::Filter;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = text.parse::<Filter>() {
        assert!(error.at.start <= error.at.end && error.at.end <= text.chars().count());
    }
});
