//! The TCP lab does what it is asked for, on the kernel's own TCP: each way to open and to end a connection, and each
//! segment that can be lost; tshark says which segments were sent again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod common;

use std::collections::BTreeSet;

use common::{
    calls, can_capture, frames,
    lab::{events, firsthop, tshark},
    notes, states, tcp_flags,
};
use firsthop_protocol::trace::{Event, Fate};

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const ACK: u8 = 16;

/// Runs it: its trace, and the frames in a file that is kept as long as the folder.
fn run(args: &[&str]) -> (Vec<Event>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.pcapng");
    let mut all = vec!["lab", "tcp", "--json", "--pcapng", file.to_str().unwrap()];
    all.extend(args);
    (events(&firsthop(&all)), folder)
}

fn went(trace: &[Event], node: &str) -> BTreeSet<String> {
    states(trace, node).iter().map(|change| change.to.clone()).collect()
}

/// Who sent what fell, and its flags without PSH.
fn fallen(trace: &[Event]) -> Vec<(String, u8)> {
    let fallen = frames(trace).into_iter().filter(|frame| matches!(frame.fate, Fate::Dropped { .. }));
    fallen.map(|frame| (frame.from.clone(), tcp_flags(frame) & !8)).collect()
}

/// The bytes that a side received, by the results of its calls.
fn received(trace: &[Event], node: &str) -> u64 {
    let results = calls(trace, node).filter(|call| call.name == "recvfrom");
    results.filter_map(|call| call.result.as_ref().ok()?.parse::<u64>().ok()).sum()
}

#[test]
fn a_segment_is_lost_and_the_kernel_sends_it_again() {
    // What is lost, who sends it, its flags, the state in which its sender waits, and after how many seconds at least it is sent again:
    // Linux's first RTO is 1 s (RFC 6298 §2.1), its least 200 ms.
    let cases = [
        ("syn", "client", SYN, "SYN-SENT", Some(0.9)),
        ("syn-ack", "server", SYN | ACK, "SYN-RECEIVED", Some(0.9)),
        // An ACK is never sent again: the data after it says the same.
        ("handshake-ack", "client", ACK, "ESTABLISHED", None),
        ("data", "client", ACK, "ESTABLISHED", Some(0.15)),
        ("fin", "client", FIN | ACK, "FIN-WAIT-1", Some(0.15)),
        ("second-fin", "server", FIN | ACK, "LAST-ACK", Some(0.15)),
    ];
    for (loss, from, flags, waits, again) in cases {
        let (trace, folder) = run(&["--lose", loss, "--message", "a question", "--answer", "7"]);
        assert!(went(&trace, from).contains(waits), "{loss}: {:?}", went(&trace, from));
        assert!(went(&trace, "client").contains("TIME-WAIT"), "{loss}: it comes to its end all the same");
        assert_eq!((received(&trace, "server"), received(&trace, "client")), (10, 7), "{loss}");
        if !can_capture("a_segment_is_lost_and_the_kernel_sends_it_again") {
            continue;
        }
        assert_eq!(fallen(&trace), [(from.to_owned(), flags)], "{loss}: one segment fell");
        let fields = ["tcp.analysis.retransmission", "tcp.flags", "frame.time_relative", "tcp.srcport"];
        let Some(rows) = tshark(&folder.path().join("out.pcapng"), "data", &fields) else { continue };
        let of = |row: &Vec<String>| {
            let bits = u16::from_str_radix(row[1].trim_start_matches("0x"), 16).unwrap();
            (u8::try_from(bits).unwrap() & !8, row[3].clone())
        };
        let lost =
            frames(&trace).iter().position(|frame| matches!(frame.fate, Fate::Dropped { .. })).unwrap();
        let copy = rows.iter().skip(lost + 1).find(|row| !row[0].is_empty() && of(row) == of(&rows[lost]));
        match again {
            None => assert!(copy.is_none(), "{loss}"),
            Some(least) => {
                let time = |row: &Vec<String>| row[2].parse::<f64>().unwrap();
                let after = time(copy.unwrap_or_else(|| panic!("{loss}: {rows:?}"))) - time(&rows[lost]);
                assert!(after >= least, "{loss}: sent again after {after} s");
            }
        }
    }
}

#[test]
fn a_handshake_without_its_last_ack_is_completed_by_sending_the_syn_ack_again() {
    let (trace, _folder) = run(&["--lose", "handshake-ack", "--message", "", "--answer", "3"]);
    assert_eq!(received(&trace, "client"), 3);
    assert!(went(&trace, "server").is_superset(&["SYN-RECEIVED", "ESTABLISHED"].map(str::to_owned).into()));
    if can_capture("a_handshake_without_its_last_ack_is_completed_by_sending_the_syn_ack_again") {
        let sent: Vec<u8> = frames(&trace).iter().map(|frame| tcp_flags(frame)).take(5).collect();
        assert_eq!(sent, [SYN, SYN | ACK, ACK, SYN | ACK, ACK]);
    }
}

/// What the page says of the windows in real SYNs: Linux rounds the free receive buffer down to a multiple of the MSS, less the
/// 12 bytes of timestamps where the answer knows of them; and a SYN's window, which is never scaled, is 65,535 at most.
#[test]
fn the_windows_of_syns_are_multiples_of_their_mss() {
    let (_trace, folder) = run(&[]);
    if !can_capture("the_windows_of_syns_are_multiples_of_their_mss") {
        return;
    }
    let fields = ["tcp.flags", "tcp.window_size_value", "tcp.options.mss_val", "tcp.options.timestamp.tsval"];
    let Some(rows) = tshark(&folder.path().join("out.pcapng"), "data", &fields) else { return };
    let mut syns = 0;
    for row in &rows {
        let flags = u16::from_str_radix(row[0].trim_start_matches("0x"), 16).unwrap() as u8;
        if flags & SYN == 0 {
            continue;
        }
        syns += 1;
        let (window, mss): (u32, u32) = (row[1].parse().unwrap(), row[2].parse().unwrap());
        let timestamps = if flags & ACK != 0 && !row[3].is_empty() { 12 } else { 0 };
        let unit = mss - timestamps;
        // Less than a segment where the buffer is set so small.
        assert!(window.is_multiple_of(unit) || window == 65_535 || window < unit, "{row:?}");
    }
    assert_eq!(syns, 2);
}

