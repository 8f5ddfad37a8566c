//! TCP echo for ordinary clients: every byte comes back.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use super::connections;

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
    let echo = move |stream| echo(stream, options.idle);
    connections::accept("TCP echo", listener, options.max_connections, shutdown, echo).await;
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
