//! The commands, and what is typed to what they do.

use super::{
    answer::{Answer, Line, Refusal, Said},
    args::split,
    ip,
    machine::Machine,
    net_tools::{arp, ifconfig, netstat, route},
    program, ss, text,
};
use crate::trace::Message;

/// A command of the shell.
pub struct Command {
    /// What is typed.
    pub name: &'static str,
    /// How it is used, a form a line.
    pub usage: &'static [&'static str],
    /// What it is good for, in a sentence.
    pub purpose: &'static Message,
    /// Words that may follow, for completion.
    pub(super) words: &'static [&'static str],
    run: fn(&dyn Machine, &[String]) -> Said,
}

/// All commands, by name.
pub const COMMANDS: &[Command] = &[
    Command {
        name: "arp",
        usage: &["arp [-n] [-a] [HOST]", "arp -d HOST", "arp -s HOST MAC"],
        purpose: &text::ARP,
        words: &["-a", "-d", "-i", "-n", "-s"],
        run: arp::run,
    },
    Command { name: "clear", usage: &["clear"], purpose: &text::CLEAR, words: &[], run: clear },
    Command { name: "help", usage: &["help [COMMAND]"], purpose: &text::HELP, words: &[], run: help },
    Command { name: "hostname", usage: &["hostname"], purpose: &text::HOSTNAME, words: &[], run: hostname },
    Command {
        name: "ifconfig",
        usage: &[
            "ifconfig [-a] [INTERFACE]",
            "ifconfig INTERFACE [ADDRESS[/LENGTH]] [netmask MASK] [mtu N] [up|down]",
        ],
        purpose: &text::IFCONFIG,
        words: &["-a", "-s", "down", "mtu", "netmask", "up"],
        run: ifconfig::run,
    },
    Command {
        name: "ip",
        usage: &[
            "ip [-br|-o] address [show [dev INTERFACE]]",
            "ip address add|del ADDRESS/LENGTH dev INTERFACE",
            "ip [-br] link [show] | ip link set INTERFACE up|down|mtu N|address MAC",
            "ip route [show] | ip route get ADDRESS",
            "ip route add|replace|del PREFIX|default [via ROUTER] [dev INTERFACE] [metric N]",
            "ip neigh [show] | ip neigh add|replace ADDRESS lladdr MAC dev INTERFACE",
            "ip neigh del ADDRESS dev INTERFACE | ip neigh flush all",
        ],
        purpose: &text::IP,
        words: &[
            "-br", "-o", "add", "address", "default", "del", "dev", "down", "flush", "get", "link", "lladdr",
            "metric", "mtu", "neigh", "replace", "route", "set", "show", "up", "via",
        ],
        run: ip::run,
    },
    Command {
        name: "netstat",
        usage: &["netstat [-n] [-a|-l] [-t] [-u]", "netstat [-n] -r", "netstat -i"],
        purpose: &text::NETSTAT,
        words: &["-an", "-i", "-l", "-rn", "-t", "-u"],
        run: netstat::run,
    },
    Command {
        name: "ping",
        usage: &[
            "ping [-c COUNT] [-i SECONDS] [-s BYTES] [-t HOPS] [-M do|dont|want] [-W SECONDS] [-n] [-q] HOST",
        ],
        purpose: &text::PING,
        words: &["-M", "-W", "-c", "-i", "-n", "-q", "-s", "-t", "-w", "do", "dont", "want"],
        run: program::ping,
    },
    Command {
        name: "route",
        usage: &[
            "route [-n]",
            "route add|del default gw ROUTER",
            "route add|del -net NETWORK/LENGTH [gw ROUTER] [dev INTERFACE]",
            "route add|del -host HOST [gw ROUTER]",
        ],
        purpose: &text::ROUTE,
        words: &["-host", "-n", "-net", "add", "default", "del", "dev", "gw", "metric", "netmask"],
        run: route::run,
    },
    Command {
        name: "ss",
        usage: &["ss [-n] [-a|-l] [-t] [-u]"],
        purpose: &text::SS,
        words: &["-l", "-tan", "-tuan", "-tuln", "-uan"],
        run: ss::run,
    },
    Command {
        name: "traceroute",
        usage: &["traceroute [-n] [-f FIRST] [-m HOPS] [-q PROBES] [-w SECONDS] HOST [BYTES]"],
        purpose: &text::TRACEROUTE,
        words: &["-f", "-m", "-n", "-q", "-w"],
        run: program::traceroute,
    },
];

/// The command of a name.
pub fn command(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name)
}

/// Does what a line says, or says why not.
pub fn run(machine: &dyn Machine, line: &str) -> Answer {
    let said = split(line).and_then(|words| {
        let Some((name, rest)) = words.split_first() else { return Ok(Answer::default()) };
        // A shell finds programs by their places, too.
        let short = name.strip_prefix("/sbin/").or_else(|| name.strip_prefix("/bin/")).unwrap_or(name);
        let known = command(short);
        let found = known.ok_or_else(|| Refusal::new(127, format!("-bash: {name}: command not found")))?;
        (found.run)(machine, rest)
    });
    said.unwrap_or_else(Answer::from)
}

fn clear(_: &dyn Machine, _: &[String]) -> Said {
    Ok(Answer { clear: true, ..Answer::default() })
}

fn hostname(machine: &dyn Machine, words: &[String]) -> Said {
    if words.is_empty() {
        return Ok(Answer::line(machine.hostname()));
    }
    Err(Refusal::new(1, "hostname: you must be root to change the host name"))
}

fn help(_: &dyn Machine, words: &[String]) -> Said {
    let ours = |text| Line::Ours(text);
    let Some(name) = words.first() else {
        let width = COMMANDS.iter().map(|command| command.name.len()).max().unwrap_or(0);
        let all = COMMANDS.iter().map(|command| Line::Command {
            name: format!("{:<width$}", command.name),
            purpose: command.purpose.text(),
        });
        let tail = ours(text::HELP_TAIL.text());
        return Ok(Answer { lines: all.chain([tail]).collect(), ..Answer::default() });
    };
    let Some(found) = command(name) else {
        let lines = vec![ours(text::HELP_UNKNOWN.with(&[("command", name)]))];
        return Ok(Answer { lines, status: 1, ..Answer::default() });
    };
    let usage = found.usage.iter().map(|form| Line::Tool(format!("  {form}")));
    let lines = std::iter::once(ours(found.purpose.text())).chain(usage).collect();
    Ok(Answer { lines, ..Answer::default() })
}
