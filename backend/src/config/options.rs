//! What one source says about the server's options, and how several are laid over one another.

use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de};

use super::{Config, Error, Limits};
use crate::places::Most;

/// What one source says. Each option is also a key of the configuration file (`udp-echo = "127.0.0.1:7007"`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Options {
    /// Where the site listens; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR", env = "FIRSTHOP_LISTEN", value_parser = address)]
    #[serde(deserialize_with = "file_address")]
    pub listen: Option<SocketAddr>,

    /// Serve the site from this folder instead of the one built in [default: built in]
    #[arg(long, value_name = "DIR", env = "FIRSTHOP_DIST")]
    pub dist: Option<PathBuf>,

    /// Keep the TFTP service open here for ordinary clients [default: off]
    #[arg(long, value_name = "ADDR", env = "FIRSTHOP_TFTP", value_parser = address)]
    #[serde(deserialize_with = "file_address")]
    pub tftp: Option<SocketAddr>,

    /// Keep the UDP echo service open here for ordinary clients: each datagram comes back behind its number ("#1 "), cut
    /// where that makes it longer than a datagram can be (65507 bytes over IPv4) [default: off]
    #[arg(long, value_name = "ADDR", env = "FIRSTHOP_UDP_ECHO", value_parser = address)]
    #[serde(deserialize_with = "file_address")]
    pub udp_echo: Option<SocketAddr>,

    /// Keep the TCP echo service open here for ordinary clients [default: off]
    #[arg(long, value_name = "ADDR", env = "FIRSTHOP_TCP_ECHO", value_parser = address)]
    #[serde(deserialize_with = "file_address")]
    pub tcp_echo: Option<SocketAddr>,

    /// Keep the HTTP service of the lab open here for ordinary clients [default: off]
    #[arg(long, value_name = "ADDR", env = "FIRSTHOP_HTTP", value_parser = address)]
    #[serde(deserialize_with = "file_address")]
    pub http: Option<SocketAddr>,

    /// The files of the TFTP and HTTP services [default: a small tree that is built in]
    #[arg(long, value_name = "DIR", env = "FIRSTHOP_FILES")]
    pub files: Option<PathBuf>,

    /// Let TFTP clients upload: into --files, or to memory without it [default: false]
    #[arg(long, value_name = "BOOL", env = "FIRSTHOP_UPLOADS", num_args = 0..=1, default_missing_value = "true")]
    pub uploads: Option<bool>,

    /// All that TFTP clients may have uploaded, in bytes, as long as it is there: a file that is deleted from --files, or
    /// replaced, counts no more. In memory it is there until the server ends; in --files it stays, and counts as the
    /// operator's own after a new start. A thousand files at most [default: 67108864]
    #[arg(long, value_name = "BYTES", env = "FIRSTHOP_MAX_UPLOADS")]
    pub max_uploads: Option<u64>,

    /// Of these, from one address [default: 33554432]
    #[arg(long, value_name = "BYTES", env = "FIRSTHOP_MAX_UPLOADS_PER_ADDRESS")]
    pub max_uploads_per_address: Option<u64>,

    /// TFTP transfers at once [default: 1024]
    #[arg(long, value_name = "N", env = "FIRSTHOP_MAX_TRANSFERS")]
    pub max_transfers: Option<u64>,

    /// Of these, from one address; a class behind one NAT is one address [default: 256]
    #[arg(long, value_name = "N", env = "FIRSTHOP_MAX_TRANSFERS_PER_ADDRESS")]
    pub max_transfers_per_address: Option<u64>,

    /// Connections that the TCP echo service, and that the HTTP service, holds at once [default: 1024]
    #[arg(long, value_name = "N", env = "FIRSTHOP_MAX_CONNECTIONS")]
    pub max_connections: Option<u64>,

    /// Of these, from one address [default: 256]
    #[arg(long, value_name = "N", env = "FIRSTHOP_MAX_CONNECTIONS_PER_ADDRESS")]
    pub max_connections_per_address: Option<u64>,

    /// Connections to the site at once; a browser takes up to six [default: 4096]
    #[arg(long, value_name = "N", env = "FIRSTHOP_MAX_SITE_CONNECTIONS")]
    pub max_site_connections: Option<u64>,

    /// Of these, from one address [default: 1536]
    #[arg(long, value_name = "N", env = "FIRSTHOP_MAX_SITE_CONNECTIONS_PER_ADDRESS")]
    pub max_site_connections_per_address: Option<u64>,

    /// Browsers that may be connected at once [default: 1024]
    #[arg(long, value_name = "N", env = "FIRSTHOP_MAX_SESSIONS")]
    pub max_sessions: Option<u64>,

    /// Of these, from one address [default: 512]
    #[arg(long, value_name = "N", env = "FIRSTHOP_MAX_SESSIONS_PER_ADDRESS")]
    pub max_sessions_per_address: Option<u64>,

    /// Lab runs of all browsers at once; the others wait for their turn [default: 64]
    #[arg(long, value_name = "N", env = "FIRSTHOP_MAX_RUNS")]
    pub max_runs: Option<u64>,

    /// Of these, from one address [default: 48]
    #[arg(long, value_name = "N", env = "FIRSTHOP_MAX_RUNS_PER_ADDRESS")]
    pub max_runs_per_address: Option<u64>,

    /// Lab runs of one browser at once [default: 4]
    #[arg(long, value_name = "N", env = "FIRSTHOP_MAX_RUNS_PER_SESSION")]
    pub max_runs_per_session: Option<u64>,

    /// Seconds after which a lab run is ended [default: 30]
    #[arg(long, value_name = "SECONDS", env = "FIRSTHOP_RUN_SECONDS")]
    pub run_seconds: Option<u64>,

    /// The longest WebSocket message from a browser, in bytes [default: 131072]
    #[arg(long, value_name = "BYTES", env = "FIRSTHOP_MAX_MESSAGE_BYTES")]
    pub max_message_bytes: Option<u64>,

    /// WebSocket messages a second from one browser; a burst may be twice that [default: 20]
    #[arg(long, value_name = "N", env = "FIRSTHOP_MESSAGES_PER_SECOND")]
    pub messages_per_second: Option<u64>,

    /// Another origin whose pages may open the WebSocket, such as http://127.0.0.1:8081; may be repeated
    /// [default: none, so only the site's own]
    #[arg(long, value_name = "ORIGIN", env = "FIRSTHOP_ALLOW_ORIGIN", value_delimiter = ',')]
    pub allow_origin: Option<Vec<String>>,

    /// A proxy in front, or the network of several (192.0.2.0/24), whose X-Forwarded-For is believed, so that limits go
    /// by the address of the browser behind it; may be repeated [default: none, so limits go by who connects]
    #[arg(long, value_name = "ADDR", env = "FIRSTHOP_TRUSTED_PROXY", value_delimiter = ',')]
    pub trusted_proxy: Option<Vec<String>>,
}

