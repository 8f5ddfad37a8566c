//! HTTP for ordinary clients: the files of one tree, read-only, by the machine of [`firsthop_protocol::http`].

mod tree;

use std::{
    io,
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use firsthop_protocol::{
    http::{Limits, Server, ServerEvent, files},
    trace::Time,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};
pub use tree::{Content, HttpTree};

use crate::{
    clock::{self, unix_seconds},
    connections,
    places::{Most, Place, Places, Source},
};

/// What the operator can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Connections at once.
    pub most: Most,
    /// A connection on which no byte has come for so long after its beginning is closed.
    pub first: Duration,
    /// What one client may ask of memory and patience.
    pub limits: Limits,
    /// A client that takes nothing for so long is let go.
    pub stalled: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            most: Most { all: 1024, per_source: 256 },
            first: Duration::from_secs(10),
            // Nothing here takes content; what is sent all the same is held until it is there.
            limits: Limits { body: 64 << 10, ..Limits::default() },
            stalled: Duration::from_secs(30),
        }
    }
}

/// Bytes of a file that are in memory at once, a connection.
const PIECE: usize = 64 << 10;
/// What is read, and thrown away, of a client that goes on sending after it was told that the connection ends.
const LINGER: usize = 1 << 20;

/// Serves until `shutdown` is there; the connections end with it.
pub async fn serve(
    listener: TcpListener,
    options: Options,
    tree: Arc<HttpTree>,
    shutdown: impl Future<Output = ()>,
) {
    let places = Arc::new(Places::new(options.most));
    let source = |ip: IpAddr| Source::from(ip);
    connections::accept("HTTP", listener, places, source, shutdown, move |stream, _, place| {
        converse(stream, place, options, Arc::clone(&tree))
    })
    .await;
}

async fn converse(
    mut stream: TcpStream,
    place: Arc<Place>,
    options: Options,
    tree: Arc<HttpTree>,
) -> io::Result<()> {
    // Responses are written whole; waiting for more to send would only delay them.
    stream.set_nodelay(true)?;
    let begun = Instant::now();
    let now = || clock::since(begun);
    let mut server = Server::new(options.limits, now()).with_clock(unix_seconds());
    let mut buffer = vec![0; 16 << 10];
    let mut first = options.first;
    loop {
        while let Some(event) = server.poll_event() {
            match event {
                ServerEvent::Request(request) => {
                    let tree = Arc::clone(&tree);
                    let answering =
                        tokio::task::spawn_blocking(move || files::answer(&request, unix_seconds(), &*tree));
                    let answer = answering.await.map_err(io::Error::other)?;
                    server.respond(now(), answer.response);
                    if let Some((content, range)) = answer.content {
                        send_content(&mut stream, &mut server, &now, content, range.start, options.stalled)
                            .await?;
                    }
                }
                ServerEvent::Refused(error) => tracing::debug!(%error, "HTTP"),
            }
        }
        transmit(&mut stream, &mut server, options.stalled).await?;
        if server.is_over() {
            return finish(stream, &mut buffer, options.stalled).await;
        }
        let patience = server.poll_timeout().map_or(0, |deadline| deadline.since(now()));
        let patience = Duration::from_micros(patience).min(first);
        match timeout(patience, stream.read(&mut buffer)).await {
            Ok(Ok(0)) => server.on_end(),
            Ok(Ok(length)) => {
                first = Duration::MAX;
                place.keep();
                server.on_bytes(now(), buffer.get(..length).unwrap_or_default());
            }
            Ok(Err(error)) => return Err(error),
            // By the machine's clock, so that it is not asked again a moment too early.
            Err(_) => drop(server.on_timeout(server.poll_timeout().unwrap_or_else(now))),
        }
    }
}

async fn send_content(
    stream: &mut TcpStream,
    server: &mut Server,
    now: &impl Fn() -> Time,
    content: Content,
    mut at: u64,
    stalled: Duration,
) -> io::Result<()> {
    let content = Arc::new(content);
    while server.owed() > 0 {
        let most = usize::try_from(server.owed()).unwrap_or(PIECE).min(PIECE);
        let reader = Arc::clone(&content);
        let piece =
            tokio::task::spawn_blocking(move || reader.read(at, most)).await.map_err(io::Error::other)??;
        if piece.is_empty() {
            // The file is shorter than it was. Its length is said already: only an early end says that it is wrong.
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file has become shorter"));
        }
        at += piece.len() as u64;
        server.body(now(), &piece);
        transmit(stream, server, stalled).await?;
    }
    Ok(())
}

async fn transmit(stream: &mut TcpStream, server: &mut Server, stalled: Duration) -> io::Result<()> {
    while let Some(bytes) = server.poll_transmit() {
        timeout(stalled, stream.write_all(&bytes)).await??;
    }
    Ok(())
}

/// Closes so that the last response arrives: closing with unread bytes would send an RST, which may overtake it
/// (RFC 9112 §9.6).
async fn finish(mut stream: TcpStream, buffer: &mut [u8], stalled: Duration) -> io::Result<()> {
    stream.shutdown().await?;
    let drain = async {
        let mut left = LINGER;
        while left > 0 {
            let length = stream.read(buffer).await?;
            if length == 0 {
                break;
            }
            left = left.saturating_sub(length);
        }
        Ok(())
    };
    timeout(stalled.min(Duration::from_secs(5)), drain).await?
}
