//! The first page.

use crate::i18n::catalogue::Home;

pub(in crate::i18n) const HOME: Home = Home {
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
    network_text: "Machines and cables as a drawing: watch packets travel, look into any device, rewind, step.",
    labs_text: "UDP echo, TFTP, TCP and HTTP on kernel sockets, live.",
};
