//! Machines wired to each other in virtual time: neighbours and their timers, packets in pieces, errors and their limits,
//! and whatever bytes may come.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use std::net::Ipv4Addr;

use firsthop_protocol::{
    stack::{
        Config, ErrorKind, Fragments, Interface, Outgoing, Output, Payload, Protocol, Received, SendError,
        Stack, neighbour::State, route::Route,
    },
    trace::Time,
};
use proptest::prelude::*;

const SECOND: u64 = 1_000_000;

fn mac(last: u8) -> [u8; 6] {
    [2, 0, 0, 0, 0, last]
}

fn address(text: &str) -> Ipv4Addr {
    text.parse().unwrap()
}

fn host(number: u8, mtu: u16) -> Stack {
    let mut stack = Stack::new(Config::default());
    let net = format!("10.0.0.{number}/24").parse().unwrap();
    stack.add_interface(Interface { mtu, ..Interface::new("eth0", mac(number), [net]) });
    stack
}

/// A machine's frames, notes and packets.
#[derive(Default)]
struct Done {
    frames: Vec<Vec<u8>>,
    notes: Vec<String>,
    received: Vec<Received>,
}

fn sort(out: &mut Vec<Output>) -> Done {
    let mut done = Done::default();
    for output in out.drain(..) {
        match output {
            Output::Frame { bytes, .. } => done.frames.push(bytes),
            Output::Note(text) => done.notes.push(text.id),
            Output::Received(received) => done.received.push(received),
            Output::Table { .. } => {}
        }
    }
    done
}

/// Lets two machines talk until neither has anything to say; what each received.
fn talk(now: Time, a: &mut Stack, b: &mut Stack, mut out: Vec<Output>) -> [Vec<Received>; 2] {
    let mut received = [Vec::new(), Vec::new()];
    let mut turn = 0;
    while !out.is_empty() {
        let done = sort(&mut out);
        received[turn].extend(done.received);
        turn = 1 - turn;
        let next = if turn == 0 { &mut *a } else { &mut *b };
        for frame in done.frames {
            next.on_frame(now, 0, &frame, &mut out);
        }
    }
    received
}

fn datagram(to: &str, len: usize) -> (Ipv4Addr, Vec<u8>) {
    (address(to), (0..len).map(|byte| u8::try_from(byte % 251).unwrap()).collect())
}

/// Two machines that know each other since `now`.
fn acquainted(now: Time, mtu: u16) -> (Stack, Stack) {
    let (mut a, mut b) = (host(1, mtu), host(2, mtu));
    let mut out = Vec::new();
    a.send(now, &Outgoing::new(address("10.0.0.2"), Protocol::Udp, &[0; 8]), &mut out).unwrap();
    let [_, there] = talk(now, &mut a, &mut b, out);
    assert_eq!(there.len(), 1, "it waited for the answer to the ARP request, and was not lost");
    (a, b)
}

fn state(stack: &Stack, of: &str) -> State {
    stack.neighbours().get(0, address(of)).unwrap().state
}

/// RFC 4861 §7.3.2: confirmed for 30 s, then stale; used again, five seconds for a confirmation from above, then three
/// requests to the neighbour alone.
#[test]
fn a_neighbour_grows_old_and_is_asked_about_when_it_is_used() {
    let (mut a, mut b) = acquainted(Time::ZERO, 1500);
    assert_eq!((state(&a, "10.0.0.2"), state(&b, "10.0.0.1")), (State::Reachable, State::Stale));
    let mut out = Vec::new();
    let at = a.next_timer().unwrap();
    assert_eq!(at, Time(30 * SECOND));
    a.on_timer(at, &mut out);
    assert_eq!(state(&a, "10.0.0.2"), State::Stale);
    assert_eq!(a.next_timer(), None);
    // Used: at once to the old address, and the wait for a confirmation begins.
    let now = Time(100 * SECOND);
    out.clear();
    a.send(now, &Outgoing::new(address("10.0.0.2"), Protocol::Udp, &[0; 8]), &mut out).unwrap();
    let frames = sort(&mut out).frames;
    assert_eq!((frames.len(), frames[0][..6].to_vec()), (1, mac(2).to_vec()));
    assert_eq!((state(&a, "10.0.0.2"), a.next_timer()), (State::Delay, Some(now.plus(5 * SECOND))));
    // Nothing confirms it: the neighbour itself is asked, and answers.
    let now = now.plus(5 * SECOND);
    a.on_timer(now, &mut out);
    let frames = sort(&mut out).frames;
    assert_eq!((frames.len(), &frames[0][..6], &frames[0][12..14]), (1, &mac(2)[..], &[8, 6][..]));
    assert_eq!(state(&a, "10.0.0.2"), State::Probe);
    b.on_frame(now, 0, &frames[0], &mut out);
    for frame in sort(&mut out).frames {
        a.on_frame(now, 0, &frame, &mut out);
    }
    assert_eq!(state(&a, "10.0.0.2"), State::Reachable);
    // Gone: three requests, then nothing is known of it.
    let mut asked = 0;
    a.on_timer(a.next_timer().unwrap(), &mut out);
    let now = Time(200 * SECOND);
    a.send(now, &Outgoing::new(address("10.0.0.2"), Protocol::Udp, &[0; 8]), &mut out).unwrap();
    out.clear();
    while let Some(at) = a.next_timer() {
        a.on_timer(at, &mut out);
        asked += sort(&mut out).frames.len();
    }
    assert_eq!((asked, state(&a, "10.0.0.2")), (3, State::Failed));
}

