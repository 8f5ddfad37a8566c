//! UDP echo: the server answers every datagram with its number and the same bytes.

use super::{
    Run, Stop,
    run::{CLIENT, SERVER},
    socket::Traced,
};

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

/// `#1 hello`: the echo carries its number, so that one sees which are missing. The number
/// is ASCII, which every encoding a learner can choose has as it is.
pub fn reply(number: usize, bytes: &[u8]) -> Vec<u8> {
    let mut reply = format!("#{number} ").into_bytes();
    reply.extend_from_slice(bytes);
    reply
}
