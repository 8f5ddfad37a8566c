//! `ping` of iputils.

use std::{collections::BTreeMap, net::Ipv4Addr};

use smoltcp::wire::{Icmpv4DstUnreachable as Unreachable, Icmpv4TimeExceeded as Exceeded, IpProtocol};

use super::{Input, Io, Program, Send, host};
use crate::{
    stack::{ErrorKind, Fragments, IcmpError, SendError},
    terminal::{
        answer::{Answer, Refusal, Said},
        args::{Opt, OptError, getopt},
        machine::Machine,
    },
    trace::Time,
};

/// IPv4's and ICMP's headers.
const HEADERS: usize = 28;
const ICMP_HEADER: usize = 8;
/// What iputils writes into a request to know how long it took.
const TIMESTAMP: usize = 16;
/// The most data that fits into a packet.
const MOST_DATA: u64 = 65_507;
/// So long is waited for the first answer of all, if nothing else is said: microseconds.
const LINGER: u64 = 10_000_000;

const USAGE: &str = "
Usage
  ping [options] <destination>

Options:
  <destination>      dns name or ip address
  -b                 allow pinging broadcast
  -c <count>         stop after <count> replies
  -i <interval>      seconds between sending each packet
  -M <pmtud opt>     define mtu discovery, can be one of <do|dont|want>
  -n                 no dns name resolution
  -q                 quiet output
  -s <size>          use <size> as number of data bytes to be sent
  -t <ttl>           define time to live
  -w <deadline>      reply wait <deadline> in seconds
  -W <timeout>       time to wait for response

For more details see ping(8).";

/// `ping` while it runs.
#[derive(Debug)]
pub struct Ping {
    /// As it was typed.
    target: String,
    to: Ipv4Addr,
    count: Option<u64>,
    interval: u64,
    size: usize,
    ttl: Option<u8>,
    fragments: Fragments,
    linger: u64,
    deadline: Option<u64>,
    numeric: bool,
    quiet: bool,

    began: Time,
    /// When the last request was sent, or would have been.
    last: Time,
    sent: u64,
    received: u64,
    errors: u64,
    duplicates: u64,
    /// Requests and when they were sent, while they are not too old to count.
    asked: BTreeMap<u16, (Time, bool)>,
    rtt: Rtt,
    /// The highest number that was answered, and the most that were ever without an answer.
    acked: u16,
    pipe: u16,
    /// When the next request goes, or when nothing is waited for any longer.
    next: Option<Time>,
    stop: Option<Time>,
}

/// Round trips in microseconds.
#[derive(Debug, Default)]
struct Rtt {
    min: u64,
    max: u64,
    sum: u64,
    squares: u128,
}

pub(super) fn parse(machine: &dyn Machine, words: &[String]) -> Said {
    let options = getopt(words, "4bc:i:M:nqs:t:w:W:vOUD").map_err(|error| {
        let first = match error {
            OptError::Unknown(letter) => format!("ping: invalid option -- '{letter}'"),
            OptError::NoValue(letter) => format!("ping: option requires an argument -- '{letter}'"),
        };
        Refusal::new(2, format!("{first}\n{USAGE}"))
    })?;
    let (mut plain, mut broadcast) = (None, false);
    let mut ping = Ping::new();
    for option in options {
        match option {
            Opt::Short('c', Some(word)) => ping.count = Some(number(&word, 1, i64::MAX as u64)?),
            Opt::Short('s', Some(word)) => ping.size = number(&word, 0, MOST_DATA)? as usize,
            Opt::Short('t', Some(word)) => {
                let ttl = number(&word, 0, 255)?;
                if ttl == 0 {
                    return Err(Refusal::new(2, "ping: cannot set unicast time-to-live: Invalid argument"));
                }
                ping.ttl = u8::try_from(ttl).ok();
            }
            Opt::Short('i', Some(word)) => ping.interval = seconds(&word)?.max(1),
            Opt::Short('W', Some(word)) => ping.linger = seconds(&word)?,
            Opt::Short('w', Some(word)) => {
                ping.deadline = Some(number(&word, 0, i32::MAX as u64)? * 1_000_000);
            }
            Opt::Short('M', Some(word)) => {
                ping.fragments = match word.as_str() {
                    "do" => Fragments::Never,
                    "dont" => Fragments::Allowed,
                    "want" => Fragments::Here,
                    _ => return Err(Refusal::new(2, format!("ping: invalid -M argument: {word}"))),
                }
            }
            Opt::Short('n', _) => ping.numeric = true,
            Opt::Short('q', _) => ping.quiet = true,
            Opt::Short('b', _) => broadcast = true,
            Opt::Short(..) => {}
            Opt::Plain(word) => plain = Some(word),
        }
    }
    let target = plain.ok_or_else(|| Refusal::new(1, "ping: usage error: Destination address required"))?;
    let unknown = || Refusal::new(2, format!("ping: {target}: Name or service not known"));
    ping.to = host(machine, &target).ok_or_else(unknown)?;
    // Who types a number wants to see numbers.
    ping.numeric |= target.parse::<Ipv4Addr>().is_ok();
    ping.target = target;
    let many =
        ping.to == Ipv4Addr::BROADCAST || machine.interfaces().iter().any(|card| card.is_broadcast(ping.to));
    if many && !broadcast {
        let said = "ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules";
        return Err(Refusal::new(2, said));
    }
    let own = machine.interfaces().iter().any(|card| card.has(ping.to)) || ping.to.is_loopback();
    let routed = many || machine.routes().iter().any(|route| route.destination.contains(&ping.to));
    if !own && !routed {
        return Err(Refusal::new(2, "ping: connect: Network is unreachable"));
    }
    Ok(Answer::program(Program::Ping(Box::new(ping))))
}

