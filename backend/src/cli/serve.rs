//! `firsthop serve`: the site, its labs, and the services kept open.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use tokio::net::TcpListener;
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

use crate::{config::Options, services, web};

/// What `serve` may be told.
#[derive(Debug, Args)]
#[command(
    after_help = "Every option may also be given by the environment variable named beside it, and all but --config and \
--log as a key of the configuration file (the option's name without the dashes in front, such as `udp-echo = \"127.0.0.1:7007\"`).\n\
A flag goes before the environment, the environment before the file, the file before the default."
)]
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
        let file = self.config.as_deref().map(Options::from_file).transpose()?.unwrap_or_default();
        let config = self.options.or(file).settle()?;
        let log = EnvFilter::builder()
            .with_default_directive(LevelFilter::WARN.into())
            .parse(&self.log)
            .map_err(|error| anyhow::anyhow!("--log {:?}: {error}", self.log))?;
        // It fails only when there is one already.
        tracing_subscriber::fmt().with_env_filter(log).with_writer(std::io::stderr).try_init().ok();
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
            let listener = TcpListener::bind(config.listen)
                .await
                .with_context(|| format!("cannot listen at {}", config.listen))?;
            let address = listener.local_addr()?;
            let shutdown = web::Shutdown::new();
            services::start(&config, &shutdown).await?;
            services::say("Firsthop", format_args!("http://{address}"));
            shutdown.on_signals()?;
            web::run(listener, config, shutdown).await.context("the server ended")
        })
    }
}
