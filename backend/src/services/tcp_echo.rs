//! TCP echo for ordinary clients: every byte comes back.

use std::{io, net::IpAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::{
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
    /// A connection on which nothing moves for so long is closed.
    pub idle: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            most: Most { all: 1024, per_source: 256 },
            first: Duration::from_secs(10),
            idle: Duration::from_secs(60),
        }
    }
}

/// Echoes until `shutdown` is there; the connections end with it.
pub async fn serve(listener: TcpListener, options: Options, shutdown: impl Future<Output = ()>) {
    let places = Arc::new(Places::new(options.most));
    let source = |ip: IpAddr| Source::from(ip);
    let echo = move |stream, _, place| echo(stream, place, options);
    connections::accept("TCP echo", listener, places, source, shutdown, echo).await;
}

async fn echo(mut stream: TcpStream, place: Arc<Place>, options: Options) -> io::Result<()> {
    let Options { first, idle, .. } = options;
    let mut buffer = vec![0; 16 << 10];
    let mut patience = first;
    loop {
        let length = timeout(patience, stream.read(&mut buffer)).await??;
        place.keep();
        patience = idle;
        if length == 0 {
            return stream.shutdown().await;
        }
        timeout(idle, stream.write_all(buffer.get(..length).unwrap_or_default())).await??;
    }
}
