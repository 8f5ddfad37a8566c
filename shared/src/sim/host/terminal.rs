//! The machine's terminal: what is typed there, what runs there, what is printed there.

use std::{
    collections::VecDeque,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    ops::Range,
    sync::Arc,
};

use smoltcp::{
    phy::ChecksumCapabilities,
    wire::{Icmpv4Packet, Icmpv4Repr, IpAddress, IpProtocol, UdpPacket, UdpRepr},
};

use super::Host;
use crate::{
    sim::{device::Outbox, text},
    stack::{Fragments, IcmpError, Interface, Outgoing, Received, SendError, route::Route},
    tcp::State,
    terminal::{self, Counters, Input, Io, Line, Machine, Neighbour, Program, Send, Socket},
    trace::Time,
};

/// So many lines are kept; older ones go.
const MOST_LINES: usize = 10_000;

/// The identifier of the echo requests of the first program; on Linux it would be the process's.
const FIRST_IDENT: u16 = 2;

/// Where the ports of programs that have no socket begin, and how many each has.
const FIRST_PORT: u16 = 56_832;
const PORTS: u16 = 512;

/// A line on a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// When it was printed.
    pub at: Time,
    /// Whether it was typed, so that a prompt stands before it.
    pub typed: bool,
    /// What it says.
    pub line: Line,
}

/// A machine's terminal.
#[derive(Debug)]
pub struct Terminal {
    printed: VecDeque<Printed>,
    /// How many lines have gone.
    gone: usize,
    program: Option<Program>,
    /// What was typed while a program ran.
    waiting: VecDeque<String>,
    status: u8,
    /// The identifier of the echo requests of the program that runs.
    ident: u16,
    /// The names that all machines know (`/etc/hosts`).
    names: Arc<[(String, Ipv4Addr)]>,
    counters: Vec<Counters>,
}

impl Default for Terminal {
    fn default() -> Self {
        Self {
            printed: VecDeque::new(),
            gone: 0,
            program: None,
            waiting: VecDeque::new(),
            status: 0,
            ident: FIRST_IDENT,
            names: Arc::from([]),
            counters: Vec::new(),
        }
    }
}

impl Terminal {
    /// The lines from the number `from` on, counted from the first that was ever printed; what has gone is left out.
    pub fn lines(&self, from: usize) -> impl Iterator<Item = &Printed> {
        self.printed.iter().skip(from.saturating_sub(self.gone))
    }

    /// How many lines were ever printed.
    pub fn len(&self) -> usize {
        self.gone + self.printed.len()
    }

    /// Whether nothing was ever printed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a program runs, so that what is typed waits or is for it.
    pub const fn is_busy(&self) -> bool {
        self.program.is_some()
    }

    /// What the last command returned to the shell.
    pub const fn status(&self) -> u8 {
        self.status
    }

    /// The ports that the program sends from: others than the program before had, whose answers may still come.
    fn ports(&self) -> Range<u16> {
        let first = FIRST_PORT + self.ident % 16 * PORTS;
        first..first + PORTS
    }

    /// What goes through an interface.
    pub(super) fn counters_mut(&mut self, interface: usize) -> Option<&mut Counters> {
        if self.counters.len() <= interface {
            self.counters.resize(interface + 1, Counters::default());
        }
        self.counters.get_mut(interface)
    }

    pub(super) fn next_timer(&self) -> Option<Time> {
        self.program.as_ref().and_then(Program::next_timer)
    }

    fn print(&mut self, at: Time, typed: bool, line: Line) {
        if self.printed.len() >= MOST_LINES {
            self.printed.pop_front();
            self.gone += 1;
        }
        self.printed.push_back(Printed { at, typed, line });
    }
}

/// The machine as its commands see it.
struct View<'h> {
    host: &'h Host,
    now: Time,
}

