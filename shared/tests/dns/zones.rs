//! The zones of the tests.

use firsthop_protocol::dns::ZoneFile;

pub fn zone(name: &str, records: &[&str]) -> ZoneFile {
    ZoneFile {
        name: name.parse().unwrap(),
        ttl: 3600,
        records: records.iter().map(|record| (*record).to_owned()).collect(),
        key: None,
    }
}

/// A zone with one of everything.
pub fn example() -> ZoneFile {
    let mut long: Vec<String> =
        (0..12).map(|index| format!("long TXT \"{index:03} {}\"", "x".repeat(200))).collect();
    long.extend((0..60).map(|index| format!("many A 198.51.100.{index}")));
    let records = [
        "@ SOA ns1 hostmaster 2026112301 7200 900 1209600 300",
        "@ NS ns1",
        "@ NS ns2",
        "@ MX 10 mail",
        "@ MX 20 mail.example.net.",
        "@ A 192.0.2.1",
        "ns1 A 192.0.2.53",
        "ns2 A 192.0.2.54",
        "ns2 AAAA 2001:db8::54",
        "mail A 192.0.2.25",
        "www 300 CNAME web",
        "web A 192.0.2.80",
        "web A 192.0.2.81",
        "web AAAA 2001:db8::80",
        "www2 CNAME www",
        "out CNAME www.example.net.",
        "nowhere CNAME missing",
        "loop1 CNAME loop2",
        "loop2 CNAME loop1",
        "into CNAME www.sub",
        "text TXT \"one two\" three \"a \\\"quote\\\"; and a \\\\\"",
        "a.b.deep A 192.0.2.7",
        "*.wild A 192.0.2.99",
        "*.wild TXT wild",
        "x.y.wild A 192.0.2.98",
        "*.aliases CNAME web",
        "sub NS ns.sub",
        "sub NS ns1",
        "ns.sub A 192.0.2.153",
        "far NS ns.example.net.",
        "ptr PTR www",
    ];
    let mut zone = zone("example.com", &records);
    zone.records.extend(long);
    zone
}

/// Questions about it, each way a server can answer.
pub const QUESTIONS: &[(&str, &str)] = &[
    ("example.com", "SOA"),
    ("example.com", "NS"),
    ("example.com", "MX"),
    ("example.com", "A"),
    ("example.com", "AAAA"),
    ("WWW.Example.COM", "A"),
    ("www.example.com", "AAAA"),
    ("www.example.com", "MX"),
    ("www.example.com", "CNAME"),
    ("www2.example.com", "A"),
    ("web.example.com", "A"),
    ("web.example.com", "TXT"),
    ("out.example.com", "A"),
    ("nowhere.example.com", "A"),
    ("into.example.com", "A"),
    ("missing.example.com", "A"),
    ("text.example.com", "TXT"),
    ("deep.example.com", "A"),
    ("b.deep.example.com", "A"),
    ("c.deep.example.com", "A"),
    ("any.wild.example.com", "A"),
    ("any.thing.wild.example.com", "TXT"),
    ("any.wild.example.com", "MX"),
    ("wild.example.com", "A"),
    ("y.wild.example.com", "A"),
    ("z.y.wild.example.com", "A"),
    ("foo.aliases.example.com", "A"),
    ("foo.aliases.example.com", "CNAME"),
    ("*.wild.example.com", "A"),
    ("sub.example.com", "A"),
    ("sub.example.com", "NS"),
    ("sub.example.com", "DS"),
    ("www.sub.example.com", "A"),
    ("ns.sub.example.com", "A"),
    ("www.far.example.com", "A"),
    ("ptr.example.com", "PTR"),
    ("web.example.com", "TYPE65400"),
    ("web.example.com", "HTTPS"),
    ("long.example.com", "TXT"),
    ("many.example.com", "A"),
    ("example.org", "A"),
    ("com", "A"),
    (".", "NS"),
];
