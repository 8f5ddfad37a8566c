//! Multicast groups: which somebody here listens to, and how the routers are told (RFC 2236, RFC 3376).
//!
//! A machine speaks version 3, and an older one for a while after it has heard a querier of that version (RFC 3376 §7.2).

use std::{collections::BTreeMap, net::Ipv4Addr};

use smoltcp::{
    phy::ChecksumCapabilities,
    wire::{IgmpPacket, IgmpRepr, IgmpVersion, IpProtocol, Ipv4Packet, Ipv4Repr},
};

use super::{Output, Stack, ethernet::multicast_mac, note, text};
use crate::{
    mix::mix,
    trace::{Cell, Message, Text, Time},
};

/// Every host on a network; never reported.
const ALL_SYSTEMS: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 1);
/// Every router on a network: who is told of a leave in version 2.
const ALL_ROUTERS: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 2);
/// Every router that speaks version 3: who is told everything in that version.
const ALL_V3_ROUTERS: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 22);

/// RFC 3376 §8.1: so often a change is told, in case a report is lost.
const ROBUSTNESS: u32 = 2;
/// The longest wait before it is told again: RFC 3376 §8.11, and RFC 2236 §8.10 for older versions.
const AGAIN_V3: u64 = 1_000_000;
const AGAIN_V2: u64 = 10_000_000;
/// RFC 3376 §8.12: so long an older querier is believed to be there.
const OLDER_QUERIER: u64 = 260_000_000;
/// A query of version 1 does not say how long an answer may take: 10 s (RFC 2236 §4).
const V1_RESPONSE: u64 = 10_000_000;

/// RFC 3376 §4.2.12: group record types.
const MODE_IS_EXCLUDE: u8 = 2;
const CHANGE_TO_INCLUDE: u8 = 3;
const CHANGE_TO_EXCLUDE: u8 = 4;

/// An IPv4 header with the Router Alert option (RFC 2113).
const HEADER: usize = 24;
const ROUTER_ALERT: [u8; 4] = [0x94, 4, 0, 0];

/// What is said of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Joined,
    Left,
    Still,
}

/// Membership of a group on an interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// How many sockets listen.
    pub sockets: u32,
    /// What is still to be said, and when.
    report: Option<(Time, Word)>,
    /// How often a change is to be told again.
    again: u32,
}

#[derive(Debug, Default)]
pub(super) struct Groups {
    members: BTreeMap<(usize, Ipv4Addr), Membership>,
    /// Groups that were left, until it has been said often enough.
    left: BTreeMap<(usize, Ipv4Addr), (Time, u32)>,
    /// The version of the older querier on an interface, and until when it counts.
    older: BTreeMap<usize, (u8, Time)>,
}

impl Groups {
    pub(super) fn next_timer(&self) -> Option<Time> {
        let reports = self.members.values().filter_map(|member| member.report.map(|(at, _)| at));
        reports.chain(self.left.values().map(|(at, _)| *at)).min()
    }
}

impl Stack {
    /// The groups that somebody here listens to: the interface's number, the group, how many do.
    pub fn memberships(&self) -> impl Iterator<Item = (usize, Ipv4Addr, u32)> {
        self.groups.members.iter().map(|((interface, group), member)| (*interface, *group, member.sockets))
    }

    /// Somebody here listens to a group from now on (`IP_ADD_MEMBERSHIP`).
    pub fn join(&mut self, now: Time, interface: usize, group: Ipv4Addr, out: &mut Vec<Output>) {
        let Some(card) = self.interfaces.get_mut(interface).filter(|_| group.is_multicast()) else { return };
        if !card.groups.contains(&group) {
            card.groups.push(group);
        }
        let member = self.groups.members.entry((interface, group)).or_insert(Membership {
            sockets: 0,
            report: None,
            again: 0,
        });
        member.sockets += 1;
        let first = member.sockets == 1;
        self.group_row(interface, group, &text::JOINED, out);
        if first && group != ALL_SYSTEMS {
            self.groups.left.remove(&(interface, group));
            self.say(now, interface, group, Word::Joined, out);
            let at = self.some_time(now, interface, group, self.again(now, interface));
            if let Some(member) = self.groups.members.get_mut(&(interface, group)) {
                (member.report, member.again) = (Some((at, Word::Joined)), ROBUSTNESS - 1);
            }
        }
    }

