//! smoltcp's TCP as the other peer, over a link that loses, doubles, reorders and damages packets: every octet
//! arrives once and in order, in both directions, and both sides close. Both roles, thousands of seeds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

#[path = "tcp_common/config.rs"]
mod config;
#[path = "tcp_common/link.rs"]
mod link;

use std::{
    collections::VecDeque,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use config::{any_scale, config};
use firsthop_protocol::{
    tcp::{Endpoint, Listener, Segment, Seq, State, Transmit},
    trace::Time,
};
use link::{Badness, Chance, Link};
use smoltcp::{
    iface::{self, Interface, PollResult, SocketHandle, SocketSet},
    phy::{self, Device, DeviceCapabilities, Medium},
    socket::tcp,
    time::{Duration, Instant},
    wire::{HardwareAddress, IpCidr, IpProtocol, Ipv4Packet, Ipv4Repr},
};

const OURS: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const THEIRS: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);

#[derive(Default)]
struct Queues {
    rx: VecDeque<Vec<u8>>,
    tx: Vec<Vec<u8>>,
}

struct Rx(Vec<u8>);
struct Tx<'a>(&'a mut Vec<Vec<u8>>);

impl phy::RxToken for Rx {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, f: F) -> R {
        f(&self.0)
    }
}

impl phy::TxToken for Tx<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, f: F) -> R {
        let mut packet = vec![0; len];
        let result = f(&mut packet);
        self.0.push(packet);
        result
    }
}

impl Device for Queues {
    type RxToken<'a> = Rx;
    type TxToken<'a> = Tx<'a>;

    fn receive(&mut self, _: Instant) -> Option<(Rx, Tx<'_>)> {
        self.rx.pop_front().map(|packet| (Rx(packet), Tx(&mut self.tx)))
    }

    fn transmit(&mut self, _: Instant) -> Option<Tx<'_>> {
        Some(Tx(&mut self.tx))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = 1500;
        capabilities
    }
}

fn instant(now: Time) -> Instant {
    Instant::from_micros(i64::try_from(now.micros()).unwrap())
}

/// smoltcp's host.
struct Their {
    device: Queues,
    interface: Interface,
    sockets: SocketSet<'static>,
    handle: SocketHandle,
}

impl Their {
    fn new(seed: u64, chance: &mut Chance) -> Self {
        let mut device = Queues::default();
        let mut config = iface::Config::new(HardwareAddress::Ip);
        config.random_seed = seed;
        let mut interface = Interface::new(config, &mut device, Instant::ZERO);
        interface.update_ip_addrs(|addresses| addresses.push(IpCidr::new(THEIRS.into(), 24)).unwrap());
        let sizes = [600, 2000, 8192, 65_535, 200_000];
        let mut buffer = || tcp::SocketBuffer::new(vec![0; chance.pick(&sizes)]);
        let mut socket = tcp::Socket::new(buffer(), buffer());
        socket.set_nagle_enabled(chance.percent(50));
        if chance.percent(30) {
            socket.set_ack_delay(None);
        }
        if chance.percent(50) {
            socket.set_tsval_generator(Some(|| 7));
        }
        let mut sockets = SocketSet::new(vec![]);
        let handle = sockets.add(socket);
        Self { device, interface, sockets, handle }
    }

    fn socket(&mut self) -> &mut tcp::Socket<'static> {
        self.sockets.get_mut(self.handle)
    }

    fn poll(&mut self, now: Time) {
        while self.interface.poll(instant(now), &mut self.device, &mut self.sockets)
            == PollResult::SocketStateChanged
        {}
    }

    fn next(&mut self, now: Time) -> Option<Time> {
        let delay: Duration = self.interface.poll_delay(instant(now), &self.sockets)?;
        Some(now.plus(delay.total_micros().max(1)))
    }
}

/// Our host: a listener or a connection.
struct Ours {
    listener: Option<Listener>,
    endpoint: Option<Endpoint>,
}

impl Ours {
    fn on_packet(&mut self, now: Time, packet: &[u8]) {
        let Ok(ip) = Ipv4Packet::new_checked(packet) else { return };
        if !ip.verify_checksum() || ip.dst_addr() != OURS || ip.src_addr() != THEIRS {
            return;
        }
        let Ok(segment) = Segment::parse(THEIRS.into(), OURS.into(), ip.payload()) else { return };
        let local = SocketAddr::from((OURS, segment.dst_port));
        let remote = SocketAddr::from((THEIRS, segment.src_port));
        match (&mut self.endpoint, &mut self.listener) {
            (Some(endpoint), _) => endpoint.on_segment(now, &segment),
            (None, Some(listener)) => {
                listener.on_segment(now, local, remote, &segment);
                self.endpoint = listener.accept();
            }
            (None, None) => unreachable!("one of the two is there from the start"),
        }
    }

    fn poll_transmit(&mut self, now: Time) -> Option<Transmit> {
        let from_listener = self.listener.as_mut().and_then(|listener| listener.poll_transmit(now));
        from_listener.or_else(|| self.endpoint.as_mut()?.poll_transmit(now))
    }

