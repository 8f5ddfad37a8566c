//! What the client says, and when it says it again. RFC 2131 §4.1, §4.4; the fields of each message: table 5.

use std::net::{Ipv4Addr, SocketAddrV4};

use super::{
    super::{
        message::{CLIENT_PORT, Kind, Message, SERVER_PORT, mac_text},
        options::code,
        text,
        transmit::{Link, Transmit, cite},
    },
    Client, Configuration, Pending, State,
};
use crate::trace::{Text, Time};

/// What a client without wishes of its own wants to know.
const PARAMETERS: [u8; 4] = [code::SUBNET_MASK, code::ROUTER, code::DNS, code::DOMAIN_NAME];
/// The longest message we take: a whole Ethernet frame's datagram.
const MAX_SIZE: u16 = 1500;
/// Renewing and rebinding, never more often than this. RFC 2131 §4.4.5.
const LEAST_RENEWAL: u64 = 60_000_000;

impl Client {
    pub(super) fn discover(&mut self, now: Time) {
        let mut message = self.message(now, Kind::Discover);
        message.broadcast = self.config.broadcast;
        self.wishes(&mut message);
        self.enter(State::Selecting, cite(text::DISCOVERING, &[]));
        self.ask(now, message, cite(text::DISCOVER, &[]));
    }

    /// Offers have been collected: the one whose address the client would like, else the first, is taken.
    pub(super) fn choose(&mut self, now: Time) {
        self.choose_at = None;
        let offers = std::mem::take(&mut self.offers);
        let count = offers.len();
        let Some(offer) = offers.into_iter().next() else { return };
        let Some(server) = offer.options.server_id() else { return };
        let address = offer.yiaddr;
        let mut message = self.message(now, Kind::Request);
        // RFC 2131 §4.4.1: `secs` as in the DHCPDISCOVER.
        message.secs = self.pending.as_ref().map_or(message.secs, |pending| pending.message.secs);
        message.broadcast = self.config.broadcast;
        message.options.set_address(code::SERVER_ID, server);
        message.options.set_address(code::REQUESTED_ADDRESS, address);
        self.wishes(&mut message);
        self.chosen = Some(offer);
        self.enter(State::Requesting, cite(text::CHOSEN, &[("count", &count), ("server", &server)]));
        self.ask(now, message, cite(text::REQUEST_OFFERED, &[("server", &server), ("address", &address)]));
    }

    /// In INIT-REBOOT. RFC 2131 §4.4.2.
    pub(super) fn ask_for_old(&mut self, now: Time) {
        let Some(address) = self.address() else { return };
        let mut message = self.message(now, Kind::Request);
        message.broadcast = self.config.broadcast;
        message.options.set_address(code::REQUESTED_ADDRESS, address);
        self.wishes(&mut message);
        self.enter(State::Rebooting, cite(text::VERIFYING, &[]));
        self.ask(now, message, cite(text::REQUEST_OLD, &[("address", &address)]));
    }

    /// In RENEWING and REBINDING. RFC 2131 §4.4.5.
    pub(super) fn extend(&mut self, now: Time, lease: &Configuration) {
        if self.state == State::Renewing {
            self.begun = now;
        }
        self.xid = self.number();
        let mut message = self.message(now, Kind::Request);
        message.ciaddr = lease.address.addr();
        self.wishes(&mut message);
        let why = if self.state == State::Renewing { text::REQUEST_RENEW } else { text::REQUEST_REBIND };
        let cause = cite(why, &[("server", &lease.server), ("address", &lease.address.addr())]);
        self.ask(now, message, cause);
    }

    /// The address is somebody else's. RFC 2131 §3.1.5, table 5.
    pub(super) fn decline(&mut self, now: Time, lease: &Configuration, mac: [u8; 6]) {
        self.xid = self.number();
        let mut message = self.message(now, Kind::Decline);
        message.secs = 0;
        message.options.set_address(code::REQUESTED_ADDRESS, lease.address.addr());
        message.options.set_address(code::SERVER_ID, lease.server);
        let args: [(&str, &dyn std::fmt::Display); 2] =
            [("address", &lease.address.addr()), ("mac", &mac_text(mac))];
        self.transmit(&message, cite(text::DECLINE, &args));
    }