    /// Somebody does not listen to a group any more (`IP_DROP_MEMBERSHIP`).
    pub fn leave(&mut self, now: Time, interface: usize, group: Ipv4Addr, out: &mut Vec<Output>) {
        let key = (interface, group);
        let Some(member) = self.groups.members.get_mut(&key) else { return };
        member.sockets = member.sockets.saturating_sub(1);
        let last = member.sockets == 0;
        if last {
            self.groups.members.remove(&key);
            if let Some(card) = self.interfaces.get_mut(interface) {
                card.groups.retain(|known| *known != group);
            }
        }
        self.group_row(interface, group, &text::LEFT, out);
        if last && group != ALL_SYSTEMS {
            self.say(now, interface, group, Word::Left, out);
            // Older versions say it once.
            if self.querier(now, interface) == 3 {
                let at = self.some_time(now, interface, group, AGAIN_V3);
                self.groups.left.insert(key, (at, ROBUSTNESS - 1));
            }
        }
    }

    fn group_row(&self, interface: usize, group: Ipv4Addr, why: &Message, out: &mut Vec<Output>) {
        let name = self.interfaces.get(interface).map_or("?", |card| card.name.as_str());
        let cell = |name: &str, value: String| Cell { name: name.to_owned(), value };
        let member = self.groups.members.get(&(interface, group));
        let row = member.map(|member| {
            vec![
                cell("Interface", name.to_owned()),
                cell("Group", group.to_string()),
                cell("Sockets", member.sockets.to_string()),
            ]
        });
        let key = format!("{group} dev {name}");
        out.push(Output::Table { table: "groups", key, row, why: why.text() });
    }

    /// The version that is spoken on an interface.
    fn querier(&self, now: Time, interface: usize) -> u8 {
        self.groups.older.get(&interface).filter(|(_, until)| now < *until).map_or(3, |(version, _)| *version)
    }

    fn again(&self, now: Time, interface: usize) -> u64 {
        if self.querier(now, interface) == 3 { AGAIN_V3 } else { AGAIN_V2 }
    }

    /// An instant within `most` microseconds that differs from machine to machine, so that not all speak at once: made of
    /// the MAC address, for a machine has no chance of its own.
    fn some_time(&self, now: Time, interface: usize, group: Ipv4Addr, most: u64) -> Time {
        let mac = self.interfaces.get(interface).map_or([0; 6], |card| card.mac);
        let [a, b, c, d, e, f] = mac;
        let own = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        let number = mix(own ^ mix(u64::from(group.to_bits()) ^ mix(now.micros())));
        now.plus(number % most.max(1))
    }

    pub(super) fn group_timers(&mut self, now: Time, out: &mut Vec<Output>) {
        let due = |(key, member): (&(usize, Ipv4Addr), &Membership)| {
            member.report.filter(|(at, _)| *at <= now).map(|(_, word)| (*key, word))
        };
        let due: Vec<_> = self.groups.members.iter().filter_map(due).collect();
        for ((interface, group), word) in due {
            self.say(now, interface, group, word, out);
            let at = self.some_time(now, interface, group, self.again(now, interface));
            if let Some(member) = self.groups.members.get_mut(&(interface, group)) {
                member.again = member.again.saturating_sub(u32::from(word == Word::Joined));
                let more = word == Word::Joined && member.again > 0;
                member.report = more.then_some((at, word));
            }
        }
        let gone: Vec<_> =
            self.groups.left.iter().filter(|(_, (at, _))| *at <= now).map(|(key, _)| *key).collect();
        for (interface, group) in gone {
            self.say(now, interface, group, Word::Left, out);
            let at = self.some_time(now, interface, group, AGAIN_V3);
            if let Some((when, left)) = self.groups.left.get_mut(&(interface, group)) {
                (*when, *left) = (at, left.saturating_sub(1));
            }
            self.groups.left.retain(|_, (_, left)| *left > 0);
        }
    }

    /// A router asks, or another member tells.
    pub(super) fn on_igmp(&mut self, now: Time, interface: usize, bytes: &[u8], out: &mut Vec<Output>) {
        let Ok(packet) = IgmpPacket::new_checked(bytes) else { return };
        if !packet.verify_checksum() {
            return out.push(note(text::IGMP_CHECKSUM.text()));
        }
        // A query of version 3 begins as one of version 2 does.
        match IgmpRepr::parse(&packet) {
            Ok(IgmpRepr::MembershipQuery { max_resp_time, group_addr, version }) => {
                let version = match version {
                    IgmpVersion::Version1 => 1,
                    IgmpVersion::Version2 if bytes.len() >= 12 => 3,
                    IgmpVersion::Version2 => 2,
                };
                if version < 3 {
                    self.groups.older.insert(interface, (version, now.plus(OLDER_QUERIER)));
                }
                let most = if version == 1 { V1_RESPONSE } else { max_resp_time.total_micros() };
                self.answer_query(now, interface, group_addr, most);
            }
            // Another has told the router: once is enough (RFC 2236 §3). Version 3 knows no such thing.
            Ok(IgmpRepr::MembershipReport { group_addr, .. }) if self.querier(now, interface) < 3 => {
                if let Some(member) = self.groups.members.get_mut(&(interface, group_addr))
                    && member.report.is_some_and(|(_, word)| word == Word::Still)
                {
                    member.report = None;
                    out.push(note(text::REPORT_HEARD.with(&[("group", &group_addr)])));
                }
            }
            _ => {}
        }
    }

