//! What a captured packet says about itself before any protocol is looked at: its network layer, and between whom it
//! goes.
//!
//! Not for: checking anything. A packet that is cut short or damaged still has the addresses that it has.

use std::net::{Ipv4Addr, Ipv6Addr};

use smoltcp::wire::{EthernetAddress, EthernetFrame, EthernetProtocol, IpProtocol};

use crate::wire::LinkType;

/// IEEE 802.1Q and 802.1ad: four bytes more before the payload.
const TAGS: [u16; 2] = [0x8100, 0x88a8];

/// Which protocol the link layer carries, and its bytes.
pub(super) fn layer(link: LinkType, bytes: &[u8]) -> Option<(EthernetProtocol, &[u8])> {
    match link {
        LinkType::Ethernet => {
            let mut at = 12;
            while TAGS.contains(&number_at(bytes, at)?) {
                at += 4;
            }
            Some((number_at(bytes, at)?.into(), bytes.get(at + 2..)?))
        }
        LinkType::LinuxSll => Some((number_at(bytes, 14)?.into(), bytes.get(16..)?)),
        LinkType::LinuxSll2 => Some((number_at(bytes, 0)?.into(), bytes.get(20..)?)),
        LinkType::RawIp | LinkType::Null => {
            let payload = if link == LinkType::Null { bytes.get(4..)? } else { bytes };
            let version = payload.first()? >> 4;
            Some((if version == 6 { EthernetProtocol::Ipv6 } else { EthernetProtocol::Ipv4 }, payload))
        }
    }
}

/// What is behind the extension headers of IPv6.
pub(super) enum Upper<'p> {
    Whole(IpProtocol, &'p [u8]),
    /// Not the first one: its beginning, and so what it belongs to, is in another packet.
    Fragment {
        offset: u16,
        bytes: usize,
    },
}

/// Goes behind extension headers (RFC 8200 §4).
pub(super) fn upper_layer(mut next: IpProtocol, mut payload: &[u8]) -> Option<Upper<'_>> {
    loop {
        let (number, length) = (*payload.first()?, payload.get(1)?);
        let length = match next {
            // Eight octets each, the first not counted.
            IpProtocol::HopByHop | IpProtocol::Ipv6Route | IpProtocol::Ipv6Opts => {
                (usize::from(*length) + 1) * 8
            }
            IpProtocol::Ipv6Frag => {
                let field = u16::from_be_bytes(*payload.get(2..)?.first_chunk()?);
                let offset = field & !7;
                if offset > 0 {
                    return Some(Upper::Fragment { offset, bytes: payload.len().checked_sub(8)? });
                }
                8
            }
            _ => return Some(Upper::Whole(next, payload)),
        };
        (next, payload) = (number.into(), payload.get(length..)?);
    }
}

/// Who sends a packet and to whom, in the terms of its highest layer that has addresses: IP's, ARP's, or Ethernet's.
///
/// ```
/// use firsthop_protocol::{trace::addresses, wire::LinkType};
///
/// let mut packet = vec![0x45; 20];
/// packet[12..].copy_from_slice(&[10, 0, 0, 1, 10, 0, 0, 2]);
/// assert_eq!(addresses(LinkType::RawIp, &packet), Some(("10.0.0.1".into(), "10.0.0.2".into())));
/// ```
pub fn addresses(link: LinkType, bytes: &[u8]) -> Option<(String, String)> {
    let of_network = layer(link, bytes).and_then(|(protocol, payload)| match protocol {
        EthernetProtocol::Ipv4 => pair(payload, [12, 16], Ipv4Addr::from),
        EthernetProtocol::Ipv6 => pair(payload, [8, 24], Ipv6Addr::from),
        // RFC 826 for Ethernet and IPv4: the sender's protocol address, the target's.
        EthernetProtocol::Arp => pair(payload, [14, 24], Ipv4Addr::from),
        EthernetProtocol::Unknown(_) => None,
    });
    of_network.or_else(|| {
        let frame = EthernetFrame::new_checked(bytes).ok().filter(|_| link == LinkType::Ethernet)?;
        let name = |EthernetAddress(mac)| mac.map(|byte| format!("{byte:02x}")).join(":");
        Some((name(frame.src_addr()), name(frame.dst_addr())))
    })
}

fn number_at(bytes: &[u8], offset: usize) -> Option<u16> {
    bytes.get(offset..)?.first_chunk().copied().map(u16::from_be_bytes)
}

fn pair<const N: usize, A: ToString>(
    bytes: &[u8],
    [from, to]: [usize; 2],
    address: impl Fn([u8; N]) -> A,
) -> Option<(String, String)> {
    let at = |offset| Some(address(*bytes.get(offset..)?.first_chunk()?).to_string());
    Some((at(from)?, at(to)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(link: LinkType, bytes: &[u8]) -> (String, String) {
        addresses(link, bytes).unwrap()
    }

    #[test]
    fn a_tag_hides_no_address() {
        let mut frame = vec![2; 12];
        frame.extend([0x88, 0xa8, 0, 1, 0x81, 0, 0, 2, 8, 0]);
        frame.extend([0x45; 12]);
        frame.extend([192, 0, 2, 1, 192, 0, 2, 2]);
        assert_eq!(ends(LinkType::Ethernet, &frame), ("192.0.2.1".into(), "192.0.2.2".into()));
    }

    #[test]
    fn what_has_no_network_address_has_its_macs() {
        let frame = [1, 0x80, 0xc2, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0x88, 0xcc, 0];
        assert_eq!(
            ends(LinkType::Ethernet, &frame),
            ("02:00:00:00:00:01".into(), "01:80:c2:00:00:00".into())
        );
    }

    #[test]
    fn what_ipv6_carries_is_behind_its_extensions() {
        // Hop-by-hop of 16 octets, destination options of 8, then an atomic fragment with UDP.
        let mut payload = vec![60, 1];
        payload.extend([0; 14]);
        payload.extend([44, 0, 0, 0, 0, 0, 0, 0]);
        payload.extend([17, 0, 0, 0, 0, 0, 0, 1]);
        payload.extend(b"udp");
        let found = upper_layer(IpProtocol::HopByHop, &payload);
        assert!(matches!(found, Some(Upper::Whole(IpProtocol::Udp, b"udp"))));
        // The same as the second of two fragments, 8 octets on.
        payload[27] = 9;
        let found = upper_layer(IpProtocol::HopByHop, &payload);
        assert!(matches!(found, Some(Upper::Fragment { offset: 8, bytes: 3 })));
        for cut in 0..32 {
            assert!(upper_layer(IpProtocol::HopByHop, &payload[..cut]).is_none(), "{cut}");
        }
    }

    #[test]
    fn a_packet_cut_before_its_addresses_has_none() {
        assert_eq!(addresses(LinkType::RawIp, &[0x45; 19]), None);
        assert_eq!(addresses(LinkType::RawIp, &[]), None);
        assert_eq!(addresses(LinkType::LinuxSll2, &[0x86, 0xdd]), None);
    }
}
