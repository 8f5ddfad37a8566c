//! `traceroute`: UDP to ports where nobody listens, with one hop more each time.

use std::net::Ipv4Addr;

use smoltcp::wire::{Icmpv4DstUnreachable as Unreachable, IpProtocol};

use super::{Input, Io, Program, Send, host};
use crate::{
    stack::{ErrorKind, IcmpError, SendError},
    terminal::{
        answer::{Answer, Refusal, Said},
        args::{Opt, OptError, getopt},
        machine::Machine,
    },
    trace::Time,
};

/// IPv4's and UDP's headers.
const HEADERS: usize = 28;
/// The first port that is tried.
const FIRST_PORT: u16 = 33_434;
/// So many probes may be without an answer at once.
const AT_ONCE: usize = 16;
/// An answer is waited for so long at most: microseconds (`-w 5,3,10`).
const WAIT: u64 = 5_000_000;
/// So many times as long as another answer of the same hop took.
const HERE: u64 = 3;
/// So many times as long as an answer of a later hop took.
const NEAR: u64 = 10;

const USAGE: &str = "\
Usage:
  traceroute [ -n ] [ -f first_ttl ] [ -m max_ttl ] [ -N squeries ] [ -q nqueries ] [ -w MAX ] host [ packetlen ]";

/// `traceroute` while it runs.
#[derive(Debug)]
pub struct Traceroute {
    target: String,
    to: Ipv4Addr,
    first: u8,
    hops: u8,
    queries: usize,
    at_once: usize,
    wait: u64,
    size: usize,
    numeric: bool,
    probes: Vec<Probe>,
    /// So many were printed, and by whom the last answer on this line was.
    printed: usize,
    line: String,
    shown: Option<Ipv4Addr>,
    /// The hop that was the last: nothing behind it counts.
    last: Option<u8>,
}

#[derive(Debug)]
struct Probe {
    ttl: u8,
    port: u16,
    sent: Time,
    answer: Option<Reply>,
    gone: bool,
}

#[derive(Debug)]
struct Reply {
    from: Ipv4Addr,
    micros: u64,
    said: &'static str,
}

pub(super) fn parse(machine: &dyn Machine, words: &[String]) -> Said {
    let options = getopt(words, "4nf:m:N:q:w:U").map_err(|error| {
        let (OptError::Unknown(letter) | OptError::NoValue(letter)) = error;
        let place = place(words, |word| word.starts_with('-') && word.contains(letter));
        Refusal::new(
            2,
            match error {
                OptError::Unknown(_) => format!("Bad option `-{letter}' (argc {place})"),
                OptError::NoValue(_) => {
                    format!(
                        "Option `-{letter}' (argc {place}) requires an argument: `-{letter} {}'",
                        argument(letter)
                    )
                }
            },
        )
    })?;
    let number = |word: &str, letter: char| number(words, word, letter);
    let mut it = Traceroute::new();
    let mut plain = Vec::new();
    for option in options {
        match option {
            Opt::Short('n', _) => it.numeric = true,
            Opt::Short('f', Some(word)) => it.first = small(number(&word, 'f')?),
            Opt::Short('m', Some(word)) => it.hops = small(number(&word, 'm')?),
            Opt::Short('N', Some(word)) => it.at_once = small::<usize>(number(&word, 'N')?).clamp(1, 512),
            Opt::Short('q', Some(word)) => it.queries = small(number(&word, 'q')?),
            Opt::Short('w', Some(word)) => it.wait = number(&word, 'w')?.saturating_mul(1_000_000),
            Opt::Short(..) => {}
            Opt::Plain(word) => plain.push(word),
        }
    }
    if it.hops == 0 {
        return Err(Refusal::new(2, "max hops cannot be more than 255"));
    }
    if it.first == 0 || it.first > it.hops {
        return Err(Refusal::new(2, "first hop out of range"));
    }
    if !(1..=10).contains(&it.queries) {
        return Err(Refusal::new(2, "no more than 10 probes per hop"));
    }
    let mut plain = plain.into_iter();
    let target = plain.next().ok_or_else(|| Refusal::new(0, USAGE))?;
    let unknown = || {
        let first = format!("{target}: Name or service not known");
        Refusal::new(
            2,
            format!("{first}\nCannot handle \"host\" cmdline arg `{target}' on position 1 (argc 1)"),
        )
    };
    it.to = host(machine, &target).ok_or_else(unknown)?;
    if let Some(length) = plain.next() {
        let length: usize = small(number(&length, 'l')?);
        it.size = length.clamp(HEADERS, 65_000) - HEADERS;
    }
    it.target = target;
    Ok(Answer::program(Program::Traceroute(Box::new(it))))
}

