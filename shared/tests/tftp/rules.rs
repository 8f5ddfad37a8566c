//! The rules one by one: TIDs, options, errors, giving up, dallying.

use std::net::SocketAddr;

use firsthop_protocol::{
    tftp::{
        Ask, Buffer, Bytes, Config, ErrorCode, Event, Failure, FileError, Limits, Mode, Opened, Operation,
        Packet, Request, RequestError, State, Timeout, Transfer, Wanted, text,
    },
    trace::Time,
};

use crate::link::{client_tid, server_tid, well_known};

const NOW: Time = Time::ZERO;

fn config() -> Config {
    Config {
        timeout: Timeout::Fixed(1_000_000),
        retries: 3,
        first_patience: None,
        patience: None,
        dally: 2_000_000,
        copies: 20_000,
        answer_duplicate_acks: false,
    }
}

fn ask(options: Wanted) -> Ask {
    Ask { server: well_known(), filename: "f".into(), mode: Mode::Octet, options }
}

fn client(options: Wanted) -> (Transfer, Buffer) {
    let got = Buffer::new();
    let mut client = Transfer::download(config(), ask(options), Box::new(got.clone())).unwrap();
    assert_eq!(sent(&mut client).len(), 1);
    (client, got)
}

fn server(operation: Operation, options: &[(&str, &str)], content: &[u8]) -> Transfer {
    let options = options.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let request = Request { operation, filename: "f".into(), mode: Mode::Octet, options };
    Transfer::serve(config(), &Limits::default(), client_tid(), &request, |request| {
        Ok(match request.operation {
            Operation::Read => Opened::Read(Box::new(Bytes::new(content.to_vec()))),
            Operation::Write => Opened::Write(Box::new(Buffer::new())),
        })
    })
}

fn sent_at(transfer: &mut Transfer, now: Time) -> Vec<(SocketAddr, Vec<u8>)> {
    let mut all = Vec::new();
    while let Some(packet) = transfer.poll_transmit(now) {
        all.push((packet.to, packet.bytes.to_vec()));
    }
    all
}

fn sent(transfer: &mut Transfer) -> Vec<(SocketAddr, Vec<u8>)> {
    sent_at(transfer, NOW)
}

fn lines(transfer: &mut Transfer) -> Vec<String> {
    sent(transfer).iter().map(|(_, bytes)| Packet::parse(bytes).unwrap().to_string()).collect()
}

fn data(block: u16, bytes: &[u8]) -> Vec<u8> {
    Packet::Data { block, data: bytes }.to_bytes()
}

fn ack(block: u16) -> Vec<u8> {
    Packet::Ack { block }.to_bytes()
}

fn failure(transfer: &mut Transfer) -> Failure {
    std::iter::from_fn(|| transfer.poll_event())
        .find_map(|event| match event {
            Event::Failed(failure) => Some(failure),
            _ => None,
        })
        .expect("the transfer failed")
}

/// RFC 1350 §4.
#[test]
fn a_wrong_tid_gets_error_5_and_disturbs_nothing() {
    let (mut client, got) = client(Wanted::default());
    client.on_datagram(NOW, server_tid(), &data(1, &[1; 512]));
    assert_eq!(sent(&mut client), [(server_tid(), ack(1))]);
    let stranger = "10.0.0.2:3001".parse().unwrap();
    client.on_datagram(NOW, stranger, &data(2, &[9; 512]));
    let answers = sent(&mut client);
    assert_eq!(answers[0].0, stranger);
    assert!(matches!(Packet::parse(&answers[0].1), Ok(Packet::Error { code: ErrorCode::UNKNOWN_TID, .. })));
    // An ERROR from a stranger is not answered, and ends nothing.
    let error = Packet::Error { code: ErrorCode::NOT_DEFINED, message: "go away".into() }.to_bytes();
    client.on_datagram(NOW, stranger, &error);
    assert_eq!(sent(&mut client), []);
    client.on_datagram(NOW, server_tid(), &data(2, b"end"));
    assert_eq!(sent(&mut client), [(server_tid(), ack(2))]);
    assert!(client.is_complete());
    assert_eq!(got.len(), 515);
}

#[test]
fn the_first_answer_must_come_from_the_servers_address() {
    let (mut client, _) = client(Wanted::default());
    client.on_datagram(NOW, "10.0.0.66:3000".parse().unwrap(), &data(1, b"forged"));
    assert_eq!(client.state(), State::RequestSent);
    assert_eq!(client.peer(), None);
}

