//! The services that `serve` keeps open, with the command itself: its options, its first lines, its end.
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
    io::{Read, Write},
    net::{Shutdown, TcpStream, UdpSocket},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use common::{PATIENCE, process::Process};

#[test]
fn both_echoes_serve_ordinary_clients_and_end_with_the_server() {
    let served = Process::serve(&[
        "--listen",
        "127.0.0.1:0",
        "--udp-echo",
        "127.0.0.1:0",
        "--tcp-echo",
        "127.0.0.1:0",
    ]);
    let (udp, tcp) = (served.says("UDP echo"), served.says("TCP echo"));

    let client = UdpSocket::bind("127.0.0.1:0").unwrap();
    client.connect(&udp).unwrap();
    client.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut buffer = [0; 100];
    for n in 1..=3 {
        client.send(b"hello").unwrap();
        let length = client.recv(&mut buffer).unwrap();
        assert_eq!(buffer[..length], *format!("#{n} hello").as_bytes());
    }

    // The largest there is over IPv4: its answer has the number, and as much as fits.
    let largest: Vec<u8> = (0..65_507_u32).map(|at| (at % 251) as u8).collect();
    client.send(&largest).unwrap();
    let mut buffer = vec![0; 70_000];
    let length = client.recv(&mut buffer).unwrap();
    assert_eq!(length, 65_507);
    assert!(buffer[..3] == *b"#4 " && buffer[3..length] == largest[..65_504]);

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
    assert!(served.terminate().success());
    assert_eq!(idle.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
fn tftp_serves_the_files_that_are_named_or_those_built_in() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let named = ["--files", folder.path().to_str().unwrap()];
    for (files, name, content) in
        [(&named[..], "mine.txt", "mine"), (&[], "hello.txt", "Hello from Firsthop")]
    {
        let served = Process::serve(&[&["--listen", "127.0.0.1:0", "--tftp", "127.0.0.1:0"], files].concat());
        let address = served.says("TFTP");
        let output = Command::new("curl")
            .args(["-s", "-S", &format!("tftp://{address}/{name}")])
            .output()
            .expect("curl is needed");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8(output.stdout).unwrap().starts_with(content));
        assert!(served.terminate().success());
    }
}

/// Reads until `condition` holds of the log, and gives it back.
fn log_when(path: &Path, condition: impl Fn(&str) -> bool) -> String {
    let until = Instant::now() + PATIENCE;
    loop {
        let log = fs::read_to_string(path).unwrap();
        if condition(&log) {
            return log;
        }
        assert!(Instant::now() < until, "the log says: {log}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_strangers_send_is_logged_short_and_escaped() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let args = ["--listen", "127.0.0.1:0", "--tftp", "127.0.0.1:0", "--log", "debug"];
    let served = Process::serve_logging(&args, log.reopen().unwrap());
    let client = UdpSocket::bind("127.0.0.1:0").unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    let name = format!("\n\u{1b}[31m{}", "n".repeat(60_000));
    let long = "m".repeat(60_000);
    for packet in [format!("\0\x01{name}\0octet\0"), format!("\0\x01f\0{long}\0")] {
        client.send_to(packet.as_bytes(), served.says("TFTP")).unwrap();
        client.recv(&mut [0; 100]).unwrap();
    }
    let log = log_when(log.path(), |log| log.contains("transfer over") && log.contains("refused"));
    assert!(log.len() < 10_000, "{} bytes", log.len());
    assert!(log.contains("nnn…") && log.contains("mmm…"), "{log}");
    assert!(!log.contains('\u{1b}'), "no colours, and none of a stranger's: {log}");
    assert!(served.terminate().success());
}

/// Connections of one client that say nothing, as many as there are places, and more.
fn silent(address: &str, count: usize) -> Vec<TcpStream> {
    (0..count).map(|_| TcpStream::connect(address).unwrap()).collect()
}

#[test]
fn connections_that_say_nothing_are_in_nobodys_way() {
    let served = Process::serve(
        &[
            &["--listen", "127.0.0.1:0", "--tcp-echo", "127.0.0.1:0", "--http", "127.0.0.1:0"][..],
            &["--max-connections", "20", "--max-connections-per-address", "10"],
        ]
        .concat(),
    );
    let echo = served.says("TCP echo");
    let http = served.says("HTTP").strip_prefix("http://").unwrap().to_owned();
    let held = [silent(&echo, 30), silent(&http, 30)];
    for (address, asks, answers) in [
        (&echo, &b"hello"[..], &b"hello"[..]),
        (&http, b"GET /hello.txt HTTP/1.1\r\nHost: h\r\n\r\n", b"HTTP/1.1 200"),
    ] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(asks).unwrap();
        let mut answer = vec![0; answers.len()];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(answer, answers);
    }
    // The first of them have made room.
    for mut first in held.into_iter().filter_map(|held| held.into_iter().next()) {
        first.set_read_timeout(Some(PATIENCE)).unwrap();
        assert_eq!(first.read(&mut [0]).unwrap_or(0), 0);
    }
    assert!(served.terminate().success());
}

#[test]
fn one_address_has_its_share_of_connections_that_are_in_use() {
    let served = Process::serve(
        &[
            &["--listen", "127.0.0.1:0", "--tcp-echo", "127.0.0.1:0"][..],
            &["--max-connections-per-address", "3"],
        ]
        .concat(),
    );
    let echo = served.says("TCP echo");
    let speaks = |stream: &mut TcpStream| {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // It may be closed already.
        stream.write_all(b"x").is_ok() && stream.read(&mut [0]).unwrap_or(0) == 1
    };
    let mut mine = silent(&echo, 3);
    assert!(mine.iter_mut().all(speaks));
    assert!(!speaks(&mut TcpStream::connect(&echo).unwrap()), "a fourth is one too many");
    assert!(mine.iter_mut().all(speaks), "and the three stay");
    // Another address of the loopback network has its own.
    let other = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    other.bind(&std::net::SocketAddr::from(([127, 0, 0, 9], 0)).into()).unwrap();
    other.connect(&echo.parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    assert!(speaks(&mut other.into()));
}

/// What one client can have the server hold for it.
#[test]
fn what_a_client_asks_for_is_held_within_limits() {
    let args = ["--listen", "127.0.0.1:0", "--tftp", "127.0.0.1:0", "--http", "127.0.0.1:0"];
    let served = Process::serve(&args);
    let client = UdpSocket::bind("127.0.0.1:0").unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    let request = b"\0\x01hello.txt\0octet\0blksize\x0016384\0windowsize\x0064\0";
    client.send_to(request, served.says("TFTP")).unwrap();
    let mut answer = [0; 100];
    let length = client.recv(&mut answer).unwrap();
    assert_eq!(answer[..length], *b"\0\x06blksize\x0016384\0windowsize\x0016\0");

    for (length, status) in [(60_000, "HTTP/1.1 405"), (100_000, "HTTP/1.1 413")] {
        let mut stream = TcpStream::connect(served.says("HTTP").strip_prefix("http://").unwrap()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n").unwrap();
        // It may be refused before all of it is sent.
        stream.write_all(&vec![b'x'; length]).ok();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(std::str::from_utf8(&answer).unwrap(), status);
    }
    assert!(served.terminate().success());
}
