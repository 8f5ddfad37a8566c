//! `ip neighbour`.

use super::{Style, device, kernel, link, unknown, value};
use crate::{
    stack::neighbour::{State, colons},
    terminal::{
        answer::{Answer, Refusal, Said},
        args::{Args, shortened},
        machine::{Change, Machine, Neighbour, card_name},
    },
};

pub(super) fn run(machine: &dyn Machine, mut args: Args<'_>, style: Style) -> Said {
    let Some(command) = args.next() else { return show(machine, args, style) };
    match shortened(command, &["add", "change", "replace", "del", "delete", "show", "list", "flush"]) {
        Some("add") => set(machine, args, Some(false)),
        Some("change") => set(machine, args, Some(true)),
        Some("replace") => set(machine, args, None),
        Some("del" | "delete") => delete(machine, args),
        Some("flush") => flush(machine, args),
        Some(_) => show(machine, args, style),
        None => Err(unknown(command, "neigh")),
    }
}

struct Typed {
    address: std::net::Ipv4Addr,
    interface: usize,
    mac: Option<[u8; 6]>,
}

fn typed(machine: &dyn Machine, mut args: Args<'_>) -> Result<Typed, Refusal> {
    let (mut address, mut name, mut mac) = (None, None, None);
    while let Some(word) = args.next() {
        match word {
            "dev" => name = Some(value(&mut args)?),
            "lladdr" => {
                let word = value(&mut args)?;
                mac = Some(link::mac_of(word).ok_or_else(|| Refusal::new(1, link::not_a_mac(word)))?);
            }
            // Whatever is set by hand is permanent here.
            "nud" => {
                value(&mut args)?;
            }
            "permanent" | "reachable" | "stale" => {}
            _ => {
                let word = if word == "to" { value(&mut args)? } else { word };
                address = Some(word.parse().map_err(|_| super::garbage("any valid", word, "address"))?);
            }
        }
    }
    let (Some(address), Some(name)) = (address, name) else {
        return Err(Refusal::new(255, "Device and destination are required arguments."));
    };
    Ok(Typed { address, interface: device(machine, name)?.0, mac })
}

fn known(machine: &dyn Machine, typed: &Typed) -> Option<Neighbour> {
    let is = |it: &Neighbour| (it.interface, it.address) == (typed.interface, typed.address);
    machine.neighbours().into_iter().find(is)
}

/// `there`: whether it must be there, or must not be, or neither.
fn set(machine: &dyn Machine, args: Args<'_>, there: Option<bool>) -> Said {
    let typed = typed(machine, args)?;
    match (known(machine, &typed).is_some(), there) {
        (true, Some(false)) => return Err(kernel("File exists")),
        (false, Some(true)) => return Err(kernel("No such file or directory")),
        _ => {}
    }
    let Typed { address, interface, mac } = typed;
    let Some(mac) = mac else { return Err(super::because("No link layer address given.")) };
    Ok(Answer::change(Change::SetNeighbour { interface, address, mac }))
}

fn delete(machine: &dyn Machine, args: Args<'_>) -> Said {
    let typed = typed(machine, args)?;
    if known(machine, &typed).is_none() {
        return Err(kernel("No such file or directory"));
    }
    Ok(Answer::change(Change::DeleteNeighbours(vec![(typed.interface, typed.address)])))
}

/// Which are meant, and whether those of one interface only, which is not named again then.
fn filter(machine: &dyn Machine, mut args: Args<'_>) -> Result<(Vec<Neighbour>, bool), Refusal> {
    let (mut all, mut named) = (machine.neighbours(), false);
    while let Some(word) = args.next() {
        match word {
            "dev" => {
                let number = device(machine, value(&mut args)?)?.0;
                all.retain(|it| it.interface == number);
                named = true;
            }
            "nud" => {
                let state = value(&mut args)?;
                all.retain(|it| it.state.name().eq_ignore_ascii_case(state));
            }
            "all" => {}
            word => {
                let word = if word == "to" { value(&mut args)? } else { word };
                let net = super::prefix(word).ok_or_else(|| super::garbage("any valid", word, "prefix"))?;
                all.retain(|it| net.contains(&it.address));
            }
        }
    }
    Ok((all, named))
}

fn flush(machine: &dyn Machine, args: Args<'_>) -> Said {
    if args.is_empty() {
        return Err(Refusal::new(1, "Flush requires arguments."));
    }
    let learned = filter(machine, args)?.0.into_iter().filter(|it| it.state != State::Permanent);
    Ok(Answer::change(Change::DeleteNeighbours(learned.map(|it| (it.interface, it.address)).collect())))
}

fn show(machine: &dyn Machine, args: Args<'_>, style: Style) -> Said {
    let (all, named) = filter(machine, args)?;
    let line = |it: Neighbour| {
        let name = card_name(machine, it.interface);
        let mac = it.usable().map(colons).unwrap_or_default();
        if style.brief {
            return format!("{:<39} {name:<16} {mac}", it.address.to_string());
        }
        let mac = if mac.is_empty() { mac } else { format!(" lladdr {mac}") };
        let name = if named { String::new() } else { format!(" dev {name}") };
        format!("{}{name}{mac} {} ", it.address, it.state.name())
    };
    Ok(Answer::lines(all.into_iter().map(line)))
}