    fn answer_query(&mut self, now: Time, interface: usize, asked: Ipv4Addr, most: u64) {
        let asked = |group: Ipv4Addr| asked.is_unspecified() || asked == group;
        let keys: Vec<_> = self.groups.members.keys().filter(|(at, _)| *at == interface).copied().collect();
        for (_, group) in keys.into_iter().filter(|(_, group)| *group != ALL_SYSTEMS && asked(*group)) {
            let at = self.some_time(now, interface, group, most);
            if let Some(member) = self.groups.members.get_mut(&(interface, group)) {
                let sooner = member.report.is_none_or(|(planned, _)| at < planned);
                if sooner {
                    let word = member.report.map_or(Word::Still, |(_, word)| word);
                    member.report = Some((at, word));
                }
            }
        }
    }

    fn say(&mut self, now: Time, interface: usize, group: Ipv4Addr, word: Word, out: &mut Vec<Output>) {
        let version = self.querier(now, interface);
        let why = match word {
            Word::Joined => &text::REPORT_JOINED,
            Word::Left => &text::REPORT_LEFT,
            Word::Still => &text::REPORT_STILL,
        }
        .with(&[("group", &group)]);
        let (to, message) = match (version, word) {
            (3, word) => {
                let kind = match word {
                    Word::Joined => CHANGE_TO_EXCLUDE,
                    Word::Left => CHANGE_TO_INCLUDE,
                    Word::Still => MODE_IS_EXCLUDE,
                };
                (ALL_V3_ROUTERS, report_v3(kind, group))
            }
            // Version 1 has no word for it.
            (1, Word::Left) => return,
            (_, Word::Left) => (ALL_ROUTERS, emit(&IgmpRepr::LeaveGroup { group_addr: group })),
            (version, _) => {
                let version = if version == 1 { IgmpVersion::Version1 } else { IgmpVersion::Version2 };
                (group, emit(&IgmpRepr::MembershipReport { group_addr: group, version }))
            }
        };
        self.send_igmp(interface, to, &message, why, out);
    }

    /// With the Router Alert option and one hop (RFC 3376 §4), always to the network itself.
    fn send_igmp(
        &mut self,
        interface: usize,
        to: Ipv4Addr,
        message: &[u8],
        why: Text,
        out: &mut Vec<Output>,
    ) {
        let Some(card) = self.interfaces.get(interface) else { return };
        // RFC 3376 §4.2.13: without an address of one's own, from 0.0.0.0.
        let source = card.source_for(to).unwrap_or(Ipv4Addr::UNSPECIFIED);
        let mut bytes = vec![0; HEADER];
        bytes.extend_from_slice(message);
        let total = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        let mut packet = Ipv4Packet::new_unchecked(bytes.as_mut_slice());
        let header = Ipv4Repr {
            src_addr: source,
            dst_addr: to,
            next_header: IpProtocol::Igmp,
            payload_len: message.len(),
            hop_limit: 1,
        };
        header.emit(&mut packet, &ChecksumCapabilities::ignored());
        packet.set_header_len(HEADER as u8);
        packet.set_total_len(total);
        packet.set_dscp(0xc0 >> 2);
        packet.set_dont_frag(true);
        packet.set_ident(self.ident);
        self.ident = self.ident.wrapping_add(1);
        if let Some(options) = bytes.get_mut(20..HEADER) {
            options.copy_from_slice(&ROUTER_ALERT);
        }
        Ipv4Packet::new_unchecked(bytes.as_mut_slice()).fill_checksum();
        let ethertype = smoltcp::wire::EthernetProtocol::Ipv4;
        self.frame_to(interface, multicast_mac(to), ethertype, &bytes, Some(why), out);
    }
}

fn emit(message: &IgmpRepr) -> Vec<u8> {
    let mut bytes = vec![0; message.buffer_len()];
    message.emit(&mut IgmpPacket::new_unchecked(bytes.as_mut_slice()));
    bytes
}

/// RFC 3376 §4.2: a report about one group, without sources.
fn report_v3(kind: u8, group: Ipv4Addr) -> Vec<u8> {
    let mut bytes = [&[0x22, 0, 0, 0, 0, 0, 0, 1, kind, 0, 0, 0][..], &group.octets()].concat();
    // The checksum is where all versions have it, and over all octets.
    IgmpPacket::new_unchecked(bytes.as_mut_slice()).fill_checksum();
    bytes
}
