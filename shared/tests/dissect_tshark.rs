//! The link, network and transport layers against tshark: every field both ways, by name, place in the frame and value,
//! and what each finds of every checksum.
//!
//! The frames come from scapy (`captures/make_varied.py`), from `wire::samples`, and from both with bytes changed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use std::{collections::BTreeSet, fmt::Write as _, path::Path, process::Command};

use firsthop_protocol::{
    trace::capture,
    wire::{self, Field, Kind, Layer, LinkType, Meaning, Problem, Protocol, Value, samples},
};

/// tshark's prefixes of the protocols compared here.
const PREFIXES: [&str; 12] =
    ["eth", "vlan", "ieee8021ad", "sll", "null", "arp", "ip", "ipv6", "icmp", "icmpv6", "udp", "tcp"];

const OURS: [Protocol; 11] = [
    Protocol::Ethernet,
    Protocol::Vlan,
    Protocol::Sll,
    Protocol::Null,
    Protocol::Arp,
    Protocol::Ipv4,
    Protocol::Ipv6,
    Protocol::Icmp,
    Protocol::Icmpv6,
    Protocol::Udp,
    Protocol::Tcp,
];

/// Fields of tshark's that say again what another says, span whole options, or are parts of an address.
const REPEATED: &[&str] = &[
    "eth.addr",
    "eth.dst.lg",
    "eth.dst.ig",
    "eth.src.lg",
    "eth.src.ig",
    "ip.checksum_calculated",
    "tcp.checksum_calculated",
    "udp.checksum_calculated",
    "ip.options.nop",
    "ip.options.eol",
    "ip.options.record_route",
    "ip.options.timestamp",
    "ip.options.routeralert",
    "tcp.flags.str",
    "tcp.window_size",
    "tcp.window_size_scalefactor",
    "tcp.payload",
    "tcp.segment_data",
    "tcp.reset_cause",
    "tcp.options",
    "tcp.options.nop",
    "tcp.options.eol",
    "tcp.options.mss",
    "tcp.options.timestamp",
    "tcp.options.unknown",
    "tcp.options.md5",
    "tcp.options.sack_perm",
    "tcp.options.sack",
    "tcp.options.sack.dsack_le",
    "tcp.options.sack.dsack_re",
    "tcp.options.tfo",
    "tcp.options.user_to",
    "tcp.options.wscale",
    "tcp.options.wscale.multiplier",
    "tcp.flags",
    "udp.payload",
    "icmp.ident_le",
    "icmp.seq_le",
    "ipv6.opt",
    "ipv6.dstopts.len_oct",
    "ipv6.hopopts.len_oct",
    "ipv6.routing.len_oct",
    "ipv6.opt.type.action",
    "ipv6.opt.type.change",
    "ipv6.opt.type.rest",
    "icmpv6.opt",
    "icmpv6.nd.ra.flag",
    "icmpv6.nd.na.flag",
    "icmpv6.opt.prefix.flag",
];

/// Fields of ours that tshark has not, calls otherwise or divides otherwise.
fn is_ours_alone(layer: &Layer, field: &Field) -> bool {
    match (layer.protocol, field.name()) {
        // tshark spans some bytes or bits more or fewer, and checks nothing in them.
        (Protocol::Sll, "reserved") => true,
        (Protocol::Tcp, "flags" | "padding") | (Protocol::Ipv4, "padding") => true,
        (Protocol::Icmp, "unused" | "length") => true,
        (Protocol::Icmpv6, "unused" | "reserved" | "rsv") => true,
        (Protocol::Ipv6, "reserved") => true,
        // Before an inner tag tshark leaves the EtherType of an 802.1ad tag without a name.
        (Protocol::Vlan, "etype") => field.value == Value::Number(0x8100),
        _ => false,
    }
}

#[derive(Debug)]
struct Theirs {
    name: String,
    start: usize,
    size: usize,
    show: String,
    masked: bool,
}

