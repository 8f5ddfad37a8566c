//! The terminal's commands beside the Linux tools: the same lines are typed in both, on machines that began alike.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

#[path = "../netns/mod.rs"]
mod netns;

mod lawful;
mod machine;
mod running;

use std::process::Command;

use firsthop_protocol::terminal;
use lawful::{Compare, alike};
use machine::{Bench, MACS};
use netns::Namespace;

/// A kernel's machine, and one of ours.
struct Pair {
    kernel: Namespace,
    _other: Namespace,
    ours: Bench,
    wrong: Vec<String>,
}

const HOSTS: &str = "127.0.0.1 localhost\n10.0.0.7 H7\n10.0.0.254 R1\n";

impl Pair {
    fn new(label: &str) -> Option<Self> {
        if !netns::possible(&["ip", "ifconfig", "route", "arp", "netstat", "ss", "ping", "traceroute"]) {
            return None;
        }
        let (kernel, other) = (Namespace::new(label), Namespace::new(&format!("{label}-far")));
        // What `ip netns exec` lays over /etc, so that names are those of our machine.
        let etc = format!("/etc/netns/{}", kernel.name);
        std::fs::create_dir_all(&etc).unwrap();
        std::fs::write(format!("{etc}/hosts"), HOSTS).unwrap();
        std::fs::write(format!("{etc}/nsswitch.conf"), "hosts: files\nnetworks: files\n").unwrap();
        for (number, mac) in MACS.iter().enumerate() {
            let (card, mac) = (format!("eth{number}"), machine::colons(*mac));
            kernel.cable(&card, &other, &card);
            kernel.run("ip", &["link", "set", &card, "address", &mac]);
        }
        Some(Self { kernel, _other: other, ours: Bench::new(), wrong: Vec::new() })
    }

    /// Types a line in both.
    fn type_in(&mut self, line: &str, compare: Compare) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut command = Command::new("timeout");
        command.args(["10", "ip", "netns", "exec", &self.kernel.name]).args(&words).env("LC_ALL", "C");
        let output = command.stdin(std::process::Stdio::null()).output().unwrap();
        let theirs = String::from_utf8_lossy(&[output.stderr, output.stdout].concat()).into_owned();
        let answer = terminal::run(&self.ours, line);
        let ours: Vec<String> = answer.lines.iter().map(ToString::to_string).collect();
        let status = output.status.code().unwrap_or(-1);
        if let Err(why) = alike(&theirs, &ours, compare) {
            self.wrong.push(format!("{line}: {why}\n--- Linux\n{theirs}--- ours\n{}\n", ours.join("\n")));
        } else if i32::from(answer.status) != status {
            self.wrong.push(format!("{line}: Linux returns {status}, ours {}", answer.status));
        }
        self.ours.apply(answer.changes);
        // The kernel sees after a moment that a cable is alive again.
        if line.ends_with(" up") {
            std::thread::sleep(std::time::Duration::from_millis(1500));
        }
    }

    fn same(&mut self, lines: &str) {
        self.all(lines, Compare::Lines);
    }

    fn all(&mut self, lines: &str, compare: Compare) {
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            self.type_in(line, compare);
        }
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(format!("/etc/netns/{}", self.kernel.name));
        if !std::thread::panicking() {
            assert!(self.wrong.is_empty(), "{} lines differ:\n{}", self.wrong.len(), self.wrong.join("\n"));
        }
    }
}

#[test]
fn addresses_and_links_read_as_on_linux() {
    let Some(mut pair) = Pair::new("addr") else { return };
    pair.same(
        "ip addr
        ip -br addr
        ip addr add 10.0.0.1/24 brd + dev eth0
        ip addr add 10.0.0.1/24 brd + dev eth0
        ip addr add 10.0.0.9/24 brd + dev eth0
        ip addr add 10.0.0.65/28 brd + dev eth0
        ip address add 192.168.7.1/31 dev eth1
        ip a
        ip addr show
        ip addr show eth0
        ip addr show dev eth1
        ip addr list dev lo
        ip -4 addr
        ip -4 addr show up
        ip -br a
        ip -brief -4 addr
        ip -o addr
        ip -o -4 addr show eth0
        ip link
        ip -br link
        ip -o link
        ip link show eth0
        ip link show up
        ip addr show eth9
        ip link show eth9
        ip addr del 10.9.0.1/24 dev eth0
        ip addr del 10.0.0.9/24 dev eth0
        ip a d 10.0.0.9/24 dev eth0
        ip addr del 10.0.0.77 dev eth0
        ip addr del 10.0.0.65 dev eth0
        ip addr add 10.0.0.65/28 brd + dev eth0
        ip addr add 10.0.0.300/24 dev eth0
        ip addr add 10.0.0.3/33 dev eth0
        ip addr add
        ip addr add 10.0.0.1/24
        ip addr add 10.0.0.1/24 dev eth9
        ip addr foo
        ip foo
        ip -z
        ip addr show eth0 foo
        ip addr flush
        ip addr flush dev eth9
        ip link set
        ip link set eth9 up
        ip link set eth0 mtu 10
        ip link set eth0 mtu x
        ip link set eth0 mtu 99999
        ip link set eth0 mtu 1400
        ip link set eth0 foo
        ip link set eth0 address zz
        ip link set dev eth0 address 02:00:00:00:00:77
        ip link foo
        ip link show eth0
        ip link set eth1 down
        ip -br link
        ip addr
        ip route
        ip link set eth1 up
        ip addr flush dev eth0
        ip addr
        ip route",
    );
}

