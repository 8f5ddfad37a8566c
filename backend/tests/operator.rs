//! What an operator meets: options from three sources, errors, help, a port that is taken, the end.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod common;

use std::{
    fs,
    net::TcpListener,
    process::{Command, Output},
};

use common::{Browser, process::Process};
use firsthop_protocol::api::{ClientMessage, Lab, ServerMessage};

fn firsthop(args: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_firsthop"))
        .args(args)
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

/// The one line on standard error with which a command fails.
fn failure(args: &[&str], environment: &[(&str, &str)], code: i32) -> String {
    let output = firsthop(args, environment);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {text}");
    assert_eq!(text.lines().count(), 1, "{args:?}: {text}");
    assert!(text.starts_with("firsthop: ") && output.stdout.is_empty(), "{args:?}: {text}");
    text
}

#[test]
fn what_makes_no_sense_is_one_line_and_exit_code_2() {
    for (args, part) in [
        (&["nonsense"][..], "serve, lab, sim, subnet, dissect"),
        (&[], "firsthop wants a COMMAND, one of serve, lab, sim, subnet, dissect"),
        (&["lab"], "firsthop lab wants a NAME, one of udp-echo, tftp, tcp, http"),
        (&["lab", "--json"], "firsthop lab wants a NAME, one of udp-echo, tftp, tcp, http"),
        (&["lab", "nonsense"], "udp-echo"),
        (&["lab", "tftp", "--size", "-1"], "'-1' for '--size <BYTES>': a whole number from 0 to 4294967295"),
        (&["lab", "tftp", "--blksize", "70000"], "a whole number from 8 to 65464"),
        (&["lab", "udp-echo"], "<TEXT>"),
        (&["lab", "tcp", "--first-close", "me"], "client, server"),
        (&["lab", "tcp", "--mesage", "x"], "'--message'"),
        (&["lab", "tcp", "--seconds", "0"], "a whole number from 1 to 3600"),
        (&["lab", "tftp", "--windowsize", "65"], "from 1 to 64"),
        (&["lab", "udp-echo", "😀", "--encoding", "gb2312"], "U+1F600"),
        (&["sim"], "<SCENARIO>"),
        (
            &["sim", "handshake", "--seed", "-1"],
            "'-1' for '--seed <SEED>': a whole number from 0 to 18446744073709551615",
        ),
        (
            &["sim", "handshake", "--seed", "99999999999999999999"],
            "a whole number from 0 to 18446744073709551615",
        ),
        (&["sim", "handshake", "--seed", "x"], "a whole number from 0 to 18446744073709551615"),
        (&["subnet", "10.0.0.1/33"], "from 0 to 32"),
        (&["subnet", "/"], "`/` has no address"),
        (&["subnet", "/24"], "`/24` has no address before the `/`: write 192.168.1.10/24"),
        (&["subnet", "vlsm", "10.0.0.0/24", "-5"], "request 1 is `-5`: a whole number of hosts is wanted"),
        (
            &["subnet", "vlsm", "10.0.0.0/24", "5", "many"],
            "request 2 is `many`: a whole number of hosts is wanted",
        ),
        (
            &["subnet", "vlsm", "10.0.0.0/24", "99999999999999999999999999999999999999999"],
            "has no more than 2^128 addresses",
        ),
        (
            &["subnet", "vlsm", "0.0.0.0/0", "4294967296"],
            "needs more than all of IPv4 and finds no room in 0.0.0.0/0: all requests together take 4294967298 of 4294967296 addresses",
        ),
        (&["subnet", "vlsm", "10.0.0.0/24", "300"], "300"),
        (&["dissect"], "<FILE>"),
        (&["dissect", "--decode-as", "x", "y"], "5300=dns"),
        (&["serve", "--listen", "localhost:80"], "127.0.0.1:8080"),
        (&["serve", "--max-runs", "0"], "from 1 to 4096"),
        (&["serve", "--max-runs", "-1"], "'-1' for '--max-runs <N>': a number from 0 on"),
        (&["serve", "--max-runs", "99999999999999999999999"], "so large a number it cannot be"),
        (&["serve", "--max-runs", "x"], "a whole number is wanted"),
        (&["serve", "--run-seconds", "86400"], "from 1 to 3600"),
        (&["serve", "--uploads", "maybe"], "true, false"),
        (&["serve", "--files", "/no/such/folder"], "not a folder"),
        (&["serve", "--config", "/no/such/file"], "/no/such/file"),
        (&["serve", "--log", "=x"], "--log =x"),
        (&["serve", "--trusted-proxy", "proxy.example"], "such as 127.0.0.1 or 192.0.2.0/24"),
        (&["serve", "--max-runs-per-address", "0"], "from 1 to 4096"),
        (&["serve", "--allow-origin", "course.example"], "http://127.0.0.1:8081"),
    ] {
        let text = failure(args, &[], 2);
        assert!(text.contains(part), "{args:?}: {text}");
    }
    let text = failure(&["serve"], &[("FIRSTHOP_MAX_RUNS", "many")], 2);
    assert!(text.contains("FIRSTHOP_MAX_RUNS"), "it says where that is from: {text}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firsthop.toml");
    for (toml, part) in [
        ("\nlisen = '127.0.0.1:0'", "line 2: unknown field `lisen`"),
        ("listen = 'here'", "line 1: here: an IP address and a port"),
        ("max-runs = 'many'", "line 1: invalid type"),
        ("max-runs = 0", "from 1 to 4096"),
        ("max-runs", "line 1"),
    ] {
        fs::write(&file, toml).unwrap();
        let text = failure(&["serve", "--config", file.to_str().unwrap()], &[], 2);
        assert!(text.contains(part), "{toml}: {text}");
    }
}

#[test]
fn a_flag_goes_before_the_environment_and_that_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firsthop.toml");
    fs::write(&file, "listen = '127.0.0.4:0'").unwrap();
    let file = file.to_str().unwrap();
    let environment = ("FIRSTHOP_LISTEN", "127.0.0.3:0");
    for (args, environment, listens) in [
        (&["--config", file, "--listen", "127.0.0.2:0"][..], &[environment][..], "127.0.0.2"),
        (&["--config", file], &[environment], "127.0.0.3"),
        (&["--config", file], &[], "127.0.0.4"),
        (&[], &[environment, ("FIRSTHOP_CONFIG", file)], "127.0.0.3"),
        (&[], &[("FIRSTHOP_CONFIG", file)], "127.0.0.4"),
    ] {
        let process = Process::serve_with(args, environment);
        assert_eq!(process.address.ip().to_string(), listens);
    }
}

