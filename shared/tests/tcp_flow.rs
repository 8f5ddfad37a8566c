//! Timers and windows in virtual time: retransmission, congestion window, zero window, keep-alive, delayed ACK, Nagle.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod tcp_common;

use firsthop_protocol::{
    tcp::{Config, Endpoint, Error, EventKind, InitialWindow, KeepAlive, Phase, Seq, State},
    trace::Time,
};
use tcp_common::{Pair, Side, client_socket, server_socket};

const MS: u64 = 1000;
const S: u64 = 1_000_000;

fn times(pair: &Pair, side: Side) -> Vec<u64> {
    pair.sent.iter().filter(|sent| sent.from == side).map(|sent| sent.at.micros()).collect()
}

fn notes(pair: &Pair, side: Side) -> Vec<&str> {
    pair.sent.iter().filter(|sent| sent.from == side).map(|sent| sent.transmit.note.id.as_str()).collect()
}

fn thousand(isn: u32) -> Config {
    Config { mss: 1000, initial_window: InitialWindow::Segments(1), ..Config::textbook(isn) }
}

/// RFC 6298 §2.1, §5.5: at 0, 1, 1 + 2, 1 + 2 + 4 … seconds; then the open fails.
#[test]
fn a_syn_without_answer_is_repeated_with_back_off() {
    let (a, b) = (client_socket(), server_socket());
    let mut pair = Pair::of(
        Endpoint::connect(Config::textbook(100), a, b, Time::ZERO),
        Endpoint::listen(Config::textbook(300), b, a),
    );
    pair.lose = Box::new(|_, _| true);
    pair.run(1000 * S);
    assert_eq!(times(&pair, Side::Client), [0, S, 3 * S, 7 * S, 15 * S, 31 * S, 63 * S]);
    assert_eq!((pair.client.state(), pair.client.error()), (State::Closed, Some(Error::UserTimeout)));
}

/// RFC 6298 §5.7 and RFC 5681 §3.1: after a lost SYN, RTO 3 s and one segment.
#[test]
fn after_a_lost_syn_rto_is_three_seconds_and_cwnd_one_segment() {
    let mut pair = Pair::new(Config::textbook(100), Config::textbook(300));
    pair.lose_nth(Side::Client, 0, |segment| segment.flags.syn);
    pair.run(2 * S);
    let tcb = pair.client.tcb();
    assert_eq!(
        (tcb.state, tcb.rto, tcb.cwnd, tcb.srtt),
        (State::Established, 3 * S, 1460, None),
        "Karn: no sample"
    );
}

/// The link takes 10 ms each way. RFC 6298 §2.2: SRTT 20, RTTVAR 10, RTO max(1 s, 20 + 40).
#[test]
fn the_handshake_is_the_first_measurement() {
    let mut config = Config::textbook(100);
    let pair = Pair::established_with(config.clone(), Config::textbook(300));
    let tcb = pair.client.tcb();
    assert_eq!((tcb.srtt, tcb.rttvar, tcb.rto), (Some(20 * MS), Some(10 * MS), S));
    config.min_rto = 1;
    let pair = Pair::established_with(config, Config::textbook(300));
    assert_eq!(pair.client.tcb().rto, 60 * MS);
}

/// cwnd doubles each round trip up to ssthresh, then grows by about one segment (RFC 5681 §3.1).
#[test]
fn slow_start_sends_one_two_four_eight() {
    let mut pair = Pair::established_with(thousand(100), thousand(300));
    pair.forget();
    let start = pair.now.micros();
    pair.client.send(&[0; 31_000]).unwrap();
    pair.run(S);
    let mut bursts = std::collections::BTreeMap::new();
    for at in times(&pair, Side::Client) {
        *bursts.entry((at - start) / (20 * MS)).or_insert(0) += 1;
    }
    assert_eq!(bursts.into_values().collect::<Vec<_>>(), [1, 2, 4, 8, 16]);
    assert_eq!(pair.client.tcb().cwnd, 32_000);
}

