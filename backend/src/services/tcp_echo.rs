//! TCP echo for ordinary clients: every byte comes back.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::timeout,
};

/// What the operator can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Connections at once; those beyond wait in the kernel's queue.
    pub max_connections: usize,
    /// A connection on which nothing moves for so long is closed.
    pub idle: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_connections: 256, idle: Duration::from_secs(60) }
    }
}

/// Echoes until `shutdown` is there; the connections end with it.
pub async fn serve(listener: TcpListener, options: Options, shutdown: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(options.max_connections));
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
                connections.spawn(async move {
                    if let Err(error) = echo(stream, options.idle).await {
                        tracing::debug!(%error, "TCP echo");
                    }
                    drop(place);
                });
            }
            // Out of file descriptors, say: others will be closed.
            Err(error) => {
                tracing::warn!(%error, "TCP echo cannot accept");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn echo(mut stream: TcpStream, idle: Duration) -> io::Result<()> {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let length = timeout(idle, stream.read(&mut buffer)).await??;
        if length == 0 {
            return stream.shutdown().await;
        }
        timeout(idle, stream.write_all(buffer.get(..length).unwrap_or_default())).await??;
    }
}
