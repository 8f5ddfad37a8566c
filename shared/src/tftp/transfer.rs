//! One transfer, either end of it, in either direction: the machine that [`client`](super::client) and
//! [`server`](super::server) start in different states. RFC 1350 §4 to §7.

mod flow;

use std::{collections::VecDeque, net::SocketAddr};

pub(super) use flow::Flow;

use super::{
    event::{Event, Failure, State},
    file::FileError,
    options::{Negotiated, Wanted},
    packet::{ErrorCode, Packet, RawOption},
    text::{self, Message},
    timer::{Timeout, Timer},
};
use crate::trace::{Text, Time};

/// What one can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// When to send again, unless the option `timeout` is agreed.
    pub timeout: Timeout,
    /// How often a packet is sent again before the transfer is given up.
    pub retries: u32,
    /// How long, in microseconds, a transfer may wait for the other side's first answer, whatever is sent again
    /// meanwhile. `None`: as long as the retransmissions take.
    pub first_patience: Option<u64>,
    /// How long, in microseconds, it may go without progress once there was an answer: no new block, that is, for a
    /// packet that changes nothing is none. `None`: as long as the retransmissions take.
    pub patience: Option<u64>,
    /// How long, in microseconds, the receiver of the last block stays to acknowledge it again. RFC 1350 §6.
    pub dally: u64,
    /// A DATA that comes a second time within so many microseconds of its ACK is taken for a copy made on the way and
    /// not acknowledged again: no sender's timer is that short, and some senders answer every ACK (curl does).
    pub copies: u64,
    /// RFC 1350's mistake, which RFC 1123 §4.2.3.1 corrects: answer a second ACK of a block with the next DATA once
    /// more (and, at the receiving end, acknowledge every copy). Set it at both ends to show the Sorcerer's
    /// Apprentice at work; never set it otherwise.
    pub answer_duplicate_acks: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            timeout: Timeout::Adaptive { initial: 1_000_000, min: 200_000, max: 8_000_000 },
            retries: 6,
            first_patience: None,
            patience: None,
            dally: 3_000_000,
            copies: 20_000,
            answer_duplicate_acks: false,
        }
    }
}

/// A datagram to be sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Transmit<'a> {
    /// To whom.
    pub to: SocketAddr,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Why it is sent again, when it is.
    pub note: Option<Text>,
}

struct Control {
    to: SocketAddr,
    bytes: Vec<u8>,
    note: Option<Text>,
}

/// One end of a transfer.
///
/// Datagrams and the time go in ([`on_datagram`](Self::on_datagram), [`on_timeout`](Self::on_timeout)), datagrams,
/// the next deadline and events come out. After each call take what there is from
/// [`poll_transmit`](Self::poll_transmit) and [`poll_event`](Self::poll_event), then wait until
/// [`poll_timeout`](Self::poll_timeout). The example of [the module](super) drives two of them against each other.
pub struct Transfer {
    config: Config,
    state: State,
    /// Where a client's request goes: the well-known port.
    server: SocketAddr,
    /// The other side's TID, once it is known.
    peer: Option<SocketAddr>,
    wanted: Wanted,
    options: Negotiated,
    flow: Flow,
    /// The packet that is sent again when the timer expires, unless that is DATA.
    last_control: Vec<u8>,
    out: VecDeque<Control>,
    sending: Vec<u8>,
    /// When the last ACK was ordered.
    acked_at: Option<Time>,
    /// Why the next DATA is sent again.
    data_note: Option<Text>,
    timer: Timer,
    /// When it began or last went on.
    moved: Option<Time>,
    /// Whether the other side has answered what was sent first.
    answered: bool,
    events: VecDeque<Event>,
}

