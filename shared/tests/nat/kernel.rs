//! The same packets through the Linux kernel's `masquerade` and through ours: what comes out must be the same, byte for
//! byte, but for the outside port, which each may choose.

use std::net::{Ipv4Addr, SocketAddrV4};

use firsthop_protocol::nat::{Direction, Forward, Protocol, Timeouts};
use proptest::{collection::vec, prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner};
use smoltcp::wire::{Icmpv4Packet, Ipv4Packet};

use crate::{
    beside::{OUTSIDE, Pair, Seen, pair, tracked},
    netns::Namespace,
    packets::{assembled, echo, endpoints, fragments, is_sound, tcp, udp, unreachable},
};

fn at(text: &str) -> SocketAddrV4 {
    text.parse().unwrap()
}

fn ip(text: &str) -> Ipv4Addr {
    text.parse().unwrap()
}

#[test]
fn udp_as_the_kernel_does() {
    let Some(mut pair) = pair("udp", "", &[]) else { return };
    let (a, b, server) = (at("10.0.0.2:5000"), at("10.0.0.3:5000"), at("198.51.100.9:53"));
    let first = pair.out(&udp(a, server, b"question")).unwrap();
    assert_eq!(first.outside(), [at("203.0.113.1:5000"); 2], "both keep a port that is free");
    assert!(pair.inward(first.outside().map(|seen| udp(server, seen, b"answer"))).is_some());
    // Without a checksum, and with nothing in it.
    let mut bare = udp(a, server, b"no sum");
    bare[26..28].fill(0);
    pair.out(&bare).unwrap();
    pair.out(&udp(a, server, b"")).unwrap();
    // To another server by the same port, which only that server may use.
    let other = at("198.51.100.10:53");
    let second = pair.out(&udp(a, other, b"question")).unwrap();
    assert_eq!(second.outside(), first.outside());
    let strangers = [at("198.51.100.9:54"), at("198.51.100.77:53")];
    for stranger in strangers {
        assert_eq!(pair.inward(first.outside().map(|seen| udp(stranger, seen, b"let me in"))), None);
    }
    // Another host with the same port to the same server: both find another port, and tell the answers apart.
    let taken = pair.out(&udp(b, server, b"question")).unwrap();
    assert!(taken.outside().iter().all(|seen| seen.port() != 5000));
    let back = pair.inward(taken.outside().map(|seen| udp(server, seen, b"for b"))).unwrap();
    assert_eq!(endpoints(&back).1, b);
    let back = pair.inward(first.outside().map(|seen| udp(server, seen, b"for a"))).unwrap();
    assert_eq!(endpoints(&back).1, a);
    // Nobody asked for this, and this is not translated at all.
    assert_eq!(
        pair.inward([udp(server, at("203.0.113.1:7777"), b""), udp(server, at("203.0.113.1:7777"), b"")]),
        None
    );
}

#[test]
fn tcp_as_the_kernel_does() {
    let Some(mut pair) = pair("tcp", "", &[]) else { return };
    let (host, server) = (at("10.0.0.2:5000"), at("198.51.100.9:80"));
    for (host, reset) in [(host, false), (at("10.0.0.3:5000"), true)] {
        let syn = pair.out(&tcp(host, server, "S", 100, 0, b"")).unwrap();
        let inward = |pair: &mut Pair, flags: &str, seq, ack, data: &[u8]| {
            let came =
                pair.inward(syn.outside().map(|seen| tcp(server, seen, flags, seq, ack, data))).unwrap();
            assert_eq!(endpoints(&came).1, host);
        };
        inward(&mut pair, "SA", 900, 101, b"");
        pair.out(&tcp(host, server, "A", 101, 901, b"")).unwrap();
        pair.out(&tcp(host, server, "A", 101, 901, b"GET / HTTP/1.0\r\n\r\n")).unwrap();
        inward(&mut pair, "A", 901, 119, b"HTTP/1.0 200 OK\r\n\r\n");
        if reset {
            inward(&mut pair, "RA", 920, 119, b"");
        } else {
            pair.out(&tcp(host, server, "FA", 119, 920, b"")).unwrap();
            inward(&mut pair, "FA", 920, 120, b"");
            pair.out(&tcp(host, server, "A", 120, 921, b"")).unwrap();
        }
    }
    // A segment of a connection that the router never saw open.
    pair.out(&tcp(at("10.0.0.4:6000"), server, "A", 5, 6, b"still there?")).unwrap();
    // Connections from outside, and segments of none.
    for flags in ["S", "SA", "A", "R"] {
        let packet = tcp(server, at("203.0.113.1:7777"), flags, 1, 1, b"");
        assert_eq!(pair.inward([packet.clone(), packet]), None, "{flags}");
    }
}

