//! What clients are told, and how it reaches them. RFC 2131 §4.1, §4.3.1.

use std::net::{Ipv4Addr, SocketAddrV4};

use super::{
    super::{
        message::{CLIENT_PORT, FIXED, Kind, LONGEST, Message, SERVER_PORT, mac_text},
        options::code,
        text,
        transmit::{Link, Transmit, cite},
    },
    Context, Lease, LeaseState, Server,
    request::row,
};
use crate::trace::{Cited, Text};

/// A lease time that never ends. RFC 2131 §3.3.
const FOREVER: u32 = u32::MAX;

impl Server {
    pub(super) fn offer(
        &mut self,
        context: &Context,
        message: &Message,
        address: Ipv4Addr,
        cause: (Text, &'static str),
    ) {
        let bound = self
            .lease(address)
            .is_some_and(|lease| lease.state == LeaseState::Bound && lease.client == message.client());
        // What a client has it keeps, until it asks anew.
        if !bound {
            let hold = self.config.offer_hold;
            let lease = Lease { until: Some(context.now.plus(hold)), ..row(context, message, address) };
            let args: [(&str, &dyn std::fmt::Display); 2] =
                [("mac", &mac_text(message.chaddr)), ("seconds", &(hold / 1_000_000))];
            self.store(lease, cite(text::KEPT, &args));
        }
        let seconds = self.lease_time(message);
        let mut reply = self.reply(context, message, Kind::Offer, Some(seconds));
        reply.yiaddr = address;
        self.send(context, message, &reply, cause);
    }

    pub(super) fn acknowledge(
        &mut self,
        context: &Context,
        message: &Message,
        address: Ipv4Addr,
        why: Cited,
    ) {
        let seconds = self.lease_time(message);
        let mac = mac_text(message.chaddr);
        let until = (seconds != FOREVER).then(|| context.now.plus(u64::from(seconds) * 1_000_000));
        let before = self.lease(address).and_then(|lease| lease.name.clone());
        let mut lease = Lease { state: LeaseState::Bound, until, ..row(context, message, address) };
        lease.name = lease.name.or(before);
        self.store(lease, cite(text::GIVEN, &[("mac", &mac), ("seconds", &seconds)]));
        let mut reply = self.reply(context, message, Kind::Ack, Some(seconds));
        reply.ciaddr = message.ciaddr;
        reply.yiaddr = address;
        let args: [(&str, &dyn std::fmt::Display); 3] =
            [("mac", &mac), ("address", &address), ("seconds", &seconds)];
        self.send(context, message, &reply, cite(why, &args));
    }

    /// The answer to DHCPINFORM: no address, no time, straight to the client. RFC 2131 §4.3.5.
    pub(super) fn tell(&mut self, context: &Context, message: &Message) {
        let mut reply = self.reply(context, message, Kind::Ack, None);
        reply.ciaddr = message.ciaddr;
        let ends =
            (SocketAddrV4::new(context.own, SERVER_PORT), SocketAddrV4::new(message.ciaddr, CLIENT_PORT));
        let cause = cite(text::ACK_INFORM, &[("address", &message.ciaddr)]);
        self.out.push_back(Transmit::new(ends, None, Link::Routed, &reply, cause));
    }

    /// DHCPNAK: to all, for the client's address is wrong. RFC 2131 §4.3.2.
    pub(super) fn nak(&mut self, context: &Context, message: &Message, cause: (Text, &'static str)) {
        let mut reply = Message::new(Kind::Nak, message.xid, message.chaddr);
        // RFC 2131 §4.3.2: the relay must broadcast it, whatever the client can take.
        reply.broadcast = message.broadcast || !message.giaddr.is_unspecified();
        reply.giaddr = message.giaddr;
        reply.options.set_address(code::SERVER_ID, context.own);
        reply.options.set(code::MESSAGE, cause.0.english.as_bytes());
        echo(message, &mut reply);
        self.send(context, message, &reply, cause);
    }

    /// An answer with what the network's clients are told. `seconds` is the lease time.
    fn reply(&self, context: &Context, message: &Message, kind: Kind, seconds: Option<u32>) -> Message {
        let mut reply = Message::new(kind, message.xid, message.chaddr);
        reply.broadcast = message.broadcast;
        reply.giaddr = message.giaddr;
        let options = &mut reply.options;
        options.set_address(code::SERVER_ID, context.own);
        if let Some(seconds) = seconds {
            options.set_seconds(code::LEASE_TIME, seconds);
            if seconds != FOREVER {
                // RFC 2131 §4.4.5: a half and seven eighths.
                options.set_seconds(code::RENEWAL_TIME, seconds / 2);
                options.set_seconds(code::REBINDING_TIME, seconds - seconds / 8);
            }
        }
        let asked = message.options.get(code::PARAMETERS);
        let wanted = |code: u8| asked.is_none_or(|asked| asked.contains(&code));
        if let Some(subnet) = self.subnet(context) {
            // RFC 2132 §3.3: the mask before the routers.
            if wanted(code::SUBNET_MASK) {
                options.set_address(code::SUBNET_MASK, subnet.network.netmask());
            }
            if wanted(code::ROUTER) {
                options.set_addresses(code::ROUTER, &subnet.routers);
            }
            if wanted(code::DNS) {
                options.set_addresses(code::DNS, &subnet.dns);
            }
            if let Some(domain) = subnet.domain.as_ref().filter(|_| wanted(code::DOMAIN_NAME)) {
                options.set(code::DOMAIN_NAME, domain.as_bytes());
            }
        }
        echo(message, &mut reply);
        reply
    }

    /// What the client asks for, but no more than is set; else what is set. RFC 2131 §4.3.1.
    fn lease_time(&self, message: &Message) -> u32 {
        match message.options.lease_time() {
            Some(seconds) if seconds > 0 => seconds.min(self.config.max_lease),
            _ => self.config.lease.min(self.config.max_lease),
        }
    }

    /// Sends an answer where RFC 2131 §4.1 says.
    fn send(&mut self, context: &Context, message: &Message, reply: &Message, cause: (Text, &'static str)) {
        let (to, port, link, interface) = if !message.giaddr.is_unspecified() {
            (message.giaddr, SERVER_PORT, Link::Routed, None)
        } else if reply.kind == Kind::Nak {
            (Ipv4Addr::BROADCAST, CLIENT_PORT, Link::Broadcast, Some(context.interface))
        } else if !message.ciaddr.is_unspecified() {
            (message.ciaddr, CLIENT_PORT, Link::Routed, None)
        } else if message.broadcast {
            (Ipv4Addr::BROADCAST, CLIENT_PORT, Link::Broadcast, Some(context.interface))
        } else {
            (reply.yiaddr, CLIENT_PORT, Link::Direct(message.chaddr), Some(context.interface))
        };
        let ends = (SocketAddrV4::new(context.own, SERVER_PORT), SocketAddrV4::new(to, port));
        self.out.push_back(Transmit::new(ends, interface, link, reply, cause));
    }
}

/// What goes back as it came: the client's identifier, RFC 6842 §3, and what the relay added, last, RFC 3046 §2.2.
/// What does not fit in the message that every client can take is left out.
fn echo(message: &Message, reply: &mut Message) {
    for code in [code::CLIENT_ID, code::RELAY_AGENT] {
        let Some(value) = message.options.get(code) else { continue };
        let mut longer = reply.options.clone();
        longer.set(code, value);
        if FIXED + 3 + longer.len_on_wire() < LONGEST {
            reply.options = longer;
        }
    }
}
