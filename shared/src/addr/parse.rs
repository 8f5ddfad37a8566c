//! Addresses as people type them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Why text is no address with a prefix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// There is no text.
    #[error("nothing to read: an address with its prefix length is wanted, such as 192.168.1.10/24")]
    Empty,
    /// A prefix length alone.
    #[error("`{0}` has no address before the `/`: write 192.168.1.10/24, say")]
    NoAddress(String),
    /// An IPv4 address has four octets.
    #[error("`{address}` has {found} octet{}: an IPv4 address has four, such as 192.168.1.10", if *.found == 1 { "" } else { "s" })]
    OctetCount {
        /// The address as typed.
        address: String,
        /// How many octets it has.
        found: usize,
    },
    /// An octet that is no number.
    #[error("octet {position} of `{address}` is `{octet}`: a number from 0 to 255 is wanted")]
    OctetNotANumber {
        /// The address as typed.
        address: String,
        /// Which octet, from 1.
        position: usize,
        /// The octet as typed.
        octet: String,
    },
    /// An octet over 255.
    #[error("octet {position} of `{address}` is {octet}: an octet has 8 bits and is 255 at the most")]
    OctetTooLarge {
        /// The address as typed.
        address: String,
        /// Which octet, from 1.
        position: usize,
        /// The octet as typed.
        octet: String,
    },
    /// `010` is ten to some programs and eight to others.
    #[error(
        "octet {position} of `{address}` is `{octet}`: a leading zero means octal to some programs; write {right}"
    )]
    LeadingZero {
        /// The address as typed.
        address: String,
        /// Which octet, from 1.
        position: usize,
        /// The octet as typed.
        octet: String,
        /// The octet without its zeros.
        right: u8,
    },
    /// No IPv6 address.
    #[error(
        "`{0}` is no IPv6 address: up to eight groups of up to four hex digits are wanted, `::` once at the most"
    )]
    Ipv6(String),
    /// No prefix length.
    #[error("`{0}` has no prefix length: write `{0}/24`, say, or a netmask after a space")]
    NoPrefix(String),
    /// A prefix length that is no number, or too long.
    #[error("the prefix length is `{found}`: a number from 0 to {most} is wanted")]
    Prefix {
        /// The prefix length as typed.
        found: String,
        /// The bits of an address of this family.
        most: u8,
    },
    /// A mask with zeros among its ones.
    #[error(
        "`{mask}` is no netmask: its ones must all come before its zeros, yet bit {bit} is a one after a zero"
    )]
    MaskNotContiguous {
        /// The mask as typed.
        mask: Ipv4Addr,
        /// The first one after a zero, counted from 1.
        bit: u32,
    },
    /// A wildcard mask where a netmask belongs.
    #[error("`{wildcard}` is a wildcard mask (zeros before ones); the netmask is {netmask}")]
    Wildcard {
        /// The mask as typed.
        wildcard: Ipv4Addr,
        /// Its complement.
        netmask: Ipv4Addr,
    },
    /// A network was wanted, and host bits are set.
    #[error("{given} has host bits set: the network is {network}")]
    HostBits {
        /// What was typed.
        given: IpNet,
        /// The same with the host bits cleared.
        network: IpNet,
    },
}

/// An address with its prefix: `10.1.2.3/8`, `10.1.2.3 255.0.0.0`, `10.1.2.3/255.0.0.0`, `2001:db8::1/64`. The host bits stay.
///
/// # Errors
/// Says what is wrong, where, and what would be right.
pub fn parse_interface(text: &str) -> Result<IpNet, ParseError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    let (address, prefix) = match text.split_once('/').or_else(|| text.split_once(char::is_whitespace)) {
        Some((address, prefix)) => (address.trim(), Some(prefix.trim())),
        None => (text, None),
    };
    if address.is_empty() {
        return Err(ParseError::NoAddress(text.to_owned()));
    }
    let address = parse_address(address)?;
    let Some(prefix) = prefix.filter(|prefix| !prefix.is_empty()) else {
        return Err(ParseError::NoPrefix(text.trim_end_matches('/').to_owned()));
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = if address.is_ipv4() && prefix.contains('.') {
        mask_length(parse_ipv4(prefix)?)?
    } else {
        let wrong = || ParseError::Prefix { found: prefix.to_owned(), most };
        // `+24` is a number to Rust, but not to people.
        if !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        prefix.parse().map_err(|_| wrong())?
    };
    IpNet::new(address, length).map_err(|_| ParseError::Prefix { found: prefix.to_owned(), most })
}

/// A network: like [`parse_interface`], with no host bit set.
///
/// # Errors
/// Says what is wrong, where, and what would be right.
pub fn parse_network(text: &str) -> Result<IpNet, ParseError> {
    let given = parse_interface(text)?;
    let network = given.trunc();
    if given == network { Ok(network) } else { Err(ParseError::HostBits { given, network }) }
}

