//! The machine that hosts and routers of the simulator are, against the Linux kernel: neighbours, packets in pieces, errors,
//! and a router between two kernels.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod kernel;

use std::{thread, time::Duration};

use firsthop_protocol::stack::{
    Config, Fragments, Interface, Outgoing, Payload, Protocol, Stack, neighbour::State, route::Route,
};
use kernel::{Kernel, Machine, able};

const MAC: [u8; 6] = [2, 0, 0, 0, 0, 0x10];

fn host(address: &str) -> Stack {
    let mut stack = Stack::new(Config::default());
    stack.add_interface(Interface::new("eth0", MAC, [address.parse().unwrap()]));
    stack
}

/// Waits for what a machine in a thread of its own does.
fn wait(seconds: f64) {
    thread::sleep(Duration::from_secs_f64(seconds));
}

#[test]
fn the_kernel_pings_us_with_packets_of_all_sizes() {
    if !able("the_kernel_pings_us_with_packets_of_all_sizes") {
        return;
    }
    let kernel = Kernel::new("10.0.0.1/24");
    let machine = Machine::start(host("10.0.0.2/24"), &[&kernel], |_, _, _| {});
    for size in [0, 56, 1472, 1473, 4000, 65_507] {
        let said = kernel.says(&format!("ping -n -c 2 -i 0.2 -W 3 -s {size} 10.0.0.2"));
        assert!(said.contains(" 0% packet loss"), "{size}: {said}");
        assert!(!said.contains("wrong data byte"), "{size}: {said}");
        assert!(size == 0 || said.contains("ttl=64"), "{size}: {said}");
    }
    // The kernel knows our MAC address from our own mouth.
    let neighbours = kernel.says("ip neigh show");
    assert!(neighbours.contains("10.0.0.2 dev eth0 lladdr 02:00:00:00:00:10 REACHABLE"), "{neighbours}");
    let (stack, done) = machine.stop();
    let known: Vec<_> =
        stack.neighbours().iter().map(|(_, address, entry)| (address.to_string(), entry.state)).collect();
    assert!(
        matches!(&known[..], [(address, State::Stale | State::Delay | State::Probe | State::Reachable)] if address == "10.0.0.1"),
        "{known:?}"
    );
    assert!(
        done.rows.iter().any(|(table, _, row)| *table == "fragments" && row.is_none()),
        "pieces became whole"
    );
}

#[test]
fn nobody_answers_an_echo_request_to_everybody() {
    if !able("nobody_answers_an_echo_request_to_everybody") {
        return;
    }
    let kernel = Kernel::new("10.0.0.1/24");
    let machine = Machine::start(host("10.0.0.2/24"), &[&kernel], |_, _, _| {});
    let said = kernel.says("ping -n -b -c 1 -W 1 10.0.0.255");
    assert!(said.contains("100% packet loss"), "{said}");
    let (_, done) = machine.stop();
    assert!(done.noted("stack.icmp.broadcast-echo"), "it came and was understood: {:?}", done.notes);
}

#[test]
fn we_ping_the_kernel_with_packets_of_all_sizes() {
    if !able("we_ping_the_kernel_with_packets_of_all_sizes") {
        return;
    }
    let kernel = Kernel::new("10.0.0.1/24");
    let sizes = [0_usize, 56, 1472, 1473, 4000, 65_000];
    let machine = Machine::start(host("10.0.0.2/24"), &[&kernel], move |stack, now, out| {
        for (seq, size) in sizes.iter().enumerate() {
            let mut message = vec![8, 0, 0, 0, 0, 7, 0, u8::try_from(seq).unwrap()];
            message.extend((0..*size).map(|byte| u8::try_from(byte % 251).unwrap()));
            let mut packet = smoltcp::wire::Icmpv4Packet::new_unchecked(message.as_mut_slice());
            packet.fill_checksum();
            let to = "10.0.0.1".parse().unwrap();
            stack.send(now, &Outgoing::new(to, Protocol::Icmp, &message), out).unwrap();
        }
    });
    wait(1.0);
    let (stack, done) = machine.stop();
    let mut back: Vec<(u16, usize)> = done
        .received
        .iter()
        .filter_map(|received| match &received.payload {
            Payload::EchoReply { ident: 7, seq, data } => {
                assert!(data.iter().enumerate().all(|(at, byte)| usize::from(*byte) == at % 251));
                Some((*seq, data.len()))
            }
            _ => None,
        })
        .collect();
    back.sort_unstable();
    let expected: Vec<(u16, usize)> = (0..).zip(sizes).collect();
    assert_eq!(back, expected);
    let entry = stack.neighbours().get(0, "10.0.0.1".parse().unwrap()).unwrap();
    assert_eq!(entry.state, State::Reachable);
}

