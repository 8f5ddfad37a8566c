//! Packet diagrams.

use crate::i18n::catalogue::Packets;

pub(in crate::i18n) const PACKETS: Packets = Packets {
    title: "Packet diagrams",
    lead: "A packet as the RFC draws it, as bytes and as fields. Point at one and all three light up.",
    hex: "Bytes in hexadecimal",
    hex_hint: "Paste a dump from Wireshark, tcpdump, xxd or hexdump: offsets and characters at the side are left out.",
    link: "The first byte belongs to",
    links: "Ethernet|IP|Linux cooked, v1|Linux cooked, v2|BSD loopback",
    choose_file: "Choose a file",
    no_file: "no file chosen",
    not_hex: "Line {line}: “{found}” is not a hex digit (0 to 9, a to f).",
    odd: "Line {line}: a hex digit is missing; each byte has two.",
    too_long: "More than {most} bytes: no packet is that long.",
    open: "Open a capture (pcap or pcapng), or drop it here",
    too_large: "The file is larger than {most} MB. Cut it first, with `editcap` for example.",
    listed: "{shown} of {all} packets",
    packets: "Packets of the file",
    sample: "Choose a sample",
    choose: "Choose…",
    fix: "Correct checksums after edits",
    none_known: "No packet in this file is of a link type that can be shown: Ethernet, IP, Linux cooked or loopback.",
    filter: "Filter",
    filter_hint: "For example: udp, tcp and port 80, host 10.0.0.1, not arp",
};
