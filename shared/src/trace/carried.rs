//! What TFTP and HTTP say, in the notation of their RFCs: for the line about a frame.

use crate::wire::{Layer, Protocol};

/// `DATA 3`, `GET /hello.txt`; none for what is only a piece of something, or another protocol.
pub(super) fn said(layer: &Layer) -> Option<String> {
    let text = |name| layer.field(name).map(|field| field.text().to_string());
    let number = |name| layer.number(name);
    match layer.protocol {
        // RFC 1350 §5, RFC 2347
        Protocol::Tftp => match (number("opcode")?, number("block")) {
            (1, _) => text("source_file").map(|name| format!("RRQ {name}")),
            (2, _) => text("destination_file").map(|name| format!("WRQ {name}")),
            (3, Some(block)) => Some(format!("DATA {block}")),
            (4, Some(block)) => Some(format!("ACK {block}")),
            (5, _) => number("code").map(|code| format!("ERROR {code}")),
            (6, _) => Some("OACK".to_owned()),
            _ => None,
        },
        // RFC 9112 §3, §4
        Protocol::Http => match (text("method"), text("uri"), number("code")) {
            (Some(method), Some(uri), _) => Some(format!("{method} {uri}")),
            (_, _, Some(code)) => Some(format!("HTTP {code} {}", text("phrase").unwrap_or_default())),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        trace::{Fate, Frame, Summaries, Time},
        wire::LinkType,
    };

    /// The line about a frame whose ports say nothing of what it carries.
    fn line(protocol: Protocol, ports: (u16, u16), payload: &[u8], summaries: &mut Summaries) -> String {
        let transport = if protocol == Protocol::Udp { 17 } else { 6 };
        let mut bytes = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, transport, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        bytes.extend(ports.0.to_be_bytes());
        bytes.extend(ports.1.to_be_bytes());
        if protocol == Protocol::Udp {
            bytes.extend((8 + payload.len() as u16).to_be_bytes());
            bytes.extend([0, 0]);
        } else {
            bytes.extend([0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 1, 0, 0, 0, 0, 0]);
        }
        bytes.extend(payload);
        let length = bytes.len() as u16;
        bytes.splice(2..4, length.to_be_bytes());
        let summary = summaries.next(&Frame {
            link: "lo".to_owned(),
            from: "a".to_owned(),
            to: "b".to_owned(),
            link_type: LinkType::RawIp,
            bytes,
            original: None,
            fate: Fate::Delivered { at: Time::ZERO },
            impairment: None,
            note: None,
        });
        format!("{}: {}", summary.protocol, summary.info)
    }

    #[test]
    fn a_transfer_is_known_from_its_request_on_whatever_its_ports() {
        let mut summaries = Summaries::new();
        let mut udp = |ports, payload: &[u8]| line(Protocol::Udp, ports, payload, &mut summaries);
        assert_eq!(udp((40_000, 50_000), b"hello"), "udp: 40000 > 50000 len=5");
        assert_eq!(udp((40_000, 50_000), b"\0\x01hello.txt\0octet\0"), "tftp: RRQ hello.txt len=18");
        assert_eq!(udp((50_001, 40_000), b"\0\x03\0\x01hello"), "tftp: DATA 1 len=9");
        assert_eq!(udp((40_000, 50_001), b"\0\x04\0\x01"), "tftp: ACK 1 len=4");
        assert_eq!(udp((50_002, 40_000), b"\0\x05\0\x01no\0"), "tftp: ERROR 1 len=7");
    }

    #[test]
    fn http_is_known_from_its_first_line_and_a_port_alone_does_not_make_it() {
        let mut summaries = Summaries::new();
        let mut tcp = |ports, payload: &[u8]| line(Protocol::Tcp, ports, payload, &mut summaries);
        assert_eq!(tcp((40_000, 80), b"hello"), "tcp: PSH, ACK seq=0 ack=1 len=5");
        assert_eq!(tcp((40_000, 50_000), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"), "http: GET / len=27");
        assert_eq!(
            tcp((50_000, 40_000), b"HTTP/1.1 404 Not Found\r\n\r\n"),
            "http: HTTP 404 Not Found len=26"
        );
    }
}
