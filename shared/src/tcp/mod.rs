//! One TCP endpoint after RFC 9293, sans-IO: segments, user calls and the time go in; segments, timers and
//! reports come out. Everything it knows can be read, and everything it does comes with its reason and section.
//!
//! Not for: IP, routing a segment to the endpoint it belongs to, or real time. The caller asks
//! [`Endpoint::poll_transmit`] until it is empty after every call, and calls [`Endpoint::on_timeout`] at
//! [`Endpoint::poll_timeout`].
//!
//! ```
//! use firsthop_protocol::tcp::{Config, Endpoint, State};
//! use firsthop_protocol::trace::Time;
//!
//! let (a, b) = ("10.0.0.1:49152".parse()?, "10.0.0.2:80".parse()?);
//! let now = Time::ZERO;
//! let mut client = Endpoint::connect(Config::textbook(100), a, b, now);
//! let mut server = Endpoint::listen(Config::textbook(300), b, a);
//! let syn = client.poll_transmit(now).ok_or("no SYN")?;
//! assert_eq!(syn.segment.to_string(), "<SEQ=100><CTL=SYN>");
//! server.on_segment(now, &syn.segment);
//! let syn_ack = server.poll_transmit(now).ok_or("no SYN,ACK")?;
//! assert_eq!(syn_ack.segment.to_string(), "<SEQ=300><ACK=101><CTL=SYN,ACK>");
//! client.on_segment(now, &syn_ack.segment);
//! assert_eq!(client.state(), State::Established);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! * [`endpoint`](Endpoint): the user calls (RFC 9293 §3.10.1 to §3.10.6); [`listener`](Listener): the queue before ACCEPT.
//! * `arrives`: SEGMENT ARRIVES (§3.10.7); `output`: what to send now; `expiry`: timeouts (§3.10.8);
//!   `icmp`: errors of the network below.
//! * `congestion`, `rtt`, `reassembly`, `sendbuf`, `isn`, `timers`: the parts.
//! * [`text`]: every sentence it can say.
//!
//! Selective acknowledgments are sent as RFC 2018 says. As a sender, the scoreboard picks the holes to fill during
//! fast recovery and spares reported blocks after a timeout; the pipe estimate of RFC 6675 is not kept.
//! The urgent pointer is recorded (RCV.UP) and its data delivered in line; nothing urgent is ever sent.

mod arrives;
mod config;
mod congestion;
mod endpoint;
mod error;
mod event;
mod expiry;
mod icmp;
mod isn;
mod listener;
mod output;
mod reassembly;
mod rtt;
mod segment;
mod sendbuf;
mod seq;
mod state;
mod tcb;
pub mod text;
mod timers;

pub use arrives::reset_for;
pub use config::{Config, DEFAULT_MSS, InitialWindow, Isn, KeepAlive, Reports};
pub use congestion::Phase;
pub use endpoint::Endpoint;
pub use error::Error;
pub use event::{Event, EventKind, TimerChange, TimerKind, Transmit};
pub use icmp::Icmp;
pub use listener::Listener;
pub use segment::{Flags, Options, Segment, SegmentError, Timestamps};
pub use seq::Seq;
pub use state::State;
pub use tcb::Tcb;
