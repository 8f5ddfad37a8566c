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
    io::{Read, Write},
    net::{Shutdown, TcpStream, UdpSocket},
    process::Command,
    time::Duration,
};

use common::process::Process;

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
    std::fs::write(folder.path().join("mine.txt"), "mine").unwrap();
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
