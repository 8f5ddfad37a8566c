//! One connection: the user calls of RFC 9293 §3.10.1 to §3.10.6 and what is kept between them.

use std::{collections::VecDeque, fmt::Display, net::SocketAddr};

use super::{
    Config, Error, Event, EventKind, Flags, Reports, Segment, Seq, State, TimerChange, TimerKind, Transmit,
    config::{DEFAULT_MSS, MIN_MSS},
    congestion::Congestion,
    isn,
    reassembly::Reassembly,
    rtt::Rtt,
    sendbuf::SendBuffer,
    text::{self, Message},
    timers::Timers,
};
use crate::trace::{Text, Time};

/// One end of a connection, from OPEN to CLOSED.
///
/// After any call, ask [`poll_transmit`](Self::poll_transmit) until it is empty, then
/// [`poll_event`](Self::poll_event) likewise, then [`poll_timeout`](Self::poll_timeout).
#[derive(Debug, Clone)]
pub struct Endpoint {
    pub(super) config: Config,
    pub(super) local: SocketAddr,
    pub(super) remote: SocketAddr,
    pub(super) state: State,
    /// Opened passively: a reset in SYN-RECEIVED leads back to LISTEN.
    pub(super) passive: bool,
    pub(super) now: Time,

    pub(super) iss: Seq,
    pub(super) syn_acked: bool,
    pub(super) snd_una: Seq,
    pub(super) snd_nxt: Seq,
    pub(super) snd_wnd: u32,
    pub(super) snd_wl1: Seq,
    pub(super) snd_wl2: Seq,
    /// MAX.SND.WND: the greatest window the peer has offered.
    pub(super) max_snd_wnd: u32,
    pub(super) snd_wscale: u8,
    /// The peer's MSS option, or the default.
    pub(super) peer_mss: u16,
    /// What passes on the way to the peer (RFC 1191 §6.4).
    pub(super) path_mss: u16,

    pub(super) irs: Seq,
    pub(super) rcv_nxt: Seq,
    /// RCV.NXT + RCV.WND: the right edge, which never moves left (RFC 9293 §3.8.6.2.2).
    pub(super) rcv_edge: Seq,
    pub(super) rcv_up: Seq,
    pub(super) rcv_wscale: u8,
    pub(super) last_ack_sent: Seq,
    /// Both SYNs had a window scale.
    pub(super) scaling: bool,

    /// Timestamps are in use: both SYNs had them.
    pub(super) timestamps: bool,
    pub(super) ts_recent: u32,
    pub(super) ts_recent_at: Time,
    pub(super) sack: bool,

    pub(super) sendbuf: SendBuffer,
    pub(super) rcvbuf: Reassembly,
    /// Text that came with a SYN.
    pub(super) early: Vec<u8>,
    pub(super) rtt: Rtt,
    pub(super) cc: Congestion,
    pub(super) timers: Timers,

