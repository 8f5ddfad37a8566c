//! ICMP (RFC 792, RFC 1122 §3.2.2): echo, errors in and out, and how often an error may be sent.

use std::{collections::BTreeMap, net::Ipv4Addr};

use smoltcp::wire::{
    Icmpv4DstUnreachable, Icmpv4Message, Icmpv4Packet, Icmpv4Redirect, Icmpv4TimeExceeded, IpProtocol,
    Ipv4Packet,
};

use super::{
    Output, Payload, Received, Stack, note,
    output::{Fragments, Outgoing},
    route::{Origin, Route},
    text,
};
use crate::trace::{Cell, Message, Text, Time};

/// An ICMP error takes no more than 576 octets with its IPv4 header (RFC 1812 §4.3.2.3): so much is quoted.
const QUOTED: usize = 576 - 20 - 8;
/// What is sent at once before the limit works, as on Linux.
const BURST: u64 = 6;
/// So often a sender is told of the shorter way before the router gives up, as Linux does.
const REDIRECTS: u32 = 9;
/// The pause after the first redirect; it doubles each time.
const REDIRECT_PAUSE: u64 = 20_000;
/// Addresses that the limits remember; beyond, all is forgotten.
const MOST: usize = 1024;

/// What went wrong with a packet of ours, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcmpError {
    /// Who says so.
    pub from: Ipv4Addr,
    /// What went wrong.
    pub kind: ErrorKind,
    /// The address of ours that our packet came from.
    pub src: Ipv4Addr,
    /// Where our packet was to go.
    pub dst: Ipv4Addr,
    /// What it carried.
    pub protocol: IpProtocol,
    /// The beginning of that, eight octets at least.
    pub quoted: Vec<u8>,
}

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// It could not be delivered.
    Unreachable(Icmpv4DstUnreachable),
    /// It was too large for a network on its way, and must not be cut.
    FragmentationNeeded {
        /// What would pass: bytes.
        mtu: u16,
    },
    /// It had no hop left, or its pieces did not all come.
    TimeExceeded(Icmpv4TimeExceeded),
    /// A field of its header was wrong.
    ParameterProblem {
        /// Which octet.
        pointer: u8,
    },
}

/// An error to be sent: type and code, what the type has in the second word, and the packet that it is about.
#[derive(Clone, Copy)]
struct Error<'p> {
    kind: (Icmpv4Message, u8),
    rest: [u8; 4],
    packet: &'p [u8],
}

/// How often an error was sent to whom.
#[derive(Debug)]
pub(super) struct Limits {
    interval: u64,
    /// The credit of an address, and when it was counted.
    credit: BTreeMap<Ipv4Addr, (u64, Time)>,
    /// Redirects to an address, and when the last was sent.
    redirects: BTreeMap<Ipv4Addr, (u32, Time)>,
}

impl Limits {
    pub(super) const fn new(interval: u64) -> Self {
        Self { interval, credit: BTreeMap::new(), redirects: BTreeMap::new() }
    }

    /// Whether an error may be sent now; then it counts.
    fn allow(&mut self, now: Time, to: Ipv4Addr) -> bool {
        if self.interval == 0 {
            return true;
        }
        if self.credit.len() >= MOST {
            self.credit.clear();
        }
        let most = self.interval.saturating_mul(BURST);
        let (credit, since) = self.credit.entry(to).or_insert((most, now));
        *credit = credit.saturating_add(now.since(*since)).min(most);
        *since = now;
        let enough = *credit >= self.interval;
        if enough {
            *credit -= self.interval;
        }
        enough
    }

    fn allow_redirect(&mut self, now: Time, to: Ipv4Addr) -> bool {
        if self.redirects.len() >= MOST {
            self.redirects.clear();
        }
        let (count, last) = self.redirects.entry(to).or_insert((0, now));
        let pause = REDIRECT_PAUSE << (*count).min(REDIRECTS);
        let may = *count == 0 || (*count < REDIRECTS && now.since(*last) >= pause);
        if may {
            *count += 1;
            *last = now;
        }
        may
    }
}