impl Options {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// When it cannot be read, or has a key or value that is not an option's.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let text =
            fs::read_to_string(path).map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
        toml::from_str(&text).map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            Error::Malformed {
                path: path.to_owned(),
                line: text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1,
                why: error.message().replace('\n', " "),
            }
        })
    }

    /// These options, and where they say nothing, `other`'s.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            listen: self.listen.or(other.listen),
            dist: self.dist.or(other.dist),
            tftp: self.tftp.or(other.tftp),
            udp_echo: self.udp_echo.or(other.udp_echo),
            tcp_echo: self.tcp_echo.or(other.tcp_echo),
            http: self.http.or(other.http),
            files: self.files.or(other.files),
            uploads: self.uploads.or(other.uploads),
            max_uploads: self.max_uploads.or(other.max_uploads),
            max_uploads_per_address: self.max_uploads_per_address.or(other.max_uploads_per_address),
            max_transfers: self.max_transfers.or(other.max_transfers),
            max_transfers_per_address: self.max_transfers_per_address.or(other.max_transfers_per_address),
            max_connections: self.max_connections.or(other.max_connections),
            max_connections_per_address: self
                .max_connections_per_address
                .or(other.max_connections_per_address),
            max_site_connections: self.max_site_connections.or(other.max_site_connections),
            max_site_connections_per_address: self
                .max_site_connections_per_address
                .or(other.max_site_connections_per_address),
            max_sessions: self.max_sessions.or(other.max_sessions),
            max_sessions_per_address: self.max_sessions_per_address.or(other.max_sessions_per_address),
            max_runs: self.max_runs.or(other.max_runs),
            max_runs_per_address: self.max_runs_per_address.or(other.max_runs_per_address),
            max_runs_per_session: self.max_runs_per_session.or(other.max_runs_per_session),
            run_seconds: self.run_seconds.or(other.run_seconds),
            max_message_bytes: self.max_message_bytes.or(other.max_message_bytes),
            messages_per_second: self.messages_per_second.or(other.messages_per_second),
            allow_origin: self.allow_origin.or(other.allow_origin),
            trusted_proxy: self.trusted_proxy.or(other.trusted_proxy),
        }
    }

    /// Fills in the defaults and checks what was said.
    ///
    /// # Errors
    /// When a number is out of range or a folder is not there.
    pub fn settle(self) -> Result<Config, Error> {
        let default = Config::default();
        let limits = default.limits;
        Ok(Config {
            listen: self.listen.unwrap_or(default.listen),
            dist: folder("--dist", self.dist)?,
            tftp: self.tftp,
            udp_echo: self.udp_echo,
            tcp_echo: self.tcp_echo,
            http: self.http,
            files: folder("--files", self.files)?,
            uploads: self.uploads.unwrap_or(default.uploads),
            max_uploads: self.max_uploads.unwrap_or(default.max_uploads),
            max_uploads_per_address: self.max_uploads_per_address.unwrap_or(default.max_uploads_per_address),
            transfers: Most {
                all: size("--max-transfers", self.max_transfers, default.transfers.all, 65_536)?,
                per_source: size(
                    "--max-transfers-per-address",
                    self.max_transfers_per_address,
                    default.transfers.per_source,
                    65_536,
                )?,
            },
            connections: Most {
                all: size("--max-connections", self.max_connections, default.connections.all, 65_536)?,
                per_source: size(
                    "--max-connections-per-address",
                    self.max_connections_per_address,
                    default.connections.per_source,
                    65_536,
                )?,
            },
            site_connections: Most {
                all: size(
                    "--max-site-connections",
                    self.max_site_connections,
                    default.site_connections.all,
                    65_536,
                )?,
                per_source: size(
                    "--max-site-connections-per-address",
                    self.max_site_connections_per_address,
                    default.site_connections.per_source,
                    65_536,
                )?,
            },
            limits: Limits {
                sessions: size("--max-sessions", self.max_sessions, limits.sessions, 65_536)?,
                sessions_per_address: size(
                    "--max-sessions-per-address",
                    self.max_sessions_per_address,
                    limits.sessions_per_address,
                    65_536,
                )?,
                runs: size("--max-runs", self.max_runs, limits.runs, 4096)?,
                runs_per_address: size(
                    "--max-runs-per-address",
                    self.max_runs_per_address,
                    limits.runs_per_address,
                    4096,
                )?,
                runs_per_session: size(
                    "--max-runs-per-session",
                    self.max_runs_per_session,
                    limits.runs_per_session,
                    4096,
                )?,
                run_time: match self.run_seconds {
                    None => limits.run_time,
                    Some(given) => Duration::from_secs(within("--run-seconds", given, 1, 3600)?),
                },
                message_bytes: size(
                    "--max-message-bytes",
                    self.max_message_bytes,
                    limits.message_bytes,
                    16 << 20,
                )?,
                messages_per_second: match self.messages_per_second {
                    None => limits.messages_per_second,
                    Some(given) => u32::try_from(within("--messages-per-second", given, 1, 10_000)?)
                        .unwrap_or(limits.messages_per_second),
                },
            },
            allow_origin: self
                .allow_origin
                .unwrap_or_default()
                .into_iter()
                .map(origin)
                .collect::<Result<_, _>>()?,
            trusted_proxy: self
                .trusted_proxy
                .unwrap_or_default()
                .into_iter()
                .map(network)
                .collect::<Result<_, _>>()?,
        })
    }
}

