//! What the server may be told: by flag, by environment, by file, or not at all.
//!
//! The precedence is flag, then environment, then the file of `--config`, then the default. The three sources are one
//! type, [`Options`], in which everything may be missing; [`Options::or`] lays one over another and
//! [`Options::settle`] fills in the defaults.
//!
//! * [`Options`]: what one source says.
//! * [`Config`]: what the server does then.
//! * [`Error`]: why not.

mod options;

use std::{io, net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;
pub use options::Options;

use crate::{places::Most, services::tftp};

/// Why the options are not usable.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file of `--config` cannot be read.
    #[error("cannot read the configuration file {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file of `--config` is not what it should be.
    #[error("the configuration file {}, line {line}: {why}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// The line in it, from 1.
        line: usize,
        /// What is wrong, in one line.
        why: String,
    },
    /// A folder that was named is not there.
    #[error("{option} {}: not a folder", path.display())]
    NoFolder {
        /// The option's flag.
        option: &'static str,
        /// The folder.
        path: PathBuf,
    },
    /// A number is outside its range.
    #[error("{option} {given}: must be from {least} to {most}")]
    OutOfRange {
        /// The option's flag.
        option: &'static str,
        /// What was given.
        given: u64,
        /// The smallest number that will do.
        least: u64,
        /// The largest number that will do.
        most: u64,
    },
    /// What should be a page's origin is none.
    #[error(
        "--allow-origin {given}: an origin is wanted, such as http://127.0.0.1:8081: a scheme, a host, no path"
    )]
    Origin {
        /// What was given.
        given: String,
    },
    /// What should be a proxy's address is none.
    #[error("--trusted-proxy {given}: an address or a network is wanted, such as 127.0.0.1 or 192.0.2.0/24")]
    Proxy {
        /// What was given.
        given: String,
    },
}

/// What the server does: every option settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where the site listens.
    pub listen: SocketAddr,
    /// The folder of the site, if not the one built in.
    pub dist: Option<PathBuf>,
    /// Where TFTP is kept open.
    pub tftp: Option<SocketAddr>,
    /// Where UDP echo is kept open.
    pub udp_echo: Option<SocketAddr>,
    /// Where TCP echo is kept open.
    pub tcp_echo: Option<SocketAddr>,
    /// Where HTTP is kept open.
    pub http: Option<SocketAddr>,
    /// The files of TFTP and HTTP, if not those built in.
    pub files: Option<PathBuf>,
    /// Whether TFTP clients may upload.
    pub uploads: bool,
    /// Bytes that all uploads together may take while they are there.
    pub max_uploads: u64,
    /// Of these, from one address.
    pub max_uploads_per_address: u64,
    /// TFTP transfers at once.
    pub transfers: Most,
    /// Connections at once of the TCP echo service, and of the HTTP service.
    pub connections: Most,
    /// Connections to the site at once.
    pub site_connections: Most,
    /// The limits of the WebSocket.
    pub limits: Limits,
    /// Other origins whose pages may open the WebSocket.
    pub allow_origin: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxy: Vec<IpNet>,
}

/// What one browser, and all together, may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Browsers connected at once.
    pub sessions: usize,
    /// Of these, from one address.
    pub sessions_per_address: usize,
    /// Runs of all browsers at once.
    pub runs: usize,
    /// Of these, from one address.
    pub runs_per_address: usize,
    /// Runs of one browser at once.
    pub runs_per_session: usize,
    /// The time a run may take.
    pub run_time: Duration,
    /// The longest message, in bytes.
    pub message_bytes: usize,
    /// Messages a second.
    pub messages_per_second: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            dist: None,
            tftp: None,
            udp_echo: None,
            tcp_echo: None,
            http: None,
            files: None,
            uploads: false,
            max_uploads: 64 << 20,
            max_uploads_per_address: 32 << 20,
            transfers: tftp::Options::default().most,
            connections: Most { all: 1024, per_source: 256 },
            site_connections: Most { all: 4096, per_source: 1536 },
            limits: Limits::default(),
            allow_origin: Vec::new(),
            trusted_proxy: Vec::new(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions: 1024,
            sessions_per_address: 512,
            runs: 64,
            runs_per_address: 48,
            runs_per_session: 4,
            run_time: Duration::from_secs(30),
            message_bytes: 128 << 10,
            messages_per_second: 20,
        }
    }
}
