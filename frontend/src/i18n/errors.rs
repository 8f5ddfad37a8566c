//! What is wrong with something typed or opened, in the learner's language. English is what the errors say themselves.

use std::fmt::Display;

use firsthop_protocol::{
    addr::{ParseError, PlanError, SplitError},
    trace::{capture::ReadError, filter::FilterError},
};

use super::{Language, zh};

fn say<E: Display>(language: Language, error: &E, chinese: fn(&E) -> String) -> String {
    match language {
        Language::English => error.to_string(),
        Language::Chinese => chinese(error),
    }
}

/// No address with a prefix.
pub fn say_address_error(language: Language, error: &ParseError) -> String {
    say(language, error, zh::errors::address)
}

/// No way to split a network.
pub fn say_split_error(language: Language, error: &SplitError) -> String {
    say(language, error, zh::errors::split)
}

/// No way to plan subnets.
pub fn say_plan_error(language: Language, error: &PlanError) -> String {
    say(language, error, zh::errors::plan)
}

/// No capture, or one that breaks off.
pub fn say_capture_error(language: Language, error: &ReadError) -> String {
    say(language, error, zh::errors::capture)
}

/// No filter.
pub fn say_filter_error(language: Language, error: &FilterError) -> String {
    say(language, error, zh::errors::filter)
}
