//! Makes a system call and records it: arguments, result or errno, duration, and the line of code that makes it.

use std::{fmt::Display, io, time::Instant};

use firsthop_protocol::trace::{Call, CallError, EventKind};
use nix::errno::Errno;

use super::{Run, Stop};
use crate::clock;

/// What is said about a call beside its result.
#[derive(Debug)]
pub(super) struct Line {
    name: &'static str,
    args: Vec<(String, String)>,
    rust: String,
    python: String,
}

impl Line {
    /// The call `name`, and the lines of Rust and Python that make it.
    pub(super) fn new(name: &'static str, rust: impl Into<String>, python: impl Into<String>) -> Self {
        Self { name, args: Vec::new(), rust: rust.into(), python: python.into() }
    }

    /// Adds an argument, its value as `strace` prints it.
    pub(super) fn arg(mut self, name: &str, value: impl Display) -> Self {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }
}

impl Run {
    /// Makes a call and records it once it has returned; `show` says what it returned.
    pub(super) fn call<T>(
        &self,
        node: &str,
        line: Line,
        call: impl FnOnce() -> io::Result<T>,
        show: impl FnOnce(&T) -> String,
    ) -> Result<T, Stop> {
        self.call_with(node, line, call, |value, _| show(value))
    }

    /// As [`Run::call`]; `show` may add arguments that the kernel filled in.
    pub(super) fn call_with<T>(
        &self,
        node: &str,
        line: Line,
        call: impl FnOnce() -> io::Result<T>,
        show: impl FnOnce(&T, &mut Vec<(String, String)>) -> String,
    ) -> Result<T, Stop> {
        let Line { name, mut args, rust, python } = line;
        let before = Instant::now();
        let outcome = call();
        let micros = clock::micros(before.elapsed());
        let result = match &outcome {
            Ok(value) => Ok(show(value, &mut args)),
            Err(error) => Err(refusal(error)),
        };
        self.record(EventKind::Call(Call {
            node: node.to_owned(),
            name: name.to_owned(),
            args,
            result,
            micros,
            rust: Some(rust),
            python: Some(python),
        }));
        self.sample();
        outcome.map_err(|_| Stop::Failed)
    }
}

/// The kernel's refusal, in its own words.
pub(super) fn refusal(error: &io::Error) -> CallError {
    match error.raw_os_error() {
        Some(code) => {
            let errno = Errno::from_raw(code);
            CallError { errno: format!("{errno:?}"), code, message: errno.desc().to_owned() }
        }
        None => CallError { errno: format!("{:?}", error.kind()), code: 0, message: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_named_as_the_kernel_names_it() {
        let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let error = std::net::TcpListener::bind(held.local_addr().unwrap()).unwrap_err();
        let refused = refusal(&error);
        assert_eq!((refused.errno.as_str(), refused.code), ("EADDRINUSE", 98));
        assert_eq!(refused.message, "Address already in use");
    }
}
