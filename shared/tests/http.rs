//! The HTTP machines: what is refused and where, however the bytes arrive; connections; files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use firsthop_protocol::{
    http::{
        Body, Client, ClientEvent, Limits, Problem, Request, Response, Server, ServerEvent, Target,
        files::{self, File, Found, Tree},
    },
    trace::Time,
};
use proptest::prelude::*;

const NOW: Time = Time::ZERO;

/// All that a server says of these bytes, arriving in these pieces, each request answered with its own target.
fn serve<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, end: bool) -> (Vec<ServerEvent>, Vec<u8>) {
    let mut server = Server::new(Limits { body: 1000, ..Limits::default() }, NOW);
    let (mut events, mut out) = (Vec::new(), Vec::new());
    let mut drain = |server: &mut Server| {
        while let Some(event) = server.poll_event() {
            if let ServerEvent::Request(request) = &event {
                server.respond(NOW, Response::text(200, request.target.clone()));
            }
            events.push(event);
        }
        out.extend(server.poll_transmit().unwrap_or_default());
    };
    for piece in pieces {
        server.on_bytes(NOW, piece);
        drain(&mut server);
    }
    if end {
        server.on_end();
        drain(&mut server);
    }
    (events, out)
}

fn one(bytes: &[u8]) -> ServerEvent {
    let (mut events, _) = serve([bytes], true);
    assert_eq!(events.len(), 1, "{events:?}");
    events.remove(0)
}

fn request(bytes: &[u8]) -> Request {
    match one(bytes) {
        ServerEvent::Request(request) => request,
        ServerEvent::Refused(error) => panic!("{error}"),
    }
}

/// Each: what arrives, the status, the byte at which it broke.
#[test]
fn what_is_wrong_is_refused_with_its_status_and_place() {
    let long = format!("GET /{} HTTP/1.1\r\n", "a".repeat(9000));
    let wide = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "a".repeat(17_000));
    let cases: &[(&str, u16, u64)] = &[
        ("GET  / HTTP/1.1\r\n\r\n", 400, 0),
        ("GET /\r\n\r\n", 400, 0),
        ("G(T / HTTP/1.1\r\n\r\n", 400, 0),
        ("GET /\u{7f} HTTP/1.1\r\n\r\n", 400, 5),
        ("GET /ä HTTP/1.1\r\n\r\n", 400, 5),
        ("GET / HTTP/2.0\r\n\r\n", 505, 6),
        ("GET / http/1.1\r\n\r\n", 400, 6),
        ("GET / HTTP/1.1\r\n\r\n", 400, 0),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, 0),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, 0),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, 16),
        ("GET / HTTP/1.1\r\nHo st: a\r\n\r\n", 400, 18),
        ("GET / HTTP/1.1\r\nno field\r\n\r\n", 400, 16),
        ("GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n", 400, 25),
        ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400, 23),
        ("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", 400, 23),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\n", 400, 0),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \r\nContent-Length: 1\r\n\r\n", 400, 0),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n", 400, 56),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\n", 400, 60),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\n", 400, 59),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400, 0),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400, 0),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400, 0),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, 0),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501, 0),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n", 413, 0),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n", 413, 56),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\n", 400, 56),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400, 60),
        ("POST / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\nContent-Length: 1\r\n\r\n", 417, 0),
        ("GET / HTTP/1.1\r\nHost: a\r\n", 400, 25),
        (&long, 414, 0),
        (&wide, 431, 25),
    ];
    for (bytes, status, at) in cases {
        let ServerEvent::Refused(error) = one(bytes.as_bytes()) else { panic!("{bytes:?} is accepted") };
        assert_eq!((error.problem.status(), error.at), (*status, *at), "{bytes:?}: {error}");
        let (_, answer) = serve([bytes.as_bytes()], true);
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert!(answer.contains("Connection: close\r\n") && answer.contains(error.problem.rfc()), "{answer}");
    }
}

