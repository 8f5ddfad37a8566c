//! What is understood, and what is said of what is not.

use crate::{
    goal::{Expected, Goal, GoalError, MAX_CHARS, Problem},
    trace::filter,
};

fn wrong(text: &str) -> (std::ops::Range<usize>, Problem) {
    let GoalError { at, problem } = text.parse::<Goal>().expect_err(text);
    assert!(at.start <= at.end && at.end <= text.chars().count(), "{text}: {at:?}");
    (at, problem)
}

#[test]
fn every_example_of_an_error_is_right() {
    for expected in Expected::ALL {
        if let Err(error) = expected.example().parse::<Goal>() {
            panic!("{}: {error}", expected.example());
        }
    }
}

#[test]
fn the_sentences_of_the_issue_can_be_said() {
    for text in [
        "row of arp of H1 where HWaddress = mac of R1:eth0",
        "no frame of A to C",
        "within 3 s call recvfrom of client where buf contains \"200 OK\"",
        "call connect of client then within 3 s received \"</html>\" by client",
        "tcp of client with 10.0.0.2:80 is ESTABLISHED and tcp of server is ESTABLISHED",
        "call connect of client fails with ECONNREFUSED",
        "always (row of arp of A where State = PERMANENT or no rows of arp of A)",
        "at the end no tcp is ESTABLISHED",
        "never frame [rst] on cable",
        "not (frame [tcp and syn] or frame [udp]) and exactly 2 events [note and \"ping\"]",
        "Frames （\u{3000}".split('（').next().unwrap(),
        "row of routes of R1 where Destination in 10.0.0.0/8, Metric < 5, Gateway != 0.0.0.0",
        "received “你好” by A",
    ] {
        if let Err(error) = text.parse::<Goal>() {
            panic!("{text}: {error}");
        }
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let missing = Problem::Missing;
    for (text, at, problem) in [
        ("", 0..0, missing(Expected::Condition)),
        ("frmae of A", 0..5, Problem::UnknownWord("frmae".into())),
        ("frame of A and", 14..14, missing(Expected::Condition)),
        ("and frame", 0..3, missing(Expected::Condition)),
        ("frame of (", 9..10, missing(Expected::Machine)),
        ("frame on", 8..8, missing(Expected::Link)),
        ("at least three frames", 9..14, missing(Expected::Count)),
        ("at once", 3..7, missing(Expected::AfterAt)),
        ("at least 0 frames", 0..10, Problem::AlwaysSo),
        ("at most 99999999999999999999 frames", 8..28, Problem::TooBig("99999999999999999999".into())),
        ("within soon frame", 7..11, missing(Expected::Duration)),
        ("within 3 parsecs frame", 7..16, missing(Expected::Duration)),
        ("event of A", 6..8, missing(Expected::Filter)),
        ("row in arp", 4..6, missing(Expected::Table)),
        ("row of arp where State", 22..22, missing(Expected::Relation)),
        ("row of arp where = 3", 17..18, missing(Expected::Column)),
        ("row of arp where a = ,", 21..22, missing(Expected::Value)),
        ("row of arp where a < b", 21..22, missing(Expected::Number)),
        ("row of arp where a in 10.0.0.0/99", 22..33, Problem::BadNetwork("10.0.0.0/99".into())),
        ("tcp of A", 8..8, missing(Expected::State)),
        ("tcp of A is ESTABLISED", 12..22, Problem::UnknownState("ESTABLISED".into())),
        ("tcp with", 8..8, missing(Expected::Socket)),
        ("received hello", 9..14, missing(Expected::Text)),
        ("call fails with", 15..15, missing(Expected::Errno)),
        ("always never frame", 7..18, Problem::TimeInTime("never")),
        ("frame then (frame and within 2 s frame)", 22..38, Problem::TimeInTime("within")),
        ("(frame", 0..1, Problem::Unclosed),
        ("frame)", 5..6, Problem::Unopened),
        ("frame row of arp", 6..9, Problem::NotJoined("row".into())),
        ("(frame row of arp)", 7..10, Problem::NotJoined("row".into())),
        ("frame of \"A", 9..10, Problem::UnclosedQuote),
        ("frame [tcp", 6..7, Problem::UnclosedFilter),
        (
            "frame [tcp and prot 80] of A",
            15..19,
            Problem::Filter(filter::Problem::UnknownWord("prot".into())),
        ),
        ("frame & frame", 6..7, Problem::Stray('&')),
    ] {
        assert_eq!(wrong(text), (at, problem), "{text}");
    }
    assert_eq!(wrong(&"not ".repeat(51)).1, Problem::TooDeep);
    assert_eq!(wrong(&"(".repeat(99)).1, Problem::TooDeep);
    assert_eq!(wrong(&" ".repeat(MAX_CHARS + 1)).1, Problem::TooLong);
}

#[test]
fn places_are_characters_not_bytes() {
    assert_eq!(wrong("received \"你好\" by A and frmae").0, 23..28);
}

#[test]
fn names_that_are_not_there_are_named() {
    let goal: Goal =
        "frame of A to B on L and row of arp of C where HWaddress = mac of D:eth1".parse().unwrap();
    assert_eq!(goal.check_names(&["A", "B", "C", "D"], &["L"]), Ok(()));
    let error = goal.check_names(&["A", "B", "C"], &["L"]).unwrap_err();
    assert_eq!(error.to_string(), "at character 67: there is no machine `D`; there are: A, B, C");
    let error = goal.check_names(&["A", "B", "C", "D"], &[]).unwrap_err();
    assert_eq!((error.at, error.problem), (19..20, Problem::UnknownLink("L".into(), "none".into())));
}
