//! TFTP, both ends, sans-IO: RFC 1350 with the options of RFC 2347, 2348 (`blksize`), 2349 (`timeout`, `tsize`) and
//! 7440 (`windowsize`), and RFC 1123 §4.2.3.1's cure of the Sorcerer's Apprentice.
//!
//! Not for: sockets, files and paths (the server's TFTP service has them), nor for showing a packet's fields (that
//! is [`wire`](crate::wire)).
//!
//! * [`packet`]: the six packets. · [`options`]: what is asked and granted.
//! * [`file`]: where bytes come from and go to. · [`netascii`]: text on the way.
//! * [`transfer`]: the machine; [`client`] and [`server`] start it. · [`event`]: what it tells. · [`text`]: in which words.
//!
//! Two ends over a perfect cable:
//!
//! ```
//! use firsthop_protocol::{tftp::*, trace::Time};
//!
//! let (well_known, server_tid) = ("10.0.0.2:69".parse()?, "10.0.0.2:3000".parse()?);
//! let client_tid = "10.0.0.1:2000".parse()?;
//! let file = Buffer::new();
//! let ask = Ask {
//!     server: well_known,
//!     filename: "hello.txt".into(),
//!     mode: Mode::Octet,
//!     options: Wanted { blksize: Some(8), ..Wanted::default() },
//! };
//! let mut client = Transfer::download(Config::default(), ask, Box::new(file.clone()))?;
//!
//! let now = Time::ZERO;
//! let rrq = client.poll_transmit(now).unwrap().bytes.to_vec();
//! let Packet::Request(request) = Packet::parse(&rrq)? else { panic!("an RRQ comes first") };
//! let mut server = Transfer::serve(Config::default(), &Limits::default(), client_tid, &request, |request| {
//!     assert_eq!(request.filename, "hello.txt");
//!     Ok(Opened::Read(Box::new(Bytes::new("hello, network"))))
//! });
//! while !server.is_over() {
//!     while let Some(packet) = server.poll_transmit(now) {
//!         client.on_datagram(now, server_tid, packet.bytes);
//!     }
//!     while let Some(packet) = client.poll_transmit(now) {
//!         server.on_datagram(now, client_tid, packet.bytes);
//!     }
//! }
//! assert_eq!(file.take(), b"hello, network");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod client;
pub mod event;
pub mod file;
pub mod netascii;
pub mod options;
pub mod packet;
mod receiver;
mod sender;
pub mod server;
pub mod text;
mod timer;
pub mod transfer;

pub use client::{Ask, RequestError};
pub use event::{Event, Failure, State};
pub use file::{Buffer, Bytes, FileError, Sink, Source};
pub use options::{BLKSIZE_MAX, Limits, Negotiated, OptionError, Wanted};
pub use packet::{ErrorCode, MAX_REQUEST, Mode, Operation, Packet, ParseError, RawOption, Request};
pub use server::Opened;
pub use timer::Timeout;
pub use transfer::{Config, Transfer, Transmit};
