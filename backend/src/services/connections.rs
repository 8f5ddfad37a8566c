//! Accepting connections, so many at once, until the server ends.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};

/// Has `serve` talk to each client until `shutdown` is there; the connections end with it. At most `most` at once:
/// those beyond wait in the kernel's queue.
pub(super) async fn accept<Served>(
    name: &'static str,
    listener: TcpListener,
    most: usize,
    shutdown: impl Future<Output = ()>,
    serve: impl Fn(TcpStream) -> Served,
) where
    Served: Future<Output = io::Result<()>> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(most));
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accept = async {
            let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
            listener.accept().await.map(|(stream, _)| (stream, place))
        };
        let accepted = tokio::select! {
            () = &mut shutdown => return,
            // Those that have ended are forgotten.
            Some(_) = connections.join_next() => continue,
            accepted = accept => accepted,
        };
        match accepted {
            Ok((stream, place)) => {
                let served = serve(stream);
                connections.spawn(async move {
                    if let Err(error) = served.await {
                        tracing::debug!(%error, "{name}");
                    }
                    drop(place);
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
