//! Journeys through networks written out by hand: switches, routers, NAT, fragments, and what only looks alike.

use proptest::prelude::*;
use smoltcp::{
    phy::ChecksumCapabilities,
    wire::{
        EthernetAddress, EthernetFrame, EthernetProtocol, Icmpv4Packet, Icmpv4Repr, IpProtocol, Ipv4Address,
        Ipv4Packet, Ipv4Repr, UdpPacket, UdpRepr,
    },
};

use super::*;
use crate::{
    trace::{Text, Trace},
    wire::LinkType,
};

/// An IPv4 packet with this payload in a frame between two machines' interfaces.
#[derive(Clone)]
struct Sent {
    ident: u16,
    ttl: u8,
    ends: [(u8, u16); 2],
    data: Vec<u8>,
    /// Which of its payload's bytes are in this fragment.
    part: Option<std::ops::Range<usize>>,
    macs: [u8; 2],
}

fn sent() -> Sent {
    Sent {
        ident: 7,
        ttl: 64,
        ends: [(1, 5000), (2, 53)],
        data: b"question".to_vec(),
        part: None,
        macs: [1, 2],
    }
}

impl Sent {
    fn bytes(&self) -> Vec<u8> {
        let address = |host: u8| Ipv4Address::new(10, 0, 0, host);
        let [(src, src_port), (dst, dst_port)] = self.ends;
        let (src, dst) = (address(src), address(dst));
        let udp = UdpRepr { src_port, dst_port };
        let mut upper = vec![0; udp.header_len() + self.data.len()];
        let caps = ChecksumCapabilities::default();
        let fill = |payload: &mut [u8]| payload.copy_from_slice(&self.data);
        udp.emit(
            &mut UdpPacket::new_unchecked(&mut upper),
            &src.into(),
            &dst.into(),
            self.data.len(),
            fill,
            &caps,
        );
        let whole = 0..upper.len();
        let part = self.part.clone().unwrap_or_else(|| whole.clone());
        self.frame(IpProtocol::Udp, src, dst, &upper[part.clone()], part.start, part.end < whole.end)
    }

    fn frame(
        &self,
        next_header: IpProtocol,
        src: Ipv4Address,
        dst: Ipv4Address,
        payload: &[u8],
        start: usize,
        more: bool,
    ) -> Vec<u8> {
        let repr = Ipv4Repr {
            src_addr: src,
            dst_addr: dst,
            next_header,
            payload_len: payload.len(),
            hop_limit: self.ttl,
        };
        let mut bytes = vec![0; 14 + 20 + payload.len()];
        let mut frame = EthernetFrame::new_unchecked(&mut bytes);
        frame.set_src_addr(EthernetAddress([2, 0, 0, 0, 0, self.macs[0]]));
        frame.set_dst_addr(EthernetAddress([2, 0, 0, 0, 0, self.macs[1]]));
        frame.set_ethertype(EthernetProtocol::Ipv4);
        let mut packet = Ipv4Packet::new_unchecked(frame.payload_mut());
        repr.emit(&mut packet, &ChecksumCapabilities::default());
        packet.set_ident(self.ident);
        packet.set_dont_frag(false);
        packet.set_frag_offset(u16::try_from(start).unwrap());
        packet.set_more_frags(more);
        packet.fill_checksum();
        packet.payload_mut().copy_from_slice(payload);
        bytes
    }
}

/// A trace of frames, each a millisecond after the one before, there in half of one.
fn trace(frames: &[(&str, &str, Vec<u8>)]) -> Trace {
    let mut trace = Trace::new();
    for (number, (from, to, bytes)) in frames.iter().enumerate() {
        let time = Time::from_millis(number as u64);
        let mut ends = [*from, *to];
        ends.sort_unstable();
        let frame = Frame {
            link: ends.join("-"),
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            link_type: LinkType::Ethernet,
            bytes: bytes.clone(),
            original: None,
            fate: Fate::Delivered { at: time.plus(500) },
            impairment: None,
            note: None,
        };
        trace.push(time, EventKind::Frame(frame));
    }
    trace
}

fn journey(frames: &[(&str, &str, Vec<u8>)], event: usize) -> Vec<usize> {
    Journeys::new(&trace(frames)).of(event)
}

