//! Every arrow of RFC 9293's state diagram (§3.3.2, figure 5), with the segments that cause it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod tcp_common;

use firsthop_protocol::{
    tcp::{Config, Endpoint, Error, Flags, Segment, Seq, State},
    trace::Time,
};
use tcp_common::{Pair, Side, client_socket, server_socket};

use State::{
    CloseWait, Closed, Closing, Established, FinWait1, FinWait2, LastAck, Listen, SynReceived, SynSent,
    TimeWait,
};

fn path(pair: &Pair, side: Side) -> Vec<State> {
    let steps = pair.transitions(side);
    for pair in steps.windows(2) {
        assert_eq!(pair[0].1, pair[1].0, "no state is skipped");
    }
    for (_, _, rfc) in &steps {
        assert!(rfc.starts_with("RFC 9293 §3."), "{rfc}");
    }
    steps.into_iter().map(|(_, to, _)| to).collect()
}

/// RFC 9293 §3.5, figure 6: the numbers are the RFC's.
#[test]
fn the_three_way_handshake() {
    let mut pair = Pair::established();
    assert_eq!(
        pair.figure(),
        ["> <SEQ=100><CTL=SYN>", "< <SEQ=300><ACK=101><CTL=SYN,ACK>", "> <SEQ=101><ACK=301><CTL=ACK>"]
    );
    assert_eq!(path(&pair, Side::Client), [SynSent, Established]);
    assert_eq!(path(&pair, Side::Server), [Listen, SynReceived, Established]);
    pair.forget();
    pair.client.send(b"hello").unwrap();
    pair.run(1_000_000);
    assert_eq!(
        pair.figure(),
        ["> <SEQ=101><ACK=301><CTL=PSH,ACK><DATA=5 octets>", "< <SEQ=301><ACK=106><CTL=ACK>"]
    );
    assert_eq!(pair.read(Side::Server), b"hello");
}

/// RFC 9293 §3.6, figure 12; 2 MSL are four minutes.
#[test]
fn the_normal_close() {
    let mut pair = Pair::established();
    pair.forget();
    pair.client.close().unwrap();
    pair.run(100_000);
    assert_eq!((pair.client.state(), pair.server.state()), (FinWait2, CloseWait));
    assert_eq!(pair.server.recv(&mut [0; 8]), Ok(0));
    pair.server.close().unwrap();
    pair.run(100_000);
    assert_eq!(
        pair.figure(),
        [
            "> <SEQ=101><ACK=301><CTL=FIN,ACK>",
            "< <SEQ=301><ACK=102><CTL=ACK>",
            "< <SEQ=301><ACK=102><CTL=FIN,ACK>",
            "> <SEQ=102><ACK=302><CTL=ACK>"
        ]
    );
    assert_eq!((pair.client.state(), pair.server.state()), (TimeWait, Closed));
    pair.run(239_000_000);
    assert_eq!(pair.client.state(), TimeWait);
    pair.run(1_000_000);
    assert_eq!(path(&pair, Side::Client), [FinWait1, FinWait2, TimeWait, Closed]);
    assert_eq!(path(&pair, Side::Server), [CloseWait, LastAck, Closed]);
    assert_eq!((pair.client.error(), pair.server.error()), (None, None));
}

/// RFC 9293 §3.6, figure 13.
#[test]
fn the_simultaneous_close() {
    let mut pair = Pair::established();
    pair.forget();
    pair.client.close().unwrap();
    pair.server.close().unwrap();
    pair.run(300_000_000);
    assert_eq!(path(&pair, Side::Client), [FinWait1, Closing, TimeWait, Closed]);
    assert_eq!(path(&pair, Side::Server), [FinWait1, Closing, TimeWait, Closed]);
}

/// FIN-WAIT-1 to TIME-WAIT without a stop: the FIN that comes also acknowledges ours.
#[test]
fn fin_and_ack_in_one_segment() {
    let mut pair = Pair::established();
    pair.forget();
    pair.lose = Box::new(|side, segment| side == Side::Server && !segment.flags.fin);
    pair.client.close().unwrap();
    pair.run(15_000);
    pair.server.close().unwrap();
    pair.run(100_000);
    assert_eq!(path(&pair, Side::Client), [FinWait1, FinWait2, TimeWait]);
}

/// RFC 9293 §3.5, figure 7.
#[test]
fn the_simultaneous_open() {
    let (a, b) = (client_socket(), server_socket());
    for options in [false, true] {
        let config = |isn| {
            if options {
                Config { isn: Config::textbook(isn).isn, ..Config::default() }
            } else {
                Config::textbook(isn)
            }
        };
        let mut pair = Pair::of(
            Endpoint::connect(config(100), a, b, Time::ZERO),
            Endpoint::connect(config(300), b, a, Time::ZERO),
        );
        pair.run(1_000_000);
        assert_eq!(path(&pair, Side::Client), [SynSent, SynReceived, Established]);
        assert_eq!(path(&pair, Side::Server), [SynSent, SynReceived, Established]);
        assert_eq!(
            pair.figure(),
            [
                "> <SEQ=100><CTL=SYN>",
                "< <SEQ=300><CTL=SYN>",
                "< <SEQ=300><ACK=101><CTL=SYN,ACK>",
                "> <SEQ=100><ACK=301><CTL=SYN,ACK>"
            ]
        );
        pair.client.send(b"ping").unwrap();
        pair.server.send(b"pong").unwrap();
        pair.run(1_000_000);
        assert_eq!((pair.read(Side::Client), pair.read(Side::Server)), (b"pong".to_vec(), b"ping".to_vec()));
    }
}

