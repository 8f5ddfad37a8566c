//! `ip route`.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::{because, device, garbage, inet, kernel, prefix, unknown, value};
use crate::{
    stack::route::{Origin, Route},
    terminal::{
        answer::{Answer, Refusal, Said},
        args::{Args, shortened},
        machine::{Change, Machine, card, card_name, near},
    },
};

pub(super) fn run(machine: &dyn Machine, mut args: Args<'_>) -> Said {
    let Some(command) = args.next() else { return show(machine, args) };
    const COMMANDS: [&str; 10] =
        ["add", "append", "replace", "change", "del", "delete", "get", "show", "list", "flush"];
    match shortened(command, &COMMANDS) {
        Some("add") => add(machine, args, false),
        Some("replace" | "change") => add(machine, args, true),
        Some("del" | "delete") => delete(machine, args),
        Some("get") => get(machine, args),
        Some("flush") => flush(machine, args),
        Some("show" | "list") => show(machine, args),
        _ => Err(unknown(command, "route")),
    }
}

/// A route as it is typed.
#[derive(Debug, Default)]
struct Typed {
    destination: Option<Ipv4Net>,
    via: Option<Ipv4Addr>,
    interface: Option<usize>,
    metric: Option<u32>,
    source: Option<Ipv4Addr>,
}

fn typed(machine: &dyn Machine, mut args: Args<'_>) -> Result<Typed, Refusal> {
    let mut typed = Typed::default();
    while let Some(word) = args.next() {
        match word {
            "via" => typed.via = Some(inet(value(&mut args)?)?),
            "dev" => typed.interface = Some(device(machine, value(&mut args)?)?.0),
            "metric" | "preference" | "priority" => {
                let word = value(&mut args)?;
                let wrong = || {
                    Refusal::new(
                        255,
                        format!("Error: argument \"{word}\" is wrong: \"metric\" value is invalid\n"),
                    )
                };
                typed.metric = Some(word.parse().map_err(|_| wrong())?);
            }
            "src" => typed.source = Some(inet(value(&mut args)?)?),
            "proto" | "scope" | "table" => {
                value(&mut args)?;
            }
            "default" | "any" | "all" => typed.destination = Some(Ipv4Net::default()),
            _ => {
                let word = if word == "to" { value(&mut args)? } else { word };
                let wrong = || garbage("any valid", word, "prefix");
                typed.destination = Some(prefix(word).ok_or_else(wrong)?);
            }
        }
    }
    Ok(typed)
}

fn add(machine: &dyn Machine, args: Args<'_>, replace: bool) -> Said {
    let typed = typed(machine, args)?;
    // Without a destination iproute2 takes the default route.
    let destination = typed.destination.unwrap_or_default();
    if destination != destination.trunc() {
        return Err(because("Invalid prefix for given prefix length."));
    }
    let interface = match (typed.via, typed.interface) {
        (None, None) => return Err(kernel("No such device")),
        (Some(via), named) => {
            let near = near(machine, via).filter(|number| named.is_none_or(|named| named == *number));
            near.ok_or_else(|| because("Nexthop has invalid gateway."))?
        }
        (None, Some(number)) => number,
    };
    if machine.interfaces().get(interface).is_none_or(|card| !card.up) {
        return Err(because("Device for nexthop is not up."));
    }
    if let Some(source) = typed.source
        && !machine.interfaces().iter().any(|card| card.has(source))
    {
        return Err(because("Invalid prefsrc address."));
    }
    let metric = typed.metric.unwrap_or(0);
    let same = |known: &Route| known.destination == destination && known.metric == metric;
    let known: Vec<Route> = machine.routes().into_iter().filter(same).collect();
    if !known.is_empty() && !replace {
        return Err(kernel("File exists"));
    }
    let route = Route {
        destination,
        via: typed.via,
        interface,
        metric,
        source: typed.source,
        origin: Origin::Static,
    };
    let mut answer = Answer::change(Change::RemoveRoutes(known.into_iter().take(1).collect()));
    answer.changes.push(Change::AddRoute(route));
    Ok(answer)
}

fn delete(machine: &dyn Machine, args: Args<'_>) -> Said {
    let typed = typed(machine, args)?;
    let destination = typed.destination.unwrap_or_default();
    if destination != destination.trunc() {
        return Err(because("Invalid prefix for given prefix length."));
    }
    let is = |route: &Route| {
        route.destination == destination
            && typed.via.is_none_or(|via| route.via == Some(via))
            && typed.interface.is_none_or(|interface| route.interface == interface)
            && typed.metric.is_none_or(|metric| route.metric == metric)
    };
    let found = machine.routes().into_iter().find(is).ok_or_else(|| kernel("No such process"))?;
    Ok(Answer::change(Change::RemoveRoutes(vec![found])))
}

