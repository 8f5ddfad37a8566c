//! `route`.

use ipnet::Ipv4Net;

use super::{host, shown};
use crate::{
    stack::route::{Origin, Route},
    terminal::{
        answer::{Answer, Refusal, Said},
        args::Args,
        ip::sorted,
        machine::{Change, Machine, card, card_name, near},
    },
};

const USAGE: &str = "\
Usage: route [-nNvee] [-FC] [<AF>]           List kernel routing tables
       route [-v] [-FC] {add|del|flush} ...  Modify routing table for AF.";

const INET_USAGE: &str = "\
Usage: inet_route [-vF] del {-host|-net} Target[/prefix] [gw Gw] [metric M] [[dev] If]
       inet_route [-vF] add {-host|-net} Target[/prefix] [gw Gw] [metric M]
                              [netmask N] [mss Mss] [window W] [irtt I]
                              [mod] [dyn] [reinstate] [[dev] If]
       inet_route [-vF] add {-host|-net} Target[/prefix] [metric M] reject
       inet_route [-FC] flush      NOT supported";

pub(in crate::terminal) fn run(machine: &dyn Machine, words: &[String]) -> Said {
    let (mut args, mut numeric) = (Args::new(words), false);
    while let Some(option) = args.peek().filter(|word| word.starts_with('-')) {
        for letter in option.chars().skip(1) {
            match letter {
                'n' => numeric = true,
                'e' | 'v' | 'F' | 'N' | '4' => {}
                _ => return Err(Refusal::new(0, format!("route: invalid option -- '{letter}'\n{USAGE}"))),
            }
        }
        args.next();
    }
    match args.next() {
        None => Ok(show(machine, numeric)),
        Some("add") => change(machine, args, true),
        Some("del") => change(machine, args, false),
        Some(_) => Err(Refusal::new(3, USAGE)),
    }
}

fn show(machine: &dyn Machine, numeric: bool) -> Answer {
    let head = [
        "Kernel IP routing table".to_owned(),
        "Destination     Gateway         Genmask         Flags Metric Ref    Use Iface".to_owned(),
    ];
    let rows = sorted(machine).into_iter().map(|route| {
        let (columns, flags, metric) = (columns(machine, &route, numeric), flags(&route), route.metric);
        let name = card_name(machine, route.interface);
        format!("{columns}{flags:<6}{metric:<6} {:<2} {:>7} {name}", 0, 0)
    });
    Answer::lines(head.into_iter().chain(rows))
}

/// The columns that `route` and `netstat -r` have in common, before those of their own.
pub(super) fn columns(machine: &dyn Machine, route: &Route, numeric: bool) -> String {
    let destination = match (route.destination.prefix_len(), numeric) {
        (0, false) => "default".to_owned(),
        (32, _) => shown(machine, route.destination.addr(), numeric),
        _ => route.destination.network().to_string(),
    };
    let gateway = route.via.map_or_else(|| "0.0.0.0".to_owned(), |via| shown(machine, via, numeric));
    format!("{destination:<15.15} {gateway:<15.15} {:<15} ", route.destination.netmask().to_string())
}

/// The flags of a route.
pub(super) fn flags(route: &Route) -> String {
    let mut flags = "U".to_owned();
    if route.via.is_some() {
        flags.push('G');
    }
    if route.destination.prefix_len() == 32 {
        flags.push('H');
    }
    if route.origin == Origin::Redirect {
        flags.push('D');
    }
    flags
}

fn change(machine: &dyn Machine, mut args: Args<'_>, add: bool) -> Said {
    let usage = || Refusal::new(0, INET_USAGE);
    let call = if add { "SIOCADDRT" } else { "SIOCDELRT" };
    let kernel = |said: &str| Refusal::new(7, format!("{call}: {said}"));
    let net = args.take("-net");
    let one = !net && args.take("-host");
    let target = args.next().ok_or_else(usage)?;
    let (name, length) = target.split_once('/').map_or((target, None), |(name, length)| (name, Some(length)));
    let default = matches!(name, "default" | "0.0.0.0");
    let unknown = |name: &str| Refusal::new(6, format!("{name}: Host name lookup failure"));
    let address = if default { Some(std::net::Ipv4Addr::UNSPECIFIED) } else { host(machine, name) };
    let address = address.ok_or_else(|| unknown(name))?;
    let mut prefix: Option<u8> = length.map(str::parse).transpose().map_err(|_| usage())?;
    let (mut gateway, mut interface, mut metric) = (None, None, 0);
    while let Some(word) = args.next() {
        match word {
            "gw" | "gateway" => {
                let word = args.next().ok_or_else(usage)?;
                gateway = Some(host(machine, word).ok_or_else(|| unknown(word))?);
            }
            "netmask" => {
                let mask = args.next().and_then(|word| word.parse().ok()).ok_or_else(usage)?;
                let bogus = |_| Refusal::new(3, format!("route: bogus netmask {mask}"));
                prefix = Some(ipnet::ipv4_mask_to_prefix(mask).map_err(bogus)?);
            }
            "metric" => metric = args.next().and_then(|word| word.parse().ok()).ok_or_else(usage)?,
            word => {
                let name =
                    if matches!(word, "dev" | "device") { args.next().ok_or_else(usage)? } else { word };
                interface = Some(card(machine, name).ok_or_else(|| kernel("No such device"))?.0);
            }
        }
    }
    let prefix = match prefix {
        _ if default && !one => 0,
        Some(prefix) => prefix,
        None if net => {
            return Err(Refusal::new(3, format!("route: netmask 00000000 doesn't make sense\n{INET_USAGE}")));
        }
        None => 32,
    };
    let destination = Ipv4Net::new(address, prefix).map_err(|_| usage())?;
    if destination != destination.trunc() {
        return Err(Refusal::new(3, format!("route: netmask doesn't match route address\n{INET_USAGE}")));
    }
    let known = machine.routes().into_iter().find(|it| {
        it.destination == destination
            && (add || gateway.is_none_or(|via| it.via == Some(via)))
            && (add || interface.is_none_or(|interface| it.interface == interface))
            && (it.metric == metric || (!add && metric == 0))
    });
    if !add {
        let found = known.ok_or_else(|| kernel("No such process"))?;
        return Ok(Answer::change(Change::RemoveRoutes(vec![found])));
    }
    let interface = match gateway {
        Some(via) => near(machine, via)
            .filter(|number| interface.is_none_or(|it| it == *number))
            .ok_or_else(|| kernel("Network is unreachable"))?,
        None => interface.ok_or_else(|| kernel("No such device"))?,
    };
    if known.is_some() {
        return Err(kernel("File exists"));
    }
    let route = Route { destination, via: gateway, interface, metric, source: None, origin: Origin::Static };
    Ok(Answer::change(Change::AddRoute(route)))
}
