//! What `capinfos` and `tshark` make of the files that `trace::pcapng` writes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use std::{path::Path, process::Command};

use firsthop_protocol::{
    trace::{EventKind, Fate, Frame, Impairment, Text, Time, Trace, capture, pcapng},
    wire::{self, LinkType, Problem},
};

/// An ICMP echo request in IPv4 with right checksums; `text` is its payload.
fn ping(text: &[u8]) -> Vec<u8> {
    let sum = |bytes: &[u8]| {
        let total: u32 =
            bytes.chunks(2).map(|p| u32::from(p[0]) << 8 | u32::from(*p.get(1).unwrap_or(&0))).sum();
        (!((total & 0xffff) + (total >> 16)) as u16).to_be_bytes()
    };
    let mut icmp = [&[8, 0, 0, 0, 0, 1, 0, 1], text].concat();
    let check = sum(&icmp);
    icmp[2..4].copy_from_slice(&check);
    let mut ip =
        [&[0x45, 0, 0, 20 + icmp.len() as u8, 0, 1, 0, 0, 64, 1, 0, 0], &[10, 0, 0, 1, 10, 0, 0, 2][..]]
            .concat();
    let check = sum(&ip);
    ip[10..12].copy_from_slice(&check);
    [ip, icmp].concat()
}

fn trace() -> Trace {
    let ethernet = [&[2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0][..], &ping(b"over Ethernet")].concat();
    let frame = |link: &str, link_type, bytes, fate, impairment, note| {
        EventKind::Frame(Frame {
            link: link.into(),
            from: "left".into(),
            to: "right".into(),
            link_type,
            bytes,
            original: None,
            fate,
            impairment,
            note,
        })
    };
    let delivered = |at| Fate::Delivered { at: Time(at) };
    let lost = Fate::Lost { why: Text::new("link.lost", "the scenario asked for it"), at: Time(2_500) };
    let dropped = Fate::Dropped { why: Text::new("queue.full", "the queue is full"), at: Time(3_000) };
    let note = Text::new("tcp.rto", "retransmission: the timer expired (重传)");
    let mut trace = Trace::new();
    trace
        .push(Time(0), frame("cable 1", LinkType::Ethernet, ethernet.clone(), delivered(10_000), None, None));
    let call = EventKind::Note { node: None, text: Text::new("remark", "not a frame") };
    trace.push(Time(1_000), call);
    trace.push(Time(2_000), frame("cable 2", LinkType::RawIp, ping(b"raw"), lost, None, Some(note)));
    let bit = Some(Impairment::Corrupted { bit: 77 });
    trace.push(
        Time(2_000),
        frame("cable 1", LinkType::Ethernet, ethernet.clone(), delivered(9_000), bit, None),
    );
    let twice = Some(Impairment::Duplicate);
    trace.push(Time(3_000_001), frame("cable 2", LinkType::RawIp, ping(b""), dropped, twice, None));
    trace
}

fn run(program: &str, args: &[&str], file: &Path) -> String {
    let output = match Command::new(program).args(args).arg(file).output() {
        Ok(output) => output,
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "{program} is needed: {error}");
            eprintln!("SKIPPED: {program} is not there: {error}");
            return String::new();
        }
    };
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn wireshark_reads_what_was_written() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let written = pcapng::write(&trace(), &pcapng::Options { epoch_micros: 1_700_000_000_000_000 });
    std::fs::write(file.path(), &written).unwrap();

    let info = run("capinfos", &["-M"], file.path());
    if info.is_empty() {
        return;
    }
    for expected in
        ["File type:           pcapng", "Number of packets:   4", "Name = cable 1", "Name = cable 2"]
    {
        assert!(info.contains(expected), "{expected} is not in:\n{info}");
    }
    for expected in
        ["Encapsulation = Raw IP", "Encapsulation = Ethernet", "Time precision = microseconds (6)"]
    {
        assert!(info.contains(expected), "{expected} is not in:\n{info}");
    }

    let wrong = "_ws.malformed || _ws.expert.severity >= 0x600000 || ip.checksum.status == 0 || icmp.checksum.status == 0";
    let check = ["-o", "ip.check_checksum:TRUE", "-Y", wrong, "-r"];
    assert_eq!(run("tshark", &check, file.path()), "");

    let fields = [
        "-Tfields",
        "-Eseparator=|",
        "-eframe.time_epoch",
        "-eframe.interface_name",
        "-eframe.comment",
        "-r",
    ];
    assert_eq!(
        run("tshark", &fields, file.path()).lines().collect::<Vec<_>>(),
        [
            "1700000000.000000000|cable 1|left → right: delivered after 10000 µs",
            "1700000000.002000000|cable 2|retransmission: the timer expired (重传),left → right: lost after 500 µs: the \
             scenario asked for it",
            "1700000000.002000000|cable 1|corrupted on the link: bit 77 of the frame flipped after these bytes were \
             sent,left → right: delivered after 7000 µs",
            "1700000003.000001000|cable 2|second copy: the link doubled this frame,left → right: dropped after 0 µs: \
             the queue is full",
        ]
    );
}