fn flush(machine: &dyn Machine, args: Args<'_>) -> Said {
    if args.is_empty() {
        return Err(Refusal::new(1, "\"ip route flush\" requires arguments."));
    }
    let (which, _) = filter(machine, args)?;
    Ok(Answer::change(Change::RemoveRoutes(sorted(machine).into_iter().filter(|it| which(it)).collect())))
}

fn get(machine: &dyn Machine, mut args: Args<'_>) -> Said {
    let Some(word) = args.next() else {
        return Err(Refusal::new(1, "need at least a destination address"));
    };
    let to = prefix(word).ok_or_else(|| garbage("any valid", word, "prefix"))?.addr();
    let own = machine.interfaces().iter().any(|card| card.up && card.has(to));
    if own || to.is_loopback() {
        return Ok(Answer::lines([
            format!("local {to} dev lo src {to} uid 0 "),
            "    cache <local> ".to_owned(),
        ]));
    }
    let routes = machine.routes();
    let best = routes.iter().filter(|route| route.destination.contains(&to));
    // The longest prefix, then the lowest metric, then the first.
    let best = best.min_by_key(|route| (std::cmp::Reverse(route.destination.prefix_len()), route.metric));
    let Some(route) = best else { return Err(kernel("Network is unreachable")) };
    let via = route.via.map_or_else(String::new, |via| format!(" via {via}"));
    let card = machine.interfaces().get(route.interface);
    let source = route.source.or_else(|| card.and_then(|card| card.source_for(route.next_hop(to))));
    let source = source.map_or_else(String::new, |source| format!(" src {source}"));
    Ok(Answer::lines([
        format!("{to}{via} dev {}{source} uid 0 ", card_name(machine, route.interface)),
        "    cache ".to_owned(),
    ]))
}

/// Which routes are meant, and whether those of one interface, by one router or of one origin only: that is not said of
/// each again then.
fn filter<'w>(
    machine: &dyn Machine,
    mut args: Args<'w>,
) -> Result<(impl Fn(&Route) -> bool + use<'w>, Known), Refusal> {
    let (mut exact, mut within, mut interface, mut via, mut proto) = (None, None, None, None, None);
    while let Some(word) = args.next() {
        match word {
            "dev" => {
                let name = value(&mut args)?;
                interface = Some(card(machine, name).ok_or_else(|| super::no_device(name))?.0);
            }
            "via" => via = Some(inet(value(&mut args)?)?),
            "proto" => proto = Some(value(&mut args)?),
            "table" | "scope" => {
                value(&mut args)?;
            }
            "all" => {}
            "default" => exact = Some(Ipv4Net::default()),
            "root" => {
                let word = value(&mut args)?;
                within = Some(prefix(word).ok_or_else(|| garbage("any valid", word, "prefix"))?);
            }
            word => {
                let word = if matches!(word, "exact" | "to") { value(&mut args)? } else { word };
                exact = Some(prefix(word).ok_or_else(|| garbage("any valid", word, "prefix"))?);
            }
        }
    }
    let known = Known { interface: interface.is_some(), via: via.is_some(), proto: proto.is_some() };
    let fits = move |route: &Route| {
        exact.is_none_or(|exact| route.destination == exact)
            && within.is_none_or(|within| within.contains(&route.destination))
            && interface.is_none_or(|interface| route.interface == interface)
            && via.is_none_or(|via| route.via == Some(via))
            && proto.is_none_or(|proto| route.origin.name() == proto)
    };
    Ok((fits, known))
}

/// What need not be said.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    interface: bool,
    via: bool,
    proto: bool,
}

/// The routes in the order in which the kernel gives them: by address, then the longer prefix, then the metric.
pub(in crate::terminal) fn sorted(machine: &dyn Machine) -> Vec<Route> {
    let mut routes = machine.routes();
    routes.sort_by_key(|route| {
        let destination = route.destination;
        (destination.network(), std::cmp::Reverse(destination.prefix_len()), route.metric)
    });
    routes
}

fn show(machine: &dyn Machine, args: Args<'_>) -> Said {
    let (which, known) = filter(machine, args)?;
    Ok(Answer::lines(sorted(machine).iter().filter(|it| which(it)).map(|route| line(machine, route, known))))
}

fn line(machine: &dyn Machine, route: &Route, known: Known) -> String {
    let destination = match (route.destination.prefix_len(), route.destination) {
        (0, _) => "default".to_owned(),
        (32, host) => host.addr().to_string(),
        (_, net) => net.to_string(),
    };
    let mut line = destination;
    if let Some(via) = route.via.filter(|_| !known.via) {
        line += &format!(" via {via}");
    }
    if !known.interface {
        line += &format!(" dev {}", card_name(machine, route.interface));
    }
    // What is set by hand has the protocol `boot`, which is not shown.
    if route.origin != Origin::Static && !known.proto {
        line += &format!(" proto {}", route.origin.name());
    }
    if route.via.is_none() {
        line += " scope link";
    }
    if let Some(source) = route.source {
        line += &format!(" src {source}");
    }
    if route.metric > 0 {
        line += &format!(" metric {}", route.metric);
    }
    line + " "
}