#[test]
fn duplicate_acks_are_ignored_and_lost_ones_cured_by_the_timer() {
    let mut server = server(Operation::Read, &[], &[7; 1200]);
    assert_eq!(lines(&mut server), ["DATA block 1, 512 bytes"]);
    server.on_datagram(NOW, client_tid(), &ack(1));
    assert_eq!(lines(&mut server), ["DATA block 2, 512 bytes"]);
    server.on_datagram(NOW, client_tid(), &ack(1));
    assert!(lines(&mut server).is_empty());
    assert_eq!(server.poll_timeout(), Some(Time::from_secs(1)));
    server.on_timeout(Time::from_millis(999));
    assert!(lines(&mut server).is_empty());
    server.on_timeout(Time::from_secs(1));
    assert_eq!(lines(&mut server), ["DATA block 2, 512 bytes"]);
    for block in [2, 3] {
        server.on_datagram(NOW, client_tid(), &ack(block));
        sent(&mut server);
    }
    assert_eq!(server.state(), State::Done);
    assert_eq!(server.poll_timeout(), None);
}

#[test]
fn silence_is_given_up_after_the_retries() {
    let (mut client, _) = client(Wanted::default());
    let mut requests = 0;
    while let Some(deadline) = client.poll_timeout() {
        client.on_timeout(deadline);
        requests += sent_at(&mut client, deadline).len();
    }
    assert_eq!(requests, 3);
    assert_eq!(failure(&mut client), Failure::TimedOut { retries: 3 });
}

/// RFC 6298: the timeout follows the round trip and doubles while nothing comes.
#[test]
fn the_adaptive_timer_follows_the_round_trip() {
    let timeout = Timeout::Adaptive { initial: 1_000_000, min: 10_000, max: 8_000_000 };
    let request =
        Request { operation: Operation::Read, filename: "f".into(), mode: Mode::Octet, options: vec![] };
    let mut server =
        Transfer::serve(Config { timeout, ..config() }, &Limits::default(), client_tid(), &request, |_| {
            Ok(Opened::Read(Box::new(Bytes::new(vec![0; 512 * 100]))))
        });
    let mut now = NOW;
    sent_at(&mut server, now);
    for block in 1..=50 {
        now = now.plus(20_000);
        server.on_datagram(now, client_tid(), &ack(block));
        sent_at(&mut server, now);
    }
    let wait = |server: &Transfer, now: Time| server.poll_timeout().unwrap().since(now);
    let first = wait(&server, now);
    assert!((20_000..25_000).contains(&first), "{first}");
    now = now.plus(first);
    server.on_timeout(now);
    sent_at(&mut server, now);
    assert_eq!(wait(&server, now), 2 * first);
}

/// RFC 1350 §6: the receiver of the last block acknowledges it again while it dallies.
#[test]
fn a_lost_last_ack_is_sent_again() {
    let (mut client, got) = client(Wanted::default());
    for millis in [0, 20, 1000] {
        client.on_datagram(Time::from_millis(millis), server_tid(), &data(1, b"all"));
        assert_eq!(sent(&mut client), [(server_tid(), ack(1))]);
        // Right after it, it is a copy that the path made: no sign of a lost ACK.
        client.on_datagram(Time::from_millis(millis + 19), server_tid(), &data(1, b"all"));
        assert_eq!(sent(&mut client), []);
    }
    assert_eq!((client.state(), got.take()), (State::Dallying, b"all".to_vec()));
    // What would be the next block is after the end.
    client.on_datagram(NOW, server_tid(), &data(2, b"more"));
    assert!(sent(&mut client).is_empty() && got.is_empty());
    client.on_timeout(Time::from_secs(2));
    assert_eq!(client.state(), State::Done);
}

/// RFC 7440 §4: a gap is reported once, and the window begins anew after the last block in order.
#[test]
fn a_gap_in_a_window_is_reported_once() {
    let (mut client, _) = client(Wanted { windowsize: Some(4), ..Wanted::default() });
    let oack = Packet::Oack(vec![("windowsize".into(), "4".into())]).to_bytes();
    client.on_datagram(NOW, server_tid(), &oack);
    assert_eq!(sent(&mut client), [(server_tid(), ack(0))]);
    for block in [1, 3, 4] {
        client.on_datagram(NOW, server_tid(), &data(block, &[0; 512]));
    }
    assert_eq!(sent(&mut client), [(server_tid(), ack(1))]);
    for block in 2..=5 {
        client.on_datagram(NOW, server_tid(), &data(block, &[0; 512]));
    }
    assert_eq!(sent(&mut client), [(server_tid(), ack(5))]);

    let mut server = server(Operation::Read, &[("windowsize", "4")], &[0; 512 * 9]);
    assert_eq!(lines(&mut server), ["OACK windowsize=4"]);
    server.on_datagram(NOW, client_tid(), &ack(0));
    assert_eq!(lines(&mut server).len(), 4);
    server.on_datagram(NOW, client_tid(), &ack(1));
    let blocks: Vec<_> = (2..=5).map(|block| format!("DATA block {block}, 512 bytes")).collect();
    assert_eq!(lines(&mut server), blocks);
}

