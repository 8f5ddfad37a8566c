//! What servers say. RFC 2131 §4.4.1 to §4.4.5.

use std::net::{Ipv4Addr, SocketAddrV4};

use super::{
    super::{
        event::Event,
        message::{Kind, Message, mac_text},
        text,
        transmit::cite,
    },
    Action, Client, Configuration, State,
};
use crate::trace::{Text, Time};

/// So many offers are compared, the rest is not even kept.
const MAX_OFFERS: usize = 16;
/// After a declined address nothing is sent for this long. RFC 2131 §3.1.5.
const AFTER_DECLINE: u64 = 10_000_000;

impl Client {
    /// A datagram for port 68.
    pub fn on_datagram(&mut self, now: Time, from: SocketAddrV4, bytes: &[u8]) {
        let message = match Message::parse(bytes) {
            Ok(message) => message,
            Err(error) => return self.ignored(from, cite(text::MALFORMED, &[("error", &error)])),
        };
        if !message.kind.is_reply() {
            return self.ignored(from, cite(text::NOT_FOR_CLIENT, &[("kind", &message.kind)]));
        }
        if message.chaddr != self.config.mac {
            let mac = mac_text(message.chaddr);
            return self.ignored(from, cite(text::OTHER_CLIENT, &[("mac", &mac)]));
        }
        if message.xid != self.xid {
            let (found, expected) = (format!("{:#010x}", message.xid), format!("{:#010x}", self.xid));
            return self.ignored(from, cite(text::OTHER_XID, &[("found", &found), ("expected", &expected)]));
        }
        let asked =
            matches!(self.state, State::Requesting | State::Rebooting | State::Renewing | State::Rebinding)
                && self.checking.is_none();
        match message.kind {
            Kind::Offer if self.state == State::Selecting => self.offered(now, from, message),
            Kind::Ack if asked => self.acknowledged(now, from, &message),
            Kind::Nak if asked => self.refused(now, from, &message),
            kind => self.ignored(from, cite(text::UNEXPECTED, &[("kind", &kind), ("state", &self.state)])),
        }
    }

    /// Somebody else has the address that is being checked, or is in use. RFC 2131 §3.1.5, §4.4.1.
    pub fn on_conflict(&mut self, now: Time, address: Ipv4Addr, mac: [u8; 6]) {
        let Some((lease, ..)) = self.checking.take_if(|(lease, ..)| lease.address.addr() == address) else {
            return;
        };
        self.decline(now, &lease, mac);
        self.restart(now, cite(text::DECLINED, &[]), AFTER_DECLINE);
    }

    fn offered(&mut self, now: Time, from: SocketAddrV4, message: Message) {
        let Some(offer) = Configuration::of(&message, now) else {
            return self.ignored(from, cite(text::INCOMPLETE, &[("kind", &message.kind)]));
        };
        if self.offers.len() >= MAX_OFFERS {
            return;
        }
        let (server, address) = (offer.server, offer.address.addr());
        self.offers.push(message);
        self.note(cite(text::OFFERED, &[("server", &server), ("address", &address)]));
        if self.choose_at.is_none() {
            self.choose_at = Some(now.plus(self.config.collect));
        }
        if self.config.collect == 0 {
            self.choose(now);
        }
    }

    fn acknowledged(&mut self, now: Time, from: SocketAddrV4, message: &Message) {
        let asked = self.pending.as_ref().map_or(now, |pending| pending.first);
        let Some(lease) = Configuration::of(message, asked) else {
            return self.ignored(from, cite(text::INCOMPLETE, &[("kind", &message.kind)]));
        };
        if self.is_other(message) {
            return self.ignored(from, cite(text::NOT_CHOSEN, &[("server", &lease.server)]));
        }
        let address = lease.address.addr();
        let seconds = lease.until.map(|until| until.since(asked) / 1_000_000);
        let extended = self.state.has_address() && self.address() == Some(address);
        let why = match seconds {
            None => text::ACKED_FOREVER,
            Some(_) if extended => text::EXTENDED,
            Some(_) => text::ACKED,
        };
        let seconds = seconds.unwrap_or_default();
        let mut args: Vec<(&str, &dyn std::fmt::Display)> =
            vec![("server", &lease.server), ("address", &address)];
        if why != text::ACKED_FOREVER {
            args.push(("seconds", &seconds));
        }
        let cause = cite(why, &args);
        match self.config.check.filter(|_| !extended) {
            Some(wait) => {
                self.pending = None;
                self.actions.push_back(Action::Check { address });
                self.note(cite(text::CHECKING, &[("address", &address)]));
                self.checking = Some((lease, now.plus(wait), cause));
            }
            None => self.bind(lease, cause),
        }
    }

    /// DHCPNAK: back to INIT. RFC 2131 §4.4.1.
    fn refused(&mut self, now: Time, from: SocketAddrV4, message: &Message) {
        let Some(server) = message.options.server_id() else {
            return self.ignored(from, cite(text::INCOMPLETE, &[("kind", &message.kind)]));
        };
        if self.is_other(message) {
            return self.ignored(from, cite(text::NOT_CHOSEN, &[("server", &server)]));
        }
        self.restart(now, cite(text::NAKED, &[("server", &server)]), 0);
    }

    /// Whether it comes from another server than the one whose offer was taken.
    fn is_other(&self, message: &Message) -> bool {
        let chosen = self.chosen.as_ref().and_then(|offer| offer.options.server_id());
        self.state == State::Requesting && chosen != message.options.server_id()
    }

    fn ignored(&mut self, from: SocketAddrV4, (why, rfc): (Text, &'static str)) {
        self.events.push_back(Event::Ignored { from, why, rfc });
    }
}
