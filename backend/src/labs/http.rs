//! HTTP: a request sent byte for byte as it was typed, to this program's own files; and what the server makes of it.

use std::time::{Duration, Instant};

use firsthop_protocol::{
    http::{Client, ClientEvent, Limits, Problem, Response, Server, ServerEvent, files},
    trace::{Text, Time},
};

use super::{
    Run, Stop,
    run::{CLIENT, SERVER},
    socket::Traced,
    tcp::{finish, listen},
};
use crate::{
    clock::{self, unix_seconds},
    services::http::HttpTree,
};

/// The lab's server waits so long for the rest of a request: long enough to be seen, short enough to be sat through.
const IDLE: Duration = Duration::from_secs(2);
/// The most content that the lab's client reads.
const CONTENT: u64 = 1 << 20;

/// Sends `request` and reads the responses that it gets.
pub(super) fn play(run: &Run, request: &[u8]) -> Result<(), Stop> {
    let (listener, address) = listen(run)?;
    let serve = move || {
        let connection = listener.accept("connection")?;
        serve(run, connection)?;
        listener.close()
    };
    let ask = || {
        let client = Traced::tcp(run, CLIENT, "client")?;
        client.connect(address)?;
        client.send_all(request)?;
        let server_closes = receive(run, &client, request)?;
        finish(client, !server_closes)
    };
    run.sides(serve, ask)
}

/// Answers until one side closes.
fn serve(run: &Run, connection: Traced<'_>) -> Result<(), Stop> {
    let begun = Instant::now();
    let now = || clock::since(begun);
    let limits = Limits { idle: clock::micros(IDLE), ..Limits::default() };
    let mut server = Server::new(limits, now()).with_clock(unix_seconds());
    let mut client_closed = false;
    loop {
        while let Some(event) = server.poll_event() {
            react(run, &mut server, now(), event)?;
        }
        while let Some(bytes) = server.poll_transmit() {
            connection.send_all(&bytes)?;
        }
        if server.is_over() {
            return finish(connection, !client_closed);
        }
        let patience = server.poll_timeout().map_or(0, |deadline| deadline.since(now()));
        match connection.recv_within(Duration::from_micros(patience))? {
            Some(bytes) if bytes.is_empty() => {
                client_closed = true;
                server.on_end();
            }
            Some(bytes) => server.on_bytes(now(), &bytes),
            None => {
                let at = server.poll_timeout().unwrap_or_else(now);
                if let Some(event) = server.on_timeout(at) {
                    react(run, &mut server, now(), event)?;
                }
            }
        }
    }
}

fn react(run: &Run, server: &mut Server, now: Time, event: ServerEvent) -> Result<(), Stop> {
    match event {
        ServerEvent::Request(request) => {
            let answer = files::answer(&request, unix_seconds(), &HttpTree::BuiltIn);
            server.respond(now, answer.response);
            if let Some((content, range)) = answer.content {
                let most = usize::try_from(server.owed()).unwrap_or(usize::MAX);
                server.body(now, &content.read(range.start, most).map_err(|_| Stop::Failed)?);
            }
        }
        ServerEvent::Refused(error) => {
            let (status, rfc) = (error.problem.status(), error.problem.rfc());
            let text = if error.problem == Problem::TooSlow {
                Text::new(
                    "lab.http.too-slow",
                    format!(
                        "the server has waited {} seconds for the rest of the request; an empty line ends its header \
                         section ({rfc})",
                        IDLE.as_secs()
                    ),
                )
                .arg("seconds", IDLE.as_secs())
            } else {
                Text::new(
                    "lab.http.refused",
                    format!("the server refuses the request: {error}; it answers {status}"),
                )
                .arg("at", error.at)
            };
            run.note(Some(SERVER), text.arg("status", status).arg("rfc", rfc));
        }
    }
    Ok(())
}

/// Reads a response for each request that was sent; says whether the server closes the connection.
fn receive(run: &Run, socket: &Traced<'_>, request: &[u8]) -> Result<bool, Stop> {
    let mut methods = methods(request).into_iter();
    let mut client = Client::new(&methods.next().unwrap_or_default(), CONTENT);
    let (mut content, mut closes) = (0, false);
    loop {
        loop {
            match client.poll_event() {
                Ok(None) => break,
                Ok(Some(ClientEvent::Interim(_))) => {}
                Ok(Some(ClientEvent::Head(head))) => {
                    closes = head.fields.has("Connection", "close");
                    let text = Text::new("lab.http.response", format!("the response: {}", head.status));
                    run.note(Some(CLIENT), text.arg("status", head.status));
                }
                Ok(Some(ClientEvent::Body(bytes))) => content += bytes.len(),
                Ok(Some(ClientEvent::Done)) => {
                    let text =
                        Text::new("lab.http.content", format!("its content is whole: {content} bytes"));
                    run.note(Some(CLIENT), text.arg("bytes", content));
                    content = 0;
                    match methods.next() {
                        Some(method) if !closes => client.next(&method),
                        _ => return Ok(closes),
                    }
                }
                // Our own server's answers can be read; the connection broke.
                Err(_) => return Ok(true),
            }
        }
        let bytes = socket.recv()?;
        if bytes.is_empty() {
            client.on_end();
        }
        client.on_bytes(&bytes);
    }
}

/// The methods of the requests in these bytes, as the server will see them: as many responses will come.
fn methods(request: &[u8]) -> Vec<String> {
    let mut reader = Server::new(Limits::default(), Time::ZERO);
    reader.on_bytes(Time::ZERO, request);
    let mut methods = Vec::new();
    while let Some(event) = reader.poll_event() {
        match event {
            ServerEvent::Request(request) => {
                methods.push(request.method);
                reader.respond(Time::ZERO, Response::new(200));
            }
            ServerEvent::Refused(_) => methods.push(String::new()),
        }
    }
    methods
}