#[test]
fn icmp_as_the_kernel_does() {
    let Some(mut pair) = pair("icmp", "", &[]) else { return };
    let (a, b, server, hop) = (ip("10.0.0.2"), ip("10.0.0.3"), ip("198.51.100.9"), ip("192.0.2.1"));
    let ping = pair.out(&echo(a, server, 7, 1, true)).unwrap();
    let back = |seen: SocketAddrV4| echo(server, OUTSIDE, seen.port(), 1, false);
    assert!(pair.inward(ping.outside().map(back)).is_some());
    // Another host's ping with the same identifier.
    let other = pair.out(&echo(b, server, 7, 1, true)).unwrap();
    let came = pair.inward(other.outside().map(back)).unwrap();
    assert_eq!(endpoints(&came).1, SocketAddrV4::new(b, 7));
    // Errors about each kind of packet, quoted in part and in whole. b's ports and identifiers are not its own outside.
    let host = SocketAddrV4::new(b, 5000);
    pair.out(&udp(SocketAddrV4::new(a, 5000), at("198.51.100.9:53"), b"takes the port")).unwrap();
    pair.out(&tcp(SocketAddrV4::new(a, 5000), at("198.51.100.9:80"), "S", 1, 0, b"")).unwrap();
    let sent = [
        udp(host, at("198.51.100.9:53"), b"an even longer question"),
        tcp(host, at("198.51.100.9:80"), "S", 100, 0, b""),
        echo(b, server, 7, 2, true),
    ];
    for original in &sent {
        let seen = pair.out(original).unwrap();
        for quote in [28, 40, 1000] {
            let about = [&seen.ours, &seen.kernel].map(|packet| unreachable(hop, OUTSIDE, packet, quote));
            let came = pair.inward(about).unwrap();
            assert_eq!(endpoints(&came).1.ip(), &b);
        }
        // From inside: about an answer, by its receiver and by a router before it.
        let server_end = endpoints(&seen.ours).1;
        let answers = seen.outside().map(|outside| match original[9] {
            17 => udp(server_end, outside, b"an answer that nobody waits for"),
            6 => tcp(server_end, outside, "SA", 900, 101, b""),
            _ => echo(server, OUTSIDE, outside.port(), 2, false),
        });
        let came = pair.inward(answers.clone()).unwrap();
        for from in [b, ip("10.0.0.254")] {
            let error = unreachable(from, server, &came, 1000);
            let ours = pair.ours(Direction::Out, &error).unwrap();
            let kernel = pair.kernel.translate(Direction::Out, &[error]).pop().unwrap();
            // Each quotes what came to its own port; but for the quotation they are the same.
            assert_eq!(ours[12..20], kernel[12..20]);
            assert_eq!((ours.len(), &ours[20..22]), (kernel.len(), &kernel[20..22]));
            for (error, answer) in [(&ours, &answers[0]), (&kernel, &answers[1])] {
                let mut quoted = error[28..].to_vec();
                // But for the hop that it had made.
                let mut ip = Ipv4Packet::new_unchecked(&mut quoted[..]);
                ip.set_hop_limit(64);
                ip.fill_checksum();
                assert_eq!(&quoted, answer);
                assert!(Icmpv4Packet::new_unchecked(&error[20..]).verify_checksum());
            }
        }
    }
    // Pings from outside, replies to nothing, errors about nothing.
    let stray = udp(at("203.0.113.1:7777"), at("198.51.100.9:53"), b"never sent");
    for packet in [
        echo(server, OUTSIDE, 99, 1, true),
        echo(server, OUTSIDE, 99, 1, false),
        unreachable(hop, OUTSIDE, &stray, 1000),
    ] {
        assert_eq!(pair.inward([packet.clone(), packet]), None);
    }
}