fn folder(option: &'static str, path: Option<PathBuf>) -> Result<Option<PathBuf>, Error> {
    match path {
        Some(path) if !path.is_dir() => Err(Error::NoFolder { option, path }),
        path => Ok(path),
    }
}

fn within(option: &'static str, given: u64, least: u64, most: u64) -> Result<u64, Error> {
    if (least..=most).contains(&given) {
        Ok(given)
    } else {
        Err(Error::OutOfRange { option, given, least, most })
    }
}

fn size(option: &'static str, given: Option<u64>, default: usize, most: usize) -> Result<usize, Error> {
    let Some(given) = given else { return Ok(default) };
    within(option, given, 1, most as u64).map(|given| usize::try_from(given).unwrap_or(most))
}

/// An address as a flag or the environment has it.
fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "an IP address and a port are wanted, such as 127.0.0.1:8080 or [::1]:8080")
}

/// An address as the file has it.
fn file_address<'de, D: Deserializer<'de>>(file: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(file)?;
    address(&text).map(Some).map_err(|why| de::Error::custom(format_args!("{text}: {why}")))
}

/// What a browser says in `Origin`: RFC 6454 §6.1.
fn origin(given: String) -> Result<String, Error> {
    let bare = given.trim_end_matches('/');
    let plain = bare.split_once("://").is_some_and(|(scheme, host)| {
        matches!(scheme, "http" | "https")
            && !host.is_empty()
            && !host.contains(['/', '?', '#', '@', ' ', '*'])
    });
    if plain { Ok(bare.to_owned()) } else { Err(Error::Origin { given }) }
}