/// In a window of several blocks a second ACK may mean that the first block was lost, so it is answered: but once,
/// and not in two windows running, or a path that doubles one datagram would double all that follow.
#[test]
fn second_acks_of_a_window_are_answered_with_restraint() {
    let mut server = server(Operation::Read, &[("windowsize", "4")], &[0; 512 * 40]);
    sent(&mut server);
    // Each ACK, and how many DATA it calls for.
    for (step, (block, count)) in
        [(0, 4), (0, 4), (0, 0), (4, 4), (4, 0), (8, 4), (12, 4), (12, 4), (16, 4), (16, 0)]
            .into_iter()
            .enumerate()
    {
        server.on_datagram(NOW, client_tid(), &ack(block));
        assert_eq!(lines(&mut server).len(), count, "step {step}: ACK {block}");
    }
}

/// Packets that change nothing do not keep a transfer alive: neither the peer's nor a stranger's.
#[test]
fn a_transfer_without_progress_is_given_up_in_time() {
    let seconds = |seconds: u64| Time(seconds * 1_000_000);
    let config = Config { first_patience: Some(5_000_000), patience: Some(20_000_000), ..Config::default() };
    let request =
        Request { operation: Operation::Read, filename: "f".into(), mode: Mode::Octet, options: vec![] };
    let begin = || {
        let open = |_: &Request| Ok(Opened::Read(Box::new(Bytes::new([7; 2000]))));
        let mut server = Transfer::serve(config, &Limits::default(), client_tid(), &request, open);
        assert_eq!(sent(&mut server).len(), 1);
        server
    };
    let stranger = "10.0.0.2:3001".parse().unwrap();
    // How long it lasts, with these packets every second.
    let lasts = |server: &mut Transfer, packets: &[(SocketAddr, Vec<u8>)]| {
        (1..60).find(|second| {
            for (from, packet) in packets {
                server.on_datagram(seconds(*second), *from, packet);
            }
            server.on_timeout(seconds(*second));
            sent_at(server, seconds(*second));
            server.is_over()
        })
    };
    for packets in [vec![], vec![(stranger, ack(1)), (client_tid(), ack(0)), (client_tid(), ack(9))]] {
        let mut server = begin();
        assert!(!server.is_answered());
        assert_eq!(lasts(&mut server, &packets), Some(5), "no answer yet: {packets:?}");
        let mut server = begin();
        server.on_datagram(seconds(0), client_tid(), &ack(1));
        assert!(server.is_answered());
        assert_eq!(lasts(&mut server, &packets), Some(20), "no progress any more: {packets:?}");
        assert!(matches!(failure(&mut server), Failure::Ended { .. }));
    }
}

#[test]
fn options_are_granted_within_the_limits() {
    let limits = Limits { blksize: 1428, windowsize: 8, window_bytes: 4000, timeout: 10 };
    let grant = |operation, options: &[(&str, &str)], size| {
        let options: Vec<_> = options.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        limits.grant(operation, &options, size).map(|(_, oack)| {
            oack.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
        })
    };
    let read = |options: &[(&str, &str)]| grant(Operation::Read, options, Some(99)).unwrap();
    assert_eq!(read(&[]), "");
    assert_eq!(read(&[("BlkSize", "1024")]), "blksize=1024");
    for large in ["65464", "65465", "65535", "65536", "18446744073709551615"] {
        assert_eq!(read(&[("blksize", large)]), "blksize=1428");
    }
    assert_eq!(read(&[("blksize", "1000"), ("windowsize", "60")]), "blksize=1000 windowsize=4");
    assert_eq!(read(&[("windowsize", "60")]), "windowsize=7");
    assert_eq!(read(&[("tsize", "0"), ("timeout", "10")]), "tsize=99 timeout=10");
    assert_eq!(read(&[("tsize", "0"), ("timeout", "11")]), "tsize=99", "RFC 2349: as asked, or left out");
    assert_eq!(read(&[("timeout", "255")]), "");
    assert_eq!(read(&[("multicast", "")]), "");
    assert_eq!(grant(Operation::Read, &[("tsize", "0")], None).unwrap(), "");
    assert_eq!(grant(Operation::Write, &[("tsize", "5")], None).unwrap(), "tsize=5");
    for bad in [("blksize", "7"), ("blksize", "x"), ("windowsize", "0"), ("timeout", "0"), ("timeout", "256")]
    {
        let error = grant(Operation::Read, &[bad], None).unwrap_err().to_string();
        assert!(error.starts_with(&format!("option {}: {:?} is not a number from", bad.0, bad.1)), "{error}");
    }
    let small = grant(Operation::Read, &[("blksize", "7")], None).unwrap_err();
    assert_eq!(small.to_string(), "option blksize: \"7\" is not a number from 8 to 65464");
    let twice = grant(Operation::Read, &[("blksize", "8"), ("BLKSIZE", "9")], None).unwrap_err();
    assert_eq!(twice.to_string(), "option blksize is there twice");
}

