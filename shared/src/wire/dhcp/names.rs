//! The numbers of DHCP in words.

/// RFC 2131 §2.
pub fn op(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "BOOTREQUEST",
        2 => "BOOTREPLY",
        _ => return None,
    })
}

/// The ARP hardware types, RFC 1700.
pub fn hardware(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "Ethernet",
        6 => "IEEE 802",
        7 => "ARCNET",
        15 => "Frame Relay",
        18 => "Fibre Channel",
        20 => "serial line",
        32 => "InfiniBand",
        _ => return None,
    })
}

/// RFC 2132 §9.6, RFC 3203, RFC 4388.
pub fn message(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "DHCPDISCOVER",
        2 => "DHCPOFFER",
        3 => "DHCPREQUEST",
        4 => "DHCPDECLINE",
        5 => "DHCPACK",
        6 => "DHCPNAK",
        7 => "DHCPRELEASE",
        8 => "DHCPINFORM",
        9 => "DHCPFORCERENEW",
        10 => "DHCPLEASEQUERY",
        11 => "DHCPLEASEUNASSIGNED",
        12 => "DHCPLEASEUNKNOWN",
        13 => "DHCPLEASEACTIVE",
        _ => return None,
    })
}

/// RFC 2132 §9.3.
pub fn overload(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "file holds options",
        2 => "sname holds options",
        3 => "file and sname hold options",
        _ => return None,
    })
}

/// RFC 2132 §8.7.
pub fn netbios_node(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "B-node",
        2 => "P-node",
        4 => "M-node",
        8 => "H-node",
        _ => return None,
    })
}

/// The options, by the names of the IANA registry.
pub fn option(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "Pad",
        1 => "Subnet Mask",
        2 => "Time Offset",
        3 => "Router",
        4 => "Time Server",
        5 => "Name Server",
        6 => "Domain Server",
        7 => "Log Server",
        8 => "Quotes Server",
        9 => "LPR Server",
        10 => "Impress Server",
        11 => "RLP Server",
        12 => "Hostname",
        13 => "Boot File Size",
        14 => "Merit Dump File",
        15 => "Domain Name",
        16 => "Swap Server",
        17 => "Root Path",
        18 => "Extension File",
        19 => "Forward On/Off",
        20 => "SrcRte On/Off",
        21 => "Policy Filter",
        22 => "Max DG Assembly",
        23 => "Default IP TTL",
        24 => "MTU Timeout",
        25 => "MTU Plateau",
        26 => "MTU Interface",
        27 => "MTU Subnet",
        28 => "Broadcast Address",
        29 => "Mask Discovery",
        30 => "Mask Supplier",
        31 => "Router Discovery",
        32 => "Router Request",
        33 => "Static Route",
        34 => "Trailers",
        35 => "ARP Timeout",
        36 => "Ethernet",
        37 => "Default TCP TTL",
        38 => "Keepalive Time",
        39 => "Keepalive Data",
        40 => "NIS Domain",
        41 => "NIS Servers",
        42 => "NTP Servers",
        43 => "Vendor Specific",
        44 => "NETBIOS Name Srv",
        45 => "NETBIOS Dist Srv",
        46 => "NETBIOS Node Type",
        47 => "NETBIOS Scope",
        48 => "X Window Font",
        49 => "X Window Manager",
        50 => "Address Request",
        51 => "Address Time",
        52 => "Overload",
        53 => "DHCP Msg Type",
        54 => "DHCP Server Id",
        55 => "Parameter List",
        56 => "DHCP Message",
        57 => "DHCP Max Msg Size",
        58 => "Renewal Time",
        59 => "Rebinding Time",
        60 => "Class Id",
        61 => "Client Id",
        62 => "NetWare/IP Domain",
        63 => "NetWare/IP Option",
        64 => "NIS+ Domain",
        65 => "NIS+ Servers",
        66 => "Server-Name",
        67 => "Bootfile-Name",
        68 => "Home-Agent-Addrs",
        69 => "SMTP-Server",
        70 => "POP3-Server",
        71 => "NNTP-Server",
        72 => "WWW-Server",
        73 => "Finger-Server",
        74 => "IRC-Server",
        75 => "StreetTalk-Server",
        76 => "STDA-Server",
        77 => "User-Class",
        80 => "Rapid Commit",
        81 => "Client FQDN",
        82 => "Relay Agent Information",
        90 => "Authentication",
        93 => "Client System",
        94 => "Client NDI",
        97 => "UUID/GUID",
        100 => "PCode",
        101 => "TCode",
        108 => "IPv6-Only Preferred",
        114 => "DHCP Captive-Portal",
        116 => "Auto-Config",
        117 => "Name Service Search",
        118 => "Subnet Selection Option",
        119 => "Domain Search",
        120 => "SIP Servers DHCP Option",
        121 => "Classless Static Route Option",
        124 => "V-I Vendor Class",
        125 => "V-I Vendor-Specific Information",
        150 => "TFTP server address",
        252 => "Web Proxy Auto-Discovery",
        255 => "End",
        _ => return None,
    })
}

/// Suboptions of the relay agent's option.
pub fn relay(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "Agent Circuit ID",
        2 => "Agent Remote ID",
        5 => "Link selection",
        6 => "Subscriber-ID",
        9 => "Vendor-Specific Information",
        10 => "Relay Agent Flags",
        11 => "Server Identifier Override",
        12 => "Relay Agent Identifier",
        151 => "Virtual Subnet Selection",
        _ => return None,
    })
}
