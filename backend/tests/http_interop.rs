//! The HTTP service with clients that we did not write: curl, Python's http.client, raw sockets.
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
    net::TcpStream,
    path::PathBuf,
    process::Command,
    time::Duration,
};

use common::process::Process;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// A tree of files beside a secret, and a server of the tree.
struct Served {
    folder: TempDir,
    address: String,
    _process: Process,
}

impl Served {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tree = folder.path().join("tree");
        fs::create_dir_all(tree.join("sub dir")).unwrap();
        fs::write(folder.path().join("secret"), "secret").unwrap();
        fs::write(tree.join("sub dir/index.html"), "<p>index</p>").unwrap();
        std::os::unix::fs::symlink("../secret", tree.join("link")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            tree.join("fifo"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RWXU,
            0,
        )
        .unwrap();
        for size in [0, 1, 65_536, 40 << 20] {
            fs::write(tree.join(format!("{size}.bin")), noise(size)).unwrap();
        }
        let process = Process::serve(&[
            "--listen",
            "127.0.0.1:0",
            "--http",
            "127.0.0.1:0",
            "--files",
            tree.to_str().unwrap(),
        ]);
        let address = process.says("HTTP").trim_start_matches("http://").to_owned();
        Self { folder, address, _process: process }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    /// The answer to a GET, before the server closes.
    fn raw_bytes(&self, path: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    }

    /// What the server says to these bytes before it closes.
    fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

/// Bytes without a pattern that a misplaced block would keep.
fn noise(size: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..size).map(|_| next()).collect()
}

fn curl(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("curl")
        .args(["-sS", "--max-time", "120"])
        .args(arguments)
        .output()
        .expect("curl is needed");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn curl_gets_files_of_all_sizes_whole() {
    let served = Served::start();
    for size in [0, 1, 65_536, 40 << 20] {
        let got = curl(&[&served.url(&format!("/{size}.bin"))]);
        assert_eq!(got.len(), size);
        assert_eq!(Sha256::digest(got), Sha256::digest(noise(size)), "{size} bytes");
    }
    assert_eq!(text(curl(&["-L", &served.url("/sub%20dir")])), "<p>index</p>");
    let head = text(curl(&["-I", &served.url("/65536.bin")])).to_lowercase();
    assert!(
        head.starts_with("http/1.1 200 ok\r\n") && head.contains("\r\ncontent-length: 65536\r\n"),
        "{head}"
    );
}

#[test]
fn curl_keeps_a_connection_asks_for_parts_and_for_what_has_changed() {
    let served = Served::start();
    let url = served.url("/65536.bin");
    let null = "/dev/null";
    let connects =
        text(curl(&["-o", null, "-o", null, "-w", "%{num_connects} ", &url, &served.url("/1.bin")]));
    assert_eq!(connects, "1 0 ", "the second request goes over the first one's connection");
    for (range, from, to) in [("0-9", 0, 10), ("65530-", 65_530, 65_536), ("-5", 65_531, 65_536)] {
        assert_eq!(curl(&["-r", range, &url]), noise(65_536)[from..to], "{range}");
    }
    let status = |arguments: &[&str]| text(curl(&[&["-o", null, "-w", "%{http_code}"], arguments].concat()));
    assert_eq!(status(&["-r", "70000-", &url]), "416");
    // curl's own memory of a file's tag and time.
    let tag = served.folder.path().join("etag");
    let tag = tag.to_str().unwrap();
    assert_eq!(status(&["--etag-save", tag, &url]), "200");
    assert_eq!(status(&["--etag-compare", tag, &url]), "304");
    let file = served.tree().join("65536.bin");
    assert_eq!(status(&["-z", file.to_str().unwrap(), &url]), "304");
    assert_eq!(status(&["-d", "x", &url]), "405");
    assert_eq!(status(&["-X", "BREW", &url]), "501");
    assert_eq!(status(&["-H", "Transfer-Encoding: chunked", "-d", "some content", &url]), "405");
}

#[test]
fn nothing_leads_out_of_the_tree() {
    let served = Served::start();
    for path in [
        "/../secret",
        "/%2e%2e/secret",
        "/sub%20dir/../../secret",
        "/..%2fsecret",
        "/link",
        "/fifo",
        "//etc/passwd",
        "/%00",
        "/.firsthop-upload-1-1",
    ] {
        let answer = text(curl(&["--path-as-is", "-i", &served.url(path)]));
        let refused = answer.starts_with("HTTP/1.1 404 ") || answer.starts_with("HTTP/1.1 400 ");
        assert!(refused && !answer.contains("secret\n") && !answer.ends_with("secret"), "{path}: {answer}");
    }
}

/// http.client speaks, keeps the connection, sends chunks; and over a socket asks several times before it reads.
const PYTHON: &str = r#"
import http.client, socket, sys
host, port = sys.argv[1].split(":")
connection = http.client.HTTPConnection(host, int(port), timeout=60)
for _ in range(50):
    connection.request("GET", "/65536.bin")
    response = connection.getresponse()
    assert response.status == 200 and response.version == 11, response.status
    assert len(response.read()) == 65536
    first = connection.sock if _ == 0 else first
    assert connection.sock is first, "the connection was not kept"
connection.request("POST", "/1.bin", body=iter([b"a" * 10, b"b" * 20]), encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
response = connection.getresponse()
assert response.status == 405 and response.getheader("Allow") == "GET, HEAD", response.status
response.read()
connection.request("HEAD", "/65536.bin")
response = connection.getresponse()
assert response.getheader("Content-Length") == "65536" and response.read() == b""
connection.close()
raw = socket.create_connection((host, int(port)), timeout=60)
raw.sendall(b"".join(b"GET /%d.bin HTTP/1.1\r\nHost: h\r\n\r\n" % n for n in (1, 65536, 0)))
read = raw.makefile("rb")
for size in (1, 65536, 0):
    assert read.readline() == b"HTTP/1.1 200 OK\r\n"
    while (line := read.readline()) != b"\r\n":
        if line.lower().startswith(b"content-length:"):
            assert int(line.split(b":")[1]) == size, line
    assert len(read.read(size)) == size
print("well")
"#;

#[test]
fn python_keeps_connections_pipelines_and_sends_chunks() {
    let served = Served::start();
    let output =
        Command::new("python3").args(["-c", PYTHON, &served.address]).output().expect("python3 is needed");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "well\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn nonsense_is_answered_with_what_is_wrong_and_the_connection_is_closed() {
    let served = Served::start();
    for (bytes, status, said) in [
        ("nonsense\r\n\r\n", 400, "no request line"),
        ("GET / HTTP/1.1\r\n\r\n", 400, "needs a Host field"),
        ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505, "HTTP/1.1"),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, "white space"),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
            "which of them",
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", 413, "longer than"),
    ] {
        let answer = served.raw(bytes.as_bytes());
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.contains(said), "{answer}");
    }
    // More than the server reads before it has said no: its answer arrives all the same.
    let flood = format!("GET /{} HTTP/1.1\r\n", "a".repeat(500_000));
    assert!(served.raw(flood.as_bytes()).starts_with("HTTP/1.1 414 "));
}

#[test]
fn hundreds_of_connections_at_once_are_all_served() {
    let served = Served::start();
    let expected = Sha256::digest(noise(65_536));
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..200)
            .map(|_| {
                scope.spawn(|| {
                    let answer = served.raw_bytes("/65536.bin");
                    let body = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
                    assert_eq!(Sha256::digest(&answer[body..]), expected);
                })
            })
            .collect();
        clients.into_iter().for_each(|client| client.join().unwrap());
    });
}
