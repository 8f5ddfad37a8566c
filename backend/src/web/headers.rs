//! What every answer says about security.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// What a page of ours may do, `SCRIPTS` apart. Scripts come from this server, or are those of the page whose hash is
/// named; style *attributes* are how a view places what it draws, so they alone may be inline.
const POLICY: [&str; 11] = [
    "default-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
];

/// Adds to an answer what it does not say itself.
pub(super) async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response
}

/// The policy of a page: what is in [`POLICY`], and its own inline scripts by their hash.
pub fn policy(html: &str) -> String {
    let mut scripts = "script-src 'self' 'wasm-unsafe-eval'".to_owned();
    for script in inline_scripts(html) {
        scripts.push_str(&format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script))));
    }
    format!("{scripts}; {}", POLICY.join("; "))
}

/// The text of each script that is in the page itself.
fn inline_scripts(html: &str) -> Vec<&str> {
    let mut scripts = Vec::new();
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once("<script") {
        let Some((attributes, body)) = tag.split_once('>') else { break };
        let Some((script, after)) = body.split_once("</script") else { break };
        if !attributes.split_whitespace().any(|word| word == "src" || word.starts_with("src=")) {
            scripts.push(script);
        }
        rest = after;
    }
    scripts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inline_script_is_allowed_by_its_hash_and_no_other() {
        let policy = policy("<script src=\"a.js\"></script><script type=\"module\">alert('Hello')</script>");
        // printf "alert('Hello')" | openssl dgst -sha256 -binary | base64
        let hash = "'sha256-xsuTGwM1pbHxJt6Bcu7KLls/Z+Q7K2yHs6kiFf8OBkA='";
        assert_eq!(
            policy.split(';').next().unwrap(),
            format!("script-src 'self' 'wasm-unsafe-eval' {hash}"),
            "{policy}"
        );
        let (scripts, _) = policy.split_once(';').unwrap();
        assert!(!scripts.contains("unsafe-inline"));
    }
}
