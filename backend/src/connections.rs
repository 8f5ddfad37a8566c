//! Accepting connections: so many at once, until the server ends.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::places::{Place, Places, Source};

/// Has `serve` talk to each client that gets one of the `places`, until `shutdown` is there. A client without a place is
/// disconnected at once, one whose place another wants, later.
///
/// The connections still open at the end are the caller's to wait for; they end when they are dropped.
pub(crate) async fn accept<Served>(
    name: &'static str,
    listener: TcpListener,
    places: Arc<Places>,
    source: impl Fn(IpAddr) -> Source,
    shutdown: impl Future<Output = ()>,
    serve: impl Fn(TcpStream, SocketAddr, Arc<Place>) -> Served,
) -> JoinSet<()>
where
    Served: Future<Output = io::Result<()>> + Send + 'static,
{
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => return connections,
            // Those that have ended are forgotten.
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let Some(place) = places.take(source(peer.ip())) else {
                    tracing::debug!(%peer, "{name}: no place");
                    continue;
                };
                let place = Arc::new(place);
                let served = serve(stream, peer, Arc::clone(&place));
                connections.spawn(async move {
                    tokio::select! {
                        served = served => if let Err(error) = served {
                            tracing::debug!(%error, %peer, "{name}");
                        },
                        () = place.wanted() => tracing::debug!(%peer, "{name}: has made room"),
                    }
                });
            }
            // Out of file descriptors, say: others will be closed.
            Err(error) => {
                tracing::warn!(%error, "{name} cannot accept");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