/// A capture that kept only the first bytes of each packet: what is written of it says how long the packets were, to
/// `tshark` and to ourselves, and no packet is called wrong for what the capture left out.
#[test]
fn what_a_capture_cut_short_stays_cut_short() {
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures");
    let dir = tempfile::tempdir().unwrap();
    let (cut, written) = (dir.path().join("cut.pcapng"), dir.path().join("written.pcapng"));
    let (mut packets, mut short) = (0, 0);
    let files = [
        "varied.pcap",
        "sll2.pcap",
        "built-dhcp.pcap",
        "built-dns.pcap",
        "built-tftp.pcap",
        "real-http.pcapng",
    ];
    for (file, kept) in files.into_iter().flat_map(|file| [20, 41, 60, 131, 300].map(|kept| (file, kept))) {
        let whole = capture::read(&std::fs::read(captures.join(file)).unwrap()).unwrap().packets;
        let mut editcap = Command::new("editcap");
        editcap.args(["-F", "pcapng", "-s", &kept.to_string()]).arg(captures.join(file)).arg(&cut);
        if editcap.status().is_err() {
            assert!(std::env::var_os("CI").is_none(), "editcap is needed");
            eprintln!("SKIPPED: editcap is not there");
            return;
        }
        let read = capture::read(&std::fs::read(&cut).unwrap()).unwrap().packets;
        assert_eq!(read.len(), whole.len());
        let epoch = read.iter().map(|packet| packet.time.micros()).min().unwrap();
        let mut trace = Trace::new();
        for (packet, whole) in read.iter().zip(&whole) {
            let link_type = packet.link().unwrap();
            let frame = Frame {
                link: "if".into(),
                from: String::new(),
                to: String::new(),
                link_type,
                bytes: packet.bytes.to_vec(),
                original: (packet.original as usize > packet.bytes.len()).then_some(packet.original),
                fate: Fate::Delivered { at: Time::ZERO },
                impairment: None,
                note: None,
            };
            assert_eq!(frame.is_cut(), whole.bytes.len() > kept);
            let dissect =
                |bytes| wire::dissect_with(link_type, bytes, frame.original_len(), wire::Options::default());
            let (cut, whole) = (dissect(&packet.bytes), dissect(&whole.bytes));
            if frame.is_cut() {
                short += 1;
                let said = cut.problem.as_ref().unwrap().to_string();
                // A packet that is wrong in what was captured is wrong all the same.
                assert!(
                    said.contains("cut short by the capture") || cut.problem == whole.problem,
                    "{file} {kept}: {said}"
                );
            }
            let problems = |dissection: &wire::Dissection| {
                let fields = dissection.layers.iter().flat_map(|layer| &layer.fields);
                fields
                    .filter_map(|field| {
                        Some((field.name(), field.bit_offset, field.problem.as_deref()?.clone()))
                    })
                    .filter(|(.., problem)| !matches!(problem, Problem::CutShort { .. }))
                    .collect::<Vec<_>>()
            };
            let known = problems(&whole);
            for problem in problems(&cut) {
                assert!(known.contains(&problem), "{file} {kept} packet {}: {problem:?}", packet.number);
            }
            trace.push(Time(packet.time.micros() - epoch), EventKind::Frame(frame));
        }
        packets += read.len();
        let json = serde_json::to_string(&trace).unwrap();
        let trace: Trace = serde_json::from_str(&json).unwrap();
        std::fs::write(&written, pcapng::write(&trace, &pcapng::Options { epoch_micros: epoch })).unwrap();
        let lengths = ["-Tfields", "-eframe.len", "-eframe.cap_len", "-r"];
        let theirs = run("tshark", &lengths, &written);
        assert_eq!(theirs, run("tshark", &lengths, &cut), "{file} {kept}");
        let ours: String =
            read.iter().map(|packet| format!("{}\t{}\n", packet.original, packet.bytes.len())).collect();
        if !theirs.is_empty() {
            assert_eq!(ours, theirs, "{file} {kept}");
        }
    }
    eprintln!("{packets} packets, {short} of them cut short");
    assert!(short > 1000);
}

/// `editcap` rewrites the file in the other formats; reading each gives the same packets.
#[test]
fn what_editcap_writes_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let original = dir.path().join("trace.pcapng");
    let mut ethernet = Trace::new();
    for (time, frame) in trace().frames().filter(|(_, frame)| frame.link_type == LinkType::Ethernet) {
        ethernet.push(time, EventKind::Frame(frame.clone()));
    }
    let written = pcapng::write(&ethernet, &pcapng::Options { epoch_micros: 1_700_000_000_000_000 });
    std::fs::write(&original, &written).unwrap();
    let expected = capture::read(&written).unwrap();
    assert_eq!(expected.packets.len(), 2);
    for format in ["pcap", "nsecpcap", "modpcap", "pcapng"] {
        let copy = dir.path().join(format);
        let from = original.to_str().unwrap();
        if Command::new("editcap").args(["-F", format, from]).arg(&copy).status().is_err() {
            assert!(std::env::var_os("CI").is_none(), "editcap is needed");
            eprintln!("SKIPPED: editcap is not there");
            return;
        }
        let read = capture::read(&std::fs::read(&copy).unwrap()).unwrap();
        assert_eq!(read.problem, None, "{format}");
        assert_eq!(read.packets.len(), expected.packets.len(), "{format}");
        for (read, expected) in read.packets.iter().zip(&expected.packets) {
            assert_eq!(
                (read.time, &read.bytes, read.link_code),
                (expected.time, &expected.bytes, 1),
                "{format}"
            );
            assert_eq!(read.original, expected.original, "{format}");
            if format == "pcapng" {
                assert_eq!((&read.comments, &read.interface), (&expected.comments, &expected.interface));
            }
        }
    }
}