#[test]
fn half_close_lets_the_other_direction_flow() {
    let mut pair = Pair::established();
    pair.client.shutdown_write().unwrap();
    pair.run(100_000);
    assert_eq!(pair.client.send(b"x"), Err(Error::Closing));
    pair.server.send(&[7; 50_000]).unwrap();
    pair.run(1_000_000);
    assert_eq!(pair.read(Side::Client), [7; 50_000]);
    pair.server.close().unwrap();
    pair.run(1_000_000);
    assert_eq!(pair.client.recv(&mut [0; 8]), Ok(0));
    assert_eq!((pair.client.state(), pair.server.state()), (TimeWait, Closed));
}

#[test]
fn listen_becomes_active_by_send() {
    let (a, b) = (client_socket(), server_socket());
    let mut pair = Pair::of(
        Endpoint::listen(Config::textbook(100), a, b),
        Endpoint::listen(Config::textbook(300), b, a),
    );
    pair.client.send(b"early").unwrap();
    pair.run(1_000_000);
    assert_eq!(path(&pair, Side::Client), [Listen, SynSent, Established]);
    assert_eq!(pair.read(Side::Server), b"early");
}

#[test]
fn close_before_there_is_a_connection() {
    let (a, b) = (client_socket(), server_socket());
    let mut opening = Endpoint::connect(Config::textbook(100), a, b, Time::ZERO);
    opening.close().unwrap();
    assert_eq!(opening.state(), Closed);
    assert_eq!(opening.poll_transmit(Time::ZERO), None);
    assert_eq!(opening.close(), Err(Error::DoesNotExist));
    let mut listening = Endpoint::listen(Config::textbook(100), a, b);
    listening.close().unwrap();
    assert_eq!(listening.state(), Closed);
}

/// SYN-RECEIVED to FIN-WAIT-1 by CLOSE, even if the SYN,ACK is not out yet, and even if it is lost.
#[test]
fn close_in_syn_received() {
    for lose in [false, true] {
        let mut pair = Pair::new(Config::textbook(100), Config::textbook(300));
        pair.flush();
        let syn = pair.sent[0].transmit.segment.clone();
        pair.server.on_segment(Time(10_000), &syn);
        assert_eq!(pair.server.state(), SynReceived);
        pair.server.close().unwrap();
        assert_eq!(pair.server.state(), FinWait1);
        if lose {
            pair.lose_nth(Side::Server, 0, |segment| segment.flags.syn);
        }
        pair.run(20_000_000);
        assert_eq!((pair.client.state(), pair.server.state()), (CloseWait, FinWait2), "{:#?}", pair.figure());
        pair.client.close().unwrap();
        pair.run(20_000_000);
        assert_eq!((pair.client.state(), pair.server.state()), (Closed, TimeWait));
    }
}

/// A CLOSE after a SEND in SYN-SENT's successor waits for ESTABLISHED and for the data.
#[test]
fn close_waits_for_the_data() {
    let mut pair = Pair::established();
    pair.forget();
    pair.client.send(&[1; 4000]).unwrap();
    pair.client.close().unwrap();
    pair.run(1_000_000);
    assert_eq!(pair.read(Side::Server), [1; 4000]);
    let fins: Vec<_> = pair.sent.iter().filter(|sent| sent.transmit.segment.flags.fin).collect();
    assert_eq!(fins.len(), 1);
    assert_eq!(fins[0].transmit.segment.end(), Seq(101 + 4000 + 1));
}

/// The last ACK is lost: the FIN comes again, is acknowledged again, and 2 MSL begin anew.
#[test]
fn time_wait_answers_a_repeated_fin_and_starts_over() {
    let config = |isn| Config { msl: 5_000_000, ..Config::textbook(isn) };
    let mut pair = Pair::established_with(config(100), config(300));
    pair.client.close().unwrap();
    pair.run(100_000);
    pair.forget();
    pair.lose_nth(Side::Client, 0, |segment| segment.flags.ack);
    pair.server.close().unwrap();
    pair.run(500_000);
    assert_eq!((pair.client.state(), pair.server.state()), (TimeWait, LastAck));
    let first = pair.client.poll_timeout().unwrap();
    pair.run(3_000_000);
    assert_eq!((pair.client.state(), pair.server.state()), (TimeWait, Closed));
    assert!(pair.client.poll_timeout().unwrap() > first);
    assert_eq!(pair.client.poll_timeout().unwrap().since(first), 1_000_000, "one RTO later");
    pair.run(10_000_000);
    assert_eq!(pair.client.state(), Closed);
}

#[test]
fn a_new_syn_in_time_wait_is_challenged_but_may_reopen() {
    let mut pair = Pair::established();
    pair.client.close().unwrap();
    pair.run(100_000);
    pair.server.close().unwrap();
    pair.run(100_000);
    assert_eq!(pair.client.state(), TimeWait);
    let (a, b) = (client_socket(), server_socket());
    let syn = |seq| Segment {
        src_port: b.port(),
        dst_port: a.port(),
        seq: Seq(seq),
        flags: Flags::SYN,
        window: 1000,
        ..Segment::default()
    };
    assert!(pair.client.may_reopen(&syn(5000)));
    assert!(!pair.client.may_reopen(&syn(200)));
    pair.forget();
    pair.inject(Side::Client, &syn(5000));
    assert_eq!(pair.figure(), ["> <SEQ=102><ACK=302><CTL=ACK>"]);
    assert_eq!(pair.client.state(), TimeWait);
}
