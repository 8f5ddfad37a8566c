//! A segment as the machine sees it, and the way to bytes and back through `smoltcp::wire`.

use std::{fmt, net::IpAddr};

use smoltcp::wire::{IpAddress, TcpOption, TcpPacket, TcpSeqNumber};
use thiserror::Error;

use super::Seq;

/// The control bits (RFC 9293 §3.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Flags {
    /// No more data from the sender.
    pub fin: bool,
    /// Synchronize sequence numbers.
    pub syn: bool,
    /// Reset the connection.
    pub rst: bool,
    /// Push function.
    pub psh: bool,
    /// The acknowledgment field is significant.
    pub ack: bool,
    /// The urgent pointer is significant.
    pub urg: bool,
    /// ECN echo (RFC 3168).
    pub ece: bool,
    /// Congestion window reduced (RFC 3168).
    pub cwr: bool,
}

impl Flags {
    const NONE: Self = Self {
        fin: false,
        syn: false,
        rst: false,
        psh: false,
        ack: false,
        urg: false,
        ece: false,
        cwr: false,
    };
    /// SYN alone: the first segment of an active open.
    pub const SYN: Self = Self { syn: true, ..Self::NONE };
    /// SYN and ACK.
    pub const SYN_ACK: Self = Self { syn: true, ack: true, ..Self::NONE };
    /// ACK alone.
    pub const ACK: Self = Self { ack: true, ..Self::NONE };
    /// FIN and ACK.
    pub const FIN_ACK: Self = Self { fin: true, ack: true, ..Self::NONE };
    /// RST alone.
    pub const RST: Self = Self { rst: true, ..Self::NONE };
    /// RST and ACK.
    pub const RST_ACK: Self = Self { rst: true, ack: true, ..Self::NONE };
}

impl fmt::Display for Flags {
    /// `SYN,ACK`, in the order of RFC 9293's figures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (self.cwr, "CWR"),
            (self.ece, "ECE"),
            (self.urg, "URG"),
            (self.syn, "SYN"),
            (self.fin, "FIN"),
            (self.rst, "RST"),
            (self.psh, "PSH"),
            (self.ack, "ACK"),
        ];
        let set: Vec<&str> = names.into_iter().filter_map(|(on, name)| on.then_some(name)).collect();
        f.pad(&set.join(","))
    }
}

/// A timestamps option (RFC 7323 §3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamps {
    /// TSval: the sender's timestamp clock.
    pub val: u32,
    /// TSecr: the peer's timestamp that is echoed; meaningful with ACK.
    pub ecr: u32,
}

/// The options of a segment that TCP acts on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Maximum segment size (RFC 9293 §3.2), only in a SYN.
    pub mss: Option<u16>,
    /// Window scale: a shift, 0 to 14 (RFC 7323 §2.2), only in a SYN.
    pub window_scale: Option<u8>,
    /// SACK is permitted (RFC 2018 §2), only in a SYN.
    pub sack_permitted: bool,
    /// Timestamps (RFC 7323 §3.2).
    pub timestamps: Option<Timestamps>,
    /// Blocks of data received out of order, at most three: first octet, octet after the last (RFC 2018 §3).
    pub sack: Vec<(Seq, Seq)>,
}

/// Most SACK blocks in a segment: what fits beside timestamps (RFC 2018 §3).
pub(super) const MAX_SACK_BLOCKS: usize = 3;

/// A TCP segment. The IP addresses travel beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    /// Source port.
    pub src_port: u16,
    /// Destination port.
    pub dst_port: u16,
    /// SEG.SEQ: of the first octet, or of the SYN.
    pub seq: Seq,
    /// SEG.ACK: the next octet expected; zero without ACK.
    pub ack: Seq,
    /// The control bits.
    pub flags: Flags,
    /// The window field as sent, before scaling.
    pub window: u16,
    /// The urgent pointer; zero without URG.
    pub urgent: u16,
    /// The options.
    pub options: Options,
    /// The text.
    pub payload: Vec<u8>,
}

