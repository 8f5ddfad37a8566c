//! The Domain Name System, sans-IO: an authoritative server, a recursive resolver with a cache, a stub resolver.
//! RFC 1034 and 1035 with what has been made clearer since: 2181, 2308, 4592, 5452, 6891, 7766.
//!
//! Not for: sockets, nor for showing a message's fields (that is [`wire`](crate::wire)). No zone transfers, no updates,
//! no DNSSEC but the model of it in [`sign`].
//!
//! * [`name`], [`kind`], [`record`]: what there is to know. · [`message`]: as bytes; `simple-dns` reads and writes them.
//! * [`zone`]: zones as an operator writes them; `lookup` answers from them. · [`authority`]: the server.
//! * [`recursor`]: the server that searches for others, and its [`cache`].
//! * [`stub`]: the resolver of a host. · [`draw`]: IDs and ports. · [`asked`]: what an answer must match.
//! * [`machine`], [`transmit`], [`stream`]: what is to be done with sockets. · [`event`]: what is told. · [`text`]: in which words.
//!
//! A host asks a server:
//!
//! ```
//! use firsthop_protocol::{dns::*, trace::Time};
//!
//! let zone = ZoneFile {
//!     name: "example.com".parse()?,
//!     ttl: 3600,
//!     records: vec!["www CNAME web".into(), "web A 192.0.2.80".into()],
//!     key: None,
//! };
//! let mut server = Authority::new(AuthorityConfig::default(), &[zone])?;
//! let mut host = Stub::new(StubConfig::new(vec!["192.0.2.53:53".parse()?]), 1);
//! let now = Time::ZERO;
//! host.lookup(now, "www.example.com".parse()?, Kind::A);
//!
//! let Some(Transmit::Datagram { port, to, bytes, .. }) = host.poll_transmit() else { panic!("a question") };
//! server.on_datagram(now, to.port(), "192.0.2.1:1025".parse()?, &bytes);
//! let Some(Transmit::Datagram { bytes, .. }) = server.poll_transmit() else { panic!("an answer") };
//! host.on_datagram(now, port, to, &bytes);
//!
//! let answer = host.poll_finished().unwrap().result?;
//! assert_eq!(answer.aliases[0].to_string(), "www.example.com 3600 IN CNAME web.example.com");
//! assert_eq!(answer.records[0].data.to_string(), "192.0.2.80");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod asked;
pub mod authority;
pub mod cache;
mod codec;
mod connections;
pub mod draw;
pub mod event;
pub mod kind;
mod line;
mod lookup;
pub mod machine;
pub mod message;
pub mod name;
pub mod record;
pub mod recursor;
mod reply;
pub mod sign;
pub mod stream;
pub mod stub;
pub mod text;
pub mod transmit;
pub mod zone;

pub use asked::Asked;
pub use authority::{Authority, AuthorityConfig};
pub use cache::{Entry, Known, Rank};
pub use draw::{Ids, Ports};
pub use event::Event;
pub use kind::{Kind, KindError, Rcode};
pub use machine::Machine;
pub use message::{BuildError, Edns, Message, ParseError, Question};
pub use name::{Name, NameError};
pub use record::{Data, Record, Signature, Soa};
pub use recursor::{Anchor, Counts, Recursor, RecursorConfig, RootHint, Server};
pub use sign::Key;
pub use stream::{Framer, StreamId, frame};
pub use stub::{Answer, Finished, LookupError, LookupId, Stub, StubConfig};
pub use transmit::Transmit;
pub use zone::{LineError, Zone, ZoneError, ZoneFile};

/// The well-known port, UDP and TCP. RFC 1035 §4.2.
pub const PORT: u16 = 53;
