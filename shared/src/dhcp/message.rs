//! DHCP messages: the fixed part as fields, and what they are for. RFC 2131 §2. Not for: BOOTP without DHCP's option 53.

use std::{fmt, net::Ipv4Addr};

use smoltcp::wire::{
    ArpHardware, DhcpFlags, DhcpMessageType, DhcpOpCode, DhcpOptionWriter, DhcpPacket, EthernetAddress,
};
use thiserror::Error;

use super::options::{Options, code};

/// The port of servers and relays.
pub const SERVER_PORT: u16 = 67;
/// The port of clients.
pub const CLIENT_PORT: u16 = 68;

/// Fixed fields and magic cookie, in octets.
pub(super) const FIXED: usize = 240;
/// No message is shorter, so that relays of BOOTP's time pass it on. RFC 1542 §2.1.
const SHORTEST: usize = 300;
/// What every client can receive unless it says otherwise: a datagram of 576 octets without its headers. RFC 2131 §2.
pub(super) const LONGEST: usize = 548;
const MAGIC: u32 = 0x6382_5363;

/// What a message is for: option 53. RFC 2131 §3.1, table 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The client looks for servers.
    Discover,
    /// A server offers an address.
    Offer,
    /// The client asks for what was offered, for its old address, or for more time.
    Request,
    /// The client found the address in use.
    Decline,
    /// The server gives the address.
    Ack,
    /// The server says that the client's address is wrong.
    Nak,
    /// The client gives the address back.
    Release,
    /// The client has an address and asks for the rest.
    Inform,
}

impl Kind {
    const fn wire(self) -> DhcpMessageType {
        match self {
            Self::Discover => DhcpMessageType::Discover,
            Self::Offer => DhcpMessageType::Offer,
            Self::Request => DhcpMessageType::Request,
            Self::Decline => DhcpMessageType::Decline,
            Self::Ack => DhcpMessageType::Ack,
            Self::Nak => DhcpMessageType::Nak,
            Self::Release => DhcpMessageType::Release,
            Self::Inform => DhcpMessageType::Inform,
        }
    }

    const fn from_wire(found: DhcpMessageType) -> Result<Self, ParseError> {
        Ok(match found {
            DhcpMessageType::Discover => Self::Discover,
            DhcpMessageType::Offer => Self::Offer,
            DhcpMessageType::Request => Self::Request,
            DhcpMessageType::Decline => Self::Decline,
            DhcpMessageType::Ack => Self::Ack,
            DhcpMessageType::Nak => Self::Nak,
            DhcpMessageType::Release => Self::Release,
            DhcpMessageType::Inform => Self::Inform,
            DhcpMessageType::Unknown(found) => return Err(ParseError::Kind { found }),
        })
    }

    /// Whether servers send it: `op` is 2, BOOTREPLY.
    pub const fn is_reply(self) -> bool {
        matches!(self, Self::Offer | Self::Ack | Self::Nak)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Discover => "DHCPDISCOVER",
            Self::Offer => "DHCPOFFER",
            Self::Request => "DHCPREQUEST",
            Self::Decline => "DHCPDECLINE",
            Self::Ack => "DHCPACK",
            Self::Nak => "DHCPNAK",
            Self::Release => "DHCPRELEASE",
            Self::Inform => "DHCPINFORM",
        })
    }
}

/// Why bytes are no DHCP message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ParseError {
    /// Too short.
    #[error("{found} octets are too few: the fixed part has {FIXED}")]
    Truncated {
        /// How many there are.
        found: usize,
    },
    /// No DHCP.
    #[error("the magic cookie is {found:#010x} instead of 0x63825363")]
    Cookie {
        /// What stands there.
        found: u32,
    },
    /// Not Ethernet.
    #[error("hardware type {kind} with addresses of {length} octets is not Ethernet (1, 6)")]
    Hardware {
        /// `htype`.
        kind: u16,
        /// `hlen`.
        length: u8,
    },
    /// BOOTP, or nothing.
    #[error("option 53, the message type, is missing")]
    NoKind,
    /// A type that RFC 2131 does not have.
    #[error("the message type {found} is none of 1 to 8")]
    Kind {
        /// What stands there.
        found: u8,
    },
    /// Client and server mixed up.
    #[error("op is {found} in a {kind}")]
    Op {
        /// What stands there.
        found: u8,
        /// The type.
        kind: Kind,
    },
}