/// Bytes that are no text: white space only to those who read Latin-1.
#[test]
fn a_length_has_digits_and_nothing_else() {
    for odd in [0xa0, 0x85] {
        let bytes = [&b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1"[..], &[odd], b"\r\n\r\na"].concat();
        let ServerEvent::Refused(error) = one(&bytes) else { panic!("{odd:#x} is accepted") };
        assert_eq!(error.problem.status(), 400);
    }
}

#[test]
fn what_is_right_is_read() {
    let got =
        request(b"\r\nPOST /a?b HTTP/1.1\r\nHOST:a\r\nX-Y: \t v w \t\r\nContent-Length: 2, 2\r\n\r\nhi");
    assert_eq!((got.method.as_str(), got.target.as_str(), got.body.as_slice()), ("POST", "/a?b", &b"hi"[..]));
    assert_eq!(got.fields.get("x-y"), Some("v w"));
    // A lone LF ends a line, too: RFC 9112 §2.2 allows it, and people type it.
    assert_eq!(request(b"GET / HTTP/1.0\n\n").target, "/");
    let chunked = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n\
        3;x=\"y\"\r\nabc\r\n00A \r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
    assert_eq!(request(chunked).body, b"abc0123456789");
}

#[test]
fn requests_in_a_row_are_answered_in_a_row_until_one_says_close() {
    let pipelined = b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n\
        GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /4 HTTP/1.1\r\nHost: a\r\n\r\n";
    let (events, out) = serve([&pipelined[..]], false);
    assert_eq!(events.len(), 3);
    let text = String::from_utf8(out).unwrap();
    let bodies: Vec<usize> =
        ["\r\n\r\n/1", "\r\n\r\n/2", "\r\n\r\n/3"].map(|it| text.find(it).unwrap()).into();
    assert!(bodies.is_sorted() && !text.contains("/4"), "{text}");
    let keep = |bytes: &[u8]| String::from_utf8(serve([bytes], false).1).unwrap().contains("keep-alive");
    assert!(keep(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert!(!keep(b"GET / HTTP/1.0\r\n\r\n"));
    assert!(keep(b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
    assert!(!keep(b"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n"));
}

#[test]
fn a_client_that_waits_is_told_to_go_on() {
    let head = b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    let (events, out) = serve([&head[..]], false);
    assert!(events.is_empty());
    assert_eq!(out, b"HTTP/1.1 100 Continue\r\n\r\n");
    let (events, out) = serve([&[&head[..], b"hi"].concat()[..]], false);
    assert_eq!(events.len(), 1);
    assert!(out.starts_with(b"HTTP/1.1 200 OK"), "its content was there already");
    let old = b"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    assert_eq!(serve([&old[..]], false).1, b"", "HTTP/1.0 has no interim responses");
}

#[test]
fn who_is_slow_gets_408_and_who_is_silent_is_let_go() {
    let limits = Limits { idle: 1000, ..Limits::default() };
    let mut silent = Server::new(limits, NOW);
    assert_eq!(silent.poll_timeout(), Some(Time(1000)));
    assert_eq!(silent.on_timeout(Time(999)), None);
    assert_eq!(silent.on_timeout(Time(1000)), None);
    assert!(silent.is_over() && silent.poll_transmit().is_none());

    let mut slow = Server::new(limits, NOW);
    for time in [500, 900, 1400] {
        slow.on_bytes(Time(time), b"G");
        assert_eq!(slow.poll_event(), None);
    }
    // It began at 500; that bytes drip in does not help.
    let event = slow.on_timeout(Time(1500));
    assert!(matches!(event, Some(ServerEvent::Refused(error)) if error.problem == Problem::TooSlow));
    assert!(slow.poll_transmit().unwrap().starts_with(b"HTTP/1.1 408 "));

    // Empty lines are no request, however many there are.
    let mut empty = Server::new(limits, NOW);
    for time in [0, 400, 800] {
        empty.on_bytes(Time(time), b"\r\n");
        assert_eq!(empty.poll_event(), None);
    }
    assert_eq!(empty.on_timeout(Time(1000)), None);
    assert!(empty.is_over());

    // A content that takes long to send does not count against the next request.
    let mut busy = Server::new(limits, NOW).with_clock(1_700_000_000);
    busy.on_bytes(NOW, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(busy.poll_event().is_some());
    busy.respond(NOW, Response::new(200).body(Body::Later(2)));
    busy.body(Time(500), b"a");
    busy.body(Time(5000), b"b");
    assert_eq!(busy.poll_timeout(), Some(Time(6000)));
    busy.poll_transmit().unwrap();
    busy.on_bytes(Time(5_000_000), b"nonsense\r\n");
    assert!(matches!(busy.poll_event(), Some(ServerEvent::Refused(_))));
    let refusal = String::from_utf8(busy.poll_transmit().unwrap()).unwrap();
    assert!(refusal.contains("Date: Tue, 14 Nov 2023 22:13:25 GMT\r\n"), "{refusal}");
}

fn read(method: &str, pieces: &[&[u8]], end: bool) -> Result<Vec<ClientEvent>, String> {
    let mut client = Client::new(method, 1000);
    let mut events = Vec::new();
    let mut drain = |client: &mut Client| -> Result<(), String> {
        while let Some(event) = client.poll_event().map_err(|error| error.to_string())? {
            events.push(event);
        }
        Ok(())
    };
    for piece in pieces {
        client.on_bytes(piece);
        drain(&mut client)?;
    }
    if end {
        client.on_end();
        drain(&mut client)?;
    }
    Ok(events)
}

#[test]
fn a_client_knows_where_a_response_ends() {
    let body = |events: &[ClientEvent]| {
        let pieces = events.iter().filter_map(|event| match event {
            ClientEvent::Body(bytes) => Some(bytes.clone()),
            _ => None,
        });
        pieces.collect::<Vec<_>>().concat()
    };
    let length = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    for (method, bytes, end, expected) in [
        ("GET", &length[..], false, &b"hi"[..]),
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", false, b""),
        ("GET", b"HTTP/1.1 304 \r\nContent-Length: 2\r\n\r\n", false, b""),
        ("GET", b"HTTP/1.0 200 OK\r\n\r\nto the end", true, b"to the end"),
        ("GET", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", false, b"hi"),
    ] {
        let events = read(method, &[bytes], end).unwrap();
        assert_eq!(body(&events), expected);
        assert_eq!(events.last(), Some(&ClientEvent::Done), "{events:?}");
    }
    assert!(read("GET", &[&length[..length.len() - 1]], true).unwrap_err().contains("in the middle"));
    assert!(read("GET", &[b"HTP/1.1 200 OK\r\n"], false).unwrap_err().contains("no protocol version"));
}

#[test]
fn no_target_leads_out_of_the_tree() {
    let names = |target: &str| Target::parse(target).map(|target| target.names.join("|"));
    for (target, expected) in [
        ("/a/b", "a|b"),
        ("/../../etc/passwd", "etc|passwd"),
        ("/a/%2e%2E/b", "b"),
        ("/a/./b//c?../d", "a|b|c"),
        ("http://host/x", "x"),
        ("http://host?x=/y", ""),
        ("/%E4%BD%A0", "你"),
        ("/..%5Cx", "..\\x"),
    ] {
        assert_eq!(names(target).unwrap(), expected, "{target}");
    }
    for target in ["*", "a", "/%2", "/%zz", "/%+1", "/a%2Fb", "/%00", "/%ff", "https://host/"] {
        assert!(names(target).is_err(), "{target}");
    }
}

struct Small;

impl Tree for Small {
    type Handle = String;

    fn find(&self, names: &[String]) -> Found<String> {
        match names.join("/").as_str() {
            "" | "sub dir" => Found::Folder,
            path @ ("a.txt" | "index.html" | "sub dir/index.html") => Found::File(File {
                handle: path.to_owned(),
                length: 10,
                modified: Some(1_000_000_000),
                tag: "1-a".to_owned(),
                content_type: "text/plain".to_owned(),
            }),
            _ => Found::Nothing,
        }
    }
}

/// Status, the range of the file that is sent, and a field of the answer.
fn ask(target: &str, fields: &[(&str, &str)], wanted: &str) -> (u16, Option<(u64, u64)>, String) {
    let mut request = Request::get(target, "host");
    fields.iter().for_each(|(name, value)| request.fields.push(*name, *value));
    let files::Answer { response, content } = files::answer(&request, 1_700_000_000, &Small);
    assert_eq!(response.fields.get("Date"), Some("Tue, 14 Nov 2023 22:13:20 GMT"));
    let range = content.map(|(_, range)| (range.start, range.end));
    if let Some((start, end)) = range {
        assert_eq!(response.body, Body::Later(end - start));
    }
    (response.status, range, response.fields.get(wanted).unwrap_or_default().to_owned())
}

#[test]
fn files_conditions_and_ranges() {
    let whole = Some((0, 10));
    let etag = ask("/a.txt", &[], "ETag").2;
    assert_eq!(ask("/", &[], "Content-Type"), (200, whole, "text/plain".to_owned()));
    assert_eq!(ask("/sub%20dir", &[], "Location"), (301, None, "/sub%20dir/".to_owned()));
    assert_eq!(
        ask("/sub%20dir/", &[], "Last-Modified"),
        (200, whole, "Sun, 09 Sep 2001 01:46:40 GMT".to_owned())
    );
    assert_eq!(ask("/a.txt/", &[], "ETag").0, 404);
    assert_eq!(ask("/b", &[], "ETag").0, 404);
    assert_eq!(ask("/a%2Fb", &[], "ETag").0, 400);
    let time = "Sun, 09 Sep 2001 01:46:40 GMT";
    for (field, value, status) in [
        ("If-None-Match", etag.as_str(), 304),
        ("If-None-Match", "*", 304),
        ("If-None-Match", "\"other\"", 200),
        ("If-Modified-Since", time, 304),
        ("If-Modified-Since", "Sun, 09 Sep 2001 01:46:39 GMT", 200),
        ("If-Modified-Since", "nonsense", 200),
        ("If-Match", "\"other\"", 412),
        ("If-Match", etag.as_str(), 200),
        ("If-Unmodified-Since", "Sun, 09 Sep 2001 01:46:39 GMT", 412),
    ] {
        assert_eq!(ask("/a.txt", &[(field, value)], "ETag").0, status, "{field}: {value}");
    }
    for (range, status, part, text) in [
        ("bytes=0-3", 206, Some((0, 4)), "bytes 0-3/10"),
        ("bytes=8-", 206, Some((8, 10)), "bytes 8-9/10"),
        ("bytes=-3", 206, Some((7, 10)), "bytes 7-9/10"),
        ("bytes=0-99999999999999999999", 206, whole, "bytes 0-9/10"),
        ("bytes=10-", 416, None, "bytes */10"),
        ("bytes=-0", 416, None, "bytes */10"),
        ("bytes=3-2", 200, whole, ""),
        ("bytes=0-1,3-4", 200, whole, ""),
        ("lines=1-2", 200, whole, ""),
    ] {
        assert_eq!(
            ask("/a.txt", &[("Range", range)], "Content-Range"),
            (status, part, text.to_owned()),
            "{range}"
        );
    }
    assert_eq!(ask("/a.txt", &[("Range", "bytes=0-3"), ("If-Range", "\"other\"")], "ETag").0, 200);
    assert_eq!(ask("/a.txt", &[("Range", "bytes=0-3"), ("If-Range", etag.as_str())], "ETag").0, 206);
    let post = Request { method: "POST".to_owned(), ..Request::get("/a.txt", "host") };
    let refused = files::answer(&post, 0, &Small).response;
    assert_eq!((refused.status, refused.fields.get("Allow")), (405, Some("GET, HEAD")));
}

proptest! {
    /// Cut anywhere, the bytes say the same; and no bytes make the machine panic or go on for ever.
    #[test]
    fn it_does_not_matter_how_bytes_are_cut(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..300),
            "(GET|POST) /[a-z]{0,5} HTTP/1\\.[01]\r?\n(Host: [a-z]{1,5}\r\n|Content-Length: [0-9]{1,2}\r\n|Transfer-Encoding: chunked\r\n|[A-Za-z -]{0,8}:[ -~]{0,10}\r?\n){0,4}\r\n[ -~\r\n]{0,40}".prop_map(String::into_bytes),
        ],
        size in 1_usize..20,
    ) {
        let whole = serve([bytes.as_slice()], true);
        let cut = serve(bytes.chunks(size), true);
        prop_assert_eq!(&whole.0, &cut.0);
        // 100 (Continue) depends on what has arrived, and only that.
        prop_assert_eq!(whole.1, cut.1);
        let _ = read("GET", &bytes.chunks(size).collect::<Vec<_>>(), true);
    }

    #[test]
    fn a_request_that_is_written_is_read_as_it_was(target in "/[a-z/%0-9]{0,10}", value in "[!-~]([ -~]{0,10}[!-~])?", body in proptest::collection::vec(any::<u8>(), 0..99)) {
        let mut sent = Request::get(target, "host");
        sent.fields.push("X", value);
        sent.fields.push("Content-Length", body.len().to_string());
        sent.body = body;
        prop_assert_eq!(request(&sent.emit()), sent);
    }
}
