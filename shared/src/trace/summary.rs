//! A line about a frame, as a packet list or the label of an arrow shows it.
//!
//! Not for: fields; that is the dissector's. Sequence numbers are counted from each side's first one, as Wireshark does,
//! so one [`Summaries`] goes through a trace from its beginning.

use std::{borrow::Cow, collections::BTreeMap, fmt::Write};

use smoltcp::wire::{
    EthernetProtocol, IpAddress, IpProtocol, Ipv4Packet, Ipv6Packet, TcpOption, TcpPacket, UdpPacket,
};

use super::{
    Frame, carried, control,
    network::{self, Upper},
};
use crate::wire::{Conversations, LinkType, Options, Protocol, dissect_with};

/// A line about a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The innermost protocol that was understood, in lower case: `tcp`.
    pub protocol: &'static str,
    /// What it says: `SYN, ACK seq=0 ack=1`.
    pub info: String,
    /// The parts of a TCP segment.
    pub tcp: Option<TcpSummary>,
}

/// A TCP segment in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TcpSummary {
    /// The source port.
    pub src_port: u16,
    /// The destination port.
    pub dst_port: u16,
    /// SYN.
    pub syn: bool,
    /// FIN.
    pub fin: bool,
    /// RST.
    pub rst: bool,
    /// ACK.
    pub ack: bool,
    /// PSH.
    pub psh: bool,
    /// The sequence number as it is in the header.
    pub seq: u32,
    /// The acknowledgment number as it is in the header.
    pub ack_number: u32,
    /// Bytes of data.
    pub len: usize,
    /// The window in bytes: scaled, if both SYNs were seen and had the option (RFC 7323 §2.2).
    pub window: u32,
}

impl TcpSummary {
    /// The flags by name: `SYN, ACK`.
    pub fn flags(&self) -> String {
        [(self.syn, "SYN"), (self.fin, "FIN"), (self.rst, "RST"), (self.psh, "PSH"), (self.ack, "ACK")]
            .into_iter()
            .filter_map(|(set, name)| set.then_some(name))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// No packet is longer: the total length of IPv4 has 16 bits, and a link adds a little.
const MOST: usize = 65_600;

type Endpoint = (IpAddress, u16);

/// Makes summaries of a trace's frames, in order.
#[derive(Debug, Clone, Default)]
pub struct Summaries {
    /// The first sequence number of each direction.
    first: BTreeMap<(Endpoint, Endpoint), u32>,
    /// The window scale that each direction's SYN offers.
    scales: BTreeMap<(Endpoint, Endpoint), u8>,
    /// What the ports carry, as far as frames have shown it.
    conversations: Conversations,
}

impl Summaries {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A line about the next frame.
    pub fn next(&mut self, frame: &Frame) -> Summary {
        let whole = self.headers(frame);
        let Some(summary) = self.link(frame.link_type, &whole) else {
            return Summary { protocol: "data", info: format!("{} bytes", frame.original_len()), tcp: None };
        };
        let carries = summary.protocol == "udp" || summary.tcp.is_some_and(|tcp| tcp.len > 0);
        if carries { self.carried(frame, summary) } else { summary }
    }

    /// The frame's bytes. Where a capture cut them short after all headers, zeros stand for what it left out, so that
    /// lengths are those of the packet that was on the link.
    fn headers<'f>(&self, frame: &'f Frame) -> Cow<'f, [u8]> {
        let bytes = Cow::Borrowed(frame.bytes.as_slice());
        if !frame.is_cut() || frame.original_len() > MOST {
            return bytes;
        }
        let options = Options { learned: self.conversations.ports(), ..Options::default() };
        let dissection = dissect_with(frame.link_type, &bytes, frame.original_len(), options);
        let last =
            [(Protocol::Tcp, "urgent_pointer"), (Protocol::Udp, "checksum"), (Protocol::Icmp, "checksum")];
        let complete = last.into_iter().any(|(protocol, name)| {
            dissection.layer(protocol).is_some_and(|layer| layer.field(name).is_some())
        });
        if !complete {
            return bytes;
        }
        let mut bytes = bytes.into_owned();
        bytes.resize(frame.original_len(), 0);
        Cow::Owned(bytes)
    }