#[test]
fn a_closed_port_is_refused_as_the_kernel_understands_it() {
    if !able("a_closed_port_is_refused_as_the_kernel_understands_it") {
        return;
    }
    let kernel = Kernel::new("10.0.0.1/24");
    let machine = Machine::start(host("10.0.0.2/24"), &[&kernel], |_, _, _| {});
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("refused.py");
    let lines = "import socket\ns=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\ns.settimeout(3)\ns.connect(('10.0.0.2',9))\ns.send(b'x')\n\
                 try:\n  s.recv(9)\nexcept OSError as e: print(type(e).__name__)\n";
    std::fs::write(&script, lines).unwrap();
    assert_eq!(kernel.says(&format!("python3 {}", script.display())).trim(), "ConnectionRefusedError");
    drop(machine.stop());
}

#[test]
fn a_neighbour_that_is_not_there_is_asked_for_three_times() {
    if !able("a_neighbour_that_is_not_there_is_asked_for_three_times") {
        return;
    }
    let kernel = Kernel::new("10.0.0.1/24");
    let machine = Machine::start(host("10.0.0.2/24"), &[&kernel], |stack, now, out| {
        stack.send(now, &Outgoing::new("10.0.0.9".parse().unwrap(), Protocol::Udp, &[0; 8]), out).unwrap();
    });
    wait(3.4);
    let (stack, done) = machine.stop();
    assert!(done.noted("stack.arp.nobody"));
    let entry = stack.neighbours().get(0, "10.0.0.9".parse().unwrap()).unwrap();
    assert_eq!((entry.state, entry.tries, entry.mac), (State::Failed, 3, None));
}

/// `kernel – ours – kernel`: 10.1.0.1 behind eth0, 10.2.0.1 behind eth1, each with the router as its gateway.
fn routed(mtu: u16) -> (Kernel, Kernel, Machine) {
    let (left, right) = (Kernel::new("10.1.0.1/24"), Kernel::new("10.2.0.1/24"));
    left.must("ip route add default via 10.1.0.254");
    right.must("ip route add default via 10.2.0.254");
    let mut stack = Stack::new(Config { forwarding: true, ..Config::default() });
    stack.add_interface(Interface::new("eth0", MAC, ["10.1.0.254/24".parse().unwrap()]));
    let second = [2, 0, 0, 0, 0, 0x11];
    stack.add_interface(Interface {
        mtu,
        ..Interface::new("eth1", second, ["10.2.0.254/24".parse().unwrap()])
    });
    stack.routes_mut().add(Route::via("10.3.0.0/16".parse().unwrap(), "10.2.0.77".parse().unwrap(), 1));
    let machine = Machine::start(stack, &[&left, &right], |_, _, _| {});
    (left, right, machine)
}