/// An address, or a network of them.
fn network(given: String) -> Result<IpNet, Error> {
    let alone = given.parse::<IpAddr>().map(IpNet::from);
    alone.or_else(|_| given.parse()).map_err(|_| Error::Proxy { given })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_source_wins_and_the_rest_is_filled_in() {
        let flags = Options { listen: "127.0.0.1:1".parse().ok(), ..Options::default() };
        let file: Options = toml::from_str(
            "listen = '127.0.0.1:2'\nmax-runs = 3\nmax-connections-per-address = 5\nallow-origin = ['http://a']\n\
             trusted-proxy = ['::1']",
        )
        .unwrap();
        let config = flags.or(file).settle().unwrap();
        assert_eq!(config.listen, "127.0.0.1:1".parse().unwrap());
        assert_eq!(config.limits.runs, 3);
        assert_eq!(config.allow_origin, ["http://a"]);
        assert_eq!(config.limits.runs_per_session, 4);
        assert_eq!(config.trusted_proxy, ["::1/128".parse().unwrap()]);
        assert_eq!(config.connections, Most { all: 1024, per_source: 5 });
    }

    #[test]
    fn what_is_wrong_is_named() {
        for given in ["nonsense", "http://", "http://a/b", "ftp://a", "*"] {
            let friends = Options { allow_origin: Some(vec![given.to_owned()]), ..Options::default() };
            let why = friends.settle().unwrap_err().to_string();
            assert!(why.starts_with(&format!("--allow-origin {given}: ")), "{why}");
        }
        let wrong = toml::from_str::<Options>("listen = 'localhost'").unwrap_err();
        assert!(wrong.message().contains("localhost: an IP address and a port"), "{wrong}");
        let none = Options { max_runs: Some(0), ..Options::default() };
        assert_eq!(none.settle().unwrap_err().to_string(), "--max-runs 0: must be from 1 to 4096");
        assert!(
            toml::from_str::<Options>("lisen = '127.0.0.1:2'").unwrap_err().to_string().contains("lisen")
        );
        let gone = Options { files: Some("/no/such/folder".into()), ..Options::default() };
        assert_eq!(gone.settle().unwrap_err().to_string(), "--files /no/such/folder: not a folder");
    }
}