/// Every packet's fields, those without bytes too.
fn tshark(file: &Path) -> Option<Vec<Vec<Theirs>>> {
    let mut command = Command::new("tshark");
    for check in ["ip.check_checksum", "tcp.check_checksum", "udp.check_checksum"] {
        command.args(["-o", &format!("{check}:TRUE")]);
    }
    // One frame after the other, as the dissector sees them.
    for off in ["tcp.relative_sequence_numbers", "ip.defragment", "ipv6.defragment"] {
        command.args(["-o", &format!("{off}:FALSE")]);
    }
    let output = match command.args(["-n", "-T", "pdml", "-r"]).arg(file).output() {
        Ok(output) => output,
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "tshark is needed: {error}");
            eprintln!("SKIPPED: tshark is not there: {error}");
            return None;
        }
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let pdml = String::from_utf8_lossy(&output.stdout);
    let mut packets = Vec::new();
    for line in pdml.lines().map(str::trim) {
        if line.starts_with("<packet>") {
            packets.push(Vec::new());
        } else if line.starts_with("<field ") && !line.contains(" hide=\"yes\"") {
            // With relative numbers off, these are the raw ones.
            let name = match attribute(line, "name") {
                name if name == "tcp.seq" => "tcp.seq_raw".to_owned(),
                name if name == "tcp.ack" => "tcp.ack_raw".to_owned(),
                name => name,
            };
            if name.split_once('.').is_some_and(|(prefix, _)| PREFIXES.contains(&prefix)) {
                let number = |name| attribute(line, name).parse().unwrap();
                let field = Theirs {
                    start: number("pos"),
                    size: number("size"),
                    show: attribute(line, "show"),
                    masked: line.contains(" unmaskedvalue="),
                    name,
                };
                // An acknowledgment number without the ACK flag is there under both of its names.
                let packet: &mut Vec<Theirs> = packets.last_mut().unwrap();
                if field.name != "tcp.ack_raw"
                    || packet.iter().all(|f| (f.start, &f.name) != (field.start, &field.name))
                {
                    packet.push(field);
                }
            }
        }
    }
    Some(packets)
}

fn attribute(line: &str, name: &str) -> String {
    let rest = line.split_once(&format!(" {name}=\"")).map_or("", |(_, rest)| rest);
    rest.split('"').next().unwrap().to_owned()
}

/// Whether tshark's name belongs to a protocol of ours.
fn of(protocol: Protocol, theirs: &str) -> bool {
    let prefix = theirs.split('.').next().unwrap();
    match protocol {
        Protocol::Ethernet => prefix == "eth",
        Protocol::Vlan => prefix == "vlan" || prefix == "ieee8021ad",
        Protocol::Ipv4 => prefix == "ip",
        other => prefix == other.name(),
    }
}

/// Whether a field of ours has tshark's name: what stands after the last dot, as README promises.
fn named(ours: &Field, theirs: &str) -> bool {
    theirs.rsplit('.').next() == Some(ours.name())
}

fn placed(ours: &Field, theirs: &Theirs) -> bool {
    let bytes = ours.byte_range();
    let end = theirs.start + theirs.size;
    // tshark gives whole bytes, and for a part of them often more bytes than the part lies in.
    if theirs.masked || !ours.bits.is_multiple_of(8) || !ours.bit_offset.is_multiple_of(8) {
        theirs.start <= bytes.start && bytes.end <= end
    } else {
        (bytes.start, bytes.end) == (theirs.start, end)
    }
}

