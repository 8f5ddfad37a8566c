//! What we send, read by tshark.

use std::{fs, process::Command};

use firsthop_protocol::{
    rip::{Config, Horizon, Interface, Speaker},
    trace::{EventKind, Fate, Frame, Time, Trace, pcapng},
    wire::LinkType,
};
use smoltcp::{
    phy::ChecksumCapabilities,
    wire::{IpProtocol, Ipv4Packet, Ipv4Repr, UdpPacket, UdpRepr},
};

#[test]
fn tshark_reads_all_that_we_send() {
    let mut router = Speaker::new(Config { horizon: Horizon::Poisoned, ..Config::default() }, 1);
    router.interface_up(Time::ZERO, Interface::new(1, "10.0.0.1/24".parse().unwrap())).unwrap();
    let mut expected = Vec::new();
    for number in 0..30u16 {
        let prefix = format!("172.16.{number}.0/24").parse().unwrap();
        router.originate(Time::ZERO, prefix, u32::from(number % 15 + 1), number, None).unwrap();
    }
    router.on_timeout(router.poll_timeout().unwrap());
    let mut trace = Trace::new();
    while let Some(sent) = router.poll_transmit() {
        let udp = UdpRepr { src_port: sent.from.port(), dst_port: sent.to.port() };
        let ip = Ipv4Repr {
            src_addr: *sent.from.ip(),
            dst_addr: *sent.to.ip(),
            next_header: IpProtocol::Udp,
            payload_len: 8 + sent.bytes.len(),
            hop_limit: sent.ttl,
        };
        let mut bytes = vec![0; 28 + sent.bytes.len()];
        ip.emit(&mut Ipv4Packet::new_unchecked(&mut bytes[..]), &ChecksumCapabilities::default());
        udp.emit(
            &mut UdpPacket::new_unchecked(&mut bytes[20..]),
            &ip.src_addr.into(),
            &ip.dst_addr.into(),
            sent.bytes.len(),
            |payload| payload.copy_from_slice(&sent.bytes),
            &ChecksumCapabilities::default(),
        );
        trace.push(
            Time::ZERO,
            EventKind::Frame(Frame {
                link: "l".into(),
                from: "R".into(),
                to: "*".into(),
                link_type: LinkType::RawIp,
                bytes,
                original: None,
                fate: Fate::Delivered { at: Time::ZERO },
                impairment: None,
                note: None,
            }),
        );
    }
    expected.push("1\t2\t0.0.0.0\t\t\t16\t0".to_owned());
    let row = |from: u16, to: u16, connected: bool| {
        let rows: Vec<_> = (from..to).collect();
        let list = |value: &dyn Fn(u16) -> String| {
            let own = rows.iter().map(|number| value(*number)).collect::<Vec<_>>();
            own.join(",")
        };
        let own = |text: &str, rest: String| if connected { format!("{text},{rest}") } else { rest };
        format!(
            "2\t2\t{}\t{}\t{}\t{}\t{}",
            own("10.0.0.0", list(&|number| format!("172.16.{number}.0"))),
            own("255.255.255.0", list(&|_| "255.255.255.0".into())),
            own("0.0.0.0", list(&|_| "0.0.0.0".into())),
            own("16", list(&|number| (number % 15 + 1).to_string())),
            own("0", list(&|number| number.to_string())),
        )
    };
    expected.push(row(0, 24, true));
    expected.push(row(24, 30, false));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rip.pcapng");
    fs::write(&file, pcapng::write(&trace, &pcapng::Options::default())).unwrap();
    let tshark = |arguments: &[&str]| {
        let output = Command::new("tshark").arg("-r").arg(&file).args(arguments).output();
        match output {
            Ok(output) => Some(String::from_utf8(output.stdout).unwrap()),
            Err(error) => {
                assert!(std::env::var_os("CI").is_none(), "tshark is needed: {error}");
                eprintln!("SKIPPED: tshark is not there: {error}");
                None
            }
        }
    };
    let checks = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"];
    let Some(bad) = tshark(
        &[
            &checks[..],
            &[
                "-Y",
                "_ws.malformed || _ws.expert.severity > 1048576 || !rip",
                "-T",
                "fields",
                "-e",
                "_ws.expert.message",
            ],
        ]
        .concat(),
    ) else {
        return;
    };
    assert_eq!(bad, "");
    let fields = ["command", "version", "ip", "netmask", "next_hop", "metric", "route_tag"];
    let fields: Vec<String> =
        fields.iter().flat_map(|field| ["-e".to_owned(), format!("rip.{field}")]).collect();
    let mut arguments = vec!["-T", "fields"];
    arguments.extend(fields.iter().map(String::as_str));
    let said = tshark(&arguments).unwrap();
    let said: Vec<_> = said.lines().collect();
    assert_eq!(said.len(), expected.len(), "{said:?}");
    for (said, expected) in said.iter().zip(&expected).skip(1) {
        assert_eq!(said, expected);
    }
    assert!(said[0].starts_with("1\t2\t"), "{}", said[0]);
}
