//! The kernel's socket tables: `/proc/net/tcp` and `/proc/net/udp`.
//!
//! They are a photograph, not a film: a state that came and went between two looks is not seen.

use std::{
    fs::File,
    io::{self, Read},
    net::{Ipv4Addr, SocketAddrV4},
};

use super::Transport;

/// A row: one socket, or what is left of a connection in TIME-WAIT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Of which protocol it is.
    pub protocol: Transport,
    /// Its own address.
    pub local: SocketAddrV4,
    /// The other end's, `0.0.0.0:0` if there is none.
    pub remote: SocketAddrV4,
    /// TCP: the state by RFC 9293's name. UDP: `UNCONN` or `ESTAB`, as `ss` says it.
    pub state: &'static str,
    /// Bytes received and not read yet; for a listening socket, connections not accepted yet.
    pub receive_queue: u32,
    /// Bytes sent and not acknowledged yet; of a listening socket, none.
    pub send_queue: u32,
}

/// Room for the table of a machine with a few hundred sockets; one that is longer is read in more pieces.
const ROOM: usize = 64 << 10;

/// All IPv4 sockets of this network namespace. Where there are many TCP connections it takes milliseconds.
///
/// # Errors
/// When `/proc` cannot be read.
pub fn all() -> io::Result<Vec<Row>> {
    let mut rows = table(Transport::Tcp, "/proc/net/tcp")?;
    rows.extend(udp()?);
    Ok(rows)
}

/// All UDP sockets over IPv4 of this network namespace.
///
/// # Errors
/// When `/proc` cannot be read.
pub fn udp() -> io::Result<Vec<Row>> {
    table(Transport::Udp, "/proc/net/udp")
}

fn table(protocol: Transport, path: &str) -> io::Result<Vec<Row>> {
    // Each read walks the kernel's whole hash table, so few large ones are many times faster.
    let mut table = String::with_capacity(ROOM);
    File::open(path)?.read_to_string(&mut table)?;
    Ok(table.lines().skip(1).filter_map(|line| parse(protocol, line)).collect())
}

/// A line: `sl local_address rem_address st tx_queue:rx_queue …`, numbers in hexadecimal.
fn parse(protocol: Transport, line: &str) -> Option<Row> {
    let mut words = line.split_whitespace().skip(1);
    let local = address(words.next()?)?;
    let remote = address(words.next()?)?;
    let state = u8::from_str_radix(words.next()?, 16).ok()?;
    let (send, receive) = words.next()?.split_once(':')?;
    Some(Row {
        protocol,
        local,
        remote,
        state: match protocol {
            Transport::Tcp => tcp_state(state),
            Transport::Udp => udp_state(state),
        },
        receive_queue: u32::from_str_radix(receive, 16).ok()?,
        send_queue: u32::from_str_radix(send, 16).ok()?,
    })
}

/// `0100007F:1F90`: the address is the number that lies in memory, so its digits follow the machine's byte order.
fn address(text: &str) -> Option<SocketAddrV4> {
    let (address, port) = text.split_once(':')?;
    let address = u32::from_str_radix(address, 16).ok()?;
    Some(SocketAddrV4::new(Ipv4Addr::from(address.to_ne_bytes()), u16::from_str_radix(port, 16).ok()?))
}

/// The numbers of <net/tcp_states.h>.
pub(super) const fn tcp_state(number: u8) -> &'static str {
    match number {
        1 => "ESTABLISHED",
        2 => "SYN-SENT",
        3 | 12 => "SYN-RECEIVED",
        4 => "FIN-WAIT-1",
        5 => "FIN-WAIT-2",
        6 => "TIME-WAIT",
        8 => "CLOSE-WAIT",
        9 => "LAST-ACK",
        10 => "LISTEN",
        11 => "CLOSING",
        _ => "CLOSED",
    }
}

const fn udp_state(number: u8) -> &'static str {
    if number == 1 { "ESTAB" } else { "UNCONN" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_of_ours_is_in_the_table() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let std::net::SocketAddr::V4(address) = listener.local_addr().unwrap() else { unreachable!() };
        let rows = all().unwrap();
        let row = rows.iter().find(|row| row.protocol == Transport::Tcp && row.local == address).unwrap();
        assert_eq!(row.state, "LISTEN");
        assert_eq!(row.remote, "0.0.0.0:0".parse().unwrap());
    }
}