fn number(words: &[String], word: &str, letter: char) -> Result<u64, Refusal> {
    word.parse().map_err(|_| {
        let place = place(words, |it| it == word || it.ends_with(word));
        Refusal::new(2, format!("Cannot handle `-{letter}' option with arg `{word}' (argc {place})"))
    })
}

/// As much of a number as is wanted.
fn small<N: TryFrom<u64> + Default>(number: u64) -> N {
    N::try_from(number).unwrap_or_default()
}

/// Which word it is that is wrong, counted as `main` counts them.
fn place(words: &[String], is: impl Fn(&str) -> bool) -> usize {
    words.iter().position(|word| is(word)).map_or(1, |at| at + 1)
}

/// How the value of an option is called.
const fn argument(letter: char) -> &'static str {
    match letter {
        'f' => "first_ttl",
        'm' => "max_ttl",
        'N' => "squeries",
        'q' => "nqueries",
        _ => "MAX,HERE,NEAR",
    }
}

impl Traceroute {
    fn new() -> Self {
        Self {
            target: String::new(),
            to: Ipv4Addr::UNSPECIFIED,
            first: 1,
            hops: 30,
            queries: 3,
            at_once: AT_ONCE,
            wait: WAIT,
            size: 32,
            numeric: false,
            probes: Vec::new(),
            printed: 0,
            line: String::new(),
            shown: None,
            last: None,
        }
    }

    pub(super) fn next_timer(&self) -> Option<Time> {
        self.waiting().map(|probe| probe.sent.plus(self.patience(probe))).min()
    }

    fn waiting(&self) -> impl Iterator<Item = &Probe> {
        self.probes.iter().filter(|probe| probe.answer.is_none() && !probe.gone)
    }

    /// How long an answer is waited for.
    fn patience(&self, probe: &Probe) -> u64 {
        let answered = |ttl: u8| {
            self.probes
                .iter()
                .filter(move |it| it.ttl == ttl)
                .filter_map(|it| it.answer.as_ref().map(|it| it.micros))
        };
        if let Some(here) = answered(probe.ttl).next() {
            return self.wait.min(here.saturating_mul(HERE));
        }
        let later = self.probes.iter().filter(|it| it.ttl > probe.ttl).find_map(|it| it.answer.as_ref());
        later.map_or(self.wait, |near| self.wait.min(near.micros.saturating_mul(NEAR)))
    }

    pub(super) fn on(&mut self, input: Input<'_>, io: &mut Io<'_>) {
        match input {
            Input::Start => {
                let (target, to, size) = (&self.target, self.to, self.size + HEADERS);
                io.print(format!(
                    "traceroute to {target} ({to}), {} hops max, {size} byte packets",
                    self.hops
                ));
            }
            Input::Timer => {
                let now = io.now();
                let late: Vec<usize> = (self.probes.iter().enumerate())
                    .filter(|(_, it)| it.answer.is_none() && now >= it.sent.plus(self.patience(it)))
                    .map(|(number, _)| number)
                    .collect();
                for number in late {
                    if let Some(probe) = self.probes.get_mut(number) {
                        probe.gone = true;
                    }
                }
            }
            Input::Error(error) => self.on_error(error, io.now()),
            Input::Unsent(error) => {
                self.flush(io);
                io.print(match error {
                    SendError::NoRoute(_) => "connect: Network is unreachable",
                    SendError::NoSource(_) => "connect: Cannot assign requested address",
                    SendError::TooLarge { .. } => "send: Message too long",
                });
                io.exit = Some(1);
                return;
            }
            Input::Interrupt => {
                self.line += "^C";
                self.flush(io);
                io.exit = Some(130);
                return;
            }
            Input::Typed(_) | Input::Echo { .. } => return,
        }
        self.go_on(io);
    }