#[test]
fn forwards_as_the_kernel_does() {
    let forwards = [
        Forward { protocol: Protocol::Tcp, port: 8080, to: at("10.0.0.5:80") },
        Forward { protocol: Protocol::Udp, port: 53, to: at("10.0.0.5:5353") },
    ];
    let rules = "iifname \"wan\" tcp dport 8080 dnat to 10.0.0.5:80; iifname \"wan\" udp dport 53 dnat to 10.0.0.5:5353;";
    let Some(mut pair) = pair("forward", rules, &forwards) else { return };
    let client = at("198.51.100.9:40000");
    let syn = tcp(client, at("203.0.113.1:8080"), "S", 100, 0, b"");
    let came = pair.inward([syn.clone(), syn]).unwrap();
    assert_eq!(endpoints(&came).1, forwards[0].to);
    let answer = pair.out(&tcp(forwards[0].to, client, "SA", 900, 101, b"")).unwrap();
    assert_eq!(answer.outside(), [at("203.0.113.1:8080"); 2]);
    let question = udp(client, at("203.0.113.1:53"), b"question");
    assert!(pair.inward([question.clone(), question]).is_some());
    let answer = pair.out(&udp(forwards[1].to, client, b"answer")).unwrap();
    assert_eq!(answer.outside(), [at("203.0.113.1:53"); 2]);
    // From inside the forwards are not there: no hairpin.
    assert!(pair.out(&tcp(at("10.0.0.2:5000"), at("203.0.113.1:8080"), "S", 1, 0, b"")).is_none());
}

#[test]
fn fragments_as_the_kernel_does() {
    let Some(mut pair) = pair("fragments", "", &[]) else { return };
    let (host, server) = (at("10.0.0.2:5000"), at("198.51.100.9:53"));
    let data: Vec<u8> = (0..=255).cycle().take(1200).collect();
    let pieces = fragments(&udp(host, server, &data), 77, 800);
    let ours = [0, 1].map(|piece| pair.ours(Direction::Out, &pieces[piece]).unwrap());
    let kernel: [Vec<u8>; 2] = pair.kernel.translate(Direction::Out, &pieces).try_into().unwrap();
    assert_eq!(assembled(&ours), assembled(&kernel));
    let seen = Seen { ours: assembled(&ours), kernel: assembled(&kernel) };
    assert_eq!(seen.outside(), [at("203.0.113.1:5000"); 2]);
    let pieces = fragments(&udp(server, seen.outside()[0], &data), 78, 800);
    let ours = [0, 1].map(|piece| pair.ours(Direction::In, &pieces[piece]).unwrap());
    let kernel: [Vec<u8>; 2] = pair.kernel.translate(Direction::In, &pieces).try_into().unwrap();
    assert_eq!(assembled(&ours), assembled(&kernel));
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Udp,
    Syn,
    Ping,
    /// The answer to one of the packets that went out.
    Answer(usize),
    /// An error about one.
    Error(usize, usize),
    /// A packet to one's port from somebody else.
    Stranger(usize),
}

