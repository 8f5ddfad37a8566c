//! UDP echo: the server answers every datagram with its number and the same bytes.

use super::{
    Run, Stop,
    run::{CLIENT, SERVER},
    socket::Traced,
};
use crate::services::udp_echo::reply;

/// Sends each datagram and waits for its echo.
pub(super) fn play(run: &Run, datagrams: &[Vec<u8>]) -> Result<(), Stop> {
    let server = Traced::udp(run, SERVER, "server")?;
    let address = server.bind_loopback()?;
    let serve = move || {
        for number in 1..=datagrams.len() {
            let (bytes, from) = server.recv_from()?;
            server.send_to(&reply(number, &bytes), from)?;
        }
        server.close()
    };
    let ask = || {
        let client = Traced::udp(run, CLIENT, "client")?;
        for datagram in datagrams {
            client.send_to(datagram, address)?;
            client.recv_from()?;
        }
        client.close()
    };
    run.sides(serve, ask)
}
