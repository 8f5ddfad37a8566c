//! The labs' services kept open for ordinary clients: `firsthop serve --udp-echo ADDR …`.
//!
//! Each has limits of its own and ends with the server. Not for: labs, which open what they need themselves.

pub mod tcp_echo;
pub mod tftp;
pub mod udp_echo;

use std::{io, net::SocketAddr};

use tokio::net::{TcpListener, UdpSocket};

use crate::{config::Config, web::Shutdown};

/// A service that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Its address cannot be had.
    #[error("cannot keep {service} open at {address}: {source}")]
    Address {
        /// Which service.
        service: &'static str,
        /// Where.
        address: SocketAddr,
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
        let socket = UdpSocket::bind(address).await.map_err(failed("UDP echo", address))?;
        say("UDP echo", socket.local_addr().unwrap_or(address));
        let shutdown = shutdown.clone();
        tokio::spawn(async move { udp_echo::serve(socket, shutdown.wait()).await });
    }
    if let Some(address) = config.tcp_echo {
        let listener = TcpListener::bind(address).await.map_err(failed("TCP echo", address))?;
        say("TCP echo", listener.local_addr().unwrap_or(address));
        let options =
            tcp_echo::Options { max_connections: config.max_connections, ..tcp_echo::Options::default() };
        let shutdown = shutdown.clone();
        tokio::spawn(async move { tcp_echo::serve(listener, options, shutdown.wait()).await });
    }
    Ok(())
}

fn failed(service: &'static str, address: SocketAddr) -> impl Fn(io::Error) -> Error {
    move |source| Error::Address { service, address, source }
}

fn say(service: &str, address: SocketAddr) {
    println!("{service}: {address}");
}
