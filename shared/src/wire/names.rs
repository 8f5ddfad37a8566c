//! Names of numbers that several protocols use.

/// EtherTypes, IEEE 802 numbers as IANA lists them.
pub const fn ether_type(number: u64) -> Option<&'static str> {
    Some(match number {
        0x0800 => "IPv4",
        0x0806 => "ARP",
        0x8035 => "RARP",
        0x8100 => "802.1Q tag",
        0x86dd => "IPv6",
        0x8808 => "Ethernet flow control",
        0x8847 => "MPLS",
        0x8848 => "MPLS with upstream-assigned label",
        0x8863 => "PPPoE discovery",
        0x8864 => "PPPoE session",
        0x888e => "802.1X",
        0x88a8 => "802.1ad service tag",
        0x88cc => "LLDP",
        0x88e5 => "MACsec",
        0x9000 => "Loopback test",
        0x9100 => "802.1Q tag (old double tagging)",
        _ => return None,
    })
}

/// IP protocol numbers, IANA registry.
pub const fn ip_protocol(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "IPv6 Hop-by-Hop",
        1 => "ICMP",
        2 => "IGMP",
        4 => "IPv4 encapsulation",
        6 => "TCP",
        17 => "UDP",
        41 => "IPv6 encapsulation",
        43 => "IPv6 Routing",
        44 => "IPv6 Fragment",
        47 => "GRE",
        50 => "ESP",
        51 => "AH",
        58 => "ICMPv6",
        59 => "IPv6 No Next Header",
        60 => "IPv6 Destination Options",
        88 => "EIGRP",
        89 => "OSPF",
        103 => "PIM",
        112 => "VRRP",
        115 => "L2TP",
        132 => "SCTP",
        135 => "Mobility",
        136 => "UDP-Lite",
        _ => return None,
    })
}

/// Differentiated services code points, RFC 2474 and the IANA registry.
pub const fn dscp(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "default",
        1 => "LE",
        8 => "CS1",
        10 => "AF11",
        12 => "AF12",
        14 => "AF13",
        16 => "CS2",
        18 => "AF21",
        20 => "AF22",
        22 => "AF23",
        24 => "CS3",
        26 => "AF31",
        28 => "AF32",
        30 => "AF33",
        32 => "CS4",
        34 => "AF41",
        36 => "AF42",
        38 => "AF43",
        40 => "CS5",
        44 => "VOICE-ADMIT",
        46 => "EF",
        48 => "CS6",
        56 => "CS7",
        _ => return None,
    })
}

/// Explicit congestion notification, RFC 3168 §5.
pub const fn ecn(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "Not-ECT",
        1 => "ECT(1)",
        2 => "ECT(0)",
        3 => "CE",
        _ => return None,
    })
}

/// Port numbers that the course meets, IANA registry.
pub const fn port(number: u64) -> Option<&'static str> {
    Some(match number {
        7 => "echo",
        9 => "discard",
        13 => "daytime",
        19 => "chargen",
        20 => "ftp-data",
        21 => "ftp",
        22 => "ssh",
        23 => "telnet",
        25 => "smtp",
        37 => "time",
        53 => "domain",
        67 => "bootps",
        68 => "bootpc",
        69 => "tftp",
        80 => "http",
        110 => "pop3",
        123 => "ntp",
        143 => "imap",
        161 => "snmp",
        179 => "bgp",
        443 => "https",
        520 => "router (RIP)",
        546 => "dhcpv6-client",
        547 => "dhcpv6-server",
        1900 => "ssdp",
        5353 => "mdns",
        8000 => "irdmi (HTTP by custom)",
        8080 => "http-alt",
        _ => return None,
    })
}
