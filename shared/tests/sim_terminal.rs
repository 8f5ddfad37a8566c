//! Commands typed at simulated machines: what they print over virtual time, what they change, and that it happens again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use firsthop_protocol::{
    sim::{Action, Recipe, Scenario, Simulation, Verb},
    trace::Time,
};

/// A - R1 - R2 - B, ten milliseconds a cable.
const CHAIN: &str = include_str!("terminal/chain.toml");

fn action(host: &str, verb: Verb) -> Action {
    Action { host: Some(host.to_owned()), socket: None, link: None, verb }
}

fn start() -> Simulation {
    Simulation::new(Scenario::parse(CHAIN).unwrap(), 1).unwrap()
}

/// Types a line and waits for its end; what was printed.
fn type_in(simulation: &mut Simulation, host: &str, line: &str) -> String {
    let from = simulation.host(host).unwrap().terminal().len() + 1;
    simulation.apply(action(host, Verb::Command { line: line.to_owned() })).unwrap();
    while simulation.host(host).unwrap().terminal().is_busy() {
        assert!(simulation.step(), "{line} does not end");
    }
    printed(simulation, host, from)
}

fn printed(simulation: &Simulation, host: &str, from: usize) -> String {
    let lines = simulation.host(host).unwrap().terminal().lines(from);
    lines.map(|printed| format!("{}\n", printed.line)).collect()
}

#[test]
fn ping_counts_and_times_what_comes_back() {
    let mut simulation = start();
    let said = type_in(&mut simulation, "A", "ping -c 2 B");
    // The first request waits for three ARP answers, 20 ms each.
    assert_eq!(
        said,
        "PING B (10.2.0.1) 56(84) bytes of data.\n\
         64 bytes from B (10.2.0.1): icmp_seq=1 ttl=62 time=120 ms\n\
         64 bytes from B (10.2.0.1): icmp_seq=2 ttl=62 time=60.0 ms\n\
         \n\
         --- B ping statistics ---\n\
         2 packets transmitted, 2 received, 0% packet loss, time 1000ms\n\
         rtt min/avg/max/mdev = 60.000/90.000/120.000/30.000 ms\n"
    );
    assert_eq!(simulation.host("A").unwrap().terminal().status(), 0);
    assert_eq!(
        type_in(&mut simulation, "A", "arp -a"),
        "R1 (10.0.0.254) at 02:00:00:00:00:03 [ether] on eth0\n"
    );
}

#[test]
fn errors_on_the_way_are_printed_as_ping_prints_them() {
    let mut simulation = start();
    let ttl = type_in(&mut simulation, "A", "ping -c 1 -t 1 10.2.0.1");
    assert!(ttl.contains("\nFrom 10.0.0.254 icmp_seq=1 Time to live exceeded\n\n--- 10.2.0.1"), "{ttl}");
    assert!(
        ttl.ends_with("1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n\n"),
        "{ttl}"
    );
    let large = type_in(&mut simulation, "A", "ping -c 1 -s 1200 -M do 10.2.0.1");
    assert!(large.contains("\nFrom 10.1.0.2 icmp_seq=1 Frag needed and DF set (mtu = 1000)\n"), "{large}");
    let again = type_in(&mut simulation, "A", "ping -c 1 -s 1200 -M do 10.2.0.1");
    assert!(again.contains("\nping: local error: message too long, mtu=1000\n"), "{again}");
    let nobody = type_in(&mut simulation, "A", "ping -c 3 10.0.0.9");
    assert!(nobody.contains("\nFrom 10.0.0.1 icmp_seq=3 Destination Host Unreachable\n"), "{nobody}");
    assert!(nobody.ends_with("time 2000ms\npipe 3\n"), "{nobody}");
    assert_eq!(simulation.host("A").unwrap().terminal().status(), 1);
}

#[test]
fn traceroute_finds_the_routers() {
    let mut simulation = start();
    type_in(&mut simulation, "A", "ping -c 1 B");
    let said = type_in(&mut simulation, "A", "traceroute -n B");
    assert_eq!(
        said,
        "traceroute to B (10.2.0.1), 30 hops max, 60 byte packets\n \
         1  10.0.0.254  20.000 ms  20.000 ms  20.000 ms\n \
         2  10.1.0.2  40.000 ms  40.000 ms  40.000 ms\n \
         3  10.2.0.1  60.000 ms  60.000 ms  60.000 ms\n"
    );
    let named = type_in(&mut simulation, "A", "traceroute -q 1 B");
    assert!(named.contains("\n 1  R1 (10.0.0.254)  20.000 ms\n 2  R2 (10.1.0.2)  40.000 ms\n"), "{named}");
}

#[test]
fn what_is_changed_at_a_terminal_counts() {
    let mut simulation = start();
    assert_eq!(type_in(&mut simulation, "R1", "ip route del 10.2.0.0/24"), "");
    let said = type_in(&mut simulation, "A", "ping -c 1 B");
    assert!(said.contains("\nFrom R1 (10.0.0.254) icmp_seq=1 Destination Net Unreachable\n"), "{said}");
    type_in(&mut simulation, "R1", "ip route add default via 10.1.0.2");
    assert!(type_in(&mut simulation, "A", "ping -c 1 B").contains(" 1 received, 0% packet loss"));
    type_in(&mut simulation, "A", "ip link set eth0 down");
    assert_eq!(type_in(&mut simulation, "A", "ping -c 1 B"), "ping: connect: Network is unreachable\n");
    type_in(&mut simulation, "A", "ip link set eth0 up");
    type_in(&mut simulation, "A", "route add default gw 10.0.0.254");
    assert!(type_in(&mut simulation, "A", "ping -c 1 B").contains(" 1 received, 0% packet loss"));
    assert!(type_in(&mut simulation, "A", "ifconfig eth0").contains("RX packets "));
}

#[test]
fn ctrl_c_ends_and_lines_typed_meanwhile_wait() {
    let mut simulation = start();
    let line = |line: &str| action("A", Verb::Command { line: line.to_owned() });
    simulation.apply(line("ping B")).unwrap();
    simulation.apply(line("hostname")).unwrap();
    simulation.run_until(Time::from_millis(2500));
    assert!(simulation.host("A").unwrap().terminal().is_busy());
    assert!(!printed(&simulation, "A", 0).contains("hostname"));
    simulation.apply(action("A", Verb::Interrupt)).unwrap();
    let said = printed(&simulation, "A", 0);
    assert!(said.contains("\n^C\n\n--- B ping statistics ---\n3 packets transmitted, 3 received"), "{said}");
    assert!(!said.contains("hostname"), "Ctrl-C forgets what was typed");
    simulation.apply(line("ping -c 2 B")).unwrap();
    simulation.apply(line("hostname")).unwrap();
    simulation.run();
    assert!(printed(&simulation, "A", 0).ends_with("ms\nhostname\nA\n"));
}

#[test]
fn a_recipe_types_it_all_again() {
    let mut first = start();
    for (host, line) in
        [("A", "ping -c 2 -i 0.2 B"), ("R1", "ip route del 10.2.0.0/24"), ("A", "traceroute B")]
    {
        type_in(&mut first, host, line);
    }
    let json = serde_json::to_string(&first.recipe()).unwrap();
    let mut again = serde_json::from_str::<Recipe>(&json).unwrap().start().unwrap();
    first.run();
    again.run();
    assert_eq!(first.trace(), again.trace());
    for host in ["A", "R1"] {
        assert_eq!(printed(&first, host, 0), printed(&again, host, 0));
    }
}
