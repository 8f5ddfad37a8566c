//! Two hosts on a cable: what their UDP sockets may do, and what their stacks know, as a script says it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use firsthop_protocol::{
    sim::{Scenario, Simulation},
    trace::{EventKind, Fate, Time, Trace},
};

/// `a` is 10.0.0.1 and `b` 10.0.0.2, a millisecond apart.
fn run(script: &str) -> Simulation {
    let text = format!(
        "[[host]]\nname = \"a\"\naddress = \"10.0.0.1/24\"\n[[host]]\nname = \"b\"\naddress = \"10.0.0.2/24\"\n\
         [[link]]\nends = [\"a\", \"b\"]\ndelay_ms = 1\n{script}"
    );
    run_all(&text)
}

fn run_all(text: &str) -> Simulation {
    let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut simulation = Simulation::new(scenario, 1).unwrap();
    simulation.run();
    simulation
}

fn action(host: &str, at_ms: u64, rest: &str) -> String {
    format!("[[action]]\nhost = \"{host}\"\nat_ms = {at_ms}\n{rest}\n")
}

/// The calls of a machine: name, and result or error.
fn calls(trace: &Trace, node: &str) -> Vec<String> {
    let call = |kind: &EventKind| match kind {
        EventKind::Call(call) if call.node == node => Some(match &call.result {
            Ok(value) => format!("{} {value}", call.name),
            Err(error) => format!("{} {}", call.name, error.errno),
        }),
        _ => None,
    };
    trace.events().iter().filter_map(|event| call(&event.kind)).collect()
}

fn notes(trace: &Trace, node: &str) -> Vec<String> {
    let note = |kind: &EventKind| match kind {
        EventKind::Note { node: Some(name), text } if name == node => Some(text.id.clone()),
        _ => None,
    };
    trace.events().iter().filter_map(|event| note(&event.kind)).collect()
}

/// Frames of one side whose IPv4 protocol is this: their bytes from the IPv4 header on.
fn packets<'t>(trace: &'t Trace, from: &str, protocol: u8) -> Vec<&'t [u8]> {
    let wanted = |bytes: &&[u8]| bytes.get(12..14) == Some(&[8, 0]) && bytes.get(23) == Some(&protocol);
    let frames = trace.frames().filter(|(_, frame)| frame.from == from);
    frames.map(|(_, frame)| &frame.bytes[..]).filter(wanted).map(|bytes| &bytes[14..]).collect()
}