#[test]
fn what_an_ack_confirms_is_not_asked_about() {
    let (mut a, _) = acquainted(Time::ZERO, 1500);
    let mut out = Vec::new();
    a.on_timer(a.next_timer().unwrap(), &mut out);
    let now = Time(100 * SECOND);
    a.send(now, &Outgoing::new(address("10.0.0.2"), Protocol::Udp, &[0; 8]), &mut out).unwrap();
    a.neighbours_mut().confirm(now, 0, address("10.0.0.2"), &mut out);
    assert_eq!(state(&a, "10.0.0.2"), State::Reachable);
}

/// An ARP reply from a machine to another, about any address: what a spoofer sends.
fn reply(from: [u8; 6], to: [u8; 6], claims: &str, target: &str) -> Vec<u8> {
    let arp =
        [&[0, 1, 8, 0, 6, 4, 0, 2][..], &from, &address(claims).octets(), &to, &address(target).octets()];
    [&to[..], &from, &[8, 6], &arp.concat()].concat()
}

/// RFC 826 asks for no proof: whoever is known already is believed to have moved; nobody new is taken in unasked.
#[test]
fn an_entry_believes_whoever_speaks_and_a_static_one_nobody() {
    let (mut a, _) = acquainted(Time::ZERO, 1500);
    let mut out = Vec::new();
    let spoofed =
        |stack: &Stack, of: &str| stack.neighbours().get(0, address(of)).and_then(|entry| entry.mac);
    let lie = reply(mac(66), mac(1), "10.0.0.2", "10.0.0.1");
    a.on_frame(Time(SECOND / 2), 0, &lie, &mut out);
    assert_eq!(spoofed(&a, "10.0.0.2"), Some(mac(2)), "a second answer within a second is the slower one");
    a.on_frame(Time(2 * SECOND), 0, &lie, &mut out);
    assert_eq!(spoofed(&a, "10.0.0.2"), Some(mac(66)), "that is how ARP spoofing works");
    a.on_frame(Time(2 * SECOND), 0, &reply(mac(66), mac(1), "10.0.0.77", "10.0.0.1"), &mut out);
    assert_eq!(spoofed(&a, "10.0.0.77"), None, "an answer to no question is no news");
    a.neighbours_mut().set_permanent(Time(3 * SECOND), (0, address("10.0.0.2")), mac(2), &mut out);
    a.on_frame(Time(9 * SECOND), 0, &lie, &mut out);
    assert_eq!((spoofed(&a, "10.0.0.2"), state(&a, "10.0.0.2")), (Some(mac(2)), State::Permanent));
    assert!(a.neighbours_mut().delete(0, address("10.0.0.2"), &mut out));
    assert!(a.neighbours().get(0, address("10.0.0.2")).is_none());
}

#[test]
fn what_cannot_be_sent_is_refused_with_a_reason() {
    let mut a = host(1, 1500);
    let mut out = Vec::new();
    let mut send = |to: &str, len: usize, fragments| {
        let (to, payload) = datagram(to, len);
        a.send(Time::ZERO, &Outgoing { fragments, ..Outgoing::new(to, Protocol::Udp, &payload) }, &mut out)
    };
    assert_eq!(send("192.0.2.1", 8, Fragments::Here), Err(SendError::NoRoute(address("192.0.2.1"))));
    assert_eq!(send("10.0.0.2", 1481, Fragments::Never), Err(SendError::TooLarge { bytes: 1501, mtu: 1500 }));
    assert_eq!(send("10.0.0.2", 1480, Fragments::Never), Ok(()));
    assert_eq!(
        send("10.0.0.2", 65_516, Fragments::Here),
        Err(SendError::TooLarge { bytes: 65_536, mtu: u16::MAX })
    );
    assert_eq!(send("10.0.0.2", 65_515, Fragments::Here), Ok(()));
}

