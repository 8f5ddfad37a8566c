//! Every address that is not under `/api`: a file of the site, or its first page.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use super::{
    App, Asset, headers,
    negotiate::{Coding, order},
};

const NO_SITE: &str = "The server is up, but this binary has no site built in.\n\n\
    Build both with:   cargo xtask build   (or build and serve: cargo xtask run)\n\
    Or build the site with `trunk build` and start the server with:   firsthop serve --dist dist\n";

/// A file, or for an address without an extension the first page: its router shows what the address means.
pub(super) async fn serve(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        let allow = [(header::ALLOW, "GET, HEAD")];
        return (StatusCode::METHOD_NOT_ALLOWED, allow, "only GET and HEAD here\n").into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    let path = if last.contains('.') { path } else { "index.html" };
    let accept: Vec<&str> =
        headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).collect();
    // Files of a folder are read from the disk.
    let found = tokio::task::block_in_place(|| {
        let asset = app.site.get(path, &order(&accept.join(",")))?;
        let policy = (path == "index.html").then(|| page_policy(&app, &asset));
        Some((asset, policy))
    });
    match found {
        Some((asset, policy)) => answer(path, asset, policy, &headers),
        None if path == "index.html" => (StatusCode::SERVICE_UNAVAILABLE, NO_SITE).into_response(),
        None => (StatusCode::NOT_FOUND, "no such file\n").into_response(),
    }
}

/// The policy of the first page, from the page as it is.
fn page_policy(app: &App, asset: &Asset) -> String {
    if asset.coding == Coding::Identity {
        return headers::policy(&String::from_utf8_lossy(&asset.bytes));
    }
    let page = app.site.get("index.html", &[Coding::Identity]);
    headers::policy(&page.map(|page| String::from_utf8_lossy(&page.bytes).into_owned()).unwrap_or_default())
}

fn answer(path: &str, asset: Asset, policy: Option<String>, asked: &HeaderMap) -> Response {
    let mut headers = HeaderMap::new();
    let cache = if is_hashed(path) { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let fresh = asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        // If-None-Match compares weakly, RFC 9110 §13.1.2.
        .any(|tag| tag == "*" || tag.trim_start_matches("W/") == asset.etag);
    for (name, value) in
        [(header::ETAG, Some(asset.etag)), (header::CONTENT_SECURITY_POLICY, policy)].into_iter()
    {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    if fresh {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let text = mime.type_() == "text" || matches!(mime.subtype().as_str(), "javascript" | "json");
    let kind = if text { format!("{mime}; charset=utf-8") } else { mime.to_string() };
    if let Ok(kind) = HeaderValue::from_str(&kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if asset.coding != Coding::Identity {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(asset.coding.name()));
    }
    let body = match asset.bytes {
        std::borrow::Cow::Borrowed(bytes) => Body::from(bytes),
        std::borrow::Cow::Owned(bytes) => Body::from(bytes),
    };
    (headers, body).into_response()
}

/// Whether the build put a hash of the content into the name, as trunk does: `app-0123456789abcdef_bg.wasm`.
fn is_hashed(path: &str) -> bool {
    path.split(['-', '_', '.', '/'])
        .any(|part| part.len() >= 12 && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn names_with_a_hash_may_be_kept_for_good() {
        assert!(is_hashed("firsthop-app-1d04a1ea5d0ea9d1_bg.wasm"));
        assert!(is_hashed("base-1d04a1ea5d0ea9d1.css"));
        assert!(is_hashed("snippets/x-0123456789abcdef/inline0.js"));
        assert!(!is_hashed("index.html"));
        assert!(!is_hashed("firsthop-app.js"));
        assert!(!is_hashed("decade-facade.css"));
    }
}