/// Curriculum 2.8: to everybody only with SO_BROADCAST, and 255.255.255.255 only where the way is known.
#[test]
fn to_everybody_only_when_asked_for() {
    let script = [
        action("b", 0, "do = \"udp-bind\"\nport = 9"),
        action("b", 0, "do = \"udp-bind\"\nport = 9\nsocket = \"own\"\naddress = \"10.0.0.2\""),
        action("b", 0, "do = \"udp-bind\"\nport = 10\nsocket = \"own\"\naddress = \"10.0.0.2\""),
        action("a", 10, "do = \"udp-send\"\nto = \"10.0.0.255:9\"\ntext = \"no\"\nsocket = \"plain\""),
        action("a", 20, "do = \"udp-bind\"\nport = 0\nbroadcast = true\nsocket = \"loud\""),
        action("a", 30, "do = \"udp-send\"\nto = \"10.0.0.255:9\"\ntext = \"all\"\nsocket = \"loud\""),
        action("a", 40, "do = \"udp-send\"\nto = \"255.255.255.255:9\"\ntext = \"all\"\nsocket = \"loud\""),
        action(
            "a",
            50,
            "do = \"udp-bind\"\nport = 0\nbroadcast = true\nsocket = \"at\"\naddress = \"10.0.0.1\"",
        ),
        action("a", 60, "do = \"udp-send\"\nto = \"255.255.255.255:9\"\ntext = \"all\"\nsocket = \"at\""),
        action("a", 70, "do = \"udp-send\"\nto = \"10.0.0.255:10\"\ntext = \"all\"\nsocket = \"loud\""),
        action("a", 80, "do = \"connect\"\nto = \"10.0.0.255:9\"\nsocket = \"tcp\""),
    ];
    let simulation = run(&script.concat());
    let trace = simulation.trace();
    assert_eq!(
        calls(trace, "a"),
        [
            "socket 3",
            "sendto EACCES",
            "socket 4",
            "setsockopt 0",
            "bind 0",
            "sendto 3",
            "sendto ENETUNREACH",
            "socket 5",
            "setsockopt 0",
            "bind 0",
            "sendto 3",
            "sendto 3",
            "socket 6",
            "connect ENETUNREACH",
            "close 0",
        ]
    );
    // The second socket on port 9 was refused; the one bound to an address hears nothing that is for everybody.
    assert_eq!(
        calls(trace, "b"),
        [
            "socket 3",
            "bind 0",
            "socket 4",
            "bind EADDRINUSE",
            "close 0",
            "socket 5",
            "bind 0",
            "recvfrom 3",
            "recvfrom 3"
        ]
    );
    // Nobody asks for a MAC address that means everybody, and nobody complains.
    let frames: Vec<_> = trace.frames().map(|(_, frame)| frame.bytes[..6].to_vec()).collect();
    assert_eq!(frames, [[0xff; 6], [0xff; 6], [0xff; 6]].map(Vec::from));
    assert_eq!(packets(trace, "b", 1).len(), 0);
    assert!(notes(trace, "b").contains(&"stack.icmp.none".to_owned()));
}

/// Curriculum 2.5: 65,507 bytes pass, in pieces; one more is refused; and whatever must not be cut fits into a frame.
#[test]
fn the_largest_datagram() {
    let script = [
        action("b", 0, "do = \"udp-bind\"\nport = 9"),
        action("a", 10, "do = \"udp-send\"\nto = \"b:9\"\nbytes = 65507"),
        action("a", 20, "do = \"udp-send\"\nto = \"b:9\"\nbytes = 65508"),
        action("a", 30, "do = \"udp-send\"\nto = \"b:9\"\nbytes = 1473\ndont_fragment = true"),
        action("a", 40, "do = \"udp-send\"\nto = \"b:9\"\nbytes = 1472\ndont_fragment = true"),
    ];
    let simulation = run(&script.concat());
    let trace = simulation.trace();
    assert_eq!(
        calls(trace, "a"),
        ["socket 3", "sendto 65507", "sendto EMSGSIZE", "sendto EMSGSIZE", "sendto 1472"]
    );
    assert_eq!(calls(trace, "b")[2..], ["recvfrom 65507", "recvfrom 1472"]);
    let pieces = packets(trace, "a", 17);
    assert_eq!(pieces.len(), 45 + 1, "65515 octets, 1480 in a piece");
    assert!(pieces[..45].iter().all(|piece| piece.len() <= 1500));
    assert_eq!(pieces[45][6] & 0x40, 0x40, "what is not cut must not be cut on its way either");
    assert_eq!(simulation.host("b").unwrap().stack().reassembling().count(), 0);
}

/// RFC 1122 §4.1.3.3, as Linux has it: who has connected the socket hears of a closed port, who has not does not.
#[test]
fn a_connected_socket_hears_of_a_closed_port() {
    let script = [
        action("a", 10, "do = \"udp-connect\"\nto = \"b:9\"\nsocket = \"c\""),
        action("a", 20, "do = \"send\"\ntext = \"x\"\nsocket = \"c\""),
        action("a", 30, "do = \"udp-send\"\nto = \"b:9\"\ntext = \"x\"\nsocket = \"u\""),
        action("b", 100, "do = \"udp-bind\"\nport = 9\napp = \"echo\""),
        action("b", 100, "do = \"udp-bind\"\nport = 8\nsocket = \"other\""),
        action("a", 110, "do = \"send\"\ntext = \"now\"\nsocket = \"c\""),
        // Not from whom it is connected to: not for it.
        action("b", 120, "do = \"udp-send\"\nto = \"a:49152\"\ntext = \"hello\"\nsocket = \"other\""),
    ];
    let simulation = run(&script.concat());
    let trace = simulation.trace();
    assert_eq!(
        calls(trace, "a"),
        [
            "socket 3",
            "connect 0",
            "sendto 1",
            "recvfrom ECONNREFUSED",
            "socket 4",
            "sendto 1",
            "sendto 3",
            "recvfrom 3"
        ]
    );
    assert_eq!(packets(trace, "a", 1).len(), 1, "port unreachable for who is not connected");
}