/// The help of a command and of those under it.
fn helps(path: &[&str]) -> Vec<(String, String)> {
    let mut args = path.to_vec();
    args.push("--help");
    let output = firsthop(&args, &[]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let listed = text.lines().skip_while(|line| !matches!(*line, "Commands:" | "Labs:")).skip(1);
    let inner: Vec<&str> = listed
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty()))
        .filter(|name| *name != "help")
        .collect();
    let mut all = vec![(path.join(" "), text.clone())];
    for name in inner {
        let mut path = path.to_vec();
        path.push(name);
        all.extend(helps(&path));
    }
    all
}

#[test]
fn every_option_of_every_command_says_what_it_is_for() {
    let all = helps(&[]);
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "serve",
        "lab tcp",
        "lab udp-echo",
        "lab tftp",
        "lab http",
        "sim",
        "subnet vlsm",
        "subnet summarize",
        "dissect",
    ] {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
    for (name, text) in &all {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let option = line.trim_start();
            // What begins at the margin is prose.
            if option == *line {
                continue;
            }
            if option.starts_with("--") || option.starts_with("-h") || option.starts_with('<') {
                // What it is for is behind it, or below when it is long.
                let behind = option.split_once("  ").is_some_and(|(_, what)| !what.trim().is_empty());
                let below = lines.get(at + 1).is_some_and(|line| line.starts_with("          "));
                assert!(behind || below, "firsthop {name}: {line}");
            }
        }
    }
    // Of the server, each option's variable and default, too; --config and --log, and --help, which has none.
    let (_, serve) = all.iter().find(|(name, _)| name == "serve").unwrap();
    let serve = serve.split_whitespace().collect::<Vec<_>>().join(" ");
    let options = serve.matches(" --").count();
    let (variables, defaults) =
        (serve.matches("[env: FIRSTHOP_").count(), serve.matches("[default: ").count());
    assert_eq!(variables, defaults);
    assert!(variables >= 18, "{variables} of {options}");
    assert!(serve.contains("/api/health") && serve.contains("SIGTERM"));
}

#[test]
fn a_port_that_is_taken_is_explained() {
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = held.local_addr().unwrap().to_string();
    let me = format!("process {}", std::process::id());
    let text = failure(&["serve", "--listen", &address], &[], 1);
    assert!(text.contains(&me) && text.contains("--listen"), "{text}");
    for option in ["--tcp-echo", "--http"] {
        let text = failure(&["serve", "--listen", "127.0.0.1:0", option, &address], &[], 1);
        assert!(text.contains(&me) && text.contains(option), "{text}");
    }
    let udp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = udp.local_addr().unwrap().to_string();
    for option in ["--udp-echo", "--tftp"] {
        let text = failure(&["serve", "--listen", "127.0.0.1:0", option, &address], &[], 1);
        assert!(text.contains(&me) && text.contains(option), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_ends_it_all_with_labs_under_way_and_clients_that_say_nothing() {
    let process = Process::serve(&["--listen", "127.0.0.1:0"]);
    let silent = std::net::TcpStream::connect(process.address).unwrap();
    let mut browser = Browser::at(process.address).await;
    let lab = Lab::Http { request: "GET / HTTP/1.1\r\n".to_owned() };
    browser.say(&ClientMessage::Start { run: 1, lab }).await;
    assert_eq!(browser.next().await, Some(ServerMessage::Started { run: 1 }));
    let ended = tokio::task::spawn_blocking(|| process.terminate());
    while browser.next().await.is_some() {}
    assert_eq!(ended.await.unwrap().code(), Some(0));
    drop(silent);
}