impl Stack {
    /// A message for this machine; what is to be handed on.
    pub(super) fn on_icmp(
        &mut self,
        now: Time,
        interface: Option<usize>,
        packet: &Ipv4Packet<&[u8]>,
        message: &Icmpv4Packet<&[u8]>,
        out: &mut Vec<Output>,
    ) -> Option<Payload> {
        let code = message.msg_code();
        let quoted = |kind| self.quoted(packet.src_addr(), kind, message.data());
        let error = match message.msg_type() {
            Icmpv4Message::EchoRequest if code == 0 => {
                self.answer_echo(now, packet, message, out);
                return None;
            }
            Icmpv4Message::EchoReply if code == 0 => {
                let (ident, seq, data) =
                    (message.echo_ident(), message.echo_seq_no(), message.data().to_vec());
                return Some(Payload::EchoReply { ident, seq, data });
            }
            Icmpv4Message::DstUnreachable => match Icmpv4DstUnreachable::from(code) {
                Icmpv4DstUnreachable::FragRequired => {
                    let field = message.clone().into_inner().get(6..8).map(<[u8; 2]>::try_from);
                    let mtu = field.and_then(Result::ok).map_or(0, u16::from_be_bytes);
                    let error = quoted(ErrorKind::FragmentationNeeded { mtu })?;
                    let believed = self.path_mtus.learn(now, error.dst, mtu);
                    let args: [(&str, &dyn std::fmt::Display); 2] =
                        [("address", &error.dst), ("mtu", &believed)];
                    let cell = |name: &str, value: String| Cell { name: name.to_owned(), value };
                    out.push(Output::Table {
                        table: "pmtu",
                        key: error.dst.to_string(),
                        row: Some(vec![
                            cell("Address", error.dst.to_string()),
                            cell("MTU", believed.to_string()),
                        ]),
                        why: text::PATH_MTU.with(&args),
                    });
                    out.push(note(text::PATH_MTU.with(&args)));
                    Some(error)
                }
                reason => quoted(ErrorKind::Unreachable(reason)),
            },
            Icmpv4Message::TimeExceeded => quoted(ErrorKind::TimeExceeded(code.into())),
            Icmpv4Message::ParamProblem => {
                let pointer = message.clone().into_inner().get(4).copied().unwrap_or(0);
                quoted(ErrorKind::ParameterProblem { pointer })
            }
            Icmpv4Message::Redirect => {
                self.on_redirect(interface, packet, message, out);
                return None;
            }
            _ => None,
        };
        if error.is_none() {
            out.push(note(text::BAD_ICMP.text()));
        }
        error.map(Payload::Error)
    }

    /// An error and the packet that it quotes, if that was ours.
    fn quoted(&self, from: Ipv4Addr, kind: ErrorKind, data: &[u8]) -> Option<IcmpError> {
        // A quotation is cut short, so that its length says nothing.
        let original = Ipv4Packet::new_unchecked(data);
        let header_len = data.first().map(|first| usize::from(first & 0x0f) * 4).filter(|len| *len >= 20)?;
        let quoted = data.get(header_len..).filter(|quoted| quoted.len() >= 8)?.to_vec();
        let (src, dst, protocol) = (original.src_addr(), original.dst_addr(), original.next_header());
        self.is_local(src).then_some(IcmpError { from, kind, src, dst, protocol, quoted })
    }

    /// Tells whoever on this machine sent a packet that its neighbour does not answer, as Linux does.
    pub(super) fn report_host_unreachable(&self, packet: &[u8], out: &mut Vec<Output>) {
        let Ok(parsed) = Ipv4Packet::new_checked(packet) else { return };
        let (from, ttl) = (parsed.src_addr(), parsed.hop_limit());
        let kind = ErrorKind::Unreachable(Icmpv4DstUnreachable::HostUnreachable);
        let Some(error) = self.quoted(from, kind, packet) else { return };
        out.push(Output::Received(Received {
            interface: None,
            src: from,
            dst: from,
            ttl,
            pieces: false,
            payload: Payload::Error(error),
            packet: packet.to_vec(),
        }));
    }

