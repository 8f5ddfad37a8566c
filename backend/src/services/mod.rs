//! The labs' services kept open for ordinary clients: `firsthop serve --udp-echo ADDR …`.
//!
//! Each has limits of its own and ends with the server. Not for: labs, which open what they need themselves.

pub mod files;
pub mod http;
pub mod tcp_echo;
pub mod tftp;
pub mod udp_echo;

use std::{
    fmt::Display,
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
};

use firsthop_protocol::tftp::Limits;
use tokio::net::{TcpListener, UdpSocket};

use crate::{
    bind::{Refused, Wanted},
    config::Config,
    shutdown::Shutdown,
};

const UDP_ECHO: Wanted = Wanted { service: "UDP echo", option: "--udp-echo", udp: true };
const TCP_ECHO: Wanted = Wanted { service: "TCP echo", option: "--tcp-echo", udp: false };
const HTTP: Wanted = Wanted { service: "HTTP", option: "--http", udp: false };
const TFTP: Wanted = Wanted { service: "TFTP", option: "--tftp", udp: true };

/// The most bytes of a TFTP window, which is held in memory for each transfer.
const WINDOW: usize = 256 << 10;

/// A service that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Its address cannot be had.
    #[error(transparent)]
    Address(#[from] Refused),
    /// The folder of `--files` cannot be opened.
    #[error("cannot open the folder {}", path.display())]
    Files {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Opens what the configuration asks for, says where on standard output, and serves until `shutdown`.
///
/// # Errors
/// When one cannot be opened; nothing is served then.
pub async fn start(config: &Config, shutdown: &Shutdown) -> Result<(), Error> {
    if let Some(address) = config.udp_echo {
        let socket = UdpSocket::bind(address).await.map_err(|error| UDP_ECHO.refused(address, error))?;
        say(UDP_ECHO.service, socket.local_addr().unwrap_or(address));
        let shutdown = shutdown.clone();
        tokio::spawn(async move { udp_echo::serve(socket, shutdown.wait()).await });
    }
    if let Some(address) = config.tcp_echo {
        let listener = TcpListener::bind(address).await.map_err(|error| TCP_ECHO.refused(address, error))?;
        say(TCP_ECHO.service, listener.local_addr().unwrap_or(address));
        let options = tcp_echo::Options { most: config.connections, ..tcp_echo::Options::default() };
        let shutdown = shutdown.clone();
        tokio::spawn(async move { tcp_echo::serve(listener, options, shutdown.wait()).await });
    }
    if let Some(address) = config.http {
        let tree = Arc::new(http_tree(config)?);
        let listener = TcpListener::bind(address).await.map_err(|error| HTTP.refused(address, error))?;
        say(HTTP.service, format_args!("http://{}", listener.local_addr().unwrap_or(address)));
        let options = http::Options { most: config.connections, ..http::Options::default() };
        let shutdown = shutdown.clone();
        tokio::spawn(async move { http::serve(listener, options, tree, shutdown.wait()).await });
    }
    if let Some(address) = config.tftp {
        let store = tftp_store(config)?;
        let socket = UdpSocket::bind(address).await.map_err(|error| TFTP.refused(address, error))?;
        say(TFTP.service, socket.local_addr().unwrap_or(address));
        let options = tftp::Options {
            most: config.transfers,
            limits: Limits { window_bytes: WINDOW, ..Limits::default() },
            ..tftp::Options::default()
        };
        let shutdown = shutdown.clone();
        tokio::spawn(async move {
            if let Err(error) = tftp::serve(socket, options, store, Arc::new(()), shutdown.wait()).await {
                tracing::error!(%error, "TFTP has ended");
            }
        });
    }
    Ok(())
}

/// The files of `--files`, or those built in; uploads beside them if they are allowed.
fn tftp_store(config: &Config) -> Result<Arc<dyn tftp::Store>, Error> {
    let uploads = config.uploads.then(|| tftp::UploadOptions {
        max_bytes: config.max_uploads.min(config.max_uploads_per_address),
        max_total_bytes: config.max_uploads,
        max_source_bytes: config.max_uploads_per_address,
        ..tftp::UploadOptions::default()
    });
    let Some(folder) = &config.files else {
        let memory = tftp::Memory::new(uploads);
        for (name, bytes) in files::BUILT_IN {
            memory.insert(*name, bytes.to_vec());
        }
        return Ok(Arc::new(memory));
    };
    let tree =
        tftp::Tree::open(folder, uploads).map_err(|source| Error::Files { path: folder.clone(), source })?;
    Ok(Arc::new(tree))
}

/// The files of `--files`, or those built in.
fn http_tree(config: &Config) -> Result<http::HttpTree, Error> {
    let Some(folder) = &config.files else { return Ok(http::HttpTree::BuiltIn) };
    let tree =
        tftp::Tree::open(folder, None).map_err(|source| Error::Files { path: folder.clone(), source })?;
    Ok(http::HttpTree::Folder(tree))
}

/// Says on standard output where a service is.
pub fn say(service: &str, address: impl Display) {
    // Whoever started the server need not listen.
    writeln!(io::stdout(), "{service}: {address}").ok();
}