#[test]
fn random_packets_as_the_kernel_does() {
    let Some(mut pair) = pair("random", "", &[]) else { return };
    // Between 36 and 40 octets a TCP segment's checksum is quoted in part, which neither can put right: what it says is
    // of the packet outside, whose port each chose for itself.
    let quote = prop_oneof![28usize..=36, 40usize..80];
    let what = prop_oneof![
        Just(Step::Udp),
        Just(Step::Syn),
        Just(Step::Ping),
        any::<usize>().prop_map(Step::Answer),
        (any::<usize>(), quote).prop_map(|(which, quote)| Step::Error(which, quote)),
        any::<usize>().prop_map(Step::Stranger),
    ];
    let host = (2u8..5, select(vec![7u16, 600, 5000, 5001]));
    let server = (1u8..4, select(vec![53u16, 80]));
    let steps = vec((what, host, server, vec(any::<u8>(), 0..30)), 600);
    let steps = steps.new_tree(&mut TestRunner::deterministic()).unwrap().current();
    // Each flow begins once: what went out, of which protocol, and whether the answer was seen.
    let mut flows: Vec<(Vec<u8>, Seen, bool)> = Vec::new();
    let mut passed = [0; 2];
    for (number, (step, (host, port), (server, service), data)) in steps.into_iter().enumerate() {
        let host = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, host), port);
        let server = SocketAddrV4::new(Ipv4Addr::new(198, 51, 100, server), service);
        let through = match step {
            Step::Udp | Step::Syn | Step::Ping => {
                let packet = match step {
                    Step::Udp => udp(host, server, &data),
                    Step::Syn => tcp(host, server, "S", 100, 0, b""),
                    _ => echo(*host.ip(), *server.ip(), port, 1, true),
                };
                // A second SYN would be judged by the first.
                let known = |flow: &(Vec<u8>, Seen, bool)| {
                    flow.0[9] == packet[9] && endpoints(&flow.0) == endpoints(&packet)
                };
                if flows.iter().any(known) {
                    continue;
                }
                let seen = pair.out(&packet).unwrap();
                flows.push((packet, seen, false));
                true
            }
            _ if flows.is_empty() => continue,
            Step::Answer(which) => {
                let which = which % flows.len();
                let (packet, seen, answered) = &mut flows[which];
                if packet[9] == 6 && *answered {
                    continue;
                }
                *answered = true;
                let from = endpoints(packet).1;
                let answers = seen.outside().map(|to| match packet[9] {
                    17 => udp(from, to, &data),
                    6 => tcp(from, to, "SA", 900, 101, b""),
                    _ => echo(*from.ip(), OUTSIDE, to.port(), 1, false),
                });
                let came = pair.inward(answers);
                assert_eq!(endpoints(came.as_ref().unwrap()).1.ip(), endpoints(packet).0.ip());
                true
            }
            Step::Error(which, quote) => {
                let (_, seen, _) = &flows[which % flows.len()];
                let errors = [&seen.ours, &seen.kernel]
                    .map(|packet| unreachable(ip("192.0.2.1"), OUTSIDE, packet, quote));
                assert!(pair.inward(errors).is_some(), "step {number}");
                true
            }
            Step::Stranger(which) => {
                let (packet, seen, _) = &flows[which % flows.len()];
                let from = at("198.51.100.99:4000");
                let packets = seen.outside().map(|to| match packet[9] {
                    17 => udp(from, to, &data),
                    6 => tcp(from, to, "S", 1, 0, b""),
                    _ => echo(*from.ip(), OUTSIDE, to.port(), 1, false),
                });
                assert_eq!(pair.inward(packets), None, "step {number}");
                false
            }
        };
        passed[usize::from(through)] += 1;
    }
    assert!(passed.iter().all(|count| *count > 50), "{passed:?}");
}

#[test]
fn connections_are_in_the_states_of_the_kernel() {
    let Some(mut pair) = pair("states", "", &[]).filter(Pair::is_readable) else { return };
    // `>` from inside, `<` from outside; flags, sequence number, acknowledgment number.
    let open = [(">S", 100, 0), ("<SA", 900, 101), (">A", 101, 901)];
    let stories = [
        ("closed inside", vec![(">FA", 101, 901), ("<A", 901, 102), ("<FA", 901, 102), (">A", 102, 902)]),
        ("closed outside", vec![("<FA", 901, 101), (">A", 101, 902), (">FA", 101, 902), ("<A", 902, 102)]),
        ("closed with one segment less", vec![(">FA", 101, 901), ("<FA", 901, 102), (">A", 102, 902)]),
        ("reset outside", vec![("<RA", 901, 101)]),
        ("reset inside", vec![(">R", 101, 0)]),
        ("acknowledged again and again", vec![("<A", 901, 101), (">A", 101, 901), ("<A", 901, 101)]),
        (
            "opened again",
            vec![
                (">FA", 101, 901),
                ("<FA", 901, 102),
                (">A", 102, 902),
                (">S", 70_000, 0),
                ("<SA", 5000, 70_001),
            ],
        ),
        ("opened again after a reset", vec![(">R", 101, 0), (">S", 70_000, 0)]),
        ("half closed", vec![(">FA", 101, 901), ("<A", 901, 102), ("<A", 901, 102)]),
    ];
    let whole = stories.into_iter().map(|(name, rest)| (name, [&open[..], &rest].concat()));
    let begun = [
        ("SYN twice", vec![(">S", 100, 0), (">S", 100, 0), ("<SA", 900, 101), ("<SA", 900, 101)]),
        ("both at once", vec![(">S", 100, 0), ("<S", 900, 0), (">SA", 100, 901), ("<SA", 900, 101)]),
    ];
    let server = at("198.51.100.9:80");
    for (number, (name, story)) in (0..).zip(whole.chain(begun)) {
        let host = SocketAddrV4::new(ip("10.0.0.2"), 5000 + number);
        let outside = SocketAddrV4::new(OUTSIDE, host.port());
        for (segment, seq, ack) in story {
            if let Some(flags) = segment.strip_prefix('>') {
                pair.out(&tcp(host, server, flags, seq, ack, b"")).unwrap();
            } else {
                let packet = tcp(server, outside, &segment[1..], seq, ack, b"");
                pair.inward([packet.clone(), packet]).unwrap();
            }
            let session = pair.ours.sessions().find(|session| session.inside == host).unwrap();
            let ours = session.state.to_string().replace('-', "_");
            assert_eq!(Some(ours), tracked(&pair.kernel.router, host.port()), "{name}: after {segment}");
        }
    }
}

