//! The numbers of DNS in words.

/// RFC 1035 §4.1.1, RFC 2136, RFC 1996.
pub fn opcode(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "standard query",
        1 => "inverse query, obsolete",
        2 => "server status request",
        4 => "notify",
        5 => "update",
        6 => "stateful operation",
        _ => return None,
    })
}

/// RFC 1035 §4.1.1, RFC 2136 §2.2.
pub fn rcode(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "no error",
        1 => "format error",
        2 => "server failure",
        3 => "name error: no such name",
        4 => "not implemented",
        5 => "refused",
        6 => "name exists when it should not",
        7 => "record set exists when it should not",
        8 => "record set that should exist does not",
        9 => "not authoritative or not authorised",
        10 => "name not in zone",
        _ => return None,
    })
}

/// RFC 1035 §3.2.2 and the IANA registry.
pub fn kind(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "A",
        2 => "NS",
        5 => "CNAME",
        6 => "SOA",
        11 => "WKS",
        12 => "PTR",
        13 => "HINFO",
        15 => "MX",
        16 => "TXT",
        17 => "RP",
        28 => "AAAA",
        29 => "LOC",
        33 => "SRV",
        35 => "NAPTR",
        39 => "DNAME",
        41 => "OPT",
        43 => "DS",
        44 => "SSHFP",
        46 => "RRSIG",
        47 => "NSEC",
        48 => "DNSKEY",
        50 => "NSEC3",
        51 => "NSEC3PARAM",
        52 => "TLSA",
        64 => "SVCB",
        65 => "HTTPS",
        99 => "SPF",
        250 => "TSIG",
        251 => "IXFR",
        252 => "AXFR",
        255 => "ANY",
        256 => "URI",
        257 => "CAA",
        _ => return None,
    })
}

/// RFC 1035 §3.2.4.
pub fn class(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "IN",
        3 => "CH",
        4 => "HS",
        254 => "NONE",
        255 => "ANY",
        _ => return None,
    })
}

/// Options of EDNS(0), RFC 6891 §9.
pub fn option(number: u64) -> Option<&'static str> {
    Some(match number {
        3 => "NSID",
        5 => "DAU",
        6 => "DHU",
        7 => "N3U",
        8 => "client subnet",
        9 => "expire",
        10 => "cookie",
        11 => "TCP keepalive",
        12 => "padding",
        13 => "chain",
        14 => "key tag",
        15 => "extended error",
        _ => return None,
    })
}

/// Address families, RFC 7871 §6.
pub fn family(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "IPv4",
        2 => "IPv6",
        _ => return None,
    })
}