/// A DHCP message. RFC 2131 §2, table 1.
///
/// ```
/// use firsthop_protocol::dhcp::{Kind, Message};
/// let mut message = Message::new(Kind::Discover, 0x1234_5678, [2, 0, 0, 0, 0, 1]);
/// message.options.set_address(50, [10, 0, 0, 7].into());
/// let bytes = message.to_bytes();
/// assert_eq!(bytes.len(), 300, "no shorter than BOOTP's messages");
/// assert_eq!(Message::parse(&bytes)?.options.requested_address(), Some([10, 0, 0, 7].into()));
/// # Ok::<(), firsthop_protocol::dhcp::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is for; `op` follows from it.
    pub kind: Kind,
    /// How many relays it went through.
    pub hops: u8,
    /// The client's number for this exchange.
    pub xid: u32,
    /// Seconds since the client began.
    pub secs: u16,
    /// The client can only take broadcasts as yet. RFC 2131 §4.1.
    pub broadcast: bool,
    /// The client's address, if it may use it.
    pub ciaddr: Ipv4Addr,
    /// The address given.
    pub yiaddr: Ipv4Addr,
    /// The next server of a booting machine.
    pub siaddr: Ipv4Addr,
    /// The first relay's address on the client's network.
    pub giaddr: Ipv4Addr,
    /// The client's MAC address.
    pub chaddr: [u8; 6],
    /// All options but 53, which is `kind`.
    pub options: Options,
}

impl Message {
    /// A message with nothing but its kind, number and client.
    pub const fn new(kind: Kind, xid: u32, chaddr: [u8; 6]) -> Self {
        Self {
            kind,
            hops: 0,
            xid,
            secs: 0,
            broadcast: false,
            ciaddr: Ipv4Addr::UNSPECIFIED,
            yiaddr: Ipv4Addr::UNSPECIFIED,
            siaddr: Ipv4Addr::UNSPECIFIED,
            giaddr: Ipv4Addr::UNSPECIFIED,
            chaddr,
            options: Options::new(),
        }
    }

    /// Reads a datagram's payload. Options may go on in `file` and `sname`. RFC 2131 §4.1.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let truncated = ParseError::Truncated { found: bytes.len() };
        let packet = DhcpPacket::new_checked(bytes).map_err(|_| truncated)?;
        if packet.magic_number() != MAGIC {
            return Err(ParseError::Cookie { found: packet.magic_number() });
        }
        let (kind, length) = (u16::from(packet.hardware_type()), packet.hardware_len());
        if (packet.hardware_type(), length) != (ArpHardware::Ethernet, 6) {
            return Err(ParseError::Hardware { kind, length });
        }
        let mut options = Options::read(bytes);
        let kind = match options.remove(code::MESSAGE_TYPE).as_deref() {
            Some([kind]) => Kind::from_wire((*kind).into())?,
            _ => return Err(ParseError::NoKind),
        };
        let found = u8::from(packet.opcode());
        if found != u8::from(op(kind)) {
            return Err(ParseError::Op { found, kind });
        }
        Ok(Self {
            kind,
            hops: packet.hops(),
            xid: packet.transaction_id(),
            secs: packet.secs(),
            broadcast: packet.flags().contains(DhcpFlags::BROADCAST),
            ciaddr: packet.client_ip(),
            yiaddr: packet.your_ip(),
            siaddr: packet.server_ip(),
            giaddr: packet.relay_agent_ip(),
            chaddr: packet.client_hardware_address().0,
            options,
        })
    }

    /// The payload of a datagram: 300 octets or more.
    pub fn to_bytes(&self) -> Vec<u8> {
        let kind = [u8::from(self.kind.wire())];
        let mut bytes = vec![0; (FIXED + 3 + self.options.len_on_wire() + 1).max(SHORTEST)];
        let mut packet = DhcpPacket::new_unchecked(&mut bytes[..]);
        packet.set_opcode(op(self.kind));
        packet.set_hardware_type(ArpHardware::Ethernet);
        packet.set_hardware_len(6);
        packet.set_hops(self.hops);
        packet.set_transaction_id(self.xid);
        packet.set_secs(self.secs);
        packet.set_flags(if self.broadcast { DhcpFlags::BROADCAST } else { DhcpFlags::empty() });
        packet.set_client_ip(self.ciaddr);
        packet.set_your_ip(self.yiaddr);
        packet.set_server_ip(self.siaddr);
        packet.set_relay_agent_ip(self.giaddr);
        packet.set_client_hardware_address(EthernetAddress(self.chaddr));
        packet.set_magic_number(MAGIC);
        let mut writer: DhcpOptionWriter<'_> = packet.options_mut();
        let written = super::options::emit(&mut writer, code::MESSAGE_TYPE, &kind)
            .and_then(|()| self.options.write(&mut writer))
            .and_then(|()| writer.end());
        debug_assert!(written.is_ok(), "there is room for all");
        bytes
    }

    /// Whom it is about: the client's identifier, else its MAC address. RFC 2131 §4.2.
    pub fn client(&self) -> ClientId {
        match self.options.get(code::CLIENT_ID) {
            Some(id) if id.len() > 1 => ClientId(id.to_vec()),
            _ => ClientId::of_mac(self.chaddr),
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.kind, mac_text(self.chaddr))
    }
}