fn invalid(word: &str) -> Refusal {
    Refusal::new(1, format!("ping: invalid argument: '{word}'"))
}

fn number(word: &str, least: u64, most: u64) -> Result<u64, Refusal> {
    let number: i128 = word.parse().map_err(|_| invalid(word))?;
    u64::try_from(number).ok().filter(|number| (least..=most).contains(number)).ok_or_else(|| {
        let said = format!("ping: invalid argument: '{word}': out of range: {least} <= value <= {most}");
        Refusal::new(1, said)
    })
}

/// Seconds with decimals, as microseconds.
fn seconds(word: &str) -> Result<u64, Refusal> {
    let (whole, part) = word.split_once('.').unwrap_or((word, ""));
    let digits = |text: &str| text.chars().all(|it| it.is_ascii_digit());
    if whole.len() + part.len() == 0 || !digits(whole) || !digits(part) || whole.len() > 6 {
        return Err(Refusal::new(2, format!("ping: option argument contains garbage: {word}")));
    }
    let micros: String = part.chars().chain("000000".chars()).take(6).collect();
    let parse = |text: &str| if text.is_empty() { Ok(0) } else { text.parse::<u64>() };
    let (whole, micros) =
        (parse(whole).map_err(|_| invalid(word))?, parse(&micros).map_err(|_| invalid(word))?);
    Ok(whole * 1_000_000 + micros)
}

impl Ping {
    fn new() -> Self {
        Self {
            target: String::new(),
            to: Ipv4Addr::UNSPECIFIED,
            count: None,
            interval: 1_000_000,
            size: 56,
            ttl: None,
            fragments: Fragments::Here,
            linger: LINGER,
            deadline: None,
            numeric: false,
            quiet: false,
            began: Time::ZERO,
            last: Time::ZERO,
            sent: 0,
            received: 0,
            errors: 0,
            duplicates: 0,
            asked: BTreeMap::new(),
            rtt: Rtt::default(),
            acked: 0,
            pipe: 0,
            next: None,
            stop: None,
        }
    }

    pub(super) fn next_timer(&self) -> Option<Time> {
        let deadline = self.deadline.map(|deadline| self.began.plus(deadline));
        [self.next, self.stop, deadline].into_iter().flatten().min()
    }

    pub(super) fn on(&mut self, input: Input<'_>, io: &mut Io<'_>) {
        match input {
            Input::Start => {
                self.began = io.now();
                let (all, target) = (self.size + HEADERS, &self.target);
                io.print(format!("PING {target} ({}) {}({all}) bytes of data.", self.to, self.size));
                self.ask(io);
            }
            Input::Timer => self.on_timer(io),
            Input::Echo { from, seq, ttl, size } => self.on_echo(from, seq, ttl, size, io),
            Input::Error(error) => self.on_error(error, io),
            Input::Unsent(error) => self.on_unsent(error, io),
            Input::Typed(_) => {}
            Input::Interrupt => {
                io.print("^C");
                self.end(io);
            }
        }
    }