impl Transfer {
    pub(super) fn new(
        config: Config,
        server: SocketAddr,
        peer: Option<SocketAddr>,
        wanted: Wanted,
        flow: Flow,
    ) -> Self {
        Self {
            config,
            state: State::Start,
            server,
            peer,
            wanted,
            options: Negotiated::default(),
            flow,
            last_control: Vec::new(),
            out: VecDeque::new(),
            sending: Vec::new(),
            acked_at: None,
            data_note: None,
            timer: Timer::new(config.timeout),
            moved: None,
            answered: false,
            events: VecDeque::new(),
        }
    }

    /// Where the transfer is.
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether it is over, well or not. What [`poll_transmit`](Self::poll_transmit) still has must still be sent.
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Done | State::Failed)
    }

    /// Whether the file is whole at its receiver, as far as this side can know.
    pub fn is_complete(&self) -> bool {
        matches!(self.state, State::Done | State::Dallying)
    }

    /// Whether the other side has answered what was sent first: at a server, whether there is a client behind the
    /// request at all.
    pub fn is_answered(&self) -> bool {
        self.answered
    }

    /// The options in force.
    pub fn options(&self) -> &Negotiated {
        &self.options
    }

    /// The other side's TID, once it is known.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    /// Bytes of the file sent or received so far.
    pub fn bytes(&self) -> u64 {
        match &self.flow {
            Flow::Send(sender) => sender.bytes(),
            Flow::Receive(receiver) => receiver.bytes(),
            Flow::None => 0,
        }
    }

    /// A datagram arrived.
    pub fn on_datagram(&mut self, now: Time, from: SocketAddr, bytes: &[u8]) {
        if self.is_over() {
            return;
        }
        let packet = Packet::parse(bytes);
        if !self.is_from_peer(from) {
            // Answering an ERROR with an ERROR could go on for ever.
            if !matches!(packet, Ok(Packet::Error { .. })) {
                let error = error_packet(ErrorCode::UNKNOWN_TID, "unknown transfer ID");
                self.out.push_back(Control { to: from, bytes: error, note: None });
            }
            return self.ignore(text::WRONG_TID, &[("from", &from)]);
        }
        self.peer = Some(from);
        match (self.state, packet) {
            (State::Dallying, Ok(Packet::Data { block, data })) => self.on_data(now, block, data),
            (State::Dallying, _) => {}
            (_, Ok(Packet::Error { code, message })) => self.fail(Failure::Peer { code, message }),
            (_, Err(error)) => self.abort(ErrorCode::ILLEGAL_OPERATION, &error.to_string()),
            (State::RequestSent, Ok(packet)) => self.on_first_answer(now, packet),
            (State::OptionsOffered, Ok(Packet::Ack { block: 0 })) => {
                self.went_on(now);
                self.begin(text::OPTIONS_AGREED);
            }
            (State::OptionsOffered, Ok(Packet::Ack { block })) => {
                self.ignore(text::STALE_ACK, &[("block", &block)]);
            }
            (State::Sending, Ok(Packet::Ack { block })) => self.on_ack(now, block),
            (State::Receiving, Ok(Packet::Data { block, data })) => self.on_data(now, block, data),
            (State::Sending | State::Receiving, Ok(Packet::Oack(_))) => self.on_second_oack(),
            (_, Ok(packet)) => self.unexpected(&packet),
        }
    }

    /// The next datagram to be sent, if there is one. Ask again until there is none.
    pub fn poll_transmit(&mut self, now: Time) -> Option<Transmit<'_>> {
        self.moved.get_or_insert(now);
        if let Some(control) = self.out.pop_front() {
            return self.transmit_control(now, control);
        }
        let (State::Sending, Some(to), Flow::Send(sender)) = (self.state, self.peer, &mut self.flow) else {
            return None;
        };
        match sender.advance(now) {
            Ok(None) => None,
            Ok(Some((place, again))) => {
                self.timer.start(now);
                let note = if again { self.data_note.clone() } else { None };
                // Looked up anew, for the borrow to be of the flow alone.
                let Flow::Send(sender) = &self.flow else { return None };
                Some(Transmit { to, bytes: sender.packet(place), note })
            }
            Err(error) => {
                self.file_error(&error);
                let control = self.out.pop_front()?;
                self.transmit_control(now, control)
            }
        }
    }

    /// When [`on_timeout`](Self::on_timeout) is to be called, if nothing arrives before.
    pub fn poll_timeout(&self) -> Option<Time> {
        let timer = self.timer.deadline?;
        Some(self.gives_up().map_or(timer, |end| end.min(timer)))
    }

    /// When it is given up for want of progress.
    fn gives_up(&self) -> Option<Time> {
        if self.is_over() || self.state == State::Dallying {
            return None;
        }
        let patience = if self.answered { self.config.patience } else { self.config.first_patience };
        Some(self.moved?.plus(patience?))
    }

    /// The other side sent what was due.
    fn went_on(&mut self, now: Time) {
        self.timer.progress();
        self.moved = Some(now);
        self.answered = true;
    }

    /// The deadline is there; does nothing when called too early.
    pub fn on_timeout(&mut self, now: Time) {
        if self.gives_up().is_some_and(|end| now >= end) {
            return self.abort(ErrorCode::NOT_DEFINED, "no progress for too long: given up");
        }
        if !self.timer.expired(now) {
            return;
        }
        let millis = self.timer.rto() / 1000;
        if self.state == State::Dallying {
            self.timer.stop();
            return self.enter(State::Done, text::DALLY_OVER, &[]);
        }
        if self.timer.retries >= self.config.retries {
            return self.fail(Failure::TimedOut { retries: self.timer.retries });
        }
        self.timer.retries += 1;
        let (message, block) = match (self.state, &mut self.flow) {
            (State::RequestSent, _) => (text::TIMER_REQUEST, 0),
            (State::OptionsOffered, _) => (text::TIMER_OACK, 0),
            (_, Flow::Send(sender)) => {
                sender.go_back();
                (text::TIMER_DATA, sender.first_unacked())
            }
            (_, Flow::Receive(receiver)) => {
                let block = receiver.ack();
                // The ACK may be of a later block than the one sent last: the end of a window was lost.
                if receiver.begun() {
                    self.last_control = Packet::Ack { block }.to_bytes();
                }
                (text::TIMER_ACK, block)
            }
            (_, Flow::None) => return self.timer.stop(),
        };
        let why = message.text(&[("millis", &millis), ("block", &block)]);
        if self.state == State::Sending {
            self.data_note = Some(why.clone());
        } else {
            self.push_control(Some(why.clone()));
        }
        self.timer.start(now);
        self.events.push_back(Event::Retransmit { why, rfc: message.rfc });
    }

    /// The next event, if there is one.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Ends the transfer with an ERROR: the program stops, the learner left.
    pub fn abort(&mut self, code: ErrorCode, message: &str) {
        if self.is_over() {
            return;
        }
        self.out.clear();
        // A client that has heard nothing yet knows no TID to tell.
        if let Some(to) = self.peer {
            self.out.push_back(Control { to, bytes: error_packet(code, message), note: None });
        }
        self.fail(Failure::Ended { code, message: message.to_owned() });
    }

    /// A client's TID is that of the first answer, which must come from the server's address. RFC 1350 §4.
    fn is_from_peer(&self, from: SocketAddr) -> bool {
        match self.peer {
            Some(peer) => peer.port() == from.port() && peer.ip() == from.ip(),
            None => self.server.ip() == from.ip(),
        }
    }

    fn transmit_control(&mut self, now: Time, control: Control) -> Option<Transmit<'_>> {
        // What a stranger is told does not put off what the other side is waiting for.
        let to_peer = control.to == self.peer.unwrap_or(self.server);
        if to_peer && !self.is_over() && self.state != State::Dallying {
            self.timer.start(now);
        }
        self.sending = control.bytes;
        Some(Transmit { to: control.to, bytes: &self.sending, note: control.note })
    }

    /// The answer to a client's request.
    fn on_first_answer(&mut self, now: Time, packet: Packet<'_>) {
        match (&self.flow, packet) {
            (_, Packet::Oack(options)) => self.on_oack(now, &options),
            (Flow::Receive(_), Packet::Data { block, data }) => {
                self.begin_without_options(now, text::READ_BEGINS);
                self.on_data(now, block, data);
            }
            (Flow::Send(_), Packet::Ack { block: 0 }) => {
                self.begin_without_options(now, text::WRITE_ACCEPTED);
            }
            (_, packet) => self.unexpected(&packet),
        }
    }

    fn begin_without_options(&mut self, now: Time, plain: Message) {
        self.went_on(now);
        self.begin(if self.wanted == Wanted::default() { plain } else { text::NO_OPTIONS });
    }

    fn on_oack(&mut self, now: Time, oack: &[RawOption]) {
        match self.wanted.settle(oack) {
            Ok(options) => {
                self.set_options(options);
                self.went_on(now);
                self.begin(text::OPTIONS_AGREED);
                if matches!(self.flow, Flow::Receive(_)) {
                    self.send_ack(0, None);
                }
            }
            Err(error) => self.abort(ErrorCode::OPTION, &error.to_string()),
        }
    }

    pub(super) fn set_options(&mut self, options: Negotiated) {
        self.options = options;
        if let Some(seconds) = options.timeout {
            self.timer.set_timeout(Timeout::Fixed(u64::from(seconds) * 1_000_000));
        }
        match &mut self.flow {
            Flow::Send(sender) => sender.set_options(&options),
            Flow::Receive(receiver) => receiver.set_options(&options),
            Flow::None => {}
        }
        self.events.push_back(Event::Negotiated(options));
    }

    /// The file begins to flow.
    pub(super) fn begin(&mut self, why: Message) {
        let to = if matches!(self.flow, Flow::Send(_)) { State::Sending } else { State::Receiving };
        let Negotiated { blksize, windowsize, .. } = self.options;
        self.enter(to, why, &[("blksize", &blksize), ("windowsize", &windowsize)]);
    }

    /// Sends a packet that the timer sends again.
    pub(super) fn send_control(&mut self, bytes: Vec<u8>) {
        self.last_control = bytes;
        self.push_control(None);
    }

    fn push_control(&mut self, note: Option<Text>) {
        let to = self.peer.unwrap_or(self.server);
        self.out.push_back(Control { to, bytes: self.last_control.clone(), note });
    }

    fn file_error(&mut self, error: &FileError) {
        self.abort(error.code, &error.message);
    }

    fn unexpected(&mut self, packet: &Packet<'_>) {
        let message = format!("{packet} does not belong here");
        self.abort(ErrorCode::ILLEGAL_OPERATION, &message);
    }

    fn ignore(&mut self, message: Message, args: &[(&str, &dyn std::fmt::Display)]) {
        self.events.push_back(Event::Ignored { why: message.text(args), rfc: message.rfc });
    }

    pub(super) fn enter(&mut self, to: State, message: Message, args: &[(&str, &dyn std::fmt::Display)]) {
        let from = std::mem::replace(&mut self.state, to);
        self.events.push_back(Event::State { from, to, why: message.text(args), rfc: message.rfc });
    }

    fn fail(&mut self, failure: Failure) {
        self.timer.stop();
        let from = std::mem::replace(&mut self.state, State::Failed);
        let (why, rfc) = failure.text();
        self.events.push_back(Event::State { from, to: State::Failed, why, rfc });
        self.events.push_back(Event::Failed(failure));
        // Whatever the file was to become: it is not whole, and its sink must not think so.
        self.flow = Flow::None;
    }
}

fn error_packet(code: ErrorCode, message: &str) -> Vec<u8> {
    Packet::Error { code, message: message.to_owned() }.to_bytes()
}
