//! `firsthop serve`: the site, its labs, and the services kept open.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::net::TcpListener;

use super::Senseless;
use crate::{
    bind::Wanted,
    config::{Config, Options},
    log, services,
    shutdown::Shutdown,
    web,
};

const SITE: Wanted = Wanted { service: "the site", option: "--listen", udp: false };

/// What `serve` may be told.
#[derive(Debug, Args)]
#[command(after_help = "\
Every option may also be given by the environment variable named beside it, and all but --config and --log as a key of \
the configuration file (the option's name without the dashes in front, such as `udp-echo = \"127.0.0.1:7007\"`).
A flag goes before the environment, the environment before the file, the file before the default.

GET /api/health answers with JSON while the server is up:
  status   \"ok\"
  version  this program's; `api` is the version of what is said over the WebSocket
  capture  whether labs can capture frames (`able`), and if not, why (`why_not`)
  site     whether there is a site to serve
  runs     lab runs under way; `waiting` is those that wait for their turn

SIGTERM or Ctrl-C ends the server within seconds, with the labs under way; a second one at once.")]
pub struct Serve {
    /// A configuration file in TOML [default: none]
    #[arg(long, value_name = "FILE", env = "FIRSTHOP_CONFIG")]
    config: Option<PathBuf>,

    /// What is logged to standard error: error, warn, info, debug or trace, also for a part, such as
    /// firsthop_server::services=debug
    #[arg(long, value_name = "FILTER", env = "FIRSTHOP_LOG", default_value = "warn")]
    log: String,

    #[command(flatten)]
    options: Options,
}

impl Serve {
    /// Serves until it is told to stop.
    pub fn run(self) -> Result<()> {
        let config = self.settle().map_err(|why| Senseless(format!("{why:#}")))?;
        log::begin(&self.log).map_err(|error| Senseless(format!("--log {}: {error}", self.log)))?;
        room_for_sockets();
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
            let listener =
                TcpListener::bind(config.listen).await.map_err(|error| SITE.refused(config.listen, error))?;
            let address = listener.local_addr()?;
            let shutdown = Shutdown::new();
            services::start(&config, &shutdown).await?;
            services::say("Firsthop", format_args!("http://{address}"));
            shutdown.on_signals()?;
            web::run(listener, config, shutdown).await;
            Ok(())
        })
    }

    /// What the sources say together.
    fn settle(&self) -> Result<Config> {
        let file = self.config.as_deref().map(Options::from_file).transpose()?.unwrap_or_default();
        Ok(self.options.clone().or(file).settle()?)
    }
}

/// A lab run takes some ten descriptors and a TFTP transfer one, while many systems begin with 1024: takes what is allowed.
fn room_for_sockets() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "no more file descriptors are to be had");
    }
}
