//! The HTTP machines on any bytes, whole and cut in two.
#![no_main]

use firsthop_protocol::{
    http::{Client, Limits, Response, Server, ServerEvent, Target},
    trace::Time,
};
use libfuzzer_sys::fuzz_target;

fn serve(pieces: &[&[u8]]) -> (Vec<ServerEvent>, Vec<u8>) {
    let mut server = Server::new(Limits::default(), Time::ZERO);
    let (mut events, mut out) = (Vec::new(), Vec::new());
    for piece in pieces {
        server.on_bytes(Time::ZERO, piece);
        while let Some(event) = server.poll_event() {
            if let ServerEvent::Request(request) = &event {
                Target::parse(&request.target).ok();
                server.respond(Time::ZERO, Response::text(200, "x"));
            }
            events.push(event);
        }
        out.extend(server.poll_transmit().unwrap_or_default());
    }
    (events, out)
}

fuzz_target!(|input: (u8, &[u8])| {
    let (at, bytes) = input;
    let (first, second) = bytes.split_at(usize::from(at).min(bytes.len()));
    assert_eq!(serve(&[bytes]).0, serve(&[first, second]).0);
    let mut client = Client::new("GET", 1 << 20);
    client.on_bytes(bytes);
    client.on_end();
    while let Ok(Some(_)) = client.poll_event() {}
    assert!(client.is_over());
});