/// RFC 5681 §3.2: the third duplicate brings the lost segment back long before the timer would.
#[test]
fn fast_retransmit_and_recovery() {
    for sack in [false, true] {
        let config = |isn| Config { sack, initial_window: InitialWindow::Segments(10), ..thousand(isn) };
        let mut pair = Pair::established_with(config(100), config(300));
        pair.forget();
        pair.lose_nth(Side::Client, 2, |segment| !segment.payload.is_empty());
        pair.client.send(&[7; 10_000]).unwrap();
        pair.run(25 * MS);
        let tcb = pair.client.tcb();
        // Segments 1 and 2 were acknowledged, 8 outstanding: ssthresh = 8000 / 2.
        assert_eq!((tcb.ssthresh, tcb.phase), (4_000, Phase::FastRecovery));
        assert_eq!(tcb.cwnd, 4_000 + 3_000 + 4_000, "three for the three that left, four for four more");
        assert_eq!(tcb.sacked, if sack { vec![(Seq(3101), Seq(10_101))] } else { vec![] });
        pair.run(S);
        let again: Vec<_> =
            pair.sent.iter().filter(|sent| sent.transmit.note.id.starts_with("tcp.again")).collect();
        assert_eq!(again.len(), 1);
        assert_eq!(
            (again[0].transmit.note.id.as_str(), again[0].transmit.segment.seq),
            ("tcp.again.fast", Seq(2101))
        );
        assert_eq!(again[0].at.micros() - S, 20 * MS, "one round trip after the loss, not after RTO");
        let tcb = pair.client.tcb();
        assert_eq!((tcb.snd_una, tcb.phase), (Seq(10_101), Phase::SlowStart));
        assert_eq!(tcb.cwnd, 2_000, "min(ssthresh, max(FlightSize, SMSS) + SMSS)");
        assert_eq!(pair.read(Side::Server), [7; 10_000]);
    }
}

/// RFC 6582: with two segments lost, the partial ACK brings the second back without a timeout.
#[test]
fn two_losses_in_one_window() {
    for sack in [false, true] {
        let config = |isn| Config { sack, initial_window: InitialWindow::Segments(10), ..thousand(isn) };
        let mut pair = Pair::established_with(config(100), config(300));
        pair.forget();
        let mut seen = 0;
        pair.lose = Box::new(move |side, segment| {
            seen += u32::from(side == Side::Client && !segment.payload.is_empty());
            side == Side::Client && (seen == 2 || seen == 5)
        });
        pair.client.send(&[7; 10_000]).unwrap();
        pair.run(S / 2);
        let again: Vec<_> =
            notes(&pair, Side::Client).into_iter().filter(|id| id.starts_with("tcp.again")).collect();
        let second = if sack { "tcp.again.sack" } else { "tcp.again.partial" };
        assert_eq!(again, ["tcp.again.fast", second]);
        assert_eq!(pair.read(Side::Server), [7; 10_000]);
    }
}

/// RFC 5681 §3.1: a timeout leaves one segment; what followed is sent again in slow start.
#[test]
fn a_timeout_starts_over() {
    let config = |isn| Config { initial_window: InitialWindow::Segments(4), ..thousand(isn) };
    let mut pair = Pair::established_with(config(100), config(300));
    pair.forget();
    let mut seen = 0;
    pair.lose = Box::new(move |_, segment| {
        seen += u32::from(!segment.payload.is_empty());
        seen <= 4
    });
    let start = pair.now.micros();
    pair.client.send(&[7; 4_000]).unwrap();
    pair.run(S + 5 * MS);
    let tcb = pair.client.tcb();
    assert_eq!((tcb.cwnd, tcb.ssthresh, tcb.rto, tcb.retries), (1_000, 2_000, 2 * S, 1));
    pair.run(S);
    let at: Vec<_> = times(&pair, Side::Client).into_iter().map(|at| at - start).collect();
    let rto = S;
    assert_eq!(at, [0, 0, 0, 0, rto, rto + 20 * MS, rto + 20 * MS, rto + 40 * MS]);
    assert_eq!(
        notes(&pair, Side::Client)[4..],
        ["tcp.again.timer", "tcp.again.after-timer", "tcp.again.after-timer", "tcp.again.after-timer"]
    );
    assert_eq!(pair.read(Side::Server), [7; 4_000]);
    assert_eq!(pair.client.tcb().retries, 0);
}

/// RFC 9293 §3.8.3: R2 retransmissions, then the connection is given up.
#[test]
fn user_timeout() {
    let mut pair = Pair::established_with(Config { r2: 5, ..Config::textbook(100) }, Config::textbook(300));
    pair.forget();
    pair.lose = Box::new(|_, _| true);
    let start = pair.now.micros();
    pair.client.send(b"anybody?").unwrap();
    pair.run(300 * S);
    let at: Vec<_> = times(&pair, Side::Client).into_iter().map(|at| (at - start) / S).collect();
    assert_eq!(at, [0, 1, 3, 7, 15, 31]);
    assert_eq!(pair.client.error(), Some(Error::UserTimeout));
    assert!(pair.client_events.iter().any(|event| event.kind == EventKind::Suspicious));
}

