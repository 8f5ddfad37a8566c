//! The protocols that the dissector names.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A protocol, by the name it has in JSON and on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// Ethernet II, and the length form of IEEE 802.3.
    Ethernet,
    /// An IEEE 802.1Q or 802.1ad tag.
    Vlan,
    /// The header that Linux writes in place of a link layer, version 1 or 2.
    Sll,
    /// BSD loopback: only an address family.
    Null,
    /// Address Resolution Protocol, RFC 826, and RARP, RFC 903.
    Arp,
    /// RFC 791.
    Ipv4,
    /// RFC 8200, the fixed header with its extension headers.
    Ipv6,
    /// RFC 792.
    Icmp,
    /// RFC 4443 and Neighbor Discovery, RFC 4861.
    Icmpv6,
    /// RFC 768.
    Udp,
    /// RFC 9293.
    Tcp,
    /// RFC 1035.
    Dns,
    /// RFC 2131.
    Dhcp,
    /// RFC 1350.
    Tftp,
    /// RFC 1058 and RFC 2453.
    Rip,
    /// HTTP/1.0 and HTTP/1.1, RFC 9112.
    Http,
    /// Bytes that no dissector here knows.
    Data,
}

impl Protocol {
    /// Its name, lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ethernet => "ethernet",
            Self::Vlan => "vlan",
            Self::Sll => "sll",
            Self::Null => "null",
            Self::Arp => "arp",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Icmp => "icmp",
            Self::Icmpv6 => "icmpv6",
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Dns => "dns",
            Self::Dhcp => "dhcp",
            Self::Tftp => "tftp",
            Self::Rip => "rip",
            Self::Http => "http",
            Self::Data => "data",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
