//! A network address and port translator for IPv4, sans-IO: RFC 3022's "NAPT", in the words of RFC 4787 (UDP),
//! RFC 5382 (TCP) and RFC 5508 (ICMP).
//!
//! Not for: routing, filtering by rules, nor for looking into what packets carry (FTP and SIP speak of addresses in
//! their text; such connections fail here as they should in a lesson).
//!
//! * [`config`]: what one can set. · [`translator`]: the machine; `sessions`: how they come and go; `icmp`: errors,
//!   which quote packets.
//! * [`table`]: mappings and sessions. · [`tcp`]: what segments tell of a connection. · `packet`: fields and checksums.
//! * [`verdict`]: what becomes of a packet; events. · [`text`]: in which words.
//!
//! # What it does, and what Linux does (nftables `masquerade`)
//! * **Mapping: endpoint-independent**; an inside endpoint keeps one outside port whatever it sends to. Linux finds a
//!   port for each connection: two inside hosts may share a port towards different destinations (RFC 4787 §4.2.1
//!   calls that overloading), and one host may have two ports.
//! * **Port preservation**, where the port is free; else one of the same range (below 512, below 1024, above), and for
//!   UDP of the same parity. Linux has the ranges and not the parity, and finds its port otherwise.
//! * **Filtering**: by default address- and port-dependent, as in Linux; [`Filtering`] has the others.
//! * **Refresh** by packets both ways, as in Linux. Timeouts: [`Timeouts::LINUX`] or [`Timeouts::RFC`].
//! * **TCP** follows the flags of segments. Linux also holds sequence numbers to the window and leaves untranslated
//!   what is beyond it; an RST is believed here wherever it stands, and so is a SYN after it, which Linux believes
//!   when it is answered if the other side had sent the RST. A refused connection stays in CLOSE for a while, to be
//!   seen; Linux forgets it at once.
//! * **Checksums** of UDP and TCP are adjusted, not checked: a wrong one stays wrong for the receiver to see. Linux
//!   leaves such a packet untranslated.
//! * **Hairpinning** is a switch, off as in Linux. · **ICMP errors** are translated both ways, quoted packet and
//!   checksums included, and never end a session. One that quotes no session's packet is dropped on its way out;
//!   Linux lets it go untranslated.
//! * **Fragments** follow their first fragment, which must come first (RFC 4787 §11); Linux puts the datagram together.
//! * **A full table** refuses new sessions; Linux first ends some that had no answer.
//! * Protocols other than UDP, TCP and ICMP are dropped; Linux translates their addresses.
//!
//! ```
//! use firsthop_protocol::{nat::*, trace::Time};
//!
//! let mut packet = [
//!     0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0x46, 0x92, 10, 0, 0, 2, 198, 51, 100, 9, // 10.0.0.2 to 198.51.100.9
//!     0x13, 0x88, 0, 53, 0, 8, 0, 0, // UDP from port 5000 to 53, no checksum
//! ];
//! let mut nat = Nat::new(Config::new("203.0.113.1".parse()?), 1);
//! let Verdict::Translated { changes } = nat.translate(Time::ZERO, Direction::Out, &mut packet) else { panic!() };
//! assert_eq!(packet[12..16], [203, 0, 113, 1]);
//! assert_eq!((changes[0].field, changes[0].before.to_string()), ("src", "10.0.0.2".to_owned()));
//! let session = nat.sessions().next().unwrap();
//! assert_eq!(session.outside.to_string(), "203.0.113.1:5000", "the port was free and is kept");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod config;
mod icmp;
mod packet;
mod sessions;
pub mod table;
pub mod tcp;
pub mod text;
pub mod translator;
pub mod verdict;

pub use config::{Config, ConfigError, Filtering, Forward, Refusal, Timeouts};
pub use table::{Direction, Mapping, Protocol, Session, State};
pub use tcp::TcpState;
pub use translator::Nat;
pub use verdict::{Change, Event, Place, Value, Verdict};
