//! Who a browser is, for limits: the address that connects, or the one that a trusted proxy names.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// Whether the operator trusts what comes from this address.
pub(super) fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address.to_canonical()))
}

/// The browser's address. Each proxy adds whom it heard to the end of `X-Forwarded-For`; what stands before the word of
/// the first trusted one, anybody may have written.
pub(super) fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let said: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .collect();
    let mut address = peer;
    for word in said.into_iter().rev() {
        if !is_trusted(address, trusted) {
            break;
        }
        let Some(named) = parse(word.trim()) else { break };
        address = named;
    }
    address
}

/// An address, of which some proxies say the port, too.
fn parse(word: &str) -> Option<IpAddr> {
    let bare = word.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| word.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_its_own_word() {
        let trusted = ["127.0.0.1/32".parse().unwrap(), "192.0.2.0/24".parse().unwrap()];
        for (peer, said, address) in [
            ("127.0.0.1", &[][..], "127.0.0.1"),
            ("127.0.0.1", &["10.0.0.1"], "10.0.0.1"),
            ("::ffff:127.0.0.1", &["10.0.0.1"], "10.0.0.1"),
            ("10.0.0.9", &["10.0.0.1"], "10.0.0.9"),
            ("127.0.0.1", &["10.6.6.6, 10.0.0.1"], "10.0.0.1"),
            ("127.0.0.1", &["10.6.6.6", "10.0.0.1, 192.0.2.7"], "10.0.0.1"),
            ("127.0.0.1", &["10.0.0.1:4711"], "10.0.0.1"),
            ("127.0.0.1", &["[2001:db8::1]"], "2001:db8::1"),
            ("127.0.0.1", &["[2001:db8::1]:4711"], "2001:db8::1"),
            ("127.0.0.1", &["nonsense"], "127.0.0.1"),
            ("127.0.0.1", &["10.6.6.6, unknown"], "127.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for line in said {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            let found = super::address(peer.parse().unwrap(), &headers, &trusted);
            assert_eq!(found, address.parse::<IpAddr>().unwrap(), "{peer} says {said:?}");
        }
    }
}
