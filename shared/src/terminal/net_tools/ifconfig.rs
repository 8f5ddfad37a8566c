//! `ifconfig`.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::host;
use crate::{
    stack::{Interface, neighbour::colons},
    terminal::{
        answer::{Answer, Refusal, Said},
        args::Args,
        ip::mac_of,
        machine::{Change, Counters, Machine, card},
    },
};

const USAGE: &str = "\
Usage:
  ifconfig [-a] [-s] <interface> [<address>[/<prefixlen>]]
  [netmask <address>]  [hw ether <address>]  [mtu <NN>]
  [up|down]";

pub(in crate::terminal) fn run(machine: &dyn Machine, words: &[String]) -> Said {
    let mut args = Args::new(words);
    let (mut all, mut short) = (false, false);
    while let Some(option) = args.peek().filter(|word| word.starts_with('-')) {
        match option {
            "-a" => all = true,
            "-s" => short = true,
            "-v" => {}
            _ => {
                let said = format!(
                    "ifconfig: option `{option}' not recognised.\nifconfig: `--help' gives usage information."
                );
                return Err(Refusal::new(1, said));
            }
        }
        args.next();
    }
    let Some(name) = args.next() else {
        let shown = |(_, card): &(usize, &Interface)| all || card.up;
        let cards = machine.interfaces().iter().enumerate().filter(shown);
        if short {
            let head =
                "Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg".to_owned();
            return Ok(Answer::lines(std::iter::once(head).chain(rows(machine, cards))));
        }
        let blocks = cards.flat_map(|(number, card)| block(card, machine.counters(number)));
        return Ok(Answer::lines(blocks.chain(loopback())));
    };
    let there = card(machine, name);
    if args.is_empty() {
        return match there {
            _ if name == "lo" => Ok(Answer::lines(loopback())),
            Some((number, card)) => Ok(Answer::lines(block(card, machine.counters(number)))),
            None => {
                let said = format!("{name}: error fetching interface information: Device not found");
                Err(Refusal::new(1, said))
            }
        };
    }
    let (number, card) = there.ok_or_else(|| {
        let said = "SIOCSIFADDR: No such device\n".to_owned();
        let flags = format!("{name}: ERROR while getting interface flags: No such device");
        Refusal::new(255, if matches!(args.peek(), Some("up" | "down")) { flags } else { said + &flags })
    })?;
    let to = changed(machine, card.clone(), args)?;
    if to == *card { Ok(Answer::default()) } else { Ok(Answer::change(Change::Interface { number, to })) }
}

/// The mask that an address of a class has, since there were no masks (RFC 791 §3.2).
fn class_prefix(address: Ipv4Addr) -> u8 {
    match address.octets() {
        [0..128, ..] => 8,
        [128..192, ..] => 16,
        _ => 24,
    }
}

fn changed(machine: &dyn Machine, mut card: Interface, mut args: Args<'_>) -> Result<Interface, Refusal> {
    let usage = || Refusal::new(1, USAGE);
    while let Some(word) = args.next() {
        match word {
            "up" => card.up = true,
            "down" => card.up = false,
            "mtu" => {
                let mtu: u16 = args.next().and_then(|word| word.parse().ok()).ok_or_else(usage)?;
                if mtu < 68 {
                    return Err(Refusal::new(255, "SIOCSIFMTU: Invalid argument"));
                }
                card.mtu = mtu;
            }
            "hw" => {
                args.take("ether");
                let word = args.next().ok_or_else(usage)?;
                let wrong = || Refusal::new(1, format!("{word}: invalid ether address."));
                card.mac = mac_of(word).ok_or_else(wrong)?;
            }
            "broadcast" => {
                args.next();
            }
            "netmask" => {
                let word = args.next().ok_or_else(usage)?;
                let mask = word.parse().ok().and_then(|mask| ipnet::ipv4_mask_to_prefix(mask).ok());
                let invalid = || Refusal::new(255, "SIOCSIFNETMASK: Invalid argument");
                let prefix = mask.ok_or_else(invalid)?;
                let first = card.addresses.first_mut();
                let none = || Refusal::new(255, "SIOCSIFNETMASK: Cannot assign requested address");
                let first = first.ok_or_else(none)?;
                *first = Ipv4Net::new(first.addr(), prefix).map_err(|_| invalid())?;
            }
            word => {
                let (address, length) =
                    word.split_once('/').map_or((word, None), |(it, length)| (it, Some(length)));
                let unknown = || {
                    Refusal::new(
                        1,
                        format!("{word}: Unknown host\nifconfig: `--help' gives usage information."),
                    )
                };
                let address = host(machine, address).ok_or_else(unknown)?;
                let prefix = length.map_or(Some(class_prefix(address)), |length| length.parse().ok());
                let net = prefix.and_then(|prefix| Ipv4Net::new(address, prefix).ok()).ok_or_else(unknown)?;
                // The kernel puts an address in the place of the first, and the interface up.
                match card.addresses.first_mut() {
                    _ if address.is_unspecified() => card.addresses.clear(),
                    Some(first) => *first = net,
                    None => card.addresses.push(net),
                }
                card.up = true;
            }
        }
    }
    Ok(card)
}