/// RFC 9293 §3.8.6.1: probes with back-off, for longer than R2 as long as they are answered; a lost update does no harm.
#[test]
fn zero_window_probes() {
    let server = Config { rcv_buffer: 2_000, ..thousand(300) };
    let mut pair = Pair::established_with(Config { r2: 3, ..thousand(100) }, server);
    pair.forget();
    pair.client.send(&[5; 3_000]).unwrap();
    pair.run(200 * S);
    assert_eq!((pair.client.tcb().snd_wnd, pair.client.state()), (0, State::Established));
    let probes: Vec<_> =
        pair.sent.iter().filter(|sent| sent.transmit.note.id == "tcp.send.zero-window-probe").collect();
    let gaps: Vec<_> = probes.windows(2).map(|two| two[1].at.since(two[0].at) / S).collect();
    assert_eq!(gaps, [2, 4, 8, 16, 32, 60, 60]);
    assert!(
        probes
            .iter()
            .all(|probe| probe.transmit.segment.len() == 1 && probe.transmit.segment.seq == Seq(2101))
    );
    assert_eq!(pair.server.readable(), 2_000);
    // The update is lost: the next probe finds the window open.
    pair.lose_nth(Side::Server, 0, |_| true);
    assert_eq!(pair.read(Side::Server), [5; 2_000]);
    pair.run(100 * S);
    assert_eq!(pair.read(Side::Server), [5; 1_000]);
    assert_eq!(pair.client.tcb().flight_size, 0);
}

/// RFC 9293 §3.8.6.2.2: no silly window is offered: nothing until an MSS (or half the buffer) is free.
#[test]
fn no_silly_windows() {
    let server = Config { rcv_buffer: 4_000, ..thousand(300) };
    let mut pair = Pair::established_with(
        Config { initial_window: InitialWindow::Segments(4), ..thousand(100) },
        server,
    );
    pair.client.send(&[5; 4_000]).unwrap();
    pair.run(S);
    assert_eq!(pair.client.tcb().snd_wnd, 0);
    pair.forget();
    let mut buffer = [0; 999];
    pair.server.recv(&mut buffer).unwrap();
    pair.run(100 * MS);
    assert_eq!((pair.sent.len(), pair.server.tcb().rcv_wnd), (0, 0));
    pair.server.recv(&mut buffer[..1]).unwrap();
    pair.run(100 * MS);
    assert_eq!(notes(&pair, Side::Server), ["tcp.send.window-update"]);
    assert_eq!(pair.client.tcb().snd_wnd, 1_000);
}

/// RFC 9293 §3.8.6.3, RFC 5681 §4.2.
#[test]
fn delayed_ack() {
    let server = Config { delayed_ack: Some(200 * MS), ..thousand(300) };
    let mut pair = Pair::established_with(
        Config { initial_window: InitialWindow::Segments(4), ..thousand(100) },
        server,
    );
    pair.forget();
    let start = pair.now.micros();
    pair.client.send(b"one").unwrap();
    pair.run(S);
    assert_eq!(times(&pair, Side::Server), [start + 210 * MS]);
    assert_eq!(notes(&pair, Side::Server), ["tcp.send.ack-delayed"]);
    pair.forget();
    let start = pair.now.micros();
    pair.client.send(&[0; 2_000]).unwrap();
    pair.run(S);
    assert_eq!(
        times(&pair, Side::Server),
        [start + 10 * MS],
        "the second full-sized segment is acknowledged at once"
    );
    // An answer carries the ACK.
    pair.forget();
    pair.client.send(b"ask").unwrap();
    pair.run(10 * MS);
    pair.server.send(b"answer").unwrap();
    pair.run(S);
    assert_eq!(notes(&pair, Side::Server), ["tcp.send.data"]);
}

/// RFC 9293 §3.7.4.
#[test]
fn nagle() {
    for (nagle, segments) in [(true, 2), (false, 5)] {
        let mut pair = Pair::established_with(Config { nagle, ..thousand(100) }, thousand(300));
        pair.forget();
        for _ in 0..5 {
            pair.client.send(b"key").unwrap();
            pair.flush();
        }
        pair.run(S);
        assert_eq!(notes(&pair, Side::Client).len(), segments);
        assert_eq!(pair.read(Side::Server).len(), 15);
    }
}

