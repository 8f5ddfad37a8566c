//! The site and the health check, as a browser asks for them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod common;

use std::fs;

use common::{PATIENCE, Server};
use firsthop_protocol::api::{Exchange, Lab};
use firsthop_server::{config::Config, places::Most};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const SCRIPT: &str = "import init from '/app-0123456789abcdef.js'; init();";

/// A site as trunk leaves it.
fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("index.html", format!("<!doctype html><script type=\"module\">{SCRIPT}</script>").as_bytes());
    write("index.html.br", b"brotli page");
    write("app-0123456789abcdef.js", b"script");
    write("app-0123456789abcdef.js.gz", b"gzip script");
    write("app-0123456789abcdef_bg.wasm", b"\0asm");
    write("app-0123456789abcdef_bg.wasm.br", b"brotli");
    write("app-0123456789abcdef_bg.wasm.gz", b"gzip");
    fs::create_dir(folder.path().join("inner")).unwrap();
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn each_form_goes_to_whom_it_suits_with_its_own_validator() {
    let site = site();
    let server = Server::with_site(site.path()).await;
    let path = "/app-0123456789abcdef_bg.wasm";
    let mut tags = Vec::new();
    for (accept, coding, body) in [
        ("gzip, deflate, br", Some("br"), "brotli"),
        ("br;q=0.1, gzip", Some("gzip"), "gzip"),
        ("identity", None, "\0asm"),
    ] {
        let answer = server.get(path, &[("accept-encoding", accept)]).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-encoding"), coding, "{accept}");
        assert_eq!(answer.text(), body);
        assert_eq!(answer.header("content-type"), Some("application/wasm"));
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
        let tag = answer.header("etag").unwrap().to_owned();
        let again = server.get(path, &[("accept-encoding", accept), ("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.body.len()), (304, 0));
        assert_eq!(again.header("etag"), Some(tag.as_str()));
        assert_eq!(again.header("content-encoding"), None);
        let weak = format!("\"other\", W/{tag}");
        assert_eq!(
            server.get(path, &[("accept-encoding", accept), ("if-none-match", &weak)]).await.status,
            304
        );
        tags.push(tag);
    }
    tags.dedup();
    assert_eq!(tags.len(), 3, "each form has a validator of its own");
    // The form that is not there is not promised.
    let answer = server.get("/app-0123456789abcdef.js", &[("accept-encoding", "br, gzip")]).await;
    assert_eq!((answer.header("content-encoding"), answer.text().as_str()), (Some("gzip"), "gzip script"));
    assert_eq!(answer.header("content-type"), Some("text/javascript; charset=utf-8"));
    let head = server.ask("HEAD", path, &[]).await;
    assert_eq!((head.status, head.body.len(), head.header("content-length")), (200, 0, Some("4")));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deep_link_is_the_page_and_a_missing_file_is_missing() {
    let site = site();
    let secret = site.path().with_extension("secret");
    fs::write(&secret, "secret").unwrap();
    std::os::unix::fs::symlink(&secret, site.path().join("link.txt")).unwrap();
    let server = Server::with_site(site.path()).await;
    for path in ["/", "/index.html", "/tcp", "/lab/udp-echo?lang=zh", "/inner", "/inner/"] {
        let page = server.get(path, &[]).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text().contains(SCRIPT), "{path}");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(page.header("cache-control"), Some("no-cache"));
    }
    let name = secret.file_name().unwrap().to_str().unwrap();
    for path in [
        "/none.js",
        "/index.html.br",
        "/link.txt",
        &format!("/../{name}"),
        &format!("/inner/..%2f..%2f{name}"),
        &format!("//{}", secret.display()),
    ] {
        let answer = server.get(path, &[]).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
    }
    assert_eq!(server.ask("POST", "/", &[]).await.status, 405);
    let api = server.get("/api/none", &[]).await;
    assert_eq!((api.status, api.header("content-type")), (404, Some("application/json")));
    fs::remove_file(secret).unwrap();
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_strict_about_what_may_be_done_with_it() {
    let site = site();
    let server = Server::with_site(site.path()).await;
    for path in ["/", "/none.js", "/api/health", "/app-0123456789abcdef.js"] {
        let answer = server.get(path, &[]).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert!(answer.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    }
    // The page as brotli has the policy of the page, not one made of compressed bytes.
    let plain = server.get("/", &[]).await;
    let packed = server.get("/", &[("accept-encoding", "br")]).await;
    assert_eq!(packed.header("content-encoding"), Some("br"));
    let policy = plain.header("content-security-policy").unwrap();
    assert_eq!(packed.header("content-security-policy"), Some(policy));
    // What a tool that is not ours takes for the script's hash.
    let hash = std::process::Command::new("python3")
        .args(["-c", "import sys,hashlib,base64;print(base64.b64encode(hashlib.sha256(sys.argv[1].encode()).digest()).decode())", SCRIPT])
        .output()
        .expect("python3 is needed");
    let hash = String::from_utf8(hash.stdout).unwrap();
    let scripts = policy.split(';').find(|part| part.trim().starts_with("script-src")).unwrap().trim();
    assert_eq!(scripts, format!("script-src 'self' 'wasm-unsafe-eval' 'sha256-{}'", hash.trim()));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_how_it_is_and_what_is_missing() {
    let empty = tempfile::tempdir().unwrap();
    let server = Server::start(Config { dist: Some(empty.path().to_owned()), ..Config::default() }).await;
    let health: serde_json::Value =
        serde_json::from_slice(&server.get("/api/health", &[]).await.body).unwrap();
    assert_eq!(health["status"], "ok");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(health["site"], false);
    assert_eq!(health["capture"]["able"], firsthop_server::capture::able().is_ok());
    let page = server.get("/", &[]).await;
    assert_eq!(page.status, 503);
    assert!(page.text().contains("cargo xtask build"));
    server.end().await;
}

/// Sends the beginning of a request, and no more.
async fn half_a_request(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    // It may be closed already.
    stream.write_all(b"GET /api/health HTTP/1.1\r\nHos").await.ok();
    stream
}

/// Whether it was closed, with or without an answer.
async fn is_closed(stream: &mut TcpStream) -> bool {
    timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn half_sent_requests_are_in_nobodys_way() {
    let site_connections = Most { all: 20, per_source: 10 };
    let server = Server::start(Config { site_connections, ..Config::default() }).await;
    let mut browser = server.browser().await;
    let mut held = Vec::new();
    for _ in 0..40 {
        held.push(half_a_request(&server).await);
    }
    // A flood may outrun those who make room, for a moment.
    timeout(PATIENCE, async { while !answers(&server).await {} }).await.expect("the site is switched off");
    assert!(is_closed(&mut held[0]).await, "the oldest has made room");
    // A WebSocket is no longer one of these connections.
    let (_, outcome) = browser.play(1, Lab::Tcp(Exchange::default())).await;
    assert_eq!(outcome, Ok(()));
    server.end().await;
}

async fn answers(server: &Server) -> bool {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let mut answer = Vec::new();
    stream.write_all(b"GET /api/health HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await.is_ok()
        && stream.read_to_end(&mut answer).await.is_ok()
        && answer.starts_with(b"HTTP/1.1 200")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_never_ends_is_given_up() {
    let server = Server::start(Config::default()).await;
    let mut half = half_a_request(&server).await;
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    assert!(is_closed(&mut half).await && is_closed(&mut silent).await);
    server.end().await;
}
