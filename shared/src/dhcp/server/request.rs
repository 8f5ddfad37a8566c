//! What clients ask, case by case. RFC 2131 §4.3.1 to §4.3.5.

use std::net::Ipv4Addr;

use super::{
    super::{
        message::{Message, mac_text},
        options::code,
        text,
        transmit::cite,
    },
    Context, Lease, LeaseState, Probe, Server,
};
use crate::trace::Text;

impl Server {
    /// DHCPDISCOVER: an address is chosen, tried if that is set, and offered. RFC 2131 §4.3.1.
    pub(super) fn discover(&mut self, context: &Context, message: Message) {
        let Some((address, cause)) = self.choose(context, &message) else {
            let network = self.subnet(context).map(|subnet| subnet.network.to_string()).unwrap_or_default();
            let mac = mac_text(message.chaddr);
            return self
                .ignored(context.from, cite(text::NO_ADDRESS, &[("mac", &mac), ("network", &network)]));
        };
        let known = self.leases.0.get(&address).filter(|lease| lease.client == message.client());
        let state = known.map(|lease| lease.state);
        let settled = matches!(state, Some(LeaseState::Offered | LeaseState::Bound));
        let Some(wait) = self.config.probe.filter(|_| !settled) else {
            return self.offer(context, &message, address, cause);
        };
        if state != Some(LeaseState::Probing) {
            self.probes.push_back(Probe { interface: context.interface, address });
            let lease = Lease {
                state: LeaseState::Probing,
                until: Some(context.now.plus(wait)),
                ..row(context, &message, address)
            };
            self.store(lease, cite(text::PROBED, &[("address", &address)]));
        }
        self.waiting.insert(address, (context.clone(), message, cause));
    }

