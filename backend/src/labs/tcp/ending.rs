//! How a TCP connection ends, and what is left of it.
//!
//! Whoever closes first says so with `shutdown(SHUT_WR)`, which sends its FIN and keeps its own ear open, so that one
//! sees the other side's `recv` return 0, its `close` send the second FIN, and TIME-WAIT at the side that began.

use std::time::Duration;

use firsthop_protocol::{
    api::{Ending, Exchange, LAST_WORD, Loss},
    trace::Text,
};

use super::{
    super::{
        Run, Stop,
        meet::End,
        run::{CLIENT, SERVER},
        sieve::Sieve,
        socket::{Traced, loss::throw},
    },
    pattern,
};

/// Long enough to be seen in the kernel's table.
const SEEN: Duration = Duration::from_millis(40);

/// The client's part.
pub(super) fn end_client(client: Traced<'_>, exchange: &Exchange, end: &End<'_>) -> Result<(), Stop> {
    match exchange.ending {
        Ending::Client | Ending::Half => close_first(client, exchange.loss, end),
        Ending::Server => close_second(client, exchange.loss, end, 0),
        Ending::Both => {
            throw(end, || {
                client.shutdown_write()?;
                if exchange.loss == Loss::SecondFin { client.lose(Sieve::Fin) } else { Ok(()) }
            })?;
            if exchange.loss == Loss::SecondFin {
                end.hear()?;
                client.stop_losing_soon()?;
            }
            finish(client, false)
        }
        Ending::Abort => {
            client.linger_for_no_time()?;
            client.close()
        }
        Ending::Open => {
            client.leave_open();
            Ok(())
        }
    }
}

/// The server's part.
pub(super) fn end_server(
    run: &Run,
    connection: Traced<'_>,
    exchange: &Exchange,
    end: &End<'_>,
) -> Result<(), Stop> {
    match exchange.ending {
        Ending::Client => close_second(connection, exchange.loss, end, 0),
        Ending::Half => {
            let last_word = exchange.answer_len().max(usize::try_from(LAST_WORD).unwrap_or(0));
            close_second(connection, exchange.loss, end, last_word)
        }
        Ending::Server => close_first(connection, exchange.loss, end),
        Ending::Both => {
            run.note(
                None,
                Text::new(
                    "lab.crossing-fin",
                    "a loopback interface delivers at once, so that two FINs never meet on the way: the lab lets the \
                     client's fall, and the server closes while the client still waits for its ACK",
                ),
            );
            connection.lose(Sieve::Fin)?;
            end.say();
            end.hear()?;
            run.cancel.pause(SEEN)?;
            connection.shutdown_write()?;
            end.say();
            run.cancel.pause(SEEN)?;
            connection.lose_no_more();
            finish(connection, false)
        }
        Ending::Abort => loop {
            match connection.recv() {
                Ok(bytes) if !bytes.is_empty() => {}
                // ECONNRESET: that is what was to be seen.
                Ok(_) | Err(Stop::Failed) => break connection.close(),
                Err(why) => break Err(why),
            }
        },
        Ending::Open => {
            connection.leave_open();
            Ok(())
        }
    }
}

/// Closes a connection, first or second.
pub(in crate::labs) fn finish(socket: Traced<'_>, first: bool) -> Result<(), Stop> {
    if first {
        socket.shutdown_write()?;
    }
    // The other side has nothing more to say but its FIN.
    drain(&socket)?;
    socket.close()
}

fn close_first(socket: Traced<'_>, loss: Loss, end: &End<'_>) -> Result<(), Stop> {
    if loss == Loss::Fin {
        throw(end, || socket.shutdown_write())?;
    } else {
        socket.shutdown_write()?;
    }
    if loss == Loss::SecondFin {
        socket.catch(Sieve::Fin, end)?;
    }
    finish(socket, false)
}

/// Closes after the other side, having said so many bytes more.
fn close_second(socket: Traced<'_>, loss: Loss, end: &End<'_>, last_word: usize) -> Result<(), Stop> {
    if loss == Loss::Fin {
        socket.catch(Sieve::Fin, end)?;
    }
    drain(&socket)?;
    socket.send_all(&pattern(last_word))?;
    if loss == Loss::SecondFin { throw(end, || socket.close()) } else { socket.close() }
}

/// Reads until the other side's end.
fn drain(socket: &Traced<'_>) -> Result<(), Stop> {
    while !socket.recv()?.is_empty() {}
    Ok(())
}

/// Says what is left of the connection when both sides are done.
pub(super) fn say_what_is_left(run: &Run, ending: Ending) {
    let time_wait = |node| {
        run.note(
            node,
            Text::new(
                "lab.time-wait",
                "the side that closed first keeps the connection in TIME-WAIT: for 60 seconds, a constant of the Linux \
                 kernel; the run ends before it does",
            ),
        );
    };
    match ending {
        Ending::Client | Ending::Half => time_wait(Some(CLIENT)),
        Ending::Server => time_wait(Some(SERVER)),
        Ending::Both => run.note(
            None,
            Text::new(
                "lab.time-wait.both",
                "both sides closed, and both keep the connection in TIME-WAIT: for 60 seconds, a constant of the Linux \
                 kernel; the run ends before it does",
            ),
        ),
        Ending::Abort => run.note(
            None,
            Text::new(
                "lab.reset",
                "after a reset neither side keeps anything of the connection: there is no TIME-WAIT",
            ),
        ),
        Ending::Open => run.note(
            None,
            Text::new(
                "lab.left-open",
                "nobody closes, and no segment is sent: the connection could stay for days; the lab's sockets are closed \
                 once the recording is over",
            ),
        ),
    }
}