#[test]
fn timeouts_are_the_kernels() {
    let Some(pair) = pair("timeouts", "", &[]) else { return };
    let seconds = |name: &str| -> u64 {
        let name = format!("net.netfilter.nf_conntrack_{name}");
        pair.kernel.router.run("sysctl", &["-n", &name]).trim().parse::<u64>().unwrap() * 1_000_000
    };
    let kernel = Timeouts {
        udp: seconds("udp_timeout"),
        udp_replied: seconds("udp_timeout_stream"),
        icmp: seconds("icmp_timeout"),
        syn_sent: seconds("tcp_timeout_syn_sent"),
        syn_received: seconds("tcp_timeout_syn_recv"),
        established: seconds("tcp_timeout_established"),
        fin_wait: seconds("tcp_timeout_fin_wait"),
        close_wait: seconds("tcp_timeout_close_wait"),
        last_ack: seconds("tcp_timeout_last_ack"),
        time_wait: seconds("tcp_timeout_time_wait"),
        close: seconds("tcp_timeout_close"),
    };
    assert_eq!(kernel, Timeouts::LINUX);
}

/// The port by which the kernel lets 10.0.0.3 out to port 80.
fn tracked_port(router: &Namespace) -> u16 {
    let said = router.run("cat", &["/proc/net/nf_conntrack"]);
    let line = said.lines().find(|line| line.contains("src=10.0.0.3") && line.contains("dport=80 ")).unwrap();
    line.rsplit_once(" dport=").unwrap().1.split_whitespace().next().unwrap().parse().unwrap()
}