    /// The address is not needed any more. RFC 2131 §4.4.6, table 5.
    pub(super) fn give_back(&mut self, now: Time, lease: &Configuration) {
        self.xid = self.number();
        let mut message = self.message(now, Kind::Release);
        message.secs = 0;
        message.ciaddr = lease.address.addr();
        message.options.set_address(code::SERVER_ID, lease.server);
        let ends = (
            SocketAddrV4::new(lease.address.addr(), CLIENT_PORT),
            SocketAddrV4::new(lease.server, SERVER_PORT),
        );
        let cause = cite(text::RELEASE, &[("address", &lease.address.addr())]);
        self.out.push_back(Transmit::new(ends, None, Link::Routed, &message, cause));
    }

    /// No answer came in time. RFC 2131 §4.1, §3.1.5, §4.4.5.
    pub(super) fn again(&mut self, now: Time) {
        let Some(Pending { message, sent, first, .. }) = self.pending.take() else { return };
        let limited = matches!(self.state, State::Requesting | State::Rebooting);
        if limited && sent >= self.config.requests {
            let over = |lease: &Configuration| lease.until.is_some_and(|until| until <= now);
            return match self.lease.take_if(|lease| self.state == State::Rebooting && !over(lease)) {
                Some(lease) => self.bind(lease, cite(text::STILL_GOOD, &[])),
                None => self.restart(now, cite(text::NO_ANSWER, &[("attempts", &sent)]), 0),
            };
        }
        let mut message = message;
        if message.kind == Kind::Discover || self.state.has_address() {
            message.secs = self.secs(now);
        }
        let pending = Pending { again: now.plus(self.wait(now, sent + 1)), message, sent: sent + 1, first };
        let millis = pending.again.since(now).div_ceil(1000);
        let args: [(&str, &dyn std::fmt::Display); 3] =
            [("kind", &pending.message.kind), ("attempt", &pending.sent), ("millis", &millis)];
        let cause = cite(text::AGAIN, &args);
        self.transmit(&pending.message, cause);
        // A lease's time counts from the request that it answers; which one that was nobody knows, so the first is safe.
        self.pending = Some(pending);
    }

    /// Sends a message that is repeated until it is answered.
    fn ask(&mut self, now: Time, message: Message, cause: (Text, &'static str)) {
        self.transmit(&message, cause);
        let again = now.plus(self.wait(now, 1));
        self.pending = Some(Pending { message, sent: 1, again, first: now });
    }

    /// From one sending to the next. RFC 2131 §4.1: 4, 8, 16, 32, 64 s, each a second more or less; §4.4.5: half of what
    /// is left until T2 or the lease's end, but a minute at least.
    fn wait(&mut self, now: Time, sent: u32) -> u64 {
        let lease = self.lease.as_ref().filter(|_| self.state.has_address());
        let end = lease.and_then(|lease| if self.state == State::Renewing { lease.t2 } else { lease.until });
        if let Some(end) = end {
            return (end.since(now) / 2).max(LEAST_RENEWAL);
        }
        let doubled = 1_u64.checked_shl(sent - 1).unwrap_or(u64::MAX);
        let middle = self.config.backoff_first.saturating_mul(doubled).min(self.config.backoff_last);
        let jitter = self.config.backoff_jitter;
        self.random(middle.saturating_sub(jitter).max(1), middle.saturating_add(jitter))
    }

    fn transmit(&mut self, message: &Message, cause: (Text, &'static str)) {
        let from = SocketAddrV4::new(message.ciaddr, CLIENT_PORT);
        let unicast = self.state == State::Renewing && message.kind == Kind::Request;
        let server = self.lease.as_ref().map(|lease| lease.server).filter(|_| unicast);
        let to = SocketAddrV4::new(server.unwrap_or(Ipv4Addr::BROADCAST), SERVER_PORT);
        self.out.push_back(Transmit::new((from, to), None, Link::Routed, message, cause));
    }

    fn message(&self, now: Time, kind: Kind) -> Message {
        let mut message = Message::new(kind, self.xid, self.config.mac);
        message.secs = self.secs(now);
        if let Some(id) = &self.config.client_id {
            message.options.set(code::CLIENT_ID, id.0.clone());
        }
        message
    }

    fn wishes(&self, message: &mut Message) {
        let options = &mut message.options;
        if let Some(seconds) = self.config.lease {
            options.set_seconds(code::LEASE_TIME, seconds);
        }
        if let Some(name) = self.config.host_name.as_ref().filter(|name| !name.is_empty()) {
            options.set(code::HOST_NAME, name.as_bytes());
        }
        options.set(code::PARAMETERS, PARAMETERS);
        options.set(code::MAX_SIZE, MAX_SIZE.to_be_bytes());
    }

    fn secs(&self, now: Time) -> u16 {
        u16::try_from(now.since(self.begun) / 1_000_000).unwrap_or(u16::MAX)
    }
}
