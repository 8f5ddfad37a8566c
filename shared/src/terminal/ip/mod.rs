//! `ip` of iproute2: addresses, links, routes and neighbours.

mod address;
mod link;
mod neighbour;
mod route;

pub(super) use link::mac_of;
pub(super) use route::sorted;

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::{
    answer::{Refusal, Said},
    args::{Args, shortened},
    machine::{Machine, card},
};
use crate::stack::Interface;

/// How much is to be said.
#[derive(Debug, Clone, Copy, Default)]
struct Style {
    /// `-br`: a line each.
    brief: bool,
    /// `-o`: what belongs together on one line.
    oneline: bool,
    /// `-4`: nothing of the link.
    ipv4_only: bool,
}

const USAGE: &str = "\
Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
where  OBJECT := { address | link | neigh | route }
       OPTIONS := { -4 | -br[ief] | -o[neline] }";

pub(super) fn run(machine: &dyn Machine, words: &[String]) -> Said {
    let (mut args, mut style) = (Args::new(words), Style::default());
    while let Some(option) = args.peek().filter(|word| word.starts_with('-')) {
        let letters = option.trim_start_matches('-');
        match letters {
            "4" => style.ipv4_only = true,
            _ if shortened(letters, &["brief"]).is_some() && letters.len() > 1 => style.brief = true,
            _ if shortened(letters, &["oneline"]).is_some() => style.oneline = true,
            _ => {
                return Err(Refusal::new(255, format!("Option \"{option}\" is unknown, try \"ip -help\".")));
            }
        }
        args.next();
    }
    let Some(object) = args.next() else { return Err(Refusal::new(255, USAGE)) };
    const OBJECTS: [&str; 6] = ["address", "route", "neighbor", "neighbour", "link", "help"];
    match shortened(object, &OBJECTS) {
        Some("address") => address::run(machine, args, style),
        Some("link") => link::run(machine, args, style),
        Some("route") => route::run(machine, args),
        Some("neighbor" | "neighbour") => neighbour::run(machine, args, style),
        Some(_) => Err(Refusal::new(255, USAGE)),
        None => Err(Refusal::new(1, format!("Object \"{object}\" is unknown, try \"ip help\"."))),
    }
}

/// What the kernel answers when it refuses.
fn kernel(said: &str) -> Refusal {
    Refusal::new(2, format!("RTNETLINK answers: {said}"))
}

/// What the kernel answers when it says more.
fn because(said: &str) -> Refusal {
    Refusal::new(2, format!("Error: {said}"))
}

fn incomplete() -> Refusal {
    Refusal::new(255, "Command line is not complete. Try option \"help\"")
}

fn unknown(command: &str, object: &str) -> Refusal {
    Refusal::new(255, format!("Command \"{command}\" is unknown, try \"ip {object} help\"."))
}

fn garbage(kind: &str, word: &str, expected: &str) -> Refusal {
    let what = if kind.is_empty() { String::new() } else { format!("{kind} ") };
    Refusal::new(1, format!("Error: {what}{expected} is expected rather than \"{word}\"."))
}

fn no_device(name: &str) -> Refusal {
    Refusal::new(1, format!("Cannot find device \"{name}\""))
}

/// The interface of a name that must be there.
fn device<'m>(machine: &'m dyn Machine, name: &str) -> Result<(usize, &'m Interface), Refusal> {
    card(machine, name).ok_or_else(|| no_device(name))
}

/// An address with a prefix length, 32 if there is none; a prefix may leave out trailing zeros.
fn prefix(word: &str) -> Option<Ipv4Net> {
    let (address, length) =
        word.split_once('/').map_or((word, None), |(address, length)| (address, Some(length)));
    let parts = address.split('.').count();
    let address: Ipv4Addr = match length {
        Some(_) if parts < 4 => format!("{address}{}", ".0".repeat(4 - parts)).parse().ok()?,
        _ => address.parse().ok()?,
    };
    let length = match length {
        None => 32,
        Some(mask) if mask.contains('.') => ipnet::ipv4_mask_to_prefix(mask.parse().ok()?).ok()?,
        Some(length) => length.parse().ok()?,
    };
    Ipv4Net::new(address, length).ok()
}

/// An address, of which one alone is meant.
fn inet(word: &str) -> Result<Ipv4Addr, Refusal> {
    word.parse().map_err(|_| garbage("inet", word, "address"))
}

fn value<'w>(args: &mut Args<'w>) -> Result<&'w str, Refusal> {
    args.next().ok_or_else(incomplete)
}
