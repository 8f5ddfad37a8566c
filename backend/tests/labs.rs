//! Each lab's trace: its calls, its frames as tshark reads them, its states; and the command that prints it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod common;

use std::process::Command;

use common::{
    calls, can_capture, frames,
    lab::{events, firsthop, tshark},
    names, notes, states, tcp_flags,
};
use firsthop_protocol::{
    trace::{EventKind, Fate},
    wire::LinkType,
};

const SYN: u8 = 2;
const ACK: u8 = 16;
const FIN: u8 = 1;

#[test]
fn tcp_shows_both_sides_calls_frames_and_states_whoever_closes_first() {
    for (first, second) in [("client", "server"), ("server", "client")] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("out.pcapng");
        let output = firsthop(&[
            "lab",
            "tcp",
            "--message",
            "hello",
            "--first-close",
            first,
            "--json",
            "--pcapng",
            file.to_str().unwrap(),
        ]);
        let trace = events(&output);
        let closes = |node| {
            let tail = names(&trace, node);
            let from = tail.iter().rposition(|name| name == "sendto").unwrap();
            tail[from + 1..].iter().filter(|name| *name != "recvfrom").cloned().collect::<Vec<_>>()
        };
        let head = |node, n| names(&trace, node).into_iter().take(n).collect::<Vec<_>>();
        assert_eq!(
            head("server", 8),
            ["socket", "setsockopt", "bind", "getsockname", "listen", "accept4", "recvfrom", "sendto"]
        );
        assert_eq!(head("client", 4), ["socket", "connect", "sendto", "recvfrom"]);
        assert_eq!(closes(first)[..2], ["shutdown", "close"]);
        assert_eq!(closes(second)[..1], ["close"]);
        for node in [first, second] {
            let zero =
                calls(&trace, node).any(|call| call.name == "recvfrom" && call.result.as_deref() == Ok("0"));
            assert!(zero, "{node}'s recv returns 0 when the other side has closed");
            assert!(calls(&trace, node).all(|call| call.rust.is_some() && call.python.is_some()));
        }
        let went = |node: &str| -> Vec<String> {
            states(&trace, node).iter().map(|change| change.to.clone()).collect()
        };
        assert!(went("server").starts_with(&["LISTEN".to_owned(), "ESTABLISHED".to_owned()]));
        assert!(went("client").contains(&"ESTABLISHED".to_owned()));
        assert!(went(first).contains(&"TIME-WAIT".to_owned()), "{first}: {:?}", went(first));
        assert!(!went(second).contains(&"TIME-WAIT".to_owned()), "{second}: {:?}", went(second));
        assert!(notes(&trace).contains(&"lab.time-wait"));
        assert!(trace.iter().any(|event| matches!(&event.kind, EventKind::Table(change)
            if change.table == "sockets" && change.row.is_some())));

        if !can_capture("tcp_shows_both_sides_calls_frames_and_states_whoever_closes_first") {
            continue;
        }
        let seen = frames(&trace);
        assert_eq!(
            seen.iter().take(3).map(|frame| tcp_flags(frame)).collect::<Vec<_>>(),
            [SYN, SYN | ACK, ACK]
        );
        assert!(seen.iter().all(|frame| frame.link == "lo" && frame.link_type == LinkType::Ethernet));
        assert!(seen.iter().all(|frame| matches!(frame.fate, Fate::Delivered { .. })));
        let fins: Vec<&str> = seen
            .iter()
            .filter(|frame| tcp_flags(frame) & FIN != 0)
            .map(|frame| frame.from.as_str())
            .collect();
        assert_eq!(fins, [first, second], "{first} closes first");
        // The kernel's clock orders calls and frames: the handshake is over before `connect` returns.
        let at =
            |wanted: &dyn Fn(&EventKind) -> bool| trace.iter().position(|event| wanted(&event.kind)).unwrap();
        let connected = at(&|kind| matches!(kind, EventKind::Call(call) if call.name == "connect"));
        let syn_ack = at(&|kind| matches!(kind, EventKind::Frame(frame) if tcp_flags(frame) == SYN | ACK));
        assert!(syn_ack < connected);
        assert!(notes(&trace).contains(&"capture.checksum-completed"));

        let Some(rows) = tshark(&file, "data", &["tcp.flags", "tcp.payload"]) else { continue };
        let flags: Vec<u16> = rows
            .iter()
            .map(|row| u16::from_str_radix(row[0].trim_start_matches("0x"), 16).unwrap())
            .collect();
        assert_eq!(flags, seen.iter().map(|frame| u16::from(tcp_flags(frame))).collect::<Vec<_>>());
        let hello = rows.iter().filter(|row| row[1] == "68656c6c6f").count();
        assert_eq!(hello, 2, "the message and its echo");
    }
}

#[test]
fn udp_echo_numbers_its_replies_and_knows_two_encodings() {
    for (encoding, bytes) in [("utf8", "e4bda0e5a5bd"), ("gb2312", "c4e3bac3")] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("out.pcapng");
        let path = file.to_str().unwrap();
        let output =
            firsthop(&["lab", "udp-echo", "one", "你好", "--encoding", encoding, "--json", "--pcapng", path]);
        let trace = events(&output);
        assert_eq!(names(&trace, "client"), ["socket", "sendto", "recvfrom", "sendto", "recvfrom", "close"]);
        let received: Vec<&str> = calls(&trace, "client")
            .filter(|call| call.name == "recvfrom")
            .map(|call| call.args.iter().find(|(name, _)| name == "buf").unwrap().1.as_str())
            .collect();
        assert_eq!(received[0], "\"#1 one\"");
        assert!(received[1].starts_with("\"#2 \\x"));
        if !can_capture("udp_echo_numbers_its_replies_and_knows_two_encodings") {
            continue;
        }
        let ends: Vec<(&str, &str)> =
            frames(&trace).iter().map(|frame| (frame.from.as_str(), frame.to.as_str())).collect();
        let (there, back) = (("client", "server"), ("server", "client"));
        assert_eq!(ends, [there, back, there, back]);
        if let Some(rows) = tshark(&file, "data", &["udp.payload"]) {
            let payloads: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
            assert_eq!(payloads, ["6f6e65", "2331206f6e65", bytes, &format!("233220{bytes}")]);
        }
    }
}

