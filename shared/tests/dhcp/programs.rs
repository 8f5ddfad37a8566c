//! Our server, and `udhcpc` and `dhclient` at the other end of the cable.

use std::{fs, os::unix::fs::PermissionsExt, time::Instant};

use firsthop_protocol::{
    dhcp::{Kind, LeaseState, Server, server},
    trace::Time,
};
use rustix::process::Signal;

use crate::{
    lan::{self, address, subnet},
    netns::{self, Namespace},
    station::{Heard, Program, Station, whole_checksums},
};

/// What the clients' scripts do: set the address, write down what they were told.
const SCRIPT: &str = r#"#!/bin/sh
case "$1$reason" in
    deconfig|PREINIT|RELEASE|STOP|EXPIRE|FAIL|TIMEOUT)
        ip addr flush dev $interface; ip link set $interface up ;;
    bound|renew) ip addr replace $ip/$mask dev $interface ;;
    BOUND|RENEW|REBIND|REBOOT) ip addr replace $new_ip_address/24 dev $interface ;;
esac
echo "$1$reason ip=$ip$new_ip_address router=$router$new_routers dns=$dns$new_domain_name_servers domain=$domain$new_domain_name lease=$lease$new_dhcp_lease_time server=$serverid$new_dhcp_server_identifier" >> FOLDER/said
"#;

fn script() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script");
    fs::write(&path, SCRIPT.replace("FOLDER", &folder.path().display().to_string())).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// `udhcpc` on eth0.
pub fn udhcpc(namespace: &Namespace) -> Program {
    let arguments =
        ["udhcpc", "-f", "-i", "eth0", "-s", "{}/script", "-t", "20", "-T", "1", "-x", "hostname:box"];
    Program::new(namespace, script(), "busybox", &arguments)
}

/// Our server on a real cable.
struct Ours {
    server: Server,
    station: Station,
    begun: Instant,
}

impl Ours {
    fn new(namespace: &Namespace, lease: u32) -> Self {
        let mut station = Station::new(namespace, "eth0", lan::mac(1), 67);
        station.addresses = vec![address("10.0.0.1")];
        let config = server::Config { lease, ..server::Config::new(vec![subnet(10)]) };
        Self { server: lan::server(1, config), station, begun: Instant::now() }
    }

    fn drive(&mut self) {
        let now = Time(u64::try_from(self.begun.elapsed().as_micros()).unwrap());
        while let Some(heard) = self.station.hear() {
            if let Heard::Datagram { from, to, bytes } = heard {
                self.server.on_datagram(now, 1, from, to, &bytes);
            }
        }
        self.server.on_timeout(now);
        while let Some(sent) = self.server.poll_transmit() {
            self.station.send(&sent);
        }
        while self.server.poll_event().is_some() {}
    }

    fn state(&self) -> Option<LeaseState> {
        let mut leases = self.server.leases();
        let state = leases.next().map(|lease| lease.state);
        assert!(leases.next().is_none(), "one client, one address");
        state
    }

    /// Serves until the client has said something so many times.
    fn until_said(&mut self, program: &Program, what: &str, count: usize) {
        let begun = Instant::now();
        while program.read("said").matches(what).count() < count {
            let said = program.read("said");
            assert!(begun.elapsed() < crate::station::PATIENCE, "{said}{}", program.read("log"));
            self.drive();
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    fn until_released(&mut self) {
        let begun = Instant::now();
        while self.state() != Some(LeaseState::Released) {
            assert!(begun.elapsed() < crate::station::PATIENCE, "{:?}", self.station.kinds());
            self.drive();
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
}

/// What the script was told.
const GIVEN: &str = "ip=10.0.0.100 router=10.0.0.254 dns=10.0.0.53 10.0.0.54 domain=example.net";

#[test]
fn udhcpc_gets_renews_and_releases_a_lease_of_ours() {
    if !netns::possible(&["busybox", "tshark", "ethtool"]) {
        return;
    }
    let (here, there) = (Namespace::new("dhcp-ours-1"), Namespace::new("dhcp-udhcpc"));
    here.cable("eth0", &there, "eth0");
    whole_checksums(&there);
    let mut ours = Ours::new(&here, 600);
    let client = udhcpc(&there);
    ours.until_said(&client, "bound ", 1);
    let said = client.read("said");
    assert!(said.contains(&format!("bound {GIVEN} lease=600 server=10.0.0.1\n")), "{said}");
    assert_eq!(ours.state(), Some(LeaseState::Bound));
    assert_eq!(ours.server.leases().next().unwrap().name.as_deref(), Some("box"));
    client.signal(Signal::USR1);
    ours.until_said(&client, "renew ", 1);
    let renewal = ours.station.messages().into_iter().rfind(|message| message.kind == Kind::Request).unwrap();
    assert_eq!(renewal.ciaddr, address("10.0.0.100"));
    client.signal(Signal::USR2);
    ours.until_released();
    ours.station.ask_tshark();
}

#[test]
fn dhclient_gets_renews_and_releases_a_lease_of_ours() {
    if !netns::possible(&["dhclient", "tshark", "ethtool"]) {
        return;
    }
    let (here, there) = (Namespace::new("dhcp-ours-2"), Namespace::new("dhcp-dhclient"));
    here.cable("eth0", &there, "eth0");
    whole_checksums(&there);
    // T1 comes after five seconds.
    let mut ours = Ours::new(&here, 10);
    let folder = script();
    fs::write(folder.path().join("conf"), "").unwrap();
    let common = ["-4", "-sf", "{}/script", "-lf", "{}/leases", "-pf", "{}/pid", "-cf", "{}/conf"];
    let client = Program::new(&there, folder, "dhclient", &[&["-d"], &common[..], &["eth0"]].concat());
    ours.until_said(&client, "BOUND ", 1);
    let said = client.read("said");
    assert!(said.contains(&format!("BOUND {GIVEN} lease=10 server=10.0.0.1\n")), "{said}");
    ours.until_said(&client, "RENEW ", 2);
    assert_eq!(ours.state(), Some(LeaseState::Bound));
    let path = client.folder.path().display().to_string();
    let arguments: Vec<&str> = [&["-r"], &common[..], &["eth0"]].concat();
    let arguments: Vec<String> = arguments.iter().map(|argument| argument.replace("{}", &path)).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    there.run("dhclient", &arguments);
    ours.until_released();
    ours.station.ask_tshark();
}
