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

use firsthop_protocol::sim::{Scenario, library};
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
            let usual = ["bulk-with-loss", "simultaneous-open"].contains(name);
            // On its way over several cables a segment is captured on each.
            let hops = Scenario::builtin(name).unwrap().links.len() > 1;
            let lossy = name.starts_with("lost") || usual || hops;
            assert!(lossy || again == 0, "{name}: tshark sees {again} retransmissions where nothing is lost");
            assert!(!name.starts_with("lost") || again > 0, "{name}: tshark sees nothing sent again");
        }
    }
    assert!(checked > 1000, "tshark checked {checked} TCP checksums");
    assert!(damaged > 0, "the link damaged nothing");
    eprintln!("tshark read {frames} frames, {damaged} of which were damaged on the way");
}

/// A cable with every vice, and rules that strike on purpose; what is sent depends on the seed, too.
fn rough(seed: u64) -> String {
    let (modern, mss) = (if seed.is_multiple_of(2) { "modern" } else { "textbook" }, 200 + 97 * (seed % 13));
    format!(
        r#"
        title = "rough {seed}"
        host = [
            {{ name = "a", address = "10.0.0.1/24", tcp = {{ preset = "{modern}", mss = {mss}, msl_ms = 500 }} }},
            {{ name = "b", address = "10.0.0.2/24", tcp = {{ msl_ms = 500 }} }},
        ]
        [[link]]
        ends = ["a", "b"]
        delay_ms = {delay}
        bandwidth_kbps = 5000
        queue = 30
        loss_ppm = 40000
        duplicate_ppm = 30000
        reorder_ppm = 50000
        corrupt_ppm = 40000
        [[link.rule]]
        from = "b"
        match = "tcp"
        nth = 4
        action = "corrupt"
        [[link.rule]]
        from = "a"
        match = "data"
        first = 2
        action = "duplicate"
        [[action]]
        host = "b"
        do = "listen"
        port = 9
        app = "echo"
        [[action]]
        host = "a"
        do = "connect"
        to = "b:9"
        [[action]]
        host = "a"
        on = "established"
        do = "send"
        bytes = {bytes}
        [[action]]
        host = "a"
        on = "received {bytes}"
        do = "close"
        [[action]]
        host = "a"
        at_ms = 5
        do = "udp-send"
        to = "b:7"
        bytes = 900
        socket = "u"
        [[action]]
        host = "b"
        at_ms = 6
        do = "ping"
        to = "a"
        "#,
        delay = 1 + seed % 30,
        bytes = 5000 + 997 * seed,
    )
}

#[test]
fn tshark_finds_frames_sound_whatever_the_link_does_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let (scenario, file) = (folder.path().join("rough.toml"), folder.path().join("rough.pcapng"));
    let mut met = [("corrupted", 0), ("duplicate", 0), ("reordered", 0)];
    for seed in 0..12 {
        fs::write(&scenario, rough(seed)).unwrap();
        let (scenario, seed) = (scenario.to_str().unwrap(), seed.to_string());
        let output = sim(&[scenario, "--seed", &seed, "--json", "--pcapng", file.to_str().unwrap()]);
        let events = events(&output);
        let sent: Vec<&Value> = events.iter().filter(|event| event["event"] == "frame").collect();
        let fields = [&PROBLEMS[..], &["frame.comment"]].concat();
        let Some(rows) = tshark(&file, &fields) else { return };
        assert_eq!(rows.len(), sent.len(), "seed {seed}");
        for (row, sent) in rows.iter().zip(&sent) {
            assert!(is_sound(row), "seed {seed}: {row:?}");
            let comment = &row[4];
            assert!(comment.contains(sent["note"]["english"].as_str().unwrap_or_default()), "{comment}");
            let says = |what: &str| comment.contains(what);
            for (impairment, count) in &mut met {
                let has = sent["impairment"]["is"] == *impairment;
                let told = match *impairment {
                    "corrupted" => says("corrupted on the link"),
                    "duplicate" => says("second copy"),
                    _ => says("held back"),
                };
                assert_eq!(has, told, "seed {seed}: {impairment}, but {comment:?}");
                *count += usize::from(has);
            }
            assert_eq!(sent["fate"]["is"] == "lost", says(": lost after"), "{comment}");
            assert_eq!(sent["fate"]["is"] == "dropped", says(": dropped after"), "{comment}");
        }
        let read = |call: &&Value| call["name"] == "recvfrom" && call["result"]["Ok"] == "0";
        assert!(events.iter().any(|event| read(&event)), "seed {seed}: nobody has read to the end");
    }
    assert!(met.iter().all(|(_, count)| *count > 0), "{met:?}");
}

