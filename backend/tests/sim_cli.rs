//! `firsthop sim` as a person or a script uses it; and its captures as tshark reads them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use firsthop_protocol::sim::library;
use serde_json::Value;

fn sim(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_firsthop")).arg("sim").args(arguments).output().unwrap()
}

fn events(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What tshark says of each frame, all checksums checked: one row a frame, a column a field.
fn tshark(file: &Path, fields: &[&str]) -> Option<Vec<Vec<String>>> {
    // The bytes sent are no HTTP, whatever the port: streams are not put together.
    let options = [
        "ip.check_checksum:TRUE",
        "tcp.check_checksum:TRUE",
        "udp.check_checksum:TRUE",
        "tcp.desegment_tcp_streams:FALSE",
    ];
    let mut command = Command::new("tshark");
    command.args(["-n", "-T", "fields", "-E", "separator=|", "-r"]).arg(file);
    for option in options {
        command.args(["-o", option]);
    }
    for field in fields {
        command.args(["-e", field]);
    }
    match command.output() {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8(output.stdout).unwrap();
            Some(text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect())
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "tshark: {error}");
            eprintln!("SKIPPED: what tshark says: {error}");
            None
        }
    }
}

const PROBLEMS: [&str; 4] =
    ["_ws.malformed", "ip.checksum.status", "tcp.checksum.status", "udp.checksum.status"];

/// A frame that tshark finds nothing wrong with: not malformed, and no checksum bad (0), be it a quoted one.
fn is_sound(row: &[String]) -> bool {
    row[0].is_empty() && row[1..4].iter().all(|status| status.split(',').all(|one| one != "0"))
}

#[test]
fn tshark_finds_every_frame_sound_but_those_the_link_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let (mut frames, mut checked, mut damaged) = (0, 0, 0);
    for (name, _) in library::ALL {
        for seed in ["1", "7", "18446744073709551615"] {
            let file = folder.path().join(format!("{name}-{seed}.pcapng"));
            let output = sim(&[name, "--seed", seed, "--json", "--pcapng", file.to_str().unwrap()]);
            let events = events(&output);
            let sent: Vec<&Value> = events.iter().filter(|event| event["event"] == "frame").collect();
            let fields = [&PROBLEMS[..], &["frame.comment", "tcp.analysis.retransmission"]].concat();
            let Some(rows) = tshark(&file, &fields) else { return };
            assert_eq!(rows.len(), sent.len(), "{name}");
            for (row, sent) in rows.iter().zip(&sent) {
                // The frame is in the file as it was sent; that it was damaged on the way is in its comment.
                assert!(is_sound(row), "{name} seed {seed}: {row:?}");
                damaged += usize::from(sent["impairment"]["is"] == "corrupted");
                let note = sent["note"]["english"].as_str().unwrap_or_default();
                assert!(row[4].contains(note), "{name}: {note:?} is not in {:?}", row[4]);
            }
            frames += rows.len();
            checked += rows.iter().filter(|row| row[2] == "1").count();
            let again = rows.iter().filter(|row| row[5] == "1").count();
            // When both open at once, each sends its SYN a second time, with the ACK (RFC 9293 §3.5, figure 7).
            let usual = ["zero-window", "bulk-with-loss", "simultaneous-open"].contains(name);
            let lossy = name.starts_with("lost") || usual;
            assert!(lossy || again == 0, "{name}: tshark sees {again} retransmissions where nothing is lost");
            assert!(!name.starts_with("lost") || again > 0, "{name}: tshark sees nothing sent again");
        }
    }
    assert!(checked > 1000, "tshark checked {checked} TCP checksums");
    assert!(damaged > 0, "the link damaged nothing");
    eprintln!("tshark read {frames} frames, {damaged} of which were damaged on the way");
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let run = |seed| sim(&["bulk-with-loss", "--seed", seed, "--json"]).stdout;
    assert_eq!(run("5"), run("5"));
    assert_ne!(run("5"), run("6"));
}

#[test]
fn json_is_an_event_a_line_in_the_order_of_time() {
    let events = events(&sim(&["lost-syn", "--json"]));
    let times: Vec<u64> = events.iter().map(|event| event["time"].as_u64().unwrap()).collect();
    assert!(times.is_sorted());
    let kinds = ["frame", "call", "state", "table", "note"];
    for kind in kinds {
        assert!(events.iter().any(|event| event["event"] == kind), "no {kind}");
    }
    assert!(events.iter().all(|event| kinds.iter().any(|kind| event["event"] == *kind)));
    let syn = events.iter().find(|event| event["event"] == "frame").unwrap();
    assert_eq!(syn["fate"]["is"], "lost");
}

#[test]
fn text_is_for_people() {
    let output = sim(&["handshake"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for part in ["SYN seq=0", "SYN, ACK seq=0 ack=1", "CLOSED => SYN-SENT", "RFC 9293 §3.10.7.3, fourth"] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    let list = String::from_utf8(sim(&["--list"]).stdout).unwrap();
    assert_eq!(list.lines().count(), library::ALL.len());
}

/// Each: arguments, the file's text if any, and what the line must contain.
#[test]
fn bad_input_gets_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    let path = file.to_str().unwrap();
    let head = "title = \"t\"\n[[host]]\nname = \"a\"\naddress = \"10.0.0.1/24\"\n";
    let cases: [(&[&str], String, &[&str]); 7] = [
        (&["no-such"], String::new(), &["no-such", "in the library", "handshake"]),
        (&[path], "title = ".to_owned(), &["mine.toml", "line 1"]),
        (&[path], format!("{head}colour = 1\n"), &["mine.toml", "line 5", "colour"]),
        (&[path], head.replace("10.0.0.1", "10.0.0.256"), &["mine.toml", "10.0.0.256"]),
        (
            &[path],
            format!("{head}[[link]]\nends = [\"a\", \"b\"]\n"),
            &["mine.toml", "line 6", "`b`", "there are: a"],
        ),
        (&["handshake", "--seed", "x"], String::new(), &["x", "--seed"]),
        (
            &["handshake", "--pcapng", "/no/such/folder/f"],
            String::new(),
            &["/no/such/folder/f", "No such file"],
        ),
    ];
    for (arguments, text, parts) in cases {
        fs::write(&file, text).unwrap();
        let output = sim(arguments);
        let line = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{arguments:?} succeeds");
        assert!(output.stdout.is_empty(), "{arguments:?} prints something all the same");
        for part in parts {
            assert!(line.contains(part), "{part:?} is not in {line:?}");
        }
        assert_eq!(line.trim_end().lines().count(), 1, "{line}");
    }
}