fn equal(ours: &Field, theirs: &Theirs) -> bool {
    let show = theirs.show.as_str();
    match &ours.value {
        Value::Number(number) => {
            let number = match (ours.name(), &ours.meaning) {
                // tshark shows header lengths and fragment offsets of IPv4 in bytes.
                ("hdr_len", Meaning::Scaled(by, _)) => number * u64::from(*by),
                _ => *number,
            };
            let parsed =
                show.strip_prefix("0x").map_or_else(|| show.parse(), |hex| u64::from_str_radix(hex, 16));
            // Reserved bits: as bytes, not at all, or whether any is set.
            let bytes = || u64::from_str_radix(&show.replace(':', ""), 16) == Ok(number);
            if matches!(ours.spec.kind, Kind::Reserved | Kind::Hex) && (show.is_empty() || bytes()) {
                return true;
            }
            if ours.name() == "res" {
                return (show == "1") == (number > 0);
            }
            parsed == Ok(number) || show == "True" && number == 1 || show == "False" && number == 0
        }
        Value::Bytes(_) => show.replace(':', "") == ours.value.to_string(),
        Value::Ipv4(_) | Value::Ipv6(_) | Value::Mac(_) | Value::Text(_) => show == ours.value.to_string(),
    }
}

/// What we found of a checksum, in tshark's numbers: 0 bad, 1 good, 2 not checked, 3 not there.
fn status(field: &Field) -> &'static str {
    match (field.problem.as_deref(), &field.meaning) {
        (Some(Problem::Checksum { .. } | Problem::ChecksumOffloaded { .. }), _) => "0",
        (None, Meaning::Checksum("correct")) => "1",
        (_, Meaning::Checksum(words)) if words.starts_with("none") => "3",
        _ => "2",
    }
}

/// How strictly two dissections of a frame are compared.
#[derive(Clone, Copy, PartialEq)]
enum Strict {
    /// Each has every field of the other.
    BothWays,
    /// Where both have a field of one name at one place, it has one value: for frames that are broken on purpose, of
    /// which one program reads more than the other.
    WhereBothHave,
}

fn compare(name: &str, link: LinkType, frames: &[Vec<u8>], strict: Strict) -> (usize, usize) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("frames.pcap");
    std::fs::write(&file, pcap(link, frames)).unwrap();
    let Some(all) = tshark(&file) else { return (0, 0) };
    assert_eq!(all.len(), frames.len(), "{name}");
    let (mut fields, mut sums) = (0, 0);
    let mut report = String::new();
    for (number, (frame, theirs)) in frames.iter().zip(&all).enumerate() {
        let number = number + 1;
        let dissection = wire::dissect(link, frame);
        let layers = dissection.layers.iter().filter(|layer| OURS.contains(&layer.protocol));
        let ours: Vec<_> =
            layers.flat_map(|layer| layer.fields.iter().map(move |field| (layer, field))).collect();
        let mut matched = BTreeSet::new();
        for theirs in theirs.iter().filter(|theirs| {
            theirs.size > 0 && !theirs.name.ends_with(".status") && !REPEATED.contains(&theirs.name.as_str())
        }) {
            let here = |(layer, ours): &(&Layer, &Field)| {
                of(layer.protocol, &theirs.name) && named(ours, &theirs.name) && placed(ours, theirs)
            };
            let mut candidates = ours.iter().enumerate().filter(|(_, ours)| here(ours)).peekable();
            // What follows an End of Option List is padding to us, one such option a byte to tshark.
            let pads = |(_, field): &(&Layer, &Field)| {
                field.name() == "padding" && field.byte_range().contains(&theirs.start)
            };
            if theirs.show == "0" && theirs.size == 1 && ours.iter().any(pads) {
                continue;
            }
            if candidates.peek().is_none() {
                let optional = [
                    "icmp.unused",
                    "icmpv6.reserved",
                    "icmpv6.opt.reserved",
                    "icmpv6.opt.prefix.flag.r",
                    "icmpv6.opt.prefix.flag.reserved",
                    "icmpv6.nd.na.flag.rsv",
                    "ipv6.routing.src.reserved",
                    "eth.trailer",
                    "eth.padding",
                ];
                if strict == Strict::BothWays && !optional.contains(&theirs.name.as_str()) {
                    writeln!(report, "{name} {number}: only tshark has {theirs:?}").unwrap();
                }
                continue;
            }
            match candidates.find(|(index, (_, ours))| !matched.contains(index) && equal(ours, theirs)) {
                Some((index, _)) => {
                    matched.insert(index);
                    fields += 1;
                }
                None => writeln!(report, "{name} {number}: another value: {theirs:?}").unwrap(),
            }
        }
        if strict == Strict::BothWays {
            for (index, (layer, field)) in ours.iter().enumerate() {
                if !matched.contains(&index) && !is_ours_alone(layer, field) {
                    let (protocol, at, text) = (layer.protocol, field.byte_range(), field.text());
                    writeln!(
                        report,
                        "{name} {number}: only we have {protocol} {} {at:?} {text}",
                        field.name()
                    )
                    .unwrap();
                }
            }
        }
        for theirs in theirs.iter().filter(|theirs| theirs.name.ends_with(".checksum.status")) {
            let at = |(_, field): &&(&Layer, &Field)| {
                field.name() == "checksum" && field.byte_range().start == theirs.start
            };
            let Some((_, field)) = ours.iter().find(at) else { continue };
            let found = status(field);
            if found == theirs.show {
                sums += 1;
            } else {
                let text = field.text();
                writeln!(
                    report,
                    "{name} {number}: {} is {} to tshark, {found} to us: {text} {:?}",
                    theirs.name, theirs.show, field.problem
                )
                .unwrap();
            }
        }
        for theirs in theirs.iter().filter(|theirs| theirs.name.ends_with(".checksum_calculated")) {
            let at = |(_, field): &&(&Layer, &Field)| {
                field.name() == "checksum" && field.byte_range().start == theirs.start
            };
            let problem = ours.iter().find(at).and_then(|(_, field)| field.problem.as_deref());
            if let Some(Problem::Checksum { expected, .. }) = problem
                && theirs.show != format!("0x{expected:04x}")
                // The two zeros of ones' complement.
                && !(theirs.show == "0xffff" && *expected == 0)
            {
                writeln!(report, "{name} {number}: expected {expected:04x}, tshark {theirs:?}").unwrap();
            }
        }
    }
    let lines: Vec<&str> = report.lines().collect();
    assert!(
        lines.is_empty(),
        "{} disagreements, the first:\n{}",
        lines.len(),
        lines[..lines.len().min(40)].join("\n")
    );
    assert!(fields > 0, "{name}: nothing was compared");
    eprintln!("{name}: {} frames, {fields} fields and {sums} checksums agree", frames.len());
    (fields, sums)
}

