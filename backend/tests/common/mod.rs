//! A server in the test's own process, and clients for it.
#![allow(dead_code, reason = "each test file uses its own part of this")]

pub mod lab;
pub mod process;

use std::{net::SocketAddr, path::Path, time::Duration};

use firsthop_protocol::{
    api::{ClientMessage, Lab, ServerMessage},
    trace::{Call, Event, EventKind, Frame, StateChange, Text},
};
use firsthop_server::{config::Config, shutdown::Shutdown, web};
use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{self, Message, client::IntoClientRequest},
};

/// Nothing here takes this long unless it never ends.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Server {
    pub address: SocketAddr,
    shutdown: Shutdown,
    task: JoinHandle<()>,
}

impl Server {
    pub async fn start(config: Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let task = tokio::spawn(web::run(listener, config, shutdown.clone()));
        Self { address, shutdown, task }
    }

    pub async fn with_site(dist: &Path) -> Self {
        Self::start(Config { dist: Some(dist.to_owned()), ..Config::default() }).await
    }

    /// Tells it to end and waits until it has.
    pub async fn end(self) {
        self.shutdown.say();
        timeout(PATIENCE, self.task).await.unwrap().unwrap();
    }

    /// An answer to a request with these headers.
    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers).await
    }

    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.address);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{request}\r\n").as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.unwrap().unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Answer { status, headers, body: bytes[end + 4..].to_vec() }
    }

    /// A browser of this site.
    pub async fn browser(&self) -> Browser {
        Browser::at(self.address).await
    }

    pub async fn open(&self, origin: Option<&str>) -> Result<Socket, tungstenite::Error> {
        open(self.address, &origin.map(|origin| ("origin", origin)).into_iter().collect::<Vec<_>>()).await
    }

    /// As a proxy opens it for a browser at this address.
    pub async fn open_for(&self, browser: &str) -> Browser {
        Browser { socket: open(self.address, &[("x-forwarded-for", browser)]).await.unwrap() }
    }
}

async fn open(address: SocketAddr, headers: &[(&'static str, &str)]) -> Result<Socket, tungstenite::Error> {
    let mut request = format!("ws://{address}/api/ws").into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    tokio_tungstenite::connect_async(request).await.map(|(socket, _)| socket)
}

pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub struct Browser {
    pub socket: Socket,
}

impl Browser {
    /// A browser of the site at `address`.
    pub async fn at(address: SocketAddr) -> Self {
        let mut browser =
            Self { socket: open(address, &[("origin", &format!("http://{address}"))]).await.unwrap() };
        assert!(matches!(browser.next().await, Some(ServerMessage::Hello { .. })));
        browser
    }

    pub async fn say(&mut self, message: &ClientMessage) {
        self.say_raw(&serde_json::to_string(message).unwrap()).await;
    }

    pub async fn say_raw(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next message; `None` when the server has closed.
    pub async fn next(&mut self) -> Option<ServerMessage> {
        timeout(PATIENCE, self.wait()).await.expect("the server says nothing")
    }

    async fn wait(&mut self) -> Option<ServerMessage> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(other)) => panic!("{other:?}"),
            }
        }
    }

    /// The next message about this run that is none of its events.
    pub async fn about(&mut self, run: u32) -> ServerMessage {
        loop {
            let message = self.next().await.expect("the server has closed");
            match &message {
                ServerMessage::Queued { run: of, .. }
                | ServerMessage::Started { run: of }
                | ServerMessage::Ended { run: of, .. }
                    if *of == run =>
                {
                    return message;
                }
                _ => {}
            }
        }
    }

    /// Why the next message is a refusal.
    pub async fn refused(&mut self) -> (Option<u32>, Text) {
        match self.next().await {
            Some(ServerMessage::Refused { run, why }) => (run, why),
            other => panic!("{other:?}"),
        }
    }

    /// Plays a lab to its end.
    pub async fn play(&mut self, run: u32, lab: Lab) -> (Vec<Event>, Result<(), Text>) {
        self.say(&ClientMessage::Start { run, lab }).await;
        loop {
            match self.next().await {
                Some(ServerMessage::Queued { run: of, .. }) if of == run => {}
                other => break assert_eq!(other, Some(ServerMessage::Started { run })),
            }
        }
        let mut trace = Vec::new();
        loop {
            match self.next().await.expect("the server has closed") {
                ServerMessage::Events { run: of, events } => {
                    assert_eq!(of, run);
                    trace.extend(events);
                }
                ServerMessage::Ended { run: of, outcome } => {
                    assert_eq!(of, run);
                    return (trace, outcome);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

pub fn calls<'a>(trace: &'a [Event], node: &'a str) -> impl Iterator<Item = &'a Call> {
    trace.iter().filter_map(move |event| match &event.kind {
        EventKind::Call(call) if call.node == node => Some(call),
        _ => None,
    })
}

pub fn names(trace: &[Event], node: &str) -> Vec<String> {
    calls(trace, node).map(|call| call.name.clone()).collect()
}

pub fn frames(trace: &[Event]) -> Vec<&Frame> {
    trace
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Frame(frame) => Some(frame),
            _ => None,
        })
        .collect()
}

pub fn states<'a>(trace: &'a [Event], node: &'a str) -> Vec<&'a StateChange> {
    trace
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::State(change) if change.node == node => Some(change),
            _ => None,
        })
        .collect()
}

pub fn notes(trace: &[Event]) -> Vec<&str> {
    trace
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Note { text, .. } => Some(text.id.as_str()),
            _ => None,
        })
        .collect()
}

/// Whether frames can be captured here. Without that, says loudly what is not tested, and fails where `CI` is set.
pub fn can_capture(test: &str) -> bool {
    let Err(why) = firsthop_server::capture::able() else { return true };
    assert!(std::env::var_os("CI").is_none(), "{test}: {why}");
    eprintln!("SKIPPED: the frames of {test}: {why}");
    false
}

/// The TCP flags of an IPv4 frame over Ethernet.
pub fn tcp_flags(frame: &Frame) -> u8 {
    let header = usize::from(frame.bytes[14] & 15) * 4;
    frame.bytes[14 + header + 13]
}

/// Source and destination port of an IPv4 frame over Ethernet.
pub fn ports(frame: &Frame) -> (u16, u16) {
    let at = 14 + usize::from(frame.bytes[14] & 15) * 4;
    let port = |at: usize| u16::from_be_bytes([frame.bytes[at], frame.bytes[at + 1]]);
    (port(at), port(at + 2))
}