#[test]
fn routes_read_as_on_linux() {
    let Some(mut pair) = Pair::new("route") else { return };
    pair.same(
        "ip route
        ip route add default via 10.0.0.254
        ip addr add 10.0.0.1/24 brd + dev eth0
        ip addr add 192.168.7.1/24 brd + dev eth1
        ip route
        ip route add default via 10.0.0.254
        ip route add default via 10.0.0.254
        ip route add default via 192.168.7.254 metric 100
        ip route add 10.2.0.0/16 via 10.0.0.253 metric 5
        ip route add 10.2.0.0/16 via 192.168.7.3
        ip route add 10.2.3.0/24 via 192.168.7.3 dev eth1
        ip route add 10.9.9.9 via 10.0.0.7
        ip route add 10.8.0.0/16 dev eth1
        ip route add 10.7.0.0/16 dev eth1 src 192.168.7.1
        ip r
        ip route show 10.2.0.0/16
        ip route show dev eth1
        ip route show default
        ip route show via 10.0.0.7
        ip route list root 10.2.0.0/16
        ip route get 10.2.3.4
        ip route get 10.2.4.4
        ip route get 10.0.0.7
        ip route get 10.0.0.1
        ip route get 203.0.113.1
        ip route get
        ip route get x
        route -n
        route
        netstat -rn
        netstat -r
        ip route add 10.3.0.0/16 via 192.0.2.1
        ip route add 10.3.0.0/16 via 192.168.7.9 dev eth0
        ip route add 10.3.0.1/16 via 10.0.0.2
        ip route add 10.3.0.0/33 via 10.0.0.2
        ip route add 10.3.0.0/16
        ip route add 10.3.0.0/16 dev eth9
        ip route add 10.3.0.0/16 via x
        ip route add 10.3.0.0/16 via 10.0.0.7 metric x
        ip route add 10.3.0.0/16 via 10.0.0.7 src 10.0.0.99
        ip route del 10.3.0.0/16
        ip route del 10.2.0.0/16 via 10.0.0.77
        ip route del 10.2.0.0/16
        ip route
        ip route replace default via 10.0.0.2
        ip route foo
        ip route flush
        ip route flush 10.7.0.0/16
        ip route
        route add -net 10.5.0.0 netmask 255.255.0.0 gw 10.0.0.2
        route add -net 10.6.0.0/16 gw 10.0.0.2
        route add -net 10.6.0.0/16 gw 10.0.0.2
        route add -host 10.7.0.1 gw H7
        route add 10.7.0.2 gw 10.0.0.3 metric 7
        route add -net 10.11.0.0/16 dev eth1
        route add default gw 192.0.2.1
        route add 10.7.0.0
        route add -net 10.7.0.0/16
        route add default gw 10.0.0.254 eth9
        route del -net 10.66.0.0/16
        route del default
        route del 10.7.0.1
        route -n
        ip route
        ip link set eth0 down
        ip route
        ip route add 10.3.0.0/16 dev eth0
        ip link set eth0 up
        ip route",
    );
    pair.all("route foo\nroute -z\nroute add\nroute add -net 10.7.0.1/16 gw 10.0.0.3", Compare::FirstLine);
}

#[test]
fn neighbours_read_as_on_linux() {
    let Some(mut pair) = Pair::new("neigh") else { return };
    pair.same(
        "ip addr add 10.0.0.1/24 brd + dev eth0
        ip addr add 192.168.7.1/24 brd + dev eth1
        ip neigh
        arp -a
        arp -n
        arp -d 10.0.0.99
        arp -a 10.0.0.99
        arp -n 10.0.0.77
        ip neigh add 10.0.0.7 lladdr 02:00:00:00:00:07 nud permanent dev eth0
        ip neigh add 10.0.0.7 lladdr 02:00:00:00:00:08 dev eth0
        ip neigh replace 10.0.0.7 lladdr 02:00:00:00:00:0a nud permanent dev eth0
        arp -s 192.168.7.9 02:00:00:00:00:33
        arp -s H7 2:0:0:0:0:7
        arp -s 192.0.2.1 02:00:00:00:00:33
        arp -s 10.0.0.3 02:zz
        arp -s 10.0.0.3
        arp -d
        arp -d nosuch
        ip neigh show 10.0.0.7
        ip neigh show dev eth1
        ip neigh show dev eth9
        ip neigh del 10.0.0.66 dev eth0
        ip neigh add 10.0.0.30 dev eth0
        ip neigh add 10.0.0.31 lladdr zz dev eth0
        ip neigh change 10.0.0.31 lladdr 02:00:00:00:00:08 dev eth0
        ip neigh add 10.0.0.9
        ip neigh add x lladdr 02:00:00:00:00:08 dev eth0
        ip neigh foo
        ip neigh flush",
    );
    pair.all("ip neigh\nip -br neigh\narp -n\narp\narp -a\narp -an\narp -an -i eth1", Compare::Sorted);
    pair.same(
        "arp -n 10.0.0.7
        arp -a 10.0.0.7
        arp -d H7
        arp -an
        ip neigh flush all
        ip neigh
        ip neigh del 192.168.7.9 dev eth1
        ip neigh
        arp -an -i eth1",
    );
    pair.all("arp -z", Compare::FirstLine);
}