/// RFC 3376: a join and a leave are told twice each, to 224.0.0.22, with one hop and Router Alert.
#[test]
fn a_group_is_joined_heard_and_left() {
    let script = [
        action("b", 10, "do = \"udp-bind\"\nport = 9"),
        action("a", 15, "do = \"udp-bind\"\nport = 0\naddress = \"10.0.0.1\""),
        action("a", 20, "do = \"udp-send\"\nto = \"239.1.2.3:9\"\ntext = \"early\""),
        action("b", 30, "do = \"join\"\ngroup = \"239.1.2.3\""),
        action("a", 40, "do = \"udp-send\"\nto = \"239.1.2.3:9\"\ntext = \"heard\""),
        action("b", 5000, "do = \"leave\"\ngroup = \"239.1.2.3\""),
        action("a", 5010, "do = \"udp-send\"\nto = \"239.1.2.3:9\"\ntext = \"late\""),
    ];
    let simulation = run(&script.concat());
    let trace = simulation.trace();
    assert_eq!(calls(trace, "b"), ["socket 3", "bind 0", "setsockopt 0", "recvfrom 5", "setsockopt 0"]);
    let reports = packets(trace, "b", 2);
    assert_eq!(reports.len(), 4);
    for (report, kind) in reports.iter().zip([4, 4, 3, 3]) {
        assert_eq!((report[8], &report[16..24]), (1, &[224, 0, 0, 22, 0x94, 4, 0, 0][..]));
        assert_eq!(report[24], 0x22);
        assert_eq!(report[32..], [kind, 0, 0, 0, 239, 1, 2, 3]);
    }
    let macs: Vec<_> =
        trace.frames().filter(|(_, frame)| frame.from == "a").map(|(_, frame)| &frame.bytes[..6]).collect();
    assert_eq!(macs, [[1, 0, 0x5e, 1, 2, 3]; 3], "RFC 1112 §6.4");
    let refused = |frame: &&firsthop_protocol::trace::Frame| matches!(&frame.fate, Fate::Dropped { why, .. } if why.id == "stack.dropped.wrong-address");
    assert_eq!(
        trace.frames().map(|(_, frame)| frame).filter(refused).count(),
        2 + 4,
        "two datagrams, and reports"
    );
    assert_eq!(simulation.host("b").unwrap().stack().memberships().count(), 0);
}