/// RFC 9293 §3.8.4.
#[test]
fn keep_alive() {
    let keep_alive = Some(KeepAlive { idle: 100 * S, interval: 10 * S, probes: 3 });
    let mut pair =
        Pair::established_with(Config { keep_alive, ..Config::textbook(100) }, Config::textbook(300));
    pair.forget();
    pair.run(1000 * S);
    assert_eq!(pair.client.state(), State::Established);
    assert!(pair.sent.iter().filter(|sent| sent.from == Side::Client).count() >= 9);
    assert_eq!(pair.figure()[..2], ["> <SEQ=100><ACK=301><CTL=ACK>", "< <SEQ=301><ACK=101><CTL=ACK>"]);
    pair.forget();
    pair.lose = Box::new(|_, _| true);
    pair.run(200 * S);
    assert_eq!(notes(&pair, Side::Client), ["tcp.send.keep-alive"; 3]);
    assert_eq!(pair.client.error(), Some(Error::UserTimeout));
}

/// The options of both SYNs decide; MSS 536 if the peer says none (RFC 9293 §3.7.1, RFC 7323 §2.2).
#[test]
fn negotiation() {
    let mut pair = Pair::established_with(Config::default(), Config::default());
    let tcb = pair.client.tcb();
    assert_eq!((tcb.snd_wind_shift, tcb.rcv_wind_shift, tcb.sack, tcb.smss), (7, 7, true, 1448));
    assert!(tcb.ts_recent.is_some());
    assert_eq!(pair.server.tcb().snd_wnd, 65_535 >> 7 << 7);
    pair.client.send(&[0; 60_000]).unwrap();
    pair.run(S);
    assert_eq!(pair.read(Side::Server).len(), 60_000);
    let pair =
        Pair::established_with(Config { window_scale: Some(3), ..Config::default() }, Config::textbook(1));
    let tcb = pair.client.tcb();
    assert_eq!((tcb.snd_wind_shift, tcb.rcv_wind_shift, tcb.sack, tcb.ts_recent), (0, 0, false, None));
    assert!(pair.sent[1].transmit.segment.options.window_scale.is_none());
    let mut client = Endpoint::connect(Config::textbook(100), client_socket(), server_socket(), Time::ZERO);
    client.poll_transmit(Time::ZERO).unwrap();
    let mut syn_ack = pair.sent[1].transmit.segment.clone();
    syn_ack.options.mss = None;
    syn_ack.ack = Seq(101);
    client.on_segment(Time::ZERO, &syn_ack);
    assert_eq!((client.state(), client.tcb().smss), (State::Established, 536));
}

/// Both windows closed, both sides probe: each still hears the other's ACKs, and the two do not answer each other for ever.
#[test]
fn both_windows_closed() {
    let config =
        |isn| Config { rcv_buffer: 2_000, initial_window: InitialWindow::Segments(4), ..thousand(isn) };
    let mut pair = Pair::established_with(config(100), config(300));
    pair.forget();
    pair.client.send(&[5; 5_000]).unwrap();
    pair.server.send(&[6; 5_000]).unwrap();
    pair.run(100 * S);
    assert!(pair.sent.len() < 60, "{:#?}", pair.figure());
    let turned_away = |events: &[firsthop_protocol::tcp::Event]| {
        events.iter().filter(|event| event.why.id == "tcp.check.sequence").count()
    };
    assert_eq!((turned_away(&pair.client_events), turned_away(&pair.server_events)), (0, 0));
    let (mut at_client, mut at_server) = (Vec::new(), Vec::new());
    for _ in 0..200 {
        at_client.extend(pair.read(Side::Client));
        at_server.extend(pair.read(Side::Server));
        pair.run(S);
    }
    assert_eq!((at_client, at_server), (vec![6; 5_000], vec![5; 5_000]));
}

/// RFC 9293 §3.10.7.4, fifth: SND.WL1 and SND.WL2 keep an overtaken segment from setting an old window.
#[test]
fn an_overtaken_segment_does_not_set_the_window() {
    let mut pair = Pair::established();
    pair.server.send(b"abc").unwrap();
    pair.run(S);
    let latest = pair.sent.iter().rfind(|sent| sent.from == Side::Server).unwrap().transmit.segment.clone();
    assert_eq!(pair.client.tcb().snd_wl1, Seq(301));
    let with = |seq: u32, window: u16| firsthop_protocol::tcp::Segment {
        seq: Seq(seq),
        window,
        payload: Vec::new(),
        ..latest.clone()
    };
    pair.inject(Side::Client, &with(304, 5_000));
    assert_eq!((pair.client.tcb().snd_wnd, pair.client.tcb().snd_wl1), (5_000, Seq(304)));
    // Sent before and overtaken: its text partly in the window, its window out of date.
    let mut old = with(303, 77);
    old.payload = b"cd".to_vec();
    pair.inject(Side::Client, &old);
    assert_eq!((pair.client.readable(), pair.client.tcb().snd_wnd), (4, 5_000));
}