/// A transfer without loss, of which tshark must not think that anything was lost, out of order or sent again.
#[test]
fn tshark_sees_nothing_unusual_where_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let (scenario, file) = (folder.path().join("bulk.toml"), folder.path().join("bulk.pcapng"));
    let (_, text) = library::ALL.iter().find(|(name, _)| *name == "bulk-with-loss").unwrap();
    let kind = ["loss", "reorder", "duplicate", "corrupt"];
    let harmless = |line: &&str| !kind.iter().any(|kind| line.starts_with(&format!("{kind}_ppm")));
    let text: Vec<&str> = text.lines().filter(harmless).collect();
    // A longer queue than the window: nothing is dropped there either.
    fs::write(&scenario, text.join("\n").replace("queue = 50", "queue = 500")).unwrap();
    events(&sim(&[scenario.to_str().unwrap(), "--json", "--pcapng", file.to_str().unwrap()]));
    let flags = [
        "tcp.analysis.retransmission",
        "tcp.analysis.out_of_order",
        "tcp.analysis.duplicate_ack",
        "tcp.analysis.lost_segment",
        "tcp.analysis.ack_lost_segment",
        "tcp.len",
    ];
    let Some(rows) = tshark(&file, &flags) else { return };
    for row in &rows {
        assert!(row[..5].iter().all(String::is_empty), "{row:?}");
    }
    let bytes: u64 = rows.iter().filter_map(|row| row[5].parse::<u64>().ok()).sum();
    assert_eq!(bytes, 200_000, "each octet once");
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
    let known = |kind: &&Value| kinds.iter().chain(&["goal"]).any(|known| *kind == *known);
    assert!(events.iter().map(|event| &event["event"]).all(|kind| known(&kind)));
    let syn = events.iter().find(|event| event["event"] == "frame").unwrap();
    assert_eq!(syn["fate"]["is"], "lost");
}