/// Two addresses on one cable, the way chosen by the routing table, and what is written in a table when.
#[test]
fn everything_a_machine_knows_can_be_read() {
    let text = "[[host]]\nname = \"a\"\n[[host.interface]]\nname = \"lan\"\naddresses = [\"10.0.0.1/24\", \"10.0.1.1/24\"]\n\
                [[host.route]]\nto = \"10.9.0.0/16\"\nvia = \"10.0.1.2\"\nmetric = 5\n\
                [[host]]\nname = \"b\"\n[[host.interface]]\naddresses = [\"10.0.0.2/24\", \"10.0.1.2/24\"]\n\
                [[link]]\nends = [\"a\", \"b\"]\n\
                [[action]]\nhost = \"b\"\ndo = \"udp-bind\"\nport = 9\napp = \"echo\"\n\
                [[action]]\nhost = \"a\"\ndo = \"udp-send\"\nto = \"10.0.1.2:9\"\ntext = \"x\"\n\
                [[action]]\nhost = \"a\"\nat_ms = 10\ndo = \"udp-send\"\nto = \"10.9.8.7:9\"\ntext = \"x\"\n\
                [[action]]\nhost = \"a\"\nat_ms = 20\ndo = \"udp-send\"\nto = \"10.8.8.7:9\"\ntext = \"x\"\n\
                [[action]]\nhost = \"a\"\nat_ms = 30\ndo = \"listen\"\nport = 80\n";
    let mut simulation = run_all(text);
    let row = |table: &str, key: &str| {
        simulation.trace().events().iter().rev().find_map(|event| match &event.kind {
            EventKind::Table(change) if change.node == "a" && change.table == table && change.key == key => {
                assert!(change.why.is_some() || table == "sockets" || table == "tcb", "no cause: {change:?}");
                change
                    .row
                    .as_ref()
                    .map(|row| row.iter().map(|cell| cell.value.clone()).collect::<Vec<_>>().join(" "))
            }
            _ => None,
        })
    };
    assert_eq!(row("interfaces", "lan").unwrap(), "lan 02:00:00:00:00:01 10.0.0.1/24, 10.0.1.1/24 1500 UP");
    assert_eq!(
        row("routes", "10.9.0.0/16 via 10.0.1.2 dev lan metric 5").unwrap(),
        "10.9.0.0/16 10.0.1.2 lan 5 static"
    );
    assert_eq!(row("arp", "10.0.1.2").unwrap(), "10.0.1.2 02:00:00:00:00:02 STALE");
    assert_eq!(row("sockets", "tcp 0.0.0.0:80").unwrap(), "tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN");
    assert!(calls(simulation.trace(), "a").contains(&"sendto ENETUNREACH".to_owned()));
    let host = simulation.host("a").unwrap();
    assert_eq!(host.stack().interfaces()[0].addresses.len(), 2);
    assert_eq!(host.stack().routes().iter().count(), 3);
    // From the address that is on the neighbour's network; a host that forwards nothing throws away what is for others.
    let sources: Vec<_> =
        packets(simulation.trace(), "a", 17).iter().map(|packet| packet[12..16].to_vec()).collect();
    assert_eq!(sources, [vec![10, 0, 1, 1], vec![10, 0, 1, 1]]);
    simulation.run_until(Time::from_millis(100_000));
    assert_eq!(simulation.next(), None);
}

/// A machine speaks to itself without a cable.
#[test]
fn a_machine_reaches_itself() {
    let text = "[[host]]\nname = \"a\"\naddress = \"10.0.0.1/24\"\ntcp = { msl_ms = 10 }\n\
                [[action]]\nhost = \"a\"\ndo = \"listen\"\nport = 80\napp = \"echo\"\nsocket = \"s\"\n\
                [[action]]\nhost = \"a\"\nat_ms = 1\ndo = \"connect\"\nto = \"a:80\"\n\
                [[action]]\nhost = \"a\"\non = \"established\"\ndo = \"send\"\ntext = \"hello\"\n\
                [[action]]\nhost = \"a\"\non = \"received 5\"\ndo = \"close\"\n\
                [[action]]\nhost = \"a\"\nat_ms = 500\ndo = \"udp-connect\"\nto = \"127.0.0.1:9\"\nsocket = \"u\"\n\
                [[action]]\nhost = \"a\"\nat_ms = 510\ndo = \"send\"\nsocket = \"u\"\ntext = \"x\"\n";
    let simulation = run_all(text);
    let connection = simulation.host("a").unwrap().connection("main").unwrap();
    assert_eq!(connection.received(), b"hello");
    assert_eq!(simulation.trace().frames().count(), 0);
    assert!(calls(simulation.trace(), "a").contains(&"recvfrom ECONNREFUSED".to_owned()));
}