/// A host, a router and a host that does not exist.
#[test]
fn errors_are_limited_and_none_is_about_an_error_or_a_broadcast() {
    let mut router = Stack::new(Config { forwarding: true, ..Config::default() });
    router.add_interface(Interface::new("eth0", mac(254), ["10.0.0.254/24".parse().unwrap()]));
    let mut a = host(1, 1500);
    a.routes_mut().add(Route::via("0.0.0.0/0".parse().unwrap(), address("10.0.0.254"), 0));
    let mut told = |seconds: u64, packet: &Outgoing<'_>| {
        let mut out = Vec::new();
        a.send(Time(seconds * SECOND), packet, &mut out).unwrap();
        let [here, _] = talk(Time(seconds * SECOND), &mut a, &mut router, out);
        here.into_iter()
            .filter(|received| {
                matches!(&received.payload, Payload::Error(error) if matches!(error.kind, ErrorKind::Unreachable(_)))
            })
            .count()
    };
    let packet = Outgoing::new(address("192.0.2.1"), Protocol::Udp, &[0; 8]);
    let burst: usize = (0..20).map(|_| told(0, &packet)).sum();
    assert_eq!(burst, 6, "icmp_ratelimit: six at once");
    assert_eq!([told(1, &packet), told(1, &packet), told(2, &packet)], [1, 0, 1], "then one a second");
    let error = [3, 1, 0xfc, 0xfe, 0, 0, 0, 0];
    assert_eq!(told(90, &Outgoing::new(address("192.0.2.1"), Protocol::Icmp, &error)), 0);
    let last_hop = Outgoing { ttl: Some(1), ..packet.clone() };
    assert_eq!(told(90, &last_hop), 1, "as in Linux, a way is looked for before the hops are counted");
}

proptest! {
    /// RFC 791 §3.2: whatever the size, the MTU and the order in which the pieces come.
    #[test]
    fn a_packet_in_pieces_becomes_whole(len in 1_usize..9000, mtu in 68_u16..1500, seed in any::<u64>()) {
        let (mut a, mut b) = acquainted(Time::ZERO, mtu);
        let (to, payload) = datagram("10.0.0.2", len);
        let mut out = Vec::new();
        a.send(Time(1), &Outgoing::new(to, Protocol::Udp, &payload), &mut out).unwrap();
        let mut frames = sort(&mut out).frames;
        prop_assert!(frames.iter().all(|frame| frame.len() <= 14 + usize::from(mtu)));
        // Any order, and one of them twice.
        let again = frames[usize::try_from(seed % frames.len() as u64).unwrap()].clone();
        let mut state = seed | 1;
        for at in (1..frames.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            frames.swap(at, usize::try_from((state >> 33) % (at as u64 + 1)).unwrap());
        }
        let pieces = frames.len();
        if pieces > 1 {
            frames.insert(1, again);
        }
        for frame in &frames {
            b.on_frame(Time(2), 0, frame, &mut out);
        }
        let received = sort(&mut out).received;
        // A piece that comes after the packet is whole begins another, which never will be.
        prop_assert_eq!(received.len(), 1, "{} pieces", pieces);
        let udp = Payload::Transport { protocol: Protocol::Udp };
        prop_assert_eq!((&received[0].payload, received[0].data()), (&udp, &payload[..]));
        prop_assert_eq!(received[0].pieces, pieces > 1);
    }

    #[test]
    fn whatever_comes_nothing_breaks(
        frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..120), 1..40),
        kind in prop::collection::vec(0_u8..4, 40),
    ) {
        let mut router = Stack::new(Config { forwarding: true, ..Config::default() });
        for number in 0..2_u8 {
            let net = format!("10.0.{number}.254/24").parse().unwrap();
            router.add_interface(Interface::new(format!("eth{number}"), mac(number), [net]));
        }
        let (mut out, mut now) = (Vec::new(), Time::ZERO);
        for (mut bytes, kind) in frames.into_iter().zip(kind) {
            // Mostly for the router, and of a kind that it reads; an IPv4 header's checksum is made right.
            if bytes.len() >= 14 && kind > 0 {
                bytes[..6].copy_from_slice(&mac(kind & 1));
                bytes[12..14].copy_from_slice(if kind == 1 { &[8, 6] } else { &[8, 0] });
            }
            if bytes.len() >= 34 && kind > 1 {
                bytes[14] = 0x45;
                let len = u16::try_from(bytes.len() - 14).unwrap();
                bytes[16..18].copy_from_slice(&len.to_be_bytes());
                bytes[30..32].copy_from_slice(&[10, 0]);
                let mut packet = smoltcp::wire::Ipv4Packet::new_unchecked(&mut bytes[14..]);
                packet.fill_checksum();
            }
            router.on_frame(now, usize::from(kind & 1), &bytes, &mut out);
            now = now.plus(700_000);
            if router.next_timer().is_some_and(|timer| timer <= now) {
                router.on_timer(now, &mut out);
            }
            for frame in sort(&mut out).frames {
                prop_assert!(frame.len() <= 1514);
            }
        }
    }
}