    fn on_timer(&mut self, io: &mut Io<'_>) {
        let now = io.now();
        let deadline = self.deadline.is_some_and(|deadline| now >= self.began.plus(deadline));
        if deadline || self.stop.is_some_and(|stop| now >= stop) {
            self.end(io);
        } else if self.next.is_some_and(|next| now >= next) {
            self.ask(io);
        }
    }

    fn ask(&mut self, io: &mut Io<'_>) {
        let now = io.now();
        self.last = now;
        self.sent += 1;
        let seq = (self.sent & 0xffff) as u16;
        self.pipe = self.pipe.max(seq.wrapping_sub(self.acked));
        self.asked.insert(seq, (now, false));
        if self.asked.len() > usize::from(u16::MAX / 2) {
            self.asked.pop_first();
        }
        let (to, size, ttl, fragments) = (self.to, self.size, self.ttl, self.fragments);
        io.sends.push(Send::Echo { to, seq, size, ttl, fragments });
        if self.count.is_none_or(|count| self.sent < count) || self.deadline.is_some() {
            self.next = Some(now.plus(self.interval));
            return;
        }
        self.next = None;
        let wait = if self.received > 0 { (2 * self.rtt.max).max(self.interval) } else { self.linger };
        self.stop = Some(now.plus(wait));
    }

    /// Whether a request has room for the time at which it was sent.
    const fn times(&self) -> bool {
        self.size >= TIMESTAMP
    }

    /// Something has come of a request.
    fn acknowledge(&mut self, seq: u16) {
        let behind = ((self.sent & 0xffff) as u16).wrapping_sub(seq);
        if behind <= 0x7fff {
            self.pipe = self.pipe.max(behind + 1);
            if seq.wrapping_sub(self.acked) <= 0x7fff {
                self.acked = seq;
            }
        }
    }

    fn on_echo(&mut self, from: Ipv4Addr, seq: u16, ttl: u8, size: usize, io: &mut Io<'_>) {
        let Some((sent, answered)) = self.asked.get_mut(&seq) else { return };
        let again = std::mem::replace(answered, true);
        let micros = io.now().since(*sent);
        self.acknowledge(seq);
        if again {
            self.duplicates += 1;
        } else {
            self.received += 1;
        }
        self.rtt.add(micros, self.received + self.duplicates);
        if !self.quiet {
            let from = io.named(from, self.numeric);
            let again = if again { " (DUP!)" } else { "" };
            let bytes = size + ICMP_HEADER;
            let time = if self.times() { format!(" time={} ms", millis(micros)) } else { String::new() };
            io.print(format!("{bytes} bytes from {from}: icmp_seq={seq} ttl={ttl}{time}{again}"));
        }
        self.maybe_end(io);
    }

    fn on_error(&mut self, error: &IcmpError, io: &mut Io<'_>) {
        if error.protocol != IpProtocol::Icmp || error.dst != self.to {
            return;
        }
        // Type, code, checksum, identifier, number (RFC 792).
        let Some([8, _, _, _, _, _, high, low]) = error.quoted.first_chunk() else { return };
        let seq = u16::from_be_bytes([*high, *low]);
        self.acknowledge(seq);
        self.errors += 1;
        if !self.quiet {
            io.print(format!(
                "From {} icmp_seq={seq} {}",
                io.named(error.from, self.numeric),
                said(error.kind)
            ));
        }
        self.maybe_end(io);
    }

    fn on_unsent(&mut self, error: SendError, io: &mut Io<'_>) {
        self.errors += 1;
        io.print(match error {
            SendError::TooLarge { mtu, .. } => format!("ping: local error: message too long, mtu={mtu}"),
            SendError::NoRoute(_) => "ping: sendmsg: Network is unreachable".to_owned(),
            SendError::NoSource(_) => "ping: sendmsg: Cannot assign requested address".to_owned(),
        });
        self.maybe_end(io);
    }

    fn maybe_end(&mut self, io: &mut Io<'_>) {
        if self.count.is_some_and(|count| self.received + self.errors >= count) {
            self.end(io);
        }
    }

