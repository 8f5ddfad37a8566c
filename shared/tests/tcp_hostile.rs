//! Segments and calls of any kind, in any order: nothing panics, nothing runs without end, the TCB stays sound.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use std::net::SocketAddr;

use firsthop_protocol::{
    tcp::{Config, Endpoint, Flags, Isn, KeepAlive, Listener, Options, Segment, Seq, State, Timestamps},
    trace::Time,
};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Arrives(Segment),
    /// Like the above, but with SEQ and ACK near what the endpoint expects.
    Near(Segment),
    Wait(u64),
    Timeout,
    Send(usize),
    Recv(usize),
    Close,
    Abort,
}

fn flags() -> impl Strategy<Value = Flags> {
    any::<[bool; 6]>().prop_map(|[fin, syn, rst, psh, ack, urg]| Flags {
        fin,
        syn,
        rst,
        psh,
        ack,
        urg,
        ..Flags::default()
    })
}

fn options() -> impl Strategy<Value = Options> {
    let stamps =
        proptest::option::of((any::<u32>(), any::<u32>()).prop_map(|(val, ecr)| Timestamps { val, ecr }));
    let blocks =
        proptest::collection::vec((any::<u32>(), any::<u32>()).prop_map(|(a, b)| (Seq(a), Seq(b))), 0..4);
    (any::<Option<u16>>(), any::<Option<u8>>(), any::<bool>(), stamps, blocks).prop_map(
        |(mss, window_scale, sack_permitted, timestamps, sack)| Options {
            mss,
            window_scale,
            sack_permitted,
            timestamps,
            sack,
        },
    )
}

fn segment() -> impl Strategy<Value = Segment> {
    let text = proptest::collection::vec(any::<u8>(), 0..40);
    (any::<u32>(), any::<u32>(), flags(), any::<u16>(), any::<u16>(), options(), text).prop_map(
        |(seq, ack, flags, window, urgent, options, payload)| Segment {
            src_port: 80,
            dst_port: 1000,
            seq: Seq(seq),
            ack: Seq(ack),
            flags,
            window,
            urgent,
            options,
            payload,
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => segment().prop_map(Step::Arrives),
        12 => segment().prop_map(Step::Near),
        3 => (0..5_000_000_u64).prop_map(Step::Wait),
        3 => Just(Step::Timeout),
        4 => (0..5000_usize).prop_map(Step::Send),
        4 => (0..5000_usize).prop_map(Step::Recv),
        1 => Just(Step::Close),
        1 => Just(Step::Abort),
    ]
}

fn config() -> impl Strategy<Value = Config> {
    (any::<u32>(), any::<u16>(), 0..100_000_u32, any::<Option<u8>>(), any::<[bool; 4]>(), any::<bool>())
        .prop_map(|(isn, mss, buffer, window_scale, [timestamps, sack, nagle, delayed], keep)| Config {
            isn: Isn::Given(isn),
            mss,
            rcv_buffer: buffer,
            snd_buffer: buffer / 2,
            window_scale,
            timestamps,
            sack,
            nagle,
            delayed_ack: delayed.then_some(200_000),
            keep_alive: keep.then(KeepAlive::default),
            ..Config::default()
        })
}

fn near(segment: &Segment, end: &Endpoint) -> Segment {
    let tcb = end.tcb();
    let offset = |value: u32| (value % 64).wrapping_sub(16);
    let mut segment = segment.clone();
    segment.seq = tcb.rcv_nxt + if segment.seq.0.is_multiple_of(2) { 0 } else { offset(segment.seq.0) };
    segment.ack =
        if segment.ack.0.is_multiple_of(2) { tcb.snd_nxt } else { tcb.snd_una + offset(segment.ack.0) };
    // RST and SYN end everything soon: most segments shall have neither.
    segment.flags.rst &= segment.window.is_multiple_of(16);
    segment.flags.syn &=
        end.state() == State::SynSent || end.state() == State::Listen || segment.window % 8 == 1;
    segment.flags.ack |= end.state() != State::Listen && segment.window % 8 != 2;
    segment
}

fn drain(end: &mut Endpoint, now: Time) {
    let mut sent = 0;
    while let Some(transmit) = end.poll_transmit(now) {
        sent += 1;
        assert!(sent < 5_000, "sends without end: {transmit:?}");
        assert!(transmit.rfc.starts_with("RFC ") && transmit.note.english.contains(transmit.rfc));
        assert!(!transmit.note.english.contains('{'), "a value is missing: {}", transmit.note);
        transmit.emit().unwrap();
    }
    while let Some(event) = end.poll_event() {
        assert!(event.rfc.starts_with("RFC ") && !event.why.english.contains('{'), "{event:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn anything_may_arrive(config in config(), active: bool, steps in proptest::collection::vec(step(), 1..80)) {
        let (local, remote): (SocketAddr, SocketAddr) = ("10.0.0.1:1000".parse().unwrap(), "10.0.0.2:80".parse().unwrap());
        let mut end = if active {
            Endpoint::connect(config.clone(), local, remote, Time::ZERO)
        } else {
            Endpoint::listen(config.clone(), local, remote)
        };
        let mut listener = Listener::new(config, local, 3);
        let mut now = Time::ZERO;
        let mut una = end.tcb().snd_una;
        for step in &steps {
            let opening = !end.state().is_synchronized();
            match step {
                Step::Arrives(segment) => {
                    end.on_segment(now, segment);
                    listener.on_segment(now, local, remote, segment);
                }
                Step::Near(segment) => {
                    let segment = near(segment, &end);
                    end.on_segment(now, &segment);
                    listener.on_segment(now, local, remote, &segment);
                }
                Step::Wait(micros) => now = now.plus(*micros),
                Step::Timeout => {
                    now = now.max(end.poll_timeout().unwrap_or(now));
                    end.on_timeout(now);
                    listener.on_timeout(now);
                }
                Step::Send(len) => {
                    let _ = end.send(&vec![1; *len]);
                }
                Step::Recv(len) => {
                    let _ = end.recv(&mut vec![0; *len]);
                }
                Step::Close => {
                    let _ = end.close();
                }
                Step::Abort => end.abort(),
            }
            drain(&mut end, now);
            while listener.poll_transmit(now).is_some() {}
            let tcb = end.tcb();
            prop_assert!(tcb.snd_una.le(tcb.snd_nxt), "{:?} {:#?}", step, tcb);
            prop_assert!(opening || tcb.snd_una.ge(una), "SND.UNA went back: {:?} {:#?}", step, tcb);
            una = tcb.snd_una;
            prop_assert!(tcb.cwnd > 0 && tcb.rto > 0 && tcb.rto <= 60_000_000);
            prop_assert!(u64::from(tcb.receive_queue) <= 100_000 + 16_384, "{:#?}", tcb);
            prop_assert_eq!(tcb.state == State::TimeWait, tcb.timers.iter().any(|(kind, _)| kind.name() == "time-wait"));
            prop_assert!(tcb.state != State::Closed || tcb.timers.is_empty());
            prop_assert_eq!(tcb.rows().len(), 32);
        }
    }

    #[test]
    fn any_bytes_may_be_a_segment(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let (src, dst) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        if let Ok(segment) = Segment::parse(src, dst, &bytes) {
            let _ = segment.emit(src, dst);
        }
    }
}
