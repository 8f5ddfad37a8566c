//! RST rules, the acceptability test, challenge ACKs, the listen queue, and segments as bytes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod tcp_common;

use std::net::SocketAddr;

use firsthop_protocol::{
    tcp::{
        Config, Endpoint, Error, Flags, Listener, Options, Segment, SegmentError, Seq, State, Timestamps,
        reset_for,
    },
    trace::Time,
};
use tcp_common::{Pair, Side, client_socket, server_socket};

/// A segment from the server (ISN 300) to the client (ISN 100), with a window of 1000.
fn segment(flags: Flags, seq: u32, ack: u32, text: &[u8]) -> Segment {
    Segment {
        src_port: 80,
        dst_port: 49_152,
        seq: Seq(seq),
        ack: Seq(ack),
        flags,
        window: 1000,
        payload: text.to_vec(),
        ..Segment::default()
    }
}

fn established() -> Pair {
    let mut pair = Pair::established();
    pair.forget();
    pair
}

/// RFC 9293 §3.10.7.1.
#[test]
fn resets_for_a_closed_port() {
    let syn = Segment { src_port: 5, dst_port: 6, seq: Seq(100), flags: Flags::SYN, ..Segment::default() };
    let reset = reset_for(&Segment { payload: vec![1, 2], ..syn.clone() }).unwrap();
    assert_eq!(reset.to_string(), "<SEQ=0><ACK=103><CTL=RST,ACK>");
    assert_eq!((reset.src_port, reset.dst_port), (6, 5));
    let ack = Segment { ack: Seq(77), flags: Flags::ACK, ..syn.clone() };
    assert_eq!(reset_for(&ack).unwrap().to_string(), "<SEQ=77><CTL=RST>");
    assert_eq!(reset_for(&Segment { flags: Flags::RST_ACK, ..syn }), None);
}

#[test]
fn a_refused_connection() {
    let (a, b) = (client_socket(), server_socket());
    let mut client = Endpoint::connect(Config::textbook(100), a, b, Time::ZERO);
    let syn = client.poll_transmit(Time::ZERO).unwrap().segment;
    client.on_segment(Time(1), &reset_for(&syn).unwrap());
    assert_eq!((client.state(), client.error()), (State::Closed, Some(Error::Refused)));
    assert_eq!(client.recv(&mut [0]), Err(Error::Refused));
    assert_eq!(client.poll_timeout(), None);
}

/// RFC 9293 §3.10.7.3, first and second.
#[test]
fn syn_sent_believes_only_what_acknowledges_its_syn() {
    let (a, b) = (client_socket(), server_socket());
    let mut client = Endpoint::connect(Config::textbook(100), a, b, Time::ZERO);
    client.poll_transmit(Time::ZERO).unwrap();
    for (flags, ack, answer) in [
        (Flags::RST, 0, None),
        (Flags::RST_ACK, 100, None),
        (Flags::SYN_ACK, 100, Some("<SEQ=100><CTL=RST>")),
        (Flags::SYN_ACK, 102, Some("<SEQ=102><CTL=RST>")),
        (Flags::ACK, 101, None),
    ] {
        client.on_segment(Time(1), &segment(flags, 300, ack, b""));
        assert_eq!(client.state(), State::SynSent);
        let said = client.poll_transmit(Time(1)).map(|transmit| transmit.segment.to_string());
        assert_eq!(said.as_deref(), answer, "{flags}");
    }
}