    fn next(&self) -> Option<Time> {
        let listener = self.listener.as_ref().and_then(Listener::poll_timeout);
        let endpoint = self.endpoint.as_ref().and_then(Endpoint::poll_timeout);
        [listener, endpoint].into_iter().flatten().min()
    }

    fn on_timeout(&mut self, now: Time) {
        if let Some(listener) = &mut self.listener {
            listener.on_timeout(now);
        }
        if let Some(endpoint) = &mut self.endpoint {
            endpoint.on_timeout(now);
        }
    }
}

fn ip_packet(transmit: &Transmit) -> Vec<u8> {
    let (IpAddr::V4(src_addr), IpAddr::V4(dst_addr)) = (transmit.src.ip(), transmit.dst.ip()) else {
        panic!("IPv4 only")
    };
    let bytes = transmit.emit().unwrap();
    let repr = Ipv4Repr {
        src_addr,
        dst_addr,
        next_header: IpProtocol::Tcp,
        payload_len: bytes.len(),
        hop_limit: 64,
    };
    let mut packet = vec![0; 20 + bytes.len()];
    repr.emit(&mut Ipv4Packet::new_unchecked(&mut packet), &phy::ChecksumCapabilities::default());
    packet[20..].copy_from_slice(&bytes);
    packet
}

/// smoltcp 0.14 takes the window even of an old ACK that was overtaken (it has no SND.WL1 and SND.WL2); if that window
/// is zero while data is in flight, its timers go idle and it never speaks again. So the link loses an ACK that
/// closes the window if it was overtaken. tcp_link.rs runs two of ours without this.
fn closes_window(packet: &[u8]) -> bool {
    let Ok(ip) = Ipv4Packet::new_checked(packet) else { return false };
    Segment::parse(OURS.into(), THEIRS.into(), ip.payload()).is_ok_and(|segment| segment.window == 0)
}

/// smoltcp 0.14's fast retransmission sends a full segment even into a smaller window and then hangs over the part that
/// was not taken. So the link loses text beyond every window we ever offered (but for probes of one octet).
fn beyond_window(packet: &[u8], edge: Option<Seq>) -> bool {
    let Ok(ip) = Ipv4Packet::new_checked(packet) else { return false };
    let Ok(segment) = Segment::parse(THEIRS.into(), OURS.into(), ip.payload()) else { return false };
    let text = segment.payload.len() as u32;
    text > 1 && edge.is_some_and(|edge| (segment.seq + text).gt(edge))
}

/// A scaled window of a nearly full buffer shrinks by less than a unit (RFC 7323 §2.4 wants senders to bear it);
/// smoltcp 0.14 is not and hangs. tcp_link.rs has small buffers with every scale.
fn bearable(rcv_buffer: u32) -> &'static [Option<u8>] {
    if rcv_buffer < 65_535 { &[None, Some(0)] } else { any_scale(rcv_buffer) }
}

fn pattern(seed: u64, len: u64) -> Vec<u8> {
    let mut chance = Chance::new(seed);
    (0..len).map(|_| chance.below(256) as u8).collect()
}

#[derive(Default, Debug)]
struct Totals {
    octets: usize,
    lost: u64,
    doubled: u64,
    reordered: u64,
    damaged: u64,
    again: u64,
}