/// Why bytes are not a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SegmentError {
    /// The header, or the data offset in it, is longer than the bytes.
    #[error(
        "TCP header: cut short or with a data offset beyond the {len} octets there are (at least 20 needed)"
    )]
    Truncated {
        /// How many octets there were.
        len: usize,
    },
    /// The checksum does not match.
    #[error("TCP checksum: the octets and the pseudo-header do not add up; the segment was damaged")]
    Checksum,
    /// An option's length makes no sense.
    #[error("TCP options: a length that is impossible or runs beyond the header")]
    Options,
    /// One address is IPv4 and the other IPv6.
    #[error("TCP pseudo-header: source and destination must be of one IP version")]
    Addresses,
}

impl Segment {
    /// SEG.LEN: octets of sequence space, SYN and FIN counting one each (RFC 9293 §3.4).
    pub fn len(&self) -> u32 {
        self.payload.len() as u32 + u32::from(self.flags.syn) + u32::from(self.flags.fin)
    }

    /// Whether it takes no sequence space: a pure ACK or RST.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The sequence number after the segment's last.
    pub fn end(&self) -> Seq {
        self.seq + self.len()
    }

    /// The segment in bytes, with the checksum over the pseudo-header of the two addresses.
    ///
    /// # Errors
    /// [`SegmentError::Addresses`] if the addresses are of different IP versions; [`SegmentError::Options`] if the
    /// options do not fit into 40 octets.
    pub fn emit(&self, src: IpAddr, dst: IpAddr) -> Result<Vec<u8>, SegmentError> {
        if src.is_ipv4() != dst.is_ipv4() {
            return Err(SegmentError::Addresses);
        }
        let options = self.options.list();
        let options_len: usize = options.iter().map(TcpOption::buffer_len).sum::<usize>().next_multiple_of(4);
        if options_len > 40 {
            return Err(SegmentError::Options);
        }
        let header_len = HEADER_LEN + options_len;
        let mut bytes = vec![0; header_len + self.payload.len()];
        let mut packet = TcpPacket::new_unchecked(&mut bytes);
        packet.set_src_port(self.src_port);
        packet.set_dst_port(self.dst_port);
        packet.set_seq_number(TcpSeqNumber(self.seq.0 as i32));
        packet.set_ack_number(TcpSeqNumber(self.ack.0 as i32));
        packet.clear_flags();
        packet.set_header_len(header_len as u8);
        packet.set_fin(self.flags.fin);
        packet.set_syn(self.flags.syn);
        packet.set_rst(self.flags.rst);
        packet.set_psh(self.flags.psh);
        packet.set_ack(self.flags.ack);
        packet.set_urg(self.flags.urg);
        packet.set_ece(self.flags.ece);
        packet.set_cwr(self.flags.cwr);
        packet.set_window_len(self.window);
        packet.set_urgent_at(self.urgent);
        let mut room = packet.options_mut();
        for option in &options {
            room = option.emit(room);
        }
        packet.payload_mut().copy_from_slice(&self.payload);
        packet.fill_checksum(&IpAddress::from(src), &IpAddress::from(dst));
        Ok(bytes)
    }

    /// Reads a segment from the payload of an IP packet between these addresses.
    ///
    /// # Errors
    /// The bytes are too short, an option is malformed or the checksum is wrong.
    pub fn parse(src: IpAddr, dst: IpAddr, bytes: &[u8]) -> Result<Self, SegmentError> {
        Self::check(src, dst, bytes)?;
        Self::read(bytes)
    }