    fn answer_echo(
        &mut self,
        now: Time,
        packet: &Ipv4Packet<&[u8]>,
        request: &Icmpv4Packet<&[u8]>,
        out: &mut Vec<Output>,
    ) {
        let (from, to) = (packet.src_addr(), packet.dst_addr());
        let many = self.is_many(to);
        if many && !self.config.answer_broadcast_echo {
            return out.push(note(text::BROADCAST_ECHO.text()));
        }
        let mut bytes = request.clone().into_inner().to_vec();
        let mut reply = Icmpv4Packet::new_unchecked(bytes.as_mut_slice());
        reply.set_msg_type(Icmpv4Message::EchoReply);
        reply.fill_checksum();
        let outgoing = Outgoing {
            src: (!many).then_some(to),
            fragments: Fragments::Allowed,
            note: Some(text::ECHO_REPLY.text()),
            ..Outgoing::new(from, IpProtocol::Icmp, &bytes)
        };
        self.send_or_say(now, outgoing, out);
    }

    /// A router says that another is nearer to where we want to go (RFC 1122 §3.2.2.2).
    fn on_redirect(
        &mut self,
        interface: Option<usize>,
        packet: &Ipv4Packet<&[u8]>,
        message: &Icmpv4Packet<&[u8]>,
        out: &mut Vec<Output>,
    ) {
        let bytes = message.clone().into_inner();
        let gateway = bytes.get(4..8).and_then(|four| <[u8; 4]>::try_from(four).ok()).map(Ipv4Addr::from);
        let kind = ErrorKind::Unreachable(Icmpv4DstUnreachable::NetUnreachable);
        let (Some(gateway), Some(original), Some(interface)) =
            (gateway, self.quoted(packet.src_addr(), kind, message.data()), interface)
        else {
            return;
        };
        let near = self.interfaces.get(interface).is_some_and(|card| {
            card.addresses.iter().any(|own| own.contains(&gateway)) && !card.is_broadcast(gateway)
        });
        let from_our_router = self
            .routes
            .lookup(original.dst)
            .is_some_and(|route| route.next_hop(original.dst) == packet.src_addr());
        let believed = self.config.accept_redirects
            && !self.config.forwarding
            && near
            && from_our_router
            && !self.is_local(gateway);
        let args: [(&str, &dyn std::fmt::Display); 2] = [("gateway", &gateway), ("address", &original.dst)];
        if !believed {
            return out.push(note(text::REDIRECT_IGNORED.with(&args)));
        }
        let host = ipnet::Ipv4Net::new(original.dst, 32).unwrap_or_default();
        let route = Route { origin: Origin::Redirect, ..Route::via(host, gateway, interface) };
        let why = text::REDIRECTED.with(&args);
        let old = |known: &Route| known.destination == host && known.origin == Origin::Redirect;
        self.remove_routes(old, &why, out);
        self.add_route(route, &why, out);
    }

    /// Answers a datagram for a port that nobody has bound; `packet` is [`Received::packet`](super::Received).
    pub fn port_unreachable(&mut self, now: Time, packet: &[u8], port: u16, out: &mut Vec<Output>) {
        let why = text::PORT_UNREACHABLE.with(&[("port", &port)]);
        self.unreachable(now, Icmpv4DstUnreachable::PortUnreachable, packet, why, out);
    }

    /// Answers a packet of a protocol that nobody here understands.
    pub fn protocol_unreachable(&mut self, now: Time, packet: &[u8], out: &mut Vec<Output>) {
        let protocol = Ipv4Packet::new_checked(packet).map_or(0, |packet| packet.next_header().into());
        let why = text::PROTOCOL_UNREACHABLE.with(&[("protocol", &protocol)]);
        self.unreachable(now, Icmpv4DstUnreachable::ProtoUnreachable, packet, why, out);
    }

