//! Options by number, and as what they mean. RFC 2132; long ones in parts, RFC 3396.

use std::net::Ipv4Addr;

use smoltcp::wire::{DhcpOption, DhcpOptionWriter, DhcpPacket};

use super::message::FIXED;

/// The numbers of the options that the machines use.
pub mod code {
    /// Subnet mask. RFC 2132 §3.3.
    pub const SUBNET_MASK: u8 = 1;
    /// Routers, the best first. RFC 2132 §3.5.
    pub const ROUTER: u8 = 3;
    /// DNS servers. RFC 2132 §3.8.
    pub const DNS: u8 = 6;
    /// The client's name. RFC 2132 §3.14.
    pub const HOST_NAME: u8 = 12;
    /// The domain in which names are looked up. RFC 2132 §3.17.
    pub const DOMAIN_NAME: u8 = 15;
    /// The address that the client wants. RFC 2132 §9.1.
    pub const REQUESTED_ADDRESS: u8 = 50;
    /// How long the address is given for, in seconds. RFC 2132 §9.2.
    pub const LEASE_TIME: u8 = 51;
    /// Options go on in `file` (1), `sname` (2) or both (3). RFC 2132 §9.3.
    pub const OVERLOAD: u8 = 52;
    /// The kind of message. RFC 2132 §9.6.
    pub const MESSAGE_TYPE: u8 = 53;
    /// Which server. RFC 2132 §9.7.
    pub const SERVER_ID: u8 = 54;
    /// Which options the client wants. RFC 2132 §9.8.
    pub const PARAMETERS: u8 = 55;
    /// Why a server refuses, or a client declines. RFC 2132 §9.9.
    pub const MESSAGE: u8 = 56;
    /// The longest datagram that the client takes. RFC 2132 §9.10.
    pub const MAX_SIZE: u8 = 57;
    /// T1, in seconds. RFC 2132 §9.11.
    pub const RENEWAL_TIME: u8 = 58;
    /// T2, in seconds. RFC 2132 §9.12.
    pub const REBINDING_TIME: u8 = 59;
    /// Who the client is. RFC 2132 §9.14.
    pub const CLIENT_ID: u8 = 61;
    /// What the relay adds. RFC 3046 §2.
    pub const RELAY_AGENT: u8 = 82;
}

/// The options of a message, in their order, each number once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options(Vec<(u8, Vec<u8>)>);

impl Options {
    /// None.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// All options of a message of 240 octets or more: after the cookie, then in `file`, then in `sname`.
    pub(super) fn read(message: &[u8]) -> Self {
        let mut options = Self::new();
        options.area(message);
        let overload = match options.remove(code::OVERLOAD).as_deref() {
            Some([overload]) => *overload,
            _ => 0,
        };
        for (bit, field) in [(1, 108..236), (2, 44..108)] {
            if overload & bit != 0 {
                // Read as if these octets stood where options do.
                let field = message.get(field).unwrap_or_default();
                options.area(&[&[0; FIXED], field].concat());
            }
        }
        options
    }

    fn area(&mut self, message: &[u8]) {
        for DhcpOption { kind, data } in DhcpPacket::new_unchecked(message).options() {
            match self.0.iter_mut().find(|(code, _)| *code == kind) {
                Some((_, value)) => value.extend(data),
                None => self.0.push((kind, data.to_vec())),
            }
        }
    }

    /// Every option with its number, in order.
    pub fn iter(&self) -> impl Iterator<Item = (u8, &[u8])> {
        self.0.iter().map(|(code, value)| (*code, value.as_slice()))
    }

    /// The octets of one.
    pub fn get(&self, code: u8) -> Option<&[u8]> {
        self.iter().find_map(|(found, value)| (found == code).then_some(value))
    }

    /// Puts one at the end, or changes it where it is. 0 and 255 are no options and change nothing.
    pub fn set(&mut self, code: u8, value: impl Into<Vec<u8>>) {
        if matches!(code, 0 | 255) {
            return;
        }
        let value = value.into();
        match self.0.iter_mut().find(|(found, _)| *found == code) {
            Some((_, old)) => *old = value,
            None => self.0.push((code, value)),
        }
    }

    /// Takes one out.
    pub fn remove(&mut self, code: u8) -> Option<Vec<u8>> {
        let at = self.0.iter().position(|(found, _)| *found == code)?;
        Some(self.0.remove(at).1)
    }

    /// Sets an address.
    pub fn set_address(&mut self, code: u8, address: Ipv4Addr) {
        self.set(code, address.octets());
    }

    /// Sets a list of addresses, or nothing if it is empty.
    pub fn set_addresses(&mut self, code: u8, addresses: &[Ipv4Addr]) {
        if !addresses.is_empty() {
            self.set(code, addresses.iter().flat_map(Ipv4Addr::octets).collect::<Vec<u8>>());
        }
    }

    /// Sets a number of 32 bits.
    pub fn set_seconds(&mut self, code: u8, seconds: u32) {
        self.set(code, seconds.to_be_bytes());
    }

    /// One address; none if the option has another length than 4.
    pub fn address(&self, code: u8) -> Option<Ipv4Addr> {
        let octets: [u8; 4] = self.get(code)?.try_into().ok()?;
        Some(octets.into())
    }

    /// A list of addresses; none if the option's length is no multiple of 4.
    pub fn addresses(&self, code: u8) -> Vec<Ipv4Addr> {
        match self.get(code).unwrap_or_default().as_chunks::<4>() {
            (addresses, []) => addresses.iter().copied().map(Ipv4Addr::from).collect(),
            _ => Vec::new(),
        }
    }

    /// A number of 32 bits; none if the option has another length than 4.
    pub fn seconds(&self, code: u8) -> Option<u32> {
        Some(u32::from_be_bytes(self.get(code)?.try_into().ok()?))
    }

    /// Text, without the NULs at its end; what is not UTF-8 is replaced.
    pub fn text(&self, code: u8) -> Option<String> {
        let text = String::from_utf8_lossy(self.get(code)?);
        let text = text.trim_end_matches('\0');
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The address that the client wants, option 50.
    pub fn requested_address(&self) -> Option<Ipv4Addr> {
        self.address(code::REQUESTED_ADDRESS)
    }

    /// Which server, option 54.
    pub fn server_id(&self) -> Option<Ipv4Addr> {
        self.address(code::SERVER_ID)
    }

    /// The lease time, option 51, in seconds.
    pub fn lease_time(&self) -> Option<u32> {
        self.seconds(code::LEASE_TIME)
    }

    /// How many octets they take in a message.
    pub(super) fn len_on_wire(&self) -> usize {
        self.0.iter().map(|(_, value)| value.len() + 2 * value.len().div_ceil(255).max(1)).sum()
    }

    pub(super) fn write(&self, writer: &mut DhcpOptionWriter<'_>) -> smoltcp::wire::Result<()> {
        self.iter().try_for_each(|(code, value)| emit(writer, code, value))
    }
}

/// Writes an option, in parts if it is long. RFC 3396 §5.
pub(super) fn emit(writer: &mut DhcpOptionWriter<'_>, kind: u8, value: &[u8]) -> smoltcp::wire::Result<()> {
    if value.is_empty() {
        return writer.emit(DhcpOption { kind, data: &[] });
    }
    value.chunks(255).try_for_each(|data| writer.emit(DhcpOption { kind, data }))
}