#[test]
fn both_connect_at_once() {
    let (trace, _folder) = run(&["--opening", "simultaneous"]);
    for node in ["client", "server"] {
        assert!(calls(&trace, node).any(|call| call.name == "connect" && call.result.is_ok()), "{node}");
        assert!(!calls(&trace, node).any(|call| ["listen", "accept4"].contains(&call.name.as_str())));
        assert!(went(&trace, node).contains("ESTABLISHED"), "{node}");
        assert!(!went(&trace, node).contains("LISTEN"), "{node}");
    }
    assert!(notes(&trace).contains(&"lab.crossing-syn"));
    if can_capture("both_connect_at_once") {
        let sent: Vec<(&str, u8)> =
            frames(&trace).iter().map(|frame| (frame.from.as_str(), tcp_flags(frame))).take(4).collect();
        // RFC 9293 §3.5, Figure 7: a SYN without ACK is answered with SYN,ACK by a side that has sent its own.
        assert_eq!(sent, [("client", SYN), ("server", SYN), ("client", SYN | ACK), ("server", ACK)]);
    }
}

#[test]
fn both_close_at_once_and_both_wait() {
    for (loss, closing) in [("none", "client"), ("second-fin", "server")] {
        let (trace, _folder) = run(&["--ending", "both", "--lose", loss]);
        assert!(went(&trace, closing).contains("CLOSING"), "{loss}: {:?}", went(&trace, closing));
        for node in ["client", "server"] {
            assert!(went(&trace, node).contains("TIME-WAIT"), "{loss} {node}: {:?}", went(&trace, node));
        }
        assert!(notes(&trace).contains(&"lab.time-wait.both"));
    }
}

#[test]
fn after_a_half_close_the_server_still_speaks() {
    let (trace, _folder) = run(&["--ending", "half", "--message", "abc", "--answer", "120"]);
    // The answer, and as much again after the client's FIN.
    assert_eq!((received(&trace, "server"), received(&trace, "client")), (3, 240));
    assert!(went(&trace, "client").is_superset(&["FIN-WAIT-2", "TIME-WAIT"].map(str::to_owned).into()));
    assert!(went(&trace, "server").contains("CLOSE-WAIT"));
    if can_capture("after_a_half_close_the_server_still_speaks") {
        let seen = frames(&trace);
        let fin =
            seen.iter().position(|frame| frame.from == "client" && tcp_flags(frame) & FIN != 0).unwrap();
        let data =
            |frame: &&&firsthop_protocol::trace::Frame| frame.from == "server" && frame.bytes.len() > 66;
        assert_eq!(seen[fin..].iter().filter(data).count(), 1);
    }
}

#[test]
fn a_reset_is_felt_and_leaves_nothing() {
    let (trace, _folder) = run(&["--ending", "abort"]);
    let felt = calls(&trace, "server").filter_map(|call| call.result.as_ref().err());
    assert_eq!(felt.map(|error| error.errno.as_str()).collect::<Vec<_>>(), ["ECONNRESET"]);
    for node in ["client", "server"] {
        assert!(!went(&trace, node).contains("TIME-WAIT"), "{node}");
    }
    if can_capture("a_reset_is_felt_and_leaves_nothing") {
        let last = *frames(&trace).last().unwrap();
        assert_eq!((last.from.as_str(), tcp_flags(last)), ("client", RST | ACK));
    }
}

#[test]
fn nobody_closes() {
    let (trace, _folder) = run(&["--ending", "open"]);
    for node in ["client", "server"] {
        assert_eq!(
            states(&trace, node).iter().rfind(|change| change.socket.contains('-')).unwrap().to,
            "ESTABLISHED"
        );
    }
    assert!(frames(&trace).iter().all(|frame| tcp_flags(frame) & (FIN | RST) == 0));
}

#[test]
fn where_nobody_listens_the_syn_is_refused_also_when_it_comes_again() {
    for (loss, syns) in [("none", 1), ("syn", 2)] {
        let (trace, _folder) = run(&["--opening", "closed-port", "--lose", loss]);
        let connect = calls(&trace, "client").find(|call| call.name == "connect").unwrap();
        assert_eq!(connect.result.as_ref().unwrap_err().errno, "ECONNREFUSED");
        if can_capture("where_nobody_listens_the_syn_is_refused_also_when_it_comes_again") {
            let mut expected = vec![SYN; syns];
            expected.push(RST | ACK);
            assert_eq!(frames(&trace).iter().map(|frame| tcp_flags(frame)).collect::<Vec<_>>(), expected);
        }
    }
}

#[test]
fn what_the_lab_cannot_do_is_refused_with_a_reason() {
    let cases = [
        (&["--opening", "simultaneous", "--lose", "syn-ack"][..], "when both connect at once"),
        (&["--answer", "20001"], "20001 bytes in the answer: the limit is 20000"),
        (&["--lose", "everything"], "'everything'"),
        (&["--ending", "never"], "'never'"),
    ];
    for (args, why) in cases {
        let output = firsthop(&[&["lab", "tcp"], args].concat());
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.lines().count() == 1 && text.contains(why), "{text}");
    }
}
