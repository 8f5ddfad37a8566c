//! Simulated TCP segments a second: a bulk transfer between two simulated hosts, recorded frame by frame, beside the same
//! transfer between two smoltcp interfaces in the same memory, which record nothing. Run by `cargo xtask bench`.
#![allow(
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement that panics has failed"
)]

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use firsthop_protocol::{
    sim::{Scenario, Simulation},
    trace::EventKind,
};
use smoltcp::{
    iface::{Config, Interface, SocketHandle, SocketSet},
    phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken},
    socket::tcp,
    time,
    wire::{EthernetAddress, IpAddress, IpCidr},
};

const BYTES: usize = 4 << 20;
const ROUNDS: usize = 9;

fn main() {
    let mut ratios = Vec::new();
    for round in 0..=ROUNDS {
        let (ours, theirs) = (simulated(), peer());
        // The first round warms both up.
        if round == 0 {
            continue;
        }
        println!(
            "simulated {:>9.0} segments/s   smoltcp {:>9.0} segments/s",
            ours.per_second(),
            theirs.per_second()
        );
        ratios.push(ours.per_second() / theirs.per_second());
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios.get(ROUNDS / 2).copied().unwrap_or(f64::NAN);
    println!("median: {median:.2} x a pair of smoltcp interfaces (which record nothing)");
}

struct Rate {
    segments: usize,
    took: Duration,
}

impl Rate {
    fn per_second(&self) -> f64 {
        self.segments as f64 / self.took.as_secs_f64()
    }
}

fn simulated() -> Rate {
    let scenario = format!(
        r#"
        detail = "frames"
        neighbours = "static"
        host = [
            {{ name = "client", address = "10.0.0.1/24", tcp = {{ msl_ms = 1 }} }},
            {{ name = "server", address = "10.0.0.2/24", tcp = {{ msl_ms = 1 }} }},
        ]
        link = [{{ ends = ["client", "server"], delay_ms = 1 }}]
        action = [
            {{ host = "server", do = "listen", port = 80, app = "sink" }},
            {{ host = "client", at_ms = 1, do = "connect", to = "server:80" }},
            {{ host = "client", on = "established", do = "send", bytes = {BYTES} }},
            {{ host = "client", on = "established", do = "close" }},
        ]
        "#
    );
    let scenario = Scenario::parse(&scenario).expect("the scenario is sound");
    let mut simulation = Simulation::new(scenario, 1).expect("and goes together");
    let begun = Instant::now();
    simulation.run();
    let took = begun.elapsed();
    let trace = simulation.into_trace();
    let frames = trace.events().iter().filter_map(|event| match &event.kind {
        EventKind::Frame(frame) => Some(frame.bytes.len()),
        _ => None,
    });
    let (segments, bytes) = frames.fold((0, 0), |(count, sum), length| (count + 1, sum + length));
    assert!(bytes > BYTES, "only {bytes} bytes were sent");
    Rate { segments, took }
}

/// A cable's end: what arrives, and what was sent.
#[derive(Default)]
struct End {
    arrived: VecDeque<Vec<u8>>,
    sent: VecDeque<Vec<u8>>,
}

struct Rx(Vec<u8>);
struct Tx<'a>(&'a mut VecDeque<Vec<u8>>);

impl RxToken for Rx {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, f: F) -> R {
        f(&self.0)
    }
}

impl TxToken for Tx<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, f: F) -> R {
        let mut frame = vec![0; len];
        let result = f(&mut frame);
        self.0.push_back(frame);
        result
    }
}

impl Device for End {
    type RxToken<'a> = Rx;
    type TxToken<'a> = Tx<'a>;

    fn receive(&mut self, _: time::Instant) -> Option<(Rx, Tx<'_>)> {
        self.arrived.pop_front().map(|frame| (Rx(frame), Tx(&mut self.sent)))
    }

    fn transmit(&mut self, _: time::Instant) -> Option<Tx<'_>> {
        Some(Tx(&mut self.sent))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ethernet;
        capabilities.max_transmission_unit = 1514;
        capabilities
    }
}

struct Host {
    end: End,
    interface: Interface,
    sockets: SocketSet<'static>,
    handle: SocketHandle,
}

impl Host {
    fn new(last: u8) -> Self {
        let mut end = End::default();
        let config = Config::new(EthernetAddress([2, 0, 0, 0, 0, last]).into());
        let mut interface = Interface::new(config, &mut end, time::Instant::ZERO);
        let address = IpCidr::new(IpAddress::v4(10, 0, 0, last), 24);
        interface.update_ip_addrs(|addresses| addresses.push(address).expect("there is room for one"));
        let buffer = || tcp::SocketBuffer::new(vec![0; 65_535]);
        let mut sockets = SocketSet::new(Vec::new());
        let handle = sockets.add(tcp::Socket::new(buffer(), buffer()));
        Self { end, interface, sockets, handle }
    }

    fn socket(&mut self) -> &mut tcp::Socket<'static> {
        self.sockets.get_mut(self.handle)
    }

    fn poll(&mut self, now: time::Instant) {
        self.interface.poll(now, &mut self.end, &mut self.sockets);
    }
}

fn peer() -> Rate {
    let (mut client, mut server) = (Host::new(1), Host::new(2));
    server.socket().listen(80).expect("nothing listens yet");
    let Host { interface, sockets, handle, .. } = &mut client;
    let socket = sockets.get_mut::<tcp::Socket<'_>>(*handle);
    socket.connect(interface.context(), (IpAddress::v4(10, 0, 0, 2), 80), 49152).expect("it is closed yet");
    let chunk = vec![7; 65_535];
    let (mut sent, mut received, mut segments, mut now) = (0, 0, 0, time::Instant::ZERO);
    let begun = Instant::now();
    while received < BYTES {
        now += time::Duration::from_micros(100);
        if client.socket().can_send() && sent < BYTES {
            let piece = chunk.get(..chunk.len().min(BYTES - sent)).unwrap_or_default();
            sent += client.socket().send_slice(piece).unwrap_or(0);
        }
        client.poll(now);
        server.poll(now);
        while server.socket().can_recv() {
            received += server.socket().recv(|bytes| (bytes.len(), bytes.len())).unwrap_or(0);
        }
        segments += client.end.sent.len() + server.end.sent.len();
        server.end.arrived.append(&mut client.end.sent);
        client.end.arrived.append(&mut server.end.sent);
    }
    Rate { segments, took: begun.elapsed() }
}