fn pcap(link: LinkType, frames: &[Vec<u8>]) -> Vec<u8> {
    let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0];
    file.extend(u32::from(link.code()).to_le_bytes());
    for frame in frames {
        let length = (frame.len() as u32).to_le_bytes();
        file.extend([&[0; 8][..], &length, &length, frame].concat());
    }
    file
}

fn scapy(name: &str) -> (LinkType, Vec<Vec<u8>>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures").join(name);
    let capture = capture::read(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(capture.problem, None);
    let link = capture.packets[0].link().unwrap();
    (link, capture.packets.into_iter().map(|packet| packet.bytes.into_owned()).collect())
}

#[test]
fn scapys_frames() {
    for name in ["varied.pcap", "raw.pcap", "sll.pcap", "sll2.pcap", "null.pcap"] {
        let (link, frames) = scapy(name);
        compare(name, link, &frames, Strict::BothWays);
    }
}

#[test]
fn our_samples() {
    let frames: Vec<_> = samples::all().into_iter().map(|sample| sample.frame).collect();
    compare("samples", LinkType::Ethernet, &frames, Strict::BothWays);
}

/// One to three bytes of each frame changed at random: checksums, lengths, types.
#[test]
fn broken_frames() {
    let (link, frames) = scapy("varied.pcap");
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    let broken: Vec<Vec<u8>> = frames
        .iter()
        .map(|frame| {
            let mut frame = frame.clone();
            for _ in 0..=random(3) {
                // Not in the Ethernet header: that would make other protocols of them.
                let at = 14 + random(frame.len() - 14);
                frame[at] ^= 1 << random(8);
            }
            frame
        })
        .collect();
    compare("broken", link, &broken, Strict::WhereBothHave);
}
