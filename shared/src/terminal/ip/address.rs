//! `ip address`.

use ipnet::Ipv4Net;

use super::{Style, because, device, garbage, link, prefix, unknown, value};
use crate::{
    stack::Interface,
    terminal::{
        answer::{Answer, Line, Refusal, Said},
        args::{Args, shortened},
        machine::{Change, Machine, card, ordered},
    },
};

pub(super) fn run(machine: &dyn Machine, mut args: Args<'_>, style: Style) -> Said {
    let Some(command) = args.next() else { return show(machine, args, style) };
    match shortened(command, &["add", "replace", "del", "delete", "show", "list", "lst", "flush"]) {
        Some("add") => change(machine, args, add),
        Some("replace") => change(machine, args, |card, address| {
            let _ = add(card, address);
            Ok(())
        }),
        Some("del" | "delete") => delete(machine, args),
        Some("flush") => flush(machine, args),
        Some(_) => show(machine, args, style),
        None => Err(unknown(command, "address")),
    }
}

fn add(card: &mut Interface, address: Ipv4Net) -> Result<(), Refusal> {
    if card.addresses.contains(&address) {
        return Err(because("ipv4: Address already assigned."));
    }
    card.addresses.push(address);
    Ok(())
}

fn delete(machine: &dyn Machine, args: Args<'_>) -> Said {
    // Without a length any will do, which is frowned upon.
    let is_bare = |word: &str| word.parse::<std::net::Ipv4Addr>().is_ok();
    let bare = args.find(is_bare);
    let answer = change(machine, args, |card, address| {
        let is = |own: &Ipv4Net| if bare.is_some() { own.addr() == address.addr() } else { *own == address };
        let at = card.addresses.iter().position(is).ok_or_else(|| because("ipv4: Address not found."))?;
        card.addresses.remove(at);
        Ok(())
    });
    let Some(address) = bare.filter(|_| answer.as_ref().map_or_else(|it| it.status == 2, |_| true)) else {
        return answer;
    };
    let warning = [
        "Warning: Executing wildcard deletion to stay compatible with old scripts.".to_owned(),
        format!("         Explicitly specify the prefix length ({address}/32) to avoid this warning."),
        "         This special behaviour is likely to disappear in further releases,".to_owned(),
        "         fix your scripts!".to_owned(),
    ];
    let mut answer = answer.unwrap_or_else(Answer::from);
    answer.lines.splice(0..0, warning.map(Line::Tool));
    Ok(answer)
}

fn change(
    machine: &dyn Machine,
    mut args: Args<'_>,
    how: impl Fn(&mut Interface, Ipv4Net) -> Result<(), Refusal>,
) -> Said {
    let (mut name, mut address) = (None, None);
    while let Some(word) = args.next() {
        match word {
            "dev" => name = Some(value(&mut args)?),
            // The broadcast address is always the last of the network here, and everything is global.
            "brd" | "broadcast" | "scope" | "label" | "valid_lft" | "preferred_lft" => {
                value(&mut args)?;
            }
            _ => {
                let word = if word == "local" { value(&mut args)? } else { word };
                address = Some(prefix(word).ok_or_else(|| garbage("any valid", word, "prefix"))?);
            }
        }
    }
    let Some(name) = name else {
        return Err(Refusal::new(1, "Not enough information: \"dev\" argument is required."));
    };
    let (number, card) = device(machine, name)?;
    // Without an address there is nothing to be done, and nothing is said.
    let Some(address) = address else { return Err(super::kernel("Operation not supported")) };
    let mut to = card.clone();
    how(&mut to, address)?;
    Ok(Answer::change(Change::Interface { number, to }))
}

fn flush(machine: &dyn Machine, mut args: Args<'_>) -> Said {
    if args.is_empty() {
        return Err(Refusal::new(1, "Flush requires arguments."));
    }
    let word = value(&mut args)?;
    let name = if word == "dev" { value(&mut args)? } else { word };
    let (number, card) =
        card(machine, name).ok_or_else(|| Refusal::new(1, format!("Device \"{name}\" does not exist.")))?;
    if card.addresses.is_empty() {
        return Ok(Answer::default());
    }
    let to = Interface { addresses: Vec::new(), ..card.clone() };
    Ok(Answer::change(Change::Interface { number, to }))
}

fn show(machine: &dyn Machine, args: Args<'_>, style: Style) -> Said {
    let which = link::which(machine, args)?;
    let mut lines = Vec::new();
    if which.loopback() {
        let loopback = "127.0.0.1/8";
        if style.brief {
            lines.push(format!("{:<16} {:<14} {loopback} ", "lo", "UNKNOWN"));
        } else if style.oneline {
            lines.push(format!("1: lo    inet {loopback} scope host lo\\{FOREVER}"));
        } else {
            lines.extend(link::loopback(style, ""));
            lines.push(format!("    inet {loopback} scope host lo"));
            lines.push(FOREVER.to_owned());
        }
    }
    for (number, card) in which.cards(machine) {
        if style.brief {
            if style.ipv4_only && card.addresses.is_empty() {
                continue;
            }
            let all: String = ordered(card).iter().map(|(address, _)| format!("{address} ")).collect();
            lines.push(format!("{:<16} {:<14} {all}", card.name, link::state(card)));
            continue;
        }
        if !(style.oneline || style.ipv4_only && card.addresses.is_empty()) {
            lines.extend(link::head(number, card, style, ""));
        }
        for (address, secondary) in ordered(card) {
            let broadcast = if address.prefix_len() < 31 {
                format!(" brd {}", address.broadcast())
            } else {
                String::new()
            };
            let secondary = if secondary { " secondary" } else { "" };
            let line = format!("inet {address}{broadcast} scope global{secondary} {}", card.name);
            if style.oneline {
                lines.push(format!("{}: {}    {line}\\{FOREVER}", link::index(number), card.name));
            } else {
                lines.extend([format!("    {line}"), FOREVER.to_owned()]);
            }
        }
    }
    Ok(Answer::lines(lines))
}

const FOREVER: &str = "       valid_lft forever preferred_lft forever";
