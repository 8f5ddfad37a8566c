//! `ping` and `traceroute` across two routers, in network namespaces and in the simulator.

use std::process::{Command, Stdio};

use firsthop_protocol::sim::{Action, Scenario, Simulation, Verb};

use crate::{
    lawful::{Compare, alike},
    netns::{self, Namespace},
};

const SCENARIO: &str = include_str!("chain.toml");
const HOSTS: &str =
    "127.0.0.1 localhost\n10.0.0.1 A\n10.2.0.1 B\n10.0.0.254 R1\n10.1.0.1 R1\n10.1.0.2 R2\n10.2.0.254 R2\n";

/// The kernels of A, R1, R2 and B.
struct Chain(Vec<(&'static str, Namespace)>);

impl Chain {
    fn new() -> Self {
        let all: Vec<_> =
            ["A", "R1", "R2", "B"].map(|name| (name, Namespace::new(&format!("chain-{name}")))).into();
        let chain = Self(all);
        let of = |name| chain.of(name);
        of("A").cable("eth0", of("R1"), "eth0");
        of("R1").cable("eth1", of("R2"), "eth0");
        of("R2").cable("eth1", of("B"), "eth0");
        for (name, commands) in [
            ("A", "ip addr add 10.0.0.1/24 dev eth0|ip route add default via 10.0.0.254"),
            (
                "R1",
                "ip addr add 10.0.0.254/24 dev eth0|ip addr add 10.1.0.1/24 dev eth1|ip route add 10.2.0.0/24 via 10.1.0.2",
            ),
            (
                "R2",
                "ip addr add 10.1.0.2/24 dev eth0|ip addr add 10.2.0.254/24 dev eth1|ip route add 10.0.0.0/24 via 10.1.0.1|ip link set eth1 mtu 1000",
            ),
            ("B", "ip addr add 10.2.0.1/24 dev eth0|ip route add default via 10.2.0.254"),
        ] {
            // Every error is sent: how many are is not what is compared here.
            let always = "sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_msgs_per_sec=100000";
            for command in commands.split('|').chain(if name == "A" { None } else { Some(always) }) {
                let words: Vec<&str> = command.split(' ').collect();
                of(name).run(words[0], &words[1..]);
            }
            let etc = format!("/etc/netns/{}", of(name).name);
            std::fs::create_dir_all(&etc).unwrap();
            std::fs::write(format!("{etc}/hosts"), HOSTS).unwrap();
            std::fs::write(format!("{etc}/nsswitch.conf"), "hosts: files\n").unwrap();
        }
        chain
    }

    fn of(&self, name: &str) -> &Namespace {
        &self.0.iter().find(|it| it.0 == name).unwrap().1
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        for (_, namespace) in &self.0 {
            let _ = std::fs::remove_dir_all(format!("/etc/netns/{}", namespace.name));
        }
    }
}

#[test]
fn ping_and_traceroute_print_what_they_print_across_real_routers() {
    if !netns::possible(&["ip", "ping", "traceroute"]) {
        return;
    }
    let chain = Chain::new();
    let mut simulation = Simulation::new(Scenario::parse(SCENARIO).unwrap(), 1).unwrap();
    let mut wrong = Vec::new();
    for typed in [
        "A: ping -c 2 B",
        "A: ping -c 2 -i 0.2 -n B",
        "A: ping -c 1 -s 0 10.2.0.1",
        "A: ping -c 1 -s 1200 B",
        "A: ping -c 2 -q B",
        "A: ping -c 1 -t 1 B",
        "A: ping -c 1 -t 2 10.2.0.1",
        "A: ping -c 1 10.0.0.1",
        "A: ping -c 3 10.0.0.9",
        "A: ping -c 1 -M do -s 1200 10.2.0.1",
        "A: ping -c 1 -M do -s 1200 10.2.0.1",
        "A: ping -c 1 -W 1 10.2.0.77",
        "A: traceroute B",
        "A: traceroute -n B",
        "A: traceroute -n -q 1 B",
        "A: traceroute -n -f 2 -m 2 10.2.0.1",
        "A: traceroute -n 10.2.0.1 1000",
        "A: ip route del default",
        "A: ping -c 1 B",
        "A: traceroute -n B",
    ] {
        let (host, line) = typed.split_once(": ").unwrap();
        let mut command = Command::new("timeout");
        command
            .args(["20", "ip", "netns", "exec", &chain.of(host).name])
            .args(line.split(' '))
            .env("LC_ALL", "C");
        let output = command.stdin(Stdio::null()).output().unwrap();
        let silent = output.stderr.is_empty();
        let theirs = String::from_utf8_lossy(&[output.stderr, output.stdout].concat()).into_owned();
        // What is said on standard error comes before or behind the rest there.
        let compare = if silent { Compare::Lines } else { Compare::Sorted };
        // Machines send few ICMP errors in a short time; ours do so here, too.
        simulation.run_until(simulation.now().plus(20_000_000));
        let from = simulation.host(host).unwrap().terminal().len() + 1;
        let verb = Verb::Command { line: line.to_owned() };
        let action = Action { host: Some(host.to_owned()), socket: None, link: None, verb };
        simulation.apply(action).unwrap();
        while simulation.host(host).unwrap().terminal().is_busy() {
            assert!(simulation.step(), "{line} does not end");
        }
        let terminal = simulation.host(host).unwrap().terminal();
        let ours: Vec<String> = terminal.lines(from).map(|printed| printed.line.to_string()).collect();
        if let Err(why) = alike(&theirs, &ours, compare) {
            wrong.push(format!("{typed}: {why}\n--- Linux\n{theirs}--- ours\n{}\n", ours.join("\n")));
        } else if Some(i32::from(terminal.status())) != output.status.code() {
            wrong.push(format!(
                "{typed}: Linux returns {:?}, ours {}",
                output.status.code(),
                terminal.status()
            ));
        }
    }
    assert!(wrong.is_empty(), "{} lines differ:\n{}", wrong.len(), wrong.join("\n"));
}
