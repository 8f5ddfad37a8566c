//! The site, the health check and the WebSocket, over HTTP.
//!
//! The whole URL map is in [`router`]. Not for: what a lab does ([`crate::labs`]).
//!
//! * [`Site`]: the files of the site, built in or from a folder.
//! * [`negotiate`]: which compressed form a client takes.
//! * [`headers`]: what every answer says about security.
//! * `connection`: one client's connection. · `client`: who it is, for limits.
//! * [`session`]: one browser's WebSocket. · `runs`: its labs. · `turns`: whose lab runs next.

mod assets;
mod client;
mod connection;
pub mod headers;
mod health;
pub mod negotiate;
mod origin;
mod pace;
mod runs;
pub mod session;
mod site;
mod turns;

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{Router, middleware, routing::get};
use tokio::{net::TcpListener, time::timeout};
use tower_http::limit::RequestBodyLimitLayer;

pub use site::{Asset, Site};

use turns::Turns;

use crate::{
    config::Config,
    connections,
    places::{Most, Places, Source},
    shutdown::Shutdown,
};

/// What every handler may use.
#[derive(Debug)]
pub struct App {
    config: Config,
    site: Site,
    shutdown: Shutdown,
    /// A place for each browser connected.
    sessions: Arc<Places>,
    /// The runs of all browsers.
    turns: Arc<Turns>,
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
pub async fn run(listener: TcpListener, config: Config, shutdown: Shutdown) {
    let limits = &config.limits;
    let sessions = Most { all: limits.sessions, per_source: limits.sessions_per_address };
    let under_way = Most { all: limits.runs, per_source: limits.runs_per_address };
    let app = Arc::new(App {
        site: Site::new(config.dist.clone()),
        sessions: Arc::new(Places::new(sessions)),
        // As many wait as may be connected: each browser that starts a lab has its turn.
        turns: Arc::new(Turns::new(under_way, sessions)),
        shutdown: shutdown.clone(),
        config,
    });
    let places = Arc::new(Places::new(app.config.site_connections));
    let source = |address: IpAddr| {
        if client::is_trusted(address, &app.config.trusted_proxy) { Source::Proxy } else { address.into() }
    };
    let router = router(Arc::clone(&app));
    let serve =
        |stream, peer, place| connection::serve(stream, peer, place, router.clone(), shutdown.clone());
    let mut open = connections::accept("the site", listener, places, source, shutdown.wait(), serve).await;
    // A client that takes its time does not keep the server.
    timeout(LAST_ANSWERS, async { while open.join_next().await.is_some() {} }).await.ok();
}
