//! English.

use super::catalogue::{Catalogue, Common, Home, Labs, NotFound, Packets, Shell, Subnet, Tcp};

pub(super) const CATALOGUE: Catalogue = Catalogue {
    shell: Shell {
        skip: "Skip to content",
        navigation: "Pages",
        home: "Home",
        language: "Language",
        theme: "Theme",
        theme_system: "As the system",
        theme_light: "Light",
        theme_dark: "Dark",
        footer: "Firsthop: computer networking in which every packet is real.",
    },
    common: Common {
        copy: "Copy",
        copied: "Copied",
        copy_failed: "This browser does not let pages copy",
        yes: "Yes",
        no: "No",
        show: "Show",
        hide: "Hide",
        none: "none",
    },
    home: Home {
        title: "Learn networking from real packets",
        lead: "Take a connection apart, segment by segment. Stop time, lose a packet on purpose, and see which rule of which RFC answers. Then run the same thing on real sockets and compare.",
        start: "Start with the TCP handshake",
        tools: "Tools",
        real_title: "For real, on the server",
        real_text: "The server opens true UDP, TFTP, TCP and HTTP sockets for you. Every system call, every captured frame and the kernel's own socket states arrive here while they happen.",
        simulated_title: "Simulated, in your browser",
        simulated_text: "The protocols run here as compiled state machines, in virtual time: rewind, step, break a link. The same settings give the same packets, byte for byte.",
        open: "Open",
        figure: "Three segments open a TCP connection: SYN from the client, SYN and ACK from the server, ACK from the client.",
        figure_caption: "Three segments, and both sides know each other's first number.",
        subnet_text: "Networks, masks and hosts while you type; drag the boundary between network and host; plan address space; practise without end.",
        packets_text: "Any packet as the RFC draws it: bit grid, bytes and fields, linked three ways. Paste hex or drop a capture file.",
        tcp_text: "Two TCP endpoints, their states and variables, and every segment between them.",
        labs_text: "UDP echo, TFTP, TCP and HTTP on kernel sockets, live.",
    },
    not_found: NotFound {
        title: "There is no such page",
        text: "The address may have been mistyped, or the page may have moved.",
        back: "To the first page",
    },
    subnet: Subnet {
        title: "Subnet calculator",
        lead: "Which network is an address in, and who else fits there?",
    },
    packets: Packets {
        title: "Packet diagrams",
        lead: "A packet as the RFC draws it, as bytes and as fields.",
    },
    tcp: Tcp { title: "TCP handshake", lead: "Two endpoints open a connection, exchange data and close it." },
    labs: Labs { title: "Real services", lead: "True sockets on the server, streamed while they work." },
};
