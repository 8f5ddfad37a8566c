//! `/api/health`, and what is under `/api` but is nothing.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;

use super::App;
use crate::capture;

/// How the server is.
#[derive(Debug, Serialize)]
pub(super) struct Health {
    status: &'static str,
    version: &'static str,
    /// The version of what is said over the WebSocket.
    api: u32,
    capture: Capture,
    /// Whether there is a site to serve.
    site: bool,
    runs: usize,
    waiting: usize,
}

#[derive(Debug, Serialize)]
struct Capture {
    able: bool,
    /// Why not, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    why_not: Option<String>,
}

/// The server is up, and this is what it can do.
pub(super) async fn health(State(app): State<Arc<App>>) -> Json<Health> {
    let capture = match capture::able() {
        Ok(()) => Capture { able: true, why_not: None },
        Err(why) => Capture { able: false, why_not: Some(why.english) },
    };
    Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        api: firsthop_protocol::api::VERSION,
        capture,
        site: app.site.is_there(),
        runs: app.turns.under_way(),
        waiting: app.turns.waiting(),
    })
}

/// Nothing is here. Not the site's first page either: a program that asks for data must not get a page.
pub(super) async fn unknown() -> (StatusCode, Json<serde_json::Value>) {
    (StatusCode::NOT_FOUND, Json(serde_json::json!({ "error": "no such address under /api" })))
}
