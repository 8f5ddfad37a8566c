//! When each condition and each word of time is reached, and when it fails.

use super::{arrives, call, frame, interface, lost, row, state};
use crate::{
    goal::{Goal, Moment, Part, Standing, judge},
    trace::{Event, Time},
};

fn goal(text: &str) -> Goal {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn part(text: &str, events: &[Event], over: bool) -> Part {
    let last = events.last().map_or(Time::ZERO, |event| event.time);
    judge(&[goal(text)], events, last, over).remove(0)
}

/// What becomes of a goal: the word, the microsecond and the number of the event.
fn fate(text: &str, events: &[Event], over: bool) -> (&'static str, u64, Option<usize>) {
    match part(text, events, over).standing {
        Standing::Open | Standing::Now { .. } => ("open", 0, None),
        Standing::Reached(Moment { time, event }) => ("reached", time.0, event),
        Standing::Failed(Moment { time, event }) => ("failed", time.0, event),
    }
}

const OPEN: (&str, u64, Option<usize>) = ("open", 0, None);

/// A asks B through the switch S; C hears nothing but one frame that is lost.
fn network() -> Vec<Event> {
    vec![
        interface("A", 1),
        interface("B", 2),
        interface("C", 3),
        frame(10, "a-s", ("A", "S"), (1, 2), arrives(15)),
        frame(20, "s-b", ("S", "B"), (1, 2), arrives(25)),
        frame(20, "s-c", ("S", "C"), (1, 2), lost(25)),
        frame(30, "s-b", ("B", "S"), (2, 1), arrives(35)),
        frame(40, "a-s", ("S", "A"), (2, 1), arrives(45)),
    ]
}

#[test]
fn frames_are_told_apart_by_cable_and_by_address() {
    let events = network();
    for (text, expected) in [
        ("frame", ("reached", 10, Some(3))),
        ("exactly 5 frames", ("reached", 40, None)),
        ("exactly 4 frames", ("failed", 40, Some(7))),
        ("at least 3 frames", ("reached", 20, Some(5))),
        ("at least 6 frames", ("failed", 40, None)),
        ("at most 2 frames", ("failed", 20, Some(5))),
        ("at most 5 frames", ("reached", 40, None)),
        ("frame to B", ("reached", 20, Some(4))),
        ("frame of A to B", ("reached", 20, Some(4))),
        ("no frame of A to C", ("failed", 20, Some(5))),
        ("no frame [delivered] of A to C", ("reached", 40, None)),
        ("no frame of B to C", ("reached", 40, None)),
        ("no frame of C", ("reached", 40, None)),
        ("no frame for C", ("reached", 40, None)),
        ("frame for A", ("reached", 30, Some(6))),
        ("frame from S", ("reached", 20, Some(4))),
        ("frame from S for A", ("reached", 40, Some(7))),
        ("frame on s-b of B", ("reached", 30, Some(6))),
        ("frame [arp]", ("failed", 40, None)),
        ("exactly 5 events [icmp]", ("reached", 40, None)),
    ] {
        assert_eq!(fate(text, &events, true), expected, "{text}");
    }
}

#[test]
fn a_source_is_known_by_ip_address_behind_a_router() {
    // The router puts its own MAC address before A's packet.
    let mut events = vec![interface("A", 1), interface("R", 9)];
    let crate::trace::EventKind::Frame(mut forwarded) = frame(0, "l", ("R", "B"), (1, 2), arrives(0)).kind
    else {
        unreachable!()
    };
    forwarded.bytes[11] = 9;
    events.push(Event { time: Time(5), kind: crate::trace::EventKind::Frame(forwarded) });
    assert_eq!(fate("frame of A to B", &events, false), ("reached", 5, Some(2)));
    assert_eq!(fate("frame of R to B", &events, false), ("reached", 5, Some(2)));
    assert_eq!(fate("frame for A", &events, true).0, "failed");
}

#[test]
fn rows_are_those_of_now() {
    let cells = |mac| [("Address", "10.0.0.9"), ("HWaddress", mac), ("age", "300 s")];
    let events = [
        interface("R1", 9),
        interface("H1", 1),
        row(10, "H1", "arp", "10.0.0.9", &cells("-")),
        row(20, "H1", "arp", "10.0.0.9", &cells("02:00:00:00:00:09")),
        row(30, "H1", "arp", "10.0.0.9", &[]),
    ];
    for (text, expected) in [
        ("row of arp of H1 where HWaddress = mac of R1", ("reached", 20, Some(3))),
        ("row of arp of H1 where HWaddress = mac of R1:eth0", ("reached", 20, Some(3))),
        ("row of arp of H1 where HWaddress = mac of R1:eth7", ("failed", 30, None)),
        ("row of arp of H1 where HWaddress = mac of H1", ("failed", 30, None)),
        ("row of arp where Address = address of R1, HWaddress != mac of R1", ("reached", 10, Some(2))),
        ("row of arp of H1 where address = 10.0.0.9, AGE >= 300, age < 300.5", ("reached", 10, Some(2))),
        ("row of arp of H1 where age > 300", ("failed", 30, None)),
        ("row of arp of H1 where Address in 10.0.0.8/29", ("reached", 10, Some(2))),
        ("row of arp of H1 where Address in 10.0.0.0/29", ("failed", 30, None)),
        ("row of arp of H1 where HWaddress contains 00:09", ("reached", 20, Some(3))),
        ("row of interfaces of R1 where Address = 10.0.0.9", ("reached", 0, Some(0))),
        ("row of arp of R1", ("failed", 30, None)),
        ("at the end row of arp of H1", ("failed", 30, None)),
        ("at the end no rows of arp of H1", ("reached", 30, None)),
        ("no rows of arp of H1", ("failed", 10, Some(2))),
        ("always no rows of arp of H1", ("failed", 10, Some(2))),
        ("row of arp then no row of arp", ("reached", 30, Some(4))),
    ] {
        assert_eq!(fate(text, &events, true), expected, "{text}");
    }
}

#[test]
fn a_row_is_judged_again_when_the_interface_it_is_compared_with_changes() {
    let with = |at, mac| row(at, "R1", "interfaces", "eth0", &[("HWaddress", mac)]);
    let arp = row(10, "H1", "arp", "x", &[("HWaddress", "02:00:00:00:00:09")]);
    let events = [with(0, "02:00:00:00:00:01"), arp, with(20, "02:00:00:00:00:09")];
    let text = "row of arp of H1 where HWaddress = mac of R1";
    assert_eq!(fate(text, &events[..2], false), OPEN);
    assert_eq!(fate(text, &events, false), ("reached", 20, Some(2)));
}

#[test]
fn states_are_those_of_now() {
    let events = [
        state(0, "A", "1-2", "SYN-SENT"),
        state(10, "A", "1-2", "ESTABLISHED"),
        state(20, "B", "2-1", "ESTABLISHED"),
        state(30, "A", "1-2", "CLOSED"),
    ];
    for (text, expected) in [
        ("tcp of A is ESTABLISHED", ("reached", 10, Some(1))),
        ("tcp of A is established", ("reached", 10, Some(1))),
        ("tcp of A with 3 is ESTABLISHED", ("failed", 30, None)),
        ("at least 2 tcp are ESTABLISHED", ("reached", 20, Some(2))),
        ("at least 3 tcp are ESTABLISHED", ("failed", 30, None)),
        ("at the end tcp of A is CLOSED", ("reached", 30, None)),
        ("at the end tcp of B is CLOSED", ("failed", 30, None)),
        ("eventually (tcp of A is ESTABLISHED and tcp of B is ESTABLISHED)", ("reached", 20, Some(2))),
        ("eventually (tcp of A is CLOSED and tcp of A is ESTABLISHED)", ("failed", 30, None)),
        ("tcp of A is CLOSED and tcp of A is ESTABLISHED", ("reached", 30, Some(3))),
        ("tftp of A is ESTABLISHED", ("failed", 30, None)),
    ] {
        assert_eq!(fate(text, &events, true), expected, "{text}");
    }
}

#[test]
fn calls_are_told_apart_by_result_and_arguments() {
    let events = [
        call(0, "A", "connect", &[("addr", "10.0.0.2:80")], Err("ECONNREFUSED")),
        call(10, "A", "connect", &[("addr", "10.0.0.2:81")], Ok("0")),
        call(20, "B", "sendto", &[("len", "5")], Ok("5")),
    ];
    for (text, expected) in [
        ("call connect of A fails with ECONNREFUSED", ("reached", 0, Some(0))),
        ("call connect of A fails with ETIMEDOUT", ("failed", 20, None)),
        ("call of B fails", ("failed", 20, None)),
        ("call connect succeeds", ("reached", 10, Some(1))),
        ("call where result = 5, len >= 5", ("reached", 20, Some(2))),
        ("call where result = 5, len > 5", ("failed", 20, None)),
        ("call connect where addr = 10.0.0.2:81", ("reached", 10, Some(1))),
        ("exactly 3 calls", ("reached", 20, None)),
        ("no call fails", ("failed", 0, Some(0))),
    ] {
        assert_eq!(fate(text, &events, true), expected, "{text}");
    }
}

#[test]
fn a_text_may_come_in_pieces_but_not_over_a_close_or_in_another_datagram() {
    let recv = |at, fd, buf| call(at, "A", "recvfrom", &[("fd", fd), ("buf", buf)], Ok("3"));
    let datagram = |at, buf| {
        call(at, "A", "recvfrom", &[("fd", "9"), ("buf", buf), ("src_addr", "10.0.0.2:7")], Ok("3"))
    };
    let events = [recv(0, "3", "\"hel\""), recv(10, "3", "\"lo\\n\"")];
    assert_eq!(fate("received \"hello\" by A", &events, false), ("reached", 10, Some(1)));
    assert_eq!(fate("received \"hello\" by B", &events, true).0, "failed");
    assert_eq!(fate("received \"help\"", &events, true).0, "failed");
    assert_eq!(
        fate("received \"hello\"", &[recv(0, "3", "\"hel\""), recv(10, "4", "\"lo\"")], true).0,
        "failed"
    );
    let closed =
        [recv(0, "3", "\"hel\""), call(5, "A", "close", &[("fd", "3")], Ok("0")), recv(10, "3", "\"lo\"")];
    assert_eq!(fate("received \"hello\"", &closed, true).0, "failed");
    let cut = [recv(0, "3", "\"hel\"..."), recv(10, "3", "\"lo\"")];
    assert_eq!(fate("received \"hello\"", &cut, true).0, "failed");
    assert_eq!(
        fate("received \"hello\"", &[datagram(0, "\"hel\""), datagram(1, "\"lo\"")], true).0,
        "failed"
    );
    assert_eq!(
        fate("at least 2 received \"lo\"", &[datagram(0, "\"lo\""), datagram(1, "\"lo\"")], true).0,
        "reached"
    );
}

#[test]
fn limits_of_time_are_over_when_time_says_so() {
    let events = network();
    assert_eq!(fate("within 20 us frame to B", &events, false), ("reached", 20, Some(4)));
    assert_eq!(fate("within 19 us frame to B", &events, false), ("failed", 19, None));
    assert_eq!(fate("frame to B then within 20 us frame to A", &events, false), ("reached", 40, Some(7)));
    assert_eq!(fate("frame to B then within 19 us frame to A", &events, false), ("failed", 39, None));
    let open = |now| judge(&[goal("within 1 s frame to Z")], &events, Time(now), false).remove(0);
    assert_eq!(open(1_000_000).standing, Standing::Open);
    let late = open(1_000_001);
    assert_eq!(late.standing, Standing::Failed(Moment { time: Time(1_000_000), event: None }));
    assert_eq!(late.why.english, "not so within 1 s: time was up at 1.000000 s");
}

#[test]
fn what_comes_then_counts_from_there() {
    let events = network();
    assert_eq!(fate("frame to B then frame to B", &events, true), ("failed", 40, None));
    assert_eq!(fate("frame to A then frame to B", &events, true), ("failed", 40, None));
    assert_eq!(fate("frame of A then frame of A then frame of B", &events, true), ("reached", 30, Some(6)));
    let part = part("frame of A then frame of B then frame of C", &events, true);
    assert_eq!(part.why.english, "2 of 3 are done; the next has not been so until the end");
    let holds: Vec<_> = part.parts.iter().map(|part| part.standing).collect();
    assert_eq!(holds, [true, true, false].map(|holds| Standing::Now { holds }));
}

#[test]
fn always_begins_when_machines_are_set_up() {
    let permanent = |at, state| row(at, "A", "arp", "x", &[("State", state)]);
    let text = "always row of arp of A where State = PERMANENT";
    let up = [interface("A", 1), permanent(0, "PERMANENT")];
    assert_eq!(fate(text, &up, false), OPEN);
    assert_eq!(fate(text, &up, true), ("reached", 0, None));
    let broken = [&up[..], &[permanent(10, "REACHABLE"), permanent(20, "PERMANENT")]].concat();
    assert_eq!(fate(text, &broken, true), ("failed", 10, Some(2)));
    let late = [interface("A", 1), permanent(5, "PERMANENT")];
    assert_eq!(fate(text, &late, true), ("failed", 0, Some(0)));
    assert_eq!(fate("never no rows of arp of A", &up, true), ("failed", 0, Some(0)));
}

#[test]
fn and_or_not_say_the_first_that_decides() {
    let events = network();
    for (text, expected) in [
        ("frame to B and frame to A", ("reached", 40, Some(7))),
        ("frame to B or frame to A", ("reached", 20, Some(4))),
        ("not frame to Z", ("reached", 40, None)),
        ("not frame to B", ("failed", 20, Some(4))),
        ("not no frame to B", ("reached", 20, Some(4))),
        ("frame to Z or no frame to B", ("failed", 40, None)),
        ("no frame to B and no frame to A", ("failed", 20, Some(4))),
        ("frame to B and frame to A or frame to C", ("reached", 20, Some(5))),
        ("frame to B and (frame to A or frame to C)", ("reached", 20, Some(5))),
    ] {
        assert_eq!(fate(text, &events, true), expected, "{text}");
    }
}

#[test]
fn each_part_says_why() {
    let events = [
        interface("R1", 9),
        row(10, "H1", "arp", "10.0.0.9", &[("HWaddress", "02:00:00:00:00:07")]),
        call(20, "A", "connect", &[], Err("ETIMEDOUT")),
        state(30, "A", "1-2", "SYN-SENT"),
    ];
    let why = |text: &str| {
        let goal = part(text, &events, true);
        goal.parts[0].why.english.clone()
    };
    for (text, said) in [
        (
            "row of arp of H1 where HWaddress = mac of R1",
            "in row 10.0.0.9 of arp of H1, HWaddress is 02:00:00:00:00:07; 02:00:00:00:00:09 is wanted",
        ),
        ("row of arp of H1 where MAC = 1", "row 10.0.0.9 of arp of H1 has no MAC, but HWaddress"),
        ("row of arp of H2", "the table arp of H2 has no row"),
        ("call connect of A fails with ECONNREFUSED", "the last such call, connect of A, returned ETIMEDOUT"),
        ("call bind", "no such call so far"),
        ("tcp of A is ESTABLISHED", "1-2 of A is in SYN-SENT"),
        ("tcp of B is ESTABLISHED", "B has had no such tcp connection so far"),
        ("received \"x\"", "0 bytes were received so far, this text not among them"),
        ("at least 2 calls", "1 so far, at least 2 wanted"),
        ("no calls", "1 so far, and none must be"),
    ] {
        assert_eq!(why(text), said, "{text}");
    }
    let whole = part("tcp of A is SYN-SENT and call bind", &events, true);
    assert_eq!(whole.why.english, "1 of 2 parts are so, and all must be");
    assert_eq!((whole.parts[1].text.as_str(), whole.parts[1].at.clone()), ("call bind", 25..34));
}

#[test]
fn what_was_decided_keeps_its_reason() {
    let events =
        [row(0, "A", "arp", "x", &[("State", "STALE")]), row(10, "A", "arp", "x", &[("State", "FAILED")])];
    let part = part("never row of arp of A where State = STALE", &events, true);
    assert_eq!(part.parts[0].why.english, "row x of arp of A is so");
}
