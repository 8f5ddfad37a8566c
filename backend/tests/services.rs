//! The services that `serve` keeps open, with the command itself: its options, its first lines, its end.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream, UdpSocket},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

struct Served {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Served {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_firsthop"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// What the next line says after the name.
    fn says(&mut self, name: &str) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().strip_prefix(&format!("{name}: ")).unwrap_or_else(|| panic!("{line}")).to_owned()
    }

    /// Asks it to end, as a supervisor does, and says whether it ended well.
    fn end(mut self) -> bool {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap().success()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn both_echoes_serve_ordinary_clients_and_end_with_the_server() {
    let mut served = Served::start(&["--udp-echo", "127.0.0.1:0", "--tcp-echo", "127.0.0.1:0"]);
    let (udp, tcp) = (served.says("UDP echo"), served.says("TCP echo"));
    assert!(served.says("Firsthop").starts_with("http://127.0.0.1:"));

    let client = UdpSocket::bind("127.0.0.1:0").unwrap();
    client.connect(&udp).unwrap();
    client.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut buffer = [0; 100];
    for n in 1..=3 {
        client.send(b"hello").unwrap();
        let length = client.recv(&mut buffer).unwrap();
        assert_eq!(buffer[..length], *format!("#{n} hello").as_bytes());
    }

    let sent: Vec<u8> = (0..300_000_u32).flat_map(u32::to_be_bytes).collect();
    let mut stream = TcpStream::connect(&tcp).unwrap();
    let writing = {
        let (mut stream, sent) = (stream.try_clone().unwrap(), sent.clone());
        std::thread::spawn(move || {
            stream.write_all(&sent).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
        })
    };
    let mut echoed = Vec::new();
    stream.read_to_end(&mut echoed).unwrap();
    writing.join().unwrap();
    assert!(echoed == sent);

    // One that stays open does not keep the server from ending.
    let mut idle = TcpStream::connect(&tcp).unwrap();
    idle.write_all(b"x").unwrap();
    idle.read_exact(&mut [0]).unwrap();
    assert!(served.end());
    assert_eq!(idle.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
fn tftp_serves_the_files_that_are_named_or_those_built_in() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let named = ["--files", folder.path().to_str().unwrap()];
    for (files, name, content) in
        [(&named[..], "mine.txt", "mine"), (&[], "hello.txt", "Hello from Firsthop")]
    {
        let mut served = Served::start(&[&["--tftp", "127.0.0.1:0"], files].concat());
        let address = served.says("TFTP");
        let output = Command::new("curl")
            .args(["-s", "-S", &format!("tftp://{address}/{name}")])
            .output()
            .expect("curl is needed");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8(output.stdout).unwrap().starts_with(content));
        assert!(served.end());
    }
}

#[test]
fn a_port_that_is_taken_is_one_clear_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for args in [["--listen", &address], ["--tcp-echo", &address]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_firsthop"));
        command.arg("serve").env("FIRSTHOP_LISTEN", "127.0.0.1:0").args(args);
        let output = command.output().unwrap();
        assert!(!output.status.success());
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.contains(&address) && text.contains("Address already in use"), "{text}");
    }
}

#[test]
fn a_flag_goes_before_the_environment_and_that_before_the_file() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firsthop.toml");
    let free = "listen = \"127.0.0.1:0\"\n";
    let used = format!("listen = \"{taken}\"\n");
    for (text, environment, flag, starts) in [
        (free, None, None, true),
        (used.as_str(), None, None, false),
        (used.as_str(), Some("127.0.0.1:0"), None, true),
        (free, Some(taken.to_string().as_str()), None, false),
        (used.as_str(), Some(taken.to_string().as_str()), Some("127.0.0.1:0"), true),
    ] {
        std::fs::write(&file, text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_firsthop"));
        command.arg("serve").arg("--config").arg(&file).stdout(Stdio::piped()).stderr(Stdio::null());
        command.env_remove("FIRSTHOP_LISTEN").env_remove("FIRSTHOP_DIST");
        if let Some(environment) = environment {
            command.env("FIRSTHOP_LISTEN", environment);
        }
        if let Some(flag) = flag {
            command.args(["--listen", flag]);
        }
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut served = Served { child, lines };
        let mut line = String::new();
        served.lines.read_line(&mut line).unwrap();
        assert_eq!(line.starts_with("Firsthop: http://"), starts, "{text} {environment:?} {flag:?}");
    }
    std::fs::write(&file, "lisen = 1\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_firsthop"));
    let output = command.arg("serve").arg("--config").arg(&file).output().unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("line 1: unknown field `lisen`") && text.lines().count() == 1, "{text}");
}