fn arp() -> Vec<u8> {
    let mut bytes = vec![0xff; 6];
    bytes.extend([2, 0, 0, 0, 0, 1, 8, 6]);
    bytes.extend([0x5a; 28]);
    bytes
}

#[test]
fn a_switch_copies_a_broadcast_to_all() {
    let frames =
        [("A", "S", arp()), ("S", "B", arp()), ("S", "C", arp()), ("A", "S", arp()), ("S", "B", arp())];
    assert_eq!(journey(&frames, 0), [0, 1, 2]);
    assert_eq!(journey(&frames, 2), [0, 2], "how it came to C; the copy for B is another one");
    assert_eq!(journey(&frames, 4), [3, 4], "asked again, it is another one");
}

#[test]
fn a_router_changes_mac_addresses_and_ttl() {
    let routed = Sent { ttl: 63, macs: [3, 4], ..sent() };
    let frames = [("A", "R", sent().bytes()), ("R", "B", routed.bytes())];
    assert_eq!(journey(&frames, 0), [0, 1]);
    assert_eq!(journey(&frames, 1), [0, 1]);
    let risen = Sent { ttl: 65, ..routed };
    assert_eq!(
        journey(&[frames[0].clone(), ("R", "B", risen.bytes())], 0),
        [0],
        "no device makes a TTL greater"
    );
}

#[test]
fn nat_changes_one_end() {
    let out = Sent { ttl: 63, ends: [(9, 40_000), (2, 53)], ..sent() };
    let frames = [("A", "N", sent().bytes()), ("N", "B", out.bytes())];
    assert_eq!(journey(&frames, 0), [0, 1]);
    let both = Sent { ends: [(9, 40_000), (3, 53)], ..out.clone() };
    assert_eq!(journey(&[frames[0].clone(), ("N", "B", both.bytes())], 0), [0]);
    let other = Sent { data: b"another!".to_vec(), ..out.clone() };
    assert_eq!(journey(&[frames[0].clone(), ("N", "B", other.bytes())], 0), [0], "another payload");
    let unforwarded = Sent { ttl: 64, ..out };
    assert_eq!(
        journey(&[frames[0].clone(), ("N", "B", unforwarded.bytes())], 0),
        [0],
        "who translates also forwards"
    );
}

#[test]
fn one_with_the_same_addresses_comes_before_one_that_nat_would_have_changed() {
    let neighbour = Sent { ends: [(5, 5000), (2, 53)], ..sent() };
    let routed = Sent { ttl: 63, ..sent() };
    let frames = [("A", "R", sent().bytes()), ("C", "R", neighbour.bytes()), ("R", "B", routed.bytes())];
    assert_eq!(journey(&frames, 2), [0, 2]);
}

#[test]
fn an_answer_is_another_packet() {
    let answer = Sent { ends: [(2, 53), (1, 5000)], ..sent() };
    let frames = [("A", "B", sent().bytes()), ("B", "A", answer.bytes())];
    assert_eq!(journey(&frames, 0), [0], "even an echo with the same identification and data");
}

#[test]
fn fragments_belong_to_what_they_are_cut_from() {
    let data: Vec<u8> = (0..200).collect();
    let whole = Sent { data, ..sent() };
    let part = |range: std::ops::Range<usize>, ttl| Sent { part: Some(range), ttl, ..whole.clone() }.bytes();
    let frames = [
        ("A", "R", whole.bytes()),
        ("R", "Q", part(0..104, 63)),
        ("R", "Q", part(104..208, 63)),
        ("Q", "B", part(0..104, 62)),
        ("Q", "B", part(104..160, 62)),
        ("Q", "B", part(160..208, 62)),
    ];
    assert_eq!(journey(&frames, 0), [0, 1, 2, 3, 4, 5]);
    assert_eq!(journey(&frames, 2), [0, 2, 4, 5], "the second part, cut once more");
    assert_eq!(journey(&frames, 3), [0, 1, 3]);
}

