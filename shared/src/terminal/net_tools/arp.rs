//! `arp`.

use std::net::Ipv4Addr;

use super::{host, shown};
use crate::{
    stack::neighbour::{State, colons},
    terminal::{
        answer::{Answer, Refusal, Said},
        args::{Opt, OptError, getopt},
        ip::mac_of,
        machine::{Change, Machine, Neighbour, card, card_name, near},
    },
};

const USAGE: &str = "\
Usage:
  arp [-n] [-i <if>] [-a] [<hostname>]             <-Display ARP cache
  arp [-i <if>] -d  <host>                         <-Delete ARP entry
  arp [-i <if>] -s  <host> <hwaddr>                <-Add entry";

#[derive(Debug, Default)]
struct Typed {
    bsd: bool,
    numeric: bool,
    delete: bool,
    set: bool,
    interface: Option<String>,
    words: Vec<String>,
}

pub(in crate::terminal) fn run(machine: &dyn Machine, words: &[String]) -> Said {
    let mut typed = Typed::default();
    for option in getopt(words, "aenvdsi:").map_err(usage)? {
        match option {
            Opt::Short('a', _) => typed.bsd = true,
            Opt::Short('n', _) => typed.numeric = true,
            Opt::Short('d', _) => typed.delete = true,
            Opt::Short('s', _) => typed.set = true,
            Opt::Short('i', name) => typed.interface = name,
            Opt::Short(..) => {}
            Opt::Plain(word) => typed.words.push(word),
        }
    }
    match (typed.delete, typed.set) {
        (true, _) => delete(machine, &typed),
        (_, true) => set(machine, &typed),
        _ => Ok(show(machine, &typed)),
    }
}

fn usage(error: OptError) -> Refusal {
    let first = match error {
        OptError::Unknown(letter) => format!("arp: invalid option -- '{letter}'"),
        OptError::NoValue(letter) => format!("arp: option requires an argument -- '{letter}'"),
    };
    Refusal::new(3, format!("{first}\n{USAGE}"))
}

fn address(machine: &dyn Machine, typed: &Typed) -> Result<Ipv4Addr, Refusal> {
    let word = typed.words.first().ok_or_else(|| Refusal::new(255, "arp: need host name"))?;
    host(machine, word).ok_or_else(|| Refusal::new(255, format!("{word}: Unknown host")))
}

fn delete(machine: &dyn Machine, typed: &Typed) -> Said {
    let address = address(machine, typed)?;
    let interface = typed.interface.as_deref().and_then(|name| card(machine, name)).map(|(number, _)| number);
    let all = machine.neighbours().into_iter();
    let found: Vec<_> = all
        .filter(|it| it.address == address && interface.is_none_or(|number| number == it.interface))
        .map(|it| (it.interface, it.address))
        .collect();
    if found.is_empty() {
        return Err(Refusal::new(255, format!("No ARP entry for {address}")));
    }
    Ok(Answer::change(Change::DeleteNeighbours(found)))
}

fn set(machine: &dyn Machine, typed: &Typed) -> Said {
    let address = address(machine, typed)?;
    let word = typed.words.get(1).ok_or_else(|| Refusal::new(255, "arp: need hardware address"))?;
    let mac = mac_of(word).ok_or_else(|| Refusal::new(255, "arp: invalid hardware address"))?;
    let interface =
        near(machine, address).ok_or_else(|| Refusal::new(255, "SIOCSARP: Network is unreachable"))?;
    Ok(Answer::change(Change::SetNeighbour { interface, address, mac }))
}

fn show(machine: &dyn Machine, typed: &Typed) -> Answer {
    let all = machine.neighbours();
    let only = typed.words.first();
    let wanted = only.and_then(|word| host(machine, word));
    let fits = |it: &&Neighbour| {
        (only.is_none() || wanted == Some(it.address))
            && typed.interface.as_ref().is_none_or(|name| card_name(machine, it.interface) == name)
    };
    let found: Vec<_> = all.iter().filter(fits).collect();
    let name = |it: &Neighbour| machine.name_of(it.address).filter(|_| !typed.numeric);
    if found.is_empty() {
        let said = match only {
            Some(word) if !typed.bsd => {
                let address = wanted.map_or_else(|| word.clone(), |address| address.to_string());
                format!("{word} ({address}) -- no entry")
            }
            None if typed.interface.is_none() => return Answer::default(),
            _ => format!("arp: in {} entries no match found.", all.len()),
        };
        return Answer::line(said);
    }
    if typed.bsd {
        return Answer::lines(found.into_iter().map(|it| {
            let permanent = if it.state == State::Permanent { " PERM" } else { "" };
            let at = it.usable().map_or_else(
                || "<incomplete>".to_owned(),
                |mac| format!("{} [ether]{permanent}", colons(mac)),
            );
            let name = name(it).unwrap_or_else(|| "?".to_owned());
            format!("{name} ({}) at {at} on {}", it.address, card_name(machine, it.interface))
        }));
    }
    let head = "Address                  HWtype  HWaddress           Flags Mask            Iface".to_owned();
    let rows = found.into_iter().map(|it| {
        let (kind, mac, flags) = match (it.usable(), it.state) {
            (None, _) => ("", "(incomplete)".to_owned(), ""),
            (Some(mac), State::Permanent) => ("ether", colons(mac), "CM"),
            (Some(mac), _) => ("ether", colons(mac), "C"),
        };
        let address = shown(machine, it.address, typed.numeric);
        format!("{address:<23}  {kind:<8}{mac:<20}{flags:<6}{:<15} {}", "", card_name(machine, it.interface))
    });
    Answer::lines(std::iter::once(head).chain(rows))
}
