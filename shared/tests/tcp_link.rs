//! Two of our endpoints over a link that loses, doubles and reorders: thousands of seeds, no keep-alive, the same
//! promise: every octet once, in order, both ways, both close; and the invariants of the TCB after every step.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

#[path = "tcp_common/config.rs"]
mod config;
#[path = "tcp_common/link.rs"]
mod link;

use std::net::{IpAddr, SocketAddr};

use config::{any_scale, config};
use firsthop_protocol::{
    tcp::{Endpoint, Segment, State, Tcb},
    trace::Time,
};
use link::{Badness, Chance, Link};

fn socket(end: usize) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, end as u8 + 1], 1000 + end as u16))
}

pub fn check(tcb: &Tcb, what: &str) {
    assert!(tcb.snd_una.le(tcb.snd_nxt), "SND.UNA =< SND.NXT: {what} {tcb:#?}");
    assert!(tcb.cwnd >= 1 && tcb.rto >= 1, "{what} {tcb:#?}");
    assert_eq!(tcb.flight_size, tcb.snd_nxt - tcb.snd_una, "{what}");
    for (left, right) in &tcb.sacked {
        assert!(left.lt(*right) && left.gt(tcb.snd_una) && right.le(tcb.snd_nxt), "{what} {tcb:#?}");
    }
}

struct User {
    to_send: Vec<u8>,
    sent: usize,
    got: Vec<u8>,
    ended: bool,
    slow: bool,
}

fn run(seed: u64, segments: &mut u64) {
    let mut chance = Chance::new(seed);
    let chance = &mut chance;
    let badness = Badness {
        loss: chance.below(25),
        duplicate: chance.below(15),
        reorder: chance.below(40),
        corrupt: chance.below(10),
    };
    let both_open = chance.percent(20);
    let (a, b) = (config(seed, chance, any_scale), config(!seed, chance, any_scale));
    let what = format!("seed {seed}, both open {both_open}, {badness:?}, {a:?}, {b:?}");
    let mut ends = [
        Endpoint::connect(a, socket(0), socket(1), Time::ZERO),
        if both_open {
            Endpoint::connect(b, socket(1), socket(0), Time::ZERO)
        } else {
            Endpoint::listen(b, socket(1), socket(0))
        },
    ];
    let mut users: [User; 2] = std::array::from_fn(|_| User {
        to_send: (0..chance.below(20_000)).map(|_| chance.below(256) as u8).collect(),
        sent: 0,
        got: Vec::new(),
        ended: false,
        slow: chance.percent(20),
    });
    let mut link = Link::default();
    let mut now = Time::ZERO;
    for step in 0.. {
        assert!(step < 200_000, "no end at {now}: {what} {:#?}", ends.each_ref().map(Endpoint::tcb));
        let mut waits = false;
        for (end, user) in ends.iter_mut().zip(&mut users) {
            if !matches!(end.state(), State::Listen | State::SynSent) {
                user.sent += end.send(&user.to_send[user.sent..]).unwrap_or(0);
                if user.sent == user.to_send.len() {
                    let _ = end.close();
                }
            }
            let mut buffer = [0; 2000];
            let chunk = if user.slow { 150 } else { 2000 };
            while !user.ended {
                match end.recv(&mut buffer[..chunk]) {
                    Ok(0) => user.ended = true,
                    Ok(count) => user.got.extend(&buffer[..count]),
                    Err(_) => break,
                }
                if user.slow {
                    break;
                }
            }
            waits |= (end.saw_eof() && !user.ended)
                || end.readable() > 0
                || (end.writable() > 0 && user.sent < user.to_send.len());
            assert_eq!(end.error(), None, "{what}");
        }
        for (from, end) in ends.iter_mut().enumerate() {
            while let Some(transmit) = end.poll_transmit(now) {
                *segments += 1;
                link.send(now, 1 - from, &transmit.emit().unwrap(), badness, chance);
            }
            while end.poll_event().is_some() {}
            check(&end.tcb(), &what);
        }
        let over = ends.iter().all(|end| matches!(end.state(), State::Closed | State::TimeWait));
        if over && users.iter().all(|user| user.ended) {
            break;
        }
        let wake = waits.then(|| now.plus(20_000));
        let timers = ends.iter().filter_map(Endpoint::poll_timeout);
        let Some(next) = timers.chain(link.next()).chain(wake).min() else {
            panic!("deadlock at {now}: {what} {:#?}", ends.each_ref().map(Endpoint::tcb))
        };
        now = now.max(next);
        while let Some((to, _, bytes)) = link.arrived(now) {
            let address = |end: usize| -> IpAddr { socket(end).ip() };
            if let Ok(segment) = Segment::parse(address(1 - to), address(to), &bytes) {
                ends[to].on_segment(now, &segment);
            }
        }
        ends.iter_mut().for_each(|end| end.on_timeout(now));
    }
    assert!(users[0].got == users[1].to_send && users[1].got == users[0].to_send, "wrong octets: {what}");
}

#[test]
fn two_of_ours_over_a_bad_link() {
    let number = |name| std::env::var(name).ok().and_then(|value: String| value.parse().ok());
    let (first, count) = (number("TCP_FIRST_SEED").unwrap_or(0), number("TCP_SEEDS").unwrap_or(2000));
    let mut segments = 0;
    for seed in first..first + count {
        run(seed, &mut segments);
    }
    println!("{count} seeds, {segments} segments");
}