    fn end(&mut self, io: &mut Io<'_>) {
        let Self { sent, received, errors, duplicates, .. } = *self;
        io.print("");
        io.print(format!("--- {} ping statistics ---", self.target));
        let mut line = format!("{sent} packets transmitted, {received} received");
        if duplicates > 0 {
            line += &format!(", +{duplicates} duplicates");
        }
        if errors > 0 {
            line += &format!(", +{errors} errors");
        }
        if sent > 0 {
            line += &format!(", {}% packet loss", six_digits((sent - received) * 100, sent));
            line += &format!(", time {}ms", self.last.since(self.began) / 1000);
        }
        io.print(line);
        let pipe = if self.pipe > 1 { format!("pipe {}", self.pipe) } else { String::new() };
        let count = received + duplicates;
        if let Some(mean) = self.rtt.sum.checked_div(count).filter(|_| self.times()) {
            let variance =
                (self.rtt.squares / u128::from(count)).saturating_sub(u128::from(mean) * u128::from(mean));
            let all = [self.rtt.min, mean, self.rtt.max, variance.isqrt() as u64].map(three_digits).join("/");
            let pipe = if pipe.is_empty() { pipe } else { format!(", {pipe}") };
            io.print(format!("rtt min/avg/max/mdev = {all} ms{pipe}"));
        } else {
            io.print(pipe);
        }
        let too_few = self.deadline.is_some() && self.count.is_some_and(|count| received < count);
        io.exit = Some(u8::from(received == 0 || too_few));
    }
}

impl Rtt {
    fn add(&mut self, micros: u64, count: u64) {
        self.min = if count == 1 { micros } else { self.min.min(micros) };
        self.max = self.max.max(micros);
        self.sum += micros;
        self.squares += u128::from(micros) * u128::from(micros);
    }
}

/// Milliseconds with as many decimals as iputils gives.
fn millis(micros: u64) -> String {
    match micros {
        99_950.. => format!("{}", (micros + 500) / 1000),
        9_995.. => format!("{}.{}", (micros + 50) / 1000, (micros + 50) % 1000 / 100),
        1_000.. => format!("{}.{:02}", (micros + 5) / 1000, (micros + 5) % 1000 / 10),
        _ => three_digits(micros),
    }
}

fn three_digits(micros: u64) -> String {
    format!("{}.{:03}", micros / 1000, micros % 1000)
}

/// A quotient as C's `%g` writes it: six digits that count, no zeros at the end.
fn six_digits(part: u64, whole: u64) -> String {
    let value = part as f64 / whole as f64;
    let decimals = if value >= 100.0 {
        3
    } else if value >= 10.0 {
        4
    } else {
        5
    };
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn said(kind: ErrorKind) -> String {
    let said = match kind {
        ErrorKind::Unreachable(reason) => match reason {
            Unreachable::NetUnreachable => "Destination Net Unreachable",
            Unreachable::HostUnreachable => "Destination Host Unreachable",
            Unreachable::ProtoUnreachable => "Destination Protocol Unreachable",
            Unreachable::PortUnreachable => "Destination Port Unreachable",
            Unreachable::SrcRouteFailed => "Source Route Failed",
            Unreachable::DstNetUnknown => "Destination Net Unknown",
            Unreachable::DstHostUnknown => "Destination Host Unknown",
            Unreachable::SrcHostIsolated => "Source Host Isolated",
            Unreachable::NetProhibited => "Destination Net Prohibited",
            Unreachable::HostProhibited => "Destination Host Prohibited",
            Unreachable::CommProhibited => "Packet filtered",
            Unreachable::HostPrecedViol => "Precedence Violation",
            Unreachable::PrecedCutoff => "Precedence Cutoff",
            other => return format!("Dest Unreachable, Bad Code: {}", u8::from(other)),
        },
        ErrorKind::FragmentationNeeded { mtu } => return format!("Frag needed and DF set (mtu = {mtu})"),
        ErrorKind::TimeExceeded(Exceeded::FragExpired) => "Frag reassembly time exceeded",
        ErrorKind::TimeExceeded(_) => "Time to live exceeded",
        ErrorKind::ParameterProblem { pointer } => return format!("Parameter problem: pointer = {pointer}"),
    };
    said.to_owned()
}