/// RFC 2347: more than was asked for ends the transfer with ERROR 8.
#[test]
fn an_oack_may_grant_no_more_than_was_asked() {
    let wanted = Wanted { blksize: Some(1024), timeout: Some(3), ..Wanted::default() };
    for (name, value) in
        [("blksize", "1025"), ("windowsize", "2"), ("timeout", "2"), ("tsize", "1"), ("x", "1")]
    {
        let (mut client, _) = client(wanted);
        client.on_datagram(NOW, server_tid(), &Packet::Oack(vec![(name.into(), value.into())]).to_bytes());
        let answers = sent(&mut client);
        assert_eq!(answers.len(), 1);
        assert!(
            matches!(Packet::parse(&answers[0].1), Ok(Packet::Error { code: ErrorCode::OPTION, .. })),
            "{name}={value}"
        );
        assert_eq!(client.state(), State::Failed);
    }
    let (mut client, _) = client(wanted);
    client.on_datagram(NOW, server_tid(), &Packet::Oack(vec![("BLKSIZE".into(), "600".into())]).to_bytes());
    assert_eq!(client.options().blksize, 600);
    assert_eq!(lines(&mut client), ["ACK block 0"]);
}

#[test]
fn refusals_are_one_error_packet() {
    let request = |mode| Request { operation: Operation::Read, filename: "f".into(), mode, options: vec![] };
    let refuse = |mode| {
        let none = |_: &Request| Err(FileError::new(ErrorCode::FILE_NOT_FOUND));
        Transfer::serve(config(), &Limits::default(), client_tid(), &request(mode), none)
    };
    let mut missing = refuse(Mode::Octet);
    assert_eq!(lines(&mut missing), ["ERROR 1 (File not found): File not found"]);
    assert!(missing.is_over());
    let mut mail = refuse(Mode::Mail);
    assert_eq!(lines(&mut mail), ["ERROR 4 (Illegal TFTP operation): mode mail is obsolete: use octet"]);
}

#[test]
fn what_does_not_belong_ends_the_transfer() {
    let too_long = data(1, &[0; 513]);
    for bad in [&too_long[..], &[0, 9], &ack(1), &[]] {
        let (mut client, _) = client(Wanted::default());
        client.on_datagram(NOW, server_tid(), bad);
        assert!(
            matches!(failure(&mut client), Failure::Ended { code: ErrorCode::ILLEGAL_OPERATION, .. }),
            "{bad:?}"
        );
        assert_eq!(sent(&mut client).len(), 1);
    }
}

#[test]
fn requests_that_cannot_be_sent_are_refused() {
    let ask = |filename: &str, mode| Ask { filename: filename.into(), mode, ..ask(Wanted::default()) };
    let error = |ask| Transfer::download(config(), ask, Box::new(Buffer::new())).err();
    assert!(matches!(error(ask("", Mode::Octet)), Some(RequestError::Name { .. })));
    assert!(matches!(error(ask("a\0b", Mode::Octet)), Some(RequestError::Name { .. })));
    assert_eq!(error(ask("a", Mode::Mail)), Some(RequestError::Mail));
    assert_eq!(error(ask(&"a".repeat(503), Mode::Octet)), None);
    assert_eq!(error(ask(&"a".repeat(504), Mode::Octet)), Some(RequestError::TooLong { length: 513 }));
}

#[test]
fn every_text_has_an_id_of_its_own() {
    let mut ids: Vec<_> = text::ALL.iter().map(|(id, _)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), text::ALL.len());
    assert!(ids.iter().all(|id| id.starts_with("tftp.")));
}
