//! What routers do in the simulator: forwarding, RIP, translation of addresses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]
#![cfg(feature = "scenario-files")]

use std::net::Ipv4Addr;

use firsthop_protocol::{
    sim::{Scenario, Simulation},
    trace::{EventKind, Frame, Time},
    wire::{LinkType, Protocol, dissect},
};

fn run(name: &str) -> Simulation {
    let mut simulation = Simulation::new(Scenario::builtin(name).unwrap(), 1).unwrap();
    simulation.run();
    simulation
}

fn frames<'s>(simulation: &'s Simulation, link: &'s str, protocol: Protocol) -> Vec<&'s Frame> {
    let all = simulation.trace().frames().map(|(_, frame)| frame);
    all.filter(|it| it.link == link && dissect(LinkType::Ethernet, &it.bytes).layer(protocol).is_some())
        .collect()
}

/// A field of a frame, in words.
fn field(frame: &Frame, protocol: Protocol, name: &str) -> String {
    let dissection = dissect(LinkType::Ethernet, &frame.bytes);
    dissection.layer(protocol).unwrap().field(name).unwrap().value.to_string()
}

fn notes(simulation: &Simulation, node: &str) -> Vec<(Time, String)> {
    let said = |event: &firsthop_protocol::trace::Event| match &event.kind {
        EventKind::Note { node: Some(of), text } if of == node => Some((event.time, text.english.clone())),
        _ => None,
    };
    simulation.trace().events().iter().filter_map(said).collect()
}

#[test]
fn addresses_stay_and_mac_addresses_change_at_each_hop() {
    let simulation = run("routers");
    let first = |link| frames(&simulation, link, Protocol::Icmp)[0];
    let hops = ["A-R1", "R1-R2", "B-R2"].map(first);
    let of = |protocol, name: &str| hops.map(|frame| field(frame, protocol, name));
    assert_eq!(of(Protocol::Ipv4, "src"), ["10.1.0.10"; 3]);
    assert_eq!(of(Protocol::Ipv4, "dst"), ["10.2.0.10"; 3]);
    assert_eq!(of(Protocol::Ipv4, "ttl"), ["64", "63", "62"]);
    let macs = of(Protocol::Ethernet, "src");
    assert_eq!(macs, ["02:00:00:00:00:01", "02:00:00:01:00:03", "02:00:00:01:00:04"]);
    assert_eq!(
        of(Protocol::Ethernet, "dst"),
        ["02:00:00:00:00:03", "02:00:00:00:00:04", "02:00:00:00:00:02"]
    );
    let last = notes(&simulation, "A").pop().unwrap().1;
    assert_eq!(last, "10.1.0.1 says: the network of 10.3.0.1 is unreachable");
}

#[test]
fn the_longest_prefix_wins() {
    let simulation = run("longest-prefix");
    for (link, to) in [("default", "10.9.0.1"), ("16", "10.2.9.1"), ("24", "10.2.3.1")] {
        let echoes = frames(&simulation, link, Protocol::Icmp);
        assert_eq!(echoes.len(), 2, "{link}: there and back");
        assert_eq!(field(echoes[0], Protocol::Ipv4, "dst"), to);
    }
}

#[test]
fn rip_finds_the_short_way_and_then_the_long_one() {
    let simulation = run("rip");
    let answers: Vec<u64> = notes(&simulation, "A")
        .into_iter()
        .filter(|(_, said)| said.starts_with("echo reply"))
        .map(|(time, _)| time.micros() / 1_000_000)
        .collect();
    assert_eq!(answers.first(), Some(&40), "the short way");
    assert_eq!(answers.last(), Some(&120), "the long way");
    let counted = |link| frames(&simulation, link, Protocol::Icmp).len();
    assert!(counted("R1-R2") >= 2 && counted("R1-R3") >= 2 && counted("R2-R3") >= 2);
    // What the machine routes by is what RIP says.
    let r1 = simulation.host("R1").unwrap();
    let known = r1.rip().unwrap().route("10.2.0.0/24".parse().unwrap()).unwrap();
    assert_eq!((known.metric, known.next_hop), (3, Some("192.0.2.6".parse().unwrap())));
    let way = r1.stack().routes().lookup("10.2.0.10".parse().unwrap()).unwrap();
    assert_eq!(way.via, known.next_hop);
    // Nobody forwards what is said to neighbours.
    assert!(frames(&simulation, "A-R1", Protocol::Rip).iter().all(|frame| frame.from == "R1"));
}

#[test]
fn machines_at_home_share_an_address_and_nobody_comes_in_uninvited() {
    let simulation = run("nat");
    // Nothing of home is seen outside.
    let wan = frames(&simulation, "WAN", Protocol::Ipv4);
    assert!(wan.len() > 10);
    let home: Ipv4Addr = "203.0.113.5".parse().unwrap();
    for frame in &wan {
        let own = if frame.from == "home" { "src" } else { "dst" };
        assert_eq!(field(frame, Protocol::Ipv4, own), home.to_string());
        assert!(dissect(LinkType::Ethernet, &frame.bytes).problems().next().is_none(), "{frame:?}");
    }
    // Both used port 5000; only one could keep it.
    let ports: Vec<String> = frames(&simulation, "WAN", Protocol::Udp)
        .into_iter()
        .filter(|frame| frame.from == "home")
        .map(|frame| field(frame, Protocol::Udp, "srcport"))
        .collect();
    assert!(ports.len() == 2 && ports[0] == "5000" && ports[1] != "5000", "{ports:?}");
    // Port 22 leads nowhere: no frame of it at home. Port 8080 leads to the laptop.
    let at_home = frames(&simulation, "LAN", Protocol::Tcp);
    assert!(
        !at_home.is_empty()
            && at_home.iter().all(|frame| {
                ["srcport", "dstport"].iter().any(|name| field(frame, Protocol::Tcp, name) == "80")
            })
    );
    let laptop = simulation.host("laptop").unwrap();
    assert_eq!(laptop.connections().next().unwrap().received(), b"hello, laptop");
    assert!(simulation.host("home").unwrap().nat().unwrap().sessions().count() >= 3);
}

#[test]
fn only_a_router_translates_and_only_at_an_interface_with_an_address() {
    let says = |text: &str| Scenario::parse(text).unwrap_err().to_string();
    let host = "[[host]]\nname = \"A\"\naddress = \"10.0.0.1/24\"\n";
    assert!(
        says(&format!("{host}[host.rip]\n")).ends_with("only a router does `rip`: [[router]] would be right")
    );
    let router = format!("{host}[[router]]\nname = \"R\"\n[[router.interface]]\n[router.nat]\n");
    assert!(
        says(&format!("{router}outside = \"eth0\"\n"))
            .ends_with("`eth0` has no address that the machines inside could share")
    );
    assert!(says(&format!("{router}outside = \"eth7\"\n")).ends_with("this machine has no interface `eth7`"));
}