impl Machine for View<'_> {
    fn hostname(&self) -> &str {
        &self.host.name
    }

    fn now(&self) -> Time {
        self.now
    }

    fn interfaces(&self) -> &[Interface] {
        self.host.stack.interfaces()
    }

    fn counters(&self, interface: usize) -> Counters {
        self.host.terminal.counters.get(interface).copied().unwrap_or_default()
    }

    fn routes(&self) -> Vec<Route> {
        self.host.stack.routes().iter().cloned().collect()
    }

    fn neighbours(&self) -> Vec<Neighbour> {
        Neighbour::all(&self.host.stack)
    }

    fn sockets(&self) -> Vec<Socket> {
        let end = |end: SocketAddr| match end {
            SocketAddr::V4(end) => end,
            SocketAddr::V6(end) => SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, end.port()),
        };
        let udp = self.host.udp.ends().map(|(local, remote)| Socket {
            tcp: None,
            recv_q: 0,
            send_q: 0,
            local: end(local),
            remote: remote.map(end),
        });
        let mut all: Vec<Socket> = udp.collect();
        let connected = |endpoint: &crate::tcp::Endpoint| {
            let tcb = endpoint.tcb();
            Socket {
                tcp: Some(tcb.state),
                recv_q: tcb.receive_queue,
                send_q: tcb.send_queue,
                local: end(endpoint.local()),
                remote: Some(end(endpoint.remote())),
            }
        };
        for listening in &self.host.tcp.listening {
            let listener = &listening.listener;
            let size = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            all.push(Socket {
                tcp: Some(State::Listen),
                recv_q: size(listener.established().count()),
                send_q: size(listener.backlog()),
                local: end(listener.local()),
                remote: None,
            });
            all.extend(listener.half_open().chain(listener.established()).map(connected));
        }
        let living = self.host.tcp.connections().filter(|it| it.lives());
        all.extend(living.map(|it| connected(it.endpoint())));
        all
    }

    fn address_of(&self, name: &str) -> Option<Ipv4Addr> {
        match name {
            "localhost" => Some(Ipv4Addr::LOCALHOST),
            _ => self.host.terminal.names.iter().find(|it| it.0 == name).map(|it| it.1),
        }
    }

    fn name_of(&self, address: Ipv4Addr) -> Option<String> {
        if address == Ipv4Addr::LOCALHOST {
            return Some("localhost".to_owned());
        }
        self.host.terminal.names.iter().find(|it| it.1 == address).map(|it| it.0.clone())
    }

    fn names(&self) -> Vec<String> {
        self.host.terminal.names.iter().map(|it| it.0.clone()).collect()
    }
}

impl Host {
    /// Its terminal, to be read.
    pub const fn terminal(&self) -> &Terminal {
        &self.terminal
    }

    /// The machine as its commands see it: for [`Completion`](terminal::Completion).
    pub fn machine(&self, now: Time) -> impl Machine {
        View { host: self, now }
    }

    /// What all machines know each other by.
    pub(in crate::sim) fn set_names(&mut self, names: Arc<[(String, Ipv4Addr)]>) {
        self.terminal.names = names;
    }

    /// A line is typed: done at once, or when what runs has ended.
    pub(super) fn command(&mut self, now: Time, line: &str, out: &mut Outbox) {
        if self.terminal.is_busy() {
            self.terminal.waiting.push_back(line.to_owned());
            return;
        }
        let why = text::COMMAND.with(&[("line", &line)]);
        out.note(&self.name, why.clone());
        self.terminal.print(now, true, Line::Tool(line.to_owned()));
        let answer = terminal::run(&View { host: self, now }, line);
        if answer.clear {
            self.terminal.gone += self.terminal.printed.len();
            self.terminal.printed.clear();
        }
        for line in answer.lines {
            self.terminal.print(now, false, line);
        }
        self.terminal.status = answer.status;
        for change in answer.changes {
            self.with_stack(now, out, |stack, outputs| change.apply(now, stack, &why, outputs));
        }
        if let Some(program) = answer.program {
            self.terminal.ident = self.terminal.ident.checked_add(1).unwrap_or(FIRST_IDENT);
            self.terminal.program = Some(program);
            self.call_program(now, Input::Start, out);
        }
    }

    /// Ctrl-C: what runs ends, and what was typed meanwhile is forgotten.
    pub(super) fn interrupt(&mut self, now: Time, out: &mut Outbox) {
        out.note(&self.name, text::INTERRUPT.text());
        self.terminal.waiting.clear();
        self.call_program(now, Input::Interrupt, out);
    }