#[test]
fn text_is_for_people() {
    let output = sim(&["handshake"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let parts = [
        "The three-way handshake",
        "SYN seq=0 win=65535",
        "SYN, ACK seq=0 ack=1 win=65535  [arrives after 10 ms]",
        "CLOSED => SYN-SENT",
        "RFC 9293 §3.10.7.3, fourth",
        "frames in 2.070000 s: 0 lost, 0 dropped",
    ];
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    // What a machine says of itself is shown; how its TCP reasons, only on demand.
    let text = |arguments: &[&str]| String::from_utf8(sim(arguments).stdout).unwrap();
    assert!(text(&["arp"]).contains("10.0.0.3 does not answer"));
    assert!(!text(&["lost-data"]).contains("ssthresh = "));
    assert!(text(&["lost-data", "--all"]).contains("fast recovery: ssthresh = 500, cwnd = 800"));
    let list = String::from_utf8(sim(&["--list"]).stdout).unwrap();
    assert_eq!(list.lines().count(), library::ALL.len());
}

#[test]
fn a_scenario_of_the_library_is_a_beginning_for_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    let (_, text) = library::ALL[0];
    let source = sim(&["handshake", "--source"]);
    assert_eq!(String::from_utf8(source.stdout).unwrap(), text);
    fs::write(&file, text).unwrap();
    let run = |name| sim(&[name, "--json"]).stdout;
    assert_eq!(run(file.to_str().unwrap()), run("handshake"));
}

/// 10 MB over a line that loses: it ends, and is shown while it runs.
#[test]
fn a_long_run_is_shown_while_it_runs_and_its_capture_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (scenario, file) = (folder.path().join("long.toml"), folder.path().join("long.pcapng"));
    let (_, text) = library::ALL.iter().find(|(name, _)| *name == "bulk-with-loss").unwrap();
    let text = text.replace("bytes = 200000", "bytes = 10000000");
    let text = text.replacen("[[host]]", "detail = \"frames\"\nlimit_ms = 86400000\n[[host]]", 1);
    fs::write(&scenario, text).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_firsthop"))
        .args(["sim", scenario.to_str().unwrap(), "--pcapng", file.to_str().unwrap()])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // The first lines, and then nobody reads on.
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    assert_eq!(lines.next().unwrap().unwrap(), "A big transfer over a bad line");
    drop(lines);
    assert!(child.wait().unwrap().success(), "a reader who leaves early is no error");
    let Some(rows) = tshark(&file, &["tcp.seq"]) else { return };
    let last = rows.iter().filter_map(|row| row[0].parse::<u64>().ok()).max().unwrap();
    assert!(last > 10_000_000, "the capture ends at {last}");
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
        (&[path], head.replace("10.0.0.1", "10.0.0.256"), &["mine.toml", "line 4", "10.0.0.256"]),
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

#[test]
fn goals_are_told_at_the_end_and_decide_the_exit_status_when_asked() {
    let reached = sim(&["handshake", "--goals"]);
    assert!(reached.status.success());
    let said = String::from_utf8(reached.stdout).unwrap();
    assert!(said.contains("\nGoals: 4 of 4 reached\n"), "{said}");
    let line =
        |said: &str, word: &str| said.lines().find(|line| line.contains(word)).unwrap_or_default().to_owned();
    assert_eq!(line(&said, "Both sides are connected"), "  reached   0.040000 s  Both sides are connected");

    // The same with a client that never gets an answer.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken.toml");
    let whole = library::ALL.iter().find(|(name, _)| *name == "handshake").unwrap().1;
    let broken = whole.replace("to = \"server:80\"", "to = \"server:81\"");
    assert_ne!(whole, broken);
    fs::write(&file, broken).unwrap();
    let file = file.to_str().unwrap();
    let failed = sim(&[file, "--goals"]);
    assert_eq!(failed.status.code(), Some(1));
    assert_eq!(String::from_utf8(failed.stderr).unwrap(), "firsthop: 4 of 4 goals are not reached\n");
    let said = String::from_utf8(failed.stdout).unwrap();
    let why = line(&said, "so  tcp of client is ESTABLISHED");
    assert!(why.trim_start().starts_with("not so"), "{said}");
    assert!(why.ends_with("10.0.0.1:49152-10.0.0.2:81 of client is in CLOSED"), "{why}");
    assert!(sim(&[file]).status.success(), "without --goals they are only told");

    let lines = events(&sim(&[file, "--json"]));
    let goals: Vec<&Value> = lines.iter().filter(|line| line["event"] == "goal").collect();
    assert_eq!(goals.len(), 4);
    assert!(lines[lines.len() - 4..].iter().all(|line| line["event"] == "goal"), "they come last");
    for goal in goals {
        assert_eq!((&goal["reached"], &goal["points"]), (&Value::Bool(false), &Value::from(1)));
        assert_eq!(goal["must"]["standing"]["is"], "failed");
        assert!(!goal["must"]["why"]["english"].as_str().unwrap().is_empty());
    }

    let without = folder.path().join("without.toml");
    fs::write(&without, "[[host]]\nname = \"a\"\naddress = \"10.0.0.1/24\"\n").unwrap();
    let refused = sim(&[without.to_str().unwrap(), "--goals"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("has no [[goal]]"));
}

/// What a machine's terminal shows, and that its frames can be kept; what does not end is said in one line.
#[test]
fn commands_are_typed_at_a_machine() {
    let output =
        sim(&["handshake", "--exec", "client: ping -c 1 server", "--exec", "client: ip -br addr show eth0"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.starts_with(
            "client:~# ping -c 1 server\nPING server (10.0.0.2) 56(84) bytes of data.\n64 bytes from"
        ),
        "{said}"
    );
    assert!(said.contains("\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\n"), "{said}");
    let last = "client:~# ip -br addr show eth0\neth0             UP             10.0.0.1/24 \n";
    assert!(said.ends_with(last), "{said}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ping.pcapng");
    let capture = file.to_str().unwrap();
    assert!(sim(&["handshake", "--exec", "client: ping -c 2 server", "--pcapng", capture]).status.success());
    assert!(fs::metadata(&file).unwrap().len() > 200, "the frames of both pings");

    for (exec, part) in
        [("client: ping server", "ping -c 3"), ("nobody: ip a", "nobody"), ("ping", "a colon")]
    {
        let output = sim(&["handshake", "--exec", exec]);
        let line = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && line.contains(part), "{exec}: {line}");
    }
}