    /// What a datagram or segment says, where it says it itself: a port alone does not make "hello" HTTP.
    fn carried(&mut self, frame: &Frame, summary: Summary) -> Summary {
        let dissection = self.conversations.follow(frame.link_type, &frame.bytes, frame.original_len());
        let Some(layer) = dissection.layers.iter().rfind(|layer| layer.protocol != Protocol::Data) else {
            return summary;
        };
        let said = carried::said(layer);
        let Some(said) = said else { return summary };
        let length = summary.info.rfind("len=").and_then(|at| summary.info.get(at..)).unwrap_or_default();
        Summary {
            protocol: layer.protocol.name(),
            info: format!("{said} {length}").trim_end().to_owned(),
            ..summary
        }
    }

    fn link(&mut self, link: LinkType, bytes: &[u8]) -> Option<Summary> {
        let (ethertype, payload) = network::layer(link, bytes)?;
        match ethertype {
            EthernetProtocol::Arp => control::arp(payload),
            EthernetProtocol::Ipv4 => {
                let packet = Ipv4Packet::new_checked(payload).ok()?;
                let (src, dst) = (packet.src_addr().into(), packet.dst_addr().into());
                if packet.frag_offset() > 0 {
                    let info =
                        format!("fragment at {}, {} bytes", packet.frag_offset(), packet.payload().len());
                    return Some(Summary { protocol: "ipv4", info, tcp: None });
                }
                self.transport(packet.next_header(), src, dst, packet.payload())
            }
            EthernetProtocol::Ipv6 => {
                let packet = Ipv6Packet::new_checked(payload).ok()?;
                let (next, payload) = match network::upper_layer(packet.next_header(), packet.payload())? {
                    Upper::Whole(next, payload) => (next, payload),
                    Upper::Fragment { offset, bytes } => {
                        let info = format!("fragment at {offset}, {bytes} bytes");
                        return Some(Summary { protocol: "ipv6", info, tcp: None });
                    }
                };
                self.transport(next, packet.src_addr().into(), packet.dst_addr().into(), payload)
            }
            EthernetProtocol::Unknown(_) => None,
        }
    }

    fn transport(
        &mut self,
        protocol: IpProtocol,
        src: IpAddress,
        dst: IpAddress,
        payload: &[u8],
    ) -> Option<Summary> {
        match protocol {
            IpProtocol::Tcp => self.tcp(src, dst, payload),
            IpProtocol::Udp => {
                let packet = UdpPacket::new_checked(payload).ok()?;
                let info =
                    format!("{} > {} len={}", packet.src_port(), packet.dst_port(), packet.payload().len());
                Some(Summary { protocol: "udp", info, tcp: None })
            }
            IpProtocol::Icmp => control::icmp(payload),
            IpProtocol::Icmpv6 => control::icmpv6(payload),
            other => {
                Some(Summary { protocol: "ip", info: format!("{other}, {} bytes", payload.len()), tcp: None })
            }
        }
    }

    fn tcp(&mut self, src: IpAddress, dst: IpAddress, payload: &[u8]) -> Option<Summary> {
        let packet = TcpPacket::new_checked(payload).ok()?;
        let bits = |number: smoltcp::wire::TcpSeqNumber| u32::from_ne_bytes(number.0.to_ne_bytes());
        let (from, to) = ((src, packet.src_port()), (dst, packet.dst_port()));
        if packet.syn() {
            match window_scale(packet.options()) {
                Some(shift) => self.scales.insert((from, to), shift),
                None => self.scales.remove(&(from, to)),
            };
        }
        let agreed = self.scales.get(&(from, to)).filter(|_| self.scales.contains_key(&(to, from)));
        let shift = agreed.copied().filter(|_| !packet.syn()).unwrap_or(0);
        let tcp = TcpSummary {
            src_port: packet.src_port(),
            dst_port: packet.dst_port(),
            syn: packet.syn(),
            fin: packet.fin(),
            rst: packet.rst(),
            ack: packet.ack(),
            psh: packet.psh(),
            seq: bits(packet.seq_number()),
            ack_number: bits(packet.ack_number()),
            len: packet.payload().len(),
            window: u32::from(packet.window_len()) << shift,
        };
        if tcp.syn {
            // A port used again begins a new count.
            self.first.insert((from, to), tcp.seq);
        }
        let first = *self.first.entry((from, to)).or_insert(tcp.seq);
        let mut info = format!("{} seq={}", tcp.flags(), tcp.seq.wrapping_sub(first));
        if tcp.ack {
            let theirs = *self.first.entry((to, from)).or_insert(tcp.ack_number.wrapping_sub(1));
            write!(info, " ack={}", tcp.ack_number.wrapping_sub(theirs)).ok()?;
        }
        if tcp.len > 0 {
            write!(info, " len={}", tcp.len).ok()?;
        }
        Some(Summary { protocol: "tcp", info, tcp: Some(tcp) })
    }
}