/// RFC 9293 §3.5, figure 8: an old duplicate SYN.
#[test]
fn an_old_duplicate_syn_is_recovered_from() {
    let (a, b) = (client_socket(), server_socket());
    let mut pair = Pair::new(Config::textbook(100), Config::textbook(300));
    let mut old = Endpoint::connect(Config::textbook(90), a, b, Time::ZERO);
    let old_syn = old.poll_transmit(Time::ZERO).unwrap().segment;
    pair.inject(Side::Server, &old_syn);
    assert_eq!(pair.server.state(), State::SynReceived);
    pair.run(5_000_000);
    assert_eq!((pair.client.state(), pair.server.state()), (State::Established, State::Established));
    let figure = pair.figure();
    assert!(figure.contains(&"< <SEQ=300><ACK=91><CTL=SYN,ACK>".to_owned()), "{figure:?}");
    assert!(figure.contains(&"> <SEQ=91><CTL=RST>".to_owned()), "{figure:?}");
    let states: Vec<_> = pair.transitions(Side::Server).into_iter().map(|(_, to, _)| to).collect();
    assert_eq!(
        states,
        [State::Listen, State::SynReceived, State::Listen, State::SynReceived, State::Established],
        "the RST leads a passive open back to LISTEN"
    );
}

/// RFC 9293 §3.10.7.4, second, with RFC 5961 §3. The client's window is 301 and 65535 on.
#[test]
fn an_rst_counts_only_exactly_at_rcv_nxt() {
    for (seq, state, answers) in [
        (301, State::Closed, 0),
        (302, State::Established, 1),
        (301 + 65_534, State::Established, 1),
        (301 + 65_535, State::Established, 0),
        (300, State::Established, 0),
    ] {
        let mut pair = established();
        pair.inject(Side::Client, &segment(Flags::RST, seq, 0, b""));
        assert_eq!(pair.client.state(), state, "{seq}");
        assert_eq!(pair.sent.len(), answers, "{seq}: {:?}", pair.figure());
        let error = (state == State::Closed).then_some(Error::Reset);
        assert_eq!(pair.client.error(), error);
    }
}

/// RFC 5961 §3.2: outside the window, an RST is dropped in silence, though text of it reaches in.
#[test]
fn an_rst_before_the_window_is_no_rst() {
    let mut pair = established();
    let rcv_nxt = pair.client.tcb().rcv_nxt.0;
    pair.inject(Side::Client, &segment(Flags::RST_ACK, rcv_nxt - 10, 101, &[7; 20]));
    assert_eq!((pair.client.state(), pair.client.readable()), (State::Established, 0));
    assert!(pair.sent.is_empty(), "{:?}", pair.figure());
}

/// RFC 5681 §3.1 counts bytes, and a FIN is none.
#[test]
fn a_fin_that_is_acknowledged_makes_no_room() {
    let mut pair = established();
    let before = pair.client.tcb().cwnd;
    pair.client.close().unwrap();
    pair.run(1_000_000);
    assert_eq!((pair.client.state(), pair.client.tcb().cwnd), (State::FinWait2, before));
}

/// RFC 9293 §3.10.4, SYN-RECEIVED: FIN-WAIT-1 before the peer's ACK; the handshake is done all the same when it comes.
#[test]
fn a_close_before_the_handshake_is_done() {
    let (a, b) = (client_socket(), server_socket());
    let small = Config { mss: 200, ..Config::textbook(100) };
    let mut client = Endpoint::connect(small, a, b, Time::ZERO);
    let mut server = Endpoint::listen(Config::textbook(300), b, a);
    server.on_segment(Time(1), &client.poll_transmit(Time(1)).unwrap().segment);
    let syn_ack = server.poll_transmit(Time(1)).unwrap().segment;
    server.close().unwrap();
    assert_eq!(server.state(), State::FinWait1);
    client.on_segment(Time(2), &syn_ack);
    server.on_segment(Time(3), &client.poll_transmit(Time(2)).unwrap().segment);
    assert_eq!(server.tcb().smss, 200, "the peer's MSS holds from the handshake on");
    while let Some(transmit) = server.poll_transmit(Time(3)) {
        client.on_segment(Time(4), &transmit.segment);
    }
    assert_eq!(client.state(), State::CloseWait);
}

