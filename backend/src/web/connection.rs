//! One client's connection to the site, until it ends or becomes a WebSocket.

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::places::Place;
use crate::shutdown::Shutdown;

/// How long the head of a request may take, from the beginning of the connection or the end of the answer before.
const HEAD: Duration = Duration::from_secs(15);
/// A client that takes nothing of what it is sent for so long is let go.
const STALLED: Duration = Duration::from_secs(30);

/// Answers its requests; after `shutdown` the one under way is the last.
pub(super) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    place: Arc<Place>,
    router: Router,
    shutdown: Shutdown,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    // The kernel's own watch over what is not acknowledged, and over a window that stays closed: tcp(7).
    SockRef::from(&stream).set_tcp_user_timeout(Some(STALLED))?;
    let answer = service_fn(move |mut request: Request<Incoming>| {
        place.keep();
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), answer)
        .with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => return ended.map_err(io::Error::other),
        () = shutdown.wait() => connection.as_mut().graceful_shutdown(),
    }
    connection.await.map_err(io::Error::other)
}