    /// Whether the payload of an IP packet between these addresses is a segment.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn check(src: IpAddr, dst: IpAddr, bytes: &[u8]) -> Result<(), SegmentError> {
        if src.is_ipv4() != dst.is_ipv4() {
            return Err(SegmentError::Addresses);
        }
        let truncated = SegmentError::Truncated { len: bytes.len() };
        let packet = TcpPacket::new_checked(bytes).map_err(|_| truncated)?;
        if !packet.verify_checksum(&IpAddress::from(src), &IpAddress::from(dst)) {
            return Err(SegmentError::Checksum);
        }
        Options::parse(packet.options()).map(drop)
    }

    /// Reads a segment whose checksum was [checked](Self::check) before.
    ///
    /// # Errors
    /// The bytes are too short or an option is malformed.
    pub fn read(bytes: &[u8]) -> Result<Self, SegmentError> {
        let truncated = SegmentError::Truncated { len: bytes.len() };
        let packet = TcpPacket::new_checked(bytes).map_err(|_| truncated)?;
        Ok(Self {
            src_port: packet.src_port(),
            dst_port: packet.dst_port(),
            seq: Seq(packet.seq_number().0 as u32),
            ack: Seq(packet.ack_number().0 as u32),
            flags: Flags {
                fin: packet.fin(),
                syn: packet.syn(),
                rst: packet.rst(),
                psh: packet.psh(),
                ack: packet.ack(),
                urg: packet.urg(),
                ece: packet.ece(),
                cwr: packet.cwr(),
            },
            window: packet.window_len(),
            urgent: packet.urgent_at(),
            options: Options::parse(packet.options())?,
            payload: packet.payload().to_vec(),
        })
    }
}

const HEADER_LEN: usize = 20;

impl Options {
    /// Octets the options take in the header, padding included.
    pub fn wire_len(&self) -> usize {
        self.list().iter().map(TcpOption::buffer_len).sum::<usize>().next_multiple_of(4)
    }

    /// In the order and with the padding that Linux uses, so that a simulated segment looks like a real one.
    fn list(&self) -> Vec<TcpOption<'static>> {
        let mut list = Vec::new();
        if let Some(mss) = self.mss {
            list.push(TcpOption::MaxSegmentSize(mss));
        }
        if self.sack_permitted {
            if self.timestamps.is_none() {
                list.extend([TcpOption::NoOperation; 2]);
            }
            list.push(TcpOption::SackPermitted);
        }
        if let Some(Timestamps { val, ecr }) = self.timestamps {
            if !self.sack_permitted {
                list.extend([TcpOption::NoOperation; 2]);
            }
            list.push(TcpOption::TimeStamp { tsval: val, tsecr: ecr });
        }
        if let Some(shift) = self.window_scale {
            list.extend([TcpOption::NoOperation, TcpOption::WindowScale(shift)]);
        }
        if !self.sack.is_empty() {
            list.extend([TcpOption::NoOperation; 2]);
            let mut ranges = [None; MAX_SACK_BLOCKS];
            for (range, (left, right)) in ranges.iter_mut().zip(&self.sack) {
                *range = Some((left.0, right.0));
            }
            list.push(TcpOption::SackRange(ranges));
        }
        list
    }

    fn parse(mut bytes: &[u8]) -> Result<Self, SegmentError> {
        let mut options = Self::default();
        while !bytes.is_empty() {
            let (rest, option) = TcpOption::parse(bytes).map_err(|_| SegmentError::Options)?;
            match option {
                TcpOption::EndOfList => break,
                TcpOption::MaxSegmentSize(mss) => options.mss = Some(mss),
                // RFC 7323 §2.3: a shift over 14 is used as 14.
                TcpOption::WindowScale(shift) => options.window_scale = Some(shift.min(14)),
                TcpOption::SackPermitted => options.sack_permitted = true,
                TcpOption::SackRange(ranges) => {
                    options.sack =
                        ranges.into_iter().flatten().map(|(left, right)| (Seq(left), Seq(right))).collect();
                }
                TcpOption::TimeStamp { tsval, tsecr } => {
                    options.timestamps = Some(Timestamps { val: tsval, ecr: tsecr });
                }
                TcpOption::NoOperation | TcpOption::Unknown { .. } => {}
            }
            bytes = rest;
        }
        Ok(options)
    }
}

impl fmt::Display for Segment {
    /// As the RFC's figures write it: `<SEQ=100><ACK=300><CTL=SYN,ACK>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<SEQ={}>", self.seq)?;
        if self.flags.ack {
            write!(f, "<ACK={}>", self.ack)?;
        }
        write!(f, "<CTL={}>", self.flags)?;
        if !self.payload.is_empty() {
            write!(f, "<DATA={} octets>", self.payload.len())?;
        }
        Ok(())
    }
}