/// RFC 9293 §3.10.7.4, fourth: the challenge ACK.
#[test]
fn a_syn_on_a_synchronized_connection_is_challenged() {
    for seq in [301, 5000, 200] {
        let mut pair = established();
        pair.inject(Side::Client, &segment(Flags::SYN, seq, 0, b""));
        assert_eq!(pair.figure(), ["> <SEQ=101><ACK=301><CTL=ACK>"]);
        assert_eq!(pair.client.state(), State::Established);
    }
}

/// The four cases of RFC 9293 §3.10.7.4, table 6; window 301 to 65835.
#[test]
fn the_acceptability_test() {
    let text = |seq, text: &[u8]| segment(Flags::ACK, seq, 101, text);
    for (arriving, taken, answered) in [
        (text(301, b""), 0, false),
        (text(65_835, b""), 0, false),
        (text(65_836, b""), 0, true),
        (text(300, b""), 0, true),
        (text(301, b"ab"), 2, true),
        (text(300, b"ab"), 1, true),
        (text(299, b"ab"), 0, true),
        (text(65_836, b"ab"), 0, true),
    ] {
        let mut pair = established();
        pair.inject(Side::Client, &arriving);
        assert_eq!(pair.client.readable(), taken, "{arriving}");
        assert_eq!(!pair.sent.is_empty(), answered, "{arriving}: {:?}", pair.figure());
    }
    // With a closed window nothing but an empty segment at RCV.NXT is acceptable; an ACK still counts.
    let small = Config { rcv_buffer: 4, ..Config::textbook(100) };
    let mut pair = Pair::established_with(small, Config::textbook(300));
    pair.client.send(b"x").unwrap();
    pair.inject(Side::Client, &text(301, b"abcd"));
    assert_eq!(pair.client.tcb().rcv_wnd, 0);
    pair.inject(Side::Client, &segment(Flags::ACK, 305, 102, b"e"));
    assert_eq!((pair.client.readable(), pair.client.tcb().snd_una), (4, Seq(102)));
}

/// RFC 9293 §3.10.7.4, fifth: what was never sent, and what is too old (RFC 5961 §5).
#[test]
fn acks_out_of_range() {
    for ack in [102, 5000, 101_u32.wrapping_sub(70_000)] {
        let mut pair = established();
        pair.inject(Side::Client, &segment(Flags::ACK, 301, ack, b"data"));
        assert_eq!(pair.client.readable(), 0, "{ack}");
        assert_eq!(pair.figure(), ["> <SEQ=101><ACK=301><CTL=ACK>"]);
    }
}

/// RFC 9293 §3.10.5.
#[test]
fn abort_resets_the_peer() {
    let mut pair = established();
    pair.server.send(b"unread").unwrap();
    pair.run(100_000);
    pair.client.abort();
    pair.run(100_000);
    assert_eq!(pair.figure().last().unwrap(), "> <SEQ=101><CTL=RST>");
    assert_eq!((pair.client.error(), pair.server.error()), (Some(Error::Aborted), Some(Error::Reset)));
    assert_eq!(pair.server.send(b"x"), Err(Error::Reset));
}

/// RFC 7323 §5: an old timestamp is turned away, acknowledged, and does no harm.
#[test]
fn paws_turns_old_timestamps_away() {
    let mut pair = Pair::established_with(Config::default(), Config::default());
    pair.run(10_000_000);
    pair.server.send(b"now").unwrap();
    pair.run(1_000_000);
    let tcb = pair.client.tcb();
    let recent = tcb.ts_recent.unwrap();
    pair.forget();
    let mut old = segment(Flags::ACK, tcb.rcv_nxt.0, tcb.snd_una.0, b"old");
    old.options.timestamps = Some(Timestamps { val: recent - 1, ecr: 0 });
    pair.inject(Side::Client, &old);
    assert_eq!((pair.client.readable(), pair.sent.len()), (3, 1));
    assert_eq!(pair.sent[0].transmit.note.id, "tcp.send.ack-paws");
    old.options.timestamps = Some(Timestamps { val: recent, ecr: 0 });
    pair.inject(Side::Client, &old);
    assert_eq!(pair.client.readable(), 6);
}

