//! A DHCP client: the state machine of RFC 2131's figure 5.

pub mod config;
mod input;
mod output;

use std::{collections::VecDeque, fmt, net::Ipv4Addr};

pub use config::{Action, Config, Configuration};

use super::{
    event::Event,
    message::Message,
    text,
    transmit::{Transmit, cite},
};
use crate::{
    mix::mix,
    trace::{Text, Time},
};

/// The states of RFC 2131's figure 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing is known.
    Init,
    /// Offers are collected.
    Selecting,
    /// An offer is taken, the acknowledgement awaited; then ARP is asked.
    Requesting,
    /// An old address is remembered.
    InitReboot,
    /// Whether it may be used is asked; then ARP is.
    Rebooting,
    /// The address is ours.
    Bound,
    /// T1 is over: the server is asked for more time.
    Renewing,
    /// T2 is over: any server is.
    Rebinding,
}

impl State {
    /// Whether there is an address that may be used.
    pub const fn has_address(self) -> bool {
        matches!(self, Self::Bound | Self::Renewing | Self::Rebinding)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Init => "INIT",
            Self::Selecting => "SELECTING",
            Self::Requesting => "REQUESTING",
            Self::InitReboot => "INIT-REBOOT",
            Self::Rebooting => "REBOOTING",
            Self::Bound => "BOUND",
            Self::Renewing => "RENEWING",
            Self::Rebinding => "REBINDING",
        })
    }
}

/// The message that is repeated until it is answered.
#[derive(Debug, Clone)]
struct Pending {
    message: Message,
    /// How often it was sent.
    sent: u32,
    /// When it is sent again.
    again: Time,
    /// When it was sent first: lease times count from there.
    first: Time,
}

