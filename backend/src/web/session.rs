//! One browser's WebSocket: it starts and stops runs, and gets their traces while they happen.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{
        ConnectInfo, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use firsthop_protocol::{
    api::{ClientMessage, ServerMessage, VERSION},
    trace::Text,
};
use tokio::{
    sync::mpsc,
    time::{interval, timeout},
};

use super::{App, client, origin, pace::Pace, runs::Runs};
use crate::{capture, places::Source};

/// Messages to a browser that wait for it to read; the runs wait with them.
const WAITING: usize = 32;
/// How long a browser may take to read a message.
const SEND_TIME: Duration = Duration::from_secs(10);
/// How often a browser is asked whether it is still there.
const PING: Duration = Duration::from_secs(20);
/// How long it may leave that unanswered.
const SILENCE: Duration = Duration::from_secs(60);

/// Opens a session, for pages of this site.
pub(super) async fn open(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !origin::is_allowed(&headers, &app.config.allow_origin) {
        let why = "this WebSocket is for pages of this site (the Origin is another); see --allow-origin\n";
        return (StatusCode::FORBIDDEN, why).into_response();
    }
    let limit = app.config.limits.message_bytes;
    let source = Source::from(client::address(peer.ip(), &headers, &app.config.trusted_proxy));
    upgrade
        .max_message_size(limit)
        .max_frame_size(limit)
        .on_upgrade(move |socket| session(app, source, socket))
}

async fn session(app: Arc<App>, source: Source, mut socket: WebSocket) {
    let Some(_place) = app.sessions.take_for_good(source) else {
        return close(socket, close_code::AGAIN, "too many browsers are connected; try again later").await;
    };
    let hello = ServerMessage::Hello { version: VERSION, capture: capture::able() };
    if send(&mut socket, &hello).await.is_err() {
        return;
    }
    let (code, reason) = converse(&app, source, &mut socket).await;
    close(socket, code, reason).await;
}

/// Until the browser leaves, breaks a rule that ends it all, or the server ends. The runs end with it.
async fn converse(app: &App, source: Source, socket: &mut WebSocket) -> (u16, &'static str) {
    let limits = &app.config.limits;
    let (out, mut from_runs) = mpsc::channel(WAITING);
    let runs = Runs::new(limits.clone(), source, Arc::clone(&app.turns), out);
    let mut pace = Pace::new(limits.messages_per_second, Instant::now());
    let mut ping = interval(PING);
    let mut heard = Instant::now();
    loop {
        tokio::select! {
            () = app.shutdown.wait() => return (close_code::AWAY, "the server is ending"),
            _ = ping.tick() => {
                if heard.elapsed() > SILENCE {
                    return (close_code::AWAY, "no answer for too long");
                }
                if timed(socket.send(Message::Ping(Vec::new().into()))).await.is_err() {
                    return (close_code::AWAY, "");
                }
            }
            Some(message) = from_runs.recv() => {
                if send(socket, &message).await.is_err() {
                    return (close_code::AWAY, "");
                }
            }
            message = socket.recv() => {
                heard = Instant::now();
                let text = match message {
                    None | Some(Ok(Message::Close(_))) => return (close_code::NORMAL, ""),
                    Some(Err(_)) => return (close_code::SIZE, "the message is too long or broken"),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Binary(_))) => {
                        return (close_code::UNSUPPORTED, "messages are JSON in text frames");
                    }
                    Some(Ok(Message::Text(text))) => text,
                };
                let answer = if pace.take(heard) {
                    obey(&runs, &text)
                } else {
                    let rate = limits.messages_per_second;
                    let why = Text::new("session.too-fast", format!("more than {rate} messages a second"));
                    Err((None, why.arg("limit", rate)))
                };
                if let Err((run, why)) = answer
                    && send(socket, &ServerMessage::Refused { run, why }).await.is_err()
                {
                    return (close_code::AWAY, "");
                }
            }
        }
    }
}

/// Does what a message asks for, or says why not.
fn obey(runs: &Runs, text: &str) -> Result<(), (Option<u32>, Text)> {
    match serde_json::from_str(text) {
        Ok(ClientMessage::Start { run, lab }) => runs.start(run, lab).map_err(|why| (Some(run), why)),
        Ok(ClientMessage::Stop { run }) => runs.stop(run).map_err(|why| (Some(run), why)),
        Err(error) => {
            // A message that is wrong only in part still names its run, and its browser waits for an answer about it.
            let json: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
            let run =
                json.get("run").and_then(serde_json::Value::as_u64).and_then(|run| u32::try_from(run).ok());
            let why = Text::new("session.malformed", format!("the message is not understood: {error}"));
            Err((run, why.arg("error", error)))
        }
    }
}

async fn send(socket: &mut WebSocket, message: &ServerMessage) -> Result<(), ()> {
    let text = serde_json::to_string(message).map_err(|error| {
        tracing::error!(%error, "a message cannot be written as JSON");
    })?;
    timed(socket.send(Message::Text(text.into()))).await
}

async fn timed(sending: impl Future<Output = Result<(), axum::Error>>) -> Result<(), ()> {
    timeout(SEND_TIME, sending).await.map_err(drop)?.map_err(drop)
}

async fn close(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: reason.into() };
    // The browser may be gone already.
    timed(socket.send(Message::Close(Some(frame)))).await.ok();
}
