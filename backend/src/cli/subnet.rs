//! `firsthop subnet`: address arithmetic on the command line.

use std::io::{self, Write};

use clap::{Args, Subcommand};
use firsthop_protocol::addr::{self, Facts, ParseError, PlanError};
use ipnet::IpNet;
use serde::Serialize;

/// Work with addresses and networks.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Subnet {
    /// An address with its prefix length or netmask: 192.168.1.10/24, "10.0.0.1 255.0.0.0", 2001:db8::1/64
    #[arg(value_name = "ADDRESS/PREFIX", required = true)]
    address: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Divide a network by how many hosts each part must hold
    Vlsm {
        /// The network to divide, such as 192.168.1.0/24 or 2001:db8::/48
        network: String,
        /// How many hosts each subnet must hold
        #[arg(required = true, allow_negative_numbers = true)]
        hosts: Vec<String>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Put networks together: the smallest list with exactly the same addresses
    Summarize {
        /// Networks, such as 10.0.0.0/24 10.0.1.0/24
        #[arg(value_name = "CIDR", required = true)]
        networks: Vec<String>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum SubnetError {
    #[error(transparent)]
    Parse(#[from] ParseError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error("cannot print")]
    Print(#[from] io::Error),
}

/// The answer of `summarize --json`.
#[derive(Serialize)]
struct Summary {
    summary: Vec<IpNet>,
}

impl Subnet {
    /// Prints what was asked for.
    pub(super) fn run(self) -> Result<(), SubnetError> {
        let mut out = io::stdout().lock();
        match self.command {
            None => {
                let facts = Facts::of(addr::parse_interface(&self.address.unwrap_or_default())?);
                if self.json { json(&mut out, &facts)? } else { show_facts(&mut out, &facts)? }
            }
            Some(Command::Vlsm { network, hosts, json: as_json }) => {
                let hosts = addr::parse_requests(hosts.iter().map(String::as_str))?;
                let plan = addr::plan(addr::parse_network(&network)?, &hosts)?;
                if as_json { json(&mut out, &plan)? } else { show_plan(&mut out, &plan)? }
            }
            Some(Command::Summarize { networks, json: as_json }) => {
                let networks: Vec<_> =
                    networks.iter().map(|text| addr::parse_network(text)).collect::<Result<_, _>>()?;
                let summary = addr::summarize(&networks);
                if as_json {
                    json(&mut out, &Summary { summary })?;
                } else {
                    summary.iter().try_for_each(|net| writeln!(out, "{net}"))?;
                }
            }
        }
        Ok(())
    }
}

fn json(out: &mut impl Write, answer: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, answer)?;
    writeln!(out)
}

fn show_facts(out: &mut impl Write, facts: &Facts) -> io::Result<()> {
    let mut row = |name: &str, value: &dyn std::fmt::Display| writeln!(out, "{name:<12}{value}");
    row("Address", &format_args!("{}/{}", facts.address, facts.prefix))?;
    row("", &facts.binary)?;
    if let Some(netmask) = &facts.netmask {
        row("Netmask", netmask)?;
    }
    if let Some(wildcard) = &facts.wildcard {
        row("Wildcard", wildcard)?;
    }
    row("Network", &format_args!("{}/{}", facts.network, facts.prefix))?;
    match &facts.broadcast {
        Some(_) if facts.prefix == 32 => row("Broadcast", &"none (a /32 is one address)")?,
        Some(_) if facts.prefix == 31 => row("Broadcast", &"none (RFC 3021)")?,
        Some(broadcast) => row("Broadcast", broadcast)?,
        None => {}
    }
    row("First host", &facts.first_host)?;
    row("Last host", &facts.last_host)?;
    row("Hosts", &format_args!("{} of {} addresses", facts.hosts, facts.addresses))?;
    if let Some(class) = facts.class {
        row("Class", &format_args!("{class} (first bits {})", class.first_bits()))?;
    }
    if let Some(special) = addr::special(facts.address) {
        row("Special", &format_args!("{}, {} ({})", special.name, special.block, special.rfc))?;
    }
    Ok(())
}

fn show_plan(out: &mut impl Write, plan: &addr::Plan) -> io::Result<()> {
    let heading = ["Requested", "Subnet", "Hosts", "Wasted"].map(str::to_owned);
    let line = |part: &addr::Allocation| {
        [part.requested.to_string(), part.subnet.to_string(), part.hosts.to_string(), part.wasted.to_string()]
    };
    let lines: Vec<[String; 4]> = std::iter::once(heading).chain(plan.allocations.iter().map(line)).collect();
    // As wide as the longest, which in IPv6 may be very long.
    let width = |column: fn(&[String; 4]) -> &String| lines.iter().map(|line| column(line).len()).max();
    let widths = [
        width(|[requested, ..]| requested),
        width(|[_, subnet, ..]| subnet),
        width(|[_, _, hosts, _]| hosts),
        width(|[.., wasted]| wasted),
    ];
    let [requested_wide, subnet_wide, hosts_wide, wasted_wide] = widths.map(Option::unwrap_or_default);
    for [requested, subnet, hosts, wasted] in &lines {
        writeln!(
            out,
            "{requested:>requested_wide$}  {subnet:<subnet_wide$}  {hosts:>hosts_wide$}  {wasted:>wasted_wide$}"
        )?;
    }
    let free: Vec<_> = plan.free.iter().map(ToString::to_string).collect();
    if free.is_empty() {
        writeln!(out, "Nothing is left of {}.", plan.network)?;
    } else {
        writeln!(out, "Left of {}: {}", plan.network, free.join(" "))?;
    }
    if plan.network.addr().is_ipv6() {
        writeln!(
            out,
            "The first address of a subnet is its routers' (Subnet-Router anycast, RFC 4291 §2.6.1), but not in a /127 or /128. \
             Hosts that configure their own addresses (SLAAC, RFC 4862) need a /64, however few they are."
        )?;
    }
    Ok(())
}
