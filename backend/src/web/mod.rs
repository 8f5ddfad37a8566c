//! The site, the health check and the WebSocket, over HTTP.
//!
//! The whole URL map is in [`router`]. Not for: what a lab does ([`crate::labs`]).
//!
//! * [`Site`]: the files of the site, built in or from a folder.
//! * [`negotiate`]: which compressed form a client takes.
//! * [`headers`]: what every answer says about security.
//! * [`session`]: one browser's WebSocket.

mod assets;
pub mod headers;
mod health;
pub mod negotiate;
mod origin;
mod pace;
mod runs;
pub mod session;
mod site;

use std::{io, sync::Arc, time::Duration};

use axum::{Router, middleware, routing::get};
use tokio::{net::TcpListener, sync::Semaphore, time::sleep};
use tower_http::limit::RequestBodyLimitLayer;

pub use site::{Asset, Site};

use crate::{config::Config, shutdown::Shutdown};

/// What every handler may use.
#[derive(Debug)]
pub struct App {
    config: Config,
    site: Site,
    shutdown: Shutdown,
    /// A permit for each browser connected.
    sessions: Semaphore,
    /// A permit for each run of all browsers.
    runs: Arc<Semaphore>,
}

/// Every URL there is.
fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/api/health", get(health::health))
        .route("/api/ws", get(session::open))
        .route("/api", get(health::unknown))
        .route("/api/{*rest}", axum::routing::any(health::unknown))
        .fallback(assets::serve)
        .layer(middleware::from_fn(headers::secure))
        // Nothing here takes a body.
        .layer(RequestBodyLimitLayer::new(16 << 10))
        .with_state(app)
}

/// How long answers that are under way at the end may take.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// Serves on `listener` until `shutdown`; then ends the sessions and their runs, and returns.
///
/// # Errors
/// When the listener fails.
pub async fn run(listener: TcpListener, config: Config, shutdown: Shutdown) -> io::Result<()> {
    let app = Arc::new(App {
        site: Site::new(config.dist.clone()),
        sessions: Semaphore::new(config.limits.sessions),
        runs: Arc::new(Semaphore::new(config.limits.runs)),
        shutdown: shutdown.clone(),
        config,
    });
    let ending = shutdown.clone();
    let serving =
        axum::serve(listener, router(app)).with_graceful_shutdown(async move { ending.wait().await });
    tokio::select! {
        outcome = serving => outcome,
        // A client that takes its time does not keep the server.
        () = async { shutdown.wait().await; sleep(LAST_ANSWERS).await } => Ok(()),
    }
}