    fn on_error(&mut self, error: &IcmpError, now: Time) {
        if error.protocol != IpProtocol::Udp || error.dst != self.to {
            return;
        }
        let Some([_, _, high, low]) = error.quoted.first_chunk() else { return };
        let port = u16::from_be_bytes([*high, *low]);
        let Some(probe) = self.probes.iter_mut().find(|it| it.port == port && it.answer.is_none()) else {
            return;
        };
        let (said, end) = match error.kind {
            ErrorKind::TimeExceeded(_) => ("", false),
            ErrorKind::Unreachable(reason) => match reason {
                Unreachable::PortUnreachable => ("", true),
                Unreachable::HostUnreachable => (" !H", true),
                Unreachable::NetUnreachable => (" !N", true),
                Unreachable::ProtoUnreachable => (" !P", true),
                Unreachable::SrcRouteFailed => (" !S", true),
                _ => (" !X", true),
            },
            ErrorKind::FragmentationNeeded { .. } => (" !F", true),
            ErrorKind::ParameterProblem { .. } => return,
        };
        probe.answer = Some(Reply { from: error.from, micros: now.since(probe.sent), said });
        if end {
            self.last = Some(self.last.map_or(probe.ttl, |last| last.min(probe.ttl)));
        }
    }

    /// Sends as much as may be on its way, and prints as much as is known.
    fn go_on(&mut self, io: &mut Io<'_>) {
        let end = self.last.unwrap_or(self.hops);
        let all = (usize::from(end) + 1 - usize::from(self.first).min(usize::from(end) + 1)) * self.queries;
        while self.probes.len() < all && self.waiting().count() < self.at_once {
            let number = self.probes.len();
            let ttl = u8::try_from(usize::from(self.first) + number / self.queries).unwrap_or(u8::MAX);
            let number = (number & 0x3fff) as u16;
            let port = FIRST_PORT.wrapping_add(number);
            let sent = io.now();
            self.probes.push(Probe { ttl, port, sent, answer: None, gone: false });
            let (to, size, from) = (self.to, self.size, number & 0x1ff);
            io.sends.push(Send::Probe { to, port, from, size, ttl });
        }
        while let Some(probe) = self.probes.get(self.printed).filter(|it| it.ttl <= end) {
            if probe.answer.is_none() && !probe.gone {
                break;
            }
            if self.printed.is_multiple_of(self.queries) {
                self.line = format!("{:>2} ", probe.ttl);
                self.shown = None;
            }
            match &probe.answer {
                None => self.line += " *",
                Some(reply) => {
                    if self.shown != Some(reply.from) {
                        let from = reply.from;
                        let name = io.machine.name_of(from).unwrap_or_else(|| from.to_string());
                        self.line +=
                            &if self.numeric { format!(" {from}") } else { format!(" {name} ({from})") };
                        self.shown = Some(from);
                    }
                    let (millis, micros) = (reply.micros / 1000, reply.micros % 1000);
                    self.line += &format!("  {millis}.{micros:03} ms{}", reply.said);
                }
            }
            self.printed += 1;
            if self.printed.is_multiple_of(self.queries) {
                self.flush(io);
            }
        }
        if self.printed >= all {
            io.exit = Some(0);
        }
    }

    fn flush(&mut self, io: &mut Io<'_>) {
        if !self.line.is_empty() {
            io.print(std::mem::take(&mut self.line));
        }
    }
}