    pub(super) fn unreachable(
        &mut self,
        now: Time,
        reason: Icmpv4DstUnreachable,
        packet: &[u8],
        why: Text,
        out: &mut Vec<Output>,
    ) {
        let kind = (Icmpv4Message::DstUnreachable, reason.into());
        self.complain(now, Error { kind, rest: [0; 4], packet }, why, out);
    }

    /// RFC 1191 §4: "fragmentation needed", with the size that would pass in what was unused before.
    pub(super) fn fragmentation_needed(&mut self, now: Time, mtu: u16, packet: &[u8], out: &mut Vec<Output>) {
        let [high, low] = mtu.to_be_bytes();
        let kind = (Icmpv4Message::DstUnreachable, Icmpv4DstUnreachable::FragRequired.into());
        let why = text::FRAGMENTATION_NEEDED.with(&[("mtu", &mtu)]);
        self.complain(now, Error { kind, rest: [0, 0, high, low], packet }, why, out);
    }

    pub(super) fn time_exceeded(
        &mut self,
        now: Time,
        what: Icmpv4TimeExceeded,
        packet: &[u8],
        why: &Message,
        out: &mut Vec<Output>,
    ) {
        let kind = (Icmpv4Message::TimeExceeded, what.into());
        self.complain(now, Error { kind, rest: [0; 4], packet }, why.text(), out);
    }

    /// Tells the sender of a packet that another router is nearer.
    pub(super) fn redirect(&mut self, now: Time, gateway: Ipv4Addr, packet: &[u8], out: &mut Vec<Output>) {
        let Some(to) = self.may_be_told(packet) else { return };
        if self.limits.allow_redirect(now, to) {
            let kind = (Icmpv4Message::Redirect, Icmpv4Redirect::Host.into());
            let why = text::REDIRECT.with(&[("gateway", &gateway)]);
            let error = Error { kind, rest: gateway.octets(), packet };
            self.send_error(now, to, error, why, out);
        }
    }

    fn complain(&mut self, now: Time, error: Error<'_>, why: Text, out: &mut Vec<Output>) {
        let Some(to) = self.may_be_told(error.packet) else {
            return out.push(note(text::NO_COMPLAINT.text()));
        };
        if !self.limits.allow(now, to) {
            return out.push(note(text::LIMITED.with(&[("address", &to)])));
        }
        self.send_error(now, to, error, why, out);
    }

    fn send_error(&mut self, now: Time, to: Ipv4Addr, error: Error<'_>, why: Text, out: &mut Vec<Output>) {
        let Error { kind: (kind, code), rest, packet } = error;
        let quoted = packet.get(..QUOTED.min(packet.len())).unwrap_or_default();
        let mut bytes = [&[0; 4][..], &rest, quoted].concat();
        let mut message = Icmpv4Packet::new_unchecked(bytes.as_mut_slice());
        message.set_msg_type(kind);
        message.set_msg_code(code);
        message.fill_checksum();
        let outgoing = Outgoing {
            fragments: Fragments::Allowed,
            note: Some(why),
            // RFC 1812 §4.3.2.5: errors have precedence 6, internetwork control.
            tos: 0xc0,
            ..Outgoing::new(to, IpProtocol::Icmp, &bytes)
        };
        self.send_or_say(now, outgoing, out);
    }

    /// RFC 1122 §3.2.2: to whom an error about a packet may go, if to anybody: not about an error, a piece other than the
    /// first, or what was for many; not to whom is not one machine.
    fn may_be_told(&self, packet: &[u8]) -> Option<Ipv4Addr> {
        let packet = Ipv4Packet::new_checked(packet).ok()?;
        let (src, dst) = (packet.src_addr(), packet.dst_addr());
        let is_error = packet.next_header() == IpProtocol::Icmp
            && packet.payload().first().is_none_or(|kind| !matches!(kind, 0 | 8 | 9 | 10 | 13..=18));
        let allowed = packet.frag_offset() == 0
            && !is_error
            && !self.is_many(dst)
            && !self.is_many(src)
            && !src.is_unspecified();
        allowed.then_some(src)
    }
}
