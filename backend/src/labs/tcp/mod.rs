//! TCP: a connection from its opening to its end, as an [`Exchange`] asks for it.
//!
//! The connection is the kernel's own. Where the loopback interface, which loses nothing and takes no time, would never
//! show what is asked for, a socket lets a segment fall as it arrives (see [`super::sieve`]): that is how one is lost, and
//! how two SYNs or two FINs come to cross.
//!
//! * here: both sides, from the opening to the last data. · [`ending`]: how it ends.

mod ending;

use std::net::SocketAddrV4;

use firsthop_protocol::{
    api::{Exchange, Loss, Opening},
    trace::Text,
};

pub(super) use self::ending::finish;
use self::ending::{end_client, end_server, say_what_is_left};
use super::{
    Run, Stop,
    meet::{End, ends},
    run::{CLIENT, SERVER},
    sieve::Sieve,
    socket::{
        Traced,
        loss::{Guard, throw},
    },
};

/// The labs' listeners hold so many connections that are not accepted yet.
const BACKLOG: i32 = 16;

/// Does it.
pub(super) fn play(run: &Run, exchange: &Exchange) -> Result<(), Stop> {
    match exchange.opening {
        Opening::Ordinary => ordinary(run, exchange)?,
        Opening::Simultaneous => simultaneous(run, exchange)?,
        Opening::ClosedPort => return refused(run, exchange),
    }
    say_what_is_left(run, exchange.ending);
    Ok(())
}

/// A listening socket of the server and its address.
pub(super) fn listen(run: &Run) -> Result<(Traced<'_>, SocketAddrV4), Stop> {
    let listener = Traced::tcp(run, SERVER, "listener")?;
    listener.reuse_address()?;
    let address = listener.bind_loopback()?;
    listener.listen(BACKLOG)?;
    Ok((listener, address))
}

/// One side listens, the other connects.
fn ordinary(run: &Run, exchange: &Exchange) -> Result<(), Stop> {
    let (listener, address) = listen(run)?;
    if exchange.loss == Loss::HandshakeAck {
        listener.lose(Sieve::BareAck)?;
    }
    let (server_end, client_end) = ends(run);
    let serve = move || {
        match exchange.loss {
            Loss::Syn => listener.catch(Sieve::Syn, &server_end)?,
            Loss::HandshakeAck => {
                server_end.hear()?;
                listener.stop_losing_soon()?;
            }
            _ => {}
        }
        let connection = listener.accept("connection")?;
        if exchange.loss == Loss::HandshakeAck {
            // What is accepted has the listener's filter, too.
            connection.lose_no_more();
        }
        answer(&connection, exchange, &server_end)?;
        end_server(run, connection, exchange, &server_end)?;
        listener.close()
    };
    let ask = move || {
        let client = Traced::tcp(run, CLIENT, "client")?;
        match exchange.loss {
            Loss::Syn => connect_into_sieve(&client, address, &client_end)?,
            Loss::SynAck => client.connect_and_lose(address, Sieve::SynAck)?,
            Loss::HandshakeAck => {
                client.connect(address)?;
                client_end.say();
            }
            _ => client.connect(address)?,
        }
        ask(&client, exchange, &client_end)?;
        end_client(client, exchange, &client_end)
    };
    run.sides(serve, ask)
}

/// Both connect. A loopback interface delivers a SYN before another can be sent, so that two never cross: the client's
/// falls, and the server's arrives while the client still waits.
fn simultaneous(run: &Run, exchange: &Exchange) -> Result<(), Stop> {
    let server = Traced::tcp(run, SERVER, "server")?;
    server.share_port()?;
    let server_address = server.bind_loopback()?;
    let client = Traced::tcp(run, CLIENT, "client")?;
    let client_address = client.bind_loopback()?;
    run.note(
        None,
        Text::new(
            "lab.crossing-syn",
            "a loopback interface delivers at once, so that two SYNs never meet on the way: the lab lets the client's \
             fall, and the server connects while the client still waits for an answer",
        ),
    );
    let guard = Guard::beside(&server, server_address)?;
    let (server_end, client_end) = ends(run);
    let serve = move || {
        guard.catch(&server_end)?;
        server.connect(client_address)?;
        answer(&server, exchange, &server_end)?;
        end_server(run, server, exchange, &server_end)
    };
    let ask = move || {
        connect_into_sieve(&client, server_address, &client_end)?;
        ask(&client, exchange, &client_end)?;
        end_client(client, exchange, &client_end)
    };
    run.sides(serve, ask)
}

/// The client connects to a port that is the server's, but nobody listens.
fn refused(run: &Run, exchange: &Exchange) -> Result<(), Stop> {
    let server = Traced::tcp(run, SERVER, "server")?;
    server.share_port()?;
    let address = server.bind_loopback()?;
    let guard = (exchange.loss == Loss::Syn).then(|| Guard::beside(&server, address)).transpose()?;
    let (server_end, client_end) = ends(run);
    let is_lost = guard.is_some();
    let serve = move || guard.map_or(Ok(()), |guard| guard.catch(&server_end));
    let ask = move || {
        let client = Traced::tcp(run, CLIENT, "client")?;
        let connected =
            if is_lost { connect_into_sieve(&client, address, &client_end) } else { client.connect(address) };
        match connected {
            // What was to be shown: the refusal is in the trace.
            Ok(()) | Err(Stop::Failed) => client.close(),
            Err(why) => Err(why),
        }
    };
    run.sides(serve, ask)?;
    server.close()
}

/// `connect`, whose SYN the other side catches.
fn connect_into_sieve(client: &Traced<'_>, address: SocketAddrV4, end: &End<'_>) -> Result<(), Stop> {
    end.hear()?;
    client.connect_then(address, || {
        end.say();
        Ok(())
    })
}

/// The client's part of what is said: its message, and the whole answer.
fn ask(client: &Traced<'_>, exchange: &Exchange, end: &End<'_>) -> Result<(), Stop> {
    let message = exchange.message.as_bytes();
    if exchange.loss == Loss::Data && !message.is_empty() {
        throw(end, || client.send_all(message))?;
    } else {
        client.send_all(message)?;
    }
    receive(client, exchange.answer_len(), |_| Ok(()))
}

/// The server's part: it waits for the whole message, and answers; or sends back what it gets as it gets it.
fn answer(connection: &Traced<'_>, exchange: &Exchange, end: &End<'_>) -> Result<(), Stop> {
    let message = exchange.message.len();
    if exchange.loss == Loss::Data && message > 0 {
        connection.catch(Sieve::Data, end)?;
    }
    match exchange.answer {
        None => receive(connection, message, |bytes| connection.send_all(bytes)),
        Some(_) => {
            receive(connection, message, |_| Ok(()))?;
            connection.send_all(&pattern(exchange.answer_len()))
        }
    }
}

/// Receives so many bytes, or until the end.
fn receive(
    socket: &Traced<'_>,
    wanted: usize,
    mut with: impl FnMut(&[u8]) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut received = 0;
    while received < wanted {
        let bytes = socket.recv()?;
        if bytes.is_empty() {
            break;
        }
        received += bytes.len();
        with(&bytes)?;
    }
    Ok(())
}

/// So many bytes for the eye: the alphabet, again and again.
fn pattern(len: usize) -> Vec<u8> {
    (b'a'..=b'z').cycle().take(len).collect()
}