/// What the module's documentation says that Linux does otherwise.
#[test]
fn where_the_kernel_differs() {
    let Some(mut pair) = pair("differs", "", &[]).filter(Pair::is_readable) else { return };
    let source = |packets: &[Vec<u8>]| packets.iter().map(|packet| endpoints(packet).0).collect::<Vec<_>>();
    let server = at("198.51.100.9:53");
    // Two hosts share a port towards two servers; ours gives each its own.
    let (a, b) = (at("10.0.0.2:5000"), at("10.0.0.3:5000"));
    pair.out(&udp(a, server, b"")).unwrap();
    let seen = pair.out(&udp(b, at("198.51.100.10:53"), b"")).unwrap();
    let [ours, kernel] = seen.outside();
    assert!(ours.port() != 5000 && kernel.port() == 5000);
    // One host has two ports: towards the first server its own is taken. Ours keeps one.
    let seen = pair.out(&udp(b, server, b"")).unwrap();
    let ([again, other], first) = (seen.outside(), ours);
    assert!(again == first && other.port() != 5000);
    // An ICMP error that quotes a packet of no session goes out as it is.
    let error = unreachable(ip("10.0.0.2"), *server.ip(), &udp(server, at("10.0.0.2:9"), b""), 1000);
    assert_eq!(pair.ours(Direction::Out, &error), None);
    let out = pair.kernel.translate(Direction::Out, &[error]);
    assert_eq!(source(&out)[0].ip(), &ip("10.0.0.2"));
    // So does what has a wrong checksum; ours translates it and leaves it wrong.
    let mut wrong = udp(a, server, b"wrong");
    wrong[27] ^= 1;
    let ours = pair.ours(Direction::Out, &wrong).unwrap();
    assert!(endpoints(&ours).0.ip() == &OUTSIDE && !is_sound(&ours));
    assert_eq!(source(&pair.kernel.translate(Direction::Out, &[wrong]))[0].ip(), a.ip());
    // And a segment far beyond the window.
    let web = at("198.51.100.9:80");
    pair.out(&tcp(a, web, "S", 100, 0, b"")).unwrap();
    pair.inward([5000, 5000].map(|port| tcp(web, SocketAddrV4::new(OUTSIDE, port), "SA", 900, 101, b"")))
        .unwrap();
    pair.out(&tcp(a, web, "A", 101, 901, b"")).unwrap();
    let beyond = tcp(a, web, "A", 2_000_000_000, 901, b"far away");
    assert_eq!(endpoints(&pair.ours(Direction::Out, &beyond).unwrap()).0.ip(), &OUTSIDE);
    assert_eq!(source(&pair.kernel.translate(Direction::Out, &[beyond]))[0].ip(), a.ip());
    // A SYN after the other side's RST is believed when it is answered; ours believes it at once.
    pair.out(&tcp(b, web, "S", 100, 0, b"")).unwrap();
    let b_web =
        pair.ours.sessions().find(|session| (session.inside, session.remote) == (b, web)).unwrap().outside;
    let state = |pair: &Pair| {
        let ours =
            pair.ours.sessions().find(|session| (session.inside, session.remote) == (b, web)).unwrap().state;
        let kernel = pair.kernel.router.run("cat", &["/proc/net/nf_conntrack"]);
        let kernel = kernel.lines().find(|line| line.contains("src=10.0.0.3") && line.contains("dport=80 "));
        (ours.to_string(), kernel.unwrap().split_whitespace().nth(5).unwrap().to_owned())
    };
    let seen = [b_web, SocketAddrV4::new(OUTSIDE, tracked_port(&pair.kernel.router))];
    pair.inward(seen.map(|seen| tcp(web, seen, "SA", 900, 101, b""))).unwrap();
    pair.inward(seen.map(|seen| tcp(web, seen, "RA", 901, 101, b""))).unwrap();
    assert_eq!(state(&pair), ("CLOSE".to_owned(), "CLOSE".to_owned()));
    pair.out(&tcp(b, web, "S", 70_000, 0, b"")).unwrap();
    assert_eq!(state(&pair), ("SYN-SENT".to_owned(), "CLOSE".to_owned()));
    // A connection that is refused is forgotten at once; ours keeps it for the time of CLOSE.
    let c = at("10.0.0.4:5555");
    let seen = pair.out(&tcp(c, web, "S", 100, 0, b"")).unwrap();
    pair.inward(seen.outside().map(|seen| tcp(web, seen, "RA", 0, 101, b""))).unwrap();
    assert_eq!(tracked(&pair.kernel.router, 5555), None);
    assert!(pair.ours.sessions().any(|session| session.inside == c));
    // A protocol without ports has its address translated.
    let mut other = udp(a, server, b"");
    other[9] = 253;
    Ipv4Packet::new_unchecked(&mut other[..]).fill_checksum();
    assert_eq!(pair.ours(Direction::Out, &other), None);
    assert_eq!(source(&pair.kernel.translate(Direction::Out, &[other]))[0].ip(), &OUTSIDE);
    // Fragments may come in any order: the kernel puts them together.
    let pieces = fragments(&udp(at("10.0.0.4:6000"), server, &[7; 100]), 77, 48);
    assert_eq!(pair.ours(Direction::Out, &pieces[1]), None);
    let [first, second] = pieces;
    assert_eq!(pair.kernel.translate(Direction::Out, &[second, first]).len(), 2);
}