/// The shift of a window scale option; more than 14 counts as 14 (RFC 7323 §2.3).
fn window_scale(mut options: &[u8]) -> Option<u8> {
    while !options.is_empty() {
        let (rest, option) = TcpOption::parse(options).ok()?;
        match option {
            TcpOption::WindowScale(shift) => return Some(shift.min(14)),
            TcpOption::EndOfList => return None,
            _ => options = rest,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Fate, Time};

    /// IPv4 and TCP headers written out by hand; checksums are no matter here.
    fn segment(from: u8, seq: u32, ack: u32, flags: u8, data: &[u8]) -> Frame {
        let total = u8::try_from(40 + data.len()).unwrap();
        let (src, dst) = if from == 1 { (1, 2) } else { (2, 1) };
        let mut bytes = vec![0x45, 0, 0, total, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, src, 10, 0, 0, dst];
        let (sport, dport): (u16, u16) = if from == 1 { (50_000, 80) } else { (80, 50_000) };
        bytes.extend(sport.to_be_bytes());
        bytes.extend(dport.to_be_bytes());
        bytes.extend(seq.to_be_bytes());
        bytes.extend(ack.to_be_bytes());
        bytes.extend([0x50, flags, 0, 100, 0, 0, 0, 0]);
        bytes.extend(data);
        Frame {
            link: "l".into(),
            from: from.to_string(),
            to: String::new(),
            link_type: LinkType::RawIp,
            bytes,
            original: None,
            fate: Fate::Delivered { at: Time::ZERO },
            impairment: None,
            note: None,
        }
    }

    #[test]
    fn counts_from_each_sides_first_number() {
        let mut summaries = Summaries::new();
        let lines: Vec<_> = [
            segment(1, u32::MAX, 0, 0x02, b""),
            segment(2, 5000, 0, 0x12, b""),
            segment(1, 0, 5001, 0x10, b""),
            segment(1, 0, 5001, 0x18, b"hello"),
        ]
        .iter()
        .map(|frame| summaries.next(frame).info)
        .collect();
        assert_eq!(
            lines,
            ["SYN seq=0", "SYN, ACK seq=0 ack=1", "ACK seq=1 ack=1", "PSH, ACK seq=1 ack=1 len=5"]
        );
    }

    /// A SYN with a window scale option, instead of `segment`'s bare header.
    fn syn(from: u8, flags: u8, shift: u8) -> Frame {
        let mut frame = segment(from, 0, 0, flags, &[3, 3, shift, 0]);
        frame.bytes[32] = 0x60;
        frame
    }

    #[test]
    fn windows_are_scaled_once_both_sides_have_agreed() {
        let mut summaries = Summaries::new();
        let mut window = |frame: &Frame| summaries.next(frame).tcp.unwrap().window;
        assert_eq!(window(&syn(1, 0x02, 7)), 100, "never in a SYN");
        assert_eq!(window(&segment(1, 1, 1, 0x10, b"")), 100, "the other side has not agreed");
        assert_eq!(window(&syn(2, 0x12, 2)), 100);
        assert_eq!(window(&segment(1, 1, 1, 0x10, b"")), 100 << 7);
        assert_eq!(window(&segment(2, 1, 1, 0x10, b"")), 100 << 2);
    }

    #[test]
    fn a_frame_cut_short_is_data() {
        let mut frame = segment(1, 0, 0, 2, b"");
        frame.bytes.truncate(30);
        assert_eq!(Summaries::new().next(&frame).protocol, "data");
        frame.bytes.clear();
        assert_eq!(Summaries::new().next(&frame).info, "0 bytes");
    }
}