/// One DHCP client on one card.
///
/// Datagrams and the time go in; datagrams, [`Action`]s for the interface, the next deadline and events come out. After
/// each call take what there is from [`poll_transmit`](Self::poll_transmit), [`poll_action`](Self::poll_action) and
/// [`poll_event`](Self::poll_event), then wait until [`poll_timeout`](Self::poll_timeout). The example of
/// [the module](super) gets an address.
#[derive(Debug, Clone)]
pub struct Client {
    config: Config,
    key: u64,
    drawn: u64,
    state: State,
    xid: u32,
    /// When this attempt to get an address began: `secs` counts from there.
    begun: Time,
    /// When the first DHCPDISCOVER, or the first DHCPREQUEST of INIT-REBOOT, goes out.
    start: Option<Time>,
    pending: Option<Pending>,
    offers: Vec<Message>,
    /// When collecting ends.
    choose_at: Option<Time>,
    /// The offer taken: what DHCPREQUEST speaks of.
    chosen: Option<Message>,
    /// Acknowledged, and not used before ARP was silent until then.
    checking: Option<(Configuration, Time, (Text, &'static str))>,
    lease: Option<Configuration>,
    out: VecDeque<Transmit>,
    actions: VecDeque<Action>,
    events: VecDeque<Event>,
}

impl Client {
    /// A client in INIT that does nothing before [`start`](Self::start) or [`reboot`](Self::reboot). `key` decides
    /// transaction numbers and by how much each timer is early or late; give each client another.
    pub const fn new(config: Config, key: u64) -> Self {
        Self {
            config,
            key,
            drawn: 0,
            state: State::Init,
            xid: 0,
            begun: Time::ZERO,
            start: None,
            pending: None,
            offers: Vec::new(),
            choose_at: None,
            chosen: None,
            checking: None,
            lease: None,
            out: VecDeque::new(),
            actions: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// The settings.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Where it stands.
    pub const fn state(&self) -> State {
        self.state
    }

    /// What it has, or in INIT-REBOOT and REBOOTING had.
    pub const fn lease(&self) -> Option<&Configuration> {
        self.lease.as_ref()
    }

    /// The next datagram to be sent, if there is one. Ask again until there is none.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.out.pop_front()
    }

    /// What the machine is to do next, if anything.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// The next event, if there is one.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Begins without an address. RFC 2131 §4.4.1. What it had is dropped without a word to the server.
    pub fn start(&mut self, now: Time) {
        self.restart(now, cite(text::STARTED, &[]), 0);
    }

    /// Begins with what it had before, which [`lease`](Self::lease) told. RFC 2131 §4.4.2.
    pub fn reboot(&mut self, now: Time, had: Configuration) {
        self.halt();
        let address = had.address.addr();
        self.lease = Some(had);
        self.begun = now;
        self.xid = self.number();
        self.start = Some(now);
        self.enter(State::InitReboot, cite(text::REMEMBERED, &[("address", &address)]));
    }

    /// Gives the address back, if there is one, and stops. RFC 2131 §4.4.6.
    pub fn release(&mut self, now: Time) {
        let held = self.lease.take_if(|_| self.state.has_address());
        if let Some(lease) = held {
            self.give_back(now, &lease);
            self.actions.push_back(Action::Deconfigure { address: lease.address.addr() });
            self.halt();
            return self.enter(State::Init, cite(text::RELEASED, &[]));
        }
        self.stop();
    }

    /// Stops without a word, as when the cable is pulled. What it had can be given to [`reboot`](Self::reboot).
    pub fn stop(&mut self) -> Option<Configuration> {
        let had = self.halt();
        if self.state != State::Init {
            self.enter(State::Init, cite(text::STOPPED, &[]));
        }
        had
    }

    /// When [`on_timeout`](Self::on_timeout) is to be called next.
    pub fn poll_timeout(&self) -> Option<Time> {
        let lease = self.lease.as_ref().filter(|_| self.state.has_address());
        let lease = lease.and_then(|lease| match self.state {
            State::Bound => lease.t1,
            State::Renewing => lease.t2,
            _ => lease.until,
        });
        let again = self.pending.as_ref().map(|pending| pending.again);
        let checked = self.checking.as_ref().map(|(_, until, _)| *until);
        [self.start, again, self.choose_at, checked, lease].into_iter().flatten().min()
    }

    /// Does whatever is due at `now`.
    pub fn on_timeout(&mut self, now: Time) {
        let due = |timer: Option<Time>| timer.is_some_and(|timer| timer <= now);
        if let Some((lease, _, cause)) = self.checking.take_if(|(_, until, _)| *until <= now) {
            self.bind(lease, cause);
        }
        if due(self.choose_at) {
            self.choose(now);
        }
        self.on_lease_time(now);
        if due(self.pending.as_ref().map(|pending| pending.again)) {
            self.again(now);
            // It may have given up and gone back to an old lease.
            self.on_lease_time(now);
        }
        if due(self.start) {
            self.start = None;
            match self.state {
                State::InitReboot => self.ask_for_old(now),
                _ => self.discover(now),
            }
        }
    }

    /// T1, T2 and the end of the lease. RFC 2131 §4.4.5.
    fn on_lease_time(&mut self, now: Time) {
        let due = |timer: Option<Time>| timer.is_some_and(|timer| timer <= now);
        let Some(lease) = self.lease.clone().filter(|_| self.state.has_address()) else { return };
        if due(lease.until) {
            return self.restart(now, cite(text::LEASE_OVER, &[]), 0);
        }
        if due(lease.t2) && self.state != State::Rebinding {
            self.enter(State::Rebinding, cite(text::T2_OVER, &[]));
            self.extend(now, &lease);
        } else if due(lease.t1) && self.state == State::Bound {
            self.enter(State::Renewing, cite(text::T1_OVER, &[]));
            self.extend(now, &lease);
        }
    }

    /// The address is the client's. RFC 2131 §4.4.1.
    fn bind(&mut self, lease: Configuration, cause: (Text, &'static str)) {
        let old = self.address().filter(|old| self.state.has_address() && *old != lease.address.addr());
        if let Some(address) = old {
            self.actions.push_back(Action::Deconfigure { address });
        }
        self.actions.push_back(Action::Configure(lease.clone()));
        self.lease = Some(lease);
        self.pending = None;
        self.chosen = None;
        self.enter(State::Bound, cause);
    }

    /// From INIT, not before `wait` microseconds.
    fn restart(&mut self, now: Time, cause: (Text, &'static str), wait: u64) {
        self.halt();
        let (least, most) = self.config.start_delay;
        let delay = wait.saturating_add(self.random(least, most));
        self.begun = now.plus(delay);
        self.start = Some(self.begun);
        self.xid = self.number();
        if self.state == State::Init {
            let (why, rfc) = cause;
            self.events.push_back(Event::Note { why, rfc });
        } else {
            self.enter(State::Init, cause);
        }
        if delay > 0 {
            self.note(cite(text::DELAY, &[("millis", &delay.div_ceil(1000))]));
        }
    }

    /// All timers stop; the interface loses its address. What there was.
    fn halt(&mut self) -> Option<Configuration> {
        let had = self.lease.take();
        if let Some(lease) = had.as_ref().filter(|_| self.state.has_address()) {
            self.actions.push_back(Action::Deconfigure { address: lease.address.addr() });
        }
        self.start = None;
        self.pending = None;
        self.offers.clear();
        self.choose_at = None;
        self.chosen = None;
        self.checking = None;
        had
    }

    fn enter(&mut self, to: State, (why, rfc): (Text, &'static str)) {
        let from = std::mem::replace(&mut self.state, to);
        self.events.push_back(Event::State { from, to, why, rfc });
    }

    fn note(&mut self, (why, rfc): (Text, &'static str)) {
        self.events.push_back(Event::Note { why, rfc });
    }

    /// The address of the lease.
    fn address(&self) -> Option<Ipv4Addr> {
        self.lease.as_ref().map(|lease| lease.address.addr())
    }

    /// A transaction number.
    fn number(&mut self) -> u32 {
        self.random(1, u64::from(u32::MAX)) as u32
    }

    /// A number from `from` to `to`, both included: the next one that the key gives.
    fn random(&mut self, from: u64, to: u64) -> u64 {
        self.drawn = self.drawn.wrapping_add(1);
        let mixed = mix(mix(self.key).wrapping_add(self.drawn));
        match to.checked_sub(from).and_then(|span| span.checked_add(1)) {
            Some(span) => from + mixed % span,
            None => from,
        }
    }
}