    /// The user called CLOSE; FIN follows the last octet.
    pub(super) close_called: bool,
    pub(super) fin_sent: bool,
    /// A SYN or SYN,ACK to send, and why.
    pub(super) syn_due: Option<Message>,
    /// An ACK to send, and why.
    pub(super) ack_due: Option<(Text, &'static str)>,
    /// A segment to send again, outside any window.
    pub(super) resend: Option<(Seq, Message)>,
    /// After a timeout: everything from here to SND.NXT is taken as lost.
    pub(super) go_back: Option<(Seq, Message)>,
    /// During recovery: everything before is sent again already.
    pub(super) resent_to: Seq,
    /// The segment being timed ends here and left then (Karn: never one that was sent again).
    pub(super) timed: Option<(Seq, Time)>,
    pub(super) retries: u32,
    pub(super) syn_lost: bool,
    /// The peer's window is closed and is being probed.
    pub(super) probing: bool,
    pub(super) probe_due: bool,
    pub(super) probes: u32,
    pub(super) persist_backoff: u32,
    /// Silly-window avoidance has waited long enough.
    pub(super) override_due: bool,
    pub(super) keep_alive_due: bool,
    pub(super) keep_alives: u32,
    /// Octets of text received since the last ACK went out.
    pub(super) unacknowledged: u32,
    pub(super) data_sent: Option<Time>,
    /// When an empty segment outside the window was last answered.
    pub(super) last_rebuff: Option<Time>,

    pub(super) outbox: VecDeque<Transmit>,
    pub(super) events: VecDeque<Event>,
    pub(super) error: Option<Error>,
    /// What the network below has said since the last acknowledgment (RFC 1122 §4.2.3.9).
    pub(super) soft_error: Option<Error>,
}

/// Reports kept for a caller who does not ask for them.
const MOST_EVENTS: usize = 4096;

impl Endpoint {
    fn new(config: Config, local: SocketAddr, remote: SocketAddr, now: Time) -> Self {
        let cc = Congestion::new(&config, Seq(0));
        let rtt = Rtt::new(&config);
        Self {
            config,
            local,
            remote,
            state: State::Closed,
            passive: false,
            now,
            iss: Seq(0),
            syn_acked: false,
            snd_una: Seq(0),
            snd_nxt: Seq(0),
            snd_wnd: 0,
            snd_wl1: Seq(0),
            snd_wl2: Seq(0),
            max_snd_wnd: 0,
            snd_wscale: 0,
            peer_mss: DEFAULT_MSS,
            path_mss: u16::MAX,
            irs: Seq(0),
            rcv_nxt: Seq(0),
            rcv_edge: Seq(0),
            rcv_up: Seq(0),
            rcv_wscale: 0,
            last_ack_sent: Seq(0),
            scaling: false,
            timestamps: false,
            ts_recent: 0,
            ts_recent_at: now,
            sack: false,
            sendbuf: SendBuffer::default(),
            rcvbuf: Reassembly::default(),
            early: Vec::new(),
            rtt,
            cc,
            timers: Timers::default(),
            close_called: false,
            fin_sent: false,
            syn_due: None,
            ack_due: None,
            resend: None,
            go_back: None,
            resent_to: Seq(0),
            timed: None,
            retries: 0,
            syn_lost: false,
            probing: false,
            probe_due: false,
            probes: 0,
            persist_backoff: 0,
            override_due: false,
            keep_alive_due: false,
            keep_alives: 0,
            unacknowledged: 0,
            data_sent: None,
            last_rebuff: None,
            outbox: VecDeque::new(),
            events: VecDeque::new(),
            error: None,
            soft_error: None,
        }
    }

    /// Active OPEN (RFC 9293 §3.10.1): in SYN-SENT, the SYN ready to be polled.
    pub fn connect(config: Config, local: SocketAddr, remote: SocketAddr, now: Time) -> Self {
        let mut new = Self::new(config, local, remote, now);
        new.open_active(&text::OPEN_ACTIVE);
        new
    }

    /// Passive OPEN with a fully specified remote socket (RFC 9293 §3.10.1): in LISTEN. A server that takes anybody
    /// is a [`Listener`](super::Listener).
    pub fn listen(config: Config, local: SocketAddr, remote: SocketAddr) -> Self {
        let mut new = Self::new(config, local, remote, Time::ZERO);
        new.passive = true;
        new.change(State::Listen, &text::OPEN_PASSIVE, &[]);
        new
    }

    fn open_active(&mut self, why: &Message) {
        self.passive = false;
        self.choose_iss();
        self.syn_due = Some(text::SEND_SYN);
        self.change(State::SynSent, why, &[]);
    }

    pub(super) fn choose_iss(&mut self) {
        self.iss = isn::choose(self.config.isn, self.local, self.remote, self.now);
        self.syn_acked = false;
        self.snd_una = self.iss;
        self.snd_nxt = self.iss + 1;
        self.resent_to = self.iss;
        self.sendbuf.rebase(self.iss + 1);
        self.cc = Congestion::new(&self.config, self.iss);
        self.rtt = Rtt::new(&self.config);
    }

    /// SEND (RFC 9293 §3.10.2). Returns how many octets were taken: fewer than given, even none, when the send
    /// buffer is full.
    ///
    /// # Errors
    /// [`Error::DoesNotExist`] in CLOSED (or why the connection ended), [`Error::Closing`] after CLOSE.
    pub fn send(&mut self, data: &[u8]) -> Result<usize, Error> {
        match self.state {
            State::Closed => Err(self.error.unwrap_or(Error::DoesNotExist)),
            _ if self.close_called => Err(Error::Closing),
            State::Listen => {
                self.open_active(&text::OPEN_BY_SEND);
                Ok(self.sendbuf.push(data, self.config.snd_buffer))
            }
            State::SynSent | State::SynReceived | State::Established | State::CloseWait => {
                Ok(self.sendbuf.push(data, self.config.snd_buffer))
            }
            _ => Err(Error::Closing),
        }
    }