fn run(seed: u64, we_open: bool, totals: &mut Totals) {
    let mut chance = Chance::new(seed);
    let chance = &mut chance;
    let badness = Badness {
        loss: chance.below(25),
        duplicate: chance.below(15),
        reorder: chance.below(40),
        corrupt: chance.below(10),
    };
    let (our_len, their_len) = (chance.below(20_000), chance.below(20_000));
    let (to_them, to_us) = (pattern(seed, our_len), pattern(!seed, their_len));
    let slow_reader = chance.percent(20);
    let config = config(seed, chance, bearable);
    let mut their = Their::new(seed, chance);
    let local = SocketAddr::from((OURS, 49_152));
    let remote = SocketAddr::from((THEIRS, 80));
    let mut ours = if we_open {
        their.socket().listen(80).unwrap();
        Ours { listener: None, endpoint: Some(Endpoint::connect(config.clone(), local, remote, Time::ZERO)) }
    } else {
        let Their { interface, sockets, handle, .. } = &mut their;
        let socket = sockets.get_mut::<tcp::Socket<'_>>(*handle);
        socket.connect(interface.context(), (OURS, 49_152), 80).unwrap();
        Ours { listener: Some(Listener::new(config.clone(), local, 5)), endpoint: None }
    };

    let mut link = Link::default();
    let mut now = Time::ZERO;
    let (mut got, mut sent, mut ended) = (Vec::<u8>::new(), 0, false);
    let (mut their_got, mut their_sent, mut their_closed) = (Vec::<u8>::new(), 0, false);
    let mut opened = false;
    let (mut newest, mut edge) = (0, None);
    let context = |what: &str, ours: &Ours, their: &mut Their, now: Time| -> String {
        let tcb = ours.endpoint.as_ref().map(Endpoint::tcb);
        format!(
            "seed {seed} we_open {we_open}: {what} at {now}; {badness:?}; {config:?}; {tcb:#?}; theirs {}",
            their.socket().state()
        )
    };
    for step in 0.. {
        assert!(
            step < 100_000 && now < Time::from_secs(100_000),
            "{}",
            context("no end", &ours, &mut their, now)
        );
        // The users.
        if let Some(endpoint) = &mut ours.endpoint {
            sent += endpoint.send(&to_them[sent..]).unwrap_or(0);
            if sent == to_them.len() && !matches!(endpoint.state(), State::SynSent | State::Closed) {
                let _ = endpoint.close();
            }
            let mut buffer = [0; 3000];
            let chunk = if slow_reader { 100 } else { 3000 };
            while !ended {
                match endpoint.recv(&mut buffer[..chunk]) {
                    Ok(0) => ended = true,
                    Ok(count) => got.extend(&buffer[..count]),
                    Err(_) => break,
                }
                if slow_reader {
                    break;
                }
            }
            let error = endpoint.error();
            assert_eq!(error, None, "{}", context("error", &ours, &mut their, now));
        }
        let socket = their.socket();
        opened |= socket.may_send();
        if socket.can_send() && their_sent < to_us.len() {
            their_sent += socket.send_slice(&to_us[their_sent..]).unwrap();
        }
        if socket.can_recv() {
            let mut buffer = [0; 3000];
            let count = socket.recv_slice(&mut buffer).unwrap();
            their_got.extend(&buffer[..count]);
        }
        if opened && their_sent == to_us.len() && !their_closed {
            socket.close();
            their_closed = true;
        }
        // What they say.
        their.poll(now);
        for packet in std::mem::take(&mut their.device.tx) {
            if beyond_window(&packet, edge) {
                continue;
            }
            link.send(now, 0, &packet, badness, chance);
        }
        while let Some(transmit) = ours.poll_transmit(now) {
            let segment = &transmit.segment;
            let shift = ours.endpoint.as_ref().map_or(0, |it| it.tcb().rcv_wind_shift);
            let window = u32::from(segment.window) << if segment.flags.syn { 0 } else { shift };
            if segment.flags.ack {
                edge = Some(edge.map_or(segment.ack + window, |edge: Seq| edge.max(segment.ack + window)));
            }
            link.send(now, 1, &ip_packet(&transmit), badness, chance);
        }
        while let Some(endpoint) = &mut ours.endpoint
            && let Some(event) = endpoint.poll_event()
        {
            totals.again +=
                u64::from(matches!(event.kind, firsthop_protocol::tcp::EventKind::Retransmission { .. }));
        }
        let over = matches!(their.socket().state(), tcp::State::Closed | tcp::State::TimeWait)
            && ours.endpoint.as_ref().is_some_and(|it| matches!(it.state(), State::Closed | State::TimeWait));
        if over && ended && !their.socket().can_recv() {
            break;
        }
        // What happens next.
        let socket = their.socket();
        if socket.can_recv() || (socket.can_send() && their_sent < to_us.len()) {
            continue;
        }
        let wake = slow_reader.then(|| now.plus(20_000)).filter(|_| !ended);
        let next = [link.next(), ours.next(), their.next(now), wake].into_iter().flatten().min();
        let Some(next) = next else { panic!("{}", context("deadlock", &ours, &mut their, now)) };
        now = now.max(next);
        while let Some((to, number, packet)) = link.arrived(now) {
            match to {
                0 => ours.on_packet(now, &packet),
                _ if number < newest && closes_window(&packet) => {}
                _ => {
                    newest = newest.max(number);
                    their.device.rx.push_back(packet);
                }
            }
        }
        ours.on_timeout(now);
    }
    assert!(got == to_us, "{}", context("wrong octets at ours", &ours, &mut their, now));
    assert!(their_got == to_them, "{}", context("wrong octets at theirs", &ours, &mut their, now));
    totals.octets += got.len() + their_got.len();
    totals.lost += link.lost;
    totals.doubled += link.doubled;
    totals.reordered += link.reordered;
    totals.damaged += link.damaged;
}

fn seeds() -> u64 {
    std::env::var("TCP_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(1500)
}

fn all(we_open: bool) {
    let first: u64 = std::env::var("TCP_FIRST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0);
    let mut totals = Totals::default();
    for seed in first..first + seeds() {
        run(seed, we_open, &mut totals);
    }
    println!("{} seeds, {totals:?}", seeds());
    // A link that does nothing wrong would prove nothing.
    assert!(
        [totals.lost, totals.doubled, totals.reordered, totals.damaged, totals.again].iter().all(|n| *n > 0)
    );
}

#[test]
fn we_open_smoltcp_listens() {
    all(true);
}

#[test]
fn smoltcp_opens_we_listen() {
    all(false);
}
