//! TCP: connect, send, echo, close, with either side closing first.
//!
//! Whoever closes first says so with `shutdown(SHUT_WR)`, which sends its FIN and keeps its own ear open, so that one
//! sees the other side's `recv` return 0, its `close` send the second FIN, and TIME-WAIT at the side that began.

use firsthop_protocol::{api::Side, trace::Text};

use super::{
    Run, Stop,
    run::{CLIENT, SERVER},
    socket::Traced,
};

/// The lab's listener holds so many connections that are not accepted yet.
pub(super) const BACKLOG: i32 = 16;

/// Connects, has `message` echoed unless it is empty, and closes.
pub(super) fn play(run: &Run, message: &[u8], first_close: Side) -> Result<(), Stop> {
    let listener = Traced::tcp(run, SERVER, "listener")?;
    listener.reuse_address()?;
    let address = listener.bind_loopback()?;
    listener.listen(BACKLOG)?;
    let serve = move || {
        let connection = listener.accept("connection")?;
        let mut echoed = 0;
        while echoed < message.len() {
            let bytes = connection.recv()?;
            if bytes.is_empty() {
                break;
            }
            connection.send_all(&bytes)?;
            echoed += bytes.len();
        }
        finish(connection, first_close == Side::Server)?;
        listener.close()
    };
    let ask = || {
        let client = Traced::tcp(run, CLIENT, "client")?;
        client.connect(address)?;
        client.send_all(message)?;
        let mut received = 0;
        while received < message.len() {
            let bytes = client.recv()?;
            if bytes.is_empty() {
                break;
            }
            received += bytes.len();
        }
        finish(client, first_close == Side::Client)
    };
    run.sides(serve, ask)?;
    let node = if first_close == Side::Client { CLIENT } else { SERVER };
    run.note(
        Some(node),
        Text::new(
            "lab.time-wait",
            "the side that closed first keeps the connection in TIME-WAIT: for 60 seconds, a constant of the Linux \
             kernel; the run ends before it does",
        ),
    );
    Ok(())
}

/// Closes a connection, first or second.
pub(super) fn finish(socket: Traced<'_>, first: bool) -> Result<(), Stop> {
    if first {
        socket.shutdown_write()?;
    }
    // The other side has nothing more to say but its FIN.
    while !socket.recv()?.is_empty() {}
    socket.close()
}