    /// RECEIVE (RFC 9293 §3.10.3). Returns how many octets were given, `Ok(0)` when the peer has closed and all is
    /// read.
    ///
    /// # Errors
    /// [`Error::WouldBlock`] when nothing is there yet, [`Error::DoesNotExist`] in CLOSED, or why the connection ended.
    pub fn recv(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        if self.state == State::SynReceived {
            return Err(Error::WouldBlock);
        }
        if self.rcvbuf.ready() > 0 {
            let count = self.rcvbuf.read(buffer);
            self.offer_window_update();
            return Ok(count);
        }
        match self.error {
            Some(error) => Err(error),
            None if self.saw_eof() => Ok(0),
            None if self.state == State::Closed => Err(Error::DoesNotExist),
            None => Err(Error::WouldBlock),
        }
    }

    /// CLOSE (RFC 9293 §3.10.4): no more to send. It closes our direction only: what the peer still sends can be
    /// received until its FIN, so this is the half-close of sockets (`shutdown(SHUT_WR)`).
    ///
    /// # Errors
    /// [`Error::DoesNotExist`] in CLOSED, [`Error::Closing`] when called twice.
    pub fn close(&mut self) -> Result<(), Error> {
        match self.state {
            State::Closed => return Err(self.error.unwrap_or(Error::DoesNotExist)),
            _ if self.close_called => return Err(Error::Closing),
            State::Listen | State::SynSent => {
                self.end(&text::CLOSE_EARLY, &[], None);
                return Ok(());
            }
            State::Established => self.change(State::FinWait1, &text::CLOSE_CALL, &[]),
            State::SynReceived if self.sendbuf.len() == 0 => {
                self.change(State::FinWait1, &text::CLOSE_CALL, &[]);
            }
            _ => {}
        }
        self.close_called = true;
        Ok(())
    }

    /// The sockets' name for [`close`](Self::close).
    ///
    /// # Errors
    /// As `close`.
    pub fn shutdown_write(&mut self) -> Result<(), Error> {
        self.close()
    }

    /// ABORT (RFC 9293 §3.10.5): everything is dropped, the peer gets an RST if it knows of a connection.
    pub fn abort(&mut self) {
        let tell = matches!(
            self.state,
            State::SynReceived | State::Established | State::FinWait1 | State::FinWait2 | State::CloseWait
        );
        if self.state == State::Closed {
            return;
        }
        if tell {
            let reset = self.segment(self.snd_nxt, Flags::RST, Vec::new());
            self.queue(reset, &text::SEND_RST_ABORT, &[]);
        }
        self.end(&text::ABORT_CALL, &[], Some(Error::Aborted));
    }

    /// SEGMENT ARRIVES (RFC 9293 §3.10.7). The segment is one from the remote to the local socket, its checksum
    /// verified.
    pub fn on_segment(&mut self, now: Time, segment: &Segment) {
        self.now = self.now.max(now);
        self.arrives(segment);
    }

    /// The time has come: lets every timer that is due expire. Harmless when none is.
    pub fn on_timeout(&mut self, now: Time) {
        self.now = self.now.max(now);
        while let Some(timer) = self.timers.take_due(self.now) {
            self.expired(timer);
        }
    }

    /// When to call [`on_timeout`](Self::on_timeout) next.
    pub fn poll_timeout(&self) -> Option<Time> {
        self.timers.next()
    }

    /// The next segment to send, if there is one.
    pub fn poll_transmit(&mut self, now: Time) -> Option<Transmit> {
        self.now = self.now.max(now);
        self.next_segment()
    }

    /// The next report, in the order in which things happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The state.
    pub const fn state(&self) -> State {
        self.state
    }

    /// Our socket.
    pub const fn local(&self) -> SocketAddr {
        self.local
    }

    /// The peer's socket.
    pub const fn remote(&self) -> SocketAddr {
        self.remote
    }

    /// The settings it was made with.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Why the connection ended, if it did not end in order.
    pub const fn error(&self) -> Option<Error> {
        self.error
    }

    /// SND.UNA: how far the peer has acknowledged.
    pub const fn snd_una(&self) -> Seq {
        self.snd_una
    }

    /// Octets that RECEIVE would give now.
    pub fn readable(&self) -> usize {
        self.rcvbuf.ready() as usize
    }