#[test]
fn an_icmp_error_is_followed_through_nat_by_what_it_quotes() {
    let error = |inside: u8, port: u16, ttl: u8, ident: u16| {
        let quoted = Sent { ends: [(inside, port), (2, 53)], ident, ..sent() }.bytes();
        let repr = Icmpv4Repr::TimeExceeded {
            reason: smoltcp::wire::Icmpv4TimeExceeded::TtlExpired,
            header: Ipv4Repr {
                src_addr: Ipv4Address::new(10, 0, 0, inside),
                dst_addr: Ipv4Address::new(10, 0, 0, 2),
                next_header: IpProtocol::Udp,
                payload_len: 16,
                hop_limit: 1,
            },
            data: &quoted[34..42],
        };
        let mut icmp = vec![0; repr.buffer_len()];
        repr.emit(&mut Icmpv4Packet::new_unchecked(&mut icmp), &ChecksumCapabilities::default());
        icmp[12..14].copy_from_slice(&ident.to_be_bytes());
        let addresses = [Ipv4Address::new(10, 0, 0, 8), Ipv4Address::new(10, 0, 0, inside)];
        Sent { ttl, ..sent() }.frame(IpProtocol::Icmp, addresses[0], addresses[1], &icmp, 0, false)
    };
    let frames = [
        ("R", "N", error(9, 40_000, 64, 7)),
        ("N", "A", error(1, 5000, 63, 7)),
        ("N", "A", error(1, 5000, 63, 8)),
    ];
    assert_eq!(journey(&frames, 0), [0, 1], "the other one quotes another packet");
}

#[test]
fn what_did_not_arrive_is_not_carried_on() {
    let mut lost = trace(&[("A", "S", arp()), ("S", "B", arp())]);
    let mut again = Trace::new();
    for (number, event) in std::mem::take(&mut lost).events().iter().enumerate() {
        let mut kind = event.kind.clone();
        if let (0, EventKind::Frame(frame)) = (number, &mut kind) {
            frame.fate = Fate::Lost { why: Text::new("x", "x"), at: event.time };
        }
        again.push(event.time, kind);
    }
    assert_eq!(Journeys::new(&again).of(0), [0]);
    // Nor what had not arrived yet.
    let mut early = Trace::new();
    for event in trace(&[("A", "S", arp()), ("S", "B", arp())]).events() {
        early.push(Time::ZERO, event.kind.clone());
    }
    assert_eq!(Journeys::new(&early).of(0), [0]);
}

proptest! {
    /// Whatever the bytes: each frame has one that it carries on at most, which was there before and came to its sender.
    #[test]
    fn journeys_go_forwards_from_device_to_device(
        frames in prop::collection::vec((0_u8..4, 0_u8..4, prop::collection::vec(any::<u8>(), 0..60)), 0..30),
        at in 0_usize..30,
    ) {
        let names = ["A", "B", "C", "D"];
        let frames: Vec<_> = frames.into_iter().map(|(from, to, bytes)| (names[usize::from(from)], names[usize::from(to)], bytes)).collect();
        let journeys = Journeys::new(&trace(&frames));
        let way = journeys.of(at);
        prop_assert!(way.contains(&at) && way.is_sorted());
        for event in way {
            if let Some(before) = journeys.before(event) {
                prop_assert!(before < event && frames[before].1 == frames[event].0);
            }
        }
    }

    /// Through a chain of routers a packet is found on every link, and nothing else is.
    #[test]
    fn a_chain_of_routers_is_followed_to_its_end(hops in 1_usize..12, ident: u16, data in prop::collection::vec(any::<u8>(), 0..64), noise: u16) {
        let packet = Sent { ident, data, ..sent() };
        let names: Vec<String> = (0..=hops).map(|number| format!("n{number}")).collect();
        let mut frames = Vec::new();
        for (number, pair) in names.windows(2).enumerate() {
            let ttl = 64 - u8::try_from(number).unwrap();
            frames.push((pair[0].as_str(), pair[1].as_str(), Sent { ttl, ..packet.clone() }.bytes()));
            if noise != ident {
                frames.push((pair[0].as_str(), pair[1].as_str(), Sent { ttl, ident: noise, ..packet.clone() }.bytes()));
            }
        }
        let step = if noise == ident { 1 } else { 2 };
        let expected: Vec<usize> = (0..frames.len()).step_by(step).collect();
        prop_assert_eq!(journey(&frames, 0), expected);
    }
}