    /// Which address, and why that one. RFC 2131 §4.3.1.
    fn choose(&self, context: &Context, message: &Message) -> Option<(Ipv4Addr, (Text, &'static str))> {
        let subnet = self.subnet(context)?;
        let client = message.client();
        let mac = mac_text(message.chaddr);
        let own = |address: Ipv4Addr| {
            self.leases
                .0
                .get(&address)
                .is_some_and(|lease| lease.client == client && lease.state != LeaseState::Declined)
        };
        let free = |address: Ipv4Addr| own(address) || self.leases.is_free(address);
        if let Some(address) = subnet.reservations.get(&message.chaddr).copied().filter(|it| free(*it)) {
            return Some((address, cite(text::OFFER_RESERVED, &[("address", &address), ("mac", &mac)])));
        }
        // Nobody gets what is reserved, this server's own, or a router's.
        let barred = |address: Ipv4Addr| {
            subnet.reservations.values().any(|other| *other == address)
                || subnet.routers.contains(&address)
                || self.interfaces.values().any(|net| net.addr() == address)
        };
        if let Some(address) = self.leases.of_client(subnet, &client).map(|lease| lease.address)
            && !barred(address)
        {
            return Some((address, cite(text::OFFER_AGAIN, &[("address", &address), ("mac", &mac)])));
        }
        let (first, last) = subnet.pool;
        let full = self.leases.0.len() >= self.config.max_leases;
        let room = |address: Ipv4Addr| !full || self.leases.0.contains_key(&address);
        if let Some(address) = message.options.requested_address()
            && (first..=last).contains(&address)
            && subnet.has(address)
            && free(address)
            && !barred(address)
            && room(address)
        {
            return Some((address, cite(text::OFFER_WANTED, &[("address", &address), ("mac", &mac)])));
        }
        let address =
            if full { self.leases.unused(subnet, barred) } else { self.leases.fresh(subnet, barred) }?;
        Some((address, cite(text::OFFER_FRESH, &[("address", &address)])))
    }

    /// DHCPREQUEST: RFC 2131 §4.3.2 tells the cases apart by what is filled in.
    pub(super) fn request(&mut self, context: &Context, message: &Message) {
        let wanted = message.options.requested_address();
        match (message.options.server_id(), wanted, message.ciaddr) {
            (Some(server), wanted, _) => self.selecting(context, message, server, wanted),
            (None, Some(wanted), Ipv4Addr::UNSPECIFIED) => {
                self.verify(context, message, wanted, text::ACK_VERIFIED);
            }
            (None, _, ciaddr) if !ciaddr.is_unspecified() => {
                self.verify(context, message, ciaddr, text::ACK_EXTENDED);
            }
            _ => self.ignored(context.from, cite(text::NOTHING_ASKED, &[("kind", &message.kind)])),
        }
    }

    /// In SELECTING: the client chose a server.
    fn selecting(
        &mut self,
        context: &Context,
        message: &Message,
        server: Ipv4Addr,
        wanted: Option<Ipv4Addr>,
    ) {
        let client = message.client();
        let mac = mac_text(message.chaddr);
        if !self.is_ours(server) {
            let offers: Vec<Ipv4Addr> = self
                .leases()
                .filter(|lease| lease.client == client)
                .filter(|lease| matches!(lease.state, LeaseState::Offered | LeaseState::Probing))
                .map(|lease| lease.address)
                .collect();
            for address in offers {
                self.forget(address, cite(text::OTHER_CHOSEN, &[("mac", &mac), ("server", &server)]));
            }
            return self.ignored(context.from, cite(text::OTHER_SERVER, &[("server", &server)]));
        }
        let Some(wanted) = wanted else {
            return self.ignored(context.from, cite(text::NOTHING_ASKED, &[("kind", &message.kind)]));
        };
        match self.subnet(context) {
            Some(subnet) if !subnet.has(wanted) => {
                let network = subnet.network;
                self.nak(
                    context,
                    message,
                    cite(text::NAK_NETWORK, &[("address", &wanted), ("network", &network)]),
                );
            }
            _ if self.holds(message, wanted) => {
                self.acknowledge(context, message, wanted, text::ACK_SELECTED);
            }
            _ => self.nak(context, message, cite(text::NAK_OTHER, &[("address", &wanted), ("mac", &mac)])),
        }
    }

    /// In INIT-REBOOT, RENEWING and REBINDING: the client has an address and no server in mind.
    fn verify(&mut self, context: &Context, message: &Message, address: Ipv4Addr, why: crate::trace::Cited) {
        let Some(subnet) = self.subnet(context) else { return };
        let mac = mac_text(message.chaddr);
        if !subnet.has(address) {
            let network = subnet.network;
            let cause = cite(text::NAK_NETWORK, &[("address", &address), ("network", &network)]);
            return self.nak(context, message, cause);
        }
        let others = |lease: &&Lease| lease.client != message.client();
        let known = self.leases.of_client(subnet, &message.client()).is_some();
        if self.holds(message, address) {
            self.acknowledge(context, message, address, why);
        } else if known || self.lease(address).filter(others).is_some_and(|lease| !lease.state.is_free()) {
            self.nak(context, message, cite(text::NAK_OTHER, &[("address", &address), ("mac", &mac)]));
        } else if self.config.authoritative {
            self.nak(context, message, cite(text::NAK_UNKNOWN, &[("mac", &mac)]));
        } else {
            self.ignored(context.from, cite(text::UNKNOWN_CLIENT, &[("mac", &mac)]));
        }
    }

    /// Whether the table says that the address is, was or is to be the client's.
    fn holds(&self, message: &Message, address: Ipv4Addr) -> bool {
        self.lease(address).is_some_and(|lease| {
            lease.client == message.client()
                && !matches!(lease.state, LeaseState::Declined | LeaseState::Probing)
        })
    }

    /// DHCPDECLINE: somebody uses the address. RFC 2131 §4.3.3.
    pub(super) fn decline(&mut self, context: &Context, message: &Message) {
        let Some(address) = message.options.requested_address() else {
            return self.ignored(context.from, cite(text::NOTHING_ASKED, &[("kind", &message.kind)]));
        };
        if self.given_back(context, message, address) {
            let hold = self.config.decline_hold;
            let until = Some(context.now.plus(hold));
            let args: [(&str, &dyn std::fmt::Display); 2] =
                [("mac", &mac_text(message.chaddr)), ("seconds", &(hold / 1_000_000))];
            self.change(address, LeaseState::Declined, context.now, until, cite(text::IN_USE, &args));
        }
    }

    /// DHCPRELEASE: the client needs the address no longer. RFC 2131 §4.3.4.
    pub(super) fn release(&mut self, context: &Context, message: &Message) {
        if self.given_back(context, message, message.ciaddr) {
            let cause = cite(text::GIVEN_BACK, &[("mac", &mac_text(message.chaddr))]);
            self.change(message.ciaddr, LeaseState::Released, context.now, None, cause);
        }
    }

    /// Whether a client that declines or releases an address has it from us.
    fn given_back(&mut self, context: &Context, message: &Message, address: Ipv4Addr) -> bool {
        let server = message.options.server_id().filter(|server| !self.is_ours(*server));
        if let Some(server) = server {
            self.ignored(context.from, cite(text::OTHER_SERVER, &[("server", &server)]));
            return false;
        }
        let bound = self.holds(message, address)
            && self.lease(address).is_some_and(|lease| lease.state == LeaseState::Bound);
        if !bound {
            let mac = mac_text(message.chaddr);
            self.ignored(context.from, cite(text::NO_SUCH_LEASE, &[("address", &address), ("mac", &mac)]));
        }
        bound
    }

    /// DHCPINFORM: everything but an address. RFC 2131 §4.3.5.
    pub(super) fn inform(&mut self, context: &Context, message: &Message) {
        if message.ciaddr.is_unspecified() {
            return self.ignored(context.from, cite(text::NOTHING_ASKED, &[("kind", &message.kind)]));
        }
        self.tell(context, message);
    }

    fn is_ours(&self, server: Ipv4Addr) -> bool {
        self.interfaces.values().any(|net| net.addr() == server)
    }
}

/// A new row for whoever sent a message.
pub(super) fn row(context: &Context, message: &Message, address: Ipv4Addr) -> Lease {
    Lease {
        address,
        client: message.client(),
        mac: message.chaddr,
        name: message.options.text(code::HOST_NAME),
        state: LeaseState::Offered,
        since: context.now,
        until: None,
    }
}