/// The lines about an interface.
fn block(card: &Interface, counters: Counters) -> Vec<String> {
    let flags = if card.up { "4163<UP,BROADCAST,RUNNING,MULTICAST>" } else { "4098<BROADCAST,MULTICAST>" };
    let mut lines = vec![format!("{}: flags={flags}  mtu {}", card.name, card.mtu)];
    if let Some(own) = card.addresses.first() {
        let broadcast = if own.prefix_len() < 31 { own.broadcast() } else { Ipv4Addr::UNSPECIFIED };
        lines.push(format!("        inet {}  netmask {}  broadcast {broadcast}", own.addr(), own.netmask()));
    }
    lines.push(format!("        ether {}  txqueuelen 1000  (Ethernet)", colons(card.mac)));
    lines.extend(traffic(counters));
    lines
}

fn traffic(counters: Counters) -> [String; 5] {
    let Counters { rx_packets, rx_bytes, tx_packets, tx_bytes } = counters;
    [
        format!("        RX packets {rx_packets}  bytes {rx_bytes} ({})", scaled(rx_bytes)),
        "        RX errors 0  dropped 0  overruns 0  frame 0".to_owned(),
        format!("        TX packets {tx_packets}  bytes {tx_bytes} ({})", scaled(tx_bytes)),
        "        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0".to_owned(),
        String::new(),
    ]
}

/// Bytes with a unit and one decimal, which is cut and not rounded.
fn scaled(bytes: u64) -> String {
    let units = [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")];
    let (unit, name) = units.into_iter().find(|(unit, _)| bytes >= *unit).unwrap_or((1, "B"));
    format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit)
}

fn loopback() -> Vec<String> {
    let mut lines = vec![
        "lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536".to_owned(),
        "        inet 127.0.0.1  netmask 255.0.0.0".to_owned(),
        "        loop  txqueuelen 1000  (Local Loopback)".to_owned(),
    ];
    lines.extend(traffic(Counters::default()));
    lines
}

/// A line each, as `ifconfig -s` and `netstat -i` have it.
pub(super) fn rows<'m>(
    machine: &'m dyn Machine,
    cards: impl Iterator<Item = (usize, &'m Interface)>,
) -> impl Iterator<Item = String> {
    let row = |name: &str, mtu: u32, counters: Counters, flags: &str| {
        let (rx, tx) = (counters.rx_packets, counters.tx_packets);
        format!(
            "{name:<14} {mtu:>6} {rx:>8} {:>6} {:>6} {:<6} {tx:>8} {:>6} {:>6} {:>6} {flags}",
            0, 0, 0, 0, 0, 0
        )
    };
    cards
        .map(move |(number, card)| {
            let flags = if card.up { "BMRU" } else { "BM" };
            row(&card.name, card.mtu.into(), machine.counters(number), flags)
        })
        .chain(std::iter::once_with(move || row("lo", 65_536, Counters::default(), "LRU")))
}
