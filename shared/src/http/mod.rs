//! HTTP/1.1 (RFC 9112), sans-IO: bytes and the time go in; requests, responses, bytes and timeouts come out.
//!
//! The server's HTTP service, its lab and, later, simulated hosts drive the same machines. Not for: HTTP/2, TLS, proxying.
//!
//! * [`Server`] and [`Client`]: the two ends of a connection.
//! * [`Request`], [`Response`], [`Fields`]: messages.
//! * [`files`]: what a server of static files answers.
//! * [`ParseError`]: what is wrong with a message, at which byte, and the status that says so.
//!
//! ```
//! use firsthop_protocol::{http::{Limits, Response, Server, ServerEvent}, trace::Time};
//!
//! let mut server = Server::new(Limits::default(), Time::ZERO);
//! server.on_bytes(Time::ZERO, b"GET /hello HTTP/1.1\r\nHost: example\r\n\r\n");
//! let Some(ServerEvent::Request(request)) = server.poll_event() else { panic!("no request") };
//! assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/hello"));
//!
//! server.respond(Time::ZERO, Response::text(200, "hello"));
//! let bytes = server.poll_transmit().unwrap();
//! assert!(bytes.starts_with(b"HTTP/1.1 200 OK\r\n") && bytes.ends_with(b"\r\n\r\nhello"));
//! ```

mod body;
mod client;
mod error;
mod fields;
pub mod files;
mod head;
mod lines;
mod message;
mod server;
mod target;

pub use client::{Client, ClientEvent};
pub use error::{ParseError, Problem};
pub use fields::Fields;
pub use message::{Body, Request, Response, ResponseHead, Version, reason};
pub use server::{Limits, Server, ServerEvent};
pub use target::{Target, TargetError};