fn syn_from(port: u16) -> (SocketAddr, Segment) {
    let remote = SocketAddr::from(([10, 0, 0, 9], port));
    let mut client =
        Endpoint::connect(Config::textbook(u32::from(port)), remote, server_socket(), Time::ZERO);
    (remote, client.poll_transmit(Time::ZERO).unwrap().segment)
}

#[test]
fn half_open_and_accepted_connections_have_each_their_bound() {
    let local = server_socket();
    let mut listener = Listener::new(Config::textbook(300), "0.0.0.0:80".parse().unwrap(), 2);
    let now = Time::ZERO;
    let dropped = |listener: &mut Listener, id: &str| -> Vec<u16> {
        std::iter::from_fn(|| listener.poll_event())
            .filter(|(_, event)| event.why.id == id)
            .map(|(remote, _)| remote.port())
            .collect()
    };
    for port in [1001, 1002, 1003] {
        let (remote, syn) = syn_from(port);
        listener.on_segment(now, local, remote, &syn);
    }
    assert_eq!((listener.half_open().count(), listener.established().count()), (2, 0));
    assert_eq!(dropped(&mut listener, "tcp.check.backlog"), [1003]);
    let answers: Vec<_> = std::iter::from_fn(|| listener.poll_transmit(now)).collect();
    assert_eq!(answers.iter().map(|it| it.dst.port()).collect::<Vec<_>>(), [1001, 1002]);
    assert!(answers.iter().all(|it| it.segment.flags == Flags::SYN_ACK && it.src == local));

    // Whose handshake is done is no longer half open, so that another may begin; as on Linux, backlog + 1 may wait.
    let complete = |listener: &mut Listener, port: u16| {
        let (remote, syn) = syn_from(port);
        let ack =
            Segment { seq: syn.seq + 1, ack: Seq(301), flags: Flags::ACK, payload: b"hi".to_vec(), ..syn };
        listener.on_segment(now, local, remote, &ack);
    };
    for (port, half, waiting) in [(1001, 1, 1), (1002, 0, 2), (1003, 0, 3)] {
        let (remote, syn) = syn_from(port);
        listener.on_segment(now, local, remote, &syn);
        complete(&mut listener, port);
        assert_eq!((listener.half_open().count(), listener.established().count()), (half, waiting), "{port}");
    }
    let (fourth, syn) = syn_from(1004);
    listener.on_segment(now, local, fourth, &syn);
    assert_eq!(listener.half_open().count(), 0);
    assert_eq!(dropped(&mut listener, "tcp.check.accept-queue"), [1004]);
    let mut accepted = listener.accept().unwrap();
    assert_eq!((accepted.remote(), accepted.state()), (syn_from(1001).0, State::Established));
    assert_eq!(accepted.readable(), 2);
    assert!(accepted.poll_transmit(now).is_some(), "the ACK of what came before ACCEPT");

    // Begun while there was a place, and no place when the handshake would be done: its ACK is dropped, too.
    for port in [1004, 1005] {
        let (remote, syn) = syn_from(port);
        listener.on_segment(now, local, remote, &syn);
    }
    complete(&mut listener, 1004);
    complete(&mut listener, 1005);
    assert_eq!((listener.half_open().count(), listener.established().count()), (1, 3));
    assert_eq!(dropped(&mut listener, "tcp.check.accept-queue"), [1005]);
    while listener.accept().is_some() {}
    complete(&mut listener, 1005);
    assert_eq!(listener.accept().unwrap().remote().port(), 1005, "its sender tries again");
    let (third, syn) = syn_from(1006);
    for port in [1006, 1007] {
        let (remote, syn) = syn_from(port);
        listener.on_segment(now, local, remote, &syn);
    }
    while listener.poll_transmit(now).is_some() {}
    assert_eq!(listener.half_open().count(), 2);

    // A reset takes a half-open one away; the others' SYN,ACK is repeated, then given up.
    let reset = Segment { flags: Flags::RST, seq: syn.seq + 1, ..syn };
    listener.on_segment(now, local, third, &reset);
    assert_eq!(listener.half_open().count(), 1);
    let mut repeated = 0;
    while let Some(due) = listener.poll_timeout() {
        listener.on_timeout(due);
        repeated += std::iter::from_fn(|| listener.poll_transmit(due)).count();
    }
    assert_eq!(
        (repeated, listener.half_open().count()),
        (6, 0),
        "its first SYN,ACK went out above; six again"
    );
}