#[test]
fn our_router_forwards_between_two_kernels() {
    if !able("our_router_forwards_between_two_kernels") {
        return;
    }
    let (left, right, machine) = routed(1500);
    for size in [56, 1472, 3000] {
        let said = left.says(&format!("ping -n -c 2 -i 0.2 -W 3 -s {size} 10.2.0.1"));
        assert!(said.contains(" 0% packet loss") && said.contains("ttl=63"), "{size}: {said}");
    }
    // The router itself, by either address.
    for address in ["10.1.0.254", "10.2.0.254"] {
        let said = left.says(&format!("ping -n -c 1 -W 3 {address}"));
        assert!(said.contains("ttl=64"), "{said}");
    }
    let said = left.says("traceroute -n -I -q 1 -w 2 10.2.0.1");
    let hops: Vec<&str> = said.lines().skip(1).filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!(hops, ["10.1.0.254", "10.2.0.1"], "{said}");
    let said = left.says("traceroute -n -q 1 -w 2 10.2.0.1");
    assert!(
        said.contains(" 1  10.1.0.254 ") && said.contains(" 2  10.2.0.1 "),
        "by UDP and port unreachable: {said}"
    );
    // Megabytes of TCP, and a hash over them.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data");
    std::fs::write(&file, (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<u8>>()).unwrap();
    let _server =
        right.start(&format!("python3 -m http.server -b 10.2.0.1 -d {} 8000", folder.path().display()));
    let copy = folder.path().join("copy");
    let fetch = format!(
        "curl -sf --retry 20 --retry-delay 1 --retry-connrefused -o {} http://10.2.0.1:8000/data",
        copy.display()
    );
    left.must(&fetch);
    assert!(std::fs::read(copy).unwrap() == std::fs::read(file).unwrap(), "12 MB through the router");
    drop(machine.stop());
}

#[test]
fn our_router_says_what_it_cannot_do_and_the_kernel_understands() {
    if !able("our_router_says_what_it_cannot_do_and_the_kernel_understands") {
        return;
    }
    let (left, _right, machine) = routed(1000);
    let said = left.says("ping -n -c 1 -W 2 -t 1 10.2.0.1");
    assert!(said.contains("From 10.1.0.254") && said.contains("Time to live exceeded"), "{said}");
    let said = left.says("ping -n -c 1 -W 2 192.0.2.1");
    assert!(said.contains("From 10.1.0.254") && said.contains("Destination Net Unreachable"), "{said}");
    let said = left.says("ping -n -c 1 -W 5 10.2.0.99");
    assert!(said.contains("From 10.1.0.254") && said.contains("Destination Host Unreachable"), "{said}");
    let said = left.says("ping -n -c 1 -W 5 10.3.1.1");
    assert!(said.contains("Destination Host Unreachable"), "the next router is not there: {said}");
    let said = left.says("ping -n -c 1 -W 2 -M do -s 1400 10.2.0.1");
    assert!(said.contains("mtu = 1000") || said.contains("mtu=1000"), "{said}");
    let said = left.says("ip route get 10.2.0.1");
    assert!(said.contains("mtu 1000"), "the kernel has learned the path's MTU: {said}");
    let said = left.says("ping -n -c 2 -i 0.2 -W 2 -M dont -s 2400 10.2.0.1");
    assert!(said.contains(" 0% packet loss"), "cut on the way: {said}");
    drop(machine.stop());
}

#[test]
fn path_mtu_is_learned_from_the_kernel() {
    if !able("path_mtu_is_learned_from_the_kernel") {
        return;
    }
    // Ours is behind a kernel that is a router with a narrow second network.
    let kernel = Kernel::new("10.1.0.254/24");
    kernel.must("ip link add narrow type veth peer name beyond");
    kernel.must("ip address add 10.9.0.254/24 dev narrow");
    kernel.must("ip link set narrow mtu 900 up");
    kernel.must("ip link set beyond up");
    kernel.must("sysctl -q -w net.ipv4.ip_forward=1");
    let mut stack = host("10.1.0.1/24");
    stack.routes_mut().add(Route::via("0.0.0.0/0".parse().unwrap(), "10.1.0.254".parse().unwrap(), 0));
    let machine = Machine::start(stack, &[&kernel], |stack, now, out| {
        let message = [0; 1200];
        let packet = Outgoing {
            fragments: Fragments::Never,
            ..Outgoing::new("10.9.0.1".parse().unwrap(), Protocol::Udp, &message)
        };
        stack.send(now, &packet, out).unwrap();
    });
    wait(1.0);
    let (stack, done) = machine.stop();
    assert!(done.noted("stack.route.path-mtu"), "{:?}", done.notes);
    assert_eq!(
        stack.path_mtu(firsthop_protocol::trace::Time::from_secs(1), "10.9.0.1".parse().unwrap()),
        Some(900)
    );
}