fn parse_address(text: &str) -> Result<IpAddr, ParseError> {
    if text.contains(':') {
        text.parse::<Ipv6Addr>().map(IpAddr::V6).map_err(|_| ParseError::Ipv6(text.to_owned()))
    } else {
        parse_ipv4(text).map(IpAddr::V4)
    }
}

fn parse_ipv4(text: &str) -> Result<Ipv4Addr, ParseError> {
    let found = text.split('.').count();
    let mut octets = [0; 4];
    if found != octets.len() {
        return Err(ParseError::OctetCount { address: text.to_owned(), found });
    }
    for (index, (octet, slot)) in text.split('.').zip(&mut octets).enumerate() {
        *slot = parse_octet(text, index + 1, octet)?;
    }
    Ok(octets.into())
}

fn parse_octet(address: &str, position: usize, octet: &str) -> Result<u8, ParseError> {
    let (address, octet) = (address.to_owned(), octet.to_owned());
    if octet.is_empty() || !octet.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ParseError::OctetNotANumber { address, position, octet });
    }
    match octet.parse::<u8>() {
        Ok(right) if octet.len() > 1 && octet.starts_with('0') => {
            Err(ParseError::LeadingZero { address, position, octet, right })
        }
        Ok(value) => Ok(value),
        Err(_) => Err(ParseError::OctetTooLarge { address, position, octet }),
    }
}

fn mask_length(mask: Ipv4Addr) -> Result<u8, ParseError> {
    let bits = mask.to_bits();
    if bits.leading_ones() + bits.trailing_zeros() >= 32 {
        return Ok(u8::try_from(bits.leading_ones()).unwrap_or(32));
    }
    let netmask = Ipv4Addr::from(!bits);
    if mask_length_of_ones(!bits).is_some() {
        return Err(ParseError::Wildcard { wildcard: mask, netmask });
    }
    // After the first run of ones come zeros, then the offending one.
    let ones = bits.leading_ones();
    let zeros = (bits << ones).leading_zeros();
    Err(ParseError::MaskNotContiguous { mask, bit: ones + zeros + 1 })
}

fn mask_length_of_ones(bits: u32) -> Option<u32> {
    (bits.leading_ones() + bits.trailing_zeros() >= 32).then(|| bits.leading_ones())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_forms_are_read() {
        for text in ["10.1.2.3/8", " 10.1.2.3 255.0.0.0", "10.1.2.3/255.0.0.0", "10.1.2.3  255.0.0.0 "] {
            assert_eq!(parse_interface(text).unwrap().to_string(), "10.1.2.3/8", "{text}");
        }
        assert_eq!(parse_interface("2001:db8::1/64").unwrap().to_string(), "2001:db8::1/64");
        assert_eq!(parse_interface("0.0.0.0/0.0.0.0").unwrap().prefix_len(), 0);
        assert_eq!(parse_interface("1.2.3.4/255.255.255.255").unwrap().prefix_len(), 32);
    }

    #[test]
    fn errors_say_what_would_be_right() {
        let said = |text: &str| parse_interface(text).unwrap_err().to_string();
        assert!(said("").contains("192.168.1.10/24"));
        assert!(said("10.1.2/8").contains("has 3 octets:") && said("10/8").contains("has 1 octet:"));
        for text in ["/", "/24", " / 24"] {
            assert_eq!(
                said(text),
                format!("`{}` has no address before the `/`: write 192.168.1.10/24, say", text.trim())
            );
        }
        assert!(said("10.1.256.3/8").contains("octet 3") && said("10.1.256.3/8").contains("255 at the most"));
        assert!(said("10.1.x.3/8").contains("octet 3"));
        assert!(said("10.010.2.3/8").contains("write 10"));
        assert!(said("10.1.2.3").contains("10.1.2.3/24"));
        assert!(said("10.1.2.3/").contains("no prefix"));
        assert!(said("10.1.2.3/33").contains("0 to 32"));
        assert!(said("10.1.2.3/+8").contains("0 to 32"));
        assert!(said("::1/129").contains("0 to 128"));
        assert!(said("1::2::3/64").contains("once at the most"));
        assert!(said("10.1.2.3 255.0.255.0").contains("bit 17"));
        assert!(said("10.1.2.3 0.0.0.255").contains("255.255.255.0"));
        assert!(parse_network("10.1.2.3/8").unwrap_err().to_string().contains("10.0.0.0/8"));
    }

    proptest! {
        #[test]
        fn nothing_typed_breaks_it(text in "\\PC*") {
            parse_interface(&text).ok();
        }

        #[test]
        fn nearly_right_text_breaks_nothing(text in "[0-9a-f.:/ ]{0,24}") {
            parse_interface(&text).ok();
        }

        #[test]
        fn masks_and_prefixes_agree(bits: u32, prefix in 0_u8..=32) {
            let net = ipnet::Ipv4Net::new(bits.into(), prefix).unwrap();
            let by_mask = parse_interface(&format!("{} {}", net.addr(), net.netmask())).unwrap();
            prop_assert_eq!(by_mask, IpNet::V4(net));
        }
    }
}