const fn op(kind: Kind) -> DhcpOpCode {
    if kind.is_reply() { DhcpOpCode::Reply } else { DhcpOpCode::Request }
}

/// What a server knows a client by. RFC 2132 §9.14: a type and an identifier; type 1 is a MAC address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub Vec<u8>);

impl ClientId {
    /// The usual one.
    pub fn of_mac(mac: [u8; 6]) -> Self {
        Self([&[1][..], &mac].concat())
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let octets: Vec<String> = self.0.iter().map(|octet| format!("{octet:02x}")).collect();
        f.write_str(&octets.join(":"))
    }
}

/// `02:00:00:00:00:01`.
pub(super) fn mac_text(mac: [u8; 6]) -> String {
    mac.map(|octet| format!("{octet:02x}")).join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn discover() -> Vec<u8> {
        Message::new(Kind::Discover, 7, [2, 0, 0, 0, 0, 1]).to_bytes()
    }

    #[test]
    fn what_is_no_message_says_why() {
        let with = |at: usize, value: u8| {
            let mut bytes = discover();
            bytes[at] = value;
            Message::parse(&bytes)
        };
        assert_eq!(Message::parse(&[1; 239]), Err(ParseError::Truncated { found: 239 }));
        assert_eq!(with(236, 0), Err(ParseError::Cookie { found: 0x0082_5363 }));
        assert_eq!(with(1, 6), Err(ParseError::Hardware { kind: 6, length: 6 }));
        assert_eq!(with(240, 0xff), Err(ParseError::NoKind));
        assert_eq!(with(242, 9), Err(ParseError::Kind { found: 9 }));
        assert_eq!(with(0, 2), Err(ParseError::Op { found: 2, kind: Kind::Discover }));
    }

    #[test]
    fn options_go_on_in_file_and_sname_and_parts_of_one_are_joined() {
        let mut bytes = discover();
        bytes[243..250].copy_from_slice(&[52, 1, 3, 15, 1, b'a', 255]);
        bytes[108..115].copy_from_slice(&[15, 2, b'b', b'.', 12, 1, b'h']);
        bytes[115] = 255;
        bytes[44..49].copy_from_slice(&[15, 1, b'c', 255, 0]);
        let options = Message::parse(&bytes).unwrap().options;
        assert_eq!(
            options.text(code::DOMAIN_NAME).as_deref(),
            Some("ab.c"),
            "options, file, sname: in this order"
        );
        assert_eq!(options.text(code::HOST_NAME).as_deref(), Some("h"));
    }

    #[test]
    fn what_is_longer_than_255_octets_is_written_in_parts() {
        let mut message = Message::new(Kind::Ack, 7, [2, 0, 0, 0, 0, 1]);
        let long: Vec<u8> = (0..=255).chain(0..100).collect();
        message.options.set(43, long.clone());
        let bytes = message.to_bytes();
        assert_eq!(bytes.len(), 240 + 3 + 2 + 255 + 2 + 101 + 1);
        assert_eq!(Message::parse(&bytes).unwrap().options.get(43), Some(&long[..]));
    }
}
