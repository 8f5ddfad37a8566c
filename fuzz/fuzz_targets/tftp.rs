//! TFTP: any bytes as a packet, and as the datagrams that a client and a server hear in the middle of a transfer.
#![no_main]

use firsthop_protocol::{
    tftp::{Ask, Buffer, Bytes, Config, Limits, Mode, Opened, Operation, Packet, Request, Transfer, Wanted},
    trace::Time,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(packet) = Packet::parse(bytes) {
        let again = packet.to_bytes();
        // An ERROR's message may have had bytes that are not text, and padding is dropped.
        assert!(Packet::parse(&again).is_ok(), "{packet}");
    }
    let (server, tid) = (([10, 0, 0, 2], 69).into(), ([10, 0, 0, 2], 3000).into());
    let client = ([10, 0, 0, 1], 2000).into();
    let options = Wanted { windowsize: Some(4), blksize: Some(64), ..Wanted::default() };
    let ask = || Ask { server, filename: "f".into(), mode: Mode::Netascii, options };
    let request = |operation| Request {
        operation,
        filename: "f".into(),
        mode: Mode::Octet,
        options: options.to_options(None),
    };
    let open = |request: &Request| match request.operation {
        Operation::Read => Ok(Opened::Read(Box::new(Bytes::new(vec![7; 1000])))),
        Operation::Write => Ok(Opened::Write(Box::new(Buffer::new()))),
    };
    let serve =
        |operation| Transfer::serve(Config::default(), &Limits::default(), client, &request(operation), open);
    let clients = [
        Transfer::download(Config::default(), ask(), Box::new(Buffer::new())).ok(),
        Transfer::upload(Config::default(), ask(), Box::new(Bytes::new(vec![b'\r'; 1000]))).ok(),
    ];
    let servers = [Some(serve(Operation::Read)), Some(serve(Operation::Write))];
    for (peer, mut transfer) in
        clients.into_iter().map(|end| (tid, end)).chain(servers.map(|end| (client, end)))
    {
        let Some(transfer) = &mut transfer else { continue };
        // The first byte of each piece says how long it is, and how late.
        let (mut now, mut rest) = (Time::ZERO, bytes);
        while let Some((first, tail)) = rest.split_first() {
            let (datagram, after) = tail.split_at(usize::from(first & 0x7f).min(tail.len()));
            rest = after;
            if first & 0x80 != 0 {
                now = transfer.poll_timeout().unwrap_or(now);
                transfer.on_timeout(now);
            }
            transfer.on_datagram(now, peer, datagram);
            let mut packets = 0;
            while transfer.poll_transmit(now).is_some() {
                packets += 1;
            }
            assert!(packets <= 8, "one datagram calls for a window at most, not for {packets} packets");
            while transfer.poll_event().is_some() {}
        }
    }
});
