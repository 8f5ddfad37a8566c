//! Whose pages may open the WebSocket.

use axum::http::{HeaderMap, header};

/// Whether the page that asks is of this site: its `Origin` names the `Host` it asks, or is one the operator allows.
/// A program that is not a browser sends no `Origin`, and no browser can be made to leave it out. A proxy in front, such
/// as `trunk serve`, asks for its own name of this host and says the page's in `X-Forwarded-Host`; no page can make a
/// browser send that with a WebSocket.
pub(super) fn is_allowed(headers: &HeaderMap, allowed: &[String]) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    if allowed.iter().any(|allowed| allowed.trim_end_matches('/').eq_ignore_ascii_case(origin)) {
        return true;
    }
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let default = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    // A proxy that ends TLS may say the default port, which the browser leaves out.
    let bare = |name: &str| name.strip_suffix(default).unwrap_or(name).to_ascii_lowercase();
    [header::HOST.as_str(), "x-forwarded-host"]
        .into_iter()
        .filter_map(|name| headers.get(name)?.to_str().ok())
        .any(|host| bare(host) == bare(authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(origin: Option<&'static str>, host: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        is_allowed(&headers, &["http://dev.example:1".to_owned()])
    }

    #[test]
    fn a_proxy_names_the_host_that_the_page_knows() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, "http://127.0.0.1:8081".parse().unwrap());
        headers.insert(header::HOST, "127.0.0.1".parse().unwrap());
        assert!(!is_allowed(&headers, &[]));
        headers.insert("x-forwarded-host", "127.0.0.1:8081".parse().unwrap());
        assert!(is_allowed(&headers, &[]));
    }

    #[test]
    fn only_pages_of_this_site_and_the_operators_friends() {
        assert!(asked(Some("http://127.0.0.1:8080"), "127.0.0.1:8080"));
        assert!(asked(Some("https://course.example"), "course.example:443"));
        assert!(asked(Some("http://dev.example:1"), "127.0.0.1:8080"));
        assert!(asked(None, "127.0.0.1:8080"));
        assert!(!asked(Some("http://127.0.0.1:8081"), "127.0.0.1:8080"));
        assert!(!asked(Some("http://evil.example"), "127.0.0.1:8080"));
        assert!(!asked(Some("null"), "127.0.0.1:8080"));
        assert!(!asked(Some("http://127.0.0.1:8080.evil.example"), "127.0.0.1:8080"));
    }
}
