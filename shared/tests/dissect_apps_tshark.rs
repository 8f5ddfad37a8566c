//! The application dissectors against tshark, field by field: name, place in the frame, value.
//!
//! The captures in `captures/` were recorded from other people's programs (`record.sh`) or built by scapy (`build.py`).
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
    wire::{Conversations, Field, Options, Protocol, Value, dissect_with},
};

/// A field as tshark's PDML gives it.
#[derive(Debug, Clone)]
struct Theirs {
    /// The last part of its name.
    name: String,
    start: usize,
    size: usize,
    show: String,
    /// Whether it is some of the bits of its bytes.
    masked: bool,
    /// The owner of an SRV record, of which tshark leaves out the service and protocol.
    owner: bool,
}

/// Every packet's fields of one protocol; a packet may hold several messages of it.
fn tshark(file: &Path, protocol: &str, options: &[&str], ignored: &[&str]) -> Option<Vec<Vec<Theirs>>> {
    let output = match Command::new("tshark").args(["-T", "pdml"]).args(options).arg("-r").arg(file).output()
    {
        Ok(output) => output,
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "tshark is needed: {error}");
            eprintln!("SKIPPED: tshark is not there: {error}");
            return None;
        }
    };
    let pdml = String::from_utf8(output.stdout).unwrap();
    let mut packets = Vec::new();
    let mut inside = false;
    for line in pdml.lines().map(str::trim) {
        if line.starts_with("<packet>") {
            packets.push(Vec::new());
        } else if line.starts_with("<proto ") {
            let name = attribute(line, "name");
            // Multicast DNS is a protocol of its own there, with the fields of DNS.
            inside = name == protocol || name == "mdns" && protocol == "dns";
        } else if line.starts_with("</proto>") {
            inside = false;
        } else if inside && line.starts_with("<field ") {
            let full = attribute(line, "name");
            let Some(name) = full.strip_prefix(&format!("{protocol}.")) else { continue };
            let number = |name| attribute(line, name).parse().unwrap();
            // What has no bytes is what tshark worked out from other packets.
            if ignored.contains(&name) || line.contains(" hide=\"yes\"") || number("size") == 0 {
                continue;
            }
            // tshark gives a DHCP option's code the whole option's bytes, and shows 0 for the End option.
            let is_option = matches!(name, "option.type" | "option.agent_information_option.suboption");
            if is_option && attribute(line, "show") == "0" {
                continue;
            }
            packets.last_mut().unwrap().push(Theirs {
                name: name.rsplit('.').next().unwrap().to_owned(),
                start: number("pos"),
                size: if is_option { 1 } else { number("size") },
                show: attribute(line, "show"),
                owner: name == "srv.name",
                masked: line.contains(" unmaskedvalue="),
            });
        }
    }
    Some(packets)
}