    /// Octets that SEND would take now.
    pub fn writable(&self) -> usize {
        let open = matches!(
            self.state,
            State::Listen | State::SynSent | State::SynReceived | State::Established | State::CloseWait
        );
        if open && !self.close_called {
            self.config.snd_buffer.saturating_sub(self.sendbuf.len()) as usize
        } else {
            0
        }
    }

    /// The peer's FIN was processed: after what is readable comes the end.
    pub fn saw_eof(&self) -> bool {
        self.rcvbuf.fin().is_some_and(|fin| self.rcv_nxt.gt(fin))
    }

    /// A SYN that arrives in TIME-WAIT may open a new connection at once: it is new by its timestamp or by its
    /// sequence number (RFC 6191 §2, RFC 9293 §3.10.7.4, fourth). A host then drops this endpoint and
    /// gives the SYN to its listener.
    pub fn may_reopen(&self, segment: &Segment) -> bool {
        if self.state != State::TimeWait || !segment.flags.syn || segment.flags.rst || segment.flags.ack {
            return false;
        }
        match segment.options.timestamps {
            Some(stamps) if self.timestamps => Seq(stamps.val).gt(Seq(self.ts_recent)),
            _ => segment.seq.gt(self.rcv_nxt),
        }
    }

    // What the other files of this machine share.

    pub(super) fn report(&mut self, kind: EventKind, message: &Message, args: &[(&str, &dyn Display)]) {
        if self.config.reports == Reports::Milestones && !kind.is_milestone() {
            return;
        }
        if self.events.len() >= MOST_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(Event { kind, why: message.text(args), rfc: message.rfc });
    }

    pub(super) fn change(&mut self, to: State, message: &Message, args: &[(&str, &dyn Display)]) {
        let from = std::mem::replace(&mut self.state, to);
        if from != to {
            self.report(EventKind::State { from, to }, message, args);
        }
    }

    /// To CLOSED: timers stop, nothing more is sent but what is queued; with an error the buffers are flushed.
    pub(super) fn end(&mut self, message: &Message, args: &[(&str, &dyn Display)], error: Option<Error>) {
        self.change(State::Closed, message, args);
        self.timers.stop_all();
        self.syn_due = None;
        self.sendbuf = SendBuffer::new(self.snd_una);
        if let Some(error) = error {
            self.rcvbuf = Reassembly::default();
            self.error = Some(error);
            self.report(EventKind::Failed(error), message, args);
        }
    }

    pub(super) fn set_timer(&mut self, timer: TimerKind, micros: u64) {
        self.timers.set(timer, Some(self.now.plus(micros)));
        let kind = EventKind::Timer { timer, change: TimerChange::Set { micros } };
        self.report(kind, timer.set_message(), &[("millis", &(micros / 1000))]);
    }

    pub(super) fn stop_timer(&mut self, timer: TimerKind) {
        if self.timers.get(timer).is_some() {
            self.timers.set(timer, None);
            let kind = EventKind::Timer { timer, change: TimerChange::Stopped };
            self.report(kind, timer.stopped_message(), &[]);
        }
    }

    pub(super) fn queue(&mut self, segment: Segment, message: &Message, args: &[(&str, &dyn Display)]) {
        let transmit = self.transmit(segment, message.note(args), message.rfc);
        self.outbox.push_back(transmit);
    }

    pub(super) fn transmit(&self, segment: Segment, note: Text, rfc: &'static str) -> Transmit {
        Transmit { src: self.local, dst: self.remote, segment, note, rfc }
    }

    pub(super) fn owe_ack(&mut self, message: &Message, args: &[(&str, &dyn Display)]) {
        self.ack_due = Some((message.note(args), message.rfc));
    }

    /// Our FIN is acknowledged.
    pub(super) fn fin_acked(&self) -> bool {
        self.fin_sent && self.snd_una.gt(self.sendbuf.end())
    }

    /// Octets of sequence space sent and not acknowledged.
    pub(super) fn flight(&self) -> u32 {
        self.snd_nxt - self.snd_una
    }

    /// RCV.WND
    pub(super) fn rcv_wnd(&self) -> u32 {
        self.rcv_edge.since(self.rcv_nxt)
    }

    /// Header and text options aside: the most octets a segment may carry.
    pub(super) fn segment_room(&self) -> u32 {
        u32::from(self.peer_mss.max(MIN_MSS).min(self.config.own_mss()).min(self.path_mss))
    }
}