#[test]
fn tftp_transfers_whole_files_both_ways() {
    for (args, blocks) in [
        (&["--size", "1024"][..], 3),
        (&["--size", "1000", "--upload"], 2),
        (&["--size", "100000", "--upload", "--blksize", "1000", "--windowsize", "8", "--tsize"], 101),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("out.pcapng");
        let mut all = vec!["lab", "tftp", "--json", "--pcapng", file.to_str().unwrap()];
        all.extend(args);
        let trace = events(&firsthop(&all));
        assert!(notes(&trace).contains(&"lab.tftp.same"), "{args:?}: {:?}", notes(&trace));
        for node in ["client", "server"] {
            assert_eq!(states(&trace, node).last().map(|change| change.to.as_str()), Some("DONE"));
        }
        if !can_capture("tftp_transfers_whole_files_both_ways") {
            continue;
        }
        // DATA is opcode 3, whatever tells it apart from ports that are not TFTP's own.
        let data = frames(&trace).iter().filter(|frame| frame.bytes[42..44] == [0, 3]).count();
        assert_eq!(data, blocks, "{args:?}");
        if let Some(rows) = tshark(&file, "data", &["udp.length"]) {
            assert_eq!(rows.len(), frames(&trace).len());
        }
    }
}

#[test]
fn without_the_right_to_capture_it_runs_all_the_same_and_says_so() {
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set", "-net_raw", "--inh-caps", "-net_raw"]);
    command.arg(env!("CARGO_BIN_EXE_firsthop")).args(["lab", "tcp", "--json"]);
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "setpriv: {error}");
            eprintln!("SKIPPED: a run without the right to capture: setpriv: {error}");
            return;
        }
    };
    if String::from_utf8_lossy(&output.stderr).contains("setpriv:") {
        // Whoever may not drop the right has it not: then the plain command is the test.
        assert!(firsthop_server::capture::able().is_err(), "{}", String::from_utf8_lossy(&output.stderr));
        return;
    }
    let trace = events(&output);
    assert!(frames(&trace).is_empty());
    assert!(notes(&trace).contains(&"capture.no-right"));
    assert!(names(&trace, "client").contains(&"connect".to_owned()));
    assert!(states(&trace, "client").iter().any(|change| change.to == "ESTABLISHED"));
}

#[test]
fn what_cannot_be_done_is_one_line_and_a_failure() {
    for args in [
        &["lab", "udp-echo", "😀", "--encoding", "gb2312"][..],
        &["lab", "tftp", "--size", "1048577"],
        &["lab", "tcp", "--pcapng", "/no/such/folder/out.pcapng"],
    ] {
        let output = firsthop(args);
        assert!(!output.status.success(), "{args:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.starts_with("firsthop: "), "{text}");
    }
}

#[test]
fn http_sends_what_is_typed_and_shows_what_the_server_makes_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let typed = folder.path().join("typed");
    // Each: what is typed, the statuses of the responses, who closes first.
    let cases: [(&str, &[&str], &str); 6] = [
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", &["200"], "server"),
        ("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n", &["200"], "client"),
        ("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET /no HTTP/1.1\r\nHost: a\r\n\r\n", &["200", "404"], "client"),
        ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", &["501"], "client"),
        ("GET / HTTP/1.1\r\n\r\n", &["400"], "server"),
        ("GET / HTTP/1.1\r\nHost: a\r\n", &["408"], "server"),
    ];
    for (text, statuses, first) in cases {
        std::fs::write(&typed, text).unwrap();
        let file = folder.path().join("out.pcapng");
        let (typed, out) = (typed.to_str().unwrap(), file.to_str().unwrap());
        let trace = events(&firsthop(&["lab", "http", "--request", typed, "--json", "--pcapng", out]));
        let said: Vec<String> = trace
            .iter()
            .filter_map(|event| match &event.kind {
                EventKind::Note { text, .. } if text.id == "lab.http.response" => {
                    text.args.get("status").cloned()
                }
                _ => None,
            })
            .collect();
        assert_eq!(said, statuses, "{text:?}");
        let refused = notes(&trace).iter().any(|id| ["lab.http.refused", "lab.http.too-slow"].contains(id));
        assert_eq!(refused, matches!(statuses, ["400" | "408"]), "{text:?}");
        let shut = |node| names(&trace, node).contains(&"shutdown".to_owned());
        assert!(shut(first) && !shut(if first == "client" { "server" } else { "client" }), "{text:?}");
        if !can_capture("http_sends_what_is_typed_and_shows_what_the_server_makes_of_it") {
            continue;
        }
        let Some(rows) = tshark(&file, "data", &["tcp.payload", "ip.src", "tcp.dstport"]) else {
            continue;
        };
        // What is on the wire is what was typed, byte for byte.
        let port = rows[0][2].clone();
        let sent: String = rows.iter().filter(|row| row[2] == port).map(|row| row[0].as_str()).collect();
        let expected: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sent, expected);
    }
}