/// The value of an XML attribute.
fn attribute(line: &str, name: &str) -> String {
    let Some((_, rest)) = line.split_once(&format!(" {name}=\"")) else { return String::new() };
    let raw = rest.split('"').next().unwrap();
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#x27;", "'"), ("&amp;", "&")]
        .iter()
        .fold(raw.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn agrees(ours: &Field, theirs: &Theirs) -> bool {
    let bytes = ours.byte_range();
    let placed = if theirs.masked {
        theirs.start <= bytes.start && bytes.end <= theirs.start + theirs.size
    } else {
        (bytes.start, bytes.len()) == (theirs.start, theirs.size)
    };
    let show = theirs.show.as_str();
    let equal = match &ours.value {
        Value::Number(number) => {
            let parsed =
                show.strip_prefix("0x").map_or_else(|| show.parse(), |hex| u64::from_str_radix(hex, 16));
            // Signed fields of 32 bits are shown with their sign.
            parsed == Ok(*number)
                || show.parse() == Ok(*number as u32 as i32)
                || show == "True" && *number == 1
        }
        Value::Text(text) => {
            text == show
                || theirs.owner && text.ends_with(show)
                || text == "." && show == "<Root>"
                || text.trim_end() == show
        }
        Value::Bytes(_) => {
            let hex = ours.value.to_string();
            let said = ours.text().to_string();
            // A body is shown as text, of which the attribute holds the first line only.
            theirs.name == "file_data" || show.replace(':', "") == hex || said == show || *show == ascii(&hex)
        }
        value => value.to_string() == show,
    };
    ours.name() == theirs.name && placed && equal
}

/// Bytes that tshark shows as characters.
fn ascii(hex: &str) -> String {
    let digit = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(|at| char::from(digit(at))).collect()
}

/// Compares every packet of a capture. `extra` are fields of ours that tshark does not show, or not as such;
/// `ignored` are fields of theirs that say something again or in another way.
fn compare(file: &str, protocol: Protocol, options: &[&str], extra: &[&str], ignored: &[&str]) -> usize {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures").join(file);
    let capture = capture::read(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(capture.problem, None);
    let Some(theirs) = tshark(&path, protocol.name(), options, ignored) else { return 0 };
    assert_eq!(theirs.len(), capture.packets.len());
    let mut conversations = Conversations::default();
    let mut compared = 0;
    let mut report = String::new();
    for (packet, theirs) in capture.packets.iter().zip(theirs) {
        let options = Options { learned: conversations.ports(), ..Options::default() };
        let dissection =
            dissect_with(packet.link().unwrap(), &packet.bytes, packet.original as usize, options);
        conversations.learn(&dissection);
        let layers = dissection.layers.iter().filter(|layer| layer.protocol == protocol);
        let ours: Vec<_> = layers.flat_map(|layer| &layer.fields).collect();
        // tshark knows the body of a message whose head came in an earlier segment; we see one frame.
        if ours.is_empty() && !theirs.is_empty() && theirs.iter().all(|field| field.name == "file_data") {
            continue;
        }
        let mut matched = BTreeSet::new();
        for field in &theirs {
            let found =
                ours.iter().enumerate().find(|(index, ours)| !matched.contains(index) && agrees(ours, field));
            match found {
                Some((index, _)) => {
                    matched.insert(index);
                    compared += 1;
                }
                None => {
                    writeln!(report, "{file} packet {}: only tshark has {field:?}", packet.number).unwrap();
                }
            }
        }
        for (index, field) in ours.iter().enumerate() {
            if !matched.contains(&index) && field.bits > 0 && !extra.contains(&field.name()) {
                let (name, range, text) = (field.name(), field.byte_range(), field.text());
                writeln!(report, "{file} packet {}: only we have {name} {range:?} {text}", packet.number)
                    .unwrap();
            }
        }
    }
    assert!(report.is_empty(), "{report}");
    assert!(compared > 0, "{file}: nothing was compared");
    compared
}

#[test]
fn dns() {
    // tshark leaves out of queries what only responses use, and CAA's lower flag bits.
    let extra = ["authoritative", "recavail", "authenticated", "rcode", "reserved"];
    let ignored = ["qry.name.len", "count.labels", "opt", "caa.issue", "srv.service", "srv.proto"];
    let compared = compare("real-dns.pcapng", Protocol::Dns, &[], &extra, &ignored)
        + compare("built-dns.pcap", Protocol::Dns, &[], &extra, &ignored);
    eprintln!("{compared} fields agree");
}

#[test]
fn dhcp() {
    // tshark hides the bytes of an option that it does not take apart.
    let compared = compare("real-dhcp.pcapng", Protocol::Dhcp, &[], &["value"], &[])
        + compare("built-dhcp.pcap", Protocol::Dhcp, &[], &["value"], &[]);
    eprintln!("{compared} fields agree");
}

/// Without reassembly, as one frame after the other is what the dissector sees.
#[test]
fn http() {
    let options = [
        "-o",
        "tcp.desegment_tcp_streams:FALSE",
        "-o",
        "http.desegment_headers:FALSE",
        "-o",
        "http.desegment_body:FALSE",
    ];
    let ignored = [
        "response.code.desc",
        "request.uri.path",
        "request.uri.query",
        "request.uri.query.parameter",
        "cookie_pair",
    ];
    let compared = compare("real-http.pcapng", Protocol::Http, &options, &[], &ignored)
        + compare("built-http.pcap", Protocol::Http, &options, &[], &ignored);
    eprintln!("{compared} fields agree");
}

#[test]
fn tftp() {
    let ignored = ["block.full"];
    let compared = compare("real-tftp.pcapng", Protocol::Tftp, &[], &["data"], &ignored)
        + compare("built-tftp.pcap", Protocol::Tftp, &[], &["data"], &ignored);
    eprintln!("{compared} fields agree");
}

#[test]
fn rip() {
    // tshark leaves out what must be zero, the address of a route of no family, and what makes an entry authenticate.
    let extra =
        ["routing_domain", "zero_padding", "ip", "netmask", "next_hop", "route_tag", "family", "type"];
    let compared = compare("built-rip.pcap", Protocol::Rip, &[], &extra, &["zero_padding"]);
    eprintln!("{compared} fields agree");
}
