//! `ip link`.

use super::{Style, device, kernel, unknown, value};
use crate::{
    stack::{Interface, neighbour::colons},
    terminal::{
        answer::{Answer, Refusal, Said},
        args::{Args, shortened},
        machine::{Change, Machine, card},
    },
};

/// RFC 791 §3.2: every network must carry 68 octets; Linux refuses less for IPv4's sake.
const LEAST_MTU: u16 = 68;

pub(super) fn run(machine: &dyn Machine, mut args: Args<'_>, style: Style) -> Said {
    let Some(command) = args.next() else { return show(machine, args, style) };
    match shortened(command, &["add", "set", "change", "del", "delete", "show", "list", "lst"]) {
        Some("set" | "change") => set(machine, args),
        Some("add" | "del" | "delete") => Err(kernel("Operation not permitted")),
        Some(_) => show(machine, args, style),
        None => Err(unknown(command, "link")),
    }
}

fn set(machine: &dyn Machine, mut args: Args<'_>) -> Said {
    let (mut name, mut up, mut mtu, mut mac) = (None, None, None, None);
    while let Some(word) = args.next() {
        match word {
            "up" => up = Some(true),
            "down" => up = Some(false),
            "mtu" => {
                let word = value(&mut args)?;
                let wrong = || {
                    Refusal::new(255, format!("Error: argument \"{word}\" is wrong: Invalid \"mtu\" value\n"))
                };
                mtu = Some(word.parse::<u32>().map_err(|_| wrong())?);
            }
            "address" => {
                let word = value(&mut args)?;
                mac = Some(mac_of(word).ok_or_else(|| Refusal::new(1, not_a_mac(word)))?);
            }
            "dev" => name = Some(value(&mut args)?),
            word if name.is_none() => name = Some(word),
            word => return Err(duplicate(word)),
        }
    }
    let Some(name) = name else {
        return Err(Refusal::new(255, "Not enough information: \"dev\" argument is required."));
    };
    let (number, card) = device(machine, name)?;
    let mut to = card.clone();
    if let Some(mtu) = mtu {
        if mtu < u32::from(LEAST_MTU) {
            return Err(Refusal::new(2, "Error: mtu less than device minimum."));
        }
        to.mtu =
            u16::try_from(mtu).map_err(|_| Refusal::new(2, "Error: mtu greater than device maximum."))?;
    }
    to.up = up.unwrap_or(to.up);
    to.mac = mac.unwrap_or(to.mac);
    if to == *card { Ok(Answer::default()) } else { Ok(Answer::change(Change::Interface { number, to })) }
}

/// A word too much.
fn duplicate(word: &str) -> Refusal {
    Refusal::new(255, format!("Error: either \"dev\" is duplicate, or \"{word}\" is a garbage."))
}

/// A MAC address as it is typed.
pub(in crate::terminal) fn mac_of(word: &str) -> Option<[u8; 6]> {
    let mut mac = [0; 6];
    let mut parts = word.split([':', '-']);
    for byte in &mut mac {
        let part = parts.next().filter(|part| (1..=2).contains(&part.len()))?;
        *byte = u8::from_str_radix(part, 16).ok()?;
    }
    parts.next().is_none().then_some(mac)
}

/// What iproute2 says of a MAC address that is none.
pub(super) fn not_a_mac(word: &str) -> String {
    format!("\"{word}\" is invalid lladdr.")
}

/// Which interfaces are to be shown.
#[derive(Debug, Default)]
pub(super) struct Which<'w> {
    name: Option<&'w str>,
    up: bool,
}

impl Which<'_> {
    pub(super) fn loopback(&self) -> bool {
        self.name.is_none_or(|name| name == "lo")
    }

    pub(super) fn cards<'m>(&self, machine: &'m dyn Machine) -> impl Iterator<Item = (usize, &'m Interface)> {
        let all = machine.interfaces().iter().enumerate();
        all.filter(|(_, card)| (!self.up || card.up) && self.name.is_none_or(|name| name == card.name))
    }
}

pub(super) fn which<'w>(machine: &dyn Machine, mut args: Args<'w>) -> Result<Which<'w>, Refusal> {
    let mut which = Which::default();
    while let Some(word) = args.next() {
        match word {
            "up" => which.up = true,
            "dev" => which.name = Some(value(&mut args)?),
            word if which.name.is_none() => which.name = Some(word),
            word => return Err(duplicate(word)),
        }
    }
    match which.name {
        Some(name) if name != "lo" && card(machine, name).is_none() => {
            Err(Refusal::new(1, format!("Device \"{name}\" does not exist.")))
        }
        _ => Ok(which),
    }
}

fn show(machine: &dyn Machine, args: Args<'_>, style: Style) -> Said {
    let which = which(machine, args)?;
    let mut lines = Vec::new();
    if which.loopback() {
        if style.brief {
            lines.push(format!("{:<16} {:<14} 00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP> ", "lo", "UNKNOWN"));
        } else {
            lines.extend(joined(loopback(style, " mode DEFAULT"), style));
        }
    }
    for (number, card) in which.cards(machine) {
        if style.brief {
            let (name, state, mac) = (&card.name, state(card), colons(card.mac));
            lines.push(format!("{name:<16} {state:<14} {mac} <{}> ", flags(card)));
        } else {
            lines.extend(joined(head(number, card, style, " mode DEFAULT"), style));
        }
    }
    Ok(Answer::lines(lines))
}

fn joined(lines: Vec<String>, style: Style) -> Vec<String> {
    if style.oneline { vec![lines.join("\\")] } else { lines }
}

/// The number that Linux gives an interface: the loopback interface is the first.
pub(super) const fn index(number: usize) -> usize {
    number + 2
}

pub(super) const fn state(card: &Interface) -> &'static str {
    if card.up { "UP" } else { "DOWN" }
}

const fn flags(card: &Interface) -> &'static str {
    if card.up { "BROADCAST,MULTICAST,UP,LOWER_UP" } else { "BROADCAST,MULTICAST" }
}

/// The lines about the loopback interface.
pub(super) fn loopback(style: Style, mode: &str) -> Vec<String> {
    let first = format!(
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN{mode} group default qlen 1000"
    );
    let second = "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00".to_owned();
    if style.ipv4_only { vec![first] } else { vec![first, second] }
}

/// The lines about an interface.
pub(super) fn head(number: usize, card: &Interface, style: Style, mode: &str) -> Vec<String> {
    let first = format!(
        "{}: {}: <{}> mtu {} qdisc noqueue state {}{mode} group default qlen 1000",
        index(number),
        card.name,
        flags(card),
        card.mtu,
        state(card)
    );
    let second = format!("    link/ether {} brd ff:ff:ff:ff:ff:ff", colons(card.mac));
    if style.ipv4_only { vec![first] } else { vec![first, second] }
}
