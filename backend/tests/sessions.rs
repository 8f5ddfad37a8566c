//! The WebSocket: who may open it, what it refuses, and that nothing is left of a learner who has left.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod common;

use std::{collections::BTreeSet, time::Duration};

use common::{PATIENCE, Server, can_capture, frames, names, ports};
use firsthop_protocol::{
    api::{ClientMessage, Direction, Encoding, Exchange, Lab, ServerMessage, VERSION},
    trace::{Event, EventKind},
};
use firsthop_server::{
    capture::sockets,
    config::{Config, Limits},
    labs::limits,
};
use futures_util::{SinkExt, StreamExt};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::{self, Message};

fn tcp(message: &str) -> Lab {
    Lab::Tcp(Exchange { message: message.to_owned(), ..Exchange::default() })
}

/// Under way for two seconds if nobody ends it: its server waits for the rest of the request, which never comes.
fn long() -> Lab {
    Lab::Http { request: "GET / HTTP/1.1\r\n".to_owned() }
}

fn limited(limits: Limits) -> Config {
    Config { limits, ..Config::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_pages_of_this_site_may_open_it() {
    let config = Config { allow_origin: vec!["http://dev.example".to_owned()], ..Config::default() };
    let server = Server::start(config).await;
    let own = format!("http://{}", server.address);
    for (origin, may) in [
        (Some(own.as_str()), true),
        (Some("http://dev.example"), true),
        (None, true),
        (Some("http://evil.example"), false),
        (Some("null"), false),
    ] {
        match server.open(origin).await {
            Ok(mut socket) => {
                assert!(may, "{origin:?}");
                let Some(Ok(Message::Text(hello))) = socket.next().await else { panic!("no hello") };
                let hello: ServerMessage = serde_json::from_str(&hello).unwrap();
                assert!(matches!(hello, ServerMessage::Hello { version: VERSION, .. }));
            }
            Err(tungstenite::Error::Http(answer)) => {
                assert!(!may, "{origin:?}");
                assert_eq!(answer.status(), 403);
            }
            Err(error) => panic!("{error}"),
        }
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_understood_is_refused_with_a_reason_and_the_session_goes_on() {
    let server = Server::start(Config::default()).await;
    let mut browser = server.browser().await;
    for (message, run, part) in [
        ("{", None, "not understood"),
        ("[]", None, "not understood"),
        (r#"{"type":"start","run":7,"lab":{"name":"nonsense"}}"#, Some(7), "nonsense"),
        (r#"{"type":"stop","run":9}"#, Some(9), "not under way"),
    ] {
        browser.say_raw(message).await;
        let (of, why) = browser.refused().await;
        assert_eq!(of, run, "{message}");
        assert!(why.english.contains(part), "{message}: {why}");
    }
    let (trace, outcome) = browser.play(1, tcp("still here")).await;
    assert_eq!(outcome, Ok(()));
    assert!(!trace.is_empty());
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_is_passed_is_named() {
    let server = Server::start(Config::default()).await;
    let mut browser = server.browser().await;
    let udp = |messages: Vec<String>, encoding| Lab::UdpEcho { messages, encoding };
    for (lab, id) in [
        (udp(vec!["x".to_owned(); limits::MESSAGES + 1], Encoding::Utf8), "lab.limit.messages"),
        (udp(vec![], Encoding::Utf8), "lab.none.messages"),
        (udp(vec!["x".repeat(limits::DATAGRAM + 1)], Encoding::Utf8), "lab.limit.bytes-in-a-message"),
        (udp(vec!["😀".to_owned()], Encoding::Gb2312), "lab.unmappable"),
        (tcp(&"x".repeat(limits::STREAM + 1)), "lab.limit.bytes-in-the-message"),
        (Lab::Http { request: String::new() }, "lab.none.request"),
        (Lab::Http { request: "x".repeat(limits::REQUEST + 1) }, "lab.limit.bytes-in-the-request"),
        (
            Lab::Tftp {
                direction: Direction::Upload,
                size: 100,
                blksize: Some(7),
                windowsize: None,
                tsize: false,
            },
            "lab.range.blksize",
        ),
    ] {
        let (trace, outcome) = browser.play(1, lab).await;
        assert!(trace.is_empty());
        assert_eq!(outcome.unwrap_err().id, id);
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_too_long_ends_the_session() {
    let server = Server::start(limited(Limits { message_bytes: 1000, ..Limits::default() })).await;
    let mut browser = server.browser().await;
    // It may be closed before all of it is sent.
    browser.socket.send(Message::text("x".repeat(100_000))).await.ok();
    assert_eq!(browser.next().await, None);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_is_too_fast_is_told_so() {
    let server = Server::start(limited(Limits { messages_per_second: 1, ..Limits::default() })).await;
    let mut browser = server.browser().await;
    for _ in 0..20 {
        browser.say(&ClientMessage::Stop { run: 1 }).await;
    }
    let mut ids = BTreeSet::new();
    for _ in 0..20 {
        ids.insert(browser.refused().await.1.id);
    }
    assert!(ids.contains("session.too-fast"), "{ids:?}");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_of_one_browser_and_of_all_are_limited() {
    let limits = Limits { runs: 3, runs_per_session: 2, ..Limits::default() };
    let server = Server::start(limited(limits)).await;
    let (mut one, mut two) = (server.browser().await, server.browser().await);
    for run in [1, 2, 3] {
        one.say(&ClientMessage::Start { run, lab: long() }).await;
    }
    assert_eq!(refusal(&mut one, 3).await, "run.too-many-here");
    one.say(&ClientMessage::Start { run: 2, lab: long() }).await;
    assert_eq!(refusal(&mut one, 2).await, "run.in-use");
    for run in [1, 2, 3] {
        two.say(&ClientMessage::Start { run, lab: long() }).await;
    }
    // What is over the limit of all waits for its turn; that counts as this browser's, too.
    assert_eq!(refusal(&mut two, 3).await, "run.too-many-here");
    assert_eq!(two.about(2).await, ServerMessage::Queued { run: 2, ahead: 0 });
    one.say(&ClientMessage::Stop { run: 1 }).await;
    assert_eq!(two.about(2).await, ServerMessage::Started { run: 2 });
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_waits_can_be_stopped_or_left() {
    let limits = Limits { runs: 1, ..Limits::default() };
    let server = Server::start(limited(limits)).await;
    let (mut one, mut two, mut three) =
        (server.browser().await, server.browser().await, server.browser().await);
    one.say(&ClientMessage::Start { run: 1, lab: long() }).await;
    assert_eq!(one.about(1).await, ServerMessage::Started { run: 1 });
    for (browser, ahead) in [(&mut two, 0), (&mut three, 1)] {
        browser.say(&ClientMessage::Start { run: 1, lab: tcp("x") }).await;
        assert_eq!(browser.about(1).await, ServerMessage::Queued { run: 1, ahead });
    }
    two.say(&ClientMessage::Stop { run: 1 }).await;
    let ServerMessage::Ended { outcome: Err(why), .. } = two.about(1).await else { panic!("not ended") };
    assert_eq!(why.id, "lab.stopped");
    assert_eq!(three.about(1).await, ServerMessage::Queued { run: 1, ahead: 0 });
    drop(three);
    // Nobody is left who holds the place.
    one.say(&ClientMessage::Stop { run: 1 }).await;
    assert_eq!(two.play(2, tcp("my turn")).await.1, Ok(()));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_its_share_of_sessions_and_of_runs() {
    let limits = Limits { sessions_per_address: 2, runs: 3, runs_per_address: 1, ..Limits::default() };
    let trusted_proxy = vec!["127.0.0.0/8".parse().unwrap()];
    let server = Server::start(Config { trusted_proxy, ..limited(limits.clone()) }).await;
    let mut mine = [server.open_for("10.0.0.1").await, server.open_for("10.0.0.1").await];
    for browser in &mut mine {
        assert!(matches!(browser.next().await, Some(ServerMessage::Hello { .. })));
    }
    assert_eq!(server.open_for("10.0.0.1").await.next().await, None, "a third is one too many");
    let mut other = server.open_for("10.6.6.6, 10.0.0.2").await;
    assert!(matches!(other.next().await, Some(ServerMessage::Hello { .. })), "another has its own");
    mine[0].say(&ClientMessage::Start { run: 1, lab: long() }).await;
    assert_eq!(mine[0].about(1).await, ServerMessage::Started { run: 1 });
    mine[1].say(&ClientMessage::Start { run: 1, lab: long() }).await;
    assert_eq!(mine[1].about(1).await, ServerMessage::Queued { run: 1, ahead: 0 });
    other.say(&ClientMessage::Start { run: 1, lab: long() }).await;
    assert_eq!(other.about(1).await, ServerMessage::Started { run: 1 });
    server.end().await;

    // Without a proxy that is trusted, what a client says of itself is nothing.
    let server = Server::start(limited(limits)).await;
    let mut held = Vec::new();
    for (client, may) in [("10.0.0.1", true), ("10.0.0.2", true), ("10.0.0.3", false)] {
        let mut browser = server.open_for(client).await;
        assert_eq!(browser.next().await.is_some(), may, "{client}");
        held.push(browser);
    }
    server.end().await;
}

/// The reason why `run` was refused; other messages are passed over.
async fn refusal(browser: &mut common::Browser, run: u32) -> String {
    loop {
        match browser.next().await.unwrap() {
            ServerMessage::Refused { run: of, why } if of == Some(run) => return why.id,
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_can_be_stopped_and_ends_at_its_deadline() {
    let limits = Limits { run_time: Duration::from_millis(300), ..Limits::default() };
    for (limits, id) in [(Limits::default(), "lab.stopped"), (limits, "lab.deadline")] {
        let server = Server::start(limited(limits)).await;
        let mut browser = server.browser().await;
        browser.say(&ClientMessage::Start { run: 5, lab: long() }).await;
        if id == "lab.stopped" {
            browser.say(&ClientMessage::Stop { run: 5 }).await;
        }
        let outcome = loop {
            if let ServerMessage::Ended { outcome, .. } = browser.next().await.unwrap() {
                break outcome;
            }
        };
        assert_eq!(outcome.unwrap_err().id, id);
        server.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_a_learner_who_has_left() {
    let server = Server::start(Config::default()).await;
    let mut browser = server.browser().await;
    browser.say(&ClientMessage::Start { run: 1, lab: long() }).await;
    // The port of the lab's server, from its own getsockname.
    let port = loop {
        let Some(ServerMessage::Events { events, .. }) = browser.next().await else { continue };
        if let Some(port) = events.iter().find_map(bound_port) {
            break port;
        }
    };
    let is_open =
        || sockets::all().unwrap().iter().any(|row| row.state == "LISTEN" && row.local.port() == port);
    assert!(is_open(), "the lab is under way");
    drop(browser);
    timeout(PATIENCE, async {
        while is_open() {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("its socket is still open");
    // And its place is free again.
    timeout(PATIENCE, async {
        loop {
            let health = server.get("/api/health", &[]).await;
            let health: serde_json::Value = serde_json::from_slice(&health.body).unwrap();
            if health["runs"] == 0 {
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("the run is still counted");
    server.end().await;
}

fn bound_port(event: &Event) -> Option<u16> {
    let EventKind::Call(call) = &event.kind else { return None };
    if call.name != "getsockname" || call.node != "server" {
        return None;
    }
    let (_, address) = call.args.iter().find(|(name, _)| name == "addr")?;
    address.rsplit(':').next()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_at_the_same_time_see_each_only_their_own_frames() {
    let server = Server::start(Config::default()).await;
    let play = async |message: &'static str| {
        let mut browser = server.browser().await;
        browser.play(1, tcp(message)).await
    };
    let (one, two, three) = tokio::join!(play("one"), play("two"), play("three"));
    let seen = can_capture("browsers_at_the_same_time_see_each_only_their_own_frames");
    let mut all = BTreeSet::new();
    for (trace, outcome) in [one, two, three] {
        assert_eq!(outcome, Ok(()));
        assert_eq!(names(&trace, "server").first().map(String::as_str), Some("socket"));
        if seen {
            let connections: BTreeSet<(u16, u16)> =
                frames(&trace).into_iter().map(ports).map(|(a, b)| (a.min(b), a.max(b))).collect();
            assert_eq!(connections.len(), 1, "frames of one connection only");
            assert!(all.insert(connections), "no other browser's");
        }
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_with_the_server() {
    let server = Server::start(Config::default()).await;
    let mut browser = server.browser().await;
    browser.say(&ClientMessage::Start { run: 1, lab: long() }).await;
    let ending = tokio::spawn(server.end());
    while browser.next().await.is_some() {}
    ending.await.unwrap();
}