#[test]
fn a_listener_answers_what_is_no_syn_with_a_reset() {
    let mut listener = Listener::new(Config::textbook(300), server_socket(), 2);
    let stray = segment(Flags::ACK, 5, 77, b"");
    listener.on_segment(Time::ZERO, server_socket(), client_socket(), &stray);
    let answer = listener.poll_transmit(Time::ZERO).unwrap();
    assert_eq!((answer.segment.to_string().as_str(), answer.dst), ("<SEQ=77><CTL=RST>", client_socket()));
    assert_eq!(listener.half_open().count(), 0);
}

#[test]
fn segments_survive_the_wire_and_damage_is_found() {
    let (v4, v6) = (["10.0.0.1", "10.0.0.2"], ["fd00::1", "fd00::2"]);
    let segment = Segment {
        urgent: 3,
        flags: Flags { urg: true, psh: true, ece: true, ..Flags::ACK },
        options: Options {
            mss: Some(1460),
            window_scale: Some(7),
            sack_permitted: true,
            timestamps: Some(Timestamps { val: 1, ecr: 2 }),
            sack: vec![],
        },
        ..segment(Flags::ACK, u32::MAX, 0x8000_0000, b"text")
    };
    let blocks = Segment {
        options: Options { sack: vec![(Seq(1), Seq(2)), (Seq(5), Seq(9))], ..Options::default() },
        ..segment.clone()
    };
    for [src, dst] in [v4, v6] {
        let (src, dst) = (src.parse().unwrap(), dst.parse().unwrap());
        for segment in [&segment, &blocks] {
            let bytes = segment.emit(src, dst).unwrap();
            assert_eq!(Segment::parse(src, dst, &bytes).as_ref(), Ok(segment));
            for bit in 0..bytes.len() * 8 {
                let mut damaged = bytes.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                assert!(Segment::parse(src, dst, &damaged).is_err(), "bit {bit}");
            }
            assert_eq!(Segment::parse(src, dst, &bytes[..19]), Err(SegmentError::Truncated { len: 19 }));
        }
    }
    let (v4, v6) = ("10.0.0.1".parse().unwrap(), "fd00::1".parse().unwrap());
    assert_eq!(segment.emit(v4, v6), Err(SegmentError::Addresses));
}

/// RFC 5961 §7: ACKs in answer to empty segments outside the window are throttled, or two sides could answer each
/// other for ever; a segment with text always gets its answer.
#[test]
fn answers_to_empty_unacceptable_segments_are_throttled() {
    let mut pair = established();
    for _ in 0..10 {
        pair.inject(Side::Client, &segment(Flags::ACK, 200, 101, b""));
    }
    assert_eq!(pair.sent.len(), 1);
    pair.run(600_000);
    pair.inject(Side::Client, &segment(Flags::ACK, 200, 101, b""));
    assert_eq!(pair.sent.len(), 2);
    pair.inject(Side::Client, &segment(Flags::ACK, 200, 101, b"old"));
    pair.inject(Side::Client, &segment(Flags::ACK, 200, 101, b"old"));
    assert_eq!(pair.sent.len(), 4);
}