    /// Wakes what runs, if its time has come.
    pub(super) fn terminal_timer(&mut self, now: Time, out: &mut Outbox) {
        if self.terminal.next_timer().is_some_and(|at| at <= now) {
            self.call_program(now, Input::Timer, out);
        }
    }

    /// The answer to an echo request, which may be of the program's.
    pub(super) fn program_echo(
        &mut self,
        now: Time,
        received: &Received,
        (ident, seq, size): (u16, u16, usize),
        out: &mut Outbox,
    ) {
        if ident == self.terminal.ident {
            let (from, ttl) = (received.src, received.ttl);
            self.call_program(now, Input::Echo { from, seq, ttl, size }, out);
        }
    }

    /// Somebody could not deliver a packet, which may be of the program's.
    pub(super) fn program_error(&mut self, now: Time, error: &IcmpError, out: &mut Outbox) {
        // Type, code, checksum, identifier (RFC 792).
        let own = match error.quoted.first_chunk() {
            Some([8, _, _, _, high, low]) if error.protocol == IpProtocol::Icmp => {
                u16::from_be_bytes([*high, *low]) == self.terminal.ident
            }
            Some([high, low, ..]) if error.protocol == IpProtocol::Udp => {
                self.terminal.ports().contains(&u16::from_be_bytes([*high, *low]))
            }
            _ => false,
        };
        if own {
            self.call_program(now, Input::Error(error), out);
        }
    }

    fn call_program(&mut self, now: Time, input: Input<'_>, out: &mut Outbox) {
        let Some(mut program) = self.terminal.program.take() else { return };
        let view = View { host: self, now };
        let mut io = Io::new(&view);
        program.on(input, &mut io);
        let Io { lines, sends, exit, .. } = io;
        for line in lines {
            self.terminal.print(now, false, line);
        }
        match exit {
            Some(status) => self.terminal.status = status,
            None => self.terminal.program = Some(program),
        }
        for send in sends {
            if let Err(error) = self.send_for_program(now, &send, out) {
                self.call_program(now, Input::Unsent(error), out);
            }
        }
        // The shell reads on.
        if !self.terminal.is_busy()
            && let Some(line) = self.terminal.waiting.pop_front()
        {
            self.command(now, &line, out);
        }
    }

    fn send_for_program(&mut self, now: Time, send: &Send, out: &mut Outbox) -> Result<(), SendError> {
        let checksums = ChecksumCapabilities::default();
        match *send {
            Send::Echo { to, seq, size, ttl, fragments } => {
                // What iputils fills a request with.
                let data: Vec<u8> = (0..size).map(|at| (at & 0xff) as u8).collect();
                let echo = Icmpv4Repr::EchoRequest { ident: self.terminal.ident, seq_no: seq, data: &data };
                let mut bytes = vec![0; echo.buffer_len()];
                echo.emit(&mut Icmpv4Packet::new_unchecked(&mut bytes), &checksums);
                let note = Some(text::ICMP_REQUEST.text());
                let packet = Outgoing { ttl, fragments, note, ..Outgoing::new(to, IpProtocol::Icmp, &bytes) };
                self.send(now, packet, out)
            }
            Send::Probe { to, port, from, size, ttl } => {
                let src = self.stack.source_for(to)?;
                let udp =
                    UdpRepr { src_port: self.terminal.ports().start.saturating_add(from), dst_port: port };
                let mut bytes = vec![0; udp.header_len() + size];
                let fill = |data: &mut [u8]| {
                    data.iter_mut().enumerate().for_each(|(at, it)| *it = 0x40 + (at & 0x3f) as u8);
                };
                let mut packet = UdpPacket::new_unchecked(&mut bytes);
                udp.emit(&mut packet, &IpAddress::from(src), &IpAddress::from(to), size, fill, &checksums);
                let note = Some(text::PROBE.with(&[("hops", &ttl)]));
                let src = Some(src);
                let ttl = Some(ttl);
                // traceroute lets what it sends be cut on its way.
                let fragments = Fragments::Allowed;
                let packet =
                    Outgoing { src, ttl, fragments, note, ..Outgoing::new(to, IpProtocol::Udp, &bytes) };
                self.send(now, packet, out)
            }
        }
    }
}