#[test]
fn interfaces_read_as_on_linux() {
    let Some(mut pair) = Pair::new("ifcfg") else { return };
    pair.same(
        "ifconfig
        ifconfig eth0 10.0.0.5 netmask 255.255.255.0
        ifconfig eth0
        ip addr show eth0
        ifconfig eth0 10.0.0.6/16
        ifconfig eth1 192.168.7.1
        ip -br addr
        ifconfig eth0 mtu 1400
        ifconfig -a
        ifconfig -s
        netstat -i
        ifconfig eth0 down
        ifconfig eth0
        ifconfig
        ip route
        ifconfig eth0 up
        ip route
        ifconfig eth9
        ifconfig lo
        ifconfig eth0 foo.bar
        ifconfig eth0 0.0.0.0
        ip addr",
    );
}

#[test]
fn sockets_read_as_on_linux() {
    let Some(mut pair) = Pair::new("sock") else { return };
    let ask = "ss -tuan ss -tln ss -tan ss -uan ss -tn ss -tu ss -tuln ss -lun netstat -an netstat -tn netstat -tuln \
        netstat -ant netstat -t netstat -u netstat -tul netstat";
    let ask = ask.replace(" ss", "\nss").replace(" netstat", "\nnetstat");
    pair.all(&ask, Compare::Sorted);
    pair.same("ip addr add 10.0.0.1/24 brd + dev eth0\nip neigh add 10.0.0.7 lladdr 02:00:00:00:00:07 nud permanent dev eth0");
    let open = pair.kernel.open(machine::sockets);
    pair.ours.open_sockets();
    pair.all(&ask, Compare::Sorted);
    drop(open);
    pair.all("ss -Z\nnetstat -z", Compare::FirstLine);
    pair.wrong.retain(|wrong| !wrong.starts_with("ss -Z"));
}

#[test]
fn what_running_programs_refuse_reads_as_on_linux() {
    let Some(mut pair) = Pair::new("refuse") else { return };
    pair.same(
        "ping
        ping -c x 10.0.0.1
        ping -c 0 10.0.0.1
        ping -t 256 10.0.0.1
        ping -M foo 10.0.0.1
        ping 192.0.2.1
        ip addr add 10.0.0.1/24 brd + dev eth0
        ping -c 1 10.0.0.255
        ping -t 0 -c 1 10.0.0.7
        ping -c 1 192.0.2.1",
    );
    pair.all("ping -c\nping -z\ntraceroute\ntraceroute -Q 10.0.0.1\ntraceroute -n -m\ntraceroute -m x 10.0.0.1\ntraceroute nosuch", Compare::FirstLine);
}

/// Words that mean something somewhere.
const WORDS: &str = "ip ifconfig route arp netstat ss ping traceroute hostname help clear addr link route neigh add del \
    replace flush show set get dev via metric lladdr default up down mtu gw -net -host netmask eth0 eth1 eth9 lo H7 R1 10.0.0.1 \
    10.0.0.1/24 10.0.0.7 192.168.7.0/24 0.0.0.0/0 255.255.255.0 02:00:00:00:00:07 -n -a -d -s -br -c -t -W 1 0 99999 \
    -1 nud permanent all src to root exact ' \" \\ # | 网络";

proptest::proptest! {
    /// Whatever is typed, something sensible is said: no panic, nothing done by what was refused, and the tools can show
    /// the machine afterwards.
    #[test]
    fn nothing_that_is_typed_breaks_anything(
        lines in proptest::collection::vec(
            proptest::collection::vec(proptest::sample::select(WORDS.split_whitespace().collect::<Vec<_>>()), 0..8), 1..12),
        raw in ".{0,40}",
    ) {
        let mut bench = Bench::new();
        for line in lines.iter().map(|words| words.join(" ")).chain([raw]) {
            let answer = terminal::run(&bench, &line);
            assert!(answer.changes.is_empty() || answer.status == 0, "{line}: refused, and done all the same");
            bench.apply(answer.changes);
            for show in ["ip a", "ip r", "ip n", "ifconfig -a", "route -n", "arp -a"] {
                assert_eq!(terminal::run(&bench, show).status, 0, "{show} after {line}");
            }
        }
    }
}
